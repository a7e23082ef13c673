"""Receivables at 36 ends of months: DSO and its parts, and the allowance for doubtful debts.

Each in one query of ours and of the limit; no peer computes either for more than one day.
"""

from datetime import timedelta
from functools import partial

from .core.measure import Bounds, Operation

ISSUE = 4
MONTHS = 36
LIMITS = (30, 60, 90, 120)
PERCENTS = (0.5, 2, 10, 25, 50, 100)

DAYS = """
    day AS (
        SELECT least((date_trunc('month', %(last)s::date) - n * interval '1 month'
            + interval '1 month - 1 day')::date, %(last)s) AS d
        FROM generate_series(0, %(months)s - 1) AS n
    ),
    item AS MATERIALIZED (
        SELECT line.id, line.balance, line.date, coalesce(line.date_maturity, line.date) AS due,
            partner.commercial_partner_id AS debtor,
            line.display_type = 'payment_term' AND move.move_type IN ('out_invoice', 'out_refund') AS billed
        FROM account_move_line AS line JOIN account_move AS move ON move.id = line.move_id
        LEFT JOIN res_partner AS partner ON partner.id = line.partner_id
        WHERE line.account_id = ANY(%(accounts)s) AND line.parent_state = 'posted'
            AND line.company_id = %(company)s AND line.date <= %(last)s
    ),
    side AS MATERIALIZED (
        SELECT side.id, side.amount, partial.max_date AS date
        FROM account_partial_reconcile AS partial CROSS JOIN LATERAL (VALUES
            (partial.debit_move_id, -partial.amount), (partial.credit_move_id, partial.amount)
        ) AS side (id, amount)
        WHERE partial.company_id = %(company)s AND partial.max_date <= %(last)s
    )
"""
# Balances add up over months; only what is not due must be looked at on each day, for a few months.
DSO = f"""
    WITH {DAYS},
    balance AS (
        SELECT d, sum(item.balance) AS amount FROM day LEFT JOIN (
            SELECT date, sum(balance) AS balance FROM item GROUP BY date
        ) AS item ON item.date <= d GROUP BY d
    ),
    not_due AS (
        SELECT d, sum(amount) AS amount FROM (
            SELECT d, balance AS amount FROM item JOIN day ON d BETWEEN item.date AND due
            WHERE balance > 0
            UNION ALL
            SELECT d, side.amount FROM side JOIN item USING (id)
            JOIN day ON d BETWEEN greatest(side.date, item.date) AND due WHERE balance > 0
        ) AS part GROUP BY d
    ),
    billed AS (
        SELECT date_trunc('month', date)::date AS month, sum(balance) AS amount
        FROM item WHERE billed GROUP BY 1
    )
    SELECT day.d, balance.amount, coalesce(not_due.amount, 0),
        (SELECT coalesce(sum(amount), 0) FROM billed
            WHERE month BETWEEN date_trunc('month', day.d) - interval '2 months' AND day.d)
    FROM day JOIN balance USING (d) LEFT JOIN not_due USING (d) ORDER BY 1
"""
# What a customer has in credit pays his oldest debts first.
ALLOWANCE = f"""
    WITH {DAYS},
    settled AS (SELECT id, max(date) AS date, sum(amount) AS amount FROM side GROUP BY id),
    life AS (
        SELECT item.*, CASE WHEN balance + settled.amount = 0 THEN settled.date ELSE 'infinity' END AS ends
        FROM item LEFT JOIN settled USING (id)
    ),
    residual AS (
        SELECT d, debtor, id, due, sum(amount) AS amount FROM (
            SELECT d, debtor, id, due, balance AS amount FROM life JOIN day ON d >= date AND d < ends
            UNION ALL
            SELECT d, debtor, id, due, side.amount FROM side JOIN life USING (id)
            JOIN day ON d >= greatest(side.date, life.date) AND d < ends
        ) AS part GROUP BY 1, 2, 3, 4
    ),
    credit AS (SELECT d, debtor, -sum(amount) AS amount FROM residual WHERE amount < 0 GROUP BY 1, 2),
    debt AS (
        SELECT residual.d, due, least(residual.amount, greatest(0, sum(residual.amount)
            OVER (PARTITION BY residual.d, residual.debtor ORDER BY due, id) - coalesce(credit.amount, 0)))
            AS net
        FROM residual LEFT JOIN credit ON credit.d = residual.d AND credit.debtor = residual.debtor
        WHERE residual.amount > 0
    )
    SELECT d, sum(net * (%(percents)s::numeric[])[width_bucket(d - due, %(starts)s) + 1] / 100)
    FROM debt GROUP BY d ORDER BY d
"""
TRIAL_BALANCE = """
    SELECT sum(balance) FROM account_move_line
    WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted'
        AND company_id = %(company)s AND date <= %(day)s
"""


