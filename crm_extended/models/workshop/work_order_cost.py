"""What work orders cost, and the host's log of services."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .setup import remembered

KINDS = ("parts", "labour", "outside")
#: In the context of an order's log, which is no cost beside the order's; nobody can send it from outside.
OF_ORDER = object()


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    cost_parts = fields.Monetary(
        string="Parts issued", compute="_compute_costs", help="At the value at which the stock gave them."
    )
    cost_labour = fields.Monetary(string="Labour", compute="_compute_costs")
    cost_outside = fields.Monetary(
        string="Outside work billed", compute="_compute_costs", help="Posted bill lines, net of tax."
    )
    cost_total = fields.Monetary(string="Cost", compute="_compute_costs")
    estimate = fields.Monetary(
        compute="_compute_estimate",
        help="Parts at today's cost, norms at the average hourly cost of the mechanics (or, as long as "
        "nobody is planned, at that of the settings), and agreed prices.",
    )
    norm_hours = fields.Float(string="Norm hours", compute="_compute_norm")
    actual_hours = fields.Float(string="Hours worked", compute="_compute_norm")
    notice = fields.Text(compute="_compute_notice")

    # what it costs is said by documents that do not know of it
    @api.depends("state")
    def _compute_costs(self):
        costs = self.env["crmx.work.cost"]._read_group(
            [("order_id", "in", self.ids)], ["order_id", "kind"], ["amount:sum"]
        )
        found = {(order.id, kind): amount for order, kind, amount in costs}
        for order in self:
            parts, labour, outside = (found.get((order.id, kind), 0.0) for kind in KINDS)
            order.cost_parts, order.cost_labour, order.cost_outside = parts, labour, outside
            order.cost_total = parts + labour + outside

    @api.depends(
        "part_ids.quantity", "part_ids.product_id", "job_ids.norm_hours", "job_ids.employee_ids",
        "outside_ids.price_unit", "outside_ids.quantity",
    )  # fmt: skip
    def _compute_estimate(self):
        for order in self:
            # sudo: what parts and hours cost, in one sum; the items are not shown
            mine = order.sudo().with_company(order.company_id)
            issued = mine.part_ids.filtered(lambda line: line.direction == "issue")
            parts = sum(line.quantity * line.product_id.standard_price for line in issued)
            labour = sum(job.norm_hours * job._hourly_cost() for job in mine.job_ids)
            outside = sum(line.quantity * line.price_unit for line in mine.outside_ids)
            order.estimate = parts + labour + outside

    @api.depends("job_ids.norm_hours", "time_ids.hours")
    def _compute_norm(self):
        for order in self:
            order.norm_hours = sum(order.job_ids.mapped("norm_hours"))
            order.actual_hours = sum(order.time_ids.mapped("hours"))

    @api.depends("state", "part_ids.product_id", "time_ids.hourly_cost")
    def _compute_notice(self):
        for order in self:
            costs = self.env["crmx.work.cost"].search([("order_id", "in", order.ids), ("amount", "=", 0)])
            names = sorted({cost.name for cost in costs if cost.quantity})
            order.notice = self.env._("Without cost: %s", ", ".join(names)) if names else False

    @api.private
    def _distribution(self):
        """Return the analytic distribution: all on the vehicle's account."""
        self.ensure_one()
        return {str(self.vehicle_id._crmx_analytic_accounts().id): 100}

    def action_open_costs(self):
        """List what it cost, each with its source document."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_cost_action"),
            "domain": [("order_id", "=", self.id)],
            "context": {},
        }

    # === CLOCKS === #

    def action_start_work(self):
        """Start the clock of the user."""
        self.ensure_one()
        self._start_clock()

    @api.private
    def _start_clock(self, job=None):
        self._lock("progress")
        employee = self.env.user.employee_id
        if not employee:
            raise UserError(
                self.env._("You are no employee, so there is no clock of yours. Enter the hours.")
            )
        # sudo: only the user's own clock, on an order that he may write
        self.env["crmx.work.order.time"].sudo().create(
            {"order_id": self.id, "job_id": job and job.id, "employee_id": employee.id, "is_running": True}
        )

    # === THE HOST'S LOG === #

    @api.private
    def _write_service_log(self):
        """Enter parts and labour in the host's log of services; bills enter outside work there."""
        self.invalidate_recordset(["cost_parts", "cost_labour", "cost_outside", "cost_total"])
        amount = self.cost_parts + self.cost_labour
        log = self.service_log_id
        if log:
            # sudo: as below
            log.sudo().write({"amount": amount, "state": "done"})
            return
        # sudo: the log of an order that the user finishes; the host lets managers of the fleet alone write
        logs = self.env["fleet.vehicle.log.services"].sudo().with_context(crmx_log=OF_ORDER)
        log = logs.create(
            {
                "vehicle_id": self.vehicle_id.id,
                "company_id": self.company_id.id,
                "date": fields.Datetime.context_timestamp(self, self.date_done).date(),
                "amount": amount,
                "description": self.display_name,
                "service_type_id": self._service_type().id,
                "purchaser_id": self.partner_id.id,
                "state": "done",
            }
        )
        # sudo: as above
        self.sudo().service_log_id = log.with_context(crmx_log=False)

    @api.private
    def _service_type(self):
        # sudo: the kind of service that orders have in the host's log, made with the first
        types = self.env["fleet.service.type"].sudo()
        return remembered(types, "service_type_id", {"name": self.env._("Work order"), "category": "service"})

    @api.private
    def _cancel_service_log(self):
        """Have the host's log say that nothing was spent."""
        # sudo: as in writing it
        self.sudo().service_log_id.write({"state": "cancelled", "amount": 0})


class WorkOrderJob(models.Model):
    _inherit = "crmx.work.order.job"

    @api.private
    def _hourly_cost(self):
        """Return the average of those who do the job, or worked on the order; or what the company says."""
        # sudo: goes into the estimate, not onto the screen
        mechanics = self.sudo().employee_ids or self.sudo().order_id.time_ids.employee_id  # sudo: as above
        costs = mechanics.mapped("hourly_cost")
        return sum(costs) / len(costs) if costs else self.company_id.crmx_mechanic_hour
