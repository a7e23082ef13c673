"""Makes, through the ORM, one record of each kind that the ledger will be full of.

Their ids go to the table `bench_template` (key, company_id, id); company 0 is for those of no
company in particular.
"""

from datetime import timedelta
from math import sin

from odoo.fields import Command

from . import template_entries
from .plan import DAYS, LAST_DAY, TEMPLATE_DAY

TERMS = (0, 15, 30, 60)
SELLERS = 100


class Keeper:
    """Notes the ids of template records."""

    def __init__(self, env):
        self.env = env
        env.cr.execute(
            """
            CREATE TABLE bench_template (
                key varchar, company_id int, id bigint, PRIMARY KEY (key, company_id)
            )
            """
        )

    def keep(self, key, record, company=None):
        self.env.cr.execute(
            "INSERT INTO bench_template VALUES (%s, %s, %s)",
            (key, company.id if company else 0, record.id),
        )
        return record


def make(env):
    """Make all template records in a database that has Odoo's apps and no data."""
    keeper = Keeper(env)
    companies = make_companies(env)
    set_rates(env, companies)
    make_terms(keeper)
    make_sellers(keeper)
    partner = make_partners(keeper)
    product = make_product(keeper)
    for company in companies:
        template_entries.make(keeper, company, partner, product)
    make_order(keeper, partner, product)
    make_interactions(keeper, partner)
    make_vehicle(keeper)


def make_companies(env):
    """Two companies in dollars, each with the generic chart of accounts."""
    (env.ref("base.USD") + env.ref("base.EUR")).active = True
    first = env.company
    first.currency_id = env.ref("base.USD")
    second = env["res.company"].create(
        {
            "name": "Benchmark, second company",
            "currency_id": first.currency_id.id,
            "country_id": first.country_id.id,
        }
    )
    env.user.company_ids = [Command.link(second.id)]
    # A new company's chart is loaded by a hook before commit.
    env.cr.flush()
    # Nobody is to get a text message about a delivery.
    (first + second).stock_text_confirmation = False
    for company in first + second:
        if not company.chart_template:
            env["account.chart.template"].try_loading("generic_coa", company=company, install_demo=False)
    return first + second


def set_rates(env, companies):
    """A moving rate of the euro for every day."""
    env["res.currency.rate"].search([]).unlink()
    days = [TEMPLATE_DAY - timedelta(days=5)]
    days += [LAST_DAY - timedelta(days=ago) for ago in range(DAYS + 60, -2, -1)]
    env["res.currency.rate"].create(
        [
            {
                "name": day,
                "currency_id": env.ref("base.EUR").id,
                "company_id": company.id,
                "rate": euro_rate(day),
            }
            for company in companies
            for day in days
        ]
    )


def euro_rate(day):
    """Euros for a dollar: two waves, so that every payment meets another rate than its invoice."""
    number = day.toordinal()
    return round(0.92 + 0.04 * sin(number / 90) + 0.01 * sin(number / 7), 6)


def make_terms(keeper):
    for days in TERMS:
        term = keeper.env["account.payment.term"].create(
            {
                "name": f"Benchmark, {days} days",
                "company_id": False,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100, "nb_days": days})],
            }
        )
        keeper.keep(f"term{days}", term)


def make_sellers(keeper):
    """Those whose the leads, orders and invoices are, in turn."""
    sellers = keeper.env["res.users"].with_context(no_reset_password=True).create(
        [
            {"name": f"Seller {number}", "login": f"seller{number}", "notification_type": "inbox"}
            for number in range(1, SELLERS + 1)
        ]
    )  # fmt: skip
    for number, seller in enumerate(sellers, 1):
        keeper.keep(f"seller{number}", seller)


def make_partners(keeper):
    """A company, a contact of it, a person; returns the company."""
    address = {
        "street": "1 Main St",
        "city": "Springfield",
        "zip": "62701",
        "country_id": keeper.env.ref("base.us").id,
        "email": "template@example.com",
        "phone": "+1 555 0100",
    }
    new = keeper.env["res.partner"].create
    customer = {**address, "customer_rank": 1}
    company = new({**customer, "name": "Template company", "is_company": True})
    contact = {"name": "Template contact", "parent_id": company.id, "type": "contact"}
    keeper.keep("company", company)
    keeper.keep("contact", new({**address, **contact, "function": "Buyer"}))
    keeper.keep("person", new({**customer, "name": "Template person"}))
    return company


def make_product(keeper):
    product = keeper.env["product.product"].create(
        {
            "name": "Template product",
            "type": "consu",
            "list_price": 100.0,
            "standard_price": 60.0,
            "default_code": "TEMPLATE",
            "invoice_policy": "order",
            "categ_id": keeper.env["product.category"].create({"name": "Benchmark"}).id,
            "company_id": False,
        }
    )
    keeper.keep("product", product)
    keeper.keep("product_template", product.product_tmpl_id)
    return product


def make_order(keeper, partner, product):
    """A confirmed order and its delivery, done."""
    line = {"product_id": product.id, "product_uom_qty": 2, "price_unit": 100.0}
    order = keeper.env["sale.order"].create({"partner_id": partner.id, "order_line": [Command.create(line)]})
    order.action_confirm()
    keeper.keep("order", order)
    keeper.keep("order_line", order.order_line)
    picking = order.picking_ids
    picking.move_ids.write({"quantity": 2, "picked": True})
    picking._action_done()
    keeper.keep("picking", picking)
    keeper.keep("stock_move", picking.move_ids)


def make_interactions(keeper, partner):
    env = keeper.env
    lead = {"name": "Template", "partner_id": partner.id, "expected_revenue": 1000}
    keeper.keep("lead", env["crm.lead"].create({**lead, "type": "opportunity"}))
    message = partner.message_post(body="Template", message_type="comment", subtype_xmlid="mail.mt_note")
    keeper.keep("message", message)
    keeper.keep("activity", partner.activity_schedule("mail.mail_activity_data_call", summary="Template"))
    event = env["calendar.event"].create(
        {
            "name": "Template",
            "start": f"{TEMPLATE_DAY} 10:00:00",
            "stop": f"{TEMPLATE_DAY} 11:00:00",
            "partner_ids": [Command.set(partner.ids)],
        }
    )
    keeper.keep("event", event)
    keeper.keep("attendee", event.attendee_ids[:1])


def make_vehicle(keeper):
    env = keeper.env
    brand = env["fleet.vehicle.model.brand"].create({"name": "Benchmark"})
    model = env["fleet.vehicle.model"].create({"name": "Template", "brand_id": brand.id})
    vehicle = env["fleet.vehicle"].create({"model_id": model.id, "license_plate": "TEMPLATE"})
    on = {"vehicle_id": vehicle.id, "date": TEMPLATE_DAY}
    keeper.keep("vehicle", vehicle)
    keeper.keep("odometer", env["fleet.vehicle.odometer"].create({**on, "value": 1000}))
    service = env["fleet.service.type"].search([("category", "=", "service")], limit=1)
    log = {"service_type_id": service.id, "amount": 100, "state": "done"}
    keeper.keep("service_log", env["fleet.vehicle.log.services"].create({**on, **log}))
