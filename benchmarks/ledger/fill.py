"""Fills a database that holds the template records."""

from . import (
    documents,
    fleet,
    interactions,
    invoices,
    orders,
    partners,
    payments,
    reconciliation,
    schema,
    settlements,
    unposted,
)
from .plan import LAST_DAY
from .writer import Writer

SESSION = """
    SET synchronous_commit = off;
    SET work_mem = '256MB';
    SET maintenance_work_mem = '512MB';
    SET jit = off;
    SET client_min_messages = warning;
"""


def fill(connection, plan):
    """Write the whole ledger in one transaction, then vacuum."""
    with connection.cursor() as cr:
        to = Writer(cr, plan)
        to.run(SESSION)
        taken_off = schema.take_off(cr)
        write(to)
        schema.put_back(cr, taken_off)
        schema.set_sequences(cr)
        note(to)
        connection.commit()
        connection.autocommit = True
        cr.execute("VACUUM ANALYZE")


def write(to):
    to.run("CREATE SCHEMA draft")
    companies = draft_settings(to)
    partners.fill(to, companies[0])
    documents.draft(to, companies)
    settlements.draft(to, companies)
    invoices.fill(to)
    payments.fill(to)
    reconciliation.fill(to)
    unposted.fill(to)
    orders.fill(to, companies[0])
    interactions.fill(to)
    fleet.fill(to)
    to.run("DROP SCHEMA draft CASCADE")


def draft_settings(to):
    """Companies with their tax, the currencies and their rates; returns the companies' ids."""
    to.draft(
        "company",
        """
        SELECT sold.company_id, sold.id AS tax_id, bought.id AS bill_tax_id, amount / 100 AS tax_rate
        FROM bench_template AS sold JOIN account_tax ON account_tax.id = sold.id
        JOIN bench_template AS bought ON bought.company_id = sold.company_id
        WHERE sold.key = 'tax' AND bought.key = 'tax_of_bills'
        """,
        key="company_id",
    )
    to.draft(
        "currency",
        """
        SELECT dollar.id AS dollar_id, euro.id AS euro_id
        FROM res_currency AS dollar, res_currency AS euro
        WHERE dollar.name = 'USD' AND euro.name = 'EUR'
        """,
    )
    to.draft(
        "rate",
        """
        SELECT company_id, res_currency_rate.name AS day, true AS in_euro, rate
        FROM res_currency_rate JOIN draft.currency ON currency_id = euro_id
        UNION ALL
        SELECT company_id, res_currency_rate.name, false, 1
        FROM res_currency_rate JOIN draft.currency ON currency_id = euro_id
        """,
        key="company_id, day, in_euro",
    )
    return to.value("SELECT array_agg(company_id ORDER BY company_id) FROM draft.company")


def note(to):
    """What the ledger is, for the benchmarks that run on it."""
    to.run(
        f"""
        CREATE TABLE bench_ledger AS SELECT
            {to.plan.scale}::float8 AS scale, {to.plan.seed} AS seed, DATE '{LAST_DAY}' AS last_day
        """
    )
