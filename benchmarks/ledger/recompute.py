"""Checks on a sample that Odoo's own computation of stored fields changes nothing in the ledger."""

from ..core import Failure

SAMPLE = 200
SAMPLES = (
    ("move_type IN ('out_invoice', 'out_refund') AND state = 'posted'", SAMPLE),
    ("move_type = 'in_invoice'", SAMPLE // 4),
    ("state = 'draft'", SAMPLE // 4),
    ("move_type = 'out_invoice' AND invoice_currency_rate <> 1", SAMPLE // 4),
    ("payment_state IN ('partial', 'reversed')", SAMPLE // 4),
)
MOVE_FIELDS = (
    "amount_untaxed",
    "amount_tax",
    "amount_total",
    "amount_residual",
    "amount_untaxed_signed",
    "amount_tax_signed",
    "amount_total_signed",
    "amount_residual_signed",
    "amount_total_in_currency_signed",
    "payment_state",
    "invoice_date_due",
)
LINE_FIELDS = (
    "amount_residual",
    "amount_residual_currency",
    "reconciled",
    "price_subtotal",
    "price_total",
)
ORDER_FIELDS = ("amount_untaxed", "amount_tax", "amount_total", "invoice_status")
ORDER_LINE_FIELDS = (
    "qty_invoiced",
    "qty_to_invoice",
    "invoice_status",
    "price_subtotal",
    "untaxed_amount_to_invoice",
    "untaxed_amount_invoiced",
    # the peer's
    "risk_amount",
)


def verify(env):
    """Recompute samples in each company; raise Failure with what differs. Commits nothing."""
    wrong = []
    for company in env["res.company"].search([]):
        env_company = env(context=dict(env.context, allowed_company_ids=company.ids))
        wrong += check_moves(env_company)
        wrong += check_credit(env_company)
    wrong += check_orders(env)
    env.cr.rollback()
    if wrong:
        raise Failure("Odoo computes other values: " + "; ".join(map(str, wrong[:20])))
    print("  Odoo's own computation of a sample changes nothing")


def check_moves(env):
    moves = env["account.move"]
    for condition, size in SAMPLES:
        moves |= pick(moves, f"company_id = {env.company.id} AND {condition}", size)
    lines = moves.line_ids
    lines |= lines.matched_credit_ids.credit_move_id | lines.matched_debit_ids.debit_move_id
    return changed_by_computing([(lines, LINE_FIELDS), (moves, MOVE_FIELDS)])


def check_orders(env):
    orders = pick(env["sale.order"], "true", SAMPLE)
    names = [name for name in ORDER_LINE_FIELDS if name in orders.order_line._fields]
    return changed_by_computing([(orders.order_line, names), (orders, ORDER_FIELDS)])


def check_credit(env):
    """A customer's receivable, by Odoo and as balances less allocations."""
    partners = pick(env["res.partner"], "customer_rank > 0 AND parent_id IS NULL", SAMPLE)
    env.cr.execute(
        """
        SELECT line.partner_id, sum(balance
            - (SELECT coalesce(sum(amount), 0) FROM account_partial_reconcile
               WHERE debit_move_id = line.id)
            + (SELECT coalesce(sum(amount), 0) FROM account_partial_reconcile
               WHERE credit_move_id = line.id))
        FROM account_move_line AS line JOIN account_account AS account ON account.id = account_id
        WHERE account_type = 'asset_receivable' AND parent_state = 'posted'
            AND line.partner_id = ANY(%s) AND company_id = %s
        GROUP BY line.partner_id
        """,
        (partners.ids, env.company.id),
    )
    expected = dict(env.cr.fetchall())
    return [
        (partner.name, "credit", expected.get(partner.id, 0), partner.credit)
        for partner in partners
        if differ(float(expected.get(partner.id, 0)), partner.credit)
    ]


def pick(model, condition, size):
    """The same sample each time, spread over the ids."""
    model.env.cr.execute(
        f"SELECT id FROM {model._table} WHERE {condition} ORDER BY hashint8(id), id LIMIT {size}"
    )
    return model.browse(row[0] for row in model.env.cr.fetchall())


def changed_by_computing(parts):
    """Records, fields and values before and after, of those that computing them again changes."""
    before = {
        (record, name): record[name] for records, names in parts for record in records for name in names
    }
    env = parts[0][0].env
    for records, names in parts:
        for name in names:
            if records._fields[name].compute:
                env.add_to_compute(records._fields[name], records)
        env.flush_all()
    env.invalidate_all()
    return [
        (record.display_name, name, value, record[name])
        for (record, name), value in before.items()
        if differ(value, record[name])
    ]


def differ(one, other):
    if isinstance(one, float):
        return abs(one - other) > 0.005
    return one != other
