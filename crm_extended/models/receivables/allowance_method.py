from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from ...tools.allowance import loss_percents, roll_rates
from ...tools.receivables import BucketError, Buckets


class AllowanceMethod(models.Model):
    """How much is set aside for doubtful debts, by how late they are, and where it is booked."""

    _name = "crmx.allowance.method"
    _description = "Method of Allowance"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    kind = fields.Selection(
        [("bucket", "Percent by age"), ("roll", "Roll rates of the last months")],
        string="Percentages",
        required=True,
        default="bucket",
        help="Percent by age: as entered. Roll rates: from the company's own ledger, which part of the debts "
        "of each age became a month older instead of being paid; multiplied up to the last bucket.",
    )
    limits = fields.Char(
        string="Limits in Days",
        required=True,
        default="30, 60, 90, 120",
        help="The last day of each bucket: “30, 60, 90” makes Not due, 1–30, 31–60, 61–90 and 91+ days late.",
    )
    months = fields.Integer(string="Months Looked At", default=12, aggregator=None)
    last_percent = fields.Float(
        string="Lost of the Last Bucket (%)", default=100.0, aggregator=None, digits=(16, 4)
    )
    line_ids = fields.One2many("crmx.allowance.percent", "method_id", string="Percentages by Age", copy=True)
    journal_id = fields.Many2one(
        "account.journal",
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'general'), ('company_id', '=', company_id)]",
    )
    account_id = fields.Many2one(
        "account.account",
        string="Allowance Account",
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', 'not in', ('asset_receivable', 'liability_payable'))]",
        help="Where the allowance stands in the balance sheet. Its balance is what has been set aside: write "
        "nothing else on it.",
    )
    expense_account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="restrict",
        domain="[('account_type', 'in', ('expense', 'expense_other'))]",
    )
    is_reversed = fields.Boolean(
        string="Reverse on the next Day",
        help="The whole allowance is booked, and taken back on the next day. Otherwise only the difference "
        "to what stands on the account is booked.",
    )
    is_by_partner = fields.Boolean(string="A Line for each Customer")

    _months_bounds = models.Constraint(
        "CHECK (months BETWEEN 2 AND 59 AND last_percent BETWEEN 0 AND 100)",
        "Roll rates are of 2 to 59 months, and percentages from 0 to 100.",
    )

    @api.constrains("limits", "kind")
    def _check_limits(self):
        for method in self:
            try:
                buckets = Buckets.parse(method.limits)
            except BucketError as error:
                raise ValidationError(self.env["crmx.aging.scheme"]._bucket_problem(error)) from error
            steps = tuple(range(30, 30 * len(buckets.limits) + 1, 30))
            if method.kind == "roll" and buckets.limits != steps:
                raise ValidationError(
                    self.env._("Roll rates go from month to month: use limits such as “30, 60, 90”.")
                )

    @api.onchange("limits")
    def _onchange_limits(self):
        self.line_ids = self._line_commands()

    @api.model_create_multi
    def create(self, vals_list):
        methods = super().create(vals_list)
        for method in methods.filtered(lambda method: not method.line_ids):
            method.line_ids = method._line_commands()
        return methods

    def _line_commands(self):
        """One line for each bucket; percentages that are there stay."""
        try:
            buckets = Buckets.parse(self.limits or "")
        except BucketError:
            return []
        known = {line.number: line.percent for line in self.line_ids}
        return [
            Command.clear(),
            *(
                Command.create({"number": number, "percent": known.get(number, 0.0)})
                for number in range(len(buckets.ranges))
            ),
        ]

    @api.private
    def _buckets(self):
        return Buckets.parse(self.limits)

    @api.private
    def _labels(self):
        return self.env["crmx.aging.scheme"]._bucket_labels(self._buckets())

    @api.private
    def _percents(self, day):
        """Return what of each bucket is set aside on a day, in percent."""
        self.ensure_one()
        count = len(self._buckets().ranges)
        if self.kind == "roll":
            return loss_percents(roll_rates(self._history(day)), self.last_percent)
        percents = {line.number: line.percent for line in self.line_ids}
        return [percents.get(number, 0.0) for number in range(count)]

    @api.private
    def _history(self, day):
        """Return the debts by bucket of the last months; the last bucket holds what came in within one.

        :raise UserError: when the ledger has no debts in these months
        """
        limits = [*self._buckets().limits]
        trend = self.env["crmx.receivables.trend"].with_context(
            allowed_company_ids=self.company_id.ids,
            crmx_as_of=str(day),
            crmx_months=self.months + 1,
            crmx_scope="company",
            crmx_limits=[*limits, limits[-1] + 30],
        )
        amounts = {}
        for date, bucket, amount in trend._read_group([], ["date:day", "bucket"], ["amount:sum"]):
            amounts[date, bucket] = amount
        days = trend._days(day, self.months + 1)[1:]
        if not any(amounts.values()):
            raise UserError(
                self.env._("The ledger has no debts in the last %s months to learn from.", self.months)
            )
        return [
            [amounts.get((date, f"{number:02}"), 0.0) for number in range(len(limits) + 2)] for date in days
        ]

    def action_preview(self):
        """Show the percentages as they are now, and with roll rates how they come about."""
        self.ensure_one()
        percents = self._percents(fields.Date.context_today(self))
        text = ", ".join(
            f"{label}: {percent:.4g} %" for label, percent in zip(self._labels(), percents, strict=True)
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {"type": "info", "sticky": True, "title": self.name, "message": text},
        }


class AllowancePercent(models.Model):
    _name = "crmx.allowance.percent"
    _description = "Percent of an Age"
    _order = "method_id, number, id"
    _rec_name = "label"

    method_id = fields.Many2one("crmx.allowance.method", required=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True, aggregator=None)
    label = fields.Char(string="Days Late", compute="_compute_label")
    percent = fields.Float(string="Set Aside (%)", digits=(16, 4), aggregator=None)

    _percent_bounds = models.Constraint("CHECK (percent BETWEEN 0 AND 100)", "Percentages are from 0 to 100.")

    @api.depends("number", "method_id.limits")
    def _compute_label(self):
        for line in self:
            try:
                labels = line.method_id._labels() if line.method_id.limits else []
            except BucketError:
                labels = []
            line.label = labels[line.number] if line.number < len(labels) else str(line.number)
