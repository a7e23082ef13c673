"""The customer's pages: what it owes, paying any of it, its acts; and everybody who may not."""

import json

from odoo import Command
from odoo.http import Request
from odoo.tests import new_test_user, tagged

from odoo.addons.payment.tests.common import PaymentCommon

from ..common.browser import BrowserCase
from .test_receivables_act import SIGNATURE, ActCommon


class PortalCommon(ActCommon, PaymentCommon, BrowserCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_dummy_payment_method_for_provider(provider=cls.provider, journal=cls.bank)
        account = cls.inbound_payment_method_line.payment_account_id
        lines = cls.bank.inbound_payment_method_line_ids
        lines.filtered("payment_provider_id").payment_account_id = account
        cls.contact = cls.env["res.partner"].create({"name": "Anna", "parent_id": cls.customer.id})
        cls.stranger = cls.new_partner("Stranger")
        cls.others = cls.invoice(77, "2026-05-01", partner=cls.stranger)
        for login, partner in (("crmx_anna", cls.contact), ("crmx_stranger", cls.stranger)):
            new_test_user(
                cls.env,
                login,
                groups="base.group_portal",
                partner_id=partner.id,
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
        cls.anna = cls.env["res.users"].search([("login", "=", "crmx_anna")])

    def setUp(self):
        self.enable_post_process_patcher = False
        super().setUp()

    def item(self, move):
        return move.line_ids.filtered(lambda line: line.account_type == "asset_receivable")

    def rpc(self, url, **params):
        response = self.url_open(
            url, data=json.dumps({"params": params}), headers={"Content-Type": "application/json"}
        )
        return response.json()

    def begin(self, items, amount, **params):
        """Begin a payment as the page does; return the answer and the transaction."""
        chosen = "-".join(str(item.id) for item in items)
        before = self.env["payment.transaction"].search([])
        answer = self.rpc(
            f"/my/debts/transaction/{chosen}",
            **{
                "amount": amount,
                "provider_id": self.provider.id,
                "payment_method_id": self.payment_method_id,
                "token_id": None,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "/my/debts",
                **params,
            },
        )
        self.env.invalidate_all()
        return answer, self.env["payment.transaction"].search([]) - before


@tagged("post_install", "-at_install")
class TestReceivablesPortalDebts(PortalCommon):
    def test_what_is_open(self):
        self.authenticate("crmx_anna", "crmx_anna")
        page = self.url_open("/my/debts").text
        for text in (self.first.name, self.second.name, "850.00"):
            self.assertIn(text, page)
        self.assertNotIn(self.others.name, page)

    def test_pages_are_closed_to_others(self):
        self.authenticate("crmx_stranger", "crmx_stranger")
        page = self.url_open("/my/debts").text
        self.assertIn(self.others.name, page)
        self.assertNotIn(self.first.name, page)
        item = self.item(self.first)
        self.assertNotIn(self.first.name, self.url_open(f"/my/debts/pay?item={item.id}").text)
        answer, transaction = self.begin(item, 1000)
        self.assertIn("Load the page again", str(answer["error"]))
        self.assertFalse(transaction)
        self.authenticate(None, None)
        response = self.url_open("/my/debts", allow_redirects=False)
        self.assertEqual(response.status_code, 303)

    def test_the_residual_is_paid_whatever_the_page_says(self):
        self.reconcile(self.first, self.payment(300, "2026-06-01"))
        self.authenticate("crmx_anna", "crmx_anna")
        item = self.item(self.first)
        self.assertIn("700.00", self.url_open(f"/my/debts/pay?item={item.id}").text)
        answer, transaction = self.begin(item, 1000)
        self.assertIn("amount has changed", str(answer["error"]))
        self.assertFalse(transaction)
        _answer, transaction = self.begin(item, 700)
        self.assertEqual((transaction.amount, transaction.invoice_ids), (700, self.first))
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(item.amount_residual, 0)
        self.assertEqual(self.item(self.second).amount_residual, 250)

    def test_one_instalment_of_a_document(self):
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        invoice = self.invoice(100, "2026-06-01", invoice_payment_term_id=term.id)
        early, late = self.item(invoice).sorted("date_maturity")
        self.authenticate("crmx_anna", "crmx_anna")
        _answer, transaction = self.begin(late, 50)
        self.assertEqual((transaction.crmx_item_ids, transaction.invoice_ids.ids), (late, []))
        transaction._set_pending()
        self.assertIn("Payment under way", self.url_open("/my/debts").text)
        transaction._set_done()
        transaction._post_process()
        self.assertEqual((early.amount_residual, late.amount_residual), (50, 0))
        self.assertIn(transaction.reference, "".join(invoice.message_ids.mapped("body")))

    def test_the_hosts_page_while_a_selection_is_pending(self):
        """What was paid in part is not offered for payment there a second time; afterwards the rest is."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Halves",
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 0}),
                    Command.create({"value": "percent", "value_amount": 50, "nb_days": 30}),
                ],
            }
        )
        self.env["ir.config_parameter"].set_param("account_payment.enable_portal_payment", "True")
        invoice = self.invoice(100, "2026-06-01", invoice_payment_term_id=term.id)
        early, late = self.item(invoice).sorted("date_maturity")
        self.authenticate("crmx_anna", "crmx_anna")
        page = f"/my/invoices/{invoice.id}"
        self.assertNotIn("There is a pending transaction", self.url_open(page).text)
        _answer, transaction = self.begin(late, 50)
        self.assertTrue(invoice._has_to_be_paid(), "begun is not yet paid")
        transaction._set_pending()
        self.env.flush_all()
        self.assertFalse(invoice._has_to_be_paid())
        self.assertIn("pending transaction", invoice._get_online_payment_error())
        self.assertIn("There is a pending transaction", self.url_open(page).text)
        self.assertTrue(self.first._has_to_be_paid(), "others stay as they are")
        transaction._set_done()
        transaction._post_process()
        self.env.flush_all()
        self.assertTrue(invoice._has_to_be_paid())
        self.assertNotIn("There is a pending transaction", self.url_open(page).text)
        self.assertEqual((early.amount_residual, late.amount_residual), (50, 0))

    def test_several_currencies(self):
        eur = self.eur({"2026-01-01": 0.8})
        foreign = self.item(self.invoice(80, "2026-06-01", currency_id=eur.id))
        local = self.item(self.second)
        opening = self.item(self.entry(40, "2026-06-01"))
        self.authenticate("crmx_anna", "crmx_anna")
        chosen = "".join(f"&item={item.id}" for item in foreign + local + opening)
        page = self.url_open(f"/my/debts/pay?x=1{chosen}").text
        self.assertIn("one payment for each currency", page)
        self.assertIn("290.00", page)
        self.assertIn("80.00", page)
        answer, transaction = self.begin(foreign + local, 330)
        self.assertIn("Load the page again", str(answer["error"]))
        for items, amount in ((foreign, 80), (local + opening, 290)):
            _answer, transaction = self.begin(items, amount)
            self.assertEqual((transaction.amount, transaction.currency_id), (amount, items.currency_id))
            transaction._set_done()
            transaction._post_process()
            self.assertEqual(set(items.mapped("reconciled")), {True})

    def test_credits_are_deducted_and_nothing_is_no_payment(self):
        credit = self.item(self.invoice(50, "2026-06-25", move_type="out_refund"))
        self.authenticate("crmx_anna", "crmx_anna")
        _answer, transaction = self.begin(self.item(self.second) + credit, 200)
        self.assertEqual(transaction.amount, 200)
        answer, transaction = self.begin(credit, -50)
        self.assertIn("amount has changed", str(answer["error"]))
        self.assertFalse(transaction)

    def test_statements(self):
        self.authenticate("crmx_anna", "crmx_anna")
        response = self.url_open(
            "/my/debts/statement?kind=activity&date_from=2026-06-01&date_to=2026-06-30&format=xlsx"
        )
        self.assertTrue(response.content.startswith(b"PK"))
        html = self.url_open("/my/debts/statement?kind=outstanding&date_to=2026-06-30").text
        self.assertIn(self.first.name, html)
        self.assertNotIn(self.others.name, html)
        self.assertEqual(self.url_open("/my/debts/statement?kind=other").status_code, 404)
        self.assertEqual(self.url_open("/my/debts/statement?date_to=tomorrow").status_code, 404)
        wrong = self.url_open("/my/debts/statement?kind=activity&date_from=2026-07-01&date_to=2026-06-30")
        self.assertIn("ends before it begins", wrong.text)


@tagged("post_install", "-at_install")
class TestReceivablesPortalActs(PortalCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.sent = cls.act()
        cls.sent.action_mark_sent()
        cls.draft = cls.act()

    def test_the_other_party_reads_and_signs(self):
        self.authenticate("crmx_anna", "crmx_anna")
        self.assertIn(self.sent.name, self.url_open("/my/acts").text)
        self.assertNotIn(self.draft.name, self.url_open("/my/acts").text)
        page = self.url_open(f"/my/acts/{self.sent.id}").text
        self.assertIn("850.00", page)
        self.env.invalidate_all()
        self.assertEqual(self.sent.state, "seen")
        url = f"/my/acts/{self.sent.id}/sign?digest="
        answer = self.rpc(url + "old", name="Anna", signature=SIGNATURE)
        self.assertIn("changed since", answer["result"]["error"])
        answer = self.rpc(url + self.sent.digest, name="Anna", signature=SIGNATURE)
        self.assertTrue(answer["result"]["force_refresh"], answer)
        self.env.invalidate_all()
        self.assertEqual((self.sent.state, self.sent.signed_partner_id), ("signed", self.contact))
        pdf = self.url_open(f"/my/acts/{self.sent.id}/pdf").content
        self.assertEqual(pdf, self.sent.signed_file_id.raw)

    def differ(self, url="", **values):
        return self.url_open(
            f"/my/acts/{self.sent.id}/differs{url}",
            data={"csrf_token": Request.csrf_token(self), "digest": self.sent.digest, **values},
        )

    def test_the_other_party_differs(self):
        line = self.sent.line_ids[2]
        self.assertEqual(line.amount, -400)
        self.authenticate("crmx_anna", "crmx_anna")
        response = self.differ(**{f"amount_{line.id}": "five"})
        self.assertIn("Write amounts as numbers", response.text)
        response = self.differ(
            **{
                f"amount_{line.id}": "500,00",
                f"note_{line.id}": "We paid more",
                "add_amount_1": "30",
                "add_side_1": "credit",
                "add_name_1": "PAY 7",
                "add_date_1": "2026-06-29",
            }
        )
        self.assertIn("We have your differences", response.text)
        self.env.invalidate_all()
        self.assertEqual(
            (self.sent.state, line.their_amount, line.their_note), ("differs", -500, "We paid more")
        )
        self.assertEqual(self.sent.line_ids[-1].their_amount, -30)
        self.assertIn("PAY 7", self.sent.dispute_id.description)

    def test_who_has_the_link(self):
        self.authenticate(None, None)
        url = f"/my/acts/{self.sent.id}"
        self.assertEqual(self.url_open(url).status_code, 404)
        token = self.sent._portal_ensure_token()
        self.env.flush_all()
        self.assertEqual(self.url_open(f"{url}?access_token=wrong").status_code, 404)
        self.assertIn("850.00", self.url_open(f"{url}?access_token={token}").text)
        answer = self.rpc(
            f"{url}/sign?access_token={token}&digest={self.sent.digest}", name="Anna", signature=SIGNATURE
        )
        self.assertTrue(answer["result"].get("force_refresh"), answer)

    def test_who_may_not(self):
        self.authenticate("crmx_stranger", "crmx_stranger")
        for url in ("", "/pdf"):
            self.assertEqual(self.url_open(f"/my/acts/{self.sent.id}{url}").status_code, 404)
        self.assertNotIn(self.sent.name, self.url_open("/my/acts").text)
        self.assertEqual(self.differ(note="x").status_code, 404)
        answer = self.rpc(
            f"/my/acts/{self.sent.id}/sign?digest={self.sent.digest}", name="X", signature=SIGNATURE
        )
        self.assertIn("error", answer)
        self.authenticate("crmx_anna", "crmx_anna")
        self.assertEqual(self.url_open(f"/my/acts/{self.draft.id}").status_code, 404)
        self.env.invalidate_all()
        self.assertFalse(self.sent.signed_by)

    def test_colleagues_do_not_sign_for_the_customer(self):
        token = self.sent._portal_ensure_token()
        self.env.flush_all()
        new_test_user(self.env, "crmx_colleague", groups="account.group_account_user")
        self.authenticate("crmx_colleague", "crmx_colleague")
        url = f"/my/acts/{self.sent.id}"
        self.assertEqual(self.url_open(f"{url}?access_token={token}").status_code, 200)
        answer = self.rpc(
            f"{url}/sign?access_token={token}&digest={self.sent.digest}", name="X", signature=SIGNATURE
        )
        self.assertIn("other party", answer["result"]["error"])
        self.env.invalidate_all()
        self.assertEqual(self.sent.state, "sent", "a look of ours is none of theirs")


@tagged("post_install", "-at_install")
class TestReceivablesPortalTour(PortalCommon):
    """A customer's way through its pages, in a real browser."""

    def test_pays_a_selection_and_signs(self):
        # the provider sends the customer straight back
        self.provider.redirect_form_view_id.arch = '<form action="/my/acts" method="get"/>'
        later = self.invoice(60, "2026-06-10", ref="Not today")
        act = self.act()
        act.action_mark_sent()
        before = self.env["payment.transaction"].search([])
        self.start_tour("/my/debts", "crmx_portal_debts", login="crmx_anna")
        self.env.invalidate_all()
        transaction = self.env["payment.transaction"].search([]) - before
        self.assertEqual((transaction.amount, transaction.invoice_ids), (1250, self.first | self.second))
        transaction._set_done()
        transaction._post_process()
        self.assertEqual([self.item(m).amount_residual for m in (self.first, self.second, later)], [0, 0, 60])
        self.assertEqual((act.state, act.signed_by), ("signed", "Anna Adler"))
        self.assertTrue(act.signed_file_id.crmx_seal)
