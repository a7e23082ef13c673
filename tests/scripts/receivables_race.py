# Two people at one debt, and several at the register, at the same moment; after together.py.
from odoo import Command, fields

company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
customer = env["res.partner"].create({"name": "Race at a debt"})
invoice = env["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": fields.Date.today(),
        "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})],
    }
)
invoice.action_post()
item = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
reason = env["crmx.dispute.reason"].search([], limit=1)
env.cr.commit()


def contest(mine, amount):
    return mine["crmx.dispute"].create(
        {
            "partner_id": customer.id,
            "reason_id": reason.id,
            "line_ids": [Command.create({"move_line_id": item.id, "amount": amount})],
        }
    )


print("contested:", together(2, lambda mine, _number: contest(mine, 100).id))
first = env["crmx.dispute"].search([("partner_id", "=", customer.id)])
print("disputes:", len(first))
first.line_ids.amount = 40
contest(env, 40)
env.cr.commit()
lines = env["crmx.dispute.line"].search([("move_line_id", "=", item.id)], order="id").ids
print(
    "raised:",
    together(2, lambda mine, number: mine["crmx.dispute.line"].browse(lines[number]).write({"amount": 60})),
)
print("in all:", sum(env["crmx.dispute.line"].browse(lines).mapped("amount")))
other = env["res.partner"].create({"name": "Race at a settlement"})
both = env["account.move"].create(
    [
        {
            "move_type": move_type,
            "partner_id": other.id,
            "invoice_date": fields.Date.today(),
            "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})],
        }
        for move_type in ("out_invoice", "in_invoice")
    ]
)
both.action_post()
settlements = env["crmx.settlement"].create([{"partner_id": other.id} for _number in range(3)])
settlements.action_propose()
env.cr.commit()
one, two, three = settlements.ids
print("netted:", together(2, lambda mine, _number: mine["crmx.settlement"].browse(one).action_post()))
print("left:", sum(abs(move.amount_residual) for move in both), "entries:", len(settlements.move_id))
settlements[0].action_cancel()
env.cr.commit()
print(
    "rivals:",
    together(2, lambda mine, number: mine["crmx.settlement"].browse((two, three)[number]).action_post()),
)
print("posted:", len(settlements.filtered(lambda settlement: settlement.state == "posted")))
before = env["crmx.receivables.log"]._verify(company)["count"]
print(
    "logged:",
    together(6, lambda mine, _number: mine["crmx.dispute"].browse(first.id)._log("dispute_changed")),
)
verified = env["crmx.receivables.log"]._verify(company)
print("entries:", verified["count"] - before, "broken:", verified["broken"])
