"""Exposures, each computed by hand."""

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import AS_OF
from .credit_common import CreditCommon


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesExposure(CreditCommon):
    # === LEDGER === #

    def test_posted_items_of_the_whole_family(self):
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        self.invoice(100, "2026-05-01")
        self.entry(30, "2026-05-02", partner=contact)
        self.invoice(20, "2026-05-03", move_type="out_refund")
        self.payment(15, "2026-05-04")
        self.assertParts(posted=95)
        self.assertEqual(self.read_exposure().credits, -35)
        contact.active = False
        self.assertParts(posted=95)

    def test_an_invoice_of_tomorrow_counts(self):
        self.invoice(100, "2026-07-01")
        self.assertParts(posted=100)

    def test_foreign_debts_at_the_rate_of_today(self):
        """800 EUR at 0.8 are 1,000, not 1,250; of orders and drafts, too, and never 640."""
        eur = self.eur({"2026-01-01": 0.5, "2026-06-01": 0.8})
        self.invoice(800, "2026-05-01", currency_id=eur.id)
        self.invoice(400, "2026-06-29", currency_id=eur.id, post=False)
        self.order((self.on_delivery, 1, 80), currency=eur)
        self.assertParts(posted=1000, drafts=500, orders=100)

    def test_a_paid_foreign_invoice_leaves_no_exchange_difference(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-10": 1.0})
        invoice = self.invoice(800, "2026-05-01", currency_id=eur.id)
        self.reconcile(invoice, self.payment(800, "2026-06-10", currency_id=eur.id))
        self.assertParts()

    def test_a_payment_without_an_entry_is_in_transit(self):
        self.invoice(100, "2026-05-01")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 60,
                "journal_id": self.bank.id,
            }
        )
        payment.outstanding_account_id = False
        self.assertParts(posted=100)
        payment.action_post()
        self.assertFalse(payment.move_id)
        self.assertParts(posted=100, in_transit=-60)
        payment.state = "paid"  # the bank statement pays the invoice then
        self.assertParts(posted=100)

    def test_disputed_amounts(self):
        reason = self.env.ref("crm_extended.crmx_dispute_reason_price")
        invoice = self.invoice(100, "2026-05-01")
        item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        self.env["crmx.dispute"].create(
            {
                "partner_id": self.customer.id,
                "reason_id": reason.id,
                "line_ids": [Command.create({"move_line_id": item.id, "amount": 70})],
            }
        )
        self.assertParts(posted=100, disputed=-70)
        self.assertEqual(self.read_exposure().late(), 30)
        self.company.crmx_credit_deduct_disputed = False
        self.assertParts(posted=100)
        self.assertEqual(self.read_exposure().late(), 100)

    def test_overdue_less_what_is_already_here(self):
        self.invoice(100, "2026-04-01", "2026-05-01")  # 60 days late
        self.invoice(50, "2026-05-01", "2026-06-20")  # 10 days late
        self.invoice(500, "2026-05-01", "2026-06-30")  # due today: not late
        self.payment(30, "2026-06-02")
        exposure = self.read_exposure(overdue_days=[10, 30])
        self.assertEqual((exposure.late(), exposure.late(10), exposure.late(30)), (120, 70, 70))
        self.assertEqual(str(exposure.oldest), "2026-05-01")

    # === DRAFTS === #

    def test_drafts_that_stand_alone(self):
        self.invoice(100, "2026-06-01", post=False)
        self.invoice(30, "2026-06-01", post=False, move_type="out_refund")
        self.invoice(77, "2026-06-01", post=False, move_type="in_invoice")
        self.assertParts(drafts=70)

    # === ORDERS === #

    def test_an_undelivered_order_paid_as_delivered(self):
        order = self.order((self.on_delivery, 10, 100))
        self.assertParts(orders=1000)
        self.deliver(order, 4)
        self.assertParts(orders=600, delivered=400)
        move = self.bill(order, 3)
        self.assertParts(orders=600, delivered=100, drafts=300)
        move.action_post()
        self.assertParts(orders=600, delivered=100, posted=300)
        self.reconcile(move, self.payment(300, "2026-06-30"))
        self.assertParts(orders=600, delivered=100)

    def test_an_order_paid_as_ordered(self):
        order = self.order((self.on_order, 10, 100))
        self.assertParts(orders=1000)
        self.bill(order, 6, post=True)
        self.assertParts(orders=400, posted=600)
        self.deliver(order, 8)
        self.assertParts(orders=200, delivered=200, posted=600)

    def test_quotations_do_not_count(self):
        self.order((self.on_order, 10, 100), confirm=False)
        self.assertParts()

    def test_what_will_not_be_delivered_does_not_count(self):
        order = self.order((self.on_delivery, 10, 100))
        self.deliver(order, 4, backorder=False)
        self.assertParts(delivered=400)
        self.bill(order, post=True)
        self.assertParts(posted=400)

    def test_a_cancelled_delivery_does_not_count(self):
        order = self.order((self.on_delivery, 10, 100))
        order.picking_ids.action_cancel()
        self.assertParts()

    def test_a_down_payment_is_not_charged_twice(self):
        order = self.order((self.on_order, 10, 100))
        wizard = self.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard = wizard.create({"advance_payment_method": "fixed", "fixed_amount": 300})
        wizard.create_invoices()
        self.assertParts(drafts=300, orders=700)
        order.invoice_ids.action_post()
        self.assertParts(posted=300, orders=700)
        final = order._create_invoices(final=True)
        self.assertParts(posted=300, drafts=700)
        final.action_post()
        self.assertParts(posted=1000)

    def test_lines_of_negative_quantities_and_prices(self):
        self.order((self.on_order, 10, 100), (self.on_order, -2, 100), (self.on_order, 1, -50))
        self.assertParts(orders=750)

    def test_the_debtor_is_who_gets_the_invoice(self):
        payer = self.new_partner("Payer")
        self.order((self.on_order, 1, 100), partner_invoice_id=payer.id)
        self.assertParts()
        self.assertParts(payer, orders=100)

    def test_taxes_are_owed_too(self):
        tax = self.company_data["default_tax_sale"]
        tax.amount = 20
        order = self.order((self.on_order, 2, 100), confirm=False)
        order.order_line.tax_ids = tax
        order.action_confirm()
        self.assertParts(orders=240)

    # === COMPANIES === #

    def test_branches_count_and_other_companies_do_not(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        other = self.setup_other_company(name="Second")["company"]
        self.env.user.company_ids |= branch | other
        self.invoice(100, "2026-05-01")
        draft = self.invoice(40, "2026-05-01", post=False)
        draft.company_id = branch
        self.env["account.move"].with_company(other).create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 7, "tax_ids": False})],
            }
        )
        self.assertParts(posted=100, drafts=40)
        self.assertEqual(self.read_exposure(company=branch).total, 140)
        self.assertEqual(self.read_exposure(company=other).total, 7)
        # whatever company is the active one
        exposure = self.exposure.with_company(other)._read_exposures(self.customer, self.company)
        self.assertEqual(exposure[self.customer.id].total, 140)

    def test_what_is_archived_is_still_owed(self):
        """By a contact, or by the customer himself."""
        contact = self.env["res.partner"].create({"name": "Berta", "parent_id": self.customer.id})
        self.invoice(100, "2026-05-01", partner=contact)
        self.order((self.on_order, 1, 30), partner=contact)
        contact.active = False
        self.assertParts(posted=100, orders=30)
        self.customer.active = False
        self.assertParts(posted=100, orders=30)
        exposures = self.exposure._read_exposures(None, self.company)
        self.assertEqual(exposures[self.customer.id].total, 130)

    def test_all_customers_at_once(self):
        second = self.new_partner("Brand")
        self.invoice(100, "2026-05-01")
        self.order((self.on_order, 1, 30), partner=second)
        exposures = self.exposure._read_exposures(None, self.company)
        self.assertEqual(exposures[self.customer.id].total, 100)
        self.assertEqual(exposures[second.id].total, 30)

    def test_queries_do_not_grow_with_customers(self):
        partners = self.customer
        for number in range(40):
            partners |= self.new_partner(f"Customer {number}")
        for partner in partners[:10]:
            self.invoice(10, "2026-06-01", partner=partner)

        def count(records):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.env["crmx.credit.standing"]._read_standings(records, self.company)
            return self.cr.sql_log_count - before

        count(partners)
        one, many = count(self.customer), count(partners)
        self.assertEqual(one, many)
        self.assertLessEqual(many, 9)
