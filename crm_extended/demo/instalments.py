"""Instalment plans: one on offer, one under way, one missed and one paid; and who calls whom."""

from datetime import timedelta

from odoo import Command

#: State, days from today on which the plan was made and on which its first instalment is due, how many
#: there are, and what was said.
PLANS = (
    ("offered", -1, 14, 3, "Wants to talk to the bank first."),
    ("live", -12, 9, 4, "A machine broke down; pays a quarter a month."),
    ("live", -55, -24, 5, "Cash is short until the season begins."),
)

#: Territory: name, overdue from, login of the collector (None: in turn).
TERRITORIES = (("Key accounts", 20000, "manager"), ("All others", 0, None))


def make(demo):
    """Agree on plans in both companies, and read from the ledger what became of them."""
    for house in demo.houses.values():
        plans = [
            _plan(demo, house, items, *row) for items, row in zip(_debts(demo, house), PLANS, strict=False)
        ]
        plans += _paid(demo, house)
        house.env["crmx.instalment.plan"].union(*plans)._judge()


def _debts(demo, house):
    """Yield overdue items of one customer and currency, that nothing else is about yet, up to three."""
    busy = house.env["crmx.promise.line"].search([]).move_line_id
    busy |= house.env["crmx.dispute.line"].search([]).move_line_id
    items = demo.overdue_invoices().with_env(house.env).line_ids.filtered(
        lambda item: (
            item.company_id == house.company
            and item.account_type == "asset_receivable"
            and item.amount_residual_currency > 100
            and item.date_maturity < demo.day(-60)
            and item not in busy
        )
    )  # fmt: skip
    by_debtor = items.grouped(lambda item: (item.partner_id.commercial_partner_id, item.currency_id))
    for some in sorted(by_debtor.values(), key=lambda found: -sum(found.mapped("amount_residual")))[1:]:
        yield some[:3]


def _plan(demo, house, items, state, made, first, count, said, amount=None):
    day = demo.day(made)
    plan = house.env["crmx.instalment.plan"].create(
        {
            "partner_id": items.partner_id.commercial_partner_id[:1].id,
            "company_id": house.company.id,
            "user_id": demo.users["accountant"].id,
            "date": day,
            "date_first": demo.day(first),
            "instalment_count": count,
            "note": said,
            "line_ids": [
                Command.create({"move_line_id": item.id, **({"amount": amount} if amount else {})})
                for item in items
            ],
        }
    )
    plan.action_offer()
    if state == "live":
        plan._become("live")
        plan.date_start = day
    return plan


def _paid(demo, house):
    """A plan whose money came as agreed, about an invoice that one payment settled."""
    item = house.env["account.move.line"].search(
        [
            ("company_id", "=", house.company.id),
            ("move_id.move_type", "=", "out_invoice"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("reconciled", "=", True),
            ("date", ">", demo.day(-200)),
            ("date", "<", demo.day(-60)),
        ],
        order="id",
    ).filtered(
        lambda one: (
            len(one.matched_credit_ids) == 1
            and one.matched_credit_ids.credit_move_id.payment_id
            and one.date + timedelta(days=12) < one.matched_credit_ids.max_date <= demo.today
        )
    )[:1]  # fmt: skip
    if not item:
        return []
    paid_on = item.matched_credit_ids.max_date
    made = (paid_on - timedelta(days=10) - demo.today).days
    said = "Asked for two parts, and paid both at once."
    return [_plan(demo, house, item, "live", made, made + 11, 2, said, abs(item.amount_currency))]


def assign(demo):
    """Make the collectors' worklist of the day."""
    for house in demo.houses.values():
        team = house.env["crmx.collection.team"].create(
            {
                "name": "Collections",
                "company_id": house.company.id,
                "user_id": demo.users["manager"].id,
                "member_ids": [Command.set([demo.users[login].id for login in ("accountant", "manager")])],
                "territory_ids": [
                    Command.create(
                        {
                            "name": name,
                            "sequence": number,
                            "amount_from": amount,
                            "user_id": login and demo.users[login].id,
                        }
                    )
                    for number, (name, amount, login) in enumerate(TERRITORIES)
                ],
            }
        )
        team.env["crmx.collection.case"]._refresh(house.company)
