from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ...tools.instalments import UNITS, schedule

REPORT = "crm_extended.crmx_instalment_plan_action_report"
#: What is agreed: changed in a draft only.
ABOUT = {"partner_id", "company_id", "currency_id", "date", "tolerance_days", "line_ids", "tranche_ids",
         "amount", "instalment_count", "interval", "interval_unit", "date_first", "down_payment",
         "date_down", "terms", "interest"}  # fmt: skip
#: What only the ledger and the buttons say.
HAPPENED = {"digest", "received", "date_start", "date_judged", "date_checked", "date_next",
            "date_forgiven", "previous_id"}  # fmt: skip


class InstalmentPlan(models.Model):
    """An agreement to pay open debts in parts, on days of their own. The ledger stays as it is.

    The plan lies over the items: their due dates, and what is booked on them, do not change. What came is
    read from what settles them (see `_judge`), and serves the earliest instalment first. While a plan is
    under way, nobody should dun for what it covers; one instalment that is not there on its last day ends
    that.
    """

    _name = "crmx.instalment.plan"
    _description = "Instalment Plan"
    _inherit = [
        "crmx.document",
        "crmx.signed.document",
        "crmx.outgoing.message",
        "crmx.collection.agreement",
        "portal.mixin",
    ]
    _order = "date DESC, id DESC"
    _rec_names_search = ["name", "partner_id"]
    _outgoing_cron = "crm_extended.ir_cron_instalment_plan_send"
    _happened = HAPPENED
    _signed_report = REPORT
    _signed_fields = ABOUT

    partner_id = fields.Many2one(help="Who agrees: the company, or the person there.")
    user_id = fields.Many2one(help="Who agreed it, and gets the task when an instalment is missed.")
    date = fields.Date(
        help="What is open on that day is spread over the instalments; payments after it count for them."
    )
    tolerance_days = fields.Integer(
        help="Days after the date of an instalment on which a payment is still in time."
    )
    line_ids = fields.One2many("crmx.instalment.item", "plan_id", string="Debts")
    amount = fields.Monetary(readonly=True, help="The sum of the debts that the plan covers.")
    tranche_ids = fields.One2many(
        "crmx.instalment",
        "plan_id",
        string="Instalments",
        compute="_compute_tranche_ids",
        store=True,
        readonly=False,
        copy=False,
    )
    unscheduled = fields.Monetary(
        compute="_compute_unscheduled", help="What the instalments lack to the debt; below zero: too much."
    )
    instalment_count = fields.Integer(
        string="How Many", default=3, help="Instalments after the down payment.", aggregator=None
    )
    interval = fields.Integer(string="Every", default=1, aggregator=None)
    interval_unit = fields.Selection(
        [(unit, label) for unit, label in zip(UNITS, ("Days", "Weeks", "Months"), strict=True)],
        string="Unit",
        default="months",
        required=True,
    )
    date_first = fields.Date(
        string="First Instalment",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(months=1),
    )
    down_payment = fields.Monetary(aggregator=None, help="Paid before the instalments.")
    date_down = fields.Date(string="Down Payment by", default=fields.Date.context_today)
    interest = fields.Selection(
        [
            ("terms", "As the terms of late payment say"),
            ("none", "Nothing while the plan is under way"),
            ("instalments", "What is not there on its last day"),
            ("debt", "The debts, as if there were no plan"),
        ],
        string="What bears Interest",
        required=True,
        default="terms",
        help="From the day after the plan is agreed until it ends. Interest of before, and of after, is owed "
        "all the same.",
    )
    terms = fields.Html(help="What else is agreed; printed in the agreement.")
    received = fields.Monetary(help="What was paid of it since it was made, up to the debt.")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("offered", "Offered"),
            ("live", "Under way"),
            ("paid", "Paid"),
            ("defaulted", "Defaulted"),
            ("void", "Nothing left to pay"),
            ("cancelled", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
        help="Offered: the customer can sign it. Defaulted: an instalment was not there on its last day.",
    )
    digest = fields.Char(
        string="Contents", readonly=True, copy=False, help="SHA-256 of what was offered, and is signed."
    )
    date_start = fields.Date(string="Agreed on", readonly=True, copy=False)
    date_next = fields.Date(
        string="Next Instalment", readonly=True, copy=False, help="The first one that is not complete."
    )
    date_end = fields.Date(
        string="Last Day", compute="_compute_date_end", store=True, help="When all of it is to be there."
    )
    date_forgiven = fields.Date(
        readonly=True, copy=False, help="What was missed before breaks the plan no more."
    )
    previous_id = fields.Many2one(
        "crmx.instalment.plan",
        string="After",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The plan about the same debts that came to nothing.",
    )

    _count_range = models.Constraint(
        'CHECK (instalment_count BETWEEN 1 AND 120 AND "interval" BETWEEN 1 AND 60)',
        "There are 1 to 120 instalments, 1 to 60 units apart.",
    )
    _tolerance_range = models.Constraint(
        "CHECK (tolerance_days BETWEEN 0 AND 365)", "The tolerance is between 0 and 365 days."
    )
    _down_positive = models.Constraint("CHECK (down_payment >= 0)", "A down payment is not below zero.")

    # === COMPUTES === #

    @api.depends(
        "amount", "currency_id", "instalment_count", "interval", "interval_unit", "date_first",
        "down_payment", "date_down",
    )  # fmt: skip
    def _compute_tranche_ids(self):
        """Draw the schedule up; it can be changed by hand afterwards."""
        for plan in self.filtered(lambda plan: plan.state == "draft"):
            rows = plan._rows()
            if rows != [(one.date_due, one.amount) for one in plan.tranche_ids]:
                commands = [Command.create({"date_due": day, "amount": amount}) for day, amount in rows]
                plan.tranche_ids = [Command.clear(), *commands]

    def _rows(self):
        """Return (day, amount) of each instalment; none when they would come to nothing."""
        down = (self.date_down or self.date, self.down_payment)
        try:
            return schedule(
                self.amount,
                self.instalment_count,
                self.date_first,
                self.interval,
                self.interval_unit,
                self.currency_id.rounding or 0.01,
                down if self.down_payment else None,
            )
        except (ValueError, TypeError, OverflowError):  # such as fields that are not filled in yet
            return []

    @api.depends("amount", "tranche_ids.amount")
    def _compute_unscheduled(self):
        for plan in self:
            plan.unscheduled = plan.amount - sum(plan.tranche_ids.mapped("amount"))

    @api.depends("tranche_ids.date_last")
    def _compute_date_end(self):
        for plan in self:
            plan.date_end = max(filter(None, plan.tranche_ids.mapped("date_last")), default=False)

    @api.depends("name", "partner_id")
    def _compute_display_name(self):
        for plan in self:
            parts = [plan.name or self.env._("New plan"), plan.partner_id.name]
            plan.display_name = ": ".join(part for part in parts if part)

    def _compute_access_url(self):
        result = super()._compute_access_url()
        for plan in self:
            plan.access_url = f"/my/plans/{plan.id}"
        return result

    # === CRUD === #

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        if not self.env.su:
            plans._check_draft()
        return plans

    def write(self, vals):
        if not self.env.su and ABOUT & vals.keys():
            self._check_draft()
        result = super().write(vals)
        if "date" in vals:
            self.line_ids._set_baselines()
        return result

    @api.private
    def _check_draft(self):
        if self.filtered(lambda plan: plan.state != "draft"):
            raise UserError(self.env._("It was offered or agreed as it is. Take it back to draft first."))

    @api.private
    def _log_data(self):
        return {
            "amount": self.amount,
            "currency": self.currency_id.name,
            "date": self.date,
            "tolerance_days": self.tolerance_days,
            "received": self.received,
            "state": self.state,
            "digest": self.digest or "",
            "signed_by": self.signed_by or "",
            "sha256": self.signed_sha256 or "",
            "items": [
                {"item": line.move_line_id.display_name, "id": line.move_line_id.id, "amount": line.amount}
                for line in self.line_ids
            ],
            "instalments": [
                {"date": one.date_due, "amount": one.amount, "received": one.received, "state": one.state}
                for one in self.tranche_ids
            ],
        }
