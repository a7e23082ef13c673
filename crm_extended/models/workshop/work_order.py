from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

#: Set by what happens to the order alone.
HAPPENED = {
    *("date_done", "service_log_id"),
    *("approval", "approval_amount", "asked_by_id", "approved_by_id"),
}
#: States in which work may be entered, and those in which the vehicle stands in the workshop.
OPEN = ("draft", "confirmed", "progress")


class WorkOrder(models.Model):
    """What is done on a vehicle, by whom and with what, and what it costs.

    It costs what its source documents say: parts at the value at which the stock gave them, hours at the
    mechanics' hourly cost, and the net lines of the bills for outside work.
    """

    _name = "crmx.work.order"
    _description = "Work Order"
    _inherit = ["crmx.document", "mail.thread", "mail.activity.mixin"]
    _order = "date_planned DESC, id DESC"
    _check_company_auto = True
    _rec_names_search = ["name", "vehicle_id", "title"]
    _happened = HAPPENED

    title = fields.Char(required=True, tracking=True, help="What is to be done, in a few words.")
    vehicle_id = fields.Many2one(
        "fleet.vehicle",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        tracking=True,
    )
    model_id = fields.Many2one(related="vehicle_id.model_id", store=True, string="Vehicle model")
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    origin = fields.Selection(
        [
            ("hand", "By hand"),
            ("defect", "Defect"),
            ("plan", "Planned maintenance"),
            ("accident", "Accident"),
        ],
        string="Reason",
        required=True,
        default="hand",
        tracking=True,
    )
    priority = fields.Selection([("0", "Normal"), ("1", "Urgent")], default="0")
    state = fields.Selection(
        [
            ("draft", "Estimate"),
            ("confirmed", "Planned"),
            ("progress", "In the workshop"),
            ("done", "Done"),
            ("cancel", "Cancelled"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
        group_expand=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Brought by",
        check_company=True,
        compute="_compute_partner_id",
        store=True,
        readonly=False,
        precompute=True,
        help="The driver or the customer who brings the vehicle and takes it over again.",
    )
    user_id = fields.Many2one(
        "res.users", string="Responsible", default=lambda self: self.env.user, tracking=True
    )
    bay_id = fields.Many2one("crmx.workshop.bay", check_company=True, tracking=True)
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        string="Parts store",
        check_company=True,
        compute="_compute_warehouse_id",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('crmx_workshop_type_id', '!=', False), ('company_id', '=', company_id)]",
    )
    date_planned = fields.Datetime(
        string="Planned from", default=fields.Datetime.now, required=True, tracking=True
    )
    date_planned_end = fields.Datetime(
        string="Planned until", compute="_compute_date_planned_end", store=True, readonly=False
    )
    stops_vehicle = fields.Boolean(
        string="Vehicle is out of service", default=True, help="While it is in the workshop."
    )
    date_start = fields.Datetime(string="Out of service from", copy=False, tracking=True)
    date_end = fields.Datetime(string="Out of service until", copy=False, tracking=True)
    date_done = fields.Datetime(string="Finished on", readonly=True, copy=False)
    distance = fields.Float(string="Distance shown", digits=(16, 1), copy=False)
    engine_hours = fields.Float(string="Engine hours shown", digits=(16, 1), copy=False)
    reading_ids = fields.One2many("crmx.meter.reading", "work_order_id", string="Readings")
    description = fields.Text(string="What was reported")
    result = fields.Text(string="What was found and done", copy=False)
    job_ids = fields.One2many("crmx.work.order.job", "order_id", string="Jobs", copy=True)
    time_ids = fields.One2many("crmx.work.order.time", "order_id", string="Hours")
    part_ids = fields.One2many("crmx.work.order.part", "order_id", string="Parts", copy=True)
    outside_ids = fields.One2many("crmx.work.order.outside", "order_id", string="Outside work")
    picking_ids = fields.One2many("stock.picking", "crmx_work_order_id", string="Transfers")
    service_log_id = fields.Many2one("fleet.vehicle.log.services", readonly=True, copy=False)

    _dates_rise = models.Constraint(
        "CHECK (date_end IS NULL OR date_start IS NULL OR date_end >= date_start)",
        "A vehicle is out of service from a moment until a later one.",
    )

    @api.depends("vehicle_id")
    def _compute_partner_id(self):
        for order in self:
            order.partner_id = order.vehicle_id.driver_id

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        for order in self:
            if order.warehouse_id.company_id != order.company_id:
                order.warehouse_id = self.env["stock.warehouse"].search(
                    [("company_id", "=", order.company_id.id), ("crmx_workshop_type_id", "!=", False)],
                    limit=1,
                )

    @api.depends("date_planned", "job_ids.norm_hours", "job_ids.employee_ids", "company_id")
    def _compute_date_planned_end(self):
        """Plan jobs one after another, in the working time of the company; several mechanics share one."""
        for order in self.filtered("date_planned"):
            hours = sum(job.norm_hours / max(1, len(job.employee_ids)) for job in order.job_ids) or 1.0
            calendar = order.company_id.resource_calendar_id
            end = calendar and calendar.plan_hours(hours, order.date_planned, compute_leaves=True)
            order.date_planned_end = end or fields.Datetime.add(order.date_planned, hours=hours)

    @api.depends("name", "title")
    def _compute_display_name(self):
        for order in self:
            order.display_name = " ".join(part for part in (order.name, order.title) if part)

    def write(self, vals):
        # sudo: whether there are any, whoever keeps the stock
        if {"vehicle_id", "company_id", "warehouse_id"} & vals.keys() and self.sudo().picking_ids:
            raise UserError(self.env._("Parts have been asked for: the vehicle and the store stay."))
        if {"vehicle_id", "company_id"} & vals.keys() and self.time_ids:
            raise UserError(self.env._("Hours have been entered: the vehicle stays."))
        return super().write(vals)

    # === STATES === #

    def action_confirm(self):
        """Plan it, and reserve its parts."""
        for order in self:
            order._lock("draft")
            order._become("confirmed")
            order._plan_parts()

    def action_start(self):
        """The vehicle comes in."""
        for order in self:
            order._lock("confirmed")
            order._become("progress", date_start=order.date_start or fields.Datetime.now())
            order._enter_readings()

    def action_finish(self):
        """The vehicle goes out: no more hours or parts are entered."""
        for order in self:
            order._lock("progress")
            # whoever's clock still runs
            order.time_ids.filtered("is_running")._stop()
            order._enter_readings()
            order._release_parts()
            now = fields.Datetime.now()
            order._become("done", date_done=now, date_end=order.date_end or now)
            order._write_service_log()

    def action_reverse(self):
        """Ask why a finished order is opened again, or an order is cancelled."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Reopen or Cancel"),
            "res_model": "crmx.work.order.reverse",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_order_id": self.id,
                "default_kind": "reopen" if self.state == "done" else "cancel",
            },
        }

    @api.private
    def _enter_readings(self):
        """Enter what the meters showed, once for each."""
        for kind, value in (("distance", self.distance), ("hours", self.engine_hours)):
            if value and kind not in self.reading_ids.mapped("kind"):
                self.env["crmx.meter.reading"].create(
                    {
                        "vehicle_id": self.vehicle_id.id,
                        "kind": kind,
                        "value": value,
                        "source": "order",
                        "work_order_id": self.id,
                    }
                )

    # === AVAILABILITY === #

    @api.model
    @api.private
    def _standing_domain(self, moment):
        """Domain of the orders that keep their vehicle out of service at a moment."""
        until = Domain("date_end", "=", False) | Domain("date_end", ">", moment)
        return (
            Domain("stops_vehicle", "=", True)
            & Domain("state", "in", ("progress", "done"))
            & Domain("date_start", "<=", moment)
            & until
        )
