"""The week of the workshop: what each bay and mechanic has to do, against the working time that there is."""

from collections import defaultdict
from datetime import datetime, time, timedelta

from pytz import utc

from odoo import api, fields, models
from odoo.tools import format_date

from ...tools.workshop_load import clip, hours_by_day, spread
from .work_order import OPEN

DAYS = 7
#: Who has entered hours within so many days is a mechanic.
RECENT_DAYS = 90
#: How far an order may reach beyond the week and still be spread day by day.
HORIZON = timedelta(days=60)


class WorkshopLoad(models.AbstractModel):
    """All times in here are naive, and the user's own."""

    _name = "crmx.workshop.load"
    _description = "Load of the Workshop"

    @api.model
    @api.readonly
    def get_week(self, day=False):
        """Return the load of a week, in the companies that the user works in.

        Bays are loaded by the time that orders are planned in them; mechanics by what is left of the norms
        of their jobs, spread over their working time until the order is to be done.

        :param day: any day of the week; today without
        """
        self.env["crmx.work.order"].check_access("read")
        today = fields.Date.context_today(self)
        first = fields.Date.to_date(day) or today
        first -= timedelta(days=first.weekday())
        days = [first + timedelta(days=number) for number in range(DAYS)]
        spans = self._spans(days)
        return {
            "start": fields.Date.to_string(first),
            "today": fields.Date.to_string(today),
            "days": [
                {"date": fields.Date.to_string(d), "label": format_date(self.env, d, date_format="EEE d MMM")}
                for d in days
            ],
            "orders": {str(order.id): self._card(order) for order in spans},
            "groups": [
                {"kind": "bay", "label": self.env._("Bays"), "rows": self._bays(spans, days)},
                {"kind": "mechanic", "label": self.env._("Mechanics"), "rows": self._mechanics(spans, days)},
            ],
        }

    @api.model
    @api.private
    def _card(self, order):
        return {
            "name": order.name,
            "title": order.title,
            "vehicle": order.vehicle_id.license_plate or order.vehicle_id.display_name,
            "state": order.state,
            "is_urgent": order.priority == "1",
        }

    # === TIME === #

    @api.model
    @api.private
    def _local(self, moment):
        """Return a moment of the database, or an aware one, in the user's time."""
        aware = moment if moment.tzinfo else utc.localize(moment)
        return aware.astimezone(self.env.tz).replace(tzinfo=None)

    @api.model
    @api.private
    def _utc(self, moment):
        return self.env.tz.localize(moment).astimezone(utc)

    @api.model
    @api.private
    def _spans(self, days):
        """Return the open orders of some days: `{order: (from, until)}`; what is late is there until now."""
        first, last = datetime.combine(days[0], time.min), datetime.combine(days[-1], time.max)
        begin, end = (self._utc(moment).replace(tzinfo=None) for moment in (first, last))
        orders = self.env["crmx.work.order"].search(
            [
                ("state", "in", OPEN),
                ("company_id", "in", self.env.companies.ids),
                ("date_planned", "<=", end),
                *("|", ("state", "=", "progress"), ("date_planned_end", ">=", begin)),
            ],
            order="date_planned, id",
        )
        spans = {}
        for order in orders:
            running = order.state == "progress"
            start = order.date_start if running and order.date_start else order.date_planned
            until = max(order.date_planned_end or start, start + timedelta(hours=1))
            if running:
                until = max(until, fields.Datetime.now())
            span = self._local(start), self._local(until)
            if clip([span], first, last):
                spans[order] = span
        return spans

    @api.model
    @api.private
    def _window(self, spans, days):
        """Return from when until when working time matters: the week, and the orders that reach beyond."""
        first, last = datetime.combine(days[0], time.min), datetime.combine(days[-1], time.max)
        begin = max(min([first, *(span[0] for span in spans.values())]), first - HORIZON)
        return begin, min(max([last, *(span[1] for span in spans.values())]), last + HORIZON)

    # === BAYS === #

    @api.model
    @api.private
    def _bays(self, spans, days):
        bays = self.env["crmx.workshop.bay"].search([("company_id", "in", self.env.companies.ids)])
        by_bay = defaultdict(list)
        for order in spans:
            by_bay[order.bay_id].append(order)
        begin, end = datetime.combine(days[0], time.min), datetime.combine(days[-1], time.max)
        opening = {company: self._opening(company, begin, end) for company in bays.company_id}
        rows = [self._bay_row(bay, by_bay.pop(bay, ()), spans, opening[bay.company_id], days) for bay in bays]
        left = [order for orders in by_bay.values() for order in orders]
        if left:
            rows.append(self._bay_row(bays.browse(), left, spans, (), days))
        return rows

    @api.model
    @api.private
    def _opening(self, company, begin, end):
        """Return when the company works."""
        calendar = company.resource_calendar_id
        if not calendar:
            return [(begin, end)]
        spans = calendar._work_intervals_batch(self._utc(begin), self._utc(end))[False]
        return [(self._local(start), self._local(until)) for start, until, _meta in spans]

    @api.model
    @api.private
    def _bay_row(self, bay, orders, spans, opening, days):
        planned, shown = [0.0] * DAYS, [[] for _day in days]
        for order in orders:
            there = [part for span in opening for part in clip([span], *spans[order])]
            for number, hours in enumerate(hours_by_day(there, days)):
                planned[number] += hours
            for number, hours in enumerate(hours_by_day([spans[order]], days)):
                if hours:
                    shown[number].append(order.id)
        return self._row(bay, self.env._("No bay yet"), hours_by_day(opening, days), planned, shown)

    @api.model
    @api.private
    def _row(self, record, nobody, available, planned, shown):
        return {
            "id": record.id,
            "name": record.name or nobody,
            "days": [
                {"available": round(a, 2), "planned": round(p, 2), "orders": orders}
                for a, p, orders in zip(available, planned, shown, strict=True)
            ],
        }

    # === MECHANICS === #

    @api.model
    @api.private
    def _mechanics(self, spans, days):
        work = self._work(spans)
        mechanics = self._who() | self.env["hr.employee"].union(*(employee for employee, _order in work))
        begin, end = self._window(spans, days)
        free = self._working_time(mechanics, begin, end)
        rows = []
        for mechanic in [*mechanics.sorted("name"), mechanics.browse()]:
            mine = {order: hours for (employee, order), hours in work.items() if employee == mechanic}
            if mechanic or mine:
                rows.append(self._mechanic_row(mechanic, mine, spans, free.get(mechanic.id, []), days))
        return rows

    @api.model
    @api.private
    def _who(self):
        """Return those who have entered hours of late."""
        since = fields.Datetime.subtract(fields.Datetime.now(), days=RECENT_DAYS)
        groups = self.env["crmx.work.order.time"]._read_group(
            [("date_start", ">=", since), ("company_id", "in", self.env.companies.ids)], ["employee_id"]
        )
        return self.env["hr.employee"].union(*(employee for (employee,) in groups))

    @api.model
    @api.private
    def _work(self, spans):
        """Return what is left of the norms: `{(mechanic, order): hours}`; jobs of several are shared."""
        result = defaultdict(float)
        nobody = self.env["hr.employee"]
        orders = self.env["crmx.work.order"].union(*spans)
        for job in orders.job_ids.filtered(lambda job: not job.is_done):
            left = max(0.0, job.norm_hours - job.actual_hours)
            for mechanic in job.employee_ids or [nobody]:
                result[(mechanic, job.order_id)] += left / max(1, len(job.employee_ids))
        return result

    @api.model
    @api.private
    def _working_time(self, mechanics, begin, end):
        """Return when mechanics work, less their leave: `{employee id: [(from, until)]}`."""
        # sudo: when somebody works, whoever may see the employee's data
        resources = mechanics.sudo().resource_id
        found, _calendars = resources._get_valid_work_intervals(self._utc(begin), self._utc(end))
        return {
            mechanic.id: [
                (self._local(start), self._local(until))
                for start, until, _meta in found[mechanic.sudo().resource_id.id]  # sudo: as above
            ]
            for mechanic in mechanics
        }

    @api.model
    @api.private
    def _mechanic_row(self, mechanic, mine, spans, free, days):
        planned, shown = [0.0] * DAYS, [[] for _day in days]
        for order, hours in mine.items():
            start, end = spans[order]
            if order.state == "progress":
                start = min(max(start, self._local(fields.Datetime.now())), end - timedelta(hours=1))
            count = (end.date() - start.date()).days + 1
            all_days = [start.date() + timedelta(days=number) for number in range(count)]
            capacities = hours_by_day(clip(free, start, end), all_days)
            for day, share in zip(all_days, spread(hours, capacities), strict=True):
                if day in days and (share or not hours and day == all_days[0]):
                    planned[days.index(day)] += share
                    shown[days.index(day)].append(order.id)
        available = hours_by_day(free, days)
        return self._row(mechanic, self.env._("Nobody planned yet"), available, planned, shown)
