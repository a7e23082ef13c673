"""Runs that go on by another version of their process."""

from odoo import api, models
from odoo.exceptions import UserError

from ...tools.processes import PARALLEL, USER
from ...tools.processes_diff import Difference, compare, suggest
from .process_publish import COPIED


class ProcessVersion(models.Model):
    _inherit = "crmx.process.version"

    @api.private
    def _difference(self, other) -> Difference:
        """Return what is different in another version of the process."""
        return compare(self._graph(), other._graph(), self._said(), other._said())

    @api.private
    def _said(self):
        """Return what is said of each node beside the drawing."""
        said = {}
        for node in self.sudo().node_ids:  # sudo: versions are compared by who may move runs
            values = node._convert_to_write({name: node[name] for name in (*COPIED, "previous_ref")})
            levels = sorted((level.hours, level.action, level.user_id.id) for level in node.escalation_ids)
            said[node.ref] = (sorted(values.items(), key=lambda item: item[0]), levels)
        return said

    @api.private
    def _suggest(self, other, nodes):
        """Return {node: node of the other version} as far as it is clear."""
        by_ref = {node.ref: node for node in other.sudo().node_ids}  # sudo: as above
        found = suggest(self._graph(), other._graph(), nodes.mapped("ref"))
        return {node: by_ref[found[node.ref]] for node in nodes if node.ref in found}


class ProcessInstance(models.Model):
    _inherit = "crmx.process.instance"

    @api.private
    def _migrate(self, version, targets, reason):
        """Let a run go on by another version.

        Who has a step keeps it, when it is one of people there too; other steps begin anew.

        :param targets: {node on which the run may stand: node of the other version}
        :raises UserError: the run cannot stand there; nothing of it has changed then
        """
        self.ensure_one()
        self._lock()
        before, tokens = self.version_id, self._live_tokens()
        moves = self._where_they_go(version, tokens, targets)
        # timers hang on the nodes of the version before
        tokens._forget_timers()
        self.version_id = version
        steps = {token.node_id.ref: node.ref for token, node in moves.items()}
        self._log("migrated", {"from": before.number, "steps": steps, "reason": reason})
        for token, node in moves.items():
            token._stand_at(node)
        plan = version._plan()
        for token in tokens - tokens.browse().union(*moves):
            token.flow_id = plan.flows[token.flow_id.ref]

    @api.private
    def _where_they_go(self, version, tokens, targets):
        """Return {token at a step: its new node}, when the run can go on from there."""
        graph, moves = version._graph(), {}
        for token in tokens:
            if token.state == "waiting":
                flow = graph.flow.get(token.flow_id.ref)
                if not flow or graph.node[flow.target].kind != PARALLEL:
                    raise UserError(self.env._("It waits for others at a place that is not there any more."))
                continue
            node = targets.get(token.node_id)
            if not node:
                raise UserError(self.env._("Nothing is said of “%s”, where it stands.", token.node_id.name))
            moves[token] = node
        if len({node.id for node in moves.values()}) < len(moves):
            raise UserError(self.env._("It would stand twice at the same step."))
        return moves


class ProcessToken(models.Model):
    _inherit = "crmx.process.token"

    @api.private
    def _stand_at(self, node):
        """Stand at a step of another version instead."""
        self.ensure_one()
        keeps = self.state == "incident" or (self.node_id.kind == node.kind == USER and self.item_ids)
        if not keeps:
            items = self.item_ids.filtered(lambda item: item.state == "open")
            self.write({"node_id": node.id, "is_performed": False})
            items._withdraw()
            self._arrive()
            return
        self.node_id = node
        self.item_ids.filtered(lambda item: item.state == "open").write(
            {"node_id": node.id, "name": node.name}
        )
        self.instance_id.incident_ids.filtered(
            lambda incident: incident.token_id == self and incident.state == "open"
        ).node_id = node
        if self.state == "active":
            self._set_timers()
