from odoo import api, fields, models
from odoo.exceptions import ValidationError


class KpiInput(models.Model):
    """An amount that no document knows: what a campaign or the CRM costs, and what it is measured against."""

    _name = "crmx.kpi.input"
    _description = "Amount Entered by Hand"
    _inherit = ["mail.thread"]
    _order = "date DESC, id DESC"
    _rec_name = "note"

    kind = fields.Selection(
        [
            ("campaign_cost", "Cost of a campaign"),
            ("crm_cost", "Cost of the CRM"),
            ("crm_baseline", "Margin as it was without the CRM"),
            ("crm_saved", "Working time that the CRM saves, in money"),
            ("other", "Other"),
        ],
        required=True,
        default="campaign_cost",
        tracking=True,
    )
    date = fields.Date(required=True, default=fields.Date.context_today, tracking=True)
    amount = fields.Monetary(required=True, tracking=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    user_id = fields.Many2one(
        "res.users", string="Whose", domain="[('share', '=', False)]", help="In whose figures it counts."
    )
    campaign_id = fields.Many2one("utm.campaign", ondelete="restrict", index="btree_not_null", tracking=True)
    note = fields.Char()

    @api.constrains("kind", "campaign_id")
    def _check_campaign(self):
        for entry in self:
            if entry.kind == "campaign_cost" and not entry.campaign_id:
                raise ValidationError(self.env._("Say which campaign cost %s.", entry.amount))
