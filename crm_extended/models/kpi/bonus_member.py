from odoo import api, fields, models
from odoo.exceptions import ValidationError


class BonusMember(models.Model):
    """Somebody who takes part in a scheme by name, from a day to another, and his weight in a pool."""

    _name = "crmx.bonus.member"
    _description = "Person in a Bonus Scheme"
    _order = "scheme_id, employee_id, date_from, id"
    _rec_name = "employee_id"

    scheme_id = fields.Many2one("crmx.bonus.scheme", required=True, ondelete="cascade", index=True)
    employee_id = fields.Many2one("hr.employee", required=True, ondelete="restrict", index=True)
    weight = fields.Float(required=True, default=1.0, help="In a pool: how much counts beside the others.")
    date_from = fields.Date(string="From", help="Empty: from the beginning.")
    date_to = fields.Date(string="Until", help="Empty: without end.")

    _positive = models.Constraint("CHECK (weight >= 0)", "A weight is not below zero.")
    _in_order = models.Constraint("CHECK (date_to >= date_from)", "Somebody leaves after he joins.")

    @api.constrains("employee_id", "scheme_id")
    def _check_employer(self):
        for member in self:
            # sudo: only in which company somebody works
            company = member.employee_id.sudo().company_id
            if company.root_id != member.scheme_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(employee)s does not work for %(company)s.",
                        employee=member.employee_id.name,
                        company=member.scheme_id.company_id.name,
                    )
                )
