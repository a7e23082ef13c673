from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

OPERATORS = {op: SQL(op) for op in ("<", "<=", ">", ">=", "=")}


class ResPartner(models.Model):
    _inherit = "res.partner"

    crmx_completeness = fields.Integer(
        string="Completeness (%)",
        compute="_compute_crmx_completeness",
        search="_search_crmx_completeness",
        compute_sudo=False,
        aggregator="avg",
        help="Share of what is asked for by the rules of completeness, by weight.",
    )
    crmx_missing = fields.Json(
        string="Missing", compute="_compute_crmx_completeness", export_string_translation=False
    )

    @api.depends_context("company", "lang")
    def _compute_crmx_completeness(self):
        self.crmx_completeness = False
        self.crmx_missing = False
        stored = self._origin
        if not stored or not self.env["res.company"]._crmx_any_uses_interactions():
            return
        self.env.flush_all()
        Rule = self.env["crmx.completeness.rule"].sudo()  # sudo: as _scores()
        rows = self.env.execute_query(Rule._scores(SQL("res_partner.id = ANY(%s)", stored.ids)))
        scores = {partner_id: (score, missing) for partner_id, score, missing in rows}
        rules = {rule.id: {"name": rule.name, "field": rule.field_name} for rule in Rule.search([])}
        for partner in self:
            if found := scores.get(partner._origin.id):
                partner.crmx_completeness = found[0]
                partner.crmx_missing = [rules[rule_id] for rule_id in found[1]]

    def _search_crmx_completeness(self, operator, value):
        if operator not in OPERATORS or isinstance(value, bool):
            return NotImplemented
        scores = self.env["crmx.completeness.rule"]._scores(SQL("res_partner.active"))
        compare = SQL("score %s %s", OPERATORS[operator], int(value))
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL(
                "%s IN (SELECT id FROM (%s) AS crmx_scores WHERE %s)",
                SQL.identifier(alias, "id"),
                scores,
                compare,
            )
        )
