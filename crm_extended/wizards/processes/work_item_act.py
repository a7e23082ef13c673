from odoo import api, fields, models


class WorkItemAct(models.TransientModel):
    """Asks for what is needed to finish a step, give it to somebody else or send the run back."""

    _name = "crmx.work.item.act"
    _description = "Finish or Hand Over"

    item_ids = fields.Many2many("crmx.work.item", string="Steps", required=True, readonly=True)
    what = fields.Selection(
        [("finish", "Finish"), ("give", "Give away"), ("return", "Send back")], required=True, readonly=True
    )
    outcome = fields.Selection(selection="_selection_outcome", string="How it ends")
    user_id = fields.Many2one("res.users", string="To", domain="[('share', '=', False)]")
    allowed_node_ids = fields.Many2many("crmx.process.node", compute="_compute_allowed_node_ids")
    node_id = fields.Many2one(
        "crmx.process.node", string="Back to", domain="[('id', 'in', allowed_node_ids)]"
    )
    comment = fields.Text()

    @api.model
    def _selection_outcome(self):
        items = self.env["crmx.work.item"].browse(self.env.context.get("default_item_ids") or ()).exists()
        return [(way["ref"], way["name"]) for way in items[:1].get_outcomes()] if items else []

    @api.depends("item_ids")
    def _compute_allowed_node_ids(self):
        for wizard in self:
            wizard.allowed_node_ids = wizard.item_ids[:1]._earlier_nodes() if wizard.item_ids else False

    def action_act(self):
        """Do it."""
        self.ensure_one()
        if self.what == "finish":
            for item in self.item_ids:
                item.finish(self.outcome or None, self.comment)
        elif self.what == "give":
            self.item_ids.action_give(self.user_id.id, self.comment)
        else:
            self.item_ids._return_to(self.node_id, self.comment)
        return {"type": "ir.actions.client", "tag": "soft_reload"}
