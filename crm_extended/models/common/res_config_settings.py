from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_use_receivables = fields.Boolean(related="company_id.crmx_use_receivables", readonly=False)
    crmx_use_interactions = fields.Boolean(related="company_id.crmx_use_interactions", readonly=False)
    crmx_use_workshop = fields.Boolean(related="company_id.crmx_use_workshop", readonly=False)
    crmx_use_processes = fields.Boolean(related="company_id.crmx_use_processes", readonly=False)
    crmx_timeline_show_hidden = fields.Boolean(related="company_id.crmx_timeline_show_hidden", readonly=False)
    crmx_interaction_alias_name = fields.Char(
        related="company_id.crmx_interaction_alias_name", readonly=False
    )
    crmx_interaction_alias_domain = fields.Char(
        related="company_id.alias_domain_id.name", string="Mail domain"
    )
    group_crmx_sales_debt_summary = fields.Boolean(
        string="Sales people see the debt summary",
        group="sales_team.group_sale_salesman",
        implied_group="crm_extended.group_debt_summary",
    )
