"""Business processes as plain data, and how a token moves through one; no ORM.

A process is a graph of nodes and flows (arrows), a subset of BPMN 2.0. A token stands on a node at which
something has to happen (`STOPS`), or on a flow in front of a parallel gateway that still waits for others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

START, END = "start", "end"
USER, SERVICE, SEND, RECEIVE, CALL, TIMER = "user", "service", "send", "receive", "call", "timer"
EXCLUSIVE, PARALLEL, BOUNDARY = "exclusive", "parallel", "boundary"

#: Nodes at which the process waits for a person, a document, another process or the clock.
WAITS = frozenset({USER, RECEIVE, CALL, TIMER})
#: Nodes that do something at once.
ACTIONS = frozenset({SERVICE, SEND})
STOPS = WAITS | ACTIONS
KINDS = STOPS | {START, END, EXCLUSIVE, PARALLEL, BOUNDARY}
#: A token passes that many nodes in one move at most; only an endless loop does so.
MOST_PASSED = 5000


class NoWayError(LookupError):
    """None of the arrows that leave a gateway fits; `args[0]` is the gateway's id."""


class EndlessLoopError(RuntimeError):
    """A token goes round without ever coming to a stop."""


@dataclass(frozen=True)
class Node:
    """A step, gateway or event; `host` is the node at whose border a `BOUNDARY` timer sits."""

    id: str
    kind: str
    name: str = ""
    lane: str = ""
    host: str = ""
    interrupting: bool = True
    multi: bool = False
    default: str = ""


@dataclass(frozen=True)
class Flow:
    id: str
    source: str
    target: str
    name: str = ""


@dataclass(frozen=True)
class Process:
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    @cached_property
    def node(self) -> dict[str, Node]:
        return {node.id: node for node in self.nodes}

    @cached_property
    def flow(self) -> dict[str, Flow]:
        return {flow.id: flow for flow in self.flows}

    @cached_property
    def outgoing(self) -> dict[str, list[Flow]]:
        found = {node.id: [] for node in self.nodes}
        for flow in self.flows:
            found[flow.source].append(flow)
        return found

    @cached_property
    def incoming(self) -> dict[str, list[Flow]]:
        found = {node.id: [] for node in self.nodes}
        for flow in self.flows:
            found[flow.target].append(flow)
        return found

    @cached_property
    def timers(self) -> dict[str, list[Node]]:
        """The timers at the border of each node."""
        found = {node.id: [] for node in self.nodes}
        for node in self.nodes:
            if node.kind == BOUNDARY and node.host in found:
                found[node.host].append(node)
        return found

    def of_kind(self, *kinds: str) -> list[Node]:
        return [node for node in self.nodes if node.kind in kinds]


def graph(name: str, nodes: str, *flows: str) -> Process:
    """Return a process written down briefly, as tests and examples do.

    :param nodes: "id:kind" separated by blanks; "id:boundary@host", "id:boundary?host" when it does not
        interrupt
    :param flows: "a > b > c"

    >>> process = graph("Buy", "s:start ask:user e:end", "s > ask > e")
    >>> [flow.id for flow in process.flows]
    ['s>ask', 'ask>e']
    """
    made = []
    for word in nodes.split():
        id_, kind = word.split(":")
        host, interrupting = "", "?" not in kind
        for mark in "@?":
            if mark in kind:
                kind, host = kind.split(mark)
        made.append(Node(id_, kind, name=id_, host=host, interrupting=interrupting))
    arrows = []
    for text in flows:
        names = text.replace(" ", "").split(">")
        arrows += [
            Flow(f"{source}>{target}", source, target)
            for source, target in zip(names, names[1:], strict=False)
        ]
    return Process(name, tuple(made), tuple(arrows))


@dataclass
class Move:
    """What a step of a token brings about.

    `waiting` are the flows on which tokens wait at joins afterwards, those that had waited included.
    """

    entered: list[str] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    waiting: set[str] = field(default_factory=set)


def begin(process: Process, decide: Callable[[Node, list[Flow]], str]) -> Move:
    """Return the move by which an instance begins.

    >>> both = graph("Both", "s:start p:parallel a:user b:service j:parallel e:end",
    ...              "s > p > a > j > e", "p > b > j")
    >>> begin(both, None)
    Move(entered=['a', 'b'], passed=['s', 'p'], waiting=set())
    """
    [start] = process.of_kind(START)
    return _run(process, [start.id], process.outgoing[start.id], (), decide)


