"""Lays a process out from left to right, and writes it as BPMN 2.0 XML with its diagram; no ORM."""

from dataclasses import dataclass

from lxml import etree

from .processes import (
    BOUNDARY,
    CALL,
    END,
    EXCLUSIVE,
    PARALLEL,
    RECEIVE,
    SEND,
    SERVICE,
    START,
    STOPS,
    TIMER,
    USER,
    Process,
    graph,  # noqa: F401 (examples)
)
from .processes_bpmn import BPMN, BPMNDI, DC, DI

#: Width and height of a shape, as drawing programs make them.
SIZES = {START: (36, 36), END: (36, 36), TIMER: (36, 36), BOUNDARY: (36, 36)}
SIZES |= {EXCLUSIVE: (50, 50), PARALLEL: (50, 50)}
TASK = (100, 80)
#: Distances between the middles of two columns and of two rows.
COLUMN, ROW = 160, 120
MARGIN = 100

ELEMENTS = {
    START: "startEvent",
    END: "endEvent",
    USER: "userTask",
    SERVICE: "serviceTask",
    SEND: "sendTask",
    RECEIVE: "receiveTask",
    CALL: "callActivity",
    TIMER: "intermediateCatchEvent",
    BOUNDARY: "boundaryEvent",
    EXCLUSIVE: "exclusiveGateway",
    PARALLEL: "parallelGateway",
}


@dataclass(frozen=True)
class Layout:
    """Boxes as (left, top, width, height) of nodes, and points as (x, y) of flows."""

    boxes: dict[str, tuple[int, int, int, int]]
    lines: dict[str, list[tuple[int, int]]]


