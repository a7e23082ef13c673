"""Ageing against ledgers computed by hand: one test for each way in which others go wrong."""

from odoo import Command
from odoo.tests import tagged
from odoo.tools import SQL

from .common import AS_OF, ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesLedger(ReceivablesCommon):
    def test_bucket_limits_are_inclusive(self):
        """Exactly 30 days late is in 1–30, due today is not due, and the last bucket has no end."""
        for due, amount in (
            ("2026-06-30", 1),
            ("2026-06-29", 2),
            ("2026-05-31", 4),
            ("2026-05-30", 8),
            ("2026-04-01", 16),
            ("2026-03-31", 32),
            ("2010-01-01", 64),
            ("2026-07-01", 128),
        ):
            self.invoice(amount, "2010-01-01", due)
        row = self.row()
        self.assertEqual(row["buckets"], [129, 6, 8, 16, 96])
        self.assertEqual(row["total"], 255)

    def test_no_bucket_list_loses_the_oldest(self):
        self.invoice(70, "2026-06-01", "2026-06-25")
        self.invoice(500, "2024-01-01", "2024-01-31")
        self.assertEqual(self.row(limits=[15, 30])["buckets"], [0, 70, 0, 500])
        self.assertEqual(self.row(limits=[5])["buckets"], [0, 70, 500])

    def test_each_instalment_has_its_own_due_date(self):
        """630 of 900 are overdue although the invoice's own due date, the last one, is to come."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "70 % at once, 30 % in 90 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 70, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 30, "nb_days": 90}),
                ],
            }
        )
        invoice = self.invoice(900, "2026-05-15", invoice_payment_term_id=terms.id)
        self.assertEqual(str(invoice.invoice_date_due), "2026-08-13")
        self.assertEqual(self.row()["buckets"], [270, 0, 630, 0, 0])

    def test_age_by_invoice_date(self):
        self.invoice(100, "2026-04-15", "2026-08-01")
        self.assertEqual(self.row()["buckets"], [100, 0, 0, 0, 0])
        self.assertEqual(self.row(basis="invoice")["buckets"], [0, 0, 0, 100, 0])

    def test_a_past_date_knows_nothing_of_later_payments(self):
        invoice = self.invoice(1000, "2026-01-10", "2026-02-10")
        payment = self.payment(400, "2026-05-05")
        self.reconcile(invoice, payment)
        self.assertEqual(self.row(as_of="2026-05-04")["buckets"], [0, 0, 0, 1000, 0])
        self.assertEqual(self.row(as_of="2026-05-05")["buckets"], [0, 0, 0, 600, 0])
        self.assertEqual(self.row(as_of="2026-01-10")["buckets"], [1000, 0, 0, 0, 0])
        self.assertNotIn(self.customer.name, self.rows(as_of="2026-01-09"))

    def test_a_payment_dated_before_its_invoice(self):
        """Until the invoice is dated, the payment is an unallocated credit."""
        payment = self.payment(300, "2026-05-01")
        invoice = self.invoice(300, "2026-06-01")
        self.reconcile(invoice, payment)
        row = self.row(as_of="2026-05-15")
        self.assertEqual((row["payments"], row["total"]), (-300, -300))
        self.assertNotIn(self.customer.name, self.rows(as_of="2026-06-01"))

    def test_post_dated_settlements_do_not_count_yet(self):
        invoice = self.invoice(500, "2026-06-01", "2026-06-15")
        self.reconcile(invoice, self.payment(500, "2026-07-31"))
        self.assertEqual(self.row()["buckets"], [0, 500, 0, 0, 0])
        self.assertNotIn(self.customer.name, self.rows(as_of="2026-07-31"))

    def test_credits_are_shown_as_what_they_are(self):
        self.invoice(1000, "2026-05-01", "2026-05-31")
        self.invoice(150, "2026-06-05", move_type="out_refund")
        self.payment(200, "2026-06-10")
        self.entry(-50, "2026-06-12")
        row = self.row()
        self.assertEqual(row["buckets"], [0, 1000, 0, 0, 0])
        self.assertEqual((row["credit_notes"], row["payments"], row["total"]), (-150, -250, 600))

        aged = self.row(credits="aged")
        self.assertEqual(aged["buckets"], [0, 600, 0, 0, 0])
        self.assertEqual((aged["credit_notes"], aged["payments"], aged["total"]), (0, 0, 600))

    def test_an_overpayment_leaves_a_negative_customer(self):
        invoice = self.invoice(100, "2026-05-01")
        self.reconcile(invoice, self.payment(130, "2026-05-20"))
        row = self.row()
        self.assertEqual((row["buckets"], row["payments"], row["total"]), ([0] * 5, -30, -30))

    def test_a_refund_paid_out_is_a_debt(self):
        self.payment(80, "2026-06-10", payment_type="outbound")
        self.assertEqual(self.row()["buckets"], [0, 80, 0, 0, 0])

    def test_entries_on_contacts_count_for_the_company(self):
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        self.invoice(100, "2026-06-01", "2026-06-20")
        self.entry(40, "2026-06-20", partner=contact)
        row = self.row()
        self.assertEqual((row["key"], row["total"]), (self.customer.id, 140))

    def test_an_opening_balance_ages_by_its_due_date_else_its_date(self):
        self.entry(700, "2026-01-01", date_maturity="2025-11-30")
        self.entry(300, "2026-06-01")
        self.assertEqual(self.row()["buckets"], [0, 300, 0, 0, 700])

    def test_drafts_are_not_in_the_ledger(self):
        self.invoice(999, "2026-05-01", post=False)
        self.assertNotIn(self.customer.name, self.rows())

    def test_a_draft_counterpart_settles_nothing(self):
        """An entry reset to draft keeps its matching; the balance of the accounts has lost it."""
        invoice = self.invoice(600, "2026-05-01", "2026-05-31")
        payment = self.payment(250, "2026-06-10")
        draft = self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": "2026-06-15",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": self.receivable.id,
                            "partner_id": self.customer.id,
                            "balance": -100,
                        }
                    ),
                    Command.create({"account_id": self.income.id, "balance": 100}),
                ],
            }
        )
        self.reconcile(invoice, payment)
        open_line = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        (open_line + draft.line_ids[0]).reconcile()
        self.assertEqual(open_line.amount_residual, 250)
        self.assertEqual(self.row()["buckets"], [0, 350, 0, 0, 0])
        draft.action_post()
        self.assertEqual(self.row()["buckets"], [0, 250, 0, 0, 0])

    def test_a_late_exchange_entry_is_no_debt(self):
        """800 EUR, booked at 1,000.00, paid in full with 912.50; its exchange entry is dated later.

        For those days the ledger holds 87.50 that no customer owes.
        """
        eur = self.eur({"2026-01-01": 0.8, "2026-02-01": 800 / 912.5})
        invoice = self.invoice(800, "2026-01-10", "2026-01-20", currency_id=eur.id)
        payment = self.payment(800, "2026-02-10", currency_id=eur.id)
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.reconcile(invoice, payment)
        exchange = (invoice.line_ids.matched_credit_ids | payment.move_id.line_ids.matched_debit_ids).mapped(
            "exchange_move_id"
        )
        self.assertGreater(str(exchange.date), "2026-03-31")
        row = self.row(as_of="2026-02-15")
        self.assertEqual((row["buckets"], row["exchange"], row["total"]), ([0] * 5, 87.5, 87.5))
        self.assertEqual(row["currencies"][0]["document"]["total"], 0)
        self.assertEqual(self.row(as_of="2026-02-15", credits="aged")["buckets"], [0, 87.5, 0, 0, 0])
        later = {self.customer.name: {"total": 0}} | self.rows(as_of=str(exchange.date))
        self.assertEqual(later[self.customer.name]["total"], 0)

    def test_company_and_document_currency_side_by_side(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-01": 0.5})
        self.invoice(800, "2026-05-10", "2026-05-20", currency_id=eur.id)
        self.invoice(100, "2026-06-10", "2026-06-20", currency_id=eur.id)
        self.invoice(50, "2026-06-10", "2026-06-20")
        row = self.row()
        self.assertEqual(row["buckets"], [0, 250, 1000, 0, 0])
        parts = {part["currency_id"]: part for part in row["currencies"]}
        self.assertEqual(parts[eur.id]["document"]["buckets"], [0, 100, 800, 0, 0])
        self.assertEqual(parts[eur.id]["buckets"], [0, 200, 1000, 0, 0])
        self.assertIsNone(parts[self.usd.id]["document"])
        self.assertEqual(parts[self.usd.id]["total"], 50)

    def test_a_partial_payment_in_foreign_currency(self):
        """Half of 800 EUR paid at another rate: 400 EUR at the booked rate stay open, to the cent."""
        eur = self.eur({"2026-01-01": 0.8, "2026-02-01": 0.9})
        invoice = self.invoice(800, "2026-01-10", "2026-01-20", currency_id=eur.id)
        self.reconcile(invoice, self.payment(400, "2026-02-10", currency_id=eur.id))
        row = self.row(as_of="2026-02-28")
        self.assertEqual(row["currencies"][0]["document"]["total"], 400)
        self.assertEqual(sum(row["buckets"]) + row["exchange"], row["total"])
        self.assertEqual(sum(row["buckets"]), 500)

    def test_payables_are_positive(self):
        vendor = self.new_partner("Vogel")
        self.invoice(300, "2026-05-01", "2026-05-31", partner=vendor, move_type="in_invoice")
        self.invoice(40, "2026-06-01", partner=vendor, move_type="in_refund")
        row = self.row(vendor, side="payable")
        self.assertEqual((row["buckets"], row["credit_notes"]), ([0, 300, 0, 0, 0], -40))
        self.assertNotIn(vendor.name, self.rows())

    def test_two_definitions_of_a_residual_agree(self):
        """The stored residual plus what settled later equals the balance less what settled before."""
        eur = self.eur({"2026-01-01": 0.8, "2026-03-01": 0.9, "2026-05-01": 0.7})
        for month in range(1, 7):
            currency = eur if month % 2 else self.usd
            values = {"currency_id": currency.id}
            invoice = self.invoice(100.37 * month, f"2026-0{month}-05", **values)
            for day, amount in ((12, 11.11), (20, 33.33 * month), (27, 500)):
                payment = self.payment(amount, f"2026-0{month}-{day}", **values)
                if not invoice.line_ids.filtered("amount_residual").ids or day == 27:
                    continue
                self.reconcile(invoice, payment)
        self.reconcile(self.invoice(77, "2026-02-02"), self.payment(77, "2026-09-09"))
        for as_of in ("2026-01-31", "2026-03-15", "2026-05-20", AS_OF, "2026-12-31"):
            items = self.report.open_items({"as_of": as_of}).search([])
            ours = {item.id: (item.residual, item.residual_currency) for item in items}
            self.assertEqual(ours, self._residuals_by_definition(as_of))
            self.assertReportTies(self.report.get_page({"as_of": as_of}))

    def _residuals_by_definition(self, as_of):
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.id,
                       line.balance - COALESCE(SUM(CASE WHEN partial.debit_move_id = line.id
                            THEN partial.amount ELSE -partial.amount END), 0),
                       line.amount_currency - COALESCE(SUM(CASE WHEN partial.debit_move_id = line.id
                            THEN partial.debit_amount_currency ELSE -partial.credit_amount_currency END), 0)
                  FROM account_move_line line
                  LEFT JOIN account_partial_reconcile partial
                    ON line.id IN (partial.debit_move_id, partial.credit_move_id)
                   AND partial.max_date <= %(as_of)s
                 WHERE line.account_id = %(account)s AND line.date <= %(as_of)s
                   AND line.parent_state = 'posted' AND line.company_id = %(company)s
                 GROUP BY line.id
                """,
                as_of=as_of,
                account=self.receivable.id,
                company=self.company.id,
            )
        )
        return {
            line: (float(amount), float(currency)) for line, amount, currency in rows if amount or currency
        }
