from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged, users, warmup

from .common_base import OneBaseCase


@tagged("post_install", "-at_install")
class TestCompleteness(OneBaseCase):
    """What is asked of whom, how complete he is, and who is not."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.Rule = cls.env["crmx.completeness.rule"]
        cls.Rule.search([]).active = False
        cls.rules = {
            name: cls.rule(name, weight, **values)
            for name, weight, values in (
                ("email", 3, {}),
                ("vat", 1, {"for_persons": False}),
                ("function", 1, {"for_companies": False}),
                ("website", 2, {"audience": "customer"}),
                ("barcode", 2, {"audience": "supplier"}),
            )
        }

    @classmethod
    def rule(cls, name, weight, **values):
        field = cls.env["ir.model.fields"]._get("res.partner", name)
        return cls.Rule.create({"name": name, "field_id": field.id, "weight": weight, **values})

    def missing(self, partner):
        partner.invalidate_recordset()
        return partner.crmx_completeness, [item["field"] for item in partner.crmx_missing or []]

    def test_score(self):
        self.assertEqual(self.missing(self.customer), (0, ["email", "vat"]))
        self.customer.email = "a@watt.example"
        self.assertEqual(self.missing(self.customer), (75, ["vat"]))
        self.customer.vat = "DE136695976"
        self.assertEqual(self.missing(self.customer), (100, []))

    def test_asked_of_whom(self):
        self.customer.customer_rank = 1
        self.assertEqual(self.missing(self.customer)[1], ["email", "vat", "website"])
        person = self.person("Ada", parent_id=self.customer.id)
        self.assertEqual(self.missing(person)[1], ["email", "function", "website"], "of a customer")
        self.customer.write({"customer_rank": 0, "supplier_rank": 1})
        self.assertEqual(self.missing(self.customer)[1], ["email", "vat", "barcode"])
        address = self.person("Gate 5", parent_id=self.customer.id, type="delivery")
        colleague = self.users["ob_employee"].partner_id
        for nobody in (address, colleague, self.Partner.new({"name": "New"})):
            self.assertFalse(nobody.crmx_missing)
            self.assertEqual(nobody.crmx_completeness, 0)

    def test_condition(self):
        self.rules["email"].condition = "['|', ('email', '!=', False), ('phone', '!=', False)]"
        self.customer.phone = "+49 30 1234567"
        self.assertEqual(self.missing(self.customer)[1], ["vat"])
        self.rules["vat"].condition = "[('child_ids.email', '!=', False)]"
        self.person("Ada", parent_id=self.customer.id, email="ada@watt.example")
        self.assertEqual(self.missing(self.customer), (100, []))

    def test_fields_of_each_company(self):
        field = self.env["ir.model.fields"]._get("res.partner", "property_payment_term_id")
        self.Rule.create({"name": "terms", "field_id": field.id, "for_persons": False})
        term = self.env["account.payment.term"].create({"name": "30 days"})
        self.customer.property_payment_term_id = term
        self.assertNotIn("property_payment_term_id", self.missing(self.customer)[1])
        there = self.customer.with_company(self.elsewhere)
        self.assertIn("property_payment_term_id", self.missing(there)[1])

    def test_bad_condition(self):
        for condition in ("nonsense", "[('no_such_field', '=', 1)]", "__import__('os')", "[('email',"):
            with self.subTest(condition=condition), self.assertRaises(ValidationError):
                self.rules["email"].condition = condition

    def test_all_rules_off(self):
        self.Rule.search([]).active = False
        self.assertEqual(self.missing(self.customer), (0, []))
        self.assertFalse(
            self.Partner.search([("crmx_completeness", "<", 100), ("id", "=", self.customer.id)])
        )
        self.assertFalse(self.env["crmx.completeness.gap"].search([], limit=1))

    def test_filter(self):
        half = self.company("Half", email="half@e.example")
        full = self.company("Full", email="full@e.example", vat="DE136695976")
        ours = [("id", "in", (self.customer + half + full).ids)]

        def found(operator, value):
            return self.Partner.search([("crmx_completeness", operator, value), *ours], order="id")

        self.assertEqual(found("<", 50), self.customer)
        self.assertEqual(found("<=", 75), self.customer + half)
        self.assertEqual(found(">", 75), full)
        self.assertEqual(found("=", 100), full)
        self.assertEqual(
            self.Partner.search(["!", ("crmx_completeness", "<", 50), *ours], order="id"), half + full
        )

    def test_list_for_managers(self):
        seller = self.seller
        self.customer.user_id = seller
        person = self.person("Ada", parent_id=self.customer.id)
        Gap = self.env["crmx.completeness.gap"].with_user(seller)
        rows = Gap.search([("partner_id", "in", (self.customer + person).ids)])
        self.assertEqual(
            {(row.partner_id, row.rule_id.name, row.score, row.band, row.user_id) for row in rows},
            {
                (self.customer, "email", 0, "0", seller),
                (self.customer, "vat", 0, "0", seller),
                (person, "email", 0, "0", seller),
                (person, "function", 0, "0", seller),
            },
        )
        self.assertEqual(rows[0].action_open_partner()["res_id"], rows[0].partner_id.id)
        groups = Gap._read_group([("partner_id", "=", self.customer.id)], ["rule_id"], ["__count"])
        self.assertEqual([count for _rule, count in groups], [1, 1])

    def test_rights(self):
        self.customer.company_id = self.env.company
        Gap = self.env["crmx.completeness.gap"]
        domain = [("partner_id", "=", self.customer.id)]
        self.assertTrue(Gap.with_user(self.users["ob_accountant"]).search(domain))
        self.assertFalse(Gap.with_user(self.foreigner).search(domain))
        for login in ("ob_employee", "ob_portal"):
            with self.assertRaises(AccessError):
                Gap.with_user(self.users[login]).search(domain)
        self.assertEqual(self.customer.with_user(self.users["ob_employee"]).crmx_completeness, 0)
        with self.assertRaises(AccessError):
            self.rules["email"].with_user(self.seller).weight = 5
        with self.assertRaises(AccessError):
            self.customer.with_user(self.foreigner).read(["crmx_missing"])

    def test_what_others_may_not_read_counts(self):
        """Whether there is an account counts for all, its number is shown to none."""
        field = self.env["ir.model.fields"]._get("res.partner", "bank_ids")
        self.Rule.create({"name": "account", "field_id": field.id})
        self.customer.bank_ids = [Command.create({"acc_number": "DE89370400440532013000"})]
        seen = self.customer.with_user(self.users["ob_employee"])
        self.assertNotIn("bank_ids", self.missing(seen)[1])

    @users("ob_seller")
    @warmup
    def test_one_statement_for_all(self):
        partners = self.Partner.sudo().create([{"name": f"P{i}"} for i in range(50)]).with_env(self.env)
        partners.fetch(["name"])
        self.env.flush_all()
        self.env["crmx.completeness.rule"].search([]).fetch(["name", "field_name"])
        with self.assertQueryCount(ob_seller=5):
            partners.mapped("crmx_completeness")
