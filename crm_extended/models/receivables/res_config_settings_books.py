from odoo import fields, models


class ResConfigSettings(models.TransientModel):
    _inherit = "res.config.settings"

    crmx_doubtful_account_id = fields.Many2one(
        related="company_id.crmx_doubtful_account_id",
        readonly=False,
        domain="[('account_type', '=', 'asset_receivable'), ('company_ids', 'in', company_id)]",
    )
    crmx_write_off_account_id = fields.Many2one(
        related="company_id.crmx_write_off_account_id",
        readonly=False,
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable')), "
        "('company_ids', 'in', company_id)]",
    )
    crmx_recovery_account_id = fields.Many2one(
        related="company_id.crmx_recovery_account_id",
        readonly=False,
        domain="[('account_type', 'in', ('income', 'income_other', 'expense', 'expense_other')), "
        "('company_ids', 'in', company_id)]",
    )
    crmx_write_off_journal_id = fields.Many2one(
        related="company_id.crmx_write_off_journal_id",
        readonly=False,
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
    )
    crmx_write_off_tax = fields.Selection(related="company_id.crmx_write_off_tax", readonly=False)
    crmx_write_off_alone = fields.Float(related="company_id.crmx_write_off_alone", readonly=False)
