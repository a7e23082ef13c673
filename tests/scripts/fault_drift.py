# Says what a rebuild of the whole history would change: nothing, one hopes.
from odoo.addons.crm_extended.models.common.event_source import Scope

changes = [
    change
    for source in env["crmx.event.source"]._sources()
    for change in env["crmx.timeline.event"]._refresh(source, Scope(low=0, high=2**31 - 1))
]
print("drift:", len(changes))
env.cr.rollback()
