"""Aged receivables by customer and 30 days: our report, plain SQL, and OCA's aged partner balance.

`today` is the ledger's last day, `past` 180 days before it.
"""

from datetime import date, timedelta
from functools import partial
from unittest.mock import patch

from .core.measure import Bounds, Operation

ISSUE = 2
LIMITS = [30, 60, 90, 120]
PAST = timedelta(days=180)

# Open items as they are stored: right while nothing is dated or allocated after the day.
OPEN_NOW = """
    SELECT partner_id, %(day)s - date_maturity AS age, amount_residual AS amount
    FROM account_move_line
    WHERE account_id = ANY(%(accounts)s) AND reconciled IS NOT TRUE
        AND parent_state = 'posted' AND company_id = %(company)s AND date <= %(day)s
"""
# What was allocated later was open that day: add it to its debit, take it from its credit.
ALLOCATED_LATER = """
    SELECT line.partner_id, %(day)s - line.date_maturity, later.amount
    FROM account_partial_reconcile AS partial
    CROSS JOIN LATERAL (VALUES
        (partial.debit_move_id, partial.amount), (partial.credit_move_id, -partial.amount)
    ) AS later (line_id, amount)
    JOIN account_move_line AS line ON line.id = later.line_id
    WHERE partial.max_date > %(day)s AND partial.company_id = %(company)s
        AND line.account_id = ANY(%(accounts)s) AND line.parent_state = 'posted'
        AND line.date <= %(day)s
"""
# Adding up by bucket first and turning the buckets into columns after it takes half the time of
# adding up seven columns at once.
FIGURES = """
    SELECT commercial_partner_id AS id,
        sum(amount) FILTER (WHERE bucket = 0),
        sum(amount) FILTER (WHERE bucket = 1),
        sum(amount) FILTER (WHERE bucket = 2),
        sum(amount) FILTER (WHERE bucket = 3),
        sum(amount) FILTER (WHERE bucket = 4),
        sum(amount) FILTER (WHERE bucket = 5),
        sum(amount)
    FROM (
        SELECT partner_id, width_bucket(age, ARRAY[1, 31, 61, 91, 121]) AS bucket,
            sum(amount) AS amount
        FROM ({items}) AS item GROUP BY partner_id, bucket
    ) AS figures JOIN res_partner ON res_partner.id = partner_id
    GROUP BY commercial_partner_id
"""
NAMED = """
    SELECT figures.*, complete_name
    FROM ({figures}) AS figures JOIN res_partner USING (id) ORDER BY complete_name
"""
# Independent of residuals and allocations.
TRIAL_BALANCE = """
    SELECT sum(balance) FROM account_move_line
    WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted'
        AND company_id = %(company)s AND date <= %(day)s
"""


def operations(env):
    """`today` and `past`, each without and with the customers' names; the peer always has names."""
    env.cr.execute("SELECT last_day FROM bench_ledger")
    today = env.cr.fetchone()[0]
    for name, day, items, faster in (
        ("today", today, OPEN_NOW, 25),
        ("past", today - PAST, f"{OPEN_NOW} UNION ALL {ALLOCATED_LATER}", 20),
    ):
        scope = {"day": day, "company": env.company.id, "accounts": receivable_accounts(env).ids}
        env.cr.execute(TRIAL_BALANCE, scope)
        balance = float(env.cr.fetchone()[0])
        figures = FIGURES.format(items=items)
        peer = partial(run_peer, scope, today)
        for suffix, query, most in (
            ("", figures, 2),
            (" with names", NAMED.format(figures=figures), 3),
        ):
            yield Operation(
                name + suffix,
                ours=partial(run_ours, day, bool(suffix)),
                limit=partial(run_limit, query, scope),
                peer=peer,
                check=partial(check, balance, bool(suffix)),
                bounds=Bounds(limit=most, peer=faster, queries=15, memory=64),
            )


def receivable_accounts(env):
    domain = [
        ("account_type", "=", "asset_receivable"),
        ("company_ids", "in", env.company.ids),
    ]
    return env["account.account"].search(domain)


# --- sides --------------------------------------------------------------------


def run_ours(day, with_names, env):
    options = {
        "as_of": str(day),
        "side": "receivable",
        "basis": "due",
        "limits": LIMITS,
        # the peer knows no other way
        "credits": "aged",
    }
    return env["crmx.aged.report"].get_page(options, with_names=with_names)


def run_limit(query, scope, env):
    env.cr.execute(query, scope)
    return env.cr.fetchall()


def run_peer(scope, today, env):
    """The data of OCA's report, not rendered."""
    from odoo.addons.account_financial_report.report import aged_partner_balance

    class LedgersDay(date):
        """The peer reads later allocations only for a day before today."""

        @classmethod
        def today(cls):
            return today

    wizard = env["aged.partner.balance.report.wizard"].create(
        {
            "date_at": scope["day"],
            "company_id": scope["company"],
            "account_ids": scope["accounts"],
            "target_move": "posted",
        }
    )
    data = {**wizard._prepare_report_data(), "date_at": str(scope["day"])}
    report = env["report.account_financial_report.aged_partner_balance"]
    with patch.object(aged_partner_balance, "date", LedgersDay):
        return report._get_report_values(wizard.ids, data)["aged_partner_balance"]


# --- figures ------------------------------------------------------------------


def check(balance, with_names, results):
    """Customers' buckets and totals must be equal, and the totals those of the trial balance.

    :param balance: the trial balance of the receivable accounts on that day
    """
    read_key = "name" if with_names else "key"
    figures = {
        "ours": {row[read_key]: (*row["buckets"], row["total"]) for row in results["ours"]["rows"]},
        "limit": {row[8] if with_names else row[0]: row[1:8] for row in results["limit"]},
        "peer": read_peer(results["peer"]),
    }
    figures = {side: without_zeros(rows) for side, rows in figures.items()}
    wrong = [*differ("ours", figures["ours"], "the limit", figures["limit"])]
    if with_names:
        wrong += differ("the peer", figures["peer"], "the limit", figures["limit"])
    totals = {side: sum(row[-1] for row in rows.values()) for side, rows in figures.items()}
    totals["ours, as its total row says"] = results["ours"]["total"]["total"]
    wrong += [
        f"{side} has {total:,.2f}, the trial balance {balance:,.2f}"
        for side, total in totals.items()
        if abs(total - balance) > 0.005
    ]
    return wrong


def read_peer(accounts):
    """The peer lists customers by account, by name only."""
    columns = ("current", "30_days", "60_days", "90_days", "120_days", "older", "residual")
    figures = {}
    for account in accounts:
        for row in account["partners"]:
            before = figures.get(row["name"], (0,) * len(columns))
            figures[row["name"]] = tuple(
                old + row[column] for old, column in zip(before, columns, strict=True)
            )
    return figures


def without_zeros(rows):
    """Sides may or may not list a customer who owes nothing in any bucket."""
    rounded = {key: tuple(round(float(amount or 0), 2) for amount in rows[key]) for key in rows}
    return {key: row for key, row in rounded.items() if any(row)}


def differ(name, rows, other_name, other_rows):
    """Say how many customers differ, and how the first does."""
    wrong = [key for key in rows.keys() | other_rows.keys() if rows.get(key) != other_rows.get(key)]
    if wrong:
        first = min(wrong, key=str)
        yield (
            f"{len(wrong):,} customers; {first}: {name} {rows.get(first)}, "
            f"{other_name} {other_rows.get(first)}"
        )
