from odoo import fields, models
from odoo.exceptions import UserError


class DunningLetter(models.Model):
    """What people decide about messages of which nobody knows whether they left, or that failed."""

    _inherit = "crmx.dunning.letter"

    def action_was_sent(self):
        """The customer has it: its level counts."""
        self._decide("sent", self.env._("Somebody found out that the customer has it."))

    def action_was_not_sent(self):
        """The customer does not have it, and will not get it: its level does not count."""
        self._decide("dropped", self.env._("Somebody decided that it is not sent."))

    def action_send_again(self):
        """Send it once more, though the customer may have it already: with the same Message-ID."""
        self._decide("queued", self.env._("Somebody decided to send it once more."))
        # sudo: lets the scheduled action run now
        self.env.ref("crm_extended.ir_cron_dunning_send").sudo()._trigger()

    def _decide(self, state, note):
        self.check_access("write")
        self.lock_for_update()
        if self.filtered(lambda letter: letter.state not in ("unknown", "failed")):
            raise UserError(self.env._("Only of failed or unknown reminders is there something to decide."))
        # sudo: only the state, of messages that the user may change
        letters = self.sudo()
        values = {"state": state, "date_retry": False}
        if state != "sent":
            values["date_sent"] = False
        letters.write(values)
        if state == "sent":
            for letter in letters:
                letter.hold = letter.level_id.hold
                letter.date_sent = letter.date_sent or fields.Datetime.now()
            letters._hold_orders()
        if state == "dropped":
            letters.line_ids.is_live = False
        letters.run_id.filtered(lambda run: state == "queued" and run.state == "done").state = "sending"
        letters._message_log_batch(bodies={letter.id: note for letter in letters})
        letters._log("reminder_settled", {"decision": state})

    def action_print(self):
        """Print the messages as letters."""
        return self.env.ref("crm_extended.crmx_dunning_letter_report").report_action(self)
