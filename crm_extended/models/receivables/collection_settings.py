"""What the worklist is made with: how much each factor counts, and what to say."""

from markupsafe import Markup, escape

from odoo import api, fields, models

from ...tools.worklist import FACTORS, Weight

REASONS = [
    ("plan", "Instalment missed"),
    ("promise", "Promise not kept"),
    ("limit", "Credit limit"),
    ("lateness", "Long overdue"),
    ("behaviour", "Pays late as a rule"),
    ("amount", "Large amount"),
]


class CollectionWeight(models.Model):
    """How much a factor counts in the score of whom to contact first."""

    _name = "crmx.collection.weight"
    _description = "Weight in the Collectors' Worklist"
    _order = "company_id, sequence, id"
    _rec_name = "factor"

    factor = fields.Selection(
        [
            ("amount", "Amount overdue"),
            ("lateness", "Days late"),
            ("behaviour", "Days late on average"),
            ("broken", "Promises and plans not kept"),
            ("limit", "Use of the credit limit (%)"),
        ],
        required=True,
        default="amount",
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Only in this company, instead of what holds for all."
    )
    points = fields.Float(required=True, default=20.0, help="What the factor adds to the score at most.")
    full_at = fields.Float(
        string="Full from",
        required=True,
        default=100.0,
        help="The value from which on it adds all its points; less adds less. Amounts are in the company's "
        "currency, behaviour and lateness in days, the use of the limit in percent.",
    )

    _factor_uniq = models.UniqueIndex("(factor, COALESCE(company_id, 0))", "Each factor has one weight.")
    _positive = models.Constraint(
        "CHECK (points >= 0 AND full_at > 0)", "Points are not below zero, and the full value is above it."
    )

    @api.model
    @api.private
    def _weights_of(self, company):
        """Return {factor: Weight} of a company; its own ones win."""
        found = self.search([("company_id", "in", (False, company.id))])
        weights = {
            weight.factor: Weight(weight.points, weight.full_at)
            for weight in found.sorted(lambda weight: bool(weight.company_id))
        }
        return {factor: weights[factor] for factor in FACTORS if factor in weights}


class CollectionScript(models.Model):
    """What to say to a customer, by the reason of the call."""

    _name = "crmx.collection.script"
    _description = "Call Script"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    reason = fields.Selection(REASONS, required=True, default="amount", index=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Only in this company, instead of what holds for all."
    )
    body = fields.Html(
        string="Text",
        translate=True,
        help="These words are replaced: {customer}, {amount}, {oldest}, {days}, {collector}, {company}.",
    )

    @api.model
    @api.private
    def _scripts_of(self, companies):
        """Return {(company, reason): script}; a company's own ones win."""
        found = self.search([("company_id", "in", [False, *companies.ids])])
        # the first one of a company, else the first one for all
        ranked = found.sorted(lambda script: (not script.company_id, script.sequence, script.id))
        scripts = {}
        for company in companies:
            for script in ranked:
                if script.company_id in (company, company.browse()):
                    scripts.setdefault((company, script.reason), script)
        return scripts

    @api.private
    def _fill_in(self, words):
        """Return the text with its words replaced."""
        text = str(self.body or "")
        for word, value in words.items():
            text = text.replace(f"{{{word}}}", str(escape(value)))
        # the text is sanitized when it is stored, and what is filled in is escaped
        return Markup(text)