def lay_out(process: Process) -> Layout:
    """Return where to draw each shape: no two on the same place.

    >>> layout = lay_out(graph("Line", "s:start a:user e:end", "s > a > e"))
    >>> layout.boxes
    {'s': (82, 82, 36, 36), 'a': (210, 60, 100, 80), 'e': (402, 82, 36, 36)}
    >>> layout.lines
    {'s>a': [(118, 100), (210, 100)], 'a>e': [(310, 100), (402, 100)]}
    """
    ranks = _ranks(process)
    rows = _rows(process, ranks)
    boxes = {}
    for node in process.nodes:
        width, height = SIZES.get(node.kind, TASK)
        x, y = MARGIN + ranks.get(node.id, 0) * COLUMN, MARGIN + rows.get(node.id, 0) * ROW
        boxes[node.id] = (x - width // 2, y - height // 2, width, height)
    for host, timers in process.timers.items():
        left, top, width, height = boxes[host]
        for number, timer in enumerate(timers):
            boxes[timer.id] = (left + width - 36 - 40 * number, top + height - 18, 36, 36)
    lines = {flow.id: _line(process, boxes, flow) for flow in process.flows}
    return Layout(boxes, lines)


def _ranks(process) -> dict[str, int]:
    """The column of each node: behind all that lead to it, arrows back left out."""
    following = {
        node.id: [flow.target for flow in process.outgoing[node.id]]
        + [flow.target for timer in process.timers[node.id] for flow in process.outgoing[timer.id]]
        for node in process.nodes
        if node.kind != BOUNDARY
    }
    entered = {target for targets in following.values() for target in targets}
    beginnings = [id_ for id_ in following if id_ not in entered] + list(following)
    order, back = _depth_first(following, beginnings)
    ranks = dict.fromkeys(following, 0)
    for id_ in reversed(order):
        for target in following[id_]:
            if (id_, target) not in back and target in ranks:
                ranks[target] = max(ranks[target], ranks[id_] + 1)
    return ranks


def _depth_first(following, beginnings):
    """Nodes in the order in which they are left, and the arrows that lead back to one not left yet."""
    order, back, seen, left = [], set(), set(), set()
    for beginning in beginnings:
        stack = [(beginning, iter(following[beginning]))] if beginning not in seen else []
        seen.add(beginning)
        while stack:
            id_, targets = stack[-1]
            target = next(targets, None)
            if target is None:
                stack.pop()
                left.add(id_)
                order.append(id_)
            elif target in seen:
                if target not in left:
                    back.add((id_, target))
            elif target in following:
                seen.add(target)
                stack.append((target, iter(following[target])))
    return order, back


def _rows(process, ranks) -> dict[str, int]:
    """The row of each node: that of the first that leads to it if it is free, else the next free one."""
    rows, taken = {}, set()
    for id_ in sorted(ranks, key=lambda id_: ranks[id_]):
        sources = [flow.source for flow in process.incoming[id_]]
        sources = [process.node[source].host or source for source in sources]
        row = min((rows[source] for source in sources if source in rows), default=0)
        while (ranks[id_], row) in taken:
            row += 1
        rows[id_] = row
        taken.add((ranks[id_], row))
    return rows


def _line(process, boxes, flow):
    left, top, width, height = boxes[flow.source]
    to_left, to_top, to_width, to_height = boxes[flow.target]
    to_y = to_top + to_height // 2
    if process.node[flow.source].kind == BOUNDARY:
        down = (left + width // 2, top + height)
        return [down, (down[0], to_y), (to_left, to_y)] if to_left > down[0] else _below(boxes, down, flow)
    out = (left + width, top + height // 2)
    if to_left < out[0]:
        return _below(boxes, (left + width // 2, top + height), flow)
    if over := _in_between(boxes, out, to_left):
        return _round(boxes, flow, over)
    if out[1] == to_y:
        return [out, (to_left, to_y)]
    if width < TASK[0] and out[1] != to_y:  # out of a gateway: straight up or down first
        x = left + width // 2
        return [(x, top + height if to_y > out[1] else top), (x, to_y), (to_left, to_y)]
    x = to_left - 20
    return [out, (x, out[1]), (x, to_y), (to_left, to_y)]


def _in_between(boxes, out, to_left):
    """The boxes that a straight line to the right would run through."""
    return [
        box
        for box in boxes.values()
        if out[0] < box[0] and box[0] + box[2] < to_left and box[1] < out[1] < box[1] + box[3]
    ]


def _round(boxes, flow, over):
    """To the right underneath what is in between, and from below into the target."""
    left, top, width, height = boxes[flow.source]
    to_left, to_top, to_width, to_height = boxes[flow.target]
    low = max(top + height, *(box[1] + box[3] for box in over)) + 20
    x, to_x = left + width // 2, to_left + to_width // 2
    end = to_top if to_top > low else to_top + to_height
    return [(x, top + height), (x, low), (to_x, low), (to_x, end)]


def _below(boxes, out, flow):
    """Back to the left: underneath both shapes."""
    to_left, to_top, to_width, to_height = boxes[flow.target]
    low = max(out[1], to_top + to_height) + 20
    x = to_left + to_width // 2
    return [out, (out[0], low), (x, low), (x, to_top + to_height)]


# === WRITING === #


def write(process: Process) -> bytes:
    """Return a process as BPMN 2.0 XML with its diagram.

    >>> from crm_extended.tools.processes_bpmn import parse
    >>> line = graph("Line", "s:start a:user t:boundary?a b:send e:end f:end", "s > a > e", "t > b > f")
    >>> parse(write(line)).process == line
    True
    >>> parse(write(line)).unseen
    ()
    """
    root = etree.Element(f"{{{BPMN}}}definitions", nsmap={"bpmn": BPMN, **_NSMAP})
    root.set("targetNamespace", "http://bpmn.io/schema/bpmn")
    element = etree.SubElement(root, f"{{{BPMN}}}process", id="process", isExecutable="true")
    if process.name:
        element.set("name", process.name)
    _write_lanes(element, process)
    for node in process.nodes:
        _write_node(element, process, node)
    for flow in process.flows:
        child = etree.SubElement(element, f"{{{BPMN}}}sequenceFlow", id=flow.id)
        child.attrib.update({"name": flow.name} if flow.name else {})
        child.set("sourceRef", flow.source)
        child.set("targetRef", flow.target)
    _write_diagram(root, process, "process")
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


_NSMAP = {"bpmndi": BPMNDI, "dc": DC, "di": DI}


def _write_node(parent, process, node):
    element = etree.SubElement(parent, f"{{{BPMN}}}{ELEMENTS[node.kind]}", id=node.id)
    if node.name:
        element.set("name", node.name)
    if node.host:
        element.set("attachedToRef", node.host)
    if node.kind == BOUNDARY and not node.interrupting:
        element.set("cancelActivity", "false")
    if node.default:
        element.set("default", node.default)
    for flow in process.incoming[node.id]:
        etree.SubElement(element, f"{{{BPMN}}}incoming").text = flow.id
    for flow in process.outgoing[node.id]:
        etree.SubElement(element, f"{{{BPMN}}}outgoing").text = flow.id
    if node.kind in (TIMER, BOUNDARY):
        etree.SubElement(element, f"{{{BPMN}}}timerEventDefinition", id=f"{node.id}_timer")
    if node.multi and node.kind in STOPS:
        etree.SubElement(element, f"{{{BPMN}}}multiInstanceLoopCharacteristics")


def _write_lanes(parent, process):
    lanes = list(dict.fromkeys(node.lane for node in process.nodes if node.lane))
    if not lanes:
        return
    lane_set = etree.SubElement(parent, f"{{{BPMN}}}laneSet", id="lanes")
    for number, name in enumerate(lanes):
        lane = etree.SubElement(lane_set, f"{{{BPMN}}}lane", id=f"lane_{number}", name=name)
        for node in process.nodes:
            if node.lane == name:
                etree.SubElement(lane, f"{{{BPMN}}}flowNodeRef").text = node.id


def _write_diagram(root, process, element_id):
    layout = lay_out(process)
    diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id="diagram", nsmap=_NSMAP)
    plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement=element_id)
    for node in process.nodes:
        shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{node.id}_di", bpmnElement=node.id)
        if node.kind == EXCLUSIVE:
            shape.set("isMarkerVisible", "true")
        names = ("x", "y", "width", "height")
        box = {name: str(value) for name, value in zip(names, layout.boxes[node.id], strict=True)}
        etree.SubElement(shape, f"{{{DC}}}Bounds", box)
    for flow in process.flows:
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        for x, y in layout.lines[flow.id]:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))
