"""When vehicles are out of service, norm against actual hours, and the load of bays and mechanics."""

from contextlib import contextmanager
from datetime import datetime, timedelta

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import WorkshopCommon
from .order_common import OrderMixin

DAY = datetime(2026, 9, 1, 8)


@tagged("post_install", "-at_install")
class TestWorkshopReports(OrderMixin, WorkshopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.job = cls.env["crmx.workshop.job"].create({"name": "Replace the pads", "norm_hours": 3})

    def stood(self, first, hours, **values):
        """An order that kept the truck out of service for so many hours from so many hours on."""
        order = self.order(date_start=DAY + timedelta(hours=first), **values)
        order.action_finish()
        order.date_end = DAY + timedelta(hours=first + hours)
        return order

    def rows(self, *orders):
        self.env.flush_all()
        ids = [order.id for order in orders]
        return self.env["crmx.downtime"].search([("order_id", "in", ids)], order="id")

    def test_an_hour_counts_once(self):
        """10 hours, 10 of which the first 4 are the earlier one's, and 3 within both."""
        orders = [self.stood(0, 10), self.stood(6, 10), self.stood(7, 3)]
        rows = self.rows(*orders)
        self.assertEqual(rows.mapped("hours"), [10, 6, 0])
        self.assertEqual(rows[0].days, 10 / 24)
        hours = self.env["crmx.downtime"]._hours_of(
            self.truck, DAY + timedelta(hours=8), DAY + timedelta(hours=12)
        )
        self.assertEqual(hours, {self.truck.id: 4})

    def test_planned_running_past(self):
        planned = self.order("confirmed", date_planned=DAY)
        running = self.order(date_start=datetime.now() - timedelta(hours=5))
        drives = self.order(stops_vehicle=False)
        rows = self.rows(planned, running, drives, self.stood(0, 2), self.order("draft"))
        self.assertEqual(rows.mapped("kind"), ["planned", "running", "past"])
        self.assertAlmostEqual(rows[1].hours, 5, 1)
        self.assertEqual(rows[0].action_open_order()["res_id"], planned.id)
        found = self.env["crmx.downtime"].search(self.truck.action_crmx_open_downtime()["domain"])
        self.assertEqual(len(found), 3)

    def test_availability(self):
        now = datetime.now()
        self.truck.acquisition_date = (now - timedelta(days=100)).date()
        self.assertEqual(self.truck.crmx_availability, 100)
        order = self.order(date_start=now - timedelta(days=10))
        order.action_finish()
        self.env.invalidate_all()
        days = (
            now - datetime.combine(self.truck.acquisition_date, datetime.min.time())
        ).total_seconds() / 86400
        self.assertAlmostEqual(self.truck.crmx_availability, 100 * (1 - 10 / days), 1)
        others = self.truck.union(*(self.vehicle(f"N-{n}", self.truck_model) for n in range(9)))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            others.mapped("crmx_availability")

    def test_norm_against_actual(self):
        """3 hours of norm, worked on for 1 and 3: 0.75 and 2.25 of the norm, 75 % together."""
        olaf = self.env["hr.employee"].create({"name": "Olaf", "company_id": self.company.id})
        order = self.order(job_ids=[Command.create({"job_id": self.job.id})])
        self.work(order, 1, job_id=order.job_ids.id)
        self.work(order, 3, job_id=order.job_ids.id, employee_id=olaf.id)
        self.work(order, 0.5)
        unworked = self.order(job_ids=[Command.create({"job_id": self.job.id})])
        self.env.flush_all()
        Norm = self.env["crmx.work.norm"]
        rows = Norm.search([("order_id", "=", order.id), ("name", "!=", False)]).sorted("actual")
        self.assertEqual(rows.mapped("norm"), [0.75, 2.25])
        self.assertEqual(rows.mapped("deviation"), [0.25, 0.75])
        self.assertEqual(rows.employee_id, self.mechanic | olaf)
        mine = [("order_id", "in", (order | unworked).ids)]
        groups = Norm._read_group(mine, ["job_id"], ["norm:sum", "actual:sum", "efficiency:avg"])
        self.assertEqual(
            {job.id: figures for job, *figures in groups}, {self.job.id: [6, 4, 75], False: [0, 0.5, 0]}
        )
        self.assertEqual(rows[0].action_open_order()["res_id"], order.id)
        with self.assertQueryCount(2):
            Norm._read_group(mine, ["model_id"], ["efficiency:avg"])


@tagged("post_install", "-at_install")
class TestWorkshopLoad(OrderMixin, WorkshopCommon):
    """Monday, 7 September 2026, to Sunday: a bay and a mechanic who work from 8 to 12 and from 13 to 17."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.set_up_shop()
        cls.env.user.tz = cls.user.tz = "Europe/Riga"
        calendar = cls.env["resource.calendar"].create(
            {
                "name": "Workshop",
                "tz": "Europe/Riga",
                "company_id": cls.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "x",
                            "dayofweek": str(day),
                            "hour_from": first,
                            "hour_to": last,
                            "day_period": half,
                        }
                    )
                    for day in range(5)
                    for first, last, half in ((8, 12, "morning"), (13, 17, "afternoon"))
                ],
            }
        )
        cls.company.resource_calendar_id = calendar
        cls.mechanic.write({"resource_calendar_id": calendar.id, "tz": "Europe/Riga"})
        cls.bay = cls.env["crmx.workshop.bay"].create({"name": "Bay 1", "company_id": cls.company.id})
        cls.job = cls.env["crmx.workshop.job"].create({"name": "Engine out", "norm_hours": 12})

    def planned(self, state="confirmed", **values):
        """12 hours of norm from Tuesday, 8 September, 10:00 in Riga on: until Wednesday, 15:00."""
        return self.order(
            state,
            **{
                "date_planned": datetime(2026, 9, 8, 7),
                "bay_id": self.bay.id,
                "job_ids": [
                    Command.create({"job_id": self.job.id, "employee_ids": [Command.link(self.mechanic.id)]})
                ],
                **values,
            },
        )

    def week(self, day="2026-09-10"):
        self.env.flush_all()
        self.env.invalidate_all()
        return self.env["crmx.workshop.load"].with_user(self.user).get_week(day)

    def row(self, week, kind, record):
        rows = next(group["rows"] for group in week["groups"] if group["kind"] == kind)
        return next((row for row in rows if row["id"] == record.id), None)

    def figures(self, row, name="planned"):
        return [day[name] for day in row["days"]]

    def test_planned_in_working_time(self):
        """6 hours on Tuesday and 6 on Wednesday, with the lunch between."""
        order = self.planned()
        self.assertEqual(order.date_planned_end, datetime(2026, 9, 9, 12))
        order.job_ids.employee_ids |= self.mechanic.create({"name": "Olaf"})
        self.assertEqual(order.date_planned_end, datetime(2026, 9, 8, 14), "two share the 12 hours")

    def test_bay_and_mechanic(self):
        order = self.planned()
        week = self.week()
        self.assertEqual((week["start"], len(week["days"])), ("2026-09-07", 7))
        bay, mechanic = self.row(week, "bay", self.bay), self.row(week, "mechanic", self.mechanic)
        for row in (bay, mechanic):
            self.assertEqual(self.figures(row, "available"), [8, 8, 8, 8, 8, 0, 0])
            self.assertEqual(self.figures(row), [0, 6, 6, 0, 0, 0, 0])
            self.assertEqual(self.figures(row, "orders"), [[], [order.id], [order.id], [], [], [], []])
        self.assertEqual(week["orders"][str(order.id)]["vehicle"], self.truck.license_plate)

    def test_leave_and_what_is_done(self):
        """On leave on Tuesday: all on Wednesday; half of it worked: half of it left."""
        order = self.planned()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Leave",
                "resource_id": self.mechanic.resource_id.id,
                "calendar_id": self.mechanic.resource_calendar_id.id,
                "date_from": datetime(2026, 9, 7, 21),
                "date_to": datetime(2026, 9, 8, 20, 59),
            }
        )
        row = self.row(self.week(), "mechanic", self.mechanic)
        self.assertEqual(self.figures(row, "available")[:3], [8, 0, 8])
        self.assertEqual(self.figures(row)[:3], [0, 0, 12])
        self.work(order, 6, job_id=order.job_ids.id)
        self.assertEqual(self.figures(self.row(self.week(), "mechanic", self.mechanic))[:3], [0, 0, 6])
        order.job_ids.is_done = True
        self.assertFalse(any(self.figures(self.row(self.week(), "mechanic", self.mechanic))))

    def test_nobody_and_no_bay(self):
        order = self.planned(
            "draft", bay_id=False, job_ids=[Command.create({"job_id": self.job.id, "norm_hours": 4})]
        )
        week = self.week()
        nobody = self.env["hr.employee"]
        self.assertEqual(sum(self.figures(self.row(week, "mechanic", nobody))), 4)
        self.assertIn(
            [order.id], self.figures(self.row(week, "bay", self.env["crmx.workshop.bay"]), "orders")
        )
        self.assertIsNone(self.row(self.week("2026-09-20"), "mechanic", nobody))

    def test_dragged(self):
        order = self.planned(parts=[(self.pads, 1)])
        Load = self.env["crmx.workshop.load"].with_user(self.user)
        other = self.bay.copy({"name": "Bay 2"})
        here, there = {"id": self.bay.id, "date": "2026-09-08"}, {"id": other.id, "date": "2026-09-10"}
        Load.move_order(order.id, "bay", here, there)
        self.assertEqual((order.bay_id, str(order.date_planned)), (other, "2026-09-10 07:00:00"))
        self.assertEqual(str(order.date_planned_end), "2026-09-11 12:00:00")
        olaf = self.mechanic.create({"name": "Olaf", "company_id": self.company.id})
        source, target = ({"id": e.id, "date": "2026-09-10"} for e in (self.mechanic, olaf))
        Load.move_order(order.id, "mechanic", source, target)
        self.assertEqual(order.job_ids.employee_ids, olaf)
        Load.move_order(order.id, "mechanic", target, {**source, "id": False})
        self.assertFalse(order.job_ids.employee_ids)
        order.action_start()
        with self.refused(UserError, "is in the workshop"):
            Load.move_order(order.id, "bay", there, here)

    def test_who_may_see_it(self):
        with self.assertRaises(AccessError):
            self.env["crmx.workshop.load"].with_user(new_test_user(self.env, "crmx_clerk_load")).get_week()

    def test_queries_do_not_grow_with_the_orders(self):
        self.planned()
        self.week()
        with self.count() as few:
            self.week()
        for number in range(10):
            self.planned(vehicle_id=self.vehicle(f"N-{number}", self.truck_model).id)
        self.week()
        with self.count() as many:
            self.week()
        self.assertEqual(few, many)

    @contextmanager
    def count(self):
        self.env.flush_all()
        result, before = [], self.env.cr.sql_log_count
        yield result
        result.append(self.env.cr.sql_log_count - before)
