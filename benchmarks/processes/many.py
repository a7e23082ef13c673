"""Ten thousand runs with forty open steps each, of which two hundred are due; written by SQL."""

from . import case

NAME = "Benchmark: many runs"
RUNS, STEPS, DUE = 10_000, 40, 200
OTHERS = 50
#: Steps of the one whose inbox is looked at: his own, and those of his group.
OWN, SHARED = 8, 4
#: How often the inbox is opened in one measured run.
LOOKS = 20

INSTANCES = """
    INSERT INTO crmx_process_instance
        (process_id, version_id, company_id, res_model, res_id, name, state, initiator_id, date_start, moves)
    SELECT %(process)s, %(version)s, %(company)s, 'res.partner', 10000000 + n, 'Document ' || n, 'running',
        %(user)s, now() at time zone 'UTC', 0
    FROM generate_series(1, %(runs)s) AS n
"""
TOKENS = """
    INSERT INTO crmx_process_token (instance_id, node_id, state, date_enter)
    SELECT id, %(node)s, 'active', date_start FROM crmx_process_instance WHERE process_id = %(process)s
"""
ITEMS = """
    INSERT INTO crmx_work_item (name, token_id, instance_id, process_id, node_id, company_id, res_model,
        res_id, document, state, priority, user_id, group_id, date_open, date_deadline)
    SELECT 'Do', token.id, run.id, run.process_id, %(node)s, run.company_id, run.res_model,
        run.res_id, run.name, 'open', '0',
        CASE WHEN n %% 4 > 0 THEN (%(others)s)[1 + (run.id + n) %% %(count)s] END,
        CASE WHEN n %% 4 = 0 THEN %(others_group)s END, run.date_start,
        run.date_start + (interval '1 minute' * ((run.id * 40 + n) %% 10000 + 60))
    FROM crmx_process_token AS token JOIN crmx_process_instance AS run ON run.id = token.instance_id,
        generate_series(1, %(steps)s) AS n
    WHERE run.process_id = %(process)s
"""
MINE = """
    UPDATE crmx_work_item SET user_id = CASE WHEN number <= %(own)s THEN %(me)s END,
        group_id = CASE WHEN number > %(own)s THEN %(my_group)s END
    FROM (SELECT id, row_number() OVER (ORDER BY id::bigint * 7919 %% 100003, id) AS number
        FROM crmx_work_item WHERE process_id = %(process)s) AS chosen
    WHERE chosen.id = crmx_work_item.id AND number <= %(own)s + %(shared)s
"""
TIMERS = """
    INSERT INTO crmx_process_timer (token_id, item_id, escalation_id, date_due)
    SELECT token_id, id, %(level)s,
        CASE WHEN row_number() OVER (ORDER BY id::bigint * 7919 %% 100003, id) <= %(due)s
            THEN (now() at time zone 'UTC') - interval '1 hour' ELSE date_deadline + interval '1 year' END
    FROM crmx_work_item WHERE process_id = %(process)s
"""


def prepare(env, scale):
    """Write them down, once; return the id of the one whose inbox is looked at."""
    me = case.people(env)[0]
    if env["crmx.process"].search_count([("name", "=", NAME)]):
        return me.id
    others = _others(env)
    groups = env["res.groups"].create(
        [
            {"name": "Benchmark: others", "user_ids": [(6, 0, others.ids)]},
            {"name": "Benchmark: mine", "user_ids": [(6, 0, me.ids)]},
        ]
    )
    process = env["crmx.process"].create({"name": NAME, "model_id": env["ir.model"]._get_id("res.partner")})
    level = (0, 0, {"hours": 1, "action": "remind"})
    process.step_ids = [(0, 0, {"name": "Do", "deadline_hours": 8, "escalation_ids": [level]})]
    process.action_publish()
    node = process.version_id.node_ids.filtered(lambda node: node.kind == "user")
    env.flush_all()
    values = {
        "process": process.id,
        "version": process.version_id.id,
        "company": env.company.id,
        "user": env.uid,
        "node": node.id,
        "level": node.escalation_ids.id,
        "runs": round(RUNS * scale),
        "steps": STEPS,
        "others": others.ids,
        "count": len(others),
        "others_group": groups[0].id,
        "my_group": groups[1].id,
        "me": me.id,
        "own": OWN,
        "shared": SHARED,
        "due": DUE,
    }
    for statement in (INSTANCES, TOKENS, ITEMS, MINE, TIMERS):
        env.cr.execute(statement, values)
    env.cr.execute("ANALYZE crmx_process_instance, crmx_process_token, crmx_work_item, crmx_process_timer")
    return me.id


def _others(env):
    return (
        env["res.users"]
        .with_context(no_reset_password=True)
        .create([{"name": f"Other {number}", "login": f"bench_other_{number}"} for number in range(OTHERS)])
    )


# --- timers that are due ------------------------------------------------------


def due(env):
    """What the scheduled action looks for."""
    return set(env["crmx.process.timer"]._due().ids)


def due_by_sql(env):
    env.cr.execute(
        """SELECT id FROM crmx_process_timer WHERE date_due <= now() at time zone 'UTC'
            ORDER BY date_due, id LIMIT 200"""
    )
    return {timer for [timer] in env.cr.fetchall()}


def due_by_reading_all(env):
    """As by an engine that keeps no moment in a column: each timer is asked."""
    env.cr.execute("SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off")
    return due_by_sql(env)


# --- the inbox ----------------------------------------------------------------


def inbox(user_id, env):
    for _look in range(LOOKS):
        env.invalidate_all()
        found = env(user=user_id)["crmx.work.item"].get_inbox()
    return found["count"], sorted(item["id"] for item in found["items"])


def inbox_of_nobody_else(user_id, env):
    """The same with his own steps only; what is deleted comes back at the end of the transaction."""
    env.cr.execute(
        """
        CREATE TEMPORARY TABLE mine ON COMMIT DROP AS SELECT * FROM crmx_work_item
        WHERE user_id = %(user)s OR group_id IN (SELECT gid FROM res_groups_users_rel WHERE uid = %(user)s);
        TRUNCATE crmx_work_item CASCADE;
        INSERT INTO crmx_work_item SELECT * FROM mine;
        """,
        {"user": user_id},
    )
    return inbox(user_id, env)
