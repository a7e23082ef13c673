import io
import json

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError
from odoo.http import Request
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AS_OF, ReceivablesCommon


class ReceivablesUsersCommon(ReceivablesCommon):
    """One user for each way to look at receivables."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_company = cls.setup_other_company(name="Elsewhere")["company"]

        def user(login, groups, company=None):
            company = company or cls.company
            return new_test_user(
                cls.env(su=True),
                login,
                groups,
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

        cls.users = {
            "auditor": user("crmx_auditor", "account.group_account_readonly"),
            "biller": user("crmx_biller", "account.group_account_invoice"),
            "reader": user("crmx_reader", "crm_extended.group_receivables_user"),
            "seller": user("crmx_seller", "sales_team.group_sale_salesman"),
            "employee": user("crmx_employee", "base.group_user"),
            "stranger": user("crmx_stranger", "account.group_account_user", cls.other_company),
            "portal": user("crmx_portal", "base.group_portal"),
        }
        cls.invoice(100, "2026-05-01", "2026-05-31")
        cls.payment(30, "2026-06-01")

    READERS = ("auditor", "biller", "reader")
    OTHERS = ("seller", "employee", "portal")


@tagged("post_install", "-at_install")
class TestReceivablesAccess(ReceivablesUsersCommon):
    def as_(self, name):
        return self.report.with_user(self.users[name])

    def test_accountants_read_the_report(self):
        for name in self.READERS:
            with self.subTest(user=name):
                self.assertEqual(self.as_(name).get_page({"as_of": AS_OF})["total"]["total"], 70)
                self.assertEqual(self.as_(name).get_check({"as_of": AS_OF})["difference"], 0)

    def test_nobody_else_reads_the_report(self):
        for name in self.OTHERS:
            with self.subTest(user=name):
                report = self.as_(name)
                with self.assertRaises(AccessError):
                    report.get_page({"as_of": AS_OF})
                with self.assertRaises(AccessError):
                    report.get_check({"as_of": AS_OF})
                with self.assertRaises(AccessError):
                    report.env["crmx.open.item"].search([])
                with self.assertRaises(AccessError):
                    report.xlsx({"as_of": AS_OF})

    def test_companies_are_apart(self):
        stranger = self.as_("stranger")
        self.assertEqual(stranger.get_page({"as_of": AS_OF})["rows"], [])
        self.assertFalse(stranger.env["crmx.open.item"].search([("company_id", "=", self.company.id)]))
        with self.assertRaises(AccessError):
            stranger.with_context(allowed_company_ids=self.company.ids).get_page({"as_of": AS_OF})

    def test_sales_people_see_the_summary_only(self):
        partner = self.customer.with_user(self.users["seller"])
        self.assertEqual(partner.crmx_receivable_total, 70)
        with self.assertRaises(AccessError):
            _amount = partner.crmx_payable_total
        for name in ("employee", "portal"):
            with self.subTest(user=name), self.assertRaises(AccessError):
                _amount = self.customer.with_user(self.users[name]).crmx_receivable_total

    def test_the_setting_takes_the_summary_from_sales_people(self):
        settings = self.env["res.config.settings"].sudo()
        settings.create({"group_crmx_sales_debt_summary": False}).execute()
        with self.assertRaises(AccessError):
            _amount = self.customer.with_user(self.users["seller"]).crmx_receivable_total
        settings.create({"group_crmx_sales_debt_summary": True}).execute()
        self.assertEqual(self.customer.with_user(self.users["seller"]).crmx_receivable_total, 70)

    def test_open_items_are_read_only(self):
        items = self.env["crmx.open.item"].search([("commercial_partner_id", "=", self.customer.id)])
        self.assertTrue(items)
        for operation in (
            lambda: items.unlink(),
            lambda: items.write({"ref": "x"}),
            lambda: items.create({}),
        ):
            with self.assertRaises(AccessError):
                operation()


@tagged("post_install", "-at_install")
class TestReceivablesExports(ReceivablesUsersCommon, HttpCase):
    def download(self, login, **arguments):
        self.authenticate(login, login)
        return self.url_open(
            "/crmx/aged_report/xlsx",
            data={"data": json.dumps(arguments), "csrf_token": Request.csrf_token(self)},
        )

    def test_spreadsheet_holds_the_figures_of_the_screen(self):
        eur = self.eur({"2026-01-01": 0.8})
        self.invoice(80, "2026-06-10", "2026-07-10", currency_id=eur.id)
        response = self.download("crmx_auditor", options={"as_of": AS_OF, "limits": [30]})
        self.assertEqual(response.status_code, 200)
        self.assertIn("Aged%20Receivables%202026-06-30.xlsx", response.headers["Content-Disposition"])
        lines = [
            [cell for cell in line if cell is not None]
            for line in load_workbook(io.BytesIO(response.content)).active.values
        ]
        head = ["Currency", "Not due", "1–30", "31+", "Credit Notes", "Unallocated Payments"]
        self.assertIn([*head, "Exchange Difference", "Total"], [[c for c in line if c] for line in lines])
        self.assertIn(["Adler", "USD", 100, 100, 0, 0, -30, 0, 170], lines)
        self.assertIn(["EUR", "EUR", 80, 0, 0, 0, 0, 0, 80], lines)
        self.assertIn(["Total", "USD", 100, 100, 0, 0, -30, 0, 170], lines)
        self.assertTrue(any("so does the balance" in str(line) for line in lines))

    def test_spreadsheet_respects_filters(self):
        response = self.download(
            "crmx_auditor", options={"as_of": AS_OF}, domain=[["commercial_partner_id.name", "=", "Nobody"]]
        )
        names = [line[0] for line in load_workbook(io.BytesIO(response.content)).active.values]
        self.assertNotIn("Adler", names)
        self.assertIn("Filtered: yes", names)

    def test_nobody_else_downloads(self):
        for name in ("crmx_seller", "crmx_employee", "crmx_portal"):
            with self.subTest(user=name):
                response = self.download(name, options={"as_of": AS_OF})
                self.assertEqual(response.status_code, 403)
                self.assertNotIn(b"Adler", response.content)
        self.logout()
        response = self.url_open("/crmx/aged_report/xlsx", data={"data": "{}"}, allow_redirects=False)
        self.assertIn(response.status_code, (303, 400))

    def test_nobody_else_downloads_a_statement(self):
        statement = self.env["crmx.statement"].create({"partner_id": self.customer.id, "date_to": AS_OF})
        url = f"/crmx/statement/{statement.id}/xlsx"
        for name in ("crmx_seller", "crmx_employee", "crmx_portal", "crmx_stranger"):
            with self.subTest(user=name):
                self.authenticate(name, name)
                self.assertEqual(self.url_open(url).status_code, 404)
        self.authenticate("crmx_auditor", "crmx_auditor")
        self.assertTrue(self.url_open(url).content.startswith(b"PK"), "a spreadsheet is a zip file")

    def test_another_company_is_out_of_reach(self):
        response = self.download(
            "crmx_stranger",
            options={"as_of": AS_OF},
            context={"allowed_company_ids": self.company.ids},
        )
        self.assertEqual(response.status_code, 403)

    def test_print(self):
        action = self.report.get_print_action({"as_of": AS_OF, "limits": [30, 60]})
        report = self.env["ir.actions.report"].with_user(self.users["auditor"])
        html, _kind = report._render_qweb_html(action["report_name"], None, data=action["data"])
        text = html.decode()
        for words in ("Aged Receivables", "06/30/2026", "Due Date", "31–60", "Adler", "70.00"):
            self.assertIn(words, text)
        with self.assertRaises(AccessError):
            self.env["ir.actions.report"].with_user(self.users["seller"])._render_qweb_html(
                action["report_name"], None, data=action["data"]
            )
