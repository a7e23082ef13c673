"""Bad input and faults: each is refused or has a defined outcome, in words that say what to do."""

from datetime import date, datetime, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import WorkshopCommon
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopFaults(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()

    def test_meter_of_an_order_backwards_and_far_ahead(self):
        """What an order says of a meter is checked as any reading; it is not started with a wrong one."""
        self.enter(datetime.now() - timedelta(days=3), 84000)
        order = self.order("confirmed", distance=83000)
        with self.refused(ValidationError, "does not run backwards"):
            order.action_start()
        self.assertEqual((order.state, self.meter().lifetime), ("confirmed", 84000))
        order.distance = 184000
        with self.refused(ValidationError, "more than the meter may gain"):
            order.action_start()
        order.distance = 84100
        order.action_start()
        self.assertEqual(self.meter().lifetime, 84100)

    def test_readings_out_of_order(self):
        """A reading of before fits between its neighbours, or is refused."""
        self.enter("2026-09-01 08:00:00", 1000)
        self.enter("2026-09-20 08:00:00", 3000)
        self.enter("2026-09-10 08:00:00", 2000)
        self.assertEqual(self.meter().lifetime, 3000)
        with self.refused(ValidationError, "does not run backwards"):
            self.enter("2026-09-15 08:00:00", 1500)

    def test_part_issued_beyond_the_stock(self):
        """The button issues what is there; who forces more in Inventory issues it at the last known cost."""
        order = self.order(parts=[(self.pads, 2)])
        with self.refused(UserError, "has none of the parts"):
            order.action_issue()
        move = order.picking_ids.move_ids
        move.quantity = 2
        move.picked = True
        order.picking_ids._action_done()
        self.assertEqual(self.pads.with_context(location=self.store.lot_stock_id.id).qty_available, -2)
        self.assertEqual((self.costs(order)[0], self.analytic()), (100, [-100]))
        self.receive(self.pads, 3, 60)
        self.assertEqual(self.costs(order)[0], 100, "an order keeps the cost at which it was issued")

    def test_vehicle_sold_while_it_is_planned(self):
        order = self.order("confirmed")
        self.truck.write_off_date = fields.Date.today()
        with self.refused(UserError, "not in the fleet any more"):
            order.action_start()
        self.go_back(order, "cancel", "Sold")
        self.assertEqual(order.state, "cancel")

    def test_vehicle_is_not_archived_out_of_the_workshop(self):
        order = self.order()
        with self.refused(UserError, "finish or cancel"):
            self.truck.action_archive()
        order.action_finish()
        self.truck.action_archive()
        self.assertFalse(self.truck.active)
        self.go_back(order, "cancel", "Cost of nothing is taken back, though it is gone")
        self.assertEqual(order.state, "cancel")

    def test_books_that_are_closed(self):
        order = self.order().with_user(self.user)
        time = self.env["crmx.work.order.time"].with_user(self.user)
        old = {"order_id": order.id, "employee_id": self.mechanic.id, "date_start": "2026-08-10 08:00:00"}
        entered = time.create({**old, "hours": 2})
        self.company.sudo().fiscalyear_lock_date = date(2026, 8, 31)
        for what in (
            lambda: time.create({**old, "hours": 1}),
            lambda: entered.write({"hours": 3}),
            entered.unlink,
            lambda: time.create({**old, "hours": 1, "date_start": "2026-09-02 08:00:00"}).write(
                {"date_start": "2026-08-30 08:00:00"}
            ),
        ):
            with self.refused(UserError, "The books are closed until"):
                what()
        entered.note = "A word does not cost anything"
        time.create({**old, "hours": 1, "date_start": "2026-09-02 08:00:00"})
        self.assertEqual(self.costs(order.sudo())[1], 1800)
        self.go_back(order.sudo(), "cancel")
        self.assertEqual(self.costs(order.sudo())[1], 0, "what is taken back is of today")

    def test_shortage_is_bought_once(self):
        vendor = self.env["res.partner"].create({"name": "Parts Ltd"})
        plan = {
            "name": "Service",
            "company_id": self.company.id,
            "time_interval": 1,
            "vehicle_ids": [Command.link(self.truck.id)],
            "part_ids": [Command.create({"product_id": self.pads.id, "quantity": 4})],
        }
        self.env["crmx.maintenance.plan"].create(plan)
        self.receive(self.pads, 1, 50)
        self.env.flush_all()
        needs = self.env["crmx.maintenance.need"].search([("product_id", "=", self.pads.id)])
        self.assertEqual(needs.shortage, 3)
        needs = needs.with_user(self.user)
        with self.refused(UserError, "Who sells"):
            needs.action_buy()
        self.pads.seller_ids = [Command.create({"partner_id": vendor.id, "price": 45})]
        purchase = self.env["purchase.order"].browse(needs.action_buy()["domain"][0][2])
        self.assertEqual((purchase.partner_id, purchase.state), (vendor, "draft"))
        self.assertEqual(purchase.order_line.mapped("product_qty"), [3])
        with self.refused(UserError, "not asked for already"):
            needs.action_buy()
        purchase.button_confirm()
        self.env.invalidate_all()
        self.assertEqual(needs.shortage, 0)
