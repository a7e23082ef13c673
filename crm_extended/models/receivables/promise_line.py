from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import UserError

from .promise import OPENING


class Counters(NamedTuple):
    """What the ledger says of an item: paid when promised, paid by the last day, credited since."""

    mark: float
    reached: float
    credited: float


class PromiseLine(models.Model):
    _name = "crmx.promise.line"
    _inherit = "crmx.collection.line"
    _description = "Item of a promise to pay"
    _collection_parent = "promise_id"

    promise_id = fields.Many2one("crmx.promise", required=True, ondelete="cascade", index=True)
    credited_before = fields.Monetary(
        currency_field="item_currency_id",
        readonly=True,
        help="Settled without money before the promise was made.",
    )
    received = fields.Monetary(currency_field="item_currency_id", readonly=True)

    _item_uniq = models.UniqueIndex(
        "(promise_id, move_line_id)", "An item is in a promise only once: sum its amounts."
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and self.env.context.get("crmx_opening") is not OPENING:
            raise UserError(self.env._("A promise stays as it was made. Log another one instead."))
        return super().create(vals_list)

    # === WHAT THE LEDGER SAYS === #

    @api.private
    def _set_baselines(self):
        baselines = super()._set_baselines()
        for day, lines in self.grouped(lambda line: line.promise_id.date).items():
            credited = lines._credited({line.id: day for line in lines})
            for line in lines:
                line.credited_before = credited.get(line.id, 0.0)
        return baselines

    @api.private
    def _counters(self, today):
        """Return {line: Counters}, counted down from zero: the less is open, the more was paid."""
        ends = {line.id: min(today, line.promise_id.date_deadline) for line in self}
        credited = self._credited(ends)
        counters = {}
        for day, lines in self.grouped(lambda line: ends[line.id]).items():
            residuals = self._open_residuals(lines.move_line_id, day)
            for line in lines:
                mark = -line.baseline - line.credited_before
                if line.move_line_id.parent_state != "posted":
                    counters[line] = Counters(mark, mark, line.baseline)
                    continue
                credits_ = credited.get(line.id, 0.0)
                reached = -residuals.get(line.move_line_id.id, 0.0) - credits_
                counters[line] = Counters(mark, reached, credits_ - line.credited_before)
        return counters

    @api.private
    def _credited(self, ends):
        """Return {line id: what settled its item without money by a day}, in the item's currency.

        :param ends: {line id: that day}
        """
        return {
            line_id: sum(part.amount for part in parts if not part.is_money and part.day <= ends[line_id])
            for line_id, parts in self._settlements().items()
        }
