from odoo import api, models


class ResCompany(models.Model):
    _inherit = "res.company"

    @api.model
    def _crmx_load_demo_company(self):
        """Make the demo company: two companies with 24 months of history that end today.

        For databases made to try things out: its users have passwords equal to their logins. Called by
        the add-on's demo data and by `script/server`; the caller commits. Does nothing the second time.

        The generator is imported here and not with the add-on, so that it costs a live server nothing.

        :return: whether it was made
        """
        from ...demo import company

        return company.load(self.env)
