"""What the host's merge of partners loses: rows that collide, and links by model and id.

The host deletes all rows of a table as soon as one of them collides with a unique constraint, and knows
five models of those that name a record by model and id. Both are done here first, precisely, by a number
of statements that does not depend on the number of rows.
"""

import psycopg2

from odoo import api, models, tools
from odoo.tools import SQL, mute_logger

#: Tables with a way of their own.
OWN_WAY = {"crmx_relation", "crmx_timeline_event", "crmx_phone_number", "crmx_duplicate", "crmx_partner_key"}
#: Links by model and id that are moved elsewhere.
OWN_LINKS = {"crmx.timeline.event", "ir.model.data"}


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Remove the rows that would collide, and only those, before all are moved."""
        self.env.flush_all()
        # sudo: the merge decides on both partners
        self.env["crmx.duplicate"].sudo()._merge_partners(src_partners, dst_partner)
        self.env.execute_query(
            SQL("DELETE FROM crmx_partner_key WHERE partner_id = ANY(%s) RETURNING id", src_partners.ids)
        )
        for table, column, others, links, condition in self._crmx_unique_indexes():
            if table not in OWN_WAY:
                self._crmx_drop_colliding(src_partners, dst_partner, table, column, others, links, condition)
        result = super()._update_foreign_keys(src_partners, dst_partner)
        self._crmx_correct_directions(dst_partner)
        return result

    def _update_reference_fields(self, src_partners, dst_partner):
        self._crmx_move_links(src_partners, dst_partner)
        return super()._update_reference_fields(src_partners, dst_partner)

    def _log_merge_operation(self, src_partners, dst_partner):
        if self.env.context.get("crmx_merge"):
            return None  # our note says more: what was taken from whom
        return super()._log_merge_operation(src_partners, dst_partner)

    @api.model
    @tools.ormcache()
    def _crmx_partner_columns(self):
        """:return: pairs of model and many2one column that lead to partners, of stored models"""
        return tuple(
            (name, field.name)
            for name, model in self.env.registry.items()
            if model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2one" and field.comodel_name == "res.partner"
            if field.store and not field.company_dependent and field.column_type
        )

    @api.private
    def _crmx_unique_indexes(self):
        """Unique indexes on columns with a foreign key to partners.

        :return: rows (table, column, other columns, those of them that lead to partners, condition)
        """
        return self.env.execute_query(
            SQL(
                """
                WITH links AS (
                    SELECT con.conrelid, con.conkey[1] AS attnum FROM pg_constraint con
                     WHERE con.contype = 'f' AND con.confrelid = 'res_partner'::regclass
                       AND array_length(con.conkey, 1) = 1)
                SELECT c.relname, a.attname,
                       ARRAY(SELECT o.attname::text FROM pg_attribute o WHERE o.attrelid = c.oid
                              AND o.attnum = ANY(i.indkey) AND o.attnum <> a.attnum),
                       ARRAY(SELECT o.attname::text FROM pg_attribute o JOIN links l
                                 ON l.conrelid = o.attrelid AND l.attnum = o.attnum
                              WHERE o.attrelid = c.oid),
                       pg_get_expr(i.indpred, i.indrelid)
                  FROM links l
                  JOIN pg_class c ON c.oid = l.conrelid
                  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = l.attnum
                  JOIN pg_index i ON i.indrelid = c.oid AND i.indisunique AND a.attnum = ANY(i.indkey)
                 WHERE 0 <> ALL(i.indkey)
                   AND EXISTS (SELECT 1 FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attname = 'id')
                   AND c.relnamespace = current_schema::regnamespace
                 ORDER BY 1, 2
                """
            )
        )

    @api.private
    def _crmx_drop_colliding(self, sources, target, table, column, others, links, condition=None):
        """Delete the rows that say the same once all are the target's; his own stay.

        A row that others rely on stays: then the host decides.
        """
        name = SQL.identifier(column)
        values = {"target": target.id, "sources": sources.ids, "all": [*sources.ids, target.id]}

        def as_merged(other):
            if other not in links:
                return SQL.identifier(other)
            pattern = "CASE WHEN %(c)s = ANY(%(sources)s) THEN %(target)s ELSE %(c)s END"
            return SQL(pattern, c=SQL.identifier(other), **values)

        partition = SQL("PARTITION BY %s", SQL(", ").join(map(as_merged, others))) if others else SQL()
        present = SQL("").join(SQL(" AND %s IS NOT NULL", SQL.identifier(other)) for other in others)
        where = SQL(" AND (%s)", SQL(condition.replace("%", "%%"))) if condition else SQL()
        query = SQL(
            """DELETE FROM %(table)s WHERE id IN (
                   SELECT id FROM (
                       SELECT id, row_number() OVER (
                              %(partition)s ORDER BY %(name)s = %(target)s DESC, id) AS place
                         FROM %(table)s WHERE %(name)s = ANY(%(all)s)%(present)s%(where)s) ranked
                    WHERE place > 1)""",
            table=SQL.identifier(table),
            partition=partition,
            name=name,
            present=present,
            where=where,
            **values,
        )
        try:
            with mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env.cr.execute(query)
        except psycopg2.IntegrityError:
            return

    @api.private
    def _crmx_move_links(self, sources, target):
        """Give all that names the sources by model and id to the target: messages, files, activities."""
        for table, id_column, model_column in self._crmx_links():
            for others in self._crmx_unique_with(table, id_column):
                self._crmx_drop_colliding_links(sources, target, table, id_column, model_column, others)
            condition = SQL(" AND res_field IS NULL") if table == "ir_attachment" else SQL()
            self.env.cr.execute(
                SQL(
                    "UPDATE %s SET %s = %s WHERE %s = 'res.partner' AND %s = ANY(%s)%s",
                    SQL.identifier(table),
                    SQL.identifier(id_column),
                    target.id,
                    SQL.identifier(model_column),
                    SQL.identifier(id_column),
                    sources.ids,
                    condition,
                )
            )
        self.env.invalidate_all()

    @api.model
    @tools.ormcache()
    def _crmx_links(self):
        """:return: rows (table, column with the id, column with the model)"""
        return tuple(
            (model._table, field.name, field.model_field)
            for name, model in self.env.registry.items()
            if name not in OWN_LINKS and model._auto and not model._abstract and not model._transient
            for field in model._fields.values()
            if field.type == "many2one_reference" and field.store and field.model_field in model._fields
            if model._fields[field.model_field].store and model._fields[field.model_field].type == "char"
        )

    @api.private
    def _crmx_unique_with(self, table, column):
        """Other columns of each unique index on a column, without conditions and expressions."""
        rows = self.env.execute_query(
            SQL(
                """SELECT ARRAY(SELECT o.attname::text FROM pg_attribute o WHERE o.attrelid = i.indrelid
                               AND o.attnum = ANY(i.indkey) AND o.attnum <> a.attnum)
                     FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = %s
                    WHERE i.indrelid = %s::regclass AND i.indisunique AND i.indpred IS NULL
                      AND 0 <> ALL(i.indkey) AND a.attnum = ANY(i.indkey)""",
                column,
                table,
            )
        )
        return [others for [others] in rows]

    @api.private
    def _crmx_drop_colliding_links(self, sources, target, table, id_column, model_column, others):
        condition = f"{model_column} = 'res.partner'"
        self._crmx_drop_colliding(sources, target, table, id_column, others, (), condition)

    @api.private
    def _crmx_correct_directions(self, partner):
        """Messages between those who are one now came from the customer himself."""
        self.env.cr.execute(
            SQL(
                """UPDATE crmx_timeline_event t SET direction = 'in'
                     FROM mail_message m JOIN res_partner a ON a.id = m.author_id
                    WHERE t.commercial_partner_id = %(id)s AND a.commercial_partner_id = %(id)s
                      AND t.res_model = 'mail.message' AND t.res_id = m.id
                      AND t.direction IS DISTINCT FROM 'in'""",
                id=partner.commercial_partner_id.id,
            )
        )
