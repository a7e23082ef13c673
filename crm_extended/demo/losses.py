"""Terms of late payment and proposed interest; allowances of the last months; a write-off to approve."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import Command

from .dates import enter

#: How many of those who owe most are charged, and months with a posted allowance.
CHARGED, VALUED = 8, 3
#: key, code, name, type
ACCOUNTS = (
    ("allowance", "121950", "Allowance for doubtful debts", "asset_current"),
    ("bad_debts", "615900", "Bad debts", "expense"),
    ("interest", "400900", "Interest for late payment", "income_other"),
)
#: Limits of the allowance's ages, and what of each is set aside.
LIMITS, PERCENTS = "30, 60, 90, 180", (0.5, 2, 10, 25, 50, 100)


def make(demo):
    """Settings and documents of both companies."""
    table = demo.env["crmx.interest.table"].create(
        {
            "name": "Base rate of the demo bank",
            "line_ids": [
                Command.create(
                    {"date_from": demo.start - relativedelta(months=6) + relativedelta(months=6 * half),
                     "percent": percent}
                )
                for half, percent in enumerate((4.5, 4.25, 3.5, 2.75, 2.25, 2.0))
            ],
        }
    )  # fmt: skip
    for house in demo.houses.values():
        accounts = _accounts(house)
        _interest(demo, house, accounts, table)
        _allowances(demo, house, accounts)
        _write_off(demo, house, accounts)
    _date(demo)


def _date(demo):
    """The entries of allowances were made on the days after their months."""
    rng = demo.rng("losses")
    valued = demo.env["crmx.allowance"].search([("move_id", "!=", False)])
    ours = valued.filtered(lambda one: one.company_id in [house.company for house in demo.houses.values()])
    enter((one.move_id, demo.moment(one.date + timedelta(days=2), rng)) for one in ours)


def _accounts(house):
    return {
        key: house.env["account.account"].create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "company_ids": [Command.set(house.company.ids)],
            }
        )
        for key, code, name, kind in ACCOUNTS
    }


def _last_months(demo, count):
    """The last ends of months, the earliest first."""
    first = demo.today.replace(day=1)
    return [first - relativedelta(months=back) - timedelta(days=1) for back in range(count - 1, -1, -1)]


def _interest(demo, house, accounts, table):
    policy = house.env["crmx.interest.policy"].create(
        {
            "name": "Base rate plus 8 points, 40 a debt",
            "company_id": house.company.id,
            "kind": "reference",
            "table_id": table.id,
            "rate": 8,
            "basis": "365",
            "grace_days": 5,
            "fee": 40,
            "fee_currency_id": house.currency.id,
            "minimum": 10,
            "date_start": demo.day(-300),
            "text": "By our terms of delivery, section 7: the base rate plus eight points a year, and a fee.",
        }
    )
    house.company.write(
        {"crmx_interest_policy_id": policy.id, "crmx_interest_account_id": accounts["interest"].id}
    )
    debtors = demo.overdue_invoices().filtered(lambda move: move.company_id == house.company)
    partners = house.env["res.partner"].browse(debtors.commercial_partner_id.ids[:CHARGED])
    [until] = _last_months(demo, 1)
    notes, _problems = house.env["crmx.interest.note"]._propose(house.company, until, partners)
    notes.write({"date": demo.today, "user_id": demo.users["accountant"].id})


def _allowances(demo, house, accounts):
    method = house.env["crmx.allowance.method"].create(
        {
            "name": "By age",
            "company_id": house.company.id,
            "limits": LIMITS,
            "account_id": accounts["allowance"].id,
            "expense_account_id": accounts["bad_debts"].id,
        }
    )
    for line, percent in zip(method.line_ids.sorted("number"), PERCENTS, strict=True):
        line.percent = percent
    house.env["crmx.allowance.method"].create(
        {
            "name": "Roll rates of a year",
            "company_id": house.company.id,
            "kind": "roll",
            "limits": "30, 60, 90",
            "sequence": 20,
            "account_id": accounts["allowance"].id,
            "expense_account_id": accounts["bad_debts"].id,
        }
    )
    *before, last = _last_months(demo, VALUED)
    for day in (*before, last):
        allowance = house.env["crmx.allowance"].create(
            {"company_id": house.company.id, "method_id": method.id, "date": day}
        )
        allowance.action_value()
        if day != last:
            allowance.action_post()


def _write_off(demo, house, accounts):
    """The oldest debt of each company is doubtful to its accountant, who asks to write it off."""
    house.company.write(
        {
            "crmx_doubtful_account_id": house.accounts["doubtful"].id,
            "crmx_write_off_account_id": accounts["bad_debts"].id,
        }
    )
    overdue = demo.overdue_invoices().filtered(
        lambda move: move.company_id == house.company and move.amount_residual_signed > 100
    )
    oldest = min(overdue, key=lambda move: (move.invoice_date_due, move.id), default=None)
    if not oldest:
        return
    document = house.env["crmx.bad.debt"].create(
        {
            "partner_id": oldest.commercial_partner_id.id,
            "company_id": house.company.id,
            "date": demo.today,
            "reason": "Letters come back; the register of companies says it was dissolved.",
        }
    )
    document.action_propose()
    document.line_ids.filtered(lambda line: line.document != oldest.name).is_chosen = False
    if document.amount:
        document.with_user(demo.users["accountant"]).action_ask()
    house.company.crmx_write_off_alone = 50
