"""How customers pay and how bills are paid: in full, late, in part, too much, or never."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from odoo import models

from .context import analyze, batches

#: How a customer pays -> mean delay after the due date and its deviation in days, share of the
#: documents that take four months more. `None` stands for us, paying vendors.
DELAYS = {
    "punctual": (-1, 3, 0.01),
    "late": (20, 14, 0.06),
    "slow": (52, 28, 0.16),
    "insolvent": (45, 20, 0.0),
    "prepaid": (0, 0, 0.0),
    None: (2, 5, 0.03),
}

#: In the last months those who pay late pay later still.
TIGHT_MONTHS, TIGHTNESS = 8, 0.9

#: Tables that grow with every payment.
TABLES = ("account.payment", "account.move", "account.move.line", "account.partial.reconcile")

#: An insolvent customer's last payment was this many days ago.
INSOLVENT_SINCE = 255


@dataclass
class Payment:
    """A payment to make: `amount` in `currency`, to be matched with `lines`, if any.

    A `refund` goes back to the customer; it is matched with the payment that it `offsets`.
    """

    day: date
    partner: models.Model
    currency: models.Model
    amount: float
    lines: list = field(default_factory=list)
    kind: str = "customer"
    memo: str = ""
    refund: bool = False
    offsets: object = None


def open_lines(moves):
    """The lines of documents that stand on receivable or payable accounts."""
    kinds = ("asset_receivable", "liability_payable")
    return moves.line_ids.filtered(lambda line: line.account_type in kinds)


def plan(demo, house, lines, habit_of):
    """Payments of open receivable or payable lines up to today.

    `habit_of` maps a partner to a key of DELAYS.
    """
    rng = demo.rng(f"payments/{house.key}/{lines[:1].account_type}")
    payments, last = [], {}
    for line in lines.filtered("amount_residual_currency"):
        day = _day(demo, rng, line, habit_of(line.partner_id))
        if day is None or day > demo.today:
            continue
        kind = "customer" if line.account_type == "asset_receivable" else "supplier"
        payment = Payment(
            day,
            line.partner_id,
            line.currency_id,
            abs(line.amount_residual_currency),
            [line],
            kind,
            line.move_id.ref or line.move_id.name or "",
        )
        previous = last.get((line.partner_id, line.currency_id, line.account_id))
        if previous and abs((previous.day - day).days) < 18 and rng.random() < 0.8:
            _merge(previous, payment)
            continue
        payments += _vary(demo, rng, house, payment)
        last[line.partner_id, line.currency_id, line.account_id] = payment
    return payments


def _day(demo, rng, line, habit):
    """The day a line is paid, or None for never."""
    mean, deviation, sticky = DELAYS[habit]
    delay = rng.gauss(mean, deviation) + (rng.uniform(80, 160) if rng.random() < sticky else 0)
    age = (demo.today - line.date_maturity).days
    if habit in ("late", "slow"):
        delay *= 1 + TIGHTNESS * max(0, 1 - age / (30 * TIGHT_MONTHS))
    day = demo.workday(line.date_maturity + timedelta(days=round(delay)))
    if habit == "insolvent" and (demo.today - day).days < INSOLVENT_SINCE:
        return None
    return max(day, line.date)


def _merge(previous, payment):
    """One payment for two documents."""
    previous.day = max(previous.day, payment.day)
    previous.amount = round(previous.amount + payment.amount, 2)
    previous.lines += payment.lines
    previous.memo = f"{previous.memo}, {payment.memo}"


def _vary(demo, rng, house, payment):
    """The payment as planned or, now and then, something that makes accountants work."""
    chance = rng.random()
    if chance < 0.06:
        return _in_parts(demo, rng, payment)
    if payment.kind == "customer":
        if chance < 0.075:
            payment.amount = round(payment.amount * 1.08, -1)  # too much: the rest stays open
        elif chance < 0.09:
            payment.amount = round(payment.amount - rng.uniform(1, 12), 2)  # less the bank's fee
        elif chance < 0.12 and payment.currency != house.currency:
            payment.amount = payment.currency._convert(
                payment.amount, house.currency, house.company, payment.day
            )
            payment.currency = house.currency
    return [payment]


def _in_parts(demo, rng, payment):
    """A part first; the rest weeks later, or not yet."""
    part = round(payment.amount * rng.choice((0.3, 0.5, 0.6, 0.75)), 2)
    later = payment.day + timedelta(days=rng.randint(15, 90))
    rest = Payment(
        later,
        payment.partner,
        payment.currency,
        round(payment.amount - part, 2),
        payment.lines,
        payment.kind,
        payment.memo,
    )
    payment.amount = part
    return [payment, rest] if later <= demo.today and rng.random() < 0.7 else [payment]


def make(house, payments):
    """Create, post and match payments in order of time; returns the records."""
    payments = sorted(payments, key=lambda payment: payment.day)
    records, counterparts = house.env["account.payment"], {}
    for batch in batches(payments):
        created = house.env["account.payment"].create([_vals(house, p) for p in batch])
        created.action_post()
        matches = []
        for record, payment in zip(created, batch, strict=True):
            counterparts[id(payment)] = line = open_lines(record.move_id)
            others = payment.lines or [counterparts.get(id(payment.offsets), line.browse())]
            matches.append(line.union(*others))
        line._reconcile_plan([match for match in matches if len(match) > 1])
        records += created
        analyze(house.env, *TABLES)
    return records


def _vals(house, payment):
    inbound = (payment.kind == "customer") != payment.refund
    journal = house.journals["bank" if payment.currency == house.currency else "foreign_bank"]
    return {
        "date": payment.day,
        "partner_id": payment.partner.id,
        "partner_type": payment.kind,
        "payment_type": "inbound" if inbound else "outbound",
        "amount": payment.amount,
        "currency_id": payment.currency.id,
        "journal_id": journal.id,
        "memo": payment.memo[:80],
        "company_id": house.company.id,
    }
