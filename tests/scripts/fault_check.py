# Compares the history with its sources in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import timeline_progress

timeline_progress.CHUNK = 200
cron = env.ref("crm_extended.ir_cron_timeline_check")
cron.method_direct_trigger()
# one run has its time; on a slow machine it takes several
while env["crmx.timeline.progress"].search([("task", "=", "check")]).filtered(lambda row: row.state in ("waiting", "running")):
    cron.method_direct_trigger()
    env.invalidate_all()
