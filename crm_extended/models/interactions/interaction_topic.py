from odoo import fields, models


class InteractionTopic(models.Model):
    _name = "crmx.interaction.topic"
    _description = "Topic of interactions"
    _order = "sequence, name"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    type_ids = fields.Many2many(
        "crmx.interaction.type",
        string="Types",
        help="Types of interaction that may have this topic; empty: all.",
    )
