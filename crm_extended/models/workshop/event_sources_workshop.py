"""Work orders in the history of who brings the vehicle, such as a driver or a customer."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceWorkOrder(models.AbstractModel):
    _name = "crmx.event.source.work.order"
    _inherit = "crmx.event.source"
    _description = "History source: work orders"

    _source_model = "crmx.work.order"
    _source_events = (
        Event(
            "work_order",
            _lt("Vehicle brought to the workshop"),
            "fa-wrench",
            "service",
            "date_start",
            domain=[("state", "in", ("progress", "done"))],
            direction="in",
        ),
        Event(
            "work_order_done",
            _lt("Vehicle taken over from the workshop"),
            "fa-check-square-o",
            "service",
            "date_done",
            domain=[("state", "=", "done")],
            direction="out",
        ),
    )
    _source_snippet = "description"


class MatterSourceWorkOrder(models.AbstractModel):
    _name = "crmx.matter.source.work.order"
    _inherit = "crmx.matter.source"
    _description = "Open matters: work orders"

    _matter_model = "crmx.work.order"
    _matter_label = _lt("Work orders")
    _matter_icon = "fa-wrench"
    _matter_domain = (("state", "in", ("confirmed", "progress")),)
    _matter_date = "date_planned"
