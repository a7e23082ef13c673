"""The figures of indicators, from one query for each kind, condition and date of documents."""

import logging
from typing import NamedTuple

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.kpi_formula import FormulaError, quotient
from .measure_query import Statement
from .measure_scope import Bucket, Scope

_logger = logging.getLogger(__name__)

LEVELS = ("company", "department", "team", "user", "item")
#: Measures that are zero where there is no document; the others have no value then.
ADDING = ("count", "distinct", "sum")


class Key(NamedTuple):
    """Which figure of an indicator: that of a user, team ... in a period."""

    period_id: int
    level: str
    subject_id: int


class Figure(NamedTuple):
    """A figure, the two sides of it when it is a ratio, and how many documents it was read from."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    records: int = 0


class Result(NamedTuple):
    """`figures`: {indicator: {Key: Figure}}; `problems`: {indicator: why there are none}."""

    figures: dict
    problems: dict


class Measure(models.AbstractModel):
    """Measures indicators for all owners, teams, departments and periods of a company at once."""

    _name = "crmx.kpi.measure"
    _description = "Measuring of indicators"

    @api.model
    def _measure(self, indicators, periods, company, levels=LEVELS):
        """Measure indicators, and whatever their formulas need, under the rights of the environment.

        An indicator that cannot be measured has a problem in the result, and stops no other.

        :return: Result
        """
        plain, formulas = indicators._with_parts()
        result = Result({}, {})
        for bucket, members in self._buckets(plain).items():
            self._measure_bucket(bucket, members, periods, company, levels, result)
        if levels == LEVELS:
            self._add_planned(periods, result)
        self._compute_formulas(formulas, periods, result)
        return result

    @api.model
    def _add_planned(self, periods, result):
        """Whoever has a target and no document has reached nothing of it, and not no value."""
        # sudo: for whom there are targets
        targets = self.env["crmx.kpi.target"].sudo()
        adding = {each.id: each for each in result.figures if each.measure in ADDING}
        indicators = self.env["crmx.kpi.indicator"].browse(adding)
        for indicator_id, period_id, level, subject_id in targets._holding(indicators, periods):
            found = result.figures[adding[indicator_id]]
            # the state of a day that is over is not known
            if any(key.period_id == period_id for key in found):
                found.setdefault(Key(period_id, level, subject_id), Figure(0.0))

    @api.model
    def _buckets(self, indicators):
        """Indicators that one query can read together.

        :return: ``{Bucket: indicators}``, in a fixed order
        """
        buckets = {}
        for indicator in indicators.sorted("id"):
            bucket = Bucket.of(indicator)
            buckets[bucket] = buckets.get(bucket, indicators.browse()) | indicator
        return buckets

    @api.model
    def _measure_bucket(self, bucket, indicators, periods, company, levels, result):
        sound = indicators.browse()
        for indicator in indicators:
            if words := indicator._definition_problem():
                result.problems[indicator] = words
            else:
                sound |= indicator
        if not sound:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                found = self._read_bucket(bucket, sound, periods, company, levels)
        except Exception as error:  # one that is broken never takes the others along
            _logger.info("indicators %s: %s", sound.mapped("code"), error, exc_info=not _is_plain(error))
            result.problems.update(dict.fromkeys(sound, self._problem_words(error)))
        else:
            result.figures.update(found)

    @api.model
    def _problem_words(self, error):
        if _is_plain(error):
            return str(error)
        return self.env._("The database could not read it: %s", str(error).partition("\n")[0])

    @api.model
    def _read_bucket(self, bucket, indicators, periods, company, levels):
        """:return: ``{indicator: {Key: Figure}}``"""
        figures = {indicator: {} for indicator in indicators}
        for scope in self._scopes(bucket, periods, company):
            statement = Statement(self.env, bucket, indicators, scope, levels)
            rows = self.env.execute_query(statement.aggregate())
            for index, indicator in enumerate(indicators):
                meaning = _meaning(indicator)
                figures[indicator].update(
                    (Key(*key), meaning(cells)) for key, cells in statement.keyed(rows, index)
                )
            for indicator in indicators.filtered(lambda each: each.measure in ADDING):
                for period_id in scope.period_ids:
                    figures[indicator].setdefault(Key(period_id, "company", company.id), Figure(0.0))
        return figures

    @api.model
    def _scopes(self, bucket, periods, company):
        """Which periods one query reads: all, unless it is the state of a day that is measured."""
        if bucket.basis != "state":
            return [Scope.of(periods, company)]
        today = periods.env["crmx.kpi.period"]._today(company)
        has_history = hasattr(self.env.registry.get(bucket.res_model), "_crmx_as_of")
        days = {}
        for period in periods:
            day = min(period.date_to, today)
            if period.date_from <= today and (has_history or period.date_to >= today):
                days.setdefault(day, periods.browse())
                days[day] |= period
        return [Scope.of(those, company, day) for day, those in sorted(days.items())]

    # === FORMULAS === #

    @api.model
    def _compute_formulas(self, formulas, periods, result):
        """Compute formulas, in their order, at every level from the parts at that level."""
        by_code = {indicator.code: indicator for indicator in (*result.figures, *result.problems)}
        # while a period runs, its sums are of the days so far
        given = {
            period.id: {"days": period._days_so_far(), "working_days": period.worked_days}
            for period in periods
        }
        for indicator in formulas:
            by_code[indicator.code] = indicator
            if words := indicator._definition_problem() or self._parts_problem(indicator, by_code, result):
                result.problems[indicator] = words
                continue
            try:
                result.figures[indicator] = self._formula_figures(indicator, by_code, given, result)
            except FormulaError as error:
                result.problems[indicator] = indicator._formula_words(error.code, error.part)

    @api.model
    def _parts_problem(self, indicator, by_code, result):
        for code in sorted(indicator._formula_codes()):
            if code not in by_code or by_code[code] in result.problems:
                return self.env._("“%s”, which the formula uses, could not be measured.", code)
        return ""

    @api.model
    def _formula_figures(self, indicator, by_code, given, result):
        parts = {code: result.figures[by_code[code]] for code in indicator._formula_codes()}
        empty = {code: by_code[code]._empty_value() for code in parts}
        keys = set().union(*parts.values()) if parts else set()
        figures = {}
        for key in keys:
            values = {code: part[key].value if key in part else empty[code] for code, part in parts.items()}
            value, numerator, denominator = quotient(indicator.formula, {**values, **given[key.period_id]})
            records = sum(part[key].records for part in parts.values() if key in part)
            figures[key] = Figure(value, numerator, denominator, records)
        return figures


def _is_plain(error):
    return isinstance(error, (UserError, ValueError))


def _meaning(indicator):
    """Return what makes a figure of the cells of a measure: records, and the measured values."""
    factor = indicator.factor or 1.0
    empty = 0.0 if indicator.measure in ADDING else None

    def figure(cells):
        records, value, _second = cells
        return Figure(empty if value is None else float(value) * factor, records=records)

    def ratio(cells):
        records, first, second = cells
        if not second:
            return Figure(None, records=records)
        return Figure(float(first) / second * factor, float(first), float(second), records)

    return ratio if indicator.measure in ("average", "within") else figure


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    @api.private
    def _empty_value(self):
        """What the indicator is where there is no document: zero, or no value."""
        return 0.0 if self.kind == "aggregate" and self.measure in ADDING else None
