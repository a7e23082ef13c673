from datetime import date

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.receivables.aged_report import GROUPINGS
from ...reports.receivables.aged_report import amount_of
from ...tools.receivables import exchange_difference
from .common import AS_OF, ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesAgedReport(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.eur_currency = cls.eur({"2025-01-01": 0.8, "2026-06-01": 0.9})
        cls.gold, cls.new = cls.env["res.partner.category"].create([{"name": "Gold"}, {"name": "New"}])
        cls.seller = cls.env["res.users"].sudo().create({"name": "Selma", "login": "crmx_selma"})
        cls.team = (
            cls.env["crm.team"].sudo().create({"name": "North", "member_ids": [Command.link(cls.seller.id)]})
        )
        cls.customer.write(
            {
                "country_id": cls.env.ref("base.at").id,
                "category_id": [Command.set((cls.gold | cls.new).ids)],
                "user_id": cls.seller.id,
            }
        )
        cls.other = cls.new_partner("Bussard", country_id=cls.env.ref("base.be").id)
        cls.invoice(100, "2026-05-01", "2026-06-20")
        cls.invoice(80, "2026-05-01", "2026-07-20", currency_id=cls.eur_currency.id)
        cls.invoice(30, "2026-06-01", move_type="out_refund")
        cls.payment(25, "2026-06-02")
        cls.entry(12, "2026-06-03")
        cls.invoice(1000, "2026-01-01", "2026-02-01", partner=cls.other)

    # === GROUPS, ORDER, PAGES === #

    def test_all_groupings_have_the_same_total(self):
        expected = 100 + 100 - 30 - 25 + 12 + 1000
        for group_by in GROUPINGS:
            with self.subTest(group_by=group_by):
                page = self.report.get_page({"as_of": AS_OF}, (), group_by)
                self.assertAlmostEqual(page["total"]["total"], expected, 2)

    def test_group_names(self):
        for group_by, name, total in (
            ("salesperson", "Selma", 157),
            ("team", "North", 157),
            ("country", "Austria", 157),
            ("tag", "Gold", 157),
            ("tag", "New", 157),
            ("tag", "None", 1000),
            ("account", self.receivable.display_name, 1157),
            ("company", self.company.name, 1157),
            ("currency", "EUR", 100),
        ):
            with self.subTest(group_by=group_by, name=name):
                self.assertEqual(self.rows(group_by=group_by)[name]["total"], total)

    def test_pages_and_order(self):
        first = self.report.get_page({"as_of": AS_OF}, order="total desc", limit=1)
        second = self.report.get_page({"as_of": AS_OF}, order="total desc", limit=1, offset=1)
        names = [page["rows"][0]["name"] for page in (first, second)]
        self.assertEqual(names, ["Bussard", "Adler"])
        self.assertEqual([first["length"], len(first["rows"])], [2, 1])
        self.assertEqual(first["total"]["total"], 1157)
        by_bucket = self.report.get_page({"as_of": AS_OF}, order="bucket_1 desc")["rows"]
        self.assertEqual(by_bucket[0]["name"], "Adler")

    def test_domain_filters_rows_and_total(self):
        page = self.report.get_page({"as_of": AS_OF}, [("country_id.code", "=", "BE")])
        self.assertEqual([row["name"] for row in page["rows"]], ["Bussard"])
        self.assertEqual(page["total"]["total"], 1000)
        tagged_ = self.report.get_page({"as_of": AS_OF}, [("category_ids", "in", self.gold.ids)])
        self.assertEqual([row["name"] for row in tagged_["rows"]], ["Adler"])

    def test_queries_do_not_grow_with_customers(self):
        def count():
            self.env.invalidate_all()
            before = self.cr.sql_log_count
            self.report.get_page({"as_of": AS_OF})
            return self.cr.sql_log_count - before

        count()
        few = count()
        for number in range(30):
            self.invoice(10, "2026-06-01", partner=self.new_partner(f"Customer {number}"))
        count()
        self.assertLessEqual(count(), few)
        self.assertLessEqual(few, 15)

    # === DRILL === #

    def test_every_cell_opens_its_items(self):
        """For each grouping, row, column and way to show credits, the items add up to the cell."""
        for group_by in GROUPINGS:
            for credits_ in ("apart", "aged"):
                options = {"as_of": AS_OF, "limits": [15, 60], "credits": credits_}
                page = self.report.get_page(options, (), group_by)
                for row in page["rows"]:
                    self._check_drill(options, group_by, row["key"], row, page["columns"])
                if group_by != "tag":
                    self._check_drill(options, group_by, None, page["total"], page["columns"])

    def _check_drill(self, options, group_by, key, row, columns):
        for column in columns:
            with self.subTest(group_by=group_by, key=key, column=column["key"], **options):
                action = self.report.get_drill_action(options, (), group_by, key, column["key"])
                items = self.env[action["res_model"]].with_context(**action["context"])
                found = items.search(action["domain"])
                measure = {"exchange": "exchange_difference", "total": "residual"}.get(
                    column["key"], "aged_amount" if options["credits"] == "apart" else "residual"
                )
                self.assertAlmostEqual(sum(found.mapped(measure)), amount_of(row, column["key"]), 2)

    def test_drill_titles(self):
        def title(as_of, **arguments):
            return self.report.get_drill_action({"as_of": as_of, "limits": [30]}, **arguments)["name"]

        today = fields.Date.context_today(self.report)
        self.assertEqual(title(today, key=self.customer.id, column="bucket_1"), "Adler – 1–30")
        self.assertEqual(title(today, key=self.customer.id, column="total"), "Adler")
        self.assertEqual(title(today, key=None), "Open Receivables")
        self.assertEqual(title(AS_OF, key=None, column="bucket_2"), "31+ as of 06/30/2026")

    def test_items_lead_to_their_documents(self):
        action = self.report.get_drill_action({"as_of": AS_OF}, key=self.other.id)
        item = self.env["crmx.open.item"].with_context(**action["context"]).search(action["domain"])
        self.assertEqual(item.action_open_document()["res_id"], item.move_id.id)
        domain = item.action_open_journal_items()["domain"]
        self.assertEqual(self.env["account.move.line"].search(domain), item.move_line_id)
        self.assertEqual((item.kind, item.age), ("invoice", 149))

    # === CHECK === #

    def test_check_line_says_so_when_the_ledger_differs(self):
        self.assertEqual(self.report.get_check({"as_of": AS_OF})["difference"], 0)
        line = self.env["account.move.line"].search(
            [("partner_id", "=", self.other.id), ("account_id", "=", self.receivable.id)]
        )
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE account_move_line SET amount_residual = amount_residual - 1 WHERE id = %s", [line.id]
        )
        check = self.report.get_check({"as_of": AS_OF})
        self.assertEqual(check["difference"], -1)
        self.assertIn("difference", check["text"])

    # === EXCHANGE DIFFERENCE === #

    def test_exchange_difference_equals_its_kernel(self):
        invoice = self.invoice(333.33, "2026-03-03", currency_id=self.eur_currency.id)
        self.reconcile(invoice, self.payment(111.11, "2026-06-10", currency_id=self.eur_currency.id))
        self.company.fiscalyear_lock_date = "2026-06-20"
        late = self.invoice(50, "2026-06-25", currency_id=self.eur_currency.id)
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur_currency.id, "name": "2026-06-26", "rate": 0.7}
        )
        self.reconcile(late, self.payment(20, "2026-06-27", currency_id=self.eur_currency.id))
        for as_of in ("2026-06-15", "2026-06-26", AS_OF):
            for item in self.report.open_items({"as_of": as_of}).search([]):
                expected = exchange_difference(
                    item.residual,
                    item.residual_currency,
                    item.balance,
                    item.amount_currency,
                    item.company_currency_id.rounding,
                )
                if item.currency_id == item.company_currency_id:
                    expected = 0
                self.assertAlmostEqual(item.exchange_difference, expected, 2)
                self.assertAlmostEqual(item.aged_amount + item.exchange_difference, item.residual, 2)

    # === COMPANIES === #

    def _second_company(self, currency):
        data = self.setup_other_company(name="Second", currency_id=currency.id)
        company = data["company"]
        self.env.user.company_ids |= company
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": "2026-05-01",
                    "invoice_payment_term_id": False,
                    "invoice_date_due": "2026-06-20",
                    "invoice_line_ids": [
                        Command.create({"name": "Freight", "price_unit": 90, "tax_ids": False})
                    ],
                }
            )
        )
        move.action_post()
        return company

    def test_companies_in_two_currencies(self):
        """90 EUR of the second company are 100 in ours, at the as-of date's 0.9."""
        second = self._second_company(self.eur_currency)
        both = self.report.with_context(allowed_company_ids=[self.company.id, second.id])
        page = both.get_page({"as_of": AS_OF}, group_by="company")
        totals = {row["name"]: row["total"] for row in page["rows"]}
        self.assertAlmostEqual(totals[self.company.name], 1157, 2)
        self.assertAlmostEqual(totals["Second"], 100, 2)
        self.assertEqual(both.get_check({"as_of": AS_OF})["difference"], 0)
        alone = self.report.with_context(allowed_company_ids=[second.id])
        self.assertEqual(alone.get_page({"as_of": AS_OF})["total"]["total"], 90)

    def test_a_currency_without_a_rate(self):
        second = self._second_company(self.eur_currency)
        self.env["res.currency.rate"].search([("currency_id", "=", self.eur_currency.id)]).unlink()
        both = self.report.with_context(allowed_company_ids=[self.company.id, second.id])
        with self.assertRaisesRegex(UserError, "EUR.*Second.*2026-06-30"):
            both.get_page({"as_of": AS_OF})

    def test_a_company_without_chart_of_accounts(self):
        bare = self.env["res.company"].create({"name": "Bare"})
        self.env.user.company_ids |= bare
        page = self.report.with_context(allowed_company_ids=[bare.id]).get_page({"as_of": AS_OF})
        self.assertEqual((page["rows"], page["length"], page["total"]["total"]), ([], 0, 0))
        self.assertIn("Bare has no chart of accounts", page["notices"][0])
        check = self.report.with_context(allowed_company_ids=[bare.id]).get_check({"as_of": AS_OF})
        self.assertEqual(check["difference"], 0)

    # === OPTIONS === #

    def test_a_date_before_the_first_entry(self):
        page = self.report.get_page({"as_of": "1990-01-01"})
        self.assertEqual((page["rows"], page["total"]["total"]), ([], 0))
        self.assertIn("The first entry is dated", page["notices"][-1])

    def test_options_have_defaults(self):
        options = self.report.get_page()["options"]
        self.assertEqual(
            (options["side"], options["basis"], options["credits"], options["limits"]),
            ("receivable", "due", "apart", [30, 60, 90, 120]),
        )
        self.assertEqual(options["as_of"], str(fields.Date.context_today(self.report)))
        self.assertEqual(self.report.get_page({"as_of": date(2026, 6, 30)})["options"]["as_of"], AS_OF)

    def test_options_that_cannot_be_used(self):
        for options, words in (
            ({"as_of": "31.12.2026"}, "no date"),
            ({"as_of": [1]}, "no date"),
            ({"side": "both"}, "receivable or payable"),
            ({"basis": "delivery"}, "due or by invoice date"),
            ({"limits": []}, "at least one limit"),
            ({"limits": "30, 20"}, "rising order"),
            ({"limits": [30, 30]}, "overlap"),
            ({"limits": [0]}, "below 1 day"),
            ({"limits": "30, soon"}, "no whole number"),
            ({"limits": list(range(1, 40))}, "too many"),
        ):
            with self.subTest(options=options), self.assertRaisesRegex(UserError, words):
                self.report.get_page(options)
        with self.assertRaisesRegex(UserError, "grouped by"):
            self.report.get_page(group_by="password")
        with self.assertRaisesRegex(UserError, "sorted by"):
            self.report.get_page(order="total; DROP TABLE x")

    def test_columns(self):
        def labels(**options):
            return [
                column["label"] for column in self.report.get_page({"limits": [30, 60], **options})["columns"]
            ]

        tail = ["Credit Notes", "Unallocated Payments", "Exchange Difference", "Total"]
        self.assertEqual(labels(), ["Not due", "1–30", "31–60", "61+", *tail])
        self.assertEqual(labels(credits="aged"), ["Not due", "1–30", "31–60", "61+", "Total"])
        self.assertEqual(labels(basis="invoice")[0], "Today")
