from odoo import fields, models

ACTIONS = [
    ("remind", "Remind who has it"),
    ("manager", "Tell the manager"),
    ("priority", "Raise the priority"),
    ("reassign", "Give it to"),
]


class ProcessEscalation(models.Model):
    """What happens when a step is late, level by level."""

    _name = "crmx.process.escalation"
    _description = "Process Escalation"
    _order = "hours, id"

    step_id = fields.Many2one("crmx.process.step", ondelete="cascade", index="btree_not_null")
    node_id = fields.Many2one("crmx.process.node", ondelete="cascade", index="btree_not_null", readonly=True)
    hours = fields.Float(
        string="Hours after the deadline",
        required=True,
        help="Working hours; a negative number is before the deadline.",
    )
    action = fields.Selection(ACTIONS, required=True, default="remind")
    user_id = fields.Many2one(
        "res.users",
        string="To",
        domain="[('share', '=', False)]",
        help="Who gets the step. Empty: the manager, else the owner of the process.",
    )
