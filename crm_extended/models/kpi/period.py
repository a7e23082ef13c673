from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ...tools import kpi_period
from ...tools.kpi_period import Period

#: Periods that are made by themselves in every company that uses the domain.
ALWAYS = ("month", "quarter", "year")


class KpiPeriod(models.Model):
    """The days that figures are measured over, in the company's time zone, first and last included."""

    _name = "crmx.kpi.period"
    _description = "Period of Indicators"
    _inherit = ["mail.thread", "crmx.root.company"]
    _order = "date_from DESC, date_to, id"

    name = fields.Char(
        compute="_compute_name", store=True, readonly=False, precompute=True, required=True, copy=False
    )
    kind = fields.Selection(
        [
            ("day", "Day"),
            ("week", "Week"),
            ("month", "Month"),
            ("quarter", "Quarter"),
            ("year", "Year"),
            ("fiscal", "Fiscal year"),
            ("custom", "Other"),
        ],
        required=True,
        default="month",
    )
    date_from = fields.Date(
        string="From", required=True, default=lambda self: fields.Date.context_today(self).replace(day=1)
    )
    date_to = fields.Date(
        string="To",
        compute="_compute_date_to",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
    )
    state = fields.Selection(
        [("open", "Running"), ("closed", "Closed")],
        default="open",
        required=True,
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    date_closed = fields.Datetime(readonly=True, copy=False)
    closed_by_id = fields.Many2one("res.users", string="Closed by", readonly=True, copy=False)
    date_measured = fields.Datetime(string="Measured on", readonly=True, copy=False)
    digest = fields.Char(readonly=True, copy=False, help="Over all figures, as they were when it was closed.")
    days = fields.Integer(compute="_compute_days")
    working_days = fields.Integer(
        compute="_compute_days", help="After the company's working hours, less its public holidays."
    )
    worked_days = fields.Integer(
        string="Working Days So Far", compute="_compute_days", help="Up to today, today included."
    )
    fact_ids = fields.One2many("crmx.kpi.fact", "period_id", string="Figures")
    restatement_ids = fields.One2many("crmx.kpi.restatement", "period_id", string="Later Changes")
    restatement_count = fields.Integer(compute="_compute_restatement_count")

    _order_of_days = models.Constraint("CHECK (date_from <= date_to)", "A period ends after it begins.")
    _span_uniq = models.UniqueIndex(
        "(company_id, kind, date_from, date_to)", "The company has this period already."
    )

    @api.depends("kind", "date_from", "date_to")
    def _compute_name(self):
        for period in self:
            if period.date_from:
                period.name = period._words()

    def _words(self):
        start, end = self.date_from, self.date_to or self.date_from
        if self.kind == "week":
            year, week, _day = start.isocalendar()
            return f"{year}-W{week:02}"
        if self.kind == "fiscal":
            return f"FY {start.year}" if start.year == end.year else f"FY {start.year}/{end.year}"
        return {
            "day": f"{start}",
            "month": f"{start:%Y-%m}",
            "quarter": f"{start.year}-Q{(start.month + 2) // 3}",
            "year": f"{start.year}",
        }.get(self.kind, f"{start} – {end}")

    @api.depends("kind", "date_from", "company_id")
    def _compute_date_to(self):
        for period in self:
            if period.date_from and period.kind:
                if span := period._span_of_day(period.kind, period.date_from):
                    period.date_to = span.end
                else:
                    period.date_to = period.date_to or period.date_from

    @api.depends("date_from", "date_to", "company_id")
    def _compute_days(self):
        for period in self:
            if not period.date_from or not period.date_to or period.date_from > period.date_to:
                period.days = period.working_days = period.worked_days = 0
                continue
            span = Period(period.date_from, period.date_to)
            weekdays, holidays = period._working_pattern()
            today = min(self._today(period.company_id), span.end)
            period.days = kpi_period.days_in(span)
            period.working_days = kpi_period.working_days(span, weekdays, holidays)
            so_far = Period(span.start, today)
            period.worked_days = (
                kpi_period.working_days(so_far, weekdays, holidays) if today >= span.start else 0
            )

    def _compute_restatement_count(self):
        counts = dict(
            self.env["crmx.kpi.restatement"]._read_group(
                [("period_id", "in", self.ids)], ["period_id"], ["__count"]
            )
        )
        for period in self:
            period.restatement_count = counts.get(period._origin, 0)

    @api.constrains("kind", "date_from", "date_to")
    def _check_span(self):
        for period in self:
            span = period._span_of_day(period.kind, period.date_from)
            if span and span != Period(period.date_from, period.date_to):
                raise ValidationError(
                    self.env._(
                        "“%(period)s” is no whole one of its kind: that is from %(start)s to %(end)s. Choose "
                        "the kind “Other” for any other days.",
                        period=period.name,
                        start=span.start,
                        end=span.end,
                    )
                )

    def write(self, vals):
        if vals.keys() & {"kind", "date_from", "date_to", "company_id"} and "closed" in self.mapped("state"):
            raise UserError(self.env._("A closed period stays as it is."))
        if not self.env.su and vals.keys() & {"state", "digest", "date_closed", "closed_by_id"}:
            raise UserError(self.env._("A period is closed by its button, and stays closed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_running(self):
        if "closed" in self.mapped("state"):
            raise UserError(self.env._("A closed period stays on record."))

    # === DAYS === #

    @api.private
    def _days_so_far(self):
        """Days of the period up to today, today included."""
        today = min(self._today(self.company_id), self.date_to)
        return max(0, (today - self.date_from).days + 1)

    @api.model
    def _zone(self, company):
        """The time zone of a company: that of its working hours, or of its address."""
        # sudo: neither is a secret, and readers of figures may not read working hours
        company = company.sudo()
        return company.resource_calendar_id.tz or company.partner_id.tz or "UTC"

    @api.model
    def _today(self, company):
        return fields.Date.context_today(self.with_context(tz=self._zone(company)))

    def _working_pattern(self):
        """:return: weekdays that are worked, and public holidays around the period"""
        # sudo: readers of figures may not read working hours
        hours = self.company_id.sudo().resource_calendar_id
        weekdays = {int(line.dayofweek) for line in hours.attendance_ids if line.dayofweek} or set(range(5))
        holidays = set()
        for leave in hours.global_leave_ids:
            start = fields.Datetime.context_timestamp(self.with_context(tz=hours.tz), leave.date_from).date()
            end = fields.Datetime.context_timestamp(self.with_context(tz=hours.tz), leave.date_to).date()
            if end >= self.date_from and start <= self.date_to:
                start, end = max(start, self.date_from), min(end, self.date_to)
                holidays.update(start + timedelta(days=n) for n in range((end - start).days + 1))
        return weekdays, holidays

    def _span_of_day(self, kind, day):
        """The period of a kind that a day is in; None for those that one chooses freely."""
        if kind in kpi_period.KINDS:
            return kpi_period.period(kind, day)
        if kind == "fiscal":
            company = self.company_id or self.env.company
            dates = company.compute_fiscalyear_dates(day)
            return Period(dates["date_from"], dates["date_to"])
        return None

    @api.private
    def _relative(self, move):
        """Return {period: the one before or a year ago} of those that are on record.

        :param move: `kpi_period.previous` or `kpi_period.year_ago`
        """
        wanted = {}
        for period in self:
            span = move(period.kind, Period(period.date_from, period.date_to))
            wanted[period] = (period.company_id.id, period.kind, *span)
        if not wanted:
            return {}
        found = self.search(
            Domain.OR(
                Domain("company_id", "=", company) & Domain("kind", "=", kind)
                & Domain("date_from", "=", start) & Domain("date_to", "=", end)
                for company, kind, start, end in set(wanted.values())
            )
        )  # fmt: skip
        known = {(each.company_id.id, each.kind, each.date_from, each.date_to): each for each in found}
        return {period: known.get(key, self.browse()) for period, key in wanted.items()}

    @api.model
    def _ensure(self, company, day, kinds=None):
        """Make the periods that a day of a company is in, unless they are there; return them."""
        company = company.root_id
        kinds = kinds or [*ALWAYS, *(("week",) if company.crmx_kpi_weeks else ())]
        found = self.browse()
        for kind in kinds:
            span = self.with_company(company)._span_of_day(kind, day)
            vals = {"company_id": company.id, "kind": kind, "date_from": span.start, "date_to": span.end}
            domain = [(name, "=", value) for name, value in vals.items()]
            found |= self.search(domain, limit=1) or self.create(vals)
        return found
