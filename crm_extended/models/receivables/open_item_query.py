from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, ormcache

from .open_item import BASES, SIDES


class OpenItem(models.Model):
    """The query that open items are read with."""

    _inherit = "crmx.open.item"

    @property
    def _table_query(self):
        as_of, side, basis = self._crmx_parameters()
        account_type, sign = SIDES[side]
        companies = self.env.companies
        scope = {
            "as_of": as_of,
            "accounts": self._crmx_account_ids(tuple(companies.ids), account_type) or (0,),
            "companies": tuple(companies.ids),
        }
        counts = SQL(_COUNTS, **scope)
        return SQL(
            _OPEN_ITEMS,
            **scope,
            sign=SQL("-" if sign < 0 else ""),
            counts=counts,
            later_sides=SQL(
                _SIDES,
                settlements=SQL("account_partial_reconcile"),
                counts=counts,
                which=SQL(_LATER, **scope),
            ),
            uncounted_sides=SQL(_SIDES, settlements=SQL("uncounted"), counts=counts, which=SQL("TRUE")),
            columns=SQL(_COLUMNS),
            reference_date=SQL("COALESCE(line.date_maturity, line.date)")
            if basis == "due"
            else SQL("COALESCE(line.invoice_date, line.date)"),
        )

    @api.model
    @api.private
    @ormcache("company_ids", "account_type")
    def _crmx_account_ids(self, company_ids, account_type):
        """Return the ids of the companies' accounts of a type, archived ones too."""
        # sudo: only the ids of the companies' own accounts, whose items the record rule filters
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        domain = Account._check_company_domain(self.env["res.company"].browse(company_ids))
        return tuple(Account.search([*domain, ("account_type", "=", account_type)], order="id").ids)

    @api.model
    def _crmx_parameters(self):
        """Return (as-of date, side, basis) from the context.

        :raise UserError: a date, side or basis that is none
        """
        context = self.env.context
        side = context.get("crmx_side") or "receivable"
        basis = context.get("crmx_basis") or "due"
        if side not in SIDES or basis not in BASES:
            raise UserError(
                self.env._(
                    "Open items are receivable or payable, aged by due or by invoice date; "
                    "there is no “%(side)s” by “%(basis)s”.",
                    side=side,
                    basis=basis,
                )
            )
        try:
            as_of = fields.Date.to_date(context.get("crmx_as_of"))
        except (TypeError, ValueError) as error:
            raise UserError(
                self.env._(
                    "“%(value)s” is no date: give the as-of date as year-month-day, such as 2026-01-31.",
                    value=context["crmx_as_of"],
                )
            ) from error
        return as_of or fields.Date.context_today(self), side, basis


