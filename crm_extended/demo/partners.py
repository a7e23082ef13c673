"""Customers and suppliers with several persons each, tags, terms, limits and salespersons."""

import unicodedata

from odoo import Command

from . import dates
from .context import Customer
from .names import COUNTRIES, CUSTOMERS, ROLES, SUPPLIERS

#: short name -> name of the tag, colour
TAGS = {
    "key": ("Key account", 4),
    "wholesale": ("Wholesale", 3),
    "retail": ("Retail", 10),
    "industry": ("Industry", 5),
    "public": ("Public sector", 8),
    "watch": ("Watch list", 1),
    "new": ("New customer", 7),
    "supplier": ("Supplier", 2),
}

#: how somebody pays -> payment terms to draw from, credit limit as a multiple of the weight
HABITS = {
    "punctual": (("14", "30", "30", "30/70"), 6000),
    "late": (("30", "30", "60"), 4000),
    "slow": (("30", "60", "thirds"), 3000),
    "insolvent": (("30", "60"), 2500),
    "prepaid": (("immediate",), 0),
}

#: Where the two companies are: elsewhere they sell and buy without tax.
COUNTRY_OF = {"trading": "US", "freight": "IE"}

TRUST = {"punctual": "good", "slow": "bad", "insolvent": "bad"}


def make(demo):
    """Create customers and suppliers, each known to both companies, and their persons."""
    tags = {
        key: demo.env["res.partner.category"].create({"name": name, "color": color})
        for key, (name, color) in TAGS.items()
    }
    rng = demo.rng("partners")
    persons = _make_customers(demo, rng, tags) + _make_suppliers(demo, rng, tags)
    by_company = {}
    for person in demo.env["res.partner"].create(persons):
        by_company.setdefault(person.parent_id, {})[person.type] = person
    for customer in demo.customers:
        customer.contacts.update(by_company.get(customer.partner, {}))
    _date_partners(demo, rng)
    _make_sister(demo, tags)


def _make_sister(demo, tags):
    """The trading company has its goods carried by the transport company, as any customer."""
    trading, freight = demo.houses["trading"], demo.houses["freight"]
    sister = trading.company.partner_id.with_env(demo.env)
    sister.with_env(freight.env).write(
        {
            "property_payment_term_id": freight.terms["30"].id,
            "property_account_position_id": freight.export.id,
        }
    )
    freight.company.partner_id.with_env(trading.env).write(
        {
            "property_supplier_payment_term_id": trading.terms["30"].id,
            "property_account_position_id": trading.export.id,
            "category_id": [Command.link(tags["supplier"].id)],
        }
    )
    salesperson = {"freight": demo.users["manager"]}
    demo.customers.append(Customer("sister", sister, "punctual", "f", 6, (), salesperson, {}))


def _date_partners(demo, rng):
    """Most were customers before the history begins, new ones came in the last months."""
    since = []
    for customer in demo.customers:
        age = rng.randint(330, 345) if customer.weight == 1 else rng.randint(735, 1800)
        people = [customer.partner, *customer.contacts.values()]
        since += [(person, demo.moment(demo.day(-age), rng)) for person in people]
    dates.enter(since)


def _make_customers(demo, rng, tags):
    """Create the companies; returns the values of their persons."""
    persons = []
    partners = demo.env["res.partner"].create(
        [_customer_vals(demo, rng, tags, number, row) for number, row in enumerate(CUSTOMERS)]
    )
    for partner, (key, _name, country, habit, serves, weight, _tags) in zip(partners, CUSTOMERS, strict=True):
        _set_company_fields(demo, rng, partner, country, habit, weight)
        persons += _person_vals(demo, rng, partner, key, country, weight)
        # served in the other currency of the company that serves
        abroad = {"trading": country != "US", "freight": country in ("US", "GB", "KZ")}
        demo.customers.append(
            Customer(
                key,
                partner,
                habit,
                serves,
                weight,
                tuple(house for house, is_abroad in abroad.items() if is_abroad),
                _salespersons(demo, country, weight),
                {},
            )
        )
        demo.partners[key] = partner
        demo.register(f"customer_{key}", partner)
    return persons


