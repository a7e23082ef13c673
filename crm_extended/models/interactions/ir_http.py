from odoo import api, models, tools


class IrHttp(models.AbstractModel):
    _inherit = "ir.http"

    def session_info(self):
        """Where the web client offers to log an interaction: on documents that lead to a partner."""
        info = super().session_info()
        user = self.env.user
        can_log = (
            user._is_internal()
            and user.has_group("crm_extended.group_use_interactions")
            and self.env["crmx.interaction"].has_access("create")
        )
        return {**info, "crmx_log_models": list(self._crmx_log_models()) if can_log else False}

    @api.model
    @tools.ormcache()
    def _crmx_log_models(self):
        Ledger = self.env["crmx.timeline.event"]
        names = (n for n in self.env.registry if not n.startswith("ir.") and Ledger._is_document(n))
        return tuple(sorted(names))
