from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.exceptions import UserError

from .fact import SUBJECTS

#: Documents of a closed period are looked at again for so long.
REVIEW_MONTHS = 13
#: Sums of floats differ in the last digits.
TOLERANCE = 1e-6


class Restatement(models.Model):
    """What the documents of a closed period say later: dated, and added to what was said before.

    The closed figure stays as it is. There is one row for each change of a figure.
    """

    _name = "crmx.kpi.restatement"
    _description = "Later Change of a Figure"
    _order = "date DESC, id DESC"
    _rec_name = "subject_name"

    period_id = fields.Many2one(
        "crmx.kpi.period", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    indicator_id = fields.Many2one(
        "crmx.kpi.indicator", required=True, readonly=True, ondelete="restrict", index=True
    )
    level = fields.Selection(
        lambda self: self.env["crmx.kpi.fact"]._fields["level"].selection, required=True, readonly=True
    )
    subject_id = fields.Integer(string="Whose ID", required=True, readonly=True, aggregator=None)
    subject_name = fields.Char(string="Whose", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, ondelete="restrict", index="btree_not_null")
    team_id = fields.Many2one("crm.team", readonly=True, ondelete="set null")
    department_id = fields.Many2one("hr.department", readonly=True, ondelete="set null")
    date = fields.Datetime(string="Found on", required=True, readonly=True)
    before = fields.Float(readonly=True, digits=False, aggregator=None)
    after = fields.Float(readonly=True, digits=False, aggregator=None)
    delta = fields.Float(string="Change", readonly=True, digits=False, aggregator=None)
    before_text = fields.Char(string="Was", compute="_compute_texts")
    after_text = fields.Char(string="Is", compute="_compute_texts")

    @api.depends("before", "after")
    def _compute_texts(self):
        for row in self:
            row.before_text = row.indicator_id._in_words(row.before, row.company_id)
            row.after_text = row.indicator_id._in_words(row.after, row.company_id)

    def write(self, vals):
        if self:
            raise UserError(self.env._("Later changes are added, and not written over."))
        return super().write(vals)

    @api.ondelete(at_uninstall=True)
    def _unlink_never(self):
        raise UserError(self.env._("Later changes stay on record."))

    @api.model
    def _last_values(self, facts):
        """:return: ``{fact: what its documents say now}`` of those that have changed"""
        found = {}
        # sudo: of figures that the reader has
        rows = self.sudo().search(
            [("period_id", "in", facts.period_id.ids), ("indicator_id", "in", facts.indicator_id.ids)],
            order="id",
        )
        by_key = {(row.period_id, row.indicator_id, row.level, row.subject_id): row for row in rows}
        for fact in facts:
            row = by_key.get((fact.period_id, fact.indicator_id, fact.level, fact.subject_id))
            if row:
                found[fact] = row.after
        return found

    @api.model
    def _look_at(self, company):
        """Measure closed periods anew, and take down what differs from what was said last."""
        today = self.env["crmx.kpi.period"]._today(company)
        periods = self.env["crmx.kpi.period"].search(
            [
                ("company_id", "=", company.id),
                ("state", "=", "closed"),
                ("date_to", ">=", today - relativedelta(months=REVIEW_MONTHS)),
            ]
        )
        facts = self.env["crmx.kpi.fact"].search([("period_id", "in", periods.ids)])
        indicators = facts.indicator_id.filtered(lambda each: each.basis != "state" or each._has_history())
        if not indicators:
            return self.browse()
        result = self.env["crmx.kpi.measure"]._measure(indicators, periods, company)
        figures = {each: found for each, found in result.figures.items() if each in indicators}
        return self._take_down(facts.filtered(lambda fact: fact.indicator_id in figures), figures, company)

    @api.model
    def _take_down(self, facts, figures, company):
        last = self._last_values(facts)
        said = {
            (fact.indicator_id, fact.period_id.id, fact.level, fact.subject_id): (
                last.get(fact, fact.value),
                fact,
            )
            for fact in facts
        }
        closed = {(fact.indicator_id, fact.period_id.id) for fact in facts}
        now = {
            (indicator, *key): figure.value or 0.0
            for indicator, found in figures.items()
            for key, figure in found.items()
            if (indicator, key.period_id) in closed
        }
        extra = self._said_without_fact(facts, said)
        vals_list = []
        for key in said.keys() | now.keys():
            before, fact = said.get(key, (extra.get(key, 0.0), self.env["crmx.kpi.fact"]))
            after = now.get(key, 0.0)
            if abs(after - before) > TOLERANCE * max(1.0, abs(before), abs(after)):
                vals_list.append(self._row(key, fact, before, after, company))
        return self.create(vals_list)

    @api.model
    def _said_without_fact(self, facts, said):
        """What was said last of those who had no figure when the period was closed."""
        rows = self.search([("period_id", "in", facts.period_id.ids)], order="id")
        values = {(row.indicator_id, row.period_id.id, row.level, row.subject_id): row.after for row in rows}
        return {key: value for key, value in values.items() if key not in said}

    @api.model
    def _row(self, key, fact, before, after, company):
        indicator, period_id, level, subject_id = key
        vals = {
            "indicator_id": indicator.id,
            "period_id": period_id,
            "company_id": company.id,
            "level": level,
            "subject_id": subject_id,
            "date": fields.Datetime.now(),
            "before": before,
            "after": after,
            "delta": after - before,
        }
        if fact:
            place = {name: fact[name].id for name in ("user_id", "team_id", "department_id")}
            return {**vals, **place, "subject_name": fact.subject_name}
        model_name = SUBJECTS.get(level) or indicator._item_model()
        subject = self.env[model_name].browse(subject_id).exists()
        if level in ("user", "team", "department"):
            vals[f"{level}_id"] = subject.id
        return {**vals, "subject_name": subject.display_name or ""}


class Indicator(models.Model):
    _inherit = "crmx.kpi.indicator"

    @api.private
    def _has_history(self):
        """Whether the state of an earlier day can be read."""
        return hasattr(self.env.registry.get(self.res_model), "_crmx_as_of")
