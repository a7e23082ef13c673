from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .dunning_query import DUE_NOW, DUES, PROPOSE, STOP

#: An online payment that its provider has not confirmed counts for the customer that many days.
TRANSIT_DAYS = 10


class DunningRun(models.Model):
    """Reminders of one company on one day: proposed from the ledger, reviewed, then sent."""

    _name = "crmx.dunning.run"
    _description = "Dunning Run"
    _inherit = ["mail.thread"]
    _order = "date DESC, id DESC"
    _rec_name = "date"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="As of",
        required=True,
        default=fields.Date.context_today,
        help="Items are late on that day. Reminders are dated on the day they are sent.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        required=True,
        default=lambda self: self.env.user,
        help="Signs the reminders, and gets tasks of customers without a salesperson.",
    )
    state = fields.Selection(
        [("draft", "Proposed"), ("sending", "Being sent"), ("done", "Done"), ("cancelled", "Cancelled")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
    )
    is_dry = fields.Boolean(
        string="Dry Run", help="Says who would get what. It can never be sent, and is in no other run's way."
    )
    is_automatic = fields.Boolean(string="By Schedule", readonly=True, copy=False)
    letter_ids = fields.One2many("crmx.dunning.letter", "run_id", string="Reminders")
    line_ids = fields.One2many("crmx.dunning.line", "run_id", string="Items")
    exclusion_ids = fields.One2many("crmx.dunning.exclusion", "run_id", string="Left Out")
    date_proposed = fields.Datetime(string="Proposed", readonly=True, copy=False)
    letter_count = fields.Integer(string="Count", compute="_compute_counts")
    sent_count = fields.Integer(string="Sent", compute="_compute_counts")
    problem_count = fields.Integer(
        string="To Look at", compute="_compute_counts", help="Failed, or unknown whether they were sent."
    )
    retry_count = fields.Integer(
        compute="_compute_counts", help="The mail server did not take them; they are tried again."
    )
    amount_company = fields.Monetary(string="Asked for", compute="_compute_counts")
    no_followup_count = fields.Integer(compute="_compute_counts")

    @api.depends("letter_ids.state", "letter_ids.amount_company", "line_ids.reason")
    def _compute_counts(self):
        groups = self.env["crmx.dunning.letter"]._read_group(
            [("run_id", "in", self.ids)], ["run_id", "state"], ["__count", "amount_company:sum"]
        )
        marked = dict(
            self.env["crmx.dunning.line"]._read_group(
                [("run_id", "in", self.ids), ("reason", "=", "no_followup")], ["run_id"], ["__count"]
            )
        )
        retries = dict(
            self.env["crmx.dunning.letter"]._read_group(
                [("run_id", "in", self.ids), ("state", "=", "queued"), ("date_retry", "!=", False)],
                ["run_id"],
                ["__count"],
            )
        )
        for run in self:
            rows = {state: (count, amount) for of, state, count, amount in groups if of == run}
            kept = [rows[state] for state in rows if state not in ("excluded", "postponed", "dropped")]
            run.letter_count = sum(count for count, _amount in kept)
            run.amount_company = sum(amount for _count, amount in kept)
            run.sent_count = rows.get("sent", (0, 0))[0]
            run.problem_count = rows.get("failed", (0, 0))[0] + rows.get("unknown", (0, 0))[0]
            run.no_followup_count = marked.get(run, 0)
            run.retry_count = retries.get(run, 0)

    @api.depends("date", "is_dry", "company_id")
    def _compute_display_name(self):
        for run in self:
            day = self.env["ir.qweb.field.date"].value_to_html(run.date, {}) if run.date else ""
            run.display_name = (
                self.env._("Dry run of %(date)s", date=day)
                if run.is_dry
                else self.env._("Reminders of %(date)s", date=day)
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(vals.get("state", "draft") != "draft" for vals in vals_list):
            raise UserError(self.env._("Propose reminders first, and then use “Send”."))
        return super().create(vals_list)

    def write(self, vals):
        frozen = {"date", "company_id", "is_dry"} & vals.keys()
        if not self.env.su and ("state" in vals or (frozen and any(run.date_proposed for run in self))):
            raise UserError(
                self.env._("What was proposed was so for that day and company. Start another run.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unsent(self):
        if self.filtered(lambda run: run.state in ("sending", "done")):
            raise UserError(self.env._("A run that was sent stays on record."))

    # === PROPOSING === #

    def action_propose(self):
        """Propose reminders anew from the ledger; what was reviewed before is forgotten."""
        self.check_access("write")
        for run in self:
            if run.state != "draft":
                raise UserError(self.env._("The run is not in review any more. Start another one."))
            run._propose()

    @api.private
    def _propose(self):
        """Write the run's messages and items: one query, whatever the number of customers."""
        self.ensure_one()
        company = self.company_id
        minimums = self._minimums()
        # sudo: what the run found out before, of runs that the user may change
        self.sudo().letter_ids.unlink()
        self.sudo().line_ids.unlink()  # sudo: as above
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                PROPOSE,
                **self._query_parameters(company, self.date),
                run=self.id,
                user=self.user_id.id,
                now=fields.Datetime.now(),
                policy=company._crmx_dunning_policy().id or None,
                level_ids=list(minimums),
                minimums=list(minimums.values()),
            )
        )
        self.date_proposed = fields.Datetime.now()
        self.env.invalidate_all()

    @api.model
    @api.private
    def _due_now(self, company, date, partners):
        """Return {item id: row of what is due of it} of some customers' overdue items."""
        self.env.flush_all()
        self.env.cr.execute(SQL(DUE_NOW, **self._query_parameters(company, date, partners)))
        return {row["id"]: row for row in self.env.cr.dictfetchall()}

    @api.model
    def _query_parameters(self, company, date, partners=None):
        # sudo: open items of the company, for those who may run reminders or for the scheduled action
        Item = self.env["crmx.open.item"].sudo()
        Item = Item.with_context(
            allowed_company_ids=company.ids, crmx_side="receivable", crmx_basis="due", crmx_as_of=str(date)
        )
        scope = {"as_of": date, "company": company.id}
        dues = SQL(
            DUES,
            **scope,
            currency=company.currency_id.id,
            transit_days=TRANSIT_DAYS,
            items=Item._table_query,
            promised=Item._promised_sql(),
            planned=Item._planned_sql(),
            disputed=Item._disputed_sql(),
            whose=SQL("TRUE")
            if partners is None
            else SQL("open_item.commercial_partner_id = ANY(%s)", partners.ids),
        )
        return {**scope, "dues": dues, "stop": SQL(STOP)}

    @api.private
    def _minimums(self):
        """Return {level id: its minimum in the company's currency}.

        :raise UserError: a minimum is in a currency that has no rate
        """
        company, day = self.company_id, self.date
        levels = self.env["crmx.dunning.level"].search([("minimum_amount", ">", 0)])
        foreign = levels.currency_id - company.currency_id
        rated = self.env["res.currency.rate"]._read_group(
            [("currency_id", "in", foreign.ids), ("company_id", "in", (False, company.root_id.id))],
            ["currency_id"],
        )
        if missing := foreign - self.env["res.currency"].union(*(currency for [currency] in rated)):
            raise UserError(
                self.env._(
                    "Levels have a minimum in %(currencies)s, which has no exchange rate in %(company)s. "
                    "Enter a rate, or give the minimum in another currency.",
                    currencies=", ".join(missing.mapped("name")),
                    company=company.name,
                )
            )
        return {
            level.id: level.currency_id._convert(level.minimum_amount, company.currency_id, company, day)
            for level in levels
        }

    # === LISTS === #

    def action_open_letters(self):
        """List the run's reminders."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_dunning_letter_action")
        return {**action, "domain": [("run_id", "=", self.id)], "context": {"crmx_run": True}}

    def action_open_problems(self):
        """List the reminders that somebody must look at."""
        domain = [("run_id", "=", self.id), ("state", "in", ("failed", "unknown"))]
        return {**self.action_open_letters(), "domain": domain}

    def action_fix_no_followup(self):
        """List the items that are marked “no follow-up”, such as imported opening balances."""
        self.ensure_one()
        exclusion = self.exclusion_ids.filtered(lambda row: row.reason == "no_followup")
        return exclusion.action_open_items()
