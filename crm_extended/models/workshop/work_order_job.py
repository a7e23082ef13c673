from odoo import api, fields, models


class WorkOrderJob(models.Model):
    """A job on an order: the norm, and the hours that it took."""

    _name = "crmx.work.order.job"
    _description = "Job on a work order"
    # hr.mixin: whoever plans may choose mechanics, with no right on employees
    _inherit = ["hr.mixin", "crmx.work.order.line"]

    job_id = fields.Many2one("crmx.workshop.job", check_company=True, ondelete="restrict")
    name = fields.Char(
        string="Description",
        compute="_compute_name",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    norm_hours = fields.Float(
        string="Norm",
        compute="_compute_norm_hours",
        store=True,
        readonly=False,
        help="Hours that the job takes on this model, by the catalogue.",
    )
    employee_ids = fields.Many2many("hr.employee", string="Mechanics", check_company=True)
    time_ids = fields.One2many("crmx.work.order.time", "job_id", string="Hours")
    actual_hours = fields.Float(string="Worked", compute="_compute_actual_hours")
    deviation = fields.Float(
        compute="_compute_actual_hours", help="Hours worked less the norm: above zero, it took longer."
    )
    is_done = fields.Boolean(string="Done", copy=False)

    @api.depends("job_id")
    def _compute_name(self):
        for line in self:
            line.name = line.job_id.name or line.name

    @api.depends("job_id", "order_id.vehicle_id")
    def _compute_norm_hours(self):
        for line in self:
            if line.job_id:
                line.norm_hours = line.job_id._norm(line.order_id.vehicle_id.model_id)

    @api.depends("time_ids.hours", "norm_hours")
    def _compute_actual_hours(self):
        worked = dict(
            self.env["crmx.work.order.time"]._read_group(
                [("job_id", "in", self.ids)], ["job_id"], ["hours:sum"]
            )
        )
        for line in self:
            line.actual_hours = worked.get(line, 0.0)
            line.deviation = line.actual_hours - line.norm_hours

    def action_start_work(self):
        """Start the clock of the user, for this job."""
        self.ensure_one()
        self.order_id._start_clock(self)
