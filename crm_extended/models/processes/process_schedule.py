"""How runs begin by the clock: every so often, on each document that is like this."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

_logger = logging.getLogger(__name__)

#: Documents on which runs are begun in one transaction.
BATCH = 100
PERIODS = [("hours", "Hours"), ("days", "Days"), ("weeks", "Weeks"), ("months", "Months")]


class ProcessSchedule(models.Model):
    _inherit = "crmx.process"

    starts_by_schedule = fields.Boolean(string="By the clock")
    schedule_number = fields.Integer(string="Every", default=1)
    schedule_period = fields.Selection(PERIODS, string="Period", default="months")
    date_next_start = fields.Datetime(
        string="Next on", help="On that day, and every so often from then on. What was missed is done once."
    )
    schedule_domain = fields.Char(
        string="On documents", default="[]", help="Each document that is like this at that moment gets a run."
    )
    schedule_last_id = fields.Integer(help="The last document of the present round.")

    _next_start_idx = models.Index("(date_next_start) WHERE starts_by_schedule")

    @api.constrains("starts_by_schedule", "schedule_number", "date_next_start")
    def _check_schedule(self):
        for process in self.filtered("starts_by_schedule"):
            if process.schedule_number < 1:
                raise ValidationError(self.env._("“%s”: every so often is at least every one.", process.name))
            if not process.date_next_start:
                raise ValidationError(self.env._("“%s”: say when it begins the next time.", process.name))

    @api.model
    def _cron_start(self):
        """Begin what the clock begins, in small transactions; several workers may do it at once."""
        due = self._due_to_start()
        for number, process in enumerate(due):
            try:
                with self.env.cr.savepoint():
                    # one round may take several transactions
                    more = process.try_lock_for_update(allow_referencing=True)._start_round()
            except psycopg2.OperationalError:
                self.env.cr.rollback()
                _logger.info("%s met a concurrent change", process)
                more = False
            except Exception as error:  # a scheduled action that raises is switched off by the host
                _logger.exception("%s could not begin", process)
                process._tell_about_start(error)
                process._plan_next()
                more = False
            remaining = len(due) - number - 1
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining or int(more)):
                return
            if more:
                return

    @api.model
    @api.private
    def _due_to_start(self):
        return self.search(
            [
                ("starts_by_schedule", "=", True),
                ("version_id", "!=", False),
                ("date_next_start", "<=", fields.Datetime.now()),
            ],
            order="date_next_start, id",
        )

    @api.private
    def _start_round(self):
        """Begin on the next documents of a round; :return: whether there are more."""
        if not self or self.date_next_start > fields.Datetime.now():
            return False  # another worker has done it
        # sudo: whose document it is does not matter; the run is the owner's, who must see the document
        model = self.env[self.model_name].with_user(self.owner_id)
        domain = Domain(self._evaluate(self.schedule_domain)) & Domain("id", ">", self.schedule_last_id)
        records = model.search(domain, order="id", limit=BATCH)
        moment = fields.Datetime.to_string(self.date_next_start)
        self._start_on(
            records,
            "schedule",
            {f"{self.id}:{record.id}:{moment}": record for record in records},
            self.owner_id,
        )
        if len(records) == BATCH:
            self.schedule_last_id = records[-1].id
            return True
        self._plan_next()
        return False

    @api.private
    def _plan_next(self):
        """Go on to the next moment that is not over yet: what was missed is not made up for."""
        step = {self.schedule_period or "months": max(self.schedule_number, 1)}
        now, moment, rounds = fields.Datetime.now(), self.date_next_start, 0
        first = moment
        while moment <= now:
            rounds += 1
            # always from the first day: the 31st does not become the 28th for good
            moment = fields.Datetime.add(first, **{name: number * rounds for name, number in step.items()})
        self.write({"date_next_start": moment, "schedule_last_id": 0})
