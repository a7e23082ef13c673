from odoo import models
from odoo.tools import SQL

from ...tools.customer_card import joined_periods


class MergePartnerAutomatic(models.TransientModel):
    _inherit = "base.partner.merge.automatic.wizard"

    def _update_foreign_keys(self, src_partners, dst_partner):
        """Re-point relations first, as the generic way stops at the first that is there twice.

        What they were to one another goes; what both were to a third stays once, for the whole time.
        """
        self.env.flush_all()
        groups = self._crmx_relation_groups(src_partners.ids, dst_partner.id)
        kept, gone = [], groups.pop(None, [])
        for (left, right), rows in groups.values():
            for ids, start, end in joined_periods(rows):
                kept.append((ids[0], left, right, start, end))
                gone += ids[1:]
        if gone:
            self.env.execute_query(SQL("DELETE FROM crmx_relation WHERE id = ANY(%s) RETURNING id", gone))
        for relation_id, left, right, start, end in kept:
            self.env.execute_query(
                SQL(
                    """UPDATE crmx_relation SET left_partner_id = %s, right_partner_id = %s,
                              date_from = %s, date_to = %s WHERE id = %s RETURNING id""",
                    left,
                    right,
                    start,
                    end,
                    relation_id,
                )
            )
        self.env["crmx.relation"].invalidate_model()
        return super()._update_foreign_keys(src_partners, dst_partner)

    def _crmx_relation_groups(self, source_ids, target_id):
        """Relations of those merged, by what they will be.

        :return: ``{identity: ((left, right), [(id, from, to)])}``, and under None the ids of those that
            would lead from the partner to himself
        """
        rows = self.env.execute_query(
            SQL(
                """SELECT id, type_id, is_symmetric, company_id, left_partner_id, right_partner_id,
                          date_from, date_to
                     FROM crmx_relation
                    WHERE left_partner_id = ANY(%(ids)s) OR right_partner_id = ANY(%(ids)s)
                    ORDER BY id""",
                ids=[*source_ids, target_id],
            )
        )
        groups = {None: []}
        for row_id, kind, symmetric, company, left, right, start, end in rows:
            left, right = (target_id if side in source_ids else side for side in (left, right))
            if left == right:
                groups[None].append(row_id)
                continue
            sides = (min(left, right), max(left, right)) if symmetric else (left, right)
            _sides, periods = groups.setdefault((kind, company, sides), ((left, right), []))
            periods.append((row_id, start, end))
        return groups
