"""Documents of add-ons that are not needed: they join when their model is there."""

from odoo import models
from odoo.tools.translate import LazyTranslate

from ...common.event_source import DOCUMENT, Event

_lt = LazyTranslate(__name__)


class EventSourceMailingTrace(models.AbstractModel):
    """Campaign mailings that the recipient opened or clicked; sending alone says nothing."""

    _name = "crmx.event.source.mailing.trace"
    _inherit = "crmx.event.source"
    _description = "History source: mailings opened and clicked"

    _source_model = "mailing.trace"
    _source_events = (
        Event(
            "mailing_opened",
            _lt("Mailing opened"),
            "fa-envelope-open-o",
            "marketing",
            "open_datetime",
            domain=[("is_test_trace", "=", False)],
            direction="in",
        ),
        Event(
            "mailing_clicked",
            _lt("Mailing clicked"),
            "fa-mouse-pointer",
            "marketing",
            "links_click_datetime",
            domain=[("is_test_trace", "=", False)],
            direction="in",
        ),
    )
    _source_partners = (DOCUMENT,)
    _source_document = ("model", "res_id")
    _source_user = ""
    _source_company = ""
    _source_state = ""
    _source_title = "mass_mailing_id"


class EventSourceLivechat(models.AbstractModel):
    """A chat of a known visitor with an operator, as one event."""

    _name = "crmx.event.source.im_livechat.channel.member.history"
    _inherit = "crmx.event.source"
    _description = "History source: live chats"

    _source_model = "im_livechat.channel.member.history"
    _source_events = (
        Event(
            "livechat",
            _lt("Live chat"),
            "fa-comments-o",
            "contact",
            "create_date",
            domain=[("livechat_member_type", "=", "visitor")],
            direction="in",
        ),
    )
    _source_external = ("partner_id",)
    _source_user = ""
    _source_company = ""
    _source_state = ""


class EventSourceRepair(models.AbstractModel):
    _name = "crmx.event.source.repair.order"
    _inherit = "crmx.event.source"
    _description = "History source: repairs"

    _source_model = "repair.order"
    _source_events = (Event("repair", _lt("Repair"), "fa-wrench", "service", "create_date", direction="in"),)


class EventSourceTask(models.AbstractModel):
    _name = "crmx.event.source.project.task"
    _inherit = "crmx.event.source"
    _description = "History source: tasks"

    _source_model = "project.task"
    _source_events = (
        Event("task", _lt("Task"), "fa-tasks", "service", "create_date"),
        Event(
            "task_done",
            _lt("Task done"),
            "fa-check",
            "service",
            "date_end",
            domain=[("state", "=", "1_done")],
        ),
    )
    _source_user = "create_uid"
