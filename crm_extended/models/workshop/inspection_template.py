from odoo import api, fields, models

from .defect import SEVERITIES

ANSWERS = [("pass", "Pass or fail"), ("value", "A value")]


class InspectionTemplate(models.Model):
    """What is looked at when vehicles of a kind are inspected."""

    _name = "crmx.inspection.template"
    _description = "Checklist"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index=True, help="Empty: for all companies.")
    vehicle_type = fields.Selection(
        lambda self: self.env["fleet.vehicle.model"]._fields["vehicle_type"].selection,
        string="For",
        help="Empty: for all vehicles.",
    )
    category_id = fields.Many2one("fleet.vehicle.model.category", help="Empty: for all categories.")
    line_ids = fields.One2many("crmx.inspection.template.line", "template_id", string="Points", copy=True)


class InspectionTemplateLine(models.Model):
    _name = "crmx.inspection.template.line"
    _description = "Point of a checklist"
    _order = "template_id, sequence, id"

    template_id = fields.Many2one("crmx.inspection.template", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    name = fields.Char(string="What to look at", required=True, translate=True)
    answer = fields.Selection(ANSWERS, required=True, default="pass")
    has_low = fields.Boolean(string="At least")
    low = fields.Float(string="Least", digits=(16, 2))
    has_high = fields.Boolean(string="At most")
    high = fields.Float(string="Most", digits=(16, 2))
    uom = fields.Char(string="Unit", help="Such as mm or bar.")
    severity = fields.Selection(
        SEVERITIES, string="When it fails", required=True, default="major", help="Of the defect."
    )

    _limits_rise = models.Constraint(
        "CHECK (NOT (has_low AND has_high) OR low <= high)", "The least is no more than the most."
    )

    @api.private
    def _copied(self):
        """Return the values that a line of an inspection takes over."""
        return [
            {
                name: line[name]
                for name in (
                    *("sequence", "name", "answer", "has_low", "low", "has_high", "high", "uom", "severity"),
                )
            }
            for line in self
        ]
