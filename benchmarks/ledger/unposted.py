"""Writes draft invoices: the direct ones of the last month, once more."""

from .writer import stamps

DAYS = 30


def fill(to):
    move, line = to.last_id("account_move"), to.last_id("account_move_line")
    to.draft(
        "unposted",
        f"""
        SELECT key, move_id, lines_after, lines + 2 AS items,
            {move} + row_number() OVER (ORDER BY key) AS new_move_id,
            {line} + sum(lines + 2) OVER (ORDER BY key) - lines - 2 AS new_lines_after
        FROM draft.invoice
        WHERE kind = 'invoice' AND sale IS NULL AND day > {to.plan.last_day} - {DAYS}
        """,
        key="key",
    )
    to.copy_template(
        "account_move",
        "draft.unposted AS s",
        "s.move_id",
        {
            "id": "s.new_move_id",
            "state": "'draft'",
            "name": "NULL",
            "sequence_prefix": "NULL",
            "sequence_number": "0",
            "payment_reference": "NULL",
            "posted_before": "false",
            "payment_state": "'not_paid'",
            "amount_residual": "t.amount_total",
            "amount_residual_signed": "t.amount_total_signed",
            **stamps("t.date"),
        },
        "account_move: draft invoices",
    )
    to.copy_template(
        "account_move_line",
        "(SELECT unposted.*, number FROM draft.unposted, generate_series(1, items) AS number) AS s",
        "s.lines_after + s.number",
        {
            "id": "s.new_lines_after + s.number",
            "move_id": "s.new_move_id",
            "move_name": "NULL",
            "parent_state": "'draft'",
            "name": "CASE t.display_type WHEN 'payment_term' THEN NULL ELSE t.name END",
            **open_amounts(),
        },
        "account_move_line: of draft invoices",
    )
    to.run(
        """
        INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
        SELECT new_lines_after + number, account_tax_id
        FROM draft.unposted, generate_series(1, items) AS number
        JOIN account_move_line_account_tax_rel AS link ON true
        WHERE link.account_move_line_id = lines_after + number
        """,
        "account_move_line_account_tax_rel: of drafts",
    )


def open_amounts():
    """Nothing is paid of them."""
    receivable = "CASE t.display_type WHEN 'payment_term' THEN {} ELSE 0 END"
    return {
        "amount_residual": receivable.format("t.balance"),
        "amount_residual_currency": receivable.format("t.amount_currency"),
        "reconciled": "CASE t.display_type WHEN 'payment_term' THEN false ELSE t.reconciled END",
        "full_reconcile_id": "NULL",
        "matching_number": "NULL",
    }
