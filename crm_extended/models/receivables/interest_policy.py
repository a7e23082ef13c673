from datetime import date

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.interest import Rate, Terms

KINDS = [
    ("none", "No interest"),
    ("fixed", "A fixed rate a year"),
    ("reference", "A rate of a table, with a margin, a year"),
    ("day", "A fixed rate a day"),
    ("part", "A part of a table's rate a day"),
]
UNITS = {"fixed": "year", "reference": "year", "day": "day", "part": "part", "none": "year"}


class InterestPolicy(models.Model):
    """What a customer owes who pays late: interest or a penalty by the day, and a fee."""

    _name = "crmx.interest.policy"
    _description = "Terms of Late Payment"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", help="Leave empty to share the terms by all companies.")
    category_ids = fields.Many2many(
        "res.partner.category", string="Tags", help="Customers with one of these tags have these terms."
    )
    partner_ids = fields.Many2many(
        "res.partner",
        "crmx_interest_policy_partner_rel",
        "policy_id",
        "partner_id",
        string="Customers",
        domain=[("parent_id", "=", False)],
        help="With whom these terms are agreed. They come before those of tags, and before the company's.",
    )
    date_start = fields.Date(
        string="For Debts Due From",
        required=True,
        default=fields.Date.context_today,
        help="Debts that were due before bear nothing, so that nobody is charged for years long past.",
    )
    kind = fields.Selection(KINDS, string="Interest", required=True, default="reference")
    table_id = fields.Many2one("crmx.interest.table", ondelete="restrict", index=True)
    rate = fields.Float(
        string="Rate or Margin (%)",
        digits=(16, 4),
        aggregator=None,
        help="The fixed rate, or percentage points that are added to the table's rate.",
    )
    divisor = fields.Integer(default=300, aggregator=None, help="300: one three hundredth of the rate a day.")
    basis = fields.Selection(
        [
            ("actual", "As many as the year has"),
            ("365", "365"),
            ("360", "360"),
        ],
        string="Days of a Year",
        required=True,
        default="actual",
    )
    grace_days = fields.Integer(
        string="Days of Grace", help="What is paid within so many days after the due date bears nothing."
    )
    is_grace_free = fields.Boolean(
        string="Days of Grace stay free",
        help="Interest begins after them. Otherwise it begins on the day after the due date, once they have "
        "passed.",
    )
    counts_payment_day = fields.Boolean(
        string="Day of Payment counts", default=True, help="The day on which money arrives bears interest."
    )
    is_interest_first = fields.Boolean(
        string="Money pays Interest first",
        help="What arrives pays costs, then interest that has accrued since the last note, then the debt. "
        "Otherwise it pays the debt it is allocated to, as the ledger says.",
    )
    skips_disputed = fields.Boolean(
        string="Not while contested",
        default=True,
        help="Items with an open dispute wait. When it is over, they are charged from their due date on.",
    )
    pauses_planned = fields.Boolean(
        string="Not while paid in Instalments",
        default=True,
        help="The days on which an instalment plan about a debt is under way bear nothing, unless the plan "
        "says otherwise.",
    )
    cap = fields.Float(
        string="At most (%)", aggregator=None, help="Of the debt, all periods together. 0: no limit."
    )
    fee = fields.Monetary(
        currency_field="fee_currency_id", aggregator=None, help="Once for each debt that is paid late."
    )
    fee_currency_id = fields.Many2one(
        "res.currency", default=lambda self: self.env.company.currency_id, required=True
    )
    minimum = fields.Float(
        string="Notes from",
        aggregator=None,
        help="Smaller amounts, in the company's currency, wait until they have grown.",
    )
    schedule = fields.Selection(
        [
            ("manual", "By hand"),
            ("month", "Every month"),
            ("quarter", "Every quarter"),
            ("year", "Every year"),
        ],
        string="Proposed",
        required=True,
        default="manual",
        help="By schedule, interest is computed once for each period that has ended. People look at the "
        "proposals and post them.",
    )
    schedule_days = fields.Integer(
        string="Days after the Period",
        default=5,
        aggregator=None,
        help="So long the bank's statements have to be booked.",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", help="Gets a task when proposals were made by schedule."
    )
    period_ids = fields.One2many("crmx.interest.period", "policy_id", string="Scheduled Calculations")
    text = fields.Text(translate=True, help="The legal ground, as the calculation says it.")

    _schedule_days = models.Constraint(
        "CHECK (schedule_days BETWEEN 0 AND 90)", "A period is computed 0 to 90 days after it has ended."
    )
    _bounds = models.Constraint(
        "CHECK (grace_days BETWEEN 0 AND 3650 AND divisor > 0 AND cap >= 0 AND fee >= 0 AND minimum >= 0)",
        "Days of grace, fee, minimum and limit are not below zero, and the divisor is above it.",
    )

    @api.constrains("kind", "table_id", "rate")
    def _check_kind(self):
        for policy in self:
            if policy.kind in ("reference", "part") and not policy.table_id:
                raise ValidationError(self.env._("“%s” needs a table of rates.", policy.name))
            if policy.kind in ("fixed", "day") and policy.rate < 0:
                raise ValidationError(self.env._("“%s”: a rate is not below zero.", policy.name))

    @api.private
    def _terms(self):
        """Return (terms, rates) as the kernel takes them."""
        self.ensure_one()
        by_table = self.kind in ("reference", "part")
        rates = self.table_id._rates() if by_table else [Rate(date.min, self.rate)]
        terms = Terms(
            unit=UNITS[self.kind],
            margin=self.rate if by_table else 0.0,
            divisor=self.divisor,
            basis=self.basis,
            grace=self.grace_days,
            is_grace_free=self.is_grace_free,
            counts_payment_day=self.counts_payment_day,
            is_interest_first=self.is_interest_first,
            cap=self.cap,
        )
        return terms, rates

    @api.private
    def _last_period(self, today):
        """Return the last day of the last period that is to be computed by today."""
        self.ensure_one()
        within = fields.Date.subtract(today, days=self.schedule_days)
        return fields.Date.subtract(fields.Date.start_of(within, self.schedule), days=1)

    @api.model
    @api.private
    def _of_partners(self, company, partners):
        """Return {commercial partner: terms}: his own, else a tag's, else the company's; maybe none."""
        policies = self.search([("company_id", "in", (False, company.id))])
        by_partner, by_tag = {}, {}
        for policy in policies:
            for partner in policy.partner_ids.commercial_partner_id:
                by_partner.setdefault(partner, policy)
            for tag in policy.category_ids:
                by_tag.setdefault(tag, policy)
        default = company.crmx_interest_policy_id.filtered("active")
        result = {}
        for partner in partners:
            tagged = next((by_tag[tag] for tag in partner.category_id if tag in by_tag), default)
            result[partner] = by_partner.get(partner) or tagged
        return result
