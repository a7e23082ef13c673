from odoo import api, fields, models

from ...tools.credit import Rule

KINDS = [
    ("limit", "Over the limit"),
    ("overdue", "Overdue"),
    ("promise", "Broken promises"),
    ("expired", "A limit has expired"),
    ("blocked", "Blocked by hand"),
    ("new", "New customer without approval"),
]
ACTIONS = [
    ("warn", "Warn"),
    ("delivery", "Hold the delivery"),
    ("order", "Hold the order for approval"),
    ("prepayment", "Require prepayment"),
]


class CreditRule(models.Model):
    """When orders and deliveries are held, and what is done then. The strictest of several holds."""

    _name = "crmx.credit.rule"
    _description = "Credit Rule"
    _inherit = "crmx.root.company"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True, help="What those read whose orders are held.")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    kind = fields.Selection(KINDS, string="When", required=True, default="limit")
    action = fields.Selection(
        ACTIONS,
        string="Then",
        required=True,
        default="order",
        help="Hold the delivery: orders confirm, goods wait. Hold the order: it neither confirms nor ships "
        "until somebody releases it. Require prepayment: it confirms by itself when it is paid.",
    )
    days = fields.Integer(
        help="Overdue: by more than so many days. Broken promises: in so many last days, 0 for ever. New "
        "customer: until the first invoice is so old."
    )
    amount = fields.Monetary(
        string="Tolerance", help="What is tolerated: overdue, or above the limit.", aggregator=None
    )
    count = fields.Integer(string="Promises", default=1, help="So many broken ones.", aggregator=None)
    category_ids = fields.Many2many(
        "res.partner.category", string="Tags", help="Only customers with one of these tags."
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _figures = models.Constraint(
        "CHECK (days >= 0 AND amount >= 0 AND count > 0)", "Days and tolerance are not below zero."
    )

    @api.model
    @api.private
    def _rules_of(self, company):
        """Return the rules of the company's tree as the kernel takes them; none while it is switched off."""
        root = company.sudo().root_id  # sudo: what holds does so whoever confirms
        if not company.sudo().crmx_use_receivables:  # sudo: as above
            return []
        rules = self.sudo()  # sudo: as above
        return [
            Rule(
                rule.kind,
                rule.action,
                rule.days,
                rule.amount,
                rule.count,
                frozenset(rule.category_ids.ids),
                rule.id,
            )
            for rule in rules.search([("company_id", "=", root.id)])
        ]
