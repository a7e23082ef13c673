# Several people who compute, approve and post one bonus at the same moment; after together.py.
from odoo import Command, fields

company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading("generic_coa", company, install_demo=False)
account = {
    kind: env["account.account"].search(
        [("account_type", "=", kind), ("company_ids", "in", company.ids)], limit=1
    )
    for kind in ("expense", "liability_payable")
}
employee = env["hr.employee"].create(
    {"name": "Race for a bonus", "company_id": company.id, "date_version": "2020-01-01"}
)
first = fields.Date.subtract(fields.Date.today().replace(day=1), months=1)
month = env["crmx.kpi.period"]._ensure(company, first, ["month"])
scheme = env["crmx.bonus.scheme"].create(
    {
        "name": "Race",
        "who": "person",
        "times": "none",
        "base_amount": 100,
        "date_from": first,
        "expense_account_id": account["expense"].id,
        "payable_account_id": account["liability_payable"].id,
        "member_ids": [Command.create({"employee_id": employee.id})],
    }
)
env.cr.commit()


def accruals(mine=env):
    return mine["crmx.bonus.accrual"].search([("scheme_id", "=", scheme.id)])


together(3, lambda mine, _number: mine["crmx.bonus.scheme"].browse(scheme.id)._accrue(month.with_env(mine)))
print("bonuses:", len(accruals()))
month._seal()
env.cr.commit()
results = together(3, lambda mine, _number: accruals(mine).action_approve())
print("approved:", results.count("done"))
results = together(3, lambda mine, _number: accruals(mine).action_post())
print("posted:", results.count("done"), [text for text in results if text != "done"][0])
print("entries:", env["account.move"].search_count([("ref", "=", accruals().name)]))
results = together(3, lambda mine, _number: accruals(mine).action_reverse())
print("reversed:", results.count("done"))
print("left:", sum(accruals().move_id.line_ids.mapped("amount_residual")), accruals().state)
