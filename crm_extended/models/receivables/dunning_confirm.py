from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class DunningRun(models.Model):
    """From the review to the sending, and what ends a run."""

    _inherit = "crmx.dunning.run"

    def action_confirm(self):
        """Let the reviewed reminders be sent, in batches, by the scheduled action.

        What another run sends meanwhile is taken out, so that nobody gets the same level twice.
        """
        self.ensure_one()
        self.check_access("write")
        self.lock_for_update()
        if self.state != "draft" or self.is_dry:
            raise UserError(self.env._("Only a proposed run can be sent, and a dry run never."))
        # sudo: what follows from the review is written on messages of a run that the user may change
        letters = self.sudo().letter_ids.filtered(lambda letter: letter.state == "proposed")
        if not letters:
            raise UserError(self.env._("There is nothing to send. Propose reminders first."))
        self._claim_items()
        kept = letters.filtered("line_ids")
        (letters - kept).write(
            {"state": "dropped", "error": self.env._("Another run has sent all of it meanwhile.")}
        )
        kept.write({"state": "queued", "date_retry": False})
        self.sudo().state = "sending" if kept else "done"  # sudo: the state follows the button
        self._log("dunning_confirmed", {"reminders": len(kept), "amount": sum(kept.mapped("amount_company"))})
        # sudo: lets the scheduled action run now
        self.env.ref("crm_extended.ir_cron_dunning_send").sudo()._trigger()

    @api.private
    def _claim_items(self):
        """From now on the levels of the messages' items count, unless another run was faster."""
        self.env.flush_all()
        self.env.cr.execute(SQL(_CLAIM, run=self.id, date=self.date))
        self.env.invalidate_all()

    def action_cancel(self):
        """End the run: what has not left yet will not be sent."""
        self.check_access("write")
        for run in self:
            if run.state not in ("draft", "sending"):
                raise UserError(self.env._("The run is over already."))
            # sudo: as above
            waiting = run.sudo().letter_ids.filtered(lambda letter: letter.state in ("queued", "failed"))
            waiting._give_up(self.env._("The run was cancelled."))
            left = run.sudo().letter_ids.filtered("date_sent")  # sudo: as above
            run.sudo().state = "done" if left else "cancelled"  # sudo: as above
            run._log("dunning_cancelled", {"given_up": len(waiting)})

    @api.private
    def _close_finished(self):
        """Runs that have nothing left to send are done."""
        open_runs = self.search([("state", "=", "sending")])
        busy = self.env["crmx.dunning.letter"]._read_group(
            [("run_id", "in", open_runs.ids), ("state", "in", ("queued", "sending"))], ["run_id"]
        )
        (open_runs - self.union(*(run for [run] in busy))).write({"state": "done"})

    @api.private
    def _log(self, kind, data):
        self.env["crmx.receivables.log"]._append(
            [{"kind": kind, "record": self, "data": {"date": self.date, **data}}]
        )

    # === BY SCHEDULE === #

    @api.model
    def _cron_schedule(self):
        """Propose reminders for the companies whose day it is, and send them where that is set."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search(
            [
                ("crmx_use_receivables", "=", True),
                ("crmx_dunning_schedule", "!=", "manual"),
                ("crmx_dunning_next", "<=", today),
            ],
            order="id",
        )
        for done, company in enumerate(companies, start=1):
            if company.try_lock_for_update(allow_referencing=True):
                company._crmx_dun(today)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done):
                return


_CLAIM = """
    UPDATE crmx_dunning_line line
       SET is_live = claim.reason IS NULL,
           reason = claim.reason,
           date = %(date)s
      FROM (SELECT mine.id,
                   CASE WHEN mine.move_line_id IS NULL THEN 'gone'
                        WHEN EXISTS (
                             SELECT FROM crmx_dunning_line twin
                              WHERE twin.is_live
                                AND twin.move_line_id = mine.move_line_id
                                AND twin.level_number >= mine.level_number) THEN 'twice'
                    END AS reason
              FROM crmx_dunning_line mine
              JOIN crmx_dunning_letter letter ON letter.id = mine.letter_id
             WHERE letter.run_id = %(run)s
               AND letter.state = 'proposed'
               AND mine.reason IS NULL) claim
     WHERE line.id = claim.id
"""
