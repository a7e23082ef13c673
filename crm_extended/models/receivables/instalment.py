from dateutil.relativedelta import relativedelta

from odoo import api, fields, models


class Instalment(models.Model):
    """One part of an instalment plan: how much by which day, and what came of it."""

    _name = "crmx.instalment"
    _inherit = "crmx.instalment.part"
    _description = "Instalment"
    _order = "date_due, id"
    _part_given = frozenset({"owed", "received", "state", "date_paid"})
    _part_agreed = frozenset({"plan_id", "date_due", "amount"})

    date_due = fields.Date(string="Due on", required=True, index=True)
    amount = fields.Monetary(required=True)
    currency_id = fields.Many2one(related="plan_id.currency_id", store=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    commercial_partner_id = fields.Many2one(
        related="plan_id.commercial_partner_id", string="Customer", store=True, index=True
    )
    user_id = fields.Many2one(related="plan_id.user_id", string="Collector")
    plan_state = fields.Selection(related="plan_id.state", string="Plan is")
    number = fields.Integer(compute="_compute_number", help="The how manieth of its plan.")
    date_last = fields.Date(
        string="Last Day", compute="_compute_date_last", store=True, help="The last day that is in time."
    )
    owed = fields.Monetary(
        string="Left of It",
        readonly=True,
        copy=False,
        help="What is to be paid of it, after credit notes and the like, which shorten the last instalments.",
    )
    received = fields.Monetary(readonly=True, copy=False, help="Money serves the earliest instalment first.")
    company_currency_id = fields.Many2one(related="company_id.currency_id", string="Company currency")
    amount_company = fields.Monetary(
        string="In Company Currency",
        currency_field="company_currency_id",
        compute="_compute_amount_company",
        store=True,
        help="At the rate of the day the plan was made.",
    )
    state = fields.Selection(
        [
            ("open", "Open"),
            ("paid", "Paid"),
            ("late", "Paid late"),
            ("missed", "Missed"),
            ("void", "Nothing left to pay"),
        ],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        group_expand=True,
    )
    date_paid = fields.Date(string="Complete on", readonly=True, copy=False)

    _amount_positive = models.Constraint("CHECK (amount > 0)", "An instalment needs an amount above zero.")

    @api.depends("plan_id.tranche_ids.date_due")
    def _compute_number(self):
        for plan, instalments in self.grouped("plan_id").items():
            order = {one: place for place, one in enumerate(plan.tranche_ids.sorted("date_due"), 1)}
            for instalment in instalments:
                instalment.number = order.get(instalment, 0)

    @api.depends("date_due", "plan_id.tolerance_days")
    def _compute_date_last(self):
        for instalment in self:
            day = instalment.date_due
            instalment.date_last = day and day + relativedelta(days=instalment.plan_id.tolerance_days)

    @api.depends("amount", "plan_id.amount", "plan_id.amount_company")
    def _compute_amount_company(self):
        for instalment in self:
            plan = instalment.plan_id
            rate = plan.amount_company / plan.amount if plan.amount else 0.0
            instalment.amount_company = instalment.amount * rate

    @api.depends("plan_id", "date_due", "amount")
    def _compute_display_name(self):
        for instalment in self:
            instalment.display_name = self.env._(
                "%(plan)s, no. %(number)s",
                plan=instalment.plan_id.display_name,
                number=instalment.number,
            )

    def action_open_plan(self):
        """Open the plan that the instalment is a part of."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crmx.instalment.plan",
            "res_id": self.plan_id.id,
            "views": [(False, "form")],
        }
