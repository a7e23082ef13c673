from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_use_receivables = fields.Boolean(related="company_id.crmx_use_receivables", readonly=False)
    crmx_use_interactions = fields.Boolean(related="company_id.crmx_use_interactions", readonly=False)
    crmx_timeline_show_hidden = fields.Boolean(related="company_id.crmx_timeline_show_hidden", readonly=False)
    group_crmx_sales_debt_summary = fields.Boolean(
        string="Sales people see the debt summary",
        group="sales_team.group_sale_salesman",
        implied_group="crm_extended.group_debt_summary",
    )
