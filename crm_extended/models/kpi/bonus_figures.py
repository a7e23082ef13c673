"""The figures that bonuses are parts of: as measured, with joint deals, changes and unpaid invoices."""

from collections import defaultdict
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...tools.kpi_bonus import shifts
from ...tools.kpi_formula import FormulaError, quotient
from .measure_query import Statement
from .measure_scope import Bucket, Scope

#: Model of an indicator -> the path to the order or invoice that may be shared or unpaid.
ORDERS = {"sale.order": "id", "sale.order.line": "order_id"}
INVOICES = {"account.move": "id", "account.move.line": "move_id"}


class Documents(Statement):
    """What each of some documents counts for whom in a single period."""

    def __init__(self, env, indicator, scope, level, path, condition):
        self.path = path
        self.condition = condition
        super().__init__(env, Bucket.of(indicator), indicator, scope, (level,))

    def _domain(self):
        return super()._domain() & self.condition

    def counted(self):
        """:return: list of (document id, subject id, value)"""
        first = len(self.lanes)
        subjects = [SQL.identifier(f"c{first + n}") for n in range(len(self.subjects))]
        subjects = subjects or [SQL("%s", self.scope.company.id)]  # of all: the company's
        measure = SQL("COUNT(*)") if self.indicators.measure == "count" else SQL("SUM(m0)")
        [[_days, keys]] = self.lanes
        lane = 1 + keys.index(self.scope.periods[0][0])
        factor = self.indicators.factor or 1.0
        rows = []
        for subject in subjects:
            query = SQL(
                "SELECT document, %s, %s FROM (%s) row WHERE c0 = %s GROUP BY 1, 2",
                subject, measure, self._rows(SQL("%s AS document", self._sql(self.path))), lane,
            )  # fmt: skip
            rows += [
                (document, owner, float(value or 0) * factor)
                for document, owner, value in self.env.execute_query(query)
            ]
        return rows


class BonusScheme(models.Model):
    _inherit = "crmx.bonus.scheme"

    @api.private
    def _figures(self, period, level, as_now=False):
        """Return what the base indicator is for each subject of a level in a period.

        :param as_now: with what changed since the period was closed, less what is unpaid for too long
        :return: ``{subject id: value}``
        """
        self.ensure_one()
        indicator = self.base_indicator_id
        plain, formulas = indicator._with_parts()
        wanted = plain | indicator.browse().concat(*formulas)
        values = self._stored_figures(wanted, period, level, as_now)
        changed = set()
        for each in plain.filtered(lambda one: one._is_adding()):
            for subject, change in self._changes(each, period, level, as_now).items():
                values[each][subject] = values[each].get(subject, 0.0) + change
                changed.add(subject)
        for each in formulas:
            self._recompute(each, values, period, changed)
        return values[indicator]

    def _stored_figures(self, indicators, period, level, as_now):
        facts = self.env["crmx.kpi.fact"].search(
            [("indicator_id", "in", indicators.ids), ("period_id", "=", period.id), ("level", "=", level)]
        )
        last = self.env["crmx.kpi.restatement"]._last_values(facts) if as_now else {}
        values = {indicator: {} for indicator in indicators}
        for fact in facts:
            if fact.has_value:
                values[fact.indicator_id][fact.subject_id] = last.get(fact, fact.value)
        return values

    def _recompute(self, formula, values, period, subjects):
        """The formula of those whose parts have changed."""
        given = {"days": period._days_so_far(), "working_days": period.worked_days}
        by_code = {each.code: each for each in values}
        for subject in subjects:
            parts = {
                code: values[by_code[code]].get(subject, by_code[code]._empty_value())
                for code in formula._formula_codes()
            }
            try:
                value = quotient(formula.formula, {**parts, **given}).value
            except FormulaError:
                continue
            if value is not None:
                values[formula][subject] = value

    def _changes(self, indicator, period, level, as_now):
        """What joint deals move between persons, and what is taken off because it is unpaid."""
        changes = defaultdict(float)
        orders, moves = self.env["crmx.bonus.joint"]._shares_at(self.company_id, period.date_to)
        if indicator.res_model in INVOICES:
            moves = {**self._of_orders(orders), **moves}
        shares = orders if indicator.res_model in ORDERS else moves
        if level == "user" and shares:
            counted = self._counted(indicator, period, level, ("id", "in", list(shares)))
            for user_id, change in shifts(counted, shares, self.company_id.currency_id.rounding).items():
                changes[user_id] += change
        if as_now and self._looks_at_unpaid(period):
            for subject, change in self._unpaid(indicator, period, level, shares).items():
                changes[subject] += change
        return changes

    def _counted(self, indicator, period, level, leaf):
        """What documents count; `leaf` is a condition on the order or invoice."""
        path = ORDERS.get(indicator.res_model) or INVOICES.get(indicator.res_model)
        if not path or indicator._definition_problem():
            return []
        name, operator, value = leaf
        inner = name if path == "id" else f"{path}.{name}"
        # sudo: bonuses count all documents, whoever computes them; only sums leave this method's callers
        env = self.sudo().env
        scope = Scope.of(period.with_env(env), self.company_id.with_env(env))
        condition = Domain(inner, operator, value)
        return Documents(env, indicator.with_env(env), scope, level, path, condition).counted()

    def _of_orders(self, orders):
        """The invoices and credit notes of shared orders: of those that are of one order only."""
        if not orders:
            return {}
        # sudo: which invoices an order has
        lines = self.env["account.move.line"].sudo()
        lines.flush_model(["move_id", "sale_line_ids"])
        rows = self.env.execute_query(
            SQL(
                """SELECT line.move_id, MIN(other.order_id)
                     FROM sale_order_line shared
                     JOIN sale_order_line_invoice_rel rel ON rel.order_line_id = shared.id
                     JOIN account_move_line first ON first.id = rel.invoice_line_id
                     JOIN account_move_line line ON line.move_id = first.move_id
                     JOIN sale_order_line_invoice_rel other_rel ON other_rel.invoice_line_id = line.id
                     JOIN sale_order_line other ON other.id = other_rel.order_line_id
                    WHERE shared.order_id = ANY(%s)
                    GROUP BY line.move_id
                   HAVING COUNT(DISTINCT other.order_id) = 1""",
                list(orders),
            )
        )
        return {move_id: orders[order_id] for move_id, order_id in rows if order_id in orders}

    # === UNPAID === #

    def _looks_at_unpaid(self, period):
        if not self.unpaid_days:
            return False
        return period._today(self.company_id) > period.date_to + timedelta(days=self.unpaid_days)

    def _unpaid(self, indicator, period, level, shares):
        """What is to be taken off: of each open invoice the part that is unpaid, from those who have it."""
        if indicator.res_model not in INVOICES:
            return {}
        counted = self._counted(indicator, period, level, ("amount_residual", ">", 0))
        # sudo: how much of an invoice is open
        moves = self.env["account.move"].sudo().browse({row[0] for row in counted})
        open_parts = {
            move.id: move.amount_residual / move.amount_total
            for move in moves.filtered(lambda each: each.move_type == "out_invoice" and each.amount_total)
        }
        taken = defaultdict(float)
        for move_id, subject, value in counted:
            unpaid = value * open_parts.get(move_id, 0.0)
            persons = shares.get(move_id) if level == "user" else None
            if not persons:
                taken[subject] -= unpaid
                continue
            whole = sum(persons.values())
            for person, share in persons.items():
                taken[person] -= unpaid * share / whole
        return {subject: value for subject, value in taken.items() if subject and value}
