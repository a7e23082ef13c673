"""Credit notes: whole invoices taken back, parts of them, and credits nobody has matched yet."""

from datetime import timedelta

from odoo import Command

from . import invoices

#: Credit notes at full scale, by company: whole, in part, not matched.
NUMBER = {"trading": (9, 9, 5), "freight": (4, 5, 2)}

REASONS = ("Wrong price", "Goods returned", "Transport damage", "Order cancelled", "Rebate agreed")


def make(demo, house, posted):
    """Credit some of the posted invoices; returns the credit notes."""
    rng = demo.rng(f"credits/{house.key}")
    eligible = [m for m in posted if 6 < (demo.today - m.invoice_date).days < 720]
    whole, part, loose = (demo.count(number) for number in NUMBER[house.key])
    chosen = rng.sample(eligible, min(len(eligible), whole + part + loose))
    vals_list = []
    for number, invoice in enumerate(chosen):
        share = 1 if number < whole else rng.choice((0.1, 0.2, 0.25, 0.5))
        vals_list.append(_vals(demo, rng, invoice, share))
        if number < whole + part:  # posting matches a credit note with what it reverses
            vals_list[-1]["reversed_entry_id"] = invoice.id
    return invoices.post(house, sorted(vals_list, key=lambda vals: vals["invoice_date"]))


def _vals(demo, rng, invoice, share):
    """Values of a credit note over a share of the quantities of an invoice."""
    day = min(demo.day(-1), invoice.invoice_date + timedelta(days=rng.randint(3, 32)))
    day = max(invoice.invoice_date, demo.workday(day))
    return {
        "move_type": "out_refund",
        "partner_id": invoice.partner_id.id,
        "invoice_date": day,
        "invoice_date_due": day,
        "currency_id": invoice.currency_id.id,
        "invoice_user_id": invoice.invoice_user_id.id,
        "team_id": invoice.team_id.id,
        "company_id": invoice.company_id.id,
        "invoice_payment_term_id": False,
        "ref": f"{rng.choice(REASONS)}: {invoice.name}",
        "invoice_line_ids": [
            Command.create(
                {
                    "product_id": line.product_id.id,
                    "name": line.name,
                    "quantity": line.quantity if share == 1 else round(line.quantity * share, 2),
                    "price_unit": line.price_unit,
                    "tax_ids": [Command.set(line.tax_ids.ids)],
                }
            )
            for line in (invoice.invoice_line_ids if share == 1 else invoice.invoice_line_ids[:1])
        ],
    }
