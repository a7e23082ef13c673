"""Interactions: calls, visits and letters that somebody logged, some of them in one matter."""

from datetime import timedelta

from odoo import Command

#: Matters at full scale; a third of them takes several contacts.
MATTERS = 52

#: topic, what it is about, types of contact in the order in which they follow, user who deals with it
STORIES = (
    ("payment", "Overdue invoice", ("call", "letter", "call"), "accountant"),
    ("payment", "Question about the statement", ("call",), "accountant"),
    ("offer", "New yearly quantity", ("visit", "call"), None),
    ("offer", "Price list for next year", ("call",), None),
    ("order", "Delivery date", ("call", "messenger"), None),
    ("complaint", "Wet cartons", ("web", "call", "visit"), None),
    ("service", "Machine stands still", ("call", "visit"), None),
    ("relation", "Getting to know the new buyer", ("visit",), None),
    ("relation", "Season's greetings", ("letter",), None),
)

OUTCOMES = ("agreed", "informed", "thinking", "refused", "no_answer")

CATALOGUE = "crm_extended.crmx_interaction"


def make(demo):
    """Create interactions with the customers of both companies."""
    rng = demo.rng("interactions")
    moves = demo.overdue_invoices()
    known = {customer.partner.id: customer for customer in demo.buyers}
    overdue = [(known[m.commercial_partner_id.id], m) for m in moves if m.commercial_partner_id.id in known]
    matters = []
    for _number in range(demo.count(MATTERS)):
        topic, subject, kinds, login = rng.choice(STORIES)
        if topic == "payment" and overdue:
            customer, document = rng.choice(overdue)
            day = max(document.invoice_date_due, demo.day(-50)) + timedelta(days=1)
        else:
            customer, document = rng.choice(demo.buyers), None
            day = demo.day(-rng.randint(14, 300))
        base = _base(demo, rng, customer, document, login)
        base.update(name=subject, topic_id=_entry(demo, "topic", topic).id)
        kinds = kinds if rng.random() < 0.45 else kinds[:1]
        contacts = [_contact(demo, rng, customer, base, kind, day, n) for n, kind in enumerate(kinds)]
        matters.append(contacts)
    _create(demo, matters)


def _base(demo, rng, customer, document, login):
    """Values that all contacts of a matter share."""
    house = demo.houses[rng.choice(list(customer.salesperson))]
    user = demo.users[login] if login else customer.salesperson[house.key]
    return {
        "partner_id": customer.partner.id,
        "user_id": user.id,
        "company_id": (document.company_id if document else house.company).id,
        "document_ids": _link(document),
    }


def _contact(demo, rng, customer, base, kind, first_day, number):
    """Values of the contact that is the `number`-th in its matter."""
    day = min(demo.day(-1), demo.workday(first_day + timedelta(days=6 * number + rng.randint(0, 4))))
    persons = list(customer.contacts.values())
    return {
        **base,
        "type_id": _entry(demo, "type", kind).id,
        "direction": rng.choice(("in", "out")) if kind == "call" else "in" if kind == "web" else "out",
        "date": demo.moment(day, rng),
        "outcome_id": _entry(demo, "outcome", rng.choice(OUTCOMES)).id,
        "person_ids": [Command.set([rng.choice(persons).id])] if persons else [],
    }


def _create(demo, matters):
    """Create the first contacts of all matters, then the second ones that follow them, and so on."""
    Interaction = demo.env["crmx.interaction"]
    previous = {}
    for number in range(max(map(len, matters))):
        rows = [(n, matter[number]) for n, matter in enumerate(matters) if len(matter) > number]
        created = Interaction.create(
            [{**vals, "parent_id": previous[n].id if n in previous else False} for n, vals in rows]
        )
        previous.update((n, contact) for (n, _vals), contact in zip(rows, created, strict=True))


def _entry(demo, catalogue, key):
    """A type, topic or outcome of the catalogue that the add-on brings."""
    return demo.env.ref(f"{CATALOGUE}_{catalogue}_{key}", raise_if_not_found=False) or (
        demo.env[f"crmx.interaction.{catalogue}"].search([], limit=1)
    )


def _link(document):
    return [Command.create({"res_model": document._name, "res_id": document.id})] if document else []
