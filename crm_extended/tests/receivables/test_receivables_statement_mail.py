"""Statements by e-mail: each at most once, whatever happens on the way."""

import smtplib

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import AS_OF, ReceivablesCommon
from .common_mail import MailServerMixin

CRON = "ir_cron_statement_send"


@tagged("post_install", "-at_install")
class TestReceivablesStatementMail(MailServerMixin, ReceivablesCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(cls.env, "crmx_seller", groups="sales_team.group_sale_salesman")
        cls.customers = cls.env["res.partner"]
        for number in range(3):
            customer = cls.new_partner(f"Customer {number}", email=f"c{number}@example.com")
            cls.invoice(100 + number, "2026-05-01", partner=customer)
            cls.customers |= customer
        cls.customers.user_id = cls.seller

    def statements(self, partners=None):
        return self.env["crmx.statement"].create(
            [{"partner_id": p.id, "date_to": AS_OF} for p in partners or self.customers]
        )

    def states(self, statements):
        return statements.mapped("send_state")

    def test_each_is_sent_once_with_its_file(self):
        statements = self.statements()
        statements.action_send()
        with self.mail_server() as taken:
            self.trigger(CRON)
            self.trigger(CRON)
        self.assertEqual(self.states(statements), ["sent"] * 3)
        self.assertEqual(
            [mail["To"] for mail in taken], [f'"Customer {n}" <c{n}@example.com>' for n in range(3)]
        )
        self.assertEqual([mail["Message-Id"] for mail in taken], statements.mapped("send_message_id"))
        files = [part.get_filename() for part in taken[0].walk() if part.get_filename()]
        self.assertEqual(files, ["Open items 2026-06-30.pdf"])
        self.assertIn("102.00", statements[2].attachment_id.raw.decode())
        self.assertTrue(all(statements.mapped("send_date")))
        with self.assertRaisesRegex(UserError, "Send again"):
            statements.action_send()
        with self.assertRaisesRegex(UserError, "stays as it was"):
            statements[0].date_to = "2026-07-31"
        with self.assertRaisesRegex(UserError, "stays on record"):
            statements[0].unlink()

    def test_no_queue_of_the_host_sends_them(self):
        statement = self.statements(self.customers[0])
        statement.action_send()
        seen = []

        def fail(_message):
            with self.registry.cursor() as cr:  # what others see while the mail server is spoken to
                cr.execute("SELECT send_state FROM crmx_statement WHERE id = %s", [statement.id])
                seen.append(cr.fetchone()[0])
            raise ValueError("killed")

        with self.mail_server(fail), self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR"):
            self.trigger(CRON)
        self.assertEqual((statement.send_state, statement.send_reason), ("failed", "killed"))
        self.assertEqual(statement.mail_mail_id.state, "cancel")
        self.assertTrue(seen)

    def test_after_a_kill_it_is_unknown_and_rests(self):
        statements = self.statements()
        statements.action_send()
        # what a process leaves behind that is killed after its first commit
        first = self.env["crmx.statement"].browse()
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            first = self.env(cr=cr)["crmx.statement"].sudo()._outgoing_claim()
            dead = first.id
        first = self.env["crmx.statement"].browse(dead)
        self.assertEqual((first.send_state, first.mail_mail_id.state), ("sending", "cancel"))
        self.assertTrue(first.send_message_id)
        with (
            self.mail_server() as taken,
            self.assertLogs("odoo.addons.crm_extended.models.common.outgoing_message", "WARNING"),
        ):
            self.trigger(CRON)
        self.assertEqual(self.states(statements), ["unknown", "sent", "sent"])
        self.assertEqual(len(taken), 2)
        with self.mail_server() as taken:
            self.trigger(CRON)
        self.assertFalse(taken, "it is not sent by itself")
        with self.assertRaisesRegex(UserError, "Send again"):
            first.action_send()
        first.action_send_again()
        with self.mail_server() as taken:
            self.trigger(CRON)
        self.assertEqual((first.send_state, len(taken)), ("sent", 1))

    def test_a_connection_lost_on_the_way_is_unknown(self):
        statements = self.statements()
        statements.action_send()

        def fail(message):
            if "c1@" in message["To"]:
                raise smtplib.SMTPServerDisconnected("lost")

        with self.mail_server(fail), self.assertLogs("odoo.addons.mail.models.mail_mail", "ERROR"):
            self.trigger(CRON)
        self.assertEqual(self.states(statements), ["sent", "unknown", "sent"])
        self.assertEqual(statements[1].send_reason, "lost")
        statements.action_confirm_sent()
        self.assertEqual(self.states(statements), ["sent"] * 3)

    def test_without_a_mail_server_they_wait(self):
        statements = self.statements()
        statements.action_send()
        with self.mail_server(connect=OSError("refused")) as taken:
            self.trigger(CRON)
        self.assertEqual((self.states(statements), taken), (["queued"] * 3, []))
        self.assertIn("refused", statements[0].send_reason)
        statements[2].action_stop_sending()
        with self.mail_server() as taken:
            self.trigger(CRON)
        self.assertEqual((self.states(statements), len(taken)), (["sent", "sent", "draft"], 2))

    def test_what_cannot_be_sent_does_not_stop_the_others(self):
        self.customers[0].email = False
        statements = self.statements()
        statements.action_send()
        with self.mail_server():
            self.trigger(CRON)
        self.assertEqual(self.states(statements), ["failed", "sent", "sent"])
        self.assertIn("no e-mail address", statements[0].send_reason)

    def test_what_came_back_is_told_on_the_customer(self):
        statement = self.statements(self.customers[0])
        statement.action_send()
        with self.mail_server() as taken:
            self.trigger(CRON)
        bounce = f"""MIME-Version: 1.0
From: MAILER-DAEMON <MAILER-DAEMON@example.com>
To: bounce@{self.env.company.alias_domain_id.name or "example.com"}
Subject: Undelivered Mail Returned to Sender
Message-Id: <bounce-1@example.com>
In-Reply-To: {taken[0]["Message-Id"]}
Content-Type: multipart/report; report-type=delivery-status; boundary="x"

--x
Content-Type: text/plain

No such user.
--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

Final-Recipient: rfc822; c0@example.com
Action: failed
Status: 5.1.1

--x
Content-Type: message/rfc822

Message-Id: {taken[0]["Message-Id"]}
To: c0@example.com
Subject: Statement

--x--
"""
        self.env["mail.thread"].message_process(False, bounce)
        self.assertEqual(statement.send_state, "bounced")
        customer = self.customers[0]
        self.assertIn("c0@example.com does not take it", customer.message_ids[0].body)
        self.assertEqual(customer.activity_ids.user_id, self.seller)
        self.assertEqual(customer.message_bounce, 1)

    def test_nobody_says_himself_that_it_was_sent(self):
        user = new_test_user(
            self.env,
            "crmx_accountant",
            groups="account.group_account_user",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        statement = self.statements(self.customers[0]).with_user(user)
        with self.assertRaisesRegex(UserError, "only said by"):
            statement.send_state = "sent"
        with self.assertRaisesRegex(UserError, "only said by"):
            statement.attachment_id = self.env["ir.attachment"].create({"name": "x"})
        with self.assertRaisesRegex(UserError, "only said by"):
            statement.create({"partner_id": self.customer.id, "send_state": "sent"})
        statement.action_send()
        self.assertEqual(statement.send_state, "queued")
