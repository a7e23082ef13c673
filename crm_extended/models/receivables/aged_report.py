from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL, Query, groupby

from .open_item import SIDES

#: How rows can be grouped: field of the open item, and the field of its model that rows sort by.
GROUPINGS = {
    "partner": ("commercial_partner_id", "complete_name"),
    "salesperson": ("user_id", "name"),
    "team": ("team_id", "name"),
    "country": ("country_id", "name"),
    "tag": ("category_ids", "name"),
    "account": ("account_id", "code"),
    "company": ("company_id", "name"),
    "currency": ("currency_id", "name"),
}
#: Columns after the buckets: what is not aged, and the sum of everything.
TAIL = ("credit_notes", "payments", "exchange", "total")


class AgedReport(models.AbstractModel):
    """Aged receivables or payables: open items as of a date, summed by bucket in one query.

    `options`, as the screen, the exports and other models pass them:

    * `as_of`: date (default: today)
    * `side`: "receivable" (default) or "payable"
    * `basis`: age by "due" (default) or "invoice" date
    * `limits`: upper limits of the buckets in days, as a list or text (default: the first scheme's)
    * `credits`: "apart" (default) shows unallocated credit notes, unallocated payments with other credits,
      and exchange differences in columns of their own; "aged" puts all of them into the buckets by age

    Amounts are in the active company's currency; those of other selected companies are converted at the
    rate of the as-of date. Beside them stand the amounts in the documents' currencies.
    """

    _name = "crmx.aged.report"
    _description = "Aged Report"

    @api.model
    @api.readonly
    def get_page(
        self, options=None, domain=(), group_by="partner", offset=0, limit=None, order="name",
        with_names=True,
    ):  # fmt: skip
        """Return one page of rows, with the total of all rows.

        The number of queries depends on nothing, the memory on `limit` only.

        :param domain: on `crmx.open.item`
        :param group_by: one of GROUPINGS
        :param order: "name" or a column's key ("bucket_0", …, "total"), with " desc" to reverse
        :param with_names: False leaves names out, and then pages by the groups' ids
        :return: dict of `options` (completed), `columns`, `currency_id`, `rows`, `total` (a row) and
            `length` (the number of all rows); `notices` say why there is nothing. A row has `key` (id or
            False), `name`, `buckets`, `credit_notes`, `payments`, `exchange`, `total`, and `currencies`:
            one such dict for each document currency, with `currency_id` and, for a foreign one, the amounts
            in it under `document`; empty while all documents are in their company's currency
        :raise UserError: options that cannot be used, or a company's currency without a rate
        :raise AccessError: for users who may not read open items
        """
        options, buckets = self._complete(options)
        page = self._page_sql(options, buckets, domain, group_by, order, with_names)
        # compiling a query with so many sums takes the server longer than running it
        self.env.cr.execute("SET LOCAL jit = off")
        cells = self.env.execute_query(page(offset, limit))
        count = len(buckets.ranges) + len(TAIL)
        rows, totals = [], []
        for position, group in groupby(cells, lambda cell: cell[0]):
            if position is None:
                totals = group
            else:
                rows.append(self._row(group, count))
        length = totals[0][2] if totals else 0
        total = self._row([(None, "", False, *cell[3:]) for cell in totals], count)
        if group_by == "tag":  # a customer with two tags stands in two rows, and counts once
            total = self.get_page(options, domain, "company", with_names=False)["total"]
        if with_names and group_by != "partner":
            self._name_rows(rows, group_by)
        return {
            "options": options,
            "columns": self._columns(options, buckets),
            "currency_id": self.env.company.currency_id.id,
            "rows": rows,
            "total": total,
            "length": length,
            "notices": self._notices(options, empty=not length and not domain),
        }

    @api.model
    @api.private
    def open_items(self, options):
        """Return `crmx.open.item` in the context that `options` stand for."""
        options, _buckets = self._complete(options)
        return self.env["crmx.open.item"].with_context(
            crmx_as_of=options["as_of"],
            crmx_side=options["side"],
            crmx_basis=options["basis"],
        )

    @api.model
    def _complete(self, options):
        """Return the options with their defaults, and the buckets they stand for."""
        options = dict(options or {})
        buckets = self.env["crmx.aging.scheme"].buckets(options.get("limits"))
        as_of, side, basis = (
            self.env["crmx.open.item"]
            .with_context(
                crmx_as_of=options.get("as_of"),
                crmx_side=options.get("side"),
                crmx_basis=options.get("basis"),
            )
            ._crmx_parameters()
        )
        options.update(as_of=str(as_of), side=side, basis=basis, limits=list(buckets.limits))
        options["credits"] = "aged" if options.get("credits") == "aged" else "apart"
        return options, buckets

    @api.model
    def _columns(self, options, buckets):
        labels = self.env["crmx.aging.scheme"]._bucket_labels(buckets, options["basis"])
        columns = [{"key": f"bucket_{i}", "label": label} for i, label in enumerate(labels)]
        if options["credits"] == "apart":
            columns += [
                {"key": "credit_notes", "label": self.env._("Credit Notes")},
                {"key": "payments", "label": self.env._("Unallocated Payments")},
                {"key": "exchange", "label": self.env._("Exchange Difference")},
            ]
        return [*columns, {"key": "total", "label": self.env._("Total")}]

    # === QUERY === #

    @api.model
    def _page_sql(self, options, buckets, domain, group_by, order, with_names):
        """Return a function of offset and limit that makes the report's one query."""
        if group_by not in GROUPINGS:
            raise UserError(self.env._("The aged report cannot be grouped by “%s”.", group_by))
        names = [f"bucket_{i}" for i in range(len(buckets.ranges))] + list(TAIL)
        field, direction = self._parse_order(order if with_names else order.replace("name", "key"), names)
        parts = {
            "cells": self._cells_sql(options, buckets, domain, group_by),
            "order": SQL("%s %s", SQL.identifier(field), direction),
            "sort": SQL(", SUM(%s) AS %s", SQL.identifier(field), SQL.identifier(field))
            if field in names
            else SQL(),
            "name": SQL("named.name") if with_names else SQL("NULL"),
            "names": self._names_sql(group_by) if with_names else SQL(),
            "sums": SQL(", ").join(
                SQL("SUM(%s)", SQL.identifier(f"{name}{suffix}"))
                for suffix in ("", "_document")
                for name in names
            ),
        }
        return lambda offset, limit: SQL(_PAGE, **parts, offset=offset, limit=limit)

    @api.model
    def _parse_order(self, order, names):
        field, _space, direction = (order or "name").partition(" ")
        if field not in ("name", "key", *names) or direction.lower() not in ("", "asc", "desc"):
            raise UserError(self.env._("The aged report cannot be sorted by “%s”.", order))
        return field, SQL("DESC" if direction.lower() == "desc" else "ASC")

    @api.model
    def _cells_sql(self, options, buckets, domain, group_by):
        """Return the sums by group and document currency."""
        Item = self.open_items(options)
        query = Item._search(Domain(domain))
        if group_by == "tag":
            tags = self.env["res.partner"]._fields["category_id"]
            alias = query.left_join(Item._table, "commercial_partner_id", tags.relation, tags.column1, "tag")
            key = SQL.identifier(alias, tags.column2)
        else:
            key = Item._field_to_sql(Item._table, GROUPINGS[group_by][0], query)
        return SQL(
            """
            SELECT COALESCE(%(key)s, 0) AS key, %(currency)s AS currency_id, %(sums)s
              FROM %(items)s
             WHERE %(where)s
             GROUP BY 1, 2
            """,
            key=key,
            currency=Item._field_to_sql(Item._table, "currency_id", query),
            sums=SQL(", ").join(self._sums(Item, query, options, buckets)),
            items=query.from_clause,
            where=query.where_clause or SQL("TRUE"),
        )

    @api.model
    def _sums(self, Item, query, options, buckets):
        """Yield the named sums of a cell: in the reporting currency, then in the document's."""

        def column(name):
            return Item._field_to_sql(Item._table, name, query)

        age, kind = column("age"), column("kind")
        residual, exchange = column("residual"), column("exchange_difference")
        apart = options["credits"] == "apart"
        aged = column("aged_amount") if apart else residual
        debt = SQL("%s > 0 AND ", aged) if apart else SQL()
        rate = self._rate_sql(column("company_id"), options["as_of"])
        foreign = SQL("%s <> %s AND ", column("currency_id"), column("company_currency_id"))
        document = column("residual_currency")
        for suffix, amount, difference, total, only in (
            ("", *(SQL("%s%s", amount, rate) for amount in (aged, exchange, residual)), SQL()),
            ("_document", document, None, document, foreign),
        ):
            for i, bucket in enumerate(buckets.ranges):
                condition = SQL("%s%s%s", only, debt, self._range_sql(age, bucket))
                yield _sum(amount, condition, f"bucket_{i}{suffix}")
            credit = SQL("%s%s < 0 AND %s", only, aged, kind)
            yield _sum(amount if apart else None, SQL("%s = 'credit_note'", credit), f"credit_notes{suffix}")
            yield _sum(amount if apart else None, SQL("%s <> 'credit_note'", credit), f"payments{suffix}")
            yield _sum(difference if apart else None, SQL("%sTRUE", only), f"exchange{suffix}")
            yield _sum(total, SQL("%sTRUE", only), f"total{suffix}")

    @api.model
    def _range_sql(self, age, bucket):
        start, end = bucket
        if start is None:
            return SQL("%s <= %s", age, end)
        if end is None:
            return SQL("%s >= %s", age, start)
        return SQL("%s BETWEEN %s AND %s", age, start, end)

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

    @api.model
    def _notices(self, options, empty):
        """Return what a reader must know: companies that cannot have figures, a date before all entries."""
        if not empty:
            return []
        account_type, _sign = SIDES[options["side"]]
        # sudo: only whether there are accounts and entries at all, for companies that the user works in
        Account = self.env["account.account"].sudo()
        notices = [
            self.env._(
                "%s has no chart of accounts yet: choose one under Settings ▸ Invoicing ▸ Fiscal "
                "Localization.",
                company.name,
            )
            for company in self.env.companies
            if not Account.search_count(
                [*Account._check_company_domain(company), ("account_type", "=", account_type)], limit=1
            )
        ]
        first = (
            self.env["account.move.line"]
            .sudo()
            .search(
                [("parent_state", "=", "posted"), ("company_id", "in", self.env.companies.ids)],
                order="date",
                limit=1,
            )
        )
        if first and str(first.date) > options["as_of"]:
            notices.append(
                self.env._(
                    "The first entry is dated %(first)s, after %(as_of)s.",
                    first=self._format_date(first.date),
                    as_of=self._format_date(options["as_of"]),
                )
            )
        return notices

    # === ROWS === #

    @api.model
    def _row(self, cells, count):
        """Return a row from its cells (position, name, key, currency, sums…), one a document currency."""
        _position, name, key, *_cell = cells[0] if cells else (None, "", False)
        foreign = any(cell[-1] is not None for cell in cells)
        return {
            "key": key or False,
            "name": name,
            **_amounts(self._add([cell[4 : 4 + count] for cell in cells], count)),
            "currencies": [self._currency_row(cell, count) for cell in cells] if foreign else [],
        }

    @api.model
    def _currency_row(self, cell, count):
        document = cell[4 + count :]
        return {
            "currency_id": cell[3],
            **_amounts(cell[4 : 4 + count]),
            "document": _amounts(document) if document[-1] is not None else None,
        }

    @api.model
    def _add(self, sums, count):
        """Add the sums of cells; their digits are exact, so rounding takes away the noise of adding."""
        if len(sums) == 1:
            return sums[0]
        round_ = self.env.company.currency_id.round
        return [round_(sum(cell[i] or 0.0 for cell in sums)) for i in range(count)]

    @api.model
    def _name_rows(self, rows, group_by):
        comodel_name = self.env["crmx.open.item"]._fields[GROUPINGS[group_by][0]].comodel_name
        # sudo: the name of a group whose items the user reads
        groups = self.env[comodel_name].sudo().browse(row["key"] for row in rows if row["key"])
        names = {group.id: group.display_name for group in groups}
        for row in rows:
            row["name"] = names.get(row["key"]) or self.env._("None")


