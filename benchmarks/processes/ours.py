"""The eight steps by the add-on."""

from . import case

NAME = "Benchmark: eight steps"


def prepare(env):
    """Publish the process; once."""
    env.companies.crmx_use_processes = True
    process = env["crmx.process"].search([("name", "=", NAME)])
    if process:
        return process
    users = case.people(env)
    process = env["crmx.process"].create({"name": NAME, "model_id": env["ir.model"]._get_id("res.partner")})
    steps = {
        step: env["crmx.process.step"].create(
            {
                "process_id": process.id,
                "name": step,
                "sequence": number,
                "performer": "user",
                "user_id": users[case.person(step)].id,
                "deadline_hours": case.HOURS,
                "is_beside": step == "Pay",
                "escalation_ids": [(0, 0, {"hours": 1, "action": "remind"})],
            }
        )
        for number, step in enumerate(case.STEPS)
    }
    steps["Approve"].branch_ids = [
        (0, 0, {"name": "Yes", "next_step_id": steps["Order"].id}),
        (0, 0, {"name": "No", "next_step_id": steps["Ask"].id}),
    ]
    process.action_publish()
    return process


def run(process_id, document_id, env):
    """Do the steps as the people who have them; return what was done, in order."""
    done = []
    for _run in range(case.RUNS):
        instance = env["crmx.process.instance"].browse(_begin(env, process_id, document_id))
        for name, outcome in case.SCRIPT:
            domain = [("instance_id", "=", instance.id), ("name", "=", name), ("state", "=", "open")]
            item = env["crmx.work.item"].search(domain)
            item = item.with_user(item.user_id)
            ways = {way["name"]: way["ref"] for way in item.get_outcomes()}
            item.finish(ways[outcome] if outcome else None)
        # the register is written, as when the transaction is committed
        env.cr.flush()
        done += [instance.state, *instance.item_ids.sorted("id").mapped("name")]
    return done


def _begin(env, process_id, document_id):
    return env["crmx.process"].browse(process_id).with_user(case.people(env)[0]).start(document_id)
