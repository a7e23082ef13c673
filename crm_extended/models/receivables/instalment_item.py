from odoo import api, fields, models

from ...tools.collection import owed
from ...tools.instalments import money_since


class InstalmentItem(models.Model):
    """An open item, or a part of it, that an instalment plan covers."""

    _name = "crmx.instalment.item"
    _inherit = ["crmx.instalment.part", "crmx.collection.line"]
    _description = "Debt in an instalment plan"
    _collection_parent = "plan_id"
    _part_given = frozenset({"baseline", "paid_before", "credited_before", "received", "is_live"})
    _part_agreed = frozenset({"plan_id", "move_line_id", "amount"})

    paid_before = fields.Monetary(
        currency_field="item_currency_id", readonly=True, help="Paid on it before the plan was made."
    )
    credited_before = fields.Monetary(
        currency_field="item_currency_id",
        readonly=True,
        help="Settled without money before the plan was made.",
    )
    received = fields.Monetary(currency_field="item_currency_id", readonly=True)
    is_live = fields.Boolean(readonly=True, help="The plan is under way.")

    _item_uniq = models.UniqueIndex(
        "(plan_id, move_line_id)", "A debt is in a plan only once: sum its amounts."
    )
    _live_uniq = models.UniqueIndex(
        "(move_line_id) WHERE is_live", "One of the debts is in another plan that is under way."
    )

    @api.model_create_multi
    def create(self, vals_list):
        items = super().create(vals_list)
        # sudo: what was open and paid is taken down whoever draws the plan up
        items.sudo()._set_baselines()
        return items

    def write(self, vals):
        result = super().write(vals)
        if self._part_agreed & vals.keys() and not self.env.su:
            self.sudo()._set_baselines()  # sudo: as above
        return result

    @api.private
    def _set_baselines(self):
        baselines = super()._set_baselines()
        settlements = self._settlements()
        for item in self:
            known = [part for part in settlements.get(item.id, ()) if part.day <= item.plan_id.date]
            item.paid_before = sum(part.amount for part in known if part.is_money)
            item.credited_before = sum(part.amount for part in known if not part.is_money)
        return baselines

    @api.private
    def _follow(self, today):
        """Return {item: (what is left to pay in all, [(day, money that counts)])}, from one query."""
        settlements = self._settlements()
        result = {}
        for item in self:
            if item.move_line_id.parent_state != "posted":
                result[item] = (0.0, [])
                continue
            parts = [part for part in settlements.get(item.id, ()) if part.day <= today]
            credited = sum(part.amount for part in parts if not part.is_money) - item.credited_before
            left = owed(item.amount, item.baseline, credited)
            money = ((part.day, part.amount) for part in parts if part.is_money)
            result[item] = (left, money_since(money, item.paid_before, left))
        return result
