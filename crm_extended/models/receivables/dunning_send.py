"""Reminders on their way: in committed steps, so that nothing is sent twice whatever kills the server."""

import logging

import psycopg2
from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

CHANNELS = ("email", "sms", "letter", "call")
#: Minutes until the next try while the mail server is down: longer each time, up to the last one.
RETRY_MINUTES = (5, 15, 60, 240)


class DunningLetter(models.Model):
    _inherit = "crmx.dunning.letter"

    #: Messages that are compared with the ledger at once, before they are sent one by one.
    _crmx_chunk = 50

    @api.model
    def _cron_send(self):
        """Send what is to be sent, each message in its own transaction."""
        self._mark_interrupted()
        last = 0
        while letters := self._next_to_send(last):
            last = letters[-1].id
            letters = letters.try_lock_for_update()
            letters._drop_settled()
            self.env["ir.cron"]._commit_progress()
            for letter in letters:
                letter._deliver()
                left = self.search_count([("state", "=", "queued"), ("date_retry", "=", False)])
                if not self.env["ir.cron"]._commit_progress(1, remaining=left):
                    return
        self.env["crmx.dunning.run"]._close_finished()
        self._trigger_retries()

    @api.model
    def _next_to_send(self, last):
        return self.search(
            [
                ("id", ">", last),
                ("state", "=", "queued"),
                "|",
                ("date_retry", "=", False),
                ("date_retry", "<=", fields.Datetime.now()),
            ],
            order="id",
            limit=self._crmx_chunk,
        )

    @api.model
    def _trigger_retries(self):
        [[first]] = self._read_group([("state", "=", "queued")], aggregates=["date_retry:min"])
        if first:
            self.env.ref("crm_extended.ir_cron_dunning_send")._trigger(first)

    @api.model
    def _mark_interrupted(self):
        """What was being sent when the server stopped may have left: say so, and leave it to people."""
        interrupted = self.search([("state", "=", "sending")]).try_lock_for_update()
        interrupted._set_unknown(
            self.env._("The server stopped while the message was being sent: the customer may have it.")
        )
        if interrupted:
            self.env["ir.cron"]._commit_progress()

    @api.private
    def _set_unknown(self, note):
        self.write({"state": "unknown", "error": note, "date_sent": fields.Datetime.now()})
        self._log("reminder_unknown", {})

    # === ONE MESSAGE === #

    @api.private
    def _deliver(self):
        """Send one message by the channels of its level; in the end there is always a call."""
        self.ensure_one()
        if not self.try_lock_for_update() or self.state != "queued":
            return
        try:
            self._go_through_channels()
        except psycopg2.Error:
            raise  # the transaction is lost; what was being sent is unknown to the next run
        except Exception as error:
            # such as a text that cannot be rendered: somebody must look at it, and the others go on
            _logger.warning("Reminder %s was not sent", self.id, exc_info=True)
            if self._may_have_left():
                self._set_unknown(str(error))
            else:
                self.write({"state": "failed", "error": str(error)})
                self._log("reminder_failed", {"error": str(error)})

    @api.private
    def _may_have_left(self):
        return self.state in ("sending", "sent") or self.channel in (self.channels_done or "").split(",")

    @api.private
    def _go_through_channels(self):
        level = self.level_id
        used = False
        for channel in self._channels_left():
            outcome, note = getattr(self, f"_send_{channel}")()
            if outcome == "retry":
                self._retry_later(note)
                return
            if outcome == "unknown":
                self._set_unknown(note)
                return
            self._note_channel(channel, outcome, note)
            used = used or outcome == "sent"
            if used and level.is_first_only:
                break
        if not used:
            self._send_call()
            self._note_channel("call", "sent", "")
        self._set_sent()

    @api.private
    def _channels_left(self):
        done = (self.channels_done or "").split(",")
        return [channel for channel in CHANNELS if self.level_id[f"by_{channel}"] and channel not in done]

    @api.private
    def _note_channel(self, channel, outcome, note):
        done = [*filter(None, (self.channels_done or "").split(",")), channel]
        values = {"channels_done": ",".join(done), "state": "queued"}
        if outcome == "sent":
            values["channel"] = channel
        if note:
            label = dict(self._fields["channel"]._description_selection(self.env))[channel]
            values["error"] = "\n".join(filter(None, (self.error, f"{label}: {note}")))
        self.write(values)

    @api.private
    def _retry_later(self, note):
        minutes = RETRY_MINUTES[min(self.attempts, len(RETRY_MINUTES)) - 1]
        self.write(
            {
                "state": "queued",
                "date_retry": fields.Datetime.now() + relativedelta(minutes=minutes),
                "error": note,
            }
        )

    @api.private
    def _set_sent(self):
        now = fields.Datetime.now()
        self.write({"state": "sent", "date_sent": now, "date_retry": False, "hold": self.level_id.hold})
        self.line_ids.date = fields.Date.context_today(self)
        self._hold_orders()
        self._log("reminder_sent", {"subject": self.subject, "body": str(self.body or "")})

    @api.private
    def _hold_orders(self):
        """Block the customers whose level asks for it, unless somebody has blocked them before."""
        today = fields.Date.context_today(self)
        for letter in self.filtered("hold"):
            file = self.env["crmx.credit.file"]._open_for(letter.partner_id, letter.company_id)
            if not file._is_blocked_on(today):
                file._block(letter.subject or letter.level_id.name, until=False, letter=letter)

    @api.private
    def _asked_items(self):
        """Return the journal items that the reminders asked to be paid."""
        return self.line_ids.filtered(lambda line: not line.reason).move_line_id

    @api.private
    def _freeze_texts(self):
        """Keep what the messages say; from here on it never changes."""
        fresh = self.filtered(lambda letter: not letter.subject)
        texts = fresh._render_texts()
        for letter in fresh:
            letter.subject, letter.body = texts[letter.id]

    # === WHAT CHANGED SINCE THE REVIEW === #

    @api.private
    def _drop_settled(self):
        """Take out what the customers do not owe any more; never ask for more than was reviewed."""
        today = fields.Date.context_today(self)
        for company, letters in self.grouped("company_id").items():
            fresh = letters.filtered(lambda letter: not letter.subject)  # those that did not leave before
            rows = self.env["crmx.dunning.run"]._due_now(company, today, fresh.partner_id)
            for letter in fresh:
                letter._compare(rows)

    @api.private
    def _compare(self, rows):
        dropped = []
        for line in self.line_ids:
            row = rows.get(line.move_line_id.id)
            if not row or row["reason"]:
                dropped.append(line.move_id.name or line.move_line_id.name or "–")
                line.write({"reason": row["reason"] if row else "gone", "is_live": False})
            elif line.currency_id.compare_amounts(row["amount"], line.amount) < 0:
                names = ("open_amount", "promised", "planned", "disputed", "covered", "amount")
                names += ("amount_company",)
                line.write({name: row[name] for name in names})
        if not dropped:
            self.amount_company = sum(self.line_ids.mapped("amount_company"))
            return
        note = self.env._("Not owed any more: %(documents)s.", documents=", ".join(dropped))
        self.invalidate_recordset(["line_ids", "dropped_line_ids"])
        self.amount_company = sum(self.line_ids.mapped("amount_company"))
        minimum = self.run_id._minimums().get(self.level_id.id, 0)
        if not self.line_ids or self.currency_id.compare_amounts(self.amount_company, minimum) < 0:
            self._give_up(note)
        else:
            self.error = note

    @api.private
    def _give_up(self, note):
        """Not sent, and its levels count no more."""
        self.write({"state": "dropped", "error": note})
        self.line_ids.is_live = False

    @api.private
    def _log(self, kind, data):
        """Take down in the register what became of the messages, as they were sent."""
        self.env["crmx.receivables.log"]._append(
            {"kind": kind, "record": letter, "data": {**letter._log_data(), **data}} for letter in self
        )

    @api.private
    def _log_data(self):
        return {
            "level": self.level_number,
            "channel": self.channel or "",
            "to": self.sent_to or "",
            "message_id": self.message_id_sent or "",
            "items": [
                {
                    "item": line.move_line_id.display_name,
                    "id": line.move_line_id.id,
                    "amount": line.amount,
                    "currency": line.currency_id.name,
                }
                for line in self.line_ids
            ],
            "documents": [
                {"name": document.name, "sha1": document.checksum}
                # sudo: what went along with the message
                for document in self.sudo().mail_message_id.exists().attachment_ids
            ],
        }
