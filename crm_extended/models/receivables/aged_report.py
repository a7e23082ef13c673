from bisect import bisect_left
from operator import itemgetter

from odoo import api, models
from odoo.tools import SQL, groupby

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


class AgedReport(models.AbstractModel):
    """Aged receivables or payables: open items as of a date, summed by bucket in one query.

    `options`, as the screen, the exports and other models pass them:

    * `as_of`: date (default: today)
    * `side`: "receivable" (default) or "payable"
    * `basis`: age by "due" (default) or "invoice" date
    * `limits`: upper limits of the buckets in days, as a list or text (default: the first scheme's)
    * `credits`: "apart" (default) shows unallocated credit notes, unallocated payments with other credits,
      and exchange differences in columns of their own; "aged" puts all of them into the buckets by age
    * `disputes`: False leaves out the column that says, while there are disputes on the as-of date, how
      much of the total is contested

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
            in it under `document`; empty while all documents are in their company's currency. While there
            are disputes, all of these have `disputed` too
        :raise UserError: options that cannot be used, or a company's currency without a rate
        :raise AccessError: for users who may not read open items
        """
        options, buckets = self._complete(options)
        page = self._page_sql(options, buckets, domain, group_by, order, with_names)
        # compiling a query with so many sums takes the server longer than running it
        cells = self.env.execute_query(SQL("SET LOCAL jit = off; %s", page(offset, limit)))
        digits = self.env.company.currency_id.decimal_places
        maker = _RowMaker(len(buckets.ranges), digits, options["disputes"])
        rows, total, length = maker.make(cells)
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
        options["disputes"] = (
            options.get("disputes") is not False
            and side == "receivable"
            and self.env["crmx.dispute"]._any_open(as_of)
        )
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
        columns.append({"key": "total", "label": self.env._("Total")})
        if options["disputes"]:
            columns.append({"key": "disputed", "label": self.env._("Disputed")})
        return columns

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
        Line = self.env["account.move.line"].sudo()  # sudo: as above; only the date of the first entry
        first = Line.search(
            [("parent_state", "=", "posted"), ("company_id", "in", self.env.companies.ids)],
            order="date",
            limit=1,
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

    @api.model
    def _name_rows(self, rows, group_by):
        comodel_name = self.env["crmx.open.item"]._fields[GROUPINGS[group_by][0]].comodel_name
        # sudo: the name of a group whose items the user reads
        groups = self.env[comodel_name].sudo().browse(row["key"] for row in rows if row["key"])
        names = {group.id: group.display_name for group in groups}
        for row in rows:
            row["name"] = names.get(row["key"]) or self.env._("None")


def _groups(cells, last):
    """Yield the cells of each row: those before the last that follow each other with the same key."""
    start, key = 0, None
    for at in range(last):
        if cells[at][2] != key:
            if at > start:
                yield cells[start:at]
            start, key = at, cells[at][2]
    if last > start:
        yield cells[start:last]


class _RowMaker:
    """Makes rows of the query's cells: (part, name, key, currency, slot, amount, exchange, document).

    While there are disputes, the contested amount and that in the document's currency stand before the last.

    The amounts' digits are exact, so rounding takes away the noise of adding.
    """

    def __init__(self, buckets, digits, disputes):
        self.buckets = buckets
        self.digits = digits
        self.disputes = disputes
        self.foreign = False

    def make(self, cells):
        """Return the rows, the total row, and the number of all rows."""
        last = bisect_left(cells, 1, key=itemgetter(0))
        total = cells[last:]
        self.foreign = any(cell[-1] is not None for cell in total)
        rows = [self._lone(*group) if len(group) == 1 else self._row(group) for group in _groups(cells, last)]
        length = total[0][2] if total else 0
        return rows, self._sum({"key": False, "name": ""}, total), len(rows) if length is None else length

    def _lone(self, cell):
        """Return the row of a single cell, which most rows are of."""
        document, exchange = cell[-1], cell[6]
        if self.disputes or exchange or document is not None:
            return self._row([cell])
        slots = [0.0] * (self.buckets + 2)
        slots[cell[4]] = amount = cell[5]
        payments = slots.pop()
        return {
            "key": cell[2] or False,
            "name": cell[1],
            "payments": payments,
            "credit_notes": slots.pop(),
            "buckets": slots,
            "exchange": 0.0,
            "total": amount,
            "currencies": [],
        }

    def _row(self, cells):
        return self._sum({"key": cells[0][2] or False, "name": cells[0][1]}, cells)

    def _sum(self, row, cells):
        self._add(row, cells)
        row["currencies"] = []
        if self.foreign and any(cell[-1] is not None for cell in cells):
            for column in ("credit_notes", "payments"):
                row[column] = round(row[column], self.digits)
            row["buckets"] = [round(amount, self.digits) for amount in row["buckets"]]
            row["currencies"] = [
                self._currency_row(currency, group) for currency, group in groupby(cells, itemgetter(3))
            ]
        return row

    def _currency_row(self, currency_id, cells):
        document = None
        if any(cell[-1] is not None for cell in cells):
            document = self._add({}, [(*cell[:5], cell[-1] or 0.0, None, *cell[8:9], None) for cell in cells])
        return self._add({"currency_id": currency_id, "document": document}, cells)

    def _add(self, row, cells):
        """Add the cells' amounts to an empty row, and return it."""
        slots = [0.0] * (self.buckets + 2)
        difference = total = 0.0
        for cell in cells:
            amount, exchange = cell[5], cell[6]
            slots[cell[4]] += amount
            total += amount
            if exchange:
                difference += exchange
                total += exchange
        if len(cells) > 1:
            total, difference = round(total, self.digits), round(difference, self.digits)
        row["payments"] = slots.pop()
        row["credit_notes"] = slots.pop()
        row["buckets"] = slots
        row["exchange"] = difference
        row["total"] = total
        if self.disputes:
            row["disputed"] = round(sum(cell[7] or 0.0 for cell in cells), self.digits)
        return row
