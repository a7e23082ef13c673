from odoo import api, fields, models


class DunningPolicy(models.Model):
    """Who is reminded of overdue debts, when, and how: levels, one after the other.

    Which policy an item follows: that of its document, else of the customer, else of the customer's tags,
    else of the company. See `crmx.dunning.exception` for the first two.
    """

    _name = "crmx.dunning.policy"
    _description = "Dunning Policy"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10, help="A customer with tags of several policies has the first one.")
    active = fields.Boolean(default=True)
    company_id = fields.Many2one("res.company", index="btree_not_null", help="Empty: for all companies.")
    category_ids = fields.Many2many(
        "res.partner.category",
        "crmx_dunning_policy_category_rel",
        "policy_id",
        "category_id",
        string="Customers Tagged",
        help="Customers with one of these tags have this policy, unless they have one of their own.",
    )
    level_ids = fields.One2many("crmx.dunning.level", "policy_id", string="Levels", copy=True)
    note = fields.Text()

    @api.constrains("level_ids")
    def _check_levels(self):
        self.level_ids._check_order()
