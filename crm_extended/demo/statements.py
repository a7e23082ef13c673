"""Statements, reconciliation acts and a mutual settlement: proposed, made and handed over, nothing sent."""

from datetime import timedelta

from . import cases, staff

#: Customers of each company with a statement, and with an act of which state.
STATEMENTS = 4
ACTS = ("draft", "sent", "seen")


def make(demo):
    """Make statements and acts for those who owe most; propose settlements with who is a vendor as well."""
    for house in demo.houses.values():
        debtors = _owing(house)
        if house.key == "trading":
            staff.make_customer_login(demo, debtors[0].child_ids[:1] or debtors[0])
        _statements(demo, house, debtors[:STATEMENTS])
        for state, partner in zip(ACTS, debtors, strict=False):
            _act(demo, house, partner, state)
        for row in cases.MUTUAL:
            if row[0] == house.key:
                _settle(demo, house, demo.customer(row[1]).partner.commercial_partner_id)


def _owing(house):
    """Commercial partners with debts in the company's currency, who owe most first."""
    Item = house.env["crmx.open.item"].with_context(
        allowed_company_ids=house.company.ids, crmx_side="receivable"
    )
    groups = Item._read_group(
        [("residual_currency", ">", 0), ("currency_id", "=", house.company.currency_id.id)],
        ["commercial_partner_id"],
        order="residual_currency:sum DESC, commercial_partner_id",
    )
    return [partner for [partner] in groups if partner]


def _statements(demo, house, partners):
    house.env["crmx.statement"].create(
        [
            {
                "partner_id": partner.id,
                "company_id": house.company.id,
                "kind": "activity" if number % 2 else "outstanding",
                "date_from": demo.today - timedelta(days=90),
                "date_to": demo.today,
            }
            for number, partner in enumerate(partners)
        ]
    )


def _act(demo, house, partner, state):
    act = house.env["crmx.reconciliation.act"].create(
        {
            "partner_id": partner.id,
            "company_id": house.company.id,
            "user_id": demo.users["accountant"].id,
            "date_from": demo.today - timedelta(days=90),
            "date_to": demo.today,
        }
    )
    if state != "draft":
        act.action_mark_sent()
    if state == "seen":
        act.sudo()._set_seen()  # sudo: as the page of the customer does
    demo.register(f"case_act_{state}_{house.key}", act)


def _settle(demo, house, partner):
    settlement = house.env["crmx.settlement"].create(
        {
            "partner_id": partner.id,
            "company_id": house.company.id,
            "user_id": demo.users["accountant"].id,
            "date": demo.today,
        }
    )
    sides = [
        {row["currency_id"] for row in settlement._open_items(side)} for side in ("receivable", "payable")
    ]
    if sides[0] & sides[1]:
        settlement.action_propose()
        demo.register(f"case_settlement_{house.key}_{partner.id}", settlement)
    else:
        settlement.unlink()
