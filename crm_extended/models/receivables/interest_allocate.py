"""Which debts a customer's money pays first."""

from odoo import models
from odoo.exceptions import UserError

from ...tools.interest import allocate


class InterestNote(models.Model):
    _inherit = "crmx.interest.note"

    def action_allocate(self):
        """Reconcile the customers' unallocated payments with their debts, in the order of the terms.

        Posted notes (costs and interest) come first when the terms say that money pays interest first, and
        last otherwise; within each, the oldest debt.
        """
        self.check_access("write")
        allocated = 0
        for (partner, company, currency), notes in self.grouped(
            lambda note: (note.partner_id, note.company_id, note.currency_id)
        ).items():
            allocated += self._allocate(partner, company, currency, notes[:1].policy_id.is_interest_first)
        if not allocated:
            raise UserError(self.env._("There is no unallocated payment that could pay a debt."))

    def _allocate(self, partner, company, currency, is_interest_first):
        """Reconcile pairs of a debt and a payment; return how many."""
        Item = self.env["crmx.open.item"].with_context(
            allowed_company_ids=company.ids, crmx_side="receivable", crmx_as_of=False
        )
        Item.invalidate_model()  # records keep the figures of before, in one transaction
        items = Item.search(
            [("commercial_partner_id", "=", partner.id), ("currency_id", "=", currency.id)],
            order="date_maturity, date, id",
        )
        own = self.search([("partner_id", "=", partner.id), ("state", "=", "posted")]).move_id
        debts = items.filtered(lambda item: item.residual_currency > 0)
        of_notes = debts.filtered(lambda item: item.move_id in own)
        debts = of_notes + (debts - of_notes) if is_interest_first else (debts - of_notes) + of_notes
        credits = items.filtered(lambda item: item.residual_currency < 0 and item.kind == "payment")
        pairs = [
            debts[debt].move_line_id | credits[credit].move_line_id
            for debt, credit, _amount in allocate(
                debts.mapped("residual_currency"),
                [-item.residual_currency for item in credits],
                currency.rounding,
            )
            if debts[debt].account_id == credits[credit].account_id
        ]
        self.env["account.move.line"]._reconcile_plan(pairs)
        return len(pairs)
