from freezegun import freeze_time

from odoo.tests import tagged

from .common import AS_OF, ReceivablesCommon


@tagged("post_install", "-at_install")
@freeze_time(AS_OF)
class TestReceivablesPartner(ReceivablesCommon):
    def test_summary_of_a_customer_with_contacts(self):
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        self.invoice(100, "2026-05-01", "2026-07-31")
        self.invoice(40, "2026-05-01", "2026-06-20")
        self.entry(10, "2026-02-01", partner=contact)
        self.payment(25, "2026-06-02")
        for partner in (self.customer, contact):
            with self.subTest(partner=partner.name):
                self.assertEqual(partner.crmx_receivable_total, 125)
                self.assertEqual(partner.crmx_receivable_overdue, 50)
                buckets = {part["label"]: part["amount"] for part in partner.crmx_receivable_buckets}
                self.assertEqual(
                    buckets, {"Not due": 100, "1–30": 40, "31–60": 0, "61–90": 0, "91–120": 0, "121+": 10}
                )
        self.assertEqual(self.customer.crmx_currency_id, self.usd)

    def test_payables(self):
        vendor = self.new_partner("Vogel")
        self.invoice(300, "2026-05-01", partner=vendor, move_type="in_invoice")
        self.assertEqual(vendor.crmx_payable_total, 300)
        self.assertEqual(vendor.crmx_receivable_total, 0)
        action = vendor.action_crmx_open_payables()
        items = self.env["crmx.open.item"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(sum(items.mapped("residual")), 300)

    def test_two_companies_without_a_rate_between_them(self):
        """The summary is the active company's, so that nothing keeps a partner from opening."""
        other = self.setup_other_company(name="Second", currency_id=self.eur({}).id)["company"]
        self.env.user.company_ids |= other
        self.invoice(100, "2026-05-01")
        partner = self.customer.with_context(allowed_company_ids=[self.company.id, other.id])
        self.assertEqual(partner.crmx_receivable_total, 100)
        partner = self.customer.with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertEqual(partner.crmx_receivable_total, 0)

    def test_the_button_lists_what_it_counts(self):
        self.invoice(100, "2026-05-01")
        action = self.customer.action_crmx_open_receivables()
        self.assertEqual(action["name"], "Adler")
        items = self.env["crmx.open.item"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(sum(items.mapped("residual")), self.customer.crmx_receivable_total)

    def test_a_new_partner_owes_nothing(self):
        new = self.env["res.partner"].new({"name": "New"})
        self.assertEqual((new.crmx_receivable_total, new.crmx_receivable_overdue), (0, 0))

    def test_queries_do_not_grow_with_partners(self):
        partners = self.customer
        for number in range(79):
            partners |= self.new_partner(f"Customer {number}")
        for partner in partners[:20]:
            self.invoice(10, "2026-06-01", partner=partner)

        def count(records):
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            records.mapped("crmx_receivable_total")
            records.mapped("crmx_receivable_overdue")
            return self.cr.sql_log_count - before

        count(partners)
        one, eighty = count(self.customer), count(partners)
        self.assertEqual(sum(partners.mapped("crmx_receivable_total")), 200)
        self.assertEqual(one, eighty)
        self.assertLessEqual(eighty, 10)

    def test_the_switch_hides_menus_of_all_companies_only(self):
        group = self.env.ref("crm_extended.group_use_receivables")
        companies = self.env["res.company"].sudo().search([])
        employees = self.env.ref("base.group_user").sudo()
        self.assertIn(group, employees.implied_ids)
        companies[1:].crmx_use_receivables = False
        self.assertIn(group, employees.implied_ids)
        companies.crmx_use_receivables = False
        self.assertNotIn(group, employees.implied_ids)
        companies[:1].crmx_use_receivables = True
        self.assertIn(group, employees.implied_ids)

    def test_a_company_that_switched_receivables_off_shows_no_debt(self):
        self.invoice(100, "2026-05-01")
        self.company.crmx_use_receivables = False
        self.assertEqual(self.customer.crmx_receivable_total, 0)
