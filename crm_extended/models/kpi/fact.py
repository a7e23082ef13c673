from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools import kpi_period

#: Level -> model of its subjects; items are of whatever model their indicator says.
SUBJECTS = {
    "company": "res.company",
    "department": "hr.department",
    "team": "crm.team",
    "user": "res.users",
}
PAGE = 5_000


class Fact(models.Model):
    """A figure: an indicator, of somebody or something, in a period, as it was measured.

    Team and department of a user are those at the time of measuring. The figures of a closed period stay;
    what changes in the documents afterwards is told by restatements.
    """

    _name = "crmx.kpi.fact"
    _description = "Figure"
    _order = "date_from DESC, indicator_id, level, subject_name, id"
    _rec_name = "subject_name"

    indicator_id = fields.Many2one(
        "crmx.kpi.indicator", required=True, readonly=True, ondelete="restrict", index=True
    )
    category = fields.Selection(related="indicator_id.category", store=True)
    unit = fields.Selection(related="indicator_id.unit")
    period_id = fields.Many2one(
        "crmx.kpi.period", required=True, readonly=True, ondelete="cascade", index=True
    )
    period_kind = fields.Selection(related="period_id.kind", store=True)
    date_from = fields.Date(related="period_id.date_from", store=True)
    state = fields.Selection(related="period_id.state")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    level = fields.Selection(
        [
            ("company", "Company"),
            ("department", "Department"),
            ("team", "Team"),
            ("user", "Person"),
            ("item", "Other"),
        ],
        required=True,
        readonly=True,
    )
    subject_id = fields.Integer(string="Whose ID", required=True, readonly=True, aggregator=None)
    subject_name = fields.Char(string="Whose", readonly=True, help="The name when it was measured.")
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null", index="btree_not_null")
    department_id = fields.Many2one(
        "hr.department", readonly=True, ondelete="set null", index="btree_not_null"
    )
    has_value = fields.Boolean(readonly=True, help="Not set: nothing to divide by, or nothing measured.")
    value = fields.Float(
        readonly=True,
        digits=False,
        aggregator="avg",
        help="Put together only where that means something: see the model of charts.",
    )
    numerator = fields.Float(readonly=True, digits=False, aggregator=None)
    denominator = fields.Float(readonly=True, digits=False, aggregator=None)
    records = fields.Integer(string="Documents", readonly=True, aggregator=None)
    date_measured = fields.Datetime(string="Measured on", required=True, readonly=True)
    value_text = fields.Char(string="Figure", compute="_compute_value_text")
    previous_text = fields.Char(string="Period Before", compute="_compute_compared")
    year_ago_text = fields.Char(string="Year Before", compute="_compute_compared")
    change_text = fields.Char(
        string="Change", compute="_compute_compared", help="Against the period before, in per cent."
    )
    restated_value = fields.Float(compute="_compute_restated", digits=False)
    is_restated = fields.Boolean(compute="_compute_restated")

    _figure_uniq = models.UniqueIndex("(indicator_id, period_id, level, subject_id)")

    @api.depends("value", "has_value", "unit", "currency_id")
    def _compute_value_text(self):
        for fact in self:
            fact.value_text = fact._in_words(fact.value if fact.has_value else None)

    def _in_words(self, value):
        return self.indicator_id._in_words(value, self.company_id)

    @api.depends("value", "has_value")
    def _compute_compared(self):
        before = self._relative_facts(kpi_period.previous)
        year_ago = self._relative_facts(kpi_period.year_ago)
        for fact in self:
            old, older = before[fact], year_ago[fact]
            fact.previous_text = old._in_words(old.value if old.has_value else None) if old else ""
            fact.year_ago_text = older._in_words(older.value if older.has_value else None) if older else ""
            if fact.has_value and old.has_value and old.value:
                fact.change_text = f"{(fact.value - old.value) / abs(old.value) * 100:+.1f} %"
            else:
                fact.change_text = ""

    def _relative_facts(self, move):
        """:return: ``{fact: the one of the same in the period before, or a year ago}``"""
        periods = self.period_id._relative(move)
        ids = [period.id for period in periods.values()]
        known = {
            (fact.indicator_id.id, fact.period_id.id, fact.level, fact.subject_id): fact
            for fact in self.search(
                [
                    ("period_id", "in", ids),
                    ("indicator_id", "in", self.indicator_id.ids),
                    ("level", "in", self.mapped("level")),
                    ("subject_id", "in", self.mapped("subject_id")),
                ]
            )
        }
        return {
            fact: known.get(
                (fact.indicator_id.id, periods[fact.period_id].id, fact.level, fact.subject_id), self.browse()
            )
            if fact.period_id in periods
            else self.browse()
            for fact in self
        }

    @api.depends("value")
    def _compute_restated(self):
        last = self.env["crmx.kpi.restatement"]._last_values(self)
        for fact in self:
            fact.is_restated = fact in last
            fact.restated_value = last.get(fact, fact.value)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Figures are measured, and are not written by hand."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_running(self):
        if "closed" in self.mapped("period_id.state"):
            raise UserError(self.env._("The figures of a closed period stay on record."))

    # === STORING === #

    @api.model
    def _store(self, figures, periods, indicators, stale=True):
        """Take down figures of running periods, and drop those of the indicators that are no more.

        :param figures: ``{indicator: {Key: Figure}}``; `indicators`: those that were measured
        """
        company = periods.company_id
        periods = self._running(periods)
        now = fields.Datetime.now()
        rows = [
            (indicator.id, key, figure)
            for indicator, found in figures.items()
            for key, figure in found.items()
            if key.period_id in periods.ids
        ]
        places, names = self._places_and_names(rows, company, {each.id: each for each in figures})
        for start in range(0, len(rows), PAGE):
            values = SQL(", ").join(
                self._row(row, company, places, names, now) for row in rows[start : start + PAGE]
            )
            self.env.cr.execute(SQL(_STORE, values=values, columns=SQL(_COLUMNS)))
        if stale and periods and indicators:
            self._drop_others(rows, periods, indicators)
        self.invalidate_model()
        periods.invalidate_recordset(["fact_ids"])

    @api.model
    def _running(self, periods):
        """Those of the periods that are not closed; nobody closes them before this is committed."""
        periods.flush_recordset()
        rows = self.env.execute_query(
            SQL("SELECT id FROM crmx_kpi_period WHERE id = ANY(%s) AND state = 'open' FOR SHARE", periods.ids)
        )
        return periods.browse(row[0] for row in rows)

    @api.model
    def _row(self, row, company, places, names, now):
        indicator_id, key, figure = row
        place = places.get((key.level, key.subject_id), (None, None, None))
        known = figure.value is not None
        return SQL(
            "(%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
            *(indicator_id, key.period_id, company.id, key.level, key.subject_id),
            names.get((indicator_id if key.level == "item" else 0, key.level, key.subject_id)) or "",
            *(SQL("%s::integer", part) for part in place),
            *(known, figure.value if known else 0.0),
            *(SQL("%s::float8", side) for side in (figure.numerator, figure.denominator)),
            *(figure.records, now, self.env.uid, now),
        )

    @api.model
    def _drop_others(self, rows, periods, indicators):
        """Figures that the documents do not give any more."""
        keep = defaultdict(list)
        for indicator_id, key, _figure in rows:
            keep[indicator_id].append((key.period_id, key.level, key.subject_id))
        for indicator in indicators:
            kept = keep[indicator.id]
            self.env.cr.execute(
                SQL(
                    """DELETE FROM crmx_kpi_fact fact
                        WHERE indicator_id = %s AND period_id = ANY(%s)
                          AND NOT EXISTS (
                              SELECT FROM unnest(%s::int[], %s::text[], %s::int[])
                                    kept (period, level, subject)
                               WHERE kept.period = fact.period_id AND kept.level = fact.level
                                 AND kept.subject = fact.subject_id)""",
                    indicator.id,
                    periods.ids,
                    [row[0] for row in kept],
                    [row[1] for row in kept],
                    [row[2] for row in kept],
                )
            )

    @api.model
    def _places_and_names(self, rows, company, indicators):
        """Where users are now, and what all subjects are called: kept with the figures.

        :return: ``{(level, id): (user, team, department)}``, ``{(indicator or 0, level, id): name}``
        """
        subjects = defaultdict(set)
        for indicator_id, key, _figure in rows:
            subjects[indicator_id if key.level == "item" else 0, key.level].add(key.subject_id)
        places, names = {}, {}
        for (indicator_id, level), ids in subjects.items():
            model_name = SUBJECTS.get(level) or indicators[indicator_id]._item_model()
            # sudo: names of those whose figures are measured
            records = self.env[model_name].sudo().with_context(active_test=False).browse(ids).exists()
            names.update({(indicator_id, level, record.id): record.display_name for record in records})
            if level == "user":
                places.update(self._user_places(records, company))
            elif level in ("team", "department"):
                for record in records:
                    place = (None, record.id, None) if level == "team" else (None, None, record.id)
                    places[level, record.id] = place
        return places, names

    @api.model
    def _user_places(self, users, company):
        # sudo: in which department users are
        employees = self.env["hr.employee"].sudo().with_context(active_test=False).search(
            [("user_id", "in", users.ids), ("company_id", "child_of", company.id)], order="active, id DESC"
        )  # fmt: skip
        departments = {
            employee.user_id.id: employee.current_version_id.department_id.id for employee in employees
        }
        return {
            ("user", user.id): (user.id, user.sale_team_id.id or None, departments.get(user.id) or None)
            for user in users
        }


_COLUMNS = """
    indicator_id, period_id, company_id, level, subject_id, subject_name, user_id, team_id, department_id,
    has_value, value, numerator, denominator, records, date_measured, create_uid, create_date
"""

_STORE = """
    INSERT INTO crmx_kpi_fact (%(columns)s, category, period_kind, date_from)
    SELECT figure.*, indicator.category, period.kind, period.date_from
      FROM (VALUES %(values)s) figure (%(columns)s)
      JOIN crmx_kpi_indicator indicator ON indicator.id = figure.indicator_id
      JOIN crmx_kpi_period period ON period.id = figure.period_id
        ON CONFLICT (indicator_id, period_id, level, subject_id) DO UPDATE
       SET (subject_name, user_id, team_id, department_id, has_value, value, numerator, denominator, records,
            date_measured, write_uid, write_date, category)
         = (EXCLUDED.subject_name, EXCLUDED.user_id, EXCLUDED.team_id, EXCLUDED.department_id,
            EXCLUDED.has_value, EXCLUDED.value, EXCLUDED.numerator, EXCLUDED.denominator, EXCLUDED.records,
            EXCLUDED.date_measured, EXCLUDED.create_uid, EXCLUDED.create_date, EXCLUDED.category)
"""
