from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.kpi_period import month_end

SUBJECT_FIELDS = {"department": "department_id", "team": "team_id", "user": "user_id"}


class PlanLine(models.Model):
    """The target of one subject for all months of a plan, and which larger one it is a part of."""

    _name = "crmx.kpi.plan.line"
    _description = "Target"
    _order = "plan_id, sequence, id"
    _rec_name = "subject_name"

    plan_id = fields.Many2one("crmx.kpi.plan", required=True, ondelete="cascade", index=True)
    sequence = fields.Integer(default=10)
    state = fields.Selection(related="plan_id.state")
    level = fields.Selection(
        [
            ("company", "Company"),
            ("department", "Department"),
            ("team", "Team"),
            ("user", "Person"),
            ("item", "Other"),
        ],
        required=True,
        default="company",
    )
    department_id = fields.Many2one("hr.department", ondelete="restrict", index="btree_not_null")
    team_id = fields.Many2one("crm.team", ondelete="restrict", index="btree_not_null")
    user_id = fields.Many2one(
        "res.users", string="Person", ondelete="restrict", domain="[('share', '=', False)]",
        index="btree_not_null",
    )  # fmt: skip
    item_id = fields.Integer(
        string="Item ID", help="Product, country, campaign or vehicle, as the indicator tells by."
    )
    item_ref = fields.Reference(
        selection="_selection_item_model",
        string="What",
        compute="_compute_item_ref",
        inverse="_inverse_item_ref",
        help="Product, country, campaign or vehicle, as the indicator tells by.",
    )
    subject_id = fields.Integer(compute="_compute_subject", store=True, precompute=True)
    subject_name = fields.Char(string="Whose", compute="_compute_subject", store=True, precompute=True)
    parent_id = fields.Many2one(
        "crmx.kpi.plan.line",
        string="Part of",
        domain="[('plan_id', '=', plan_id), ('id', '!=', id)]",
        ondelete="cascade",
        index="btree_not_null",
        copy=False,
    )
    amount = fields.Float(string="Target", digits=False, help="For all months; of shares and averages: each.")
    low = fields.Float(string="Band from", digits=False)
    high = fields.Float(string="Band to", digits=False)

    _subject_uniq = models.UniqueIndex(
        "(plan_id, level, subject_id)", "There is a target of the same already in this plan."
    )

    @api.model
    def _selection_item_model(self):
        """Kinds of things that indicators tell by."""
        indicators = self.env["crmx.kpi.indicator"].search([("item_field", "!=", False)])
        sound = indicators.filtered(lambda each: not each._definition_problem())
        names = {each._item_model() for each in sound}
        # sudo: the names of the kinds of documents
        return sorted((name, self.env["ir.model"].sudo()._get(name).name) for name in names if name)

    @api.depends("item_id", "level", "plan_id.indicator_id")
    def _compute_item_ref(self):
        for line in self:
            subject = line._subject() if line.level == "item" and line.item_id else None
            line.item_ref = f"{subject._name},{subject.id}" if subject else False

    def _inverse_item_ref(self):
        for line in self:
            if line.item_ref and line.item_ref._name != line.plan_id.indicator_id._item_model_or_none():
                raise ValidationError(
                    self.env._(
                        "“%(indicator)s” is not told by “%(what)s”.",
                        indicator=line.plan_id.indicator_id.name,
                        what=line.item_ref.display_name,
                    )
                )
            line.item_id = line.item_ref.id if line.item_ref else 0

    @api.onchange("item_ref")
    def _onchange_item_ref(self):
        self._inverse_item_ref()

    @api.depends("level", "department_id", "team_id", "user_id", "item_id", "plan_id.company_id")
    def _compute_subject(self):
        for line in self:
            subject = line._subject()
            line.subject_id = subject.id if subject else 0
            # sudo: the name of whose target it is
            line.subject_name = subject.sudo().display_name if subject else False

    def _subject(self):
        if self.level == "company":
            return self.plan_id.company_id
        if self.level == "item":
            indicator = self.plan_id.indicator_id
            model = indicator._item_model() if indicator.item_field else "res.company"
            return self.env[model].browse(self.item_id or []).exists()
        return self[SUBJECT_FIELDS[self.level]]

    @api.constrains("level", "subject_id", "parent_id", "low", "high")
    def _check_line(self):
        for line in self:
            if not line.subject_id:
                raise ValidationError(self.env._("Say whose target it is."))
            if line.level == "item" and not line.plan_id.indicator_id.item_field:
                raise ValidationError(
                    self.env._("“%s” is told by people only.", line.plan_id.indicator_id.name)
                )
            if line.low > line.high:
                raise ValidationError(self.env._("A band goes from the lower to the higher limit."))
            if line._has_cycle("parent_id") or line.parent_id.plan_id - line.plan_id:
                raise ValidationError(self.env._("A target is a part of a larger one of the same plan."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            if vals.get("item_ref"):
                # known before it is checked whose target it is
                vals["item_id"] = int(vals["item_ref"].partition(",")[2])
        lines = super().create(vals_list)
        lines._check_draft()
        return lines

    def write(self, vals):
        self._check_draft()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_draft()

    def _check_draft(self):
        if "approved" in self.plan_id.mapped("state"):
            raise UserError(self.env._("An approved plan stays as it is. Make a new version."))


class Target(models.Model):
    """The target of a subject for one month, made when its plan was approved."""

    _name = "crmx.kpi.target"
    _description = "Target of a Month"
    _order = "month DESC, indicator_id, level, subject_name, id"
    _rec_name = "subject_name"

    line_id = fields.Many2one(
        "crmx.kpi.plan.line", required=True, readonly=True, ondelete="cascade", index=True
    )
    plan_id = fields.Many2one(related="line_id.plan_id", store=True, precompute=True, index=True)
    indicator_id = fields.Many2one(related="plan_id.indicator_id", store=True, precompute=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, precompute=True, index=True)
    level = fields.Selection(related="line_id.level", store=True, precompute=True)
    subject_id = fields.Integer(related="line_id.subject_id", store=True, precompute=True, aggregator=None)
    subject_name = fields.Char(related="line_id.subject_name", store=True, precompute=True)
    user_id = fields.Many2one(related="line_id.user_id", store=True, precompute=True)
    team_id = fields.Many2one(related="line_id.team_id", store=True, precompute=True)
    department_id = fields.Many2one(related="line_id.department_id", store=True, precompute=True)
    month = fields.Date(required=True, readonly=True)
    amount = fields.Float(string="Target", readonly=True, digits=False, aggregator=None)
    amount_text = fields.Char(string="Amount", compute="_compute_amount_text")

    _month_uniq = models.UniqueIndex("(line_id, month)")

    @api.depends("amount")
    def _compute_amount_text(self):
        for target in self:
            target.amount_text = target.indicator_id._in_words(target.amount, target.company_id)

    @api.model
    def _holding(self, indicators, periods):
        """The targets that hold in periods: in each month those of the newest version that holds by then.

        Only whole months have targets: weeks, days and other days have none.

        :return: ``{(indicator id, period id, level, subject id): (amount, low, high)}``
        """
        whole = {period: period._whole_months() for period in periods}
        months = sorted({month for found in whole.values() for month in found})
        plans = self.env["crmx.kpi.plan"].search(
            [
                ("indicator_id", "in", indicators.ids),
                ("company_id", "in", periods.company_id.ids),
                ("state", "=", "approved"),
            ],
            order="date_effective DESC, version DESC, id DESC",
        )
        if not plans or not months:
            return {}
        rows = self.search_fetch(
            [("plan_id", "in", plans.ids), ("month", "in", months)],
            ["plan_id", "line_id", "month", "level", "subject_id", "amount"],
        )
        by_month = defaultdict(list)
        for row in rows:
            by_month[row.plan_id, row.month].append(row)
        holding = {}
        for period, found in whole.items():
            for indicator in indicators:
                chosen = [_plan_of(plans, indicator, period.company_id, month) for month in found]
                if found and all(chosen):
                    parts = [by_month[pair] for pair in zip(chosen, found, strict=True)]
                    holding.update(_together(indicator, period, parts))
        return holding


def _plan_of(plans, indicator, company, month):
    last = month_end(month.year, month.month)
    return next(
        (
            plan
            for plan in plans
            if plan.indicator_id == indicator
            and plan.company_id == company
            and plan.date_from <= month
            and last <= plan.date_to
            and plan.date_effective <= month
        ),
        None,
    )


def _together(indicator, period, parts):
    """Targets of several months as one; only of those who have one in each of them."""
    sums, counts, bands = defaultdict(float), defaultdict(int), {}
    for rows in parts:
        for row in rows:
            key = (indicator.id, period.id, row.level, row.subject_id)
            sums[key] += row.amount
            counts[key] += 1
            bands[key] = (row.line_id.low, row.line_id.high)
    divisor = 1 if indicator._is_adding() else len(parts)
    return {key: (sums[key] / divisor, *bands[key]) for key in sums if counts[key] == len(parts)}


class KpiPeriod(models.Model):
    _inherit = "crmx.kpi.period"

    @api.private
    def _whole_months(self):
        """The first days of the months that the period is made of; none when it is not made of months."""
        months, day = [], self.date_from
        if day.day != 1 or self.date_to != month_end(self.date_to.year, self.date_to.month):
            return []
        while day <= self.date_to:
            months.append(day)
            day = day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
        return months


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    @api.private
    def _is_adding(self):
        """Whether parts make the whole: of sums and numbers over time and over people."""
        if self.kind == "aggregate":
            return self.measure in ("count", "sum") and self.basis == "within"
        return False
