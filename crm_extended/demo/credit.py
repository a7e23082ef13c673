"""How far customers may go, and quotations that were held because of it."""

from odoo import Command

from .dates import enter

#: Rules of both companies: name, kind, action, days, tolerance
RULES = (
    ("Over the limit", "limit", "order", 0, 0.0),
    ("Overdue for more than 30 days", "overdue", "delivery", 30, 500.0),
    ("Broken promise", "promise", "warn", 90, 0.0),
    ("Limit has expired", "expired", "warn", 0, 0.0),
    ("Blocked by hand", "blocked", "order", 0, 0.0),
)
#: What the limit of the customers of held quotations leaves free, as a share of the quotation.
FREE = (0.4, 0.75, 0.9)
REASONS = (
    ("Turnover of two years, paid in time.", False),
    ("Insured.", "Credit insurance, policy CI-2041: 80 % of the limit."),
    ("Guarantee of the owner.", "Guarantee by the owner, kept in the safe."),
)


def make(demo):
    """Rules, limits, a group and a blocked customer in each company; three quotations try to get through."""
    for house in demo.houses.values():
        env, scope = house.env, {"company_id": house.company.id}
        quotations = _quotations(house)
        limits = [(None, 250000.0, "Everybody, until somebody decides otherwise.", False)]
        standings = env["crmx.credit.standing"]._read_standings(
            quotations.partner_invoice_id.commercial_partner_id, house.company
        )
        for order, share, (reason, collateral) in zip(quotations, FREE, REASONS, strict=False):
            debtor = order._crmx_debtor()
            amount = standings[debtor].exposure.total + share * order._crmx_credit_amount()
            limits.append((debtor, round(max(amount, 100.0), -2), reason, collateral))
        env["crmx.credit.limit"].create(
            [
                {
                    **scope,
                    "partner_id": debtor.id if debtor else False,
                    "amount": amount,
                    "date_from": demo.day(-200),
                    "date_to": demo.day(160) if collateral else False,
                    "reason": reason,
                    "collateral": collateral,
                    "user_id": demo.users["accountant"].id,
                }
                for debtor, amount, reason, collateral in limits
            ]
        )
        _decide(demo, house, quotations.partner_invoice_id.commercial_partner_id)
        env["crmx.credit.rule"].create(
            [
                {**scope, "name": name, "kind": kind, "action": action, "days": days, "amount": amount}
                for name, kind, action, days, amount in RULES
            ]
        )
        group = env.ref("sales_team.group_sale_manager")
        env["crmx.approval.ladder"].create(
            [
                {**scope, "purpose": "release", "group_id": group.id, "amount": 5000.0},
                {
                    **scope,
                    "purpose": "release",
                    "group_id": env.ref("crm_extended.group_receivables_manager").id,
                    "is_unlimited": True,
                },
            ]
        )
        _try(demo, quotations)


def _try(demo, quotations):
    """Confirm them on the day on which they were made, as far as the rules let them."""
    dates = {order: order.date_order for order in quotations}
    quotations.action_confirm()
    made = [(picking, moment) for order, moment in dates.items() for picking in order.picking_ids]
    if made:
        enter(made)
    for order, moment in dates.items():
        order.date_order = moment
        order.crmx_hold_ids.date_held = moment
        for document in (order, *order.picking_ids):
            document.message_ids.filtered(lambda message: message.date > demo.now).date = moment


def _quotations(house):
    """The latest quotations of three different customers."""
    found = house.env["sale.order"].search(
        [("company_id", "=", house.company.id), ("state", "in", ("draft", "sent")), ("amount_total", ">", 0)]
    )
    by_debtor = found.grouped(lambda order: order._crmx_debtor())
    return found.browse().union(*(orders[:1] for orders in list(by_debtor.values())[: len(FREE)]))


def _decide(demo, house, customers):
    """Two customers of one owner, and one whom the court has asked about."""
    others = [
        customer.partner.commercial_partner_id
        for customer in demo.buyers
        if customer.serves in (house.key[0], "b") and customer.partner.commercial_partner_id not in customers
    ]
    files = (
        house.env["crmx.credit.file"]
        ._open_for(customers.union(*others[:3]), house.company)
        .filtered(lambda file: file.partner_id in others[:3])
    )
    files.sudo().action_approve()  # sudo: made by the generator, for nobody's rights
    group = house.env["crmx.credit.group"].create(
        {
            "name": "Companies of one owner",
            "company_id": house.company.id,
            "file_ids": [Command.set(files[:2].ids)],
        }
    )
    house.env["crmx.credit.limit"].create(
        {
            "company_id": house.company.id,
            "group_id": group.id,
            "amount": 400000.0,
            "date_from": demo.day(-90),
            "reason": "Both belong to the same family.",
        }
    )
    files[2:]._block("The court has asked for their address.", until=False)
