"""The cases that each screen must survive, one named document each, beside the random ones.

Every document here has an external id (`crm_extended_demo.case_<key>`), so that tests, tours and
screenshots find it.
"""

from dataclasses import dataclass
from datetime import timedelta

from odoo import Command

from . import invoices
from .payments import Payment


@dataclass(frozen=True)
class Case:
    """An invoice made on purpose: `age` days old, for `quantity` of `product`."""

    key: str
    house: str
    customer: str
    age: int
    term: str
    product: str
    quantity: int
    foreign: bool = False


CASES = (
    Case("instalments", "trading", "quarrymill", 78, "thirds", "MC-720", 3),
    Case("advance", "trading", "villanova", 25, "30/70", "MC-710", 1),
    Case("disputed", "trading", "harcastle", 96, "30", "WH-420", 14),
    Case("disputed_freight", "freight", "boisfranc", 105, "30", "FR-210", 31),
    Case("doubtful", "trading", "kestrelpark", 330, "30", "WH-410", 9),
    Case("doubtful_freight", "freight", "montlucey", 300, "30", "FR-120", 2),
    Case("foreign_partial", "trading", "valbreuse", 140, "30", "MC-720", 4, True),
    Case("foreign_old", "freight", "karavan", 415, "60", "FR-120", 2, True),
    Case("overpaid", "trading", "larchmere", 52, "14", "PK-120", 120),
    Case("refunded", "freight", "saltmarket", 122, "14", "FR-150", 4),
    Case("postdated", "trading", "beaconwharf", 44, "30", "SF-510", 40),
)

#: Opening balances: company, customer or supplier, amount (negative: owed by us), days to maturity
#: counted from the first day, whether it was ever settled.
OPENING = (
    ("trading", "larchmere", 8420.0, 12, True),
    ("trading", "quarrymill", 5310.5, -20, True),
    ("trading", "falkenrohr", 3975.25, -45, False),
    ("trading", "sutterfield", 1240.0, 30, True),
    ("trading", "ironbarrow", 2660.0, -90, False),
    ("trading", "stahlfeder", -6150.0, 15, True),
    ("freight", "tannlinde", 4120.0, 20, True),
    ("freight", "jaworzyna", 2890.75, -10, True),
    ("freight", "montlucey", 1975.0, -60, False),
    ("freight", "dieselquay", -3480.0, 10, True),
)

#: Customers from whom we buy as well: company, customer, account, what, ages, net amount
MUTUAL = (
    ("freight", "hoogenwerf", "upkeep", "Welding of trailer frame", (140, 52, 20), 1480.0),
    ("trading", "oelschlager", "expense", "Floor paint for the warehouse", (75, 33), 960.0),
    ("freight", "jaworzyna", "expense", "Pallets and strapping", (96, 41, 12), 730.0),
)


def invoice_vals(demo, house):
    """Values of the case invoices of a company by key."""
    return {case.key: _vals(demo, house, case) for case in CASES if case.house == house.key}


def _vals(demo, house, case):
    customer = demo.customer(case.customer)
    currency = house.foreign if case.foreign else house.currency
    day = demo.workday(demo.day(-case.age))
    rate = house.currency._convert(1.0, currency, house.company, day, round=False)
    product = house.products[case.product][0]
    return {
        "move_type": "out_invoice",
        "partner_id": customer.partner.id,
        "invoice_date": day,
        "currency_id": currency.id,
        "invoice_user_id": customer.salesperson[house.key].id,
        "team_id": next(iter(house.teams.values())).id,
        "invoice_payment_term_id": house.terms[case.term].id,
        "company_id": house.company.id,
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": product.id,
                    "quantity": case.quantity,
                    "price_unit": round(product.lst_price * rate, 2),
                }
            )
        ],
    }


def opening(demo, house):
    """Post the opening balance; returns its lines that are settled later on."""
    lines, settled = [], []
    for house_key, key, amount, days, paid in OPENING:
        if house_key != house.key:
            continue
        partner = demo.partners[key]
        account = house.accounts["payable"]
        if amount > 0:
            account = partner.with_env(house.env).property_account_receivable_id
        maturity = demo.start + timedelta(days=days)
        lines.append(_line(account, amount, "Opening balance", partner, date_maturity=maturity))
        settled.append(paid)
    bank = house.journals["bank"].default_account_id
    lines.append(_line(bank, 250000.0, "Opening balance"))
    total = sum(line[2]["balance"] for line in lines)
    lines.append(_line(house.accounts["capital"], -total, "Opening balance"))
    entry = _post_entry(demo, house, demo.start, "Opening balance", lines)
    demo.register(f"case_opening_{house.key}", entry)
    partner_lines = entry.line_ids.filtered("partner_id").sorted("id")
    return partner_lines.browse([line.id for line, paid in zip(partner_lines, settled, strict=True) if paid])


def bills(demo, house, make_bill):
    """Values of the bills of customers from whom we buy as well."""
    return [
        make_bill(demo.customer(key).partner, -age, account, label, round(net * (1 + age / 900), 2))
        for house_key, key, account, label, ages, net in MUTUAL
        if house_key == house.key
        for age in ages
    ]


def unposted(demo, house):
    """A few drafts, as every day, and some that were cancelled."""
    rng = demo.rng(f"drafts/{house.key}")
    deals_ = [row[1] for row in demo.orders if row[1].house is house][-9:]
    vals_list = [invoices.direct_vals(demo, rng, deal) for deal in deals_]
    for vals in vals_list:
        vals["invoice_date"] = demo.workday(demo.day(-rng.randint(0, 5)))
    invoices.create(house, vals_list)[:3].button_cancel()


