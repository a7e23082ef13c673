"""Ten indicators of a hundred sellers, and the balances of ten accounts, in each month of a year.

- `100 users x 10 indicators x 12 months`: four kinds of documents, each with a condition and a date of
  its own; the limit is one query for each of them, written by hand. mis_builder cannot group by a
  person: its report is evaluated for each of them and each month.
- `..., gamification`: the same against the host's goals, one for each person, month and indicator,
  computed in batch mode. It loses the last day of what is dated to the second, so that only the six
  indicators with a plain date are compared.
- `10 accounts x 12 months`: the movements of the accounts with most journal items.
"""

import warnings
from collections import defaultdict
from datetime import date
from functools import partial

from .core.measure import Bounds, Operation
from .ledger.plan import LAST_DAY

ISSUE = 7
USERS = 100
ACCOUNTS = 10
YEAR = LAST_DAY.year

#: Name: model, condition, date, owner, {indicator: measured field, or nothing to count}
KINDS = {
    "invoices": (
        "account.move",
        "[('move_type', '=', 'out_invoice'), ('state', '=', 'posted')]",
        "invoice_date",
        "invoice_user_id",
        {
            "bench_invoices": "",
            "bench_net": "amount_untaxed_signed",
            "bench_gross": "amount_total_signed",
            "bench_open": "amount_residual_signed",
        },
    ),
    "refunds": (
        "account.move",
        "[('move_type', '=', 'out_refund'), ('state', '=', 'posted')]",
        "invoice_date",
        "invoice_user_id",
        {"bench_refunds": "", "bench_refunded": "amount_untaxed_signed"},
    ),
    "orders": (
        "sale.order",
        "[('state', '=', 'sale')]",
        "date_order",
        "user_id",
        {"bench_orders": ""},
    ),
    "leads": (
        "crm.lead",
        "[('type', '=', 'opportunity')]",
        "create_date",
        "user_id",
        {"bench_leads": "", "bench_expected": "expected_revenue", "bench_prorated": "prorated_revenue"},
    ),
}
DATED = ("invoices", "refunds")
TOLERANCE = 0.03

LIMITS = {
    "invoices": """
        SELECT date_part('month', invoice_date), invoice_user_id, count(*), sum(amount_untaxed_signed),
            sum(amount_total_signed), sum(amount_residual_signed)
        FROM account_move WHERE move_type = 'out_invoice' AND state = 'posted'
            AND company_id = %(company)s AND invoice_date BETWEEN %(start)s AND %(end)s
        GROUP BY GROUPING SETS ((1), (1, 2))
    """,
    "refunds": """
        SELECT date_part('month', invoice_date), invoice_user_id, count(*), sum(amount_untaxed_signed)
        FROM account_move WHERE move_type = 'out_refund' AND state = 'posted'
            AND company_id = %(company)s AND invoice_date BETWEEN %(start)s AND %(end)s
        GROUP BY GROUPING SETS ((1), (1, 2))
    """,
    "orders": """
        SELECT date_part('month', date_order), user_id, count(*)
        FROM sale_order WHERE state = 'sale' AND company_id = %(company)s
            AND date_order >= %(start)s AND date_order < %(end)s::date + 1
        GROUP BY GROUPING SETS ((1), (1, 2))
    """,
    "leads": """
        SELECT date_part('month', create_date), user_id, count(*), sum(expected_revenue),
            sum(prorated_revenue)
        FROM crm_lead WHERE type = 'opportunity' AND active AND company_id = %(company)s
            AND create_date >= %(start)s AND create_date < %(end)s::date + 1
        GROUP BY GROUPING SETS ((1), (1, 2))
    """,
}
ACCOUNT_LIMIT = """
    SELECT date_part('month', date), account_id, sum(balance) FROM account_move_line
    WHERE account_id = ANY(%(accounts)s) AND parent_state = 'posted' AND company_id = %(company)s
        AND date BETWEEN %(start)s AND %(end)s
    GROUP BY GROUPING SETS ((1), (1, 2))
"""


def operations(env):
    prepare(env)
    users, accounts = sellers(env), busiest(env)
    name = f"{USERS} users x {sum(len(kind[4]) for kind in KINDS.values())} indicators x 12 months"
    # one for each kind of documents, between the two that guard it; and what is looked up for all of them
    queries = 3 * len(KINDS) + 8
    yield Operation(
        name,
        ours=run_ours,
        limit=run_limit,
        peer=partial(run_mis_builder, users),
        check=partial(check_users, users, tuple(KINDS)),
        bounds=Bounds(limit=2, peer=20, queries=queries),
    )
    yield Operation(
        f"{name}, gamification",
        ours=run_ours,
        limit=run_limit,
        peer=partial(run_gamification, users),
        check=partial(check_users, users, DATED),
        bounds=Bounds(limit=2, queries=queries),
    )
    yield Operation(
        f"{ACCOUNTS} accounts x 12 months",
        ours=partial(run_our_accounts, accounts),
        limit=partial(run_account_limit, accounts),
        peer=run_mis_accounts,
        check=partial(check_accounts, accounts),
        bounds=Bounds(limit=2, peer=5, queries=3 + 8),
    )


