from datetime import datetime

from freezegun import freeze_time

from odoo import Command
from odoo.tests import tagged

from .common import ProcessCase

#: A Friday.
FRIDAY = "2026-03-06 15:00:00"


@tagged("post_install", "-at_install")
class TestProcessesTime(ProcessCase):
    """Deadlines, waiting, escalation."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env.company.resource_calendar_id = cls.env["resource.calendar"].create(
            {
                "name": "Nine to five",
                "tz": "UTC",
                "attendance_ids": [Command.clear()]
                + [
                    Command.create(
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    def fire(self, moment):
        with freeze_time(moment), self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_process_timers").method_direct_trigger()
        self.env.invalidate_all()

    def late(self, **step):
        return self.process(
            {"name": "Do", "performer": "user", "user_id": self.boss.id, "deadline_hours": 4, **step},
            {"name": "After", "performer": "initiator", "then": "end"},
            *([{"name": "Chase", "performer": "user", "user_id": self.buyer.id}] if "late" in step else []),
        )

    def test_deadline_in_working_hours_and_holidays(self):
        process = self.late()
        with freeze_time(FRIDAY):
            self.env["resource.calendar.leaves"].create(
                {
                    "name": "Holiday",
                    "calendar_id": self.env.company.resource_calendar_id.id,
                    "date_from": "2026-03-09 00:00:00",
                    "date_to": "2026-03-09 23:59:59",
                }
            )
            item = self.open_items(self.begin(process))
        # two hours on Friday, Monday is a holiday, two on Tuesday
        self.assertEqual(item.date_deadline, datetime(2026, 3, 10, 11))

    def test_late_goes_elsewhere(self):
        process = self.late(late="Chase")
        with freeze_time(FRIDAY):
            instance = self.begin(process)
        self.fire("2026-03-09 10:59:00")
        self.assertEqual(self.names(instance), ["Do"])
        self.fire("2026-03-09 11:01:00")
        self.assertEqual(self.names(instance), ["Chase"])
        self.assertEqual(instance.item_ids.filtered(lambda item: item.name == "Do").state, "withdrawn")

    def test_done_in_time_forgets_the_deadline(self):
        process = self.late(late="Chase")
        with freeze_time(FRIDAY):
            instance = self.begin(process)
            self.do(instance, "Do", self.boss)
        self.assertFalse(self.env["crmx.process.timer"].search([("token_id.instance_id", "=", instance.id)]))
        self.fire("2026-03-20 11:00:00")
        self.assertEqual(self.names(instance), ["After"])

    def test_escalation_level_by_level(self):
        process = self.late(
            escalation_ids=[
                Command.create({"hours": -1, "action": "remind"}),
                Command.create({"hours": 0, "action": "priority"}),
                Command.create({"hours": 2, "action": "reassign", "user_id": self.buyer.id}),
            ]
        )
        with freeze_time(FRIDAY):
            item = self.open_items(self.begin(process))
        self.fire("2026-03-09 10:01:00")
        message = self.env["mail.message"].search(
            [("model", "=", "crmx.process"), ("res_id", "=", process.id)], limit=1
        )
        self.assertIn(self.boss.partner_id, message.notified_partner_ids)
        self.assertEqual((item.priority, item.user_id), ("0", self.boss))
        self.fire("2026-03-09 11:01:00")
        self.assertEqual((item.priority, item.user_id), ("1", self.boss))
        self.fire("2026-03-09 13:01:00")
        self.assertEqual(item.user_id, self.buyer)
        with freeze_time("2026-03-09 14:00:00"):
            self.assertTrue(item.is_late)

    def test_the_manager_is_told_and_may_get_it(self):
        employee = self.env["hr.employee"].create({"name": "Boss", "user_id": self.boss.id})
        employee.parent_id = self.env["hr.employee"].create({"name": "Above", "user_id": self.buyer.id})
        process = self.late(
            escalation_ids=[
                Command.create({"hours": 1, "action": "manager"}),
                Command.create({"hours": 2, "action": "reassign"}),
            ]
        )
        with freeze_time(FRIDAY):
            instance = self.begin(process)
        item = self.open_items(instance)
        self.fire("2026-03-09 12:01:00")
        message = self.env["mail.message"].search(
            [("model", "=", "crmx.process"), ("res_id", "=", process.id)], limit=1
        )
        self.assertIn(self.buyer.partner_id, message.notified_partner_ids)
        self.assertEqual(item.user_id, self.boss)
        self.fire("2026-03-09 13:01:00")
        self.assertEqual(item.user_id, self.buyer)
        self.env.cr.flush()
        log = self.env["crmx.process.log"].search([("res_id", "=", instance.id), ("kind", "=", "escalated")])
        self.assertEqual(len(log), 2)

    def test_waits_some_time(self):
        process = self.process({"name": "Wait", "kind": "timer", "wait_hours": 24}, {"name": "After"})
        with freeze_time(FRIDAY):
            instance = self.begin(process)
        self.assertEqual((self.names(instance), instance.now), ([], "Wait"))
        self.fire("2026-03-07 14:59:00")
        self.assertEqual(self.names(instance), [])
        self.fire("2026-03-07 15:00:00")
        self.assertEqual(self.names(instance), ["After"])
