import doctest

from odoo.tests import BaseCase

from ...tools import kpi, kpi_alert, kpi_bonus, kpi_digest, kpi_formula, kpi_period


class TestKpiKernels(BaseCase):
    def test_doctests(self):
        for module in (kpi, kpi_alert, kpi_bonus, kpi_digest, kpi_formula, kpi_period):
            result = doctest.testmod(module, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
            with self.subTest(module=module.__name__):
                self.assertGreater(result.attempted, 1)
                self.assertFalse(result.failed)

    def test_the_worked_card(self):
        """Achievements 1.2, 0 and .8 with weights .5, .3 and .2: .76, and 22,800 of 30,000."""
        reached = [kpi.achievement(120, 100), kpi.achievement(0, 100), kpi.achievement(80, 100)]
        parts = [
            kpi.Part(weight, kpi.Curve().worth(value))
            for weight, value in zip((0.5, 0.3, 0.2), reached, strict=True)
        ]
        score = kpi.score(parts).value
        self.assertEqual(score, 0.76)
        self.assertEqual(round(30_000 * score, 2), 22_800)
        self.assertEqual(kpi.run_rate(60_000, 9, 21), 140_000)
