"""Writes the payments with their entries."""

from .writer import amounts, stamps


def source(template):
    """FROM item of payments with their invoices' names and reconciliations."""
    return f"""
        (SELECT payment.*, full_id, invoice.name AS invoice_name, bench_template.id AS template_id,
            coalesce(full_id::text, 'P' || first_partial) AS matching
        FROM draft.payment
        LEFT JOIN draft.settlement ON settlement.key = payment.invoice
        LEFT JOIN draft.invoice ON invoice.key = payment.invoice
        JOIN bench_template ON bench_template.company_id = payment.company_id
            AND bench_template.key = '{template}') AS s
    """


def fill(to):
    write_payments(to)
    write_moves(to)
    write_lines(to)
    to.run(
        """
        INSERT INTO account_move__account_payment (invoice_id, payment_id)
        SELECT invoice.move_id, payment_id
        FROM draft.payment JOIN draft.invoice ON invoice.key = payment.invoice
        """,
        "account_move__account_payment",
    )


def write_payments(to):
    to.copy_template(
        "account_payment",
        source("payment"),
        "s.template_id",
        {
            "id": "s.payment_id",
            "move_id": "s.move_id",
            "name": "s.name",
            "memo": "s.invoice_name",
            "date": "s.day",
            "partner_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "amount": "s.amount",
            "amount_company_currency_signed": "s.home",
            "is_reconciled": "s.invoice IS NOT NULL",
            "state": "CASE WHEN s.invoice IS NULL THEN 'in_process' ELSE 'paid' END",
            **stamps("s.day"),
        },
    )


def write_moves(to):
    to.copy_template(
        "account_move",
        source("payment_move"),
        "s.template_id",
        {
            "id": "s.move_id",
            "name": "s.name",
            "sequence_prefix": "s.prefix",
            "sequence_number": "s.sequence",
            "partner_id": "s.partner_id",
            "commercial_partner_id": "s.partner_id",
            "date": "s.day",
            "currency_id": "s.currency_id",
            "origin_payment_id": "s.payment_id",
            "ref": "s.invoice_name",
            "amount_total": "s.amount",
            "amount_total_signed": "s.home",
            "amount_total_in_currency_signed": "s.amount",
            "is_manually_modified": "false",
            **stamps("s.day"),
        },
        "account_move: payments",
    )


def write_lines(to):
    """The outstanding receipt stays open (no bank statement); the receivable side is allocated."""
    common = {
        "move_id": "s.move_id",
        "move_name": "s.name",
        "date": "s.day",
        "partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        "payment_id": "s.payment_id",
        "name": "'Manual Payment' || coalesce(': ' || s.invoice_name, '')",
        "ref": "s.invoice_name",
        **stamps("s.day"),
    }
    outstanding = {
        "id": "s.outstanding_line_id",
        "price_unit": "0",
        "price_subtotal": "s.amount",
        "price_total": "s.amount",
        "amount_residual": "s.home",
        "amount_residual_currency": "s.amount",
        **amounts("s.home", "s.amount"),
    }
    receivable = {
        "id": "s.receivable_line_id",
        "date_maturity": "s.day",
        "price_subtotal": "-s.amount",
        "price_total": "-s.amount",
        "amount_residual": "CASE WHEN s.invoice IS NULL THEN -s.home ELSE 0 END",
        "amount_residual_currency": "CASE WHEN s.invoice IS NULL THEN -s.amount ELSE 0 END",
        "reconciled": "s.invoice IS NOT NULL",
        "full_reconcile_id": "s.full_id",
        "matching_number": "s.matching",
        **amounts("-s.home", "-s.amount"),
    }
    for side, values in (("outstanding", outstanding), ("receivable", receivable)):
        to.copy_template(
            "account_move_line",
            source(f"payment_{side}"),
            "s.template_id",
            {**common, **values},
            f"account_move_line: payments, {side}",
        )
