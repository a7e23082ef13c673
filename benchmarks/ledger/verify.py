"""Checks by SQL that a filled ledger is consistent; each query counts what is wrong."""

from ..core import Failure

SETTLED = """
    SELECT count(*) FROM account_move_line AS line
    JOIN account_account AS account ON account.id = account_id AND account.reconcile
    LEFT JOIN (
        SELECT debit_move_id AS id, sum({debit}) AS amount
        FROM account_partial_reconcile GROUP BY debit_move_id
    ) AS as_debit ON as_debit.id = line.id
    LEFT JOIN (
        SELECT credit_move_id AS id, sum({credit}) AS amount
        FROM account_partial_reconcile GROUP BY credit_move_id
    ) AS as_credit ON as_credit.id = line.id
    WHERE {residual} <> {balance} - coalesce(as_debit.amount, 0) + coalesce(as_credit.amount, 0)
"""
CHECKS = {
    "entries that do not balance": """
        SELECT count(*) FROM (
            SELECT FROM account_move_line WHERE parent_state = 'posted'
            GROUP BY move_id HAVING sum(balance) <> 0
        ) AS wrong
    """,
    "balances that are not debit less credit": """
        SELECT count(*) FROM account_move_line
        WHERE balance <> debit - credit OR debit < 0 OR credit < 0
    """,
    "names that occur twice in a journal": """
        SELECT count(*) FROM (
            SELECT FROM account_move WHERE state = 'posted'
            GROUP BY name, journal_id HAVING count(*) > 1
        ) AS wrong
    """,
    "names that are not prefix and number": """
        SELECT count(*) FROM account_move WHERE state = 'posted' AND (name NOT LIKE sequence_prefix || '%'
            OR regexp_replace(name, '^.*/', '')::int <> sequence_number)
    """,
    "gaps in the numbers": """
        SELECT count(*) FROM (
            SELECT FROM account_move WHERE state = 'posted' GROUP BY journal_id, sequence_prefix
            HAVING max(sequence_number) <> count(*)
        ) AS wrong
    """,
    "residuals wrong in the company's currency": SETTLED.format(
        residual="amount_residual", balance="balance", debit="amount", credit="amount"
    ),
    "residuals wrong in the document's currency": SETTLED.format(
        residual="amount_residual_currency",
        balance="amount_currency",
        debit="debit_amount_currency",
        credit="credit_amount_currency",
    ),
    "items wrongly (not) marked as reconciled": """
        SELECT count(*) FROM account_move_line AS line
        JOIN account_account AS account ON account.id = account_id AND account.reconcile
        WHERE reconciled <> (amount_residual = 0 AND amount_residual_currency = 0)
    """,
    "invoices whose residual is not their receivable's": """
        SELECT count(*) FROM account_move AS move
        JOIN account_move_line AS line ON line.move_id = move.id AND display_type = 'payment_term'
        WHERE abs(line.amount_residual_currency) <> move.amount_residual
            OR line.amount_residual <> move.amount_residual_signed
    """,
    "full reconciliations that leave something": """
        SELECT count(*) FROM (
            SELECT FROM account_move_line WHERE full_reconcile_id IS NOT NULL
            GROUP BY full_reconcile_id HAVING sum(balance) <> 0 OR sum(amount_residual) <> 0
        ) AS wrong
    """,
    "residuals larger than the balance or of its other side": """
        SELECT count(*) FROM account_move_line WHERE display_type = 'payment_term'
            AND (amount_residual * balance < 0 OR abs(amount_residual) > abs(balance))
    """,
    "orders whose total is not that of their lines": """
        SELECT count(*) FROM sale_order JOIN (
            SELECT order_id, sum(price_subtotal) AS net FROM sale_order_line GROUP BY order_id
        ) AS lines ON order_id = sale_order.id
        WHERE net <> amount_untaxed
    """,
    "entries after the last day": """
        SELECT count(*) FROM account_move, bench_ledger WHERE date > last_day
    """,
}


def verify(connection):
    """Run all checks; raise Failure with those that find something."""
    wrong = []
    with connection.cursor() as cr:
        for what, query in CHECKS.items():
            cr.execute(query)
            count = cr.fetchone()[0]
            if count:
                wrong.append(f"{count:,} {what}")
    if wrong:
        raise Failure("the ledger is inconsistent: " + "; ".join(wrong))
    print(f"  {len(CHECKS)} checks by SQL find nothing wrong")
