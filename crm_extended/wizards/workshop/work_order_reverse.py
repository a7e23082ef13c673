from odoo import fields, models


class WorkOrderReverse(models.TransientModel):
    """Why a finished order is opened again, or an order is cancelled."""

    _name = "crmx.work.order.reverse"
    _description = "Reopen or cancel a work order"

    order_id = fields.Many2one("crmx.work.order", required=True, readonly=True)
    state = fields.Selection(related="order_id.state")
    kind = fields.Selection(
        [("reopen", "Open it again"), ("cancel", "Cancel it, and take back what it cost")],
        required=True,
        default="cancel",
    )
    reason = fields.Char(required=True)

    def action_apply(self):
        """Do it."""
        if self.kind == "reopen":
            self.order_id._reopen(self.reason)
        else:
            self.order_id._cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
