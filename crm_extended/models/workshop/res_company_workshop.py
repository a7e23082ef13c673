from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_estimate_approval = fields.Boolean(string="Estimates are approved")
    crmx_estimate_limit = fields.Monetary(
        string="Above", help="Repairs that are estimated at no more need no approval."
    )
    crmx_estimate_tolerance = fields.Float(
        string="Tolerated rise (%)",
        default=5.0,
        help="An estimate that rises by more after its approval is approved again.",
    )
    crmx_mechanic_hour = fields.Monetary(
        string="Cost of an hour", help="Of mechanics, in estimates of jobs that nobody is planned on yet."
    )

    _crmx_estimate_not_negative = models.Constraint(
        """CHECK (coalesce(crmx_estimate_limit, 0) >= 0 AND coalesce(crmx_estimate_tolerance, 0) >= 0
                  AND coalesce(crmx_mechanic_hour, 0) >= 0)""",
        "Limits of estimates are no less than nothing.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_estimate_approval = fields.Boolean(related="company_id.crmx_estimate_approval", readonly=False)
    crmx_estimate_limit = fields.Monetary(related="company_id.crmx_estimate_limit", readonly=False)
    crmx_estimate_tolerance = fields.Float(related="company_id.crmx_estimate_tolerance", readonly=False)
    crmx_mechanic_hour = fields.Monetary(related="company_id.crmx_mechanic_hour", readonly=False)
