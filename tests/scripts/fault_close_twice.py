# Two people close the same month at the same moment; then a third one tries.
import threading
from datetime import timedelta

from odoo import fields
from odoo.api import Environment
from odoo.exceptions import UserError
from odoo.service.model import retrying

last = fields.Date.today().replace(day=1) - timedelta(days=1)
period = env["crmx.kpi.period"]._ensure(env.company, last, ["month"])
env.cr.commit()
together, results = threading.Barrier(2), []


def close(wait=True):
    with env.registry.cursor() as cr:
        own = Environment(cr, env.uid, {})["crmx.kpi.period"].browse(period.id)
        if wait:
            together.wait()
        try:
            retrying(own.action_close, own.env)
            results.append("closed")
        except UserError as error:
            results.append(type(error).__name__)


threads = [threading.Thread(target=close) for _number in range(2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
close(wait=False)
env.invalidate_all()
print("closed:", results.count("closed"), "refused:", len(results) - results.count("closed"))
print("state:", period.state)
print(
    "register:",
    env["crmx.kpi.log"].search_count([("res_id", "=", period.id), ("kind", "=", "period_closed")]),
)
print("verified:", period.action_verify()["params"]["type"])
