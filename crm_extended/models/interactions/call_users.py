from odoo import api, fields, models

from ...tools import phone


class ResUsers(models.Model):
    _inherit = "res.users"

    crmx_phone_extension = fields.Char(
        string="Telephone Line",
        help="The extension, account or number by which the telephone exchange names this user.",
    )
    crmx_phone_line = fields.Char(
        compute="_compute_crmx_phone_line",
        store=True,
        index="btree_not_null",
        help="The line as it is compared.",
    )

    @property
    def SELF_READABLE_FIELDS(self):  # noqa: N802
        return [*super().SELF_READABLE_FIELDS, "crmx_phone_extension"]

    @api.depends("crmx_phone_extension", "company_id.country_id")
    def _compute_crmx_phone_line(self):
        for user in self:
            code = user.company_id.country_id.phone_code
            user.crmx_phone_line = phone.line_key(user.crmx_phone_extension, code) or False
