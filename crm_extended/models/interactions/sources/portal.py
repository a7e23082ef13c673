from odoo import models
from odoo.tools.translate import LazyTranslate

from ...common.event_source import DOCUMENT, Event

_lt = LazyTranslate(__name__)

#: Shared with the host's own messages about quotations that were opened.
PORTAL_KIND = "portal_visit"
PORTAL_EVENT = Event(PORTAL_KIND, _lt("Viewed on the portal"), "fa-eye", "contact", "date", direction="in")


class EventSourcePortalVisit(models.AbstractModel):
    """Documents that somebody opened on the portal, for their customer and for the visitor."""

    _name = "crmx.event.source.portal.visit"
    _inherit = "crmx.event.source"
    _description = "History source: portal visits to documents"

    _source_model = "crmx.portal.visit"
    _source_events = (PORTAL_EVENT,)
    _source_partners = (DOCUMENT, "partner_id")
    _source_document = ("res_model", "res_id")
    _source_user = ""
    _source_state = ""

    def _describe(self, records):
        """The document's name says it all; who looked is the line's author."""
        # sudo: nobody has access to visits by themselves, and these are on readable documents
        names = {visit.id: visit.partner_id.display_name for visit in records.sudo()}
        empty = dict.fromkeys(("title", "snippet", "state", "amount", "currency_id"))
        return {visit.id: {**empty, "author": names[visit.id] or None} for visit in records}

    def _matching(self, records, text):
        """A visit has no text of its own."""
        return records.browse()
