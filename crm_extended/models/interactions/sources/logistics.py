from odoo import models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)


def _done(code):
    return [("state", "=", "done"), ("picking_type_id.code", "=", code)]


class EventSourcePicking(models.AbstractModel):
    _name = "crmx.event.source.stock.picking"
    _inherit = "crmx.event.source"
    _description = "History source: deliveries and receipts"

    _source_model = "stock.picking"
    _source_events = (
        Event(
            "delivery",
            _lt("Delivery"),
            "fa-truck",
            "logistics",
            "date_done",
            domain=_done("outgoing"),
            direction="out",
        ),
        Event(
            "receipt",
            _lt("Receipt"),
            "fa-download",
            "logistics",
            "date_done",
            domain=_done("incoming"),
            direction="in",
        ),
    )


class EventSourcePurchaseOrder(models.AbstractModel):
    _name = "crmx.event.source.purchase.order"
    _inherit = "crmx.event.source"
    _description = "History source: purchases"

    _source_model = "purchase.order"
    _source_events = (
        Event(
            "rfq",
            _lt("Request for quotation"),
            "fa-file-o",
            "purchase",
            "create_date",
            direction="out",
        ),
        Event(
            "purchase",
            _lt("Purchase order"),
            "fa-shopping-bag",
            "purchase",
            "date_approve",
            domain=[("state", "in", ("purchase", "done"))],
            direction="out",
        ),
    )
    _source_amount = ("amount_total", "currency_id")

    def _date_sql(self, event, query):
        moment = super()._date_sql(event, query)
        if event.kind != "rfq":
            return moment
        order_date = self._records()._field_to_sql(query.table, "date_order", query)
        return SQL("LEAST(%s, %s)", moment, order_date)
