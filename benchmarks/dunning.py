"""A dunning proposal for everybody: our run, plain SQL that writes the same, and OCA's credit control run.

All are as of the ledger's last day, with one level, ten days after the due date.
"""

from functools import partial

from .core.measure import Bounds, Operation

ISSUE = 4
DAYS = 10

# With the foreign keys that any such table has, and without further indexes.
TABLES = """
    CREATE TABLE bench_reminder (
        id serial PRIMARY KEY,
        company_id int NOT NULL REFERENCES res_company,
        partner_id int NOT NULL REFERENCES res_partner,
        contact_id int REFERENCES res_partner,
        amount numeric
    );
    CREATE TABLE bench_reminder_item (
        id serial PRIMARY KEY,
        reminder_id int REFERENCES bench_reminder,
        partner_id int REFERENCES res_partner,
        currency_id int REFERENCES res_currency,
        item_id int,
        amount numeric
    );
"""
# Credits take the oldest items of their currency, and what is left over of them those of other currencies.
PROPOSE = """
    WITH item AS MATERIALIZED (
        SELECT line.id, partner.commercial_partner_id AS debtor, line.currency_id, line.date_maturity AS due,
            line.amount_residual_currency AS open, line.amount_residual AS value, line.no_followup AS marked
        FROM account_move_line AS line JOIN res_partner AS partner ON partner.id = line.partner_id
        WHERE line.account_id = ANY(%(accounts)s) AND line.reconciled IS NOT TRUE
            AND line.parent_state = 'posted' AND line.company_id = %(company)s AND line.date <= %(day)s
    ),
    credit AS (
        SELECT debtor, currency_id, -sum(open) AS open, -sum(value) AS value
        FROM item WHERE open < 0 GROUP BY debtor, currency_id
    ),
    taken AS (
        SELECT item.*, credit.open AS credit, credit.value AS credit_value,
            least(item.open, greatest(0, coalesce(credit.open, 0) + item.open - sum(item.open)
                OVER (PARTITION BY debtor, currency_id ORDER BY item.due, item.id))) AS covered
        FROM item LEFT JOIN credit USING (debtor, currency_id)
        WHERE item.open > 0 AND due < %(day)s AND marked IS NOT TRUE
    ),
    spare AS (
        SELECT debtor, sum(credit.value * (1 - coalesce(used, 0) / credit.open)) AS value
        FROM credit LEFT JOIN (
            SELECT debtor, currency_id, sum(covered) AS used FROM taken GROUP BY debtor, currency_id
        ) AS used USING (debtor, currency_id)
        GROUP BY debtor
    ),
    rest AS (
        SELECT taken.*, (taken.open - covered) AS rest,
            taken.value * (taken.open - covered) / taken.open AS left_value, coalesce(spare.value, 0) AS spare
        FROM taken LEFT JOIN spare USING (debtor)
    ),
    asked AS MATERIALIZED (
        SELECT id, debtor, currency_id, due, open, value,
            CASE WHEN left_value <= 0 THEN 0 ELSE round(rest * (1 - least(1, greatest(0,
                spare + left_value - sum(left_value) OVER (PARTITION BY debtor ORDER BY due, id)
            ) / left_value)), 2) END AS amount
        FROM rest
    ),
    contact AS (
        SELECT DISTINCT ON (parent_id) parent_id AS debtor, id FROM res_partner
        WHERE type = 'invoice' AND active ORDER BY parent_id, email IS NULL, id
    ),
    sums AS (
        SELECT debtor, sum(value * amount / open) AS amount
        FROM asked WHERE amount > 0 AND due <= %(day)s - %(days)s GROUP BY debtor
    ),
    reminder AS (
        INSERT INTO bench_reminder (company_id, partner_id, contact_id, amount)
        SELECT %(company)s, debtor, contact.id, amount FROM sums LEFT JOIN contact USING (debtor)
        RETURNING id, partner_id
    )
    INSERT INTO bench_reminder_item (reminder_id, partner_id, currency_id, item_id, amount)
    SELECT reminder.id, debtor, currency_id, asked.id, amount
    FROM asked LEFT JOIN reminder
        ON reminder.partner_id = debtor AND amount > 0 AND due <= %(day)s - %(days)s
"""


