"""Planned maintenance: the report's forecast, anchors, tolerances, combined services, orders once only."""

from datetime import date, timedelta

from odoo import Command, fields
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from odoo.addons.base.tests.test_ir_cron import CronMixinCase

from .common import WorkshopCommon
from .order_common import OrderMixin

TODAY = date(2026, 11, 1)


@tagged("post_install", "-at_install")
class TestWorkshopMaintenance(OrderMixin, WorkshopCommon, CronMixinCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.job = cls.env["crmx.workshop.job"].create({"name": "Change the oil", "norm_hours": 1.5})
        cls.truck.acquisition_date = "2024-07-15"

    def setUp(self):
        super().setUp()
        self.startPatcher_today(TODAY)

    def startPatcher_today(self, day):
        """Let it be that day for the plans."""
        self.patch(fields.Date, "context_today", staticmethod(lambda record, timestamp=None: day))

    def run_km(self):
        """84,000 km on 1 September, 90,000 on 31 October: 100 a day."""
        self.enter("2026-09-01 08:00:00", 84000)
        self.enter("2026-10-31 08:00:00", 90000)

    def plan(self, **values):
        return self.env["crmx.maintenance.plan"].create(
            {
                "name": "Service",
                "company_id": self.company.id,
                "vehicle_ids": [Command.link(self.truck.id)],
                "job_ids": [Command.link(self.job.id)],
                **values,
            }
        )

    def row(self, plan, **last):
        row = plan.maintenance_ids
        if last:
            row.write(last)
        return row

    def due(self, row):
        return str(row.date_due), row.due_by, row.state

    def test_earliest_of_three_triggers(self):
        """Due at 95,000 km on 20 December, at 4,810 hours on 30 December, by time on 15 July: 20 December."""
        self.run_km()
        self.enter("2026-09-01 08:00:00", 4390, kind="hours")
        self.enter("2026-10-31 08:00:00", 4600, kind="hours")
        by_km = self.row(self.plan(distance_interval=15000), last_distance=80000)
        self.assertEqual(self.due(by_km), ("2026-12-20", "distance", "later"))
        self.assertEqual(by_km.confidence, "medium")
        by_hours = self.row(self.plan(hours_interval=500), last_hours=4310)
        self.assertEqual(self.due(by_hours), ("2026-12-30", "hours", "later"))
        yearly = self.row(self.plan(time_interval=1, time_unit="years"))
        self.assertEqual(self.due(yearly), ("2027-07-15", "time", "later"))
        every = self.row(
            self.plan(distance_interval=15000, hours_interval=500, time_interval=1, time_unit="years"),
            last_distance=80000,
            last_hours=4310,
        )
        self.assertEqual(self.due(every), ("2026-12-20", "distance", "later"))

    def test_vehicle_that_stands_is_due_by_time_alone(self):
        row = self.row(self.plan(distance_interval=15000))
        self.assertEqual(self.due(row), ("False", False, "later"))
        self.assertEqual(row.confidence, "none")
        row = self.row(self.plan(distance_interval=15000, time_interval=6))
        self.assertEqual(self.due(row), ("2027-01-15", "time", "later"))

    def test_where_counting_begins(self):
        self.run_km()
        row = self.row(self.plan(distance_interval=20000))
        self.assertEqual((row.last_distance, row.next_distance), (80000, 100000))

    def test_tolerance_and_release(self):
        self.run_km()
        plan = self.plan(distance_interval=10000, distance_tolerance=1000, forbids_driving=True)
        row = self.row(plan, last_distance=79500)
        self.assertEqual(row.state, "soon", "500 km over, within the tolerance")
        self.assertFalse(self.truck.crmx_must_not_drive)
        row.last_distance = 78000
        self.env.invalidate_all()
        self.assertEqual(row.state, "overdue")
        self.assertTrue(self.truck.crmx_must_not_drive)
        found = self.env["fleet.vehicle"].search([("crmx_must_not_drive", "=", True)])
        self.assertIn(self.truck, found)

    def finish(self, row, distance=None):
        row.action_order()
        order = row.work_order_id
        order.action_confirm()
        order.action_start()
        if distance:
            self.enter("2026-10-31 20:00:00", distance)
        order.action_finish()
        return order

    def test_counted_from_when_it_was_done(self):
        self.run_km()
        row = self.row(self.plan(distance_interval=10000), last_distance=79500)
        order = self.finish(row, 90100)
        self.assertEqual((row.last_distance, row.next_distance, row.work_order_id.id), (90100, 100100, False))
        self.go_back(order, "reopen")
        self.assertEqual((row.last_distance, row.work_order_id), (79500, order))
        self.go_back(order, "cancel")
        self.assertEqual((row.last_distance, row.work_order_id.id), (79500, False))

    def test_counted_from_when_it_was_due(self):
        self.run_km()
        row = self.row(self.plan(distance_interval=10000, anchored_on="schedule"), last_distance=79500)
        self.finish(row)
        self.assertEqual((row.last_distance, row.next_distance), (89500, 99500))

    def test_the_bigger_contains_the_smaller(self):
        self.run_km()
        self.receive(self.pads, 5, 50)
        parts = [Command.create({"product_id": self.pads.id, "quantity": 2})]
        small = self.plan(name="Small", distance_interval=10000, part_ids=parts)
        large = self.plan(
            name="Large", distance_interval=30000, contains_ids=[Command.link(small.id)], part_ids=parts
        )
        with self.refused(ValidationError, "does not contain one"):
            small.contains_ids = large
        both = self.row(small, last_distance=79500) | self.row(large, last_distance=59500)
        action = both.action_order()
        order = self.env["crmx.work.order"].search(action["domain"])
        self.assertEqual((order.title, order.origin, order.maintenance_ids), ("Large", "plan", both))
        self.assertEqual(order.part_ids.mapped("quantity"), [2])
        self.assertEqual(order.job_ids.job_id, self.job)
        order.action_confirm()
        order.action_start()
        order.action_finish()
        self.assertEqual(both.mapped("last_distance"), [90000, 90000])

    def test_scheduled_action_orders_once(self):
        self.run_km()
        due = self.row(self.plan(distance_interval=10000), last_distance=79500)
        later = self.row(self.plan(distance_interval=10000), last_distance=89000)
        by_hand = self.row(self.plan(distance_interval=10000, makes_orders=False), last_distance=79500)
        cron = self.env.ref("crm_extended.ir_cron_maintenance")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        order = due.work_order_id
        self.assertTrue(order)
        self.assertFalse(later.work_order_id | by_hand.work_order_id)
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual(due.work_order_id, order)
        self.assertEqual(self.truck.crmx_work_order_count, 1)
        with self.refused(UserError, "ordered already"):
            due.action_order()

    def test_vehicles_of_a_model_come_and_go(self):
        plan = self.plan(vehicle_ids=[], model_ids=[Command.link(self.truck_model.id)], distance_interval=10)
        self.assertEqual(plan.maintenance_ids.vehicle_id, self.truck)
        new = self.vehicle("241-D-1002", self.truck_model)
        plan._sync_vehicles()
        self.assertEqual(plan.maintenance_ids.vehicle_id, self.truck | new)
        plan.active = False
        self.assertFalse(plan.maintenance_ids)

    def test_parts_to_come_and_what_lacks(self):
        self.run_km()
        self.receive(self.pads, 3, 50)
        parts = [Command.create({"product_id": self.pads.id, "quantity": 2})]
        first = self.row(self.plan(distance_interval=15000, part_ids=parts), last_distance=80000)
        self.row(self.plan(distance_interval=16000, part_ids=parts), last_distance=80000)
        needs = self.env["crmx.maintenance.need"].search([("product_id", "=", self.pads.id)])
        self.assertEqual(needs.mapped("quantity"), [2, 2])
        self.assertEqual(needs.mapped("shortage"), [0, 1])
        first.action_order()
        self.env.invalidate_all()
        needs = self.env["crmx.maintenance.need"].search([("product_id", "=", self.pads.id)])
        self.assertEqual(len(needs), 1, "the other one is ordered")
        large = self.plan(name="Large", distance_interval=1000, contains_ids=[Command.set(needs.plan_id.ids)])
        self.row(large, last_distance=89000)
        self.env.invalidate_all()
        self.assertFalse(
            self.env["crmx.maintenance.need"].search([("product_id", "=", self.pads.id)]),
            "the large one comes first, and contains it",
        )

    def test_queries_do_not_grow_with_the_vehicles(self):
        self.run_km()
        plans = self.plan(distance_interval=10000) | self.plan(distance_interval=20000, time_interval=1)
        trucks = self.env["fleet.vehicle"].create(
            [{"model_id": self.truck_model.id, "license_plate": f"Q{n}"} for n in range(20)]
        )
        self.env["crmx.meter.reading"].create(
            [
                {"vehicle_id": truck.id, "date": TODAY - timedelta(days=days), "value": value}
                for truck in trucks
                for days, value in ((60, 1000), (0, 7000))
            ]
        )
        plans.vehicle_ids += trucks
        rows = plans.maintenance_ids
        self.assertEqual(len(rows), 42)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(16):
            rows._refresh()
            self.env.flush_all()
