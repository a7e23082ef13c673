"""Customer invoices: those of orders and those written directly, posted in order of time."""

from odoo import Command

from .context import analyze, batches

#: Orders are made for this share of the deals; the others are invoiced directly.
ORDERED = {"trading": 0.3, "freight": 0.2}


def make(demo, house, direct, of_orders, of_cases):
    """Create and post the invoices of direct deals, of orders and of cases, by day.

    Returns the ordinary ones and those of the cases by key.
    """
    rng = demo.rng(f"invoices/{house.key}")
    rows = [(None, vals) for vals in [*(direct_vals(demo, rng, deal) for deal in direct), *of_orders]]
    rows = sorted([*rows, *of_cases.items()], key=lambda row: row[1]["invoice_date"])
    invoices = post(house, [vals for _key, vals in rows])
    cases = {key: invoice for (key, _vals), invoice in zip(rows, invoices, strict=True) if key}
    return invoices - invoices.browse().union(*cases.values()), cases


def post(house, vals_list):
    """Create and post documents in the order given; returns them."""
    invoices = house.env["account.move"]
    for batch in batches(vals_list):
        created = create(house, batch)
        created.action_post()
        analyze(house.env, "account.move", "account.move.line")
        invoices += created
    return invoices


def create(house, vals_list):
    """Create documents without posting them."""
    return house.env["account.move"].create([with_balances(house, vals) for vals in vals_list])


def direct_vals(demo, rng, deal):
    """Values of the invoice of a deal without an order."""
    customer = deal.customer
    addressee = customer.contacts.get("invoice", customer.partner)
    return {
        "move_type": "out_invoice",
        "partner_id": addressee.id if rng.random() < 0.5 else customer.partner.id,
        "invoice_date": demo.workday(deal.day),
        "currency_id": deal.currency.id,
        "invoice_user_id": deal.salesperson.id,
        "team_id": deal.team.id,
        "company_id": deal.house.company.id,
        "ref": f"PO-{rng.randint(1000, 9999)}" if rng.random() < 0.5 else False,
        "invoice_line_ids": [
            Command.create({"product_id": product.id, "quantity": quantity, "price_unit": price})
            for product, quantity, price in deal.lines
        ],
    }


def with_balances(house, vals):
    """`vals` of a document with the balances of its lines.

    Odoo computes the same amounts, but writes them line by line, which takes a third of the time
    of a document.
    """
    sign = 1 if vals["move_type"] in ("in_invoice", "out_refund") else -1
    currency = house.env["res.currency"].browse(vals["currency_id"])
    rate = house.currency._get_conversion_rate(house.currency, currency, house.company, vals["invoice_date"])
    for _command, _id, line in vals["invoice_line_ids"]:
        amount = sign * currency.round(line["price_unit"] * line["quantity"])
        line["amount_currency"] = amount
        line["balance"] = house.currency.round(amount / rate)
    return vals
