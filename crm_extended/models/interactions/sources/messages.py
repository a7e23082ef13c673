from odoo import models
from odoo.exceptions import MissingError
from odoo.fields import Domain
from odoo.tools import SQL

from ...common.event_source import DOCUMENT, SNIPPET_LENGTH, Event
from .contact_kinds import contact_event
from .portal import PORTAL_EVENT, PORTAL_KIND

MAIL_TYPES = ("email", "email_outgoing", "auto_comment")
MESSAGE_TYPES = (*MAIL_TYPES, "comment", "sms", "snailmail")
#: Up to so many messages are looked at one by one before they are projected.
FEW = 100
MESSAGE_KINDS = ("email", "comment", "note", "sms", "letter", "activity")


def _viewed_sql(model, alias, query):
    """Whether the message says that a customer opened a quotation by its link."""
    subtype = model.env["ir.model.data"]._xmlid_to_res_id("sale.mt_order_viewed") or 0
    return SQL("%s = %s", model._field_to_sql(alias, "subtype_id", query), subtype)


class EventSourceMessage(models.AbstractModel):
    """What was written on documents, and mails with a contact on any document.

    Plain notifications (tracked changes) are left out; a notification that closes an activity is
    that activity, done, and one that a quotation was opened is that visit. Messages for one user
    only are private and have no pointer.
    """

    _name = "crmx.event.source.mail.message"
    _inherit = "crmx.event.source"
    _description = "History source: messages, notes and done activities"

    _source_model = "mail.message"
    _source_events = (
        Event(
            "",
            "",
            "",
            "contact",
            "date",
            domain=Domain("model", "!=", False)
            & Domain("res_id", "!=", 0)
            & Domain("model", "!=", "discuss.channel")
            & (
                Domain("message_type", "in", MESSAGE_TYPES)
                | Domain("message_type", "=", "notification")
                & (Domain("mail_activity_type_id", "!=", False) | Domain.custom(to_sql=_viewed_sql))
            ),
        ),
    )
    _source_partners = (DOCUMENT, "partner_ids", "author_id")
    _source_external = ("partner_ids", "author_id")
    _source_document = ("model", "res_id")
    _source_user = "create_uid"
    _source_company = "record_company_id"
    _source_watch = ("subtype_id", "is_internal")
    _source_state = ""
    _source_snippet = "preview"

    def _kinds(self):
        return {**{kind: contact_event(kind) for kind in MESSAGE_KINDS}, PORTAL_KIND: PORTAL_EVENT}

    def _scoped_query(self, event, scope):
        query = super()._scoped_query(event, scope)
        # joined once for all: the author tells where the message came from
        Model = self._records()
        author = SQL.identifier("crmx_author", "id")
        query.add_join(
            "LEFT JOIN",
            "crmx_author",
            "res_partner",
            SQL("%s = %s", author, Model._field_to_sql(query.table, "author_id", query)),
        )
        return query

    def _kind_sql(self, event, query):
        Model, alias = self._records(), query.table
        return SQL(
            """CASE WHEN %(activity)s IS NOT NULL THEN 'activity'
                    WHEN %(viewed)s THEN %(portal)s
                    WHEN %(type)s IN %(mails)s THEN 'email'
                    WHEN %(type)s = 'sms' THEN 'sms'
                    WHEN %(type)s = 'snailmail' THEN 'letter'
                    WHEN %(internal)s THEN 'note'
                    ELSE 'comment' END""",
            activity=Model._field_to_sql(alias, "mail_activity_type_id", query),
            type=Model._field_to_sql(alias, "message_type", query),
            mails=MAIL_TYPES,
            internal=self._internal_sql(query),
            viewed=_viewed_sql(Model, alias, query),
            portal=PORTAL_KIND,
        )

    def _internal_sql(self, query):
        """Whether only colleagues see the message."""
        Model, alias = self._records(), query.table
        note = self.env["ir.model.data"]._xmlid_to_res_id("mail.mt_note") or 0
        subtype = Model._field_to_sql(alias, "subtype_id", query)
        flag = Model._field_to_sql(alias, "is_internal", query)
        return SQL("(%s IS TRUE OR %s IS NULL OR %s = %s)", flag, subtype, subtype, note)

    def _direction_sql(self, event, query):
        """Incoming is what the gateway brought or what somebody on the customer's side wrote."""
        Model, alias = self._records(), query.table
        company = self.env["res.partner"]._fields["commercial_partner_id"]
        return SQL(
            """CASE WHEN %(type)s = 'email' OR %(author)s = %(partner)s OR %(viewed)s THEN 'in'
                    WHEN %(type)s NOT IN %(outward)s AND %(internal)s THEN 'internal'
                    ELSE 'out' END""",
            type=Model._field_to_sql(alias, "message_type", query),
            author=SQL.identifier("crmx_author", "commercial_partner_id", to_flush=company),
            partner=SQL.identifier("crmx_partner", "commercial_partner_id", to_flush=company),
            outward=(*MAIL_TYPES, "sms", "snailmail"),
            internal=self._internal_sql(query),
            viewed=_viewed_sql(Model, alias, query),
        )

    def _queries(self, event, route, documents, scope):
        for query in super()._queries(event, route, documents, scope):
            if route != DOCUMENT:
                # a note about somebody is no contact with him
                query.add_where(SQL("%s <> 'note'", self._kind_sql(event, query)))
            yield query

    def _ways(self, scope):
        """Most messages have no recipients and a colleague as author: two ways less to plan."""
        if scope.ids is None or len(scope.ids) > FEW:
            return super()._ways(scope)
        try:
            return self._ways_in_cache(scope)
        except MissingError:  # some were deleted
            return super()._ways(scope)

    def _ways_in_cache(self, scope):
        """Read through the ORM, which has what was just created in its cache."""
        messages = self._records().browse(scope.ids)
        documents = {name for name in messages.mapped("model") if name}
        routes = [DOCUMENT]
        if messages.partner_ids:
            routes.append("partner_ids")
        # who is shared with nobody is a colleague; the projection itself looks closer
        if any(messages.author_id.mapped("partner_share")):
            routes.append("author_id")
        return routes, sorted(name for name in documents if self._document_routes(name))

    def _describe(self, records):
        records.fetch(["subject", "preview", "author_id", "email_from", "message_type"])
        # sudo: the name of the author is part of a message that the reader may read, as in a chatter
        authors = {m.id: m.sudo().author_id.display_name or m.email_from for m in records}
        return {
            message.id: {
                "title": message.subject or None,
                "snippet": (message.preview or "")[:SNIPPET_LENGTH] or None,
                "author": authors[message.id] or None,
                "state": None,
                "amount": None,
                "currency_id": None,
            }
            for message in records
        }

    def _search_text(self, text):
        return Domain("subject", "ilike", text) | Domain("body", "ilike", text)
