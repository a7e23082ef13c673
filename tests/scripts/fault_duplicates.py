# Looks for duplicates in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import duplicate_progress

duplicate_progress.CHUNK.update(keys=200, pairs=100)
cron = env.ref("crm_extended.ir_cron_duplicates")
cron.method_direct_trigger()
# one run has its time; on a slow machine it takes several
while env["crmx.duplicate.progress"].search([]).filtered(lambda row: row.state in ("waiting", "running")):
    cron.method_direct_trigger()
    env.invalidate_all()
