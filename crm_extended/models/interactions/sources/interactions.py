from odoo import models
from odoo.tools import SQL

from ...common.event_source import Event
from .contact_kinds import CONTACT_KINDS, contact_event

INTERACTION_KINDS = [k for k in CONTACT_KINDS if k not in ("comment", "note", "activity")]


class EventSourceInteraction(models.AbstractModel):
    _name = "crmx.event.source.interaction"
    _inherit = "crmx.event.source"
    _description = "History source: interactions"

    _source_model = "crmx.interaction"
    # one event, whose kind is the channel of the interaction's type
    _source_events = (Event("", "", "", "contact", "date"),)
    _source_partners = ("partner_id", "person_ids")
    _source_watch = ("channel", "direction")
    _source_children = {"crmx.interaction.document": "interaction_id"}
    _source_state = "outcome_id"
    _source_snippet = "description"

    def _kinds(self):
        return {kind: contact_event(kind) for kind in INTERACTION_KINDS}

    def _kind_sql(self, event, query):
        return self._records()._field_to_sql(query.table, "channel", query)

    def _direction_sql(self, event, query):
        return self._records()._field_to_sql(query.table, "direction", query)

    def _document_sql(self, Model, alias):
        return (
            SQL("COALESCE(%s, %s)", _first("res_model", alias), self._source_model),
            SQL("COALESCE(%s, %s)", _first("res_id", alias), SQL.identifier(alias, "id")),
        )


def _first(column, alias):
    """A column of the first document that the interaction is linked to."""
    return SQL(
        "(SELECT d.%s FROM crmx_interaction_document d WHERE d.interaction_id = %s ORDER BY d.id LIMIT 1)",
        SQL.identifier(column),
        SQL.identifier(alias, "id"),
    )
