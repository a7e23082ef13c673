from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.fields import Domain

SALES = ("out_invoice", "out_refund", "out_receipt")
PURCHASES = ("in_invoice", "in_refund", "in_receipt")


class CustomerCard(models.AbstractModel):
    """What the partner is worth: turnover, margin, purchases, debts both ways, punctuality."""

    _inherit = "crmx.customer.card"

    @api.model
    @api.private
    def _value(self, partner, commercial):
        """Turnover and purchases of the last 12 months and of the 12 before, by month.

        From posted journal items that the reader may read: lines of invoices less those of credit notes,
        untaxed, in the currency of the active company, by date of the invoice.
        """
        if not self.env["account.move.line"].has_access("read"):
            return None
        first = self._today() + relativedelta(months=-23, day=1)
        months = [first + relativedelta(months=n) for n in range(24)]
        turnover = self._by_month(commercial, SALES, months)
        purchases = [-amount for amount in self._by_month(commercial, PURCHASES, months)]
        margin = self._margin(commercial, months[12])
        sold = sum(turnover[12:])
        bars = zip(months[12:], turnover[12:], strict=True)
        return {
            "currency_id": self.env.company.currency_id.id,
            "since": months[12],
            "is_own": not self._sees_all_sales(),
            "turnover": self._period(turnover),
            "purchases": self._period(purchases),
            "margin": margin,
            "margin_percent": 100 * margin / sold if margin is not None and sold > 0 else None,
            "months": [{"date": day, "amount": amount} for day, amount in bars],
        }

    @api.model
    def _sees_all_sales(self):
        """Return whether what the reader sees is what was sold, or only what he sold himself."""
        groups = ("sales_team.group_sale_salesman_all_leads", "account.group_account_invoice")
        user = self.env.user
        return any(map(user.has_group, (*groups, "account.group_account_readonly")))

    @api.model
    @api.private
    def _margin(self, commercial, since):
        """Turnover since a day less quantity times the cost that the products have today.

        As in the host's analysis of invoices, for those who may read it; None for others, and when none of
        what was sold has a cost.
        """
        Report = self.env["account.invoice.report"]
        if not Report.has_access("read"):
            return None
        [(margin, cost)] = Report._read_group(
            Domain("commercial_partner_id", "=", commercial.id)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("state", "=", "posted")
            & Domain("move_type", "in", SALES)
            & Domain("invoice_date", ">=", since)
            & Domain("invoice_date", "<=", self._today()),
            [],
            ["price_margin:sum", "inventory_value:sum"],
        )
        return margin if cost else None

    @api.model
    @api.private
    def _by_month(self, commercial, move_types, months):
        """What was invoiced a month, from the reader's journal items; sales are positive."""
        rows = self.env["account.move.line"]._read_group(
            Domain("partner_id", "=", commercial.id)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("parent_state", "=", "posted")
            & Domain("display_type", "=", "product")
            & Domain("move_id.move_type", "in", move_types)
            & Domain("invoice_date", ">=", months[0])
            & Domain("invoice_date", "<=", self._today()),
            ["invoice_date:month"],
            ["balance:sum"],
        )
        totals = dict.fromkeys(months, 0.0)
        totals.update((month, -balance) for month, balance in rows)
        return list(totals.values())

    @api.model
    @api.private
    def _period(self, totals):
        """:return: the sum of the last 12 months, that of the 12 before and the change in percent"""
        now, before = sum(totals[12:]), sum(totals[:12])
        change = 100 * (now - before) / before if before > 0 else None
        return {"amount": now, "before": before, "change": change}

    @api.model
    @api.private
    def _debt(self, partner, commercial):
        """What the partner owes: the debt summary, for those who see it on the partner."""
        if not self._sees_debts("crm_extended.group_debt_summary"):
            return None
        buckets = commercial.crmx_receivable_buckets or []
        return {
            "total": commercial.crmx_receivable_total,
            "overdue": commercial.crmx_receivable_overdue,
            "buckets": [bucket for bucket in buckets if bucket["amount"] > 0],
            "currency_id": commercial.crmx_currency_id.id,
            "can_open": self.env.user.has_group("crm_extended.group_receivables_user"),
        }

    @api.model
    @api.private
    def _owed(self, partner, commercial):
        """What we owe to the partner, for accountants."""
        if not self._sees_debts("crm_extended.group_receivables_user"):
            return None
        return {
            "total": commercial.crmx_payable_total,
            "currency_id": self.env.company.currency_id.id,
        }

    @api.model
    @api.private
    def _sees_debts(self, group):
        return self.env.user.has_group(group) and self.env.company.crmx_use_receivables

    @api.model
    @api.private
    def _supply(self, partner, commercial):
        """Share of goods that came in time, as the host counts it; None without goods or rights."""
        Line = self.env["purchase.order.line"]
        if not commercial.supplier_rank or not Line.has_access("read"):
            return None
        if not self.env["stock.move"].has_access("read"):
            return None
        rate = commercial.on_time_rate
        return {"on_time": rate if rate >= 0 else None}
