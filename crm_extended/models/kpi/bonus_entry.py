"""Entries of bonuses in the ledger: they stay, and what settles them is seen."""

from odoo import api, models
from odoo.exceptions import UserError

PENDING_KEY = "crmx.bonus.settled"


class AccountMove(models.Model):
    _inherit = "account.move"

    def button_draft(self):
        """Refuse for entries of bonuses: taken back, the bonus would say what is not so."""
        # sudo: whether there is one, whoever wants to change the entry
        accruals = self.env["crmx.bonus.accrual"].sudo()
        found = accruals.search([("move_id", "in", self.ids), ("state", "in", ("posted", "paid"))], limit=1)
        if found:
            raise UserError(self.env._("It belongs to the bonus %s. Reverse that instead.", found.name))
        return super().button_draft()

    @api.ondelete(at_uninstall=False)
    def _crmx_unlink_joint(self):
        """A deleted draft is no joint deal any more."""
        # sudo: whoever may delete the invoice
        self.env["crmx.bonus.joint"].sudo().search([("move_id", "in", self.ids)]).unlink()


class AccountPartialReconcile(models.Model):
    """When what is owed to an employee is paid, or a payment is taken back, his bonus says so."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        self._crmx_note_paid(partials)
        return partials

    def unlink(self):
        self._crmx_note_paid(self)
        return super().unlink()

    @api.model
    def _crmx_note_paid(self, partials):
        """Remember items until the transaction commits, so that reconciling costs no query of ours."""
        precommit = self.env.cr.precommit
        pending = precommit.data.get(PENDING_KEY)
        if pending is None:
            pending = precommit.data[PENDING_KEY] = set()
            # sudo: only takes over what the ledger says
            precommit.add(self.browse().sudo()._crmx_see_paid)
        pending.update((partials.debit_move_id | partials.credit_move_id).ids)

    @api.private
    def _crmx_see_paid(self):
        items = self.env["account.move.line"].browse(self.env.cr.precommit.data.pop(PENDING_KEY, ()))
        accruals = self.env["crmx.bonus.accrual"].search(
            [("move_id", "in", items.exists().move_id.ids), ("state", "in", ("posted", "paid"))]
        )
        accruals._see_paid()
