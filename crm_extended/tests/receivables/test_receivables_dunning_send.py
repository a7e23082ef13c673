"""From the review to the customer: what is sent, what is not, and what is kept of it."""

import base64
import json
import smtplib
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.mail.tests.common import MailCase

from .common import AS_OF
from .dunning_common import DunningCommon

#: What the server of a customer without a mailbox answers, by RFC 3464.
BOUNCE = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.customer.example>
To: bounce@us.example
Subject: Undelivered Mail Returned to Sender
Message-Id: <20260701080000.bounce@mx.customer.example>
Date: Wed, 1 Jul 2026 08:00:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="frontier"

--frontier
Content-Type: text/plain; charset=us-ascii

I am sorry: the mailbox is unknown.

--frontier
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.customer.example

Final-Recipient: rfc822; adler@customer.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--frontier
Content-Type: {original}

From: books@us.example
To: adler@customer.example
Subject: Reminder
Message-Id: {message_id}

--frontier--
"""


@tagged("post_install", "-at_install")
class TestReceivablesDunningSend(DunningCommon, MailCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.email = "books@us.example"
        cls.due = cls.invoice(100, "2026-05-01", "2026-06-01")
        cls.first.attach_invoices = False

    def send(self, run=None, day=AS_OF, **smtp):
        """Confirm a run and let the scheduled action send it on a day; return its messages.

        :param smtp: methods of the mail server to put others in place of
        """
        run = run or self.run_on()
        if run.state == "draft":
            run.action_confirm()
        with freeze_time(day), self.mock_mail_gateway():
            if smtp:
                with patch.multiple(type(self.env["ir.mail_server"]), **smtp):
                    self.trigger("ir_cron_dunning_send")
            else:
                self.trigger("ir_cron_dunning_send")
        return run.letter_ids

    def trigger(self, name):
        self.env.flush_all()
        with self.enter_registry_test_mode():
            self.env.ref(f"crm_extended.{name}").sudo().method_direct_trigger()
        self.env.invalidate_all()

    def entries(self, letter, kind):
        self.env.cr.precommit.run()
        return self.env["crmx.receivables.log"].search(
            [("kind", "=", kind), ("res_model", "=", letter._name), ("res_id", "=", letter.id)]
        )

    # === SENT === #

    def test_mail_is_sent_and_kept(self):
        letter = self.send()
        self.assertEqual((letter.state, letter.channel, letter.error), ("sent", "email", False))
        self.assertEqual(len(self._mails), 1)
        mail = self._mails[0]
        self.assertIn("adler@customer.example", mail["email_to"][0])
        self.assertEqual(mail["message_id"], letter.message_id_sent)
        self.assertIn("100.00", mail["body"])
        self.assertIn(self.due.name, mail["body"])
        self.assertIn("100.00", mail["subject"])
        self.assertIn(letter.mail_message_id, self.customer.message_ids)
        [entry] = self.entries(letter, "reminder_sent")
        data = json.loads(entry.data)
        self.assertEqual(data["message_id"], letter.message_id_sent)
        self.assertEqual(data["body"], str(letter.body))
        self.assertEqual(letter.run_id.state, "done")
        self.assertEqual(self.customer.crmx_dunning_count, 1)

    def test_what_was_sent_stays(self):
        letter = self.send()
        body = letter.body
        self.env.ref("crm_extended.mail_template_dunning_1").body_html = "<p>Another text</p>"
        self.due.payment_reference = "changed"
        self.assertEqual(letter.preview_body, body)
        user = self.env["res.users"].create(
            {
                "name": "Collector",
                "login": "dunning_collector",
                "group_ids": [Command.set(self.env.ref("account.group_account_user").ids)],
                "company_ids": [Command.set(self.company.ids)],
                "company_id": self.company.id,
            }
        )
        with self.assertRaises(UserError):
            letter.with_user(user).subject = "Another"
        with self.assertRaises(UserError):
            letter.with_user(user).level_id = self.second
        with self.assertRaises(UserError):
            letter.run_id.unlink()

    def test_preview_is_what_is_sent(self):
        run = self.run_on()
        preview = str(run.letter_ids.preview_body)
        self.assertEqual(str(self.send(run).body), preview)

    def test_language_of_the_addressee(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.env.ref("crm_extended.mail_template_dunning_1").with_context(
            lang="fr_FR"
        ).body_html = "<div><p>Bonjour</p><div t-out='object.items_table'/></div>"
        self.customer.lang = "fr_FR"
        letter = self.send()
        self.assertIn("Bonjour", letter.body)
        self.assertIn("06/01/2026", str(letter.body).replace("01/06/2026", "06/01/2026"))

    def test_timeline(self):
        letter = self.send()
        self.env.cr.precommit.run()
        events = (
            self.env["crmx.timeline.event"]
            .sudo()
            .search([("res_model", "=", letter._name), ("res_id", "=", letter.id)])
        )
        self.assertEqual(events.mapped("kind"), ["reminder"])

    # === REVIEW === #

    def test_exclude_and_postpone(self):
        run = self.run_on()
        run.letter_ids.action_exclude()
        with self.assertRaisesRegex(UserError, "nothing to send"):
            run.action_confirm()
        run.letter_ids.action_include()
        wizard = self.env["crmx.dunning.postpone"].create(
            {"letter_ids": run.letter_ids.ids, "date_until": "2026-07-10"}
        )
        wizard.action_postpone()
        self.assertEqual(run.letter_ids.state, "postponed")
        self.assertAsks({}, "2026-07-10", {"stopped": 1})
        self.assertAsks({(1, "USD"): 100}, "2026-07-11")

    def test_change_level(self):
        run = self.run_on()
        run.letter_ids.level_id = self.second
        letter = self.send(run)
        self.assertEqual((letter.level_number, letter.line_ids.level_number), (2, 2))
        self.assertAsks({}, "2026-09-30", {"last_level": 1})

    def test_nobody_gets_a_level_twice_by_hand(self):
        self.send()
        run = self.run_on("2026-07-31")
        with self.assertRaisesRegex(UserError, "had level 1 already"):
            run.letter_ids.level_id = self.first

    def test_dry_run_is_in_nobodys_way(self):
        dry = self.run_on(is_dry=True)
        self.assertEqual(len(dry.letter_ids), 1)
        with self.assertRaises(UserError):
            dry.action_confirm()
        self.assertEqual(self.send().state, "sent")

    # === MEANWHILE === #

    def test_paid_between_proposal_and_sending(self):
        run = self.run_on()
        self.reconcile(self.due, self.payment(100, "2026-06-30"))
        letter = self.send(run)
        self.assertEqual(letter.state, "dropped")
        self.assertIn(self.due.name, letter.error)
        self.assertFalse(self._mails)
        self.assertEqual(letter.dropped_line_ids.mapped("reason"), ["gone"])
        self.assertFalse(letter.dropped_line_ids.is_live)

    def test_reversed_between_proposal_and_sending(self):
        run = self.run_on()
        self.due._reverse_moves([{"invoice_date": "2026-06-30", "date": "2026-06-30"}], cancel=True)
        letter = self.send(run)
        self.assertEqual(letter.state, "dropped")
        self.assertIn(self.due.name, letter.error)
        self.assertFalse(self._mails)
        self.assertEqual(letter.dropped_line_ids.mapped("reason"), ["gone"])

    def test_partly_paid_between_proposal_and_sending(self):
        other = self.invoice(70, "2026-05-01", "2026-06-02")
        run = self.run_on()
        self.reconcile(self.due, self.payment(100, "2026-06-30"))
        self.payment(30, "2026-06-30")
        letter = self.send(run)
        self.assertEqual((letter.state, letter.amount_company), ("sent", 40))
        self.assertNotIn(self.due.name, letter.body)
        self.assertIn(other.name, letter.body)

    def test_two_runs(self):
        """The second one finds its items taken, whichever of them was proposed first."""
        one, two = self.run_on(), self.run_on()
        two.action_confirm()
        one.action_confirm()
        self.assertEqual((one.letter_ids.state, two.letter_ids.state), ("dropped", "queued"))
        self.assertEqual(one.letter_ids.dropped_line_ids.reason, "twice")
        self.assertEqual(one.state, "done")

    @mute_logger("odoo.sql_db")
    def test_two_runs_at_the_same_moment(self):
        """Neither sees what the other one wrote: the database lets only one of them."""
        one, two = self.run_on(), self.run_on()
        one.letter_ids.line_ids.sudo().is_live = True
        self.env.flush_all()
        with self.assertRaises(IntegrityError), self.env.cr.savepoint():
            two.letter_ids.line_ids.sudo().is_live = True
            self.env.flush_all()

    # === WHAT GOES WRONG === #

    def test_no_address_falls_back_to_a_call(self):
        self.customer.email = False
        letter = self.send()
        self.assertEqual((letter.state, letter.channel), ("sent", "call"))
        self.assertIn("no valid mail address", letter.error)
        call = self.customer.activity_ids
        self.assertEqual(call.activity_type_id, self.env.ref("crm_extended.mail_activity_type_dunning_call"))
        self.assertIn(self.due.name, call.note)

    def test_letter_when_there_is_no_mail_address(self):
        self.customer.write({"email": False, "street": "Road 1", "city": "Town"})
        self.first.by_letter = True
        letter = self.send()
        self.assertEqual((letter.state, letter.channel), ("sent", "letter"))
        self.assertIn("Road 1", letter.sent_to)
        self.assertEqual(len(letter.mail_message_id.attachment_ids), 1)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_refused_address_falls_back(self):
        def refuse(server, message, *args, **kwargs):
            raise smtplib.SMTPRecipientsRefused({"adler@customer.example": (550, b"no such user")})

        letter = self.send(send_email=refuse)
        self.assertEqual((letter.state, letter.channel), ("sent", "call"))
        self.assertIn("no such user", letter.error)

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_connection_lost_in_between_is_unknown(self):
        def lose(server, message, *args, **kwargs):
            raise smtplib.SMTPServerDisconnected("lost")

        letter = self.send(send_email=lose)
        self.assertEqual(letter.state, "unknown")
        self.assertEqual(letter.run_id.problem_count, 1)
        self.send(letter.run_id, "2026-07-02")
        self.assertFalse(self._mails)
        self.assertAsks({}, "2026-08-30", {"pending": 1})
        letter.action_was_sent()
        self.assertEqual(letter.state, "sent")
        self.assertAsks({(2, "USD"): 100}, "2026-08-30")

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_server_down_is_tried_again(self):
        def refuse(*args, **kwargs):
            raise ConnectionRefusedError("down")

        run = self.run_on()
        self.send(run, _connect__=refuse)
        letter = run.letter_ids
        self.assertEqual((letter.state, letter.attempts, run.retry_count), ("queued", 1, 1))
        self.assertIn("down", letter.error)
        message_id = letter.message_id_sent
        self.send(run, "2026-07-01")
        self.assertEqual((letter.state, letter.message_id_sent), ("sent", message_id))
        self.assertEqual(len(self._mails), 1)

    def test_interrupted_is_unknown_and_not_sent_again(self):
        run = self.run_on()
        run.action_confirm()
        run.letter_ids.sudo().state = "sending"
        self.send(run)
        self.assertEqual(run.letter_ids.state, "unknown")
        self.assertFalse(self._mails)
        run.letter_ids.action_was_not_sent()
        self.assertEqual(run.letter_ids.state, "dropped")
        self.assertAsks({(1, "USD"): 100})

    def bounce(self, letter, original):
        """Feed the mail gateway what a mail server sends back about a reminder.

        :param original: what it sends along of the reminder: "message/rfc822" or its head alone,
            "text/rfc822-headers"
        """
        self.env["mail.thread"].message_process(
            False, BOUNCE.format(original=original, message_id=letter.message_id_sent)
        )

    def test_bounce_makes_a_call(self):
        letter = self.send()
        message = letter.mail_message_id
        self.assertFalse(self.customer.activity_ids)
        self.bounce(letter, "message/rfc822")
        self.assertEqual(letter.state, "queued")
        self.assertEqual(message.notification_ids.notification_status, "bounce")
        self.send(letter.run_id)
        self.assertEqual((letter.state, letter.channel), ("sent", "call"))
        self.assertIn("mailbox is unknown", letter.error)
        call = self.customer.activity_ids
        self.assertEqual(call.activity_type_id, self.env.ref("crm_extended.mail_activity_type_dunning_call"))
        self.assertIn(self.due.name, call.note)
        self.assertFalse(self._mails)
        self.assertTrue(self.entries(letter, "reminder_bounced"))

    def test_bounce_with_the_head_alone(self):
        letter = self.send()
        self.bounce(letter, "text/rfc822-headers")
        self.bounce(letter, "text/rfc822-headers")  # once more, by another server
        self.send(letter.run_id)
        self.assertEqual((letter.state, letter.channel), ("sent", "call"))
        self.assertEqual(len(self.customer.activity_ids), 1)

    def test_hold_blocks_the_customer_once_it_is_sent(self):
        self.first.hold = True
        run = self.run_on()
        files = self.env["crmx.credit.file"].sudo()
        mine = [("partner_id", "=", self.customer.id), ("is_blocked", "=", True)]
        self.assertFalse(run.letter_ids.hold or files.search(mine))
        self.assertTrue(self.send(run).hold)
        file = files.search(mine)
        self.assertIn("100.00", file.block_reason)
        files._lift_blocks_of_reminders()
        self.assertTrue(file.is_blocked)
        self.reconcile(self.due, self.payment(100, "2026-06-29"))
        files._lift_blocks_of_reminders()
        self.assertFalse(file.is_blocked or file.block_letter_id)
        self.assertTrue(self.entries(file, "customer_unblocked"))

    @mute_logger("odoo.addons.crm_extended.models.receivables.dunning_send")
    def test_error_after_the_mail_has_left_is_unknown(self):
        run = self.run_on()
        with patch.object(type(run.letter_ids), "_hold_orders", side_effect=ValueError("too late")):
            letter = self.send(run)
        self.assertEqual((letter.state, letter.error, len(self._mails)), ("unknown", "too late", 1))

    def test_documents_go_along(self):
        self.first.attach_invoices = True
        self.due.invoice_pdf_report_file = base64.b64encode(b"%PDF-1.4 made by a test")
        self.due.invalidate_recordset(["invoice_pdf_report_id"])
        letter = self.send()
        self.assertEqual(len(self._mails[0]["attachments"]), 1)
        self.assertEqual(letter.mail_message_id.attachment_ids.raw, b"%PDF-1.4 made by a test")
        [entry] = self.entries(letter, "reminder_sent")
        [document] = json.loads(entry.data)["documents"]
        self.assertEqual(document["sha1"], letter.mail_message_id.attachment_ids.checksum)

    def test_sms_and_what_becomes_of_it(self):
        self.customer.phone = "+1 202 555 0123"
        self.first.write(
            {
                "by_email": False,
                "by_sms": True,
                "sms_template_id": self.env.ref("crm_extended.sms_template_dunning").id,
            }
        )
        letter = self.send()
        self.assertEqual((letter.state, letter.channel), ("sent", "sms"))
        sms = self.env["sms.sms"].search([("mail_message_id", "=", letter.mail_message_id.id)])
        self.assertIn("100.00", sms.body)
        self.assertEqual(sms.state, "outgoing")
        sms._update_sms_state_and_trackers("error", "sms_credit")
        self.assertEqual(letter.state, "queued")
        self.send(letter.run_id)
        self.assertEqual((letter.state, letter.channel), ("sent", "call"))
        self.assertIn("sms_credit", letter.error)

    @mute_logger("odoo.addons.crm_extended.models.receivables.dunning_send")
    def test_text_that_cannot_be_rendered_stops_no_other(self):
        other = self.new_partner("Bauer", email="bauer@customer.example")
        self.invoice(50, "2026-05-01", "2026-06-01", partner=other)
        run = self.run_on()
        render = type(run.letter_ids)._render_texts

        def fail(letters):
            if letters.partner_id == self.customer:
                raise ValueError("no such field")
            return render(letters)

        with patch.object(type(run.letter_ids), "_render_texts", fail):
            letters = self.send(run)
        bad = letters.filtered(lambda letter: letter.partner_id == self.customer)
        self.assertEqual((bad.state, bad.error, (letters - bad).state), ("failed", "no such field", "sent"))
        bad.action_send_again()
        self.send(run)
        self.assertEqual((bad.state, len(self._mails)), ("sent", 1))

    # === BY SCHEDULE === #

    def test_schedule(self):
        self.company.write(
            {"crmx_dunning_schedule": "send", "crmx_dunning_interval": 7, "crmx_dunning_next": AS_OF}
        )
        runs = self.env["crmx.dunning.run"]
        mine = [("company_id", "=", self.company.id)]
        with freeze_time(AS_OF):
            self.trigger("ir_cron_dunning_schedule")
            self.trigger("ir_cron_dunning_schedule")
        run = runs.search(mine)
        self.assertEqual((len(run), run.state, run.is_automatic), (1, "sending", True))
        self.assertEqual(str(self.company.crmx_dunning_next), "2026-07-07")
        self.assertEqual(self.send(run).state, "sent")
