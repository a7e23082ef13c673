"""What the demo company's books must contain; checked where the demo company is loaded."""

from collections import Counter, defaultdict
from datetime import date

from odoo.addons.crm_extended.demo.context import MODULE

TODAY = date(2025, 9, 30)

OPEN = ("asset_receivable", "liability_payable")


class DemoLookup:
    """Finds records of the demo company."""

    @classmethod
    def put_aside(cls):
        """Let a demo company that the database has already go by another name."""
        data = cls.env["ir.model.data"].search([("module", "=", MODULE)])
        for record in data.filtered(lambda row: row.model == "res.company"):
            house = cls.env["res.company"].browse(record.res_id)
            house.name = f"{house.name} (put aside)"
        data.module = f"{MODULE}_put_aside"
        cls.env.flush_all()  # external ids are looked up in the table

    @classmethod
    def companies(cls):
        return [cls.env.ref(f"{MODULE}.company_{key}") for key in ("trading", "freight")]

    @classmethod
    def case(cls, name):
        return cls.env.ref(f"{MODULE}.case_{name}")

    def ours(self, model, *domain):
        companies = [company.id for company in self.companies()]
        return self.env[model].search([("company_id", "in", companies), *domain])

    def open_lines(self, *domain):
        return self.ours(
            "account.move.line",
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "in", OPEN),
            *domain,
        )


