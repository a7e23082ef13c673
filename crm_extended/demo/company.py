"""Entry of the demo company: `load` makes all of it, once."""

from functools import partial

from odoo import fields

from . import (
    bills,
    bonuses,
    books,
    cards,
    cases,
    collection,
    contacts,
    credit,
    credits,
    dates,
    deals,
    fleet,
    indicators,
    instalments,
    invoices,
    leads,
    losses,
    orders,
    papers,
    partners,
    payments,
    products,
    purchases,
    reminders,
    staff,
    statements,
    talks,
    twins,
    units,
    workflows,
    workshop,
)
from .context import MODULE, Demo

SEED = 20


def load(env, today=None, seed=SEED, scale=1.0):
    """Make the demo company with 24 months of history ending on `today` (default: this day).

    `scale` thins out the documents, not the customers. Returns False, and does nothing, when the
    database has a demo company already. Existing records are left alone, except that the
    administrator may enter the new companies and that their currencies are activated.
    """
    if env.ref(f"{MODULE}.company_trading", raise_if_not_found=False):
        return False
    demo = Demo(env, today or fields.Date.context_today(env.user), seed, scale)
    for module in (books, staff, partners, products, fleet):
        with demo.timed(module.__name__.rpartition(".")[2]):
            module.make(demo)
    sold = {}
    for key in ("freight", "trading"):  # in this order: the one sends bills to the other
        house = demo.houses[key]
        sold[key] = _sell(demo, house)
        of_sister = sold["freight"].filtered(
            lambda move: move.commercial_partner_id == demo.houses["trading"].company.partner_id
        )
        _buy(demo, house, bills.of_sister(demo, house, of_sister) if key == "trading" else [])
    with demo.timed("leads and talks"):
        leads.make(demo)
        talks.make(demo)
        contacts.make(demo)
        cards.make(demo)
        twins.make(demo)
    with demo.timed("workshop"):
        workshop.make(demo)
        units.make(demo)
        papers.make(demo)
    with demo.timed("dates"):
        dates.make(demo)
    with demo.timed("promises and disputes"):
        collection.make(demo)
    with demo.timed("instalment plans"):
        instalments.make(demo)
    with demo.timed("reminders"):
        reminders.make(demo)
    with demo.timed("credit control"):
        credit.make(demo)
    with demo.timed("worklist"):
        instalments.assign(demo)
    with demo.timed("statements"):
        statements.make(demo)
    with demo.timed("indicators"):
        indicators.make(demo)
    with demo.timed("bonuses"):
        bonuses.make(demo)
    with demo.timed("processes"):
        workflows.make(demo)
    with demo.timed("interest and allowances"):
        losses.make(demo)
    return True


def _sell(demo, house):
    """Orders, invoices, credit notes and what customers paid; returns the ordinary invoices."""
    rng = demo.rng(f"split/{house.key}")
    with demo.timed(f"{house.key}: orders"):
        planned, ordered, direct = deals.plan(demo, house), [], []
        for deal in planned:
            recent = (demo.today - deal.day).days < orders.NOT_INVOICED
            by_order = rng.random() < (0.5 if recent else invoices.ORDERED[house.key])
            (ordered if by_order else direct).append(deal)
        of_orders = orders.make(demo, house, ordered + deals.quotations(demo, house))
    with demo.timed(f"{house.key}: invoices"):
        opening = cases.opening(demo, house)
        posted, special = invoices.make(demo, house, direct, of_orders, cases.invoice_vals(demo, house))
        credits.make(demo, house, posted)
        cases.unposted(demo, house)
    with demo.timed(f"{house.key}: payments"):
        habits = {customer.partner.id: customer.habit for customer in demo.customers}
        lines = opening + payments.open_lines(posted)
        plan = payments.plan(demo, house, lines, lambda p: habits.get(p.id))
        payments.make(house, plan + cases.settle(demo, house, special))
    return posted


def _buy(demo, house, of_sister):
    """Purchase orders, bills and what we paid."""
    rng = demo.rng(f"mutual/{house.key}")
    with demo.timed(f"{house.key}: purchases"):
        vals_list = purchases.make(demo, house) + bills.make(demo, house) + of_sister
        vals_list += cases.bills(demo, house, partial(bills.bill_vals, demo, rng, house))
        vals_list.sort(key=lambda vals: vals["invoice_date"])
        posted = invoices.post(house, vals_list)
        bills.date_services(posted)
    with demo.timed(f"{house.key}: paid bills"):
        mutual = {demo.customer(row[1]).partner.id for row in cases.MUTUAL}
        lines = payments.open_lines(posted).filtered(lambda line: line.partner_id.id not in mutual)
        payments.make(house, payments.plan(demo, house, lines, lambda partner: None))
