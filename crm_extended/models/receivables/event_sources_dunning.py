"""Reminders in the history of a partner."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ..common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceReminder(models.AbstractModel):
    _name = "crmx.event.source.reminder"
    _inherit = "crmx.event.source"
    _description = "History source: reminders"

    _source_model = "crmx.dunning.letter"
    _source_events = (
        Event(
            "reminder",
            _lt("Reminder"),
            "fa-bell-o",
            "account",
            "date_sent",
            domain=[("date_sent", "!=", False)],
            direction="out",
        ),
    )
    _source_amount = ("amount_company", "currency_id")
    _source_snippet = "subject"
