from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: What a row of the figures is about: the column of the row, and whom an item counts for.
SCOPES = {
    "company": (None, "NULL"),
    "team": ("team_id", "COALESCE(move.team_id, salesperson.sale_team_id)"),
    "user": ("user_id", "COALESCE(move.invoice_user_id, commercial.user_id)"),
    "partner": ("commercial_partner_id", "COALESCE(partner.commercial_partner_id, line.partner_id)"),
}
#: Context keys that figures depend on.
CONTEXT = ("crmx_as_of", "crmx_months", "crmx_scope", "crmx_period")
#: Months before the first one shown whose sales count back.
LOOKBACK = 24
MOST_MONTHS = 60


class ReceivablesHistory(models.AbstractModel):
    """Receivables at the ends of months, from the ledger, for reports of one query.

    The context says what is read:

    * `crmx_as_of`: the last day (default: today); before it stand the ends of months
    * `crmx_months`: how many (default: 12)
    * `crmx_scope`: a row for each "company" (default), sales "team", salesperson ("user") or "partner"

    Amounts are in the active company's currency, at the rate of the last day. At each of these days, the
    sum of all rows is the balance of the receivable accounts.
    """

    _name = "crmx.receivables.history"
    _description = "Receivables by month"

    date = fields.Date(string="On", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    team_id = fields.Many2one("crm.team", string="Sales Team", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)

    @api.model
    @api.private
    def _history_options(self):
        """Return (as-of date, months, scope, months of sales) from the context.

        :raise UserError: what cannot be used
        """
        context = self.env.context
        as_of, _side, _basis = self.env["crmx.open.item"]._crmx_parameters()
        scope = context.get("crmx_scope") or "company"
        months, period = context.get("crmx_months") or 12, context.get("crmx_period") or 3
        if scope not in SCOPES:
            raise UserError(self.env._("There are no figures by “%s”.", scope))
        if not (isinstance(months, int) and 1 <= months <= MOST_MONTHS):
            raise UserError(self.env._("Figures are of 1 to %s months.", MOST_MONTHS))
        if period not in (1, 3, 6, 12):
            raise UserError(self.env._("Sales are those of the last 1, 3, 6 or 12 months."))
        return as_of, months, scope, period

    @api.model
    @api.private
    def _days(self, as_of, count):
        """Return the last `count` ends of months up to a day, which is the last of them, in order.

        The day before the first stands for all that was before.
        """
        first = as_of.replace(day=1)
        return [
            *(
                first - relativedelta(months=back) - relativedelta(days=1)
                for back in range(count - 1, -1, -1)
            ),
            as_of,
        ]

    @api.model
    @api.private
    def _history_scope(self, as_of, scope):
        """Return the parts of SQL that the queries share."""
        self.env.flush_all()
        # compiling queries with so many sums takes the server longer than running them
        self.env.cr.execute("SET LOCAL jit = off")
        companies = self.env.companies
        # sudo: only the ids of the companies' own accounts, whose items the record rule filters
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = Account.search(
            [*Account._check_company_domain(companies), ("account_type", "=", "asset_receivable")], order="id"
        )
        rates = {
            "rate": self.env["crmx.aged.report"]._rate_sql(SQL("line.company_id"), as_of),
            "promise_rate": self.env["crmx.aged.report"]._rate_sql(SQL("promise.company_id"), as_of),
        }
        return {
            "as_of": as_of,
            "accounts": tuple(accounts.ids) or (0,),
            "companies": tuple(companies.ids),
            "currency": self.env.company.currency_id.id,
            "key": SQL(SCOPES[scope][1]),
            **rates,
        }

    @api.model
    @api.private
    def _key_columns(self, scope):
        """Return the columns that say whom a row is about."""
        own = SCOPES[scope][0]
        return SQL(", ").join(
            SQL(
                "%s AS %s",
                SQL("NULLIF(key, 0)" if column == own else "NULL::integer"),
                SQL.identifier(column),
            )
            for column, _key in SCOPES.values()
            if column
        )


#: Items of the receivable accounts, whom they count for, and what settled them while both entries are posted.
#: `part` says how much an item, or what settled it, adds to its residual, and from which day on.
PARTS = """
    item AS MATERIALIZED (
        SELECT line.id,
               line.move_id,
               line.company_id,
               COALESCE(%(key)s, 0) AS key,
               line.balance%(rate)s AS balance,
               line.balance > 0 AS is_debt,
               line.date,
               COALESCE(line.date_maturity, line.date) AS due,
               line.display_type = 'payment_term'
               AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt') AS is_sale
          FROM account_move_line line
          JOIN account_move move ON move.id = line.move_id
          LEFT JOIN res_partner partner ON partner.id = line.partner_id
          LEFT JOIN res_partner commercial ON commercial.id = partner.commercial_partner_id
          LEFT JOIN res_users salesperson ON salesperson.id = commercial.user_id
         WHERE line.parent_state = 'posted'
           AND line.date <= %(as_of)s
           AND line.account_id IN %(accounts)s
           AND line.company_id IN %(companies)s
    ),
    settlement AS MATERIALIZED (
        SELECT partial.debit_move_id, partial.credit_move_id, partial.max_date,
               partial.amount%(rate)s AS amount
          FROM account_partial_reconcile partial
          JOIN account_move_line line ON line.id = partial.debit_move_id
          JOIN account_move_line credit ON credit.id = partial.credit_move_id
         WHERE partial.max_date <= %(as_of)s
           AND line.parent_state = 'posted'
           AND credit.parent_state = 'posted'
           AND line.account_id IN %(accounts)s
           AND line.company_id IN %(companies)s
    ),
    part AS (
        SELECT company_id, key, is_debt, due, date AS day, balance AS amount
          FROM item
     UNION ALL
        SELECT company_id, key, is_debt, due, max_date, -amount
          FROM settlement
          JOIN item ON item.id = settlement.debit_move_id
     UNION ALL
        SELECT company_id, key, is_debt, due, max_date, amount
          FROM settlement
          JOIN item ON item.id = settlement.credit_move_id
    )
"""

#: A number that stays the same for the same row.
ROW_ID = "('x' || LEFT(MD5(CONCAT_WS(',', %(parts)s)), 12))::bit(48)::bigint"
