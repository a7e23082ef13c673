"""Sale orders in every state with their deliveries; invoices are prepared here, made elsewhere."""

from datetime import timedelta

from odoo import Command

from . import stock
from .context import analyze

#: Age in days up to which orders are still quotations, waiting for goods, or not invoiced.
OPEN_QUOTATION, UNDELIVERED, NOT_INVOICED = 24, 16, 30


def make(demo, house, planned):
    """Create orders for the planned deals and return the values of their invoices."""
    rng = demo.rng(f"orders/{house.key}")
    fates = [_fate(demo, rng, deal) for deal in planned]
    orders = house.env["sale.order"].create(
        [_vals(demo, rng, deal, fate) for deal, fate in zip(planned, fates, strict=True)]
    )
    by_fate = {}
    demo.orders += zip(orders, planned, fates, strict=True)
    for order, deal, fate in zip(orders, planned, fates, strict=True):
        by_fate.setdefault(fate, []).append((order, deal))
    sold = [pair for fate in ("waiting", "part", "done") for pair in by_fate.get(fate, ())]
    _confirm(house, sold)
    analyze(house.env, "sale.order", "sale.order.line", "stock.picking", "stock.move", "stock.move.line")
    stock.deliver(demo, rng, house, by_fate)
    _records(orders, by_fate, "sent").write({"state": "sent"})
    _records(orders, by_fate, "cancel").write({"state": "cancel"})
    billable = by_fate.get("done", []) + by_fate.get("part", [])
    return [vals for order, deal in billable for vals in _invoice_vals(demo, rng, house, order, deal)]


def _fate(demo, rng, deal):
    """What became of a deal: draft, sent, cancel, waiting, part (partly delivered) or done."""
    if deal.fate:
        return deal.fate
    age = (demo.today - deal.day).days
    if rng.random() < 0.06:
        return "cancel" if age > OPEN_QUOTATION else "draft"
    if age > OPEN_QUOTATION and rng.random() < 0.05:
        return "sent"  # never answered: its validity is over
    if age <= UNDELIVERED:
        return "waiting"
    # of what was delivered lately many a rest is still to come
    return "part" if rng.random() < (0.6 if age <= stock.REST_OPEN else 0.07) else "done"


def _vals(demo, rng, deal, fate):
    customer = deal.customer
    promised = deal.day + timedelta(days=rng.randint(3, 14))
    return {
        "partner_id": customer.partner.id,
        "company_id": deal.house.company.id,
        "pricelist_id": deal.house.pricelists[deal.currency].id,
        "date_order": demo.moment(deal.day, rng),
        "validity_date": deal.day + timedelta(days=30),
        "commitment_date": demo.moment(promised, rng) if fate != "draft" else False,
        "user_id": deal.salesperson.id,
        "team_id": deal.team.id,
        "client_order_ref": f"PO-{rng.randint(1000, 9999)}" if rng.random() < 0.7 else False,
        "order_line": [
            Command.create({"product_id": product.id, "product_uom_qty": quantity, "price_unit": price})
            for product, quantity, price in deal.lines
        ],
    }


def _confirm(house, sold):
    """Confirm all at once and date the orders back: confirming dates them to this moment."""
    orders = house.env["sale.order"].browse([order.id for order, _deal in sold])
    dates = {order: order.date_order for order in orders}
    orders.action_confirm()
    for order, moment in dates.items():
        order.date_order = moment


def _records(orders, by_fate, fate):
    return orders.browse([order.id for order, _deal in by_fate.get(fate, ())])


def _invoice_vals(demo, rng, house, order, deal):
    """Values of the invoice of what is delivered, or none when it is too early or nothing is."""
    lines = order._get_invoiceable_lines()
    done = max((p.date_done.date() for p in order.picking_ids if p.date_done), default=deal.day)
    day = demo.workday(done + timedelta(days=rng.randint(0, 4)))
    age = (demo.today - deal.day).days
    if not lines or day > demo.today or (age < NOT_INVOICED and rng.random() < 0.4):
        return []
    return [
        {
            **order._prepare_invoice(),
            "invoice_date": max(day, deal.day),
            "invoice_line_ids": [
                Command.create(line._prepare_invoice_line(sequence=number))
                for number, line in enumerate(lines, 1)
            ],
        }
    ]
