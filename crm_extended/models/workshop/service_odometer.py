"""A service's odometer is one entry of the log, however often it is edited."""

from odoo import models


class FleetVehicleLogServices(models.Model):
    _inherit = "fleet.vehicle.log.services"

    def _set_odometer(self):
        """Correct the entry that is there, of vehicles with a meter: the host would add another one."""
        # sudo: whether it has a meter, whoever enters services
        meters = (
            self.env["crmx.meter"]
            .sudo()
            .search([("vehicle_id", "in", self.vehicle_id.ids), ("kind", "=", "distance")])
        )
        metered = meters.vehicle_id
        mended = self.filtered(
            lambda log: log.odometer and log.odometer_id and log.vehicle_id in metered.sudo(False)
        )
        for log in mended:
            if log.odometer_id.value != log.odometer:
                log.odometer_id.value = log.odometer
        rest = self - mended
        for log in rest[:-1]:  # the host would link all of them to the last one's entry
            super(FleetVehicleLogServices, log)._set_odometer()
        return super(FleetVehicleLogServices, rest[-1:])._set_odometer()
