"""How bonuses get into the ledger, are seen to be paid, and out of it again: by the host's own entries."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError


class BonusAccrual(models.Model):
    _inherit = "crmx.bonus.accrual"

    # === POSTING === #

    def action_post(self):
        """Post an entry for each bonus: expense to what is owed to the employee."""
        self._lock("approved")
        for accrual in self:
            accrual._check_postable()
        vals_list = [accrual._entry() for accrual in self]
        entries = self.env["account.move"]
        for accrual, vals in zip(self, vals_list, strict=True):
            entries |= self.env["account.move"].with_company(accrual.company_id).create(vals)
        entries.action_post()
        for accrual, entry in zip(self, entries, strict=True):
            accrual._become("posted", move_id=entry.id)
        self._log("bonus_posted")

    def _check_postable(self):
        # sudo: where a scheme is booked, which accountants need not read
        scheme = self.sudo().scheme_id
        if scheme.paid_through == "payroll":
            raise UserError(
                self.env._("“%s” is paid through the payroll, which books it.", self.display_name)
            )
        if not (scheme.expense_account_id and scheme.payable_account_id):
            raise UserError(
                self.env._("Choose the accounts of “%s” first: expense and payable.", scheme.name)
            )
        if not self._partner():
            raise UserError(self.env._("%s has no work contact to owe it to.", self.employee_id.name))
        if self.currency_id.is_zero(self.amount):
            raise UserError(self.env._("“%s” is zero: there is nothing to post.", self.display_name))
        self.company_id._crmx_check_unlocked(self._entry_date(), self._journal())

    def _partner(self):
        # sudo: the work contact is no secret to who books the bonus
        return self.sudo().employee_id.work_contact_id

    def _entry_date(self):
        return self.date or self.period_id.date_to

    def _journal(self):
        journal = self.sudo().scheme_id.journal_id  # sudo: where a scheme is booked
        journals = self.env["account.journal"]
        journal = journals.browse(journal.id) or journals.search(
            [*journals._check_company_domain(self.company_id), ("type", "=", "general")], limit=1
        )
        if not journal:
            raise UserError(self.env._("%s has no journal of type Miscellaneous.", self.company_id.name))
        return journal

    def _entry(self):
        scheme = self.sudo().scheme_id  # sudo: where a scheme is booked
        words = {
            "name": self.env._(
                "%(number)s: %(scheme)s %(period)s",
                number=self.name,
                scheme=scheme.name,
                period=self.period_id.name,
            )
        }
        # sudo: where the costs of a department go
        analytic = self.sudo().department_id.crmx_bonus_analytic_id
        expense = {**words, "account_id": scheme.expense_account_id.id, "balance": self.amount}
        if analytic:
            expense["analytic_distribution"] = {str(analytic.id): 100}
        payable = {**words, "account_id": scheme.payable_account_id.id, "balance": -self.amount}
        return {
            "move_type": "entry",
            "journal_id": self._journal().id,
            "date": self._entry_date(),
            "ref": self.name,
            "line_ids": [
                Command.create({**line, "partner_id": self._partner().id}) for line in (expense, payable)
            ],
        }

    # === PAID === #

    @api.private
    def _owed(self):
        """The item of each entry that says what is owed to the employee."""
        accounts = self.scheme_id.payable_account_id
        return self.move_id.line_ids.filtered(
            lambda line: line.account_id in accounts or line.account_id.reconcile
        )

    @api.private
    def _see_paid(self):
        """Take over from the ledger what is paid, open again, or reversed there."""
        # sudo: what became of the entry, whoever paid it
        for accrual in self.sudo().filtered("move_id"):
            items = accrual._owed()
            reversals = accrual.move_id.reversal_move_ids.filtered(lambda move: move.state == "posted")
            settled = items and all(items.mapped("reconciled"))
            if reversals and settled:
                accrual._become("reversed", reversal_id=reversals[:1].id)
                accrual._log("bonus_reversed")
            elif settled and accrual.state == "posted":
                accrual._become("paid", date_paid=accrual._date_settled(items))
            elif not settled and accrual.state == "paid":
                accrual._become("posted", date_paid=False)

    def _date_settled(self, items):
        return max((items.matched_debit_ids | items.matched_credit_ids).mapped("max_date"), default=False)

    def action_paid(self):
        """Say that payroll has paid it; what has an entry is seen in the ledger."""
        self._lock("posted")
        if self.move_id:
            raise UserError(self.env._("It is paid when its entry is reconciled with a payment."))
        self._become("paid", date_paid=fields.Date.context_today(self))

    # === REVERSING === #

    def action_reverse(self):
        """Take entries back, on their own day unless that is locked."""
        self._lock("posted", "paid")
        for accrual in self:
            reversal = accrual.move_id and accrual._reverse_entry()
            accrual._become("reversed", reversal_id=reversal and reversal.id, date_paid=False)
        self._log("bonus_reversed")

    def _reverse_entry(self):
        day = self.move_id.date
        if self.company_id._get_violated_lock_dates(day, False, self.move_id.journal_id):
            day = max(fields.Date.context_today(self), day)
        ref = self.env._("Reversed: %s", self.name)
        return self.move_id._reverse_moves([{"date": day, "ref": ref}], cancel=True)

    def action_again(self):
        """Compute a reversed bonus anew, as another draft."""
        self._lock("reversed")
        for accrual in self:
            if accrual.kind == "correction":
                raise UserError(self.env._("Corrections come by themselves."))
            # sudo: who may write bonuses may have them computed
            accrual.sudo().scheme_id._accrue(
                accrual.period_id, again=accrual.employee_id.ids, by=self.env.user
            )
