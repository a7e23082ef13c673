"""Figures of receivables at the ends of months: against the sources' numbers, the kernels and the ledger."""

from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ...tools import receivable_figures as kernel
from .common import ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesFigures(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.figures = cls.env["crmx.receivables.figure"]
        cls.trend = cls.env["crmx.receivables.trend"]

    def figure(self, as_of, months=1, scope="company", period=3, domain=()):
        return self.read_rows(self.figures, as_of, months, scope, period, domain)

    def read_rows(self, model, as_of, months=12, scope="company", period=3, domain=()):
        model = model.with_context(crmx_as_of=as_of, crmx_months=months, crmx_scope=scope, crmx_period=period)
        model.invalidate_model()
        return model.search(list(domain), order="date")

    def balance(self, day):
        [[total]] = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(balance), 0) FROM account_move_line"
                " WHERE account_id = %s AND parent_state = 'posted' AND date <= %s",
                self.receivable.id,
                day,
            )
        )
        return float(total)

    def test_dso_best_possible_and_days_delinquent(self):
        """Receivables 15,000, of which 4,000 not due; billed 10,000 in 30 days: 45, 12 and 33."""
        self.invoice(5000, "2026-03-01", "2026-03-31")
        self.invoice(6000, "2026-04-02", "2026-04-20")
        self.invoice(4000, "2026-04-10", "2026-04-30")
        one = self.figure("2026-04-30", period=1)
        self.assertEqual((one.receivable, one.current, one.overdue, one.sales), (15000, 4000, 11000, 10000))
        self.assertEqual((one.dso, one.dso_best, one.days_delinquent, one.opening), (45, 12, 33, 5000))
        self.assertEqual(one.effectiveness, kernel.collection_effectiveness(5000, 10000, 15000, 4000))
        self.assertEqual(self.figure("2026-05-01").current, 0, "due on the day is not late, the day after is")

    def test_countback(self):
        """2.1 m, billed 700, 800 and 900 thousand in 31, 28 and 31 days: 76.71; by the quarter 78.75."""
        for month, amount in ((1, 700000), (2, 800000), (3, 900000)):
            self.invoice(amount, f"2026-0{month}-10")
        self.payment(300000, "2026-03-20")
        one = self.figure("2026-03-31")
        self.assertEqual((one.receivable, one.sales_period, one.days), (2100000, 2400000, 90))
        self.assertAlmostEqual(one.dso_countback, 76.714285, 5)
        self.assertEqual(one.dso, 78.75)
        middle = self.figure("2026-03-15")
        self.assertEqual(middle.receivable, 2400000)
        self.assertAlmostEqual(middle.dso_countback, 31 + 28 + 15, 5, "a month that has just begun")

    def test_days_late(self):
        """1,000 ten days and 3,000 thirty days after the due date: 25. Credit notes are no payments."""
        for amount, late in ((1000, "2026-05-20"), (3000, "2026-06-09"), (500, "2026-05-01")):
            invoice = self.invoice(amount, "2026-04-20", "2026-05-10")
            self.reconcile(invoice, self.payment(amount, late))
        invoice = self.invoice(900, "2026-04-20", "2026-05-10")
        self.reconcile(invoice, self.invoice(900, "2026-06-20", move_type="out_refund"))
        may, june = self.figure("2026-06-30", months=2)
        self.assertEqual((may.paid, round(may.days_late, 4)), (1500, round(10000 / 1500, 4)))
        self.assertEqual((june.paid, june.days_late), (3000, 30))
        [[both]] = self.figures.with_context(
            crmx_as_of="2026-06-30", crmx_months=2
        )._read_group([("company_id", "=", self.company.id)], [], ["days_late:avg"])  # fmt: skip
        self.assertAlmostEqual(both, (1000 * 10 + 3000 * 30) / 4500, 5)

    def test_promises_kept(self):
        for amount, paid in ((400, 400), (600, 150)):
            invoice = self.invoice(amount, "2026-05-01")
            item = invoice.line_ids.filtered(lambda line: line.account_id == self.receivable)
            promise = self.env["crmx.promise"].create(
                {
                    "partner_id": self.customer.id,
                    "company_id": self.company.id,
                    "date": "2026-06-01",
                    "date_promised": "2026-06-10",
                    "line_ids": [Command.create({"move_line_id": item.id, "amount": amount})],
                }
            )
            self.reconcile(invoice, self.payment(paid, "2026-06-05"))
            promise.sudo()._judge()
        one = self.figure("2026-12-31", months=12).filtered("promised")
        self.assertEqual((one.promised, one.promise_kept, one.promise_keeping), (1000, 550, 55))

    def test_ends_of_months_tie_to_the_ledger(self):
        """Whatever was settled later, in advance, in another currency, or by a draft."""
        self.some_history()
        days = [str(one.date) for one in self.figure("2026-07-15", months=18)]
        self.assertEqual((days[-1], days[-2], len(set(days))), ("2026-07-15", "2026-06-30", len(days)))
        trend = self.read_rows(self.trend, "2026-07-15", 18)
        for one in self.figure("2026-07-15", months=18):
            with self.subTest(day=one.date):
                self.assertAlmostEqual(one.receivable, self.balance(one.date), 2)
                aged = trend.filtered(lambda row, one=one: row.date == one.date)
                self.assertAlmostEqual(sum(aged.mapped("amount")), one.receivable, 2)
                debts = sum(aged.filtered(lambda row: row.bucket == "00").mapped("amount"))
                self.assertAlmostEqual(debts, one.current, 2)

    def some_history(self):
        eur = self.eur({"2025-01-01": 0.8, "2026-03-01": 0.9})
        other = self.new_partner("Other")
        for month in range(1, 5):
            for partner, currency in ((self.customer, self.usd), (other, eur)):
                invoice = self.invoice(
                    100.37 * month,
                    f"2026-0{month}-05",
                    f"2026-0{month}-25",
                    partner=partner,
                    currency_id=currency.id,
                )
                amount = 40 * month if month % 2 else 100.37 * month
                payment = self.payment(
                    amount, f"2026-0{month + 1}-12", partner=partner, currency_id=currency.id
                )
                self.reconcile(invoice, payment)
        self.payment(77, "2026-05-05", partner=other)
        self.reconcile(self.invoice(50, "2026-02-02"), self.payment(50, "2026-09-09"))
        invoice = self.invoice(60, "2026-04-01")
        draft = self.payment(60, "2026-04-20")
        self.reconcile(invoice, draft)
        draft.move_id.button_draft()

    def test_the_trend_is_the_aged_report_month_after_month(self):
        for number, month in enumerate((1, 2, 3, 4, 5)):
            invoice = self.invoice(100 + number, f"2026-0{month}-03", f"2026-0{month}-20")
            if number % 2:
                self.reconcile(invoice, self.payment(60, f"2026-0{month + 1}-02"))
        self.payment(25, "2026-05-30")
        limits = self.env["crmx.aging.scheme"].buckets(None).limits
        trend = self.read_rows(self.trend, "2026-06-30", 6)
        for day in ("2026-01-31", "2026-03-31", "2026-06-30"):
            page = self.report.get_page({"as_of": day, "limits": list(limits)})
            aged = {row.bucket: row.amount for row in trend if str(row.date) == day}
            expected = {f"{n:02}": amount for n, amount in enumerate(page["total"]["buckets"]) if amount}
            if page["total"]["payments"]:
                expected["99"] = page["total"]["payments"]
            self.assertEqual(aged, expected, day)

    def test_by_partner_and_by_team(self):
        team = self.env["crm.team"].sudo().create({"name": "North", "company_id": self.company.id})
        other = self.new_partner("Other")
        self.invoice(100, "2026-05-01", team_id=team.id)
        self.invoice(300, "2026-05-01", partner=other, team_id=False)
        self.payment(40, "2026-06-01", partner=other)
        rows = self.figure("2026-06-30", scope="partner")
        self.assertEqual(
            {row.commercial_partner_id: row.receivable for row in rows}, {self.customer: 100, other: 260}
        )
        teams = {row.team_id: row.receivable for row in self.figure("2026-06-30", scope="team")}
        self.assertEqual(teams[team], 100)
        self.assertEqual(sum(teams.values()), 360)
        self.assertEqual(self.figure("2026-06-30").receivable, 360)

    def test_groups_are_ratios_of_sums(self):
        self.invoice(100, "2026-06-01", "2026-06-30")
        self.invoice(300, "2026-06-01", partner=self.new_partner("Other"))
        figures = self.figures.with_context(
            crmx_as_of="2026-06-30", crmx_months=2, crmx_scope="partner", crmx_period=1
        )
        domain = [("company_id", "=", self.company.id), ("date", "=", "2026-06-30")]
        [[dso, best, receivable]] = figures._read_group(
            domain, [], ["dso:avg", "dso_best:avg", "receivable:sum"]
        )
        self.assertEqual((dso, best, receivable), (30, 7.5, 400))
        [[average]] = figures._read_group(domain[:1], [], ["receivable:sum"])
        self.assertEqual(average, 400, "the one day on which there was something")

    def test_36_months_in_one_query(self):
        self.some_history()

        def queries(model, months, measure):
            model = model.with_context(crmx_as_of="2026-07-15", crmx_months=months)
            self.env.flush_all()
            before = self.cr.sql_log_count
            self.assertTrue(model._read_group([], ["date:day"], [measure]))
            return self.cr.sql_log_count - before

        for model, measure in ((self.figures, "dso_countback:avg"), (self.trend, "amount:sum")):
            queries(model, 1, measure)
            # a setting, those of the accounts and the access rules, and the one
            one, all_of_them = (queries(model, months, measure) for months in (1, 36))
            self.assertEqual(one, all_of_them)
            self.assertLessEqual(one, 4)

    def test_the_dashboard(self):
        self.some_history()
        page = self.figures.get_dashboard("2026-06-30", 6, "partner")
        self.assertEqual((page["as_of"], len(page["labels"])), ("2026-06-30", 6))
        tiles = {tile["name"]: tile for tile in page["tiles"]}
        one = self.figure("2026-06-30")
        self.assertAlmostEqual(tiles["dso"]["value"], one.dso, 5)
        self.assertIn("÷", tiles["dso"]["help"])
        self.assertEqual({row["name"] for row in page["rows"]}, {"Adler", "Other"})
        self.assertAlmostEqual(sum(row["receivable"] for row in page["rows"]), one.receivable, 2)
        self.assertEqual(len(page["ageing"][0]["data"]), 6)
        action = self.figures.action_dashboard_open("figures", "2026-06-30", 6, "team")
        self.assertEqual(action["context"]["crmx_scope"], "team")

    def test_what_cannot_be_asked(self):
        for context, text in (
            ({"crmx_scope": "moon"}, "by “moon”"),
            ({"crmx_months": 600}, "1 to 60 months"),
            ({"crmx_as_of": "yesterday"}, "is no date"),
            ({"crmx_period": 2}, "1, 3, 6 or 12"),
        ):
            with self.subTest(text), self.assertRaisesRegex(UserError, text):
                self.figures.with_context(**context).search([])
        seller = new_test_user(self.env, "crmx_no_figures", groups="sales_team.group_sale_manager")
        for call in (self.figures.with_user(seller).get_dashboard, self.trend.with_user(seller).search_count):
            with self.assertRaises(AccessError):
                call(*([[]] if call.__name__ == "search_count" else []))

    def test_companies_in_one_currency(self):
        """Of another company, in another currency: converted at the rate of the last day, by ratios too."""
        eur = self.eur({"2026-01-01": 0.5})
        self.invoice(100, "2026-06-01", "2026-06-30", currency_id=eur.id)
        one = self.figure("2026-06-30", period=1)
        self.assertEqual((one.receivable, one.dso, one.date), (200, 30, date(2026, 6, 30)))
