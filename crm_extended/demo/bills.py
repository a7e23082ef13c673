"""Vendor bills without purchase orders: what comes every month, and repairs of vehicles."""

from odoo import Command

#: company, kind of supplier, account, label, months between two bills, least and most (net)
RECURRING = (
    ("freight", "fuel", "fuel", "Diesel by fuel card", 1, 5200, 8400),
    ("freight", "tolls", "insurance", "Motorway tolls", 2, 900, 1700),
    ("freight", "insurance", "insurance", "Fleet insurance, quarter", 3, 3900, 4300),
    ("freight", "utilities", "premises", "Electricity, depot", 3, 700, 1300),
    ("freight", "services", "expense", "Office services", 4, 300, 600),
    ("trading", "utilities", "premises", "Electricity and heating", 2, 1400, 3200),
    ("trading", "services", "expense", "Cleaning and office services", 2, 600, 1100),
)

#: label, supplier, least and most (net)
REPAIRS = (
    ("Brake overhaul, rear axle", "repair", 900, 2200),
    ("Gearbox repair", "repair", 2800, 6400),
    ("Windscreen replacement", "repair", 450, 900),
    ("Cooling system leak", "repair", 380, 1250),
    ("Four drive tyres, fitted", "tyres", 1700, 1950),
    ("Two steer tyres, fitted", "tyres", 880, 1020),
    ("Tail lift service", "repair", 260, 640),
)

REPAIR_BILLS = 18


def make(demo, house):
    """Values of the bills of a company up to today."""
    rng = demo.rng(f"bills/{house.key}")
    vals_list = []
    for house_key, kind, account, label, months, low, high in RECURRING:
        if house_key != house.key:
            continue
        partner = demo.suppliers[kind][0][0]
        step = round(months * 30.4 / min(1, demo.scale * 2))
        for age in range(rng.randint(3, 25), (demo.today - demo.start).days, step):
            price = round(rng.uniform(low, high), 2)
            vals_list.append(bill_vals(demo, rng, house, partner, -age, account, label, price))
    if house.key == "freight":
        vals_list += _repairs(demo, rng, house)
    return vals_list


def bill_vals(demo, rng, house, partner, offset, account, label, price, vehicle=None):
    """Values of a bill with one line, dated `offset` days from today."""
    day = demo.workday(demo.day(offset))
    return {
        "move_type": "in_invoice",
        "partner_id": partner.id,
        "ref": f"{partner.name[:2].upper()}-{day:%y%m}-{rng.randint(100, 999)}",
        "invoice_date": day,
        "date": day,
        "currency_id": house.currency.id,
        "company_id": house.company.id,
        "invoice_line_ids": [
            Command.create(
                {
                    "name": label,
                    "account_id": house.accounts[account].id,
                    "quantity": 1,
                    "price_unit": price,
                    **({"vehicle_id": vehicle.id} if vehicle else {}),
                }
            )
        ],
    }


def _repairs(demo, rng, house):
    vals_list = []
    for _number in range(demo.count(REPAIR_BILLS)):
        label, kind, low, high = rng.choice(REPAIRS)
        partner = demo.suppliers[kind][0][0]
        vals_list.append(
            bill_vals(
                demo,
                rng,
                house,
                partner,
                -rng.randint(4, 700),
                "upkeep",
                label,
                round(rng.uniform(low, high), 2),
                vehicle=rng.choice(demo.vehicles),
            )
        )
    return vals_list


def of_sister(demo, house, invoices):
    """Values of the bills of what the transport company invoiced to the trading company."""
    sister = demo.houses["freight"].company.partner_id.with_env(demo.env)
    vals_list = []
    for invoice in invoices:
        line = Command.create(
            {
                "name": f"Carriage, {invoice.name}",
                "account_id": house.accounts["expense"].id,
                "quantity": 1,
                "price_unit": invoice.amount_total,
            }
        )
        vals_list.append(
            {
                "move_type": "in_invoice",
                "partner_id": sister.id,
                "ref": invoice.name,
                "invoice_date": invoice.invoice_date,
                "date": invoice.invoice_date,
                "currency_id": invoice.currency_id.id,
                "company_id": house.company.id,
                "invoice_line_ids": [line],
            }
        )
    return vals_list


def date_services(bills):
    """Give service logs that Odoo made of bill lines the date of the bill; it takes today's."""
    for line in bills.invoice_line_ids.filtered("vehicle_log_service_ids"):
        service = line.vehicle_log_service_ids
        service.write({"date": line.date, "state": "done"})
