"""What Odoo 19 does wrong with vehicles, as it was found by trying: none of it happens with the workshop.

Found where the subject is tested: a typing error that wins for ever, corrections, relabelled units
(`test_workshop_odometer`, `test_workshop_meters`); logs dated today, credit notes and cancelled bills that
leave their cost (`test_workshop_order_costs`); a used engine at the price of a new one, finished work that
cannot be cancelled, returns after a price rise, entries without vehicle in real-time mode (the same);
overlapping couplings (`test_workshop_couplings`). The others are here.
"""

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopTraps(OrderMixin, AccountTestInvoicingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.company_data["company"]
        groups = ("crm_extended.group_workshop_manager", "stock.group_stock_manager", "hr.group_hr_user")
        groups = (*groups, "fleet.fleet_group_manager", "analytic.group_analytic_accounting")
        cls.env.user.group_ids += cls.env["res.groups"].union(*(cls.env.ref(group) for group in groups))
        brand = cls.env["fleet.vehicle.model.brand"].create({"name": "Halvorsen"})
        model = cls.env["fleet.vehicle.model"].create(
            {"name": "T480", "brand_id": brand.id, "vehicle_type": "truck"}
        )
        cls.truck = cls.env["fleet.vehicle"].create(
            {"license_plate": "1001", "model_id": model.id, "company_id": cls.company.id}
        )
        cls.set_up_shop()

    def entries(self):
        self.env.flush_all()
        self.env.invalidate_all()
        logs = self.env["fleet.vehicle.odometer"].search([("vehicle_id", "=", self.truck.id)])
        return sorted(logs.mapped("value"))

    def test_negative_readings(self):
        """The host takes them."""
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["crmx.meter.reading"].create({"vehicle_id": self.truck.id, "value": -5})
        self.env["crmx.meter.reading"].create(
            {"vehicle_id": self.truck.id, "value": 100, "date": "2026-09-01"}
        )
        with self.assertRaises(CheckViolation), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.env["fleet.vehicle.odometer"].create(
                {"vehicle_id": self.truck.id, "value": -5, "date": "2026-09-02"}
            )
        self.assertEqual(self.entries(), [100])

    def test_edited_odometer_of_a_service(self):
        """The host adds an entry each time."""
        self.env["crmx.meter.reading"].create(
            {"vehicle_id": self.truck.id, "value": 84000, "date": "2026-09-01"}
        )
        values = {"vehicle_id": self.truck.id, "date": "2026-09-10", "service_type_id": self.kind().id}
        service, other = self.env["fleet.vehicle.log.services"].create(
            [{**values, "odometer": 85000}, {**values, "date": "2026-09-20", "odometer": 86000}]
        )
        service.odometer = 85100
        self.assertEqual(self.entries(), [84000, 85100, 86000])
        self.assertEqual((service.odometer, other.odometer), (85100, 86000))
        valid = self.truck.crmx_meter_ids.reading_ids.filtered(lambda reading: reading.state == "valid")
        self.assertEqual(sorted(valid.mapped("lifetime")), [84000, 85100, 86000])

    def kind(self):
        return self.env["fleet.service.type"].create({"name": "Washing", "category": "service"})

    def test_type_of_service_without_demo_data(self):
        """The host's default is demo data, and the type that bills need may have been deleted."""
        self.env["ir.model.data"].search(
            [("module", "=", "fleet"), ("name", "=", "type_service_service_7")]
        ).unlink()
        order = self.order()
        order.action_finish()
        self.assertEqual(order.service_log_id.service_type_id.name, "Work order")
        self.env["ir.model.data"].search(
            [("module", "=", "account_fleet"), ("name", "=", "data_fleet_service_type_vendor_bill")]
        ).unlink()
        self.env.registry.clear_cache()
        line = {
            "name": "Repair",
            "price_unit": 100,
            "tax_ids": False,
            "vehicle_id": self.truck.id,
            "account_id": self.company_data["default_account_expense"].id,
        }
        note = self.env["account.move"].create(
            {
                "move_type": "in_refund",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-10-05",
                "invoice_line_ids": [Command.create(line)],
            }
        )
        note.action_post()
        self.assertFalse(note.line_ids.vehicle_log_service_ids)
        self.assertEqual(self.analytic(), [100], "it is in the books all the same")

    def test_move_without_a_transfer(self):
        """Its reference is empty, and the analytic line's name may not be: ours always have a transfer."""
        self.receive(self.pads, 5, 50)
        move = self.env["stock.move"].create(
            {
                "product_id": self.pads.id,
                "product_uom_qty": 1,
                "product_uom": self.pads.uom_id.id,
                "location_id": self.store.lot_stock_id.id,
                "location_dest_id": self.store.crmx_vehicle_location_id.id,
                "company_id": self.company.id,
            }
        )
        move._action_confirm()
        move._action_assign()
        move.picked = True
        move._action_done()
        self.assertEqual((move.state, move.analytic_account_line_ids.ids), ("done", []))
        order = self.order(parts=[(self.pads, 2)])
        order.action_issue()
        line = order.picking_ids.move_ids.analytic_account_line_ids
        self.assertEqual((line.name, line.amount), (order.picking_ids.name, -100))

    def test_serial_numbers_at_their_own_cost(self):
        """Received at 100 and 140: the second one costs 140, not 120."""
        tyre = self.part("Tyre", 0, tracking="serial", lot_valuated=True)
        lots = self.env["stock.lot"].create(
            [{"name": name, "product_id": tyre.id, "company_id": self.company.id} for name in ("T1", "T2")]
        )
        for lot, cost in zip(lots, (100, 140), strict=True):
            move = self.env["stock.move"].create(
                {
                    "product_id": tyre.id,
                    "product_uom_qty": 1,
                    "product_uom": tyre.uom_id.id,
                    "location_id": self.env.ref("stock.stock_location_suppliers").id,
                    "location_dest_id": self.store.lot_stock_id.id,
                    "company_id": self.company.id,
                    "picking_type_id": self.store.in_type_id.id,
                    "price_unit": cost,
                    "value_manual": cost,
                }
            )
            move._action_confirm()
            move.move_line_ids = [
                Command.clear(),
                Command.create(
                    {
                        "product_id": tyre.id,
                        "quantity": 1,
                        "lot_id": lot.id,
                        "location_id": move.location_id.id,
                        "location_dest_id": move.location_dest_id.id,
                    }
                ),
            ]
            move.picked = True
            move._action_done()
        order = self.order(parts=[(tyre, 1)])
        order.picking_ids.move_ids.move_line_ids.lot_id = lots[1]
        order.action_issue()
        self.assertEqual(self.costs(order)[0], 140)
        self.assertEqual(self.analytic(), [-140])

    def test_log_is_dated_by_its_document(self):
        """The host takes the day on which somebody posts."""
        order = self.order()
        order.action_finish()
        done = fields.Datetime.context_timestamp(order, order.date_done).date()
        self.assertEqual(order.service_log_id.date, done)
