"""What accountants and sales people see of a customer's credit, and how much it costs."""

from freezegun import freeze_time

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common import AS_OF
from .test_receivables_holds import HoldCommon


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesCreditScreen(HoldCommon):
    def test_the_parts_add_up(self):
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.invoice(20, "2026-06-01", post=False)
        self.order((self.on_delivery, 1, 30))
        for partner in (self.customer, contact):
            with self.subTest(partner=partner.name):
                self.assertEqual(partner.crmx_exposure_total, 150)
                self.assertEqual(
                    (
                        partner.crmx_exposure_posted,
                        partner.crmx_exposure_drafts,
                        partner.crmx_exposure_orders,
                        partner.crmx_exposure_delivered,
                    ),
                    (100, 20, 30, 0),
                )
                self.assertEqual((partner.crmx_credit_limit, partner.crmx_credit_free), (500, 350))
                self.assertEqual(partner.crmx_credit_scope, "customer")
                self.assertEqual(str(partner.crmx_oldest_due), "2026-06-01")

    def test_a_limit_in_its_own_currency(self):
        eur = self.eur({"2026-01-01": 0.8})
        second = self.new_partner("Brand")
        values = {"company_id": self.company.id, "reason": "Test", "date_from": "2026-01-01"}
        self.limits.create({**values, "partner_id": second.id, "amount": 400, "currency_id": eur.id})
        self.invoice(100, "2026-05-01", partner=second)
        self.assertEqual((second.crmx_credit_limit, second.crmx_credit_free), (500, 400))
        self.assertEqual((second.crmx_limit_own, second.crmx_exposure_own), (400, 80))
        self.assertEqual(second.crmx_limit_currency_id, eur)

    def test_how_he_pays(self):
        """1,000 ten days late and 3,000 thirty days late are 25 days on average; early ones are 0."""
        for amount, due, paid in (
            (1000, "2026-05-01", "2026-05-11"),
            (3000, "2026-05-01", "2026-05-31"),
            (9000, "2024-05-01", "2024-07-01"),
        ):
            invoice = self.invoice(amount, "2024-04-01", due)
            self.reconcile(invoice, self.payment(amount, paid))
        refund = self.invoice(7, "2026-06-20", move_type="out_refund")
        self.reconcile(self.invoice(7, "2026-01-01"), refund)
        self.assertEqual(self.customer.crmx_days_late, 25)
        self.assertEqual(self.customer.crmx_risk_grade, "C")
        self.assertEqual(str(self.customer.crmx_last_payment_date), "2026-05-31")
        self.assertEqual(self.customer.crmx_last_payment, 3000)
        early = self.invoice(4000, "2026-06-01", "2026-07-30")
        self.reconcile(early, self.payment(4000, "2026-06-02"))
        self.customer.invalidate_recordset()
        self.assertEqual(self.customer.crmx_days_late, 12.5)

    def test_the_summary_of_sales_people(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        order = self.order((self.on_delivery, 1, 30))
        lead = self.env["crm.lead"].create({"name": "Deal", "partner_id": self.customer.id})
        seller = self.new_user("crmx_seller", "sales_team.group_sale_salesman_all_leads")
        self.assertTrue(seller.has_group("crm_extended.group_debt_summary"))
        for document in (self.customer, order, lead):
            text = document.with_user(seller).crmx_credit_summary
            for words in ("Owes $ 100.00", "overdue $ 100.00", "limit $ 500.00", "free $ 370.00"):
                self.assertIn(words, text.replace("\N{NO-BREAK SPACE}", " "), document._name)
        self.assertIn("limit", order.picking_ids.crmx_credit_summary)
        with self.assertRaises(AccessError):
            self.env["crmx.credit.limit"].with_user(seller).search([])
        porter = self.new_user("crmx_porter", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            order.picking_ids.with_user(porter).read(["crmx_credit_summary"])

    def test_everybody_sees_the_hold(self):
        self.rule(action="delivery")
        order = self.order((self.on_delivery, 1, 600))
        porter = self.new_user("crmx_porter", "stock.group_stock_user")
        picking = order.picking_ids.with_user(porter)
        self.assertEqual(picking.crmx_credit_state, "held")
        self.assertIn("600.00", picking.crmx_credit_reason)

    def test_sales_people_see_their_own_holds(self):
        self.rule()
        seller = self.new_user("crmx_seller", "sales_team.group_sale_salesman")
        other = self.new_user("crmx_other", "sales_team.group_sale_salesman")
        order = self.order((self.on_order, 1, 600), user_id=seller.id)
        hold = order.crmx_hold_ids
        Hold = self.env["crmx.credit.hold"]
        self.assertEqual(Hold.with_user(seller).search([("id", "=", hold.id)]), hold)
        self.assertFalse(Hold.with_user(other).search([("id", "=", hold.id)]))
        with self.assertRaises(AccessError):
            hold.with_user(seller).write({"state": "released"})
        with self.assertRaises(AccessError):
            Hold.with_user(seller).create({"partner_id": self.customer.id, "company_id": self.company.id})

    def test_a_list_of_eighty_customers(self):
        partners = self.customer
        for number in range(79):
            partners |= self.new_partner(f"Customer {number}")
        for partner in partners[:20]:
            self.invoice(10, "2026-06-01", partner=partner)

        def count(names):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            partners.web_read({name: {} for name in names})
            return self.cr.sql_log_count - before

        usual = ["display_name", "email", "city"]
        columns = self.env["res.partner"].get_view(view_type="list")["models"]["res.partner"]
        words = ("currency", "receivable", "exposure", "credit", "oldest")
        ours = [name for name in columns if name.startswith(tuple(f"crmx_{word}" for word in words))]
        self.assertIn("crmx_exposure_total", ours)
        self.assertIn("crmx_receivable_overdue", ours)
        count(usual + ours)
        self.assertLessEqual(count(usual + ours) - count(usual), 5)