def _customer_vals(demo, rng, tags, number, row):
    key, name, country, _habit, serves, weight, tag_names = row
    salesperson = _salespersons(demo, country, weight)
    return {
        **_address(demo, rng, country, number),
        "name": name,
        "is_company": key != "kowalczik",
        "ref": f"C-{1001 + number}",
        "company_registry": f"REG-{rng.randint(10000, 99999)}",
        "email": f"office@{key}.example.com",
        "website": f"https://{key}.example.com",
        "category_id": [Command.link(tags[tag].id) for tag in tag_names.split()],
        "user_id": salesperson["trading" if serves != "f" else "freight"].id,
        "customer_rank": 1,
        "tz": "UTC",
    }


def _salespersons(demo, country, weight):
    """Who sells to a customer of `country`, by company."""
    at_home = country == "US" and weight < 20
    return {
        "trading": demo.users["sales" if at_home else "export"],
        "freight": demo.users["fleet" if weight < 9 else "manager"],
    }


def _address(demo, rng, country_code, number):
    country = COUNTRIES[country_code]
    city, zip_code, state = rng.choice(country.cities)
    record = demo.country(country_code)
    states = record.state_ids.filtered(lambda s: s.code == state) if state else record.state_ids[:0]
    return {
        "street": rng.choice(country.streets).format(rng.randint(1, 180)),
        "city": city,
        "zip": zip_code,
        "state_id": states.id,
        "country_id": record.id,
        "phone": country.phone.format(number % 100) if country.phone else False,
    }


def _set_company_fields(demo, rng, partner, country, habit, weight):
    """Terms, limits, accounts and trust, which a partner has once for each company."""
    terms, limit = HABITS[habit]
    for house in demo.houses.values():
        mine = partner.with_env(house.env)
        abroad = COUNTRY_OF[house.key] != country
        mine.write(
            {
                "property_payment_term_id": house.terms[rng.choice(terms)].id,
                "property_supplier_payment_term_id": house.terms["30"].id,
                "trust": TRUST.get(habit, "normal"),
                "property_account_position_id": house.export.id if abroad else False,
                **({"credit_limit": 5000 + limit * weight} if limit else {}),
                **(
                    {"property_account_receivable_id": house.accounts["export"].id}
                    if abroad and weight % 2
                    else {}
                ),
            }
        )


def _person_vals(demo, rng, partner, key, country_code, weight):
    """Values of one to six persons, by weight of the company."""
    if not partner.is_company:
        return []
    country, vals_list = COUNTRIES[country_code], []
    for function, kind in ROLES[: min(len(ROLES), 1 + (weight + 2) // 3)]:
        first, last = rng.choice(country.first_names), rng.choice(country.last_names)
        address = _address(demo, rng, country_code, rng.randint(0, 99))
        vals_list.append(
            {
                **(address if kind == "delivery" else {"phone": address["phone"]}),
                "name": f"{first} {last}",
                "parent_id": partner.id,
                "type": kind,
                "function": function,
                "email": f"{mail_name(first, last)}@{key}.example.com",
            }
        )
    return vals_list


def _make_suppliers(demo, rng, tags):
    """Create the suppliers; returns the values of their persons."""
    partners = demo.env["res.partner"].create(
        [
            {
                **_address(demo, rng, country, 60 + number),
                "name": name,
                "is_company": True,
                "ref": f"S-{2001 + number}",
                "email": f"orders@{key}.example.com",
                "website": f"https://{key}.example.com",
                "category_id": [Command.link(tags["supplier"].id)],
                "supplier_rank": 1,
            }
            for number, (key, name, country, _kind, _serves, _days) in enumerate(SUPPLIERS)
        ]
    )
    persons = []
    for partner, (key, _name, country, kind, serves, days) in zip(partners, SUPPLIERS, strict=True):
        for house in demo.houses.values():
            abroad = COUNTRY_OF[house.key] != country
            partner.with_env(house.env).write(
                {
                    "property_supplier_payment_term_id": house.terms[str(days)].id,
                    "property_account_position_id": house.export.id if abroad else False,
                }
            )
        persons += _person_vals(demo, rng, partner, key, country, 4)
        demo.suppliers.setdefault(kind, []).append((partner, serves))
        demo.partners[key] = partner
        demo.register(f"supplier_{key}", partner)
    return persons


def mail_name(first, last):
    """Local part of a mail address in plain ASCII; names in other scripts become initials."""
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".replace("Ł", "L").replace("ł", "l"))
    plain = plain.encode("ascii", "ignore").decode().lower().replace("'", "").replace(" ", "")
    return plain if len(plain) > 3 else "office"
