from odoo import api, fields, models
from odoo.tools import SQL

from ..common.event_projection import COLUMNS

LEDGER = SQL.identifier("crmx_timeline_event")
COLUMNS_SQL = SQL(", ").join(SQL.identifier(name) for name in COLUMNS)
#: What may differ between the row that is and the row that should be, for the same key.
VALUES = [name for name in COLUMNS if name not in ("res_id", "partner_id", "kind")]


class TimelineEvent(models.Model):
    """Pointer from a partner to something that happened: no name, no text, no amount.

    Nobody has access to the rows: they are read through ``get_page``, which shows of each source
    what the reader may read there. They are written in SQL only, by ``_refresh``.
    """

    _name = "crmx.timeline.event"
    _description = "Event in the history of a partner"
    _log_access = False
    _order = "date DESC, id DESC"
    _rec_name = "kind"

    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    res_model = fields.Char(required=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True)
    doc_model = fields.Char(required=True)
    doc_res_id = fields.Many2oneReference(model_field="doc_model", required=True)
    kind = fields.Char(required=True)
    direction = fields.Char()
    date = fields.Datetime(required=True)
    # Plain numbers: a foreign key would be checked for every row of a ledger that nothing joins,
    # and deleting a user would read it whole. The first follows partner_id.
    commercial_partner_id = fields.Integer(required=True)
    user_id = fields.Integer()
    company_id = fields.Integer()

    _source_uniq = models.UniqueIndex("(res_model, res_id, partner_id, kind)")
    _commercial_idx = models.Index("(commercial_partner_id, date DESC, id DESC)")
    _partner_idx = models.Index("(partner_id, date DESC, id DESC)")
    _document_idx = models.Index("(doc_model, doc_res_id)")
    # what is planned is little, and is asked for by its day
    _planned_idx = models.Index("(commercial_partner_id, date) WHERE kind = 'planned'")

    # -- writing ----------------------------------------------------------

    @api.private
    def _append(self, source, scope):
        """Add the rows that are missing for the records in ``scope``; leave the others.

        :return: number of rows added
        """
        self.env.flush_all()
        projection = source._projection(scope, distinct=False)
        if projection is None:
            return 0
        rows = self.env.execute_query(
            SQL(
                """
                WITH added AS (
                    INSERT INTO %s (res_model, %s) SELECT %s, e.* FROM (%s) e
                    ON CONFLICT DO NOTHING RETURNING 1
                )
                SELECT count(*) FROM added
                """,
                LEDGER,
                COLUMNS_SQL,
                source._source_model,
                projection,
            )
        )
        return rows[0][0]

    @api.private
    def _refresh(self, source, scope):
        """Make the rows of the records in ``scope`` what they should be, in one statement.

        Works for records of any fate: created, changed, given to another partner, deleted.

        :return: one ``(change, res_id, commercial_partner_id)`` a row that was not as it should
            be, with ``change`` one of ``missing``, ``wrong``, ``surplus``
        """
        self.env.flush_all()
        expected = source._projection(scope)
        if expected is None:
            expected = SQL("SELECT %s FROM %s WHERE FALSE", COLUMNS_SQL, LEDGER)
        return self.env.execute_query(
            SQL(
                _REFRESH,
                columns=COLUMNS_SQL,
                expected=expected,
                ledger=LEDGER,
                model=source._source_model,
                scope=scope.condition(SQL("t.res_id")),
                kinds=list(source._kinds()),
                assign=_join("%(name)s = EXCLUDED.%(name)s"),
                old=_join("t.%(name)s"),
                new=_join("EXCLUDED.%(name)s"),
            )
        )

    @api.private
    def _remove_orphans(self, model_name, limit):
        """Delete up to ``limit`` rows of a model whose table no longer has the record."""
        table = self.env[model_name]._table
        self.env.cr.execute(
            SQL(
                """DELETE FROM %(ledger)s WHERE id IN (
                       SELECT t.id FROM %(ledger)s t
                        WHERE t.res_model = %(model)s
                          AND NOT EXISTS (SELECT 1 FROM %(table)s s WHERE s.id = t.res_id)
                        LIMIT %(limit)s)""",
                ledger=LEDGER,
                model=model_name,
                table=SQL.identifier(table),
                limit=limit,
            )
        )
        return self.env.cr.rowcount

    @api.private
    def _remove_models(self, known, limit):
        """Delete up to ``limit`` rows of models that are no source any more: their add-on went.

        :return: number of rows deleted
        """
        # from name to name along the index, not over all rows
        rows = self.env.execute_query(
            SQL(
                """WITH RECURSIVE names AS (
                       (SELECT res_model FROM %(ledger)s ORDER BY res_model LIMIT 1)
                       UNION ALL
                       SELECT (SELECT t.res_model FROM %(ledger)s t WHERE t.res_model > names.res_model
                                ORDER BY t.res_model LIMIT 1)
                         FROM names WHERE names.res_model IS NOT NULL)
                   SELECT res_model FROM names WHERE res_model <> ALL(%(known)s)""",
                ledger=LEDGER,
                known=list(known),
            )
        )
        self.env.cr.execute(
            SQL(
                """DELETE FROM %(ledger)s WHERE id IN (
                       SELECT id FROM %(ledger)s WHERE res_model = ANY(%(gone)s) LIMIT %(limit)s)""",
                ledger=LEDGER,
                gone=[name for [name] in rows],
                limit=limit,
            )
        )
        return self.env.cr.rowcount

    # -- partners ---------------------------------------------------------

    @api.private
    def _repoint_commercial(self, partner_ids):
        """After contacts changed their company: their rows follow."""
        self.env.cr.execute(
            SQL(
                """UPDATE %(ledger)s t SET commercial_partner_id = p.commercial_partner_id
                     FROM res_partner p
                    WHERE p.id = ANY(%(ids)s) AND t.partner_id = p.id
                      AND t.commercial_partner_id <> p.commercial_partner_id""",
                ids=list(partner_ids),
                ledger=LEDGER,
            )
        )

    @api.private
    def _merge_partners(self, sources, target):
        """Give the rows of ``sources`` to ``target``; an event that both had remains once.

        The generic merge would delete every row of the sources as soon as one is a duplicate.
        """
        ids = [*sources.ids, target.id]
        self.env.cr.execute(
            SQL(
                """
                DELETE FROM %(ledger)s t WHERE t.id IN (
                    SELECT id FROM (
                        SELECT id, row_number() OVER (
                            PARTITION BY res_model, res_id, kind
                            ORDER BY partner_id = %(target)s DESC, id) AS rank
                          FROM %(ledger)s WHERE partner_id = ANY(%(ids)s)
                    ) ranked WHERE rank > 1);
                UPDATE %(ledger)s SET partner_id = %(target)s WHERE partner_id = ANY(%(sources)s);
                UPDATE %(ledger)s SET commercial_partner_id = %(commercial)s
                 WHERE commercial_partner_id = ANY(%(sources)s)
                    OR (partner_id = %(target)s AND commercial_partner_id <> %(commercial)s);
                UPDATE %(ledger)s SET doc_res_id = %(target)s
                 WHERE doc_model = 'res.partner' AND doc_res_id = ANY(%(sources)s);
                """,
                ledger=LEDGER,
                ids=ids,
                sources=sources.ids,
                target=target.id,
                commercial=target.commercial_partner_id.id,
            )
        )


