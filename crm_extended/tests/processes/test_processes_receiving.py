from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common import ProcessCase


class ReceivingCase(ProcessCase):
    """An order with a plain product, one in lots and one with serial numbers, and its receipt."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env,
            login="crmx_clerk",
            groups="base.group_user,stock.group_stock_user,stock.group_production_lot",
        )
        cls.screw, cls.paint, cls.pump = cls.env["product.product"].create(
            [
                {"name": "Screw", "is_storable": True, "barcode": "SCREW-1"},
                {"name": "Paint", "is_storable": True, "barcode": "PAINT-1", "tracking": "lot"},
                {"name": "Pump", "is_storable": True, "barcode": "PUMP-1", "tracking": "serial"},
            ]
        )
        dozen = cls.env.ref("uom.product_uom_dozen")
        cls.env["product.uom"].create(
            {"product_id": cls.screw.id, "uom_id": dozen.id, "barcode": "SCREW-BOX"}
        )
        vendor = cls.env["res.partner"].create({"name": "Hardware"})
        cls.order = cls.env["purchase.order"].create(
            {
                "partner_id": vendor.id,
                "order_line": [
                    Command.create({"product_id": product.id, "product_qty": quantity, "price_unit": 1})
                    for product, quantity in ((cls.screw, 14), (cls.paint, 3), (cls.pump, 2))
                ],
            }
        )
        cls.order.button_confirm()
        cls.receipt = cls.order.picking_ids

    def scan(self, barcode, **options):
        return self.receipt.with_user(self.clerk).crmx_scan(barcode, **options)

    def counted(self):
        lines = self.receipt.with_user(self.clerk).crmx_receipt()["lines"]
        return {line["product"].split("] ")[-1]: line["counted"] for line in lines}


@tagged("post_install", "-at_install")
class TestProcessesReceiving(ReceivingCase):
    """Receipts counted by scanner and validated by the host."""

    def test_products_and_packagings(self):
        self.assertEqual(self.counted(), {"Screw": 0, "Paint": 0, "Pump": 0})
        self.assertEqual(self.scan("SCREW-1")["status"], "ok")
        self.assertEqual(self.scan("SCREW-BOX")["status"], "ok")
        self.assertEqual(self.counted()["Screw"], 13)
        self.assertEqual(self.scan("SCREW-BOX")["status"], "too_many")
        self.assertEqual(self.counted()["Screw"], 13)
        self.assertEqual(self.scan("SCREW-BOX", is_forced=True)["status"], "ok")
        self.assertEqual(self.counted()["Screw"], 25)
        move = self.receipt.move_ids.filtered(lambda move: move.product_id == self.screw)
        self.receipt.with_user(self.clerk).crmx_set_count(move.id, 14)
        self.assertEqual(self.counted()["Screw"], 14)

    def test_unknown_and_unexpected(self):
        other = self.env["product.product"].create({"name": "Other", "barcode": "OTHER-1"})
        self.assertEqual(self.scan("NOTHING")["status"], "unknown")
        self.assertIn(other.name, self.scan("OTHER-1")["text"])
        self.assertEqual(self.scan("OTHER-1")["status"], "unexpected")
        self.assertEqual(sum(self.counted().values()), 0)

    def test_lots_and_serial_numbers(self):
        asked = self.scan("PAINT-1")
        self.assertEqual((asked["status"], asked["product_id"]), ("lot", self.paint.id))
        for _time in range(2):
            self.assertEqual(self.scan("L-7", product_id=self.paint.id)["status"], "ok")
        for number in ("S-1", "S-2"):
            self.scan("PUMP-1")
            self.assertEqual(self.scan(number, product_id=self.pump.id)["status"], "ok")
        self.assertEqual(self.scan("S-2", product_id=self.pump.id)["status"], "twice")
        self.assertEqual(self.scan("S-3", product_id=self.pump.id)["status"], "too_many")
        self.assertEqual(self.counted(), {"Screw": 0, "Paint": 2, "Pump": 2})

    def test_gs1(self):
        self.env.company.nomenclature_id = self.env.ref("barcodes_gs1_nomenclature.default_gs1_nomenclature")
        self.paint.barcode = "9501101530003"
        answer = self.scan("01095011015300033702" + "\x1d" + "10L-9")
        self.assertEqual(answer["status"], "ok")
        [line] = [line for line in answer["receipt"]["lines"] if line["tracking"] == "lot"]
        self.assertEqual(line["lots"], [{"name": "L-9", "quantity": 2}])

    def test_validating(self):
        receipt = self.receipt.with_user(self.clerk)
        with self.assertRaises(UserError):
            receipt.crmx_receive()
        self.scan("SCREW-BOX")
        self.scan("PAINT-1")
        self.scan("L-7", product_id=self.paint.id)
        action = receipt.crmx_receive()
        self.assertEqual(action["res_model"], "stock.backorder.confirmation")
        wizard = self.env[action["res_model"]].with_user(self.clerk).with_context(**action["context"])
        wizard.create({}).process()
        self.assertEqual(self.receipt.state, "done")
        done = {line.product_id: line.quantity for line in self.receipt.move_line_ids}
        self.assertEqual(done, {self.screw: 12, self.paint: 1})
        self.assertEqual(self.receipt.move_line_ids.lot_id.name, "L-7")
        with self.assertRaises(UserError):
            self.scan("SCREW-1")

    def test_who_may_not(self):
        porter = new_test_user(self.env, login="crmx_porter", groups="base.group_portal")
        for user in (self.asker, porter):
            receipt = self.receipt.with_user(user)
            for name, values in (("crmx_receipt", []), ("crmx_receive", []), ("crmx_scan", ["SCREW-1"])):
                with self.subTest(user=user.login, method=name), self.assertRaises(AccessError):
                    getattr(receipt, name)(*values)
        out_type = self.receipt.picking_type_id.warehouse_id.out_type_id
        delivery = self.receipt.copy({"picking_type_id": out_type.id})
        with self.assertRaises(UserError):
            delivery.with_user(self.clerk).crmx_receipt()

    def process_of_receiving(self):
        return self.process(
            {
                "name": "Receive",
                "performer": "user",
                "user_id": self.clerk.id,
                "document_path": "picking_ids",
                "completion_domain": "[('state', '=', 'done')]",
                "opens": "receiving",
            },
            {"name": "Tell the boss", "performer": "user", "user_id": self.admin.id},
            name="Receiving of ours",
            model_id=self.env["ir.model"]._get_id("purchase.order"),
        )

    def test_the_step_opens_the_screen_and_ends_with_the_receipt(self):
        (self.clerk | self.admin).group_ids |= self.env.ref("purchase.group_purchase_user")
        process = self.process_of_receiving()
        instance = self.begin(process, self.order, self.admin)
        item = self.open_items(instance)
        action = item.with_user(self.clerk).action_open_document()
        self.assertEqual((action["tag"], action["context"]["active_id"]), ("crmx_receiving", self.receipt.id))
        [step] = (
            self.env["crmx.process.instance"]
            .with_user(self.clerk)
            .get_bar("purchase.order", self.order.id)["runs"][0]["now"]
        )
        self.assertTrue(step["opens"])
        for barcode, product in (("SCREW-BOX", None), ("SCREW-1", None), ("SCREW-1", None)):
            self.scan(barcode, product_id=product)
        for _time in range(3):
            self.scan("L-1", product_id=self.paint.id)
        for number in ("S-1", "S-2"):
            self.scan(number, product_id=self.pump.id)
        self.receipt.with_user(self.clerk).crmx_receive()
        self.assertEqual(self.receipt.state, "done")
        self.env.cr.flush()  # steps are completed before the transaction ends
        self.assertEqual(self.names(instance), ["Tell the boss"])


@tagged("post_install", "-at_install")
class TestProcessesReceivingTour(ReceivingCase, BrowserCase):
    """The screen in a real browser, with the scanner's keys."""

    def test_scanned(self):
        self.order.name = "PO-OF-OURS"
        self.receipt.origin = "PO-OF-OURS"
        self.start_tour("/odoo/receiving", "crmx_receiving", login="crmx_clerk")
        self.assertEqual(self.receipt.state, "done")
        self.assertEqual(sum(self.receipt.move_line_ids.mapped("quantity")), 14 + 3 + 2)
