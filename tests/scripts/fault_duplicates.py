# Looks for duplicates in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import duplicate_progress

duplicate_progress.CHUNK.update(keys=200, pairs=100)
cron = env.ref("crm_extended.ir_cron_duplicates")
# one run has its time; on a slow machine it takes several
for _run in range(100):
    cron.method_direct_trigger()
    env.invalidate_all()
    if not env["crmx.duplicate.progress"].search_count([("state", "in", ("waiting", "running"))]):
        break
