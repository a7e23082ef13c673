from odoo import api, fields, models
from odoo.exceptions import ValidationError


class RootCompany(models.AbstractModel):
    """What holds for a company with all its branches."""

    _name = "crmx.root.company"
    _description = "Of a company with its branches"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company.root_id,
        domain=[("parent_id", "=", False)],
        help="Branches share what their company has.",
    )

    @api.constrains("company_id")
    def _check_root_company(self):
        for record in self:
            if record.company_id.parent_id:
                raise ValidationError(
                    self.env._(
                        "“%(branch)s” is a branch, and has what its company has. Choose “%(company)s”.",
                        branch=record.company_id.display_name,
                        company=record.company_id.root_id.display_name,
                    )
                )
