from odoo import models


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Move the history first: the generic way deletes all that collides with one row."""
        self.env.flush_all()
        Ledger = self.env["crmx.timeline.event"].sudo()  # sudo: the merge decides on both partners
        Ledger._write_pending()
        Ledger._merge_partners(src_partners, dst_partner)
        return super()._update_foreign_keys(src_partners, dst_partner)
