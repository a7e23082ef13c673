from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_dunning_policy_id = fields.Many2one(
        related="company_id.crmx_dunning_policy_id",
        readonly=False,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    crmx_dunning_schedule = fields.Selection(related="company_id.crmx_dunning_schedule", readonly=False)
    crmx_dunning_interval = fields.Integer(related="company_id.crmx_dunning_interval", readonly=False)
    crmx_dunning_next = fields.Date(related="company_id.crmx_dunning_next", readonly=False)
    crmx_dunning_user_id = fields.Many2one(related="company_id.crmx_dunning_user_id", readonly=False)
