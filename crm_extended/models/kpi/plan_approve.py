"""Plans from a draft to approval, and what is proposed for those below."""

from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.kpi import spread


class Plan(models.Model):
    _inherit = "crmx.kpi.plan"

    def action_submit(self):
        """Check that all adds up, and ask for approval."""
        for plan in self:
            plan.check_access("write")
            if plan.state not in ("draft", "rejected"):
                continue
            plan._check_complete()
            # sudo: what happened is set by this method only
            plan.sudo().write({"state": "submitted", "submitted_by_id": self.env.uid})

    def _check_complete(self):
        if not self.line_ids:
            raise UserError(self.env._("There is no target in “%s” yet.", self.name))
        if self.problem:
            raise UserError(self.problem)

    def action_approve(self):
        """Approve what somebody else submitted: from the day on which the version holds, it is the plan."""
        for plan in self:
            plan.check_access("write")
            if plan.state != "submitted":
                raise UserError(self.env._("“%s” is not submitted.", plan.name))
            if plan.submitted_by_id == self.env.user:
                raise UserError(self.env._("Whoever submitted a plan does not approve it: four eyes."))
            plan._check_complete()
            plan._spread()
            # sudo: what happened is set by this method only
            plan.sudo().write(
                {
                    "state": "approved",
                    "approved_by_id": self.env.uid,
                    "date_approved": fields.Datetime.now(),
                }
            )
            entry = {"kind": "plan_approved", "record": plan, "data": {"targets": plan._register_data()}}
            self.env["crmx.kpi.log"]._append([entry])

    def _register_data(self):
        return {line.subject_name or "": line.amount for line in self.line_ids}

    def action_reject(self):
        """Send a submitted plan back."""
        self.check_access("write")
        # sudo: what happened is set by this method only
        self.filtered(lambda plan: plan.state == "submitted").sudo().state = "rejected"

    def action_new_version(self):
        """Open a copy that will hold from the next month on."""
        self.ensure_one()
        self.check_access("write")
        last = self.search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("company_id", "=", self.company_id.id),
                ("date_from", "=", self.date_from),
            ],
            order="version DESC",
            limit=1,
        )
        today = self.env["crmx.kpi.period"]._today(self.company_id)
        start = min(max(today.replace(day=1) + relativedelta(months=1), self.date_from), self.date_to)
        # sudo: the number of the version, which nobody writes
        copy = self.sudo().copy({"version": last.version + 1, "date_effective": start})
        copy._copy_tree(self)
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": copy.id,
            "views": [(False, "form")],
        }

    def _copy_tree(self, original):
        """The lines of a copy hang on each other as the original's do."""
        twins = dict(zip(original.line_ids.sorted("id"), self.line_ids.sorted("id"), strict=True))
        for line, twin in twins.items():
            twin.parent_id = twins.get(line.parent_id)

    @api.private
    def _spread(self):
        """Make the targets of the months from those of the lines."""
        weights = self._month_weights()
        # sudo: months are made by approving only
        targets = self.env["crmx.kpi.target"].sudo()
        targets.search([("plan_id", "in", self.ids)]).unlink()
        rounding = self.currency_id.rounding if self.unit == "money" else 0.01
        vals_list = []
        for line in self.line_ids:
            amounts = [line.amount] * len(weights)
            if self.is_adding:
                amounts = spread(line.amount, weights, rounding)
            vals_list += [
                {"line_id": line.id, "month": month, "amount": amount}
                for month, amount in zip(self._months(), amounts, strict=True)
            ]
        targets.create(vals_list)

    def action_open_targets(self):
        """Open the targets of the months."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_kpi_target_action"),
            "domain": [("plan_id", "=", self.id)],
            "context": {},
        }

    def action_propose(self):
        """Give each team its part of the company's target, and each member a part of the team's.

        After what they brought in the year before, or evenly where nothing was measured.
        """
        for plan in self:
            plan.check_access("write")
            top = plan.line_ids.filtered(lambda line: line.level == "company")
            if len(top) != 1 or not top.amount:
                raise UserError(self.env._("Set the target of the company first."))
            teams = self.env["crm.team"].search(
                [("company_id", "in", (plan.company_id.id, False)), ("member_ids", "!=", False)]
            )
            if not teams:
                raise UserError(self.env._("There is no sales team with members."))
            plan.line_ids = [Command.delete(line.id) for line in plan.line_ids - top]
            plan._propose_parts(top, "team", teams)
            for line in plan.line_ids.filtered("team_id"):
                plan._propose_parts(line, "user", line.team_id.member_ids)

    def _propose_parts(self, line, level, subjects):
        past = self._past_of(level, subjects)
        amounts = [line.amount] * len(subjects)
        if self.is_adding:
            amounts = spread(line.amount, [past.get(subject.id, 0.0) for subject in subjects])
        self.line_ids = [
            Command.create(
                {"level": level, f"{level}_id": subject.id, "parent_id": line.id, "amount": amount}
            )
            for subject, amount in zip(subjects, amounts, strict=True)
        ]

    def _past_of(self, level, subjects):
        rows = self.env["crmx.kpi.fact"].search(
            [
                ("indicator_id", "=", self.indicator_id.id),
                ("level", "=", level),
                ("subject_id", "in", subjects.ids),
                ("period_kind", "=", "month"),
                ("date_from", ">=", self.date_from - relativedelta(years=1)),
                ("date_from", "<", self.date_from),
            ]
        )
        past = {}
        for row in rows:
            past[row.subject_id] = past.get(row.subject_id, 0.0) + max(0.0, row.value)
        return past
