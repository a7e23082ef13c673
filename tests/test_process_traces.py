"""Tokens go the same way here as in SpiffWorkflow: after each move the same steps are to be done."""

import random

import pytest
from conftest import load_kernels
from lxml import etree
from SpiffWorkflow.bpmn import BpmnEvent, BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.specs.event_definitions import SignalEventDefinition
from SpiffWorkflow.util.task import TaskState
from test_process_kernels import Sound

kernels = load_kernels()
core, layout, bpmn = kernels["processes"], kernels["processes_layout"], kernels["processes_bpmn"]
graph = core.graph

MODELS = {
    "line": graph("line", "s:start a:user b:service e:end", "s > a > b > e"),
    "either": graph(
        "either",
        "s:start a:user x:exclusive b:user c:user m:exclusive e:end",
        "s > a > x > b > m > e",
        "x > c > m",
    ),
    "both": graph(
        "both",
        "s:start p:parallel a:user b:user c:user j:parallel d:user e:end",
        "s > p > a > j > d > e",
        "p > b > c > j",
    ),
    "back": graph(
        "back", "s:start m:exclusive a:user x:exclusive b:user e:end", "s > m > a > x > b > e", "x > m"
    ),
    "two ends": graph(
        "two ends", "s:start p:parallel a:user b:user e:end f:end", "s > p > a > e", "p > b > f"
    ),
    "late": graph(
        "late",
        "s:start a:user t:boundary@a b:user c:user m:exclusive e:end",
        "s > a > b > m > e",
        "t > c > m",
    ),
    "nested": graph(
        "nested",
        "s:start p:parallel x:exclusive a:user b:user m:exclusive q:parallel c:user d:user "
        "r:parallel j:parallel e:end",
        "s > p > x > a > m > j > e",
        "x > b > m",
        "p > q > c > r > j",
        "q > d > r",
    ),
}


class Spiff:
    """A run of the other program on the same drawing; who decides is asked at each gateway."""

    def __init__(self, process):
        self.ways = {}
        parser = BpmnParser()
        parser.add_bpmn_xml(self.drawing(process), filename="process.bpmn")
        environment = TaskDataEnvironment({"way": lambda gateway: self.ways[gateway]})
        self.run = BpmnWorkflow(parser.get_spec("process"), script_engine=PythonScriptEngine(environment))

    @staticmethod
    def drawing(process):
        """The same drawing in the other's words: steps that wait, conditions, signals for timers."""
        root = etree.fromstring(layout.write(process))
        for node in process.nodes:
            element = root.find(f".//*[@id='{node.id}']")
            if node.kind in core.STOPS:
                element.tag = f"{{{bpmn.BPMN}}}userTask"
            elif node.kind == core.BOUNDARY:
                definition = element.find(f"{{{bpmn.BPMN}}}timerEventDefinition")
                definition.tag = f"{{{bpmn.BPMN}}}signalEventDefinition"
                definition.set("signalRef", f"signal_{node.id}")
                signal = etree.Element(f"{{{bpmn.BPMN}}}signal", id=f"signal_{node.id}", name=node.id)
                root.insert(0, signal)
        for flow in process.flows:
            gateway = process.node[flow.source]
            if gateway.kind == core.EXCLUSIVE and len(process.outgoing[gateway.id]) > 1:
                element = root.find(f".//*[@id='{flow.id}']")
                condition = etree.SubElement(element, f"{{{bpmn.BPMN}}}conditionExpression")
                condition.text = f'way("{gateway.id}") == "{flow.id}"'
        return root

    def begin(self, ways):
        self.ways = ways
        self.run.do_engine_steps()

    def leave(self, node, ways):
        self.ways = ways
        [task] = [task for task in self.ready() if task.task_spec.bpmn_id == node]
        task.run()
        self.run.do_engine_steps()

    def ring(self, timer, ways):
        self.ways = ways
        self.run.catch(BpmnEvent(SignalEventDefinition(timer)))
        self.run.do_engine_steps()

    def ready(self):
        return self.run.get_tasks(state=TaskState.READY, manual=True)

    def standing(self):
        return sorted(task.task_spec.bpmn_id for task in self.ready())


def joins_in_circles(process):
    """Whether a join can be come to again.

    The other program lets the second round's join go on with the first round's tokens: a token there is
    enough. BPMN wants one on each arrow that leads in, as here, so such models are compared in one round.
    """
    joins = [node.id for node in process.of_kind(core.PARALLEL) if len(process.incoming[node.id]) > 1]
    return any(
        join in core.reachable(process, [flow.target for flow in process.outgoing[join]]) for join in joins
    )


def check_alike(process, seed, moves=40):
    """Run both with the same decisions, drawn at random; after each move the same steps are to be done."""
    rng = random.Random(seed)
    other = Spiff(process)
    rounds = 0 if joins_in_circles(process) else moves // 2

    def draw(number):
        ways = {}
        for node in process.of_kind(core.EXCLUSIVE):
            flows = process.outgoing[node.id]
            ways[node.id] = (flows[-1] if number >= rounds else rng.choice(flows)).id
        return ways, lambda gateway, _flows: ways[gateway.id]

    ways, decide = draw(0)
    move = core.begin(process, decide)
    other.begin(ways)
    standing, waiting = list(move.entered), move.waiting
    trace = [sorted(standing)]
    for number in range(moves):
        assert sorted(standing) == other.standing(), f"after {trace}"
        if not standing:
            break
        node = standing.pop(rng.randrange(len(standing)))
        timers = process.timers[node]
        ways, decide = draw(number)
        if timers and rng.random() < 0.4:
            timer = rng.choice(timers).id
            other.ring(timer, ways)
            move = core.leave(process, timer, waiting, decide)
        else:
            other.leave(node, ways)
            move = core.leave(process, node, waiting, decide)
        standing += move.entered
        waiting = move.waiting
        trace.append(sorted(standing))
    assert bool(standing) != other.run.is_completed()
    return trace


@pytest.mark.parametrize("name", MODELS)
def test_known_models(name):
    for seed in range(10):
        check_alike(MODELS[name], seed)


@pytest.mark.parametrize("seed", range(60))
def test_random_models(seed):
    trace = check_alike(Sound(seed).process, seed)
    assert trace[0], "something is to be done first"
