from odoo import models
from odoo.tools.translate import LazyTranslate

from ...common.event_source import Event

_lt = LazyTranslate(__name__)


class EventSourceRating(models.AbstractModel):
    _name = "crmx.event.source.rating.rating"
    _inherit = "crmx.event.source"
    _description = "History source: ratings"

    _source_model = "rating.rating"
    _source_events = (
        Event(
            "rating",
            _lt("Rating"),
            "fa-smile-o",
            "service",
            "rated_on",
            domain=[("consumed", "=", True)],
            direction="in",
        ),
    )
    _source_document = ("res_model", "res_id")
    _source_user = ""
    _source_company = ""
    _source_state = "rating_text"
    _source_snippet = "feedback"


class EventSourceSurveyAnswer(models.AbstractModel):
    _name = "crmx.event.source.survey.user_input"
    _inherit = "crmx.event.source"
    _description = "History source: survey answers"

    _source_model = "survey.user_input"
    _source_events = (
        Event(
            "survey",
            _lt("Survey answered"),
            "fa-list-alt",
            "marketing",
            "end_datetime",
            domain=[("state", "=", "done"), ("test_entry", "=", False)],
            direction="in",
        ),
    )
    _source_user = ""
    _source_company = ""
    _source_state = ""
