from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.vehicle_costs import PerKm, advice, depreciation
from .vehicle_cost import DEPENDS

DAYS_A_YEAR = 365.25


class VehicleReplacement(models.Model):
    """Whether a vehicle is still worth repairing: age, what a kilometre costs now and before, downtime.

    Years are the twelve months before this one, and the twelve before them.
    """

    _name = "crmx.vehicle.replacement"
    _description = "Repair or Replace"
    _auto = False
    _order = "per_km_last DESC NULLS LAST, id"
    _rec_name = "vehicle_id"
    _depends = {
        **DEPENDS,
        "crmx.meter.reading": ["date", "lifetime", "meter_id", "state"],
        "fleet.vehicle": ["acquisition_date", "active", "company_id", "crmx_analytic_account_id", "model_id"],
    }

    vehicle_id = fields.Many2one("fleet.vehicle", readonly=True)
    model_id = fields.Many2one("fleet.vehicle.model", string="Vehicle model", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    age = fields.Float(string="Age (years)", digits=(16, 1), readonly=True, aggregator="avg")
    distance_life = fields.Float(
        string="Distance, all (km)", digits=(16, 0), readonly=True, help="That readings say."
    )
    distance_last = fields.Float(string="Distance, last year (km)", digits=(16, 0), readonly=True)
    distance_before = fields.Float(string="Distance, year before (km)", digits=(16, 0), readonly=True)
    cost_life = fields.Monetary(string="Cost, all", readonly=True)
    cost_last = fields.Monetary(string="Cost, last year", readonly=True)
    cost_before = fields.Monetary(string="Cost, year before", readonly=True)
    fixed_last = fields.Monetary(string="Fixed cost, last year", readonly=True)
    variable_last = fields.Monetary(string="Variable cost, last year", readonly=True)
    repairs_last = fields.Monetary(
        string="Repairs, last year", readonly=True, help="Parts, labour, outside work, and other bills."
    )
    trend = fields.Float(
        string="Cost trend (%)",
        digits=(16, 1),
        readonly=True,
        aggregator=None,
        help="Last year against before.",
    )
    per_km_life = fields.Float(string="Per km, all", digits=(16, 3), readonly=True, aggregator=None)
    per_km_last = fields.Float(string="Per km, last year", digits=(16, 3), readonly=True, aggregator=None)
    per_km_before = fields.Float(string="Per km, year before", digits=(16, 3), readonly=True, aggregator=None)
    downtime_last = fields.Float(string="Days out of service, last year", compute="_compute_downtime")
    downtime_before = fields.Float(string="Days out of service, year before", compute="_compute_downtime")
    repair_share = fields.Float(
        string="Repairs of value (%)",
        digits=(16, 1),
        compute="_compute_rates",
        help="What repairs cost last year, of what the vehicle is worth by its book value.",
    )
    planned_last = fields.Float(string="Planned distance, last year (km)", compute="_compute_rates")
    fixed_rate = fields.Float(string="Fixed per planned km", digits=(16, 3), compute="_compute_rates")
    variable_rate = fields.Float(string="Variable per km", digits=(16, 3), compute="_compute_rates")
    standard = fields.Float(string="Standard per km", digits=(16, 3), compute="_compute_rates")
    actual = fields.Float(string="Actual per km", digits=(16, 3), compute="_compute_rates")
    under_absorbed = fields.Monetary(
        compute="_compute_rates",
        help="Fixed costs that the kilometres that were not run should have carried.",
    )
    advice = fields.Selection(
        [("keep", "Keep"), ("watch", "Watch"), ("replace", "Replace"), ("unknown", "Unknown")],
        compute="_compute_rates",
        help="A vehicle is worth repairing while a further kilometre costs no more than its kilometres have "
        "cost on average.",
    )

    @api.model
    @api.private
    def _years(self):
        """Return the first days of this month, of the one a year ago, and of the one two years ago."""
        this = fields.Date.start_of(fields.Date.context_today(self), "month")
        return this, fields.Date.subtract(this, years=1), fields.Date.subtract(this, years=2)

    @property
    def _table_query(self):
        this, last, before = self._years()
        return SQL(
            _YEARS,
            company=self.env.company.id,  # whose currency vehicles have that belong to none
            months=self.env["crmx.vehicle.month"]._table_query,
            today=fields.Date.context_today(self),
            days=DAYS_A_YEAR,
            is_last=SQL("FILTER (WHERE month >= %s AND month < %s)", last, this),
            is_before=SQL("FILTER (WHERE month >= %s AND month < %s)", before, last),
        )

    def _compute_downtime(self):
        this, last, before = map(fields.Datetime.to_datetime, self._years())
        downtime = self.env["crmx.downtime"]
        for name, start, end in (("downtime_last", last, this), ("downtime_before", before, last)):
            hours = downtime._hours_of(self.vehicle_id, start, end)
            for row in self:
                row[name] = hours.get(row.vehicle_id.id, 0.0) / 24

    def _compute_rates(self):
        for row in self:
            vehicle = row.vehicle_id
            lost = depreciation(vehicle.car_value, vehicle.residual_value, vehicle.crmx_life_months) * 12
            row.planned_last = vehicle.crmx_planned_distance * 12
            rates = PerKm(row.fixed_last + lost, row.planned_last, row.variable_last, row.distance_last)
            row.fixed_rate, row.variable_rate = rates.fixed_rate or 0.0, rates.variable_rate or 0.0
            row.standard, row.actual = rates.standard or 0.0, rates.actual or 0.0
            row.under_absorbed = rates.under_absorbed
            worth = vehicle.net_car_value or vehicle.residual_value
            row.repair_share = 100.0 * row.repairs_last / worth if worth else 0.0
            row.advice = advice(row.per_km_last or None, row.per_km_before or None, row.per_km_life or None)

    def action_open_months(self):
        """Show what it cost month by month."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_vehicle_month_action"),
            "domain": [("vehicle_id", "=", self.vehicle_id.id)],
            "context": {"pivot_row_groupby": ["month:year", "month:month"], "pivot_column_groupby": []},
        }


_YEARS = """
    SELECT v.id, v.id AS vehicle_id, v.model_id, v.company_id,
           company.currency_id,
           (%(today)s - v.acquisition_date) / %(days)s::float8 AS age,
           y.*, 100.0 * (cost_last / nullif(cost_before, 0) - 1) AS trend,
           cost_life / nullif(distance_life, 0) AS per_km_life,
           cost_last / nullif(distance_last, 0) AS per_km_last,
           cost_before / nullif(distance_before, 0) AS per_km_before
      FROM fleet_vehicle v
      JOIN res_company company ON company.id = coalesce(v.company_id, %(company)s)
      JOIN (
        SELECT vehicle_id AS key, sum(distance) AS distance_life, sum(amount) AS cost_life,
               coalesce(sum(distance) %(is_last)s, 0) AS distance_last,
               coalesce(sum(distance) %(is_before)s, 0) AS distance_before,
               coalesce(sum(amount) %(is_last)s, 0) AS cost_last,
               coalesce(sum(amount) %(is_before)s, 0) AS cost_before,
               coalesce(sum(fixed) %(is_last)s, 0) AS fixed_last,
               coalesce(sum(variable) %(is_last)s, 0) AS variable_last,
               coalesce(sum(parts + labour + outside + bill) %(is_last)s, 0) AS repairs_last
          FROM (%(months)s) AS month_row GROUP BY vehicle_id
      ) AS y ON y.key = v.id
     WHERE v.active
"""


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_planned_distance = fields.Float(
        string="Planned distance (km a month)",
        digits=(16, 0),
        help="Fixed costs are spread over it, to see what a kilometre should cost.",
    )
    crmx_life_months = fields.Integer(
        string="Useful life (months)",
        help="Its purchase value, down to the residual value, is spread over it where costs per kilometre "
        "are compared. Empty: only what the books say of depreciation.",
    )

    def action_crmx_open_costs(self):
        """List what they cost."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_vehicle_cost_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {},
        }
