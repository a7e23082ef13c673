from odoo import api, fields, models


class BonusScheme(models.Model):
    """Who is paid a bonus for what: a base, times what the score is worth, within limits."""

    _name = "crmx.bonus.scheme"
    _description = "Bonus Scheme"
    _inherit = ["mail.thread", "crmx.root.company", "crmx.kpi.curve"]
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(default="BONUS", required=True, help="How payroll calls it.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
        help="Of the amounts here. Bonuses are in the company's, at the rate of the period's last day.",
    )
    who = fields.Selection(
        [("template", "Those with a kind of scorecard"), ("job", "Jobs"), ("person", "Persons by name")],
        default="template",
        required=True,
        tracking=True,
    )
    template_id = fields.Many2one(
        "crmx.kpi.card.template",
        string="Scorecard",
        ondelete="restrict",
        index="btree_not_null",
        domain="[('company_id', '=', company_id)]",
        tracking=True,
        help="Whose score counts.",
    )
    job_ids = fields.Many2many("hr.job", "crmx_bonus_scheme_job_rel", string="Jobs")
    member_ids = fields.One2many("crmx.bonus.member", "scheme_id", string="Persons", copy=True)
    period_kind = fields.Selection(
        selection="_selection_period_kind",
        string="For Each",
        compute="_compute_period_kind",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        tracking=True,
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(day=1),
        tracking=True,
        help="The first period is one that begins on this day or later.",
    )
    date_to = fields.Date(string="Until", tracking=True, help="No period begins after it.")
    base_kind = fields.Selection(
        [
            ("fixed", "A fixed amount"),
            ("wage", "Per cent of the wage"),
            ("indicator", "Per cent of an indicator"),
        ],
        string="Base",
        default="fixed",
        required=True,
        tracking=True,
    )
    base_amount = fields.Monetary(string="Amount", tracking=True)
    base_percent = fields.Float(string="Per Cent", digits=(16, 4), default=100, tracking=True)
    base_indicator_id = fields.Many2one(
        "crmx.kpi.indicator",
        string="Of",
        domain="[('unit', '=', 'money')]",
        ondelete="restrict",
        index="btree_not_null",
        tracking=True,
    )
    base_level = fields.Selection(
        [
            ("user", "Own"),
            ("team", "Of the team"),
            ("department", "Of the department"),
            ("company", "Of the company"),
        ],
        string="Whose Figure",
        default="user",
        required=True,
        tracking=True,
        help="What a person brought in himself counts in full; of the figure of others, the part that he "
        "belonged to them.",
    )
    times = fields.Selection(
        [
            ("score", "The score"),
            ("lines", "Lines of the scorecard"),
            ("none", "Nothing: it is paid as it is"),
        ],
        default="score",
        required=True,
        tracking=True,
    )
    line_ids = fields.One2many("crmx.bonus.scheme.line", "scheme_id", string="Lines", copy=True)
    guarantee = fields.Monetary(
        string="At Least", tracking=True, help="For a whole period, whatever the score. Empty: nothing."
    )
    ceiling = fields.Monetary(string="No More Than", tracking=True, help="Empty: no limit.")
    is_pool = fields.Boolean(
        string="Shared by All",
        tracking=True,
        help="The base and its limits are those of a pool, which the persons share.",
    )
    pool_by = fields.Selection(
        [("weight", "Weights"), ("score", "Weights and scores")],
        string="Shared by",
        default="weight",
        required=True,
        tracking=True,
        help="Times the working days on which each took part.",
    )
    pool_team_id = fields.Many2one(
        "crm.team", string="Pool of the Team", ondelete="restrict", index="btree_not_null"
    )
    pool_department_id = fields.Many2one(
        "hr.department", string="Pool of the Department", ondelete="restrict", index="btree_not_null"
    )
    is_shown_to_leaders = fields.Boolean(
        string="Leaders See It", tracking=True, help="Superiors see the bonuses of their people."
    )
    is_clawback = fields.Boolean(
        string="Corrected Later",
        tracking=True,
        help="When documents of a closed period change, the next period has a correction.",
    )
    unpaid_days = fields.Integer(
        string="Unpaid for (days)",
        tracking=True,
        help="What is unpaid so many days after the period's end is taken back, and given when it is paid "
        "after all. Zero: it does not matter whether it is paid.",
    )
    may_be_negative = fields.Boolean(
        string="Losses Count",
        tracking=True,
        help="A bonus may be below zero, and more taken back than given.",
    )
    paid_through = fields.Selection(
        [("ledger", "An entry of its own"), ("payroll", "The payroll")],
        default="ledger",
        required=True,
        tracking=True,
    )
    journal_id = fields.Many2one(
        "account.journal",
        domain="[('type', '=', 'general'), ('company_id', 'parent_of', company_id)]",
        ondelete="restrict",
    )
    expense_account_id = fields.Many2one(
        "account.account",
        domain="[('company_ids', 'parent_of', company_id), ('account_type', 'in', "
        "('expense', 'expense_direct_cost', 'expense_other'))]",
        ondelete="restrict",
    )
    payable_account_id = fields.Many2one(
        "account.account",
        domain="[('company_ids', 'parent_of', company_id), ('reconcile', '=', True), ('account_type', 'in', "
        "('liability_payable', 'liability_current'))]",
        ondelete="restrict",
        help="What is owed to employees; one that can be reconciled.",
    )
    accrual_count = fields.Integer(compute="_compute_accrual_count")

    _not_negative = models.Constraint(
        "CHECK (base_amount >= 0 AND base_percent >= 0 AND guarantee >= 0 AND ceiling >= 0 "
        "AND unpaid_days >= 0 AND threshold >= 0 AND cap >= 0 AND accelerator >= 0)",
        "Nothing in a scheme is below zero.",
    )
    _in_order = models.Constraint("CHECK (date_to >= date_from)", "A scheme ends after it begins.")

    @api.model
    def _selection_period_kind(self):
        return self.env["crmx.kpi.card.template"]._fields["period_kind"]._description_selection(self.env)

    @api.depends("template_id.period_kind")
    def _compute_period_kind(self):
        for scheme in self:
            scheme.period_kind = scheme.template_id.period_kind or scheme.period_kind or "month"

    def _compute_accrual_count(self):
        counts = dict(
            self.env["crmx.bonus.accrual"]._read_group(
                [("scheme_id", "in", self.ids)], ["scheme_id"], ["__count"]
            )
        )
        for scheme in self:
            scheme.accrual_count = counts.get(scheme._origin, 0)

    def action_open_accruals(self):
        """Open the bonuses of the scheme."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_bonus_accrual_action"),
            "domain": [("scheme_id", "=", self.id)],
            "context": {"search_default_group_period": 1},
        }
