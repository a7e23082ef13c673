"""What is different in another version of a process, and where a run stands in it; no ORM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from .processes import (
    STOPS,
    Process,
    graph,  # noqa: F401 (examples)
)

ADDED, REMOVED, CHANGED = "added", "removed", "changed"


@dataclass(frozen=True)
class Difference:
    """States of nodes, as pictures show them: of the old version and of the new one."""

    old: dict[str, str]
    new: dict[str, str]


def compare(
    old: Process, new: Process, said_old: Mapping[str, object] = (), said_new: Mapping[str, object] = ()
) -> Difference:
    """Compare the nodes of two versions by their ids.

    A node has changed when it looks different, leads elsewhere, or something else is said of it.

    :param said_old: what is said of the old version's nodes beside the drawing

    >>> old = graph("P", "s:start a:user b:user e:end", "s > a > b > e")
    >>> new = graph("P", "s:start a:user c:user e:end", "s > a > c > e")
    >>> compare(old, new)
    Difference(old={'a': 'changed', 'b': 'removed'}, new={'a': 'changed', 'c': 'added'})
    >>> compare(old, old, {"a": "boss"}, {"a": "buyer"}).new
    {'a': 'changed'}
    """
    said_old, said_new = dict(said_old), dict(said_new)
    before = {node.id: _look(old, node.id, said_old) for node in old.nodes}
    after = {node.id: _look(new, node.id, said_new) for node in new.nodes}
    changed = {id_ for id_ in before.keys() & after.keys() if before[id_] != after[id_]}
    return Difference(
        {id_: CHANGED if id_ in changed else REMOVED for id_ in before if id_ in changed or id_ not in after},
        {id_: CHANGED if id_ in changed else ADDED for id_ in after if id_ in changed or id_ not in before},
    )


def _look(process, id_, said):
    node = process.node[id_]
    ways = frozenset((flow.target, flow.name) for flow in process.outgoing[id_])
    return node.kind, node.name, node.host, node.interrupting, node.default, ways, said.get(id_)


def suggest(old: Process, new: Process, standing: Iterable[str]) -> dict[str, str]:
    """Return where steps on which runs stand are in the new version, as far as that is clear.

    It is the step of that id, else the only one of that kind and name.

    >>> old = graph("P", "s:start a:user b:user e:end", "s > a > b > e")
    >>> new = graph("P", "s:start a:user c:user e:end", "s > a > c > e")
    >>> suggest(old, new, ["a", "b"])
    {'a': 'a'}
    """
    found = {}
    for id_ in standing:
        node = old.node[id_]
        same = new.node.get(id_)
        if same and same.kind == node.kind:
            found[id_] = id_
            continue
        named = [one for one in new.nodes if (one.kind, one.name) == (node.kind, node.name)]
        if len(named) == 1 and node.kind in STOPS:
            found[id_] = named[0].id
    return found
