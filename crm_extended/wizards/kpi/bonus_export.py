import base64

from odoo import api, fields, models


class BonusExport(models.TransientModel):
    """Bonuses as a file for the payroll, or as inputs of its payslips."""

    _name = "crmx.bonus.export"
    _description = "Bonuses for the Payroll"

    accrual_ids = fields.Many2many(
        "crmx.bonus.accrual",
        string="Bonuses",
        required=True,
        default=lambda self: self.env.context.get("active_ids"),
    )
    has_payslips = fields.Boolean(compute="_compute_has_payslips")
    file = fields.Binary(readonly=True, attachment=False)
    filename = fields.Char(readonly=True)

    @api.depends("accrual_ids")
    def _compute_has_payslips(self):
        self.has_payslips = self.env["crmx.bonus.accrual"]._has_payslips()

    def action_export(self):
        """Write the file; what the payroll pays is posted then."""
        self.ensure_one()
        self.file = base64.b64encode(self.accrual_ids._export().encode())
        self.filename = f"bonus-{fields.Date.context_today(self)}.csv"
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_payslips(self):
        """Add the bonuses to the draft payslips."""
        self.ensure_one()
        self.accrual_ids._to_payslips()
        return {"type": "ir.actions.act_window_close"}
