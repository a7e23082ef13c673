from odoo import models
from odoo.exceptions import UserError


class StockMove(models.Model):
    _inherit = "stock.move"

    def _action_assign(self, force_qty=False):
        """Reserve nothing for deliveries that are on hold."""
        held = self.picking_id._crmx_hold_deliveries()
        moves = self.filtered(lambda move: move.picking_id not in held) if held else self
        return super(StockMove, moves)._action_assign(force_qty=force_qty)

    def _action_done(self, cancel_backorder=False):
        """Let nothing leave that is on hold, whichever way it goes.

        :raise UserError: a delivery is on hold
        """
        if held := self.picking_id._crmx_hold_deliveries():
            raise UserError(
                self.env._(
                    "On credit hold: %(deliveries)s\n%(reason)s",
                    deliveries=", ".join(held.mapped("name")),
                    reason="\n".join({text for text in held.mapped("crmx_credit_reason") if text}),
                )
            )
        return super()._action_done(cancel_backorder=cancel_backorder)
