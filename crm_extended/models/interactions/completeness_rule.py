from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools import SQL

#: Whom completeness is asked of: no colleagues, no delivery or invoice addresses of a company.
ASKED = Domain("partner_share", "=", True) & (
    Domain("type", "=", "contact") | Domain("parent_id", "=", False)
)


class CompletenessRule(models.Model):
    """Something that a good contact has: a field that is filled, or a condition that holds."""

    _name = "crmx.completeness.rule"
    _description = "Rule of completeness"
    _order = "sequence, id"

    name = fields.Char(string="What Is Asked for", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    field_id = fields.Many2one(
        "ir.model.fields",
        required=True,
        ondelete="cascade",
        domain="[('model', '=', 'res.partner'), ('store', '=', True)]",
        help="Where it is entered. Without a condition it must be filled.",
    )
    field_name = fields.Char(related="field_id.name")
    condition = fields.Char(
        help="Domain on contacts. Empty: the field is filled.",
    )
    weight = fields.Integer(default=1, required=True, aggregator=None, help="Share in the score.")
    for_companies = fields.Boolean(string="Companies", default=True)
    for_persons = fields.Boolean(string="Persons", default=True)
    audience = fields.Selection(
        [("all", "All"), ("customer", "Customers"), ("supplier", "Suppliers")],
        string="Asked of",
        default="all",
        required=True,
        help="Persons count with the company that they belong to.",
    )

    _weight_positive = models.Constraint("CHECK (weight > 0)", "A rule has a weight of at least 1.")

    @api.constrains("condition", "field_id")
    def _check_condition(self):
        for rule in self:
            try:
                rule._condition_sql(rule._met())
            except Exception as error:
                message = self.env._(
                    "The condition of “%(rule)s” is no domain on contacts: %(error)s",
                    rule=rule.name,
                    error=error,
                )
                raise ValidationError(message) from error

    @api.private
    def _met(self):
        """Domain of the partners who have it."""
        if self.condition and self.condition.strip() not in ("", "[]"):
            return Domain(literal_eval(self.condition))
        return Domain(self.field_id.name, "!=", False)

    @api.private
    def _asked(self):
        """Domain of the partners of whom it is asked."""
        domain = ASKED
        if not (self.for_companies and self.for_persons):
            domain &= Domain("is_company", "=", self.for_companies)
            if not (self.for_companies or self.for_persons):
                return Domain.FALSE
        if self.audience != "all":
            domain &= Domain(f"commercial_partner_id.{self.audience}_rank", ">", 0)
        return domain

    @api.private
    def _condition_sql(self, domain):
        """A domain as a condition on the rows of ``res_partner``."""
        # sudo: what is missing is told of partners whom the reader may read
        Partner = self.env["res.partner"].sudo().with_context(active_test=False)
        query = Partner._search(domain, bypass_access=True)
        if query.is_empty():
            return SQL("FALSE")
        if query.from_clause == SQL('"res_partner"'):
            return SQL("COALESCE((%s), FALSE)", query.where_clause or SQL("TRUE"))
        return SQL("res_partner.id IN %s", query.subselect())

    @api.model
    @api.private
    def _scores(self, where):
        """Score and gaps of partners, all rules in one pass over them.

        :param where: SQL condition on ``res_partner``
        :return: SQL that selects id, score (0–100) and an array of the rules not met, of the partners of
            whom anything is asked
        """
        # sudo: rules are the same for all readers
        rules = self.sudo().search([("active", "=", True)])
        if not rules:
            return SQL("SELECT 0 AS id, 0 AS score, '{}'::int[] AS missing WHERE FALSE")
        parts = [
            (rule.id, rule.weight, *map(rule._condition_sql, (rule._asked(), rule._met()))) for rule in rules
        ]
        plus = SQL(" + ")
        return SQL(
            """SELECT id, 100 * met / asked AS score, missing FROM (
                   SELECT res_partner.id, %(met)s AS met, %(asked)s AS asked,
                          array_remove(ARRAY[%(missing)s], NULL) AS missing
                     FROM res_partner WHERE %(where)s) scored
                WHERE asked > 0""",
            asked=plus.join(SQL("CASE WHEN %s THEN %s ELSE 0 END", a, w) for _id, w, a, _met in parts),
            met=plus.join(SQL("CASE WHEN %s AND %s THEN %s ELSE 0 END", a, m, w) for _id, w, a, m in parts),
            missing=SQL(", ").join(
                SQL("CASE WHEN %s AND NOT %s THEN %s END", a, m, rule_id) for rule_id, _w, a, m in parts
            ),
            where=where,
        )
