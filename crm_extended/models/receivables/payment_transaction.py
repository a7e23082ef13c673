from odoo import models

from ..common.plain_fields import PlainMany2many


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    crmx_item_ids = PlainMany2many(
        "account.move.line",
        "crmx_payment_transaction_item_rel",
        "transaction_id",
        "move_line_id",
        string="Items to settle",
        copy=False,
        readonly=True,
        help="Chosen by the customer; the payment settles these and no others.",
    )

    def _create_payment(self, **extra_create_values):
        """Settle the items that the customer has chosen, where they are less than whole documents."""
        items = self.crmx_item_ids.filtered(lambda item: item.parent_state == "posted")
        if not items:
            return super()._create_payment(**extra_create_values)
        account = items.account_id[:1]
        payment = super()._create_payment(destination_account_id=account.id, **extra_create_values)
        settled = payment.move_id.line_ids + items
        settled.filtered(lambda line: line.account_id == account and not line.reconciled).reconcile()
        return payment

    def _get_invoices_to_notify(self):
        return super()._get_invoices_to_notify() | self.crmx_item_ids.move_id
