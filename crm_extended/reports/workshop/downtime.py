from odoo import api, fields, models
from odoo.tools import SQL


class Downtime(models.Model):
    """When vehicles are out of service, by their work orders: planned, running or past.

    An hour counts once: where orders of a vehicle overlap, it is the earlier one's.
    """

    _name = "crmx.downtime"
    _description = "Vehicle out of Service"
    _auto = False
    _order = "date_from DESC, id DESC"
    _depends = {
        "crmx.work.order": [
            "vehicle_id", "model_id", "company_id", "origin", "state", "stops_vehicle",
            "date_planned", "date_planned_end", "date_start", "date_end",
        ],
    }  # fmt: skip

    order_id = fields.Many2one("crmx.work.order", readonly=True)
    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    origin = fields.Selection(
        lambda self: self.env["crmx.work.order"]._fields["origin"].selection, string="Reason", readonly=True
    )
    kind = fields.Selection(
        [("planned", "Planned"), ("running", "Now"), ("past", "Past")],
        string="State",
        readonly=True,
    )
    date_from = fields.Datetime(string="From", readonly=True)
    date_to = fields.Datetime(string="Until", readonly=True, help="Of what is still running: until now.")
    hours = fields.Float(
        string="Hours out of service", readonly=True, aggregator="sum", help="Without those that an earlier "
        "order has already."
    )  # fmt: skip
    days = fields.Float(string="Days out of service", readonly=True, aggregator="sum")

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT s.*, h.hours, h.hours / 24 AS days
              FROM (%s) AS s
              CROSS JOIN LATERAL (
                  SELECT greatest(0, extract(epoch FROM s.date_to - greatest(s.date_from, s.covered)) / 3600)
                         ::float8 AS hours
              ) AS h
            """,
            self._spans(),
        )

    @api.model
    @api.private
    def _spans(self, start=None, end=None):
        """Return the query of times out of service, with what earlier ones of the vehicle cover.

        :param start, end: only what happened between these moments, cut off there
        """
        return SQL(
            """
            SELECT c.*, max(c.date_to) OVER (
                       PARTITION BY c.vehicle_id, c.kind = 'planned' ORDER BY c.date_from, c.id
                       ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                   ) AS covered
              FROM (
                SELECT o.id, o.id AS order_id, o.vehicle_id, o.model_id, o.company_id, o.origin,
                       CASE WHEN o.state = 'confirmed' THEN 'planned'
                            WHEN o.date_end IS NULL OR o.date_end > %(now)s THEN 'running'
                            ELSE 'past' END AS kind,
                       CASE WHEN o.state = 'confirmed' THEN o.date_planned
                            ELSE greatest(o.date_start, %(start)s) END AS date_from,
                       CASE WHEN o.state = 'confirmed' THEN greatest(o.date_planned, o.date_planned_end)
                            ELSE least(coalesce(o.date_end, greatest(o.date_start, %(now)s)), %(end)s)
                        END AS date_to
                  FROM crmx_work_order o
                 WHERE o.stops_vehicle
                   AND (o.state = 'confirmed' OR o.state IN ('progress', 'done') AND o.date_start IS NOT NULL)
              ) AS c
             WHERE c.date_to >= c.date_from
            """,
            now=fields.Datetime.now(),
            start=start or fields.Datetime.to_datetime("1900-01-01"),
            end=end or fields.Datetime.to_datetime("9999-01-01"),
        )

    @api.model
    @api.private
    def _hours_of(self, vehicles, start, end):
        """Return how long vehicles were out of service between two moments: `{vehicle id: hours}`."""
        self.env["crmx.work.order"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT s.vehicle_id,
                       sum(greatest(0, extract(epoch FROM s.date_to - greatest(s.date_from, s.covered))))
                       ::float8 / 3600
                  FROM (%s) AS s
                 WHERE s.vehicle_id = ANY(%s) AND s.kind <> 'planned'
                 GROUP BY s.vehicle_id
                """,
                self._spans(start, end),
                vehicles.ids,
            )
        )
        return dict(rows)

    @api.depends("vehicle_id", "order_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = f"{row.vehicle_id.license_plate or row.vehicle_id.name}: {row.order_id.title}"

    def action_open_order(self):
        """Open the work order."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "crmx.work.order",
            "res_id": self.order_id.id,
            "view_mode": "form",
        }
