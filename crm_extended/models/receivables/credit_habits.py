from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL


class Habits(NamedTuple):
    """How a customer pays.

    :param average: days late in the last 12 months, weighted with the amounts; None without payments
    :param last_date: when the last payment came
    :param last_amount: what came on that day, in the company's currency
    """

    average: float | None = None
    last_date: object = None
    last_amount: float = 0.0


class CreditHabits(models.AbstractModel):
    """How customers paid: from entries of bank and cash journals on receivable accounts."""

    _name = "crmx.credit.habits"
    _description = "Payment Habits"

    @api.model
    @api.private
    def _read_habits(self, partners, company):
        """Return {commercial partner id: Habits}; one query, however many partners."""
        if not partners:
            return {}
        self.env["account.move.line"].flush_model()
        self.env["account.partial.reconcile"].flush_model()
        today = fields.Date.context_today(self)
        rows = self.env.execute_query(
            SQL(
                _HABITS,
                family=self.env["crmx.credit.exposure"]._family(partners)("line.partner_id"),
                companies=company._crmx_tree_ids(),
                since=today - relativedelta(years=1),
                today=today,
            )
        )
        return {
            partner_id: Habits(
                None if average is None else float(average), last_date, float(last_amount or 0.0)
            )
            for partner_id, average, last_date, last_amount in rows
        }


# Credit notes are no payments. What was paid before it was due was not late, and does not make up for the
# rest.
_HABITS = """
    WITH payment AS MATERIALIZED (
        SELECT line.id, line.date, line.balance, partner.commercial_partner_id AS partner_id
          FROM account_move_line line
          JOIN res_partner partner ON partner.id = line.partner_id
          JOIN account_account account ON account.id = line.account_id
          JOIN account_journal journal ON journal.id = line.journal_id
         WHERE account.account_type = 'asset_receivable'
           AND journal.type IN ('bank', 'cash', 'credit')
           AND line.parent_state = 'posted'
           AND line.balance < 0
           AND line.date <= %(today)s
           AND line.company_id IN %(companies)s
           AND %(family)s
    ),
    last AS (
        SELECT DISTINCT ON (partner_id) partner_id, date, -SUM(balance) AS amount
          FROM payment
         GROUP BY partner_id, date
         ORDER BY partner_id, date DESC
    ),
    late AS (
        SELECT payment.partner_id,
               SUM(partial.amount * GREATEST(0, payment.date - debt.date_maturity)) / SUM(partial.amount)
                   AS average
          FROM payment
          JOIN account_partial_reconcile partial ON partial.credit_move_id = payment.id
          JOIN account_move_line debt ON debt.id = partial.debit_move_id
         WHERE payment.date >= %(since)s
           AND partial.amount > 0
           AND debt.display_type = 'payment_term'
         GROUP BY payment.partner_id
    )
    SELECT last.partner_id, late.average, last.date, last.amount
      FROM last
      LEFT JOIN late USING (partner_id)
"""
