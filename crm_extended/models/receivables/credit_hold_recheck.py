"""Holds go by themselves when nothing stands against them any more, such as after a payment."""

from odoo import api, fields, models
from odoo.exceptions import UserError


class CreditHold(models.Model):
    _inherit = "crmx.credit.hold"

    #: Holds that are looked at and committed at once.
    _crmx_chunk = 100

    date_checked = fields.Date(readonly=True, copy=False, help="When it was last looked at again by itself.")

    @api.model
    @api.private
    def _cron_recheck(self):
        """Look again at what is on hold, once a day, in committed chunks; a run that was killed goes on."""
        self.env["crmx.credit.file"]._lift_blocks_of_reminders()
        today = fields.Date.context_today(self)
        due = [
            ("state", "=", "held"),
            "|",
            ("date_checked", "=", False),
            ("date_checked", "<", today),
        ]
        while holds := self.search(due, order="id", limit=self._crmx_chunk):
            # those that somebody decides on right now come with the next run
            holds = holds.try_lock_for_update()
            if not holds:
                return
            holds.date_checked = today
            holds._recheck_quietly()
            remaining = self.search_count(due)
            if not self.env["ir.cron"]._commit_progress(len(holds), remaining=remaining):
                return

    @api.private
    def _recheck_quietly(self):
        """Let go what may go and tell who sells it; an offer that has expired waits for a person."""
        live = self.filtered(lambda hold: hold.picking_id or not hold.order_id.is_expired)
        try:
            with self.env.cr.savepoint():
                live.action_recheck()
        except UserError:
            for hold in live:
                hold._recheck_alone()
        for hold in live.filtered(lambda hold: hold.state == "over"):
            hold._document().message_notify(
                subject=self.env._("No longer on credit hold: %s", hold.display_name),
                body=self.env._("Nothing stands against %s any more: it goes on.", hold.display_name),
                partner_ids=hold.user_id.partner_id.ids,
            )

    @api.private
    def _recheck_alone(self):
        try:
            with self.env.cr.savepoint():
                self.action_recheck()
        except UserError as error:
            # what keeps one document from going on must not keep the others
            self._message_log(body=self.env._("It could go on, but for this: %s", error))
