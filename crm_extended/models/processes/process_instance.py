from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

STATES = [
    ("running", "Running"),
    ("incident", "Incident"),
    ("done", "Finished"),
    ("cancelled", "Cancelled"),
]
LIVE = ("running", "incident")


class ProcessInstance(models.Model):
    """One run of a process, on one document."""

    _name = "crmx.process.instance"
    _description = "Process Run"
    _order = "id DESC"

    process_id = fields.Many2one(
        "crmx.process", required=True, readonly=True, ondelete="restrict", index=True
    )
    version_id = fields.Many2one(
        "crmx.process.version", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(
        string="Document ID", model_field="res_model", required=True, readonly=True
    )
    name = fields.Char(string="Document", readonly=True, help="Its name when the run began.")
    state = fields.Selection(STATES, required=True, default="running", readonly=True, index=True)
    initiator_id = fields.Many2one("res.users", string="Begun by", required=True, readonly=True)
    date_start = fields.Datetime(string="Begun", required=True, readonly=True, default=fields.Datetime.now)
    date_end = fields.Datetime(string="Ended", readonly=True)
    reason = fields.Char(string="Why cancelled", readonly=True)
    parent_token_id = fields.Many2one(
        "crmx.process.token", readonly=True, ondelete="set null", index="btree_not_null"
    )
    dedupe_key = fields.Char(readonly=True, help="Keeps a document from beginning the same process twice.")
    moves = fields.Integer(readonly=True, help="Counts changes, so that two at a time meet.")
    token_ids = fields.One2many("crmx.process.token", "instance_id")
    item_ids = fields.One2many("crmx.work.item", "instance_id", string="Steps")
    incident_ids = fields.One2many("crmx.process.incident", "instance_id", string="Incidents")
    now = fields.Char(compute="_compute_now", compute_sudo=True)
    picture = fields.Html(compute="_compute_picture", sanitize=False, compute_sudo=True)

    _document_idx = models.Index("(res_model, res_id)")
    _live_uniq = models.UniqueIndex(
        "(process_id, res_id) WHERE state IN ('running', 'incident') AND parent_token_id IS NULL",
        "The process runs on the document already.",
    )
    _dedupe_uniq = models.UniqueIndex("(dedupe_key) WHERE dedupe_key IS NOT NULL")

    @api.depends("process_id.name", "name")
    def _compute_display_name(self):
        for instance in self:
            instance.display_name = f"{instance.process_id.name}: {instance.name}"

    @api.depends("token_ids.state")
    def _compute_now(self):
        for instance in self:
            standing = instance.token_ids.filtered(lambda token: token.state in ("active", "incident"))
            instance.now = ", ".join(standing.mapped("node_id.name")) or False

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A run stays on record. Cancel it instead."))

    # === ITS DOCUMENT === #

    @api.private
    def _record(self):
        """Return the document, an empty recordset when it has been deleted."""
        self.ensure_one()
        if self.res_model not in self.env:
            return self.env["res.partner"]
        return self.env[self.res_model].browse(self.res_id).exists()

    def action_open_document(self):
        """Open the document that the run is about."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.res_model,
            "res_id": self.res_id,
            "views": [(False, "form")],
        }

    @api.private
    def _lock(self):
        """Wait for whoever moves the run at this moment.

        He writes to its row: a transaction that began before he was done is then tried again from its
        beginning, and sees what he did.
        """
        ids = tuple(sorted(self.ids))
        if len(ids) > 1:
            self.env.cr.execute(
                SQL("SELECT 1 FROM crmx_process_instance WHERE id IN %s ORDER BY id FOR NO KEY UPDATE", ids)
            )
        if ids:
            self.env.cr.execute(SQL("UPDATE crmx_process_instance SET moves = moves + 1 WHERE id IN %s", ids))
            self.invalidate_recordset(["moves"], flush=False)

    # === ENDING === #

    def action_cancel(self, reason=None):
        """End runs before their time: nothing of them is left to do."""
        if not self.env.user.has_group("crm_extended.group_processes_manager"):
            self._check_initiator()
        if not reason:
            return self._ask_reason()
        self.check_access("read")
        self.sudo()._cancel(reason)  # sudo: nobody writes runs by hand; who may cancel was checked above
        return True

    @api.private
    def _check_initiator(self):
        if any(instance.initiator_id != self.env.user for instance in self):
            raise UserError(self.env._("Only who began it, or a manager of processes, can cancel it."))

    @api.private
    def _ask_reason(self):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Cancel"),
            "res_model": "crmx.process.cancel",
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_instance_ids": self.ids},
        }

    @api.private
    def _cancel(self, reason):
        live = self.filtered(lambda instance: instance.state in LIVE)
        if not live:
            return
        live._lock()
        tokens = live._live_tokens()
        children = self.search([("parent_token_id", "in", tokens.ids), ("state", "in", LIVE)])
        tokens._close()
        live.incident_ids.filtered(lambda incident: incident.state == "open").state = "over"
        live._end({"state": "cancelled", "reason": reason})
        live._log("cancelled", {"reason": reason})
        children._cancel(reason)
        live.parent_token_id._child_was_cancelled(reason)

    @api.private
    def _end(self, vals):
        self.write({**vals, "date_end": fields.Datetime.now()})
        self.filtered(lambda instance: instance.process_id.starts_again).dedupe_key = False

    @api.private
    def _finish(self):
        self._end({"state": "done"})
        self._log("finished")
        self.parent_token_id.filtered(lambda token: token.state == "active")._child_is_over()

    @api.private
    def _log(self, kind, data=None, node=None):
        self.env["crmx.process.log"]._append(
            [
                {
                    "kind": kind,
                    "record": instance,
                    "data": {
                        "document": f"{instance.res_model},{instance.res_id}",
                        "version": instance.version_id.number,
                        **({"step": node.name, "ref": node.ref} if node else {}),
                        **(data or {}),
                    },
                }
                for instance in self
            ]
        )
