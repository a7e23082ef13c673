"""What customer cards show beside documents: relations, persons, rhythm, consents, answered advice."""

from datetime import date, timedelta

from odoo import Command

from . import dates

#: Least weight of a customer -> tier.
TIERS = ((9, "a"), (4, "b"), (0, "c"))

#: Function of a person -> type of relation to his company.
ROLES = {
    "Managing Director": "director",
    "Head of Purchasing": "decision_maker",
    "Accounts Payable": "accountant",
    "Goods In": "technician",
    "Quality Manager": "influences",
}

#: first customer or supplier, relation, second, note
BETWEEN_COMPANIES = (
    ("larchmere", "competitor", "quarrymill", "Bid against each other for school boards"),
    ("boisfranc", "supplies", "lagrandiere", "Pallets"),
    ("oelschlager", "competitor", "wiesenbach", ""),
    ("zeilmakerij", "subsidiary", "penmarrow", "Since the takeover"),
    ("saltern", "recommends", "glasmyra", ""),
    ("pinecrest", "supplies", "larchmere", "Dies, through us and directly"),
    ("cartolux", "competitor", "bluegrain", ""),
)

#: Birthdays that come up soon, in days from today; the other persons have theirs at any time.
NEAR = (0, 2, 5, 9, 13, 21, 27)

LANGUAGES = {"DE": "de_DE", "FR": "fr_FR", "IT": "it_IT", "ES": "es_ES", "PL": "pl_PL", "SE": "sv_SE"}
ZONES = {"DE": "Europe/Berlin", "FR": "Europe/Paris", "IT": "Europe/Rome", "US": "America/New_York"}
CHANNELS = ("call", "call", "email", "email", "messenger", "visit")
SOURCES = ("Form at the trade fair", "Order form", "Asked on the phone", "Portal")

#: Properties of partners: name, label, type, what they may be
PROPERTIES = (
    ("crmxdock", "Delivery dock", "char", ("Gate 3, rear yard", "Ramp 2", "Side entrance, ring twice")),
    ("crmxloyal", "Framework contract", "boolean", (True, True, False)),
    ("crmxfleet", "Trucks of their own", "integer", (2, 5, 12)),
)

#: Answers to recommendations at full scale.
ANSWERS = 90


def make(demo):
    """Fill the cards of both companies' customers and suppliers."""
    rng = demo.rng("cards")
    _agree_on_rhythm(demo, rng)
    people = _describe_persons(demo, rng)
    _relate(demo, rng)
    _record_consents(demo, rng, people)
    _set_properties(demo, rng)
    _answer_recommendations(demo, rng)


def _ref(demo, name):
    return demo.env.ref(f"crm_extended.crmx_{name}", raise_if_not_found=False)


def _agree_on_rhythm(demo, rng):
    """Tiers by weight, which differ between the two companies now and then; a few own intervals."""
    tiers = {key: _ref(demo, f"contact_tier_{key}") for key in "abc"}
    for customer in demo.buyers:
        for key in customer.salesperson:
            weight = customer.weight * rng.choice((1, 1, 1, 0.5))
            tier = next(tiers[name] for least, name in TIERS if weight >= least)
            vals = {"crmx_tier_id": tier.id if tier else False}
            if rng.random() < 0.12:
                vals["crmx_contact_interval"] = rng.choice((10, 21, 45))
            customer.partner.with_env(demo.houses[key].env).write(vals)
    for suppliers in demo.suppliers.values():
        for partner, _serves in suppliers:
            for house in demo.houses.values():
                partner.with_env(house.env).crmx_tier_id = tiers["c"]


def _describe_persons(demo, rng):
    """Birthdays, languages, channel and hours; returns the persons in a random order."""
    languages = demo.env["res.lang"].with_context(active_test=False).search([]).grouped("code")
    people = demo.env["res.partner"].search(
        [("parent_id", "in", [partner.id for partner in demo.partners.values()]), ("name", "!=", False)],
        order="id",
    )
    people = people.browse(rng.sample(people.ids, len(people)))
    for number, person in enumerate(people):
        code = person.country_id.code or person.parent_id.country_id.code
        vals = {"tz": ZONES.get(code, "UTC")}
        if number < len(NEAR) or rng.random() < 0.6:
            vals["crmx_birthdate"] = _birthday(demo, rng, number)
        if code in LANGUAGES and LANGUAGES[code] in languages:
            vals["crmx_language_ids"] = [Command.set(languages[LANGUAGES[code]].ids)]
        if rng.random() < 0.5:
            vals["crmx_preferred_channel"] = rng.choice(CHANNELS)
        if rng.random() < 0.3:
            vals.update(crmx_hour_from=rng.choice((8, 9, 13)), crmx_hour_to=rng.choice((14.5, 16, 18)))
        person.write(vals)
    return people