def sellers(env):
    return env["res.users"].search([("login", "=like", "seller%")], order="id", limit=USERS).ids


def busiest(env):
    """{id: code} of the accounts with most journal items."""
    env.cr.execute(
        """SELECT account_id FROM account_move_line WHERE company_id = %s AND account_id IS NOT NULL
           GROUP BY account_id ORDER BY count(*) DESC, account_id LIMIT %s""",
        [env.company.id, ACCOUNTS],
    )
    return {account.id: account.code for account in
            env["account.account"].browse(id_ for (id_,) in env.cr.fetchall())}  # fmt: skip


# --- what each side is set up with, once --------------------------------------


def prepare(env):
    """Set each side up, in the same time zone; kept for the next time."""
    if env["mis.report"].search_count([("name", "=", "Benchmark, sellers")]):
        return
    env.company.resource_calendar_id.tz = "UTC"
    accounts = busiest(env)
    prepare_ours(env, accounts)
    prepare_mis_builder(env, accounts)
    prepare_gamification(env)
    env.cr.commit()


def prepare_ours(env, accounts):
    common = {"is_measured": False, "team_field": False, "category": "sales"}
    new = env["crmx.kpi.indicator"].create
    for model, domain, day, owner, indicators in KINDS.values():
        for code, field in indicators.items():
            new(
                {
                    **common,
                    "name": code,
                    "code": code,
                    "res_model": model,
                    "domain": domain,
                    "date_field": day,
                    "owner_field": owner,
                    "measure": "sum" if field else "count",
                    "measure_field": field,
                }
            )
    new(
        {
            **common,
            "name": "Balance",
            "code": "bench_balance",
            "res_model": "account.move.line",
            "domain": f"[('account_id', 'in', {sorted(accounts)}), ('parent_state', '=', 'posted')]",
            "date_field": "date",
            "owner_field": False,
            "item_field": "account_id",
            "measure": "sum",
            "measure_field": "balance",
        }
    )


def prepare_mis_builder(env, accounts):
    sellers_report = env["mis.report"].create({"name": "Benchmark, sellers"})
    for name, (model, domain, day, _owner, indicators) in KINDS.items():
        measured = [field for field in indicators.values() if field] or ["amount_total"]
        env["mis.report.query"].create(
            {
                "report_id": sellers_report.id,
                "name": name,
                "model_id": env["ir.model"]._get_id(model),
                "field_ids": [field_of(env, model, field).id for field in measured],
                "aggregate": "sum",
                "date_field": field_of(env, model, day).id,
                "domain": domain,
            }
        )
        for code, field in indicators.items():
            add_kpi(env, sellers_report, code, f"{name}.{field or 'count'}")
    accounts_report = env["mis.report"].create({"name": "Benchmark, accounts"})
    for id_, code in accounts.items():
        add_kpi(env, accounts_report, f"account_{id_}", f"balp[{code}]")


def field_of(env, model, name):
    return env["ir.model.fields"]._get(model, name)


def add_kpi(env, report, name, expression):
    env["mis.report.kpi"].create(
        {"report_id": report.id, "name": name, "description": name, "expression": expression}
    )


def prepare_gamification(env):
    """A definition for each indicator, and a goal for each seller and month of each."""
    users, goals = sellers(env), []
    for model, domain, day, owner, indicators in KINDS.values():
        for code, field in indicators.items():
            definition = env["gamification.goal.definition"].create(
                {
                    "name": code,
                    "computation_mode": "sum" if field else "count",
                    "model_id": env["ir.model"]._get_id(model),
                    "field_id": field_of(env, model, field).id if field else False,
                    "field_date_id": field_of(env, model, day).id,
                    "domain": domain,
                    "batch_mode": True,
                    "batch_distinctive_field": field_of(env, model, owner).id,
                    "batch_user_expression": "user.id",
                }
            )
            goals += [
                {
                    "definition_id": definition.id,
                    "user_id": user,
                    "start_date": period["date_from"],
                    "end_date": period["date_to"],
                    "target_goal": 1e9,
                    "state": "inprogress",
                }
                for user in users
                for period in months()
            ]
    env["gamification.goal"].create(goals)


# --- sides --------------------------------------------------------------------


def months():
    days = [date(YEAR, number, 1) for number in range(1, 13)] + [date(YEAR + 1, 1, 1)]
    return [
        {"date_from": start, "date_to": date.fromordinal(after.toordinal() - 1)}
        for start, after in zip(days, days[1:], strict=False)
    ]


def month_numbers(env):
    """The months of the year, on no record: {number given to it: month}, and the periods."""
    model = env["crmx.kpi.period"]
    vals = {"company_id": env.company.id, "kind": "month"}
    periods = [model.new({**vals, **days}, ref=number) for number, days in enumerate(months(), 1)]
    return {period.id: number for number, period in enumerate(periods, 1)}, model.concat(*periods)


