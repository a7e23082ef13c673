from odoo import fields, models
from odoo.exceptions import UserError


class ProcessFlow(models.Model):
    """An arrow of a published version."""

    _name = "crmx.process.flow"
    _description = "Published Process Arrow"
    _order = "version_id, id"

    version_id = fields.Many2one(
        "crmx.process.version", required=True, readonly=True, ondelete="cascade", index=True
    )
    ref = fields.Char(string="BPMN id", required=True, readonly=True)
    name = fields.Char(readonly=True)
    source_id = fields.Many2one(
        "crmx.process.node", required=True, readonly=True, ondelete="cascade", index=True
    )
    target_id = fields.Many2one(
        "crmx.process.node", required=True, readonly=True, ondelete="cascade", index=True
    )
    domain = fields.Char(readonly=True)
    is_outcome = fields.Boolean(readonly=True, help="A button of who does the step before.")
    needs_comment = fields.Boolean(readonly=True)
    needed_fields = fields.Char(readonly=True, help="Fields of the document that have to be filled before.")

    _ref_uniq = models.UniqueIndex("(version_id, ref)")

    def write(self, vals):
        if self:
            raise UserError(self.env._("A published version cannot be changed: publish another one."))
        return super().write(vals)
