# Two orders under one limit, and two managers at one hold, at the same moment; after together.py.
from odoo import Command

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
starts = ("2020-01-01", "2020-06-01")
overlap = {"company_id": company.id, "partner_id": product.create_uid.partner_id.id, "reason": "Race"}
print(
    "limits:",
    sorted(
        together(
            2,
            lambda mine, number: mine["crmx.credit.limit"].create(
                {**overlap, "amount": 100 + number, "date_from": starts[number]}
            ),
        )
    ),
)
print("broken:", log._verify(company)["broken"])
