from odoo import api, fields, models

from .meter import UNITS


class MeterSegment(models.Model):
    """A stretch of a meter's life in which one device showed one unit."""

    _name = "crmx.meter.segment"
    _description = "Device of a meter"
    _order = "meter_id, date_from NULLS FIRST, id"

    meter_id = fields.Many2one("crmx.meter", required=True, ondelete="cascade", index=True)
    date_start = fields.Datetime(string="In use from", help="Empty: from the beginning.")
    date_from = fields.Datetime(compute="_compute_date_from", store=True, precompute=True)
    unit = fields.Selection(UNITS, required=True, default="km")
    start_value = fields.Float(string="Began at", digits=(16, 1))
    is_ended = fields.Boolean(string="Taken out")
    end_value = fields.Float(string="Ended at", digits=(16, 1))
    offset = fields.Float(string="Lifetime at its beginning", readonly=True, help="In kilometres or hours.")
    note = fields.Char(string="Reason")

    _values_rise = models.Constraint(
        "CHECK (start_value >= 0 AND (is_ended IS NOT TRUE OR end_value >= start_value))",
        "A device ends where it began or above, and shows no less than 0.",
    )

    @api.depends("date_start")
    def _compute_date_from(self):
        for segment in self:
            segment.date_from = segment.date_start or fields.Datetime.to_datetime("1900-01-01")

    @api.model_create_multi
    def create(self, vals_list):
        segments = super().create(vals_list)
        segments.meter_id._lay_segments()
        return segments
