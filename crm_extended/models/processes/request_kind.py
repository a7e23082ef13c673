from odoo import fields, models


class RequestKind(models.Model):
    """What can be asked for, with the questions that belong to it."""

    _name = "crmx.request.kind"
    _description = "Kind of Request"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    description = fields.Text(translate=True, help="Shown to whoever asks: when to use it, what to bring.")
    company_id = fields.Many2one("res.company", help="Empty: all companies.")
    process_id = fields.Many2one(
        "crmx.process",
        domain="[('model_name', '=', 'crmx.request')]",
        ondelete="restrict",
        help="Begins when the request is sent. Empty: whoever is responsible sees to it.",
    )
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        help="Follows the requests, and has those without a process.",
    )
    request_properties = fields.PropertiesDefinition(string="Questions")
