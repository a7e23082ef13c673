"""The host's log of odometers and our readings say the same."""

from datetime import datetime, time

from odoo import api, fields, models

from ...tools.workshop import canonical, shown
from .meter import HOST_UNITS
from .meter_reading import MIRRORING


class FleetVehicleOdometer(models.Model):
    _inherit = "fleet.vehicle.odometer"

    crmx_reading_ids = fields.One2many("crmx.meter.reading", "odometer_id", string="Readings")

    @api.model_create_multi
    def create(self, vals_list):
        entries = super().create(vals_list)
        if self.env.context.get("crmx_mirroring") is not MIRRORING:
            entries._crmx_enter_readings()
        return entries

    def write(self, vals):
        result = super().write(vals)
        if {"value", "date", "vehicle_id"} & vals.keys() and self._crmx_is_outside():
            self._crmx_void(self.env._("Changed in the log of odometers."))
            self._crmx_enter_readings()
        return result

    def unlink(self):
        if self._crmx_is_outside():
            self._crmx_void(self.env._("Deleted from the log of odometers."))
        return super().unlink()

    @api.private
    def _crmx_is_outside(self):
        """Return whether it is the host, or somebody else, who writes."""
        return self.env.context.get("crmx_mirroring") is not MIRRORING

    @api.private
    def _crmx_void(self, reason):
        # sudo: who may change the log may not read meters; his change is what counts
        readings = self.sudo().with_context(crmx_mirroring=MIRRORING).crmx_reading_ids
        readings._void(reason)
        readings.odometer_id = False

    @api.private
    def _crmx_enter_readings(self):
        """Make readings of entries whose vehicle has a meter, in the rights of the log."""
        # sudo: as above
        meters = self.env["crmx.meter"].sudo()
        found = meters.search([("vehicle_id", "in", self.vehicle_id.ids), ("kind", "=", "distance")])
        by_vehicle = found.grouped("vehicle_id")
        vals_list = [
            entry._crmx_reading_vals(by_vehicle[entry.vehicle_id])
            for entry in self
            if entry.value and entry.vehicle_id in by_vehicle
        ]
        self.env["crmx.meter.reading"].sudo()._create_mirrors(vals_list)  # sudo: as above

    @api.private
    def _crmx_reading_vals(self, meter):
        """Return the reading that an entry means: it has the distance of the whole life, and no time."""
        self.ensure_one()
        day = self.date or fields.Date.context_today(self)
        moment = datetime.combine(day, time(12))
        if day == fields.Date.context_today(self):
            moment = fields.Datetime.now()
        segments = meter.segment_ids.sorted("date_from")
        segment = segments.filtered(lambda s: s.date_from <= moment)[-1:] or segments[:1]
        life = canonical(self.value, HOST_UNITS[self.vehicle_id.odometer_unit])
        return {
            "vehicle_id": self.vehicle_id.id,
            "kind": "distance",
            "date": moment,
            "value": segment.start_value + shown(life - segment.offset, segment.unit),
            "source": "odometer",
            "odometer_id": self.id,
            "user_id": self.env.uid,
        }
