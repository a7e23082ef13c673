"""Exposures of customers in all their parts: ours, plain SQL and OCA's; what the list and the check cost.

- `1000 customers`, `1000 busiest customers`, `all customers`: exposure in all its parts; the limit is the
  exposure alone in SQL written by hand for this ledger (no disputes, no payments without an entry, no down
  payments); the peer is the total of account_financial_risk and sale_financial_risk. It is not compared
  where it converts twice: for who trades in another currency than the company's.
- `customer list of 80`: the list with our columns; the limit is the list without them.
- `confirm 500 orders`: with rules on; the limit is the same without a rule.
"""

from functools import partial
from unittest.mock import patch

from .core.measure import Bounds, Operation

ISSUE = 3
CUSTOMERS = 1_000
LIST = 80
ORDERS = 500
COLUMNS = (
    "crmx_receivable_total",
    "crmx_receivable_overdue",
    "crmx_exposure_total",
    "crmx_credit_limit",
    "crmx_credit_free",
    "crmx_oldest_due",
)

EXPOSURES = """
    WITH rate AS (
        SELECT currency.id,
            coalesce((SELECT rate FROM res_currency_rate WHERE currency_id = %(currency)s
                AND coalesce(company_id, %(company)s) = %(company)s AND name <= %(today)s
                ORDER BY company_id, name DESC LIMIT 1), 1)::numeric
            / coalesce((SELECT rate FROM res_currency_rate WHERE currency_id = currency.id
                AND coalesce(company_id, %(company)s) = %(company)s AND name <= %(today)s
                ORDER BY company_id, name DESC LIMIT 1), 1)::numeric AS factor
        FROM res_currency AS currency
    )
    SELECT partner.commercial_partner_id, round(sum(part.amount), 2)
    FROM (
        SELECT partner_id, sum(amount_residual_currency * factor) AS amount
        FROM account_move_line JOIN rate ON rate.id = currency_id
        WHERE account_id = ANY(%(accounts)s) AND reconciled IS NOT TRUE
            AND parent_state = 'posted' AND company_id = %(company)s AND {scope}
        GROUP BY partner_id
        UNION ALL
        SELECT partner_id,
            sum(CASE move_type WHEN 'out_refund' THEN -amount_total ELSE amount_total END * factor)
        FROM account_move JOIN rate ON rate.id = currency_id
        WHERE state = 'draft' AND move_type IN ('out_invoice', 'out_refund', 'out_receipt')
            AND company_id = %(company)s AND {scope}
        GROUP BY partner_id
        UNION ALL
        SELECT partner_invoice_id, sum(line.price_total / line.product_uom_qty * factor * (
            greatest(line.qty_delivered - line.qty_invoiced, 0)
            + CASE WHEN invoice_policy = 'order' OR open_moves OR open_moves IS NULL
                THEN greatest(line.product_uom_qty - greatest(line.qty_delivered, line.qty_invoiced), 0)
                ELSE 0 END))
        FROM sale_order JOIN sale_order_line AS line ON line.order_id = sale_order.id
        JOIN rate ON rate.id = sale_order.currency_id
        JOIN product_product ON product_product.id = line.product_id
        JOIN product_template ON product_template.id = product_tmpl_id
        LEFT JOIN LATERAL (
            SELECT bool_or(state NOT IN ('done', 'cancel')) AS open_moves
            FROM stock_move WHERE sale_line_id = line.id
        ) AS move ON line.qty_invoiced < line.product_uom_qty
        WHERE sale_order.state = 'sale' AND sale_order.company_id = %(company)s
            AND sale_order.invoice_status <> 'invoiced' AND line.product_uom_qty > 0
            AND {order_scope}
        GROUP BY partner_invoice_id
    ) AS part JOIN res_partner AS partner ON partner.id = part.partner_id
    GROUP BY partner.commercial_partner_id
"""
FAMILY = "{column} IN (SELECT id FROM res_partner WHERE commercial_partner_id = ANY(%(partners)s))"


