# Several people and the schedule at one collector's worklist at the same moment; after together.py.
from dateutil.relativedelta import relativedelta

from odoo import Command, fields

company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
company.crmx_use_receivables = True
today = fields.Date.today()
customer = env["res.partner"].create({"name": "Race at a worklist", "phone": "+1 202 555 0143"})
env["account.move"].create(
    {
        "move_type": "out_invoice",
        "partner_id": customer.id,
        "invoice_date": today - relativedelta(months=2),
        "invoice_date_due": today - relativedelta(months=2),
        "invoice_payment_term_id": False,
        "invoice_line_ids": [Command.create({"name": "Goods", "price_unit": 100, "tax_ids": False})],
    }
).action_post()
env.cr.commit()
mine_only = [("partner_id", "=", customer.id), ("company_id", "=", company.id)]


def case_of(mine):
    return mine["crmx.collection.case"].search(mine_only)


def refresh(mine, _number):
    mine["crmx.collection.case"]._refresh(mine["res.company"].browse(company.id))


print("listed:", together(3, refresh))
print("cases:", len(case_of(env)))

days = [today + relativedelta(days=number) for number in (3, 4, 5)]


def call(mine, number):
    """Two say what came of their calls while the list is made anew."""
    if number == 2:
        refresh(mine, number)
    else:
        case_of(mine)._take_down("back", {"date": days[number], "note": f"Call {number}"})


print("called:", together(3, call))
case = case_of(env)
calls = env["crmx.interaction"].search([("partner_id", "=", customer.id)], order="id")
print("contacts:", len(calls), "activities:", len(customer.activity_ids) + len(calls.activity_ids))
print("back:", len(case) == 1 and case.state == "back" and case.date_next == case.date_back in days[:2])

currency = company.currency_id


def pay(mine, number):
    """The payment is booked while a promise about the same debt is taken down."""
    if number:
        payment = mine["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": customer.id,
                "amount": 100,
                "date": today,
            }
        )
        payment.action_post()
        open_lines = (payment.move_id.line_ids | mine["account.move.line"].search(mine_only)).filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
        open_lines.reconcile()
    else:
        case_of(mine)._take_down(
            "promise", {"date": days[0], "amount": 100, "currency_id": currency.id, "moves": False}
        )


print("paid:", together(2, pay))
refresh(env, 0)
env["crmx.promise"].search(mine_only[:1])._judge()
print("state:", case_of(env).state, "promises open:", env["crmx.promise"].search_count(
    [*mine_only[:1], ("state", "=", "open")]
))  # fmt: skip
env.cr.commit()
