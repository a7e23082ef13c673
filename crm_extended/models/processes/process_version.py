from dataclasses import dataclass

from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...tools.processes import EXCLUSIVE, STOPS, TIMER, Flow, Node, Process


@dataclass(frozen=True)
class Way:
    """A button of who does a step."""

    id: int
    ref: str
    name: str
    needs_comment: bool
    needed: tuple[str, ...] = ()
    """Fields of the document that have to be filled before."""


@dataclass(frozen=True)
class Level:
    """A level of escalation, so many hours after the deadline."""

    id: int
    hours: float


@dataclass(frozen=True)
class Plan:
    """What is asked of a version at every step; read once in each worker.

    The dictionaries go by the ids that nodes and flows have in the drawing.
    """

    graph: Process
    nodes: dict[str, int]
    flows: dict[str, int]
    flow_refs: dict[int, str]
    ways: dict[str, tuple[Way, ...]]
    levels: dict[str, tuple[Level, ...]]

    def has_timers(self, ref):
        """Whether something happens at a step by the clock."""
        return bool(self.graph.node[ref].kind == TIMER or self.levels[ref] or self.graph.timers[ref])


class ProcessVersion(models.Model):
    """What was published at one time: never changed, as runs may still follow it."""

    _name = "crmx.process.version"
    _description = "Process Version"
    _order = "id DESC"
    _rec_name = "display_name"

    process_id = fields.Many2one("crmx.process", required=True, readonly=True, ondelete="cascade", index=True)
    number = fields.Integer(required=True, readonly=True, aggregator=None)
    date = fields.Datetime(string="Published on", required=True, readonly=True, default=fields.Datetime.now)
    user_id = fields.Many2one(
        "res.users",
        string="Published by",
        required=True,
        readonly=True,
        default=lambda self: self.env.user,
    )
    reason = fields.Char(readonly=True, help="What is new in it.")
    drawing = fields.Text(string="BPMN", required=True, readonly=True)
    node_ids = fields.One2many("crmx.process.node", "version_id", readonly=True)
    flow_ids = fields.One2many("crmx.process.flow", "version_id", readonly=True)

    _number_uniq = models.UniqueIndex("(process_id, number)")

    @api.depends("process_id.name", "number")
    def _compute_display_name(self):
        for version in self:
            version.display_name = self.env._(
                "%(process)s, version %(number)s", process=version.process_id.name, number=version.number
            )

    def write(self, vals):
        if self:
            raise UserError(self.env._("A published version cannot be changed: publish another one."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A published version stays on record."))

    @api.private
    @tools.ormcache("self.id")
    def _graph(self):
        """Return the version as a graph of the kernels; it never changes."""
        self.ensure_one()
        version = self.sudo()  # sudo: how a process goes on does not depend on who looks
        nodes = tuple(
            Node(
                node.ref,
                node.kind,
                # gateways and events that nobody named have their id for a name
                node.name if node.kind in STOPS or node.name != node.ref else "",
                host=node.host_ref or "",
                interrupting=node.is_interrupting,
                default=node.default_ref or "",
            )
            for node in version.node_ids.sorted("id")
        )
        flows = tuple(
            Flow(flow.ref, flow.source_id.ref, flow.target_id.ref, flow.name or "")
            for flow in version.flow_ids.sorted("id")
        )
        return Process(version.process_id.name, nodes, flows)

    @api.private
    @tools.ormcache("self.id")
    def _plan(self):
        """Return what the engine needs to know; it never changes."""
        version, graph = self.sudo(), self._graph()  # sudo: as above
        flows = {flow.ref: flow for flow in version.flow_ids.sorted("id")}
        ways = {}
        for node in graph.nodes:
            leaving = graph.outgoing[node.id]
            gateway = graph.node[leaving[0].target] if len(leaving) == 1 else node
            if node.kind in STOPS and gateway.kind == EXCLUSIVE:
                chosen = [flows[flow.id] for flow in graph.outgoing[gateway.id]]
                ways[node.id] = tuple(
                    Way(flow.id, flow.ref, flow.name, flow.needs_comment, flow._needed_names())
                    for flow in chosen
                    if flow.is_outcome
                )
        return Plan(
            graph,
            {node.ref: node.id for node in version.node_ids},
            {ref: flow.id for ref, flow in flows.items()},
            {flow.id: ref for ref, flow in flows.items()},
            ways,
            {
                node.ref: tuple(Level(level.id, level.hours) for level in node.escalation_ids)
                for node in version.node_ids
            },
        )
