from odoo import api, models

#: What decides which accounts open items are on.
DECISIVE = {"account_type", "company_ids"}


class AccountAccount(models.Model):
    _inherit = "account.account"

    @api.model_create_multi
    def create(self, vals_list):
        # the ids of receivable and payable accounts are kept, see crmx.open.item
        self.env.registry.clear_cache()
        return super().create(vals_list)

    def write(self, vals):
        if DECISIVE & vals.keys():
            self.env.registry.clear_cache()
        return super().write(vals)

    def unlink(self):
        self.env.registry.clear_cache()
        return super().unlink()
