from odoo import fields, models

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
    #: Context key of the day whose state is read: indicators measure that of earlier days too.
    _crmx_as_of = "crmx_as_of"
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
