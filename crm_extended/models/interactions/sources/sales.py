from odoo import models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceLead(models.AbstractModel):
    _name = "crmx.event.source.crm.lead"
    _inherit = "crmx.event.source"
    _description = "History source: leads and opportunities"

    _source_model = "crm.lead"
    _source_events = (
        Event("lead", _lt("Opportunity"), "fa-star-o", "sale", "create_date"),
        Event(
            "won",
            _lt("Opportunity won"),
            "fa-trophy",
            "sale",
            "date_closed",
            domain=[("won_status", "=", "won")],
        ),
        Event(
            "lost",
            _lt("Opportunity lost"),
            "fa-thumbs-o-down",
            "sale",
            "date_closed",
            domain=[("won_status", "=", "lost")],
        ),
    )
    _source_amount = ("expected_revenue", "company_currency")
    _source_state = "stage_id"


class EventSourceSaleOrder(models.AbstractModel):
    _name = "crmx.event.source.sale.order"
    _inherit = "crmx.event.source"
    _description = "History source: quotations and orders"

    _source_model = "sale.order"
    _source_events = (
        Event("quotation", _lt("Quotation"), "fa-file-o", "sale", "create_date", direction="out"),
        Event(
            "order",
            _lt("Sales order"),
            "fa-shopping-cart",
            "sale",
            "date_order",
            domain=[("state", "=", "sale")],
            direction="in",
        ),
    )
    _source_amount = ("amount_total", "currency_id")

    def _date_sql(self, event, query):
        """A quotation imported from elsewhere is older than its record."""
        moment = super()._date_sql(event, query)
        if event.kind != "quotation":
            return moment
        order_date = self._records()._field_to_sql(query.table, "date_order", query)
        return SQL("LEAST(%s, %s)", moment, order_date)
