"""Meetings, activities done and to do, and the mail and notes that go with documents."""

from datetime import timedelta

from odoo import Command

from . import dates

MEETINGS_PAST, MEETINGS_AHEAD, ACTIVITIES, DONE, MESSAGES = 56, 12, 34, 40, 150

MEETINGS = ("Yearly review", "Visit to the plant", "Price talk", "Complaint on site", "Demonstration")

#: kind of activity, what to do
TO_DO = (
    ("call", "Call about the overdue invoice"),
    ("call", "Ask for the decision"),
    ("email", "Send the revised offer"),
    ("todo", "Check the credit limit"),
    ("meeting", "Fix a date for the visit"),
)

#: subject, what the customer writes, what we answer
MAILS = (
    (
        "When will the goods arrive?",
        "Could you tell us when we may expect the delivery? Our production waits for it.",
        "It leaves our warehouse tomorrow and should be with you within three days.",
    ),
    (
        "Copy of the invoice",
        "We cannot find your invoice in our books. Please send us a copy.",
        "You find the copy attached. Please let us know when you will pay.",
    ),
    (
        "Better price?",
        "We have a better offer on the table. Can you come down a little?",
        "For a yearly quantity we can offer you three per cent. The new offer follows.",
    ),
    (
        "Damaged packaging",
        "Two cartons of your last delivery were damaged. The photographs follow.",
        "We are sorry. We replace both cartons with the next delivery, free of charge.",
    ),
)

NOTES = (
    "Spoke with purchasing: budget is approved, decision next week.",
    "Prefers to be called in the morning.",
    "Promised to pay by the end of the month.",
    "New head of purchasing since this spring.",
)


def make(demo):
    """Create what people said to each other; all of it is dated back or planned."""
    rng = demo.rng("talks")
    _make_meetings(demo, rng)
    _make_activities(demo, rng)
    _make_messages(demo, rng)


def _make_meetings(demo, rng):
    ages = [rng.randint(1, 720) for _number in range(demo.count(MEETINGS_PAST))]
    ages += [-rng.randint(1, 40) for _number in range(demo.count(MEETINGS_AHEAD))]
    leads = [lead for lead in demo.leads if lead.partner_id]
    vals_list = []
    for age in ages:
        customer = rng.choice(demo.buyers)
        user = next(iter(customer.salesperson.values()))
        start = demo.moment(demo.workday(demo.day(-age)), rng)
        lead = rng.choice(leads) if leads and rng.random() < 0.35 else None
        partner = lead.partner_id if lead else customer.partner
        person = partner.child_ids[:1] or partner
        vals_list.append(
            {
                "name": f"{rng.choice(MEETINGS)}: {partner.name}",
                "start": start,
                "stop": start + timedelta(minutes=rng.choice((30, 60, 60, 90, 120))),
                "user_id": (lead.user_id if lead else user).id,
                "partner_ids": [Command.set([user.partner_id.id, person.id])],
                "opportunity_id": lead.id if lead else False,
                "location": partner.city or False,
                "alarm_ids": [],
            }
        )
    events = demo.env["calendar.event"].create(vals_list)
    dates.enter((event, demo.moment(min(demo.day(-2), event.start.date()), rng)) for event in events)


def _make_activities(demo, rng):
    """Activities to do (late, today, later) and done ones, on leads, orders and invoices."""
    targets = _targets(demo)
    vals_list = []
    for number in range(demo.count(ACTIVITIES) + demo.count(DONE)):
        record, user = rng.choice(targets)
        kind, summary = rng.choice(TO_DO)
        done = number >= demo.count(ACTIVITIES)
        deadline = demo.day(-rng.randint(5, 300) if done else rng.randint(-9, 16))
        vals_list.append(
            {
                "res_model_id": demo.env["ir.model"]._get_id(record._name),
                "res_id": record.id,
                "activity_type_id": demo.env.ref(f"mail.mail_activity_data_{kind}").id,
                "summary": summary,
                "user_id": user.id,
                "date_deadline": deadline,
                **({"active": False, "date_done": deadline} if done else {}),
            }
        )
    activities = demo.env["mail.activity"].create(vals_list)
    dates.enter(
        (activity, demo.moment(min(demo.day(-1), activity.date_deadline - timedelta(days=9)), rng))
        for activity in activities
    )


def _targets(demo):
    """Records that one talks about with the user who does."""
    accountant = demo.users["accountant"]
    return [
        *((lead, lead.user_id) for lead in demo.leads if lead.active),
        *((order, deal.salesperson) for order, deal, fate in demo.orders if fate == "sent"),
        *((move, accountant) for move in demo.overdue_invoices()),
    ]


def _make_messages(demo, rng):
    """Mail of customers with our answers, and notes, after the day of the document."""
    documents = [(order, deal.customer, deal.day) for order, deal, _fate in demo.orders]
    vals_list = []
    while len(vals_list) < demo.count(MESSAGES):
        record, customer, day = rng.choice(documents)
        first = demo.moment(min(demo.day(-1), day + timedelta(days=rng.randint(0, 12))), rng)
        user = record.user_id.partner_id
        person = customer.contacts.get("contact", customer.partner)
        if rng.random() < 0.3:
            vals_list.append(demo.message(record, first, user, rng.choice(NOTES), "note"))
            continue
        subject, question, answer = rng.choice(MAILS)
        vals_list.append({**demo.message(record, first, person, question), "subject": subject})
        second = min(demo.now, first + timedelta(hours=rng.randint(1, 30)))
        vals_list.append(
            {**demo.message(record, second, user, answer, "comment"), "subject": f"Re: {subject}"}
        )
    demo.env["mail.message"].create(vals_list)
