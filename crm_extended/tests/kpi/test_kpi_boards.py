"""Boards: whose figures, targets and lights, what is due; and that nothing takes them down."""

import json
from unittest.mock import patch

import psycopg2.errors

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import TODAY, KpiCommon


@tagged("post_install", "-at_install")
class TestKpiBoards(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.work = cls.service("Work")
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.count = cls.indicator("own_count")
        cls.april = cls.env["crmx.kpi.period"]._ensure(
            cls.company, fields.Date.to_date("2026-04-01"), ["month"]
        )
        cls.order(cls.ann, "2026-04-04 08:00:00", (cls.work, 50, 0))
        cls.order(cls.ann, "2026-05-04 08:00:00", (cls.work, 100, 0))
        cls.order(cls.bob, "2026-05-04 08:00:00", (cls.work, 300, 0))
        plan = cls.env["crmx.kpi.plan"].create(
            {
                "indicator_id": cls.sum.id,
                "company_id": cls.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [Command.create({"level": "user", "user_id": cls.ann.id, "amount": 1440})],
            }
        )
        plan._spread()
        plan.state = "approved"
        (cls.month | cls.april)._measure_all()
        cls.chief = new_test_user(
            cls.env,
            "chief of indicators",
            groups="crm_extended.group_kpi_manager,sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def board(self, user, **asked):
        return self.env(user=user, su=False)["crmx.kpi.board"].get_board(**asked)

    def tile(self, data, indicator):
        return next(tile for tile in data["tiles"] if tile["id"] == indicator.id)

    def test_my_numbers(self):
        """100 of 120 are 83 %: amber; twice the 50 of the month before."""
        data = self.board(self.ann)
        self.assertEqual((data["period"]["name"], data["subject"]["id"]), ("2026-05", self.ann.id))
        tile = self.tile(data, self.sum)
        self.assertEqual(
            (tile["text"], tile["target"], tile["light"]), ("$\xa0100.00", "$\xa0120.00", "amber")
        )
        self.assertAlmostEqual(tile["reached"], 0.8333, 4)
        self.assertEqual((tile["change"], tile["is_better"], tile["points"]), ("+100.0 %", True, [50, 100]))
        self.assertEqual(data["tiles"][0]["id"], self.sum.id, "what has a target comes first")

    def test_the_period_before(self):
        data = self.board(self.ann, period_id=self.april.id)
        self.assertEqual(self.tile(data, self.sum)["text"], "$\xa050.00")
        self.assertFalse(self.tile(data, self.sum)["change"])

    def test_what_is_due_and_what_was_told(self):
        today = fields.Date.context_today(self.env.user)
        self.adler.with_user(self.ann).sudo().activity_schedule(
            "mail.mail_activity_data_todo", today, summary="Ring Adler", user_id=self.ann.id
        )
        self.boll.sudo().activity_schedule(
            "mail.mail_activity_data_todo", today, summary="Not hers", user_id=self.bob.id
        )
        self.env["crmx.kpi.alert"].create(
            {
                "name": "Few",
                "indicator_id": self.sum.id,
                "company_id": self.company.id,
                "kind": "below",
                "limit": 150,
                "channel": "message",
            }
        )
        self.env["crmx.kpi.alert"]._look_at(self.company)
        data = self.board(self.ann)
        self.assertEqual([(one["name"], one["document"]) for one in data["due"]], [("Ring Adler", "Adler")])
        self.assertTrue([one for one in data["alerts"] if "100.00" in one["text"]])
        self.assertFalse(self.board(self.bob)["alerts"])

    def test_the_own_card(self):
        self.env["crmx.kpi.card.template"].create(
            {
                "name": "Seller",
                "company_id": self.company.id,
                "user_ids": [Command.set(self.ann.ids)],
                "line_ids": [Command.create({"indicator_id": self.sum.id, "weight": 100})],
            }
        )
        self.env["crmx.kpi.card"]._fill(self.month)
        [card] = self.board(self.ann)["cards"]
        self.assertEqual((card["name"], card["score"], card["light"]), ("Seller", "83.3 %", "amber"))

    def test_a_team_for_its_members_and_its_leader(self):
        data = self.board(self.ann, view="team")
        self.assertEqual([one["name"] for one in data["subjects"]], ["East"], "only the own team")
        self.assertEqual(self.tile(data, self.sum)["text"], "$\xa0100.00")
        self.west.user_id = self.ann
        self.env.invalidate_all()
        data = self.board(self.ann, view="team", level="team", subject_id=self.west.id)
        self.assertEqual([row["name"] for row in data["table"]["rows"]], ["Bob"])
        data = self.board(self.bob, view="team", level="team", subject_id=self.east.id)
        self.assertFalse(data["tiles"], "another team's total is not shown")
        self.assertEqual(data["empty"], "figures")

    def test_down_from_the_company(self):
        data = self.board(self.chief, view="management", by="team", indicator_id=self.sum.id)
        self.assertEqual(self.tile(data, self.sum)["text"], "$\xa0400.00")
        self.assertEqual([row["name"] for row in data["table"]["rows"]], ["West", "East"])
        data = self.board(self.chief, view="management", level="team", subject_id=self.east.id)
        self.assertEqual(data["subject"]["name"], "East")
        [row] = data["table"]["rows"]
        self.assertEqual((row["level"], row["name"]), ("user", "Ann"))
        cell = row["cells"][self.sum.id]
        self.assertEqual((cell["text"], cell["light"]), ("$\xa0100.00", "amber"))
        action = (
            self.env["crmx.kpi.fact"].browse(cell["fact_id"]).with_user(self.chief).action_open_documents()
        )
        self.assertIn("1 of 1", action["name"])
        data = self.board(self.chief, view="management", by="department", indicator_id=self.sum.id)
        self.assertEqual([column["id"] for column in data["table"]["columns"]], [self.sum.id])
        self.assertIn("Sales", [row["name"] for row in data["table"]["rows"]])

    def test_a_broken_indicator_takes_no_board_down(self):
        """One whose field is gone says so and keeps its last figure; one that cannot be shown says so too."""
        self.set_columns(self.sum, measure_field="gone")
        (self.month | self.april)._measure_all()
        data = self.board(self.ann)
        self.assertIn("gone", self.tile(data, self.sum)["problem"])
        self.assertEqual(self.tile(data, self.sum)["text"], "$\xa0100.00", "the last figure stays")
        self.assertEqual(self.tile(data, self.count)["text"], "1")
        broken, words = self.sum, type(self.sum)._in_words

        def fail(indicator, value, company):
            if indicator == broken:
                raise ZeroDivisionError("of all things")
            return words(indicator, value, company)

        with (
            patch.object(self.registry["crmx.kpi.indicator"], "_in_words", fail),
            mute_logger("odoo.addons.crm_extended.models.kpi.board"),
        ):
            data = self.board(self.ann)
        self.assertIn("of all things", self.tile(data, self.sum)["problem"])
        self.assertEqual(self.tile(data, self.count)["text"], "1")

    def test_a_model_that_is_gone_takes_no_board_down(self):
        self.set_columns(self.sum, res_model="gone.away")
        (self.month | self.april)._measure_all()
        for view in ("mine", "team", "management"):
            data = self.board(self.chief if view == "management" else self.ann, view=view)
            self.assertIn("gone.away", self.tile(data, self.sum)["problem"])
            self.assertTrue(self.tile(data, self.count)["fact_id"])

    def test_nothing_yet(self):
        self.assertEqual(self.board(self.ann, kind="quarter")["empty"], "period")
        self.assertEqual(self.board(self.chief)["empty"], "figures")

    def test_who_may_look(self):
        stranger = new_test_user(
            self.env, "stranger to indicators", groups="base.group_user", company_id=self.company.id,
            company_ids=self.company.ids,
        )  # fmt: skip
        with self.assertRaises(AccessError):
            self.board(stranger)
        data = self.board(self.ann, level="user", subject_id=self.bob.id)
        self.assertFalse(data["tiles"], "nobody sees a colleague's figures")

    def test_as_many_queries_for_many_as_for_few(self):
        board = self.env(user=self.chief, su=False)["crmx.kpi.board"]

        def queries():
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            board.get_board(view="management", by="user")
            return self.env.cr.sql_log_count - before

        queries()  # what is cached for good
        few = queries()
        for number in range(6):
            user = self._new_user(f"more{number}", self.field)
            self.order(user, "2026-05-04 08:00:00", (self.work, 10, 0))
        more = (
            self.indicator("own_more"),
            self.indicator("own_most", measure="maximum", measure_field="amount_untaxed"),
        )
        self.assertEqual(len(more), 2)
        (self.month | self.april)._measure_all()
        queries()  # rules are looked up anew once there is a new user
        self.assertEqual(queries(), few)


@tagged("post_install", "-at_install")
class TestKpiCharts(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        work = cls.service("Work")
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed")
        cls.average = cls.indicator("own_average", measure="average", measure_field="amount_untaxed")
        cls.largest = cls.indicator("own_largest", measure="maximum", measure_field="amount_untaxed")
        cls.april = cls.env["crmx.kpi.period"]._ensure(
            cls.company, fields.Date.to_date("2026-04-01"), ["month"]
        )
        for date, amount in (("2026-04-04", 60), ("2026-05-04", 10), ("2026-05-05", 20), ("2026-05-06", 30)):
            cls.order(cls.ann, f"{date} 08:00:00", (work, amount, 0))
        cls.order(cls.bob, "2026-05-06 08:00:00", (work, 100, 0))
        (cls.month | cls.april)._measure_all()

    def together(self, indicators, *domain):
        [[value]] = self.env["crmx.kpi.fact"]._read_group(
            [
                ("indicator_id", "in", indicators.ids),
                ("period_id", "in", (self.month | self.april).ids),
                *domain,
            ],
            [],
            ["value:avg"],
        )
        return value

    def test_sums_add_up_and_averages_are_weighed(self):
        """Ann's orders of two months: 120 in four, 30 on average, not the 40 that lie between 60 and 20."""
        ann = ("user_id", "=", self.ann.id)
        self.assertEqual(self.together(self.sum, ann), 120)
        self.assertEqual(self.together(self.average, ann), 30)
        self.assertEqual(self.together(self.sum, ("level", "=", "team")), 220)

    def test_nothing_is_thrown_together_that_does_not_belong_together(self):
        self.assertFalse(self.together(self.sum), "teams are a part of the company")
        self.assertFalse(self.together(self.sum | self.average, ("level", "=", "company")))
        self.assertFalse(self.together(self.largest, ("level", "=", "company")), "no sum of the largest")
        self.assertFalse(self.together(self.sum, ("level", "=", "department")), "departments contain others")
        self.assertEqual(
            self.together(self.largest, ("level", "=", "company"), ("period_id", "=", self.april.id)), 60
        )

    def test_the_dashboard_can_be_read(self):
        """What its charts ask for is there, for whoever may open it."""
        dashboard = self.env.ref("crm_extended.spreadsheet_dashboard_kpi")
        sheet = json.loads(dashboard.spreadsheet_data)["sheets"][0]
        self.assertEqual(len(sheet["figures"]), 5)
        for figure in sheet["figures"]:
            meta, search = figure["data"]["metaData"], figure["data"]["searchParams"]
            code = next(part[2] for part in search["domain"] if part[0] == "indicator_id.code")
            with self.subTest(code=code):
                self.assertTrue(self.env["crmx.kpi.indicator"].search([("code", "=", code)]))
                self.env[meta["resModel"]].formatted_read_group(
                    search["domain"], meta["groupBy"], [f"{meta['measure']}:avg"]
                )


@tagged("post_install", "-at_install")
class TestKpiDigest(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        cls.order(cls.ann, "2026-05-04 08:00:00", (cls.service("Work"), 100, 0))
        cls.month._measure_all()
        cls.ann.email = "ann@example.com"
        cls.company.crmx_use_kpi = True
        cls.digest = cls.env["crmx.kpi.digest"].create(
            {"user_id": cls.ann.id, "company_id": cls.company.id, "frequency": "daily"}
        )

    def due(self):
        self.digest.next_date = TODAY
        self.env["crmx.kpi.digest.mail"]._make_due()
        return self.digest.mail_ids

    def test_only_on_its_day(self):
        """The 31st of May 2026 is a Sunday: the next working day is the 1st of June."""
        self.assertEqual(self.digest.next_date, fields.Date.to_date("2026-06-01"))
        self.env["crmx.kpi.digest.mail"]._make_due()
        self.assertFalse(self.digest.mail_ids)

    def test_once_a_day_with_the_own_numbers(self):
        mail = self.due()
        self.assertEqual(len(mail), 1)
        values = mail._outgoing_values()
        self.assertEqual(values["subject"], "Your figures of 2026-05")
        self.assertIn("100.00", values["body_html"])
        self.assertEqual(self.digest.next_date, fields.Date.to_date("2026-06-01"))
        self.env["crmx.kpi.digest.mail"]._make_due()
        self.assertEqual(self.digest.mail_ids, mail)
        with mute_logger("odoo.sql_db"), self.assertRaises(psycopg2.errors.UniqueViolation):
            mail.copy()

    def test_it_is_sent_by_the_scheduled_action(self):
        mail = self.due()
        with (
            self.enter_registry_test_mode(),
            patch.object(
                self.registry["mail.mail"], "send", lambda mails, *a, **k: mails.write({"state": "sent"})
            ),
        ):
            self.env.ref("crm_extended.ir_cron_kpi_digest").method_direct_trigger()
        self.assertEqual((mail.send_state, mail.send_to), ("sent", self.ann.partner_id.email_formatted))

    def test_monthly_is_of_the_month_that_is_over(self):
        self.digest.frequency = "monthly"
        mail = self.due()
        mail.date = "2026-06-01"
        self.assertEqual(mail._board()["period"]["name"], "2026-05")

    def test_whoever_may_not_see_figures_any_more_gets_none(self):
        self.ann.group_ids = [Command.set(self.env.ref("base.group_user").ids)]
        self.assertFalse(self.due())

    def test_everybody_asks_for_himself(self):
        digests = self.env(user=self.bob, su=False)["crmx.kpi.digest"]
        self.assertFalse(digests.search([]))
        action = digests.action_mine()
        self.assertFalse(action["res_id"])
        own = digests.create({"company_id": self.company.id})
        self.assertEqual(own.user_id, self.bob)
        eve = self._new_user("eve", self.field)
        with self.assertRaises(AccessError):
            digests.create({"company_id": self.company.id, "user_id": eve.id})
        with self.assertRaises(UserError):
            own.user_id = eve
