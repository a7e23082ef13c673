from odoo import fields, models
from odoo.tools.translate import LazyTranslate

_lt = LazyTranslate(__name__)


class InteractionOutcome(models.Model):
    _inherit = "crmx.interaction.outcome"

    leaves_open = fields.Boolean(
        string="Matter Goes On",
        help="The matter counts as open until a later contact in it ends otherwise.",
    )


class MatterSourceInteraction(models.AbstractModel):
    """A matter is open when its last contact left it open, or when something planned for it is not done."""

    _name = "crmx.matter.source.interaction"
    _inherit = "crmx.matter.source"
    _description = "Open matters: interactions"

    _matter_model = "crmx.interaction"
    _matter_label = _lt("Matters")
    _matter_icon = "fa-comments-o"
    _matter_domain = (
        ("child_ids", "=", False),
        "|",
        ("outcome_id.leaves_open", "=", True),
        ("activity_ids", "!=", False),
    )
    _matter_date = "date"
