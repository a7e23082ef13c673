"""From a figure to the documents behind it, as far as the reader may see them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .measure_query import Statement
from .measure_scope import Bucket

#: So many documents are listed; of more, the newest.
MOST = 5_000


class Fact(models.Model):
    _inherit = "crmx.kpi.fact"

    visible_text = fields.Char(
        string="Visible to You",
        compute="_compute_visible_text",
        help="How many of the documents behind the figure you may see.",
    )

    def _compute_visible_text(self):
        for fact in self:
            fact.visible_text = ""
            if fact.indicator_id.kind == "aggregate" and fact.id:
                found = fact._document_ids()
                if found is not None:
                    seen = len(fact._visible(found))
                    fact.visible_text = self.env._("%(seen)s of %(all)s", seen=seen, all=len(found))

    @api.private
    def _document_ids(self):
        """Ids of the documents behind the figure now, whoever asks; None when it cannot be said."""
        self.ensure_one()
        indicator = self.indicator_id
        if indicator.kind != "aggregate" or indicator._definition_problem():
            return None
        bucket = Bucket.of(indicator)
        # sudo: only how many there are leaves this method's callers; which ones, the reader's rights decide
        env = self.sudo().env
        mine = self.with_env(env)
        scopes = env["crmx.kpi.measure"]._scopes(bucket, mine.period_id, mine.company_id)
        if not scopes:  # the state of a day that is over
            return None
        statement = Statement(env, bucket, mine.indicator_id, scopes[0], (self.level,))
        rows = env.execute_query(statement.documents(self.level, self.subject_id))
        return [row[0] for row in rows]

    @api.private
    def _visible(self, ids):
        """Those of the documents that the reader may see."""
        model = self.env[self.indicator_id.res_model].with_context(active_test=False)
        if not model.has_access("read"):
            return []
        return model.search([("id", "in", ids)], order="id DESC").ids

    def action_open_documents(self):
        """Open the documents behind the figure that the reader may see, and say how many there are."""
        self.ensure_one()
        self.check_access("read")
        if self.indicator_id.kind == "formula":
            return self._open_parts()
        found = self._document_ids()
        if found is None:
            raise UserError(
                self.env._(
                    "“%(indicator)s” was read from the state of %(period)s, which is over: there is no list "
                    "of it any more.",
                    indicator=self.indicator_id.name,
                    period=self.period_id.name,
                )
            )
        seen = self._visible(found)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "%(indicator)s, %(whose)s, %(period)s: %(seen)s of %(all)s visible to you",
                indicator=self.indicator_id.name,
                whose=self.subject_name,
                period=self.period_id.name,
                seen=len(seen),
                all=len(found),
            ),
            "res_model": self.indicator_id.res_model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", seen[:MOST])],
            "context": {"active_test": False, "create": False},
        }

    def _open_parts(self):
        """Open the figures that a formula was computed of."""
        codes = self.indicator_id._formula_codes()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("%(indicator)s: %(formula)s", indicator=self.indicator_id.name,
                               formula=self.indicator_id.formula),
            "res_model": "crmx.kpi.fact",
            "views": [(False, "list"), (False, "form")],
            "domain": [
                ("indicator_id.code", "in", sorted(codes)),
                ("period_id", "=", self.period_id.id),
                ("level", "=", self.level),
                ("subject_id", "=", self.subject_id),
            ],
        }  # fmt: skip
