"""A process written as a table of steps, for those who do not draw; no ORM."""

from collections.abc import Sequence
from dataclasses import dataclass

from .processes import BOUNDARY, END, EXCLUSIVE, PARALLEL, START, USER, Flow, Node, Process

#: As the step that follows: the process ends there.
FINISH = "end"
#: Kind of a row that only decides where to go on.
DECISION = "decision"


@dataclass(frozen=True)
class Branch:
    """A button of a step, or a condition of a decision; "" as `next` means the row below."""

    key: str
    name: str
    next: str = ""


@dataclass(frozen=True)
class Row:
    """A step; `beside` is done at the same time as the row above, `late` is where to go when it is late."""

    key: str
    kind: str
    name: str
    beside: bool = False
    next: str = ""
    late: str = ""
    multi: bool = False
    branches: tuple[Branch, ...] = ()


def build(name: str, rows: Sequence[Row]) -> Process:
    """Return the graph of a table.

    >>> process = build("Buy", [
    ...     Row("ask", "user", "Ask"),
    ...     Row("approve", "user", "Approve", branches=(Branch("yes", "Yes"), Branch("no", "No", "end"))),
    ...     Row("order", "user", "Order"),
    ...     Row("tell", "send", "Tell", beside=True),
    ... ])
    >>> [node.id for node in process.nodes]
    ['start', 'ask', 'approve', 'approve_by', 'order_all', 'order', 'tell', 'order_joined', 'end']
    >>> [(flow.source, flow.target) for flow in process.flows if flow.source == "approve_by"]
    [('approve_by', 'order_all'), ('approve_by', 'end')]
    """
    return _Builder(rows).build(name)


class _Builder:
    def __init__(self, rows):
        self.blocks = _blocks(rows)
        self.nodes, self.flows = [], []
        self.entry = {FINISH: FINISH}
        for block in self.blocks:
            self.entry.update({row.key: row.key for row in block})
            if len(block) > 1:
                self.entry[block[0].key] = f"{block[0].key}_all"

    def build(self, name):
        below = [self.entry[block[0].key] for block in self.blocks[1:]] + [FINISH]
        self.nodes.append(Node("start", START))
        self.arrow("start", self.entry[self.blocks[0][0].key] if self.blocks else FINISH)
        for block, after in zip(self.blocks, below, strict=False):
            if len(block) == 1:
                self.add_row(block[0], after)
            else:
                self.add_block(block, after)
        self.nodes.append(Node(FINISH, END))
        self.merge_before_splits()
        return Process(name, tuple(self.nodes), tuple(self.flows))

    def add_block(self, block, after):
        first = block[0].key
        split, join = f"{first}_all", f"{first}_joined"
        self.nodes.append(Node(split, PARALLEL))
        for row in block:
            self.arrow(split, row.key)
            self.add_row(row, join)
        self.nodes.append(Node(join, PARALLEL))
        self.arrow(join, after)

    def add_row(self, row, after):
        after = self.target(row.next, after)
        if row.kind == DECISION:
            otherwise = f"{row.key}_else"
            self.nodes.append(Node(row.key, EXCLUSIVE, row.name, default=otherwise))
            self.branch(row, row.key, after)
            self.arrow(row.key, after, otherwise)
            return
        self.nodes.append(Node(row.key, row.kind, row.name, multi=row.multi))
        if row.late:
            self.nodes.append(Node(f"{row.key}_late", BOUNDARY, host=row.key))
            self.arrow(f"{row.key}_late", self.target(row.late, after))
        if row.kind == USER and row.branches:
            self.nodes.append(Node(f"{row.key}_by", EXCLUSIVE))
            self.arrow(row.key, f"{row.key}_by")
            self.branch(row, f"{row.key}_by", after)
        else:
            self.arrow(row.key, after)

    def branch(self, row, gateway, after):
        for branch in row.branches:
            self.arrow(gateway, self.target(branch.next, after), branch.key, branch.name)

    def target(self, key, after):
        return self.entry.get(key, after) if key else after

    def arrow(self, source, target, key="", name=""):
        self.flows.append(Flow(key or f"{source}_out_{len(self.flows)}", source, target, name))

    def merge_before_splits(self):
        """Several ways into a split would be waited for like the ways into a join: one is made of them."""
        for block in self.blocks:
            split = f"{block[0].key}_all"
            ways = [number for number, flow in enumerate(self.flows) if flow.target == split]
            if len(ways) < 2:
                continue
            merge = f"{block[0].key}_merge"
            for number in ways:
                flow = self.flows[number]
                self.flows[number] = Flow(flow.id, flow.source, merge, flow.name)
            place = next(number for number, node in enumerate(self.nodes) if node.id == split)
            self.nodes.insert(place, Node(merge, EXCLUSIVE))
            self.arrow(merge, split)


def _blocks(rows):
    blocks = []
    for row in rows:
        if row.beside and blocks:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks
