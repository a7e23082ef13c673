from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: The account type whose items each side of the report holds, and the sign that makes its debts positive.
SIDES = {
    "receivable": ("asset_receivable", 1),
    "payable": ("liability_payable", -1),
}
BASES = ("due", "invoice")
#: Context keys that figures depend on: the cache keeps those of each as-of date apart.
PARAMETERS = ("crmx_as_of", "crmx_basis")


class OpenItem(models.Model):
    """What was open on a receivable or payable account at the end of a day, from the ledger.

    A row is a posted journal item dated up to the as-of date that was not fully settled on it. The
    context says what is read:

    * `crmx_as_of`: the as-of date, past or future (default: today)
    * `crmx_side`: "receivable" (default) or "payable"
    * `crmx_basis`: age from the "due" date of the instalment (default) or from the "invoice" date

    Amounts are positive when they increase the debt: what a customer owes to us, or what we owe to a
    vendor. They tie to the accounts' balance on that day: per account, the sum of `residual` equals the
    balance of the posted items.

    A settlement counts from the day on which both of its entries are dated and only while both are
    posted. So a residual is the stored one plus the settlements that did not count on the as-of date,
    which is the same as the item's balance less the ones that did, in half the time.
    """

    _name = "crmx.open.item"
    _description = "Open Item"
    _auto = False
    _rec_name = "move_line_id"
    _order = "date_maturity, id"
    _depends = {
        "account.move": ["state", "invoice_user_id", "team_id"],
        "account.move.line": [
            "account_id", "amount_currency", "amount_residual", "amount_residual_currency", "balance",
            "company_id", "currency_id", "date", "date_maturity", "display_type", "invoice_date",
            "journal_id", "matching_number", "move_id", "parent_state", "partner_id", "payment_id",
            "reconciled", "ref",
        ],
        "account.partial.reconcile": [
            "amount", "credit_amount_currency", "credit_move_id", "debit_amount_currency",
            "debit_move_id", "max_date",
        ],
        "res.partner": ["commercial_partner_id", "country_id", "user_id"],
        "res.users": ["sale_team_id"],
    }  # fmt: skip

    move_line_id = fields.Many2one("account.move.line", string="Journal Item", readonly=True)
    move_id = fields.Many2one("account.move", string="Journal Entry", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    company_currency_id = fields.Many2one("res.currency", readonly=True)
    journal_id = fields.Many2one("account.journal", readonly=True)
    account_id = fields.Many2one("account.account", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    commercial_partner_id = fields.Many2one("res.partner", string="Partner", readonly=True)
    category_ids = fields.Many2many(
        related="commercial_partner_id.category_id", string="Tags", related_sudo=False
    )
    country_id = fields.Many2one("res.country", readonly=True)
    user_id = fields.Many2one(
        "res.users",
        string="Salesperson",
        readonly=True,
        help="The invoice's salesperson, or the customer's for other entries.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales Team",
        readonly=True,
        help="The invoice's team, or that of the customer's salesperson for other entries.",
    )
    kind = fields.Selection(
        [
            ("invoice", "Invoice"),
            ("credit_note", "Credit Note"),
            ("payment", "Payment"),
            ("entry", "Other Entry"),
        ],
        readonly=True,
    )
    ref = fields.Char(string="Reference", readonly=True)
    date = fields.Date(readonly=True)
    invoice_date = fields.Date(readonly=True)
    date_maturity = fields.Date(string="Due Date", readonly=True)
    age = fields.Integer(
        string="Days Late",
        depends_context=PARAMETERS,
        readonly=True,
        aggregator="max",
        help="Days from the due date (or the invoice date) to the as-of date; negative before it.",
    )
    balance = fields.Monetary(string="Original Amount", currency_field="company_currency_id", readonly=True)
    residual = fields.Monetary(
        string="Open Amount",
        currency_field="company_currency_id",
        depends_context=PARAMETERS,
        readonly=True,
    )
    aged_amount = fields.Monetary(
        currency_field="company_currency_id",
        depends_context=PARAMETERS,
        readonly=True,
        help="The open amount without the exchange difference: what the open amount in the document's "
        "currency stands for. Positive for debts, negative for credits that settle them.",
    )
    exchange_difference = fields.Monetary(
        currency_field="company_currency_id",
        depends_context=PARAMETERS,
        readonly=True,
        help="The part of the open amount that no open amount in the document's currency stands for: it "
        "waits for an exchange entry, or comes from one.",
    )
    currency_id = fields.Many2one("res.currency", string="Document Currency", readonly=True)
    amount_currency = fields.Monetary(
        string="Original in Currency", currency_field="currency_id", readonly=True
    )
    residual_currency = fields.Monetary(
        string="Open in Currency",
        currency_field="currency_id",
        depends_context=PARAMETERS,
        readonly=True,
    )

    @property
    def _table_query(self):
        as_of, side, basis = self._crmx_parameters()
        account_type, sign = SIDES[side]
        companies = self.env.companies
        # sudo: only the ids of the companies' own accounts, whose items the record rule filters
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = Account.search(
            [
                *Account._check_company_domain(companies),
                ("account_type", "=", account_type),
            ],
            order="id",
        )
        scope = {
            "as_of": as_of,
            "accounts": tuple(accounts.ids) or (0,),
            "companies": tuple(companies.ids),
        }
        return SQL(
            _OPEN_ITEMS,
            **scope,
            sign=SQL("-" if sign < 0 else ""),
            counts=SQL(_COUNTS, **scope),
            columns=SQL(_COLUMNS),
            reference_date=SQL("COALESCE(line.date_maturity, line.date)")
            if basis == "due"
            else SQL("COALESCE(line.invoice_date, line.date)"),
        )

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

    def action_open_document(self):
        """Open the journal entry (invoice, payment, …) that the item belongs to."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "views": [(False, "form")],
        }

    def action_open_journal_items(self):
        """List the journal items behind the selected open items."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal Items"),
            "res_model": "account.move.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.ids)],
            "context": {"create": False},
        }


# `uncounted` are the settlements that do not count on the as-of date, because one of their entries is later
# or a draft; `reopened` gives them back to both of their items. The items come in two parts, so that the
# first is found by the host's partial index on unreconciled items.
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
          FROM account_partial_reconcile partial
         WHERE partial.max_date > %(as_of)s
     UNION ALL
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
        SELECT %(columns)s,
               SUM(side.amount) AS reopened_amount,
               SUM(side.amount_currency) AS reopened_currency
          FROM uncounted
         CROSS JOIN LATERAL (VALUES
               (uncounted.debit_move_id, uncounted.amount, uncounted.debit_amount_currency),
               (uncounted.credit_move_id, -uncounted.amount, -uncounted.credit_amount_currency)
         ) side (line_id, amount, amount_currency)
          JOIN account_move_line line ON line.id = side.line_id
         WHERE %(counts)s
         GROUP BY line.id
    ),
    line AS (
        SELECT %(columns)s,
               line.amount_residual AS open_amount,
               line.amount_residual_currency AS open_currency
          FROM account_move_line line
         WHERE line.reconciled IS NOT TRUE
           AND %(counts)s
           AND NOT EXISTS (SELECT FROM reopened WHERE reopened.id = line.id)
     UNION ALL
        SELECT %(columns)s,
               line.amount_residual + line.reopened_amount,
               line.amount_residual_currency + line.reopened_currency
          FROM reopened line
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

_COUNTS = """
    line.parent_state = 'posted'
    AND line.date <= %(as_of)s
    AND line.account_id IN %(accounts)s
    AND line.company_id IN %(companies)s
"""
