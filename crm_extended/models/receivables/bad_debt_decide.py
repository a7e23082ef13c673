"""Who lets debts be written off."""

from odoo import api, models
from odoo.exceptions import UserError


class BadDebt(models.Model):
    _inherit = "crmx.bad.debt"

    def action_move(self):
        """Move the debts to the account of doubtful ones."""
        for document in self:
            document._lock("draft")
            if document.kind != "doubtful":
                raise UserError(self.env._("A write-off is asked for, and approved."))
            document._post()
            # sudo: only who did what the user may do
            document.sudo().decided_by_id = self.env.uid
        self._log("debt_doubtful")

    def action_ask(self):
        """Ask for a write-off; a small one that the user may approve himself is posted at once."""
        for document in self:
            document._lock("draft")
            if document.kind != "write_off":
                raise UserError(self.env._("Only write-offs are approved."))
            chosen = document._chosen()
            if not (document.reason or "").strip():
                raise UserError(self.env._("Say why it will not come in."))
            chosen._check_open()
            # sudo: the state follows the button
            document.sudo().write({"state": "asked", "asked_by_id": self.env.uid})
            most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "write_off")
            if document._is_small() and not document._objection(most):
                document.action_approve()
            else:
                document._log("write_off_asked")

    @api.private
    def _chosen(self):
        chosen = self.line_ids.filtered(lambda line: line.is_chosen and line.amount)
        if not chosen:
            raise UserError(self.env._("Choose debts: there is nothing to post."))
        return chosen

    @api.private
    def _is_small(self):
        limit = self.company_id.crmx_write_off_alone
        return self.currency_id.compare_amounts(self.amount, limit) <= 0

    @api.private
    def _objection(self, most):
        """Return why somebody who may approve so much may not approve this; empty when he may."""
        self.ensure_one()
        asked_by = None if self._is_small() else self.asked_by_id
        return self.env["crmx.approval.ladder"]._objection(most, self, self.amount, asked_by)

    def action_approve(self):
        """Approve write-offs, and post them."""
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "write_off")
        for document in self:
            document.check_access("read")
            document.sudo()._lock("asked")  # sudo: approving needs no right to change it
            if objection := document._objection(most):
                raise UserError(objection)
            # sudo: posts what an accountant has prepared, approved by one who is entitled to it
            document.sudo()._post()
            document.sudo().decided_by_id = self.env.uid  # sudo: as above
        self._log("written_off")

    def action_refuse(self):
        """Give it back to who asked."""
        most = self.env["crmx.approval.ladder"]._most_of(self.env.user, "write_off")
        for document in self:
            document.check_access("read")
            document.sudo()._lock("asked")  # sudo: approving needs no right to change it
            if document.asked_by_id != self.env.user and (objection := document._objection(most)):
                raise UserError(objection)
            # sudo: only the decision, of one who is entitled to it
            document.sudo().write({"state": "draft", "asked_by_id": False})
            document.sudo().message_post(  # sudo: as above
                body=self.env._("Not approved by %s.", self.env.user.name)
            )
        self._log("write_off_refused")

    @api.private
    def _log(self, kind):
        self.env["crmx.receivables.log"]._append(
            {
                "kind": kind,
                "record": document,
                "data": {
                    "amount": document.amount,
                    "tax": document.tax,
                    "recovered": document.recovered,
                    "asked_by": document.asked_by_id.name or "",
                    "decided_by": document.decided_by_id.name or "",
                    "reason": document.reason or "",
                    "entry": document.move_id.name or "",
                    "debts": [
                        [line.document, line.amount, line.currency_id.name]
                        for line in document.line_ids
                        if line.is_chosen and line.amount
                    ],
                },
            }
            for document in self.sudo()  # sudo: the register says what was done, whoever did it
        )
