from odoo import fields, models
from odoo.exceptions import UserError

from ...models.receivables.dispute import CLOSED


class DisputeResolve(models.TransientModel):
    """How disputes end, in the words of who decided."""

    _name = "crmx.dispute.resolve"
    _description = "Resolve Disputes"

    dispute_ids = fields.Many2many("crmx.dispute")
    resolution = fields.Selection(
        lambda self: self.env["crmx.dispute"]._fields["resolution"].selection, required=True
    )
    note = fields.Text(string="What was decided", required=True)
    has_credit_note = fields.Boolean(compute="_compute_has_credit_note")

    def _compute_has_credit_note(self):
        for wizard in self:
            wizard.has_credit_note = bool(wizard.dispute_ids.credit_note_ids)

    def action_resolve(self):
        """Close the disputes."""
        if self.dispute_ids.filtered(lambda dispute: dispute.state in CLOSED):
            raise UserError(self.env._("Some of the disputes have been closed in the meantime."))
        self.dispute_ids._close("resolved", self.resolution, self.note)
        return {"type": "ir.actions.act_window_close"}
