"""Whether a process can be run to its end, whatever happens; no ORM.

The drawing is read as a Petri net whose places are the arrows. All markings that can come about are looked
at, up to a limit: none may hold two tokens on one arrow, and from each the process must be able to end.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from .processes import (
    BOUNDARY,
    END,
    EXCLUSIVE,
    PARALLEL,
    START,
    STOPS,
    WAITS,
    Process,
    graph,  # noqa: F401 (examples)
    reachable,
)

#: Markings looked at; a drawing with more is too entangled for people, too.
MOST_MARKINGS = 20_000


@dataclass(frozen=True)
class Problem:
    """What is wrong, as a code, and with which nodes or flows."""

    code: str
    ids: tuple[str, ...] = ()


def check(process: Process) -> list[Problem]:
    """Return what keeps a process from being published.

    >>> check(graph("Fine", "s:start a:user e:end", "s > a > e"))
    []
    >>> check(graph("Split and merged unlike", "s:start p:parallel a:user b:user x:exclusive e:end",
    ...             "s > p > a > x > e", "p > b > x"))
    [Problem(code='double', ids=('e',))]
    >>> check(graph("Waits for ever", "s:start x:exclusive a:user b:user p:parallel e:end",
    ...             "s > x > a > p > e", "x > b > p"))
    [Problem(code='stuck', ids=('p',))]
    >>> check(graph("Loop", "s:start a:service x:exclusive e:end", "s > a > x > a", "x > e"))
    [Problem(code='loop', ids=('a', 'x'))]
    """
    problems = _shape(process)
    if problems:
        return problems
    problems = _ways(process) + _loops(process) + _side_paths(process)
    if problems:
        return problems
    short = _shortened(process)
    [start] = process.of_kind(START)
    problems = _markings(short, start.id)
    for timer in process.of_kind(BOUNDARY):
        if not timer.interrupting and not problems:
            problems = _markings(short, timer.id)
    return problems


def _shortened(process: Process) -> Process:
    """Leave out what a token only passes through: there are far fewer markings then, and none is missed.

    >>> line = graph("Line", "s:start a:user b:user e:end", "s > a > b > e")
    >>> [node.id for node in _shortened(line).nodes], _shortened(line).flows
    (['s', 'e'], (Flow(id='s>a', source='s', target='e', name=''),))
    """
    flows = dict(process.flow)
    passed = set()
    for node in process.nodes:
        ways_in = [flow for flow in flows.values() if flow.target == node.id]
        ways_out = [flow for flow in flows.values() if flow.source == node.id]
        timed = any(timer.interrupting for timer in process.timers[node.id])
        if node.kind == BOUNDARY or timed or len(ways_in) != 1 or len(ways_out) != 1:
            continue
        one, other = ways_in[0], ways_out[0]
        if one.id != other.id:
            passed.add(node.id)
            del flows[other.id]
            flows[one.id] = replace(one, target=other.target)
    nodes = tuple(node for node in process.nodes if node.id not in passed)
    return Process(process.name, nodes, tuple(flows.values()))


def _shape(process: Process) -> list[Problem]:
    """What each node needs by itself.

    >>> _shape(graph("Empty", "a:user", ))
    [Problem(code='no_start', ids=()), Problem(code='no_end', ids=()), Problem(code='dead_end', ids=('a',))]
    """
    problems = []
    starts = process.of_kind(START)
    if not starts:
        problems.append(Problem("no_start"))
    elif len(starts) > 1:
        problems.append(Problem("many_starts", _ids(starts)))
    if not process.of_kind(END):
        problems.append(Problem("no_end"))
    for node in process.nodes:
        problems += [Problem(code, (node.id,)) for code in _faults(process, node)]
    return problems


def _faults(process, node):
    ways_in, ways_out = len(process.incoming[node.id]), len(process.outgoing[node.id])
    if node.kind in (START, BOUNDARY) and ways_in:
        yield "way_in"
    if node.kind == END and ways_out:
        yield "way_out"
    if node.kind != END and not ways_out:
        yield "dead_end"
    if node.kind in (*STOPS, START, BOUNDARY) and ways_out > 1:
        yield "many_out"
    if node.kind == BOUNDARY:
        host = process.node.get(node.host)
        if not host or host.kind not in WAITS:
            yield "no_host"


def _ways(process: Process) -> list[Problem]:
    """Steps that nothing leads to, and steps from which no end is reached."""
    there = reachable(process, _ids(process.of_kind(START)))
    back = reachable(process, _ids(process.of_kind(END)), backwards=True)
    lost = [node for node in process.nodes if node.id not in there]
    caught = [node for node in process.nodes if node.id in there and node.id not in back]
    return [
        *([Problem("unreachable", _ids(lost))] if lost else []),
        *([Problem("no_way_out", _ids(caught))] if caught else []),
    ]


def _loops(process: Process) -> list[Problem]:
    """Circles in which nobody and nothing is waited for."""
    left = {node.id for node in process.nodes if node.kind not in WAITS}
    # take away what is not on a circle, from both ends, until nothing more goes
    while True:
        free = {
            id_
            for id_ in left
            if not any(flow.target in left for flow in process.outgoing[id_])
            or not any(flow.source in left for flow in process.incoming[id_])
        }
        if not free:
            break
        left -= free
    return [Problem("loop", tuple(node.id for node in process.nodes if node.id in left))] if left else []


def _side_paths(process: Process) -> list[Problem]:
    """A timer that does not interrupt begins a path of its own, which must not run into the main one.

    >>> _side_paths(graph("Reminder", "s:start a:user t:boundary?a r:send e:end f:end",
    ...                   "s > a > e", "t > r > f"))
    []
    >>> _side_paths(graph("Doubled", "s:start a:user t:boundary?a r:send e:end", "s > a > e", "t > r > e"))
    [Problem(code='side_path', ids=('t', 'e'))]
    """
    problems = []
    for timer in process.of_kind(BOUNDARY):
        if timer.interrupting:
            continue
        side = reachable(process, [timer.id])
        problems += [
            Problem("side_path", (timer.id, flow.target))
            for flow in process.flows
            if flow.target in side and flow.source not in side
        ]
    return problems


# === MARKINGS === #


def _markings(process: Process, begins: str) -> list[Problem]:
    """Look at every marking that can follow from one token behind `begins`."""
    firings = _firings(process)
    first = frozenset(flow.id for flow in process.outgoing[begins])
    after: dict[frozenset, list[frozenset]] = {}
    pending = [first]
    while pending:
        marking = pending.pop()
        if marking in after:
            continue
        if len(after) >= MOST_MARKINGS:
            return [Problem("too_large")]
        after[marking] = []
        for needed, brought in _enabled(marking, firings):
            rest = marking - needed
            if both := rest & brought:
                return [Problem("double", (process.flow[min(both)].target,))]
            after[marking].append(rest | brought)
        pending += after[marking]
    return _caught(process, after)


def _firings(process: Process) -> dict[str, list[tuple[frozenset, frozenset]]]:
    """For each arrow, what can happen with the token on it: tokens taken and tokens brought."""
    firings = {flow.id: [] for flow in process.flows}
    for node in process.nodes:
        if node.kind in (START, BOUNDARY):
            continue
        ways_in, ways_out = process.incoming[node.id], process.outgoing[node.id]
        if node.kind == PARALLEL and ways_in:
            every = frozenset(_ids(ways_in))
            firings[min(every)].append((every, frozenset(_ids(ways_out))))
            continue
        outs = [[flow] for flow in ways_out] if node.kind == EXCLUSIVE else [ways_out]
        outs += [process.outgoing[timer.id] for timer in process.timers[node.id] if timer.interrupting]
        for flow in ways_in:
            firings[flow.id] += [(frozenset([flow.id]), frozenset(_ids(out))) for out in outs]
    return firings


def _enabled(marking, firings):
    for flow_id in marking:
        for needed, brought in firings[flow_id]:
            if needed <= marking:
                yield needed, brought


def _caught(process: Process, after: dict[frozenset, list[frozenset]]) -> list[Problem]:
    """Markings from which the process cannot end: a join waits for a token that does not come."""
    before: dict[frozenset, list[frozenset]] = {marking: [] for marking in after}
    for marking, nexts in after.items():
        for following in nexts:
            before[following].append(marking)
    ends, pending = set(), [marking for marking in after if not marking]
    while pending:
        marking = pending.pop()
        if marking not in ends:
            ends.add(marking)
            pending += before[marking]
    stuck = {
        process.flow[flow_id].target
        for marking, nexts in after.items()
        if marking not in ends and not nexts
        for flow_id in marking
    }
    if stuck:
        return [Problem("stuck", tuple(sorted(stuck)))]
    if len(ends) < len(after):
        caught = set().union(*(marking for marking in after if marking not in ends))
        return [Problem("no_way_out", tuple(sorted({process.flow[id_].target for id_ in caught})))]
    return []


def _ids(items: Iterable) -> tuple[str, ...]:
    return tuple(item.id for item in items)
