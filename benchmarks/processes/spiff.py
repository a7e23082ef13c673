"""The eight steps by SpiffWorkflow: in memory, and with its state stored inside Odoo."""

import io
import logging
from functools import cache
from uuid import UUID

from . import case

NAMESPACE = "http://www.omg.org/spec/BPMN/20100524/MODEL"


def drawing():
    """The process as BPMN 2.0: a timer, which does not interrupt, at each step."""
    parts = [
        f"<definitions xmlns='{NAMESPACE}' id='d' targetNamespace='bench'>",
        "<process id='eight' isExecutable='true'>",
    ]
    arrows = [
        *(("start", "Ask"), ("Ask", "Approve"), ("Approve", "decide")),
        *(("decide", "Ask"), ("decide", "split"), ("split", "Order"), ("split", "Pay")),
        *(("Order", "join"), ("Pay", "join"), ("join", "Receive"), ("Receive", "Check")),
        *(("Check", "Store"), ("Store", "Close"), ("Close", "end")),
    ]
    conditions = {("decide", "split"): "outcome == 'Yes'", ("decide", "Ask"): None}
    parts.append("<startEvent id='start'/><endEvent id='end'/>")
    parts.append("<parallelGateway id='split'/><parallelGateway id='join'/>")
    parts.append("<exclusiveGateway id='decide' default='decide_Ask'/>")
    for step in case.STEPS:
        parts.append(f"<userTask id='{step}' name='{step}'/><endEvent id='late_{step}_end'/>")
        parts.append(
            f"<boundaryEvent id='late_{step}' attachedToRef='{step}' cancelActivity='false'>"
            f"<timerEventDefinition id='timer_{step}'><timeDuration>'PT9H'</timeDuration>"
            "</timerEventDefinition></boundaryEvent>"
        )
        arrows.append((f"late_{step}", f"late_{step}_end"))
    for source, target in arrows:
        condition = conditions.get((source, target))
        inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        parts.append(
            f"<sequenceFlow id='{source}_{target}' sourceRef='{source}' targetRef='{target}'>"
            f"{inside}</sequenceFlow>"
        )
    parts.append("</process></definitions>")
    return "".join(parts)


@cache
def specification():
    """The process as SpiffWorkflow reads it; once, as a server would."""
    from SpiffWorkflow.bpmn.parser import BpmnParser

    logging.getLogger("spiff").setLevel(logging.WARNING)
    parser = BpmnParser()
    parser.add_bpmn_io(io.BytesIO(drawing().encode()))
    return parser.get_spec("eight")


@cache
def serializer():
    from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer

    return BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure())


def begin():
    from SpiffWorkflow.bpmn import BpmnWorkflow

    workflow = BpmnWorkflow(specification())
    workflow.do_engine_steps()
    return workflow


def ready(workflow):
    from SpiffWorkflow.util.task import TaskState

    return {task.task_spec.name: task for task in workflow.get_tasks(state=TaskState.READY, manual=True)}


def complete(workflow, task, outcome):
    task.data["outcome"] = outcome
    task.run()
    workflow.do_engine_steps()
    workflow.refresh_timers()


# --- in memory ----------------------------------------------------------------


def run_in_memory(_env):
    done = []
    for _run in range(case.RUNS):
        workflow = begin()
        names = []
        for name, outcome in case.SCRIPT:
            complete(workflow, ready(workflow)[name], outcome)
            names.append(name)
        done += ["done" if not ready(workflow) else "running", *names]
    return done


# --- inside Odoo --------------------------------------------------------------


def prepare(env):
    """Models for the state, for the steps of people and for the history; once."""
    if "x_bench_run" in env:
        return
    models = {
        "x_bench_run": {"x_name": "char", "x_state": "text", "x_partner_id": "res.partner"},
        "x_bench_item": {
            "x_name": "char",
            "x_task": "char",
            "x_open": "boolean",
            "x_outcome": "char",
            "x_deadline": "datetime",
            "x_done": "datetime",
            "x_user_id": "res.users",
            "x_run_id": "x_bench_run",
        },
        "x_bench_log": {
            "x_kind": "char",
            "x_name": "char",
            "x_user_id": "res.users",
            "x_run_id": "x_bench_run",
        },
    }
    for model, fields in models.items():
        made = env["ir.model"].create({"name": model, "model": model, "field_id": _fields(fields)})
        env["ir.model.access"].create(
            {
                "name": model,
                "model_id": made.id,
                "group_id": env.ref("base.group_user").id,
                **dict.fromkeys(("perm_read", "perm_write", "perm_create", "perm_unlink"), True),
            }
        )


def _fields(fields):
    kinds = {"char", "text", "boolean", "datetime"}
    return [
        (
            0,
            0,
            {"name": name, "field_description": name, "ttype": kind, "index": name == "x_name"}
            if kind in kinds
            else {
                "name": name,
                "field_description": name,
                "ttype": "many2one",
                "relation": kind,
                "index": True,
            },
        )
        for name, kind in fields.items()
    ]


def run_inside(document_id, env):
    done = []
    users = case.people(env)
    for _run in range(case.RUNS):
        workflow = begin()
        mine = env(user=users[0].id)
        run = mine["x_bench_run"].create({"x_name": "run", "x_partner_id": document_id})
        _log(run, "started", "")
        _store(run, workflow)
        for name, outcome in case.SCRIPT:
            item = env["x_bench_item"].search(
                [("x_run_id", "=", run.id), ("x_name", "=", name), ("x_open", "=", True)]
            )
            _finish(item.with_user(item.x_user_id), outcome)
        env.flush_all()
        left = env["x_bench_item"].search_count([("x_run_id", "=", run.id), ("x_open", "=", True)])
        items = env["x_bench_item"].search([("x_run_id", "=", run.id)], order="id")
        done += ["running" if left else "done", *items.mapped("x_name")]
    return done


def _finish(item, outcome):
    run = item.x_run_id
    run.lock_for_update()
    workflow = serializer().deserialize_json(run.x_state)
    complete(workflow, workflow.get_task_from_id(UUID(item.x_task)), outcome)
    item.write({"x_open": False, "x_outcome": outcome, "x_done": item.env.cr.now()})
    _log(run, "done", item.x_name)
    _store(run, workflow)


def _store(run, workflow):
    """Write the state down, and give the steps that are new to their people."""
    run.x_state = serializer().serialize_json(workflow)
    env, tasks = run.env, ready(workflow)
    known = env["x_bench_item"].search([("x_run_id", "=", run.id), ("x_open", "=", True)]).mapped("x_task")
    users, calendar = case.people(env), env.company.resource_calendar_id
    for name, task in tasks.items():
        if str(task.id) in known:
            continue
        user = users[case.person(name)]
        resource = user.sudo().employee_id.resource_id  # sudo: in a database of the benchmark's own
        until = calendar.plan_hours(case.HOURS, env.cr.now(), compute_leaves=True, resource=resource)
        env["x_bench_item"].create(
            {
                "x_name": name,
                "x_task": str(task.id),
                "x_open": True,
                "x_user_id": user.id,
                "x_run_id": run.id,
                "x_deadline": until,
            }
        )
        _log(run, "entered", name)


def _log(run, kind, name):
    run.env["x_bench_log"].create(
        {"x_kind": kind, "x_name": name, "x_user_id": run.env.uid, "x_run_id": run.id}
    )
