"""The catalogue of parts: what fits, numbers however written, what replaces what the store lacks."""

import psycopg2

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import WorkshopCommon
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopParts(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.other_pads = cls.part("Pads of another make", 40)
        cls.newest_pads = cls.part("Pads, latest", 45)
        cls.pads.product_tmpl_id.write(
            {
                "crmx_number_ids": [
                    Command.create({"number": "A 000 420-50.20", "brand": "Halvorsen"}),
                    Command.create({"number": "GDB-5085", "kind": "maker", "brand": "Brakely"}),
                ],
                "crmx_fit_ids": [Command.create({"model_id": cls.truck_model.id, "quantity": 4})],
                "crmx_replacement_ids": [
                    Command.create({"replacement_id": cls.other_pads.product_tmpl_id.id, "both_ways": False})
                ],
            }
        )
        cls.other_pads.product_tmpl_id.crmx_replacement_ids = [
            Command.create({"replacement_id": cls.newest_pads.product_tmpl_id.id})
        ]

    def line(self, order):
        self.env.flush_all()
        self.env.invalidate_all()
        return order.part_ids.filtered(lambda line: line.direction == "issue")[:1]

    def test_found_by_any_number(self):
        """However it is written, from its beginning, and by nobody else's rules."""
        products = self.env["product.product"].with_user(self.user)
        for text in ("A0004205020", "a 000 420 50 20", "A000.420", "gdb5085"):
            self.assertEqual(products.name_search(text), [(self.pads.id, self.pads.display_name)], text)
        self.assertFalse(products.name_search("5085"))
        self.assertFalse(products.name_search("A0004205020", [("id", "!=", self.pads.id)]))
        seller = new_test_user(self.env, "crmx_seller", groups="base.group_user")
        found = self.env["product.product"].with_user(seller).name_search("GDB 5085")
        self.assertEqual(found[0][0], self.pads.id)
        self.assertNotIn("crmx_fit_ids", self.pads.product_tmpl_id.with_user(seller).fields_get())

    def test_numbers_once(self):
        number = self.env["crmx.part.number"]
        template = self.pads.product_tmpl_id.id
        for text in ("a0004205020", "--", "7"):
            with (
                self.assertRaises(psycopg2.IntegrityError),
                mute_logger("odoo.sql_db"),
                self.env.cr.savepoint(),
            ):
                number.create({"product_tmpl_id": template, "number": text})

    def test_what_fits(self):
        order = self.order("draft", [(self.pads, 1), (self.other_pads, 1)])
        self.assertEqual(order.part_ids.mapped("fit"), ["yes", "unknown"])
        order.vehicle_id = self.vehicle("241-D-1002", self.vehicle_model("Box 13.6", "trailer"))
        self.assertEqual(order.part_ids.mapped("fit"), ["no", "unknown"])
        self.env["crmx.part.fit"].create(
            {"product_tmpl_id": self.other_pads.product_tmpl_id.id, "vehicle_type": "trailer"}
        )
        self.env.invalidate_all()
        self.assertEqual(order.part_ids.mapped("fit"), ["no", "yes"])
        action = order.with_user(self.user).action_open_catalogue()
        self.assertEqual(
            self.env["crmx.part.fit"].search(action["domain"]).product_tmpl_id,
            self.other_pads.product_tmpl_id,
        )

    def test_a_model_or_a_kind(self):
        with (
            self.assertRaises(psycopg2.errors.CheckViolation),
            mute_logger("odoo.sql_db"),
            self.env.cr.savepoint(),
        ):
            self.env["crmx.part.fit"].create({"product_tmpl_id": self.pads.product_tmpl_id.id})

    def test_replaced_by_what_the_store_has(self):
        """The nearest in the chain that is on stock; what was asked for is not asked for any more."""
        order = self.order("confirmed", [(self.pads, 2)])
        self.assertFalse(self.line(order).replacement_id)
        self.receive(self.newest_pads, 5, 45)
        self.assertEqual(self.line(order).replacement_id, self.newest_pads)
        self.receive(self.other_pads, 5, 40)
        line = self.line(order)
        self.assertEqual(line.replacement_id, self.other_pads)
        line.with_user(self.user).action_take_replacement()
        self.assertEqual(self.line(order).product_id, self.other_pads)
        moves = order.picking_ids.move_ids
        self.assertEqual(moves.mapped("state"), ["cancel"])
        order.action_reserve()
        self.assertEqual(order.picking_ids.move_ids.mapped("state"), ["cancel", "assigned"])
        with self.refused(UserError, "nothing that replaces"):
            self.line(order).action_take_replacement()

    def test_other_way_round(self):
        order = self.order("draft", [(self.newest_pads, 1)])
        self.receive(self.other_pads, 1, 40)
        self.receive(self.pads, 1, 40)
        self.assertEqual(self.line(order).replacement_id, self.other_pads)
        order.part_ids.product_id = self.other_pads
        self.env["stock.quant"]._update_available_quantity(self.other_pads, self.store.lot_stock_id, -1)
        self.assertFalse(self.line(order).replacement_id)  # the old ones do not replace it

    def test_minimum_stock_by_the_host(self):
        order = self.order("draft", [(self.pads, 1)])
        action = order.part_ids.action_minimum_stock()
        self.assertEqual(action["res_model"], "stock.warehouse.orderpoint")
        self.assertEqual(action["context"]["default_product_id"], self.pads.id)
        self.assertEqual(action["context"]["default_warehouse_id"], self.store.id)

    def test_lines_in_constant_queries(self):
        parts = [self.part(f"Part {number}", 1) for number in range(8)]
        for part in parts:
            self.env["crmx.part.replacement"].create(
                {"product_tmpl_id": part.product_tmpl_id.id, "replacement_id": self.pads.product_tmpl_id.id}
            )
        order = self.order("draft", [(part, 1) for part in parts])
        lines = order.part_ids

        def count(some):
            self.env.flush_all()
            self.env.invalidate_all()
            some = some.with_prefetch(some.ids)
            start = self.env.cr.sql_log_count
            some.mapped("fit"), some.mapped("replacement_id")
            return self.env.cr.sql_log_count - start

        count(lines[:2])
        self.assertLessEqual(count(lines), count(lines[:2]))
