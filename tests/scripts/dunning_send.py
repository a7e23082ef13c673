# What the scheduled action does; run in Odoo's shell.
env["crmx.dunning.letter"]._cron_send()
