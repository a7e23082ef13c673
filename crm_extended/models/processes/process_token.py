from odoo import api, fields, models
from odoo.tools import SQL

STATES = [
    ("active", "Standing"),
    ("waiting", "Waiting for others"),
    ("incident", "Incident"),
    ("done", "Gone on"),
]


class ProcessToken(models.Model):
    """Where a run stands: at a step, or in front of a join until the others have come."""

    _name = "crmx.process.token"
    _description = "Process Token"
    _order = "id"

    instance_id = fields.Many2one(
        "crmx.process.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    node_id = fields.Many2one("crmx.process.node", readonly=True, ondelete="restrict", index="btree_not_null")
    flow_id = fields.Many2one("crmx.process.flow", readonly=True, ondelete="restrict")
    state = fields.Selection(STATES, required=True, default="active", readonly=True)
    user_id = fields.Many2one("res.users", readonly=True, help="Who brought the run here.")
    outcome = fields.Char(readonly=True, help="Id of the arrow that was chosen at the step before.")
    is_performed = fields.Boolean(readonly=True, help="What the step does has been done.")
    date_enter = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    date_leave = fields.Datetime(readonly=True)
    item_ids = fields.One2many("crmx.work.item", "token_id")

    _live_idx = models.Index("(instance_id) WHERE state != 'done'")
    _watch_idx = models.Index("(node_id) WHERE state = 'active'")

    @api.private
    def _close(self):
        """Take the tokens away, with all that hangs on them."""
        now = fields.Datetime.now()
        self.write({"state": "done", "date_leave": now})
        self._forget_timers()
        self.item_ids.filtered(lambda item: item.state == "open")._withdraw()

    @api.private
    def _forget_timers(self):
        """Delete what the clock would do; nothing hangs on it, and the ORM would read all anew afterwards."""
        timed = self.filtered(
            lambda token: token.node_id and token.instance_id.version_id._plan().has_timers(token.node_id.ref)
        )
        if timed:
            timers = self.env["crmx.process.timer"]
            self.env.cr.execute(SQL("DELETE FROM crmx_process_timer WHERE token_id IN %s", tuple(timed.ids)))
            timers.invalidate_model(flush=False)
