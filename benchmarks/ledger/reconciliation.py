"""Writes exchange differences and the reconciliations of payments, credit notes and differences."""

from .writer import amounts, stamps


def fill(to):
    write_exchange_moves(to)
    write_exchange_lines(to)
    write_full_reconciles(to)
    write_payment_partials(to)
    write_exchange_partials(to)
    write_reversal_partials(to)


def exchange_source(template):
    """FROM item of exchange differences; a receivable worth more than was paid is a loss."""
    return f"""
        (SELECT exchange.*, full_id, template.id AS template_id, result.id AS result_account_id
        FROM draft.exchange
        JOIN draft.settlement ON settlement.key = exchange.invoice
        JOIN bench_template AS template ON template.company_id = exchange.company_id
            AND template.key = '{template}'
        JOIN bench_template AS result ON result.company_id = exchange.company_id
            AND result.key = CASE WHEN difference > 0 THEN 'loss_account' ELSE 'gain_account' END
        ) AS s
    """


def write_exchange_moves(to):
    to.copy_template(
        "account_move",
        exchange_source("exchange"),
        "s.template_id",
        {
            "id": "s.move_id",
            "name": "s.name",
            "sequence_prefix": "s.prefix",
            "sequence_number": "s.sequence",
            "date": "s.day",
            "amount_total": "abs(s.difference)",
            "amount_total_signed": "abs(s.difference)",
            "amount_total_in_currency_signed": "abs(s.difference)",
            "is_manually_modified": "false",
            **stamps("s.day"),
        },
        "account_move: exchange differences",
    )


def write_exchange_lines(to):
    common = {
        "move_id": "s.move_id",
        "move_name": "s.name",
        "date": "s.day",
        "partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        **stamps("s.day"),
    }
    receivable = {
        "id": "s.receivable_line_id",
        "date_maturity": "s.day",
        "amount_residual": "0",
        "amount_residual_currency": "0",
        "reconciled": "true",
        "full_reconcile_id": "s.full_id",
        "matching_number": "s.full_id::text",
        **amounts("-s.difference", "0::numeric"),
    }
    result = {
        "id": "s.result_line_id",
        "account_id": "s.result_account_id",
        **amounts("s.difference", "0::numeric"),
    }
    for side, values in (("receivable", receivable), ("result", result)):
        to.copy_template(
            "account_move_line",
            exchange_source(f"exchange_{side}"),
            "s.template_id",
            {**common, **values},
            f"account_move_line: exchange, {side}",
        )


def write_full_reconciles(to):
    to.run(
        f"""
        INSERT INTO account_full_reconcile (id, create_uid, write_uid, create_date, write_date)
        SELECT DISTINCT full_id, 1, 1, {to.plan.last_day}::timestamp, {to.plan.last_day}::timestamp
        FROM draft.settlement WHERE full_id IS NOT NULL
        """,
        "account_full_reconcile",
    )


def write_partials(to, select, label):
    """`select` gives the columns in this order, and last the day of the allocation."""
    to.run(
        f"""
        INSERT INTO account_partial_reconcile (
            id, debit_move_id, credit_move_id, full_reconcile_id, exchange_move_id, company_id,
            debit_currency_id, credit_currency_id, amount, debit_amount_currency,
            credit_amount_currency, max_date, create_uid, write_uid, create_date, write_date
        )
        SELECT partial.*, 1, 1, max_date::timestamp, max_date::timestamp FROM ({select}) AS partial
        """,
        label,
    )


def write_payment_partials(to):
    """A payment in euros covers, in the company's currency, the smaller of both balances."""
    write_partials(
        to,
        """
        SELECT payment.partial_id, invoice.receivable_line_id, payment.receivable_line_id, full_id,
            exchange.move_id, payment.company_id, payment.currency_id, payment.currency_id,
            CASE WHEN payment.in_euro THEN least(total_home, home) ELSE amount END, amount, amount,
            greatest(invoice.day, payment.day) AS max_date
        FROM draft.payment
        JOIN draft.invoice ON invoice.key = payment.invoice
        JOIN draft.settlement USING (key)
        LEFT JOIN draft.exchange ON exchange.payment = payment.number
        """,
        "account_partial_reconcile: payments",
    )


def write_exchange_partials(to):
    """A loss closes the invoice, a gain the payment; neither has an amount in euros."""
    write_partials(
        to,
        """
        SELECT exchange.partial_id,
            CASE WHEN difference > 0 THEN invoice.receivable_line_id
                ELSE exchange.receivable_line_id END,
            CASE WHEN difference > 0 THEN exchange.receivable_line_id
                ELSE payment.receivable_line_id END,
            full_id, NULL::int, exchange.company_id, exchange.currency_id, exchange.currency_id,
            abs(difference), 0, 0, greatest(exchange.day, invoice.day, payment.day) AS max_date
        FROM draft.exchange
        JOIN draft.payment ON payment.number = exchange.payment
        JOIN draft.invoice ON invoice.key = exchange.invoice
        JOIN draft.settlement USING (key)
        """,
        "account_partial_reconcile: exchange",
    )


def write_reversal_partials(to):
    last = to.last_id("account_partial_reconcile")
    write_partials(
        to,
        f"""
        SELECT {last} + row_number() OVER (ORDER BY refund.key), original.receivable_line_id,
            refund.receivable_line_id, full_id, NULL::int, refund.company_id, refund.currency_id,
            refund.currency_id, original.total, original.total, original.total,
            greatest(original.day, refund.day) AS max_date
        FROM draft.invoice AS refund
        JOIN draft.invoice AS original ON original.key = refund.reverses
        JOIN draft.settlement ON settlement.key = original.key
        """,
        "account_partial_reconcile: credit notes",
    )
