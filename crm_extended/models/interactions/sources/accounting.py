from odoo import models
from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)


def _posted(*move_types):
    return [("state", "=", "posted"), ("move_type", "in", move_types)]


class EventSourceMove(models.AbstractModel):
    """Posted documents of customers and suppliers, on their own date."""

    _name = "crmx.event.source.account.move"
    _inherit = "crmx.event.source"
    _description = "History source: invoices and bills"

    _source_model = "account.move"
    _source_events = (
        Event(
            "invoice",
            _lt("Customer invoice"),
            "fa-file-text",
            "account",
            "invoice_date",
            domain=_posted("out_invoice", "out_receipt"),
            direction="out",
        ),
        Event(
            "credit_note",
            _lt("Credit note"),
            "fa-undo",
            "account",
            "invoice_date",
            domain=_posted("out_refund"),
            direction="out",
        ),
        Event(
            "bill",
            _lt("Vendor bill"),
            "fa-file-text-o",
            "account",
            "invoice_date",
            domain=_posted("in_invoice", "in_receipt"),
            direction="in",
        ),
        Event(
            "vendor_credit",
            _lt("Vendor credit note"),
            "fa-undo",
            "account",
            "invoice_date",
            domain=_posted("in_refund"),
            direction="in",
        ),
    )
    _source_user = "invoice_user_id"
    _source_amount = ("amount_total", "currency_id")
    _source_state = "payment_state"


class EventSourcePayment(models.AbstractModel):
    _name = "crmx.event.source.account.payment"
    _inherit = "crmx.event.source"
    _description = "History source: payments"

    _source_model = "account.payment"
    _source_events = (
        Event(
            "payment_in",
            _lt("Payment received"),
            "fa-money",
            "account",
            "date",
            domain=[("state", "in", ("in_process", "paid")), ("payment_type", "=", "inbound")],
            direction="in",
        ),
        Event(
            "payment_out",
            _lt("Payment made"),
            "fa-money",
            "account",
            "date",
            domain=[("state", "in", ("in_process", "paid")), ("payment_type", "=", "outbound")],
            direction="out",
        ),
    )
    _source_user = "create_uid"
    _source_amount = ("amount", "currency_id")
    _source_snippet = "memo"
