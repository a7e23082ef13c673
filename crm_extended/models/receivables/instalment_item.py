from odoo import api, fields, models
from odoo.exceptions import UserError

from ...tools.collection import owed
from ...tools.instalments import money_since

#: What only the ledger says.
GIVEN = {"baseline", "paid_before", "credited_before", "received", "is_live"}


class InstalmentItem(models.Model):
    """An open item, or a part of it, that an instalment plan covers."""

    _name = "crmx.instalment.item"
    _inherit = "crmx.collection.line"
    _description = "Debt in an instalment plan"
    _collection_parent = "plan_id"

    plan_id = fields.Many2one("crmx.instalment.plan", required=True, ondelete="cascade", index=True)
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
        if not self.env.su and any(GIVEN & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What was paid is read from the ledger."))
        items = super().create(vals_list)
        items._check_draft()
        # sudo: what was open and paid is taken down whoever draws the plan up
        items.sudo()._set_baselines()
        return items

    def write(self, vals):
        if not self.env.su and GIVEN & vals.keys():
            raise UserError(self.env._("What was paid is read from the ledger."))
        changed = {"plan_id", "move_line_id", "amount"} & vals.keys()
        if changed:
            self._check_draft()
        result = super().write(vals)
        if changed and not self.env.su:
            self.sudo()._set_baselines()  # sudo: as above
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_drafts(self):
        self._check_draft()

    @api.private
    def _check_draft(self):
        if not self.env.su:
            self.plan_id._check_draft()

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
