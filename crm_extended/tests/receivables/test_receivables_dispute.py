"""Disputes: what is contested, what that does to the figures, and how it ends."""

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged

from .common import AS_OF, ReceivablesCommon


class DisputeCommon(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.reason = cls.env.ref("crm_extended.crmx_dispute_reason_price")

    def item(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def dispute(self, amount, *moves, opened="2026-06-01", **values):
        lines = [
            Command.create({"move_line_id": item.id, "amount": amount})
            for move in moves
            for item in self.item(move)
        ]
        values = {"partner_id": self.customer.id, "reason_id": self.reason.id, **values}
        with freeze_time(opened):
            return self.env["crmx.dispute"].create({**values, "line_ids": lines})

    def resolve(self, disputes, day, resolution="rejected"):
        with freeze_time(day):
            action = disputes.action_resolve()
            wizard = self.env["crmx.dispute.resolve"].with_context(**action["context"])
            wizard.create({"resolution": resolution, "note": "Decided."}).action_resolve()


@tagged("post_install", "-at_install")
class TestReceivablesDispute(DisputeCommon):
    def test_opening(self):
        self.reason.days = 12
        invoice = self.invoice(1000, "2026-05-01")
        dispute = self.dispute(300, invoice)
        self.assertRegex(dispute.name, r"D/2026/\d{4}")
        self.assertEqual((str(dispute.date), str(dispute.date_deadline)), ("2026-06-01", "2026-06-13"))
        self.assertEqual(dispute.user_id, invoice.invoice_user_id)
        self.assertEqual((dispute.amount_company, dispute.line_ids.baseline), (300, 1000))
        self.assertIn(dispute.user_id.partner_id, dispute.message_partner_ids)
        self.assertEqual(invoice.crmx_dispute_count, 1)
        self.assertEqual(self.customer.crmx_dispute_open_count, 1)

    def test_the_reason_says_who_owns_it(self):
        owner = self.env["res.users"].sudo().create({"name": "Owner", "login": "crmx_owner"})
        self.reason.sudo().user_id = owner
        self.assertEqual(self.dispute(10, self.invoice(10, "2026-05-01")).user_id, owner)

    def test_resolving_says_how_and_how_long_it_took(self):
        dispute = self.dispute(300, self.invoice(1000, "2026-05-01"))
        self.resolve(dispute, "2026-06-11")
        self.assertEqual((dispute.state, dispute.resolution, dispute.days), ("resolved", "rejected", 10))
        self.assertEqual(dispute.resolution_note, "Decided.")
        with self.assertRaisesRegex(UserError, "closed in the meantime"):
            self.resolve(dispute, "2026-06-12")
        with self.assertRaisesRegex(UserError, "Reopen"):
            dispute.state = "new"
        with self.assertRaisesRegex(UserError, "Reopen"):
            dispute.line_ids.amount = 5
        dispute.action_reopen()
        self.assertEqual((dispute.state, dispute.resolution, dispute.date_closed), ("progress", False, False))

    def test_it_closes_itself_once_all_is_settled(self):
        first, second = self.invoice(100, "2026-05-01"), self.invoice(200, "2026-05-01")
        dispute = self.dispute(50, first, second)
        self.reconcile(first, self.payment(100, "2026-06-10"))
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_dispute_clear").sudo().method_direct_trigger()
        dispute.invalidate_recordset()
        self.assertEqual(dispute.state, "new")
        self.reconcile(second, self.payment(200, "2026-06-10"))
        with freeze_time("2026-06-12"), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_dispute_clear").sudo().method_direct_trigger()
        dispute.invalidate_recordset()
        self.assertEqual((dispute.state, dispute.days), ("cleared", 11))

    def test_the_hosts_credit_note_is_linked(self):
        invoice = self.invoice(1000, "2026-05-01")
        dispute = self.dispute(1000, invoice)
        action = dispute.action_credit_note()
        self.assertEqual(action["res_model"], "account.move.reversal")
        wizard = self.env["account.move.reversal"].with_context(**action["context"])
        wizard.create({"journal_id": invoice.journal_id.id, "reason": dispute.name}).refund_moves()
        refund = dispute.credit_note_ids
        self.assertEqual((refund.move_type, refund.reversed_entry_id), ("out_refund", invoice))
        self.assertIn(dispute.name, refund.ref)
        self.assertEqual(dispute.credit_note_count, 1)
        self.assertEqual(dispute.action_open_credit_notes()["domain"], [("id", "in", refund.ids)])
        with self.assertRaisesRegex(UserError, "nothing to credit"):
            self.dispute(5, self.entry(10, "2026-05-01")).action_credit_note()

    def test_foreign_currency(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-01": 0.5})
        dispute = self.dispute(80, self.invoice(800, "2026-05-01", currency_id=eur.id))
        self.assertEqual(dispute.amount_company, 100, "at the rate at which the invoice is booked")

    def test_what_is_refused(self):
        invoice = self.invoice(100, "2026-05-01")
        stranger = self.invoice(100, "2026-05-01", partner=self.new_partner("Brandt"))
        for amount, move, words in (
            (101, invoice, "Only .*100.00"),
            (100, stranger, "no debt of Adler"),
        ):
            with (
                self.subTest(words),
                self.assertRaisesRegex(ValidationError, words),
                self.env.cr.savepoint(),
            ):
                self.dispute(amount, move)
        self.dispute(60, invoice)
        with self.assertRaisesRegex(ValidationError, "Together"), self.env.cr.savepoint():
            self.dispute(50, invoice)
        dispute = self.dispute(40, invoice)
        for values in ({"state": "resolved"}, {"resolution": "credit"}, {"date_closed": "2026-06-02"}):
            with self.subTest(values), self.assertRaises(UserError):
                dispute.write(values)
        with self.assertRaises(UserError):
            self.env["crmx.dispute"].create(
                {"partner_id": self.customer.id, "reason_id": self.reason.id, "state": "cleared"}
            )
        with self.assertRaises(UserError):
            dispute.unlink()

    def test_items_contested_before_there_were_ordinals(self):
        move = self.invoice(100, "2026-05-01")
        first = self.dispute(30, move)
        self.env.flush_all()
        self.env.cr.execute("UPDATE crmx_dispute_line SET ordinal = NULL WHERE dispute_id = %s", [first.id])
        self.env.invalidate_all()
        self.assertEqual(self.dispute(30, move).line_ids.ordinal, 1)

    def test_reopening_counts_what_was_contested_since(self):
        move = self.invoice(100, "2026-05-01")
        first = self.dispute(80, move)
        self.resolve(first, "2026-06-05")
        self.dispute(60, move)
        with self.assertRaisesRegex(ValidationError, "more of"), self.env.cr.savepoint():
            first.action_reopen()
        self.assertEqual(first.state, "resolved")

    def test_the_register_knows_each_step(self):
        dispute = self.dispute(60, self.invoice(100, "2026-05-01"))
        dispute.line_ids.amount = 70
        self.resolve(dispute, "2026-06-11", "discount")
        dispute.action_reopen()
        self.env.cr.flush()
        entries = self.env["crmx.receivables.log"].search([("res_model", "=", "crmx.dispute")], order="id")
        self.assertEqual(
            entries.mapped("kind"),
            ["dispute_opened", "dispute_changed", "dispute_closed", "dispute_reopened"],
        )
        self.assertIn('"amount": 70.0', entries[1].data)
        self.assertIn('"resolution": "discount"', entries[2].data)

    def test_from_invoice_and_open_items(self):
        invoice = self.invoice(1000, "2026-05-01")
        item = self.env["crmx.open.item"].browse(self.item(invoice).id)
        for action in (invoice.action_crmx_open_dispute(), item.action_crmx_open_dispute()):
            with Form(self.env["crmx.dispute"].with_context(**action["context"])) as form:
                form.reason_id = self.reason
                with form.line_ids.edit(0) as line:
                    line.amount = 400
            self.assertEqual((form.record.partner_id, form.record.amount_company), (self.customer, 400))

    def test_as_the_next_step_of_an_interaction(self):
        invoice = self.invoice(100, "2026-05-01")
        interaction = self.env["crmx.interaction"].create(
            {
                "partner_id": self.customer.id,
                "next_step": "dispute",
                "description": "Says two boxes were broken.",
                "crmx_dispute_reason_id": self.reason.id,
                "document_ids": [Command.create({"res_model": "account.move", "res_id": invoice.id})],
            }
        )
        dispute = self.env["crmx.dispute"].browse(interaction.next_res_id)
        self.assertEqual((dispute.line_ids.move_id, dispute.amount_company), (invoice, 100))
        self.assertIn("two boxes", dispute.description)
        with self.assertRaisesRegex(ValidationError, "why"):
            interaction.create({"partner_id": self.customer.id, "next_step": "dispute"})

    def test_the_history_has_it(self):
        dispute = self.dispute(60, self.invoice(100, "2026-05-01"))
        self.resolve(dispute, "2026-06-11")
        self.env.cr.flush()
        self.env.cr.execute(
            "SELECT kind FROM crmx_timeline_event WHERE res_model = 'crmx.dispute' AND res_id = %s "
            "ORDER BY kind",
            [dispute.id],
        )
        self.assertEqual([kind for [kind] in self.env.cr.fetchall()], ["dispute", "dispute_closed"])

    def test_it_is_an_open_matter_of_the_customer(self):
        dispute = self.dispute(60, self.invoice(100, "2026-05-01"))
        promise = self.env["crmx.promise"].create(
            {"partner_id": self.customer.id, "amount": 40, "date_promised": "2099-12-31"}
        )
        for name, record, amount in (("dispute", dispute, 60), ("promise", promise, 40)):
            with self.subTest(name):
                source = self.env[f"crmx.matter.source.{name}"]
                matters = source._open_matters(self.customer)
                self.assertEqual(matters, record)
                self.assertEqual(source._matter_lines(matters)[0]["amount"], amount)
        self.resolve(dispute, "2026-06-11")
        promise.action_withdraw()
        for name in ("dispute", "promise"):
            self.assertFalse(self.env[f"crmx.matter.source.{name}"]._open_matters(self.customer))

    def test_late_disputes_are_found(self):
        dispute = self.dispute(60, self.invoice(100, "2026-05-01"), date_deadline="2026-06-10")
        Dispute = self.env["crmx.dispute"]
        for day, expected in (("2026-06-10", Dispute), ("2026-06-11", dispute)):
            with freeze_time(day):
                dispute.invalidate_recordset()
                self.assertEqual(dispute.is_late, bool(expected))
                self.assertEqual(Dispute.search([("is_late", "=", True)]), expected)


@tagged("post_install", "-at_install")
class TestReceivablesDisputeAged(DisputeCommon):
    """How much of the debts is contested, on the aged report of any date."""

    def columns(self, **options):
        page = self.report.get_page({"as_of": AS_OF, **options})
        return [column["key"] for column in page["columns"]]

    def test_a_column_of_its_own_while_there_are_disputes(self):
        invoice = self.invoice(1000, "2026-05-01")
        self.assertNotIn("disputed", self.columns())
        dispute = self.dispute(300, invoice)
        self.assertEqual(self.columns()[-1], "disputed")
        row = self.row()
        self.assertEqual((row["disputed"], row["total"]), (300, 1000))
        self.assertNotIn("disputed", self.columns(side="payable"))
        self.assertNotIn("disputed", self.columns(as_of="2026-05-31"))
        self.resolve(dispute, "2026-06-20")
        self.assertNotIn("disputed", self.columns())
        self.assertEqual(self.row(as_of="2026-06-19")["disputed"], 300)

    def test_never_more_than_is_open(self):
        invoice = self.invoice(1000, "2026-05-01")
        self.dispute(300, invoice)
        self.reconcile(invoice, self.payment(900, "2026-06-15"))
        self.assertEqual(self.row()["disputed"], 100)
        self.assertEqual(self.row(as_of="2026-06-14")["disputed"], 300)

    def test_both_currencies(self):
        eur = self.eur({"2026-01-01": 0.8})
        self.dispute(80, self.invoice(800, "2026-05-01", currency_id=eur.id))
        self.invoice(50, "2026-05-01")
        row = self.row()
        self.assertEqual((row["disputed"], row["total"]), (100, 1050))
        [part] = [part for part in row["currencies"] if part["document"]]
        self.assertEqual((part["document"]["disputed"], part["document"]["total"]), (80, 800))

    def test_sorted_filtered_and_looked_into(self):
        other = self.new_partner("Brandt")
        self.dispute(300, self.invoice(1000, "2026-05-01"))
        self.dispute(400, self.invoice(500, "2026-05-01", partner=other), partner_id=other.id)
        self.invoice(7, "2026-05-01")
        page = self.report.get_page({"as_of": AS_OF}, order="disputed desc")
        self.assertEqual([row["name"] for row in page["rows"]], ["Brandt", "Adler"])
        self.assertEqual(page["total"]["disputed"], 700)
        action = self.report.get_drill_action({"as_of": AS_OF}, key=self.customer.id, column="disputed")
        items = self.env["crmx.open.item"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual((items.mapped("residual"), items.mapped("disputed_amount")), ([1000], [300]))

    def test_two_companies(self):
        eur = self.eur({})
        other = self.setup_other_company(name="Second", currency_id=eur.id)["company"]
        self.env["res.currency.rate"].create(
            {"currency_id": self.usd.id, "name": "2026-01-01", "rate": 1.25, "company_id": other.id}
        )
        self.env.user.company_ids |= other
        self.dispute(300, self.invoice(1000, "2026-05-01"))
        both = self.report.with_context(allowed_company_ids=[other.id, self.company.id])
        self.assertEqual(both.get_page({"as_of": AS_OF})["total"]["disputed"], 240)
        alone = self.report.with_context(allowed_company_ids=other.ids).get_page({"as_of": AS_OF})
        self.assertNotIn("disputed", [column["key"] for column in alone["columns"]])

    def test_exports_have_it(self):
        self.dispute(300, self.invoice(1000, "2026-05-01"))
        _name, content = self.report.xlsx({"as_of": AS_OF})
        self.assertTrue(content)
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "crm_extended.aged_report", [], {"report": {"options": {"as_of": AS_OF}}}
        )
        self.assertIn(b">Disputed<", html)
        self.assertIn(b"300.00", html)

    def test_no_more_queries_with_many_disputes(self):
        moves = [self.invoice(10, "2026-05-01") for _number in range(12)]
        self.dispute(1, moves[0])

        def count():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.report.get_page({"as_of": AS_OF})
            return self.cr.sql_log_count - before

        count()
        one = count()
        self.dispute(1, *moves[1:])
        self.assertEqual(count(), one)
