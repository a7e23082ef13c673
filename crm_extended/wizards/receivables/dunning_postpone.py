from dateutil.relativedelta import relativedelta

from odoo import fields, models


class DunningPostpone(models.TransientModel):
    """No reminders to the customers of the selected messages until a day."""

    _name = "crmx.dunning.postpone"
    _description = "Postpone reminders"

    letter_ids = fields.Many2many(
        "crmx.dunning.letter", default=lambda self: self.env.context.get("active_ids")
    )
    date_until = fields.Date(
        string="Not before",
        required=True,
        default=lambda self: fields.Date.context_today(self) + relativedelta(days=7),
        help="Reminders go on after that day.",
    )
    note = fields.Char(string="Why")

    def action_postpone(self):
        """Leave them out of this run, and of others until that day."""
        self.letter_ids._postpone(self.date_until, self.note)
        return {"type": "ir.actions.act_window_close"}
