from odoo import api, fields, models


class ApprovalLadder(models.Model):
    _inherit = "crmx.approval.ladder"

    purpose = fields.Selection(selection_add=[("bonus", "Approve bonuses")], ondelete={"bonus": "cascade"})

    @api.model
    @api.private
    def _manager_group(self, purpose):
        if purpose == "bonus":
            return "crm_extended.group_kpi_manager"
        return super()._manager_group(purpose)
