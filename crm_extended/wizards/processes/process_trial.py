from odoo import api, fields, models
from odoo.exceptions import UserError


class ProcessTrial(models.TransientModel):
    """Runs a draft on a real document, and takes all of it back."""

    _name = "crmx.process.trial"
    _description = "Trial of a Process"

    process_id = fields.Many2one("crmx.process", required=True, readonly=True, ondelete="cascade")
    model_name = fields.Char(related="process_id.model_name")
    res_id = fields.Many2oneReference(string="On", model_field="model_name")
    line_ids = fields.One2many("crmx.process.trial.line", "trial_id", readonly=True)

    def action_try(self):
        """Show who would get what and until when."""
        self.ensure_one()
        self.process_id.check_access("write")
        record = self._document()
        lines = self.process_id._try_on(record)
        self.line_ids.unlink()
        self.env["crmx.process.trial.line"].create([{**line, "trial_id": self.id} for line in lines])
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Trial"),
            "res_model": self._name,
            "res_id": self.id,
            "views": [(False, "form")],
            "target": "new",
        }

    @api.private
    def _document(self):
        model = self.env[self.model_name]
        record = (
            model.browse(self.res_id).exists() if self.res_id else model.search([], limit=1, order="id DESC")
        )
        if not record:
            raise UserError(self.env._("There is no document to try it on."))
        record.check_access("read")
        return record


class ProcessTrialLine(models.TransientModel):
    _name = "crmx.process.trial.line"
    _description = "Step of a Trial"

    trial_id = fields.Many2one("crmx.process.trial", required=True, ondelete="cascade")
    step = fields.Char(readonly=True)
    who = fields.Char(readonly=True)
    until = fields.Datetime(readonly=True)
    then = fields.Char(string="Ends with", readonly=True)
