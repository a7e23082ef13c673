"""Allowances: what is set aside, booked, adjusted and taken back, against figures computed by hand."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged

from .common import ReceivablesCommon

DAY = "2026-06-30"


class AllowanceCommon(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        accounts = cls.env["account.account"]
        cls.reserve, cls.expense = (
            accounts.create(
                {
                    "code": code,
                    "name": name,
                    "account_type": kind,
                    "company_ids": [Command.set(cls.company.ids)],
                }
            )
            for code, name, kind in (
                ("121995", "Allowance for doubtful debts", "asset_current"),
                ("695000", "Bad debts", "expense"),
            )
        )
        cls.method = cls.env["crmx.allowance.method"].create(
            {
                "name": "By age",
                "company_id": cls.company.id,
                "limits": "44, 90",
                "account_id": cls.reserve.id,
                "expense_account_id": cls.expense.id,
            }
        )
        cls.set_percents(0, 0, 50, 100)

    @classmethod
    def set_percents(cls, *percents):
        for line, percent in zip(cls.method.line_ids.sorted("number"), percents, strict=True):
            line.percent = percent

    def value(self, day=DAY, **values):
        allowance = self.env["crmx.allowance"].create(
            {"company_id": self.company.id, "method_id": self.method.id, "date": day, **values}
        )
        allowance.action_value()
        return allowance

    def on_account(self, account=None, until="2999-12-31"):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", (account or self.reserve).id),
                ("parent_state", "=", "posted"),
                ("date", "<=", until),
            ]
        )
        return round(sum(lines.mapped("balance")), 2)

    def article_266(self):
        """30 thousand 44 days, 100 thousand 60 days and 40 thousand 100 days late."""
        self.invoice(30000, "2026-05-01", "2026-05-17")
        self.invoice(100000, "2026-05-01", "2026-05-01")
        self.invoice(40000, "2026-03-01", "2026-03-22")


@tagged("post_install", "-at_install")
class TestReceivablesAllowance(AllowanceCommon):
    def test_percent_by_age(self):
        self.article_266()
        allowance = self.value()
        self.assertEqual((allowance.receivable, allowance.amount, allowance.booked), (170000, 90000, 0))
        allowance.action_post()
        entry = allowance.move_id
        self.assertEqual((entry.state, str(entry.date)), ("posted", DAY))
        self.assertEqual((self.on_account(), self.on_account(self.expense)), (-90000, 90000))
        with self.assertRaisesRegex(UserError, "Cancel that instead"):
            entry.button_draft()
        html = self.env["ir.actions.report"]._render_qweb_html("crm_extended.allowance", allowance.ids)[0]
        for text in ("90,000.00", "170,000.00", "45–90", entry.name, "Adler"):
            self.assertIn(text, html.decode())

    def test_the_next_period_books_the_difference(self):
        self.article_266()
        self.value("2026-05-31").action_post()
        self.assertEqual(self.on_account(), -20000, "40 thousand are 70 days late")
        second = self.value()
        self.assertEqual((second.booked, second.difference), (20000, 70000))
        second.action_post()
        self.assertEqual(self.on_account(), -90000)
        self.payment(200000, "2026-07-10")
        third = self.value("2026-07-31")
        self.assertEqual((third.receivable, third.amount, third.difference), (-30000, 0, -90000))
        third.action_post()
        self.assertEqual((self.on_account(), self.on_account(self.expense)), (0, 0))

    def test_in_full_and_taken_back_on_the_next_day(self):
        self.method.is_reversed = True
        self.article_266()
        allowance = self.value()
        allowance.action_post()
        self.assertEqual(allowance.reversal_id.state, "posted")
        self.assertEqual((self.on_account(until=DAY), self.on_account()), (-90000, 0))
        second = self.value("2026-07-31")
        self.assertEqual((second.booked, second.amount), (0, 155000))
        allowance.action_cancel()
        self.assertEqual((self.on_account(until=DAY), self.on_account()), (0, 0))

    def test_money_on_account_pays_the_oldest(self):
        self.article_266()
        other = self.new_partner("Other")
        self.payment(50000, "2026-06-10")
        self.payment(5000, "2026-06-10", partner=other)
        allowance = self.value()
        self.assertEqual(
            {(line.partner_id.name, line.label): (line.gross, line.amount) for line in allowance.line_ids},
            {
                ("Adler", "1–44"): (30000, 0),
                ("Adler", "45–90"): (90000, 45000),
                ("Other", "In credit"): (-5000, 0),
            },
        )
        self.assertEqual(allowance.receivable, 115000, "as the ledger has it")

    def test_single_assessments(self):
        self.article_266()
        assessments = self.env["crmx.allowance.assessment"]
        old = self.env["account.move"].search(
            [("partner_id", "=", self.customer.id), ("amount_total", "=", 40000)]
        )
        common = {"company_id": self.company.id, "partner_id": self.customer.id}
        assessments.create({**common, "percent": 10, "reason": "Guarantee", "date_from": "2026-06-01"})
        assessments.create(
            {**common, "percent": 80, "reason": "Court", "move_id": old.id, "date_from": "2026-06-15"}
        )
        self.assertEqual(self.value().amount, 0.1 * 130000 + 0.8 * 40000)
        self.assertEqual(self.value("2026-06-10").amount, 17000)
        self.assertEqual(self.value("2026-05-31").amount, 20000, "not assessed yet")
        with self.assertRaisesRegex(ValidationError, "no document of"):
            assessments.create(
                {
                    **common,
                    "percent": 1,
                    "reason": "Wrong",
                    "partner_id": self.new_partner("Other").id,
                    "move_id": old.id,
                }
            )

    def test_roll_rates_of_the_own_history(self):
        """Each month 500 are late; 40 % of it two months later, too, and a quarter of that stays."""
        for month in range(8, 13):
            invoice = self.invoice(500, f"2025-{month:02}-01", f"2025-{month:02}-28")
            for amount, later in ((300, 1), (150, 2)):
                if month + later <= 12:
                    self.reconcile(invoice, self.payment(amount, f"2025-{month + later:02}-20"))
        method = self.method.copy({"kind": "roll", "limits": "30, 60", "months": 2, "name": "Roll"})
        day = date(2025, 12, 31)
        self.assertEqual(method._history(day), [[0, 500, 200, 50]] * 3)
        self.assertEqual(method._percents(day), [10, 10, 25, 100], "what is not due: nothing is known")
        self.method = method
        allowance = self.value(str(day))
        self.assertEqual(allowance.amount, 50 + 50 + 150, "10 % of 500, 25 % of 200, all of three times 50")
        empty = method.copy({"name": "Empty"})
        with self.assertRaisesRegex(UserError, "no debts in the last 2 months"):
            empty._percents(date(2020, 12, 31))
        with self.assertRaisesRegex(ValidationError, "month to month"):
            method.limits = "45, 90"

    def test_the_ledger_changed_since(self):
        self.article_266()
        allowance = self.value()
        self.invoice(10, "2026-01-01")
        with self.assertRaisesRegex(UserError, "value it anew"):
            allowance.action_post()
        allowance.action_value()
        allowance.action_post()
        with self.assertRaisesRegex(UserError, "is posted by now"):
            allowance.action_value()

    def test_drafts_do_not_count_and_are_shown(self):
        self.article_266()
        allowance = self.value()
        self.env["account.move"].create(
            {
                "journal_id": self.misc.id,
                "date": "2026-06-15",
                "line_ids": [
                    Command.create({"account_id": self.reserve.id, "balance": -700}),
                    Command.create({"account_id": self.expense.id, "balance": 700}),
                ],
            }
        )
        allowance.invalidate_recordset()
        self.assertEqual((allowance.drafts, allowance.booked), (700, 0))

    def test_one_after_another_and_never_twice(self):
        self.article_266()
        first = self.value()
        first.action_post()
        for day in (DAY, "2026-05-31"):
            with self.assertRaisesRegex(UserError, "follow one another"):
                self.value(day).action_post()
        first.action_cancel()
        self.assertEqual(self.on_account(until=DAY), 0)
        self.value("2026-05-31").action_post()
        with self.assertRaisesRegex(UserError, "stays on record"):
            first.unlink()

    def test_lock_dates_are_said(self):
        self.article_266()
        allowance = self.value()
        self.company.sudo().fiscalyear_lock_date = "2026-07-31"
        with self.assertRaisesRegex(UserError, "locked on 06/30/2026.*later date"):
            allowance.action_post()
        self.assertFalse(allowance.move_id)

    def test_a_line_for_each_customer(self):
        self.method.is_by_partner = True
        other = self.new_partner("Other")
        self.article_266()
        self.invoice(1000, "2026-01-01", partner=other)
        self.value().action_post()
        self.payment(1000, "2026-07-05", partner=other)
        second = self.value("2026-07-31")
        second.action_post()
        lines = second.move_id.line_ids.filtered(lambda line: line.account_id == self.reserve)
        self.assertEqual(
            {line.partner_id: line.balance for line in lines}, {self.customer: -65000, other: 1000}
        )

    def test_36_months_in_one_query(self):
        self.article_266()
        self.payment(25000, "2026-06-10")
        days = self.env["crmx.receivables.trend"]._days(date(2026, 6, 30), 36)[1:]
        percents = self.method._percents(days[-1])
        self.env.flush_all()
        before = self.cr.sql_log_count
        rows = self.method._trend(days[-1], 36, percents)
        self.assertEqual(self.cr.sql_log_count - before, 3, "a setting, the accounts, and the one")
        self.assertEqual([row[0] for row in rows], days)
        for day, receivable, amount in rows[-4:]:
            allowance = self.value(str(day))
            self.assertEqual((receivable, amount), (allowance.receivable, allowance.amount))

    def test_who_may(self):
        self.article_266()
        allowance = self.value()
        reader = new_test_user(
            self.env,
            "crmx_allowance_reader",
            groups="crm_extended.group_receivables_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        self.assertEqual(allowance.with_user(reader).amount, 90000)
        for action in ("action_post", "action_value", "action_cancel"):
            with self.assertRaises(AccessError):
                getattr(allowance.with_user(reader), action)()
        accountant = new_test_user(
            self.env,
            "crmx_allowance_accountant",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        for vals in ({"state": "posted"}, {"amount": 1}):
            with self.assertRaisesRegex(UserError, "only its own buttons"):
                allowance.with_user(accountant).write(vals)
        allowance.with_user(accountant).action_value()
        allowance.with_user(accountant).action_post()
        self.assertEqual(allowance.state, "posted")
