from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def button_draft(self):
        """Refuse for entries that net: taken back, the settlement would say what is not so any more."""
        # sudo: whether there is one, whoever wants to change the entry
        settlements = self.env["crmx.settlement"].sudo()
        found = settlements.search([("move_id", "in", self.ids), ("state", "=", "posted")], limit=1)
        if found:
            raise UserError(
                self.env._("It belongs to the settlement “%s”. Cancel that instead.", found.display_name)
            )
        return super().button_draft()
