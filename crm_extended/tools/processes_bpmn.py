"""Reads BPMN 2.0 XML as a stranger wrote it; no ORM.

Nothing outside the text is ever read: no document type, no entities, no network. What the drawing has and
we do not run is named, not dropped: the text itself is kept and given back as it came.
"""

import re
from dataclasses import dataclass, replace

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
    TIMER,
    USER,
    Flow,
    Node,
    Process,
)

BPMN = "http://www.omg.org/spec/BPMN/20100524/MODEL"
BPMNDI = "http://www.omg.org/spec/BPMN/20100524/DI"
DC = "http://www.omg.org/spec/DD/20100524/DC"
DI = "http://www.omg.org/spec/DD/20100524/DI"

MAX_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 60
MAX_ELEMENTS = 50_000
MAX_STEPS = 1_000
MAX_NAME = 200

#: What we run, by the name of its element.
KINDS = {
    "startEvent": START,
    "endEvent": END,
    "task": USER,
    "userTask": USER,
    "manualTask": USER,
    "serviceTask": SERVICE,
    "sendTask": SEND,
    "receiveTask": RECEIVE,
    "callActivity": CALL,
    "exclusiveGateway": EXCLUSIVE,
    "parallelGateway": PARALLEL,
    "intermediateCatchEvent": TIMER,
    "boundaryEvent": BOUNDARY,
}
#: Definitions of events that we run, by kind of event. How a process starts is said beside the drawing.
EVENTS = {
    START: {"timerEventDefinition", "messageEventDefinition", "conditionalEventDefinition"},
    END: set(),
    TIMER: {"timerEventDefinition"},
    BOUNDARY: {"timerEventDefinition"},
}
#: Says something to people, and nothing to whoever runs the drawing.
SILENT = {
    "documentation",
    "extensionElements",
    "textAnnotation",
    "association",
    "group",
    "category",
    "laneSet",
    "auditing",
    "monitoring",
    "ioSpecification",
    "property",
    "dataObject",
    "dataObjectReference",
    "dataStoreReference",
}
#: Elements that are, or hold, code of a stranger.
SCRIPTS = {"scriptTask", "script"}


class BpmnError(ValueError):
    """The text cannot be read as BPMN; `code` says why.

    `too_long`, `doctype`, `xml` (not well formed, `detail` says where), `deep`, `large`, `not_bpmn`,
    `no_process`, `twice` (`detail` is the id that two elements have).
    """

    def __init__(self, code: str, detail: str = ""):
        super().__init__(f"{code} {detail}".strip())
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Unsupported:
    """An element that is kept and not run; `code` is `element`, `script`, `pools` or `arrow`."""

    code: str
    id: str
    tag: str
    name: str


@dataclass(frozen=True)
class Drawing:
    process: Process
    unsupported: tuple[Unsupported, ...]
    #: Elements that have no shape in the diagram: a designer would not show them.
    unseen: tuple[str, ...]


def parse(text: bytes) -> Drawing:
    """Return what a drawing says.

    :raises BpmnError: it cannot be read

    >>> drawing = parse(b'''<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL">
    ...   <process id="p" name="Ask"><startEvent id="s"/><userTask id="a" name="Ask  the
    ...   boss"/><endEvent id="e"/><scriptTask id="x"/>
    ...   <sequenceFlow id="f" sourceRef="s" targetRef="a"/>
    ...   <sequenceFlow id="g" sourceRef="a" targetRef="e"/></process></definitions>''')
    >>> [(node.kind, node.name) for node in drawing.process.nodes]
    [('start', ''), ('user', 'Ask the boss'), ('end', '')]
    >>> drawing.unsupported
    (Unsupported(code='script', id='x', tag='scriptTask', name=''),)
    >>> parse(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    Traceback (most recent call last):
    crm_extended.tools.processes_bpmn.BpmnError: doctype
    """
    root = read(text)
    processes = [
        process
        for process in root.iter(f"{{{BPMN}}}process")
        if any(_tag(child) in KINDS for child in process)
    ]
    if not processes:
        raise BpmnError("no_process")
    reader = _Reader(processes[0])
    for other in processes[1:]:
        reader.refuse("pools", other)
    shown = {shape.get("bpmnElement") for shape in root.iter(f"{{{BPMNDI}}}BPMNShape")}
    process = reader.take_in()
    unseen = tuple(node.id for node in process.nodes if node.id not in shown)
    return Drawing(process, tuple(reader.unsupported), unseen)


