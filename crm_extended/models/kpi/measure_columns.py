"""The documents of a query, and their columns: period, owner, team, departments, item, measures."""

from datetime import timedelta

from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.kpi_period import lanes, limits, starts_in_utc
from .paths import final_field, place

#: Departments are told up to this depth of their tree.
DEPTH = 8


class Columns:
    """Each document is given the number of its period (in every row of periods that do not overlap), its
    owner, team, the departments above its owner on that day, and its item.
    """

    def __init__(self, env, bucket, indicators, scope, levels):
        self.env = env
        self.bucket = bucket
        self.indicators = indicators
        self.scope = scope
        self.company_ids = self._company_ids()
        self.model = self._model()
        self.query = self.model._search(self._domain())
        self.lanes = [] if scope.day else [limits(lane) for lane in lanes(scope.periods)]
        self.subjects = self._subjects(levels)
        self.columns = self._lane_columns() + [column for _level, column in self.subjects]

    # === WHICH DOCUMENTS === #

    def _model(self):
        company = self.scope.company
        context = {"allowed_company_ids": self.company_ids, "tz": self.scope.zone}
        model = self.env[self.bucket.res_model].with_context(**context).with_company(company)
        as_of = getattr(model, "_crmx_as_of", None)
        return model.with_context(**{as_of: str(self.scope.day)}) if as_of and self.scope.day else model

    def _company_ids(self):
        # sudo: the branches of a company whose figures are read
        companies = self.env["res.company"].sudo()
        return companies.search([("id", "child_of", self.scope.company.id)], order="id").ids

    def _domain(self):
        indicator = self.indicators[:1]
        return indicator._domain() & self._company_domain() & self._date_domain()

    def _company_domain(self):
        bucket, company_ids = self.bucket, self.company_ids
        path, owner = bucket.company_field, bucket.owner_field
        of_owner = Domain(f"{owner}.company_id", "in", company_ids) if owner else Domain.TRUE
        if not path:
            return of_owner
        domain = Domain(path, "in", company_ids)
        if not final_field(self.model, path)[1].required:
            domain |= Domain(path, "=", False) & of_owner
        return domain

    def _date_domain(self):
        path = self.bucket.date_field
        if not path:
            return Domain.TRUE
        starts = [span.start for _id, span in self.scope.periods]
        ends = [span.end for _id, span in self.scope.periods]
        domain = Domain(path, "<", self._moment(max(ends) + timedelta(days=1)))
        if self.bucket.basis == "within":
            domain &= Domain(path, ">=", self._moment(min(starts)))
        return domain

    def _moment(self, day):
        """The beginning of a day as the date field knows it: in UTC when it has a time."""
        return starts_in_utc(day, self.scope.zone) if self._has_time() else day

    def _has_time(self):
        return final_field(self.model, self.bucket.date_field)[1].type == "datetime"

    # === COLUMNS === #

    def _sql(self, path):
        return place(self.model, path, self.query).sql

    def _lane_columns(self):
        date_sql = self._sql(self.bucket.date_field) if self.lanes else None
        return [
            SQL("width_bucket(%s, %s)", date_sql, [self._moment(day) for day in days])
            for days, _keys in self.lanes
        ]

    def _subjects(self, levels):
        """:return: list of (level, column); a level of departments for each depth of their tree"""
        bucket = self.bucket
        owner = self._sql(bucket.owner_field) if bucket.owner_field else None
        found = []
        if owner and "user" in levels:
            found.append(("user", owner))
        if "team" in levels and (bucket.team_field or owner):
            path = bucket.team_field or f"{bucket.owner_field}.sale_team_id"
            found.append(("team", self._sql(path)))
        if owner and "department" in levels:
            found += [("department", column) for column in self._departments(owner)]
        if bucket.item_field and "item" in levels:
            found.append(("item", self._sql(bucket.item_field)))
        return found

    def _departments(self, owner):
        """Columns of the departments in which an owner was on a document's day, by depth of their tree."""
        self.env["hr.department"].flush_model(["parent_path"])
        [[depth]] = self.env.execute_query(
            SQL(
                "SELECT MAX(array_length(string_to_array(trim(parent_path, '/'), '/'), 1)) FROM hr_department"
            )
        )
        if not depth:
            return []
        alias = self.query.make_alias(self.query.table, "crmx_place")
        self.query.add_join("LEFT JOIN", alias, self._places(), self._place_condition(alias, owner))
        column = SQL.identifier(alias, "path")
        return [SQL("(%s)[%s]", column, number + 1) for number in range(min(depth, DEPTH))]

    def _place_condition(self, alias, owner):
        condition = SQL("%s = %s", SQL.identifier(alias, "user_id"), owner)
        day = SQL("%s::date", self.scope.day) if self.scope.day else self._sql(self.bucket.date_field)
        start, stop = SQL.identifier(alias, "starts"), SQL.identifier(alias, "stops")
        if not self.scope.day and self._has_time():
            zone = self.scope.zone
            start = SQL("%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'", start, zone)
            stop = SQL("%s::timestamp AT TIME ZONE %s AT TIME ZONE 'UTC'", stop, zone)
        return SQL("%s AND %s >= %s AND %s < %s", condition, day, start, day, stop)

    def _places(self):
        """Where users were when: the path of their department's tree, from a day to before another."""
        for name in ("hr.employee", "hr.version"):
            self.env[name].flush_model()
        return SQL(_PLACES, companies=tuple(self.company_ids), root=self.scope.company.id)

    def _measure_column(self, indicator):
        if indicator.measure == "count":
            return SQL("1")
        measured = place(self.model, indicator.measure_field, self.query)
        if indicator.measure_from:
            since = self._sql(indicator.measure_from)
            return SQL("EXTRACT(EPOCH FROM %s::timestamp - %s::timestamp) / 86400.0", measured.sql, since)
        if measured.field.type == "monetary":
            return self._in_company_currency(measured)
        return measured.sql

    def _in_company_currency(self, measured):
        """An amount in the company's currency, at the rate of the document's day, as the host rounds it."""
        name = measured.field.get_currency_field(measured.model)
        currency_field = measured.model._fields[name]
        of_company = (currency_field.related or "").endswith("company_id.currency_id")
        if of_company or name in ("company_currency_id", "company_currency"):
            return measured.sql
        company = self.scope.company
        own = company.currency_id
        day = SQL("%s::date", self.scope.day) if self.scope.day else self._local_day()
        return SQL(
            _CONVERTED,
            amount=measured.sql,
            currency=measured.model._field_to_sql(measured.alias, name, self.query),
            own=own.id,
            digits=own.decimal_places,
            rate=self._rate(measured.model._field_to_sql(measured.alias, name, self.query), day),
            own_rate=self._rate(SQL("%s", own.id), day),
        )

    def _local_day(self):
        column = self._sql(self.bucket.date_field)
        if not self._has_time():
            return column
        return SQL("(%s AT TIME ZONE 'UTC' AT TIME ZONE %s)::date", column, self.scope.zone)

    def _rate(self, currency, day):
        self.env["res.currency.rate"].flush_model()
        return SQL(_RATE, currency=currency, day=day, company=self.scope.company.root_id.id)


