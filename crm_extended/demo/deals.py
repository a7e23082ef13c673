"""The plan of sales: who buys what, when and in which currency, before any document is made."""

from dataclasses import dataclass
from datetime import date, timedelta

from odoo import models

from .context import Customer, House

#: Deals over 24 months at full scale, by company.
NUMBER = {"trading": 365, "freight": 195}

#: Open quotations, by company.
QUOTATIONS = {"trading": 13, "freight": 7}

#: Products that go together, most asked for first.
BASKETS = {
    "trading": (
        ("PK-110", "PK-120", "PK-130"),
        ("PK-110", "PK-140"),
        ("FX-210", "FX-220", "FX-230", "TL-310"),
        ("WH-420", "WH-430"),
        ("SF-510", "SF-520", "SF-530"),
        ("TL-320", "TL-330", "TL-340"),
        ("CH-610", "SF-530"),
        ("WH-410", "WH-440", "SV-810"),
        ("CH-620", "FX-220"),
        ("MC-720", "SV-810", "SV-820"),
        ("MC-710", "PK-120", "SV-820"),
        ("PK-120", "SV-830"),
    ),
    "freight": (
        ("FR-110", "FR-220"),
        ("FR-130",),
        ("FR-120", "FR-220", "FR-210"),
        ("FR-140", "FR-220"),
        ("FR-150",),
        ("FR-230",),
        ("FR-150", "FR-210"),
    ),
}

#: Share of the turnover of each month, January first.
SEASON = (8, 8, 10, 9, 9, 9, 7, 5, 10, 11, 13, 9)

#: Customers who stopped buying three quarters of a year ago.
LOST = ("ashdowne", "vallescura", "lindqvarn", "frassineti", "peyrolles", "zeilmakerij", "klosek")


@dataclass
class Deal:
    """One sale: `lines` are (product, quantity, price in `currency`).

    `fate` is set when it is known before the dice are cast: see `orders`.
    """

    house: House
    customer: Customer
    day: date
    currency: models.Model
    lines: list
    fate: str = ""

    @property
    def salesperson(self):
        return self.customer.salesperson[self.house.key]

    @property
    def team(self):
        """The team whose member sold it; who is in none sells for the first team."""
        teams = list(self.house.teams.values())
        return next((team for team in teams if self.salesperson in team.member_ids), teams[0])

    @property
    def amount(self):
        return sum(quantity * price for _product, quantity, price in self.lines)


def plan(demo, house):
    """The deals of a company in order of time."""
    rng = demo.rng(f"deals/{house.key}")
    buyers = [c for c in demo.customers if c.serves in (house.key[0], "b")]
    days = [demo.start + timedelta(days=n) for n in range(1, (demo.today - demo.start).days)]
    days = [day for day in days if day.weekday() < 5]
    # a fifth more every year
    weights = [SEASON[day.month - 1] * (1 + (day - demo.start).days / 1825) for day in days]
    number = demo.count(NUMBER[house.key])
    dates = sorted(rng.choices(days, weights, k=number))
    # everybody buys at least once
    queue = rng.sample(buyers, len(buyers))
    deals = []
    for day in dates:
        open_to = [c for c in buyers if _buys_on(demo, c, day)]
        waiting = [c for c in queue if c in open_to]
        if waiting and rng.random() < 0.5:
            customer = waiting[0]
            queue.remove(customer)
        else:
            customer = rng.choices(open_to, [c.weight + 1 for c in open_to])[0]
        deals.append(make_deal(rng, house, customer, day))
    return deals


def quotations(demo, house):
    """Deals of the last weeks that are still being talked about."""
    rng = demo.rng(f"quotations/{house.key}")
    buyers = [c for c in demo.customers if c.serves in (house.key[0], "b") and _buys_on(demo, c, demo.today)]
    deals = []
    for number in range(demo.count(QUOTATIONS[house.key])):
        day = demo.workday(demo.day(-rng.randint(1, 24)))
        deal = make_deal(rng, house, rng.choice(buyers), day)
        deal.fate = ("draft", "sent", "sent")[number % 3]
        deals.append(deal)
    return deals


def make_deal(rng, house, customer, day):
    """A deal of a customer on a day, with products, quantities and prices by its weight."""
    currency = house.currency
    if house.key in customer.foreign_in and rng.random() < 0.33:
        currency = house.foreign
    rate = house.currency._convert(1.0, currency, house.company, day, round=False)
    basket = rng.choices(BASKETS[house.key], range(len(BASKETS[house.key]) + 3, 3, -1))[0]
    rebate = 1 - min(customer.weight, 20) / 200
    lines = []
    for code in basket[: rng.choice((1, 1, 1, 2, 2, 3))]:
        product = house.products[code][0]
        price = round(product.lst_price * rate * rebate * rng.choice((1, 1, 1, 0.97, 1.04)), 2)
        worth = rng.lognormvariate(6.6, 0.7) * (1 + customer.weight / 12)
        lines.append((product, max(1, min(4000, round(worth / product.lst_price))), price))
    return Deal(house, customer, day, currency, lines)


def _buys_on(demo, customer, day):
    """Whether somebody is a customer on a day: new ones are not yet, lost ones no longer."""
    age = (demo.today - day).days
    if customer.habit == "insolvent":
        return age > 200
    if customer.key in LOST:
        return age > 260
    return customer.weight > 1 or age < 330
