from datetime import date, timedelta
from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .common_card import CardCase

BLOCKS = {
    "seller": {
        *("who", "relations", "matters", "activities", "offers", "opportunities", "deliveries"),
        *("value", "debt", "rhythm", "recommendations"),
    },
    "employee": {"who", "activities"},
}
ALWAYS = {"partner", "company", "today", "filled", "can"}


@tagged("post_install", "-at_install")
class TestCustomerCard(CardCase):
    """Each block shows what the reader may read at its source; without rights it is absent."""

    def blocks(self, card):
        return set(card) - ALWAYS

    # -- rights -----------------------------------------------------------

    def test_blocks_of_a_seller(self):
        card = self.card()
        self.assertEqual(self.blocks(card) - {"orders", "receipts"}, BLOCKS["seller"])
        self.assertNotIn("owed", card, "payables are for accountants")
        self.assertEqual(card["partner"]["owner"], "Sam Seller")

    def test_seller_sees_own_documents(self):
        own, foreign = self.order(), self.order(amount=900, user=self.manager)
        self.invoice(400)
        self.invoice(5000, user=self.manager)
        lead = {"partner_id": self.customer.id, "type": "opportunity"}
        self.env["crm.lead"].create(
            [
                {**lead, "name": "Mine", "user_id": self.seller.id},
                {**lead, "name": "Theirs", "user_id": self.manager.id},
            ]
        )
        card = self.card()
        self.assertEqual([line["id"] for line in card["offers"]["lines"]], own.ids)
        self.assertEqual((card["offers"]["total"], card["offers"]["amount"]), (1, 100))
        self.assertEqual([line["name"] for line in card["opportunities"]["lines"]], ["Mine"])
        self.assertEqual(card["value"]["turnover"]["amount"], 400)
        whole = self.card(self.manager)
        self.assertEqual((whole["offers"]["total"], whole["offers"]["amount"]), (2, 1000))
        self.assertEqual(whole["offers"]["lines"][0]["id"], foreign.id)
        self.assertEqual(whole["value"]["turnover"]["amount"], 5400)

    def test_accountant(self):
        self.invoice(400)
        card = self.card(self.accountant)
        self.assertEqual((card["debt"]["total"], card["debt"]["can_open"]), (400, True))
        self.assertIn("owed", card)
        for name, model in (("opportunities", "crm.lead"), ("deliveries", "stock.picking")):
            readable = self.env[model].with_user(self.accountant).has_access("read")
            self.assertEqual(name in card, readable)

    def test_employee_without_any_app(self):
        self.order()
        self.invoice(400)
        self.env["crmx.relation"].create(
            {
                "left_partner_id": self.contact.id,
                "right_partner_id": self.customer.id,
                "type_id": self.env["crmx.relation.type"].create({"name": "Is", "role": "Chief"}).id,
            }
        )
        card = self.card(self.employee)
        self.assertEqual(self.blocks(card), BLOCKS["employee"])
        self.assertEqual([person["name"] for person in card["who"]["persons"]], ["Ada Kern"])
        self.assertEqual(card["who"]["persons"][0]["roles"], [])
        self.assertFalse(card["can"]["log"])

    def test_portal_user(self):
        self.assertTrue(self.customer.with_user(self.portal).has_access("read"))
        with self.assertRaises(AccessError):
            self.card(self.portal)

    def test_other_company(self):
        self.order()
        self.invoice(400)
        call = {"partner_id": self.customer.id, "outcome_id": self.open_end.id}
        self.env["crmx.interaction"].create(call)
        self.customer.crmx_tier_id = self.tier
        card = self.card(self.foreigner)
        self.assertEqual((card["offers"]["total"], card["matters"]), (0, []))
        self.assertEqual(card["value"]["turnover"]["amount"], 0)
        self.assertEqual(
            (card["debt"]["total"], card["rhythm"]["tier"], card["rhythm"]["last"]), (0, False, False)
        )
        self.customer.company_id = self.company
        with self.assertRaises(AccessError):
            self.card(self.foreigner)

    def test_active_company_only(self):
        self.order()
        self.seller.company_ids |= self.abroad
        Card = self.env["crmx.customer.card"].with_user(self.seller)
        both = Card.with_context(allowed_company_ids=[self.abroad.id, self.company.id])
        card = both.get_card(self.customer.id)
        self.assertEqual((card["company"], card["offers"]["total"]), ("Abroad", 0))

    def test_switched_off(self):
        self.company.crmx_use_interactions = False
        self.assertFalse(self.card())
        self.assertFalse(self.customer.with_user(self.seller).crmx_use_card)
        self.company.crmx_use_interactions = True
        self.env.invalidate_all()
        self.assertTrue(self.customer.with_user(self.seller).crmx_use_card)

    def test_activities_that_may_be_read(self):
        foreign = self.order(user=self.manager)
        foreign.activity_schedule("mail.mail_activity_data_todo", user_id=self.manager.id, summary="Secret")
        self.customer.activity_schedule(
            "mail.mail_activity_data_call",
            user_id=self.seller.id,
            summary="Ring",
            date_deadline=date(2030, 1, 2),
        )
        activities = self.card()["activities"]
        self.assertEqual((activities["total"], activities["lines"][0]["name"]), (1, "Ring"))
        self.assertEqual(self.card(self.manager)["activities"]["total"], 2)

    def test_only_one_method_for_rpc(self):
        from odoo.service.model import get_public_method

        Card = self.env["crmx.customer.card"]
        self.assertTrue(get_public_method(Card, "get_card"))
        for name in ("_who", "_value", "_blocks"):
            with self.assertRaises(AccessError):
                get_public_method(Card, name)

    # -- what it says -----------------------------------------------------

    def test_value(self):
        today = fields.Date.today()
        self.invoice(1000, today.replace(day=1))
        self.invoice(100, today.replace(day=1), move_type="out_refund")
        self.invoice(600, today - timedelta(days=400))
        value = self.card(self.manager)["value"]
        self.assertEqual(value["turnover"]["amount"], 900)
        self.assertEqual(value["turnover"]["before"], 600)
        self.assertEqual(value["turnover"]["change"], 50)
        self.assertIsNone(value["margin"], "what was sold came back")
        self.assertEqual(value["months"][-1], {"date": today.replace(day=1), "amount": 900})
        self.assertEqual(len(value["months"]), 12)
        self.invoice(200, today.replace(day=1))
        self.assertEqual(self.card(self.manager)["value"]["margin"], 900 + 200 - 60)

    def test_margin_needs_a_cost(self):
        self.product.standard_price = 0
        self.invoice(1000)
        self.assertIsNone(self.card(self.manager)["value"]["margin"])

    def test_supplier(self):
        self.customer.write({"supplier_rank": 1, "customer_rank": 0})
        order = self.env["purchase.order"].create(
            {
                "partner_id": self.customer.id,
                "date_planned": self.ago(3),
                "order_line": [
                    Command.create({"product_id": self.product.id, "product_qty": 4, "price_unit": 25})
                ],
            }
        )
        self.product.is_storable = True
        order.button_confirm()
        order.order_line.date_planned = self.ago(3)
        self.invoice(80, partner=self.customer, move_type="in_invoice")
        card = self.card(self.manager)
        self.assertTrue(card["partner"]["is_supplier"])
        self.assertFalse(card["partner"]["is_customer"])
        self.assertEqual([line["id"] for line in card["orders"]["lines"]], order.ids)
        self.assertTrue(card["orders"]["lines"][0]["late"])
        self.assertEqual(card["receipts"]["total"], 1)
        self.assertEqual(card["value"]["purchases"]["amount"], 80)
        self.assertEqual(card["owed"]["total"], 80)
        self.assertIsNone(card["supply"]["on_time"])
        buyer = self.card(self.buyer)
        self.assertEqual(buyer["orders"]["total"], 1)
        self.assertNotIn("owed", buyer)
        self.assertNotIn("orders", self.card(self.employee))

    def test_card_of_a_person(self):
        self.contact.write({"function": "Buyer", "crmx_birthdate": date(1980, 5, 6)})
        self.order()
        card = self.card(partner=self.contact)
        self.assertEqual(card["partner"]["commercial"]["id"], self.customer.id)
        self.assertEqual(card["who"]["profile"]["birthday"]["date"].month, 5)
        self.assertEqual(card["who"]["persons"], [])
        self.assertEqual(card["offers"]["total"], 1, "of his company")

    def test_properties(self):
        Definition = self.env["properties.base.definition"]
        record = Definition._get_definition_for_property_field("res.partner", "properties")
        record.properties_definition = [
            {"name": "aaaa", "string": "Gate", "type": "char"},
            {"name": "bbbb", "string": "Since", "type": "date"},
            {"name": "cccc", "string": "Key", "type": "boolean"},
            {"name": "dddd", "string": "Size", "type": "selection", "selection": [["s", "Small"]]},
            {"name": "eeee", "string": "Marks", "type": "tags", "tags": [["x", "Cold", 1]]},
            {"name": "ffff", "string": "Empty", "type": "char"},
        ]
        self.customer.properties = {
            "aaaa": "Three",
            "bbbb": "2026-05-06",
            "cccc": True,
            "dddd": "s",
            "eeee": ["x"],
        }
        shown = {line["label"]: line["value"] for line in self.card()["who"]["properties"]}
        self.assertEqual(
            shown,
            {"Gate": "Three", "Since": "05/06/2026", "Key": "Yes", "Size": "Small", "Marks": "Cold"},
        )

    # -- queries ----------------------------------------------------------

    def fill(self, number):
        """Persons and documents of all kinds."""
        persons = self.env["res.partner"].create(
            [
                {"name": f"Person {n}", "parent_id": self.customer.id, "crmx_birthdate": "1980-01-01"}
                for n in range(number)
            ]
        )
        kind = self.env["crmx.relation.type"].create({"name": "Is", "role": "Chief"})
        for person in persons:
            self.order(person).activity_schedule("mail.mail_activity_data_todo", user_id=self.seller.id)
            self.invoice(10)
        self.env["crmx.relation"].create(
            [
                {"left_partner_id": person.id, "right_partner_id": right.id, "type_id": kind.id}
                for person in persons
                for right in (self.customer, self.other)
            ]
        )
        self.env["crmx.consent"].create(
            [{"partner_id": p.id, "channel": "email", "source": "Form"} for p in persons]
        )
        self.env["crmx.interaction"].create(
            [{"partner_id": p.id, "outcome_id": self.open_end.id} for p in persons]
        )
        self.env["crm.lead"].create(
            [
                {"name": "L", "type": "opportunity", "partner_id": p.id, "user_id": self.seller.id}
                for p in persons
            ]
        )

    def test_queries_do_not_grow(self):
        self.rules.active = True
        self.customer.crmx_tier_id = self.tier
        self.fill(6)
        self.card()
        few = self.queries(self.card)
        self.fill(14)
        self.assertLessEqual(self.queries(self.card), few)
        self.assertLessEqual(few, 85)

    def test_query_budget(self):
        self.fill(5)
        self.card()
        Card = self.env["crmx.customer.card"].with_user(self.seller)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(75):
            Card.get_card(self.customer.id)

    def test_reads_only(self):
        """It may run on a replica, which takes no writes."""
        self.fill(1)
        self.env.cr.flush()
        execute = type(self.env.cr).execute
        with patch.object(type(self.env.cr), "execute", autospec=True, side_effect=execute) as run:
            self.card()
        statements = [getattr(call.args[1], "code", call.args[1]) for call in run.call_args_list]
        self.assertGreater(len(statements), 20)
        writes = ("INSERT", "UPDATE", "DELETE", "CREATE")
        self.assertFalse([text for text in statements if text.lstrip().upper().startswith(writes)])
