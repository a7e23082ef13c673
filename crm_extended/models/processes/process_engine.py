"""How a run goes on: the kernel says where the tokens go, here they are rows."""

import logging

import psycopg2

from odoo import api, fields, models

from ...tools.processes import NoWayError, begin, leave

_logger = logging.getLogger(__name__)


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.model
    @api.private
    def _begin(self, version, record, initiator, how="hand", parent_token=None, dedupe_key=None):
        """Begin a run on a document; :return: it, already as far as it goes by itself."""
        company = self._company_of(record, version)
        # sudo: runs are made here only; who may begin one is checked by the callers
        instance = self.sudo().create(
            {
                "process_id": version.process_id.id,
                "version_id": version.id,
                "company_id": company.id,
                "res_model": record._name,
                "res_id": record.id,
                "name": record.sudo().display_name,  # sudo: the name only
                "initiator_id": initiator.id,
                "parent_token_id": parent_token.id if parent_token else False,
                "dedupe_key": dedupe_key,
            }
        )
        instance._log("started", {"how": how})
        instance._move(None, lambda decide: begin(version._graph(), decide))
        return instance

    @api.model
    def _company_of(self, record, version):
        company = record.sudo().company_id if "company_id" in record._fields else None  # sudo: one field
        return company or version.process_id.company_id or self.env.company

    @api.private
    def _move(self, token, kernel, outcome=None, user=None, at=None):
        """Let the kernel move a token, and make its rows; then all that follows by itself.

        A decision that cannot be made leaves the token where it is, as an incident.

        :param token: the one that goes away, None when there is none yet or it stays
        :param at: the token where an incident stands, if not that one
        """
        self.ensure_one()
        graph = self.version_id._graph()
        try:
            move = kernel(lambda gateway, flows: self._decide(gateway, flows, outcome))
        except NoWayError as error:
            gateway = graph.node[error.args[0]]
            text = self.env._("No condition fits at “%s”.", gateway.name or gateway.id)
            return self._stop(token or at, text)
        except psycopg2.OperationalError:
            raise  # another transaction was faster: the whole is tried again
        except Exception as error:  # noqa: BLE001 (a condition that somebody wrote)
            return self._stop(token or at, self.env._("A condition cannot be evaluated: %s", error))
        if token:
            token._close()
        self._wait_at_joins(move.waiting)
        entered = self._enter(move.entered, outcome, user)
        for new in entered:
            # what came first may have ended the whole run
            if new.state == "active":
                new._arrive()
        if self.state == "running" and not self._live_tokens():
            self._finish()
        return None

    @api.private
    def _stop(self, token, text):
        if not token:  # at the very start: stand on the start itself
            ids, _flows = self.version_id._ids_by_ref()
            start = self.version_id.node_ids.filtered(lambda node: node.kind == "start")
            token = self.env["crmx.process.token"].create(
                {"instance_id": self.id, "node_id": start.id, "is_performed": True}
            )
        token._fail(text)

    @api.private
    def _decide(self, gateway, flows, outcome):
        """Return the id of the arrow to take, None for the default one."""
        ids = {flow.id for flow in flows}
        if outcome in ids:
            return outcome
        _nodes, by_ref = self.version_id._ids_by_ref()
        record = self._record().sudo()  # sudo: the way does not depend on who is looking
        for flow in self.env["crmx.process.flow"].browse([by_ref[flow.id] for flow in flows]):
            if flow.domain and record.filtered_domain(self.env["crmx.process"]._evaluate(flow.domain)):
                return flow.ref
        return None

    @api.private
    def _live_tokens(self):
        return self.token_ids.filtered(lambda token: token.state != "done")

    @api.private
    def _wait_at_joins(self, waiting):
        """Make the tokens in front of joins those on the given flows."""
        standing = self.token_ids.filtered(lambda token: token.state == "waiting")
        by_ref = {token.flow_id.ref: token for token in standing}
        gone = standing.browse().union(*(token for ref, token in by_ref.items() if ref not in waiting))
        gone.write({"state": "done", "date_leave": fields.Datetime.now()})
        _nodes, flows = self.version_id._ids_by_ref()
        self.env["crmx.process.token"].create(
            [
                {"instance_id": self.id, "flow_id": flows[ref], "state": "waiting"}
                for ref in sorted(waiting - by_ref.keys())
            ]
        )

    @api.private
    def _enter(self, refs, outcome, user):
        nodes, _flows = self.version_id._ids_by_ref()
        return self.env["crmx.process.token"].create(
            [
                {
                    "instance_id": self.id,
                    "node_id": nodes[ref],
                    "user_id": (user or self.env.user).id,
                    "outcome": outcome,
                }
                for ref in refs
            ]
        )


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _arrive(self):
        """Do what the step is about, as far as that needs nobody."""
        self.ensure_one()
        arrive = {
            "user": self._ask,
            "receive": self._look,
            "service": self._perform,
            "send": self._perform,
            "call": self._call,
        }
        if self.node_id.kind in arrive:
            arrive[self.node_id.kind]()
        if self.state == "active":
            self._set_timers()

    @api.private
    def _ask(self):
        """Give the step to whoever it is for, unless the document is done with already."""
        if self.node_id.completion_domain and self._is_completed():
            self._leave()
        elif self.state == "active":
            try:
                performers = self._performers()
            except psycopg2.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 (a path that somebody wrote)
                self._fail(self.env._("Whose step it is cannot be found out: %s", error))
                return
            self.env["crmx.work.item"]._make(self, performers)

    @api.private
    def _look(self):
        if self._is_completed():
            self._leave()

    @api.private
    def _is_completed(self):
        """Whether the documents that complete the step are as they have to be; a fault is an incident."""
        node = self.node_id
        try:
            domain = self.env["crmx.process"]._evaluate(node.completion_domain)
            record = self.instance_id._record().sudo()  # sudo: whoever brought it about, the step is done
            documents = record.mapped(node.document_path) if node.document_path else record
            return bool(documents) and bool(documents.filtered_domain(domain))
        except psycopg2.OperationalError:
            raise
        except Exception as error:  # noqa: BLE001 (a condition that somebody wrote)
            self._fail(self.env._("A condition cannot be evaluated: %s", error))
            return False

    @api.private
    def _call(self):
        node = self.node_id
        record = self.instance_id._record().sudo()  # sudo: only which document the step is about
        documents = record.mapped(node.document_path) if node.document_path else record
        version = node.called_process_id.version_id
        if not documents or not version:
            self._fail(self.env._("There is no document for “%s”.", node.called_process_id.name))
            return
        for document in documents[:1]:
            self.instance_id._begin(
                version, document.sudo(False), self.instance_id.initiator_id, "parent", parent_token=self
            )

    @api.private
    def _leave(self, outcome=None, user=None):
        """Go on from the step."""
        self.ensure_one()
        instance = self.instance_id
        waiting = {token.flow_id.ref for token in instance.token_ids if token.state == "waiting"}
        graph, ref = instance.version_id._graph(), self.node_id.ref
        # should it not get further: what was done is not done again
        self.write({"outcome": outcome, "is_performed": True})
        instance._move(self, lambda decide: leave(graph, ref, waiting, decide), outcome, user or self.user_id)
