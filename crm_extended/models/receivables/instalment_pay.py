"""What the customer's page takes for an instalment."""

from odoo import api, fields, models


class InstalmentPlan(models.Model):
    _inherit = "crmx.instalment.plan"

    @api.private
    def _payable(self, until=None):
        """Return what is paid in one go for an instalment, or an empty dictionary when nothing is.

        Money serves the earliest instalment first: what is left of those before is paid with it. What the
        ledger has open now decides, never a page that was loaded before.

        :param until: id of an instalment; None for the first one that is not complete
        :return: `instalments`, `items` (journal items that the money settles, of one account), `amount`
        """
        self.ensure_one()
        self._judge()
        if self.state != "live":
            return {}
        waiting = self.tranche_ids.sorted("date_due").filtered(lambda one: one.state in ("open", "missed"))
        last = waiting.filtered(lambda one: one.id == until) if until else waiting[:1]
        chosen = waiting.filtered(lambda one: last and one.number <= last.number)
        items, open_amount = self._payable_items()
        amount = sum(one.owed - one.received for one in chosen)
        amount = self.currency_id.round(min(amount, open_amount))
        if amount <= 0:
            return {}
        return {"instalments": chosen, "items": items, "amount": amount}

    @api.private
    def _payable_items(self):
        """Return (debts of the plan that are open, the oldest first, and of its account; their sum)."""
        residuals = self.line_ids._open_residuals(self.line_ids.move_line_id)
        items = self.line_ids.move_line_id.filtered(lambda item: residuals.get(item.id, 0) > 0)
        items = items.sorted(lambda item: (item.date_maturity or item.date, item.id))
        items = items.filtered(lambda item: item.account_id == items[:1].account_id)
        return items, sum(residuals[item.id] for item in items)

    @api.private
    def _payment_under_way(self):
        """Return whether the customer has begun a payment of the plan's debts that is not decided yet."""
        return bool(self.env["crmx.portal.debts"].pending(self.line_ids.move_line_id))

    @api.private
    def _transaction_values(self, payable):
        """Return what a payment transaction of an instalment settles."""
        return {"crmx_item_ids": [fields.Command.set(payable["items"].ids)]}
