# Three people compute interest for the same debt at the same moment; after together.py.
from dateutil.relativedelta import relativedelta

from odoo import Command, fields

company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
today = fields.Date.today()
company.crmx_interest_policy_id = env["crmx.interest.policy"].create(
    {
        "name": "Race",
        "kind": "day",
        "rate": 0.1,
        "fee": 5,
        "company_id": company.id,
        "date_start": today - relativedelta(months=6),
    }
)
customer = env["res.partner"].create({"name": "Race at a late debt"})
invoice = env["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": today - relativedelta(months=2),
        "invoice_date_due": today - relativedelta(months=2),
        "invoice_payment_term_id": False,
        "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})],
    }
)
invoice.action_post()
env.cr.commit()


def propose(mine, _number):
    notes, _problems = mine["crmx.interest.note"]._propose(
        mine["res.company"].browse(company.id), today, mine["res.partner"].browse(customer.id)
    )
    return notes


print("proposed:", together(3, propose))
lines = env["crmx.interest.line"].search([("move_line_id", "in", invoice.line_ids.ids)])
print("fees:", len(lines.filtered(lambda line: line.kind == "fee")))
print("days:", sum(lines.filtered(lambda line: line.kind == "interest").mapped("days")))
print("late:", (today - invoice.invoice_date_due).days)

# three servers at the schedule of a period that has ended
policy = company.crmx_interest_policy_id
policy.schedule = "month"
policy.schedule_days = 0
env.cr.commit()


def by_schedule(mine, _number):
    for one in mine["crmx.interest.period"]._due(today):
        mine["crmx.interest.period"]._propose(*one)


print("scheduled:", together(3, by_schedule))
print("periods:", env["crmx.interest.period"].search_count([("policy_id", "=", policy.id)]))
