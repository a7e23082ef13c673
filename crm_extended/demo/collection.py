"""What customers promised and contested: open, kept, broken; resolved one way or the other."""

from datetime import timedelta

from odoo import Command

#: Per company: promises made some days before money came, and about debts that are open still.
KEPT, OVERDUE = 9, 12

#: Days from making to the promised day, over and over; and the share of the debt that is promised.
TERMS = ((7, 1.0), (14, 1.0), (10, 0.5), (5, 1.0), (21, 0.4))

SAID = (
    "The payment run is on Thursday.",
    "Waits for a payment of their own customer.",
    "The invoice was with the wrong department.",
    "Pays half now and the rest next month.",
    False,
)

#: Closed disputes: reason, what the customer says, share of the debt, days to resolve, resolution, decision
CLOSED = (
    ("price", "The price of the offer was lower.", 0.08, 6, "credit", "The offer says so: credited."),
    ("quality", "Scratches on the housing.", 0.2, 24, "discount", "A fifth off, goods stay there."),
    ("quantity", "Two boxes were missing.", 0.15, 9, "credit", "Not on the delivery note: credited."),
    ("document", "No purchase order number.", 1.0, 3, "withdrawn", "Invoice sent again with the number."),
    ("delivery", "Came a week too late.", 0.1, 17, "rejected", "The date was agreed by mail."),
    ("paid", "Paid in March, they say.", 1.0, 12, "rejected", "That payment was for another invoice."),
    ("price", "The rebate of the year is missing.", 0.05, 31, "discount", "Granted for goodwill."),
)

#: Open disputes: case of the demo company or None for any overdue invoice, reason, claim, share, age, state
OPEN = {
    "trading": (
        ("disputed", "quantity", "Charged 14, agreed 10.", 0.29, 20, "progress"),
        (None, "quality", "Two of the pallets arrived wet.", 0.35, 6, "new"),
        (None, "price", "Without the rebate of the framework contract.", 0.12, 33, "waiting"),
    ),
    "freight": (
        ("disputed_freight", "delivery", "Waiting time was not agreed.", 0.4, 20, "progress"),
        (None, "document", "The waybill is missing.", 1.0, 4, "new"),
    ),
}


def make(demo):
    """Log promises and disputes of both companies, and read from the ledger what became of them."""
    for house in demo.houses.values():
        rng = demo.rng(f"collection/{house.key}")
        paid, overdue = _items(demo, house)
        rng.shuffle(paid)
        rng.shuffle(overdue)
        cases = [demo.env.ref(f"crm_extended_demo.case_{row[0]}") for row in OPEN[house.key] if row[0]]
        overdue = [item for item in overdue if item.move_id not in cases]
        _promise(demo, house, rng, paid[:KEPT], overdue[:OVERDUE])
        _contest(demo, house, rng, paid[KEPT:], overdue[OVERDUE:] or overdue)


def _items(demo, house):
    """Receivable items of invoices: those that one payment settled, and those overdue today."""
    items = house.env["account.move.line"].search(
        [
            ("company_id", "=", house.company.id),
            ("parent_state", "=", "posted"),
            ("move_id.move_type", "=", "out_invoice"),
            ("account_id.account_type", "=", "asset_receivable"),
            ("date_maturity", "<", demo.today),
        ],
        order="id",
    )
    paid = [
        item
        for item in items.filtered("reconciled")
        if len(item.matched_credit_ids) == 1 and item.matched_credit_ids.credit_move_id.payment_id
        if demo.start + timedelta(days=60) < item.matched_credit_ids.max_date <= demo.today
        if (item.matched_credit_ids.max_date - item.date).days > 25
    ]
    return paid, list(items.filtered(lambda item: item.amount_residual_currency > 100))


def _promise(demo, house, rng, paid, overdue):
    collector = demo.users["accountant"]
    vals_list = []
    for item in paid:
        paid_on = item.matched_credit_ids.max_date
        promised = paid_on + timedelta(days=rng.randint(-2, 3))
        made = min(promised, paid_on - timedelta(days=1)) - timedelta(days=rng.randint(3, 11))
        vals_list.append(
            _vals(rng, collector, item, max(made, item.date), promised, abs(item.amount_currency))
        )
    for number, item in enumerate(overdue):
        days, share = TERMS[number % len(TERMS)]
        made = max(demo.workday(demo.day(-rng.randint(2, 40))), item.date)
        amount = item.currency_id.round(item.amount_residual_currency * share)
        vals_list.append(_vals(rng, collector, item, made, made + timedelta(days=days), amount))
    promises = house.env["crmx.promise"].create(vals_list)
    promises._judge()
    for promise in promises.filtered("date_judged"):
        promise.date_judged = min(demo.today, promise.date_deadline + timedelta(days=1))
    late = promises.filtered(lambda promise: promise.state == "broken")[:1]
    if late:
        demo.register(f"case_promise_broken_{house.key}", late)


def _vals(rng, collector, item, made, promised, amount):
    return {
        "partner_id": item.partner_id.id,
        "company_id": item.company_id.id,
        "user_id": collector.id,
        "date": made,
        "date_promised": promised,
        "note": rng.choice(SAID),
        "line_ids": [Command.create({"move_line_id": item.id, "amount": amount})],
    }


def _contest(demo, house, rng, paid, overdue):
    for item, (reason, claim, share, days, resolution, note) in zip(paid, CLOSED, strict=False):
        day = item.date + timedelta(days=rng.randint(3, 12))
        dispute = _open(demo, house, item, day, reason, claim, share, abs(item.amount_currency))
        dispute._close("resolved", resolution, note)
        dispute.date_closed = min(day + timedelta(days=days), demo.today)
    overdue = iter(overdue)
    for case, reason, claim, share, age, state in OPEN[house.key]:
        item = _item_of(demo, house, case) if case else next(overdue, None)
        if item:
            dispute = _open(
                demo, house, item, max(demo.day(-age), item.date), reason, claim, share,
                item.amount_residual_currency,
            )  # fmt: skip
            dispute.state = state
            if case:
                demo.register(f"case_dispute_{house.key}", dispute)


def _item_of(demo, house, case):
    invoice = demo.env.ref(f"crm_extended_demo.case_{case}").with_env(house.env)
    return invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")[:1]


def _open(demo, house, item, day, reason, claim, share, amount):
    return house.env["crmx.dispute"].create(
        {
            "partner_id": item.partner_id.id,
            "company_id": item.company_id.id,
            "reason_id": demo.env.ref(f"crm_extended.crmx_dispute_reason_{reason}").id,
            "user_id": item.move_id.invoice_user_id.id or demo.users["accountant"].id,
            "date": day,
            "description": f"<p>{claim}</p>",
            "line_ids": [
                Command.create(
                    {
                        "move_line_id": item.id,
                        "amount": item.currency_id.round(amount * share),
                        "claim": claim,
                    }
                )
            ],
        }
    )
