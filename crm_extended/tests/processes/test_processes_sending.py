from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.base.models.ir_mail_server import IrMail_Server, MailDeliveryException

from .common import ProcessCase


@tagged("post_install", "-at_install")
class TestProcessesSending(ProcessCase):
    """Steps that send, by each way, and steps that wait for a message."""

    def sends(self, **step):
        process = self.process(
            {"name": "Ask", "performer": "initiator"},
            {"name": "Send", "kind": "send", **step},
            {"name": "After", "performer": "initiator"},
        )
        instance = self.begin(process)
        self.do(instance, "Ask", self.asker)
        self.assertEqual((instance.state, self.names(instance)), ("running", ["After"]))
        return instance

    def test_sms(self):
        self.document.phone = "+32470123456"
        template = self.env["sms.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "body": "Ready: {{ object.name }}",
            }
        )
        self.sends(send_by="sms", sms_template_id=template.id)
        sms = self.env["sms.sms"].search([("partner_id", "=", self.document.id)])
        self.assertEqual((sms.body, sms.state), ("Ready: Consumables", "outgoing"))

    def test_discuss(self):
        channel = self.env["discuss.channel"].create({"name": "Purchasing", "channel_type": "channel"})
        self.sends(send_by="discuss", channel_id=channel.id, message="Is <b>asked</b> for")
        body = channel.message_ids[0].body
        self.assertIn("Is &lt;b&gt;asked&lt;/b&gt; for", body)
        self.assertIn(f'data-oe-id="{self.document.id}"', body)
        self.sends(send_by="discuss", message="You are being heard", name="Other")
        notified = self.env["mail.notification"].search(
            [("res_partner_id", "=", self.asker.partner_id.id)], order="id DESC", limit=1
        )
        self.assertIn("You are being heard", notified.mail_message_id.body)

    def test_on_the_document(self):
        self.sends(send_by="note", message="Will come on Friday")
        self.assertIn("Will come on Friday", self.document.message_ids[0].body)

    def test_says_what_is_missing(self):
        for step, text in (
            ({"send_by": "sms"}, "choose the SMS"),
            ({"send_by": "discuss"}, "write the text"),
            ({"send_by": "note", "message": " "}, "write the text"),
            ({"send_by": "mail"}, "choose the mail"),
        ):
            with self.subTest(step=step), self.assertRaisesRegex(UserError, text):
                self.process({"name": "Send", "kind": "send", **step})

    @mute_logger("odoo.addons.mail.models.mail_mail")
    def test_the_mail_server_is_down(self):
        template = self.env["mail.template"].create(
            {
                "name": "Ready",
                "model_id": self.env["ir.model"]._get_id("res.partner"),
                "subject": "Gloves are ready",
                "body_html": "<p>Ready</p>",
                "email_to": "anna@customer.example",
                "email_from": "us@example.com",
                "auto_delete": False,
            }
        )
        with patch.object(IrMail_Server, "_connect__", side_effect=MailDeliveryException("down")):
            self.sends(send_by="mail", template_id=template.id)
            mail = self.env["mail.mail"].search([("subject", "=", "Gloves are ready")])
            self.assertEqual(mail.state, "outgoing", "the mail waits, the process does not")
            with self.enter_registry_test_mode():
                mail.send()
        self.assertEqual(mail.state, "exception")
        self.assertIn("down", mail.failure_reason)

    def waits(self):
        process = self.process(
            {"name": "Answer", "kind": "receive", "waits_for_message": True},
            {"name": "After", "performer": "initiator"},
        )
        instance = self.begin(process)
        self.assertEqual((instance.now, self.names(instance)), ("Answer", []))
        return instance

    def test_waits_for_a_mail_on_the_document(self):
        instance = self.waits()
        other = self.document.copy()
        other.message_post(body="Not here", message_type="email", email_from="x@example.com")
        self.document.with_user(self.asker).message_post(body="Ours", message_type="comment")
        self.document.message_post(body="By itself", message_type="notification")
        self.assertEqual(self.names(instance), [])
        self.document.message_post(body="Yes", message_type="email", email_from="anna@customer.example")
        self.assertEqual(self.names(instance), ["After"])
        self.env.cr.flush()
        entry = self.env["crmx.process.log"].search(
            [("res_id", "=", instance.id), ("kind", "=", "done")], limit=1
        )
        self.assertIn("anna@customer.example", entry.data)
        self.document.message_post(body="Again", message_type="email", email_from="anna@customer.example")
        self.assertEqual(self.names(instance), ["After"])

    def test_waits_for_a_comment_in_the_portal(self):
        instance = self.waits()
        portal = new_test_user(self.env, login="crmx_portal", groups="base.group_portal")
        self.document.message_post(
            body="Yes", message_type="comment", author_id=portal.partner_id.id, email_from=portal.email
        )
        self.assertEqual(self.names(instance), ["After"])
