from odoo import fields, models


class AllowanceLine(models.Model):
    """What a customer owes of one age, and what is set aside for it."""

    _name = "crmx.allowance.line"
    _description = "Line of an Allowance"
    _order = "allowance_id, amount DESC, id"
    _rec_name = "partner_id"

    allowance_id = fields.Many2one(
        "crmx.allowance", string="Valuation", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="allowance_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="allowance_id.currency_id")
    date = fields.Date(related="allowance_id.date", store=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    bucket = fields.Integer(readonly=True, aggregator=None)
    label = fields.Char(string="Days Late", readonly=True)
    assessment_id = fields.Many2one(
        "crmx.allowance.assessment",
        string="Single Assessment",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    gross = fields.Monetary(string="Owed", readonly=True, help="Net of what the customer has in credit.")
    percent = fields.Float(string="Set Aside (%)", digits=(16, 4), readonly=True, aggregator=None)
    amount = fields.Monetary(string="Allowance", readonly=True)
