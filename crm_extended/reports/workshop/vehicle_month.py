from odoo import api, fields, models
from odoo.tools import SQL

from .vehicle_cost import DEPENDS, KINDS

#: Ratio -> what is divided by the distance.
RATIOS = {
    "cost_per_km": "amount",
    "fixed_per_km": "fixed",
    "variable_per_km": "variable",
    **{f"{kind}_per_km": kind for kind, _label in KINDS},
}


class VehicleMonth(models.Model):
    """What vehicles cost and ran in each month, by kind of cost; so what a kilometre costs at every level.

    A ratio is never an average of ratios: costs are added up, kilometres are added up, and then divided.
    They are those of the vehicle's company, in its currency; what another company bears is a cost of that
    one (`crmx.vehicle.cost`).
    """

    _name = "crmx.vehicle.month"
    _description = "Cost per Kilometre"
    _auto = False
    _order = "month DESC, vehicle_id"
    _rec_name = "vehicle_id"
    _depends = {
        **DEPENDS,
        "crmx.coupling": ["date_end", "date_start", "tractor_id", "trailer_id"],
        "crmx.meter": ["kind", "vehicle_id"],
        "crmx.meter.reading": ["date", "lifetime", "meter_id", "state"],
        "fleet.vehicle": ["company_id", "crmx_analytic_account_id", "model_id"],
        "res.company": ["currency_id"],
    }

    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    month = fields.Date(readonly=True)
    distance = fields.Float(string="Distance (km)", digits=(16, 0), readonly=True, aggregator="sum")
    amount = fields.Monetary(string="Cost", readonly=True, aggregator="sum")
    fixed = fields.Monetary(string="Fixed cost", readonly=True, aggregator="sum")
    variable = fields.Monetary(string="Variable cost", readonly=True, aggregator="sum")
    parts = fields.Monetary(readonly=True, aggregator="sum")
    labour = fields.Monetary(readonly=True, aggregator="sum")
    outside = fields.Monetary(string="Outside work", readonly=True, aggregator="sum")
    bill = fields.Monetary(string="Other bills", readonly=True, aggregator="sum")
    service = fields.Monetary(string="Service log", readonly=True, aggregator="sum")
    contract = fields.Monetary(string="Contracts", readonly=True, aggregator="sum")
    document = fields.Monetary(string="Documents", readonly=True, aggregator="sum")
    depreciation = fields.Monetary(readonly=True, aggregator="sum")
    other = fields.Monetary(readonly=True, aggregator="sum")
    cost_per_km = fields.Float(digits=(16, 3), readonly=True, aggregator="avg")
    fixed_per_km = fields.Float(string="Fixed per km", digits=(16, 3), readonly=True, aggregator="avg")
    variable_per_km = fields.Float(string="Variable per km", digits=(16, 3), readonly=True, aggregator="avg")
    parts_per_km = fields.Float(string="Parts per km", digits=(16, 3), readonly=True, aggregator="avg")
    labour_per_km = fields.Float(string="Labour per km", digits=(16, 3), readonly=True, aggregator="avg")
    outside_per_km = fields.Float(
        string="Outside work per km", digits=(16, 3), readonly=True, aggregator="avg"
    )
    bill_per_km = fields.Float(string="Other bills per km", digits=(16, 3), readonly=True, aggregator="avg")
    service_per_km = fields.Float(
        string="Service log per km", digits=(16, 3), readonly=True, aggregator="avg"
    )
    contract_per_km = fields.Float(string="Contracts per km", digits=(16, 3), readonly=True, aggregator="avg")
    document_per_km = fields.Float(string="Documents per km", digits=(16, 3), readonly=True, aggregator="avg")
    depreciation_per_km = fields.Float(
        string="Depreciation per km", digits=(16, 3), readonly=True, aggregator="avg"
    )
    other_per_km = fields.Float(string="Other per km", digits=(16, 3), readonly=True, aggregator="avg")

    @property
    def _table_query(self):
        costs = self.env["crmx.vehicle.cost"]
        return SQL(
            _MONTHS,
            company=self.env.company.id,  # whose currency vehicles have that belong to none
            lines=costs._lines(SQL("vehicle_id, owner_id, company_id, date, kind, nature, amount")),
            kinds=SQL(", ").join(
                SQL("sum(amount) FILTER (WHERE kind = %s) AS %s", kind, SQL.identifier(kind))
                for kind, _label in KINDS
            ),
            columns=SQL(", ").join(
                SQL("coalesce(c.%(name)s, 0) AS %(name)s", name=SQL.identifier(kind))
                for kind, _label in KINDS
            ),
            ratios=SQL(", ").join(
                SQL("c.%s / nullif(d.distance, 0) AS %s", SQL.identifier(what), SQL.identifier(name))
                for name, what in RATIOS.items()
            ),
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Divide what is added up: an average of ratios says nothing."""
        name, _colon, _function = aggregate_spec.partition(":")
        if name not in RATIOS:
            return super()._read_group_select(aggregate_spec, query)
        return SQL(
            "SUM(%s) / NULLIF(SUM(%s), 0)",
            self._field_to_sql(self._table, RATIOS[name], query),
            self._field_to_sql(self._table, "distance", query),
        )

    def action_open_costs(self):
        """List what it was spent on."""
        self.ensure_one()
        end = fields.Date.end_of(self.month, "month")
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_vehicle_cost_action"),
            "domain": [
                ("vehicle_id", "=", self.vehicle_id.id),
                ("date", ">=", self.month),
                ("date", "<=", end),
            ],
            "context": {},
        }


# Between two readings a meter rises evenly; a trailer without a meter runs what pulls it runs.
_MONTHS = """
    WITH span AS (
        SELECT m.vehicle_id, r.date AS first, r.lifetime,
               lead(r.date) OVER w AS last, lead(r.lifetime) OVER w AS after
          FROM crmx_meter m JOIN crmx_meter_reading r ON r.meter_id = m.id
         WHERE m.kind = 'distance' AND r.state = 'valid'
        WINDOW w AS (PARTITION BY r.meter_id ORDER BY r.date, r.lifetime)
    ), way AS (
        SELECT vehicle_id, first, last, (after - lifetime) / extract(epoch FROM last - first)::float8 AS speed
          FROM span WHERE last > first AND after > lifetime
     UNION ALL
        SELECT c.trailer_id, greatest(s.first, c.date_start), least(s.last, coalesce(c.date_end, s.last)),
               (s.after - s.lifetime) / extract(epoch FROM s.last - s.first)::float8
          FROM crmx_coupling c
          JOIN span s ON s.vehicle_id = c.tractor_id AND s.last > s.first AND s.after > s.lifetime
           AND s.last > c.date_start AND s.first < coalesce(c.date_end, s.last)
         WHERE NOT EXISTS (
               SELECT FROM crmx_meter own WHERE own.vehicle_id = c.trailer_id AND own.kind = 'distance')
    ), distance AS (
        SELECT vehicle_id, month::date AS month,
               sum(speed * extract(epoch FROM
                   least(last, month + interval '1 month') - greatest(first, month))::float8) AS distance
          FROM way CROSS JOIN LATERAL generate_series(
               date_trunc('month', first), last - interval '1 microsecond', '1 month') AS month
      GROUP BY 1, 2
    ), cost AS (
        SELECT vehicle_id, date_trunc('month', date::timestamp)::date AS month, sum(amount) AS amount,
               sum(amount) FILTER (WHERE nature = 'fixed') AS fixed,
               sum(amount) FILTER (WHERE nature = 'variable') AS variable, %(kinds)s
          FROM (%(lines)s) AS line
         WHERE company_id = coalesce(owner_id, %(company)s)
      GROUP BY 1, 2
    )
    SELECT v.id::bigint * 4800 + (extract(year FROM coalesce(c.month, d.month))::int - 1900) * 12
               + extract(month FROM coalesce(c.month, d.month))::int AS id,
           v.id AS vehicle_id, v.model_id, v.company_id,
           company.currency_id, coalesce(c.month, d.month) AS month,
           coalesce(d.distance, 0) AS distance, coalesce(c.amount, 0) AS amount,
           coalesce(c.fixed, 0) AS fixed, coalesce(c.variable, 0) AS variable, %(columns)s, %(ratios)s
      FROM cost c FULL JOIN distance d ON d.vehicle_id = c.vehicle_id AND d.month = c.month
      JOIN fleet_vehicle v ON v.id = coalesce(c.vehicle_id, d.vehicle_id)
      JOIN res_company company ON company.id = coalesce(v.company_id, %(company)s)
"""
