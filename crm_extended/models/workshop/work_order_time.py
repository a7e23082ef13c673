from odoo import api, fields, models
from odoo.exceptions import UserError

from ..common.plain_fields import PlainMany2one

SECONDS_AN_HOUR = 3600


class WorkOrderTime(models.Model):
    """Hours of a mechanic on an order, at what an hour of his cost then; each has its analytic line."""

    _name = "crmx.work.order.time"
    _description = "Hours on a work order"
    _inherit = ["crmx.work.order.line"]
    _order = "date_start DESC, id DESC"
    _rec_name = "employee_id"

    job_id = fields.Many2one(
        "crmx.work.order.job",
        ondelete="set null",
        index="btree_not_null",
        domain="[('order_id', '=', order_id)]",
    )
    employee_id = fields.Many2one(
        "hr.employee",
        string="Mechanic",
        required=True,
        check_company=True,
        ondelete="restrict",
        index=True,
        default=lambda self: self.env.user.employee_id,
    )
    date_start = fields.Datetime(string="From", required=True, default=fields.Datetime.now)
    date_stop = fields.Datetime(string="Until")
    is_running = fields.Boolean(readonly=True, copy=False)
    hours = fields.Float(
        compute="_compute_hours", store=True, readonly=False, precompute=True, aggregator="sum"
    )
    hourly_cost = fields.Monetary(
        readonly=True, aggregator=None, help="Of the mechanic, when the hours were entered."
    )
    amount = fields.Monetary(
        string="Cost", compute="_compute_amount", store=True, precompute=True, aggregator="sum"
    )
    analytic_line_id = PlainMany2one(
        "account.analytic.line", readonly=True, copy=False, index="btree_not_null"
    )
    reversal_of_id = fields.Many2one(
        "crmx.work.order.time",
        string="Takes back",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
    )
    note = fields.Char()

    _one_clock = models.UniqueIndex(
        "(employee_id) WHERE is_running", "The mechanic's clock runs on another order already: stop it first."
    )
    _hours_bounds = models.Constraint(
        "CHECK (reversal_of_id IS NOT NULL OR (hours >= 0 AND hours <= 24))",
        "Enter the hours of one day at a time: between 0 and 24.",
    )
    _dates_rise = models.Constraint(
        "CHECK (date_stop IS NULL OR date_stop >= date_start)", "Work ends after it began."
    )

    @api.depends("date_start", "date_stop")
    def _compute_hours(self):
        for time in self:
            if time.date_start and time.date_stop:
                seconds = (time.date_stop - time.date_start).total_seconds()
                time.hours = round(seconds / SECONDS_AN_HOUR, 2)
            else:
                time.hours = time.hours

    @api.depends("hours", "hourly_cost")
    def _compute_amount(self):
        for time in self:
            currency = time.currency_id or self.env.company.currency_id
            time.amount = currency.round(time.hours * time.hourly_cost)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any({"hourly_cost", "reversal_of_id"} & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What an hour costs is on the mechanic."))
        # sudo: what an hour costs goes into the order, whoever may see the employee's data
        user, employees = self.env.user.sudo(), self.env["hr.employee"].sudo()
        for vals in vals_list:
            if "hourly_cost" not in vals:
                employee = employees.browse(vals.get("employee_id")) or user.employee_id
                vals["hourly_cost"] = employee.hourly_cost
        times = super().create(vals_list)
        times._write_analytic_lines()
        return times

    def write(self, vals):
        if not self.env.su and {"hourly_cost", "reversal_of_id", "is_running"} & vals.keys():
            raise UserError(self.env._("What an hour costs is on the mechanic."))
        result = super().write(vals)
        if "analytic_line_id" not in vals:
            self._write_analytic_lines()
        return result

    def unlink(self):
        # sudo: lines that these hours made, and the host deletes with nothing else
        lines = self.sudo().analytic_line_id.exists()
        result = super().unlink()
        lines.unlink()
        return result

    @api.private
    def _stop(self):
        """Stop the clocks."""
        # sudo: whose clock it is does not matter to whoever may write the order
        self.filtered("is_running").sudo().write({"is_running": False, "date_stop": fields.Datetime.now()})

    def action_stop(self):
        """Stop the clock."""
        self.check_access("write")
        self._check_order_open()
        self._stop()

    @api.private
    def _take_back(self):
        """Enter the same hours again with the opposite sign, today."""
        taken = self.search([("reversal_of_id", "in", self.ids)]).reversal_of_id
        open_ones = self.filtered(lambda t: t.hours and not t.reversal_of_id) - taken
        # sudo: the user cancels the order that the hours are of, as was checked
        return self.sudo().create(
            [
                {
                    "order_id": time.order_id.id,
                    "job_id": time.job_id.id,
                    "employee_id": time.employee_id.id,
                    "date_start": fields.Datetime.now(),
                    "hours": -time.hours,
                    "hourly_cost": time.hourly_cost,
                    "reversal_of_id": time.id,
                }
                for time in open_ones
            ]
        )

    # === ANALYTIC LINES === #

    @api.private
    def _write_analytic_lines(self):
        """Have one analytic line for the hours of each, on its vehicle; none without a cost."""
        # sudo: mechanics enter hours, not analytic lines
        for time in self.sudo():
            line = time.analytic_line_id.exists()
            if time.currency_id.is_zero(time.amount):
                line.unlink()
            elif line:
                line.write(time._analytic_vals())
            else:
                time.analytic_line_id = line.create(time._analytic_vals())

    @api.private
    def _analytic_vals(self):
        order = self.order_id
        account = order.vehicle_id._crmx_analytic_accounts()
        return {
            "name": f"{order.name} · {self.employee_id.name}",
            account.root_plan_id._column_name(): account.id,
            "date": fields.Datetime.context_timestamp(self, self.date_start).date(),
            "amount": -self.amount,
            "unit_amount": self.hours,
            "company_id": order.company_id.id,
            "user_id": self.employee_id.user_id.id or self.env.uid,
            "ref": order.name,
            "category": "other",
        }


class AccountAnalyticLine(models.Model):
    _inherit = "account.analytic.line"

    @api.ondelete(at_uninstall=False)
    def _crmx_unlink_of_orders(self):
        """Refuse for lines that hours on a work order made: the order would cost more than its vehicle."""
        # sudo: whether there are any, whoever wants to delete the line
        times = self.env["crmx.work.order.time"].sudo()
        found = times.search([("analytic_line_id", "in", self.ids)], limit=1)
        if found and not self.env.su:
            raise UserError(
                self.env._(
                    "The line is of the hours on “%s”. Change them there.", found.order_id.display_name
                )
            )
