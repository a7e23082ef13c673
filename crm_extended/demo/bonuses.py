"""Bonuses of those who sell: by score, and a part of what was collected; the older ones are paid."""

from dateutil.relativedelta import relativedelta

from odoo import Command, fields

from .dates import enter

#: Closed months with bonuses; of these, the last ones wait for approval, then for posting, then for payment.
MONTHS = 5
STEPS = ("draft", "approved", "posted")


def make(demo):
    """Set up schemes in both companies, and take their bonuses as far as months ago they are."""
    for house in demo.houses.values():
        template = house.env["crmx.kpi.card.template"].search(
            [("company_id", "=", house.company.id)], limit=1
        )
        schemes = _schemes(demo, house, template)
        months = house.env["crmx.kpi.period"].search(
            [("company_id", "=", house.company.id), ("kind", "=", "month")],
            order="date_from DESC",
        )
        closed = months.filtered(lambda month: month.state == "closed")[:MONTHS]
        for scheme in schemes:
            for number, month in enumerate(closed):
                _take_on(demo, house, scheme._accrue(month), number)
            for month in months - closed:
                if month.state == "open":
                    scheme._accrue(month)
    _date(demo)


def _date(demo):
    """Entries and payments were made on their own days."""
    rng = demo.rng("bonuses")
    companies = [house.company.id for house in demo.houses.values()]
    schemes = demo.env["crmx.bonus.scheme"].search([("company_id", "in", companies)])
    lines = demo.env["account.move.line"].search([("account_id", "in", schemes.payable_account_id.ids)])
    enter((move, demo.moment(move.date, rng)) for move in lines.move_id)


def _schemes(demo, house, template):
    accounts = house.env["account.account"].create(
        [
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "reconcile": kind == "liability_current",
                "company_ids": [Command.set(house.company.ids)],
            }
            for code, name, kind in (
                ("630900", "Bonuses", "expense"),
                ("230900", "Owed to employees", "liability_current"),
            )
        ]
    )
    common = {
        "company_id": house.company.id,
        "currency_id": house.company.currency_id.id,
        "template_id": template.id,
        "date_from": demo.today.replace(day=1) - relativedelta(months=13),
        "expense_account_id": accounts[0].id,
        "payable_account_id": accounts[1].id,
        "is_shown_to_leaders": True,
    }
    return house.env["crmx.bonus.scheme"].create(
        [
            {
                **common,
                "name": "Monthly bonus of account managers",
                "base_amount": 1_500,
                "guarantee": 200,
                "ceiling": 2_500,
                "threshold": 40,
            },
            {
                **common,
                "name": "One per cent of what was collected",
                "code": "COLLECTED",
                "base_kind": "indicator",
                "base_indicator_id": demo.env.ref("crm_extended.crmx_kpi_indicator_collected").id,
                "base_percent": 1,
                "times": "none",
                "is_clawback": True,
            },
        ]
    )


def _take_on(demo, house, accruals, number):
    """Approve, post and pay; the youngest month is left as it is."""
    accruals = accruals.filtered("amount")
    if not accruals or number < 1:
        return
    accruals._become("approved", approved_by_id=demo.users["manager"].id, date_approved=fields.Datetime.now())
    if number < STEPS.index("posted"):
        return
    accruals.action_post()
    if number > STEPS.index("posted"):
        _pay(house, accruals)


def _pay(house, accruals):
    """Pay from the bank what the entries say is owed."""
    bank = house.journals["bank"]
    for accrual in accruals:
        owed = accrual._owed()
        sides = ((owed.account_id, accrual.amount), (bank.default_account_id, -accrual.amount))
        payment = house.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": bank.id,
                "date": fields.Date.add(accrual.period_id.date_to, days=10),
                "ref": accrual.name,
                "line_ids": [
                    Command.create(
                        {"account_id": account.id, "balance": balance, "partner_id": owed.partner_id.id}
                    )
                    for account, balance in sides
                ],
            }
        )
        payment.action_post()
        (owed | payment.line_ids.filtered_domain([("account_id", "=", owed.account_id.id)])).reconcile()
    accruals._see_paid()
