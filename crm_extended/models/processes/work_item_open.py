"""What opens when somebody goes to his step."""

from odoo import api, fields, models

OPENS = [
    ("document", "The document"),
    ("documents", "The documents that complete it"),
    ("receiving", "Receiving by barcode"),
]


class ProcessStepProperties(models.AbstractModel):
    _inherit = "crmx.process.step.properties"

    opens = fields.Selection(
        OPENS,
        default="document",
        help="What who has the step comes to: the document of the process, those that a field leads to, or "
        "the screen on which their receipts are scanned.",
    )
    view_id = fields.Many2one(
        "ir.ui.view",
        string="Form",
        ondelete="set null",
        help="The form in which it opens. Empty: the usual one.",
    )


class WorkItem(models.Model):
    _inherit = "crmx.work.item"

    def action_open_document(self):
        """Open what the step is done on."""
        self.ensure_one()
        # sudo: how the step was published; what opens is read with the user's own rights
        node = self.sudo().node_id
        if not node.opens or node.opens == "document":
            return self._with_form(super().action_open_document(), node.view_id)
        records = self._step_documents(node)
        if node.opens == "receiving" and records._name == "stock.picking":
            return self._receiving_action(records)
        action = {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": records._name,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", records.ids)],
        }
        if len(records) == 1:
            action |= {"res_id": records.id, "views": [(False, "form")]}
        return self._with_form(action, node.view_id)

    @api.private
    def _step_documents(self, node):
        record = self.env[self.res_model].browse(self.res_id)
        return record.mapped(node.document_path) if node.document_path else record

    @api.private
    def _receiving_action(self, receipts):
        """The screen of the one receipt that waits, else the list of all."""
        waiting = receipts.filtered(
            lambda receipt: (
                receipt.picking_type_code == "incoming" and receipt.state not in ("done", "cancel")
            )
        )
        context = {"active_id": waiting.id, "active_model": "stock.picking"} if len(waiting) == 1 else {}
        return {
            "type": "ir.actions.client",
            "tag": "crmx_receiving",
            "name": self.name,
            "context": context,
        }

    @api.private
    def _with_form(self, action, view):
        if view and view.model == action["res_model"]:
            action["views"] = [
                (view.id if kind == "form" else view_id, kind) for view_id, kind in action["views"]
            ]
        return action
