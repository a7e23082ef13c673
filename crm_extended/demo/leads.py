"""Leads and opportunities: open in every stage, won with their orders, lost with their reasons."""

from datetime import timedelta

from odoo import Command

from . import dates
from .names import COUNTRIES

#: Open, lost and won ones at full scale; won ones belong to orders.
OPEN, LOST, WON = 32, 20, 30

SUBJECTS = {
    "trading": (
        ("Yearly call-off of packaging", "Packaging"),
        ("Shelving for the new hall", "Warehouse"),
        ("Workshop equipment", "Workshop"),
        ("Second wrapping line", "Packaging"),
        ("Protective clothing for all sites", "Workshop"),
        ("Conveyor for goods in", "Warehouse"),
    ),
    "freight": (
        ("Weekly full loads to the Continent", "Haulage"),
        ("Refrigerated transport, season", "Refrigerated"),
        ("City distribution three days a week", "Haulage"),
        ("Storage and picking of 400 pallets", "Warehouse"),
    ),
}

#: Companies that are no customers yet: name, country, mail domain
PROSPECTS = (
    ("Aldermoor Bicycle Works Ltd", "GB", "aldermoor"),
    ("Brasserie du Vieux Lavoir", "FR", "vieuxlavoir"),
    ("Chesterhaven Paint & Supply", "US", "chesterhaven"),
    ("Dornhagen Elektrotechnik GmbH", "DE", "dornhagen"),
    ("Eskerfield Farm Foods", "IE", "eskerfield"),
    ("Fjällsjö Trävaror AB", "SE", "fjallsjo"),
    ("Greywater Kayaks LLC", "US", "greywater"),
    ("Hainlinde Keramik OHG", "DE", "hainlinde"),
    ("Inverlochy Glasshouse Nurseries", "GB", "inverlochy"),
    ("Jonquil & Finch Stationers Ltd", "GB", "jonquilfinch"),
)

LOST_REASONS = ("Too expensive", "Chose a competitor", "Project postponed")


def make(demo):
    """Create leads of all kinds and link won ones to orders."""
    rng = demo.rng("leads")
    tools = {
        "stages": demo.env["crm.stage"].search([("team_ids", "=", False)], order="sequence, id"),
        "tags": {
            name: demo.find_or_create("crm.tag", name)
            for name in ("Packaging", "Warehouse", "Workshop", "Haulage", "Refrigerated")
        },
        "reasons": [demo.find_or_create("crm.lost.reason", name) for name in LOST_REASONS],
        "sources": [
            demo.find_or_create("utm.source", name)
            for name in ("Trade fair", "Recommendation", "Website", "Cold call")
        ],
    }
    vals_list = [_open(demo, rng, tools, number) for number in range(demo.count(OPEN))]
    vals_list += [_lost(demo, rng, tools) for _number in range(demo.count(LOST))]
    sold = [row for row in demo.orders if row[2] in ("done", "part") and row[1].amount > 900]
    sold = rng.sample(sold, min(len(sold), demo.count(WON)))
    vals_list += [_won(demo, rng, tools, order, deal) for order, deal, _fate in sold]
    created = [vals.pop("create_date") for vals in vals_list]
    leads = demo.env["crm.lead"].create(vals_list)
    dates.enter(zip(leads, created, strict=True))
    for lead, (order, _deal, _fate) in zip(leads[len(leads) - len(sold) :], sold, strict=True):
        order.opportunity_id = lead
    demo.leads = list(leads)


def _base(demo, rng, tools, created):
    """Values that all leads share: whose, about what, from where."""
    house = demo.houses[rng.choice(("trading", "trading", "freight"))]
    subject, tag = rng.choice(SUBJECTS[house.key])
    buyers = [c for c in demo.buyers if c.serves in (house.key[0], "b")]
    customer = rng.choice(buyers)
    team = rng.choice(list(house.teams.values()))
    user = rng.choice(team.member_ids)
    moment = demo.moment(demo.workday(created), rng)
    return {
        "name": f"{subject}, {customer.partner.name}",
        "type": "opportunity",
        "company_id": house.company.id,
        "team_id": team.id,
        "user_id": user.id,
        "partner_id": customer.partner.id,
        "expected_revenue": round(rng.lognormvariate(8.6, 0.7), -2),
        "tag_ids": [Command.link(tools["tags"][tag].id)],
        "source_id": rng.choice(tools["sources"]).id,
        "priority": rng.choice("0112"),
        "date_open": moment + timedelta(hours=3),
        "create_date": moment,
    }


def _open(demo, rng, tools, number):
    """An open one, a third of them of somebody who is no customer yet."""
    age = rng.randint(2, 110)
    vals = _base(demo, rng, tools, demo.day(-age))
    stages = tools["stages"].filtered(lambda stage: not stage.is_won)
    vals["stage_id"] = stages[number % len(stages)].id
    vals["date_deadline"] = demo.day(rng.randint(-12, 75))
    vals["date_last_stage_update"] = demo.moment(demo.day(-rng.randint(1, age)), rng)
    if number % 3 == 0:
        name, country_code, domain = PROSPECTS[(number // 3) % len(PROSPECTS)]
        country = COUNTRIES[country_code]
        person = f"{rng.choice(country.first_names)} {rng.choice(country.last_names)}"
        vals.update(
            partner_id=False,
            partner_name=name,
            contact_name=person,
            email_from=f"info@{domain}.example.com",
            phone=country.phone.format(rng.randint(0, 99)),
            country_id=demo.country(country_code).id,
            name=f"{vals['name'].split(',')[0]}, {name}",
        )
        if number % 2 == 0:
            vals.update(type="lead", expected_revenue=0)
    return vals


def _lost(demo, rng, tools):
    age = rng.randint(40, 640)
    vals = _base(demo, rng, tools, demo.day(-age))
    closed = demo.moment(demo.day(-age + rng.randint(10, 38)), rng)
    return {
        **vals,
        "active": False,
        "probability": 0,
        "stage_id": rng.choice(tools["stages"].filtered(lambda stage: not stage.is_won)).id,
        "lost_reason_id": rng.choice(tools["reasons"]).id,
        "date_closed": closed,
        "date_last_stage_update": closed,
        "date_deadline": closed.date(),
    }


def _won(demo, rng, tools, order, deal):
    """The opportunity that became an order."""
    created = max(demo.start, deal.day - timedelta(days=rng.randint(6, 60)))
    vals = _base(demo, rng, tools, created)
    subject, tag = rng.choice(SUBJECTS[deal.house.key])
    return {
        **vals,
        "name": f"{subject}, {deal.customer.partner.name}",
        "company_id": deal.house.company.id,
        "team_id": deal.team.id,
        "user_id": deal.salesperson.id,
        "partner_id": deal.customer.partner.id,
        "tag_ids": [Command.link(tools["tags"][tag].id)],
        "expected_revenue": round(
            deal.currency._convert(deal.amount, deal.house.currency, deal.house.company, deal.day)
        ),
        "stage_id": tools["stages"].filtered("is_won")[:1].id,
        "probability": 100,
        "date_closed": order.date_order,
        "date_last_stage_update": order.date_order,
        "date_deadline": deal.day,
    }
