from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_promise_tolerance = fields.Integer(related="company_id.crmx_promise_tolerance", readonly=False)
    crmx_promise_grace = fields.Integer(related="company_id.crmx_promise_grace", readonly=False)
    crmx_credit_deduct_disputed = fields.Boolean(
        related="company_id.crmx_credit_deduct_disputed", readonly=False
    )
