"""Who takes part in a bonus in a period, on how many of its working days, and at which wages."""

from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.fields import Domain

from ...tools import kpi_period
from ...tools.kpi_bonus import covered
from ...tools.kpi_period import Period


class Member(NamedTuple):
    """A person in a scheme and period: his working days in it of all, and [(wage, share of the days)]."""

    employee: object
    user: object
    department: object
    weight: float
    days: int
    of_days: int
    wages: list


class BonusScheme(models.Model):
    _inherit = "crmx.bonus.scheme"

    @api.private
    def _members(self, period):
        """Return those who take part in a period, on at least one day, in the order of their records."""
        self.ensure_one()
        # sudo: who works for the company, in which job, until when, at which wage
        env = self.sudo().env
        scheme, period = self.with_env(env), period.with_env(env)
        employees = scheme._candidates(period)
        versions = scheme._versions(employees)
        pattern = period._working_pattern()
        span = Period(period.date_from, period.date_to)
        of_days = kpi_period.working_days(span, *pattern)
        rows = scheme.member_ids.grouped("employee_id") if scheme.who == "person" else {}
        members = []
        for employee in employees:
            spans = scheme._spans(employee, versions[employee], rows.get(employee, ()), span)
            days = sum(kpi_period.working_days(each, *pattern) for each in spans)
            if days:
                members.append(
                    Member(
                        employee,
                        employee.user_id,
                        _version_at(versions[employee], spans[-1].end).department_id,
                        scheme._weight(rows.get(employee, ()), pattern, span),
                        days,
                        of_days,
                        _wages(versions[employee], spans, pattern, of_days),
                    )
                )
        return members

    def _candidates(self, period):
        employees = self.env["hr.employee"].with_context(active_test=False)
        if self.who == "person":
            return self.member_ids.employee_id.sorted("id")
        domain = Domain("company_id", "child_of", self.company_id.id)
        if self.who == "job":
            domain &= Domain("version_ids.job_id", "in", self.job_ids.ids)
        else:
            cards = self.env["crmx.kpi.card"].search(
                [("template_id", "=", self.template_id.id), ("period_id", "=", period.id)]
            )
            domain &= Domain("user_id", "in", (cards.user_id | self.template_id._persons()).ids)
        found = employees.search(domain, order="id")
        return self._one_for_each_user(found) if self.who == "template" else found

    def _one_for_each_user(self, employees):
        """Whoever works in several branches is paid once: in the company itself, or where he came first."""
        chosen = {}
        for each in employees.sorted(lambda one: (one.company_id != self.company_id, not one.active, one.id)):
            chosen.setdefault(each.user_id, each)
        return employees.filtered(lambda each: chosen[each.user_id] == each)

    def _versions(self, employees):
        """:return: ``{employee: [(first day, last day, version)]}``; what was before is as in the first"""
        found = self.env["hr.version"].search(
            [("employee_id", "in", employees.ids)], order="employee_id, date_version, id"
        )
        result = defaultdict(list)
        for employee, versions in found.grouped("employee_id").items():
            for number, version in enumerate(versions):
                following = versions[number + 1 : number + 2]
                start = version.date_version if number else None
                end = following.date_version - timedelta(days=1) if following else None
                result[employee].append((start, end, version))
        return result

    def _spans(self, employee, versions, rows, span):
        """The days on which somebody works for the company and takes part."""
        jobs = {"job": self.job_ids, "template": self.template_id.job_ids}.get(self.who)
        by_name = not jobs or (self.who == "template" and employee.user_id in self.template_id.user_ids)
        working = [
            (
                _bound(max, start, version.contract_date_start),
                _bound(min, end, version.contract_date_end, version.departure_date),
            )
            for start, end, version in versions
            if by_name or version.job_id in jobs
        ]
        found = covered(working, span)
        if self.who != "person":
            return found
        named = covered([(row.date_from or None, row.date_to or None) for row in rows], span)
        return [part for each in found for part in covered(named, each)]

    def _weight(self, rows, pattern, span):
        """The weight of somebody in a pool: where it changed, by the days of each."""
        if self.who != "person":
            return 1.0
        counted = [
            (row.weight, sum(kpi_period.working_days(part, *pattern) for part in parts))
            for row in rows
            if (parts := covered([(row.date_from or None, row.date_to or None)], span))
        ]
        days = sum(number for _weight, number in counted)
        return sum(weight * number for weight, number in counted) / days if days else 0.0


def _bound(choose, *days):
    return choose((day for day in days if day), default=None)


def _version_at(versions, day):
    """The version that holds on a day."""
    return next(version for start, _end, version in reversed(versions) if not start or start <= day)


def _wages(versions, spans, pattern, of_days):
    """What somebody earns a month: each wage with its share of the working days of the period."""
    wages = defaultdict(int)
    for start, end, version in versions:
        for each in spans:
            days = sum(kpi_period.working_days(part, *pattern) for part in covered([(start, end)], each))
            if days:
                wages[version.wage] += days
    return [[wage, days / of_days] for wage, days in wages.items()]
