from odoo import api, fields, models


class ProcessBranch(models.Model):
    """A way out of a step of a draft: a button for who does it, or a condition of a decision."""

    _name = "crmx.process.branch"
    _description = "Process Outcome"
    _order = "step_id, sequence, id"

    step_id = fields.Many2one("crmx.process.step", required=True, ondelete="cascade", index=True)
    process_id = fields.Many2one(related="step_id.process_id")
    source = fields.Selection(related="process_id.source")
    model_name = fields.Char(related="process_id.model_name")
    kind = fields.Selection(related="step_id.kind")
    sequence = fields.Integer(default=10)
    ref = fields.Char(string="BPMN id", readonly=True)
    name = fields.Char(required=True, help="On the button, or on the arrow.")
    domain = fields.Char(string="When", help="The document is like this. The first that fits is taken.")
    next_step_id = fields.Many2one(
        "crmx.process.step",
        string="Then",
        domain="[('process_id', '=', process_id)]",
        ondelete="set null",
        copy=False,
        help="Empty: the step below.",
    )
    is_last = fields.Boolean(string="Then it ends")
    needs_comment = fields.Boolean(string="With a comment")
    needed_fields = fields.Char(
        string="With these fields",
        help="Fields of the document that have to be filled before, as: user_id, date_order",
    )

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            vals["name"] = (vals.get("name") or "").strip()
        return super().create(vals_list)
