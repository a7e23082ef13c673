# Compares the history with its sources in small chunks; the test kills this process.
from odoo.addons.crm_extended.models.interactions import timeline_progress

timeline_progress.CHUNK = 200
env.ref("crm_extended.ir_cron_timeline_check").method_direct_trigger()