def operations(env):
    env.cr.execute("SELECT last_day FROM bench_ledger")
    [today] = env.cr.fetchone()
    customers, page = busiest(env), first_page(env)
    # of the large and the small ones alike, as a list or a selection has them
    some = customers[:: max(1, len(customers) // CUSTOMERS)][:CUSTOMERS]
    yield exposure(env, f"{CUSTOMERS} customers", today, some, peer=8)
    yield exposure(env, f"{CUSTOMERS} busiest customers", today, customers[:CUSTOMERS], peer=8)
    yield exposure(env, "all customers", today, None, peer=20)
    yield Operation(
        f"customer list of {LIST}",
        ours=partial(run_list, page, COLUMNS),
        limit=partial(run_list, page, ()),
        check=check_list,
        # 2 of them without our columns
        bounds=Bounds(queries=7),
    )
    orders = confirmable(env)
    yield Operation(
        f"confirm {ORDERS} orders",
        ours=partial(run_confirm, orders, True),
        limit=partial(run_confirm, orders, False),
        check=check_confirmed,
        bounds=Bounds(processor=1.1),
    )


def exposure(env, name, today, partners, peer):
    return Operation(
        name,
        ours=partial(run_ours, today, partners),
        limit=partial(run_limit, today, partners),
        peer=partial(run_peer, today, partners),
        check=partial(check_exposures, foreign(env)),
        bounds=Bounds(limit=2, peer=peer, queries=6),
    )


def busiest(env):
    """Ids of the customers with most invoices, of those with any."""
    env.cr.execute(
        """
        SELECT commercial_partner_id FROM account_move
        WHERE company_id = %s AND move_type = 'out_invoice'
        GROUP BY commercial_partner_id ORDER BY count(*) DESC, commercial_partner_id
        """,
        [env.company.id],
    )
    return [id_ for (id_,) in env.cr.fetchall()]


def foreign(env):
    """Ids of the customers who trade in another currency than the company's."""
    env.cr.execute(
        """
        SELECT DISTINCT commercial_partner_id FROM account_move
        WHERE company_id = %s AND currency_id <> %s
        UNION SELECT DISTINCT partner_id FROM sale_order WHERE company_id = %s AND currency_id <> %s
        """,
        2 * [env.company.id, env.company.currency_id.id],
    )
    return {id_ for (id_,) in env.cr.fetchall()}


def first_page(env):
    """Ids of the customers that their list shows first."""
    return env["res.partner"].search([("customer_rank", ">", 0)], limit=LIST).ids


def confirmable(env):
    """Ids of orders that can be confirmed again, each of another customer."""
    env.cr.execute(
        """
        SELECT max(id) FROM sale_order WHERE company_id = %s AND state = 'sale'
            AND invoice_status <> 'invoiced'
        GROUP BY partner_invoice_id ORDER BY max(id) DESC LIMIT %s
        """,
        [env.company.id, ORDERS],
    )
    return [id_ for (id_,) in env.cr.fetchall()]


# --- sides --------------------------------------------------------------------


def run_ours(today, partners, env):
    with patch("odoo.fields.Date.context_today", lambda _record, _timestamp=None: today):
        records = None if partners is None else env["res.partner"].browse(partners)
        return env["crmx.credit.exposure"]._read_exposures(records, env.company)


def run_limit(today, partners, env):
    accounts = env["account.account"].search(
        [("account_type", "=", "asset_receivable"), ("company_ids", "in", env.company.ids)]
    )
    scope, order_scope = "true", "true"
    if partners is not None:
        scope = FAMILY.format(column="partner_id")
        order_scope = FAMILY.format(column="partner_invoice_id")
    env.cr.execute(
        EXPOSURES.format(scope=scope, order_scope=order_scope),
        {
            "partners": partners,
            "accounts": accounts.ids,
            "company": env.company.id,
            "currency": env.company.currency_id.id,
            "today": today,
        },
    )
    return env.cr.fetchall()


def run_peer(today, partners, env):
    with patch("odoo.fields.Date.context_today", lambda _record, _timestamp=None: today):
        records = env["res.partner"].browse(partners)
        if partners is None:
            records = records.search([("customer_rank", ">", 0), ("parent_id", "=", False)])
        return {record.id: record.risk_total for record in records}


def run_list(partners, columns, env):
    specification = {name: {} for name in ("display_name", "email", "city", "crmx_currency_id", *columns)}
    return env["res.partner"].browse(partners).web_read(specification)


def run_confirm(orders, with_rules, env):
    records = env["sale.order"].browse(orders)
    rules = env["crmx.credit.rule"]
    for kind, action in (("limit", "order"), ("overdue", "order"), ("promise", "warn"), ("blocked", "order")):
        if with_rules:
            rules.create({"name": kind, "kind": kind, "action": action, "amount": 1e12, "days": 10})
    # as they were before they were confirmed; what comes after is the host's and the same
    env.flush_all()
    env.cr.execute("UPDATE sale_order SET state = 'draft', locked = false WHERE id = ANY(%s)", [orders])
    env.invalidate_all()
    with env.cr.savepoint():
        records.with_context(skip_procurement=True, bypass_risk=True).action_confirm()
        env.flush_all()
    return records.mapped("state")


# --- figures ------------------------------------------------------------------


def check_exposures(foreign, results):
    ours = {id_: round(one.total, 2) for id_, one in results["ours"].items()}
    limit = {id_: float(total or 0) for id_, total in results["limit"]}
    wrong = [id_ for id_ in ours.keys() | limit.keys() if abs(ours.get(id_, 0) - limit.get(id_, 0)) > 0.03]
    if not any(ours.values()):
        return ["nobody owes anything"]
    if wrong:
        first = min(wrong)
        return [f"{len(wrong):,} customers; {first}: ours {ours.get(first)}, limit {limit.get(first)}"]
    peer = {id_: total for id_, total in results["peer"].items() if id_ not in foreign}
    odd = [id_ for id_, total in peer.items() if abs(ours.get(id_, 0) - total) > 0.03]
    if odd:
        first = min(odd)
        return [f"{len(odd):,} customers; {first}: ours {ours.get(first)}, OCA {peer[first]}"]
    return []


def check_list(results):
    return [] if any(row["crmx_exposure_total"] for row in results["ours"]) else ["nobody owes anything"]


def check_confirmed(results):
    wrong = [side for side, states in results.items() if set(states) != {"sale"}]
    return [f"{', '.join(wrong)}: not all are confirmed"] if wrong else []
