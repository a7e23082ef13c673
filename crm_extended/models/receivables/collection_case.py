from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from .collection_settings import REASONS

#: What people may change; all else comes from the ledger and from what was said.
EDITABLE = {"user_id", "note", "date_next"}


class CollectionCase(models.Model):
    """One customer with overdue debts in one company: when to contact him, who does it, and why.

    What it says is read from the ledger each night, and soon after something of it changes (see
    `_refresh`); nobody enters it.
    """

    _name = "crmx.collection.case"
    _description = "Customer to Contact about Debts"
    _order = "score DESC, amount DESC, id"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True, ondelete="cascade"
    )
    country_id = fields.Many2one(related="partner_id.country_id", string="Country")
    phone = fields.Char(compute="_compute_phone", compute_sudo=True)
    state = fields.Selection(
        [
            ("todo", "To contact"),
            ("back", "Later"),
            ("waiting", "Waiting"),
            ("clear", "Nothing overdue"),
        ],
        default="todo",
        required=True,
        readonly=True,
        index=True,
        group_expand=True,
        help="Later: somebody agreed on a day. Waiting: all that is overdue is promised, in instalments, "
        "disputed, or covered by money that is already here.",
    )
    date_next = fields.Date(
        string="Next Contact", index=True, help="The day on which the customer is to be contacted."
    )
    date_back = fields.Date(readonly=True, help="Not before that day: so it was agreed.")
    next_action = fields.Selection(
        [
            ("call", "Call"),
            ("back", "Call as agreed"),
            ("number", "Find the right number"),
            ("promise", "Wait for the promise"),
            ("plan", "Wait for the instalment"),
            ("dispute", "Wait for the dispute"),
            ("payment", "Allocate the payment"),
        ],
        readonly=True,
        default="call",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Collector",
        index="btree_not_null",
        domain="[('share', '=', False)]",
        group_expand="_group_expand_users",
    )
    team_id = fields.Many2one(
        "crmx.collection.team", readonly=True, ondelete="set null", index="btree_not_null"
    )
    territory_id = fields.Many2one(
        "crmx.collection.territory", readonly=True, ondelete="set null", index="btree_not_null"
    )
    is_by_hand = fields.Boolean(
        string="Assigned by Hand", readonly=True, help="Territories change it no more."
    )
    amount = fields.Monetary(
        string="To Ask for",
        readonly=True,
        help="Overdue, less what is promised, in instalments, disputed, or covered by credits and payments "
        "under way: what a reminder of today would ask for.",
    )
    overdue = fields.Monetary(readonly=True, help="All that is past its due date.")
    amounts = fields.Char(
        string="In Currencies", compute="_compute_amounts", help="What to ask for, in the items' currencies."
    )
    by_currency = fields.Json(readonly=True, help="{id of the currency: what to ask for in it}")
    item_count = fields.Integer(string="Items", readonly=True)
    date_oldest = fields.Date(string="Oldest Due", readonly=True)
    days_late = fields.Integer(compute="_compute_days_late")
    average_late = fields.Float(
        string="Late on Average", readonly=True, aggregator="avg", digits=(16, 1), help="Days, in 12 months."
    )
    broken_count = fields.Integer(
        string="Not Kept", readonly=True, help="Promises and instalment plans, in 12 months."
    )
    limit_use = fields.Float(string="Limit Used (%)", readonly=True, aggregator="avg", digits=(16, 1))
    level_number = fields.Integer(string="Reminder Level", readonly=True, aggregator="max")
    date_reminder = fields.Datetime(string="Last Reminder", readonly=True)
    score = fields.Float(readonly=True, aggregator="avg", digits=(16, 1), index=True)
    points = fields.Json(readonly=True, help="{factor: what it adds to the score}")
    urgency = fields.Selection(
        [("high", "High"), ("medium", "Medium"), ("low", "Low")], readonly=True, default="low"
    )
    reason = fields.Selection(REASONS, string="Talk about", readonly=True, default="amount", index=True)
    explanation = fields.Char(string="Why", compute="_compute_explanation")
    script = fields.Html(compute="_compute_script", sanitize=False)
    interaction_ids = fields.Many2many(
        "crmx.interaction", string="Last Contacts", compute="_compute_interaction_ids"
    )
    date_contact = fields.Datetime(string="Last Contact", compute="_compute_interaction_ids")
    last_outcome = fields.Char(compute="_compute_interaction_ids")
    wrong_phone = fields.Char(readonly=True, help="Somebody said that it is not his number.")
    note = fields.Text(help="For the next one who calls.")
    is_stale = fields.Boolean(readonly=True, index="btree_not_null", help="Something of it has changed.")

    _partner_uniq = models.UniqueIndex(
        "(company_id, partner_id)", "A customer is on the worklist of a company once."
    )

    # === COMPUTES === #

    @api.depends("partner_id.phone", "partner_id.child_ids.phone", "partner_id.child_ids.type")
    def _compute_phone(self):
        """Of the contact for invoices, else the customer's."""
        contacts = self.env["res.partner"].search_fetch(
            [
                ("parent_id", "in", self.partner_id.ids),
                ("type", "=", "invoice"),
                ("phone", "!=", False),
            ],
            ["parent_id", "phone"],
            order="id DESC",
        )
        phones = {contact.parent_id: contact.phone for contact in contacts}
        for case in self:
            case.phone = phones.get(case.partner_id) or case.partner_id.phone

    @api.depends("by_currency")
    @api.depends_context("lang")
    def _compute_amounts(self):
        for case in self:
            currencies = self.env["res.currency"].browse(map(int, case.by_currency or {}))
            case.amounts = " + ".join(
                format_amount(self.env, case.by_currency[str(currency.id)], currency)
                for currency in currencies
            )

    @api.depends("date_oldest")
    def _compute_days_late(self):
        today = fields.Date.context_today(self)
        for case in self:
            case.days_late = (today - case.date_oldest).days if case.date_oldest else 0

    @api.model
    def _group_expand_users(self, users, domain):
        """Show a column for each collector of the teams, also for who has nothing to do."""
        teams = self.env["crmx.collection.team"].search([("company_id", "in", self.env.companies.ids)])
        return users | teams.member_ids

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            raise UserError(self.env._("The worklist is made from the ledger."))
        return super().create(vals_list)

    def write(self, vals):
        if self.env.su:
            return super().write(vals)
        if vals.keys() - EDITABLE:
            raise UserError(self.env._("The worklist is made from the ledger."))
        if "user_id" in vals:
            vals = {**vals, "is_by_hand": bool(vals["user_id"])}
        if "date_next" in vals:
            vals = {**vals, "date_back": vals["date_next"]}
        self.check_access("write")
        # sudo: what follows from the fields that the user may change
        return super(CollectionCase, self.sudo()).write(vals)

    # === LISTS === #

    @api.model
    @api.private
    def _today_domain(self, today):
        """Return which cases are to be worked on."""
        return [("state", "in", ("todo", "back")), ("date_next", "<=", today)]

    def action_open_items(self):
        """List what the customer owes."""
        self.ensure_one()
        return self.partner_id.with_company(self.company_id).action_crmx_open_receivables()

    def action_open_partner(self):
        """Open the customer."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }

    def action_refresh(self):
        """Read the ledger anew, for the selected customers, or for all of the selected companies."""
        self.browse().check_access("read")
        Case = self.sudo()  # sudo: the figures are those of the ledger, whoever asks for them
        for company in self.company_id or self.env.companies.filtered("crmx_use_receivables"):
            mine = Case.filtered(lambda case, company=company: case.company_id == company)
            Case._refresh(company, mine.partner_id or None)
