import logging

import psycopg2.errors

from odoo import api, fields, models
from odoo.exceptions import UserError

_logger = logging.getLogger(__name__)

#: Minutes after which a step that failed is tried again by itself, the first time, the second and so on.
RETRY_AFTER = (5, 30, 120)
#: As many tries as are made: it is not tried again by itself.
LAST_TRY = len(RETRY_AFTER)


class ProcessIncident(models.Model):
    """A step that could not be done, with the reason in plain words."""

    _name = "crmx.process.incident"
    _description = "Process Incident"
    _order = "id DESC"
    _rec_name = "text"

    instance_id = fields.Many2one(
        "crmx.process.instance", required=True, readonly=True, ondelete="cascade", index=True
    )
    process_id = fields.Many2one(related="instance_id.process_id", store=True)
    token_id = fields.Many2one(
        "crmx.process.token", required=True, readonly=True, ondelete="cascade", index=True
    )
    node_id = fields.Many2one("crmx.process.node", string="Step", readonly=True)
    text = fields.Text(string="Cause", required=True, readonly=True)
    state = fields.Selection(
        [("open", "Open"), ("retried", "Gone on"), ("skipped", "Skipped"), ("over", "Cancelled")],
        required=True,
        default="open",
        readonly=True,
    )
    tries = fields.Integer(default=1, readonly=True, aggregator=None)
    date = fields.Datetime(required=True, readonly=True, default=fields.Datetime.now)
    date_next = fields.Datetime(string="Tried again", readonly=True)

    _open_uniq = models.UniqueIndex("(token_id) WHERE state = 'open'")
    _next_idx = models.Index("(date_next) WHERE state = 'open' AND date_next IS NOT NULL")

    @api.private
    def _check_may(self):
        """Only managers, and owners of the process, put incidents right."""
        self.check_access("read")
        if self.env.user.has_group("crm_extended.group_processes_manager"):
            return
        if any(owner != self.env.user for owner in self.process_id.owner_id):
            raise UserError(self.env._("Only managers of processes can do this."))

    def action_retry(self):
        """Do the step again, and go on."""
        self._check_may()
        # sudo: runs are moved by the engine only; who may ask for it was checked
        for incident in self.sudo():
            incident._retry()
        return True

    def action_skip(self):
        """Go on as if the step had been done."""
        self._check_may()
        for incident in self.sudo():  # sudo: as above
            incident.instance_id._lock()
            if incident.state == "open":
                incident.token_id.is_performed = True
                incident._go_on("skipped")
        return True

    def action_open_document(self):
        """Open the document."""
        return self.instance_id.action_open_document()

    @api.private
    def _retry(self):
        self.instance_id._lock()
        if self.state == "open":
            self._go_on("retried")

    @api.private
    def _go_on(self, state):
        """Let the token move again; if it fails once more, the incident stays with one more try."""
        token, instance = self.token_id, self.instance_id
        tries = self.tries
        self.write({"state": state, "date_next": False})
        token.state = "active"
        if not instance._live_tokens().filtered(lambda token: token.state == "incident"):
            instance.state = "running"
        instance._log(state, {"tries": tries}, self.node_id)
        token.with_context(crmx_tries=tries)._resume()

    @api.model
    def _cron_retry(self):
        """Try again what failed a while ago, each in a transaction of its own; never raise."""
        due = self.search([("state", "=", "open"), ("date_next", "<=", fields.Datetime.now())], limit=100)
        for number, incident in enumerate(due):
            try:
                with self.env.cr.savepoint():
                    if incident.try_lock_for_update(allow_referencing=True):
                        incident._retry()
                        self.env.flush_all()
            except psycopg2.errors.SerializationFailure:
                self.env.cr.rollback()
                _logger.info("%s met a concurrent change", incident)
            except Exception:  # a scheduled action that raises is switched off by the host
                _logger.exception("%s failed", incident)
                incident.date_next = False
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(due) - number - 1):
                return


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _fail(self, text):
        """Stop at the step, with the reason, until it is tried again or skipped."""
        self.ensure_one()
        tries = self.env.context.get("crmx_tries", 0)
        wait = RETRY_AFTER[tries] if tries < len(RETRY_AFTER) else None
        now = fields.Datetime.now()
        self.state = "incident"
        self.instance_id.state = "incident"
        self.env["crmx.process.incident"].create(
            {
                "instance_id": self.instance_id.id,
                "token_id": self.id,
                "node_id": self.node_id.id,
                "text": text,
                "tries": tries + 1,
                "date_next": fields.Datetime.add(now, minutes=wait) if wait else False,
            }
        )
        self.instance_id._log("incident", {"cause": text}, self.node_id)
        if tries in (0, LAST_TRY) and not self.env.context.get("crmx_dry_run"):
            self._tell_owner(text)

    @api.private
    def _tell_owner(self, text):
        process = self.instance_id.process_id
        process.message_notify(
            partner_ids=process.owner_id.partner_id.ids,
            subject=self.env._("%s stands still", self.instance_id.display_name),
            body=self.env._("“%(step)s”: %(cause)s", step=self.node_id.name, cause=text),
        )

    @api.private
    def _resume(self):
        """Go on from where it stood."""
        if self.is_performed:
            self._leave(self.outcome)
        else:
            self._arrive()
