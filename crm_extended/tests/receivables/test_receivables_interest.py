"""Interest for late payment: what is computed, charged once, waived and taken back."""

from datetime import date

from freezegun import freeze_time
from psycopg2.errors import ExclusionViolation, UniqueViolation

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ReceivablesCommon

LATE = "2026-12-31"


class InterestCommon(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crmx.interest.policy"].search([]).active = False
        cls.company.crmx_interest_account_id = cls.income
        cls.table = cls.env["crmx.interest.table"].create(
            {
                "name": "Reference rate",
                "line_ids": [
                    Command.create({"date_from": "2026-01-01", "percent": 2.15}),
                    Command.create({"date_from": "2026-07-01", "percent": 2.40}),
                ],
            }
        )
        cls.directive = cls.policy(
            "Directive", kind="reference", table_id=cls.table.id, rate=8, basis="365", fee=40
        )
        cls.company.crmx_interest_policy_id = cls.directive
        cls.notes = cls.env["crmx.interest.note"]

    @classmethod
    def policy(cls, name, **values):
        return cls.env["crmx.interest.policy"].create(
            {
                "name": name,
                "date_start": "2026-01-01",
                "company_id": cls.company.id,
                "fee_currency_id": cls.usd.id,
                **values,
            }
        )

    def propose(self, until=LATE, partner=None):
        notes, self.problems = self.notes._propose(
            self.company, date.fromisoformat(until), partner or self.customer
        )
        return notes

    def lines(self, note):
        return [
            (line.kind, str(line.date_from), str(line.date_to), line.days, line.principal, line.amount)
            for line in note.line_ids.sorted(lambda line: (line.kind == "fee", line.date_from))
        ]


@tagged("post_install", "-at_install")
class TestReceivablesInterest(InterestCommon):
    def test_the_directive_and_its_debit_note(self):
        """10,000 due on 31 May and paid on 20 July: 83.42, 56.99 and 40, though the invoice is paid."""
        invoice = self.invoice(10000, "2026-05-01", "2026-05-31")
        self.reconcile(invoice, self.payment(10000, "2026-07-20"))
        note = self.propose()
        self.assertEqual(
            self.lines(note),
            [
                ("interest", "2026-06-01", "2026-06-30", 30, 10000, 83.42),
                ("interest", "2026-07-01", "2026-07-20", 20, 10000, 56.99),
                ("fee", LATE, LATE, 1, 0, 40),
            ],
        )
        self.assertEqual((note.interest, note.fee, note.amount, note.item_count), (140.41, 40, 180.41, 1))
        note.action_post()
        move = note.move_id
        self.assertEqual((move.state, move.move_type, move.amount_total), ("posted", "out_invoice", 180.41))
        self.assertEqual((move.debit_origin_id, move.partner_id), (invoice, self.customer))
        self.assertEqual(move.invoice_line_ids.mapped("price_subtotal"), [140.41, 40])
        self.assertFalse(move.invoice_line_ids.tax_ids)
        self.assertFalse(self.propose(), "nothing twice, and no interest on interest")
        with self.assertRaisesRegex(UserError, "Cancel that instead"):
            move.button_draft()

    def test_the_calculation_is_printed(self):
        self.directive.text = "By law."
        invoice = self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-07-20")
        html = self.env["ir.actions.report"]._render_qweb_html("crm_extended.interest_note", note.ids)[0]
        for text in (invoice.name, "10.15 %", "10.4 %", "83.42", "56.99", "180.41", "By law.", "Proposal"):
            self.assertIn(text, html.decode())

    def test_one_period_after_another(self):
        """Charged month by month, a debt bears what it bears at once."""
        self.invoice(10000, "2026-05-01", "2026-05-31")
        first = self.propose("2026-06-30")
        first.action_post()
        second = self.propose("2026-07-20")
        self.assertEqual(self.lines(first)[0], ("interest", "2026-06-01", "2026-06-30", 30, 10000, 83.42))
        self.assertEqual(self.lines(second), [("interest", "2026-07-01", "2026-07-20", 20, 10000, 56.99)])
        self.assertEqual(self.propose("2026-07-20").amount, 56.99, "proposals are made anew")
        self.assertFalse(second.exists())

    def test_partial_payments_and_credit_notes(self):
        """What a credit note takes away was never owed; money counts from the day after it came."""
        self.directive.write({"fee": 0, "kind": "day", "rate": 0.1})
        invoice = self.invoice(1000, "2026-03-01", "2026-03-31")
        self.reconcile(invoice, self.invoice(200, "2026-04-20", move_type="out_refund"))
        self.reconcile(invoice, self.payment(300, "2026-04-10"))
        note = self.propose("2026-04-30")
        self.assertEqual(
            self.lines(note),
            [
                ("interest", "2026-04-01", "2026-04-10", 10, 800, 8),
                ("interest", "2026-04-11", "2026-04-30", 20, 500, 10),
            ],
        )

    def test_each_instalment_by_its_own_date(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 60}),
                ],
            }
        )
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 5})
        self.invoice(1000, "2026-03-01", invoice_date_due=False, invoice_payment_term_id=term.id)
        note = self.propose("2026-05-10")
        self.assertEqual([line[1:] for line in self.lines(note)][:2], [
            ("2026-03-02", "2026-05-10", 70, 500, 35),
            ("2026-05-01", "2026-05-10", 10, 500, 5),
        ])  # fmt: skip
        self.assertEqual(note.fee, 10)

    def test_what_waits(self):
        """Contested, not to be reminded, due before the terms begin, or within the days of grace."""
        self.directive.grace_days = 10
        contested = self.invoice(500, "2026-03-01")
        dispute = self.env["crmx.dispute"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "reason_id": self.env["crmx.dispute.reason"].search([], limit=1).id,
                "description": "Wet",
                "line_ids": [
                    Command.create({"move_line_id": contested.line_ids.filtered("date_maturity").id})
                ],
            }
        )
        quiet = self.invoice(500, "2026-03-01")
        quiet.no_followup = True
        self.invoice(500, "2025-12-31")
        self.invoice(500, "2026-03-25")
        self.entry(-50, "2026-03-01")
        self.assertFalse(self.propose("2026-04-04"))
        dispute._close("resolved", "rejected", "It was dry.")
        note = self.propose("2026-04-04")
        self.assertEqual(note.line_ids.move_line_id.move_id, contested)
        self.assertEqual(str(min(note.line_ids.mapped("date_from"))), "2026-03-02")

    def test_not_while_it_is_paid_in_instalments(self):
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 0})
        invoice = self.invoice(1000, "2026-03-01", "2026-03-31")
        item = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
        plan = self.env["crmx.instalment.plan"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date": "2026-04-10",
                "date_first": "2026-05-10",
                "line_ids": [Command.create({"move_line_id": item.id})],
            }
        )
        with freeze_time("2026-04-10"):
            plan.action_start()
        self.assertEqual([line[1:] for line in self.lines(self.propose("2026-04-30"))], [
            ("2026-04-01", "2026-04-10", 10, 1000, 10),
        ])  # fmt: skip
        plan.sudo().write({"state": "defaulted", "date_judged": "2026-05-12"})
        self.assertEqual(self.propose("2026-05-31").interest, 10 + 19)
        self.directive.pauses_planned = False
        self.assertEqual(self.propose("2026-05-31").interest, 61)

    def plan_of(self, invoice, **values):
        plan = self.env["crmx.instalment.plan"].create(
            {
                "partner_id": self.customer.id,
                "company_id": self.company.id,
                "date": "2026-04-10",
                "date_first": "2026-04-20",
                "instalment_count": 2,
                "tolerance_days": 3,
                "line_ids": [Command.create({"move_line_id": invoice.line_ids.filtered("date_maturity").id})],
                **values,
            }
        )
        with freeze_time("2026-04-10"):
            plan.action_start()
        return plan

    def test_the_plan_says_what_bears_interest(self):
        """The plan's own word comes before the terms': nothing, all of it, or what is not there in time."""
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 0})
        invoice = self.invoice(1000, "2026-03-01", "2026-03-31")
        plan = self.plan_of(invoice, interest="instalments")
        self.assertEqual([line[1:] for line in self.lines(self.propose("2026-05-31"))], [
            ("2026-04-01", "2026-04-10", 10, 1000, 10),
            # 500 until 20 April, with three days of tolerance, and 500 a month later
            ("2026-04-24", "2026-05-23", 30, 500, 15),
            ("2026-05-24", "2026-05-31", 8, 1000, 8),
        ])  # fmt: skip
        self.reconcile(invoice, self.payment(500, "2026-05-03"))
        self.assertEqual([line[1:] for line in self.lines(self.propose("2026-05-31"))], [
            ("2026-04-01", "2026-04-10", 10, 1000, 10),
            ("2026-04-24", "2026-05-03", 10, 500, 5),
            ("2026-05-24", "2026-05-31", 8, 500, 4),
        ])  # fmt: skip
        plan.sudo().write({"state": "defaulted", "date_judged": "2026-04-26"})
        self.assertEqual([line[1:] for line in self.lines(self.propose("2026-05-31"))], [
            ("2026-04-01", "2026-04-10", 10, 1000, 10),
            ("2026-04-24", "2026-04-26", 3, 500, 1.5),
            ("2026-04-27", "2026-05-03", 7, 1000, 7),
            ("2026-05-04", "2026-05-31", 28, 500, 14),
        ])  # fmt: skip

    def test_a_plan_with_or_without_interest(self):
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 0, "pauses_planned": False})
        one = self.invoice(1000, "2026-03-01", "2026-03-31")
        plan = self.plan_of(one, interest="none")
        self.assertEqual(self.propose("2026-04-30").interest, 10)
        self.directive.pauses_planned = True
        plan.sudo().interest = "debt"
        self.assertEqual(self.propose("2026-04-30").interest, 30)

    def test_a_plan_of_several_debts(self):
        """The earliest instalments pay the oldest debts: 400 of the second one are late with the first."""
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 0})
        old, new = (
            self.invoice(600, "2026-03-01", "2026-03-31"),
            self.invoice(800, "2026-04-01", "2026-04-05"),
        )
        item = new.line_ids.filtered("date_maturity")
        self.plan_of(old, interest="instalments", line_ids=[
            Command.create({"move_line_id": item.id}),
            Command.create({"move_line_id": old.line_ids.filtered("date_maturity").id}),
        ])  # fmt: skip
        lines = self.propose("2026-04-30").line_ids.filtered(lambda line: str(line.date_to) == "2026-04-30")
        self.assertEqual(
            sorted((line.document, line.principal, line.days) for line in lines),
            [(old.name, 600, 7), (new.name, 100, 7)],
        )

    def test_who_has_which_terms(self):
        tag = self.env["res.partner.category"].create({"name": "Penalty"})
        tagged_one = self.new_partner("Tagged", category_id=[Command.link(tag.id)])
        agreed = self.new_partner("Agreed", category_id=[Command.link(tag.id)])
        of_tag = self.policy("Of the tag", kind="day", rate=1, category_ids=[Command.link(tag.id)])
        own = self.policy("Own", kind="none", partner_ids=[Command.link(agreed.id)])
        partners = self.customer | tagged_one | agreed
        self.assertEqual(
            list(self.env["crmx.interest.policy"]._of_partners(self.company, partners).values()),
            [self.directive, of_tag, own],
        )
        for partner in partners:
            self.invoice(100, "2026-03-01", partner=partner)
        notes = self.propose("2026-03-11", partners)
        self.assertEqual(
            {note.partner_id: (note.policy_id, note.interest) for note in notes},
            {self.customer: (self.directive, 0.28), tagged_one: (of_tag, 10)},
        )
        with self.assertRaisesRegex(ValidationError, "needs a table"):
            self.policy("Without a table", kind="part")

    def test_small_amounts_wait(self):
        self.directive.write({"fee": 0, "minimum": 5})
        self.invoice(100, "2026-03-01")
        self.assertFalse(self.propose("2026-04-30"))
        self.assertEqual(self.propose("2026-10-31").amount, 6.86)

    def test_a_rate_that_is_missing(self):
        self.table.line_ids.filtered(lambda rate: rate.percent == 2.15).date_to = "2026-04-30"
        gap = self.invoice(100, "2026-04-01")
        fine = self.invoice(100, "2026-08-01")
        note = self.propose("2026-08-31")
        self.assertEqual(note.line_ids.move_line_id.move_id, fine)
        self.assertEqual(len(self.problems), 1)
        for text in ("Reference rate", "05/01/2026", gap.name):
            self.assertIn(text, self.problems[0])

    def test_a_currency_without_rate(self):
        eur = self.eur({"2027-01-01": 0.5})
        self.directive.fee_currency_id = eur
        self.invoice(100, "2026-03-01")
        with self.assertRaisesRegex(UserError, "no rate of EUR"):
            self.propose()
        self.eur({"2026-01-01": 0.8})
        self.assertEqual(self.propose().fee, 50)

    def test_in_the_currency_of_the_debt(self):
        eur = self.eur({"2026-01-01": 0.5})
        self.directive.write({"kind": "day", "rate": 0.1})
        self.invoice(100, "2026-03-01", currency_id=eur.id)
        self.invoice(100, "2026-03-01")
        notes = self.propose("2026-03-31")
        self.assertEqual(
            {note.currency_id: (note.interest, note.fee) for note in notes},
            {eur: (3, 20), self.usd: (3, 40)},
        )
        notes.action_post()
        self.assertEqual(notes.move_id.mapped("currency_id"), notes.currency_id)

    def test_what_changed_since_it_was_computed(self):
        """Paid meanwhile: not posted with wrong figures, neither by hand nor in the background."""
        invoice = self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-07-20")
        self.reconcile(invoice, self.payment(10000, "2026-06-30"))
        with self.assertRaisesRegex(UserError, f"has changed.*{invoice.name}"):
            note.action_post()
        note.sudo().state = "queued"
        self.post_queued()
        self.assertEqual(note.state, "draft")
        self.assertIn("has changed", note.error)
        self.assertFalse(note.move_id)
        note = self.propose("2026-07-20")
        note.sudo().state = "queued"
        self.post_queued()
        self.assertEqual((note.state, note.amount, note.error), ("posted", 123.42, False))

    def post_queued(self):
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_interest_post").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def test_an_invoice_reversed_since_then(self):
        invoice = self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-07-20")
        invoice._reverse_moves([{"invoice_date": "2026-07-21"}], cancel=True)
        with self.assertRaisesRegex(UserError, "has changed"):
            note.action_post()
        self.assertFalse(self.propose("2026-07-20"))

    def test_the_database_charges_nothing_twice(self):
        """Whatever two runs at once have read before."""
        invoice = self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-07-20")
        other = note.copy()
        values = {**note.line_ids.sorted("date_from")[0].copy_data()[0], "note_id": other.id}
        fee = {**note.line_ids.filtered(lambda line: line.kind == "fee").copy_data()[0], "note_id": other.id}
        for vals, error in (
            ({**values, "date_from": "2026-06-30", "date_to": "2026-06-30"}, ExclusionViolation),
            (fee, UniqueViolation),
        ):
            with self.assertRaises(error), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
                self.env["crmx.interest.line"].create(vals)
        self.env["crmx.interest.line"].create({**values, "date_from": "2026-05-01", "date_to": "2026-05-31"})
        self.assertTrue(invoice)

    def test_waived_and_cancelled(self):
        self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-06-30")
        note.action_post()
        note._cancel("Wrong terms.")
        self.assertEqual((note.state, note.reversal_id.amount_total), ("cancelled", 123.42))
        self.assertEqual(note.move_id.payment_state, "reversed")
        again = self.propose("2026-06-30")
        self.assertEqual(again.amount, 123.42)
        wizard = self.env["crmx.interest.decide"].with_context(**again.action_waive()["context"])
        wizard.create({"reason": "He has been with us for years."}).action_decide()
        self.assertEqual((again.state, again.amount, again.reason[:6]), ("waived", 0, "He has"))
        self.assertFalse(again.move_id)
        self.assertFalse(self.propose("2026-06-30"), "waived is settled")
        with self.assertRaisesRegex(UserError, "is waived by now"):
            again.action_post()
        with self.assertRaisesRegex(UserError, "stays on record"):
            again.unlink()
        self.env.cr.precommit.run()
        log = self.env["crmx.receivables.log"].search([("res_model", "=", note._name)], order="id")
        self.assertEqual(
            log.mapped("kind")[-3:], ["interest_posted", "interest_cancelled", "interest_waived"]
        )

    def test_money_pays_interest_first(self):
        """Of 500 that came after 100 days, 100 are interest: 600 go on bearing, not 500."""
        self.directive.write({"kind": "day", "rate": 0.1, "fee": 0, "is_interest_first": True})
        invoice = self.invoice(1000, "2026-01-01", "2026-01-31")
        self.reconcile(invoice, self.payment(500, "2026-05-11"))
        note = self.propose("2026-05-21")
        self.assertEqual([line[3:] for line in self.lines(note)], [(100, 1000, 100), (10, 600, 6)])
        note.action_post()
        self.payment(206, "2026-05-25")
        note.action_allocate()
        open_items = self.env["crmx.open.item"].search([("commercial_partner_id", "=", self.customer.id)])
        self.assertEqual(open_items.mapped(lambda item: (item.move_id, item.residual)), [(invoice, 400)])
        with self.assertRaisesRegex(UserError, "no unallocated payment"):
            note.action_allocate()

    def test_tax_and_account_by_setting(self):
        tax = self.company_data["default_tax_sale"]
        self.company.crmx_interest_tax_ids = tax
        self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-06-30")
        self.company.crmx_interest_account_id = False
        with self.assertRaisesRegex(UserError, "Choose the account"):
            note.action_post()
        self.company.crmx_interest_account_id = self.income
        note.action_post()
        self.assertEqual(note.move_id.amount_untaxed, 123.42)
        self.assertEqual(note.move_id.amount_total, round(123.42 * (1 + tax.amount / 100), 2))

    def test_lock_dates_are_the_hosts(self):
        self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-06-30")
        note.date = "2026-07-01"
        self.company.sudo().hard_lock_date = "2026-07-31"
        note.action_post()
        self.assertGreater(str(note.move_id.date), "2026-07-31", "the host moves what it may not book")

    def test_queries_do_not_grow(self):
        def queries(count):
            for _number in range(count):
                self.invoice(100, "2026-03-01")
            self.notes._owed(self.company, date(2026, 6, 30), self.customer)  # what servers keep is kept
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            rows, _problems = self.notes._owed(self.company, date(2026, 6, 30), self.customer)
            self.assertTrue(rows)
            return self.cr.sql_log_count - before

        queries(1)
        few = queries(2)
        self.assertEqual(queries(12), few)

    def test_who_may(self):
        self.invoice(10000, "2026-05-01", "2026-05-31")
        note = self.propose("2026-06-30")
        common = {"company_id": self.company.id, "company_ids": self.company.ids}
        reader = new_test_user(
            self.env, "crmx_interest_reader", groups="crm_extended.group_receivables_user", **common
        )
        self.assertEqual(note.with_user(reader).amount, 123.42)
        for action in (
            note.with_user(reader).action_post,
            lambda: note.with_user(reader)._waive("Why not?"),
            lambda: self.notes.with_user(reader)._propose(self.company, date(2026, 6, 30)),
        ):
            with self.assertRaises(AccessError):
                action()
        biller = new_test_user(
            self.env, "crmx_interest_biller", groups="account.group_account_invoice", **common
        )
        with self.assertRaisesRegex(UserError, "own buttons"):
            note.with_user(biller).state = "posted"
        with self.assertRaisesRegex(UserError, "follows from the ledger"):
            note.line_ids[0].with_user(biller).amount = 1
        wizard = self.env["crmx.interest.propose"].with_user(biller).with_company(self.company)
        wizard = wizard.create({"date_to": "2026-06-30", "partner_ids": [Command.set(self.customer.ids)]})
        wizard.date_to = "2999-01-01"
        with self.assertRaisesRegex(UserError, "up to today"):
            wizard.action_propose()
        wizard.date_to = "2026-06-30"
        wizard.action_propose()
        note = self.notes.search([("partner_id", "=", self.customer.id)])
        note.with_user(biller).action_post()
        self.assertEqual(note.state, "posted")


