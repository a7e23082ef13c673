from odoo import api, fields, models, tools
from odoo.exceptions import UserError

from ...tools.processes import STOPS, Flow, Node, Process


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
    def _ids_by_ref(self):
        """Return the ids of the nodes and those of the flows by their ids in the drawing."""
        version = self.sudo()  # sudo: as above
        return (
            {node.ref: node.id for node in version.node_ids},
            {flow.ref: flow.id for flow in version.flow_ids},
        )