# Settlements do not count on the as-of date when one of their entries is later, or a draft (`uncounted`);
# `reopened` gives them back to both of their items. The later ones are joined by themselves, so that the
# server can share out their many lines among its workers. The items come in two parts, so that the first is
# found by the host's partial index on unreconciled items.
_OPEN_ITEMS = """
    WITH draft AS MATERIALIZED (
        SELECT line.id
          FROM account_move move
          JOIN account_move_line line ON line.move_id = move.id
         WHERE move.state = 'draft'
           AND line.account_id IN %(accounts)s
           AND line.matching_number IS NOT NULL
    ),
    uncounted AS (
        SELECT partial.*
          FROM draft
          JOIN account_partial_reconcile partial ON partial.debit_move_id = draft.id
         WHERE partial.max_date <= %(as_of)s
     UNION ALL
        SELECT partial.*
          FROM draft
          JOIN account_partial_reconcile partial ON partial.credit_move_id = draft.id
         WHERE partial.max_date <= %(as_of)s
           AND partial.debit_move_id NOT IN (SELECT id FROM draft)
    ),
    reopened AS MATERIALIZED (
        SELECT line_id, SUM(amount) AS amount, SUM(amount_currency) AS amount_currency
          FROM (
                %(later_sides)s
             UNION ALL
                %(uncounted_sides)s
               ) side
         GROUP BY line_id
    ),
    line AS (
        SELECT %(columns)s,
               line.amount_residual AS open_amount,
               line.amount_residual_currency AS open_currency
          FROM account_move_line line
         WHERE line.reconciled IS NOT TRUE
           AND %(counts)s
           AND NOT EXISTS (SELECT FROM reopened WHERE reopened.line_id = line.id)
     UNION ALL
        SELECT %(columns)s,
               line.amount_residual + reopened.amount,
               line.amount_residual_currency + reopened.amount_currency
          FROM reopened
          JOIN account_move_line line ON line.id = reopened.line_id
    )
    SELECT line.id,
           line.id AS move_line_id,
           line.move_id,
           line.company_id,
           line.company_currency_id,
           line.journal_id,
           line.account_id,
           line.partner_id,
           COALESCE(partner.commercial_partner_id, line.partner_id) AS commercial_partner_id,
           commercial.country_id,
           COALESCE(move.invoice_user_id, commercial.user_id) AS user_id,
           COALESCE(move.team_id, salesperson.sale_team_id) AS team_id,
           CASE WHEN line.display_type <> 'payment_term' THEN
                    CASE WHEN line.payment_id IS NOT NULL OR journal.type IN ('bank', 'cash', 'credit')
                         THEN 'payment' ELSE 'entry' END
                WHEN %(sign)sline.balance < 0 THEN 'credit_note'
                ELSE 'invoice'
            END AS kind,
           line.ref,
           line.date,
           line.invoice_date,
           line.date_maturity,
           %(as_of)s - %(reference_date)s AS age,
           %(sign)sline.balance AS balance,
           %(sign)sline.open_amount AS residual,
           %(sign)s(line.open_amount - exchange.difference) AS aged_amount,
           %(sign)sexchange.difference AS exchange_difference,
           line.currency_id,
           %(sign)sline.amount_currency AS amount_currency,
           %(sign)sline.open_currency AS residual_currency
      FROM line
      LEFT JOIN res_currency currency ON currency.id = line.company_currency_id
      LEFT JOIN account_journal journal ON journal.id = line.journal_id
      LEFT JOIN account_move move ON move.id = line.move_id
      LEFT JOIN res_partner partner ON partner.id = line.partner_id
      LEFT JOIN res_partner commercial ON commercial.id = partner.commercial_partner_id
      LEFT JOIN res_users salesperson ON salesperson.id = commercial.user_id
     CROSS JOIN LATERAL (
           SELECT line.open_amount - COALESCE(ROUND(
                  line.open_currency * line.balance / NULLIF(line.amount_currency, 0) / currency.rounding
           ) * currency.rounding, 0) AS amount
     ) unmatched
     CROSS JOIN LATERAL (
           SELECT CASE WHEN line.currency_id = line.company_currency_id THEN 0
                       WHEN line.open_currency = 0 THEN line.open_amount
                       WHEN ABS(unmatched.amount) < 1.5 * currency.rounding THEN 0
                       ELSE unmatched.amount
                   END AS difference
     ) exchange
     WHERE line.open_amount <> 0 OR line.open_currency <> 0
"""

_COLUMNS = """
               line.id, line.move_id, line.company_id, line.company_currency_id, line.journal_id,
               line.account_id, line.partner_id, line.payment_id, line.display_type, line.ref, line.date,
               line.invoice_date, line.date_maturity, line.balance, line.currency_id,
               line.amount_currency, line.amount_residual, line.amount_residual_currency
"""

# The last matched item is found by an index, and spares a report of today the search for later settlements.
_LATER = """
    partial.max_date > %(as_of)s
    AND (SELECT MAX(date) FROM account_move_line WHERE matching_number IS NOT NULL) > %(as_of)s
"""

_SIDES = """
    SELECT side.line_id, side.amount, side.amount_currency
      FROM %(settlements)s partial
     CROSS JOIN LATERAL (VALUES
           (partial.debit_move_id, partial.amount, partial.debit_amount_currency),
           (partial.credit_move_id, -partial.amount, -partial.credit_amount_currency)
     ) side (line_id, amount, amount_currency)
      JOIN account_move_line line ON line.id = side.line_id
     WHERE %(counts)s
       AND %(which)s
"""

_COUNTS = """
    line.parent_state = 'posted'
    AND line.date <= %(as_of)s
    AND line.account_id IN %(accounts)s
    AND line.company_id IN %(companies)s
"""
