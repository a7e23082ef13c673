"""Processes made at random: sound ones always end, unsound ones are refused, and no text hurts the reader."""

import random

import pytest
from conftest import load_kernels

kernels = load_kernels()
core, checks = kernels["processes"], kernels["processes_check"]
bpmn, layout, table = kernels["processes_bpmn"], kernels["processes_layout"], kernels["processes_table"]
svg = kernels["processes_svg"]

SEEDS = range(150)


class Sound:
    """A process made of blocks that are sound, and so is the whole."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.nodes, self.flows, self.joins = [], [], []
        start, end = self.node("start"), self.node("end")
        first, last = self.block(3)
        self.arrow(start, first)
        self.arrow(last, end)

    @property
    def process(self):
        return core.Process("random", tuple(self.nodes), tuple(self.flows))

    def node(self, kind, **values):
        id_ = f"n{len(self.nodes)}"
        self.nodes.append(core.Node(id_, kind, name=f"Step {id_}", **values))
        return id_

    def arrow(self, source, target):
        self.flows.append(core.Flow(f"f{len(self.flows)}", source, target))

    def block(self, depth):
        kinds = ["task", "sequence", "choice", "both", "loop", "late"] if depth else ["task"]
        return getattr(self, self.rng.choice(kinds))(depth - 1)

    def task(self, _depth):
        id_ = self.node(self.rng.choice(["user", "user", "service", "receive"]))
        return id_, id_

    def sequence(self, depth):
        (first, middle), (after, last) = self.block(depth), self.block(depth)
        self.arrow(middle, after)
        return first, last

    def choice(self, depth, kind="exclusive"):
        split, join = self.node(kind), self.node(kind)
        if kind == "parallel":
            self.joins.append(join)
        for _way in range(self.rng.randint(2, 3)):
            first, last = self.block(depth)
            self.arrow(split, first)
            self.arrow(last, join)
        return split, join

    def both(self, depth):
        return self.choice(depth, "parallel")

    def loop(self, depth):
        merge, wait, split = self.node("exclusive"), self.node("user"), self.node("exclusive")
        first, last = self.block(depth)
        self.arrow(merge, wait)
        self.arrow(wait, first)
        self.arrow(last, split)
        self.arrow(split, merge)
        return merge, split

    def late(self, depth):
        host, merge = self.node("user"), self.node("exclusive")
        timer = self.node("boundary", host=host)
        first, last = self.block(depth)
        self.arrow(timer, first)
        self.arrow(last, merge)
        self.arrow(host, merge)
        return host, merge


@pytest.mark.parametrize("seed", SEEDS)
def test_sound_processes_end(seed):
    process = Sound(seed).process
    assert checks.check(process) == []
    rng = random.Random(seed)
    for _run in range(3):
        move = core.begin(process, lambda _gateway, flows: rng.choice(flows).id)
        standing, waiting = list(move.entered), move.waiting
        for moves in range(20_000):
            if not standing:
                break
            node = standing.pop(rng.randrange(len(standing)))
            # ever more often the last way, which leads out of every circle
            out = moves > 200

            def decide(_gateway, flows, out=out):
                return (flows[-1] if out else rng.choice(flows)).id

            timers = process.timers[node]
            leaves = rng.choice(timers).id if timers and rng.random() < 0.3 else node
            move = core.leave(process, leaves, waiting, decide)
            standing += move.entered
            waiting = move.waiting
            assert len(set(standing)) == len(standing), "a step is never reached twice at the same time"
        assert not standing and not waiting


@pytest.mark.parametrize("seed", SEEDS)
def test_unsound_processes_are_refused(seed):
    # the next seed from here on whose process joins something
    made = next(made for made in map(Sound, range(seed, seed + 1000)) if made.joins)
    rng = random.Random(seed)
    join = rng.choice(made.joins)
    number = next(number for number, node in enumerate(made.nodes) if node.id == join)
    made.nodes[number] = core.Node(join, "exclusive")
    assert [problem.code for problem in checks.check(made.process)] in (["double"], ["stuck"], ["loop"])


@pytest.mark.parametrize("seed", SEEDS)
def test_drawings_come_back_as_they_were(seed):
    process = Sound(seed).process
    drawing = bpmn.parse(layout.write(process))
    assert drawing.process == process
    assert drawing.unseen == () and drawing.unsupported == ()
    boxes = layout.lay_out(process).boxes
    places = [boxes[node.id] for node in process.nodes if node.kind != "boundary"]
    assert len(set(places)) == len(places), "no two shapes at one place"
    assert svg.draw(process).count('data-node="') == len(process.nodes)


# -- bad texts ---------------------------------------------------------------

FINE = layout.write(Sound(7).process)
HEAD = f'<definitions xmlns="{bpmn.BPMN}">'


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (b"", "xml"),
        (b"not xml", "xml"),
        (b"<?xml version='1.0'?><!DOCTYPE d [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><d>&x;</d>", "doctype"),
        ("<!DOCTYPE d [<!ENTITY x 'y'>]><d>&x;</d>".encode("utf-16"), "doctype"),
        (b"<d>" * 10_000 + b"</d>" * 10_000, "xml"),
        ((HEAD + "<a>" * 100 + "</a>" * 100 + "</definitions>").encode(), "deep"),
        ((HEAD + "<a/>" * 60_000 + "</definitions>").encode(), "large"),
        (b" " * (5 * 1024 * 1024), "too_long"),
        (b"<definitions/>", "not_bpmn"),
        (f"{HEAD}<process><task/></process></definitions>".encode(), "twice"),
        (f'{HEAD}<process><task id="a"/><task id="a"/></process></definitions>'.encode(), "twice"),
        (b"\x00\x01\x02", "xml"),
    ],
)
def test_bad_texts_are_refused_with_a_reason(text, code):
    with pytest.raises(bpmn.BpmnError) as caught:
        bpmn.parse(text)
    assert caught.value.code == code


def test_a_billion_laughs_are_refused_at_once():
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<!DOCTYPE d [<!ENTITY l0 "lol">{levels}]>{HEAD}&l9;</definitions>'
    with pytest.raises(bpmn.BpmnError, match="doctype"):
        bpmn.parse(text.encode())


def test_damaged_texts_never_raise_anything_else():
    rng = random.Random(1)
    for _case in range(1500):
        text = bytearray(FINE)
        for _damage in range(rng.randint(1, 6)):
            start = rng.randrange(len(text))
            damage = rng.choice(["drop", "copy", "byte"])
            if damage == "drop":
                del text[start : start + rng.randint(1, 40)]
            elif damage == "copy":
                text[start:start] = text[start : start + rng.randint(1, 60)]
            else:
                text[start] = rng.randrange(256)
        try:
            process = bpmn.parse(bytes(text)).process
        except bpmn.BpmnError:
            continue
        for problem in checks.check(process):
            assert problem.code


def test_random_tables_are_drawn_and_checked():
    rng = random.Random(2)
    sound = 0
    for _case in range(400):
        keys = [f"r{number}" for number in range(rng.randint(1, 7))]
        rows = []
        for number, key in enumerate(keys):
            kind = rng.choice(["user", "user", "service", "decision"])
            ways = [
                table.Branch(f"{key}_{way}", f"Way {way}", rng.choice([*keys, "end", ""]))
                for way in range(rng.choice([0, 0, 2]))
            ]
            rows.append(
                table.Row(
                    key,
                    kind,
                    key,
                    beside=number > 0 and kind != "decision" and rng.random() < 0.2,
                    next=rng.choice(["", "", "", "end", *keys[:1]]),
                    late=rng.choice(["", "", "", keys[-1]]) if kind == "user" else "",
                    branches=tuple(ways),
                )
            )
        process = table.build("random", rows)
        problems = checks.check(process)
        sound += not problems
        assert bpmn.parse(layout.write(process)).process.flows == process.flows
    assert 20 < sound < 390, "both kinds came about"
