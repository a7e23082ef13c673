"""Writes on documents of a model with ten published processes."""

import contextlib

NAME = "Benchmark: begins by itself"
PROCESSES = 10
WATCHED, UNWATCHED = "origin", "partner_ref"
#: Writes that are measured at a time.
WRITES = 100


def prepare(env):
    """Publish them, once; return the id of an order."""
    if not env["crmx.process"].search_count([("name", "=", NAME)]):
        for number in range(PROCESSES):
            process = env["crmx.process"].create(
                {
                    "name": NAME,
                    "model_id": env["ir.model"]._get_id("purchase.order"),
                    "starts_by_event": True,
                    "start_domain": f"[('{WATCHED}', '=', 'begin {number}'), ('priority', '=', '1')]",
                    "step_ids": [(0, 0, {"name": "Do"})],
                }
            )
            process.action_publish()
    order = env["purchase.order"].search([("partner_ref", "=like", f"{NAME}%")], limit=1)
    supplier = env.company.partner_id
    return (order or env["purchase.order"].create({"partner_id": supplier.id, "partner_ref": NAME})).id


def write(order_id, field, env):
    """Write, each time with what follows at the end of a transaction."""
    order = env["purchase.order"].browse(order_id)
    for number in range(WRITES):
        order.write({field: f"{NAME} {number}"})
        env.cr.flush()
    return order[field]


def write_unwatched(order_id, field, env):
    with unwatched(type(env["purchase.order"])):
        return write(order_id, field, env)


@contextlib.contextmanager
def unwatched(model_class):
    """Take off what the processes have put on a model's class."""
    patched = {name: method for name, method in vars(model_class).items() if hasattr(method, "origin")}
    try:
        for name, method in patched.items():
            setattr(model_class, name, method.origin)
        yield
    finally:
        for name, method in patched.items():
            setattr(model_class, name, method)
