"""Notice that a reminder did not arrive."""

from odoo import models
from odoo.tools import html2plaintext


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def _routing_handle_bounce(self, email_message, message_dict):
        result = super()._routing_handle_bounce(email_message, message_dict)
        if ids := message_dict.get("bounced_msg_ids"):
            # sudo: mails come in as nobody in particular
            letters = self.env["crmx.dunning.letter"].sudo().search([("message_id_sent", "in", ids)])
            letters._came_back("email", html2plaintext(message_dict.get("body") or "").strip()[:500])
        return result


class MailNotification(models.Model):
    _inherit = "mail.notification"

    def write(self, vals):
        result = super().write(vals)
        if vals.get("notification_status") in ("bounce", "exception"):
            failed = self.filtered(lambda notification: notification.notification_type == "sms")
            if failed:
                # sudo: reminders whose SMS failed, whoever hears of it
                letters = self.env["crmx.dunning.letter"].sudo()
                letters = letters.search(
                    [("mail_message_id", "in", failed.mail_message_id.ids), ("channel", "=", "sms")]
                )
                letters._came_back("sms", vals.get("failure_reason") or vals.get("failure_type") or "")
        return result
