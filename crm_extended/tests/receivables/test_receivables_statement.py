"""Statements: what they say, to the cent, against figures computed by hand."""

import io
from unittest.mock import patch

import openpyxl

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AS_OF, ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesStatement(ReceivablesCommon):
    def sections(
        self, partner=None, kind="activity", date_from="2026-06-01", date_to=AS_OF, side="receivable"
    ):
        partner = partner or self.customer
        options = {
            "kind": kind,
            "side": side,
            "date_from": fields.Date.to_date(date_from),
            "date_to": fields.Date.to_date(AS_OF),
        }
        found = self.env["crmx.statement.ledger"].statements(partner, self.company, options)
        return {section["currency"].name: section for section in found.get(partner.id, [])}

    def figures(self, section):
        return [(str(line["date"]), line["amount"], line["balance"]) for line in section["lines"]]

    def assertTies(self, partner=None):
        """The closing balance is what the open items add up to, currency by currency."""
        items = self.sections(partner, kind="outstanding")
        for name, section in self.sections(partner).items():
            open_amount = sum(line["amount"] for line in items[name]["lines"]) if name in items else 0
            self.assertAlmostEqual(section["closing"], open_amount, 2, name)

    def test_activity(self):
        contact = self.env["res.partner"].create({"name": "Berta", "parent_id": self.customer.id})
        first = self.invoice(1000, "2026-05-10", due="2026-06-09")
        self.reconcile(first, self.payment(300, "2026-05-20"))
        self.invoice(250, "2026-06-05", partner=contact)
        self.payment(400, "2026-06-20")
        self.invoice(50, "2026-06-25", move_type="out_refund")
        self.invoice(999, "2026-07-01")
        self.invoice(999, "2026-06-07", post=False)
        section = self.sections()["USD"]
        self.assertEqual(section["opening"], 700)
        self.assertEqual(
            self.figures(section),
            [("2026-06-05", 250, 950), ("2026-06-20", -400, 550), ("2026-06-25", -50, 500)],
        )
        self.assertEqual((section["debit"], section["credit"], section["closing"]), (250, 450, 500))
        self.assertEqual(section["lines"][0]["contact_id"], contact.id)
        # 700 due 9 June (21 days), 250 due 5 June (25 days); 450 of credits nobody has matched
        self.assertEqual(section["buckets"], [0, 950, 0, 0, 0, 0])
        self.assertEqual((section["overdue"], section["unallocated"]), (950, -450))
        self.assertTies()

    def test_open_items_are_in_order_of_due_dates(self):
        self.invoice(100, "2026-06-01", due="2026-07-15")
        self.invoice(200, "2026-04-01", due="2026-05-01")
        section = self.sections(kind="outstanding")["USD"]
        self.assertEqual(self.figures(section), [("2026-04-01", 200, 200), ("2026-06-01", 100, 300)])
        self.assertEqual((section["opening"], section["closing"]), (0, 300))
        self.assertEqual(section["buckets"][:3], [100, 0, 200])

    def test_the_form_shows_what_it_says(self):
        """Before it is sent, whatever is chosen; afterwards the file says it."""
        statement = self.env["crmx.statement"].new(
            {"partner_id": self.customer.id, "company_id": self.company.id, "kind": "outstanding",
             "date_to": AS_OF}
        )  # fmt: skip
        self.assertIn("Nothing is open", str(statement.preview))
        invoice = self.invoice(1234, "2026-06-01")
        stored = self.env["crmx.statement"].create(
            {"partner_id": self.customer.id, "kind": "outstanding", "date_to": AS_OF}
        )
        for text in (invoice.name, "1,234.00"):
            self.assertIn(text, str(stored.preview))
        statement.update({"kind": "activity", "date_from": "2026-07-01"})
        self.assertFalse(statement.preview, "a period that ends before it begins")

    def test_currencies_are_kept_apart(self):
        eur = self.eur({"2026-01-01": 0.8, "2026-06-15": 0.5})
        invoice = self.invoice(800, "2026-05-01", currency_id=eur.id)  # 1,000 USD
        self.invoice(90, "2026-06-02")
        self.reconcile(invoice, self.payment(500, "2026-06-20", currency_id=eur.id))
        sections = self.sections()
        self.assertEqual(list(sections), ["USD", "EUR"])
        self.assertEqual((sections["EUR"]["opening"], sections["EUR"]["closing"]), (800, 300))
        self.assertEqual(self.figures(sections["EUR"]), [("2026-06-20", -500, 300)])
        self.assertEqual(sections["USD"]["closing"], 90)
        self.assertTies()

    def test_paid_in_another_currency(self):
        eur = self.eur({"2026-01-01": 0.8})
        invoice = self.invoice(800, "2026-05-01", currency_id=eur.id)  # 1,000 USD
        self.reconcile(invoice, self.payment(1000, "2026-06-10"))
        sections = self.sections()
        self.assertEqual(self.figures(sections["EUR"]), [("2026-06-10", -800, 0)])
        self.assertTrue(sections["EUR"]["lines"][0]["transfer"])
        self.assertEqual(sections["USD"]["closing"], 0)
        self.assertTies()

    def test_paid_by_somebody_else(self):
        invoice = self.invoice(100, "2026-05-01")
        payer = self.new_partner("Payer")
        self.reconcile(invoice, self.payment(100, "2026-06-10", partner=payer))
        self.assertEqual(self.figures(self.sections()["USD"]), [("2026-06-10", -100, 0)])
        self.assertEqual(
            self.figures(self.sections(payer)["USD"]), [("2026-06-10", -100, -100), ("2026-06-10", 100, 0)]
        )
        self.assertTies()
        self.assertTies(payer)

    def test_both_sides(self):
        self.invoice(100, "2026-06-01")
        self.invoice(30, "2026-06-02", move_type="in_invoice")
        self.assertEqual(self.sections(side="both")["USD"]["closing"], 70)
        self.assertEqual(self.sections(side="payable")["USD"]["closing"], -30)
        self.assertEqual(self.sections(side="both", kind="outstanding")["USD"]["closing"], 70)

    def test_the_company_speaks_for_its_branches(self):
        branch = self.env["res.company"].create({"name": "Branch", "parent_id": self.company.id})
        self.env.cr.precommit.run()  # the branch's chart of accounts
        self.invoice(100, "2026-06-02")
        self.env.user.company_ids |= branch
        here = self.env(context={**self.env.context, "allowed_company_ids": branch.ids})
        move = here["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2026-06-05",
                "date": "2026-06-05",
                "company_id": branch.id,
                "invoice_line_ids": [
                    Command.create({"name": "x", "quantity": 1, "price_unit": 30, "tax_ids": False})
                ],
            }
        )
        move.action_post()
        section = self.sections()["USD"]
        self.assertEqual([line["amount"] for line in section["lines"]], [100, 30])
        self.assertTies()
        options = {"kind": "outstanding", "side": "receivable", "date_to": fields.Date.to_date(AS_OF)}
        found = here["crmx.statement.ledger"].statements(self.customer, branch, options)
        self.assertEqual([line["amount"] for line in found[self.customer.id][0]["lines"]], [30])

    def test_of_many_in_as_many_queries_as_of_one(self):
        partners = self.env["res.partner"]
        for number in range(8):
            partner = self.new_partner(f"Many {number}")
            self.invoice(10 + number, "2026-06-01", partner=partner)
            partners |= partner
        options = {
            "kind": "activity",
            "side": "receivable",
            "date_from": fields.Date.to_date("2026-06-01"),
            "date_to": fields.Date.to_date(AS_OF),
        }
        ledger = self.env["crmx.statement.ledger"]
        counts = []
        for some in (partners[:1], partners[:1], partners):
            self.env.flush_all()
            self.env.invalidate_all()
            start = self.env.cr.sql_log_count
            found = ledger.statements(some, self.company, options)
            counts.append(self.env.cr.sql_log_count - start)
            self.assertEqual(len(found), len(some))
        self.assertEqual(counts[2], counts[1])
        self.assertLessEqual(counts[1], 16)

    def test_spreadsheet(self):
        self.invoice(100, "2026-05-01")
        self.payment(40, "2026-06-05")
        statement = self.env["crmx.statement"].create(
            {"partner_id": self.customer.id, "kind": "activity", "date_from": "2026-06-01", "date_to": AS_OF}
        )
        name, content = statement.xlsx()
        self.assertEqual(name, "Statement of account 2026-06-30.xlsx")
        sheet = openpyxl.load_workbook(io.BytesIO(content))["USD"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        self.assertEqual([row[7] for row in rows if row[1] == "Opening balance"], [100])
        self.assertEqual([row[5:8] for row in rows if row[1] == "Closing balance"], [[0, 40, 60]])

    def test_in_the_language_of_the_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.customer.lang = "fr_FR"
        self.invoice(1234.5, "2026-05-01")
        statement = self.env["crmx.statement"].create({"partner_id": self.customer.id, "date_to": AS_OF})
        report = self.env["ir.actions.report"]
        html = report._render_qweb_html("crm_extended.statement", statement.ids)[0].decode()
        self.assertIn("30/06/2026", html)
        self.assertNotIn("06/30/2026", html)

    def test_who_may_not(self):
        statement = self.env["crmx.statement"].create({"partner_id": self.customer.id, "date_to": AS_OF})
        seller = new_test_user(self.env, "crmx_seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            statement.with_user(seller).read(["partner_id"])
        with self.assertRaises(AccessError):
            self.env["crmx.statement.ledger"].with_user(seller).statements(
                self.customer, self.company, statement.options()
            )
        auditor = new_test_user(self.env, "crmx_auditor", groups="account.group_account_readonly")
        auditor.write({"company_ids": [Command.link(self.company.id)], "company_id": self.company.id})
        self.assertEqual(statement.with_user(auditor).kind, "outstanding")
        with self.assertRaises(AccessError):
            statement.with_user(auditor).action_send()

    def test_bad_periods(self):
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.sections(date_from="2026-07-01")
        with self.assertRaisesRegex(UserError, "ends before it begins"):
            self.env["crmx.statement"].create(
                {
                    "partner_id": self.customer.id,
                    "kind": "activity",
                    "date_from": "2026-07-01",
                    "date_to": AS_OF,
                }
            )


@tagged("post_install", "-at_install")
class TestReceivablesStatementRun(ReceivablesCommon):
    def test_in_chunks(self):
        others = self.env["crmx.statement.run"].create({"date_to": AS_OF})._customers(0)
        self.assertFalse(others)
        partners = self.env["res.partner"]
        for number in range(5):
            partner = self.new_partner(f"Run {number}", email=f"r{number}@example.com")
            self.invoice(10, "2026-06-01", partner=partner)
            partners |= partner
        paid = self.new_partner("Paid")
        self.reconcile(
            self.invoice(5, "2026-06-01", partner=paid), self.payment(5, "2026-06-02", partner=paid)
        )
        run = self.env["crmx.statement.run"].create({"date_to": AS_OF})
        run.action_start()
        with (
            patch("odoo.addons.crm_extended.models.receivables.statement_run.CHUNK", 2),
            self.enter_registry_test_mode(),
        ):
            self.env.ref("crm_extended.ir_cron_statement_run").sudo().method_direct_trigger()
        self.assertEqual((run.state, run.total, run.done), ("done", 6, 6))
        self.assertEqual(run.statement_ids.partner_id, partners, "nothing is said of who owes nothing")
        self.assertEqual((run.waiting_count, run.statement_count), (5, 5))

    def test_only_some_and_only_made(self):
        tag = self.env["res.partner.category"].create({"name": "Key"})
        self.invoice(10, "2026-06-01")
        other = self.new_partner("Tagged", category_id=[Command.link(tag.id)])
        self.invoice(10, "2026-06-01", partner=other)
        run = self.env["crmx.statement.run"].create(
            {"date_to": AS_OF, "by_mail": False, "category_ids": [Command.link(tag.id)]}
        )
        run.action_start()
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_statement_run").sudo().method_direct_trigger()
        self.assertEqual(run.statement_ids.partner_id, other)
        self.assertEqual(run.statement_ids.send_state, "draft")
