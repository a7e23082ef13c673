from odoo import api, fields, models, tools


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_timeline_show_hidden = fields.Boolean(
        string="Say that something happened",
        help="In the history of a partner, what the reader may not see is shown as a bare line with"
        " its date. Otherwise it is absent.",
    )

    @api.model
    @tools.ormcache()
    def _crmx_any_uses_interactions(self):
        """Whether the history is kept at all: as soon as one company uses it, for all."""
        # sudo: a yes or no over all companies
        return bool(self.sudo().search_count([("crmx_use_interactions", "=", True)], limit=1))

    @api.model_create_multi
    def create(self, vals_list):
        companies = super().create(vals_list)
        self.env.registry.clear_cache()
        return companies

    def write(self, vals):
        result = super().write(vals)
        if "crmx_use_interactions" in vals:
            self.env.flush_all()
            was_kept = self._crmx_any_uses_interactions()
            self.env.registry.clear_cache()
            if self._crmx_any_uses_interactions() and not was_kept:
                # sudo: whoever may switch the history on also starts filling it in
                self.env["crmx.timeline.progress"].sudo()._restart_all()
        return result
