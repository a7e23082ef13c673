from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_datetime

from ...models.workshop.meter import UNITS
from ...tools.workshop import UNITS as KINDS_OF_UNITS
from ...tools.workshop import canonical, shown


class MeterChange(models.TransientModel):
    """A device is replaced, or switched over to another unit: the lifetime goes on from where it was."""

    _name = "crmx.meter.change"
    _description = "New device or unit"

    meter_id = fields.Many2one("crmx.meter", required=True, readonly=True)
    reason = fields.Selection(
        [("replaced", "The device was replaced"), ("unit", "The device shows another unit")],
        required=True,
        default="replaced",
    )
    date = fields.Datetime(string="When", required=True, default=fields.Datetime.now)
    old_unit = fields.Selection(related="meter_id.unit", string="Unit so far")
    end_value = fields.Float(string="Old device ended at", digits=(16, 1), required=True)
    unit = fields.Selection(
        UNITS,
        string="New unit",
        compute="_compute_unit",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    start_value = fields.Float(
        string="New device began at",
        digits=(16, 1),
        compute="_compute_start_value",
        store=True,
        precompute=True,
        readonly=False,
    )
    note = fields.Char(required=True, help="Such as the work order, or why it was necessary.")

    @api.model
    def default_get(self, fields):
        values = super().default_get(fields)
        meter = self.env["crmx.meter"].browse(values.get("meter_id"))
        return {**values, "end_value": meter.value} if meter and "end_value" in fields else values

    @api.depends("meter_id", "reason")
    def _compute_unit(self):
        others = {"km": "mi", "mi": "km"}
        for change in self:
            unit = change.meter_id.unit
            change.unit = others.get(unit, unit) if change.reason == "unit" else unit

    @api.depends("reason", "end_value", "unit", "old_unit")
    def _compute_start_value(self):
        for change in self:
            same_device = change.reason == "unit" and change.unit and change.old_unit
            value = shown(canonical(change.end_value, change.old_unit), change.unit) if same_device else 0.0
            change.start_value = round(value, 1)

    def action_apply(self):
        """Begin the new segment, also one of the past: later readings are placed anew."""
        meter = self.meter_id
        meter.check_access("write")
        self._check()
        meter._touch()
        current = meter.segment_ids.sorted("date_from")[-1:]
        # sudo: devices are only changed here, by who may write the meter
        segments = current.sudo()
        segments.write({"is_ended": True, "end_value": self.end_value})
        segments.create(
            {
                "meter_id": meter.id,
                "date_start": self.date,
                "unit": self.unit,
                "start_value": self.start_value,
                "note": self.note,
            }
        )
        readings = meter.reading_ids.filtered(lambda reading: reading.state == "valid")
        readings._place()
        readings._check_neighbours()
        readings._refresh_odometers()
        meter.message_post(body=self._words())
        return {"type": "ir.actions.act_window_close"}

    def _check(self):
        current = self.meter_id.segment_ids.sorted("date_from")[-1:]
        if self.date <= current.date_from:
            raise UserError(
                self.env._(
                    "The device in use was put in on %s. Only one that came later can replace it.",
                    format_datetime(self.env, current.date_from),
                )
            )
        if KINDS_OF_UNITS[self.unit][0] != self.meter_id.kind:
            raise UserError(self.env._("The meter does not count in that unit."))

    def _words(self):
        return self.env._(
            "%(reason)s on %(date)s: %(old)s, then %(new)s. %(note)s",
            reason=dict(self._fields["reason"]._description_selection(self.env))[self.reason],
            date=format_datetime(self.env, self.date),
            old=f"{self.end_value:,.10g} {self.old_unit}",
            new=f"{self.start_value:,.10g} {self.unit}",
            note=self.note,
        )
