"""Setting up indicators: what is accepted, what is refused in which words, what the preview shows."""

from contextlib import contextmanager

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import KpiCommon


@tagged("post_install", "-at_install")
class TestKpiIndicator(KpiCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "sets up indicators",
            groups="crm_extended.group_kpi_manager,sales_team.group_sale_manager",
            company_id=cls.company.id,
            company_ids=cls.company.ids,
        )
        drill = cls.service("Drill")
        cls.order(cls.ann, "2026-05-04 08:00:00", (drill, 600, 0))
        cls.order(cls.bob, "2026-05-05 08:00:00", (drill, 300, 0))
        cls.order(cls.bob, "2026-04-05 08:00:00", (drill, 1000, 0))

    @contextmanager
    def refused(self, words):
        with self.assertRaisesRegex(ValidationError, words), self.env.cr.savepoint():
            yield

    def test_set_up_without_code(self):
        """Each choice shows its figure at once."""
        with Form(self.env["crmx.kpi.indicator"].with_user(self.manager)) as form:
            form.name = "Sold"
            form.code = "own_sold"
            form.res_model = "sale.order"
            self.assertEqual((form.date_field, form.owner_field), ("date_order", "user_id"))
            self.assertEqual(form.team_field, "team_id")
            form.domain = "[('state', '=', 'sale')]"
            self.assertIn("2 (from 2 documents)", form.preview_value)
            form.measure = "sum"
            self.assertIn("Choose the field", form.preview_problem)
            form.measure_field = "amount_untaxed"
            form.unit = "money"
            self.assertFalse(form.preview_problem)
            self.assertIn("900.00", form.preview_value)
            self.assertIn("1,000.00", form.preview_before)
            self.assertEqual(len(form.preview_documents.split("\n")), 2)
        indicator = self.env["crmx.kpi.indicator"].search([("code", "=", "own_sold")])
        self.assertEqual((indicator.res_model, indicator.company_field), ("sale.order", "company_id"))

    def test_preview_of_a_formula_being_typed_in(self):
        self.indicator("own_count")
        self.indicator("own_sum", measure="sum", measure_field="amount_untaxed")
        with Form(self.env["crmx.kpi.indicator"].with_user(self.manager)) as form:
            form.name, form.code, form.kind = "Average", "own_average", "formula"
            form.formula = "own_sum / own_nothing"
            self.assertIn("own_nothing", form.preview_problem)
            form.formula = "own_sum / own_count"
            self.assertIn("450", form.preview_value)

    def test_refused_definitions(self):
        for values, words in (
            ({"date_field": "gone"}, "no field “gone” on “sale.order”"),
            ({"date_field": "amount_total"}, "is not what is needed"),
            ({"date_field": False}, "Choose the date"),
            ({"owner_field": "partner_id"}, "is not what is needed"),
            ({"owner_field": "order_line.salesman_id"}, "has several values"),
            ({"measure": "sum"}, "Choose the field"),
            ({"measure": "sum", "measure_field": "name"}, "is no number"),
            ({"measure": "sum", "measure_field": "amount_undiscounted"}, "is computed when it is read"),
            ({"measure": "median", "measure_field": "amount_total", "basis": "until"}, "numbers and sums"),
            ({"domain": "[('gone', '=', 1)]"}, "condition cannot be read"),
            ({"domain": "[('state', '=', __import__('os'))]"}, "condition cannot be read"),
            ({"res_model": "no.such.model"}, "app is not installed"),
            ({"code": "Capital"}, "cannot be a code"),
            ({"code": "working_days"}, "cannot be a code"),
        ):
            with self.subTest(**values), self.refused(words):
                self.indicator(**{"code": "own_bad", **values})

    def test_refused_formulas(self):
        self.indicator("own_a")
        for formula, words in (
            ("own_a + 9**9**9", "beyond all measure"),
            ("9 * 9", "uses no indicator"),
            ("own_a ** 400", None),
            ("own_a.__class__", "In a formula there are only"),
            ("(lambda: 1)()", "In a formula there are only"),
            ("sum(range(10**9))", "In a formula there are only"),
            ("own_none + 1", "own_none"),
            ("own_b + 1", "needs its own result: own_b → own_b"),
            ("(" * 40 + "own_a" + ")" * 40, "nested too deep"),
            ("+".join(["own_a"] * 80), "too many parts"),
            ("own_a + " * 80 + "1", "too long"),
            ("", "Write the formula"),
        ):
            with self.subTest(formula=formula[:30]):
                values = {"kind": "formula", "formula": formula, "res_model": False}
                if words:
                    with self.refused(words):
                        self.indicator("own_b", **values)
                    continue
                # two documents: only measuring shows where it leads
                indicator = self.indicator("own_b", **values)
                self.assertEqual(
                    self.measure(indicator)[1], {"own_b": "The formula gives a number beyond all measure."}
                )
                indicator.unlink()

    def test_circles_are_refused(self):
        first = self.indicator("own_a")
        second = self.indicator("own_b", kind="formula", formula="own_a + 1")
        third = self.indicator("own_c", kind="formula", formula="own_b * 2")
        with self.refused("own_b → own_c → own_b|own_c → own_b → own_c"):
            second.formula = "own_c"
        with self.refused("needed by the formula of “own_b”"):
            first.unlink()
        (first | second | third).unlink()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_only_what_one_may_read_oneself(self):
        """An indicator would show everybody what its author may not see."""
        Indicator = self.env["crmx.kpi.indicator"].with_user(self.manager)
        values = {"name": "Pay", "code": "own_pay", "date_field": "create_date", "measure": "sum"}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            Indicator.create({**values, "res_model": "hr.version", "measure_field": "wage"})
        with self.assertRaises(UserError), self.env.cr.savepoint():
            Indicator.create(
                {
                    **values,
                    "res_model": "sale.order",
                    "measure": "count",
                    "date_field": "date_order",
                    "domain": "[('user_id.employee_ids.pin', '=', '1')]",
                }
            )

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model")
    def test_who_may_set_up(self):
        with self.assertRaises(AccessError):
            self.env["crmx.kpi.indicator"].with_user(self.ann).create({"name": "Own", "code": "own_x"})
