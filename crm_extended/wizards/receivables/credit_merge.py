from odoo import models


class BasePartnerMerge(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Let no decision on a customer get lost when customers become one: the stricter one stays.

        The host would delete credit files that there can only be one of, and limits that begin on one day.
        """
        # sudo: who may merge customers may not see what was decided about their credit
        merging = src_partners.sudo(), dst_partner.sudo()
        self._crmx_merge_files(*merging)
        self._crmx_merge_limits(*merging)
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crmx_merge_files(self, sources, target):
        File = self.env["crmx.credit.file"].sudo()  # sudo: as above
        files = File.search([("partner_id", "in", (sources | target).ids)])
        for same in files.grouped("company_id").values():
            kept = same.filtered(lambda file: file.partner_id == target) or same[:1]
            if blocked := same.filtered("is_blocked"):
                longest = max(
                    blocked, key=lambda file: (not file.date_blocked_until, str(file.date_blocked_until))
                )
                kept.write(
                    {
                        "is_blocked": True,
                        "date_blocked_until": longest.date_blocked_until,
                        "block_reason": longest.block_reason,
                        "blocked_by_id": longest.blocked_by_id.id,
                    }
                )
            kept.is_approved = all(same.mapped("is_approved"))
            kept.group_id = kept.group_id or same.group_id[:1]
            (same - kept).unlink()

    def _crmx_merge_limits(self, sources, target):
        """Of limits that begin on one day, the lowest stays for the one customer."""
        Credit = self.env["crmx.credit.limit"].sudo()  # sudo: as above
        limits = Credit.search([("partner_id", "in", (sources | target).ids)])
        for same in limits.grouped(lambda limit: (limit.company_id, limit.date_from)).values():
            lowest = min(same, key=lambda limit: limit.amount)
            # there can only be one from that day on; the others are in the register
            (same - lowest)._drop()
