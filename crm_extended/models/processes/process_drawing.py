from collections import defaultdict

from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import escape_psql

from ...tools.processes import EXCLUSIVE, STOPS, USER, Process
from ...tools.processes_bpmn import BpmnError, parse
from ...tools.processes_check import check
from ...tools.processes_diagram import with_diagram
from ...tools.processes_layout import write
from ...tools.processes_svg import draw
from ...tools.processes_table import DECISION, FINISH, Branch, Row, build


class ProcessDrawing(models.Model):
    """The draft as a drawing: made of its table, or brought from elsewhere."""

    _inherit = "crmx.process"

    picture = fields.Html(compute="_compute_picture", sanitize=False)

    @api.depends(
        "source",
        "drawing",
        "name",
        "step_ids.name",
        "step_ids.kind",
        "step_ids.sequence",
        "step_ids.is_beside",
        "step_ids.is_last",
        "step_ids.next_step_id",
        "step_ids.late_step_id",
        "step_ids.several",
        "step_ids.branch_ids.name",
        "step_ids.branch_ids.is_last",
        "step_ids.branch_ids.next_step_id",
    )
    def _compute_picture(self):
        for process in self:
            # the picture is made by our own code, which escapes the names in it
            process.picture = Markup(draw(process._graph()))  # noqa: S704

    @api.private
    def _graph(self):
        """Return the draft as a graph of the kernels."""
        self.ensure_one()
        if self.source == "drawing":
            return self._parse((self.drawing or "").encode()).process
        return build(self.name or "", [step._row() for step in self.step_ids.sorted("sequence")])

    @api.model
    @api.private
    def _parse(self, text):
        """Return what a BPMN text says; say in words why it cannot be read."""
        try:
            return parse(text)
        except BpmnError as error:
            raise UserError(self._bpmn_text(error)) from None

    @api.model
    def _bpmn_text(self, error):
        texts = {
            "too_long": self.env._("The file is too long for a drawing of a process."),
            "doctype": self.env._("The file has a document type or entities, which a drawing does not need."),
            "xml": self.env._("The file is not XML: %s", error.detail),
            "deep": self.env._("The file is nested too deeply for a drawing of a process."),
            "large": self.env._("The drawing has too many elements."),
            "not_bpmn": self.env._("The file is no BPMN 2.0."),
            "no_process": self.env._("There is no process in the file."),
            "twice": self.env._("The element “%s” has no id, or one that another element has.", error.detail),
        }
        return texts[error.code]

    # === IMPORT AND EXPORT === #

    @api.private
    def _bpmn(self):
        """Return the draft as BPMN 2.0 XML: the drawing as it came."""
        self.ensure_one()
        if self.source == "table":
            return write(self._graph())
        return self.drawing.encode()

    def action_export(self):
        """Download the draft as BPMN 2.0."""
        self.ensure_one()
        # sudo: whoever reads the process may download it; the file is his own
        files = self.env["ir.attachment"].sudo()
        attachment = files.create(
            {
                "name": f"{self.name}.bpmn",
                "raw": self._bpmn(),
                "mimetype": "application/xml",
                "res_model": self._name,
                "res_id": self.id,
            }
        )
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/{attachment.id}?download=true",
            "target": "download",
        }

    @api.private
    def _import(self, content):
        """Take over a drawing, given as bytes; steps that keep their id keep what was said of them.

        What is not drawn in it is drawn; nothing else is changed.
        """
        self.ensure_one()
        self._parse(content)
        try:
            text = with_diagram(content).decode("utf-8")
        except UnicodeDecodeError:
            raise UserError(self.env._("The file is not written in UTF-8.")) from None
        self.write({"source": "drawing", "drawing": text})

    def action_to_drawing(self):
        """Go on with a drawing; the table has been drawn."""
        for process in self.filtered(lambda process: process.source == "table"):
            process._name_refs()
            process._import(process._bpmn())

    @api.private
    def _name_refs(self):
        """Let the steps of a table know by which ids the drawing has them."""
        for step in self.step_ids:
            step.ref = step._key()
            for branch in step.branch_ids:
                branch.ref = branch._key()

    @api.private
    def _take_over(self, graph: Process):
        """Make the rows of steps and branches those of a drawing.

        What was said of a shape that is taken out of the drawing is kept, for when it is put back.
        """
        steps = self.step_ids.with_context(active_test=False).search([("process_id", "=", self.id)])
        known = {step.ref: step for step in steps}
        wanted = [node for node in graph.nodes if node.kind in STOPS or _decides(graph, node)]
        asked = _askers(graph)
        gone = steps - self.env["crmx.process.step"].union(*(known[n.id] for n in wanted if n.id in known))
        gone.filtered("ref").active = False
        gone.filtered(lambda step: not step.ref).unlink()
        for number, node in enumerate(wanted):
            kind = DECISION if node.kind == EXCLUSIVE else node.kind
            vals = {"name": node.name or node.id, "kind": kind, "sequence": 10 * number, "ref": node.id}
            step = known.get(node.id)
            if step:
                step.write({**vals, "active": True})
            else:
                vals |= {"process_id": self.id, **self._lane_values(node)}
                step = self.env["crmx.process.step"].create(vals)
            step._take_over_ways(asked[node.id] if node.kind == USER else graph.outgoing[node.id], node)

    @api.private
    def _lane_values(self, node):
        """What a drawing says of a new step: a lane named like a role or group says who does it."""
        vals = {"several": "all"} if node.multi else {}
        if node.kind != USER or not node.lane:
            return vals
        role = self.env["res.role"].search([("name", "=ilike", escape_psql(node.lane))], limit=2)
        if len(role) == 1:
            return {**vals, "performer": "role", "role_id": role.id}
        group = self.env["res.groups"].search([("name", "=ilike", escape_psql(node.lane))], limit=2)
        return {**vals, "performer": "group", "group_id": group.id} if len(group) == 1 else vals

    # === DRAWING === #

    @api.readonly
    def check_drawing(self, text):
        """Return what keeps a drawing from being published: dictionaries of `ids` and `text`.

        Of the steps that the record knows already, what is said beside the drawing is looked at too.
        """
        try:
            drawing = parse(text.encode())
        except BpmnError as error:
            return [{"ids": [], "text": self._bpmn_text(error)}]
        found = [{"ids": [one.id], "text": self._unsupported_text(one)} for one in drawing.unsupported]
        found += [
            {"ids": list(problem.ids), "text": self._problem_text(problem, drawing.process)}
            for problem in check(drawing.process)
        ]
        return found + [
            {"ids": [step.ref], "text": self._step_text(step, text)}
            for step in self.step_ids.filtered(lambda step: step.ref in drawing.process.node)
            for text in step._faults()
        ]

    def get_step(self, ref):
        """Return the id of the step of which something is said for a shape, False when nothing is."""
        self.ensure_one()
        graph = self._graph()
        wanted = {ref, *(flow.source for flow in graph.flows if flow.id == ref)}
        wanted |= {node.host for node in graph.nodes if node.id == ref and node.host}
        # a gateway whose arrows are buttons is said of at the step before it
        wanted |= {
            flow.source
            for flow in graph.flows
            if flow.target in wanted and graph.node[flow.target].kind == EXCLUSIVE
        }
        step = self.step_ids.filtered(lambda step: step.ref == ref) or self.step_ids.filtered(
            lambda step: step.ref in wanted
        )
        return step[:1].id


