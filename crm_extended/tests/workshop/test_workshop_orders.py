"""Work orders on the shop floor: states, parts, clocks, norms, rights, prints."""

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import WorkshopCommon
from .order_common import OrderMixin


@tagged("post_install", "-at_install")
class TestWorkshopOrders(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.vendor = cls.env["res.partner"].create({"name": "Gearworks"})
        cls.receive(cls.pads, 3, 50)
        cls.job = cls.env["crmx.workshop.job"].create(
            {
                "name": "Replace the pads",
                "norm_hours": 2,
                "norm_ids": [Command.create({"model_id": cls.truck_model.id, "norm_hours": 1.5})],
            }
        )

    def test_menus_follow_the_switch(self):
        def seen():
            visible = self.env["ir.ui.menu"].with_user(self.user)._visible_menu_ids()
            return self.env.ref("crm_extended.workshop_menu").id in visible

        self.assertTrue(seen())
        self.env["res.company"].search([]).crmx_use_workshop = False
        self.assertFalse(seen())

    def test_set_up_once(self):
        self.assertEqual(self.store.crmx_workshop_type_id.default_location_src_id, self.store.lot_stock_id)
        before = self.store.crmx_workshop_type_id, self.env["res.company"]._crmx_vehicle_plan()
        self.company.crmx_use_workshop = False
        self.company.crmx_use_workshop = True
        self.assertEqual(
            before, (self.store.crmx_workshop_type_id, self.env["res.company"]._crmx_vehicle_plan())
        )
        new = self.env["stock.warehouse"].create(
            {"name": "Second", "code": "S2", "company_id": self.company.id}
        )
        self.assertTrue(new.crmx_workshop_type_id)
        self.assertNotEqual(new.crmx_vehicle_location_id, self.store.crmx_vehicle_location_id)

    def test_partial_dated_issues(self):
        """3 of 5 are there: they are issued, and the rest when it comes, each on its day."""
        order = self.order("confirmed", parts=[(self.pads, 5)])
        line = order.part_ids
        self.assertEqual(line.available, 0, "three are reserved for this order")
        order.action_issue()
        self.assertEqual(self.moved(line), (3, 5))
        with self.refused(UserError, "has none of the parts"):
            order.action_issue()
        self.receive(self.pads, 4, 50)
        order.action_start()
        order.action_issue()
        self.assertEqual(self.moved(line), (5, 5))
        self.assertEqual(self.costs(order)[0], 250)
        self.assertEqual(len(order.picking_ids), 2)
        self.assertEqual(set(order.picking_ids.mapped("state")), {"done"})

    def moved(self, line):
        line.invalidate_recordset()
        return line.issued, line.planned

    def test_what_was_not_issued_is_released(self):
        order = self.order(parts=[(self.pads, 5)])
        order.action_finish()
        self.assertEqual(order.picking_ids.mapped("state"), ["cancel"])
        self.assertEqual(self.pads.free_qty, 3)
        self.assertEqual(self.costs(order)[-1], 0)

    def test_more_is_asked_for_later(self):
        order = self.order(parts=[(self.pads, 1)])
        order.part_ids.quantity = 2
        order.action_reserve()
        self.assertEqual(self.moved(order.part_ids), (0, 2))
        order.action_reserve()
        self.assertEqual(self.moved(order.part_ids), (0, 2))
        order.action_issue()
        self.assertEqual(self.moved(order.part_ids), (2, 2))

    def test_part_without_cost(self):
        free = self.part("Found in the cellar", 0)
        self.receive(free, 1, 0)
        order = self.order(parts=[(free, 1)])
        self.assertFalse(order.notice)
        order.action_issue()
        self.env.flush_all()
        order.invalidate_recordset()
        self.assertIn("Without cost", order.notice)

    def test_vehicle_that_is_gone(self):
        order = self.order("draft")
        self.truck.write_off_date = fields.Date.today()
        with self.refused(UserError, "not in the fleet any more"):
            order.action_confirm()

    def test_finished_twice(self):
        order = self.order()
        order.action_finish()
        with self.refused(UserError, "Look at it anew"):
            order.action_finish()
        with self.refused(UserError, "reopen it"):
            self.env["crmx.work.order.time"].with_user(self.user).create(
                {"order_id": order.id, "employee_id": self.mechanic.id, "hours": 1}
            )
        with self.refused(UserError, "stays on record"):
            order.unlink()
        with self.refused(UserError, "only its own buttons"):
            order.with_user(self.user).state = "draft"

    def test_norm_against_actual(self):
        order = self.order("draft", job_ids=[Command.create({"job_id": self.job.id})])
        job = order.job_ids
        self.assertEqual((job.name, job.norm_hours), ("Replace the pads", 1.5))
        job.employee_ids = self.mechanic
        order.part_ids = [Command.create({"product_id": self.pads.id, "quantity": 2})]
        self.assertEqual(order.estimate, 2 * 50 + 1.5 * 600)
        order.action_confirm()
        order.action_start()
        other = self.env["hr.employee"].create({"name": "Olaf", "hourly_cost": 400})
        self.work(order, 1, job_id=job.id)
        self.work(order, 1, job_id=job.id, employee_id=other.id)
        self.assertEqual((job.actual_hours, job.deviation), (2, 0.5))
        self.assertEqual(self.costs(order)[1], 1000)

    def test_hours_keep_their_cost(self):
        order = self.order()
        time = self.work(order, 2)
        self.mechanic.hourly_cost = 700
        time.hours = 3
        self.assertEqual(time.amount, 1800)
        self.assertEqual(self.analytic(), [-1800])
        with self.refused(UserError, "Change them there"):
            line = self.env["account.analytic.line"].browse(time.analytic_line_id.id)
            line.with_user(self.accountant()).unlink()
        time.unlink()
        self.assertEqual(self.analytic(), [])
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.work(order, 25)

    def accountant(self):
        return new_test_user(self.env, "crmx_accountant", groups="account.group_account_manager")

    def test_clock(self):
        self.env["hr.employee"].create(
            {"name": "Mechanic", "user_id": self.user.id, "hourly_cost": 60, "company_id": self.company.id}
        )
        order = self.order().with_user(self.user)
        order.action_start_work()
        time = order.time_ids
        self.assertTrue(time.is_running)
        with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"), self.env.cr.savepoint():
            self.order().with_user(self.user).action_start_work()
        time.sudo().date_start = fields.Datetime.subtract(fields.Datetime.now(), hours=2)
        order.action_finish()
        self.assertFalse(time.is_running)
        self.assertAlmostEqual(time.hours, 2, 1)
        self.assertAlmostEqual(self.costs(order.sudo())[1], 120, 0)

    def test_availability(self):
        self.assertFalse(self.truck.crmx_in_workshop)
        order = self.order()
        Vehicle = self.env["fleet.vehicle"]
        self.truck.invalidate_recordset()
        self.assertTrue(self.truck.crmx_in_workshop)
        self.assertIn(self.truck, Vehicle.search([("crmx_in_workshop", "=", True)]))
        order.action_finish()
        self.truck.invalidate_recordset()
        self.assertFalse(self.truck.crmx_in_workshop)
        self.assertNotIn(self.truck, Vehicle.search([("crmx_in_workshop", "=", True)]))

    def test_readings_of_the_order(self):
        order = self.order("confirmed", distance=84000, engine_hours=4390)
        order.action_start()
        order.action_finish()
        self.assertEqual(sorted(order.reading_ids.mapped("lifetime")), [4390, 84000])
        self.assertEqual(self.meter().lifetime, 84000)

    def test_who_may(self):
        """A mechanic works on orders without a right on stock, purchases or employees."""
        order = self.order("draft", parts=[(self.pads, 2)]).with_user(self.user)
        order.outside_ids = [
            Command.create({"partner_id": self.vendor.id, "product_id": self.repair.id, "price_unit": 10})
        ]
        order.action_confirm()
        order.action_start()
        order.action_purchase()
        self.assertEqual(order.sudo().outside_ids.purchase_id.state, "draft")
        self.env.invalidate_all()
        with Form(order) as form:
            form.result = "Done"
        self.assertEqual(order.part_ids.available, 1)
        with self.assertRaises(AccessError):
            order.action_issue()
        self.env["crmx.work.order.time"].with_user(self.user).create(
            {"order_id": order.id, "employee_id": self.mechanic.id, "hours": 1}
        )
        with self.refused(UserError, "What an hour costs"):
            order.time_ids.hourly_cost = 1
        self.assertEqual(order.cost_total, 600)
        officer = new_test_user(self.env, "crmx_officer_2", groups="fleet.fleet_group_user")
        with self.assertRaises(AccessError):
            order.with_user(officer).action_finish()

    def test_in_bulk(self):
        other = self.vehicle("241-D-1002", self.truck_model)
        wizard = self.env["crmx.work.order.bulk"].with_user(self.user)
        wizard = wizard.with_context(active_model="fleet.vehicle", active_ids=(self.truck | other).ids)
        with Form(wizard) as form:
            form.title = "Recall of the brake hoses"
            form.job_ids.add(self.job)
            form.is_queued = True
        action = form.record.action_apply()
        orders = self.env["crmx.work.order"].search(action["domain"], order="date_planned")
        self.assertEqual(orders.vehicle_id, self.truck | other)
        self.assertEqual(len(set(orders.mapped("name"))), 2)
        self.assertEqual(orders.job_ids.mapped("norm_hours"), [1.5, 1.5])
        self.assertEqual(orders[1].date_planned, orders[0].date_planned_end)

    def test_prints(self):
        order = self.order(parts=[(self.pads, 2)], job_ids=[Command.create({"job_id": self.job.id})])
        order.action_issue()
        self.env.flush_all()
        order.invalidate_recordset()
        render = self.env["ir.actions.report"]._render_qweb_html
        for report, texts in (
            ("crm_extended.work_order", (order.name, "Replace the pads", "Brake pads")),
            ("crm_extended.work_order_act", ("Acceptance act", "not finished", "100.00")),
        ):
            html = render(report, order.ids)[0].decode()
            for text in texts:
                with self.subTest(report=report, text=text):
                    self.assertIn(text, html)

    def test_in_the_history_of_the_customer(self):
        customer = self.env["res.partner"].create({"name": "Haulier"})
        order = self.order(partner_id=customer.id)
        order.action_finish()
        self.env.cr.precommit.run()
        events = self.env["crmx.timeline.event"].search([("partner_id", "=", customer.id)])
        self.assertEqual(
            set(events.mapped("kind")) & {"work_order", "work_order_done"}, {"work_order", "work_order_done"}
        )

    def test_queries_do_not_grow_with_the_orders(self):
        orders = self.env["crmx.work.order"].union(*(self.order() for _number in range(10)))
        for order in orders:
            self.work(order, 1)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(8):
            self.assertEqual(set(orders.mapped("cost_total")), {600})
            self.assertEqual(set(orders.mapped("actual_hours")), {1})
