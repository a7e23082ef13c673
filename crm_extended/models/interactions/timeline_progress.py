from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ..common.event_source import Scope

#: Records looked at in one committed chunk.
CHUNK = 20_000
#: Rows without a source removed by one statement.
ORPHAN_CHUNK = 50_000
#: A check looks at what was written since the last one, and at everything once in so many days.
FULL_CHECK_DAYS = 7
#: A transaction may last that long: records written in it were stamped before it committed.
OVERLAP = timedelta(hours=12)


class TimelineProgress(models.Model):
    """How far the history is filled in and checked, a row a source and task."""

    _name = "crmx.timeline.progress"
    _inherit = "crmx.batch.progress"
    _description = "Filling and checking of the history"
    _order = "task DESC, source"
    _rec_name = "source"

    source = fields.Char(required=True, readonly=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    task = fields.Selection([("fill", "Fill in the past"), ("check", "Check")], required=True, readonly=True)
    rows = fields.Integer(readonly=True, help="Rows added or corrected in this run.")
    since = fields.Datetime(readonly=True, help="A check looks at records written from here on.")
    last_full = fields.Datetime(string="Last full check", readonly=True)
    missing = fields.Integer(readonly=True)
    wrong = fields.Integer(readonly=True)
    surplus = fields.Integer(readonly=True)
    sample = fields.Char(readonly=True)

    _source_uniq = models.Constraint("UNIQUE (source, task)", "A source is filled in once.")

    # -- scheduled actions ------------------------------------------------

    @api.model
    def _cron_fill(self):
        """Fill in the events that are older than the history itself."""
        if self.env["res.company"]._crmx_any_uses_interactions():
            self._sync_sources()
            self.search([("task", "=", "fill"), ("state", "in", ("waiting", "running"))])._work_off()

    @api.model
    def _cron_check(self):
        """Compare the history with its sources, correct it, and report what had drifted."""
        if not self.env["res.company"]._crmx_any_uses_interactions():
            return
        self._sync_sources()
        known = [source._source_model for source in self.env["crmx.event.source"]._sources()]
        while removed := self.env["crmx.timeline.event"]._remove_models(known, ORPHAN_CHUNK):
            self.env["ir.cron"]._commit_progress(removed)
        filled = self.search([("task", "=", "fill"), ("state", "=", "done")]).mapped("source")
        checks = self.search([("task", "=", "check"), ("source", "in", filled)])
        # what a run that was killed or out of time has left goes on where it was; else all start anew
        unfinished = checks.filtered(lambda c: c.state in ("waiting", "running"))
        if not unfinished:
            checks._restart()
        (unfinished or checks)._work_off()

    @api.model
    @api.private
    def _filled(self):
        """How much of the past is in the history.

        :return: percentage of the records looked at, None when all were
        """
        rows = self.search_fetch([("task", "=", "fill")], ["state", "total", "done"])
        if all(row.state == "done" for row in rows):
            return None
        # a source that has not begun counts by its percentage alone
        return sum(rows.mapped("percentage")) / len(rows)

    @api.model
    def _sync_sources(self):
        """One row a task for each source; add-ons come and go."""
        sources = {s._name: s._source_model for s in self.env["crmx.event.source"]._sources()}
        gone = self.search([("source", "not in", list(sources))])
        gone.unlink()
        existing = {(row.source, row.task) for row in self.search([])}
        return self.create(
            [
                {"source": source, "res_model": model_name, "task": task}
                for source, model_name in sources.items()
                for task in ("fill", "check")
                if (source, task) not in existing
            ]
        )

    @api.model
    def _restart_all(self):
        """After the history was off: add what is missing, correct what has changed."""
        self._sync_sources()
        self.search([("state", "!=", "waiting")])._restart()
        self.search([("task", "=", "check")]).last_full = False
        for xmlid in ("crm_extended.ir_cron_timeline_fill", "crm_extended.ir_cron_timeline_check"):
            if cron := self.env.ref(xmlid, raise_if_not_found=False):
                cron._trigger()

    def action_restart(self):
        """Run the selected rows again from the beginning, as soon as the scheduler can."""
        self.check_access("read")
        rows = self.sudo()  # sudo: whoever sees the rows may start them; nobody edits them
        rows._restart()
        rows.filtered(lambda row: row.task == "check").last_full = False
        for task, xmlid in (("fill", "ir_cron_timeline_fill"), ("check", "ir_cron_timeline_check")):
            if any(row.task == task for row in self):
                # sudo: starting a job of ours early is all that it does
                self.env.ref(f"crm_extended.{xmlid}").sudo()._trigger()

    # -- one run ----------------------------------------------------------

    def _begin(self):
        table = SQL.identifier(self.env[self.res_model]._table)
        [[highest]] = self.env.execute_query(SQL("SELECT coalesce(max(id), 0) FROM %s", table))
        [[estimate]] = self.env.execute_query(
            SQL(
                "SELECT greatest(reltuples, 0)::bigint FROM pg_class WHERE oid = %s::regclass",
                self.env[self.res_model]._table,
            )
        )
        self.write({"position": highest, "total": min(estimate or highest, highest)})
        self.write({"rows": 0, "missing": 0, "wrong": 0, "surplus": 0, "sample": False})
        if self.task == "check":
            full_due = fields.Datetime.now() - timedelta(days=FULL_CHECK_DAYS)
            full = not self.last_full or self.last_full < full_due
            last = self.env["crmx.timeline.drift"].search([("source", "=", self.source)], limit=1)
            self.since = False if full or not last else last.date_start - OVERLAP

    def _do_chunk(self):
        scope, count, next_position = self._next_scope()
        if not count:
            return 0
        source = self.env[self.source]
        if self.task == "fill":
            self.rows += self.env["crmx.timeline.event"]._append(source, scope)
        else:
            self._note_changes(self.env["crmx.timeline.event"]._refresh(source, scope))
        self.position = next_position
        return count

    def _next_scope(self):
        """Newest first: what happened lately is what people look for.

        :return: the scope, the number of records in it, the position behind it
        """
        table = SQL.identifier(self.env[self.res_model]._table)
        recent = SQL("AND write_date >= %s", self.since) if self.since else SQL()
        rows = self.env.execute_query(
            SQL(
                "SELECT id FROM %s WHERE id <= %s %s ORDER BY id DESC LIMIT %s",
                table,
                self.position,
                recent,
                CHUNK,
            )
        )
        if not rows:
            return None, 0, 0
        lowest = rows[-1][0]
        if self.since:
            return Scope(ids=[record_id for [record_id] in rows]), len(rows), lowest - 1
        return Scope(low=lowest, high=self.position), len(rows), lowest - 1

    def _note_changes(self, changes):
        """Count what a check had to correct, with some examples."""
        if not changes:
            return
        counts = {"missing": 0, "wrong": 0, "surplus": 0}
        for change, _res_id, _commercial_id in changes:
            counts[change] += 1
        examples = [f"{change} {res_id}" for change, res_id, _commercial_id in changes[:5]]
        self.write(
            {
                **{name: self[name] + count for name, count in counts.items()},
                "rows": self.rows + len(changes),
                "sample": self.sample or ", ".join(examples),
            }
        )

    def _finish(self):
        if self.task != "check":
            return
        orphans = 0
        while removed := self.env["crmx.timeline.event"]._remove_orphans(self.res_model, ORPHAN_CHUNK):
            orphans += removed
        if not self.since:
            self.last_full = self.date_start
        self.env["crmx.timeline.drift"].create(
            {
                "source": self.source,
                "res_model": self.res_model,
                "date_start": self.date_start,
                "full": not self.since,
                "checked": self.done,
                "missing": self.missing,
                "wrong": self.wrong,
                "surplus": self.surplus,
                "orphaned": orphans,
                "sample": self.sample,
            }
        )
