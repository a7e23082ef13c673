import logging

import psycopg2.errors

from odoo import api, fields, models

_logger = logging.getLogger(__name__)

#: A chunk that met a concurrent change is tried again that often.
RETRIES = 3


class BatchProgress(models.AbstractModel):
    """A long piece of work cut into chunks, each committed with how far it got.

    Whatever kills the process, the next run goes on behind the last committed chunk. A model says
    how to begin (``_begin``) and what one chunk is (``_do_chunk``).
    """

    _name = "crmx.batch.progress"
    _description = "Work done in committed chunks"

    state = fields.Selection(
        [
            ("waiting", "Waiting"),
            ("running", "Running"),
            ("done", "Done"),
            ("failed", "Failed"),
        ],
        default="waiting",
        required=True,
        readonly=True,
    )
    position = fields.Integer(readonly=True, help="Where the next chunk starts.")
    total = fields.Integer(readonly=True, help="Records to look at, as estimated at the start.")
    done = fields.Integer(readonly=True, help="Records looked at.")
    percentage = fields.Float(compute="_compute_percentage", string="Progress (%)")
    date_start = fields.Datetime(string="Started", readonly=True)
    date_end = fields.Datetime(string="Finished", readonly=True)
    error = fields.Text(readonly=True)

    @api.depends("state", "total", "done")
    def _compute_percentage(self):
        for batch in self:
            if batch.state == "done":
                batch.percentage = 100.0
            else:
                # the total is an estimate: never claim to be ready before the end
                batch.percentage = min(99.0, 100.0 * batch.done / batch.total) if batch.total else 0.0

    @api.private
    def _begin(self):
        """Set ``position`` and ``total`` for a new run."""
        raise NotImplementedError

    @api.private
    def _do_chunk(self):
        """Do one chunk and move ``position``.

        :return: number of records looked at; 0 says that the work is finished
        """
        raise NotImplementedError

    @api.private
    def _finish(self):
        """Called once, in the transaction that ends the run."""

    @api.private
    def _restart(self):
        self.write({"state": "waiting", "date_start": False, "date_end": False, "error": False})

    @api.private
    def _work_off(self):
        """Run the batches in ``self`` one after the other until done or out of time.

        To be called by a scheduled action; commits after each chunk.
        """
        for batch in self:
            while batch.state in ("waiting", "running"):
                processed = batch._step()
                waiting = self.filtered(lambda b: b.state in ("waiting", "running"))
                remaining = sum(max(b.total - b.done, 1) for b in waiting)
                if not self.env["ir.cron"]._commit_progress(processed, remaining=remaining):
                    return

    @api.private
    def _step(self):
        """One chunk; an error is kept on the batch and does not stop the others."""
        for attempt in range(RETRIES):
            try:
                with self.env.cr.savepoint():
                    return self._advance()
            except psycopg2.errors.SerializationFailure:
                # somebody changed the same records: look at them again in a new transaction
                self.env.cr.rollback()
                _logger.info("%s: chunk met a concurrent change, attempt %s", self, attempt + 1)
            except Exception as error:
                _logger.exception("%s failed at position %s", self, self.position)
                self.write({"state": "failed", "error": str(error)})
                return 0
        return 0

    @api.private
    def _advance(self):
        if self.state == "waiting":
            self.write({"state": "running", "done": 0, "date_start": fields.Datetime.now(), "error": False})
            self._begin()
        processed = self._do_chunk()
        if processed:
            self.done += processed
        else:
            self._finish()
            self.write({"state": "done", "date_end": fields.Datetime.now()})
        return processed
