# What the scheduled action that fills in the past does; run in Odoo's shell.
env["crmx.timeline.progress"]._cron_fill()
env.cr.commit()
