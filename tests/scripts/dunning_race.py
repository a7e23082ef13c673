# Two people send two runs with the same items at the same moment; run in Odoo's shell.
import threading

from odoo import api
from odoo.exceptions import UserError, ValidationError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import mute_logger

env["crmx.dunning.letter"].search([]).line_ids.is_live = False
env["crmx.dunning.run"].search([("state", "=", "sending")]).state = "done"
runs = env["crmx.dunning.run"].create([{}, {}])
runs.action_propose()
letters = [len(run.letter_ids) for run in runs]
assert letters[0] == letters[1] >= 30, letters
env.cr.commit()
registry = Registry(env.cr.dbname)
start, results = threading.Barrier(2), []


def send(run_id):
    with registry.cursor() as cr:
        mine = api.Environment(cr, env.uid, {})
        run = mine["crmx.dunning.run"].browse(run_id)
        run.letter_ids.mapped("state")  # both have begun before one commits
        start.wait(timeout=60)
        try:
            with mute_logger("odoo.sql_db", "odoo.service.model"):
                retrying(run.action_confirm, mine)
            cr.commit()
            results.append("sent")
        except (UserError, ValidationError) as error:
            cr.rollback()
            results.append(str(error))


threads = [threading.Thread(target=send, args=(run.id,)) for run in runs]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(timeout=120)
env.cr.rollback()
env.invalidate_all()
print("live:", env["crmx.dunning.line"].search_count([("run_id", "in", runs.ids), ("is_live", "=", True)]))
print("expected:", letters[0])
for result in sorted(results):
    print("result:", result)
