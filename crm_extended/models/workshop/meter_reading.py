from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, format_datetime

from ...tools.workshop import Segment, lifetime, shown
from .meter import HOST_UNITS, KINDS

#: In the context while a reading and the host's log write each other; nobody can send it from outside.
MIRRORING = object()
#: What may be changed of a reading; the rest is corrected by another one.
FREE = {"note"}
#: Readings may differ by so much and still be the same, in kilometres or hours: rounding of units.
TOLERANCE = 0.05


class MeterReading(models.Model):
    """What a meter showed at a moment. It is never changed: a wrong one is voided, and stays to be seen."""

    _name = "crmx.meter.reading"
    _description = "Meter Reading"
    _order = "date DESC, lifetime DESC, id DESC"

    vehicle_id = fields.Many2one("fleet.vehicle", required=True, ondelete="cascade", index=True)
    kind = fields.Selection(KINDS, required=True, default="distance")
    meter_id = fields.Many2one("crmx.meter", readonly=True, ondelete="cascade", index="btree_not_null")
    segment_id = fields.Many2one("crmx.meter.segment", string="Device", readonly=True, ondelete="cascade")
    company_id = fields.Many2one(related="vehicle_id.company_id", store=True, index=True)
    date = fields.Datetime(
        string="Read on", required=True, default=fields.Datetime.now, help="When the meter showed it."
    )
    value = fields.Float(string="Shown", digits=(16, 1), required=True, aggregator="max")
    unit = fields.Selection(related="segment_id.unit")
    lifetime = fields.Float(
        readonly=True,
        aggregator="max",
        help="Distance or hours of the vehicle's whole life, in kilometres or hours.",
    )
    source = fields.Selection(
        [
            ("manual", "Entered"),
            ("order", "Work order"),
            ("import", "Imported"),
            ("telematics", "Telematics"),
            ("odometer", "Odometer log"),
        ],
        required=True,
        default=lambda self: "import" if self.env.context.get("import_file") else "manual",
    )
    user_id = fields.Many2one(
        "res.users", string="Entered by", required=True, readonly=True, default=lambda self: self.env.user
    )
    reader_id = fields.Many2one(
        "res.partner", string="Read by", help="Who looked at the meter, when it was not who entered it."
    )
    is_confirmed = fields.Boolean(
        string="Unusual but right",
        help="Say so when the vehicle really ran more than its meter may gain in the time.",
    )
    state = fields.Selection(
        [("valid", "Valid"), ("void", "Void")], required=True, default="valid", readonly=True, index=True
    )
    void_reason = fields.Char(string="Why void", readonly=True)
    replaced_by_id = fields.Many2one("crmx.meter.reading", string="Corrected by", readonly=True)
    work_order_id = fields.Many2one(
        "crmx.work.order", readonly=True, ondelete="set null", index="btree_not_null"
    )
    odometer_id = fields.Many2one("fleet.vehicle.odometer", readonly=True, index="btree_not_null")
    note = fields.Char()

    _in_time = models.Index("(meter_id, date, lifetime) WHERE state = 'valid'")
    _not_negative = models.Constraint("CHECK (value >= 0)", "A meter shows no less than 0.")

    @api.depends("value", "date", "vehicle_id")
    def _compute_display_name(self):
        for reading in self:
            day = format_datetime(self.env, reading.date)
            reading.display_name = (
                f"{reading.vehicle_id.license_plate or ''} {day}: {reading._text()}".strip()
            )

    @api.model_create_multi
    def create(self, vals_list):
        if not vals_list:
            return super().create(vals_list)
        self._check_given(*vals_list)
        keys = [(vals.get("vehicle_id"), vals.get("kind") or "distance") for vals in vals_list]
        known = [key for key in keys if key[0]]  # without a vehicle, the host says what is missing
        meters = self.env["crmx.meter"]._find_or_make(known)
        for key, vals in zip(keys, vals_list, strict=True):
            if key in meters:
                vals["meter_id"] = meters[key].id
        readings = super().create(vals_list)
        readings._place()
        readings._check_neighbours()
        if self.env.context.get("crmx_mirroring") is not MIRRORING:
            readings._write_odometers()
        return readings

    def write(self, vals):
        self._check_given(vals, free=FREE)
        return super().write(vals)

    @api.model
    def _check_given(self, *vals_list, free=None):
        """Refuse what only happens to a reading, and changes of what it says."""
        happened = {
            "state",
            "void_reason",
            "replaced_by_id",
            "meter_id",
            "segment_id",
            "lifetime",
            "odometer_id",
        }
        for vals in vals_list if not self.env.su else ():
            given = vals.keys() - free if free is not None else vals.keys() & happened
            if given:
                raise UserError(
                    self.env._(
                        "A reading stays as it was entered. Correct it, and the old one stays to be seen."
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("Readings are not deleted. Void the wrong one."))

    @api.private
    def _text(self):
        self.ensure_one()
        return f"{self.value:,.10g} {self.unit or ''}".strip()

    # === PLACE IN THE LIFE OF THE METER === #

    @api.private
    def _place(self):
        """Find the device that showed each reading, and the lifetime that it means.

        :raise ValidationError: when the device has never shown so much, or so little
        """
        for meter, readings in self.grouped("meter_id").items():
            segments = meter.segment_ids.sorted("date_from")
            for reading in readings:
                segment = segments.filtered(lambda s, at=reading.date: s.date_from <= at)[-1:] or segments[:1]
                if reading.state == "valid":
                    reading._check_device(segment)
                plain = Segment(segment.unit, segment.start_value)
                # sudo: derived from what the user entered
                reading.sudo().write(
                    {"segment_id": segment.id, "lifetime": lifetime(reading.value, plain, segment.offset)}
                )

    @api.private
    def _check_device(self, segment):
        low = self.value < segment.start_value - TOLERANCE
        if low or (segment.is_ended and self.value > segment.end_value + TOLERANCE):
            raise ValidationError(
                self.env._(
                    "%(vehicle)s: the device in use on %(date)s began at %(start)s%(end)s, so it cannot have "
                    "shown %(value)s.",
                    vehicle=self.vehicle_id.display_name,
                    date=format_datetime(self.env, self.date),
                    start=f"{segment.start_value:,.10g} {segment.unit}",
                    end=f" – {segment.end_value:,.10g} {segment.unit}" if segment.is_ended else "",
                    value=f"{self.value:,.10g} {segment.unit}",
                )
            )

    @api.private
    def _check_neighbours(self):
        """Compare with what was read before and after, in one query for all.

        :raise ValidationError: when a meter would run backwards, or gain more in a day than it may and
            nobody says that this is right
        """
        valid = self.filtered(lambda reading: reading.state == "valid")
        if not valid:
            return
        valid.meter_id._touch()
        self.env["crmx.meter.reading"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT before, id, falls FROM (
                    SELECT r.id, lag(r.id) OVER w AS before,
                           r.lifetime < lag(r.lifetime) OVER w - %(tolerance)s AS falls,
                           r.lifetime - lag(r.lifetime) OVER w > m.daily_limit * greatest(1,
                               extract(epoch FROM r.date - lag(r.date) OVER w) / 86400)
                           AND NOT coalesce(r.is_confirmed, false)
                           AND NOT coalesce(lag(r.is_confirmed) OVER w, false) AS jumps
                      FROM crmx_meter_reading r JOIN crmx_meter m ON m.id = r.meter_id
                     WHERE r.meter_id = ANY(%(meters)s) AND r.state = 'valid'
                    WINDOW w AS (PARTITION BY r.meter_id ORDER BY r.date, r.lifetime, r.id)
                ) AS pair
                WHERE (falls OR jumps) AND (id = ANY(%(ids)s) OR before = ANY(%(ids)s)) LIMIT 1
                """,
                tolerance=TOLERANCE,
                meters=valid.meter_id.ids,
                ids=valid.ids,
            )
        )
        for before, after, falls in rows:
            raise ValidationError(self._misfit(self.browse(before), self.browse(after), falls))

    @api.private
    def _misfit(self, before, after, falls):
        words = {
            "vehicle": after.vehicle_id.display_name,
            "before": f"{before._text()} ({format_datetime(self.env, before.date)})",
            "after": f"{after._text()} ({format_datetime(self.env, after.date)})",
        }
        if falls:
            return self.env._(
                "%(vehicle)s: a meter does not run backwards: %(before)s, then %(after)s. Void the wrong "
                "reading first, or enter a new device.",
                **words,
            )
        return self.env._(
            "%(vehicle)s: from %(before)s to %(after)s is more than the meter may gain in that time. If it "
            "is right, tick “Unusual but right”.",
            **words,
        )

    # === THE HOST'S LOG === #

    @api.private
    def _create_mirrors(self, vals_list):
        """Make readings of entries in the host's log of odometers."""
        if not vals_list:
            return self.browse()
        return self.with_context(crmx_mirroring=MIRRORING).create(vals_list)

    @api.private
    def _write_odometers(self):
        """Enter the readings of distances in the host's log: there, the distance of the whole life."""
        mine = self.filtered(lambda r: r.kind == "distance" and r.state == "valid" and not r.odometer_id)
        entries = (
            self.env["fleet.vehicle.odometer"]
            .with_context(crmx_mirroring=MIRRORING)
            .create([reading._odometer_vals() for reading in mine])
        )
        for reading, entry in zip(mine, entries, strict=True):
            # sudo: the user's reading and its entry
            reading.sudo().odometer_id = entry

    @api.private
    def _odometer_vals(self):
        vehicle = self.vehicle_id
        return {
            "vehicle_id": vehicle.id,
            "date": fields.Datetime.context_timestamp(self, self.date).date(),
            "value": shown(self.lifetime, HOST_UNITS[vehicle.odometer_unit]),
            "driver_id": vehicle.driver_id.id,
        }

    @api.private
    def _refresh_odometers(self):
        """Have the host's log say what the readings mean now."""
        for reading in self.filtered("odometer_id"):
            unit = HOST_UNITS[reading.vehicle_id.odometer_unit]
            # sudo: the log follows the readings, whoever made it necessary
            entry = reading.sudo().odometer_id.with_context(crmx_mirroring=MIRRORING)
            entry.value = shown(reading.lifetime, unit)

    # === CORRECTION === #

    @api.private
    def _void(self, reason, replaced_by=None):
        """Let readings count no more."""
        self.check_access("write")
        valid = self.filtered(lambda reading: reading.state == "valid")
        entries = valid.odometer_id
        # sudo: nobody writes this by hand; the user may write the reading, as was checked
        valid.sudo().write(
            {"state": "void", "void_reason": reason, "replaced_by_id": replaced_by and replaced_by.id}
        )
        if self.env.context.get("crmx_mirroring") is not MIRRORING:
            entries.with_context(crmx_mirroring=MIRRORING).unlink()
        for reading in valid:
            reading.meter_id.message_post(
                body=self.env._(
                    "%(reading)s is void: %(reason)s", reading=reading.display_name, reason=reason
                )
            )

    def action_correct(self):
        """Ask for the right value, or why there is none."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Correct a Reading"),
            "res_model": "crmx.meter.correct",
            "view_mode": "form",
            "target": "new",
            "context": {"default_reading_id": self.id, "default_value": self.value},
        }
