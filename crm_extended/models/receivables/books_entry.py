from odoo import models
from odoo.exceptions import UserError


class AccountMove(models.Model):
    _inherit = "account.move"

    def button_draft(self):
        """Refuse for entries that a document of ours stands for: taken back, it would say what is not so."""
        for model_name in ("crmx.interest.note", "crmx.allowance", "crmx.bad.debt"):
            # sudo: whether there is one, whoever wants to change the entry
            documents = self.env[model_name].sudo()
            found = documents.search([("move_id", "in", self.ids), ("state", "=", "posted")], limit=1)
            if found:
                raise UserError(self.env._("It belongs to “%s”. Cancel that instead.", found.display_name))
        return super().button_draft()
