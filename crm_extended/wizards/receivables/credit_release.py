from odoo import fields, models


class CreditRelease(models.TransientModel):
    """What somebody decides about held orders and deliveries, and why."""

    _name = "crmx.credit.release"
    _description = "Release from Credit Hold"

    hold_ids = fields.Many2many("crmx.credit.hold", required=True)
    decision = fields.Selection(
        [("release", "Release"), ("refuse", "Refuse")], required=True, default="release"
    )
    scope = fields.Selection(
        [("document", "This document"), ("until", "And further ones of the customer, until a date")],
        string="What",
        required=True,
        default="document",
    )
    date_until = fields.Date(string="Until")
    comment = fields.Text(required=True)

    def action_decide(self):
        """Release or refuse."""
        if self.decision == "refuse":
            self.hold_ids._refuse(self.comment)
        else:
            self.hold_ids._release(self.comment, self.scope == "until" and self.date_until)
        return {"type": "ir.actions.act_window_close"}
