"""How finished orders are opened again, and how orders are cancelled: nothing disappears."""

from odoo import api, models
from odoo.exceptions import UserError


class WorkOrder(models.Model):
    _inherit = "crmx.work.order"

    @api.private
    def _reopen(self, reason):
        """Let a finished order be worked on again; its vehicle is out of service again."""
        self._lock("done")
        self._cancel_service_log()
        self._become("progress", date_done=False, date_end=False)
        self.message_post(body=self.env._("Reopened: %s", reason))

    @api.private
    def _cancel(self, reason):
        """Take back what it cost: parts are returned at what they were issued at, hours with their cost."""
        self._lock("draft", "confirmed", "progress", "done")
        self._check_outside()
        self._stop_everything()
        self._return_parts()
        self.time_ids._take_back()
        self._cancel_service_log()
        self._become("cancel")
        self.message_post(body=self.env._("Cancelled: %s", reason))

    @api.private
    def _check_outside(self):
        """Refuse while bills say that outside work was paid for; ask for no more of it."""
        billed = sum(self.outside_ids.mapped("billed"))
        if not self.currency_id.is_zero(billed):
            raise UserError(
                self.env._(
                    "Bills over %s are posted for its outside work. Have them credited first.",
                    self.currency_id.format(billed),
                )
            )
        # sudo: requests of this order that nobody has confirmed yet
        purchases = self.sudo().outside_ids.purchase_line_id.order_id
        ordered = purchases.filtered(lambda purchase: purchase.state in ("purchase", "to approve"))
        if ordered:
            raise UserError(
                self.env._("Its outside work is ordered: cancel %s first.", ", ".join(ordered.mapped("name")))
            )
        purchases.filtered(lambda purchase: purchase.state in ("draft", "sent")).button_cancel()

    @api.private
    def _stop_everything(self):
        self.time_ids._stop()
        self._open_pickings().action_cancel()