def _decides(graph, node):
    return node.kind == EXCLUSIVE and len(graph.outgoing[node.id]) > 1 and not _is_asked(graph, node)


def _is_asked(graph, gateway):
    """Whether who does the step before a gateway chooses the way: only such steps lead to it."""
    sources = [graph.node[flow.source] for flow in graph.incoming[gateway.id]]
    named = all(flow.name for flow in graph.outgoing[gateway.id])
    return bool(sources) and named and all(node.kind == USER for node in sources)


def _askers(graph):
    """The arrows among which who does a step chooses."""
    found = defaultdict(list)
    for node in graph.of_kind(USER):
        for flow in graph.outgoing[node.id]:
            gateway = graph.node[flow.target]
            if (
                gateway.kind == EXCLUSIVE
                and len(graph.outgoing[gateway.id]) > 1
                and _is_asked(graph, gateway)
            ):
                found[node.id] = graph.outgoing[gateway.id]
    return found


class ProcessStep(models.Model):
    _inherit = "crmx.process.step"

    @api.private
    def _key(self):
        """The id of the step in a drawing."""
        return self.ref or f"step_{self._origin.id or abs(hash(self.id)) % 10**6}"

    @api.private
    def _row(self):
        """The step as a row for the kernels."""
        return Row(
            key=self._key(),
            kind=self.kind or "user",
            name=self.name or "",
            beside=self.is_beside,
            next=_next(self),
            late=self.late_step_id._key() if self.late_step_id else "",
            multi=bool(self.several),
            branches=tuple(
                Branch(branch._key(), branch.name or "", _next(branch))
                for branch in self.branch_ids.sorted("sequence")
                if self.kind in ("user", "decision")
            ),
        )

    @api.private
    def _take_over_ways(self, flows, node):
        """Make the rows of branches those of arrows; the one taken otherwise needs no condition."""
        known = {branch.ref: branch for branch in self.branch_ids}
        flows = (
            [flow for flow in flows if flow.id != node.default] if self.kind in ("user", "decision") else []
        )
        commands = []
        for number, flow in enumerate(flows):
            vals = {"name": flow.name or flow.id, "ref": flow.id, "sequence": 10 * number}
            branch = known.pop(flow.id, None)
            commands.append(Command.update(branch.id, vals) if branch else Command.create(vals))
        self.branch_ids = commands + [Command.delete(branch.id) for branch in known.values()]


class ProcessBranch(models.Model):
    _inherit = "crmx.process.branch"

    @api.private
    def _key(self):
        return self.ref or f"way_{self._origin.id or abs(hash(self.id)) % 10**6}"


def _next(way):
    """Key of the step that follows a step or branch, "" for the one below."""
    if way.is_last:
        return FINISH
    return way.next_step_id._key() if way.next_step_id else ""
