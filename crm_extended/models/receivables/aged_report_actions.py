from odoo import api, fields, models
from odoo.fields import Domain

from .aged_report import GROUPINGS
from .open_item import SIDES


class AgedReport(models.AbstractModel):
    """What users do with the aged report: check it, look into a cell, print it."""

    _inherit = "crmx.aged.report"

    @api.model
    @api.readonly
    def get_check(self, options=None):
        """Compare the report's total, whatever its filters, with the balance of the accounts.

        The balance is summed from posted journal items alone, without a look at reconciliations.

        :return: dict of `report`, `ledger` and `difference` in the active company's currency, its
            `currency_id`, and the outcome as a sentence in `text`
        """
        options, _buckets = self._complete(options)
        report = self.get_page(options, (), "company", with_names=False)["total"]["total"]
        ledger = self._ledger_balance(options)
        currency = self.env.company.currency_id
        difference = currency.round(report - ledger)
        return {
            "report": report,
            "ledger": ledger,
            "difference": difference,
            "currency_id": currency.id,
            "text": self._check_text(options, report, ledger, difference),
        }

    @api.model
    def _ledger_balance(self, options):
        account_type, sign = SIDES[options["side"]]
        rates = self.conversion_rates(options["as_of"])
        # sudo: a control total of the same accounts and companies as the report that the user reads
        Line = self.env["account.move.line"].sudo()
        balances = Line._read_group(
            [
                ("parent_state", "=", "posted"),
                ("date", "<=", options["as_of"]),
                ("account_id.account_type", "=", account_type),
                ("company_id", "in", self.env.companies.ids),
            ],
            ["company_id"],
            ["balance:sum"],
        )
        total = sum(sign * balance * rates[company.id] for company, balance in balances)
        return self.env.company.currency_id.round(total)

    @api.model
    def _check_text(self, options, report, ledger, difference):
        currency = self.env.company.currency_id
        values = {
            "report": currency.format(report),
            "ledger": currency.format(ledger),
            "difference": currency.format(difference),
            "date": self._format_date(options["as_of"]),
        }
        if currency.is_zero(difference):
            return self.env._(
                "All open items add up to %(report)s, and so does the balance of the accounts on %(date)s.",
                **values,
            )
        return self.env._(
            "All open items add up to %(report)s, but the balance of the accounts on %(date)s is "
            "%(ledger)s: a difference of %(difference)s. Look for items reconciled across companies or "
            "accounts.",
            **values,
        )

    @api.model
    def _format_date(self, date):
        return self.env["ir.qweb.field.date"].value_to_html(date, {})

    @api.model
    @api.readonly
    def get_drill_action(self, options, domain=(), group_by="partner", key=False, column=False):
        """Return the action that lists the open items behind a cell.

        :param key: the row's key; None stands for the totals row
        :param column: the cell's column, or False for the whole row
        """
        options, buckets = self._complete(options)
        cell = Domain(domain) & self._column_domain(options, buckets, column)
        columns = self._columns(options, buckets)[:-1]
        name = [item["label"] for item in columns if item["key"] == column]
        if key is not None:
            field = GROUPINGS[group_by][0]
            cell &= Domain(field, "=", key)
            row = {"name": "", "key": key}
            self._name_rows([row], group_by)
            name.insert(0, row["name"])
        return {
            "type": "ir.actions.act_window",
            "name": self._drill_title(options, name),
            "res_model": "crmx.open.item",
            "views": [
                (self.env.ref("crm_extended.crmx_open_item_view_list").id, "list"),
                (False, "pivot"),
                (False, "graph"),
            ],
            "search_view_id": [self.env.ref("crm_extended.crmx_open_item_view_search").id, "search"],
            "domain": list(cell),
            "context": {
                "crmx_as_of": options["as_of"],
                "crmx_side": options["side"],
                "crmx_basis": options["basis"],
            },
        }

    @api.model
    def _drill_title(self, options, name):
        title = " – ".join(name)
        if not title:
            payable = options["side"] == "payable"
            title = self.env._("Open Payables") if payable else self.env._("Open Receivables")
        if options["as_of"] == str(fields.Date.context_today(self)):
            return title
        return self.env._("%(items)s as of %(date)s", items=title, date=self._format_date(options["as_of"]))

    @api.model
    def _column_domain(self, options, buckets, column):
        """Return the domain of the items that a column sums, on fields that the items have."""
        if not column or column == "total":
            return Domain.TRUE
        if column == "disputed":
            return Domain("disputed_amount", ">", 0)
        if column == "exchange":
            return Domain("exchange_difference", "!=", 0)
        if column == "credit_notes":
            return Domain("aged_amount", "<", 0) & Domain("kind", "=", "credit_note")
        if column == "payments":
            return Domain("aged_amount", "<", 0) & Domain("kind", "!=", "credit_note")
        start, end = buckets.ranges[int(column.removeprefix("bucket_"))]
        domain = Domain.TRUE
        if start is not None:
            domain &= Domain("age", ">=", start)
        if end is not None:
            domain &= Domain("age", "<=", end)
        if options["credits"] == "apart":
            domain &= Domain("aged_amount", ">", 0)
        return domain
