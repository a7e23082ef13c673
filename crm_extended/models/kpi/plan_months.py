"""A plan over its months."""

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError, ValidationError

from ...tools.kpi_period import month_end


class Plan(models.Model):
    _inherit = "crmx.kpi.plan"

    @api.private
    def _months(self):
        months, day = [], self.date_from
        while day <= self.date_to:
            months.append(day)
            day += relativedelta(months=1)
        return months

    def _own_weights(self):
        try:
            weights = [float(part) for part in (self.weights or "").replace(";", " ").split()]
        except ValueError:
            weights = []
        if len(weights) != len(self._months()) or min(weights, default=-1) < 0 or not sum(weights):
            raise ValidationError(
                self.env._(
                    "Give %s weights, one for each month, none below zero and not all zero.",
                    len(self._months()),
                )
            )
        return weights

    @api.private
    def _month_weights(self):
        """:return: the weight of each month of the plan"""
        if self.profile == "own":
            return self._own_weights()
        months = self._months()
        if self.profile == "working":
            periods = self.env["crmx.kpi.period"]
            return [
                periods.new(
                    {
                        "company_id": self.company_id.id,
                        "kind": "month",
                        "date_from": month,
                        "date_to": month_end(month.year, month.month),
                    }
                ).working_days
                for month in months
            ]
        if self.profile == "history":
            return self._history_weights(months)
        return [1.0] * len(months)

    def _history_weights(self, months):
        before = {month - relativedelta(years=1): index for index, month in enumerate(months)}
        # sudo: how the company's year went, of which only the shares are used
        facts = self.env["crmx.kpi.fact"].sudo().search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("company_id", "=", self.company_id.id),
                ("level", "=", "company"),
                ("period_kind", "=", "month"),
                ("date_from", "in", list(before)),
            ]
        )  # fmt: skip
        weights = [0.0] * len(months)
        for fact in facts:
            weights[before[fact.date_from]] = max(0.0, fact.value)
        if len(facts) < len(months) or not sum(weights):
            raise UserError(
                self.env._(
                    "“%(indicator)s” was measured in %(known)s of the %(all)s months of the year before. "
                    "Choose another way over the months.",
                    indicator=self.indicator_id.name,
                    known=len(facts),
                    all=len(months),
                )
            )
        return weights
