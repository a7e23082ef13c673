from odoo import fields, models


class InterestDecide(models.TransientModel):
    """Why interest is waived, or a note is cancelled."""

    _name = "crmx.interest.decide"
    _description = "Waive or Cancel Interest"

    note_ids = fields.Many2many("crmx.interest.note", required=True)
    decision = fields.Selection([("waive", "Waive"), ("cancel", "Cancel")], required=True, default="waive")
    reason = fields.Text(required=True)

    def action_decide(self):
        """Do it."""
        if self.decision == "waive":
            self.note_ids._waive(self.reason)
        else:
            self.note_ids._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