def operations(env):
    env.cr.execute("SELECT last_day FROM bench_ledger")
    [last] = env.cr.fetchone()
    accounts = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", env.company.ids)]
    )
    scope = {
        "last": last,
        "months": MONTHS,
        "company": env.company.id,
        "accounts": accounts.ids,
        "percents": list(PERCENTS),
        "starts": [limit + 1 for limit in (0, *LIMITS)],
    }
    balances = {}
    for back in range(MONTHS):
        first = last.replace(day=1)
        month = first.year * 12 + first.month - 1 - back
        after = first.replace(year=(month + 1) // 12, month=(month + 1) % 12 + 1)
        day = min(last, after - timedelta(days=1))
        env.cr.execute(TRIAL_BALANCE, {**scope, "day": day})
        balances[day] = float(env.cr.fetchone()[0] or 0)
    for name, ours, query, check in (
        ("dso", run_dso, DSO, check_dso),
        ("allowance", run_allowance, ALLOWANCE, check_allowance),
    ):
        yield Operation(
            f"{name}, {MONTHS} month-ends",
            ours=partial(ours, last),
            limit=partial(run_limit, query, scope),
            check=partial(check, balances),
            # a setting, the accounts, and one
            bounds=Bounds(queries=5 if name == "dso" else 4),
        )


# --- sides --------------------------------------------------------------------


def run_dso(last, env):
    figures = env["crmx.receivables.figure"].with_context(crmx_as_of=str(last), crmx_months=MONTHS)
    return figures._read_group(
        [],
        ["date:day"],
        ["receivable:sum", "current:sum", "sales_period:sum", "dso:avg", "dso_countback:avg"],
        order="date:day",
    )


def run_allowance(last, env):
    method = env["crmx.allowance.method"].new(
        {"limits": ", ".join(map(str, LIMITS)), "company_id": env.company.id}
    )
    return method._trend(last, MONTHS, list(PERCENTS))


def run_limit(query, scope, env):
    env.cr.execute(query, scope)
    return env.cr.fetchall()


# --- figures ------------------------------------------------------------------


def check_dso(balances, results):
    """Both say the same, and the receivables are the trial balance of each day."""
    ours = {row[0]: tuple(round(float(amount), 2) for amount in row[1:4]) for row in results["ours"]}
    limit = {row[0]: tuple(round(float(amount), 2) for amount in row[1:4]) for row in results["limit"]}
    return [*differences(ours, limit), *untied({day: row[0] for day, row in ours.items()}, balances)]


def check_allowance(balances, results):
    ours = {row[0]: round(row[2], 2) for row in results["ours"]}
    limit = {row[0]: round(float(row[1]), 2) for row in results["limit"]}
    return [
        *differences(ours, {day: limit.get(day, 0.0) for day in ours}),
        *untied({row[0]: row[1] for row in results["ours"]}, balances),
    ]


def differences(ours, limit):
    if not ours or not any(limit.values()):
        return ["there are no figures"]
    wrong = [day for day in ours if ours[day] != limit.get(day)]
    if not wrong:
        return []
    return [f"{len(wrong)} days; {wrong[0]}: ours {ours[wrong[0]]}, limit {limit.get(wrong[0])}"]


def untied(ours, balances):
    return [
        f"{day}: ours {ours.get(day, 0):,.2f}, the trial balance {balance:,.2f}"
        for day, balance in balances.items()
        if abs(ours.get(day, 0) - balance) > 0.005
    ]
