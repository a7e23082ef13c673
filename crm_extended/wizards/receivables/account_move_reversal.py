from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        action = super().reverse_moves(is_modify)
        # checked: the user may have rights on credit notes and none on disputes
        dispute = self.env["crmx.dispute"].browse(self.env.context.get("crmx_dispute_id")).exists()
        if dispute and dispute.has_access("write"):
            refunds = self.new_move_ids.filtered(lambda move: move.move_type in ("out_refund", "entry"))
            # sudo: only the link, on a dispute that the user may change
            dispute.sudo().credit_note_ids |= refunds
        return action
