"""Reconciliation acts: what they say, who answers what, and that a signed one stays as it is."""

import hashlib

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import AS_OF, ReceivablesCommon
from .common_mail import MailServerMixin

#: One white pixel.
SIGNATURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8/5+hHgAHggJ/PchI7wAAAABJRU5ErkJggg=="


class ActCommon(ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.email = "adler@example.com"
        cls.first = cls.invoice(1000, "2026-05-10")
        cls.second = cls.invoice(250, "2026-06-05")
        cls.payment(400, "2026-06-20")

    @classmethod
    def act(cls, **values):
        return cls.env["crmx.reconciliation.act"].create(
            {"partner_id": cls.customer.id, "date_from": "2026-06-01", "date_to": AS_OF, **values}
        )

    def figures(self, act):
        return [(line.kind, line.amount) for line in act.line_ids]

    def differ(self, act, differences, added=(), note="", digest=None):
        return act.sudo()._answer_differs(digest or act.digest, differences, added, note, self.customer)

    def sign(self, act, digest=None, name="Anna Adler"):
        return act.sudo()._answer_signed(digest or act.digest, name, SIGNATURE, self.customer)


@tagged("post_install", "-at_install")
class TestReceivablesAct(MailServerMixin, ActCommon):
    def test_each_company_counts_its_own(self):
        Act = self.env["crmx.reconciliation.act"]
        act = self.act()
        own = Act._sequence_of(self.company)
        self.assertEqual((own.company_id, Act._sequence_of(self.company)), (self.company, own))
        self.assertEqual(own.number_next_actual, int(act.name.rsplit("/", 1)[1]) + 1)
        other = Act._sequence_of(self.env["res.company"].create({"name": "Counts anew"}))
        self.assertEqual(other.next_by_id().rsplit("/", 1)[1].lstrip("0"), "1")
        # whose acts were numbered with everybody's goes on there
        own.unlink()
        shared = self.env.ref("crm_extended.sequence_reconciliation_act")
        shared.number_next_actual = 70
        self.assertEqual(self.act().name.rsplit("/", 1)[1].lstrip("0"), "70")
        self.assertEqual(Act._sequence_of(self.company).number_next_actual, 71)

    def test_what_it_says(self):
        act = self.act()
        self.assertRegex(act.name, r"RA/\d{4}/\d{4}")
        self.assertEqual(
            self.figures(act), [("opening", 1000), ("movement", 250), ("movement", -400), ("closing", 850)]
        )
        self.assertEqual((act.state, act.version), ("draft", 1))
        act.date_from = "2026-05-01"
        self.assertEqual(act.version, 2)
        self.assertEqual(self.figures(act)[:2], [("opening", 0), ("movement", 1000)])
        bill = self.invoice(30, "2026-06-02", move_type="in_invoice")
        self.assertEqual(self.figures(self.act())[-1], ("closing", 820))
        self.assertEqual(self.figures(self.act(side="receivable"))[-1], ("closing", 850))
        self.assertEqual(bill.state, "posted")

    def test_drawn_up_for_many_at_once(self):
        others = self.env["res.partner"].create([{"name": f"Act {number}"} for number in range(6)])
        for partner in others:
            self.invoice(10, "2026-06-03", partner=partner)
        one = self.act(partner_id=others[0].id)

        def count(acts):
            acts._read_rows()
            self.env.flush_all()
            before = self.cr.sql_log_count
            acts._read_rows()
            return self.cr.sql_log_count - before

        action = (others | self.customer).action_crmx_draw_up_acts()
        acts = one.search(action["domain"])
        self.assertEqual(acts.partner_id, others | self.customer)
        acts.write({"date_from": "2026-06-01", "date_to": AS_OF})
        self.assertEqual(count(acts), count(one))
        rows = acts._read_rows()
        closing = {act.partner_id: rows[act][-1]["amount"] for act in acts}
        self.assertEqual(closing[self.customer], 850)
        self.assertEqual({closing[partner] for partner in others}, {10})
        self.assertEqual(self.customer.action_crmx_draw_up_acts()["views"], [(False, "form")])

    def test_sent_seen_signed(self):
        act = self.act()
        act.action_send()
        with self.mail_server() as taken:
            self.trigger("ir_cron_reconciliation_act_send")
        self.assertEqual((act.state, act.send_state, len(taken)), ("sent", "sent", 1))
        body = taken[0].get_body(("html",)).get_content()
        self.assertIn(f"/my/acts/{act.id}?access_token={act.access_token}", body)
        with self.assertRaisesRegex(UserError, "other party has the act"):
            act.date_to = "2026-07-31"
        act.sudo()._set_seen()
        self.assertEqual(act.state, "seen")
        self.assertEqual(self.sign(act), "")
        self.assertEqual((act.state, act.signed_by), ("signed", "Anna Adler"))
        self.env.cr.precommit.run()
        log = self.env["crmx.receivables.log"].search(
            [("res_model", "=", act._name), ("res_id", "=", act.id)], order="id"
        )
        self.assertEqual(log.mapped("kind"), ["act_sent", "act_seen", "act_signed"])
        self.assertIn(act.signed_sha256, log[-1].data)

    def test_a_signed_act_cannot_be_altered(self):
        act = self.act()
        act.action_mark_sent()
        self.assertEqual(self.sign(act), "")
        file = act.signed_file_id
        self.assertEqual(hashlib.sha256(file.raw).hexdigest(), act.signed_sha256)
        self.assertIn("Anna Adler", file.raw.decode())
        for change in ({"raw": b"other"}, {"name": "other"}, {"res_id": 0}, {"crmx_seal": False}):
            with self.subTest(change=change), self.assertRaises(UserError):
                file.sudo().write(change)
        with self.assertRaisesRegex(UserError, "neither changed nor deleted"):
            file.sudo().unlink()
        for change in ({"state": "sent"}, {"signed_by": "Other"}, {"line_ids": [Command.clear()]}):
            with self.subTest(change=change), self.assertRaises(UserError):
                act.sudo().write(change)
        with self.assertRaises(UserError):
            act.sudo().unlink()
        for action in (act.action_draw_up, act.action_cancel):
            with self.assertRaises(UserError):
                action()
        self.assertEqual(act.action_verify_signature()["params"]["type"], "success")
        # past the ORM
        self.env.cr.execute(
            "UPDATE ir_attachment SET db_datas = 'forged', store_fname = NULL WHERE id = %s", [file.id]
        )
        file.invalidate_recordset()
        self.assertEqual(act.action_verify_signature()["params"]["type"], "danger")

    def test_an_act_that_changed_since_is_not_signed(self):
        act = self.act()
        act.action_mark_sent()
        shown = act.digest
        self.invoice(70, "2026-06-25")
        self.assertIn("Our books have changed", self.sign(act, shown))
        self.assertTrue(act.is_outdated)
        self.assertEqual((act.state, act.activity_ids.user_id), ("sent", act.user_id))
        act.action_draw_up()
        act.action_mark_sent()
        self.assertFalse(act.is_outdated)
        self.assertIn("changed since you opened", self.sign(act, shown))
        self.assertEqual(self.sign(act), "")
        # what is booked after the period does not matter
        later = self.act()
        later.action_mark_sent()
        self.invoice(5, "2026-07-01")
        self.assertEqual(self.sign(later), "")

    def test_who_does_not_sign(self):
        act = self.act()
        self.assertIn("cannot be answered", self.sign(act))
        act.action_mark_sent()
        self.assertIn("Write your name", self.sign(act, name=" "))
        self.assertIn("draw your signature", act.sudo()._answer_signed(act.digest, "Anna", "", self.customer))
        self.assertEqual((act.state, act.signed_by), ("sent", False))
        act.action_cancel()
        self.assertIn("cannot be answered", self.sign(act))

    def test_differences_open_a_dispute(self):
        act = self.act()
        act.action_mark_sent()
        invoiced = act.line_ids[1]
        added = [
            {"date": "2026-06-28", "name": "PAY 9", "amount": -100, "currency_id": self.usd.id},
        ]
        problem = self.differ(act, {invoiced.id: (200, "50 too much")}, added)
        self.assertEqual(problem, "")
        self.assertEqual(act.state, "differs")
        self.assertEqual((invoiced.is_different, invoiced.difference), (True, -50))
        self.assertEqual(act.line_ids[-1].kind, "theirs")
        dispute = act.dispute_id
        self.assertEqual(dispute.line_ids.move_line_id.move_id, self.second)
        self.assertEqual((dispute.line_ids.amount, dispute.line_ids.claim), (50, "50 too much"))
        self.assertIn("PAY 9", dispute.description)
        self.assertEqual((dispute.partner_id, dispute.user_id), (self.customer, act.user_id))
        # said again otherwise: the same dispute
        problem = self.differ(act, {invoiced.id: (150, "")}, note="Look again")
        self.assertEqual((problem, act.dispute_id), ("", dispute))
        self.assertEqual(act.line_ids.filtered("is_different"), invoiced)
        self.assertIn("Look again", dispute.message_ids[0].body)
        self.assertEqual(self.sign(act), "", "who agrees after all may sign")
        self.assertFalse(act.line_ids.filtered("is_different"))

    def test_differences_need_to_be_said(self):
        act = self.act()
        act.action_mark_sent()
        self.assertIn("which figures", self.differ(act, {}, note=" "))
        other = self.act().line_ids[0]
        self.assertIn("which", self.differ(act, {other.id: (1, "")}))
        self.assertIn("changed since", self.differ(act, {}, note="no", digest="x"))

    def test_nobody_says_himself_that_it_is_signed(self):
        user = new_test_user(
            self.env,
            "crmx_accountant",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        act = self.act().with_user(user)
        for vals in ({"state": "signed"}, {"signed_by": "me"}, {"digest": "x"}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                act.write(vals)
        with self.assertRaises(UserError):
            act.create({"partner_id": self.customer.id, "state": "signed"})
        with self.assertRaises(AccessError):
            act.line_ids[0].amount = 0
        seller = new_test_user(self.env, "crmx_seller", groups="sales_team.group_sale_salesman")
        with self.assertRaises(AccessError):
            act.with_user(seller).read(["name"])
        attachment = self.env["ir.attachment"].with_user(user).create({"name": "x", "crmx_seal": "y"})
        self.assertFalse(attachment.crmx_seal)
