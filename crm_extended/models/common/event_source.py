"""Registry of event sources: what each model contributes to the history of a partner.

A source is an abstract model that inherits ``crmx.event.source`` and says which records of one
model are events, when they happened and with whom. It takes part as soon as its model is
installed: neither that model nor the add-on that brings it is inherited. Another add-on adds its
own documents with one class::

    class EventSourceTicket(models.AbstractModel):
        _name = "crmx.event.source.helpdesk.ticket"
        _inherit = "crmx.event.source"
        _description = "History source: tickets"
        _source_model = "helpdesk.ticket"
        _source_events = (
            Event("ticket", _lt("Ticket"), "fa-life-ring", "service", "create_date"),
            Event("ticket_closed", _lt("Ticket closed"), "fa-check", "service", "close_date",
                  domain=[("closed", "=", True)]),
        )

Rows of the ledger are then written with the records' own transactions, filled in for the past by
a scheduled action, and read under the rights of whoever looks.
"""

from enum import Enum
from typing import NamedTuple

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL, html2plaintext

#: A partner route: the partner of the document that the record hangs on.
DOCUMENT = "document"

#: Length of a snippet, in characters.
SNIPPET_LENGTH = 240


class Event(NamedTuple):
    """One kind of event that a record of a source brings.

    :param kind: technical code, stored in the ledger; several sources may share one
    :param label: what the reader sees (a lazy translation)
    :param icon: Font Awesome class
    :param group: department that filters gather the kind under
    :param date: field with the moment; a date without time counts as noon UTC unless the record
        was created on that very day
    :param domain: which records have it
    :param direction: ``in`` (they to us), ``out`` (we to them), ``internal`` or empty
    """

    kind: str
    label: object
    icon: str
    group: str
    date: str
    domain: tuple | list = ()
    direction: str = ""


class Mark(Enum):
    """Stands for the scope in SQL that is made once for all scopes."""

    IDS = "ids"
    LOW = "low"
    HIGH = "high"


class Scope(NamedTuple):
    """Which records of a source to look at: a list of ids, or the ids from ``low`` to ``high``."""

    ids: list | Mark | None = None
    low: int | Mark = 0
    high: int | Mark = 0

    def condition(self, column):
        if self.ids is not None:
            return SQL("%s = ANY(%s)", column, self.ids)
        return SQL("%s BETWEEN %s AND %s", column, self.low, self.high)


