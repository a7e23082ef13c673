from datetime import timedelta

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.workshop import anchor, due_date, last_multiple

#: Rows that a scheduled action works off before it commits.
CHUNK = 500
LAST = ("last_date", "last_distance", "last_hours")
#: What is forecast -> the type of its column.
FORECAST = {
    "next_date": "date",
    "next_distance": "float8",
    "next_hours": "float8",
    "date_due": "date",
    "due_by": "varchar",
    "confidence": "varchar",
    "state": "varchar",
}
#: In the context of those who forecast all rows afterwards; nobody can send it from outside.
_LATER = object()


class Maintenance(models.Model):
    """When a plan is due on a vehicle, by its meters' average use; the earliest of its triggers counts."""

    _name = "crmx.maintenance"
    _description = "Planned Maintenance"
    _order = "date_due, id"
    _rec_name = "plan_id"

    plan_id = fields.Many2one("crmx.maintenance.plan", required=True, ondelete="cascade", index=True)
    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="plan_id.company_id", store=True, index=True)
    last_date = fields.Date(string="Last on", help="The next one counts from here.")
    last_distance = fields.Float(string="Last at (km)", digits=(16, 0), aggregator=None)
    last_hours = fields.Float(string="Last at (hours)", digits=(16, 1), aggregator=None)
    next_date = fields.Date(string="Due by time", readonly=True)
    next_distance = fields.Float(string="Due at (km)", digits=(16, 0), readonly=True, aggregator=None)
    next_hours = fields.Float(string="Due at (hours)", digits=(16, 1), readonly=True, aggregator=None)
    date_due = fields.Date(string="Due", readonly=True, index=True)
    due_by = fields.Selection(
        [("distance", "Distance"), ("hours", "Engine hours"), ("time", "Time")], string="By", readonly=True
    )
    confidence = fields.Selection(
        [("none", "Unknown"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
        readonly=True,
        help="Of the average use that the day is forecast by. By time, the day is certain.",
    )
    state = fields.Selection(
        [("later", "Later"), ("soon", "Due soon"), ("overdue", "Overdue")],
        required=True,
        default="later",
        readonly=True,
        index=True,
    )
    work_order_id = fields.Many2one(
        "crmx.work.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    hours = fields.Float(string="Norm hours", compute="_compute_hours")

    _once = models.UniqueIndex("(plan_id, vehicle_id)", "The plan is on the vehicle already.")

    @api.depends("plan_id", "vehicle_id")
    def _compute_hours(self):
        for row in self:
            model = row.vehicle_id.model_id
            row.hours = sum(job._norm(model) for job in row.plan_id.job_ids)

    @api.depends("plan_id", "vehicle_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.vehicle_id.license_plate or row.vehicle_id.name}: {row.plan_id.name}"

    def write(self, vals):
        result = super().write(vals)
        if set(LAST) & vals.keys() and self.env.context.get("crmx_forecast") is not _LATER:
            self._refresh()
        return result

    # === FORECAST === #

    @api.private
    def _figures(self):
        """Return what is known of the meters: `{(vehicle id, kind): (day, lifetime, use)}`."""
        # sudo: what the meters of vehicles stand at, whoever plans
        meters = self.env["crmx.meter"].sudo().search_fetch([("vehicle_id", "in", self.vehicle_id.ids)])
        last, use = meters._last_readings(), meters._use()
        # sudo: as above
        readings = self.env["crmx.meter.reading"].sudo().browse([reading.id for reading in last.values()])
        readings.fetch(["date", "lifetime"])
        return {
            (meter.vehicle_id.id, meter.kind): (
                last[meter.id].date.date(),
                last[meter.id].lifetime,
                use[meter.id],
            )
            for meter in meters
            if meter.id in last
        }

    @api.private
    def _begin(self):
        """Say where new rows count from: the round figures and anniversaries that have passed last."""
        figures = self._figures()
        today = fields.Date.context_today(self)
        for row in self:
            plan, vehicle = row.plan_id, row.vehicle_id
            values = {"last_date": today}
            for kind, name in (("distance", "last_distance"), ("hours", "last_hours")):
                interval, known = plan[f"{kind}_interval"], figures.get((vehicle.id, kind))
                values[name] = last_multiple(known[1], interval) if interval and known else 0.0
            if plan.time_interval and vehicle.acquisition_date:
                day = vehicle.acquisition_date
                while day + plan._step() <= today:
                    day += plan._step()
                values["last_date"] = day
            row.with_context(crmx_forecast=_LATER).write(values)
        self._refresh()

    @api.private
    def _refresh(self):
        """Forecast anew when each is due, in a number of queries that does not grow with the rows."""
        if not self:
            return
        self.flush_recordset()
        self.fetch(["plan_id", "vehicle_id", *LAST])
        figures = self._figures()
        today = fields.Date.context_today(self)
        found = [row._forecast(figures, today) for row in self]
        columns = [[values[name] or None for values in found] for name in FORECAST]
        self.env.cr.execute(
            SQL(
                """
                UPDATE crmx_maintenance m SET (%s) = (%s)
                  FROM unnest(%s::int[], %s) AS f(id, %s) WHERE f.id = m.id
                """,
                SQL(", ").join(map(SQL.identifier, FORECAST)),
                SQL(", ").join(SQL.identifier("f", name) for name in FORECAST),
                self.ids,
                SQL(", ").join(
                    SQL("%s::%s[]", column, SQL(kind))
                    for column, kind in zip(columns, FORECAST.values(), strict=True)
                ),
                SQL(", ").join(map(SQL.identifier, FORECAST)),
            )
        )
        self.invalidate_recordset(FORECAST)
        self.modified(FORECAST)

    @api.private
    def _forecast(self, figures, today):
        """Return the values of a row, by the earliest of its triggers."""
        plan = self.plan_id
        values = {"next_date": False, "next_distance": 0.0, "next_hours": 0.0}
        found, overdue = [], False
        for kind in ("distance", "hours"):
            if not plan[f"{kind}_interval"]:
                continue
            due = values[f"next_{kind}"] = self[f"last_{kind}"] + plan[f"{kind}_interval"]
            if known := figures.get((self.vehicle_id.id, kind)):
                day, reading, use = known
                overdue |= reading > due + plan[f"{kind}_tolerance"]
                if forecast := due_date(day, reading, due, use.a_day):
                    found.append((forecast, kind, use.confidence))
        if plan.time_interval and self.last_date:
            values["next_date"] = self.last_date + plan._step()
            overdue |= today > values["next_date"] + timedelta(days=plan.days_tolerance)
            found.append((values["next_date"], "time", "high"))
        first, due_by, confidence = min(found, default=(False, False, "none"))
        soon = bool(first) and first <= today + timedelta(days=plan.lead_days)
        state = "overdue" if overdue else "soon" if soon else "later"
        return {**values, "date_due": first, "due_by": due_by, "confidence": confidence, "state": state}

    # === ORDERS === #

    def action_order(self):
        """Make work orders now, one for each vehicle."""
        orders = self._make_orders()
        if not orders:
            raise UserError(self.env._("They are ordered already."))
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_work_order_action"),
            "domain": [("id", "in", orders.ids)],
            "context": {},
        }

    @api.private
    def _make_orders(self):
        """Make one order for the rows of each vehicle that have none; what is contained goes with it."""
        rows = self.try_lock_for_update()
        rows.invalidate_recordset(["work_order_id"])
        rows = rows.filtered(lambda row: not row.work_order_id)
        by_vehicle = rows.grouped("vehicle_id")
        orders = self.env["crmx.work.order"].create(
            [mine._order_vals(vehicle) for vehicle, mine in by_vehicle.items()]
        )
        for order, mine in zip(orders, by_vehicle.values(), strict=True):
            # sudo: the row says which order does it, whoever made that
            mine._with_contained().sudo().work_order_id = order
        return orders

    @api.private
    def _with_contained(self):
        """Return the rows with those of their vehicle whose plan a bigger one contains."""
        contained = self.plan_id._all_contained()
        others = self.search(
            [
                ("vehicle_id", "in", self.vehicle_id.ids),
                ("plan_id", "in", contained.ids),
                ("work_order_id", "=", False),
            ]
        )
        return self | others

    @api.private
    def _order_vals(self, vehicle):
        plans = self.plan_id - self.plan_id._all_contained()
        day = min(filter(None, self.mapped("date_due")), default=fields.Date.context_today(self))
        day = max(day, fields.Date.context_today(self))
        return {
            "title": ", ".join(plans.mapped("name")),
            "vehicle_id": vehicle.id,
            "company_id": self.company_id[:1].id,
            "origin": "plan",
            "user_id": vehicle.manager_id.id or self.env.uid,
            "date_planned": fields.Datetime.to_datetime(day) + timedelta(hours=8),
            "job_ids": [Command.create({"job_id": job.id}) for job in plans.job_ids],
            "part_ids": plans.part_ids._order_lines(),
        }

    @api.model
    @api.private
    def _cron_plan(self):
        """Look at all vehicles: who needs a row, when it is due, and what is to be ordered; once only."""
        companies = self.env["res.company"].search([("crmx_use_workshop", "=", True)])
        self.env["crmx.maintenance.plan"].search([("company_id", "in", companies.ids)])._sync_vehicles()
        rows = self.search([("company_id", "in", companies.ids)], order="vehicle_id, id")
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            chunk._refresh()
            due = Domain("id", "in", chunk.ids) & Domain("state", "in", ("soon", "overdue"))
            due &= Domain("work_order_id", "=", False) & Domain("plan_id.makes_orders", "=", True)
            self.search(due)._make_orders()
            if not self.env["ir.cron"]._commit_progress(len(chunk), remaining=len(rows) - start - len(chunk)):
                break

    # === DONE === #

    @api.private
    def _done(self, day):
        """Count the next one from now, or from when it was due.

        :return: what the rows counted from so far, to be restored
        """
        before = {str(row.id): [str(row.last_date or ""), row.last_distance, row.last_hours] for row in self}
        figures = self._figures()
        for row in self:
            values = {"last_date": row._anchor_day(day), "work_order_id": False}
            for kind in ("distance", "hours"):
                if known := figures.get((row.vehicle_id.id, kind)):
                    values[f"last_{kind}"] = row._anchor_value(kind, known[1])
            row.with_context(crmx_forecast=_LATER).write(values)
        self._refresh()
        return before

    @api.private
    def _anchor_value(self, kind, actual):
        plan = self.plan_id
        interval = plan[f"{kind}_interval"]
        if plan.anchored_on == "completion" or not interval:
            return actual
        return anchor(self[f"next_{kind}"], actual, interval, plan[f"{kind}_tolerance"])

    @api.private
    def _anchor_day(self, day):
        plan, planned = self.plan_id, self.next_date
        early = planned and day < planned - timedelta(days=plan.days_tolerance)
        if plan.anchored_on == "completion" or not planned or early:
            return day
        while planned + plan._step() <= day:
            planned += plan._step()
        return planned


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    maintenance_ids = fields.One2many("crmx.maintenance", "work_order_id", string="Planned maintenance")
    maintenance_before = fields.Json(readonly=True, copy=False)

    @api.private
    def _become(self, state, **values):
        """Count planned maintenance from when the order is done; take that back with it."""
        # sudo: what becomes of the plans of an order that the user may write
        order = self.sudo()
        if state == "done":
            day = fields.Datetime.context_timestamp(self, values["date_done"]).date()
            values["maintenance_before"] = order.maintenance_ids._done(day) or False
        elif order.maintenance_before:
            order._restore_maintenance()
            values["maintenance_before"] = False
        if state == "cancel":
            order.maintenance_ids.work_order_id = False
        return super()._become(state, **values)

    @api.private
    def _restore_maintenance(self):
        for row_id, last in self.maintenance_before.items():
            row = self.env["crmx.maintenance"].browse(int(row_id)).exists()
            row.write(
                {**dict(zip(LAST, (last[0] or False, *last[1:]), strict=True)), "work_order_id": self.id}
            )


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_maintenance_ids = fields.One2many(
        "crmx.maintenance",
        "vehicle_id",
        string="Planned maintenance",
        groups="crm_extended.group_workshop_user",
    )

    def action_crmx_open_maintenance(self):
        """List what is planned."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_maintenance_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {},
        }
