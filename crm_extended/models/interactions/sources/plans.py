from odoo import models
from odoo.tools import SQL
from odoo.tools.translate import LazyTranslate

from ...common.event_source import DOCUMENT, Event
from .contact_kinds import CONTACT_KINDS

_lt = LazyTranslate(__name__)


class EventSourceActivity(models.AbstractModel):
    """Planned activities; when done, their message takes their place.

    A meeting's activity is left out: the meeting is there itself.
    """

    _name = "crmx.event.source.mail.activity"
    _inherit = "crmx.event.source"
    _description = "History source: planned activities"

    _source_model = "mail.activity"
    _source_events = (
        Event(
            "planned",
            _lt("Planned activity"),
            "fa-clock-o",
            "plan",
            "date_deadline",
            domain=[("active", "=", True), ("calendar_event_id", "=", False)],
        ),
    )
    _source_partners = (DOCUMENT,)
    _source_document = ("res_model", "res_id")
    _source_company = ""
    _source_state = ""
    _source_snippet = "note"

    def _date_sql(self, event, query):
        return SQL(
            "%s + interval '12 hours'",
            self._records()._field_to_sql(query.table, "date_deadline", query),
        )


class EventSourceMeeting(models.AbstractModel):
    _name = "crmx.event.source.calendar.event"
    _inherit = "crmx.event.source"
    _description = "History source: meetings"

    _source_model = "calendar.event"
    _source_events = (
        Event(
            "meeting",
            *CONTACT_KINDS["meeting"],
            "contact",
            "start",
            domain=[("active", "=", True)],
        ),
    )
    _source_partners = ("partner_ids",)
    _source_external = ("partner_ids",)
    _source_document = ("res_model", "res_id")
    _source_company = ""
    _source_state = ""
    _source_snippet = "location"

    def _matching(self, records, text):
        """Somebody else's private meeting shows as busy, so no search may find its title."""
        found = super()._matching(records, text)
        return found.filtered(lambda event: not event._check_private_event_conditions())
