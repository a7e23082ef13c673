"""Scorecards: the worked card, forecasts, rank, who sees and writes what, what closing keeps."""

from unittest.mock import patch

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import KpiCommon

NOVEMBER = fields.Date.to_date("2026-11-12")


@tagged("post_install", "-at_install")
class TestKpiCards(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.work = cls.service("Work")
        for day in range(4, 8):
            cls.order(cls.ann, f"2026-05-{day:02} 08:00:00", (cls.work, 30, 0))
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.leads = cls.indicator("own_leads", res_model="crm.lead", domain="[]", date_field="create_date")
        cls.count = cls.indicator("own_count")
        for indicator, year in ((cls.sum, 1200), (cls.leads, 60), (cls.count, 60)):
            cls._plan(indicator, year)
        cls.template = cls.env["crmx.kpi.card.template"].create(
            {
                "name": "Sales",
                "company_id": cls.company.id,
                "user_ids": [Command.set((cls.ann | cls.bob).ids)],
                "line_ids": [
                    Command.create({"indicator_id": indicator.id, "weight": weight})
                    for indicator, weight in ((cls.sum, 50), (cls.leads, 30), (cls.count, 20))
                ],
            }
        )

    @classmethod
    def _plan(cls, indicator, year):
        plan = cls.env["crmx.kpi.plan"].create(
            {
                "indicator_id": indicator.id,
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [
                    Command.create({"level": "user", "user_id": user.id, "amount": year})
                    for user in (cls.ann, cls.bob)
                ],
            }
        )
        plan._spread()
        plan.state = "approved"

    def fill(self, period=None):
        (period or self.month)._measure_all()

    def card(self, user, period=None, reader=None):
        cards = self.env["crmx.kpi.card"].with_user(reader) if reader else self.env["crmx.kpi.card"]
        return cards.search([("user_id", "=", user.id), ("period_id", "=", (period or self.month).id)])

    def test_the_worked_card(self):
        """Achievements 1.2, 0 and .8 with weights 50, 30 and 20 %: .76."""
        self.fill()
        card = self.card(self.ann)
        self.assertEqual([line.reached for line in card.line_ids], [1.2, 0, 0.8])
        self.assertEqual([line.light for line in card.line_ids], ["green", "red", "amber"])
        self.assertAlmostEqual(card.score, 0.76)
        self.assertEqual((card.score_text, card.light, card.measured), ("76.0 %", "red", 1))
        self.assertEqual(round(30_000 * card.score, 2), 22_800)
        self.assertEqual((card.team_id, card.department_id), (self.east, self.inside))

    def test_rank(self):
        self.fill()
        self.assertEqual([self.card(user).place_text for user in (self.ann, self.bob)], ["1 of 2", "2 of 2"])
        self.assertEqual(self.card(self.bob).score, 0, "nothing reached is a score of zero")

    def test_curves(self):
        self.template.line_ids[0].write({"accelerator": 2, "cap": 130})
        self.template.line_ids[2].steps = "50:25 100:100"
        self.fill()
        self.assertEqual([line.worth for line in self.card(self.ann).line_ids], [1.3, 0, 0.25])
        self.template.line_ids[2].threshold = 90
        self.fill()
        self.assertEqual(self.card(self.ann).line_ids[2].worth, 0)
        with self.assertRaisesRegex(ValidationError, "pairs of per cent"):
            self.template.line_ids[0].steps = "half"

    def test_weights_make_a_whole(self):
        with self.assertRaisesRegex(ValidationError, "make 90 %, and not 100 %"), self.env.cr.savepoint():
            self.template.line_ids = [Command.update(self.template.line_ids[0].id, {"weight": 40})]
        with self.assertRaisesRegex(ValidationError, "make 80 %"), self.env.cr.savepoint():
            self.template.line_ids = [Command.delete(self.template.line_ids[2].id)]
        first, second, _third = self.template.line_ids
        self.template.line_ids = [
            Command.update(first.id, {"weight": 40}),
            Command.update(second.id, {"weight": 40}),
        ]
        self.assertEqual(self.template.line_ids.mapped("weight"), [40, 40, 20])

    def test_where_it_goes(self):
        """60,000 on day 9 of 21: 140,000 at this pace, 240,000 when a quarter is usually there."""
        for month in (8, 9, 10):
            self.order(self.bob, f"2026-{month:02}-05 08:00:00", (self.work, 10_000, 0))
            self.order(self.bob, f"2026-{month:02}-20 08:00:00", (self.work, 30_000, 0))
        self.order(self.ann, "2026-11-10 08:00:00", (self.work, 60_000, 0))
        expected = self.indicator(
            "own_expected",
            res_model="crm.lead",
            domain="[('won_status', '=', 'pending')]",
            measure="sum",
            measure_field="prorated_revenue",
            date_field="date_deadline",
        )
        lead = self.env["crm.lead"].create(
            {
                "name": "closes soon",
                "type": "opportunity",
                "user_id": self.ann.id,
                "team_id": self.east.id,
                "company_id": self.company.id,
                "expected_revenue": 50_000,
                "date_deadline": "2026-11-28",
            }
        )
        lead.probability = 40
        self.sum.pipeline_id = expected
        november = self.env["crmx.kpi.period"].create(
            {"company_id": self.company.id, "kind": "month", "date_from": "2026-11-01"}
        )
        with patch.object(self.registry["crmx.kpi.period"], "_today", lambda self, company: NOVEMBER):
            self.assertEqual((november.worked_days, november.working_days), (9, 21))
            self.fill(november)
            line = self.card(self.ann, november).line_ids[0]
        self.assertAlmostEqual(line.rate_forecast, 140_000)
        self.assertAlmostEqual(line.share_forecast, 240_000)
        self.assertAlmostEqual(line.pipeline_forecast, 80_000)

    def test_what_cannot_be_measured_neither_helps_nor_harms(self):
        self.set_columns(self.leads, measure="sum", measure_field="x_gone")
        with mute_logger("odoo.addons.crm_extended.models.kpi.measure"):
            self.fill()
        card = self.card(self.ann)
        self.assertAlmostEqual(card.score, (0.5 * 1.2 + 0.2 * 0.8) / 0.7)
        self.assertAlmostEqual(card.measured, 0.7)

    def test_closing_keeps_the_card(self):
        self.fill()
        july = fields.Date.to_date("2026-07-01")
        with patch.object(self.registry["crmx.kpi.period"], "_today", lambda self, company: july):
            self.month.action_close()
            self.order(self.ann, "2026-05-20 08:00:00", (self.work, 5000, 0))
            self.env["crmx.kpi.card"]._fill(self.month)
        self.assertAlmostEqual(self.card(self.ann).score, 0.76)
        with self.assertRaises(UserError):
            self.card(self.ann).unlink()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_sees_and_writes(self):
        self.fill()
        mine = self.card(self.ann, reader=self.ann)
        mine.write({"comment": "Two orders moved to June.", "plan_of_action": "Visit both."})
        with self.assertRaisesRegex(UserError, "by what was measured"):
            mine.write({"score": 2})
        self.assertFalse(self.card(self.bob, reader=self.ann))
        with self.assertRaises(AccessError):
            self.card(self.bob).with_user(self.ann).write({"comment": "His."})
        self.assertEqual(len(mine.line_ids), 3)
        self.west.user_id = self.ann
        self.assertTrue(self.card(self.bob, reader=self.ann).line_ids)

    def test_of_the_team_and_by_job(self):
        job = self.env["hr.job"].create({"name": "Closer", "company_id": self.company.id})
        self.ann.with_company(self.company).employee_id.job_id = job
        template = self.env["crmx.kpi.card.template"].create(
            {
                "name": "By job",
                "company_id": self.company.id,
                "job_ids": [Command.set(job.ids)],
                "line_ids": [Command.create({"indicator_id": self.sum.id, "level": "team", "weight": 100})],
            }
        )
        self.fill()
        card = self.env["crmx.kpi.card"].search([("template_id", "=", template.id)])
        self.assertEqual((card.user_id, card.line_ids.fact, card.line_ids.is_scored), (self.ann, 120, False))
        self.assertEqual((card.score_text, card.place), ("–", 0))

    def test_nightly_and_printed(self):
        snapshot = self.env["crmx.kpi.snapshot"]._of(self.company)
        while snapshot.state in ("waiting", "running"):
            snapshot._step()
        self.assertEqual(snapshot.state, "done")
        card = self.card(self.ann)
        self.assertAlmostEqual(card.score, 0.76)
        self.assertEqual(card.trend, "▅")
        reader = new_test_user(
            self.env,
            "prints cards",
            groups="crm_extended.group_kpi_manager",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        report = self.env["ir.actions.report"].with_user(reader)
        html, _kind = report._render_qweb_html("crm_extended.kpi_card", card.ids)
        for words in ("76.0 %", "Ann", "own_sum", "120.0 %"):
            self.assertIn(words, html.decode())
