from odoo import api, fields, models

from .sources.contact_kinds import CONTACT_KINDS
from .sources.interactions import INTERACTION_KINDS


class InteractionType(models.Model):
    _name = "crmx.interaction.type"
    _description = "Type of interaction"
    _order = "sequence, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    channel = fields.Selection(
        selection=lambda self: [(kind, self.env._(CONTACT_KINDS[kind][0])) for kind in INTERACTION_KINDS],
        required=True,
        default="other",
        help="How the history and its filters call interactions of this type.",
    )
    icon = fields.Char(
        compute="_compute_icon",
        store=True,
        readonly=False,
        precompute=True,
        help="Name of a Font Awesome icon.",
    )
    direction = fields.Selection(
        [("in", "Incoming"), ("out", "Outgoing")],
        string="Usual direction",
        required=True,
        default="out",
    )
    has_duration = fields.Boolean(string="Takes time", help="Interactions of this type have a duration.")
    default_duration = fields.Float(help="Proposed duration, in hours.")
    color = fields.Integer()

    _name_uniq = models.Constraint("UNIQUE (name)", "Two types of interaction have the same name.")

    @api.depends("channel")
    def _compute_icon(self):
        for interaction_type in self:
            interaction_type.icon = CONTACT_KINDS.get(interaction_type.channel, ("", "fa-circle-o"))[1]
