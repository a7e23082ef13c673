from odoo import api, fields, models

KINDS = [("person", "Person"), ("company", "Company")]


class RelationType(models.Model):
    """What partners may be to one another, worded from both sides."""

    _name = "crmx.relation.type"
    _description = "Type of relation"
    _order = "sequence, id"

    name = fields.Char(
        string="Wording",
        required=True,
        translate=True,
        help="As the first says it of the second, such as “Director of”.",
    )
    inverse_name = fields.Char(
        string="Inverse Wording",
        translate=True,
        help="As the second says it of the first, such as “Has as director”; empty if both say the same.",
    )
    role = fields.Char(
        translate=True,
        help="A short word that stands beside the first on the card of the second, such as “Director”.",
    )
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    color = fields.Integer()
    is_symmetric = fields.Boolean(
        string="Same Both Ways",
        help="Competitors are competitors of each other: the relation is kept once, and has one wording.",
    )
    left_kind = fields.Selection(KINDS, string="First Is", help="Empty: a person or a company.")
    right_kind = fields.Selection(KINDS, string="Second Is", help="Empty: a person or a company.")

    @api.private
    def _wording(self, inverse):
        """How the relation reads from one of its sides."""
        self.ensure_one()
        return self.inverse_name if inverse and not self.is_symmetric and self.inverse_name else self.name