# An employee of the company itself comes before one of a branch. What is before the first version of an
# employee is as in the first.
_PLACES = """(
    SELECT employee.user_id,
           string_to_array(trim(department.parent_path, '/'), '/')::int[] AS path,
           CASE WHEN version.number = 1 THEN '-infinity'::date ELSE version.date_version END AS starts,
           COALESCE(version.next, 'infinity'::date) AS stops
      FROM (SELECT DISTINCT ON (user_id) id, user_id
              FROM hr_employee
             WHERE user_id IS NOT NULL AND company_id IN %(companies)s
             ORDER BY user_id, (company_id = %(root)s) DESC, active DESC, id) employee
      JOIN (SELECT employee_id, department_id, date_version,
                   ROW_NUMBER() OVER turn AS number,
                   LEAD(date_version) OVER turn AS next
              FROM hr_version
             WHERE active AND employee_id IS NOT NULL
            WINDOW turn AS (PARTITION BY employee_id ORDER BY date_version, id)) version
        ON version.employee_id = employee.id
      LEFT JOIN hr_department department ON department.id = version.department_id
)"""

_RATE = """COALESCE(
    (SELECT rate FROM res_currency_rate
      WHERE currency_id = %(currency)s AND name <= %(day)s
        AND (company_id IS NULL OR company_id = %(company)s)
      ORDER BY company_id, name DESC LIMIT 1),
    (SELECT rate FROM res_currency_rate
      WHERE currency_id = %(currency)s AND (company_id IS NULL OR company_id = %(company)s)
      ORDER BY company_id, name LIMIT 1),
    1.0)"""

_CONVERTED = """CASE
    WHEN %(currency)s IS NULL OR %(currency)s = %(own)s THEN %(amount)s
    ELSE ROUND((%(amount)s * %(own_rate)s / %(rate)s)::numeric, %(digits)s)
END"""
