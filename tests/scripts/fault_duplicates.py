# Looks for duplicates in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import duplicate_progress

duplicate_progress.CHUNK.update(keys=200, pairs=100)
env.ref("crm_extended.ir_cron_duplicates").method_direct_trigger()
