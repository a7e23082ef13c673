from odoo import fields, models
from odoo.exceptions import UserError


class WorkshopReason(models.TransientModel):
    """Why an estimate is refused, a claim was turned down, or a case is closed though something is open."""

    _name = "crmx.workshop.reason"
    _description = "Reason for a decision of the workshop"

    res_model = fields.Char(required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    kind = fields.Char(required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_apply(self):
        """Do it, with the reason."""
        record = self.env[self.res_model].browse(self.res_id)
        method = getattr(record, "_reasons", {}).get(self.kind)
        if not method or not self.reason.strip():
            raise UserError(self.env._("Say why, on the document itself."))
        getattr(record, method)(self.reason.strip())
        return {"type": "ir.actions.act_window_close"}
