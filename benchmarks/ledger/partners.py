"""Customers (companies and persons) with their contacts, and the products they buy."""

from .plan import TEMPLATE_DAY
from .writer import stamps

TREES = (
    "(ARRAY['Alder','Birch','Cedar','Dogwood','Elm','Fir','Ginkgo','Hazel','Ivy','Juniper','Kapok',"
    "'Larch','Maple','Nutmeg','Oak','Pine','Quince','Rowan','Spruce','Teak'])"
)
CITIES = (
    "(ARRAY['Springfield','Riverton','Lakeside','Hillview','Brookfield','Fairmont','Georgetown','Kingston'])"
)
CONTACTS = 3
# What the peer's total of a customer is made of; by default, of nothing.
RISKS = (
    "risk_account_amount_include",
    "risk_account_amount_unpaid_include",
    "risk_invoice_draft_include",
    "risk_invoice_open_include",
    "risk_invoice_unpaid_include",
    "risk_sale_order_include",
)


def fill(to, company):
    """Write customers, contacts and products; `company` is the id of the one that sells most."""
    draft_customers(to)
    write_customers(to, company)
    write_contacts(to)
    draft_products(to)
    write_products(to, company)


def draft_customers(to):
    """`number` from 0; what decides how a customer buys (currency, terms) and pays (slowness)."""
    dice, last = to.dice, to.last_id("res_partner")
    contacts = last + to.plan.customers
    to.draft(
        "customer",
        f"""
        SELECT number, is_company, in_euro, slowness, term, since, credit_limit,
            {last} + 1 + number AS partner_id,
            {contacts} + (number / 5) * {CONTACTS} AS contacts_after,
            {TREES}[1 + number % 20] || ' ' || {TREES}[1 + (number / 20) % 20]
                || CASE WHEN is_company THEN ' Ltd ' ELSE ' ' END || number AS name
        FROM (
            SELECT number, number % 5 = 0 AS is_company,
                {dice.uniform("number", 11)} < 0.05 AS in_euro,
                1 + 2 * power({dice.uniform("number", 12)}, 2) AS slowness,
                (ARRAY[0, 15, 30, 30, 60])[{dice.between("number", 13, 1, 5)}] AS term,
                {to.plan.last_day} - 1200 + {dice.between("number", 14, 0, 899)} AS since,
                CASE WHEN {dice.uniform("number", 15)} < 0.3 THEN
                    round((1000 * exp(1.2 * {dice.normal("number", 16)}))::numeric, -2)
                END AS credit_limit
            FROM generate_series(0, {to.plan.customers - 1}) AS number
        ) AS customer
        """,
        key="number",
    )


def write_customers(to, company):
    address = "'c' || s.number || '@example' || s.number % 97 || '.com'"
    values = {
        "id": "s.partner_id",
        "name": "s.name",
        "complete_name": "s.name",
        "commercial_partner_id": "s.partner_id",
        "commercial_company_name": "CASE WHEN s.is_company THEN s.name END",
        "email": address,
        "email_normalized": address,
        "phone": "'+1 555 ' || lpad(s.number::text, 7, '0')",
        "city": f"{CITIES}[1 + s.number % 8]",
        "ref": "'C' || lpad(s.number::text, 6, '0')",
        "credit_limit": "CASE WHEN s.credit_limit IS NOT NULL THEN "
        f"jsonb_build_object('{company}', s.credit_limit) END",
        **to.if_present("res_partner", **dict.fromkeys(RISKS, "true")),
        **stamps("s.since"),
    }
    for key, condition in (("company", "is_company"), ("person", "NOT is_company")):
        source = f"(SELECT * FROM draft.customer WHERE {condition}) AS s"
        to.copy_template("res_partner", source, to.template(key), values, f"res_partner: each a {key}")


def write_contacts(to):
    address = "'k' || s.contact || '.' || s.number || '@example' || s.number % 97 || '.com'"
    name = "'Contact ' || s.contact || ' of ' || s.number"
    source = f"""
        (SELECT * FROM draft.customer, generate_series(1, {CONTACTS}) AS contact
         WHERE is_company) AS s
    """
    to.copy_template(
        "res_partner",
        source,
        to.template("contact"),
        {
            "id": "s.contacts_after + s.contact",
            "parent_id": "s.partner_id",
            "commercial_partner_id": "s.partner_id",
            "commercial_company_name": "s.name",
            "name": name,
            "complete_name": f"s.name || ', ' || {name}",
            "email": address,
            "email_normalized": address,
            "phone": "'+1 556 ' || lpad(s.number::text, 7, '0')",
            "city": f"{CITIES}[1 + s.number % 8]",
            **stamps("s.since"),
        },
        "res_partner: contacts",
    )


def draft_products(to):
    template, product = to.last_id("product_template"), to.last_id("product_product")
    luck = to.dice.normal("number", 21)
    to.draft(
        "product",
        f"""
        SELECT number,
            {template} + 1 + number AS template_id, {product} + 1 + number AS product_id,
            'P' || lpad(number::text, 4, '0') AS code, 'Product ' || number AS name,
            greatest(1, round((20 * exp(0.9 * {luck}))::numeric, 2)) AS price
        FROM generate_series(0, {to.plan.products - 1}) AS number
        """,
        key="number",
    )


def write_products(to, company):
    common = {"default_code": "s.code", **stamps(f"DATE '{TEMPLATE_DAY}'")}
    to.copy_template(
        "product_template",
        "draft.product AS s",
        to.template("product_template"),
        {
            **common,
            "id": "s.template_id",
            "name": "jsonb_build_object('en_US', s.name)",
            "list_price": "s.price",
        },
    )
    to.copy_template(
        "product_product",
        "draft.product AS s",
        to.template("product"),
        {
            **common,
            "id": "s.product_id",
            "product_tmpl_id": "s.template_id",
            "standard_price": f"jsonb_build_object('{company}', round(s.price * 0.6, 2))",
        },
    )
