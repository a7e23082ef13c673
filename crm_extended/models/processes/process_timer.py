import logging
from datetime import datetime, time, timedelta, timezone

import psycopg2.errors

from odoo import api, fields, models

from ...tools.processes import BOUNDARY, TIMER, after_hours, leave

_logger = logging.getLogger(__name__)

#: Timers that one run of the scheduled action looks at before it says that there are more.
BATCH = 200
#: Days ahead of which the working hours are read at once.
NEXT_DAYS = timedelta(days=14)
UTC = timezone.utc


class ProcessTimer(models.Model):
    """A moment at which something happens to a step: it is over, late, or to be escalated."""

    _name = "crmx.process.timer"
    _description = "Process Timer"
    _order = "date_due, id"

    token_id = fields.Many2one("crmx.process.token", required=True, ondelete="cascade", index=True)
    item_id = fields.Many2one("crmx.work.item", ondelete="cascade", index="btree_not_null")
    node_id = fields.Many2one("crmx.process.node", ondelete="cascade", help="The timer at the border.")
    escalation_id = fields.Many2one("crmx.process.escalation", ondelete="cascade")
    date_due = fields.Datetime(required=True, index=True)

    @api.model
    @api.private
    def _set(self, rows):
        """Make timers of (token, step, timer in the drawing, level, moment); nothing hangs on them."""
        if rows:
            self.env.cr.execute_values(
                "INSERT INTO crmx_process_timer (token_id, item_id, node_id, escalation_id, date_due)"
                " VALUES %s",
                rows,
            )

    @api.model
    def _cron_fire(self):
        """Fire what is due, each in a transaction of its own. Several workers may do it at once."""
        due = self._due()
        for number, timer in enumerate(due):
            timer._fire_safely()
            remaining = len(due) - number - 1
            if not remaining and len(due) == BATCH:
                remaining = self.search_count([("date_due", "<=", fields.Datetime.now())], limit=BATCH)
            if not self.env["ir.cron"]._commit_progress(1, remaining=remaining):
                return

    @api.model
    @api.private
    def _due(self):
        """Return what is due, the oldest first; not all when there is much."""
        return self.search([("date_due", "<=", fields.Datetime.now())], limit=BATCH)

    @api.private
    def _fire_safely(self):
        """Fire unless somebody else does at this moment, or did."""
        try:
            with self.env.cr.savepoint():
                if self.try_lock_for_update() and self.exists():
                    self._fire()
                    self.env.flush_all()
        except psycopg2.errors.SerializationFailure:
            # somebody moved the same run: it is looked at again the next time
            self.env.cr.rollback()
            _logger.info("%s met a concurrent change", self)
        except Exception as error:  # a scheduled action that raises is switched off by the host
            _logger.exception("%s failed", self)
            self.token_id._fail(str(error))
            self.unlink()

    @api.private
    def _fire(self):
        self.ensure_one()
        token, escalation, node, item = self.token_id, self.escalation_id, self.node_id, self.item_id
        token.instance_id._lock()
        self.unlink()
        if token.state != "active":
            return
        if escalation:
            item._escalate(escalation)
        elif node.kind == BOUNDARY:
            token._leave_late(node)
        else:
            token._leave()


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _set_timers(self):
        """Set what happens to the step by the clock."""
        node, plan = self.node_id, self.instance_id.version_id._plan()
        if not plan.has_timers(node.ref):
            return
        rows = []
        if node.kind == TIMER:
            rows.append((self.id, None, None, None, self._after_clock(node.wait_hours)))
        if node.deadline_hours:
            deadline = min(self.item_ids.filtered("date_deadline").mapped("date_deadline"), default=None)
            due = deadline or self._after(node.deadline_hours, self.env["res.users"])
            rows += [
                (self.id, None, plan.nodes[timer.id], None, due) for timer in plan.graph.timers[node.ref]
            ]
            rows += [
                (
                    self.id,
                    item.id,
                    None,
                    level.id,
                    self._after(node.deadline_hours + level.hours, item.user_id),
                )
                for level in plan.levels[node.ref]
                for item in self.item_ids
            ]
        self.env["crmx.process.timer"]._set(rows)

    @api.private
    def _after_clock(self, hours):
        return fields.Datetime.add(fields.Datetime.now(), seconds=round(hours * 3600))

    @api.private
    def _after(self, hours, user):
        """Return the moment after so many working hours of somebody, else of the company, from now."""
        company, hours, now = self.instance_id.company_id, max(hours, 0), fields.Datetime.now()
        # sudo: working hours are no secret, and employees may be hidden from whoever is here
        employee = user.sudo().with_company(company).employee_id
        calendar = employee.resource_calendar_id or company.resource_calendar_id
        if not calendar:
            return self._after_clock(hours)
        soon = after_hours(self._next_hours(calendar, employee.resource_id, now), now, hours)
        planned = soon or calendar.plan_hours(hours, now, compute_leaves=True, resource=employee.resource_id)
        return planned or self._after_clock(hours)

    @api.private
    def _next_hours(self, calendar, resource, now):
        """Return the working hours of the next days; computed once in a transaction."""
        known = self.env.cr.precommit.data.setdefault("crmx.process.hours", {})
        key = (calendar.id, resource.id, now.date())
        if key not in known:
            start = datetime.combine(now, time.min, UTC)
            intervals = calendar._work_intervals_batch(start, start + NEXT_DAYS, resources=resource)
            known[key] = [
                (begin.astimezone(UTC).replace(tzinfo=None), end.astimezone(UTC).replace(tzinfo=None))
                for begin, end, _meta in intervals[resource.id]
            ]
        return known[key]

    @api.private
    def _leave_late(self, timer):
        """The deadline has passed: go on from the timer at the border."""
        instance = self.instance_id
        instance._log("late", {}, self.node_id)
        graph = instance.version_id._graph()
        instance._move(
            self if timer.is_interrupting else None,
            lambda waiting, decide: leave(graph, timer.ref, waiting, decide),
            user=instance.initiator_id,
            at=self,
        )
