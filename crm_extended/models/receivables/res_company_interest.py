from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_interest_policy_id = fields.Many2one(
        "crmx.interest.policy",
        string="Terms of Late Payment",
        domain="[('company_id', 'in', (False, id))]",
        help="Of customers that have no others. Empty: they are charged nothing.",
    )
    crmx_interest_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Interest",
        domain="[('type', '=', 'sale'), ('company_id', '=', id)]",
        help="Empty: the first sales journal.",
    )
    crmx_interest_account_id = fields.Many2one(
        "account.account",
        string="Account of Interest",
        domain="[('account_type', 'in', ('income', 'income_other'))]",
        help="Where interest and fees are income.",
    )
    crmx_interest_tax_ids = fields.Many2many(
        "account.tax",
        "crmx_interest_tax_rel",
        "company_id",
        "tax_id",
        string="Taxes on Interest",
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', id)]",
        help="Empty: interest for late payment is outside of the tax, as in most countries.",
    )


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_interest_policy_id = fields.Many2one(
        related="company_id.crmx_interest_policy_id",
        readonly=False,
        domain="[('company_id', 'in', (False, company_id))]",
    )
    crmx_interest_journal_id = fields.Many2one(
        related="company_id.crmx_interest_journal_id",
        readonly=False,
        domain="[('type', '=', 'sale'), ('company_id', '=', company_id)]",
    )
    crmx_interest_account_id = fields.Many2one(
        related="company_id.crmx_interest_account_id",
        readonly=False,
        domain="[('account_type', 'in', ('income', 'income_other')), ('company_ids', 'in', company_id)]",
    )
    crmx_interest_tax_ids = fields.Many2many(
        related="company_id.crmx_interest_tax_ids",
        readonly=False,
        domain="[('type_tax_use', '=', 'sale'), ('company_id', '=', company_id)]",
    )