def _join(pattern):
    """The values' columns, each written by ``pattern``."""
    return SQL(", ").join(SQL(pattern, name=SQL.identifier(name)) for name in VALUES)


_REFRESH = """
    WITH expected (%(columns)s) AS (%(expected)s),
    surplus AS (
        DELETE FROM %(ledger)s t
         WHERE t.res_model = %(model)s AND %(scope)s AND t.kind = ANY(%(kinds)s)
           AND NOT EXISTS (
               SELECT 1 FROM expected e
                WHERE (e.res_id, e.partner_id, e.kind) = (t.res_id, t.partner_id, t.kind)
           )
        RETURNING t.res_id, t.commercial_partner_id
    ),
    upserted AS (
        INSERT INTO %(ledger)s AS t (res_model, %(columns)s)
        SELECT %(model)s, %(columns)s FROM expected
        ON CONFLICT (res_model, res_id, partner_id, kind) DO UPDATE SET %(assign)s
         WHERE (%(old)s) IS DISTINCT FROM (%(new)s)
        RETURNING t.res_id, t.commercial_partner_id, t.xmax = 0 AS inserted
    )
    SELECT 'surplus', res_id, commercial_partner_id FROM surplus
    UNION ALL
    SELECT CASE WHEN inserted THEN 'missing' ELSE 'wrong' END,
           res_id, commercial_partner_id
      FROM upserted
"""
