from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ProcessCase

#: A process that goes through so many steps goes round.
MOST = 40


@tagged("post_install", "-at_install")
class TestProcessesReadyMade(ProcessCase):
    """Requests, and the processes that come with the add-on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        names = [
            *("purchase.group_purchase_manager", "sales_team.group_sale_manager", "hr.group_hr_user"),
            *("account.group_account_manager", "stock.group_stock_user", "fleet.fleet_group_user"),
            *("crm_extended.group_receivables_manager", "base.group_system"),
        ]
        # two with every right, so that four eyes find the other
        cls.hands = [
            new_test_user(cls.env, login=f"crmx_hand_{number}", groups=",".join(names)) for number in range(2)
        ]

    def ready(self, key):
        process = self.env.ref(f"crm_extended.crmx_process_{key}")
        process.with_user(self.hands[0]).sudo().action_publish()
        return process

    def walk(self, instance, refuse=()):
        """Do every step, by its first outcome unless told otherwise, and let time pass."""
        seen = []
        for _step in range(MOST):
            item = self.open_items(instance)[:1]
            if not item:
                timers = self.env["crmx.process.timer"].search([("token_id.instance_id", "=", instance.id)])
                if not timers:
                    break
                timers[0]._fire()
                continue
            allowed = [
                hand
                for hand in [*self.hands, self.asker]
                if item._is_for(hand) and hand not in item.token_id._forbidden()
            ]
            self.assertTrue(allowed, f"somebody may do {item.name}")
            item = item.with_user(allowed[0])
            ways = item.get_outcomes()
            way = ways[1 if item.name in refuse else 0]["ref"] if ways else None
            seen.append(item.name)
            item.finish(way, "As asked")
        return seen

    def test_each_can_be_published_and_ends(self):
        order = self.env["sale.order"].create({"partner_id": self.document.id})
        for key, refuse, last in (
            ("customer", (), "Welcome the customer"),
            ("customer", ("Decide the credit limit",), "Decide the credit limit"),
            ("debt", (), "Has he paid?"),
            ("debt", ("Has he paid?", "Decide how to go on"), "Hand it over to the lawyer"),
        ):
            with self.subTest(process=key, refuse=refuse):
                instance = self.begin(self.ready(key), self.document, self.hands[0])
                self.assertEqual(self.walk(instance, refuse)[-1], last)
                self.assertEqual(instance.state, "done")
        instance = self.begin(self.ready("order"), order, self.hands[0])
        item_names = self.walk(instance)
        self.assertEqual(item_names[:3], ["Explain the price", "Check the credit", "Approve the order"])
        self.assertEqual(instance.state, "done")

    def test_requests_go_their_way(self):
        for key in ("repair", "contract", "onboarding"):
            with self.subTest(process=key):
                self.ready(key)
                request = (
                    self.env["crmx.request"]
                    .with_user(self.asker)
                    .create(
                        {
                            "name": "Please",
                            "kind_id": self.env.ref(f"crm_extended.crmx_request_kind_{key}").id,
                        }
                    )
                )
                request.action_send()
                self.assertTrue(request.number.startswith("RQ"))
                instance = self.env["crmx.process.instance"].search(
                    [("res_model", "=", "crmx.request"), ("res_id", "=", request.id)]
                )
                self.assertEqual(instance.initiator_id, self.asker)
                with self.assertRaises(UserError):
                    request.action_done()
                self.walk(instance)
                self.assertEqual((instance.state, request.state), ("done", "done"))
                self.assertIn(self.hands[0], request.performer_ids)

    def test_requests_are_between_who_asks_and_who_sees_to_it(self):
        kind = self.env["crmx.request.kind"].create({"name": "Vehicle", "user_id": self.boss.id})
        request = self.env["crmx.request"].with_user(self.asker).create({"name": "A van", "kind_id": kind.id})
        request.action_send()
        self.assertEqual(request.user_id, self.boss)
        with self.assertRaises(AccessError):
            request.with_user(self.buyer).read(["name"])
        with self.assertRaises(UserError):
            request.unlink()
        request.with_user(self.boss).action_done()
        self.assertEqual(request.state, "done")

    def test_taking_a_request_back_ends_its_process(self):
        self.ready("repair")
        request = (
            self.env["crmx.request"]
            .with_user(self.asker)
            .create({"name": "Brakes", "kind_id": self.env.ref("crm_extended.crmx_request_kind_repair").id})
        )
        request.action_send()
        instance = self.env["crmx.process.instance"].search(
            [("res_model", "=", "crmx.request"), ("res_id", "=", request.id)]
        )
        request.action_cancel()
        self.assertEqual((instance.state, request.state), ("cancelled", "cancelled"))
        self.assertFalse(self.open_items(instance))

    def test_questions_of_a_kind(self):
        kind = self.env["crmx.request.kind"].create(
            {
                "name": "Vehicle",
                "request_properties": [{"name": "days", "string": "For how many days", "type": "integer"}],
            }
        )
        request = (
            self.env["crmx.request"]
            .with_user(self.asker)
            .create({"name": "A van", "kind_id": kind.id, "properties": {"days": 3}})
        )
        self.assertEqual(request.properties["days"], 3)

    def test_purchase_by_five_people(self):
        """From the request to the goods: real order, receipt and bill."""
        people = {}
        for name, groups in (
            ("asks", "purchase.group_purchase_user"),
            ("approves", "purchase.group_purchase_manager"),
            ("pays", "account.group_account_manager"),
            ("receives", "stock.group_stock_user"),
            ("produces", "stock.group_stock_user"),
        ):
            people[name] = new_test_user(self.env, login=f"crmx_{name}", groups=f"{groups},base.group_user")
        self.ready("purchase")
        product = self.env["product.product"].create(
            {
                "name": "Gloves",
                "is_storable": True,
                "purchase_method": "purchase",
                "seller_ids": [Command.create({"partner_id": self.document.id, "price": 2})],
            }
        )
        warehouse = self.env["stock.warehouse"].search([("company_id", "=", self.env.company.id)], limit=1)
        orderpoint = self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "location_id": warehouse.lot_stock_id.id,
                "product_min_qty": 5,
                "product_max_qty": 20,
            }
        )
        orderpoint.action_replenish()
        self.env.cr.flush()
        order = self.env["purchase.order.line"].search([("product_id", "=", product.id)]).order_id
        instance = self.env["crmx.process.instance"].search(
            [("res_model", "=", "purchase.order"), ("res_id", "=", order.id)]
        )
        self.assertEqual(len(instance), 1, "the stock below its minimum begins the process")
        self.do(instance, "Say what is needed", people["asks"])
        item = self.do(instance, "Approve", people["approves"], "Approve")
        self.assertEqual(item.outcome, "Approve")
        self.assertEqual(self.names(instance), ["Order"])
        order.with_user(people["asks"]).button_confirm()
        self.env.cr.flush()
        self.assertEqual(self.names(instance), ["Pay the bill", "Remind the supplier of the shipment"])
        picking = order.picking_ids.with_user(people["receives"])
        picking.move_ids.quantity = order.order_line.product_qty
        picking.move_ids.picked = True
        picking.button_validate()
        self.env.cr.flush()
        self.assertEqual(picking.state, "done")
        self.assertEqual(self.names(instance), ["Pay the bill"], "the goods are there: nobody is reminded")
        order.with_user(people["pays"]).sudo().action_create_invoice()
        bill = order.invoice_ids
        bill.invoice_date = bill.date
        bill.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=bill.ids
        ).create({}).action_create_payments()
        self.env.cr.flush()
        self.assertIn(bill.payment_state, ("in_payment", "paid"))
        self.assertEqual(
            self.names(instance), ["See what has come (production)", "See what has come (purchasing)"]
        )
        self.do(instance, "See what has come (production)", people["produces"])
        self.do(instance, "See what has come (purchasing)", people["approves"])
        self.assertEqual(instance.state, "done")
