"""Interest notes and write-offs in the history of a partner."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceInterest(models.AbstractModel):
    _name = "crmx.event.source.interest"
    _inherit = "crmx.event.source"
    _description = "History source: interest notes"

    _source_model = "crmx.interest.note"
    _source_events = (
        Event(
            "interest",
            _lt("Interest note"),
            "fa-percent",
            "account",
            "date",
            domain=[("state", "=", "posted")],
            direction="out",
        ),
    )
    _source_amount = ("amount", "currency_id")


class EventSourceBadDebt(models.AbstractModel):
    _name = "crmx.event.source.bad.debt"
    _inherit = "crmx.event.source"
    _description = "History source: doubtful and lost debts"

    _source_model = "crmx.bad.debt"
    _source_events = (
        Event(
            "doubtful",
            _lt("Debt is doubtful"),
            "fa-question-circle-o",
            "account",
            "date",
            domain=[("state", "=", "posted"), ("kind", "=", "doubtful")],
        ),
        Event(
            "written_off",
            _lt("Written off"),
            "fa-eraser",
            "account",
            "date",
            domain=[("state", "=", "posted"), ("kind", "=", "write_off")],
        ),
    )
    _source_amount = ("amount", "currency_id")
    _source_snippet = "reason"