def operations(env):
    env.cr.execute("SELECT last_day FROM bench_ledger")
    [last_day] = env.cr.fetchone()
    accounts = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", env.company.ids)]
    )
    scope = {
        "day": last_day,
        "days": DAYS,
        "company": env.company.id,
        "accounts": accounts.ids,
    }
    yield Operation(
        "proposal",
        ours=partial(run_ours, scope),
        limit=partial(run_limit, scope),
        peer=partial(run_peer, scope),
        check=check,
        bounds=Bounds(limit=6, peer=20, queries=40, memory=64),
    )


# --- sides --------------------------------------------------------------------


def run_ours(scope, env):
    level = {"number": 1, "name": "First", "days": DAYS}
    policy = env["crmx.dunning.policy"].create({"name": "Benchmark", "level_ids": [(0, 0, level)]})
    env.company.crmx_dunning_policy_id = policy
    run = env["crmx.dunning.run"].create({"date": scope["day"]})
    run.action_propose()
    return read(
        env,
        "SELECT move_line_id, amount FROM crmx_dunning_line WHERE run_id = %s AND reason IS NULL",
        "SELECT move_line_id FROM crmx_dunning_line WHERE run_id = %s"
        f" AND reason IN ('covered', 'no_followup') AND days_late >= {DAYS}",
        run.id,
    )


def run_limit(scope, env):
    env.cr.execute(TABLES)
    env.cr.execute(PROPOSE, scope)
    written = "SELECT item_id, amount FROM bench_reminder_item WHERE reminder_id IS NOT NULL AND %s"
    return read(env, written, None, True)


def run_peer(scope, env):
    """OCA's lines, without the messages that it makes of them later."""
    texts = {"custom_text": "Please pay", "custom_mail_text": "Please pay"}
    template = env.ref("account_credit_control.email_template_credit_control_base")
    level = {
        "name": "First",
        "level": 1,
        "computation_mode": "net_days",
        "delay_days": DAYS,
        "channel": "email",
        "email_template_id": template.id,
        **texts,
    }
    policy = env["credit.control.policy"].create(
        {"name": "Benchmark", "account_ids": scope["accounts"], "level_ids": [(0, 0, level)]}
    )
    env.company.write({"credit_policy_id": policy.id, "credit_control_tolerance": 0})
    run = env["credit.control.run"].create({"date": scope["day"], "policy_ids": policy.ids})
    run.generate_credit_lines()
    return read(
        env,
        "SELECT move_line_id, balance_due FROM credit_control_line WHERE run_id = %s AND balance_due > 0",
        None,
        run.id,
    )


def read(env, asked, left_out, parameter):
    """Return ({item: amount that is asked for}, items left out on purpose)."""
    env.flush_all()
    env.cr.execute(asked, [parameter])
    amounts = {item: round(float(amount), 2) for item, amount in env.cr.fetchall()}
    if not left_out:
        return amounts, set()
    env.cr.execute(left_out, [parameter])
    return amounts, {item for [item] in env.cr.fetchall()}


# --- figures ------------------------------------------------------------------


def check(results):
    """Ours and the limit ask for the same; the peer also for what is covered by credits, and in full.

    Its other differences are those documented in the issue: it nets no credits and reads no mark
    “no follow-up”. So its items are ours and those that we leave out for these two reasons.
    """
    ours, left_out = results["ours"]
    limit, _none = results["limit"]
    peer, _none = results["peer"]
    wrong = [
        f"item {item}: ours {ours.get(item)}, the limit {limit.get(item)}"
        for item in sorted(ours.keys() | limit.keys())
        if ours.get(item) != limit.get(item)
    ]
    odd = (ours.keys() | left_out) ^ peer.keys()
    if odd:
        wrong.append(f"{len(odd)} items are ours or the peer's only, such as {min(odd)}")
    wrong += [
        f"item {item}: ours asks for {ours[item]}, the peer for less, {peer[item]}"
        for item in ours.keys() & peer.keys()
        if ours[item] > peer[item]
    ]
    return wrong[:5]
