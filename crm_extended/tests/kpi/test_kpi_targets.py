"""Targets: cascaded, spread, imported, approved, in versions."""

import base64
import io

import openpyxl

from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiTargets(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.planner, cls.chief = (
            new_test_user(
                cls.env,
                login,
                groups="crm_extended.group_kpi_manager,sales_team.group_sale_manager",
                company_id=cls.company.id,
                company_ids=cls.company.ids,
            )
            for login in ("plans targets", "approves targets")
        )

    def plan(self, *lines, indicator=None, **values):
        """A plan for 2026 with lines of (level, record, amount, part of), the parts by their place."""
        plan = (
            self.env["crmx.kpi.plan"]
            .with_user(self.planner)
            .create(
                {
                    "indicator_id": (indicator or self.sum).id,
                    "company_id": self.company.id,
                    "date_from": "2026-01-01",
                    "date_to": "2026-12-31",
                    **values,
                }
            )
        )
        made = []
        for level, record, amount, part_of in lines:
            vals = {"plan_id": plan.id, "level": level, "amount": amount}
            if level != "company":
                vals[f"{level}_id"] = record.id
            if part_of is not None:
                vals["parent_id"] = made[part_of].id
            made.append(plan.line_ids.create(vals))
        return plan

    def approve(self, plan):
        plan.with_user(self.planner).action_submit()
        plan.with_user(self.chief).action_approve()
        return plan

    def period(self, kind, day):
        return self.env["crmx.kpi.period"].create(
            {"company_id": self.company.id, "kind": kind, "date_from": day}
        )

    def target(self, period, level="company", subject=None, indicator=None):
        indicator = indicator or self.sum
        holding = self.env["crmx.kpi.target"]._holding(indicator, period)
        found = holding.get((indicator.id, period.id, level, (subject or self.company).id))
        return found and found[0]

    def test_parts_make_the_whole(self):
        plan = self.plan(
            ("company", None, 1200, None), ("team", self.east, 700, 0), ("team", self.west, 400, 0)
        )
        self.assertIn("100.00 are left", plan.problem)
        with self.assertRaisesRegex(UserError, "100.00 are left"):
            plan.action_submit()
        plan.line_ids[2].amount = 500
        self.assertFalse(plan.problem)
        plan.action_submit()
        with self.assertRaisesRegex(UserError, "four eyes"):
            plan.action_approve()
        plan.with_user(self.chief).action_approve()
        self.assertEqual((plan.state, plan.approved_by_id), ("approved", self.chief))
        self.assertEqual(self.target(self.month), 100)
        self.assertAlmostEqual(self.target(self.month, "team", self.west), 500 / 12, 1)
        months = self.env["crmx.kpi.target"].search([("plan_id", "=", plan.id), ("level", "=", "team")])
        self.assertEqual((len(months), round(sum(months.mapped("amount")), 2)), (24, 1200))

    def test_approved_stays(self):
        plan = self.approve(self.plan(("company", None, 1200, None)))
        for change in (
            lambda: plan.write({"date_to": "2026-11-30"}),
            lambda: plan.line_ids.write({"amount": 1}),
            lambda: plan.line_ids.unlink(),
            lambda: plan.unlink(),
            lambda: plan.line_ids.create({"plan_id": plan.id, "level": "team", "team_id": self.east.id}),
            lambda: plan.with_user(self.planner).write({"state": "draft"}),
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                change()

    def test_versions(self):
        """From July on the second version holds; before, the first still does."""
        first = self.approve(self.plan(("company", None, 1200, None), ("team", self.east, 1200, 0)))
        action = first.with_user(self.planner).action_new_version()
        second = self.env["crmx.kpi.plan"].browse(action["res_id"]).with_user(self.planner)
        self.assertEqual((second.version, second.state), (2, "draft"))
        self.assertEqual(second.line_ids[1].parent_id, second.line_ids[0])
        second.date_effective = "2026-07-01"
        second.line_ids.amount = 2400
        july, june = self.period("month", "2026-07-01"), self.period("month", "2026-06-01")
        self.assertEqual(self.target(july), 100, "not approved yet")
        self.approve(second)
        self.assertEqual([self.target(month) for month in (june, july)], [100, 200])
        self.assertEqual(self.target(july, "team", self.east), 200)
        self.assertEqual(self.target(self.period("quarter", "2026-07-01")), 600)
        self.assertEqual(self.target(self.period("year", "2026-01-01")), 6 * 100 + 6 * 200)
        self.assertIsNone(self.target(self.period("week", "2026-07-06")), "weeks have no targets")

    def test_over_the_months(self):
        plan = self.plan(("company", None, 1000, None), profile="own", weights="1 1 1 1 6 0 0 0 0 0 0 0")
        self.approve(plan)
        self.assertEqual(self.target(self.month), 600)
        for weights in ("1 2 3", "a b", "0 0 0 0 0 0 0 0 0 0 0 0", "-1 1 1 1 1 1 1 1 1 1 1 1"):
            with self.assertRaisesRegex(ValidationError, "Give 12 weights"), self.env.cr.savepoint():
                self.plan(profile="own", weights=weights)
        by_days = self.plan(("company", None, 261, None), profile="working")
        self.approve(by_days)
        self.assertEqual(self.target(self.month), 21, "2026 has 261 weekdays, May 21 of them")
        with self.assertRaisesRegex(UserError, "0 of the 12 months"):
            self.approve(self.plan(("company", None, 1, None), profile="history"))
        with self.assertRaisesRegex(ValidationError, "whole months"):
            self.plan(date_to="2026-11-29")

    def test_shares_do_not_add_up(self):
        rate = self.indicator("own_avg", measure="average", measure_field="amount_untaxed")
        plan = self.plan(("company", None, 50, None), ("team", self.east, 60, 0), indicator=rate)
        self.assertFalse(plan.problem)
        self.approve(plan)
        quarter = self.period("quarter", "2026-04-01")
        self.assertEqual([self.target(each, indicator=rate) for each in (self.month, quarter)], [50, 50])

    def test_proposed_after_the_year_before(self):
        for user, amount in ((self.ann, 300), (self.bob, 100)):
            self.order(user, "2025-05-05 08:00:00", (self.service("Work"), amount, 0))
        last = self.period("month", "2025-05-01")
        self.env["crmx.kpi.snapshot"]._take(self.sum, last, self.company)
        plan = self.plan(("company", None, 1200, None))
        plan.action_propose()
        self.assertFalse(plan.problem)
        users = plan.line_ids.filtered(lambda line: line.level == "user" and line.amount)
        parts = {line.subject_name: line.amount for line in users}
        self.assertEqual(parts, {"Ann": 900, "Bob": 300})

    def import_(self, plan, content):
        wizard = self.env["crmx.kpi.plan.import"].with_user(self.planner)
        wizard.create({"plan_id": plan.id, "file": base64.b64encode(content)}).action_import()

    def test_import(self):
        book = openpyxl.Workbook()
        for row in (
            ("Whose", "Level", "Target", "Part of"),
            (self.company.name, "Company", 1200, None),
            ("East", "Team", 700.5, self.company.name),
            ("West", None, 499.5, self.company.name),
            ("Ann", "Person", "700,50", "East"),
        ):
            book.active.append(row)
        content = io.BytesIO()
        book.save(content)
        plan = self.plan(("company", None, 5, None))
        self.import_(plan, content.getvalue())
        self.assertFalse(plan.problem)
        self.assertEqual(
            [(line.subject_name, line.amount, line.parent_id.subject_name) for line in plan.line_ids],
            [
                (self.company.display_name, 1200, False),
                ("East", 700.5, self.company.display_name),
                ("West", 499.5, self.company.display_name),
                ("Ann", 700.5, "East"),
            ],
        )

    def test_import_of_what_nobody_knows(self):
        plan = self.plan(("company", None, 5, None))
        for content, words in (
            ("Whose;Level;Target\nEast;Galaxy;1", "row 2: there is no level “Galaxy”"),
            ("Whose;Target\nEast;1\nNobody Known;5", "row 3: nobody is called “Nobody Known”"),
            ("Whose;Target\nEast;ten", "row 2: “East” has no amount"),
            ("Whose;Target;Part of\nEast;1;North", "a part of “North”"),
            ("Whose;Target\nE%;1", "nobody is called “E%”"),
            ("Name;Colour\nEast;red", "first row has to name the columns"),
            ("Whose;Target\n", "no target in the sheet"),
        ):
            with (
                self.subTest(content=content),
                self.assertRaisesRegex(UserError, words),
                self.env.cr.savepoint(),
            ):
                self.import_(plan, content.encode())
        self.assertEqual(plan.line_ids.mapped("amount"), [5], "nothing was imported")
        with self.assertRaisesRegex(UserError, "cannot be read as a spreadsheet"):
            self.import_(plan, b"%PDF-1.4")

    def test_targets_of_campaigns(self):
        campaign = self.env["utm.campaign"].create({"name": "Spring of targets"})
        leads = self.indicator(
            *("own_leads",),
            res_model="crm.lead",
            domain="[]",
            date_field="create_date",
            item_field="campaign_id",
        )
        plan = self.plan(indicator=leads)
        self.import_(plan, b"Whose,Level,Target\nSpring of targets,other,120")
        self.approve(plan)
        self.assertEqual(self.target(self.month, "item", campaign, leads), 10)

    def test_targets_of_all_that_indicators_tell_by(self):
        """Products, countries, campaigns and vehicles, chosen by name."""
        vehicle = self.env["fleet.vehicle"].create(
            {
                "model_id": self.env["fleet.vehicle.model"]
                .create(
                    {
                        "name": "Van",
                        "brand_id": self.env["fleet.vehicle.model.brand"].create({"name": "Make"}).id,
                    }
                )
                .id
            }
        )
        campaign = self.env["utm.campaign"].create({"name": "Autumn of targets"})
        for code, model, path, what in (
            ("by_product", "sale.order.line", "product_id", self.service("Targeted")),
            ("by_country", "sale.order", "partner_id.country_id", self.env.ref("base.de")),
            ("by_campaign", "sale.order", "campaign_id", campaign),
            ("by_vehicle", "fleet.vehicle.log.services", "vehicle_id", vehicle),
        ):
            dates = {"sale.order.line": "create_date", "sale.order": "date_order"}
            indicator = self.indicator(
                code,
                res_model=model,
                domain="[]",
                date_field=dates.get(model, "date"),
                owner_field=False,
                team_field=False,
                item_field=path,
            )
            with self.subTest(code=code):
                plan = self.plan(indicator=indicator)
                plan.line_ids = [
                    Command.create({"level": "item", "item_ref": f"{what._name},{what.id}", "amount": 120})
                ]
                self.assertEqual(plan.line_ids.subject_name, what.display_name)
                self.assertIn(what._name, dict(plan.line_ids._selection_item_model()))
                self.approve(plan)
                self.assertEqual(self.target(self.month, "item", what, indicator), 10)
        with self.assertRaisesRegex(ValidationError, "is not told by|whose target"):
            self.plan(indicator=indicator).line_ids = [
                Command.create({"level": "item", "item_ref": f"utm.campaign,{campaign.id}", "amount": 1})
            ]

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_sees_what(self):
        self.approve(
            self.plan(
                ("company", None, 1200, None),
                ("team", self.east, 1200, 0),
                ("user", self.ann, 700, 1),
                ("user", self.bob, 500, 1),
            )
        )
        seen = self.env["crmx.kpi.target"].with_user(self.ann).search([("month", "=", "2026-05-01")])
        self.assertEqual(sorted(seen.mapped("subject_name")), ["Ann", "East"])
        with self.assertRaises(AccessError):
            self.env["crmx.kpi.plan"].with_user(self.ann).search([])

    def test_a_figure_beside_its_target(self):
        """80 of 100, with 21 of 21 working days gone; an unmet target fails though nothing moves."""
        self.order(self.ann, "2026-05-05 08:00:00", (self.service("Work"), 80, 0))
        self.approve(self.plan(("user", self.ann, 1200, None), ("user", self.bob, 1200, None)))
        for _night in range(2):
            self.env["crmx.kpi.snapshot"]._take(self.sum, self.month, self.company)
        fact = self.env["crmx.kpi.fact"].with_user(self.ann).search([("indicator_id", "=", self.sum.id)])
        fact = fact.filtered(lambda each: each.level == "user")
        self.assertEqual((fact.reached_text, fact.light), ("80.0 %", "amber"))
        self.assertIn("100.00", fact.target_text)
        self.assertIn("80.00", fact.rate_text)
        nothing = self.env["crmx.kpi.fact"].search(
            [("indicator_id", "=", self.sum.id), ("user_id", "=", self.bob.id)]
        )
        self.assertEqual((nothing.value, nothing.light), (0, "red"))

    def test_a_target_is_one_of_its_plan(self):
        plan, other = self.plan(("company", None, 1, None)), self.plan(("company", None, 1, None))
        for values in (
            {"level": "team"},
            {"level": "team", "team_id": self.east.id, "parent_id": other.line_ids.id},
            {"level": "item", "item_id": 1},
            {"level": "team", "team_id": self.east.id, "low": 2, "high": 1},
        ):
            with self.subTest(**values), self.assertRaises(ValidationError), self.env.cr.savepoint():
                plan.line_ids = [Command.create(values)]
