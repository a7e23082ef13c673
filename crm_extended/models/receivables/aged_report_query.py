from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query

from .aged_report import GROUPINGS


class AgedReport(models.AbstractModel):
    """The aged report's one query."""

    _inherit = "crmx.aged.report"

    @api.model
    def _page_sql(self, options, buckets, domain, group_by, order, with_names):
        """Return a function of offset and limit that makes the report's one query."""
        if group_by not in GROUPINGS:
            raise UserError(self.env._("The aged report cannot be grouped by “%s”.", group_by))
        parts = {
            "cells": self._cells_sql(options, buckets, domain, group_by),
            **self._order_sql(order, len(buckets.ranges), with_names, options["disputes"]),
            "by_name": SQL(", named.name") if with_names else SQL(),
            **(_DISPUTED_COLUMNS if options["disputes"] else dict.fromkeys(_DISPUTED_COLUMNS, SQL())),
            "name": SQL("named.name") if with_names else SQL("NULL"),
            "names": self._names_sql(group_by) if with_names else SQL(),
        }

        def page(offset, limit):
            if not offset and not limit:
                return SQL(_PAGE, **parts, rows=SQL(), length=SQL("NULL::bigint"))
            rows = SQL(_ROWS, **parts, offset=offset, limit=limit or None)
            return SQL(_PAGE, **parts, rows=rows, length=SQL(_LENGTH))

        return page

    @api.model
    def _order_sql(self, order, buckets, with_names, disputes):
        """Return what groups and their cells are sorted by (name, key or a column), and the direction."""
        field, _space, direction = (order or "name").partition(" ")
        columns = _column_sums(buckets)
        columns["disputed"] = SQL("SUM(disputed)") if disputes else SQL("SUM(0)")
        if field not in ("name", "key", *columns) or direction.lower() not in ("", "asc", "desc"):
            raise UserError(self.env._("The aged report cannot be sorted by “%s”.", order))
        sort = cell_sort = SQL("named.name") if with_names else SQL("cell.key")
        if field in columns:
            sort = columns[field]
            cell_sort = SQL("%s OVER (PARTITION BY cell.key)", sort)
        direction = SQL("DESC" if direction.lower() == "desc" else "ASC")
        return {"sort": sort, "cell_sort": cell_sort, "direction": direction}

    @api.model
    def _cells_sql(self, options, buckets, domain, group_by):
        """Return the sums by group, document currency and column."""
        Item = self.open_items(options)
        query = Item._search(Domain(domain))
        if group_by == "tag":
            tags = self.env["res.partner"]._fields["category_id"]
            alias = query.left_join(Item._table, "commercial_partner_id", tags.relation, tags.column1, "tag")
            key = SQL.identifier(alias, tags.column2)
        else:
            key = Item._field_to_sql(Item._table, GROUPINGS[group_by][0], query)
        parts = {
            **self._item_sql(Item, query, options, buckets),
            "disputed": self._disputed_sql(Item, query, options) if options["disputes"] else SQL(),
        }
        return SQL(
            _CELLS,
            key=key,
            currency=Item._field_to_sql(Item._table, "currency_id", query),
            items=query.from_clause,
            where=query.where_clause or SQL("TRUE"),
            **parts,
        )

    @api.model
    def _item_sql(self, Item, query, options, buckets):
        """Return what an item adds to its cell: to which column, and how much."""

        def column(name):
            return Item._field_to_sql(Item._table, name, query)

        rate = self._rate_sql(column("company_id"), options["as_of"])
        # the limits of Buckets, as the host's server counts them
        slot = SQL("width_bucket(%s, %s)", column("age"), [limit + 1 for limit in (0, *buckets.limits)])
        amount, exchange = column("residual"), SQL("NULL")
        if options["credits"] == "apart":
            amount = column("aged_amount")
            exchange = SQL("SUM(%s%s)", column("exchange_difference"), rate)
            slot = SQL(
                "CASE WHEN %(amount)s > 0 THEN %(slot)s WHEN %(kind)s = 'credit_note' THEN %(last)s + 1 "
                "ELSE %(last)s + 2 END",
                amount=amount,
                slot=slot,
                kind=column("kind"),
                last=len(buckets.limits) + 1,
            )
        return {
            "slot": slot,
            "amount": SQL("%s%s", amount, rate),
            "exchange": exchange,
            "document": SQL(
                "CASE WHEN %s <> %s THEN %s END",
                column("currency_id"),
                column("company_currency_id"),
                column("residual_currency"),
            ),
        }

    @api.model
    def _disputed_sql(self, Item, query, options):
        """Return the sums of what is contested of the items, in the reporting and the documents' currency."""

        def column(name):
            return Item._field_to_sql(Item._table, name, query)

        query.add_join(
            "LEFT JOIN",
            "disputed",
            SQL("(%s)", Item._disputed_sql()),
            SQL("disputed.line_id = %s", column("id")),
        )
        return SQL(
            _DISPUTED,
            residual=column("residual_currency"),
            worth=column("aged_amount"),
            rate=self._rate_sql(column("company_id"), options["as_of"]),
            foreign=SQL("%s <> %s", column("currency_id"), column("company_currency_id")),
        )

    @api.model
    def _names_sql(self, group_by):
        """Return the join that adds the name by which rows sort."""
        field, name = GROUPINGS[group_by]
        comodel = self.env[self.env["crmx.open.item"]._fields[field].comodel_name]
        # sudo: the name of a group whose items the user reads, such as a partner of another company
        comodel = comodel.sudo().with_context(active_test=False)
        query = Query(self.env, comodel._table, comodel._table_sql)
        name_sql = comodel._field_to_sql(comodel._table, name, query)
        return SQL(
            "LEFT JOIN (SELECT %s AS id, %s AS name FROM %s) named ON named.id = cell.key",
            SQL.identifier(comodel._table, "id"),
            name_sql,
            query.from_clause,
        )

    # === CURRENCY === #

    @api.model
    def _rate_sql(self, company, as_of):
        """Return " * rate" of an item's company, or nothing while all companies share one currency."""
        rates = self.conversion_rates(as_of)
        if set(rates.values()) == {1.0}:
            return SQL()
        cases = [SQL("WHEN %s THEN %s", company_id, rate) for company_id, rate in rates.items()]
        return SQL(" * CASE %s %s END", company, SQL(" ").join(cases))

    @api.model
    @api.private
    def conversion_rates(self, as_of):
        """Return {company id: rate} from the selected companies' currencies to the active company's.

        :raise UserError: no rate on or before the as-of date
        """
        currency = self.env.company.currency_id
        rates = {}
        for company in self.env.companies:
            if company.currency_id != currency:
                self._check_rate(company, as_of)
            rates[company.id] = currency._get_conversion_rate(
                company.currency_id, currency, self.env.company, as_of
            )
        return rates

    @api.model
    def _check_rate(self, company, as_of):
        currencies = company.currency_id + self.env.company.currency_id
        known = self.env["res.currency.rate"].search_count(
            [
                ("currency_id", "in", currencies.ids),
                ("company_id", "in", (False, self.env.company.root_id.id)),
                ("name", "<=", as_of),
            ],
            limit=1,
        )
        if not known:
            raise UserError(
                self.env._(
                    "There is no rate from %(company_currency)s, the currency of %(company)s, to "
                    "%(currency)s on %(date)s. Enter one under Accounting ▸ Configuration ▸ Currencies, or "
                    "select companies that share a currency.",
                    company_currency=company.currency_id.name,
                    company=company.name,
                    currency=self.env.company.currency_id.name,
                    date=as_of,
                )
            )


