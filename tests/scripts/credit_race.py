# Two orders under one limit, and two managers at one hold, at the same moment; run in Odoo's shell.
import threading

import psycopg2

from odoo import Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tools import mute_logger

company = env.company
customer = env["res.partner"].create({"name": "Race at a limit"})
product = env["product.product"].create({"name": "Goods", "type": "service", "invoice_policy": "order"})
env["crmx.credit.rule"].create({"name": "Over the limit", "company_id": company.id})
env["crmx.credit.limit"].create(
    {"company_id": company.id, "partner_id": customer.id, "amount": 100, "reason": "Race"}
)
line = {"product_id": product.id, "price_unit": 60, "tax_ids": False}
orders = env["sale.order"].create(
    [{"partner_id": customer.id, "order_line": [Command.create(line)]} for _number in range(3)]
)
env.cr.commit()
registry = Registry(env.cr.dbname)


def together(count, work):
    """Do it `count` times at once, each in a transaction that has begun before another one ends."""
    start, results = threading.Barrier(count), []

    def one(number):
        with registry.cursor() as cr:
            mine = api.Environment(cr, env.uid, {})
            mine["sale.order"].search_count([])
            start.wait(timeout=60)
            try:
                retrying(lambda: work(mine, number), mine)
                cr.commit()
                results.append("done")
            except (UserError, psycopg2.Error) as error:
                results.append(str(error).splitlines()[0])

    threads = [threading.Thread(target=one, args=(number,)) for number in range(count)]
    with mute_logger("odoo.sql_db", "odoo.service.model"):  # who comes second is tried again
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=120)
    env.cr.rollback()
    env.invalidate_all()
    return results


print(
    "confirmed:",
    together(2, lambda mine, number: mine["sale.order"].browse(orders[number].id).action_confirm()),
)
print("states:", sorted(orders[:2].mapped("state")))
held = orders[:2].filtered(lambda order: order.state == "draft")
print("holds:", len(held.crmx_hold_ids), held.crmx_credit_state)
print("again:", together(2, lambda mine, _number: mine["sale.order"].browse(held.id).action_confirm()))
print("still holds:", len(held.crmx_hold_ids))
hold = held.crmx_hold_ids
print(
    "released:",
    together(2, lambda mine, number: mine["crmx.credit.hold"].browse(hold.id)._release(f"By {number}")),
)
print("after:", held.state, held.crmx_credit_state)
log = env["crmx.receivables.log"]
print(
    "logged:",
    log.search([("res_model", "=", hold._name), ("res_id", "=", hold.id)], order="id").mapped("kind"),
)
print("broken:", log._verify(company)["broken"])
