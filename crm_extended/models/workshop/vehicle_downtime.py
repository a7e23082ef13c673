from odoo import api, fields, models

#: Days that the availability of a vehicle is said of.
DAYS = 365
HOURS_A_DAY = 24


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_availability = fields.Float(
        string="Available (%)",
        compute="_compute_crmx_availability",
        digits=(5, 1),
        help="Of the last 365 days, or since it was acquired, how much it was not out of service.",
    )

    @api.depends(
        "crmx_work_order_ids.state",
        "crmx_work_order_ids.date_start",
        "crmx_work_order_ids.date_end",
        "acquisition_date",
    )
    def _compute_crmx_availability(self):
        now = fields.Datetime.now()
        begin = fields.Datetime.subtract(now, days=DAYS)
        # sudo: how long it stood, whoever may see the vehicle
        stood = self.env["crmx.downtime"].sudo()._hours_of(self, begin, now)
        for vehicle in self:
            since = fields.Datetime.to_datetime(vehicle.acquisition_date) or begin
            days = max((now - max(since, begin)).total_seconds() / 3600 / HOURS_A_DAY, 1.0)
            share = stood.get(vehicle.id, 0.0) / (days * HOURS_A_DAY)
            vehicle.crmx_availability = max(0.0, 100.0 * (1 - share))

    def action_crmx_open_downtime(self):
        """List when it is, was and will be out of service."""
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_downtime_action"),
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {},
        }
