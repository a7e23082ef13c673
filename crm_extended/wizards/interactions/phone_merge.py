from odoo import models
from odoo.tools import SQL


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Keep all numbers: the generic way deletes all that collides with one row.

        What stood in the fields of those who go is an additional number from now on.
        """
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                """WITH numbered AS (
                       SELECT id, row_number() OVER (
                           PARTITION BY normalised, COALESCE(extension, '')
                           ORDER BY (partner_id = %(kept)s) DESC, is_manual DESC, id) AS place
                       FROM crmx_phone_number WHERE partner_id = ANY(%(all)s)
                   )
                   DELETE FROM crmx_phone_number n USING numbered
                   WHERE n.id = numbered.id AND numbered.place > 1 RETURNING n.id""",
                kept=dst_partner.id,
                all=[*src_partners.ids, dst_partner.id],
            )
        )
        self.env.execute_query(
            SQL(
                """UPDATE crmx_phone_number SET from_field = FALSE, is_manual = TRUE
                   WHERE partner_id = ANY(%s) RETURNING id""",
                src_partners.ids,
            )
        )
        self.env["crmx.phone.number"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)
