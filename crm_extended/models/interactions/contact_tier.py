from odoo import fields, models


class ContactTier(models.Model):
    """How often partners of one importance are to be contacted."""

    _name = "crmx.contact.tier"
    _description = "Contact tier"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    interval_days = fields.Integer(
        string="Every (Days)",
        required=True,
        default=30,
        help="The longest time between two contacts; a partner may have an interval of his own.",
    )
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Only for partners of this company; empty: for all."
    )

    _interval_positive = models.Constraint(
        "CHECK (interval_days > 0)", "Contacts take place at least once in some days."
    )
