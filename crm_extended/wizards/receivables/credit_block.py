from odoo import fields, models


class CreditBlock(models.TransientModel):
    """Why a customer is blocked by hand, and until when."""

    _name = "crmx.credit.block"
    _description = "Block a Customer"

    file_id = fields.Many2one("crmx.credit.file", required=True, ondelete="cascade")
    reason = fields.Char(required=True)
    date_until = fields.Date(string="Until", help="The last day. Empty: until somebody lifts the block.")

    def action_block(self):
        """Block the customer."""
        self.file_id._block(self.reason, self.date_until)
        return {"type": "ir.actions.act_window_close"}
