"""Completes the picture in a BPMN 2.0 text, and says what one text has and another has not; no ORM."""

from collections import Counter

from lxml import etree

from .processes import BOUNDARY, EXCLUSIVE, TIMER, USER, Flow, Node, Process
from .processes_bpmn import BPMN, BPMNDI, DC, DI, KINDS, SILENT, read
from .processes_layout import lay_out

_NSMAP = {"bpmndi": BPMNDI, "dc": DC, "di": DI}
#: Between what was drawn and what is drawn in addition.
GAP = 80


def with_diagram(text: bytes) -> bytes:
    """Return a document in which each shape and arrow of its process is drawn; all else stays as it was.

    What cannot be run is drawn too.

    >>> text = (b'<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"><process id="p">'
    ...         b'<startEvent id="s"/><scriptTask id="x"/><sequenceFlow id="f" sourceRef="s" targetRef="x"/>'
    ...         b'</process></definitions>')
    >>> drawn = with_diagram(text)
    >>> [element.get("bpmnElement") for element in read(drawn).iter(f"{{{BPMNDI}}}BPMNShape")]
    ['s', 'x']
    >>> with_diagram(drawn) == drawn, missing(text, drawn)
    (True, [])
    """
    root = read(text)
    element = _drawn_process(root)
    if element is None:
        return text
    process = _sketch(element)
    boxes = _boxes(root)
    edges = {edge.get("bpmnElement") for edge in root.iter(f"{{{BPMNDI}}}BPMNEdge")}
    new = [node for node in process.nodes if node.id not in boxes]
    arrows = [flow for flow in process.flows if flow.id not in edges]
    if not new and not arrows:
        return text
    _draw(_plane(root, element), process, boxes, new, arrows)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _drawn_process(root):
    """The process of which something is drawn: the first that has steps."""
    for element in root.iter(f"{{{BPMN}}}process"):
        if any(_tag(child) in KINDS for child in element):
            if not element.get("id"):
                element.set("id", "process")
            return element
    return None


def _tag(element) -> str:
    tag = element.tag
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def _sketch(element) -> Process:
    """Return a process with all its shapes, those that cannot be run as what looks like them."""
    nodes = {}
    for child in element:
        tag, id_ = _tag(child), child.get("id")
        if tag and id_ and tag != "sequenceFlow" and tag not in SILENT:
            nodes[id_] = Node(id_, _kind(tag), host=child.get("attachedToRef") or "")
    for node in list(nodes.values()):
        if node.kind == BOUNDARY and (node.host not in nodes or nodes[node.host].kind == BOUNDARY):
            nodes[node.id] = Node(node.id, TIMER)
    flows = {
        arrow.get("id"): Flow(arrow.get("id"), arrow.get("sourceRef"), arrow.get("targetRef"))
        for arrow in element.iter(f"{{{BPMN}}}sequenceFlow")
        if arrow.get("id") and arrow.get("sourceRef") in nodes and arrow.get("targetRef") in nodes
    }
    return Process("", tuple(nodes.values()), tuple(flows.values()))


def _kind(tag):
    if tag in KINDS:
        return KINDS[tag]
    if tag.endswith("Gateway"):
        return EXCLUSIVE
    return TIMER if tag.endswith("Event") else USER


def _boxes(root):
    """The boxes that are drawn, by the id of what they show."""
    boxes = {}
    for shape in root.iter(f"{{{BPMNDI}}}BPMNShape"):
        bounds = shape.find(f"{{{DC}}}Bounds")
        if bounds is not None and shape.get("bpmnElement"):
            boxes[shape.get("bpmnElement")] = tuple(
                _number(bounds.get(name)) for name in ("x", "y", "width", "height")
            )
    return boxes


def _number(text):
    try:
        return round(float(text))
    except (TypeError, ValueError, OverflowError):
        return 0


def _plane(root, element):
    plane = next(root.iter(f"{{{BPMNDI}}}BPMNPlane"), None)
    if plane is None:
        diagram = etree.SubElement(root, f"{{{BPMNDI}}}BPMNDiagram", id="diagram", nsmap=_NSMAP)
        plane = etree.SubElement(diagram, f"{{{BPMNDI}}}BPMNPlane", id="plane", bpmnElement=element.get("id"))
    return plane


def _draw(plane, process, boxes, new, arrows):
    """Draw shapes below what is drawn already, and arrows where they lead."""
    layout = lay_out(process)
    low = max((top + height for _left, top, _width, height in boxes.values()), default=None)
    down = 0 if low is None else low + GAP - min(layout.boxes[node.id][1] for node in new) if new else 0
    for node in new:
        left, top, width, height = layout.boxes[node.id]
        boxes[node.id] = (left, top + down, width, height)
        shape = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNShape", id=f"{node.id}_di", bpmnElement=node.id)
        if node.kind == EXCLUSIVE:
            shape.set("isMarkerVisible", "true")
        names = ("x", "y", "width", "height")
        values = dict(zip(names, map(str, boxes[node.id]), strict=True))
        etree.SubElement(shape, f"{{{DC}}}Bounds", values)
    added = {node.id for node in new}
    for flow in arrows:
        edge = etree.SubElement(plane, f"{{{BPMNDI}}}BPMNEdge", id=f"{flow.id}_di", bpmnElement=flow.id)
        if {flow.source, flow.target} <= added:
            points = [(x, y + down) for x, y in layout.lines[flow.id]]
        else:
            points = [_middle(boxes[flow.source]), _middle(boxes[flow.target])]
        for x, y in points:
            etree.SubElement(edge, f"{{{DI}}}waypoint", x=str(x), y=str(y))


def _middle(box):
    left, top, width, height = box
    return left + width // 2, top + height // 2


def missing(before: bytes, after: bytes) -> list[str]:
    """Return what a text says of a process and another does not: names of elements, with their ids.

    The picture does not count, nor does how the text is written.
    """
    lost = Counter(_said(read(before))) - Counter(_said(read(after)))
    return sorted(f"{tag} {id_}".strip() for tag, id_, _rest in lost.elements())


def _said(root):
    for element in root.iter():
        if isinstance(element.tag, str) and not element.tag.startswith(
            (f"{{{BPMNDI}}}", f"{{{DC}}}", f"{{{DI}}}")
        ):
            attributes = tuple(sorted(item for item in element.attrib.items() if item[0] != "id"))
            yield (
                etree.QName(element).localname,
                element.get("id") or "",
                (attributes, (element.text or "").strip()),
            )
