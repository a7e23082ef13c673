"""The ways that a reminder takes: each returns ("sent" | "failed" | "retry" | "unknown", what happened)."""

import smtplib

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.base.models.ir_mail_server import MailDeliveryException

from ...tools.collection import delivery_outcome

CALL = "crm_extended.mail_activity_type_dunning_call"
REPORT = "crm_extended.crmx_dunning_letter_report"
#: More documents than that would fill a mailbox: then the table in the text must do.
MAX_DOCUMENTS = 30
#: A server that is there and says "not now" is asked that often.
MAX_ATTEMPTS = 5


class DunningLetter(models.Model):
    _inherit = "crmx.dunning.letter"

    # === E-MAIL === #

    @api.private
    def _send_email(self):
        contact = (self.contact_id | self.partner_id).filtered("email_normalized")[:1]
        if not contact:
            return "failed", self.env._("There is no valid mail address.")
        mail = self._prepare_mail(contact)
        self.write({"state": "sending", "channel": "email", "attempts": self.attempts + 1})
        # committed before the mail server is spoken to: after a kill it is known that it may have left
        self.env["ir.cron"]._commit_progress()
        if not self.try_lock_for_update() or self.state != "sending":
            return "unknown", self.env._("Somebody else changed the message while it was being sent.")
        return self._hand_over(mail)

    @api.private
    def _prepare_mail(self, contact):
        """Return the mail, in the customer's chatter, that the host's own mail queue leaves alone."""
        mail = self.env["mail.mail"].search([("mail_message_id", "=", self.mail_message_id.id)], limit=1)
        if self.mail_message_id and mail:
            return mail
        self._freeze_texts()
        author = self._author()
        mail = mail.create(
            {
                "model": "res.partner",
                "res_id": self.partner_id.id,
                "message_type": "email_outgoing",
                "subtype_id": self.env.ref("mail.mt_note").id,
                "author_id": author.id,
                "email_from": author.email_formatted or self.company_id.email_formatted,
                "subject": self.subject,
                "body": self.body,
                "body_html": self.body,
                "recipient_ids": [fields.Command.set(contact.ids)],
                "attachment_ids": [fields.Command.set(self._documents().ids)],
                "is_notification": True,
                "auto_delete": False,
                # not "outgoing", which the host's queue would send once more after a kill
                "state": "exception",
                "failure_reason": self.env._("The reminder is being sent."),
            }
        )
        self._notify_by(mail, contact)
        self.write(
            {
                "mail_message_id": mail.mail_message_id.id,
                "message_id_sent": mail.message_id,
                "sent_to": contact.email_formatted,
            }
        )
        return mail

    @api.model
    def _notify_by(self, mail, contact):
        """The host's record of who is told by the mail; a bounce is told to it."""
        self.env["mail.notification"].create(
            {
                "author_id": mail.author_id.id,
                "mail_mail_id": mail.id,
                "mail_message_id": mail.mail_message_id.id,
                "res_partner_id": contact.id,
                "notification_type": "email",
                "notification_status": "ready",
                "is_read": True,
            }
        )

    @api.private
    def _hand_over(self, mail):
        mail.state = "outgoing"
        try:
            mail.send(raise_exception=True)
        except (MailDeliveryException, smtplib.SMTPException, AssertionError, OSError, UserError) as error:
            cause = error.args[1] if len(error.args) > 1 else None
            is_connecting = isinstance(cause, Exception)
            reason = (cause if is_connecting else error.__context__) or error
            mail.write({"state": "exception", "failure_reason": str(reason)})
            outcome = delivery_outcome(reason, is_connecting)
            if outcome == "retry" and not is_connecting and self.attempts > MAX_ATTEMPTS:
                outcome = "failed"
            return outcome, str(reason)
        if mail.state == "sent":
            return "sent", ""
        if mail.state == "outgoing":  # the host wants it later
            mail.state = "exception"
            return "retry", self.env._("The mail server takes no more mails for now.")
        return "failed", mail.failure_reason or self.env._("The mail server refused it.")

    @api.private
    def _author(self):
        """Who signs: the responsible person of the run, or the company when that is none with an address."""
        user = self.run_id.user_id
        is_person = user.partner_id.email and not user._is_superuser()
        return user.partner_id if is_person else self.company_id.partner_id

    @api.private
    def _documents(self):
        """Return the PDFs of the invoices, attached to the customer's chatter; what has none is left out."""
        if not self.level_id.attach_invoices:
            return self.env["ir.attachment"]
        moves = self.line_ids.move_id.filtered(lambda move: move.is_invoice())[:MAX_DOCUMENTS]
        values = []
        for move in moves:
            document = move._crmx_pdf()
            if document:
                name, content = document
                values.append(
                    {
                        "name": name,
                        "raw": content,
                        "mimetype": "application/pdf",
                        "res_model": "res.partner",
                        "res_id": self.partner_id.id,
                    }
                )
        return self.env["ir.attachment"].create(values)

    # === SMS, LETTER, CALL === #

    @api.private
    def _send_sms(self):
        number = self.contact_id.phone or self.partner_id.phone
        if not number:
            return "failed", self.env._("There is no phone number.")
        self._freeze_texts()
        # the host's queue sends it, and says later whether it arrived
        message = self.partner_id._message_sms(self._render_sms(), sms_numbers=[number], put_in_queue=True)
        self.write({"mail_message_id": message.id, "sent_to": number})
        if "exception" in message.notification_ids.mapped("notification_status"):
            return "failed", self.env._("%(number)s is no valid number.", number=number)
        return "sent", ""

    @api.private
    def _send_letter(self):
        address = self._postal_address()
        if not address:
            return "failed", self.env._("There is no postal address.")
        self._freeze_texts()
        self.sent_to = address
        try:
            content, _kind = self.env["ir.actions.report"]._render_qweb_pdf(REPORT, self.ids)
        except UserError as error:  # such as: wkhtmltopdf is missing
            return "failed", str(error)
        message = self.partner_id.message_post(
            body=self.env._("Letter to print: %(subject)s", subject=self.subject),
            attachments=[(f"{self.subject}.pdf", content)],
            subtype_xmlid="mail.mt_note",
        )
        self.mail_message_id = message
        return "sent", ""

    @api.private
    def _send_call(self):
        self._freeze_texts()
        self.partner_id.activity_schedule(
            CALL,
            summary=self.env._("%(level)s: %(amounts)s", level=self.level_id.name, amounts=self.amounts),
            note=self.items_table,
            user_id=(self.user_id or self.run_id.user_id).id,
        )
        return "sent", ""

    # === WHAT COMES BACK === #

    @api.private
    def _came_back(self, channel, note):
        """A message that did not arrive goes on by the next channel."""
        for letter in self.filtered(lambda letter: letter.state in ("sent", "unknown")):
            done = {*filter(None, (letter.channels_done or "").split(",")), channel}
            label = dict(self._fields["channel"]._description_selection(self.env))[channel]
            letter.write(
                {
                    "state": "queued",
                    "date_retry": False,
                    "error": "\n".join(filter(None, (letter.error, f"{label}: {note}"))),
                    "channels_done": ",".join(sorted(done)),
                }
            )
            letter._log("reminder_bounced", {"note": note})
            self.env.ref("crm_extended.ir_cron_dunning_send")._trigger()