def _column_sums(buckets):
    """Return the sum of the cells that make a column, by the column's key."""
    slots = [f"bucket_{i}" for i in range(buckets)] + ["credit_notes", "payments"]
    return {
        **{name: SQL("SUM(amount) FILTER (WHERE slot = %s)", slot) for slot, name in enumerate(slots)},
        "exchange": SQL("SUM(exchange)"),
        "total": SQL("SUM(amount + COALESCE(exchange, 0))"),
    }


# A cell is one column of one group in one document currency; its exchange difference stands elsewhere.
_CELLS = """
    SELECT COALESCE(%(key)s, 0) AS key,
           %(currency)s AS currency_id,
           %(slot)s AS slot,
           SUM(%(amount)s) AS amount,
           (%(exchange)s)::numeric AS exchange,
           %(disputed)s
           SUM(%(document)s) AS document
      FROM %(items)s
     WHERE %(where)s
     GROUP BY 1, 2, 3
"""

# The contested part of an item, at most what is open, is worth what it is of the open amount.
_DISPUTED = """
           SUM(ROUND(CASE WHEN %(foreign)s
                          THEN %(worth)s * LEAST(disputed.amount, %(residual)s) / NULLIF(%(residual)s, 0)
                          ELSE LEAST(disputed.amount, %(residual)s)
                      END, 4)%(rate)s)
               FILTER (WHERE disputed.amount > 0 AND %(residual)s > 0) AS disputed,
           SUM(LEAST(disputed.amount, %(residual)s))
               FILTER (WHERE disputed.amount > 0 AND %(residual)s > 0 AND %(foreign)s) AS disputed_document,
"""
_DISPUTED_COLUMNS = {
    "disputed": SQL("disputed::float8, disputed_document::float8,"),
    "disputed_sums": SQL("SUM(disputed), SUM(disputed_document),"),
}

# Part 1 is the total of all rows, with their number for a key where the page does not hold them all. Floats
# are read much faster than numerics, above all where they are empty.
_PAGE = """
    WITH cell AS MATERIALIZED (%(cells)s)
    SELECT part, name, key, currency_id, slot, amount::float8, exchange::float8,
           %(disputed)s document::float8
      FROM (
            SELECT 0 AS part, %(cell_sort)s AS sort, %(name)s AS name, cell.*
              FROM cell %(names)s %(rows)s
         UNION ALL
            SELECT 1, NULL, NULL, %(length)s, currency_id, slot,
                   SUM(amount), SUM(exchange), %(disputed_sums)s SUM(document)
              FROM cell
             GROUP BY currency_id, slot
           ) listed
     ORDER BY part, sort %(direction)s NULLS LAST, key, currency_id, slot
"""
_ROWS = """
     WHERE cell.key IN (
           SELECT cell.key
             FROM cell %(names)s
            GROUP BY cell.key%(by_name)s
            ORDER BY %(sort)s %(direction)s NULLS LAST, cell.key
           OFFSET %(offset)s
            LIMIT %(limit)s
     )
"""
_LENGTH = "(SELECT COUNT(DISTINCT key) FROM cell)"
