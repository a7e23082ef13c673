"""Template invoices, credit notes, bills, payments and an exchange difference, posted by Odoo."""

from datetime import timedelta

from odoo.fields import Command

from ..core import Failure
from .plan import TEMPLATE_DAY

PAID_ON = TEMPLATE_DAY + timedelta(days=20)
PARTS = {"product": "product", "tax": "tax", "payment_term": "receivable"}


def make(keeper, company, partner, product):
    """Post one document of each kind in the company, in dollars and in euros, and pay it."""
    env = keeper.env(context=dict(keeper.env.context, allowed_company_ids=company.ids))
    books = Books(env, keeper, company.with_env(env))
    invoice = books.post("out_invoice", partner, product, env.ref("base.USD"))
    refund = books.post("out_refund", partner, product, env.ref("base.USD"))
    books.keep_lines("invoice", invoice)
    books.keep_lines("refund", refund)
    books.keep_lines("bill", books.post("in_invoice", partner, product, env.ref("base.USD")))
    books.keep_payment(books.pay(invoice))
    books.keep_exchange(partner, product)


class Books:
    """A company's journals and accounts."""

    def __init__(self, env, keeper, company):
        self.env, self.keeper, self.company = env, keeper, company
        self.sales = self._journal("sale")
        self.purchases = self._journal("purchase")
        self.bank = self._journal("bank")
        self._set_outstanding_account()
        keeper.keep("tax", company.account_sale_tax_id, company)
        keeper.keep("tax_of_bills", company.account_purchase_tax_id, company)
        keeper.keep("loss_account", company.expense_currency_exchange_account_id, company)
        keeper.keep("gain_account", company.income_currency_exchange_account_id, company)

    def _journal(self, kind):
        domain = [("type", "=", kind), ("company_id", "=", self.company.id)]
        return self.env["account.journal"].search(domain, limit=1)

    def _set_outstanding_account(self):
        """Payments get entries: Community makes none without an outstanding account."""
        account = self.env["account.account"].create(
            {
                "name": "Outstanding receipts",
                "code": "101499",
                "account_type": "asset_current",
                "reconcile": True,
                "company_ids": [Command.set(self.company.ids)],
            }
        )
        methods = self.bank.inbound_payment_method_line_ids
        (methods + self.bank.outbound_payment_method_line_ids).payment_account_id = account

    def post(self, move_type, partner, product, currency):
        bill = move_type == "in_invoice"
        tax = self.company.account_purchase_tax_id if bill else self.company.account_sale_tax_id
        line = {
            "product_id": product.id,
            "quantity": 2,
            "price_unit": 100.0,
            "tax_ids": [Command.set(tax.ids)],
        }
        term = self.env["account.payment.term"].search([("name", "=", "Benchmark, 30 days")])
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": partner.id,
                "invoice_date": TEMPLATE_DAY,
                "currency_id": currency.id,
                "journal_id": (self.purchases if bill else self.sales).id,
                "invoice_payment_term_id": move_type == "out_invoice" and term.id,
                "invoice_line_ids": [Command.create(line)],
            }
        )
        move.action_post()
        return move

    def pay(self, invoice):
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        payments = register.create({"payment_date": PAID_ON, "journal_id": self.bank.id})
        payment = payments._create_payments()
        if invoice.payment_state != "paid" or not payment.move_id:
            raise Failure(f"{invoice.name} is {invoice.payment_state} after its payment")
        return payment

    def keep(self, key, record):
        self.keeper.keep(key, record, self.company)

    def keep_lines(self, key, move):
        self.keep(key, move)
        for line in move.line_ids:
            self.keep(f"{key}_{PARTS[line.display_type]}", line)

    def keep_payment(self, payment):
        self.keep("payment", payment)
        self.keep("payment_move", payment.move_id)
        for line in payment.move_id.line_ids:
            receivable = line.account_type == "asset_receivable"
            self.keep("payment_receivable" if receivable else "payment_outstanding", line)

    def keep_exchange(self, partner, product):
        """Odoo's entry for the difference of an invoice in euros paid at another rate."""
        rate = self.env["res.currency.rate"].create(
            {
                "name": TEMPLATE_DAY + timedelta(days=10),
                "currency_id": self.env.ref("base.EUR").id,
                "company_id": self.company.id,
                "rate": 0.80,
            }
        )
        self.pay(self.post("out_invoice", partner, product, self.env.ref("base.EUR")))
        journal = self.company.currency_exchange_journal_id
        move = self.env["account.move"].search([("journal_id", "=", journal.id)], limit=1)
        self.keep("exchange", move)
        for line in move.line_ids:
            receivable = line.account_type == "asset_receivable"
            self.keep("exchange_receivable" if receivable else "exchange_result", line)
        rate.unlink()
