"""Figures in pivots, charts, dashboards and spreadsheets: put together only where that means something."""

from odoo import api, models
from odoo.tools import SQL


class Fact(models.Model):
    _inherit = "crmx.kpi.fact"

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Sum what adds up, and weigh averages and shares by what they are of; of anything else, nothing.

        Only figures of one indicator, one level and one kind of period are put together: a team's total is
        no part of the company's, and a month none of its quarter. Departments contain one another.
        """
        if aggregate_spec != "value:avg":
            return super()._read_group_select(aggregate_spec, query)
        indicators = self.env["crmx.kpi.indicator"].with_context(active_test=False).search_fetch(
            [("kind", "=", "aggregate")], ["kind", "measure", "basis"]
        )  # fmt: skip
        columns = {
            name: self._field_to_sql(self._table, name, query)
            for name in ("indicator_id", "level", "period_kind", "subject_id", "has_value", "value")
        }
        return SQL(
            _TOGETHER,
            denominator=SQL.identifier(self._table, "denominator"),
            adding=indicators.filtered(lambda each: each._is_adding()).ids,
            **columns,
        )


_TOGETHER = """CASE
    WHEN COUNT(*) = 1 THEN MIN(%(value)s) FILTER (WHERE %(has_value)s)
    WHEN COUNT(DISTINCT (%(indicator_id)s, %(level)s, %(period_kind)s)) > 1 THEN NULL
    WHEN BOOL_OR(%(level)s = 'department') AND COUNT(DISTINCT %(subject_id)s) > 1 THEN NULL
    WHEN BOOL_AND(%(indicator_id)s = ANY(%(adding)s)) THEN SUM(%(value)s) FILTER (WHERE %(has_value)s)
    WHEN BOOL_AND(NOT %(has_value)s OR %(denominator)s IS NOT NULL)
        THEN SUM(%(value)s * %(denominator)s) FILTER (WHERE %(has_value)s)
            / NULLIF(SUM(%(denominator)s) FILTER (WHERE %(has_value)s), 0)
END"""
