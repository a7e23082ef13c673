from odoo import fields, models


class HrDepartment(models.Model):
    _inherit = "hr.department"

    crmx_bonus_analytic_id = fields.Many2one(
        "account.analytic.account",
        string="Analytic Account of Bonuses",
        check_company=True,
        groups="account.group_account_readonly,account.group_account_invoice,hr.group_hr_user,"
        "crm_extended.group_kpi_manager",
        help="Where the bonuses of its people are counted.",
    )
