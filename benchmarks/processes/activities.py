"""The eight steps by activities of the host and its automation rules."""

from . import case

NAME = "Benchmark: "
#: The document says in this field what was done last.
STATUS = "function"


def prepare(env):
    """One activity type a step, and one rule for each way on; once."""
    if env["base.automation"].search_count([("name", "=like", f"{NAME}%")]):
        return
    env["base.automation"].create([_rule(env, done, steps) for done, steps in case.NEXT.items()])
    for step in case.JOINED:
        # the second of both finds no other step open
        condition = [("activity_ids", "=", False)]
        env["base.automation"].create(_rule(env, (step, None), (case.AFTER_JOIN,), condition))


def _rule(env, done, steps, condition=()):
    model = env["ir.model"]._get("res.partner")
    users = case.people(env)
    field = env["ir.model.fields"]._get("res.partner", STATUS)
    return {
        "name": NAME + status(*done),
        "model_id": model.id,
        "trigger": "on_write",
        "trigger_field_ids": [(6, 0, field.ids)],
        "filter_domain": str([(STATUS, "=", status(*done)), *condition]),
        "action_server_ids": [
            (
                0,
                0,
                {
                    "name": step,
                    "model_id": model.id,
                    "state": "next_activity",
                    "activity_type_id": env.ref("mail.mail_activity_data_todo").id,
                    "activity_summary": step,
                    "activity_date_deadline_range": 1,
                    "activity_date_deadline_range_type": "days",
                    "activity_user_type": "specific",
                    "activity_user_id": users[case.person(step)].id,
                },
            )
            for step in steps
        ],
    }


def status(step, outcome):
    return f"{step}: {outcome or 'done'}"


def run(document_id, env):
    done = []
    users = case.people(env)
    for _run in range(case.RUNS):
        document = env["res.partner"].browse(document_id)
        names = [case.STEPS[0]]
        document.activity_schedule(
            "mail.mail_activity_data_todo",
            summary=case.STEPS[0],
            user_id=users[case.person(case.STEPS[0])].id,
        )
        for name, outcome in case.SCRIPT:
            activity = document.activity_ids.filtered(lambda one, name=name: one.summary == name)
            before = document.activity_ids
            activity = activity.with_user(activity.user_id)
            activity.action_feedback(feedback=outcome)
            document.with_user(activity.env.user)[STATUS] = status(name, outcome)
            env.flush_all()
            env.invalidate_all()
            names += (document.activity_ids - before).sorted("id").mapped("summary")
        env.cr.flush()
        done += ["running" if document.activity_ids else "done", *names]
    return done
