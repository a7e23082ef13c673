"""A figure beside its target, and where it goes at this pace."""

from odoo import api, fields, models

from ...tools import kpi


class Fact(models.Model):
    _inherit = "crmx.kpi.fact"

    target_text = fields.Char(string="Target", compute="_compute_target")
    reached_text = fields.Char(string="Reached", compute="_compute_target")
    light = fields.Selection(
        [("green", "On target"), ("amber", "Close"), ("red", "Behind")], compute="_compute_target"
    )
    rate_text = fields.Char(
        string="At This Pace",
        compute="_compute_rate",
        help="To the end of the period, when it goes on as on its working days so far.",
    )

    @api.depends("value", "has_value")
    def _compute_target(self):
        # sudo: the targets of those whose figures the reader has
        holding = self.env["crmx.kpi.target"].sudo()._holding(self.indicator_id, self.period_id)
        for fact in self:
            key = (fact.indicator_id.id, fact.period_id.id, fact.level, fact.subject_id)
            target = holding.get(key)
            fact.target_text = fact._target_words(target) if target else ""
            reached = fact._reached(target) if target else None
            fact.reached_text = f"{reached * 100:.1f} %" if reached is not None else ""
            fact.light = kpi.light(reached) or False

    def _reached(self, target):
        return kpi.achievement(
            self.value if self.has_value else None, target[0], self.indicator_id.direction, *target[1:]
        )

    def _target_words(self, target):
        amount, low, high = target
        if self.indicator_id.direction == "band":
            return f"{self._in_words(low)} – {self._in_words(high)}"
        return self._in_words(amount)

    @api.depends("value", "has_value")
    def _compute_rate(self):
        for fact in self:
            period = fact.period_id
            fact.rate_text = ""
            if fact.has_value and fact.state == "open" and fact.indicator_id._is_adding():
                rate = kpi.run_rate(fact.value, period.worked_days, period.working_days)
                fact.rate_text = fact._in_words(rate)
