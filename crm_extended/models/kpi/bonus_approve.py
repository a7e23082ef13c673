"""Who lets bonuses be paid: never his own, and never what he computed by himself."""

from odoo import fields, models
from odoo.exceptions import UserError


class BonusAccrual(models.Model):
    _inherit = "crmx.bonus.accrual"

    def action_approve(self):
        """Approve bonuses of closed periods, and corrections."""
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "bonus")
        for accrual in self:
            accrual.check_access("read")
            accrual.sudo()._lock("draft")  # sudo: approving needs no right to change it
            if objection := accrual._approval_problem() or accrual._objection(most):
                raise UserError(objection)
            accrual._become("approved", approved_by_id=self.env.uid, date_approved=fields.Datetime.now())
        self._log("bonus_approved")

    def _approval_problem(self):
        if self.kind == "ordinary" and self.period_state != "closed":
            return self.env._(
                "“%(period)s” is not closed: the figures of “%(bonus)s” may still change.",
                period=self.period_id.name,
                bonus=self.display_name,
            )
        return ""

    def _objection(self, most):
        """Return why somebody who may approve so much may not approve this; empty when he may."""
        # sudo: whose bonus it is
        if self.env.user in (self.user_id | self.sudo().employee_id.user_id):
            return self.env._("“%s” is your own: somebody else approves it.", self.display_name)
        return self.env["crmx.approval.ladder"]._objection(most, self, abs(self.amount), self.prepared_by_id)

    def action_back(self):
        """Make approved bonuses drafts again, which are computed anew."""
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "bonus")
        for accrual in self:
            accrual.check_access("read")
            accrual.sudo()._lock("approved")  # sudo: as for approving
            if self.env.user != accrual.approved_by_id and (objection := accrual._objection(most)):
                raise UserError(objection)
            if accrual.date_exported:
                raise UserError(self.env._("“%s” was given to payroll already.", accrual.display_name))
            accrual._become("draft", approved_by_id=False, date_approved=False)
        self._log("bonus_taken_back")
