"""From a draft to an agreement, and what ends it."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.statement import digest
from .instalment_plan import REPORT


class InstalmentPlan(models.Model):
    _inherit = "crmx.instalment.plan"

    # === WHAT IS AGREED === #

    @api.private
    def _check_complete(self):
        """Say what is missing before a plan can be agreed.

        :raise UserError: in words that name the sums
        """
        for plan in self:
            if not plan.line_ids:
                raise UserError(self.env._("Say which debts the plan covers."))
            if not plan.tranche_ids:
                raise UserError(
                    self.env._(
                        "There are no instalments. With a down payment of %(down)s, %(debt)s cannot be "
                        "spread over %(count)s of them.",
                        down=plan.currency_id.format(plan.down_payment),
                        debt=plan.currency_id.format(plan.amount),
                        count=plan.instalment_count,
                    )
                )
            plan._check_sum()
            if min(plan.tranche_ids.mapped("date_due")) < plan.date:
                raise UserError(self.env._("An instalment is due before the plan is made."))

    @api.private
    def _check_sum(self):
        values = {
            "sum": self.currency_id.format(sum(self.tranche_ids.mapped("amount"))),
            "debt": self.currency_id.format(self.amount),
            "rest": self.currency_id.format(abs(self.unscheduled)),
        }
        if self.currency_id.compare_amounts(self.unscheduled, 0) < 0:
            raise UserError(
                self.env._(
                    "The plan is larger than the debt: its instalments come to %(sum)s, and it covers "
                    "%(debt)s. Take %(rest)s off.",
                    **values,
                )
            )
        if not self.currency_id.is_zero(self.unscheduled):
            raise UserError(
                self.env._(
                    "The instalments come to %(sum)s, and the plan covers %(debt)s: %(rest)s has no "
                    "instalment.",
                    **values,
                )
            )

    @api.private
    def _check_not_twice(self):
        """:raise UserError: when a debt is in another plan that is under way"""
        # sudo: compares with all plans of the company
        others = self.env["crmx.instalment.item"].sudo()
        others = others.search(
            [
                ("is_live", "=", True),
                ("move_line_id", "in", self.line_ids.move_line_id.ids),
                ("plan_id", "not in", self.ids),
            ]
        )
        if others:
            raise UserError(
                self.env._(
                    "“%(item)s” is in %(plan)s already, which is under way.",
                    item=others[0].move_line_id.display_name,
                    plan=others[0].plan_id.name,
                )
            )

    @api.private
    def _content_digest(self):
        """Return the hash of what is agreed: parties, debts and instalments."""
        return digest(
            {
                "parties": [self.company_id.id, self.commercial_partner_id.id],
                "currency": self.currency_id.name,
                "tolerance": self.tolerance_days,
                "debts": [[line.move_line_id.id, line.amount] for line in self.line_ids],
                "instalments": [[one.date_due, one.amount] for one in self.tranche_ids],
                "terms": str(self.terms or ""),
                # plans of before this could be agreed keep their hash
                **({} if self.interest == "terms" else {"interest": self.interest}),
            }
        )

    # === BUTTONS === #

    def action_offer(self):
        """Let the customer see and sign the plans on his page."""
        self.check_access("write")
        self._check_draft()
        self._check_complete()
        self._check_not_twice()
        # sudo: the state follows the button, of plans that the user may change
        for plan in self.sudo():
            plan.write({"state": "offered", "digest": plan._content_digest()})
        self._log("plan_offered")

    def action_send(self):
        """Mail the agreement to be signed; drafts are offered by that."""
        if drafts := self.filtered(lambda plan: plan.state == "draft"):
            drafts.action_offer()
        return super().action_send()

    def action_start(self):
        """It was agreed otherwise, such as on paper: the plan is under way."""
        self.check_access("write")
        if drafts := self.filtered(lambda plan: plan.state == "draft"):
            drafts.action_offer()
        if self.filtered(lambda plan: plan.state != "offered"):
            raise UserError(self.env._("Only plans that were offered can be agreed."))
        # sudo: as above; the ledger is read for it
        self.sudo()._start()

    @api.private
    def _start(self):
        self._check_not_twice()
        self._become("live")
        self.date_start = fields.Date.context_today(self)
        self._log("plan_started")
        self._judge()  # what was paid since it was drawn up counts

    def action_draft(self):
        """Take back an offer, to change it."""
        self.check_access("write")
        if self.filtered(lambda plan: plan.state not in ("offered", "cancelled") or plan.signed_sha256):
            raise UserError(self.env._("Only offers that nobody has signed go back to draft."))
        self.action_stop_sending()
        # sudo: the state follows the button, of plans that the user may change
        self.sudo().write({"state": "draft", "digest": False, "date_judged": False, "date_start": False})

    def action_cancel(self):
        """End plans before they are paid: what is open can be asked for as before."""
        self.check_access("write")
        if self.filtered(lambda plan: plan.state not in ("draft", "offered", "live", "defaulted")):
            raise UserError(self.env._("The plan is over already."))
        self.action_stop_sending()
        plans = self.sudo()  # sudo: as above
        plans._become("cancelled")
        plans.activity_unlink([self._judge_activity])
        self._log("plan_cancelled")

    def action_go_on(self):
        """Forgive what was missed so far: the plan is under way again, and the next instalment decides.

        What was missed is not given away: the next instalment is only complete with it.
        """
        self.check_access("write")
        if self.filtered(lambda plan: plan.state != "defaulted"):
            raise UserError(self.env._("Only plans that have defaulted can go on."))
        self._check_not_twice()
        # sudo: as above
        plans = self.sudo()
        plans.date_forgiven = fields.Date.context_today(self)
        self._log("plan_resumed")
        plans._judge()

    def action_plan_again(self):
        """Draw up another plan for what is still open of this one's debts."""
        self.ensure_one()
        return self.env["crmx.open.item"]._new_plan_action(
            self.partner_id, self.line_ids.move_line_id, self.company_id, previous=self
        )

    def action_take_open(self):
        """Cover all that is open and due, in the plan's currency."""
        self.ensure_one()
        self.check_access("write")
        self._check_draft()
        Item = self.env["crmx.open.item"].with_context(
            allowed_company_ids=self.company_id.ids, crmx_side="receivable", crmx_as_of=str(self.date)
        )
        debts = Item.search(
            [
                ("commercial_partner_id", "=", self.commercial_partner_id.id),
                ("currency_id", "=", self.currency_id.id),
                ("residual_currency", ">", 0),
                ("age", ">", 0),
            ]
        )
        rows = [Command.create({"move_line_id": debt.id, "amount": debt.residual_currency}) for debt in debts]
        self.write({"line_ids": [Command.clear(), *rows]})

    def action_print(self):
        """Print the agreement."""
        return self.env.ref(REPORT).report_action(self, config=False)

    def action_preview(self):
        """Look at the page of the customer."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.get_portal_url(), "target": "new"}

    def action_open_items(self):
        """List what the debtor owes."""
        self.ensure_one()
        return self.partner_id.action_crmx_open_receivables()

    # === THE CUSTOMER'S ANSWER === #

    @api.private
    def _answer_signed(self, shown, name, signature, partner):
        """The customer agrees.

        :param shown: digest of what he has before his eyes
        :param partner: from whose account
        :return: why it cannot be signed, in words, or an empty string
        """
        self.ensure_one()
        self.lock_for_update()
        if self.state != "offered":
            return self.env._("This plan cannot be signed any more.")
        if shown != self.digest:
            return self.env._(
                "The plan has changed since you opened this page. Load the page again and read the new "
                "version."
            )
        try:
            with self.env.cr.savepoint():
                self._sign(name, signature, partner)
                self._start()
        except UserError as error:
            return str(error)
        self._log("plan_signed")
        self.message_post(
            body=self.env._("Signed by %s.", self.signed_by), author_id=partner.id, message_type="comment"
        )
        return ""

    # === MAIL === #

    @api.private
    def _outgoing_values(self):
        if self.state != "offered":
            raise UserError(self.env._("It is not on offer."))
        receiver = self._outgoing_receiver()
        self._portal_ensure_token()
        return self._outgoing_by_template(
            "crm_extended.mail_template_instalment_plan", receiver, self._outgoing_print(REPORT)
        )

    @api.private
    def _outgoing_user(self):
        return self.user_id or super()._outgoing_user()

    @api.model
    def _cron_send(self):
        self._outgoing_work_off()
