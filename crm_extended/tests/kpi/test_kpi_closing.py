"""Snapshots, closing, later changes, and what readers see of the documents behind a figure."""

from unittest.mock import patch

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL

from .common import TODAY, KpiCommon

JUNE = fields.Date.to_date("2026-06-03")


@tagged("post_install", "-at_install")
class TestKpiClosing(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drill = cls.service("Drill")
        for day in range(1, 8):
            cls.order(cls.ann, f"2026-05-{day:02} 08:00:00", (cls.drill, 100, 0))
        for day in (11, 12):
            cls.order(cls.bob, f"2026-05-{day} 08:00:00", (cls.drill, 100, 0))
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed")
        cls.count = cls.indicator("own_count")
        cls.average = cls.indicator("own_average", kind="formula", formula="own_sum / own_count")
        cls.manager = new_test_user(
            cls.env,
            "closes periods",
            groups="crm_extended.group_kpi_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def at(self, day):
        return patch.object(self.registry["crmx.kpi.period"], "_today", lambda self, company: day)

    def close(self, period=None):
        with self.at(JUNE):
            (period or self.month).with_user(self.manager).action_close()

    def fact(self, indicator, level="company", subject=None, user=None):
        facts = self.env["crmx.kpi.fact"]
        if user:
            facts = facts.with_user(user)
        return facts.search(
            [
                ("indicator_id", "=", indicator.id),
                ("period_id", "=", self.month.id),
                ("level", "=", level),
                ("subject_id", "=", (subject or self.company).id),
            ]
        )

    def restatements(self, indicator, level="company"):
        rows = self.env["crmx.kpi.restatement"].search(
            [("indicator_id", "=", indicator.id), ("level", "=", level)], order="id"
        )
        return [(row.before, row.after, row.delta) for row in rows]

    def test_closed_figures_stay(self):
        self.close()
        self.assertEqual((self.month.state, self.month.closed_by_id), ("closed", self.manager))
        fact = self.fact(self.sum)
        self.assertEqual(fact.value, 900)
        for change in (
            lambda: self.env["crmx.kpi.fact"].browse(fact.id).write({"value": 1}),
            lambda: fact.unlink(),
            lambda: self.month.write({"date_from": "2026-05-02"}),
            lambda: self.month.with_user(self.manager).write({"state": "open"}),
            lambda: self.month.unlink(),
            lambda: self.month.action_measure(),
        ):
            with self.assertRaises(UserError):
                change()
        self.order(self.ann, "2026-05-20 08:00:00", (self.drill, 50, 0))
        self.env["crmx.kpi.snapshot"]._take(self.sum, self.month, self.company)
        self.assertEqual(self.fact(self.sum).value, 900)

    def test_closing_twice(self):
        with self.at(TODAY), self.assertRaisesRegex(UserError, "not over yet"):
            self.month.action_close()
        self.close()
        with self.assertRaisesRegex(UserError, "closed already"):
            self.close()

    def test_the_register_proves_the_figures(self):
        self.close()
        self.env.cr.flush()
        self.env["crmx.kpi.log"]._append_pending()
        entry = self.env["crmx.kpi.log"].search([("company_id", "=", self.company.id)])
        self.assertEqual((entry.kind, entry.res_id), ("period_closed", self.month.id))
        self.assertIn(self.month.digest, entry.data)
        self.assertEqual(self.month.action_verify()["params"]["type"], "success")
        self.set_columns(self.fact(self.sum), value=901)
        self.assertEqual(self.month.action_verify()["params"]["type"], "danger")

    def test_later_changes_are_told_apart(self):
        self.close()
        look = self.env["crmx.kpi.restatement"]._look_at
        with self.at(JUNE):
            look(self.company)
            self.assertEqual(self.restatements(self.sum), [])
            late = self.order(self.bob, "2026-05-30 08:00:00", (self.drill, 60, 0))
            look(self.company)
            self.assertEqual(self.restatements(self.sum), [(900, 960, 60)])
            self.assertEqual(self.restatements(self.average), [(100, 96, -4)])
            look(self.company)
            self.assertEqual(len(self.restatements(self.sum)), 1, "the same is not told twice")
            late.state = "cancel"
            look(self.company)
        self.assertEqual(self.restatements(self.sum), [(900, 960, 60), (960, 900, -60)])
        self.assertEqual(self.restatements(self.sum, "user"), [(200, 260, 60), (260, 200, -60)])
        fact = self.fact(self.sum)
        self.assertEqual((fact.value, fact.is_restated, fact.restated_value), (900, True, 900))
        row = self.env["crmx.kpi.restatement"].search([("indicator_id", "=", self.sum.id)], limit=1)
        with self.assertRaises(UserError):
            row.write({"after": 1})
        with self.assertRaises(UserError):
            row.unlink()

    def test_somebody_who_had_no_figure(self):
        self.close()
        new = self._new_user("cid", self.field)
        self.order(new, "2026-05-30 08:00:00", (self.drill, 60, 0))
        with self.at(JUNE):
            for _night in range(2):
                self.env["crmx.kpi.restatement"]._look_at(self.company)
        row = self.env["crmx.kpi.restatement"].search(
            [("indicator_id", "=", self.sum.id), ("user_id", "=", new.id)]
        )
        self.assertEqual((row.before, row.after, row.subject_name), (0, 60, "Cid"))

    def test_what_readers_see(self):
        """A team's total is what was measured, not what a member happens to see."""
        self.month.action_measure()
        mine = self.fact(self.sum, "user", self.ann, self.ann)
        self.assertEqual((mine.value, mine.visible_text), (700, "7 of 7"))
        self.assertFalse(self.fact(self.sum, "user", self.bob, self.ann))
        self.assertFalse(self.fact(self.sum, user=self.ann))
        self.set_columns(self.env["sale.order"].search([("user_id", "=", self.bob.id)]), team_id=self.east.id)
        self.month.action_measure()
        team = self.fact(self.sum, "team", self.east, self.ann)
        self.assertEqual((team.value, team.visible_text), (900, "7 of 9"))
        action = team.action_open_documents()
        self.assertIn("7 of 9 visible to you", action["name"])
        orders = self.env["sale.order"].with_user(self.ann).search(action["domain"])
        self.assertEqual((len(orders), orders.user_id), (7, self.ann))
        parts = self.fact(self.average, "team", self.east, self.ann).action_open_documents()
        found = self.env["crmx.kpi.fact"].with_user(self.ann).search(parts["domain"])
        self.assertEqual(found.indicator_id, self.sum | self.count)

    def test_a_leader_sees_his_people(self):
        self.month.action_measure()
        self.assertFalse(self.fact(self.sum, "user", self.bob, self.ann))
        self.west.user_id = self.ann
        self.assertEqual(self.fact(self.sum, "user", self.bob, self.ann).value, 200)

    def test_compared_with_before(self):
        april = self.env["crmx.kpi.period"].create(
            {"company_id": self.company.id, "kind": "month", "date_from": "2026-04-01"}
        )
        self.order(self.ann, "2026-04-10 08:00:00", (self.drill, 350, 0))
        (self.month | april).action_measure()
        fact = self.fact(self.sum, "user", self.ann)
        self.assertEqual(fact.previous_text, "350")
        self.assertEqual((fact.change_text, fact.year_ago_text), ("+100.0 %", ""))

    def test_killed_at_night_goes_on(self):
        """Each query is committed by itself; the next run begins behind the last one."""
        model = self.registry["crmx.kpi.snapshot"]
        self.count.domain = "[('state', '!=', 'cancel')]"
        snapshot = self.env["crmx.kpi.snapshot"]._of(self.company)
        snapshot._step()
        self.assertEqual((snapshot.position, snapshot.total, snapshot.state), (1, 6, "running"))
        self.assertFalse(self.fact(self.average))
        with (
            patch.object(model, "_take", side_effect=KeyboardInterrupt),
            self.assertRaises(KeyboardInterrupt),
        ):
            snapshot._step()
        while snapshot.state == "running":
            snapshot._step()
        self.assertEqual(snapshot.state, "done")
        self.assertEqual(self.fact(self.average).value, 100)
        kinds = self.env["crmx.kpi.period"].search([("company_id", "=", self.company.id)]).mapped("kind")
        self.assertEqual(sorted(kinds), ["month", "quarter", "year"])

    def test_nightly_run(self):
        self.env["res.company"].search([("id", "!=", self.company.id)]).crmx_use_kpi = False
        with self.enter_registry_test_mode():
            self.env.ref("crm_extended.ir_cron_kpi_measure").method_direct_trigger()
        self.assertEqual(self.fact(self.sum).value, 900)
        facts = self.env["crmx.kpi.fact"].search([("company_id", "=", self.company.id)])
        self.assertEqual(set(facts.mapped("period_kind")), {"month", "quarter", "year"})

    def test_working_days(self):
        """21 weekdays in May 2026, less a holiday; all but the last weekend are worked by the 31st."""
        self.assertEqual((self.month.days, self.month.working_days), (31, 21))
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Holiday",
                "calendar_id": self.company.resource_calendar_id.id,
                "company_id": self.company.id,
                "date_from": "2026-05-13 22:00:00",
                "date_to": "2026-05-14 21:59:59",
            }
        )
        self.month.invalidate_recordset()
        self.assertEqual((self.month.working_days, self.month.worked_days), (20, 20))

    def test_periods_are_whole(self):
        with Form(self.env["crmx.kpi.period"]) as form:
            form.kind = "quarter"
            form.date_from = fields.Date.to_date("2026-10-01")
            self.assertEqual(str(form.date_to), "2026-12-31")
            self.assertEqual(form.name, "2026-Q4")
        with self.assertRaisesRegex(UserError, "no whole one of its kind"):
            self.month.date_to = "2026-05-30"
        rows = self.env.execute_query(
            SQL("SELECT count(*) FROM crmx_kpi_period WHERE company_id = %s", self.company.id)
        )
        self.assertEqual(rows[0][0], 2)
