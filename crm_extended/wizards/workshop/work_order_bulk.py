from odoo import Command, api, fields, models


class WorkOrderBulk(models.TransientModel):
    """The same work on several vehicles: one order for each."""

    _name = "crmx.work.order.bulk"
    _description = "New work orders"

    vehicle_ids = fields.Many2many("fleet.vehicle", string="Vehicles", required=True)
    title = fields.Char(string="What is to be done", required=True)
    origin = fields.Selection(
        lambda self: self.env["crmx.work.order"]._fields["origin"].selection,
        string="Reason",
        required=True,
        default="hand",
    )
    date_planned = fields.Datetime(string="Planned from", required=True, default=fields.Datetime.now)
    is_queued = fields.Boolean(
        string="One after another", help="Each is planned from when the one before is to be done."
    )
    bay_id = fields.Many2one("crmx.workshop.bay")
    user_id = fields.Many2one("res.users", string="Responsible", default=lambda self: self.env.user)
    job_ids = fields.Many2many("crmx.workshop.job", string="Jobs")
    description = fields.Text(string="What was reported")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        if "vehicle_ids" in fields and self.env.context.get("active_model") == "fleet.vehicle":
            values["vehicle_ids"] = [Command.set(self.env.context.get("active_ids", []))]
        return values

    def action_apply(self):
        """Make the orders, and list them."""
        orders = self.env["crmx.work.order"].create([self._order_vals(v) for v in self.vehicle_ids])
        if self.is_queued:
            for before, order in zip(orders, orders[1:], strict=False):
                order.date_planned = before.date_planned_end
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action"),
            "domain": [("id", "in", orders.ids)],
            "context": {},
        }

    @api.private
    def _order_vals(self, vehicle):
        company = vehicle.company_id or self.env.company
        return {
            "vehicle_id": vehicle.id,
            "company_id": company.id,
            "title": self.title,
            "origin": self.origin,
            "date_planned": self.date_planned,
            "user_id": self.user_id.id,
            "bay_id": self.bay_id.id if self.bay_id.company_id == company else False,
            "job_ids": [Command.create({"job_id": job.id}) for job in self.job_ids],
            "description": self.description,
        }
