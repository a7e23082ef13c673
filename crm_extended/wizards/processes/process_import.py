import base64

from odoo import fields, models


class ProcessImport(models.TransientModel):
    """Makes a process of a drawing, or replaces the drawing of one."""

    _name = "crmx.process.import"
    _description = "Import a Drawing"

    process_id = fields.Many2one("crmx.process", string="Replace the drawing of")
    name = fields.Char()
    model_id = fields.Many2one(
        "ir.model", string="Document", domain="[('transient', '=', False), ('abstract', '=', False)]"
    )
    content = fields.Binary(string="BPMN file", required=True)
    file_name = fields.Char()

    def action_import(self):
        """Take over the drawing and open the process."""
        self.ensure_one()
        process = self.process_id
        if not process:
            name = self.name or (self.file_name or "").removesuffix(".bpmn") or self.env._("Imported")
            process = self.env["crmx.process"].create({"name": name, "model_id": self.model_id.id})
        process._import(base64.b64decode(self.content))
        return process.get_formview_action()
