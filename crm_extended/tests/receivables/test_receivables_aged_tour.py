from unittest.mock import patch

from odoo import Command
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .common import ReceivablesCommon


@tagged("post_install", "-at_install")
class TestReceivablesAgedTour(ReceivablesCommon, BrowserCase):
    """An accountant's way through the aged report, in a real browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # Adler: 1,000.00 due on 15 May, of which 400.00 paid on 20 June. Bergström: 250.00 due on 1 July.
        invoice = cls.invoice(1000, "2025-04-15", due="2025-05-15")
        cls.reconcile(invoice, cls.payment(400, "2025-06-20"))
        cls.invoice(250, "2025-06-01", due="2025-07-01", partner=cls.new_partner("Bergström"))
        cls.accountant = new_test_user(
            cls.env,
            login="crmx_accountant",
            groups="account.group_account_user",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def test_aged_receivables(self):
        exported = []
        Report = self.registry["crmx.aged.report"]
        make = Report.xlsx

        def xlsx(report, **arguments):
            name, content = make(report, **arguments)
            exported.append((report.env.user.login, arguments, content))
            return name, content

        with patch.object(Report, "xlsx", xlsx):
            self.start_tour("/odoo/accounting", "crmx_aged_receivables", login="crmx_accountant")

        ((login, arguments, content),) = exported
        self.assertEqual(login, "crmx_accountant")
        self.assertEqual(arguments["group_by"], "partner")
        options = arguments["options"]
        self.assertEqual(options["as_of"], "2025-06-30")
        self.assertEqual((options["side"], options["basis"]), ("receivable", "due"))
        self.assertEqual(options["limits"], [45])
        self.assertTrue(content.startswith(b"PK"), "a spreadsheet is a zip file")
