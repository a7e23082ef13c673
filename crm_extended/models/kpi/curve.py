from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ...tools.kpi import Curve


class KpiCurve(models.AbstractModel):
    """What an achievement is worth, typed in as per cent."""

    _name = "crmx.kpi.curve"
    _description = "Worth of an achievement"

    threshold = fields.Float(string="Nothing below (%)", help="An achievement below it is worth nothing.")
    cap = fields.Float(string="At most (%)", help="Empty: no limit.")
    accelerator = fields.Float(default=1.0, help="How often each part above 100 % counts.")
    steps = fields.Char(
        help="Instead of a line: from 80 worth 50, from 100 worth 100, from 120 worth 150, written as "
        "80:50 100:100 120:150."
    )

    @api.constrains("steps")
    def _check_steps(self):
        for record in self:
            record._curve()

    @api.private
    def _curve(self):
        """:raise ValidationError: steps that cannot be read"""
        return Curve(
            threshold=self.threshold / 100,
            cap=self.cap / 100,
            accelerator=self.accelerator,
            steps=self._read_steps(),
        )

    @api.private
    def _curve_data(self):
        """The curve as plain values, to be kept."""
        curve = self._curve()
        return {
            "threshold": curve.threshold,
            "cap": curve.cap,
            "accelerator": curve.accelerator,
            "steps": [list(step) for step in curve.steps],
        }

    def _read_steps(self):
        try:
            pairs = [part.split(":") for part in (self.steps or "").replace(",", " ").split()]
            return tuple((float(start) / 100, float(worth) / 100) for start, worth in pairs)
        except ValueError as error:
            raise ValidationError(
                self.env._("Write steps as pairs of per cent, such as 80:50 100:100 120:150.")
            ) from error
