"""Measuring at all levels at once: who counts where, when, in which currency, in how many queries."""

from odoo.tests import new_test_user, tagged, users, warmup
from odoo.tools import mute_logger

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiFacts(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.drill = cls.service("Drill")
        cls.order(cls.ann, "2026-05-04 08:00:00", (cls.drill, 600, 0))
        cls.order(cls.ann, "2026-05-18 08:00:00", (cls.drill, 100, 0))
        cls.order(cls.bob, "2026-05-12 08:00:00", (cls.drill, 300, 0), currency=cls.eur)
        cls.count = cls.indicator("own_count")
        cls.sum = cls.indicator("own_sum", measure="sum", measure_field="amount_untaxed")
        cls.customers = cls.indicator("own_customers", measure="distinct", measure_field="partner_id")
        cls.reader = new_test_user(
            cls.env,
            "counts queries",
            groups="crm_extended.group_kpi_manager,sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )

    def test_every_measure(self):
        expected = {
            "count": 3,
            "sum": 1300,
            "average": 1300 / 3,
            "minimum": 100,
            "maximum": 600,
            "median": 600,
            "distinct": 2,  # two orders of 600 in the company's currency, one of 100
            "within": 1 / 3,
        }
        indicators = self.env["crmx.kpi.indicator"]
        for measure in expected:
            indicators |= self.indicator(
                f"own_{measure}_x", measure=measure, measure_field="amount_untaxed", limit=200
            )
        values, problems = self.measure(indicators)
        self.assertFalse(problems)
        for measure, value in expected.items():
            with self.subTest(measure=measure):
                self.assertAlmostEqual(values[f"own_{measure}_x", "company", self.company.id], value)

    def test_every_level(self):
        values, _problems = self.measure(self.count | self.sum)
        self.assertEqual(
            {key: value for key, value in values.items() if key[0] == "own_sum"},
            {
                ("own_sum", "company", self.company.id): 1300,
                ("own_sum", "department", self.sales.id): 1300,
                ("own_sum", "department", self.inside.id): 700,
                ("own_sum", "department", self.field.id): 600,
                ("own_sum", "team", self.east.id): 700,
                ("own_sum", "team", self.west.id): 600,
                ("own_sum", "user", self.ann.id): 700,
                ("own_sum", "user", self.bob.id): 600,
            },
        )

    def test_different_values_are_counted_anew_at_each_level(self):
        """Ann and Bob have the same customer: one each, and one together."""
        values, _problems = self.measure(self.customers)
        self.assertEqual(values["own_customers", "user", self.ann.id], 1)
        self.assertEqual(values["own_customers", "user", self.bob.id], 1)
        self.assertEqual(values["own_customers", "department", self.sales.id], 1)
        self.assertEqual(values["own_customers", "company", self.company.id], 1)

    def test_todays_rate_does_not_rewrite_the_past(self):
        self.env["res.currency.rate"].create(
            {"currency_id": self.eur.id, "name": "2026-11-01", "rate": 0.01, "company_id": self.company.id}
        )
        self.assertEqual(self.measure(self.sum)[0]["own_sum", "user", self.bob.id], 600)

    def test_who_moved_on(self):
        """Departments are those of the document's day; teams those of the document."""
        employee = self.ann.with_company(self.company).employee_id
        self.env["hr.version"].create(
            {"employee_id": employee.id, "date_version": "2026-05-10", "department_id": self.field.id}
        )
        self.ann.crm_team_member_ids.unlink()
        self.west.member_ids |= self.ann
        orders = self.env["sale.order"].search([("user_id", "=", self.ann.id)])
        self.set_columns(orders, team_id=self.east.id)
        values, _problems = self.measure(self.sum)
        self.assertEqual(values["own_sum", "department", self.inside.id], 600)
        self.assertEqual(values["own_sum", "department", self.field.id], 700)
        self.assertEqual(values["own_sum", "team", self.east.id], 700, "as the orders say")
        self.sum.team_field = False
        values, _problems = self.measure(self.sum)
        self.assertEqual(values["own_sum", "team", self.west.id], 1300, "as the owner's team is now")
        self.assertEqual(values["own_sum", "user", self.ann.id], 700)

    def test_who_left_counts_where_he_was(self):
        self.ann.with_company(self.company).employee_id.active = False
        self.ann.active = False
        values, _problems = self.measure(self.sum)
        self.assertEqual(values["own_sum", "department", self.inside.id], 700)
        self.assertEqual(values["own_sum", "user", self.ann.id], 700)

    def test_days_are_those_of_the_company(self):
        """The last evening of April in UTC is the first of May in Berlin, and so at the other end."""
        self.order(self.bob, "2026-04-30 22:30:00", (self.drill, 10, 0))
        self.order(self.bob, "2026-05-31 22:30:00", (self.drill, 5000, 0))
        self.assertEqual(self.measure(self.sum)[0]["own_sum", "user", self.bob.id], 610)

    def test_monday_counts_once(self):
        weeks = self.env["crmx.kpi.period"].create(
            [
                {"company_id": self.company.id, "kind": "week", "date_from": f"2026-05-{day:02}"}
                for day in (4, 11, 18)
            ]
        )
        found = [self.measure(self.count, week)[0].get(("own_count", "user", self.ann.id)) for week in weeks]
        self.assertEqual(found, [1, None, 1])
        together = self.measure(self.count, weeks | self.month)[0]
        self.assertEqual(together["own_count", "user", self.ann.id], 1)

    def test_periods_that_overlap_are_read_together(self):
        quarter, custom = self.env["crmx.kpi.period"].create(
            [
                {"company_id": self.company.id, "kind": "quarter", "date_from": "2026-04-01"},
                {
                    "company_id": self.company.id,
                    "kind": "custom",
                    "date_from": "2026-05-10",
                    "date_to": "2026-05-20",
                },
            ]
        )
        result = self.env["crmx.kpi.measure"]._measure(self.sum, quarter | custom | self.month, self.company)
        company = {
            key.period_id: figure.value
            for key, figure in result.figures[self.sum].items()
            if key.level == "company"
        }
        self.assertEqual(company, {quarter.id: 1300, custom.id: 700, self.month.id: 1300})

    def test_up_to_the_end_of_each_period(self):
        self.order(self.ann, "2026-02-02 08:00:00", (self.drill, 1000, 0))
        total = self.indicator("own_total", measure="sum", measure_field="amount_untaxed", basis="until")
        june = self.env["crmx.kpi.period"].create(
            {"company_id": self.company.id, "kind": "month", "date_from": "2026-06-01"}
        )
        for period in (self.month, june):
            values, _problems = self.measure(total, period)
            self.assertEqual(values["own_total", "company", self.company.id], 2300)
        result = self.env["crmx.kpi.measure"]._measure(total, june | self.month, self.company)
        ann = [
            figure.value
            for key, figure in result.figures[total].items()
            if (key.level, key.subject_id) == ("user", self.ann.id)
        ]
        self.assertEqual(ann, [1700, 1700])

    def test_other_companies_do_not_count(self):
        other = self.setup_other_company()["company"]
        self.env["crm.lead"].create(
            [
                {"name": name, "company_id": company.id, "user_id": user.id, "team_id": False}
                for name, company, user in (
                    ("theirs", other, self.ann.browse()),
                    ("nobody's", other.browse(), self.ann.browse()),
                    ("Ann's", other.browse(), self.ann),
                )
            ]
        )
        leads = self.indicator(
            "own_leads", res_model="crm.lead", domain="[]", basis="state", date_field=False
        )
        self.assertEqual(self.measure(leads)[0]["own_leads", "company", self.company.id], 1)

    def test_nothing_is_zero_or_no_value(self):
        self.env["sale.order"].search([("company_id", "=", self.company.id)]).state = "cancel"
        average = self.indicator("own_avg", measure="average", measure_field="amount_untaxed")
        ratio = self.indicator("own_ratio", kind="formula", formula="own_sum / own_count")
        values, _problems = self.measure(self.sum | average | ratio)
        self.assertEqual(values["own_sum", "company", self.company.id], 0)
        self.assertIsNone(values["own_ratio", "company", self.company.id])
        self.assertNotIn(("own_avg", "company", self.company.id), values)

    @mute_logger("odoo.addons.crm_extended.models.kpi.measure", "odoo.sql_db")
    def test_one_that_is_broken_takes_nobody_along(self):
        gone_field, gone_app, fails = (self.indicator(f"own_{name}") for name in ("field", "app", "fails"))
        needs = self.indicator("own_needs", kind="formula", formula="own_field / own_count")
        self.set_columns(gone_field, measure="sum", measure_field="x_gone")
        self.set_columns(gone_app, res_model="x_gone.model")
        # a search of the host's that fails when it is run
        self.set_columns(
            fails, domain="[('order_line.product_uom_qty', '=', 1), ('id', '=', 10000000000000)]"
        )
        self.env["crmx.kpi.snapshot"]._take(
            self.count | gone_field | gone_app | fails | needs, self.month, self.company
        )
        self.assertIn("no field “x_gone”", gone_field.problem)
        self.assertIn("app is not installed", gone_app.problem)
        self.assertIn("could not be measured", needs.problem)
        fact = self.env["crmx.kpi.fact"].search(
            [("indicator_id", "=", self.count.id), ("user_id", "=", self.ann.id)]
        )
        self.assertEqual((fact.value, self.count.problem), (2, False))
        self.set_columns(gone_field, measure="count")
        self.env["crmx.kpi.snapshot"]._take(gone_field | needs, self.month, self.company)
        self.assertFalse(gone_field.problem or needs.problem)

    def test_what_is_no_more_is_dropped(self):
        take = self.env["crmx.kpi.snapshot"]._take
        take(self.sum, self.month, self.company)
        facts = self.env["crmx.kpi.fact"].search([("indicator_id", "=", self.sum.id)])
        self.assertEqual(len(facts), 8)
        self.env["sale.order"].search([("user_id", "=", self.bob.id)]).state = "cancel"
        take(self.sum, self.month, self.company)
        facts = self.env["crmx.kpi.fact"].search([("indicator_id", "=", self.sum.id)])
        self.assertNotIn(self.bob, facts.user_id)
        self.assertEqual(facts.filtered(lambda fact: fact.level == "company").value, 700)

    @users("counts queries")
    @warmup
    def test_queries_depend_on_kinds_of_documents_only(self):
        """Four indicators and three periods are one query, as one indicator and one period are."""
        periods = self.env["crmx.kpi.period"].sudo().create(
            [
                {"company_id": self.company.id, "kind": kind, "date_from": "2026-04-01"}
                for kind in ("quarter", "month")
            ]
        )  # fmt: skip
        one, all_ = self.sum.sudo(), (self.count | self.sum | self.customers).sudo()
        measure = self.env["crmx.kpi.measure"].sudo()
        measure._measure(all_, periods | self.month.sudo(), self.company)
        counts = []
        for indicators, which in ((one, periods[:1]), (all_, periods | self.month.sudo())):
            before = self.env.cr.sql_log_count
            measure._measure(indicators, which, self.company)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertEqual(counts[0], counts[1])
        with self.assertQueryCount(8):
            measure._measure(all_, periods, self.company)
