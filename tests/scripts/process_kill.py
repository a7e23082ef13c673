# What moves a run is killed before each of its statements, one after the other, and looked at afterwards.
import os
import signal

from odoo import Command, api, fields, sql_db
from odoo.modules.registry import Registry

registry = Registry(env.cr.dbname)
inherited = []
model = env["ir.model"]._get_id("res.partner")
people = env["res.users"].create([{"name": f"Killed {n}", "login": f"killed{n}"} for n in range(2)])
group = env["res.groups"].create({"name": "Killed", "user_ids": [Command.set(people.ids)]})
action = env["ir.actions.server"].create(
    {"name": "Mark", "model_id": model, "state": "code", "code": "record.write({'ref': 'marked'})"}
)
template = env["mail.template"].create(
    {
        "name": "Told",
        "model_id": model,
        "subject": "Told",
        "body_html": "<p>Told</p>",
        "email_to": "a@example.com",
    }
)
process = env["crmx.process"].create(
    {
        "name": "Killed",
        "model_id": model,
        "step_ids": [
            Command.create({"name": "Both", "performer": "group", "group_id": group.id, "sequence": 1}),
            Command.create(
                {"name": "Mark", "kind": "service", "action_id": action.id, "run_as": "system", "sequence": 2}
            ),
            Command.create({"name": "Tell", "kind": "send", "template_id": template.id, "sequence": 3}),
            Command.create({"name": "Wait", "kind": "timer", "wait_hours": 1, "sequence": 4}),
            Command.create({"name": "After", "performer": "group", "group_id": group.id, "sequence": 5}),
        ],
    }
)
process.action_publish()
partner = env["res.partner"].create({"name": "Killed"})
env.cr.commit()

PICTURE = """
    SELECT (SELECT string_agg(state, ',') FROM crmx_process_instance WHERE process_id = %(process)s),
        (SELECT string_agg(coalesce(n.name, '') || ' ' || t.state, ',' ORDER BY t.id)
            FROM crmx_process_token t
            JOIN crmx_process_instance i ON i.id = t.instance_id AND i.process_id = %(process)s
            LEFT JOIN crmx_process_node n ON n.id = t.node_id),
        (SELECT string_agg(name || ' ' || state, ',' ORDER BY id) FROM crmx_work_item
            WHERE process_id = %(process)s),
        (SELECT count(*) FROM crmx_process_timer t JOIN crmx_process_token k ON k.id = t.token_id
            JOIN crmx_process_instance i ON i.id = k.instance_id AND i.process_id = %(process)s),
        (SELECT ref FROM res_partner WHERE id = %(partner)s),
        (SELECT count(*) FROM mail_mail m JOIN mail_message g ON g.id = m.mail_message_id
            WHERE g.subject = 'Told'),
        (SELECT string_agg(kind, ',' ORDER BY number) FROM crmx_process_log
            WHERE res_model = 'crmx.process.instance' AND res_id IN (
                SELECT id FROM crmx_process_instance WHERE process_id = %(process)s))
"""


def picture():
    env.cr.rollback()
    env.cr.execute(PICTURE, {"process": process.id, "partner": partner.id})
    return env.cr.fetchone()


def in_child(work, number):
    """Do it in a process of its own, killed before that statement; return whether it came through."""
    env.cr.rollback()
    child = os.fork()
    if not child:
        try:
            # the parent's connections are neither used nor closed
            inherited.append((sql_db._Pool, sql_db._Pool_readonly, registry._db, registry._db_readonly))
            sql_db._Pool = sql_db._Pool_readonly = None
            registry._db, registry._db_readonly = sql_db.db_connect(env.cr.dbname), None
            execute, done = sql_db.Cursor.execute, []

            def execute_or_die(self, *args, **kwargs):
                done.append(1)
                if len(done) == number:
                    os.kill(os.getpid(), signal.SIGKILL)
                return execute(self, *args, **kwargs)

            sql_db.Cursor.execute = execute_or_die
            with registry.cursor() as cr:
                work(api.Environment(cr, env.uid, {}))
                cr.commit()
            os._exit(0)
        except BaseException as error:  # noqa: BLE001 (told by its end)
            print("failed:", repr(error), flush=True)
            os._exit(1)
    _pid, status = os.waitpid(child, 0)
    return not os.WIFSIGNALED(status)


def kill_before_each(name, work):
    """Kill it ever later, until it has happened: the last statements come when it is committed."""
    before, number = picture(), 1
    while not in_child(work, number) and picture() == before:
        number += 1
    print(f"{name} points:", number - 1)
    print(f"{name} after:", *picture(), sep=" | ")


def start(mine):
    mine["crmx.process"].browse(process.id).with_user(people[0].id).start(partner.id)


def finish(mine):
    item = mine["crmx.work.item"].search([("process_id", "=", process.id), ("state", "=", "open")])
    item.with_user(people[1].id).finish()


def fire(mine):
    timer = mine["crmx.process.timer"].search([("token_id.instance_id.process_id", "=", process.id)])
    timer._fire_safely()


kill_before_each("start", start)
kill_before_each("finish", finish)
env["crmx.process.timer"].search(
    [("token_id.instance_id.process_id", "=", process.id)]
).date_due = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
env.cr.commit()
kill_before_each("fire", fire)
kill_before_each("end", finish)
print("broken:", env["crmx.process.log"]._verify(env.company)["broken"])
