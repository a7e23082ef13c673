from odoo import fields, models


class DisputeReason(models.Model):
    """Why customers do not pay what they were charged."""

    _name = "crmx.dispute.reason"
    _description = "Reason of disputes"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty to share the reason by all companies.")
    user_id = fields.Many2one(
        "res.users",
        string="Owner",
        check_company=True,
        help="Who looks into disputes of that kind. Empty: the salesperson of the invoice.",
    )
    days = fields.Integer(
        string="Days to Resolve", default=10, help="The deadline of a new dispute, in calendar days."
    )

    _days_positive = models.Constraint(
        "CHECK (days >= 0)", "A dispute cannot be resolved before it is opened."
    )
