"""What became of instalment plans, from the ledger alone."""

from collections import defaultdict

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.instalments import Due, follow, verdict
from .promise_judge import REVIEW_DAYS

#: States that the ledger changes.
FOLLOWED = ("live", "paid", "defaulted", "void")


class InstalmentPlan(models.Model):
    _inherit = "crmx.instalment.plan"

    _judge_activity = "crm_extended.mail_activity_type_plan_defaulted"

    @api.model
    def _judge_domain(self, today):
        return [
            ("state", "in", FOLLOWED),
            "|",
            ("state", "=", "live"),
            ("date_end", ">=", today - relativedelta(days=REVIEW_DAYS)),
        ]

    @api.private
    def _judge(self):
        """Read from the ledger what came of each instalment, and say what became of the plans.

        The number of queries does not depend on the number of plans.
        """
        today = fields.Date.context_today(self)
        followed = self.filtered(lambda plan: plan.state in FOLLOWED)
        parts = followed.line_ids._follow(today)
        taken = followed._taken_items()
        changed = defaultdict(self.browse)
        for plan in followed:
            state = plan._follow(parts, today)
            if state == "live" and plan.line_ids.move_line_id & taken:
                continue  # agreed anew meanwhile
            if state != plan.state:
                changed[state] += plan
        (followed | self).date_checked = today
        for state, plans in changed.items():
            plans._become(state)
            plans._tell(state)

    @api.private
    def _follow(self, parts, today):
        """Take down what was received; return what has become of the plan."""
        self.ensure_one()
        dues = [Due(one.amount, one.date_last) for one in self.tranche_ids]
        payments = []
        for item in self.line_ids:
            item.received = sum(amount for _day, amount in parts[item][1])
            payments += parts[item][1]
        outcomes = follow(
            dues,
            payments,
            sum(parts[item][0] for item in self.line_ids),
            today,
            self.company_id.crmx_promise_grace,
            self.currency_id.rounding,
        )
        for instalment, outcome in zip(self.tranche_ids, outcomes, strict=True):
            instalment.write(
                {
                    "owed": outcome.owed,
                    "received": outcome.received,
                    "state": outcome.state,
                    "date_paid": outcome.paid_on or False,
                }
            )
        waiting = self.tranche_ids.filtered(lambda one: one.state in ("open", "missed"))
        self.write(
            {
                "received": sum(outcome.received for outcome in outcomes),
                "date_next": waiting[:1].date_due,
            }
        )
        return verdict(outcomes, dues, self.date_forgiven or None)

    @api.private
    def _taken_items(self):
        """Return the journal items of plans that are not under way which another plan has taken over."""
        resting = self.filtered(lambda plan: plan.state != "live").line_ids.move_line_id
        if not resting:
            return resting
        Item = self.env["crmx.instalment.item"]
        return Item.search([("is_live", "=", True), ("move_line_id", "in", resting.ids)]).move_line_id

    @api.private
    def _become(self, state):
        """Change the state; the day on which a plan ends is the first one on which it holds no more."""
        over = fields.Date.context_today(self) if state != "live" else False
        self.write({"state": state, "date_judged": over})
        self.line_ids.is_live = state == "live"

    @api.private
    def _tell(self, state):
        """Take the verdict down in the register and the chatter; see to the collector's task."""
        self._log("plan_judged")
        self._tell_received(state)
        self.activity_unlink([self._judge_activity])
        if state == "defaulted":
            self._plan_tasks()

    @api.model
    @api.private
    def _defaulted(self, debtors, company, since=None):
        """Return [(debtor, days on which plans of his defaulted)], in the company's tree."""
        return self._read_group(
            [
                ("commercial_partner_id", "in", debtors.ids),
                ("company_id", "in", company._crmx_tree_ids()),
                ("state", "=", "defaulted"),
                ("date_judged", ">=", since or "1900-01-01"),
            ],
            ["commercial_partner_id"],
            ["date_judged:array_agg"],
        )
