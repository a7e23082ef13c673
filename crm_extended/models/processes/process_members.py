"""Steps that are done once for each of several records, as the lines or receipts of a document."""

from odoo import api, fields, models


class ProcessStepProperties(models.AbstractModel):
    _inherit = "crmx.process.step.properties"

    each_path = fields.Char(
        string="For each of",
        help="A field of the document that leads to several records, as order_line: each of them is a step "
        "by itself. “Field of the document”, when it says who does it, is then a field of these.",
    )


class ProcessStep(models.Model):
    _inherit = "crmx.process.step"

    def _user_faults(self):
        if self.each_path:
            if not self._target_model(self.model_name, self.each_path):
                yield self.env._("“%s” does not lead from the document to others.", self.each_path)
                return
            if not self.several:
                yield self.env._("say how many of them have to be done.")
        yield from super()._user_faults()

    @api.private
    def _subject_model_name(self):
        """Return the model of what the step is about: the document, or each of several records."""
        return self._target_model(self.model_name, self.each_path) or self.model_name


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _subject(self):
        """Return what the step is about."""
        model_name, res_id = self.env.context.get("crmx_member", (None, None))
        return self.env[model_name].browse(res_id) if model_name else self.instance_id._record()

    @api.private
    def _give_out(self):
        """Give the step to its performers, once for each record when there are several."""
        node = self.node_id
        if not node.each_path:
            super()._give_out()
            return
        # sudo: which records the step is about does not depend on who brought the run here
        members = self.instance_id._record().sudo().mapped(node.each_path)
        for member in members:
            self.with_context(crmx_member=(member._name, member.id))._give_out_for(member)
        if not members:
            # there is nothing to do
            self._leave()

    @api.private
    def _give_out_for(self, member):
        items = self.env["crmx.work.item"].with_context(
            default_member_model=member._name, default_member_id=member.id
        )
        made = items._make(self, self._performers())
        made.document = f"{self.instance_id.name}: {member.display_name}"


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    member_model = fields.Char(readonly=True)
    member_id = fields.Many2oneReference(
        string="About",
        model_field="member_model",
        readonly=True,
        help="Which of several records it is about.",
    )

    def action_open_document(self):
        """Open what the step is about, the document unless it is one of several records."""
        if not self.member_id:
            return super().action_open_document()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.member_model,
            "res_id": self.member_id,
            "views": [(False, "form")],
        }
