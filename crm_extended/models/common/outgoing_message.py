"""Documents that are mailed in bulk, and never twice."""

import logging
import smtplib

import psycopg2
import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError

from .plain_fields import PlainMany2one

_logger = logging.getLogger(__name__)

#: Set by the mechanism alone.
GIVEN = {"send_state", "send_date", "send_to", "send_reason", "send_message_id", "mail_mail_id"}
#: Only somebody who asks for it has these sent (again).
RESTING = ("draft", "failed", "unknown", "bounced", "sent")
#: How many waiting messages are looked at to find one that no other process has.
WINDOW = 20
#: A claim that met a concurrent change is tried again that often.
RETRIES = 3


class OutgoingMessage(models.AbstractModel):
    """A document that a scheduled action mails to its customer, at most once.

    A message is committed as "being sent", with its Message-ID, before the mail server hears of it. A
    process that dies in between leaves it so, and nobody can tell whether the server has taken it: the next
    run calls it "unknown", and it is not sent again unless somebody asks for it. The mail itself goes
    through the host's mail, but is never in a state in which the host's own queue would send it.

    A model says what is sent (`_outgoing_values`), names the scheduled action that calls
    `_outgoing_work_off` (`_outgoing_cron`), and may say more when it was sent or came back
    (`_outgoing_sent`, `_outgoing_bounced`). It has `partner_id` and `company_id`.
    """

    _name = "crmx.outgoing.message"
    _inherit = "mail.thread"
    _description = "Document that is mailed"

    #: XML id of the scheduled action that sends.
    _outgoing_cron = ""
    #: Fields that only the mechanism and what it calls set.
    _outgoing_given = GIVEN

    send_state = fields.Selection(
        [
            ("draft", "Not sent"),
            ("queued", "Waiting"),
            ("sending", "Being sent"),
            ("sent", "Sent"),
            ("failed", "Failed"),
            ("unknown", "Unknown"),
            ("bounced", "Came back"),
        ],
        string="E-mail",
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        help="Unknown: the server stopped while the mail was handed over. It may have arrived, so it is not "
        "sent again by itself.",
    )
    send_date = fields.Datetime(string="Sent on", readonly=True, copy=False)
    send_to = fields.Char(string="Sent to", readonly=True, copy=False)
    send_reason = fields.Text(string="Why not", readonly=True, copy=False)
    send_message_id = fields.Char(string="Message-ID", readonly=True, copy=False)
    mail_mail_id = PlainMany2one("mail.mail", readonly=True, copy=False)

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su and any(self._outgoing_given & vals.keys() for vals in vals_list):
            raise UserError(self.env._("What was sent is only said by what was sent."))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su and self._outgoing_given & vals.keys():
            raise UserError(self.env._("What was sent is only said by what was sent."))
        return super().write(vals)

    # === TO BE SAID BY THE MODEL === #

    @api.private
    def _outgoing_values(self):
        """Return values of the `mail.mail`: subject, body_html, email_to or recipient_ids, attachment_ids, …

        Called once a message, right before it is sent, in the language of the customer and in the message's
        company. What it makes (attachments) is committed before the mail server is spoken to.

        :raise UserError: when it cannot be sent, in words that the user reads
        """
        raise NotImplementedError

    @api.private
    def _outgoing_sent(self):
        """The mail server has taken it; called in the transaction that says so."""

    @api.private
    def _outgoing_bounced(self, email):
        """It came back. Tell those who look after the customer, on the customer."""
        partner = self.partner_id
        text = self.env._(
            "“%(document)s” came back: %(email)s does not take it.",
            document=self.display_name,
            email=email or self.send_to or "",
        )
        partner.message_post(body=text)
        user = self._outgoing_user()
        if user.active and not user.share:
            partner.activity_schedule(
                "mail.mail_activity_data_todo", summary=self.env._("Find the right address"), note=text,
                user_id=user.id,
            )  # fmt: skip

    @api.private
    def _outgoing_user(self):
        """Who deals with what came back."""
        return self.partner_id.user_id or self.create_uid

    # === WHAT USERS ASK FOR === #

    def action_send(self):
        """Have them sent, those not yet sent or failed; the others need `action_send_again`."""
        self.check_access("write")
        fresh = self.filtered(lambda message: message.send_state in ("draft", "failed"))
        if not fresh:
            raise UserError(self.env._("There is nothing to send: what was sent before needs “Send again”."))
        fresh._outgoing_queue()

    def action_send_again(self):
        """Have them sent once more, because somebody says so."""
        self.check_access("write")
        again = self.filtered(lambda message: message.send_state in RESTING)
        again._outgoing_queue()
        for message in again:
            message.message_post(body=self.env._("To be sent again."))

    def action_stop_sending(self):
        """Take back what is still waiting."""
        self.check_access("write")
        # sudo: only the state, of documents that the user may change
        waiting = self.sudo().filtered(lambda message: message.send_state == "queued")
        waiting.try_lock_for_update(allow_referencing=True).send_state = "draft"

    def action_confirm_sent(self):
        """Somebody knows that it arrived."""
        self.check_access("write")
        # sudo: only the state, of documents that the user may change
        unknown = self.sudo().filtered(lambda message: message.send_state == "unknown")
        unknown.write({"send_state": "sent", "send_reason": False})
        for message in unknown.sudo(False):
            message._outgoing_sent()
            message.message_post(body=self.env._("It is known to have arrived."))

    @api.private
    def _outgoing_queue(self):
        # sudo: only the state, of documents that the caller may change
        self.sudo().write({"send_state": "queued", "send_reason": False, "send_date": False})
        # sudo: wakes the scheduled action that sends them
        self.env.ref(self._outgoing_cron).sudo()._trigger()

    # === SENDING === #

    @api.model
    @api.private
    def _outgoing_work_off(self):
        """Send what is waiting, one by one; to be called by a scheduled action, which it commits.

        Any number of such actions may run at once: each takes messages that no other has.
        """
        messages = self.sudo()  # sudo: the scheduled action sends for everybody
        messages._outgoing_sweep()
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=messages.search_count([("send_state", "=", "queued")]))
        while message := messages._outgoing_claim():
            go_on = message.send_state != "sending" or message._outgoing_deliver()
            if not cron._commit_progress(1) or not go_on:
                return

    @api.model
    def _outgoing_sweep(self):
        """Call unknown what a process that is gone was sending.

        A living one holds the lock of what it sends. It takes it a moment after its commit; should this look
        fall into that moment, the message is not sent.
        """
        stale = self.search([("send_state", "=", "sending")]).try_lock_for_update(allow_referencing=True)
        if stale:
            stale.write(
                {
                    "send_state": "unknown",
                    "send_reason": self.env._("The server stopped while it was handed over."),
                }
            )
            _logger.warning("%s: unknown whether sent", stale)

    @api.model
    def _outgoing_claim(self):
        """Take the next waiting message; commit it as being sent, with its mail, or as failed.

        :return: the message; none when nothing waits that is not taken already
        """
        for _attempt in range(RETRIES):
            try:
                waiting = self.search([("send_state", "=", "queued")], order="id", limit=WINDOW)
                message = waiting.try_lock_for_update(allow_referencing=True, limit=1)
                if message:
                    message._outgoing_prepare()
                    self.env.cr.commit()  # pylint: disable=invalid-commit
                return message
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()  # somebody else took it: look again
        return self.browse()

    @api.private
    def _outgoing_prepare(self):
        """Make the mail, in a state that the host's queue leaves alone."""
        message = self.with_company(self.company_id).with_context(lang=self.partner_id.lang)
        try:
            with self.env.cr.savepoint():
                values = message._outgoing_values()
                mail = self.env["mail.mail"].create(
                    {
                        "model": self._name,
                        "res_id": self.id,
                        "record_company_id": self.company_id.id,
                        "auto_delete": False,
                        **values,
                        "state": "cancel",
                    }
                )
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if not isinstance(error, UserError):
                _logger.exception("%s cannot be prepared", self)
            self.write({"send_state": "failed", "send_reason": str(error)})
            return
        recipients = [mail.email_to, *mail.recipient_ids.mapped("email_formatted")]
        self.write(
            {
                "send_state": "sending",
                "send_to": ", ".join(filter(None, recipients)),
                "send_message_id": mail.message_id,
                "mail_mail_id": mail.id,
            }
        )

    @api.private
    def _outgoing_deliver(self):
        """Hand the committed mail over; the caller commits.

        :return: whether to go on with other messages; not when there is no mail server to talk to
        """
        try:
            if self.try_lock_for_update(allow_referencing=True).send_state != "sending":
                return True  # somebody has found out or decided otherwise meanwhile
            self.mail_mail_id.state = "outgoing"  # for this transaction only: the queue never sees it
            self.mail_mail_id.send()
            state = self._outgoing_settle()
            self.flush_recordset()
        except (smtplib.SMTPServerDisconnected, psycopg2.Error) as error:
            # the mail server may have taken it before
            self.env.cr.rollback()
            self.write({"send_state": "unknown", "send_reason": str(error)})
            return True
        return state != "queued"

    @api.private
    def _outgoing_settle(self):
        """Take over what became of the mail; return the state."""
        mail = self.mail_mail_id
        if mail.state == "sent":
            self.write({"send_state": "sent", "send_date": fields.Datetime.now(), "send_reason": False})
            self._outgoing_sent()
        elif mail.state == "exception" and not mail.failure_type:
            # the host sets a type unless it could not even connect: nothing was said to the mail server
            self.write({"send_state": "queued", "send_reason": mail.failure_reason, "mail_mail_id": False})
            mail.unlink()
        else:
            reason = mail.failure_reason or self.env._("Sending e-mail is switched off on this system.")
            self.write({"send_state": "failed", "send_reason": reason})
            mail.state = "cancel"
        return self.send_state

    def _message_receive_bounce(self, email, partner):
        result = super()._message_receive_bounce(email, partner)
        # sudo: the mail gateway reports for everybody
        for message in self.sudo().filtered(lambda message: message.send_state in ("sent", "unknown")):
            message.write(
                {"send_state": "bounced", "send_reason": self.env._("%s does not take it.", email or "")}
            )
            message._outgoing_bounced(email)
        return result