class DemoCases(DemoLookup):
    """One test for each case that the ledger must contain."""

    def test_every_bucket_has_something(self):
        buckets = defaultdict(Counter)
        for line in self.open_lines(("amount_residual", "!=", 0)):
            late = (TODAY - line.date_maturity).days
            bucket = 0 if late <= 0 else min(5, 1 + (late - 1) // 30)
            buckets[line.company_id, line.account_id.account_type][bucket] += 1
        trading, freight = self.companies()
        self.assertEqual(set(buckets[trading, "asset_receivable"]), {0, 1, 2, 3, 4, 5})
        self.assertGreaterEqual(len(buckets[freight, "asset_receivable"]), 5)
        for house in (trading, freight):
            self.assertGreaterEqual(len(buckets[house, "liability_payable"]), 3)

    def test_groups_have_several_members(self):
        moves = self.open_lines(("amount_residual", "!=", 0)).move_id
        self.assertGreaterEqual(len(moves.invoice_user_id), 4)
        self.assertGreaterEqual(len(moves.team_id), 3)
        partners = moves.commercial_partner_id
        self.assertGreaterEqual(len(partners.country_id), 8)
        self.assertGreaterEqual(len(partners.category_id), 6)
        self.assertGreater(max(len(partner.name) for partner in partners.browse(self._customers())), 90)

    def _customers(self):
        data = self.env["ir.model.data"].search([("module", "=", MODULE), ("name", "=like", "customer_%")])
        return data.mapped("res_id")

    def receivables(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def test_case_instalments(self):
        lines = self.receivables(self.case("instalments")).sorted("date_maturity")
        self.assertEqual(len(lines), 3)
        self.assertEqual([bool(line.amount_residual) for line in lines], [False, True, True])
        self.assertLess(lines[1].date_maturity, TODAY)
        self.assertGreater(lines[2].date_maturity, TODAY)
        self.assertEqual(len(self.receivables(self.case("advance"))), 2)

    def test_case_disputed(self):
        for name in ("disputed", "disputed_freight"):
            invoice = self.case(name)
            self.assertEqual(invoice.payment_state, "blocked")
            self.assertTrue(all(self.receivables(invoice).mapped("no_followup")))
            self.assertEqual(invoice.amount_residual, invoice.amount_total)
            self.assertIn("do not accept", "".join(invoice.message_ids.mapped("body")))

    def test_case_doubtful(self):
        for name, house in (("doubtful", "trading"), ("doubtful_freight", "freight")):
            invoice = self.case(name)
            self.assertEqual(invoice.amount_residual, 0)
            entry = self.case(f"entry_doubtful_{house}")
            doubtful = self.env.ref(f"{MODULE}.account_doubtful_{house}")
            line = entry.line_ids.filtered(lambda line, account=doubtful: line.account_id == account)
            self.assertEqual(line.amount_residual, invoice.amount_total)
            self.assertEqual(line.partner_id, invoice.commercial_partner_id)

    def test_case_foreign_currency(self):
        invoice = self.case("foreign_partial")
        self.assertNotEqual(invoice.currency_id, invoice.company_id.currency_id)
        self.assertEqual(invoice.payment_state, "partial")
        self.assertAlmostEqual(invoice.amount_residual, invoice.amount_total * 0.35, delta=0.02)
        old = self.receivables(self.case("foreign_old"))
        self.assertEqual(old.amount_residual_currency, old.amount_currency)
        for house in self.companies():
            exchange = self.env["account.move"].search_count(
                [("journal_id", "=", house.currency_exchange_journal_id.id), ("state", "=", "posted")]
            )
            self.assertGreater(exchange, 5)

    def test_case_paid_too_much_and_paid_back(self):
        partner = self.case("overpaid").commercial_partner_id
        self.assertEqual(self.case("overpaid").payment_state, "paid")
        rest = self.open_lines(
            ("partner_id", "=", partner.id), ("amount_residual", "<", 0), ("payment_id", "!=", False)
        )
        self.assertAlmostEqual(
            -sum(rest.mapped("amount_residual")), self.case("overpaid").amount_total * 0.2, 1
        )
        self.assertEqual(self.case("refunded").payment_state, "paid")
        refund = self.ours(
            "account.payment", ("payment_type", "=", "outbound"), ("partner_type", "=", "customer")
        )
        self.assertEqual(refund.partner_id, self.case("refunded").commercial_partner_id)
        self.assertTrue(refund.is_reconciled)

    def test_case_postdated(self):
        invoice = self.case("postdated")
        self.assertEqual(invoice.amount_residual, 0)
        [partial] = invoice.line_ids.matched_credit_ids
        self.assertGreater(partial.max_date, TODAY)

    def test_case_opening_balance(self):
        for house in ("trading", "freight"):
            entry = self.case(f"opening_{house}")
            self.assertEqual((entry.move_type, entry.state), ("entry", "posted"))
            lines = entry.line_ids.filtered(lambda line: line.account_type in OPEN)
            self.assertTrue(any(lines.filtered("amount_residual")))
            self.assertTrue(any(not line.amount_residual for line in lines))

    def test_case_entries_on_contacts(self):
        line = self.receivables(self.case("entry_contact"))
        self.assertTrue(line.partner_id.parent_id)
        payments = self.open_lines(("payment_id", "!=", False), ("partner_id.parent_id", "!=", False))
        self.assertTrue(payments.filtered("amount_residual"))

    def test_case_credits(self):
        refunds = self.ours("account.move", ("move_type", "=", "out_refund"), ("state", "=", "posted"))
        states = Counter(refunds.mapped("payment_state"))
        self.assertGreaterEqual(states["paid"], 20)
        self.assertGreaterEqual(states["not_paid"], 5)
        reversed_ = self.ours("account.move", ("payment_state", "=", "reversed"))
        self.assertGreaterEqual(len(reversed_), 8)
        unallocated = self.open_lines(
            ("payment_id", "!=", False), ("amount_residual", "!=", 0), ("matched_debit_ids", "=", False)
        )
        self.assertGreaterEqual(len(unallocated), 7)
        partial = self.ours(
            "account.move", ("move_type", "=", "out_invoice"), ("payment_state", "=", "partial")
        )
        self.assertGreaterEqual(len(partial), 15)
        self.assertEqual(len(self.ours("account.move", ("state", "=", "cancel"))), 6)

    def test_case_customer_with_a_negative_balance(self):
        groups = self.env["account.move.line"]._read_group(
            [
                ("id", "in", self.open_lines(("account_id.account_type", "=", "asset_receivable")).ids),
            ],
            ["company_id", "partner_id"],
            ["amount_residual:sum"],
        )
        negative = [partner for _company, partner, total in groups if total < 0]
        self.assertIn(self.env.ref(f"{MODULE}.customer_wiesenbach"), negative)

    def test_case_both_customer_and_supplier(self):
        for house, name in (("trading", "oelschlager"), ("freight", "hoogenwerf"), ("freight", "jaworzyna")):
            partner = self.env.ref(f"{MODULE}.customer_{name}")
            lines = self.open_lines(
                ("company_id", "=", self.env.ref(f"{MODULE}.company_{house}").id),
                ("partner_id", "=", partner.id),
                ("amount_residual", "<", 0),
                ("account_id.account_type", "=", "liability_payable"),
            )
            self.assertTrue(lines)

    def test_sister_companies_agree(self):
        trading, freight = self.companies()
        sold = self.ours(
            "account.move",
            ("company_id", "=", freight.id),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("commercial_partner_id", "=", trading.partner_id.id),
        )
        bought = self.ours(
            "account.move",
            ("company_id", "=", trading.id),
            ("move_type", "=", "in_invoice"),  # entries of payments bear the number, too
            ("partner_id", "=", freight.partner_id.id),
        )
        self.assertTrue(sold)
        self.assertEqual(sorted(sold.mapped("name")), sorted(bought.mapped("ref")))
        self.assertAlmostEqual(sum(sold.mapped("amount_total")), sum(bought.mapped("amount_total")))
