"""Corrections: what later changes of documents add to bonuses that are decided, or take from them."""

import json

from dateutil.relativedelta import relativedelta

from odoo import api, models

from ...tools.kpi_bonus import VERSION, compute, correction
from .restatement import REVIEW_MONTHS

DECIDED = ("approved", "posted", "paid")


class BonusScheme(models.Model):
    _inherit = "crmx.bonus.scheme"

    @api.private
    def _correct(self):
        """Compare decided bonuses with what would be due now; the difference is for the next period."""
        if not self.is_clawback or self.base_kind != "indicator":
            return
        today = self.env["crmx.kpi.period"]._today(self.company_id)
        # sudo: of bonuses whoever has them corrected; what is written follows from the documents
        origins = self.env["crmx.bonus.accrual"].sudo().search(
            [
                ("scheme_id", "=", self.id),
                ("kind", "=", "ordinary"),
                ("state", "in", DECIDED),
                ("period_id.state", "=", "closed"),
                ("period_id.date_to", ">=", today - relativedelta(months=REVIEW_MONTHS)),
            ]
        )  # fmt: skip
        for period, those in origins.grouped("period_id").items():
            figures = self._figures(period, self.base_level, as_now=True)
            for origin in those:
                self._correct_one(origin, figures)

    def _correct_one(self, origin, figures):
        inputs = origin._inputs()
        base = inputs["base"]
        if base["kind"] != "indicator":
            return
        due = {**inputs, "base": {**base, "figure": figures.get(base["subject"], 0.0)}}
        decided = origin.correction_ids.filtered(lambda each: each.state in DECIDED)
        given = origin.amount + sum(decided.mapped("amount"))
        kept = {
            "version": VERSION,
            "due": due,
            "given": given,
            "rounding": inputs["rounding"],
            "may_be_negative": inputs["may_be_negative"],
        }
        self._set_correction(origin, kept, _corrected(kept))

    def _set_correction(self, origin, kept, amount):
        """Keep one draft of the difference, or none where there is none."""
        draft = origin.correction_ids.filtered(lambda each: each.state == "draft")
        if origin.currency_id.is_zero(amount):
            draft.unlink()
            return
        vals = {
            "amount": amount,
            "base": compute(kept["due"]).base,
            "inputs": json.dumps(kept, sort_keys=True, ensure_ascii=False),
        }
        if draft:
            draft.with_context(tracking_disable=True).write(vals)
        elif period := self._next_period(origin):
            names = ("scheme_id", "employee_id", "user_id", "department_id", "company_id")
            same = {name: origin[name].id for name in names}
            key = {"kind": "correction", "origin_id": origin.id, "period_id": period.id}
            origin.create({**vals, **same, **key})

    def _next_period(self, origin):
        """The first running period that has begun and in which the bonus is not corrected yet."""
        taken = origin.correction_ids.filtered(lambda each: each.state != "reversed").period_id
        return self.env["crmx.kpi.period"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", origin.period_id.kind),
                ("state", "=", "open"),
                ("date_from", ">", origin.period_id.date_from),
                ("date_from", "<=", origin.period_id._today(self.company_id)),
                ("id", "not in", taken.ids),
            ],
            order="date_from",
            limit=1,
        )


class BonusAccrual(models.Model):
    _inherit = "crmx.bonus.accrual"

    @api.model
    def _replayed_correction(self, kept):
        return _corrected(kept)


def _corrected(kept):
    """The difference between what is due and what was given."""
    return correction(compute(kept["due"]).amount, kept["given"], kept["rounding"], kept["may_be_negative"])
