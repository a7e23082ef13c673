from odoo import fields, models


class ProcessCancel(models.TransientModel):
    """Asks why runs are cancelled."""

    _name = "crmx.process.cancel"
    _description = "Cancel Process"

    instance_ids = fields.Many2many("crmx.process.instance", string="Runs", required=True, readonly=True)
    reason = fields.Char(required=True)

    def action_cancel(self):
        """Cancel the runs."""
        self.instance_ids.action_cancel(self.reason)
        return {"type": "ir.actions.act_window_close"}
