from odoo import fields, models
from odoo.tools import SQL


class CompletenessGap(models.Model):
    """What is missing on which partner: a row each, for lists and pivots of managers."""

    _name = "crmx.completeness.gap"
    _description = "Missing data of a contact"
    _auto = False
    _order = "score, partner_id, rule_id"
    _rec_name = "partner_id"

    partner_id = fields.Many2one("res.partner", string="Contact", readonly=True)
    rule_id = fields.Many2one("crmx.completeness.rule", string="Missing", readonly=True)
    score = fields.Integer(string="Completeness (%)", readonly=True, aggregator="avg")
    band = fields.Selection(
        [("0", "Below 25 %"), ("1", "25–49 %"), ("2", "50–74 %"), ("3", "75–99 %")],
        string="Level",
        readonly=True,
    )
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True)
    country_id = fields.Many2one("res.country", readonly=True)
    is_company = fields.Boolean(readonly=True)

    @property
    def _table_query(self):
        Rule = self.env["crmx.completeness.rule"]
        return SQL(
            """SELECT s.id::bigint * 4096 + m.rule_id %% 4096 AS id, s.id AS partner_id, m.rule_id, s.score,
                      LEAST(s.score / 25, 3)::varchar AS band,
                      COALESCE(p.user_id, c.user_id) AS user_id, p.country_id, p.is_company
                 FROM (%s) s CROSS JOIN LATERAL unnest(s.missing) AS m (rule_id)
                 JOIN res_partner p ON p.id = s.id
                 LEFT JOIN res_partner c ON c.id = p.commercial_partner_id""",
            Rule._scores(SQL("res_partner.active")),
        )

    def action_open_partner(self):
        """Open the contact, to enter what is missing."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "res.partner",
            "res_id": self.partner_id.id,
            "views": [(False, "form")],
        }
