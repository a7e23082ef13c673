"""Customers who accept and pay online meet the same rules, over the web."""

import base64

from odoo.tests import tagged

from .test_receivables_act import SIGNATURE
from .test_receivables_holds import HoldCommon
from .test_receivables_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestReceivablesHoldPortal(PortalCommon, HoldCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.rule()
        cls.offer = cls.order((cls.on_order, 1, 600), confirm=False, partner=cls.customer)
        cls.offer.write({"state": "sent", "require_signature": True, "require_payment": False})
        cls.offer._portal_ensure_token()

    def accept(self, **params):
        url = f"/my/orders/{self.offer.id}/accept"
        answer = self.rpc(url, name="Ada", signature=SIGNATURE, **params)
        self.env.invalidate_all()
        return answer

    def pay(self, amount):
        """Pay as the page does, and look at the status as the browser does."""
        self.rpc(
            f"/my/orders/{self.offer.id}/transaction",
            access_token=self.offer.access_token,
            amount=amount,
            provider_id=self.provider.id,
            payment_method_id=self.payment_method_id,
            token_id=None,
            flow="direct",
            tokenization_requested=False,
            landing_route="/my/orders",
        )
        transaction = self.offer.transaction_ids.sorted("id")[-1:]
        transaction._set_done()
        self.env.flush_all()
        answer = self.rpc("/payment/status/poll")
        self.env.invalidate_all()
        return transaction, answer

    def test_acceptance_is_kept_and_held(self):
        answer = self.accept(access_token=self.offer.access_token)
        self.assertIn("sign_ok", answer["result"]["redirect_url"])
        # 850 are owed
        self.assertHeld(self.offer, "1,450.00", "500.00")
        self.assertEqual((self.offer.signed_by, self.offer.state), ("Ada", "sent"))
        self.assertEqual(self.offer.signature, base64.b64encode(base64.b64decode(SIGNATURE)))
        page = self.url_open(f"/my/orders/{self.offer.id}?access_token={self.offer.access_token}")
        self.assertEqual(page.status_code, 200)
        self.assertNotIn("credit hold", page.text, "the customer is not told in words meant for us")

    def test_who_may_not_accept(self):
        self.assertIn("error", self.accept(access_token="guessed")["result"])
        self.authenticate("crmx_stranger", "crmx_stranger")
        self.assertIn("error", self.accept()["result"])
        self.assertFalse(self.offer.crmx_hold_ids or self.offer.signature)

    def test_what_is_paid_online_is_confirmed(self):
        self.offer.write({"require_signature": False, "require_payment": True, "prepayment_percent": 1.0})
        transaction, answer = self.pay(600)
        self.assertEqual((transaction.state, answer["result"]["state"]), ("done", "done"))
        self.assertEqual((self.offer.state, self.offer.crmx_credit_state), ("sale", False))

    def test_a_part_payment_is_kept_and_the_order_held(self):
        self.offer.write({"require_signature": False, "require_payment": True, "prepayment_percent": 0.01})
        transaction, _answer = self.pay(6)
        self.assertEqual((transaction.state, transaction.is_post_processed), ("done", True))
        self.assertHeld(self.offer)
        self.assertEqual(self.offer.amount_paid, 6)
