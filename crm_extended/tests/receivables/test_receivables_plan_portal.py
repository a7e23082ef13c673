"""Instalment plans on the customer's page: who sees them, who signs, and what is kept."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields
from odoo.tests import tagged

from .test_receivables_act import SIGNATURE
from .test_receivables_portal import PortalCommon


@tagged("post_install", "-at_install")
class TestReceivablesPlanPortal(PortalCommon):
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
