from odoo import fields, models


class InteractionOutcome(models.Model):
    _name = "crmx.interaction.outcome"
    _description = "Outcome of interactions"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    type_ids = fields.Many2many(
        "crmx.interaction.type",
        string="Types",
        help="Types of interaction that may end like this; empty: all.",
    )
    success = fields.Selection(
        [("reached", "Reached"), ("partly", "Partly"), ("missed", "Missed")],
        required=True,
        default="reached",
        help="Whether the interaction achieved what it was meant for.",
    )