class EventSource(models.AbstractModel):
    _name = "crmx.event.source"
    _description = "Source of events in the history of a partner"

    #: Model whose records are the events.
    _source_model = ""
    #: Kinds of events that one record may bring.
    _source_events: tuple = ()
    #: Fields that lead to partners (many2one or many2many, stored), or DOCUMENT.
    _source_partners: tuple = ("partner_id",)
    #: Among these, the fields that also name colleagues, who are left out.
    _source_external: tuple = ()
    #: Fields (model, id) of the document that the record hangs on; empty: it is one itself.
    _source_document: tuple = ()
    #: Or a many2one of the record to that document.
    _source_parent = ""
    #: Partner fields of documents where core knows none: {model: names of stored fields}.
    _source_routes: dict = {}
    #: Who of us did it; company.
    _source_user = "user_id"
    _source_company = "company_id"
    #: Fields beyond dates, partners, user, company and domains whose change matters.
    _source_watch: tuple = ()
    #: Child models whose creation, change and deletion matter: {model: many2one to the record}.
    _source_children: dict = {}
    #: What a line shows: title (instead of the record's name), amount and currency, state, text.
    _source_title = ""
    _source_amount: tuple = ()
    _source_state = "state"
    _source_snippet = ""

    # -- registry ---------------------------------------------------------

    @api.model
    @tools.ormcache()
    def _source_names(self):
        """Names of the sources whose model is installed, in the order of the registry."""
        base = self.env.registry["crmx.event.source"]
        return tuple(
            name
            for name, cls in self.env.registry.items()
            if name != base._name and issubclass(cls, base) and cls._source_model in self.env
        )

    @api.private
    def _sources(self):
        """The sources, each an empty recordset of its abstract model."""
        return [self.env[name] for name in self._source_names()]

    @api.private
    def _sources_of(self, model_name):
        """The sources of a model; usually one."""
        return [source for source in self._sources() if source._source_model == model_name]

    @api.private
    def _kinds(self):
        """:return: ``{code: Event}`` of the kinds that this source may bring."""
        return {event.kind: event for event in self._source_events}

    @api.private
    def _all_kinds(self):
        """:return: ``{code: {"label", "icon", "group"}}`` over all sources, in the reader's language."""
        return {
            code: {"label": self.env._(event.label), "icon": event.icon, "group": event.group}
            for source in self._sources()
            for code, event in source._kinds().items()
        }

    @api.private
    def _records(self):
        """All records of the source's model, archived ones too."""
        # sudo: used to build SQL for the ledger, whose rows are shown only after an access check
        return self.env[self._source_model].sudo().with_context(active_test=False)

    @api.private
    def _watched_fields(self):
        """Stored fields of the model whose change may change the ledger."""
        Model = self._records()
        names = {*self._source_watch, *self._source_document, self._source_parent}
        names.update((self._source_user, self._source_company))
        names.update(route for route in self._source_partners if route != DOCUMENT)
        for event in self._source_events:
            names.add(event.date)
            names.update(
                condition.field_expr.partition(".")[0]
                for condition in Domain(list(event.domain)).iter_conditions()
            )
        return {name for name in names if name in Model._fields and Model._fields[name].store}

    # -- what the reader sees ---------------------------------------------

    @api.private
    def _describe(self, records):
        """What a line shows of each record, under the rights of the reader.

        :param records: records of the source's model that the reader may read
        :return: ``{id: {"title", "snippet", "state", "amount", "currency_id"}}``, with None where
            the model has no such thing or the reader may not read the field
        """
        amount, currency = self._source_amount or ("", "")
        names = [amount, currency, self._source_state, self._source_snippet, self._source_title]
        readable = {name for name in names if name and self._may_read(records, name)}
        records.fetch(["display_name", *sorted(readable)])
        states = self._states(records) if self._source_state in readable else {}
        return {
            record.id: {
                "title": self._title(record) if self._source_title in readable else record.display_name,
                "snippet": self._snippet(record) if self._source_snippet in readable else None,
                "state": states.get(record.id),
                "amount": record[amount] if amount in readable else None,
                "currency_id": record[currency].id if currency in readable else None,
            }
            for record in records
        }

    @api.private
    def _may_read(self, records, name):
        field = records._fields.get(name)
        return bool(field) and records._has_field_access(field, "read")

    @api.private
    def _states(self, records):
        """:return: ``{id: name of the state or stage}``"""
        field = records._fields[self._source_state]
        if field.type == "selection":
            labels = dict(field._description_selection(self.env))
            return {record.id: labels.get(record[field.name]) for record in records}
        # sudo: the name of the stage of a record that the reader may read
        return {record.id: record.sudo()[field.name].display_name or None for record in records}

    @api.private
    def _title(self, record):
        value = record[self._source_title]
        # sudo: the name of what the record is about, such as a mailing
        return value.sudo().display_name if isinstance(value, models.BaseModel) else value

    @api.private
    def _snippet(self, record):
        text = record[self._source_snippet] or ""
        if record._fields[self._source_snippet].type == "html":
            text = html2plaintext(text, include_references=False)
        return " ".join(text.split())[:SNIPPET_LENGTH] or None

    @api.private
    def _matching(self, records, text):
        """The records whose line has what the reader typed; nothing that the line does not show."""
        domain = Domain("id", "in", records.ids) & self._search_text(text)
        return records.with_context(active_test=False).search(domain)

    @api.private
    def _search_text(self, text):
        """Domain of the records whose line has ``text``."""
        Model = self.env[self._source_model]
        names = [Model._rec_name, *(Model._rec_names_search or ()), self._source_snippet]
        usable = {n for n in names if n in Model._fields and self._may_read(Model, n)}
        searchable = [n for n in usable if Model._fields[n]._description_searchable]
        return Domain.OR([Domain(name, "ilike", text)] for name in sorted(searchable))
