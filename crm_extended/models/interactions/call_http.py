from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """For which of the user's companies a click on a number asks a provider to call."""
        info = super().session_info()
        user = self.env.user
        companies = []
        if user._is_internal() and user.crmx_phone_extension:
            # sudo: whether a provider starts calls, not how
            providers = self.env["crmx.call.provider"].sudo().search([("originate_url", "!=", False)])
            used = providers.company_id.filtered("crmx_use_interactions")
            companies = (used & user.company_ids).ids
        return {**info, "crmx_call_companies": companies}
