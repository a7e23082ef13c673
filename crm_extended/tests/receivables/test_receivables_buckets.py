import doctest

from odoo.exceptions import ValidationError
from odoo.tests import BaseCase, TransactionCase, tagged

from ...tools import receivables


class TestReceivablesKernels(BaseCase):
    def test_doctests(self):
        result = doctest.testmod(receivables, optionflags=doctest.IGNORE_EXCEPTION_DETAIL)
        self.assertGreater(result.attempted, 5)
        self.assertFalse(result.failed)


@tagged("post_install", "-at_install")
class TestReceivablesAgingScheme(TransactionCase):
    def test_limits_are_stored_in_one_notation(self):
        scheme = self.env["crmx.aging.scheme"].create({"name": "Own", "limits": "15;45 90"})
        self.assertEqual(scheme.limits, "15, 45, 90")
        self.assertEqual(scheme.preview, "Not due | 1–15 | 16–45 | 46–90 | 91+")

    def test_bad_limits_are_refused_with_the_remedy(self):
        scheme = self.env["crmx.aging.scheme"].create({"name": "Own", "limits": "30"})
        for limits, words in (
            ("30, 30", "Own.*rising order"),
            ("60, 30", "Own.*rising order"),
            ("-1", "Own.*below 1 day"),
            ("x", "Own.*no whole number"),
            (" , ", "Own.*at least one limit"),
        ):
            with self.subTest(limits=limits), self.assertRaisesRegex(ValidationError, words):
                scheme.limits = limits
