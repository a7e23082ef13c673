from odoo import api, fields, models
from odoo.exceptions import ValidationError


class ProcessStep(models.Model):
    """A step of a draft: a row of its table, or what is said of a shape of its drawing."""

    _name = "crmx.process.step"
    _description = "Process Step"
    _inherit = ["crmx.process.step.properties"]
    _order = "process_id, sequence, id"

    process_id = fields.Many2one("crmx.process", required=True, ondelete="cascade", index=True)
    source = fields.Selection(related="process_id.source")
    model_name = fields.Char(related="process_id.model_name")
    document_model_name = fields.Char(compute="_compute_document_model_name")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, help="Its shape is in the drawing.")
    ref = fields.Char(string="BPMN id", readonly=True, copy=True)
    is_beside = fields.Boolean(
        string="At the same time", help="As the step above; the next one begins when all of them are done."
    )
    next_step_id = fields.Many2one(
        "crmx.process.step",
        string="Then",
        domain="[('process_id', '=', process_id)]",
        ondelete="set null",
        copy=False,
        help="Empty: the step below.",
    )
    is_last = fields.Boolean(string="Then it ends")
    late_step_id = fields.Many2one(
        "crmx.process.step",
        string="When late, go to",
        domain="[('process_id', '=', process_id)]",
        ondelete="set null",
        copy=False,
        help="The step is taken away from who has it when its deadline has passed.",
    )
    previous_step_id = fields.Many2one(
        "crmx.process.step",
        string="That step",
        domain="[('process_id', '=', process_id), ('kind', '=', 'user')]",
        ondelete="set null",
        copy=False,
    )
    branch_ids = fields.One2many("crmx.process.branch", "step_id", string="Outcomes", copy=True)
    escalation_ids = fields.One2many("crmx.process.escalation", "step_id", copy=True)
    summary = fields.Char(compute="_compute_summary", string="Who")

    _ref_uniq = models.UniqueIndex("(process_id, ref) WHERE ref IS NOT NULL")

    @api.depends("process_id.model_name", "document_path")
    def _compute_document_model_name(self):
        for step in self:
            model = step._target_model(step.process_id.model_name, step.document_path)
            step.document_model_name = model or step.process_id.model_name

    @api.model
    @api.private
    def _target_model(self, model_name, path):
        """Return the name of the model to which a path of relations leads, None when it leads nowhere."""
        for name in (path or "").split(".") if path else ():
            model = self.env.get(model_name)
            field = model._fields.get(name) if model is not None else None
            if not field or not field.comodel_name:
                return None
            model_name = field.comodel_name
        return model_name

    @api.depends("kind", "performer", "user_id", "group_id", "role_id", "performer_path", "previous_step_id")
    def _compute_summary(self):
        words = dict(self._fields["performer"]._description_selection(self.env))
        for step in self:
            if step.kind != "user":
                step.summary = False
                continue
            said = {
                "user": step.user_id.name,
                "group": step.group_id.full_name,
                "role": step.role_id.name,
                "field": step.performer_path,
                "previous": step.previous_step_id.name,
            }
            step.summary = said.get(step.performer) or words.get(step.performer)

    @api.constrains("run_as")
    def _check_run_as(self):
        # the host checks constraints as superuser: ask for the user himself
        may = self.env.user._is_system() or self.env.user._is_superuser()
        if any(step.run_as == "system" for step in self) and not may:
            raise ValidationError(
                self.env._("Only administrators of the system may let an action run without limits.")
            )

    @api.constrains("several", "several_count")
    def _check_several_count(self):
        if any(step.several == "count" and step.several_count < 1 for step in self):
            raise ValidationError(self.env._("So many of them: at least one."))
