# Several people at one step and at one document, three workers at due timers; after together.py.
from odoo import Command, fields

users = env["res.users"].create(
    [{"name": f"Racer {n}", "login": f"racer{n}", "email": f"racer{n}@example.com"} for n in range(4)]
)
group = env["res.groups"].create({"name": "Racers", "user_ids": [Command.set(users.ids)]})
partners = env["res.partner"].create([{"name": f"Race {n}"} for n in range(60)])
process = env["crmx.process"].create(
    {
        "name": "Race",
        "model_id": env["ir.model"]._get_id("res.partner"),
        "starts_by_event": True,
        "start_domain": "[('ref', '=', 'race')]",
        "step_ids": [
            Command.create({"name": "Both", "performer": "group", "group_id": group.id, "sequence": 1}),
            Command.create({"name": "Wait", "kind": "timer", "wait_hours": 1, "sequence": 2}),
            Command.create({"name": "After", "performer": "group", "group_id": group.id, "sequence": 3}),
        ],
    }
)
process.action_publish()
env.cr.commit()
Instance, Item = env["crmx.process.instance"], env["crmx.work.item"]


def items(name, state):
    env.invalidate_all()
    return Item.search_count([("process_id", "=", process.id), ("name", "=", name), ("state", "=", state)])


def begin(mine, number):
    mine["crmx.process"].browse(process.id).with_user(users[number]).start(partners[0].id)


print("begun:", sorted(result.split("“")[0] for result in together(4, begin)))
print("runs:", Instance.search_count([("process_id", "=", process.id)]))
item = Item.search([("process_id", "=", process.id)])[:1]
results = together(
    4, lambda mine, number: mine["crmx.work.item"].browse(item.id).with_user(users[number]).finish()
)
winner = item.done_by_id.name
print(
    "finished:", results.count("done"), "read who did:", sum(f"done by {winner}" in text for text in results)
)
print(
    "timers:", env["crmx.process.timer"].search_count([("token_id.instance_id.process_id", "=", process.id)])
)


def change(mine, number):
    mine["res.partner"].browse(partners[1].id).write({"ref": "race", "comment": str(number)})


together(3, change)
print("by event:", Instance.search_count([("res_id", "=", partners[1].id)]))

# sixty runs wait for the clock; three workers let them go on
for partner in partners[2:]:
    run = Instance.browse(process.with_user(users[0]).start(partner.id))
    run.item_ids.with_user(users[0]).finish()
timers = env["crmx.process.timer"].search([("token_id.instance_id.process_id", "=", process.id)])
timers.date_due = fields.Datetime.subtract(fields.Datetime.now(), hours=1)
env.cr.commit()


def work(mine, _number):
    for timer in mine["crmx.process.timer"].search([("date_due", "<=", fields.Datetime.now())]):
        timer._fire_safely()
        mine.cr.commit()


for _run in range(3):
    together(3, work)
print("fired:", items("After", "open"), "of", len(timers), "left:", len(timers.exists()))
print("twice:", len(Item.search([("name", "=", "After"), ("process_id", "=", process.id)])) - len(timers))
print("broken:", env["crmx.process.log"]._verify(env.company)["broken"])