def leave(
    process: Process,
    node_id: str,
    waiting: Iterable[str],
    decide: Callable[[Node, list[Flow]], str],
) -> Move:
    """Return what follows when a token leaves the node where it stands (or a timer at a border that is due).

    :param waiting: flows on which tokens wait at joins
    :param decide: gives the id of the flow by which to leave an exclusive gateway
    :raises NoWayError: no flow fits

    >>> both = graph("Both", "s:start p:parallel a:user b:service j:parallel e:end",
    ...              "s > p > a > j > e", "p > b > j")
    >>> leave(both, "b", (), None)
    Move(entered=[], passed=[], waiting={'b>j'})
    >>> leave(both, "a", {"b>j"}, None)
    Move(entered=[], passed=['j', 'e'], waiting=set())
    >>> either = graph("Either", "s:start a:user x:exclusive b:user e:end", "s > a > x > b > e", "x > a")
    >>> leave(either, "a", (), lambda gateway, flows: "x>a").entered
    ['a']
    """
    return _run(process, [], process.outgoing[node_id], waiting, decide)


def _run(process, passed, flows, waiting, decide) -> Move:
    move = Move(passed=list(passed), waiting=set(waiting))
    pending = list(flows)
    while pending:
        flow = pending.pop(0)
        node = process.node[flow.target]
        if node.kind in STOPS:
            move.entered.append(node.id)
            continue
        if len(move.passed) > MOST_PASSED:
            raise EndlessLoopError(node.id)
        if node.kind == PARALLEL:
            move.waiting.add(flow.id)
            needed = {arrow.id for arrow in process.incoming[node.id]}
            if not needed <= move.waiting:
                continue
            move.waiting -= needed
            pending += process.outgoing[node.id]
        elif node.kind == EXCLUSIVE:
            pending.append(_choose(process, node, decide))
        move.passed.append(node.id)
    return move


def _choose(process, gateway, decide) -> Flow:
    ways = process.outgoing[gateway.id]
    if len(ways) == 1:
        return ways[0]
    chosen = decide(gateway, ways) or gateway.default
    if not chosen:
        raise NoWayError(gateway.id)
    return process.flow[chosen]


def reachable(process: Process, beginnings: Iterable[str], backwards: bool = False) -> set[str]:
    """Return the nodes to which arrows lead from some nodes, these included; from a node also by its timers.

    >>> line = graph("Line", "s:start a:user t:boundary@a b:user e:end", "s > a > e", "t > b > e")
    >>> sorted(reachable(line, ["s"]))
    ['a', 'b', 'e', 's', 't']
    >>> sorted(reachable(line, ["b"], backwards=True))
    ['a', 'b', 's', 't']
    """
    found, pending = set(), list(beginnings)
    while pending:
        id_ = pending.pop()
        if id_ in found:
            continue
        found.add(id_)
        if backwards:
            pending += [flow.source for flow in process.incoming[id_]]
            pending += [process.node[id_].host] if process.node[id_].host in process.node else []
        else:
            pending += [flow.target for flow in process.outgoing[id_]]
            pending += [timer.id for timer in process.timers[id_]]
    return found


def upcoming(process: Process, standing: Iterable[str]) -> list[str]:
    """Return the steps that may come next after those on which tokens stand, gateways looked through.

    >>> either = graph("Either", "s:start a:user x:exclusive b:user c:user e:end",
    ...                "s > a > x > b > e", "x > c > e")
    >>> upcoming(either, ["a"])
    ['b', 'c']
    """
    found, seen = [], set()
    pending = [flow.target for id_ in standing for flow in process.outgoing.get(id_, ())]
    while pending:
        id_ = pending.pop(0)
        if id_ in seen:
            continue
        seen.add(id_)
        if process.node[id_].kind in STOPS:
            found.append(id_)
        else:
            pending += [flow.target for flow in process.outgoing[id_]]
    return found


def after_hours(intervals: Iterable[tuple[datetime, datetime]], start: datetime, hours: float):
    """Return the moment after so many hours of work, None when the given working hours do not suffice.

    >>> def moment(day, hour): return datetime(2026, 3, day, hour)
    >>> days = [(moment(day, 9), moment(day, 17)) for day in (6, 9, 10)]
    >>> after_hours(days, moment(6, 15), 4)
    datetime.datetime(2026, 3, 9, 11, 0)
    >>> after_hours(days, moment(7, 15), 0)
    datetime.datetime(2026, 3, 9, 9, 0)
    >>> after_hours(days, moment(6, 15), 20)
    """
    left = timedelta(hours=hours)
    for begin_, end in intervals:
        worked = end - max(begin_, start)
        if worked >= left and end > start:
            return max(begin_, start) + left
        left -= max(worked, timedelta())
    return None
