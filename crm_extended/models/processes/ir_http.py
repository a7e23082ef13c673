from odoo import models


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Whether the user's companies work with processes, so that the inbox is shown and asked for."""
        info = super().session_info()
        user = self.env.user
        uses = user._is_internal() and any(user.company_ids.mapped("crmx_use_processes"))
        return {**info, "crmx_processes": uses}
