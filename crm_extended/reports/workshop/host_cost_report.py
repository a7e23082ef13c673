"""The host's report of costs says what the books say, for companies that use the workshop."""

from odoo import fields, models
from odoo.tools import SQL

from ...models.workshop.vehicle_kind import KINDS
from .vehicle_cost import DEPENDS


class FleetVehicleCostReport(models.Model):
    """The host counts a bill and the contract behind it, multiplies contracts of a vehicle, and forgets
    vehicles that were sold. Companies without the workshop keep its figures.
    """

    _inherit = "fleet.vehicle.cost.report"
    _depends = {**DEPENDS, "res.company": ["crmx_use_workshop"]}

    vehicle_type = fields.Selection(selection_add=KINDS)

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT r.* FROM fleet_vehicle_cost_report r
         LEFT JOIN res_company w ON w.id = r.company_id WHERE w.crmx_use_workshop IS NOT TRUE
         UNION ALL
            SELECT -row_number() OVER (ORDER BY c.vehicle_id, c.month, c.cost_type), v.company_id, v.id,
                   v.name, v.driver_id, v.fuel_type, c.month, m.vehicle_type, c.cost, c.cost_type
              FROM (SELECT vehicle_id, date_trunc('month', date)::date AS month, sum(amount) AS cost,
                           CASE kind WHEN 'contract' THEN 'contract' ELSE 'service' END AS cost_type
                      FROM (%s) AS line GROUP BY 1, 2, 4) AS c
              JOIN fleet_vehicle v ON v.id = c.vehicle_id JOIN fleet_vehicle_model m ON m.id = v.model_id
              JOIN res_company w ON w.id = v.company_id AND w.crmx_use_workshop
            """,
            self.env["crmx.vehicle.cost"]._lines(SQL("vehicle_id, date, kind, amount")),
        )
