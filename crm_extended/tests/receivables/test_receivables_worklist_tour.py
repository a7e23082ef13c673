from odoo import fields
from odoo.tests import tagged

from ..common.browser import BrowserCase
from .test_receivables_worklist import WorklistCommon


@tagged("post_install", "-at_install")
class TestReceivablesWorklistTour(WorklistCommon, BrowserCase):
    """A collector's morning: worklist, call, promise; and a payment keeps it."""

    def test_morning(self):
        today = str(fields.Date.today())
        self.refresh(today)
        action = self.env.ref("crm_extended.crmx_collection_case_action").id
        self.start_tour(f"/odoo/action-{action}", "crmx_collector_morning", login="crmx_collector_anna")
        promise = self.env["crmx.promise"].search([("partner_id", "=", self.customer.id)])
        self.assertEqual((promise.amount, promise.state, promise.user_id), (1000, "open", self.anna))
        self.reconcile(self.debt, self.payment(1000, today))
        promise.action_judge()
        self.refresh(today)
        self.assertEqual((promise.state, self.case().state), ("kept", "clear"))
        action = self.env.ref("crm_extended.crmx_promise_action").id
        self.start_tour(f"/odoo/action-{action}", "crmx_collector_kept", login="crmx_collector_anna")
