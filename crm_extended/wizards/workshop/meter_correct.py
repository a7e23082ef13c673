from odoo import fields, models
from odoo.exceptions import UserError


class MeterCorrect(models.TransientModel):
    """The right value instead of a wrong one, or nothing; the wrong one stays to be seen."""

    _name = "crmx.meter.correct"
    _description = "Correct a reading"

    reading_id = fields.Many2one("crmx.meter.reading", required=True, readonly=True)
    unit = fields.Selection(related="reading_id.unit")
    is_replaced = fields.Boolean(string="The right value is known", default=True)
    value = fields.Float(string="Right value", digits=(16, 1))
    is_confirmed = fields.Boolean(string="Unusual but right")
    reason = fields.Char(required=True, help="Such as a typing error.")

    def action_apply(self):
        """Void the reading and enter the right one at the same moment."""
        wrong = self.reading_id
        if wrong.state == "void":
            raise UserError(self.env._("The reading has been corrected in the meantime."))
        wrong._void(self.reason)
        if self.is_replaced:
            right = wrong.create(
                {
                    "vehicle_id": wrong.vehicle_id.id,
                    "kind": wrong.kind,
                    "date": wrong.date,
                    "value": self.value,
                    "source": wrong.source,
                    "reader_id": wrong.reader_id.id,
                    "is_confirmed": self.is_confirmed,
                }
            )
            # sudo: what became of a reading that the user may correct
            wrong.sudo().replaced_by_id = right
        return {"type": "ir.actions.act_window_close"}
