# A bonus becomes an input of a real payslip, and the payroll pays it.
from odoo import Command, fields

company = env.company
employee = env["hr.employee"].create(
    {
        "name": "Paid by the payroll",
        "company_id": company.id,
        "date_version": "2020-01-01",
        "contract_date_start": "2020-01-01",
        "wage": 2_000,
    }
)
first = fields.Date.subtract(fields.Date.today().replace(day=1), months=1)
month = env["crmx.kpi.period"]._ensure(company, first, ["month"])
scheme = env["crmx.bonus.scheme"].create(
    {
        "name": "Premium",
        "code": "PREMIUM",
        "who": "person",
        "times": "none",
        "base_amount": 100,
        "date_from": first,
        "paid_through": "payroll",
        "member_ids": [Command.create({"employee_id": employee.id})],
    }
)
scheme._accrue(month)
month._seal()
bonus = env["crmx.bonus.accrual"].search([("scheme_id", "=", scheme.id)])
bonus.action_approve()
category = env["hr.salary.rule.category"].create({"name": "Premiums", "code": "PREMIUMS"})
rule = env["hr.salary.rule"].create(
    {
        "name": "Premium",
        "code": "PREMIUM",
        "category_id": category.id,
        "condition_select": "none",
        "amount_select": "code",
        "amount_python_compute": "result = inputs.PREMIUM.amount",
    }
)
structure = env["hr.payroll.structure"].create(
    {"name": "With premium", "code": "PREM", "parent_id": False, "rule_ids": [Command.set(rule.ids)]}
)
day = bonus._entry_date()
slip = env["hr.payslip"].create(
    {
        "name": "Payslip",
        "employee_id": employee.id,
        "contract_id": employee.current_version_id.id,
        "struct_id": structure.id,
        "date_from": day.replace(day=1),
        "date_to": fields.Date.end_of(day, "month"),
    }
)
bonus._to_payslips()
given = slip.input_line_ids
print("input:", given.code, given.amount, given.name == f"Premium {month.name}")
slip.compute_sheet()
print("paid:", sum(slip.line_ids.filtered(lambda line: line.code == "PREMIUM").mapped("total")))
print("bonus:", bonus.state)
