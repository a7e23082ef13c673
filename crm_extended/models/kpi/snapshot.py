from odoo import api, fields, models

from .measure import Figure, Key, Result


class Snapshot(models.Model):
    """The nightly measuring of one company, query by query, each committed.

    A query that fails is noted on its indicators, and the others go on. Formulas come last, from the
    figures that are there.
    """

    _name = "crmx.kpi.snapshot"
    _description = "Measuring of a Company"
    _inherit = ["crmx.batch.progress", "crmx.root.company"]
    _rec_name = "company_id"

    _company_uniq = models.UniqueIndex("(company_id)")

    @api.model
    def _cron_measure(self):
        """Measure the running periods of all companies that use indicators, and look at closed ones anew.

        A run that was stopped goes on where it was.
        """
        companies = self.env["res.company"].search([("crmx_use_kpi", "=", True), ("parent_id", "=", False)])
        snapshots = self.browse()
        for company in companies:
            snapshot = self._of(company)
            day = self.env["crmx.kpi.period"]._today(company)
            ended = snapshot.date_end and fields.Datetime.context_timestamp(
                snapshot.with_context(tz=self.env["crmx.kpi.period"]._zone(company)), snapshot.date_end
            )
            if snapshot.state == "failed" or (ended and ended.date() < day):
                snapshot._restart()
            snapshots |= snapshot
        snapshots._work_off()

    @api.model
    def _of(self, company):
        return self.search([("company_id", "=", company.id)]) or self.create({"company_id": company.id})

    @api.private
    def _begin(self):
        period_model = self.env["crmx.kpi.period"]
        today = period_model._today(self.company_id)
        period_model._ensure(self.company_id, today)
        self.write({"position": 0, "total": len(self._steps()) + 4})

    def _indicators(self):
        return self.env["crmx.kpi.indicator"].search([("is_measured", "=", True)])

    def _steps(self):
        plain, _formulas = self._indicators()._with_parts()
        return list(self.env["crmx.kpi.measure"]._buckets(plain).values())

    @api.private
    def _periods(self):
        """The running periods that have begun."""
        today = self.env["crmx.kpi.period"]._today(self.company_id)
        return self.env["crmx.kpi.period"].search(
            [("company_id", "=", self.company_id.id), ("state", "=", "open"), ("date_from", "<=", today)]
        )

    @api.private
    def _do_chunk(self):
        """One query; then the formulas, the cards, the alerts; then what has changed in closed periods."""
        steps = self._steps()
        periods = self._periods()
        if self.position < len(steps):
            if periods:
                self._take(steps[self.position], periods, self.company_id)
        elif self.position == len(steps):
            _plain, formulas = self._indicators()._with_parts()
            if periods and formulas:
                self._take_formulas(self._indicators().browse().concat(*formulas), periods, self.company_id)
            periods.date_measured = fields.Datetime.now()
        elif self.position == len(steps) + 1:
            if periods:
                self.env["crmx.kpi.card"]._fill(periods)
        elif self.position == len(steps) + 2:
            self.env["crmx.kpi.alert"]._look_at(self.company_id)
        elif self.position == len(steps) + 3:
            self.env["crmx.kpi.restatement"]._look_at(self.company_id)
        else:
            return 0
        self.position += 1
        return 1

    @api.model
    def _take(self, indicators, periods, company):
        """Measure indicators, and store their figures."""
        plain, formulas = indicators._with_parts()
        result = self.env["crmx.kpi.measure"]._measure(indicators, periods, company)
        measured = (plain | indicators.browse().concat(*formulas)) - indicators.browse().concat(
            *result.problems
        )
        self.env["crmx.kpi.fact"]._store(result.figures, periods, measured)
        self._note_problems(measured, result.problems)
        return result

    @api.model
    def _take_formulas(self, formulas, periods, company):
        """Compute formulas from the figures that are stored."""
        plain, _formulas = formulas._with_parts()
        result = Result(self._stored(plain, periods), {each: each.problem for each in plain if each.problem})
        known = set(result.problems)
        self.env["crmx.kpi.measure"]._compute_formulas(list(formulas), periods, result)
        problems = {each: words for each, words in result.problems.items() if each not in known}
        measured = formulas - formulas.browse().concat(*problems)
        figures = {each: found for each, found in result.figures.items() if each in measured}
        self.env["crmx.kpi.fact"]._store(figures, periods, measured)
        self._note_problems(measured, problems)

    @api.model
    def _stored(self, indicators, periods):
        facts = self.env["crmx.kpi.fact"].search_fetch(
            [("indicator_id", "in", indicators.ids), ("period_id", "in", periods.ids)],
            ["indicator_id", "period_id", "level", "subject_id", "has_value", "value", "numerator"]
            + ["denominator", "records"],
        )
        figures = {indicator: {} for indicator in indicators if not indicator.problem}
        for fact in facts:
            if fact.indicator_id in figures:
                key = Key(fact.period_id.id, fact.level, fact.subject_id)
                figures[fact.indicator_id][key] = Figure(
                    fact.value if fact.has_value else None, fact.numerator, fact.denominator, fact.records
                )
        return figures

    @api.model
    def _note_problems(self, measured, problems):
        measured.filtered("problem").with_context(tracking_disable=True).problem = False
        for indicator, words in problems.items():
            if indicator.problem != words:
                indicator.with_context(tracking_disable=True).problem = words

    def action_measure(self):
        """Measure the company anew, as soon as the server comes to it."""
        self.check_access("write")
        for snapshot in self:
            if snapshot.state in ("done", "failed"):
                snapshot._restart()
        # sudo: the server's own job, which measures and nothing else
        self.env.ref("crm_extended.ir_cron_kpi_measure").sudo()._trigger()
