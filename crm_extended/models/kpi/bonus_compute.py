"""Drafts of bonuses: what each is computed from, looked up for all persons of a scheme and period at once."""

import json

from dateutil.relativedelta import relativedelta

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.kpi_bonus import VERSION, compute
from .restatement import REVIEW_MONTHS

#: Monthly wages that a period has.
MONTHS = {"week": 12 / 52, "month": 1, "quarter": 3, "year": 12, "fiscal": 12}


class BonusScheme(models.Model):
    _inherit = "crmx.bonus.scheme"

    def action_accrue(self):
        """Compute the bonuses of all periods that have begun and are not decided."""
        self.check_access("write")
        for scheme in self:
            periods = scheme._due_periods()
            if not periods:
                raise UserError(
                    self.env._("“%s” has no period yet: measure the indicators first.", scheme.name)
                )
            for period in periods:
                scheme._accrue(period, by=self.env.user)
        return self[:1].action_open_accruals() if len(self) == 1 else True

    @api.private
    def _due_periods(self):
        """Periods of the scheme that have begun, and of which not every bonus is approved."""
        today = self.env["crmx.kpi.period"]._today(self.company_id)
        domain = [
            ("company_id", "=", self.company_id.id),
            ("kind", "=", self.period_kind),
            ("date_from", ">=", self.date_from),
            ("date_from", "<=", min(today, self.date_to or today)),
            "|",
            ("state", "=", "open"),
            ("date_to", ">=", today - relativedelta(months=REVIEW_MONTHS)),
        ]
        periods = self.env["crmx.kpi.period"].search(domain, order="date_from")
        accruals = self.env["crmx.bonus.accrual"]
        # sudo: whether there are undecided ones
        states = accruals.sudo()._read_group(
            [("scheme_id", "=", self.id), ("kind", "=", "ordinary")], ["period_id"], ["state:array_agg"]
        )
        decided = {period for period, found in states if "draft" not in found}
        return periods.filtered(lambda each: each.state == "open" or each not in decided)

    @api.private
    def _accrue(self, period, again=(), by=None):
        """Make or compute anew the drafts of a period; what is approved stays.

        :param again: employees whose reversed bonus is to be followed by another
        :param by: the user who wants it, and does not approve it then; None for the server
        """
        self.ensure_one()
        found = self._inputs_of(period)
        # sudo: drafts follow from the scheme and the figures; nobody writes them by hand
        accruals = self.env["crmx.bonus.accrual"].sudo()
        present = accruals.search(
            [
                ("scheme_id", "=", self.id),
                ("period_id", "=", period.id),
                ("kind", "=", "ordinary"),
            ],
            order="id DESC",
        )
        present = {employee: rows[0] for employee, rows in present.grouped("employee_id").items()}
        new = []
        for member, inputs in found:
            accrual = present.pop(member.employee.with_env(accruals.env), accruals)
            is_again = accrual.state == "reversed" and member.employee.id in again
            if accrual and accrual.state != "draft" and not is_again:
                continue
            bonus = compute(inputs)
            vals = {
                "user_id": member.user.id,
                "department_id": member.department.id,
                "amount": bonus.amount,
                "base": bonus.base * (bonus.part if self.is_pool else 1),
                "inputs": json.dumps(inputs, sort_keys=True, ensure_ascii=False),
                "prepared_by_id": by.id if by else False,
            }
            if accrual and not is_again:
                accrual.with_context(tracking_disable=True).write(vals)
            else:
                key = {"scheme_id": self.id, "employee_id": member.employee.id, "period_id": period.id}
                new.append({**vals, **key, "company_id": member.employee.company_id.id})
        accruals.concat(*present.values()).filtered(lambda each: each.state == "draft").unlink()
        return accruals.create(new)

    @api.private
    def _inputs_of(self, period):
        """Return what the bonus of each person is computed from: [(Member, inputs)]."""
        members = self._members(period)
        cards = self._cards(period)
        figures = {}
        if self.base_kind == "indicator":
            figures = self._figures(period, self.base_level)
        rows = [(member, self._inputs_for(member, period, cards, figures)) for member in members]
        if self.is_pool:
            weights = [self._pool_weight(member, inputs) for member, inputs in rows]
            for own, (_member, inputs) in enumerate(rows):
                inputs["pool"] = {"own": own, "weights": weights}
        return rows

    def _cards(self, period):
        # sudo: the scores of those who are paid
        cards = self.env["crmx.kpi.card"].sudo().search(
            [("template_id", "=", self.template_id.id), ("period_id", "=", period.id)]
        )  # fmt: skip
        return {card.user_id: card for card in cards} if self.template_id else {}

    def _pool_weight(self, member, inputs):
        weight = member.weight * member.days / member.of_days
        return weight * max(0.0, inputs["score"] or 0.0) if self.pool_by == "score" else weight

    def _inputs_for(self, member, period, cards, figures):
        card = cards.get(member.user, self.env["crmx.kpi.card"]) if member.user else self.env["crmx.kpi.card"]
        rate = self._rate(period)
        return {
            "version": VERSION,
            "scheme": self.name,
            "rounding": self.company_id.currency_id.rounding,
            "base": self._base_data(member, period, card, figures, rate),
            "times": self.times,
            "score": card.score if card.measured else None,
            "curve": self._curve_data(),
            "lines": [self._line_data(line, card) for line in self.line_ids] if self.times == "lines" else [],
            "card": [_card_row(line) for line in card.line_ids],
            "days": member.days,
            "of_days": member.of_days,
            "guarantee": self.guarantee * rate,
            "ceiling": self.ceiling * rate,
            "may_be_negative": self.may_be_negative,
            "rate": rate,
        }

    def _rate(self, period):
        """Units of the company's currency for one of the scheme's, on the period's last day."""
        company = self.company_id
        today = self.env["crmx.kpi.period"]._today(company)
        day = min(period.date_to, today)
        return self.env["res.currency"]._get_conversion_rate(
            self.currency_id, company.currency_id, company, day
        )

    def _base_data(self, member, period, card, figures, rate):
        if self.base_kind == "fixed":
            return {"kind": "fixed", "amount": self.base_amount * rate}
        if self.base_kind == "wage":
            return {
                "kind": "wage",
                "percent": self.base_percent,
                "months": MONTHS[self.period_kind],
                "wages": member.wages,
            }
        subject = self._pool_subject() if self.is_pool else self._subject_of(member, card)
        return {
            "kind": "indicator",
            "percent": self.base_percent,
            "indicator": self.base_indicator_id.name,
            "level": self.base_level,
            "subject": subject,
            "figure": figures.get(subject, 0.0),
            "is_partial": self.base_level != "user",
        }

    def _subject_of(self, member, card):
        """Whose figure the base of somebody is a part of."""
        return {
            "user": member.user.id,
            "team": (card.team_id or member.user.sale_team_id).id,
            "department": member.department.id,
            "company": self.company_id.id,
        }[self.base_level]

    def _line_data(self, line, card):
        row = card.line_ids.filtered(
            lambda each: (each.indicator_id, each.level) == (line.indicator_id, line.level)
        )
        return {
            "name": line.indicator_id.name,
            "share": line.share / 100,
            "reached": row.reached if row.is_scored else None,
            **line._curve_data(),
        }

    # === EVERY NIGHT === #

    @api.model
    def _cron_bonuses(self):
        """Compute drafts and corrections, and see what was paid, scheme by scheme, each committed."""
        schemes = self.search([("company_id.crmx_use_kpi", "=", True)])
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(schemes))
        for scheme in schemes:
            scheme = scheme.try_lock_for_update()
            if scheme:
                scheme._work_off()
            if not cron._commit_progress(1):
                break

    @api.private
    def _work_off(self):
        for period in self._due_periods():
            self._accrue(period)
        self._correct()
        accruals = self.env["crmx.bonus.accrual"]
        accruals.search([("scheme_id", "=", self.id), ("state", "in", ("posted", "paid"))])._see_paid()


class KpiPeriod(models.Model):
    _inherit = "crmx.kpi.period"

    @api.private
    def _seal(self):
        """Bonuses are approved as they are when the period is closed."""
        result = super()._seal()
        # sudo: drafts follow from the scheme and the figures, whoever closes the period
        schemes = self.env["crmx.bonus.scheme"].sudo().search(
            [
                ("company_id", "=", self.company_id.id),
                ("period_kind", "=", self.kind),
                ("date_from", "<=", self.date_from),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", self.date_from),
            ]
        )  # fmt: skip
        for scheme in schemes:
            scheme._accrue(self)
        return result


def _card_row(line):
    """A line of a scorecard as it was, for the statement."""
    return {
        "name": line.indicator_id.name,
        "weight": line.weight,
        "plan": line.plan_text,
        "fact": line.fact_text,
        "reached": line.reached_text,
        "worth": line.worth_text,
    }