def _birthday(demo, rng, number):
    if number == len(NEAR):
        return date(1980, 2, 29)
    near = demo.day(NEAR[number]) if number < len(NEAR) else demo.day(rng.randint(30, 360))
    day = 28 if (near.month, near.day) == (2, 29) else near.day
    return date(rng.randint(1958, 1999), near.month, day)


def _relate(demo, rng):
    """Persons to their companies, to one another, and companies to companies."""
    vals_list, directors = [], []
    for partner in demo.partners.values():
        for person in partner.child_ids:
            if person.function in ROLES and rng.random() < 0.8:
                since = demo.day(-rng.randint(200, 3000)) if rng.random() < 0.5 else False
                vals_list.append(_relation(demo, person, ROLES[person.function], partner, "", since))
            if person.function == "Managing Director":
                directors.append(person)
    for first, second in zip(directors[::9], directors[4::9], strict=False):
        vals_list.append(_relation(demo, first, "knows", second, "Same rowing club"))
    if len(directors) > 11:
        vals_list.append(_relation(demo, directors[0], "director", directors[10].parent_id, "Second seat"))
        past = _relation(demo, directors[1], "former", directors[11].parent_id, "", demo.day(-4000))
        vals_list.append({**past, "date_to": demo.day(-2500)})
    for first, kind, second, note in BETWEEN_COMPANIES:
        if first in demo.partners and second in demo.partners:
            vals_list.append(_relation(demo, demo.partners[first], kind, demo.partners[second], note))
    demo.env["crmx.relation"].create([vals for vals in vals_list if vals["type_id"]])


def _relation(demo, first, kind, second, note, since=False):
    return {
        "left_partner_id": first.id,
        "type_id": getattr(_ref(demo, f"relation_type_{kind}"), "id", False),
        "right_partner_id": second.id,
        "note": note,
        "date_from": since,
    }


def _record_consents(demo, rng, people):
    """What half of the persons answered, some of them differently later; two are on the host's blacklist."""
    vals_list = []
    for person in people[: len(people) // 2]:
        for channel in rng.sample(("phone", "email", "sms", "letter"), rng.choice((1, 2, 2, 3))):
            first = demo.moment(demo.day(-rng.randint(60, 700)), rng)
            refused = rng.random() < 0.2
            vals = {
                "partner_id": person.id,
                "channel": channel,
                "status": "refused" if refused else "given",
                "date": first,
                "source": rng.choice(SOURCES),
                "company_id": rng.choice(list(demo.houses.values())).company.id,
                "user_id": demo.users["manager"].id,
            }
            vals_list.append(vals)
            if rng.random() < 0.15:
                later = min(demo.now, first + timedelta(days=rng.randint(20, 50)))
                vals_list.append({**vals, "status": "refused", "date": later, "source": "Asked on the phone"})
    demo.env["crmx.consent"].create(vals_list)
    for person in people.filtered("email")[:2]:
        demo.env["mail.blacklist"]._add(person.email)


def _set_properties(demo, rng):
    """The host's properties on some customers; definitions that are there stay."""
    Definition = demo.env["properties.base.definition"]
    record = Definition._get_definition_for_property_field("res.partner", "properties")
    known = {definition["name"] for definition in record.properties_definition or []}
    record.properties_definition = [
        *(record.properties_definition or []),
        *(
            {"name": name, "string": label, "type": kind}
            for name, label, kind, _values in PROPERTIES
            if name not in known
        ),
    ]
    for customer in rng.sample(demo.buyers, len(demo.buyers) // 2):
        customer.partner.properties = {
            name: rng.choice(values) for name, _label, _kind, values in PROPERTIES if rng.random() < 0.7
        }


def _answer_recommendations(demo, rng):
    """What became of recommendations in the last half year: some rules are followed more than others."""
    rules = demo.env["crmx.recommendation.rule"].search([])
    reasons = demo.env["crmx.recommendation.reason"].search([])
    if not rules or not reasons:
        return
    liking = {rule: rng.uniform(0.25, 0.95) for rule in rules}
    vals_list = []
    for _number in range(demo.count(ANSWERS)):
        rule, customer = rng.choice(rules), rng.choice(demo.buyers)
        key = rng.choice(list(customer.salesperson))
        day = demo.workday(demo.day(-rng.randint(rule.rest_days + 3, rule.rest_days + 180)))
        accepted = rng.random() < liking[rule]
        vals_list.append(
            {
                "rule_id": rule.id,
                "partner_id": customer.partner.id,
                "user_id": customer.salesperson[key].id,
                "company_id": demo.houses[key].company.id,
                "date": demo.moment(day, rng),
                "outcome": "accepted" if accepted else "dismissed",
                "dismiss_reason_id": False if accepted else rng.choice(reasons).id,
                "rest_until": day + timedelta(days=rule.rest_days),
            }
        )
    answers = demo.env["crmx.recommendation"].create(vals_list)
    dates.enter((answer, answer.date) for answer in answers)
