"""Signals that come from goods on their way."""

from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class SignalTransferLate(models.AbstractModel):
    """Base of both directions: transfers that are late."""

    _name = "crmx.recommendation.signal.delivery.late"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: a delivery to the customer is late"

    _signal_code = "delivery_late"
    _signal_label = _lt("Delivery to the customer is late")
    _signal_figures = ("count", "days", "date")
    _signal_parameters = ("days",)
    _signal_model = "stock.picking"
    #: Direction of the transfers.
    _transfer_code = "outgoing"

    def _signal_domain(self, rule):
        day = fields.Datetime.now() - timedelta(days=rule.days)
        return (
            Domain("state", "not in", ("done", "cancel", "draft"))
            & Domain("picking_type_id.code", "=", self._transfer_code)
            & Domain("scheduled_date", "<", day)
        )

    def _evaluate(self, rule, partners):
        return self._waiting(rule, partners, "scheduled_date")


class SignalReceiptLate(models.AbstractModel):
    _name = "crmx.recommendation.signal.receipt.late"
    _inherit = "crmx.recommendation.signal.delivery.late"
    _description = "Signal: a supplier's goods are late"

    _signal_code = "receipt_late"
    _signal_label = _lt("Supplier's goods are late")
    _transfer_code = "incoming"
