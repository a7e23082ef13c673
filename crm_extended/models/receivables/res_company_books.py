from odoo import api, fields, models
from odoo.exceptions import UserError


class ResCompany(models.Model):
    _inherit = "res.company"

    crmx_doubtful_account_id = fields.Many2one(
        "account.account",
        string="Account of Doubtful Debts",
        domain="[('account_type', '=', 'asset_receivable')]",
        help="A receivable account of its own, to which debts that may not come in are moved.",
    )
    crmx_write_off_account_id = fields.Many2one(
        "account.account",
        string="Account of Write-Offs",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable'))]",
        help="An expense, or the allowance account when what was set aside is used up.",
    )
    crmx_recovery_account_id = fields.Many2one(
        "account.account",
        string="Account of Recoveries",
        domain="[('account_type', 'in', ('income', 'income_other', 'expense', 'expense_other'))]",
        help="Where money counts that comes in after all. Empty: the account of write-offs.",
    )
    crmx_write_off_journal_id = fields.Many2one(
        "account.journal",
        string="Journal of Write-Offs",
        domain="[('type', '=', 'general'), ('company_id', '=', id)]",
    )
    crmx_write_off_tax = fields.Selection(
        [("none", "Is lost with the debt"), ("relief", "Is claimed back (bad-debt relief)")],
        string="Tax in Write-Offs",
        required=True,
        default="none",
        help="Claimed back: the part of the tax that the invoice held goes to its tax account, with the tags "
        "of a credit note. Whether and when the law allows it differs.",
    )
    crmx_write_off_alone = fields.Float(
        string="Written Off Alone up to",
        help="Above it, in the company's currency, a second person approves, whoever asks.",
    )

    @api.private
    def _crmx_check_unlocked(self, day, journal, has_tax=False):
        """Refuse a day that the books are locked on: the host would book it on another one.

        :raise UserError: naming the lock dates
        """
        self.ensure_one()
        locks = self._get_violated_lock_dates(day, has_tax, journal)
        if locks:
            raise UserError(
                self.env._(
                    "The books are locked on %(date)s: %(locks)s. Choose a later date, or have the lock "
                    "changed.",
                    date=self.env["ir.qweb.field.date"].value_to_html(day, {}),
                    locks=self._format_lock_dates(locks),
                )
            )
