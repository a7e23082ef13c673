"""Reminders that went out some weeks ago, those proposed today, and customers who are reminded otherwise."""

from datetime import datetime, time

#: Days before today on which the last reminders went out.
LAST_RUN = 20


def make(demo):
    """One run that was sent, and one to review, in each company; nothing is really mailed."""
    for house in demo.houses.values():
        _send(demo, _propose(demo, house, demo.workday(demo.day(-LAST_RUN))))
        quarterly = demo.buyers[0].partner.commercial_partner_id
        house.env["crmx.dunning.exception"].create(
            {
                "company_id": house.company.id,
                "partner_id": quarterly.id,
                "is_stopped": True,
                "date_until": demo.day(30),
                "note": "Pays at the end of the quarter, as agreed.",
            }
        )
        demo.register(f"case_dunning_{house.key}", _propose(demo, house, demo.today))


def _propose(demo, house, day):
    run = house.env["crmx.dunning.run"].create(
        {"company_id": house.company.id, "date": day, "user_id": demo.users["accountant"].id}
    )
    run._propose()
    return run


def _send(demo, run):
    """Write what sending would: the texts, and when and to whom they went."""
    run._claim_items()
    sent = min(datetime.combine(run.date, time(9, 30)), demo.now)
    run.letter_ids._freeze_texts()
    for letter in run.letter_ids:
        letter.write(
            {
                "state": "sent",
                "channel": "email",
                "channels_done": "email",
                "date_sent": sent,
                "sent_to": letter.contact_id.email_formatted or letter.partner_id.email_formatted,
            }
        )
    run.state = "done"
