"""Instalment plans on the customer's page: who sees them, who signs, and what is kept."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .test_receivables_act import SIGNATURE
from .test_receivables_portal import PortalCommon


class PlanPortalCommon(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        today = fields.Date.today()
        item = cls.first.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        cls.plan = cls.env["crmx.instalment.plan"].create(
            {
                "partner_id": cls.customer.id,
                "date_first": today + relativedelta(days=14),
                "line_ids": [Command.create({"move_line_id": item.id, "amount": 900})],
            }
        )

    def page(self, suffix="", **params):
        return self.url_open(f"/my/plans/{self.plan.id}{suffix}", params=params or None)


@tagged("post_install", "-at_install")
class TestReceivablesPlanPortal(PlanPortalCommon):
    def sign(self, digest):
        url = f"/my/plans/{self.plan.id}/sign?digest={digest}"
        return self.rpc(url, name="Anna Adler", signature=SIGNATURE)

    def test_read_and_signed(self):
        self.authenticate("crmx_anna", "crmx_anna")
        self.assertEqual(self.page().status_code, 404, "a draft is nobody's business")
        self.plan.action_offer()
        self.assertIn(self.plan.name, self.url_open("/my/plans").text)
        page = self.page().text
        for said in ("Agree and sign", self.first.name, "300.00", "acknowledges to owe"):
            self.assertIn(said, page)
        self.assertIn("changed since you opened", self.sign("x")["result"]["error"])
        self.assertTrue(self.sign(self.plan.digest)["result"]["force_refresh"])
        self.assertEqual((self.plan.state, self.plan.signed_by), ("live", "Anna Adler"))
        self.assertEqual(self.plan.signed_partner_id, self.contact)
        self.assertIn("Under way", self.page().text)
        self.assertNotIn("Agree and sign", self.page().text)
        self.assertEqual(self.page("/pdf").content, self.plan.signed_file_id.raw)
        self.assertIn("cannot be signed", self.sign(self.plan.digest)["result"]["error"])

    def test_whose_it_is(self):
        self.plan.action_offer()
        self.plan._portal_ensure_token()
        self.authenticate("crmx_stranger", "crmx_stranger")
        for suffix in ("", "/pdf"):
            self.assertEqual(self.page(suffix).status_code, 404)
        self.assertIn("error", self.sign(self.plan.digest))
        self.assertNotIn(self.plan.name, self.url_open("/my/plans").text)
        self.authenticate(None, None)
        self.assertEqual(self.page(access_token="x").status_code, 404)
        self.assertIn("Agree and sign", self.page(access_token=self.plan.access_token).text)
        self.assertEqual(self.plan.state, "offered")


@tagged("post_install", "-at_install")
class TestReceivablesPlanPayment(PlanPortalCommon):
    """An instalment is paid on the customer's page: what is left of it now, and nobody else's."""

    def setUp(self):
        super().setUp()
        self.plan.action_start()
        self.one, self.two, self.three = self.plan.tranche_ids
        self.env.flush_all()

    def transact(self, instalment, amount, **params):
        before = self.env["payment.transaction"].search([])
        answer = self.rpc(
            f"/my/plans/{self.plan.id}/transaction/{instalment.id}",
            amount=amount,
            provider_id=self.provider.id,
            payment_method_id=self.payment_method_id,
            token_id=None,
            flow="direct",
            tokenization_requested=False,
            landing_route="/my/plans",
            **params,
        )
        self.env.invalidate_all()
        return answer, self.env["payment.transaction"].search([]) - before

    def states(self):
        self.plan.sudo()._judge()
        return [(one.state, one.received) for one in self.plan.tranche_ids]

    def test_the_next_instalment(self):
        self.authenticate("crmx_anna", "crmx_anna")
        self.assertIn("Pay the next instalment", self.page().text)
        self.assertIn("300.00", self.page("/pay").text)
        answer, transaction = self.transact(self.one, 900)
        self.assertIn("amount has changed", str(answer["error"]))
        self.assertFalse(transaction)
        _answer, transaction = self.transact(self.one, 300)
        item = self.item(self.first)
        self.assertEqual((transaction.amount, transaction.crmx_item_ids), (300, item))
        self.assertEqual(transaction.partner_id, self.contact)
        transaction._set_pending()
        self.env.flush_all()
        self.assertIn("payment is under way", self.page().text)
        self.assertNotIn("Pay the next", self.page().text)
        answer, twice = self.transact(self.one, 300)
        self.assertIn("paid meanwhile", str(answer["error"]))
        self.assertFalse(twice)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(item.amount_residual, 700)
        self.assertEqual(self.states(), [("paid", 300), ("open", 0), ("open", 0)])

    def test_what_is_left_of_several(self):
        """100 came by bank: 200 are left of the first, and the second is paid with it."""
        self.reconcile(self.first, self.payment(100, fields.Date.today()))
        self.env.flush_all()
        self.authenticate("crmx_anna", "crmx_anna")
        self.assertIn("200.00", self.page("/pay").text)
        page = self.page("/pay", until=self.two.id).text
        self.assertIn("500.00", page)
        _answer, transaction = self.transact(self.two, 500)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(self.states(), [("paid", 300), ("paid", 300), ("open", 0)])
        answer, transaction = self.transact(self.two, 300)
        self.assertIn("paid meanwhile", str(answer["error"]))

    def test_who_pays(self):
        self.authenticate("crmx_stranger", "crmx_stranger")
        self.assertEqual(self.page("/pay").status_code, 404)
        answer, transaction = self.transact(self.one, 300)
        self.assertIn("error", answer)
        self.assertFalse(transaction)
        self.authenticate(None, None)
        token = self.plan._portal_ensure_token()
        self.env.flush_all()
        answer, transaction = self.transact(self.one, 300, access_token="x")
        self.assertFalse(transaction)
        answer, transaction = self.transact(self.one, 300, access_token=token)
        self.assertEqual(transaction.partner_id, self.customer)

    def test_a_plan_that_has_ended(self):
        self.plan.action_cancel()
        self.env.flush_all()
        self.authenticate("crmx_anna", "crmx_anna")
        answer, transaction = self.transact(self.one, 300)
        self.assertIn("error", answer)
        self.assertFalse(transaction)
