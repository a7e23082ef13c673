"""Ways to be in contact: kinds that interactions and messages share in the history."""

from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)

CONTACT_KINDS = {
    "call": (_lt("Phone call"), "fa-phone"),
    "visit": (_lt("Visit"), "fa-building-o"),
    "meeting": (_lt("Meeting"), "fa-handshake-o"),
    "email": (_lt("E-mail"), "fa-envelope-o"),
    "sms": (_lt("SMS"), "fa-mobile"),
    "messenger": (_lt("Messenger"), "fa-comments-o"),
    "web": (_lt("Web form"), "fa-globe"),
    "fax": (_lt("Fax"), "fa-fax"),
    "letter": (_lt("Letter"), "fa-file-text-o"),
    "other": (_lt("Other contact"), "fa-circle-o"),
    "comment": (_lt("Message"), "fa-comment-o"),
    "note": (_lt("Note"), "fa-sticky-note-o"),
    "activity": (_lt("Activity done"), "fa-check-square-o"),
}


def contact_event(kind, date="date"):
    label, icon = CONTACT_KINDS[kind]
    return Event(kind, label, icon, "contact", date)
