"""From records to rows of the ledger, in SQL.

One definition serves every writer: the synchronous one, the backfill, the reconciliation and the
re-pointing all insert what ``_projection`` selects, so they cannot disagree.
"""

from odoo import api, models, tools
from odoo.fields import Domain
from odoo.tools import SQL

from .event_source import DOCUMENT, Mark, Scope

#: Columns of a projection, in order; the ledger has these and ``res_model``.
COLUMNS = (
    "res_id",
    "partner_id",
    "commercial_partner_id",
    "doc_model",
    "doc_res_id",
    "kind",
    "direction",
    "date",
    "user_id",
    "company_id",
)

#: Documents that are about ourselves, however many partner fields they have.
INTERNAL_DOCUMENTS = ("hr.", "discuss.", "mail.", "gamification.", "res.users", "res.company")

PARTNER = SQL.identifier("crmx_partner")
PARTNER_ID = SQL.identifier("crmx_partner", "id")


class EventSource(models.AbstractModel):
    _inherit = "crmx.event.source"

    @api.private
    def _projection(self, scope, distinct=True):
        """The rows that the ledger should have for the records in ``scope``.

        Whoever runs it has flushed what the transaction wrote.

        :param distinct: whether a partner who is reached in two ways must not come twice
        :return: SQL that selects :data:`COLUMNS`, or None when there can be none
        """
        routes, documents = self._ways(scope)
        compiled = self._compile(scope.ids is not None, tuple(routes), tuple(documents), distinct)
        if compiled is None:
            return None
        code, params = compiled
        values = {Mark.IDS: scope.ids, Mark.LOW: scope.low, Mark.HIGH: scope.high}
        return SQL(code, *(values[p] if isinstance(p, Mark) else p for p in params))

    @api.private
    def _ways(self, scope):
        """:return: routes that records in ``scope`` may take to partners, and models of documents"""
        documents = self._document_models(scope) if DOCUMENT in self._source_partners else ()
        return self._source_partners, documents

    @api.model
    @tools.ormcache("by_ids", "routes", "documents", "distinct")
    def _compile(self, by_ids, routes, documents, distinct):
        """The projection with marks in place of the scope: making it costs more than running it.

        :return: SQL code and its parameters, or None
        """
        scope = Scope(ids=Mark.IDS) if by_ids else Scope(low=Mark.LOW, high=Mark.HIGH)
        selects = [
            self._select(event, query)
            for event in self._source_events
            for route in routes
            for query in self._queries(event, route, documents, scope)
        ]
        if not selects:
            return None
        # one way reaches a partner once, and kinds differ
        several_ways = distinct and (len(routes) > 1 or DOCUMENT in routes)
        union = SQL(" UNION " if several_ways else " UNION ALL ").join(selects)
        return union.code, union.params

    @api.private
    def _queries(self, event, route, documents, scope):
        """Queries from the record to the partner: one a kind of document, or one."""
        if route == DOCUMENT:
            for model_name in documents:
                for document_route in self._document_routes(model_name):
                    yield self._document_query(event, scope, model_name, document_route)
        else:
            query = self._scoped_query(event, scope)
            self._join_partner(query, self._records(), query.table, route)
            if route in self._source_external:
                query.add_where(self._external_condition())
            yield query

    @api.private
    def _scoped_query(self, event, scope):
        Model = self._records()
        query = Model._search(Domain(list(event.domain)), bypass_access=True, active_test=False)
        query.order = None
        query.add_where(scope.condition(SQL.identifier(query.table, "id")))
        return query

    @api.private
    def _document_query(self, event, scope, model_name, route):
        """Query of the records that hang on documents of ``model_name``, joined with the partner."""
        model_field, id_field = self._source_document
        query = self._scoped_query(event, scope)
        # sudo: as _records()
        Document = self.env[model_name].sudo()
        record_id = SQL.identifier(query.table, id_field)
        query.add_where(SQL("%s = %s", SQL.identifier(query.table, model_field), model_name))
        if model_name == "res.partner":
            query.add_join("JOIN", "crmx_partner", "res_partner", SQL("%s = %s", PARTNER_ID, record_id))
            return query
        document_id = SQL.identifier("crmx_document", "id")
        query.add_join("JOIN", "crmx_document", Document._table, SQL("%s = %s", document_id, record_id))
        self._join_partner(query, Document, "crmx_document", route)
        return query

    @api.private
    def _join_partner(self, query, Model, alias, route):
        field = Model._fields[route]
        if field.type == "many2many":
            rel = SQL.identifier("crmx_rel", field.column1)
            condition = SQL("%s = %s", rel, SQL.identifier(alias, "id"))
            query.add_join("JOIN", "crmx_rel", field.relation, condition)
            target = SQL.identifier("crmx_rel", field.column2, to_flush=field)
        else:
            target = Model._field_to_sql(alias, route, query)
        query.add_join("JOIN", "crmx_partner", "res_partner", SQL("%s = %s", PARTNER_ID, target))

    @api.private
    def _external_condition(self):
        """Leaves out colleagues and our own companies, who are with us in every mail and meeting."""
        return SQL(
            """NOT EXISTS (SELECT 1 FROM res_users u
                           WHERE u.partner_id = %(partner)s AND u.share IS NOT TRUE)
               AND NOT EXISTS (SELECT 1 FROM res_company c WHERE c.partner_id = %(partner)s)""",
            partner=PARTNER_ID,
        )

    @api.private
    def _select(self, event, query):
        Model, alias = self._records(), query.table
        date = self._date_sql(event, query)
        query.add_where(SQL("%s IS NOT NULL", date))
        partner_field = self.env["res.partner"]._fields["commercial_partner_id"]
        doc_model, doc_res_id = self._document_sql(Model, alias)
        return query.select(
            SQL.identifier(alias, "id"),
            PARTNER_ID,
            SQL(
                "COALESCE(%s, %s)",
                SQL.identifier("crmx_partner", "commercial_partner_id", to_flush=partner_field),
                PARTNER_ID,
            ),
            doc_model,
            doc_res_id,
            self._kind_sql(event, query),
            self._direction_sql(event, query),
            date,
            self._column_sql(query, self._source_user),
            self._column_sql(query, self._source_company),
        )

    @api.private
    def _kind_sql(self, event, query):
        return SQL("%s::varchar", event.kind)

    @api.private
    def _direction_sql(self, event, query):
        return SQL("%s::varchar", event.direction or None)

    @api.private
    def _date_sql(self, event, query):
        Model = self._records()
        moment = Model._field_to_sql(query.table, event.date, query)
        if Model._fields[event.date].type != "date":
            return moment
        created = SQL.identifier(query.table, "create_date")
        return SQL(
            "CASE WHEN %(created)s::date = %(day)s THEN %(created)s ELSE %(day)s + interval '12 hours' END",
            created=created,
            day=moment,
        )

    @api.private
    def _column_sql(self, query, name):
        """Id in a many2one of the record, or NULL where the model has no such field."""
        Model = self._records()
        if not name or name not in Model._fields:
            return SQL("NULL::int4")
        return Model._field_to_sql(query.table, name, query)

    @api.private
    def _document_sql(self, Model, alias):
        record_id = SQL.identifier(alias, "id")
        if self._source_parent:
            model_field = SQL("%s::varchar", Model._fields[self._source_parent].comodel_name)
            id_field = Model._field_to_sql(alias, self._source_parent)
        elif self._source_document:
            model_field, id_field = (Model._field_to_sql(alias, name) for name in self._source_document)
        else:
            return SQL("%s::varchar", self._source_model), record_id
        hangs = SQL("%s <> '' AND %s > 0", model_field, id_field)
        return (
            SQL("CASE WHEN %s THEN %s ELSE %s END", hangs, model_field, self._source_model),
            SQL("CASE WHEN %s THEN %s ELSE %s END", hangs, id_field, record_id),
        )

    # -- documents --------------------------------------------------------

    @api.private
    def _document_models(self, scope):
        """Models of the documents that records in ``scope`` hang on, and that have a partner."""
        Model = self._records()
        name = Model._field_to_sql("source", self._source_document[0])
        rows = self.env.execute_query(
            SQL(
                "SELECT DISTINCT %s FROM %s AS source WHERE %s",
                name,
                SQL.identifier(Model._table),
                scope.condition(SQL.identifier("source", "id")),
            )
        )
        return sorted(model for [model] in rows if model and self._document_routes(model))

    @api.model
    @tools.ormcache("model_name")
    def _document_routes(self, model_name):
        """Stored fields that lead from a document to its partners.

        :return: names of many2one and many2many fields; ``("id",)`` for a partner itself
        """
        if model_name == "res.partner":
            return ("id",)
        if model_name not in self.env or model_name.startswith(INTERNAL_DOCUMENTS):
            return ()
        Document = self.env[model_name]
        if Document._abstract or Document._transient or not Document._auto:
            return ()
        names = [n for s in self._sources_of(model_name) for n in s._source_partners if n != DOCUMENT]
        names += [n for source in self._sources() for n in source._source_routes.get(model_name, ())]
        fields = [Document._fields[n] for n in names or Document._mail_get_partner_fields()]
        return tuple(
            field.name
            for field in fields
            if field.store and field.comodel_name == "res.partner" and field.type in ("many2one", "many2many")
        )

    @api.private
    def _hanging_on(self, model_name, document_ids):
        """Ids of the records of this source that hang on the given documents."""
        if not self._source_document:
            return []
        Model = self._records()
        model_field, id_field = (Model._field_to_sql("source", name) for name in self._source_document)
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s AS source WHERE %s = %s AND %s = ANY(%s)",
                SQL.identifier(Model._table),
                model_field,
                model_name,
                id_field,
                list(document_ids),
            )
        )
        return [record_id for [record_id] in rows]