def run_ours(env):
    """:return: ``{(indicator, month, user): value}``"""
    numbers, periods = month_numbers(env)
    codes = [code for kind in KINDS.values() for code in kind[4]]
    indicators = env["crmx.kpi.indicator"].search([("code", "in", codes)])
    result = env["crmx.kpi.measure"]._measure(indicators, periods, env.company, ("company", "user"))
    if result.problems:
        raise RuntimeError(result.problems)
    return {
        (code, numbers[period_id], subject_id): figure.value
        for code, found in ((indicator.code, found) for indicator, found in result.figures.items())
        for (period_id, level, subject_id), figure in found.items()
        if level == "user"
    }


def run_limit(env):
    given = {"company": env.company.id, "start": date(YEAR, 1, 1), "end": date(YEAR, 12, 31)}
    figures = {}
    for name, query in LIMITS.items():
        env.cr.execute(query, given)
        for month, user, *values in env.cr.fetchall():
            for code, value in zip(KINDS[name][4], values, strict=True):
                if user:
                    figures[code, int(month), user] = float(value or 0)
    return figures


def run_mis_builder(users, env):
    """The report is evaluated for each seller and month: it groups by no person."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it calls what the host is about to drop
        return evaluate_for_each(users, env)


def evaluate_for_each(users, env):
    env = env(context={**env.context, "tz": "UTC"})
    report = env["mis.report"].search([("name", "=", "Benchmark, sellers")])
    owners = {name: kind[3] for name, kind in KINDS.items()}
    aep = report._prepare_aep(env.company)
    figures = {}
    for number, month in enumerate(months(), 1):
        for user in users:
            found = report.evaluate(
                aep,
                **month,
                get_additional_query_filter=lambda query, user=user: [
                    (owners[query.name], "=", user),
                    ("company_id", "=", env.company.id),
                ],
            )
            for kind in KINDS.values():
                figures.update({(code, number, user): _plain(found[code]) for code in kind[4]})
    return figures


def _plain(value):
    """A figure of mis_builder: what is not there is a value of its own."""
    return float(value) if value else 0.0


def run_gamification(users, env):
    goals = env["gamification.goal"].search([("user_id", "in", users)])
    goals.with_context(no_remind_goal=True).update_goal()
    return {(goal.definition_id.name, goal.start_date.month, goal.user_id.id): goal.current for goal in goals}


def run_our_accounts(accounts, env):
    """:return: ``{(account, month): value}``"""
    numbers, periods = month_numbers(env)
    indicator = env["crmx.kpi.indicator"].search([("code", "=", "bench_balance")])
    result = env["crmx.kpi.measure"]._measure(indicator, periods, env.company, ("company", "item"))
    return {
        (key.subject_id, numbers[key.period_id]): figure.value
        for key, figure in result.figures[indicator].items()
        if key.level == "item" and key.subject_id in accounts
    }


def run_account_limit(accounts, env):
    env.cr.execute(
        ACCOUNT_LIMIT,
        {
            "accounts": list(accounts),
            "company": env.company.id,
            "start": date(YEAR, 1, 1),
            "end": date(YEAR, 12, 31),
        },
    )
    return {(account, int(month)): float(value) for month, account, value in env.cr.fetchall() if account}


def run_mis_accounts(env):
    report = env["mis.report"].search([("name", "=", "Benchmark, accounts")])
    aep = report._prepare_aep(env.company)
    figures = {}
    for number, month in enumerate(months(), 1):
        found = report.evaluate(aep, **month)
        for kpi in report.kpi_ids:
            figures[int(kpi.name.removeprefix("account_")), number] = _plain(found[kpi.name])
    return figures


# --- figures ------------------------------------------------------------------


def check_users(users, kinds, results):
    """The sides agree on each figure; who has no document has none of ours, and 0 of others."""
    codes = {code for kind in kinds for code in KINDS[kind][4]}
    sides = {side: defaultdict(float, found) for side, found in results.items()}
    keys = [(code, month, user) for code in sorted(codes) for month in range(1, 13) for user in users]
    return disagreements(sides, keys)


def check_accounts(accounts, results):
    sides = {side: defaultdict(float, found) for side, found in results.items()}
    return disagreements(sides, [(account, month) for account in accounts for month in range(1, 13)])


def disagreements(sides, keys):
    if not any(sides["ours"][key] for key in keys):
        return ["nothing was measured"]
    found = []
    for side in sides.keys() - {"ours"}:
        wrong = [key for key in keys if abs(sides["ours"][key] - sides[side][key]) > TOLERANCE]
        if wrong:
            key = wrong[0]
            ours, other = sides["ours"][key], sides[side][key]
            found.append(f"{len(wrong):,} of {len(keys):,}; {key}: ours {ours}, {side} {other}")
    return found
