"""Signals that come from offers, orders and turnover."""

from datetime import datetime, time, timedelta

from dateutil.relativedelta import relativedelta

from odoo import fields, models
from odoo.fields import Domain
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)

SALES = ("out_invoice", "out_refund", "out_receipt")
TURNOVER = [
    ("move_id.move_type", "in", SALES),
    ("parent_state", "=", "posted"),
    ("display_type", "=", "product"),
]


class SignalOfferWaiting(models.AbstractModel):
    _name = "crmx.recommendation.signal.offer.waiting"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: an offer waits for an answer"

    _signal_code = "offer_waiting"
    _signal_label = _lt("Offer waits for an answer")
    _signal_figures = ("count", "amount", "days")
    _signal_parameters = ("days", "amount")
    _signal_model = "sale.order"

    def _signal_domain(self, rule):
        day = fields.Datetime.now() - timedelta(days=rule.days)
        return Domain("state", "=", "sent") & Domain("date_order", "<", day)

    def _evaluate(self, rule, partners):
        found = self._grouped(rule, partners, ["id:recordset", "date_order:min"])
        now, result = fields.Datetime.now(), {}
        for partner_id, (orders, first) in found.items():
            amount = sum(order.amount_untaxed / (order.currency_rate or 1) for order in orders)
            if amount >= rule.amount:
                result[partner_id] = {
                    "count": len(orders),
                    "amount": self._amount(amount),
                    "days": (now - first).days,
                    "weight": amount,
                }
        return result


class SignalOfferExpiring(models.AbstractModel):
    _name = "crmx.recommendation.signal.offer.expiring"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: an offer expires"

    _signal_code = "offer_expiring"
    _signal_label = _lt("Offer expires")
    _signal_figures = ("count", "date", "days")
    _signal_parameters = ("days",)
    _signal_model = "sale.order"

    def _signal_domain(self, rule):
        today = fields.Date.context_today(self)
        return (
            Domain("state", "=", "sent")
            & Domain("validity_date", ">=", today)
            & Domain("validity_date", "<=", today + timedelta(days=rule.days))
        )

    def _evaluate(self, rule, partners):
        today = fields.Date.context_today(self)
        found = self._grouped(rule, partners, ["__count", "validity_date:min"])
        return {
            partner_id: {
                "count": count,
                "date": self._date(day),
                "days": (day - today).days,
                "weight": -(day - today).days,
            }
            for partner_id, (count, day) in found.items()
        }


class SignalNoOrder(models.AbstractModel):
    _name = "crmx.recommendation.signal.no.order"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: a customer has not ordered for long"

    _signal_code = "no_order"
    _signal_label = _lt("Customer has not ordered for long")
    _signal_figures = ("days", "date", "count")
    _signal_parameters = ("days",)
    _signal_model = "sale.order"

    def _signal_domain(self, rule):
        return Domain("state", "=", "sale")

    def _evaluate(self, rule, partners):
        found = self._grouped(rule, partners, ["__count", "date_order:max"])
        now = fields.Datetime.now()
        return {
            partner_id: {
                "days": (now - last).days,
                "date": self._date(last),
                "count": count,
                "weight": count,
            }
            for partner_id, (count, last) in found.items()
            if (now - last).days > rule.days
        }


class SignalBuyingLess(models.AbstractModel):
    """Turnover of the last 12 months against the 12 before, from journal items that the reader may read."""

    _name = "crmx.recommendation.signal.buying.less"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: a customer buys less"

    _signal_code = "buying_less"
    _signal_label = _lt("Customer buys less")
    _signal_figures = ("percent", "amount", "before")
    _signal_parameters = ("percent", "amount")
    _signal_model = "account.move"

    def _turnover(self, partners, since, until):
        Line = self.env["account.move.line"]
        if not Line.has_access("read"):
            return {}
        groups = Line._read_group(
            Domain(TURNOVER)
            & Domain("partner_id", "in", partners.ids)
            & Domain("company_id", "=", self.env.company.id)
            & Domain("invoice_date", ">", since)
            & Domain("invoice_date", "<=", until),
            ["partner_id"],
            ["balance:sum"],
        )
        return {partner.id: -balance for partner, balance in groups}

    def _evaluate(self, rule, partners):
        today = fields.Date.context_today(self)
        year, two_years = today - relativedelta(years=1), today - relativedelta(years=2)
        before = self._turnover(partners, two_years, year)
        now = self._turnover(partners, year, today)
        result = {}
        for partner_id, past in before.items():
            amount = now.get(partner_id, 0.0)
            if past <= 0 or past < rule.amount or amount > past * (1 - rule.percent / 100):
                continue
            result[partner_id] = {
                "percent": round(100 * (past - amount) / past),
                "amount": self._amount(amount),
                "before": self._amount(past),
                "weight": past - amount,
            }
        return result

    def _signal_domain(self, rule):
        since = fields.Date.context_today(self) - relativedelta(years=2)
        return (
            Domain("move_type", "in", SALES)
            & Domain("state", "=", "posted")
            & Domain("invoice_date", ">", since)
        )


class SignalOpportunityIdle(models.AbstractModel):
    _name = "crmx.recommendation.signal.opportunity.idle"
    _inherit = "crmx.recommendation.signal"
    _description = "Signal: nothing is planned for an opportunity"

    _signal_code = "opportunity_idle"
    _signal_label = _lt("Nothing is planned for an opportunity")
    _signal_figures = ("count", "amount", "days")
    _signal_parameters = ("days", "amount")
    _signal_model = "crm.lead"

    def _signal_domain(self, rule):
        moment = datetime.combine(fields.Date.context_today(self) - timedelta(days=rule.days), time.max)
        return (
            Domain("type", "=", "opportunity")
            & Domain("won_status", "=", "pending")
            & Domain("activity_ids", "=", False)
            & Domain("date_last_stage_update", "<=", moment)
        )

    def _evaluate(self, rule, partners):
        aggregates = ["__count", "expected_revenue:sum", "date_last_stage_update:min"]
        found = self._grouped(rule, partners, aggregates)
        now = fields.Datetime.now()
        return {
            partner_id: {
                "count": count,
                "amount": self._amount(amount),
                "days": (now - since).days,
                "weight": amount,
            }
            for partner_id, (count, amount, since) in found.items()
            if amount >= rule.amount
        }
