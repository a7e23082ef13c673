from odoo import fields, models


class BonusSchemeLine(models.Model):
    """A line of a scorecard that has a share of the base, and a curve of its own."""

    _name = "crmx.bonus.scheme.line"
    _description = "Line of a Bonus Scheme"
    _inherit = ["crmx.kpi.curve"]
    _order = "scheme_id, sequence, id"
    _rec_name = "indicator_id"

    scheme_id = fields.Many2one("crmx.bonus.scheme", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    indicator_id = fields.Many2one("crmx.kpi.indicator", required=True, ondelete="restrict", index=True)
    level = fields.Selection(
        lambda self: self.env["crmx.kpi.card.template.line"]._fields["level"].selection,
        string="Whose Figure",
        default="user",
        required=True,
    )
    share = fields.Float(string="Of the Base (%)", required=True, default=100)

    _positive = models.Constraint(
        "CHECK (share > 0 AND threshold >= 0 AND cap >= 0 AND accelerator >= 0)",
        "Shares are above zero, and nothing else is below it.",
    )
    _indicator_uniq = models.UniqueIndex(
        "(scheme_id, indicator_id, level)", "The indicator is in this scheme already."
    )