def _amounts(sums):
    *buckets, credit_notes, payments, exchange, total = (amount or 0.0 for amount in sums)
    return {
        "buckets": buckets,
        "credit_notes": credit_notes,
        "payments": payments,
        "exchange": exchange,
        "total": total,
    }


def _sum(amount, condition, name):
    """Return the named sum; no amount makes an empty column, which costs nothing."""
    if amount is None:
        return SQL("NULL::numeric AS %s", SQL.identifier(name))
    return SQL("SUM(%s) FILTER (WHERE %s) AS %s", amount, condition, SQL.identifier(name))


# The last part is the total of all rows, by currency, with their number for a key.
_PAGE = """
    WITH cell AS MATERIALIZED (%(cells)s),
    page AS (
        SELECT key, name, ROW_NUMBER() OVER (ORDER BY %(order)s NULLS LAST, key) AS position
          FROM (SELECT cell.key, %(name)s AS name %(sort)s
                  FROM cell %(names)s
                 GROUP BY 1, 2) listed
         ORDER BY position
        OFFSET %(offset)s LIMIT %(limit)s
    )
    SELECT page.position, page.name, cell.*
      FROM page
      JOIN cell USING (key)
 UNION ALL
    SELECT NULL, NULL, (SELECT COUNT(DISTINCT key) FROM cell), currency_id, %(sums)s
      FROM cell
     GROUP BY currency_id
     ORDER BY 1
"""
