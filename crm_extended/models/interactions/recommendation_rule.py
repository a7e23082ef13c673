import logging
from ast import literal_eval

from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain
from odoo.tools.safe_eval import safe_eval

_logger = logging.getLogger(__name__)


class RecommendationRule(models.Model):
    """When to recommend what: a signal with its threshold, a condition on the partner, words, an action.

    Rules are ranked by their order; under one rule the partner for whom most is at stake comes first.
    """

    _name = "crmx.recommendation.rule"
    _description = "Rule for recommended actions"
    _order = "sequence, id"

    name = fields.Char(string="Recommendation", required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", index="btree_not_null", help="Only in this company; empty: in all."
    )
    signal = fields.Selection(selection="_selection_signal", required=True, default="contact_overdue")
    uses_days = fields.Boolean(compute="_compute_uses")
    uses_amount = fields.Boolean(compute="_compute_uses")
    uses_percent = fields.Boolean(compute="_compute_uses")
    figures = fields.Char(
        string="Words to Use", compute="_compute_uses", help="What stands for figures in the reason."
    )
    days = fields.Integer()
    amount = fields.Float(string="From Amount", help="In the currency of the active company.")
    percent = fields.Float(string="From Percent")
    domain = fields.Char(
        string="Only for", default="[]", help="Condition on the partner; always: a commercial partner."
    )
    reason = fields.Char(
        required=True,
        translate=True,
        help="Why, with figures, such as: Overdue by %(days)s days.",
    )
    action = fields.Selection(
        [
            ("activity", "Plan an activity"),
            ("call", "Log a call"),
            ("meeting", "Plan a meeting"),
            ("offer", "Make an offer"),
            ("list", "Open the list"),
        ],
        required=True,
        default="activity",
        help="What one click does.",
    )
    activity_type_id = fields.Many2one("mail.activity.type", ondelete="restrict")
    activity_days = fields.Integer(string="Due In (Days)", default=1)
    rest_days = fields.Integer(
        string="Not Again For (Days)",
        default=14,
        help="For so long nobody sees the recommendation for the partner after it was accepted or dismissed.",
    )

    _positive = models.Constraint(
        "CHECK (days >= 0 AND rest_days >= 0 AND activity_days >= 0)", "Days are counted forward."
    )

    @api.model
    def _selection_signal(self):
        base = self.env["crmx.recommendation.signal"]
        return [
            (code, str(self.env._(self.env[name]._signal_label)))
            for code, name in base._signal_names().items()
        ]

    @api.depends("signal")
    def _compute_uses(self):
        base = self.env["crmx.recommendation.signal"]
        for rule in self:
            signal = base._signal(rule.signal) if rule.signal else base
            for parameter in ("days", "amount", "percent"):
                rule[f"uses_{parameter}"] = parameter in signal._signal_parameters
            rule.figures = "  ".join(f"%({name})s" for name in signal._signal_figures)

    @api.constrains("signal", "reason")
    def _check_reason(self):
        base = self.env["crmx.recommendation.signal"]
        for rule in self:
            figures = dict.fromkeys(base._signal(rule.signal)._signal_figures, "")
            try:
                rule.reason % figures  # noqa: B018  whether it can be filled in
            except (KeyError, TypeError, ValueError) as error:
                raise ValidationError(
                    self.env._(
                        "The reason of “%(rule)s” may use these figures only: %(figures)s",
                        rule=rule.name,
                        figures=rule.figures,
                    )
                ) from error

    @api.constrains("domain")
    def _check_domain(self):
        for rule in self:
            try:
                self.env["res.partner"]._search(rule._partner_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._("The condition of “%(rule)s” cannot be read.", rule=rule.name)
                ) from error

    @api.private
    def _partner_domain(self):
        """The rule's condition; the words that the editor of conditions offers are known."""
        try:
            return Domain(literal_eval(self.domain or "[]"))
        except ValueError:
            return Domain(safe_eval(self.domain, {"uid": self.env.uid, "context_today": fields.Date.today}))

    # -- evaluation -------------------------------------------------------

    @api.private
    def _recommend(self, partners):
        """What the active rules recommend for commercial partners, most important first.

        Evaluated for all partners at once, under the reader's rights: the number of queries depends on
        the rules alone. What was accepted or dismissed lately is left out.

        :return: list of ``{"rule_id", "partner_id", "partner", "name", "reason", "action"}``
        """
        partners = partners._filtered_access("read")
        if not partners or not self.has_access("read"):
            return []
        rules = self.search([("company_id", "in", (self.env.company.id, False))])
        resting = self.env["crmx.recommendation"]._resting(partners)
        found = []
        for rule in rules:
            figures = rule._evaluate(partners)
            ranked = sorted(figures.items(), key=lambda item: -item[1].get("weight", 0))
            found += [
                rule._line(partners.browse(partner_id), values)
                for partner_id, values in ranked
                if (rule.id, partner_id) not in resting
            ]
        return found

    @api.private
    def _evaluate(self, partners):
        """:return: ``{partner id: figures}`` of those whom the rule recommends something for"""
        self.ensure_one()
        condition = self._partner_domain()
        if not condition.is_true():
            partners = partners.search(condition & Domain("id", "in", partners.ids))
        if not partners:
            return {}
        return self.env["crmx.recommendation.signal"]._signal(self.signal)._evaluate(self, partners)

    @api.private
    def _line(self, partner, figures):
        return {
            "rule_id": self.id,
            "partner_id": partner.id,
            "partner": partner.display_name,
            "name": self.name,
            "reason": self._reason(figures),
            "action": self.action,
        }

    @api.private
    def _reason(self, figures):
        """The reason in the reader's language, with its figures."""
        try:
            return self.reason % figures
        except (KeyError, TypeError, ValueError):  # a translation with a slip
            _logger.warning("The reason of rule %s cannot be filled in: %s", self.id, self.reason)
            return self.with_context(lang="en_US").reason % figures