@tagged("post_install", "-at_install")
class TestReceivablesInterestSchedule(InterestCommon):
    """Interest is proposed by itself, once for each period that has ended."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.responsible = new_test_user(
            cls.env,
            "crmx_interest_user",
            groups="account.group_account_invoice,crm_extended.group_receivables_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.directive.write({"kind": "day", "rate": 0.1, "fee": 0, "schedule": "month",
                             "user_id": cls.responsible.id})  # fmt: skip
        cls.env["res.company"].search([]).crmx_use_receivables = False
        cls.company.crmx_use_receivables = True
        cls.periods = cls.env["crmx.interest.period"]

    def run_on(self, day):
        before = self.periods.search([])
        with self.enter_registry_test_mode(), freeze_time(day):
            self.env.ref("crm_extended.ir_cron_interest_propose").method_direct_trigger()
        return self.periods.search([]) - before

    def test_once_a_month(self):
        self.invoice(1000, "2026-03-01", "2026-03-31")
        period = self.run_on("2026-05-06 12:00:00")
        self.assertEqual((str(period.date_to), period.proposed_count), ("2026-04-30", 1))
        note = period.note_ids
        self.assertEqual((note.amount, note.user_id, note.state), (30, self.responsible, "draft"))
        self.assertEqual(period.activity_ids.user_id, self.responsible)
        self.assertFalse(self.run_on("2026-05-07 12:00:00"), "once only")
        note.with_user(self.responsible).unlink()
        self.assertFalse(self.run_on("2026-06-05 12:00:00"), "a proposal that was thrown away stays away")
        self.assertFalse(period.note_ids)
        period.with_user(self.responsible).action_propose()
        self.assertEqual(period.note_ids.amount, 30)

    def test_days_after_the_period(self):
        self.invoice(1000, "2026-03-01", "2026-03-31")
        self.assertFalse(self.run_on("2026-04-06 12:00:00").note_ids, "March bears nothing")
        self.assertFalse(self.run_on("2026-05-05 12:00:00"))
        self.directive.schedule_days = 4
        self.assertEqual(str(self.run_on("2026-05-05 12:00:00").date_to), "2026-04-30")

    def test_what_the_server_slept_through(self):
        """After months without a run, one calculation takes all of it; the next goes on from there."""
        self.invoice(1000, "2026-03-01", "2026-03-31")
        period = self.run_on("2026-07-20 12:00:00")
        self.assertEqual((str(period.date_to), period.note_ids.interest), ("2026-06-30", 91))
        period.note_ids.action_post()
        period = self.run_on("2026-08-06 12:00:00")
        self.assertEqual((str(period.date_to), period.note_ids.interest), ("2026-07-31", 31))

    def test_of_these_terms_only(self):
        other = self.new_partner("Other terms")
        self.policy("Own", kind="day", rate=1, partner_ids=[Command.link(other.id)])
        self.invoice(1000, "2026-03-01", "2026-03-31")
        self.invoice(1000, "2026-03-01", "2026-03-31", partner=other)
        by_hand = self.propose("2026-04-15", other)
        period = self.run_on("2026-05-06 12:00:00")
        self.assertEqual(period.note_ids.partner_id, self.customer)
        self.assertTrue(by_hand.exists())

    def test_what_is_missing_is_said(self):
        self.directive.write({"kind": "reference"})
        self.table.line_ids.filtered(lambda rate: rate.percent == 2.15).date_to = "2026-03-31"
        self.invoice(1000, "2026-03-01", "2026-03-31")
        period = self.run_on("2026-05-06 12:00:00")
        self.assertIn("has no rate", period.problems)
        self.assertEqual(period.activity_ids.user_id, self.responsible)
        self.table.line_ids.date_to = False
        period.with_user(self.responsible).action_propose()
        self.assertFalse(period.problems)
        self.assertTrue(period.note_ids)

    def test_quarters_and_years(self):
        for schedule, day in (("quarter", "2026-03-31"), ("year", "2025-12-31"), ("month", "2026-04-30")):
            self.directive.schedule = schedule
            self.assertEqual(str(self.directive._last_period(date(2026, 5, 20))), day)
