from dateutil.relativedelta import relativedelta

from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError

UNITS = [("days", "Days"), ("weeks", "Weeks"), ("months", "Months"), ("years", "Years")]


class MaintenancePlan(models.Model):
    """What is done on vehicles again and again: by distance, engine hours or time, whichever comes first."""

    _name = "crmx.maintenance.plan"
    _description = "Maintenance Plan"
    _order = "sequence, name"
    _check_company_auto = True

    name = fields.Char(string="Service", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    model_ids = fields.Many2many("fleet.vehicle.model", string="Models", help="All vehicles of these models.")
    vehicle_ids = fields.Many2many("fleet.vehicle", string="Vehicles", help="And these.", check_company=True)
    distance_interval = fields.Float(string="Every (km)", help="Empty: not by distance.")
    hours_interval = fields.Float(string="Every (engine hours)", help="Empty: not by engine hours.")
    time_interval = fields.Integer(string="Every", help="Empty: not by time.")
    time_unit = fields.Selection(UNITS, string="Unit of time", required=True, default="months")
    anchored_on = fields.Selection(
        [("completion", "When it was done"), ("schedule", "When it was due")],
        string="Next one counts from",
        required=True,
        default="completion",
    )
    distance_tolerance = fields.Float(string="Tolerance (km)", help="So much earlier or later is in time.")
    hours_tolerance = fields.Float(string="Tolerance (engine hours)")
    days_tolerance = fields.Integer(string="Tolerance (days)")
    lead_days = fields.Integer(string="Order ahead (days)", default=14, required=True)
    makes_orders = fields.Boolean(
        string="Makes work orders", default=True, help="By itself, so many days before it is due."
    )
    forbids_driving = fields.Boolean(string="Forbids driving when overdue")
    contains_ids = fields.Many2many(
        "crmx.maintenance.plan",
        "crmx_maintenance_plan_contains_rel",
        "plan_id",
        "contained_id",
        check_company=True,
        domain="[('id', '!=', id)]",
        help="Smaller services that need not be done when this one is.",
    )
    job_ids = fields.Many2many("crmx.workshop.job", string="Jobs", check_company=True)
    part_ids = fields.One2many("crmx.maintenance.plan.part", "plan_id", string="Parts", copy=True)
    maintenance_ids = fields.One2many("crmx.maintenance", "plan_id", string="Due")

    _has_interval = models.Constraint(
        "CHECK (distance_interval > 0 OR hours_interval > 0 OR time_interval > 0)",
        "Say how often: by distance, engine hours or time.",
    )
    _not_negative = models.Constraint(
        """CHECK (coalesce(distance_interval, 0) >= 0 AND coalesce(hours_interval, 0) >= 0
                  AND coalesce(time_interval, 0) >= 0 AND coalesce(distance_tolerance, 0) >= 0
                  AND coalesce(hours_tolerance, 0) >= 0 AND coalesce(days_tolerance, 0) >= 0
                  AND lead_days >= 0)""",
        "Intervals, tolerances and days are no less than nothing.",
    )

    @api.constrains("contains_ids")
    def _check_contains(self):
        if self._has_cycle("contains_ids"):
            raise ValidationError(self.env._("A service does not contain one that contains it."))

    @api.model_create_multi
    def create(self, vals_list):
        plans = super().create(vals_list)
        plans._sync_vehicles()
        return plans

    def write(self, vals):
        result = super().write(vals)
        if {"model_ids", "vehicle_ids", "active"} & vals.keys():
            self._sync_vehicles()
        if any(name.endswith(("_interval", "_unit", "_tolerance")) or name == "lead_days" for name in vals):
            self.maintenance_ids._refresh()
        return result

    @api.private
    def _step(self):
        """Return the interval of time."""
        return relativedelta(**{self.time_unit: self.time_interval})

    @api.private
    def _all_contained(self):
        """Return all smaller services, also those that a smaller one contains."""
        found, new = self.browse(), self.contains_ids
        while new:
            found |= new
            new = new.contains_ids - found
        return found

    @api.private
    def _sync_vehicles(self):
        """Have one row for each vehicle that the plans are for, and none for others without an order."""
        for plan in self:
            domain = [
                ("company_id", "in", (plan.company_id.id, False)),
                ("model_id", "in", plan.model_ids.ids),
            ]
            vehicles = self.env["fleet.vehicle"]
            if plan.active:
                vehicles = plan.vehicle_ids | vehicles.search(domain)
            # sudo: rows follow the plan that the user may write
            rows = plan.maintenance_ids.sudo()
            gone = rows.filtered(lambda row, kept=vehicles: row.vehicle_id not in kept)
            gone.filtered(lambda row: not row.work_order_id).unlink()
            missing = vehicles - rows.exists().vehicle_id
            new = rows.create([{"plan_id": plan.id, "vehicle_id": vehicle.id} for vehicle in missing])
            new._begin()

    def action_open_due(self):
        """List when it is due."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_maintenance_action"),
            "domain": [("plan_id", "in", self.ids)],
            "context": {},
        }


class MaintenancePlanPart(models.Model):
    _name = "crmx.maintenance.plan.part"
    _description = "Part of a maintenance plan"
    _order = "plan_id, id"
    _rec_name = "product_id"

    plan_id = fields.Many2one("crmx.maintenance.plan", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="plan_id.company_id")
    product_id = fields.Many2one(
        "product.product",
        string="Part",
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'consu')]",
    )
    quantity = fields.Float(digits="Product Unit", required=True, default=1.0)

    _once = models.UniqueIndex("(plan_id, product_id)", "The part is in the plan already.")
    _quantity_positive = models.Constraint("CHECK (quantity > 0)", "Enter how many: more than none.")

    @api.private
    def _order_lines(self):
        """Return the lines of a work order; a part that several plans need is on it once."""
        needed = {}
        for part in self:
            needed[part.product_id.id] = needed.get(part.product_id.id, 0.0) + part.quantity
        return [Command.create({"product_id": key, "quantity": value}) for key, value in needed.items()]
