"""Who is asked for what, against ledgers computed by hand."""

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged, warmup
from odoo.tools import mute_logger

from .common import AS_OF
from .dunning_common import DunningCommon


@tagged("post_install", "-at_install")
class TestReceivablesDunning(DunningCommon):
    # === WHEN === #

    def test_levels_by_days_late(self):
        self.invoice(100, "2026-05-01", "2026-06-21")  # 9 days late
        self.assertAsks({}, left_out={"early": 1})
        self.invoice(200, "2026-05-01", "2026-06-20")  # 10 days late
        self.assertAsks({(1, "USD"): 200}, left_out={"early": 1})

    def test_due_today_is_not_overdue(self):
        self.first.days = 1
        self.invoice(100, "2026-05-01", AS_OF)
        self.assertAsks({}, left_out={})

    def test_no_level_is_skipped_and_levels_wait(self):
        invoice = self.invoice(100, "2026-01-01", "2026-01-31")
        run = self.assertAsks({(1, "USD"): 100})
        run.action_confirm()
        with freeze_time(AS_OF):
            run.letter_ids.sudo()._set_sent()
        self.assertAsks({}, "2026-07-13", {"wait": 1})
        second = self.assertAsks({(2, "USD"): 100}, "2026-07-14")
        second.action_confirm()
        self.assertAsks({}, "2026-08-30", {"pending": 1})
        second.letter_ids.sudo()._set_sent()
        self.assertAsks({}, "2026-08-30", {"last_level": 1})
        self.assertEqual(invoice.amount_residual, 100)

    def test_each_instalment_by_itself(self):
        """The due date of a document is its last term's; the first one counts."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (30, 90)
                ],
            }
        )
        self.invoice(1000, "2026-05-01", invoice_payment_term_id=term.id)
        self.assertAsks({(1, "USD"): 500})

    # === WHO AND HOW === #

    def test_one_message_for_all_currencies_of_a_level(self):
        eur = self.eur({"2026-01-01": 0.5})
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.invoice(60, "2026-05-01", "2026-06-05", currency_id=eur.id)
        run = self.assertAsks({(1, "USD"): 100, (1, "EUR"): 60})
        self.assertEqual(len(run.letter_ids), 1)
        self.assertEqual(run.letter_ids.amount_company, 220)
        self.assertIn("60.00", run.letter_ids.amounts)

    def test_contacts_are_asked_as_one_customer_at_the_invoice_contact(self):
        person = self.env["res.partner"].create({"name": "Pam", "parent_id": self.customer.id})
        books = self.env["res.partner"].create(
            {"name": "Books", "parent_id": self.customer.id, "type": "invoice", "email": "b@customer.example"}
        )
        self.invoice(100, "2026-05-01", "2026-06-01", partner=person)
        self.entry(50, "2026-05-01", partner=person, no_followup=False)
        run = self.assertAsks({(1, "USD"): 150})
        self.assertEqual(run.letter_ids.partner_id, self.customer)
        self.assertEqual(run.letter_ids.contact_id, books)

    def test_policy_of_tag_customer_and_invoice(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        late, later = (
            self.env["crmx.dunning.policy"].create(
                {
                    "name": name,
                    "category_ids": [Command.set(tags)],
                    "level_ids": [Command.create({"number": 1, "name": name, "days": days})],
                }
            )
            for name, days, tags in (("Late", 20, tag.ids), ("Later", 50, []))
        )
        invoice = self.invoice(100, "2026-05-01", "2026-06-05")  # 25 days late
        self.assertEqual(self.run_on().letter_ids.level_id, self.first)
        self.customer.category_id = tag
        self.assertEqual(self.run_on().letter_ids.level_id, late.level_ids)
        Exception_ = self.env["crmx.dunning.exception"]
        Exception_.create({"partner_id": self.customer.id, "policy_id": later.id})
        self.assertAsks({}, left_out={"early": 1})
        Exception_.create({"move_id": invoice.id, "policy_id": self.policy.id})
        self.assertEqual(self.run_on().letter_ids.level_id, self.first)

    def test_minimum_in_another_currency(self):
        """12 EUR are 24 USD here: above a minimum of 20 USD, below one of 13 EUR."""
        eur = self.eur({"2026-01-01": 0.5})
        self.invoice(12, "2026-05-01", "2026-06-01", currency_id=eur.id)
        self.first.minimum_amount = 20
        self.assertAsks({(1, "EUR"): 12})
        self.first.write({"currency_id": eur.id, "minimum_amount": 13})
        self.assertAsks({}, left_out={"small": 1})

    def test_minimum_without_rate(self):
        self.first.write({"currency_id": self.env.ref("base.JPY").id, "minimum_amount": 13})
        self.env["res.currency.rate"].search([("currency_id.name", "=", "JPY")]).unlink()
        with self.assertRaisesRegex(UserError, "JPY, which has no exchange rate"):
            self.run_on()

    # === WHAT SPEAKS FOR THE CUSTOMER === #

    def test_unallocated_payment_covers_all(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.payment(150, "2026-06-15")
        self.assertAsks({}, left_out={"covered": 1})

    def test_credits_take_the_oldest_first(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.invoice(100, "2026-05-01", "2026-06-10")
        self.invoice(130, "2026-06-15", move_type="out_refund")
        run = self.assertAsks({(1, "USD"): 70}, left_out={"covered": 1})
        self.assertEqual(run.letter_ids.line_ids.covered, 30)

    def test_credit_in_another_currency(self):
        """30 EUR to much are 60 USD at the booked rate."""
        eur = self.eur({"2026-01-01": 0.5})
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.invoice(10, "2026-05-01", "2026-06-01", currency_id=eur.id)
        self.payment(40, "2026-06-15", currency_id=eur.id)
        self.assertAsks({(1, "USD"): 40}, left_out={"covered": 1})

    def test_payment_under_way_without_entry(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": self.customer.id,
                "amount": 80,
                "date": "2026-06-20",
                "journal_id": self.bank.id,
            }
        )
        payment.outstanding_account_id = False  # as in a company without outstanding accounts
        payment.action_post()
        self.assertEqual((payment.state, payment.move_id.ids), ("in_process", []))
        self.assertAsks({(1, "USD"): 20})

    def test_promise_and_dispute(self):
        invoice = self.invoice(100, "2026-05-01", "2026-06-01")
        other = self.invoice(50, "2026-05-01", "2026-06-01")
        line = {"move_line_id": self.item(invoice).id, "amount": 60}
        self.env["crmx.promise"].create(
            {
                "partner_id": self.customer.id,
                "date": "2026-06-25",
                "date_promised": "2026-07-10",
                "line_ids": [Command.create(line)],
            }
        )
        self.assertAsks({(1, "USD"): 90})
        dispute = self.env["crmx.dispute"].create(
            {
                "partner_id": self.customer.id,
                "date": "2026-06-25",
                "reason_id": self.env.ref("crm_extended.crmx_dispute_reason_price").id,
                "line_ids": [Command.create({"move_line_id": self.item(other).id, "amount": 50})],
            }
        )
        self.assertAsks({(1, "USD"): 40}, left_out={"disputed": 1})
        dispute._close("resolved", "rejected", "no")
        dispute.sudo().date_closed = "2026-06-28"
        self.assertAsks({(1, "USD"): 90})

    def test_promise_without_items(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.env["crmx.promise"].create(
            {
                "partner_id": self.customer.id,
                "date": "2026-06-25",
                "date_promised": "2026-07-10",
                "amount": 100,
            }
        )
        self.assertAsks({}, left_out={"covered": 1})

    def test_exchange_remainder_is_no_debt(self):
        """800 EUR, booked at 1,000.00, paid in full with 912.50; its exchange entry is dated later."""
        eur = self.eur({"2026-01-01": 0.8, "2026-02-01": 800 / 912.5})
        invoice = self.invoice(800, "2026-01-10", "2026-01-20", currency_id=eur.id)
        payment = self.payment(800, "2026-02-10", currency_id=eur.id)
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.reconcile(invoice, payment)
        self.assertAsks({}, "2026-02-15", {})

    # === WHAT IS LEFT OUT, AND SEEN === #

    def test_opening_balance_and_its_fixer(self):
        self.entry(500, "2026-05-01")
        run = self.assertAsks({}, left_out={"no_followup": 1})
        self.assertEqual(run.no_followup_count, 1)
        action = run.action_fix_no_followup()
        lines = self.env[action["res_model"]].search(action["domain"])
        self.company.fiscalyear_lock_date = "2026-05-31"  # the mark is no bookkeeping
        lines.action_follow_up()
        run.action_propose()
        self.assertEqual(self.asked(run), {("Adler", 1, "USD"): 500})

    def test_stopped_until_a_day(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.env["crmx.dunning.exception"].create(
            {"partner_id": self.customer.id, "is_stopped": True, "date_until": AS_OF}
        )
        self.assertAsks({}, left_out={"stopped": 1})
        self.assertAsks({(1, "USD"): 100}, "2026-07-01")

    def test_company_without_policy(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.env["crmx.dunning.policy"].search([]).active = False
        self.assertAsks({}, left_out={"no_policy": 1})

    def test_every_overdue_item_is_accounted_for(self):
        self.invoice(100, "2026-05-01", "2026-06-01")
        self.invoice(100, "2026-05-01", "2026-06-29")
        self.entry(500, "2026-05-01")
        run = self.run_on()
        overdue = (
            self.env["crmx.open.item"]
            .with_context(crmx_as_of=AS_OF)
            .search_count(
                [("age", ">", 0), ("residual_currency", ">", 0), ("company_id", "=", self.company.id)]
            )
        )
        self.assertEqual((len(run.line_ids), overdue), (3, 3))

    # === POLICIES === #

    def test_levels_out_of_order(self):
        with self.assertRaisesRegex(ValidationError, "out of order"):
            self.second.days = 5

    @mute_logger("odoo.sql_db")
    def test_level_that_does_nothing(self):
        with self.assertRaises(IntegrityError):
            self.first.by_email = False
            self.env.flush_all()

    @warmup
    def test_number_of_queries(self):
        """The same for many customers as for one."""
        for number in range(12):
            partner = self.new_partner(f"Customer {number}")
            self.invoice(100 + number, "2026-05-01", "2026-06-01", partner=partner)
        run = self.run_on()
        self.env.invalidate_all()
        with self.assertQueryCount(25):
            run._propose()
            self.env.flush_all()
        self.assertEqual(len(run.letter_ids), 12)
