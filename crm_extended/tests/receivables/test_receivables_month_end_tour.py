from odoo import fields
from odoo.tests import new_test_user, tagged

from ..common.browser import BrowserCase
from .test_receivables_allowance import AllowanceCommon


@tagged("post_install", "-at_install")
class TestReceivablesMonthEndTour(AllowanceCommon, BrowserCase):
    """An accountant's month end in a real browser: interest, allowance, write-off, figures."""

    def test_month_end(self):
        today = fields.Date.today()
        due = fields.Date.subtract(today, days=130)
        policy = self.env["crmx.interest.policy"].create(
            {
                "name": "0.1 % a day",
                "kind": "day",
                "rate": 0.1,
                "fee": 40,
                "fee_currency_id": self.usd.id,
                "company_id": self.company.id,
                "date_start": fields.Date.subtract(today, days=400),
            }
        )
        self.company.write(
            {
                "crmx_interest_policy_id": policy.id,
                "crmx_interest_account_id": self.income.id,
                "crmx_write_off_account_id": self.expense.id,
                "crmx_write_off_alone": 500,
            }
        )
        self.invoice(10000, due)
        lost = self.new_partner("Lost & Sons")
        self.invoice(300, due, partner=lost)
        new_test_user(
            self.env,
            "crmx_month_end",
            groups="account.group_account_manager",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        action = self.env.ref("crm_extended.crmx_interest_propose_action").id
        self.start_tour(f"/odoo/action-{action}", "crmx_month_end", login="crmx_month_end")
        note = self.env["crmx.interest.note"].search(
            [("partner_id", "=", self.customer.id), ("state", "=", "posted")]
        )
        self.assertEqual((note.fee, note.move_id.state), (40, "posted"))
        allowance = self.env["crmx.allowance"].search([("company_id", "=", self.company.id)])
        self.assertEqual((allowance.state, allowance.amount), ("posted", 10300))
        self.assertEqual(self.on_account(), -10300)
        written_off = self.env["crmx.bad.debt"].search([("partner_id", "=", lost.id)])
        self.assertEqual(
            (written_off.state, written_off.amount, self.on_account(self.expense)), ("posted", 300, 10600)
        )
