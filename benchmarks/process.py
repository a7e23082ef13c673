"""Business processes: eight steps by us, by the host's means and by SpiffWorkflow; and many runs at once.

All sides do the same steps, by the same people, with history and deadlines; activities are projected by none.
SpiffWorkflow keeps its state as JSON in a record of the host, with rows for the steps of people and for the
history, which it needs inside Odoo as we do.
"""

from functools import partial

from .core.measure import Bounds, Operation
from .processes import activities, case, many, ours, spiff, writes

ISSUE = 8


def operations(env):
    process, document = ours.prepare(env), case.document(env)
    spiff.prepare(env)
    activities.prepare(env)
    env.cr.execute("SELECT count(*) FROM account_move_line")
    user = many.prepare(env, min(1, max(0.1, env.cr.fetchone()[0] / 1_350_000)))
    order = writes.prepare(env)
    env.cr.commit()
    eight = partial(ours.run, process.id, document.id)
    yield from eight_steps(eight, document.id)
    yield from of_writes(order)
    due = many.due
    yield Operation(
        "200 due timers among 400,000 items",
        ours=due,
        limit=many.due_by_sql,
        peer=many.due_by_reading_all,
        check=same,
        bounds=Bounds(peer=2, queries=1),
    )
    yield Operation(
        "inbox among 10,000 running instances",
        ours=partial(many.inbox, user),
        limit=partial(many.inbox_of_nobody_else, user),
        check=same,
        bounds=Bounds(limit=1.3),
    )


def eight_steps(eight, document_id):
    """One operation for each peer; ours and the bare routing in memory are the same in all."""
    peers = {
        "SpiffWorkflow with stored state": (partial(spiff.run_inside, document_id), Bounds(peer=1)),
        "activities and automation rules": (partial(activities.run, document_id), Bounds(peer=1)),
    }
    for name, (peer, bounds) in peers.items():
        yield Operation(
            f"8 user tasks, {name}",
            ours=eight,
            limit=spiff.run_in_memory,
            peer=peer,
            check=same,
            bounds=bounds,
            units=case.RUNS,
        )


def of_writes(order_id):
    for name, field, most in (
        ("none watching", writes.UNWATCHED, 1.2),
        ("watched and not matching", writes.WATCHED, 2),
    ):
        yield Operation(
            f"write with 10 processes, {name}",
            ours=partial(writes.write, order_id, field),
            limit=partial(writes.write_unwatched, order_id, field),
            check=same,
            bounds=Bounds(limit=most),
        )


def same(results):
    first = results["ours"]
    return [
        f"{side} has {str(result)[:80]}, ours {str(first)[:80]}"
        for side, result in results.items()
        if result != first
    ]
