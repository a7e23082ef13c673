from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_kpi_weeks = fields.Boolean(
        string="Figures by week",
        help="Also make a period of every week. Months, quarters and years there are always.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_use_kpi = fields.Boolean(related="company_id.crmx_use_kpi", readonly=False)
    crmx_kpi_weeks = fields.Boolean(related="company_id.crmx_kpi_weeks", readonly=False)