def settle(demo, house, documents):
    """Payments, entries and flags of the case invoices (by key); returns the payments to make."""
    for key, invoice in documents.items():
        demo.register(f"case_{key}", invoice)
    payments = list(_payments(demo, documents))
    for key in ("disputed", "disputed_freight"):
        if key in documents:
            _dispute(demo, documents[key])
    for key in ("doubtful", "doubtful_freight"):
        if key in documents:
            _move_to_doubtful(demo, house, documents[key])
    if house.key == "trading":
        _charge_contact(demo, house)
    return payments + _on_account(demo, house)


def _payments(demo, documents):
    """Payments of single cases; share of the invoice, and whether it goes back to the customer."""
    previous = None
    for key, age, share, refunded in (
        ("instalments", 46, 0.34, False),
        ("advance", 24, 0.3, False),
        ("foreign_partial", 95, 0.4, False),
        ("foreign_partial", 31, 0.25, False),
        ("overpaid", 36, 1.2, False),
        ("refunded", 100, 1.5, False),
        ("refunded", 88, 0.5, True),
        ("postdated", -18, 1.0, False),
    ):
        if key not in documents:
            continue
        invoice = documents[key]
        lines = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        lines = lines.sorted("date_maturity")
        previous = Payment(
            demo.workday(demo.day(-age)) if age > 0 else demo.day(-age),
            invoice.partner_id,
            invoice.currency_id,
            round(invoice.amount_total * share, 2),
            [] if refunded else [lines[:1]],
            memo=f"{invoice.name}{', paid back' if refunded else ''}",
            refund=refunded,
            offsets=previous if refunded else None,
        )
        yield previous


def _on_account(demo, house):
    """Payments that nobody has matched: on account, in advance, by a contact, in other currency."""
    rows = {
        "trading": (
            ("wiesenbach", 12, 1850.0, False, False),
            ("redfearn", 6, 2400.0, False, False),
            ("cedarknoll", 130, 318.4, False, False),
            ("terpmeijer", 9, 1500.0, True, False),
            ("courtevigne", 21, 642.75, False, True),
        ),
        "freight": (
            ("osterbruck", 5, 1980.0, False, False),
            ("lagrandiere", 34, 750.0, False, True),
            ("penmarrow", 15, 2100.0, True, False),
        ),
    }
    payments = []
    for key, age, amount, foreign, by_contact in rows[house.key]:
        customer = demo.customer(key)
        partner = customer.contacts.get("invoice") if by_contact else customer.partner
        currency = house.foreign if foreign else house.currency
        day = demo.workday(demo.day(-age))
        partner = partner or customer.partner
        payments.append(Payment(day, partner, currency, amount, memo="On account"))
    return payments


def _dispute(demo, invoice):
    """The customer contests it: payment blocked, out of dunning, the reason in the chatter."""
    invoice.action_toggle_block_payment()
    invoice.no_followup = True
    partner = invoice.commercial_partner_id.with_env(demo.env)
    author = partner.child_ids.filtered(lambda person: person.type == "invoice")[:1] or partner
    moment = demo.moment(demo.workday(demo.day(-20)), demo.rng("dispute"))
    text = (
        "We do not accept this invoice: the quantity charged is not the quantity agreed. "
        "Please send us the signed papers before we pay."
    )
    demo.env["mail.message"].create(demo.message(invoice, moment, author, text))


def _move_to_doubtful(demo, house, invoice):
    """Move what an insolvent customer owes to the account of doubtful debts."""
    line = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
    partner, amount = invoice.commercial_partner_id, line.balance
    entry = _post_entry(
        demo,
        house,
        demo.workday(demo.day(-62)),
        f"Doubtful: {invoice.name}",
        [
            _line(line.account_id, -amount, invoice.name, partner),
            _line(
                house.accounts["doubtful"],
                amount,
                invoice.name,
                partner,
                date_maturity=line.date_maturity,
            ),
        ],
    )
    moved = entry.line_ids.filtered(lambda moved: moved.account_id == line.account_id)
    (line + moved).reconcile()
    demo.register(f"case_entry_doubtful_{house.key}", entry)


def _charge_contact(demo, house):
    """An entry of the general journal whose receivable stands on a contact, not on its company."""
    contact = demo.customer("courtevigne").contacts["delivery"]
    account = contact.with_env(house.env).property_account_receivable_id
    entry = _post_entry(
        demo,
        house,
        demo.workday(demo.day(-57)),
        "Damaged pallets charged on",
        [
            _line(
                account,
                384.6,
                "Damaged pallets",
                contact,
                date_maturity=demo.workday(demo.day(-27)),
            ),
            _line(house.accounts["freight_income"], -384.6, "Damaged pallets"),
        ],
    )
    demo.register("case_entry_contact", entry)


def _line(account, balance, name, partner=None, **more):
    return Command.create(
        {
            "account_id": account.id,
            "balance": balance,
            "name": name,
            "partner_id": partner.id if partner else False,
            **more,
        }
    )


def _post_entry(demo, house, day, ref, lines):
    entry = house.env["account.move"].create(
        {
            "journal_id": house.journals["general"].id,
            "date": day,
            "ref": ref,
            "line_ids": lines,
        }
    )
    entry.action_post()
    return entry
