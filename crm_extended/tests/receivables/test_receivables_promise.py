"""Promises against ledgers computed by hand: what counts, what does not, and what becomes of them."""

import doctest

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import BaseCase, Form, tagged
from odoo.tools import mute_logger

from ...tools import collection
from .common import ReceivablesCommon


class TestReceivablesCollectionKernels(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(collection)
        self.assertGreater(result.attempted, 5)
        self.assertFalse(result.failed)


class PromiseCommon(ReceivablesCommon):
    """Promises made on 1 June 2026, unless said otherwise."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.crmx_promise_tolerance = 2

    def item(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def promise(self, amount, promised, *moves, made="2026-06-01", **values):
        """Log a promise: of `amount` in all, or that much of each of the documents' items."""
        lines = [
            Command.create({"move_line_id": item.id, "amount": amount})
            for m in moves
            for item in self.item(m)
        ]
        values = {"partner_id": self.customer.id, "date_promised": promised, "date": made, **values}
        with freeze_time(made):
            return self.env["crmx.promise"].create(
                {**values, **({"line_ids": lines} if lines else {"amount": amount})}
            )

    def judge(self, day, *promises):
        """Judge promises on a day, and return their states."""
        records = self.env["crmx.promise"].union(*promises)
        with freeze_time(day):
            records.action_judge()
        self.env.cr.flush()
        states = [promise.state for promise in promises]
        return states[0] if len(states) == 1 else states

    def pay(self, amount, day, *moves, **values):
        payment = self.payment(amount, day, **values)
        if moves:
            self.reconcile(payment, *moves)
        return payment


@tagged("post_install", "-at_install")
class TestReceivablesPromise(PromiseCommon):
    def test_the_sources_example(self):
        """1,000 by the 10th with 2 tolerance days; 400 on the 11th: partly kept on the 13th."""
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.assertEqual(str(promise.date_deadline), "2026-06-12")
        self.assertEqual(self.judge("2026-06-10", promise), "open")
        self.pay(400, "2026-06-11", invoice)
        self.assertEqual(self.judge("2026-06-12", promise), "open")
        self.assertEqual(promise.received, 400)
        self.assertEqual(self.judge("2026-06-13", promise), "partly")
        self.assertEqual((promise.received, str(promise.date_judged)), (400, "2026-06-13"))
        self.assertEqual(promise.level, 1)
        again = self.promise(600, "2026-06-20", invoice, made="2026-06-14")
        self.assertEqual((again.level, again.previous_id), (2, promise))

    def test_nothing_came(self):
        promise = self.promise(1000, "2026-06-10", self.invoice(1000, "2026-05-01"))
        self.assertEqual(self.judge("2026-06-13", promise), "broken")
        self.assertEqual(promise.received, 0)

    def test_kept_as_soon_as_the_money_is_there(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(600, "2026-06-10", invoice)
        self.pay(600, "2026-06-05", invoice)
        self.assertEqual(self.judge("2026-06-05", promise), "kept")
        self.assertEqual((promise.received, str(promise.date_judged)), (600, "2026-06-05"))

    def test_what_comes_after_the_last_day_does_not_count(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.pay(1000, "2026-06-13", invoice)
        self.assertEqual(self.judge("2026-06-20", promise), "broken")

    def test_what_was_paid_before_does_not_count(self):
        invoice = self.invoice(1000, "2026-05-01")
        self.pay(400, "2026-05-20", invoice)
        promise = self.promise(600, "2026-06-10", invoice)
        self.assertEqual(promise.line_ids.baseline, 600)
        self.assertEqual(self.judge("2026-06-13", promise), "broken")

    def test_booked_late_counts_by_its_date(self):
        """The bank's statement is booked days after; the verdict follows the ledger."""
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.assertEqual(self.judge("2026-06-13", promise), "broken")
        self.assertTrue(promise.activity_ids)
        self.pay(1000, "2026-06-10", invoice)
        self.assertEqual(self.judge("2026-06-15", promise), "kept")
        self.assertFalse(promise.activity_ids)

    def test_days_for_booking_delay_the_verdict(self):
        self.company.crmx_promise_grace = 3
        promise = self.promise(1000, "2026-06-10", self.invoice(1000, "2026-05-01"))
        self.assertEqual(self.judge("2026-06-15", promise), "open")
        self.assertEqual(self.judge("2026-06-16", promise), "broken")

    def test_a_payment_that_is_taken_back_breaks_a_kept_promise(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.pay(1000, "2026-06-09", invoice)
        self.assertEqual(self.judge("2026-06-13", promise), "kept")
        self.item(invoice).remove_move_reconcile()
        self.assertEqual(self.judge("2026-06-14", promise), "broken")

    def test_two_halves_do_not_share_one_payment(self):
        invoice = self.invoice(1000, "2026-05-01")
        first = self.promise(500, "2026-06-10", invoice)
        second = self.promise(500, "2026-06-20", invoice)
        self.pay(500, "2026-06-09", invoice)
        self.assertEqual(self.judge("2026-06-23", second, first), ["broken", "kept"])
        self.assertEqual((first.received, second.received), (500, 0))
        self.pay(500, "2026-06-19", invoice)
        self.assertEqual(self.judge("2026-06-23", second), "kept")

    def test_a_credit_note_is_no_payment(self):
        """700 of 1,000 credited: of the 600 promised, 300 are left to pay."""
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(600, "2026-06-10", invoice)
        refund = self.invoice(700, "2026-06-02", move_type="out_refund")
        self.reconcile(invoice, refund)
        self.assertEqual(self.judge("2026-06-05", promise), "open")
        self.assertEqual(promise.received, 0)
        self.pay(300, "2026-06-08", invoice)
        self.assertEqual(self.judge("2026-06-08", promise), "kept")
        self.assertEqual(promise.received, 300)

    def test_all_credited_leaves_nothing_to_pay(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.reconcile(invoice, self.invoice(1000, "2026-06-02", move_type="out_refund"))
        self.assertEqual(self.judge("2026-06-13", promise), "void")
        self.assertFalse(promise.activity_ids)

    def test_an_invoice_taken_back_leaves_nothing_to_pay(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        invoice.button_draft()
        self.assertEqual(self.judge("2026-06-13", promise), "void")

    def test_an_item_that_is_deleted_leaves_the_promise(self):
        """A draft that is changed gets new items; the promise stays, and nothing is left to pay of it."""
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        invoice.button_draft()
        invoice.with_context(force_delete=True).unlink()
        self.env.invalidate_all()
        self.assertFalse(promise.line_ids.move_line_id)
        self.assertEqual((promise.line_ids.amount, promise.amount), (1000, 1000))
        self.assertEqual(self.judge("2026-06-13", promise), "void")

    def test_single_instalments(self):
        """Of an invoice in two instalments, the first is promised; money for the second is no answer."""
        terms = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (10, 40)
                ],
            }
        )
        invoice = self.invoice(1000, "2026-05-01", invoice_payment_term_id=terms.id)
        first, second = self.item(invoice).sorted("date_maturity")
        with freeze_time("2026-06-01"):
            promise = self.env["crmx.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "date_promised": "2026-06-10",
                    "line_ids": [Command.create({"move_line_id": first.id})],
                }
            )
        self.assertEqual(promise.amount, 500)
        payment = self.payment(500, "2026-06-08")
        (
            payment.move_id.line_ids.filtered(lambda line: line.account_id == self.receivable) + second
        ).reconcile()
        self.assertEqual(self.judge("2026-06-13", promise), "broken")

    def test_foreign_currency_is_judged_in_its_own(self):
        """800 EUR paid in full is kept, whatever the rate did to the company's currency."""
        eur = self.eur({"2026-01-01": 0.8, "2026-06-05": 0.9})
        invoice = self.invoice(800, "2026-05-01", currency_id=eur.id)
        promise = self.promise(800, "2026-06-10", invoice)
        self.assertEqual((promise.currency_id, promise.amount_company), (eur, 1000))
        self.pay(799, "2026-06-08", invoice, currency_id=eur.id)
        self.assertEqual(self.judge("2026-06-13", promise), "partly")
        self.pay(1, "2026-06-09", invoice, currency_id=eur.id)
        self.assertEqual(self.judge("2026-06-13", promise), "kept")
        self.assertEqual(promise.received, 800)

    # === PROMISES OF ALL THAT IS OWED === #

    def test_any_payment_counts_for_a_promise_without_items(self):
        self.invoice(1000, "2026-05-01")
        promise = self.promise(700, "2026-06-10")
        self.pay(300, "2026-06-03")
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        self.assertEqual(self.judge("2026-06-04", promise), "open")
        self.assertEqual(promise.received, 300)
        self.pay(400, "2026-06-11", partner=contact)
        self.assertEqual(self.judge("2026-06-11", promise), "kept")

    def test_payments_of_before_and_of_others_do_not_count(self):
        self.pay(500, "2026-05-31")
        self.pay(500, "2026-06-01")  # known when the promise was made
        promise = self.promise(500, "2026-06-10")
        self.assertEqual(promise.baseline, 500)
        self.pay(500, "2026-06-05", partner=self.new_partner("Brandt"))
        self.assertEqual(self.judge("2026-06-13", promise), "broken")

    def test_a_payment_of_the_same_day_booked_later_counts(self):
        promise = self.promise(500, "2026-06-10")
        self.pay(500, "2026-06-01")
        self.assertEqual(self.judge("2026-06-02", promise), "kept")

    def test_money_for_items_is_not_there_for_the_rest(self):
        invoice = self.invoice(400, "2026-05-01")
        on_item = self.promise(400, "2026-06-10", invoice)
        in_all = self.promise(300, "2026-06-10")
        self.pay(400, "2026-06-05", invoice)
        self.assertEqual(self.judge("2026-06-13", on_item, in_all), ["kept", "broken"])
        self.pay(300, "2026-06-06")
        self.assertEqual(self.judge("2026-06-13", on_item, in_all), ["kept", "kept"])

    def test_two_promises_without_items_do_not_share_one_payment(self):
        first, second = self.promise(500, "2026-06-10"), self.promise(500, "2026-06-20")
        self.pay(600, "2026-06-09")
        self.assertEqual(self.judge("2026-06-23", first, second), ["kept", "partly"])
        self.assertEqual((first.received, second.received), (500, 100))

    def test_payments_in_other_currencies_are_converted_at_their_day(self):
        eur = self.eur({"2026-01-01": 0.8})
        promise = self.promise(100, "2026-06-10")
        self.pay(80, "2026-06-05", currency_id=eur.id)
        self.assertEqual(self.judge("2026-06-13", promise), "kept")

    def test_money_paid_back_does_not_count(self):
        promise = self.promise(100, "2026-06-10")
        self.pay(100, "2026-06-05")
        self.pay(40, "2026-06-06", payment_type="outbound")
        self.assertEqual(self.judge("2026-06-13", promise), "partly")
        self.assertEqual(promise.received, 60)

    # === WHAT FOLLOWS === #

    def test_a_broken_promise_gives_its_collector_a_task(self):
        promise = self.promise(100, "2026-06-10")
        self.judge("2026-06-13", promise)
        [activity] = promise.activity_ids
        self.assertEqual(activity.user_id, self.env.user)
        self.assertEqual(str(activity.date_deadline), "2026-06-13")
        self.assertIn("Broken: $ 0.00 of $ 100.00", promise.message_ids[0].body.replace("&nbsp;", " "))
        self.judge("2026-06-14", promise)
        self.assertEqual(len(promise.activity_ids), 1, "one task, however often it is judged")

    def test_counts_on_the_partner(self):
        invoice = self.invoice(100, "2026-05-01")
        kept = self.promise(100, "2026-06-10", invoice)
        self.pay(100, "2026-06-05", invoice)
        broken, opened = self.promise(50, "2026-06-10"), self.promise(50, "2026-06-30")
        self.judge("2026-06-13", kept, broken, opened)
        self.env.invalidate_all()
        contact = self.new_partner("Ada", parent_id=self.customer.id, is_company=False)
        for partner in (self.customer, contact):
            self.assertEqual(partner.crmx_promise_kept_count, 1)
            self.assertEqual(partner.crmx_promise_broken_count, 1)
            self.assertEqual(partner.crmx_promise_open_count, 1)
        self.assertEqual(invoice.crmx_promise_count, 1)

    def test_the_register_knows_each_step(self):
        promise = self.promise(100, "2026-06-10")
        self.judge("2026-06-13", promise)
        other = self.promise(100, "2026-06-10")
        other.action_withdraw()
        self.env.cr.flush()
        entries = self.env["crmx.receivables.log"].search([("res_model", "=", "crmx.promise")], order="id")
        self.assertEqual(
            [(entry.kind, entry.res_id) for entry in entries],
            [
                ("promise_made", promise.id),
                ("promise_judged", promise.id),
                ("promise_made", other.id),
                ("promise_withdrawn", other.id),
            ],
        )

    def test_open_items_say_what_is_promised(self):
        invoice = self.invoice(1000, "2026-05-01")
        self.promise(600, "2026-06-10", invoice)
        item = self.env["crmx.open.item"].browse(self.item(invoice).id)
        self.assertEqual(item.with_context(crmx_as_of="2026-06-05").promised_amount, 600)
        self.assertEqual(item.with_context(crmx_as_of="2026-05-31").promised_amount, 0)

    # === LOGGING, AND WHAT IS REFUSED === #

    def test_from_invoice_and_open_items(self):
        invoice = self.invoice(1000, "2026-05-01")
        self.pay(100, "2026-05-20", invoice)
        item = self.env["crmx.open.item"].browse(self.item(invoice).id)
        for action in (invoice.action_crmx_log_promise(), item.action_crmx_log_promise()):
            form = Form(self.env["crmx.promise"].with_context(**action["context"]))
            form.date_promised = fields.Date.today()
            promise = form.save()
            self.assertEqual((promise.partner_id, promise.amount), (self.customer, 900))
            self.assertEqual(promise.line_ids.move_line_id, self.item(invoice))

    def test_items_of_two_customers_are_two_promises(self):
        moves = self.invoice(10, "2026-05-01") + self.invoice(10, "2026-05-01", partner=self.new_partner("B"))
        with self.assertRaisesRegex(UserError, "one customer"):
            moves.action_crmx_log_promise()

    def test_items_in_two_currencies_are_two_promises(self):
        eur = self.eur({"2026-01-01": 0.8})
        moves = self.invoice(10, "2026-05-01") + self.invoice(10, "2026-05-01", currency_id=eur.id)
        with self.assertRaisesRegex(UserError, "one currency"):
            moves.action_crmx_log_promise()
        with self.assertRaisesRegex(ValidationError, "in one currency"):
            self.promise(10, "2026-06-10", *moves)

    def test_nothing_open_to_promise(self):
        invoice = self.invoice(100, "2026-05-01")
        self.pay(100, "2026-05-20", invoice)
        with self.assertRaisesRegex(UserError, "no open debt"):
            invoice.action_crmx_log_promise()

    def test_more_than_is_open(self):
        invoice = self.invoice(100, "2026-05-01")
        with self.assertRaisesRegex(ValidationError, "Only .*100.00 of"):
            self.promise(101, "2026-06-10", invoice)

    def test_a_debt_of_somebody_else(self):
        invoice = self.invoice(100, "2026-05-01", partner=self.new_partner("Brandt"))
        with self.assertRaisesRegex(ValidationError, "no debt of Adler"):
            self.promise(100, "2026-06-10", invoice)

    @mute_logger("odoo.sql_db")
    def test_impossible_promises(self):
        for values in ({"amount": 0}, {"date_promised": "2026-05-31"}, {"tolerance_days": -1}):
            with self.subTest(values), self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.promise(values.pop("amount", 10), values.pop("date_promised", "2026-06-10"), **values)

    def test_a_promise_stays_as_it_was_made(self):
        promise = self.promise(100, "2026-06-10", self.invoice(100, "2026-05-01"))
        for values in (
            {"date_promised": "2026-12-31"},
            {"amount": 1},
            {"state": "kept"},
            {"received": 100},
            {"line_ids": [Command.clear()]},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                promise.write(values)
        with self.assertRaises(UserError):
            promise.line_ids.copy({"promise_id": promise.id})
        with self.assertRaises(UserError):
            promise.unlink()
        promise.write({"note": "He sounded sure.", "date_promised": "2026-06-10"})
        self.assertEqual(promise.note, "He sounded sure.")

    def test_withdrawn_promises_are_left_alone(self):
        promise = self.promise(100, "2026-06-10")
        promise.action_withdraw()
        self.assertEqual(self.judge("2026-06-13", promise), "withdrawn")
        with self.assertRaises(UserError):
            promise.action_withdraw()

    def test_promised_again_takes_what_is_left(self):
        invoice = self.invoice(1000, "2026-05-01")
        promise = self.promise(1000, "2026-06-10", invoice)
        self.pay(400, "2026-06-09", invoice)
        self.judge("2026-06-13", promise)
        context = promise.action_promise_again()["context"]
        self.assertEqual(context["default_line_ids"][0][2]["amount"], 600)

    def test_as_the_next_step_of_an_interaction(self):
        interaction = self.env["crmx.interaction"].create(
            {
                "partner_id": self.customer.id,
                "next_step": "promise",
                "next_date": "2099-06-10 12:00:00",
                "next_summary": "After the fair",
                "crmx_promised_amount": 250,
            }
        )
        promise = self.env["crmx.promise"].browse(interaction.next_res_id)
        self.assertEqual(interaction.next_res_model, "crmx.promise")
        self.assertEqual((promise.amount, str(promise.date_promised)), (250, "2099-06-10"))
        self.assertEqual((promise.note, promise.partner_id), ("After the fair", self.customer))
        with self.assertRaisesRegex(ValidationError, "how much"):
            self.env["crmx.interaction"].create(
                {"partner_id": self.customer.id, "next_step": "promise", "next_date": "2099-06-10 12:00:00"}
            )

    def test_the_history_has_it(self):
        promise = self.promise(100, "2026-06-10")
        self.judge("2026-06-13", promise)
        self.env.cr.execute(
            "SELECT kind FROM crmx_timeline_event WHERE res_model = 'crmx.promise' AND res_id = %s "
            "AND commercial_partner_id = %s ORDER BY kind",
            [promise.id, self.customer.id],
        )
        self.assertEqual([kind for [kind] in self.env.cr.fetchall()], ["promise", "promise_broken"])


@tagged("post_install", "-at_install")
class TestReceivablesPromiseBatch(PromiseCommon):
    def make(self, count):
        invoices = self.env["account.move"]
        for _number in range(count):
            invoices += self.invoice(10, "2026-05-01", post=False)
        invoices.action_post()
        return self.env["crmx.promise"].union(
            *(self.promise(10, "2026-06-10", invoice) for invoice in invoices)
        )

    def test_the_cron_judges_what_is_due_in_chunks(self):
        promises = self.make(3) + self.promise(5, "2026-06-30")
        self.patch(type(promises), "_crmx_chunk", 2)
        with freeze_time("2026-06-13"), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_promise_judge").sudo().method_direct_trigger()
        promises.invalidate_recordset()
        self.assertEqual(promises.mapped("state"), ["broken"] * 3 + ["open"])
        self.assertEqual({str(day) for day in promises.mapped("date_checked")}, {"2026-06-13"})

    def test_a_settlement_lets_the_crons_look_at_once(self):
        invoice = self.invoice(100, "2026-05-01")
        promise = self.promise(100, "2026-06-10", invoice)
        self.judge("2026-06-03", promise)
        crons = self.env.ref("crm_extended.ir_cron_promise_judge").sudo()

        def triggers():
            self.env.cr.flush()
            return self.env["ir.cron.trigger"].sudo().search_count([("cron_id", "in", crons.ids)])

        before = triggers()
        self.pay(100, "2026-06-02", self.invoice(100, "2026-05-01"))
        self.assertEqual((triggers(), str(promise.date_checked)), (before, "2026-06-03"))
        self.pay(100, "2026-06-04", invoice)
        self.assertEqual((triggers(), promise.date_checked), (before + 1, False))
        self.judge("2026-06-04", promise)
        self.item(invoice).remove_move_reconcile()
        self.assertEqual((triggers(), promise.date_checked), (before + 2, False))

    def test_queries_do_not_grow_with_promises(self):
        few, many = self.make(2), self.make(30)

        def count(promises, day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.judge(day, *promises)
            self.env.flush_all()
            return self.cr.sql_log_count - before

        count(few, "2026-06-12")
        open_few, open_many = count(few, "2026-06-12"), count(many, "2026-06-12")
        self.assertLessEqual(open_many, open_few + 2)
        broken_few, broken_many = count(few, "2026-06-13"), count(many, "2026-06-13")
        self.assertEqual(set(many.mapped("state")), {"broken"})
        self.assertLessEqual(broken_many, broken_few + 4, "more only as rows are written in batches")
