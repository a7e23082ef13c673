"""Alerts: each kind of rule, who is told, once, in numbers; armed anew when the figure recovers."""

from datetime import date
from unittest.mock import patch

import psycopg2.errors

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiAlerts(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.work = cls.service("Work")
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.env["crmx.kpi.alert"].search([]).unlink()
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.months = cls.month
        for day in ("2026-02-01", "2026-03-01", "2026-04-01"):
            cls.months |= cls.env["crmx.kpi.period"]._ensure(cls.company, date.fromisoformat(day), ["month"])
        cls.order(cls.ann, "2026-05-04 08:00:00", (cls.work, 80, 0))
        cls.order(cls.bob, "2026-05-04 08:00:00", (cls.work, 200, 0))

    def alert(self, **values):
        return self.env["crmx.kpi.alert"].create(
            {
                "name": "Too little",
                "indicator_id": self.sum.id,
                "company_id": self.company.id,
                "kind": "below",
                "limit": 100,
                **values,
            }
        )

    def look(self):
        self.months._measure_all()
        self.env["crmx.kpi.alert"]._look_at(self.company)

    def events(self, alert):
        return self.env["crmx.kpi.alert.event"].search([("alert_id", "=", alert.id)], order="id")

    def plan(self, user, year):
        plan = self.env["crmx.kpi.plan"].create(
            {
                "indicator_id": self.sum.id,
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [Command.create({"level": "user", "user_id": user.id, "amount": year})],
            }
        )
        plan._spread()
        plan.state = "approved"

    def test_the_owner_is_told_once_with_the_numbers(self):
        alert = self.alert()
        self.look()
        event = self.events(alert)
        self.assertEqual((event.subject_id, event.period_id, event.value), (self.ann.id, self.month, 80))
        self.assertEqual(event.user_ids, self.ann)
        self.assertIn("own_sum of Ann in 2026-05: $\xa080.00, below $\xa0100.00.", event.message)
        activity = event.activity_ids
        self.assertEqual((activity.user_id, activity.summary), (self.ann, "Too little"))
        self.assertIn("80.00", str(activity.note))
        self.look()
        self.assertEqual(self.events(alert), event, "nobody is told twice")
        self.assertEqual(event.activity_ids, activity)

    def test_armed_anew_when_it_recovers(self):
        alert = self.alert()
        self.look()
        event = self.events(alert)
        more = self.order(self.ann, "2026-05-05 08:00:00", (self.work, 30, 0))
        self.look()
        self.assertTrue(event.date_recovered)
        self.assertFalse(event.activity_ids, "there is nothing left to do")
        self.set_columns(more, state="cancel")
        self.look()
        again = self.events(alert) - event
        self.assertEqual(len(again), 1)
        self.assertFalse(again.date_recovered)

    def test_the_database_keeps_it_single(self):
        alert = self.alert()
        self.look()
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            self.events(alert).copy()

    def test_not_before_its_time(self):
        alert = self.alert()
        with patch.object(self.registry["crmx.kpi.period"], "_today", lambda self, company: date(2026, 5, 4)):
            self.look()
        self.assertFalse(self.events(alert), "on the first working day everybody is below everything")

    def test_above(self):
        alert = self.alert(kind="above", limit=100)
        self.look()
        self.assertEqual(self.events(alert).subject_id, self.bob.id)

    def test_below_a_share_of_the_target(self):
        """80 of 100 are less than 90 %."""
        self.plan(self.ann, 1200)
        alert = self.alert(kind="target", share=90)
        self.look()
        event = self.events(alert).filtered(lambda each: each.period_id == self.month)
        self.assertIn("Target: $\xa0100.00, of which 80.0 % are reached.", event.message)
        alert.share = 75
        self.look()
        self.assertTrue(event.date_recovered)

    def test_who_has_a_target_and_no_document(self):
        self.plan(self.ann, 1200)
        self.set_columns(self.env["sale.order"].search([("user_id", "=", self.ann.id)]), state="cancel")
        alert = self.alert(kind="target")
        self.look()
        self.assertEqual(self.events(alert).mapped("value"), [0, 0])

    def test_heading_for_less_than_the_target(self):
        """80 on the 12th of 21 working days lead to 140."""
        self.plan(self.ann, 1800)
        alert = self.alert(kind="forecast", share=100)
        with patch.object(
            self.registry["crmx.kpi.period"], "_today", lambda self, company: date(2026, 5, 18)
        ):
            self.assertEqual((self.month.worked_days, self.month.working_days), (12, 21))
            self.look()
        self.assertIn("At this pace: 93.3 %.", self.events(alert).message)

    def test_falling_counts_periods_that_are_over(self):
        for month, amount in (("02", 300), ("03", 200), ("04", 100)):
            self.order(self.ann, f"2026-{month}-10 08:00:00", (self.work, amount, 0))
            self.order(self.bob, f"2026-{month}-10 08:00:00", (self.work, 100, 0))
        alert = self.alert(kind="falling", times=2)
        with patch.object(
            self.registry["crmx.kpi.period"], "_today", lambda self, company: date(2026, 5, 18)
        ):
            self.look()
        event = self.events(alert)
        self.assertEqual((event.subject_id, event.period_id.name), (self.ann.id, "2026-04"))
        self.assertIn("$\xa0300.00 → $\xa0200.00 → $\xa0100.00", event.message)

    def test_leaders_and_who_is_there_for_the_company(self):
        self.east.user_id = self.bob
        alert = self.alert(tell_owner=False, tell_leader=True)
        team = self.alert(level="team")
        company = self.alert(level="company", limit=1000, responsible_id=self.ann.id)
        self.look()
        self.assertEqual(self.events(alert).user_ids, self.bob)
        self.assertEqual(self.events(team).user_ids, self.bob)
        self.assertEqual(self.events(company).user_ids, self.ann)

    def test_a_message_instead(self):
        alert = self.alert(channel="message")
        self.look()
        event = self.events(alert)
        self.assertFalse(event.activity_ids)
        notified = self.env["mail.message"].search(
            [
                ("model", "=", event._name),
                ("res_id", "=", event.id),
                ("message_type", "=", "user_notification"),
            ]
        )
        self.assertEqual(notified.partner_ids, self.ann.partner_id)
        self.assertIn("80.00", str(notified.body))

    def test_a_broken_indicator_stops_no_other(self):
        alert, other = self.alert(), self.alert(indicator_id=self.indicator("own_count").id, limit=2)
        self.look()
        self.assertTrue(self.events(other))
        self.set_columns(self.sum, date_field="gone")
        self.look()
        self.assertTrue(self.sum.problem)
        self.assertFalse(self.events(alert).date_recovered, "what cannot be measured has not recovered")

    def test_rules_that_mean_nothing(self):
        average = self.indicator("own_average", measure="average", measure_field="amount_untaxed")
        with self.assertRaisesRegex(ValidationError, "goes at no pace"):
            self.alert(indicator_id=average.id, kind="forecast")
        with self.assertRaisesRegex(ValidationError, "told by people only"):
            self.alert(level="item")

    def test_who_sees_what(self):
        alert = self.alert()
        self.look()
        event = self.events(alert)
        self.assertIn("80.00", event.with_user(self.ann).sudo(False).message)
        self.assertTrue(event.with_user(self.ann).sudo(False).action_open_documents()["domain"])
        with self.assertRaises(AccessError):
            event.with_user(self.bob).sudo(False).read(["message"])
        with self.assertRaises(AccessError):
            alert.with_user(self.ann).sudo(False).read(["name"])

    def test_queries_do_not_grow_with_persons(self):
        self.alert(kind="falling")
        self.look()
        alerts = self.env["crmx.kpi.alert"]
        self.env.invalidate_all()
        with self.assertQueryCount(24):
            alerts._look_at(self.company)
        more = [self._new_user(f"more{number}", self.field) for number in range(5)]
        for user in more:
            self.order(user, "2026-04-04 08:00:00", (self.work, 80, 0))
        self.months._measure_all()
        self.env.invalidate_all()
        with self.assertQueryCount(24):
            alerts._look_at(self.company)