def read(text: bytes) -> etree._Element:
    """Return the root of a BPMN document that is small, shallow and has no document type."""
    if len(text) > MAX_BYTES:
        raise BpmnError("too_long")
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise BpmnError("doctype")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BpmnError("xml", str(error)[:200]) from None
    # a document in an encoding that hides the words looked for above
    if root.getroottree().docinfo.doctype or root.getroottree().docinfo.internalDTD is not None:
        raise BpmnError("doctype")
    if root.tag != f"{{{BPMN}}}definitions":
        raise BpmnError("not_bpmn")
    _measure(root)
    return root


def _measure(root):
    depth = count = 0
    for event, _element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if depth > MAX_DEPTH:
            raise BpmnError("deep")
        if count > MAX_ELEMENTS:
            raise BpmnError("large")


def _tag(element) -> str:
    """Name of a BPMN element, "" for those of others and for comments."""
    tag = element.tag
    return tag[len(BPMN) + 2 :] if isinstance(tag, str) and tag.startswith(f"{{{BPMN}}}") else ""


def _name(element) -> str:
    return re.sub(r"\s+", " ", element.get("name") or "").strip()[:MAX_NAME]


class _Reader:
    """Takes in one process element."""

    def __init__(self, element):
        self.element = element
        self.unsupported: list[Unsupported] = []
        self.nodes: dict[str, Node] = {}
        self.flows: dict[str, Flow] = {}

    def refuse(self, code, element):
        self.unsupported.append(Unsupported(code, element.get("id") or "", _tag(element), _name(element)))

    def take_in(self) -> Process:
        arrows = []
        for child in self.element:
            tag = _tag(child)
            if tag in KINDS:
                self.read_node(child, KINDS[tag])
            elif tag == "sequenceFlow":
                arrows.append(child)
            elif tag and tag not in SILENT:
                self.refuse("script" if tag in SCRIPTS else "element", child)
        for arrow in arrows:
            self.read_flow(arrow)
        self.read_lanes()
        if len(self.nodes) > MAX_STEPS:
            raise BpmnError("large")
        return Process(_name(self.element), tuple(self.nodes.values()), tuple(self.flows.values()))

    def take(self, element) -> str:
        id_ = element.get("id")
        if not id_ or id_ in self.nodes or id_ in self.flows:
            raise BpmnError("twice", id_ or _tag(element))
        return id_

    def read_node(self, element, kind):
        id_ = self.take(element)
        multi = False
        events = []
        for child in element:
            tag = _tag(child)
            if tag == "multiInstanceLoopCharacteristics" and kind == USER:
                multi = True
                if child.get("isSequential") == "true":
                    self.refuse("element", element)
            elif tag.endswith("LoopCharacteristics"):
                self.refuse("element", element)
            elif tag.endswith("EventDefinition"):
                events.append(tag)
            elif tag in SCRIPTS:
                self.refuse("script", element)
        if not self.runs(kind, events):
            self.refuse("element", element)
        self.nodes[id_] = Node(
            id_,
            kind,
            _name(element),
            host=element.get("attachedToRef") or "",
            interrupting=element.get("cancelActivity") != "false",
            multi=multi,
            default=element.get("default") or "",
        )

    def runs(self, kind, events) -> bool:
        if kind not in EVENTS:
            return not events
        needed = kind in (TIMER, BOUNDARY)
        return len(events) <= 1 and set(events) <= EVENTS[kind] and bool(events) >= needed

    def read_flow(self, element):
        id_ = self.take(element)
        source, target = element.get("sourceRef"), element.get("targetRef")
        if source not in self.nodes or target not in self.nodes:
            self.refuse("arrow", element)
            return
        self.flows[id_] = Flow(id_, source, target, _name(element))

    def read_lanes(self):
        for lane in self.element.iter(f"{{{BPMN}}}lane"):
            for reference in lane.iter(f"{{{BPMN}}}flowNodeRef"):
                id_ = (reference.text or "").strip()
                if id_ in self.nodes:
                    self.nodes[id_] = replace(self.nodes[id_], lane=_name(lane))
