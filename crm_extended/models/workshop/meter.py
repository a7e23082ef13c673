from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.workshop import DAILY_LIMITS, Segment, Use, offsets, rising, shown

KINDS = [("distance", "Distance"), ("hours", "Engine hours")]
UNITS = [("km", "km"), ("mi", "mi"), ("h", "h")]
#: The host's names of units of distance.
HOST_UNITS = {"kilometers": "km", "miles": "mi"}
#: Days before the last reading over which the average use is taken.
WINDOW = 90


class Meter(models.Model):
    """Distance or engine hours of a vehicle over its whole life, whatever devices showed them.

    Each device, or unit that it is switched to, is a segment; the lifetime is their sum, in kilometres or
    hours. A vehicle has one meter of a kind at most.
    """

    _name = "crmx.meter"
    _description = "Meter of a Vehicle"
    _inherit = ["mail.thread"]
    _order = "vehicle_id, kind"
    _rec_names_search = ["vehicle_id"]

    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(KINDS, required=True, default="distance")
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True, index=True)
    segment_ids = fields.One2many("crmx.meter.segment", "meter_id", string="Devices and units")
    reading_ids = fields.One2many("crmx.meter.reading", "meter_id", string="Readings")
    daily_limit = fields.Float(
        string="Most in a day",
        compute="_compute_daily_limit",
        store=True,
        readonly=False,
        precompute=True,
        help="In kilometres or hours. Whoever enters a reading that means more has to confirm it.",
    )
    unit = fields.Selection(UNITS, compute="_compute_current", help="What the device shows now.")
    value = fields.Float(string="Last reading", compute="_compute_current", digits=(16, 1))
    date = fields.Datetime(string="Read on", compute="_compute_current")
    lifetime = fields.Float(
        compute="_compute_current", help="In kilometres or hours: the sum of all devices."
    )
    lifetime_unit = fields.Selection(UNITS, compute="_compute_lifetime_unit")
    use_per_day = fields.Float(
        string="Average a day",
        compute="_compute_use",
        digits=(16, 1),
        help="In kilometres or hours: over the 90 days before the last reading.",
    )
    use_confidence = fields.Selection(
        [("none", "Unknown"), ("low", "Low"), ("medium", "Medium"), ("high", "High")],
        string="Confidence",
        compute="_compute_use",
        help="Grows with the readings and the days between them.",
    )

    _vehicle_kind_uniq = models.UniqueIndex("(vehicle_id, kind)", "The vehicle has such a meter already.")
    _daily_limit_positive = models.Constraint(
        "CHECK (daily_limit > 0)", "What a meter may gain in a day is more than nothing."
    )

    @api.depends("kind")
    def _compute_daily_limit(self):
        for meter in self:
            meter.daily_limit = DAILY_LIMITS.get(meter.kind, 0.0)

    @api.depends("kind")
    def _compute_lifetime_unit(self):
        for meter in self:
            meter.lifetime_unit = "h" if meter.kind == "hours" else "km"

    @api.depends("vehicle_id", "kind")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for meter in self:
            vehicle = meter.vehicle_id
            name = vehicle.license_plate or vehicle.display_name or ""
            meter.display_name = f"{name} · {kinds.get(meter.kind, '')}"

    @api.depends("segment_ids.unit", "reading_ids.lifetime", "reading_ids.state", "reading_ids.date")
    def _compute_current(self):
        last = self._last_readings()
        self.segment_ids.fetch(["date_from", "unit", "start_value", "offset"])
        for meter in self:
            reading = last.get(meter.id, self.env["crmx.meter.reading"])
            device = meter.segment_ids.sorted("date_from")[-1:]
            meter.unit = device.unit
            # a device put in after the last reading shows what it began with
            meter.value = reading.value if reading.segment_id == device else device.start_value
            meter.date = reading.date
            meter.lifetime = max(reading.lifetime, device.offset)

    @api.depends("reading_ids.lifetime", "reading_ids.state", "reading_ids.date")
    def _compute_use(self):
        use = self._use()
        for meter in self:
            found = use.get(meter.id)
            meter.use_per_day = found and found.a_day or 0.0
            meter.use_confidence = found.confidence if found else "none"

    @api.model_create_multi
    def create(self, vals_list):
        meters = super().create(vals_list)
        units = self._first_units(meters)
        bare = meters.filtered(lambda meter: not meter.segment_ids)
        # sudo: the first device of a meter that the user may make
        self.env["crmx.meter.segment"].sudo().create(
            [{"meter_id": meter.id, "unit": units[meter]} for meter in bare]
        )
        meters._take_history()
        return meters

    def write(self, vals):
        if {"vehicle_id", "kind"} & vals.keys():
            raise UserError(self.env._("A meter stays with its vehicle, and shows what it shows."))
        return super().write(vals)

    @api.private
    def _first_units(self, meters):
        return {
            meter: "h" if meter.kind == "hours" else HOST_UNITS.get(meter.vehicle_id.odometer_unit, "km")
            for meter in meters
        }

    # === READINGS === #

    @api.private
    def _last_readings(self, moment=None):
        """Return the last valid reading of each meter, up to a moment: `{meter id: reading}`."""
        Reading = self.env["crmx.meter.reading"]
        Reading.flush_model(["meter_id", "state", "date", "lifetime"])
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT ON (meter_id) meter_id, id FROM crmx_meter_reading
                    WHERE meter_id = ANY(%s) AND state = 'valid' AND (%s::timestamp IS NULL OR date <= %s)
                 ORDER BY meter_id, date DESC, lifetime DESC, id DESC""",
                self.ids,
                moment,
                moment,
            )
        )
        readings = Reading.browse([reading_id for _meter_id, reading_id in rows])
        return {meter_id: reading for (meter_id, _id), reading in zip(rows, readings, strict=True)}

    @api.private
    def _use(self, moment=None):
        """Return what each meter gains a day on average, up to a moment, in one query.

        Taken over the `WINDOW` days before the last reading; when there was only that one, since the
        reading before it.

        :return: ``{meter id: Use}``, without those never read
        """
        self.env["crmx.meter.reading"].flush_model(["meter_id", "state", "date", "lifetime"])
        rows = self.env.execute_query(
            SQL(
                """
                WITH r AS (
                    SELECT meter_id, date, lifetime,
                           row_number() OVER (PARTITION BY meter_id ORDER BY date DESC, lifetime DESC) AS n,
                           max(date) OVER (PARTITION BY meter_id) AS last_date
                      FROM crmx_meter_reading
                     WHERE meter_id = ANY(%(meters)s) AND state = 'valid'
                       AND (%(moment)s::timestamp IS NULL OR date <= %(moment)s)
                )
                SELECT meter_id, min(date), min(lifetime), max(date), max(lifetime), count(*)
                  FROM r WHERE n <= 2 OR date >= last_date - %(window)s * interval '1 day'
              GROUP BY meter_id
                """,
                meters=self.ids,
                moment=moment,
                window=WINDOW,
            )
        )
        return {meter_id: Use.of(*values) for meter_id, *values in rows}

    @api.private
    def _lay_segments(self):
        """Work out anew where each device began in the life of its meter."""
        for meter in self:
            segments = meter.segment_ids.sorted("date_from")
            plain = [Segment(s.unit, s.start_value, s.end_value if s.is_ended else None) for s in segments]
            for segment, offset in zip(segments, offsets(plain), strict=True):
                segment.offset = offset

    # === HOST'S LOG === #

    @api.private
    def _take_history(self):
        """Take over what the host's log of odometers says; what does not fit is kept, but does not count."""
        meters = self.filtered(lambda meter: meter.kind == "distance").grouped("vehicle_id")
        if not meters:
            return
        logs = self.env["fleet.vehicle.odometer"].search_fetch(
            [("vehicle_id", "in", [vehicle.id for vehicle in meters]), ("value", ">", 0)],
            ["vehicle_id", "date", "value"],
            order="vehicle_id, date, id",
        )
        vals_list = []
        for vehicle, entries in logs.grouped("vehicle_id").items():
            kept = rising(entries.mapped("value"))
            for position, entry in enumerate(entries):
                vals = entry._crmx_reading_vals(meters[vehicle])
                if position not in kept:
                    vals |= {
                        "state": "void",
                        "void_reason": self.env._("Did not fit the others when the log was taken over."),
                    }
                vals_list.append(vals)
        # sudo: the user who makes a meter may not say that a reading does not count; the host's log does
        self.env["crmx.meter.reading"].sudo()._create_mirrors(vals_list)

    @api.private
    def _touch(self):
        """Have whoever enters readings of the same meters at this moment begin anew, and see these."""
        self.flush_recordset()
        self.env.cr.execute(
            SQL(
                """UPDATE crmx_meter SET write_date = write_date
                    WHERE id IN (SELECT id FROM crmx_meter WHERE id = ANY(%s) ORDER BY id FOR UPDATE)""",
                self.ids,
            )
        )

    @api.private
    def _find_or_make(self, keys):
        """Return the meters of pairs of vehicle id and kind, made where there is none yet."""
        found = {
            (m.vehicle_id.id, m.kind): m for m in self.search([("vehicle_id", "in", [v for v, _k in keys])])
        }
        missing = [key for key in dict.fromkeys(keys) if key not in found]
        if not missing:
            return found
        made = self.create([{"vehicle_id": vehicle_id, "kind": kind} for vehicle_id, kind in missing])
        return {**found, **dict(zip(missing, made, strict=True))}

    # === ACTIONS === #

    def action_change(self):
        """Ask for the new device or unit."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("New Device or Unit"),
            "res_model": "crmx.meter.change",
            "view_mode": "form",
            "target": "new",
            "context": {"default_meter_id": self.id},
        }

    def action_open_readings(self):
        """List the readings."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id("crm_extended.crmx_meter_reading_action"),
            "domain": [("meter_id", "=", self.id)],
            "context": {
                "default_vehicle_id": self.vehicle_id.id,
                "default_kind": self.kind,
                "search_default_valid": 1,
            },
        }

    @api.private
    def _host_value(self, unit=None):
        """Return the lifetime in the unit of the host's odometer."""
        self.ensure_one()
        return shown(self.lifetime, HOST_UNITS[unit or self.vehicle_id.odometer_unit])
