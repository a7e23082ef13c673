# Two people merge the same pair at the same moment, each the other way round; run in Odoo's shell.
import threading

from odoo import api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import mute_logger

partners = env["res.partner"].create([{"name": "Race One"}, {"name": "Race Two"}])
ids = partners.ids
env.cr.commit()
registry = Registry(env.cr.dbname)
start, results = threading.Barrier(2), []


def merge(target_id):
    with registry.cursor() as cr:
        mine = api.Environment(cr, env.uid, {})
        mine["res.partner"].browse(ids).mapped("name")  # both have begun before one commits
        start.wait(timeout=60)

        def work():
            both = mine["res.partner"].browse(ids)
            return both._crmx_merge(mine["res.partner"].browse(target_id))

        try:
            with mute_logger("odoo.sql_db", "odoo.service.model"):  # who comes second is tried again
                retrying(work, mine)
            cr.commit()
            results.append("merged")
        except UserError as error:
            results.append(str(error))


threads = [threading.Thread(target=merge, args=(target_id,)) for target_id in ids]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(timeout=120)
env.cr.rollback()
env.invalidate_all()
left = env["res.partner"].search([("name", "like", "Race "), ("active", "in", (True, False))])
print("left:", len(left))
print("kept:", env["crmx.merged.partner"].search_count([("old_id", "in", ids)]))
for result in sorted(results):
    print("result:", result)
