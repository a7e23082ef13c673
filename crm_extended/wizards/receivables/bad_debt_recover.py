from odoo import fields, models


class BadDebtRecover(models.TransientModel):
    """How much of a write-off came in after all."""

    _name = "crmx.bad.debt.recover"
    _description = "Recover a Written-off Debt"

    bad_debt_id = fields.Many2one("crmx.bad.debt", required=True)
    currency_id = fields.Many2one(related="bad_debt_id.currency_id")
    date = fields.Date(required=True, default=fields.Date.context_today)
    amount = fields.Monetary(required=True)

    def action_recover(self):
        """Book it."""
        self.bad_debt_id._recover(self.date, self.amount)
        return {"type": "ir.actions.act_window_close"}
