"""What indicators of the fleet count: distances driven, days out of service, repairs done again."""

from odoo import api, fields, models
from odoo.tools import SQL


class FleetSource(models.AbstractModel):
    """Something that happened to a vehicle on a day."""

    _name = "crmx.kpi.fleet.source"
    _description = "Source of Fleet Indicators"

    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    date = fields.Datetime(readonly=True)

    @api.depends("vehicle_id", "date")
    def _compute_display_name(self):
        for row in self:
            day = fields.Date.to_string(row.date) if row.date else ""
            row.display_name = f"{row.vehicle_id.license_plate or row.vehicle_id.name or ''} {day}"


class VehicleDistance(models.Model):
    """What a vehicle drove between two readings of its meter; it counts on the day of the later one."""

    _name = "crmx.kpi.vehicle.distance"
    _inherit = ["crmx.kpi.fleet.source"]
    _description = "Distance Driven"
    _auto = False
    _depends = {"crmx.meter.reading": ["vehicle_id", "company_id", "date", "kind", "state", "lifetime"]}

    distance = fields.Float(readonly=True, help="Kilometres since the reading before.")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT id, vehicle_id, company_id, date, lifetime - LAG(lifetime) OVER turn AS distance
              FROM crmx_meter_reading
             WHERE state = 'valid' AND kind = 'distance'
            WINDOW turn AS (PARTITION BY vehicle_id ORDER BY date, lifetime, id)
            """
        )


class VehicleOut(models.Model):
    """A day on which a vehicle was out of service, as a part of that day: an hour is a 24th."""

    _name = "crmx.kpi.vehicle.out"
    _inherit = ["crmx.kpi.fleet.source"]
    _description = "Day out of Service"
    _auto = False
    _depends = {
        "crmx.work.order": [
            "vehicle_id", "model_id", "company_id", "origin", "state", "stops_vehicle",
            "date_planned", "date_planned_end", "date_start", "date_end",
        ],
    }  # fmt: skip

    days = fields.Float(readonly=True)

    @property
    def _table_query(self):
        # The number of a row is that of its work order and of the day in it.
        return SQL(
            """
            SELECT out.id * 1000 + day.number AS id, out.vehicle_id, out.company_id, day.start AS date,
                   GREATEST(0, EXTRACT(EPOCH FROM LEAST(out.date_to, day.start + interval '1 day')
                       - GREATEST(out.date_from, out.covered, day.start)) / 86400)::float8 AS days
              FROM (%s) out
             CROSS JOIN LATERAL generate_series(date_trunc('day', out.date_from), out.date_to, '1 day')
                   WITH ORDINALITY day (start, number)
             WHERE out.kind <> 'planned'
            """,
            self.env["crmx.downtime"]._table_query,
        )


class Repair(models.Model):
    """A finished repair, and whether it did again what had been done on the vehicle a month before."""

    _name = "crmx.kpi.repair"
    _inherit = ["crmx.kpi.fleet.source"]
    _description = "Finished Repair"
    _auto = False
    _depends = {
        "crmx.work.order": ["vehicle_id", "company_id", "origin", "state", "date_done", "user_id"],
        "crmx.work.order.job": ["order_id", "job_id"],
    }

    user_id = fields.Many2one("res.users", readonly=True)
    order_id = fields.Many2one("crmx.work.order", readonly=True)
    again = fields.Integer(
        readonly=True, help="1: a job of it was done on the vehicle within 30 days before."
    )

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT o.id, o.id AS order_id, o.vehicle_id, o.company_id, o.user_id, o.date_done AS date,
                   EXISTS (
                       SELECT FROM crmx_work_order_job own
                         JOIN crmx_work_order_job other ON other.job_id = own.job_id
                         JOIN crmx_work_order before ON before.id = other.order_id
                        WHERE own.order_id = o.id AND before.id <> o.id
                          AND before.vehicle_id = o.vehicle_id AND before.state = 'done'
                          AND before.date_done < o.date_done
                          AND before.date_done >= o.date_done - interval '30 days'
                   )::int AS again
              FROM crmx_work_order o
             WHERE o.state = 'done' AND o.origin <> 'plan' AND o.date_done IS NOT NULL
            """
        )
