"""The two companies with charts of accounts, journals, payment terms, currencies and rates."""

from datetime import timedelta

from odoo import Command

from .context import House

#: key, name, currency, the other currency, country, state, city, zip, street, phone
COMPANIES = (
    (
        "trading",
        "Brindlemark Trading Inc.",
        "USD",
        "EUR",
        "base.us",
        "base.state_us_24",
        "Baltimore",
        "21202",
        "480 Cooperage Avenue",
        "+1 202 555 0180",
    ),
    (
        "freight",
        "Brindlemark Freight Lines Ltd",
        "EUR",
        "USD",
        "base.ie",
        None,
        "Dublin",
        "D01 F5P2",
        "12 Ropewalk Quay",
        "+353 20 912 0180",
    ),
)

#: key, name, lines of (percent, days); the last line takes the rest
TERMS = (
    ("immediate", "Immediate payment", ((100, 0),)),
    ("14", "14 days", ((100, 14),)),
    ("30", "30 days", ((100, 30),)),
    ("60", "60 days", ((100, 60),)),
    ("30/70", "30% at once, 70% in 60 days", ((30, 0), (70, 60))),
    ("thirds", "Three instalments (30, 60, 90 days)", ((34, 30), (33, 60), (33, 90))),
)

#: key, code, name, type, reconcile
ACCOUNTS = (
    ("export", "121500", "Account Receivable, export", "asset_receivable", True),
    ("doubtful", "121900", "Doubtful receivables", "asset_receivable", True),
    ("freight_income", "400500", "Freight and services", "income", False),
    ("fuel", "615100", "Fuel", "expense", False),
    ("upkeep", "615200", "Vehicle repair and tyres", "expense", False),
    ("premises", "615300", "Premises and utilities", "expense", False),
    ("insurance", "615400", "Insurance and tolls", "expense", False),
)


def make(demo):
    """Create both companies and all that their books need before the first document."""
    for row in COMPANIES:
        house = _make_company(demo, row)
        _make_accounts(demo, house)
        _make_journals(demo, house)
        _make_terms(house)
        # without a tax in it: it takes all taxes away
        house.export = house.env["account.fiscal.position"].create(
            {"name": "Export", "company_id": house.company.id}
        )
        _make_pricelists(demo, house)
    _make_rates(demo)


def _make_company(demo, row):
    key, currency, other = row[0], row[2], row[3]
    env = demo.env
    currencies = env["res.currency"].with_context(active_test=False)
    currencies = currencies.search([("name", "in", (currency, other))]).grouped("name")
    for used in currencies.values():
        if not used.active:
            used.active = True
    # as while a chart is loaded: else the company's country installs its localisation, and commits
    companies = env["res.company"].with_context(chart_template_load=True)
    company = companies.create(_company_vals(companies, currencies[currency], row))
    # not try_loading: it warns while modules are still being loaded, as during an installation
    # with demo data; the generic chart needs nothing of a module that comes later
    env["account.chart.template"]._load("generic_coa", company, install_demo=False)
    house = House(
        key,
        company,
        env(context={**env.context, "allowed_company_ids": company.ids}),
        currencies[other],
    )
    house.company = company.with_env(house.env)
    house.company.currency_id = currencies[currency]  # the chart set that of its own country
    house.company.account_use_credit_limit = True
    warehouses = house.env["stock.warehouse"]
    house.warehouse = warehouses.search([("company_id", "=", company.id)], limit=1) or warehouses.create(
        {"company_id": company.id}
    )
    demo.houses[key] = house
    return demo.register(f"company_{key}", company) and house


def _company_vals(companies, currency, row):
    key, name, _currency, _other, country, state, city, zip_code, street, phone = row
    env = companies.env
    return {
        "name": name,
        "currency_id": currency.id,
        "country_id": env.ref(country).id,
        "state_id": state and env.ref(state).id,
        "city": city,
        "zip": zip_code,
        "street": street,
        "phone": phone,
        "email": f"office@brindlemark-{key}.example.com",
        "website": f"https://brindlemark-{key}.example.com",
        # a module that often is there would ask its service about the mail domain
        **({"iap_enrich_auto_done": True} if "iap_enrich_auto_done" in companies._fields else {}),
    }


def _make_accounts(demo, house):
    accounts = house.env["account.account"]
    for key, code, name, kind, reconcile in ACCOUNTS:
        house.accounts[key] = accounts.create(
            {
                "code": code,
                "name": name,
                "account_type": kind,
                "reconcile": reconcile,
                "company_ids": [Command.set(house.company.ids)],
            }
        )
        demo.register(f"account_{key}_{house.key}", house.accounts[key])
    template = house.env["account.chart.template"]
    for key in ("receivable", "payable", "income", "expense", "expense_rent", "capital"):
        house.accounts[key] = template.ref(key)


def _make_journals(demo, house):
    journals = house.env["account.journal"]
    for key in ("sale", "purchase", "general", "bank"):
        domain = [("type", "=", key), ("company_id", "=", house.company.id)]
        house.journals[key] = journals.search(domain, limit=1)
    house.journals["foreign_bank"] = journals.create(
        {
            "name": f"Bank {house.foreign.name}",
            "code": f"BK{house.foreign.name[0]}",
            "type": "bank",
            "currency_id": house.foreign.id,
        }
    )
    for key in ("bank", "foreign_bank"):
        journal = house.journals[key]
        lines = journal.inbound_payment_method_line_ids + journal.outbound_payment_method_line_ids
        # payments go to the bank account at once: nobody here reconciles bank statements
        lines.payment_account_id = journal.default_account_id
    demo.register(f"journal_foreign_bank_{house.key}", house.journals["foreign_bank"])


def _make_terms(house):
    for key, name, lines in TERMS:
        house.terms[key] = house.env["account.payment.term"].create(
            {
                "name": name,
                "company_id": house.company.id,
                "line_ids": [
                    Command.create({"value": "percent", "value_amount": share, "nb_days": days})
                    for share, days in lines
                ],
            }
        )


def _make_pricelists(demo, house):
    for currency in (house.currency, house.foreign):
        house.pricelists[currency] = house.env["product.pricelist"].create(
            {
                "name": f"{house.company.name.split()[1]} {currency.name}",
                "currency_id": currency.id,
                "company_id": house.company.id,
            }
        )


def _make_rates(demo):
    """Weekly rates since before the first document: a slow random walk of euros for a dollar."""
    rng = demo.rng("rates")
    euros, day = 0.93, demo.start - timedelta(days=7)
    vals_list = [_rate(house, house.currency, day, 1.0) for house in demo.houses.values()]
    while day <= demo.today:
        for house in demo.houses.values():
            rate = euros if house.foreign.name == "EUR" else 1 / euros
            vals_list.append(_rate(house, house.foreign, day, round(rate, 6)))
        euros = min(1.02, max(0.82, euros * (1 + rng.gauss(0, 0.008))))
        day += timedelta(days=7)
    demo.env["res.currency.rate"].create(vals_list)


def _rate(house, currency, day, rate):
    return {
        "name": day,
        "rate": rate,
        "currency_id": currency.id,
        "company_id": house.company.id,
    }
