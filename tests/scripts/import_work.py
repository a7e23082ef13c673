# What the scheduled action for imports does; run in Odoo's shell.
env["crmx.interaction.import"]._cron_import()
env.cr.commit()
