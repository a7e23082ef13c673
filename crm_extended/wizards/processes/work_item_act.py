from odoo import api, fields, models


class WorkItemAct(models.TransientModel):
    """Asks for what is needed to finish a step, give it to somebody else or send the run back."""

    _name = "crmx.work.item.act"
    _description = "Finish or Hand Over"

    item_ids = fields.Many2many("crmx.work.item", string="Steps", required=True, readonly=True)
    what = fields.Selection(
        [("finish", "Finish"), ("give", "Give away"), ("return", "Send back")], required=True, readonly=True
    )
    allowed_flow_ids = fields.Many2many("crmx.process.flow", compute="_compute_allowed_flow_ids")
    flow_id = fields.Many2one(
        "crmx.process.flow", string="How it ends", domain="[('id', 'in', allowed_flow_ids)]"
    )
    user_id = fields.Many2one("res.users", string="To", domain="[('share', '=', False)]")
    allowed_node_ids = fields.Many2many("crmx.process.node", compute="_compute_allowed_node_ids")
    node_id = fields.Many2one(
        "crmx.process.node", string="Back to", domain="[('id', 'in', allowed_node_ids)]"
    )
    comment = fields.Text()

    @api.depends("item_ids")
    def _compute_allowed_flow_ids(self):
        for wizard in self:
            # sudo: what a published version says, to who has the step
            wizard.allowed_flow_ids = wizard.item_ids[:1].node_id.sudo()._ways() if wizard.item_ids else False

    @api.depends("item_ids")
    def _compute_allowed_node_ids(self):
        for wizard in self:
            wizard.allowed_node_ids = wizard.item_ids[:1]._earlier_nodes() if wizard.item_ids else False

    def action_act(self):
        """Do it."""
        self.ensure_one()
        if self.what == "finish":
            for item in self.item_ids:
                item.finish(self.flow_id.ref or None, self.comment)
        elif self.what == "give":
            self.item_ids.action_give(self.user_id.id, self.comment)
        else:
            self.item_ids._return_to(self.node_id, self.comment)
        return {"type": "ir.actions.act_window_close"}
