from odoo import fields, models


class CallLink(models.TransientModel):
    """Asks to whom the number of a call belongs."""

    _name = "crmx.call.link"
    _description = "Link a call to a partner"

    call_id = fields.Many2one("crmx.call", required=True, ondelete="cascade")
    number = fields.Char(related="call_id.number")
    partner_id = fields.Many2one("res.partner", required=True, ondelete="cascade")
    keep_number = fields.Boolean(
        string="Remember the Number",
        default=lambda self: self.env["crmx.phone.number"].has_access("create"),
        help="The partner is recognised by this number from now on. Needs the right to change contacts.",
    )

    def action_link(self):
        """Name the call, and keep the number if wanted."""
        self.ensure_one()
        self.call_id._link(self.partner_id, keep_number=self.keep_number)
        return {"type": "ir.actions.act_window_close"}
