from odoo import api, fields, models

PURPOSES = ("release", "write_off")


class ApprovalLadder(models.Model):
    _inherit = "crmx.approval.ladder"

    purpose = fields.Selection(
        selection_add=[("release", "Release from hold"), ("write_off", "Approve write-offs")],
        ondelete=dict.fromkeys(PURPOSES, "cascade"),
    )

    @api.model
    @api.private
    def _manager_group(self, purpose):
        if purpose in PURPOSES:
            return "crm_extended.group_receivables_manager"
        return super()._manager_group(purpose)
