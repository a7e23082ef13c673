"""Contacts entered twice, and one who asks what is known about him: what one base has to cope with."""

from . import dates

#: key of the customer, how somebody wrote it again, which of its fields he entered too
TWINS = (
    ("larchmere", "Larchmere Supply", ("phone", "city")),
    ("wattenmoor", "Watenmoor Kuehlhaus GmbH", ("website",)),
    ("penmarrow", "PENMARROW FOODS LIMITED", ("email", "street", "city")),
    ("valbreuse", "Valbreuse Ateliers", ("phone", "email")),
    ("norrsten", "Norrsten Pappersbruk", ("country_id",)),
    ("norrsten", "Norsten Papersbruk AB", ("phone",)),
    ("karavan", "Степной Караванщик ТОО", ()),
    ("kowalczik", "Kowalczik, Joanna", ("email",)),
)
#: Customers one of whose persons was entered again, with less
PERSONS = ("larchmere", "quarrymill", "falkenrohr")


def make(demo):
    """Create the twins, find them, and enter a request of a person."""
    rng = demo.rng("twins")
    vals_list = [_twin(demo, *row) for row in TWINS] + [_person(demo, key) for key in PERSONS]
    twins = demo.env["res.partner"].create(vals_list)
    dates.enter((twin, demo.moment(demo.day(-rng.randint(5, 200)), rng)) for twin in twins)
    demo.env.flush_all()
    demo.env["crmx.partner.key"]._search_pairs(twins.ids)
    asking = demo.customer("quarrymill").contacts
    demo.env["crmx.privacy.request"].create(
        {
            "kind": "export",
            "partner_id": next(iter(asking.values())).id,
            "origin": "portal",
            "date_received": demo.day(-6),
        }
    )


def _twin(demo, key, name, entered):
    partner = demo.customer(key).partner
    values = {field: partner[field] for field in entered}
    if "country_id" in values:
        values["country_id"] = partner.country_id.id
    return {**values, "name": name, "is_company": partner.is_company, "tz": "UTC"}


def _person(demo, key):
    """Somebody whom a colleague did not find, and entered by his last name first."""
    person = next(iter(demo.customer(key).contacts.values()))
    first, _space, last = person.name.partition(" ")
    return {"name": f"{last}, {first}", "parent_id": person.parent_id.id, "tz": "UTC"}
