"""How a run goes on: the kernel says where the tokens go, here they are rows."""

import logging

import psycopg2

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.processes import NoWayError, begin, leave
from .process_incident import LAST_TRY

_logger = logging.getLogger(__name__)

#: Steps that follow one another by themselves, in one transaction; more are a circle without an end.
MOST_AT_ONCE = 40


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
        instance._move(None, lambda _waiting, decide: begin(version._graph(), decide))
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
        :param kernel: function of the arrows on which tokens wait and of one that decides
        :param at: the token where an incident stands, if not that one
        """
        self.ensure_one()
        live = self._live_tokens()
        waiting = live.filtered(lambda one: one.state == "waiting")
        try:
            move = kernel(
                self._flow_refs(waiting).keys(),
                lambda gateway, flows: self._decide(gateway, flows, outcome),
            )
        except NoWayError as error:
            gateway = self.version_id._graph().node[error.args[0]]
            text = self.env._("No condition fits at “%s”.", gateway.name or gateway.id)
            return self._stop(token, at, text, outcome)
        except psycopg2.OperationalError:
            raise  # another transaction was faster: the whole is tried again
        except Exception as error:  # noqa: BLE001 (a condition that somebody wrote)
            text = self.env._("A condition cannot be evaluated: %s", error)
            return self._stop(token, at, text, outcome)
        if token:
            token._close()
            live -= token
        self._wait_at_joins(move.waiting, waiting)
        entered = self._enter(move.entered, outcome, user)
        depth = self.env.context.get("crmx_depth", 0) + 1
        for new in entered.with_context(crmx_depth=depth):
            # what came first may have ended the whole run
            if new.state == "active":
                new._arrive()
        # whatever was entered sees to the end by itself, when it goes on
        if not (entered or move.waiting or live - waiting) and self.state == "running":
            self._finish()
        return None

    @api.private
    def _flow_refs(self, waiting):
        """Return the tokens that wait at joins by the arrows on which they stand."""
        refs = self.version_id._plan().flow_refs
        return {refs[token.flow_id.id]: token for token in waiting}

    @api.private
    def _stop(self, token, at, text, outcome):
        """Let a decision that cannot be made be an incident of the step before it."""
        if token:
            # what was done there is not done again
            token.write({"outcome": outcome, "is_performed": True})
        token = token or at
        if not token:  # at the very start: stand on the start itself
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
        by_ref = self.version_id._plan().flows
        record = self._record().sudo()  # sudo: the way does not depend on who is looking
        for flow in self.env["crmx.process.flow"].browse([by_ref[flow.id] for flow in flows]):
            if flow.domain and record.filtered_domain(self.env["crmx.process"]._evaluate(flow.domain)):
                return flow.ref
        return None

    @api.private
    def _live_tokens(self):
        tokens = self.env["crmx.process.token"]
        tokens.flush_model(["state"])
        query = "SELECT id FROM crmx_process_token WHERE instance_id IN %s AND state != 'done' ORDER BY id"
        rows = self.env.execute_query(SQL(query, tuple(self.ids) or (0,)))
        return tokens.browse(token_id for [token_id] in rows)

    @api.private
    def _wait_at_joins(self, refs, standing):
        """Make the tokens in front of joins those on the given flows."""
        by_ref = self._flow_refs(standing)
        for ref, token in by_ref.items():
            if ref not in refs:
                token.write({"state": "done", "date_leave": fields.Datetime.now()})
        if new := sorted(refs - by_ref.keys()):
            flows = self.version_id._plan().flows
            self.env["crmx.process.token"].create(
                [{"instance_id": self.id, "flow_id": flows[ref], "state": "waiting"} for ref in new]
            )

    @api.private
    def _enter(self, refs, outcome, user):
        nodes = self.version_id._plan().nodes
        if refs:
            # all of the version's are read at once
            self.env["crmx.process.node"].browse(nodes.values()).mapped("kind")
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
        if self.env.context.get("crmx_depth", 0) > MOST_AT_ONCE:
            text = self.env._(
                "%s steps followed one another by themselves: it may go round without end.", MOST_AT_ONCE
            )
            self.with_context(crmx_tries=LAST_TRY)._fail(text)
            return
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
                self._give_out()
            except psycopg2.OperationalError:
                raise
            except Exception as error:  # noqa: BLE001 (a path that somebody wrote)
                self._fail(self.env._("Whose step it is cannot be found out: %s", error))

    @api.private
    def _give_out(self):
        """Give the step to its performers."""
        self.env["crmx.work.item"]._make(self, self._performers())

    @api.private
    def _look(self):
        if not self.node_id.waits_for_message and self._is_completed():
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
    def _leave(self, outcome=None, user=None):
        """Go on from the step."""
        self.ensure_one()
        instance = self.instance_id
        graph, ref = instance.version_id._graph(), self.node_id.ref
        instance._move(
            self, lambda waiting, decide: leave(graph, ref, waiting, decide), outcome, user or self.user_id
        )
