from odoo import api, fields, models


class FleetVehicle(models.Model):
    _inherit = "fleet.vehicle"

    crmx_meter_ids = fields.One2many("crmx.meter", "vehicle_id", string="Meters")
    crmx_coupling_ids = fields.One2many("crmx.coupling", "trailer_id", string="Pulled by")
    crmx_trailer_coupling_ids = fields.One2many("crmx.coupling", "tractor_id", string="Pulls")
    crmx_distance = fields.Float(
        string="Lifetime distance (km)",
        compute="_compute_crmx_distance",
        digits=(16, 1),
        help="By its own meter; of a trailer without one, what the vehicles ran that pulled it.",
    )

    @api.depends(
        "crmx_meter_ids.lifetime",
        "crmx_coupling_ids.date_start",
        "crmx_coupling_ids.date_end",
        "crmx_coupling_ids.tractor_id",
    )
    def _compute_crmx_distance(self):
        towed = self._crmx_towed_distance()
        for vehicle in self:
            meter = vehicle.crmx_meter_ids.filtered(lambda m: m.kind == "distance")[:1]
            vehicle.crmx_distance = meter.lifetime if meter else towed.get(vehicle.id, 0.0)

    @api.private
    def _crmx_towed_distance(self, start=None, end=None):
        """Return what the vehicles ran while they pulled each of these, in kilometres.

        :param start, end: only between these moments
        :return: ``{trailer id: km}``; in a fixed number of queries
        """
        couplings = self.env["crmx.coupling"].search([("trailer_id", "in", self.ids)])
        now = fields.Datetime.now()
        spans = [
            (c, max(c.date_start, start or c.date_start), min(c.date_end or now, end or now))
            for c in couplings
        ]
        spans = [span for span in spans if span[1] < span[2]]
        moments = [(c.tractor_id.id, moment) for c, *both in spans for moment in both]
        at = self.env["crmx.coupling"]._distance_at(moments)
        result = dict.fromkeys(couplings.trailer_id.ids, 0.0)
        for coupling, first, last in spans:
            before, after = (at.get((coupling.tractor_id.id, moment)) for moment in (first, last))
            if before is not None and after is not None:
                result[coupling.trailer_id.id] += after - before
        return result

    # === THE HOST'S ODOMETER === #

    def _get_odometer(self):
        """Of vehicles with a meter, the lifetime by the last reading in time, instead of the highest ever."""
        # sudo: who may read a vehicle may read its odometer, as the host has it
        meters = self.env["crmx.meter"].sudo()
        found = meters.search([("vehicle_id", "in", self.ids), ("kind", "=", "distance")]).grouped(
            "vehicle_id"
        )
        for vehicle in self:
            if vehicle in found:
                vehicle.odometer = found[vehicle]._host_value(vehicle.odometer_unit)
        return super(FleetVehicle, self.filtered(lambda v: v not in found))._get_odometer()

    def write(self, vals):
        """Convert the host's log along with its unit, where our readings stand behind it."""
        changed = self.browse()
        if unit := vals.get("odometer_unit"):
            changed = self.filtered(lambda vehicle: vehicle.odometer_unit != unit)
        result = super().write(vals)
        # sudo: the log as the host shows it, of vehicles that the user may write
        readings = self.env["crmx.meter.reading"].sudo()
        readings.search([("vehicle_id", "in", changed.ids)])._refresh_odometers()
        return result

    # === ACTIONS === #

    def action_crmx_keep_meters(self):
        """Begin a meter for the distance of each, with the odometer's log as its readings."""
        self.check_access("write")
        towed = self.filtered(lambda vehicle: vehicle.vehicle_type == "trailer")
        self.env["crmx.meter"]._find_or_make([(vehicle.id, "distance") for vehicle in self - towed])
        return self.action_crmx_open_meters()

    def action_crmx_open_meters(self):
        """List the meters."""
        action = self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_meter_action")
        return {
            **action,
            "domain": [("vehicle_id", "in", self.ids)],
            "context": {"default_vehicle_id": self[:1].id},
        }

    def action_crmx_open_couplings(self):
        """List what the vehicle pulled, or what pulled it."""
        self.ensure_one()
        mine = "trailer_id" if self.vehicle_type == "trailer" else "tractor_id"
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_coupling_action"),
            "domain": [(mine, "=", self.id)],
            "context": {f"default_{mine}": self.id},
        }
