# Fills in the history in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import timeline_progress

timeline_progress.CHUNK = 200
cron = env.ref("crm_extended.ir_cron_timeline_fill")
unfinished = [("task", "=", "fill"), ("state", "in", ("waiting", "running"))]
# one run has its time; on a slow machine it takes several
for _run in range(100):
    cron.method_direct_trigger()
    env.invalidate_all()
    if not env["crmx.timeline.progress"].search_count(unfinished):
        break
