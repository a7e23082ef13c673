from odoo import models


class ResUsers(models.Model):
    _inherit = "res.users"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("active") is False:
            # sudo: who archives a user need not see the steps that he leaves behind
            items = self.env["crmx.work.item"].sudo()
            for item in items.search([("user_id", "in", self.ids), ("state", "=", "open")]):
                item._give(item.token_id._fallback(), "given", self.env._("Has left"))
        return result
