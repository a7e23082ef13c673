"""Steps that run another process, on one document or on each of several."""

from odoo import api, models

from .process_incident import LAST_TRY
from .process_instance import LIVE


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _call(self):
        """Begin the process on the documents of the step, and go on when enough of them are through."""
        node = self.node_id
        record = self.instance_id._record().sudo()  # sudo: only which document the step is about
        documents = record.mapped(node.document_path) if node.document_path else record
        version = node.called_process_id.version_id
        if not documents or not version:
            self._fail(self.env._("There is no document for “%s”.", node.called_process_id.name))
            return
        # a child that ends at once does not let the step go on before the others have begun
        instance = self.instance_id.with_context(crmx_calling=True)
        for document in documents if node.several else documents[:1]:
            instance._begin(version, document.sudo(False), instance.initiator_id, "parent", parent_token=self)
        self._go_on_when_enough()

    @api.private
    def _child_is_over(self):
        """A process that a step called has ended."""
        if self.env.context.get("crmx_calling"):
            return
        for token in self:
            token.instance_id._lock()
            token._go_on_when_enough()

    @api.private
    def _go_on_when_enough(self):
        children = self.env["crmx.process.instance"].search([("parent_token_id", "=", self.id)])
        live = children.filtered(lambda child: child.state in LIVE)
        done = len(children.filtered(lambda child: child.state == "done"))
        needed = {"any": 1, "count": self.node_id.several_count}.get(self.node_id.several)
        if self.state != "active" or (live and (needed is None or done < needed)):
            return
        live.with_context(crmx_calling=True)._cancel(self.env._("Enough others have ended."))
        self._leave()

    @api.private
    def _child_was_cancelled(self, reason):
        """Somebody has cancelled the process that a step waits for: he tries it again, or skips it."""
        for token in self.filtered(lambda token: token.state == "active" and not token.node_id.several):
            token.instance_id._lock()
            text = self.env._(
                "“%(process)s” was cancelled: %(reason)s",
                process=token.node_id.called_process_id.name,
                reason=reason,
            )
            token.with_context(crmx_tries=LAST_TRY)._fail(text)
        self.filtered(lambda token: token.state == "active")._child_is_over()
