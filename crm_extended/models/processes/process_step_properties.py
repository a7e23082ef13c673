from odoo import fields, models

#: Kinds of steps; a decision exists in a table only, where the drawing has a gateway.
KINDS = [
    ("user", "Somebody does it"),
    ("receive", "Wait for the document"),
    ("service", "Run an action"),
    ("send", "Send a message"),
    ("timer", "Wait some time"),
    ("call", "Run another process"),
    ("decision", "Decide by conditions"),
]
PERFORMERS = [
    ("initiator", "Who began the process"),
    ("manager", "Manager of who began it"),
    ("user", "A person"),
    ("group", "A group"),
    ("role", "A role"),
    ("field", "As the document says"),
    ("previous", "Who did an earlier step"),
]


class ProcessStepProperties(models.AbstractModel):
    """What is said of a step beside the drawing: of the draft's, and of the published one."""

    _name = "crmx.process.step.properties"
    _description = "Properties of a process step"

    name = fields.Char(required=True)
    kind = fields.Selection(KINDS, required=True, default="user")
    instructions = fields.Text(help="What to do, shown to whoever has the step.")

    # --- who ---
    performer = fields.Selection(PERFORMERS, string="Done by", default="initiator")
    user_id = fields.Many2one("res.users", string="Person", domain="[('share', '=', False)]")
    group_id = fields.Many2one("res.groups", help="Anybody in the group can take the step.")
    role_id = fields.Many2one("res.role", help="Anybody with the role can take the step.")
    performer_path = fields.Char(
        string="Field of the document",
        help="A field that leads to a user, or to an employee or contact who is one.",
    )
    fallback_user_id = fields.Many2one(
        "res.users",
        string="Otherwise",
        domain="[('share', '=', False)]",
        help="Has the step when nobody is found, or who was found has left.",
    )
    four_eyes = fields.Selection(
        [
            ("initiator", "Not by who began the process"),
            ("previous", "Not by who did the step before"),
            ("anybody", "Not by anybody who did another step"),
        ],
        help="Who may not do this step, though it is his otherwise.",
    )
    several = fields.Selection(
        [("all", "All of them"), ("any", "Any of them"), ("count", "So many of them")],
        string="Several people",
        help="Each person found has the step by himself. Empty: one of them does it for all.",
    )
    several_count = fields.Integer(string="How many", default=1)

    # --- until when ---
    deadline_hours = fields.Float(
        string="Within (working hours)",
        help="By the working hours and holidays of who has the step. 0: no deadline.",
    )
    wait_hours = fields.Float(string="Wait (hours)", help="Hours of the clock.")

    # --- what ---
    document_path = fields.Char(
        string="Documents",
        help="A field of the document that leads to those that complete the step, as picking_ids. "
        "Empty: the document itself.",
    )
    completion_domain = fields.Char(
        string="Completed when",
        help="The step is done as soon as a document is like this, whoever brings that about.",
    )
    action_id = fields.Many2one("ir.actions.server", ondelete="restrict")
    run_as = fields.Selection(
        [
            ("performer", "Who did the step before"),
            ("initiator", "Who began the process"),
            ("system", "The system, without limits"),
        ],
        default="performer",
        string="With the rights of",
        help="Only administrators of the system may let an action run without limits. It is logged.",
    )
    template_id = fields.Many2one("mail.template", string="Mail", ondelete="restrict")
    called_process_id = fields.Many2one("crmx.process", string="Process to run", ondelete="restrict")
