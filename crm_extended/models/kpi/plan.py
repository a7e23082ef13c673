from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.kpi_period import month_end


class Plan(models.Model):
    """Targets of one indicator for whole months: of the company, and what each below has to bring.

    A version holds from a day on, and gives way to the next one that is approved and holds from a later
    day. Sums and numbers add up: the parts below a line make it, and the months make the line. Averages and
    shares do not: they are the same in each month.
    """

    _name = "crmx.kpi.plan"
    _description = "Plan of an Indicator"
    _inherit = ["mail.thread", "mail.activity.mixin", "crmx.root.company"]
    _order = "date_from DESC, indicator_id, version DESC, id DESC"

    name = fields.Char(compute="_compute_name", store=True)
    indicator_id = fields.Many2one(
        "crmx.kpi.indicator", required=True, ondelete="restrict", index=True, tracking=True
    )
    unit = fields.Selection(related="indicator_id.unit")
    direction = fields.Selection(related="indicator_id.direction")
    currency_id = fields.Many2one(related="company_id.currency_id")
    is_adding = fields.Boolean(
        string="Adds Up", compute="_compute_is_adding", help="Whether the parts make the whole."
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=1, day=1),
        tracking=True,
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: fields.Date.context_today(self).replace(month=12, day=31),
        tracking=True,
    )
    version = fields.Integer(default=1, readonly=True, copy=False, aggregator=None)
    date_effective = fields.Date(
        string="Holds from",
        compute="_compute_date_effective",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        copy=False,
        tracking=True,
        help="Months before this day keep the version before.",
    )
    profile = fields.Selection(
        [
            ("even", "The same every month"),
            ("working", "By working days"),
            ("history", "As in the year before"),
            ("own", "Own weights"),
        ],
        string="Over the Months",
        default="even",
        required=True,
    )
    weights = fields.Char(help="One number for each month, such as: 8 8 9 9 8 8 6 5 9 10 10 10.")
    line_ids = fields.One2many("crmx.kpi.plan.line", "plan_id", string="Targets", copy=True)
    state = fields.Selection(
        [("draft", "Draft"), ("submitted", "To Approve"), ("approved", "Approved"), ("rejected", "Rejected")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    submitted_by_id = fields.Many2one("res.users", string="Submitted by", readonly=True, copy=False)
    approved_by_id = fields.Many2one("res.users", string="Approved by", readonly=True, copy=False)
    date_approved = fields.Datetime(string="Approved on", readonly=True, copy=False)
    problem = fields.Text(string="Does Not Add Up", compute="_compute_problem")

    _in_order = models.Constraint("CHECK (date_from < date_to)", "A plan ends after it begins.")

    @api.depends("indicator_id.name", "date_from", "date_to", "version")
    def _compute_name(self):
        for plan in self:
            start, end = plan.date_from, plan.date_to
            if not start or not end:
                plan.name = plan.indicator_id.name
                continue
            whole_year = (start.month, start.day, end.month, end.day) == (1, 1, 12, 31)
            same_year = whole_year and start.year == end.year
            span = f"{start.year}" if same_year else f"{start:%Y-%m} – {end:%Y-%m}"
            plan.name = f"{plan.indicator_id.name} {span}" + (f" v{plan.version}" if plan.version > 1 else "")

    @api.depends("indicator_id")
    def _compute_is_adding(self):
        for plan in self:
            plan.is_adding = plan.indicator_id._is_adding()

    @api.depends("date_from")
    def _compute_date_effective(self):
        for plan in self:
            if not plan.date_effective or plan.version == 1:
                plan.date_effective = plan.date_from

    @api.depends("line_ids.amount", "line_ids.parent_id", "indicator_id")
    def _compute_problem(self):
        for plan in self:
            plan.problem = "\n".join(plan._gaps())

    def _gaps(self):
        """Words on each target that its parts do not make."""
        if not self.is_adding:
            return []
        words = []
        for line in self.line_ids:
            parts = self.line_ids.filtered(lambda part, line=line: part.parent_id == line)
            gap = line.amount - sum(parts.mapped("amount"))
            if parts and abs(gap) >= 0.005:
                words.append(
                    self.env._(
                        "%(whose)s: the parts make %(parts)s of %(whole)s; %(gap)s are left.",
                        whose=line.subject_name or self.env._("Target"),
                        parts=self.indicator_id._in_words(sum(parts.mapped("amount")), self.company_id),
                        whole=self.indicator_id._in_words(line.amount, self.company_id),
                        gap=self.indicator_id._in_words(gap, self.company_id),
                    )
                )
        return words

    @api.constrains("date_from", "date_to", "profile", "weights", "date_effective")
    def _check_months(self):
        for plan in self:
            end = plan.date_to
            if plan.date_from.day != 1 or end != month_end(end.year, end.month):
                raise ValidationError(
                    self.env._(
                        "A plan is for whole months: from the first day of one to the last of another."
                    )
                )
            if len(plan._months()) > 36:
                raise ValidationError(self.env._("A plan is for three years at most."))
            if not plan.date_from <= plan.date_effective <= end:
                raise ValidationError(self.env._("A version holds from a day of its plan on."))
            if plan.profile == "own":
                plan._own_weights()

    def write(self, vals):
        guarded = {
            "indicator_id",
            "company_id",
            "date_from",
            "date_to",
            "date_effective",
            "profile",
            "weights",
        }
        if vals.keys() & (guarded | {"line_ids"}) and self.filtered(lambda plan: plan.state == "approved"):
            raise UserError(self.env._("An approved plan stays as it is. Make a new version."))
        if not self.env.su and vals.keys() & {"state", "submitted_by_id", "approved_by_id", "version"}:
            raise UserError(self.env._("Only submitting and approving say what became of a plan."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unapproved(self):
        if self.filtered(lambda plan: plan.state == "approved"):
            raise UserError(self.env._("An approved plan stays on record."))
