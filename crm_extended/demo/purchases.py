"""Purchase orders in every state, their receipts, and the bills that followed."""

from datetime import timedelta

from odoo import Command

from . import stock

#: Orders over 24 months at full scale, by company.
NUMBER = {"trading": 34, "freight": 8}

#: What suppliers of a kind deliver: beginnings of product codes.
RANGES = {
    "stahlfeder": ("FX-", "WH-"),
    "pinecrest": ("TL-",),
    "cartolux": ("PK-",),
    "tarnhow": ("TL-330", "SF-"),
    "lackner": ("CH-",),
    "bluegrain": ("PK-",),
    "kvarnsag": ("WH-4",),
    "teilelager": ("WS-",),
}


def make(demo, house):
    """Create and receive the orders; returns the values of their bills."""
    rng = demo.rng(f"purchases/{house.key}")
    kind = "goods" if house.key == "trading" else "parts"
    sellers = [partner for partner, _serves in demo.suppliers[kind]]
    days = sorted(rng.randint(5, 700) for _number in range(demo.count(NUMBER[house.key])))
    days += [2, 3, 6, 9, 12, 20] if house.key == "trading" else [4]
    days.sort(reverse=True)
    orders = house.env["purchase.order"].create(
        [_vals(demo, rng, house, rng.choice(sellers), demo.day(-age)) for age in days]
    )
    drafts = orders[-3:] if house.key == "trading" else orders[:0]
    cancelled = orders[5:9:3]
    bought = orders - drafts - cancelled
    dates = {order: order.date_order for order in orders}
    bought.button_confirm()
    for order in bought:
        order.date_approve = dates[order]
    drafts[:1].write({"state": "sent"})
    cancelled.write({"state": "cancel"})
    _receive(demo, rng, house, bought)
    return [vals for order in bought for vals in _bill_vals(demo, rng, order)]


def _vals(demo, rng, house, seller, day):
    codes = next(codes for key, codes in RANGES.items() if demo.partners[key] == seller)
    products = [product for code, (product, _units) in house.products.items() if code.startswith(codes)]
    abroad = seller.country_id != house.company.country_id
    currency = house.foreign if abroad and house.key == "trading" else house.currency
    rate = house.currency._convert(1.0, currency, house.company, day, round=False)
    moment = demo.moment(demo.workday(day), rng)
    return {
        "partner_id": seller.id,
        "company_id": house.company.id,
        "currency_id": currency.id,
        "payment_term_id": seller.with_env(house.env).property_supplier_payment_term_id.id,
        "date_order": moment,
        "partner_ref": f"Q-{rng.randint(10000, 99999)}",
        "user_id": demo.users["warehouse"].id,
        "order_line": [
            Command.create(
                {
                    "product_id": product.id,
                    "product_qty": max(1, round(rng.uniform(1500, 6500) / product.standard_price)),
                    "price_unit": round(product.standard_price * rate * rng.uniform(0.95, 1.06), 2),
                    "date_planned": moment + timedelta(days=rng.randint(6, 20)),
                }
            )
            for product in rng.sample(products, min(len(products), rng.randint(1, 2)))
        ],
    }


def _receive(demo, rng, house, orders):
    """Receive what was planned up to yesterday; a tenth of it only in part."""
    moments, fractions = {}, {}
    for order in orders:
        for picking in order.picking_ids:
            planned = max(order.order_line.mapped("date_planned")).date()
            day = planned + timedelta(days=rng.choice(stock.DELAYS))
            if day < demo.today:
                moments[picking] = demo.moment(max(day, order.date_order.date()), rng)
                if rng.random() < 0.1:
                    fractions[picking] = rng.uniform(0.4, 0.8)
    stock.validate(house.env, moments, fractions)
    rests = [picking for order in orders for picking in order.picking_ids if picking.state != "done"]
    for picking in rests:
        if picking.scheduled_date.date() < demo.day(-60):
            picking.action_cancel()  # the supplier never sent the rest


def _bill_vals(demo, rng, order):
    """Values of the bill of what was received, or none when it has not come yet."""
    lines = order.order_line.filtered("qty_to_invoice")
    received = [p.date_done.date() for p in order.picking_ids if p.date_done]
    if not lines or not received or rng.random() < 0.06:
        return []
    day = demo.workday(max(received) + timedelta(days=rng.randint(0, 6)))
    if day > demo.today:
        return []
    return [
        {
            **order._prepare_invoice(),
            "ref": f"INV-{rng.randint(100000, 999999)}",
            "invoice_date": day,
            "date": day,
            "invoice_line_ids": [Command.create(line._prepare_account_move_line()) for line in lines],
        }
    ]
