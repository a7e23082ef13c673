"""A run of the draft on a real document, of which nothing stays."""

from odoo import api, models
from odoo.exceptions import UserError

#: Steps after which a trial goes on no further: a loop back would never end.
MOST_STEPS = 30


class _TakenBackError(Exception):
    """Ends the savepoint of a trial."""


class ProcessDryRun(models.Model):
    _inherit = "crmx.process"

    @api.private
    def _try_on(self, record):
        """Return who would get what and until when, were the draft run on a document.

        Mails, actions and waiting are left out, and each step ends with its first outcome. All is taken back.

        :return: list of dictionaries of `step`, `who`, `until`, `then`
        """
        self.ensure_one()
        if problems := self._problems():
            raise UserError("\n".join(problems))
        lines = []
        trial = self.with_context(crmx_dry_run=True, mail_notrack=True, tracking_disable=True)
        try:
            with self.env.cr.savepoint():
                trial._walk(trial._publish(), record, lines)
                raise _TakenBackError
        except _TakenBackError:
            self.env.invalidate_all()
        return lines

    @api.private
    def _walk(self, version, record, lines):
        instance = self.env["crmx.process.instance"]._begin(
            version.with_env(self.sudo().env),  # sudo: nothing of it stays
            record.with_env(self.env),
            self.env.user,
            "trial",
        )
        for _step in range(MOST_STEPS):
            token = instance._live_tokens().filtered(lambda token: token.state in ("active", "incident"))[:1]
            if not token:
                return
            lines += token._try()
            if token.state == "incident":
                return


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _act(self, record, user):
        return None if self.env.context.get("crmx_dry_run") else super()._act(record, user)

    @api.private
    def _try(self):
        """Say what is at the step, and go on from it."""
        items = self.item_ids.filtered(lambda item: item.state == "open")
        if self.state == "incident":
            incident = self.instance_id.incident_ids.filtered(lambda incident: incident.token_id == self)[:1]
            return [{"step": self.node_id.name, "who": "", "until": False, "then": incident.text}]
        ways = items[:1]._outcomes() if items else []
        way = ways[0] if ways else {"ref": None, "name": ""}
        lines = [
            {
                "step": self.node_id.name,
                "who": item.user_id.name or item.group_id.full_name or item.role_id.name,
                "until": item.date_deadline,
                "then": way["name"],
            }
            for item in items
        ]
        if not items:
            lines = [{"step": self.node_id.name, "who": "", "until": False, "then": ""}]
        items.write({"state": "done", "outcome": way["name"]})
        for item in items:
            item.done_by_id = item.user_id or item._people()[:1]
        self._leave(way["ref"], items[:1].done_by_id)
        return lines
