"""In a browser: an indicator without code, a month's closing, the boards."""

from odoo import Command, fields
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiTours(KpiCommon, BrowserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crmx.kpi.indicator"].search([]).is_measured = False
        cls.company.crmx_use_kpi = True
        cls.boss = new_test_user(
            cls.env,
            "crmx_kpi_boss",
            groups="crm_extended.group_kpi_manager,sales_team.group_sale_manager,base.group_partner_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed", unit="money")
        work = cls.service("Work")
        cls.order(cls.ann, "2026-04-04 08:00:00", (work, 50, 0))
        cls.order(cls.ann, "2026-05-04 08:00:00", (work, 100, 0))
        cls.april = cls.env["crmx.kpi.period"]._ensure(
            cls.company, fields.Date.to_date("2026-04-01"), ["month"]
        )

    def test_an_indicator_without_code(self):
        meetings = self.env["calendar.event"].create(
            [
                {"name": name, "start": "2026-05-05 08:00:00", "stop": "2026-05-05 09:00:00"}
                for name in ("Tour meeting", "Other tour meeting")
            ]
        )
        self.set_columns(meetings, user_id=self.boss.id, create_date="2026-05-05 08:00:00")
        self.start_tour(
            "/odoo/action-crm_extended.crmx_kpi_indicator_action/new",
            "crmx_kpi_indicator",
            login="crmx_kpi_boss",
        )
        indicator = self.env["crmx.kpi.indicator"].search([("code", "=", "tour_meetings")])
        self.assertEqual(
            (indicator.res_model, indicator.measure, indicator.date_field, indicator.owner_field),
            ("calendar.event", "count", "create_date", "user_id"),
        )
        values, problems = self.measure(indicator)
        self.assertFalse(problems)
        self.assertEqual(values["tour_meetings", "user", self.boss.id], 2)

    def test_the_closing_of_a_month(self):
        self.april._measure_all()
        self.start_tour(
            f"/odoo/action-crm_extended.crmx_kpi_period_action/{self.april.id}",
            "crmx_kpi_closing",
            login="crmx_kpi_boss",
        )
        self.assertEqual((self.april.state, self.april.closed_by_id), ("closed", self.boss))

    def test_boards(self):
        plan = self.env["crmx.kpi.plan"].create(
            {
                "indicator_id": self.sum.id,
                "company_id": self.company.id,
                "date_from": "2026-01-01",
                "date_to": "2026-12-31",
                "line_ids": [Command.create({"level": "user", "user_id": self.ann.id, "amount": 1440})],
            }
        )
        plan._spread()
        plan.state = "approved"
        (self.month | self.april)._measure_all()
        self.ann.password = "ann of indicators"  # noqa: S105, the test's own
        self.start_tour("/odoo/my-numbers", "crmx_kpi_my_numbers", login="ann of indicators")
        self.start_tour("/odoo/management-board", "crmx_kpi_management", login="crmx_kpi_boss")
