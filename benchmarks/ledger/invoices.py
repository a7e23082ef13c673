"""Writes the invoices, credit notes and vendor bills with their journal items."""

from .writer import amounts, stamps


def fill(to):
    write_moves(to)
    write_product_lines(to)
    write_tax_lines(to)
    write_receivable_lines(to)
    to.run(
        """
        INSERT INTO account_move_line_account_tax_rel (account_move_line_id, account_tax_id)
        SELECT lines_after + position, CASE kind WHEN 'bill' THEN bill_tax_id ELSE tax_id END
        FROM draft.invoice JOIN draft.company USING (company_id),
            generate_series(1, lines) AS position
        """,
        "account_move_line_account_tax_rel",
    )


def source(part="", joined="", columns=""):
    """FROM item of invoices and their settlements with the template of the whole or of a line."""
    part = part and f"_{part}"
    return f"""
        (SELECT invoice.*, paid, residual, residual_home, full_id, payment_state,
            coalesce(full_id::text, 'P' || first_partial) AS matching,
            bench_template.id AS template_id {columns}
        FROM draft.invoice JOIN draft.settlement USING (key)
        JOIN bench_template ON bench_template.company_id = invoice.company_id
            AND bench_template.key = invoice.kind || '{part}'
        {joined}) AS s
    """


def write_moves(to):
    joined = """
        JOIN res_partner ON res_partner.id = invoice.contact_id
        JOIN bench_template AS terms ON terms.key = 'term' || invoice.term
        LEFT JOIN draft.invoice AS original ON original.key = invoice.reverses
    """
    to.copy_template(
        "account_move",
        source("", joined, ", complete_name, terms.id AS term_id, original.move_id AS original_id"),
        "s.template_id",
        {**names(), **totals(), "invoice_user_id": to.seller("s.move_id")},
        "account_move: invoices, credit notes and bills",
    )


def names():
    """Who, when and what: the columns of a move that hold no amount."""
    return {
        "id": "s.move_id",
        "name": "s.name",
        "sequence_prefix": "s.prefix",
        "sequence_number": "s.sequence",
        "payment_reference": "CASE WHEN s.kind = 'invoice' THEN s.name END",
        "invoice_origin": "'SO' || lpad(s.sale::text, 7, '0')",
        "partner_id": "s.contact_id",
        "commercial_partner_id": "s.partner_id",
        "partner_shipping_id": "s.contact_id",
        "invoice_partner_display_name": "s.complete_name",
        "date": "s.day",
        "invoice_date": "s.day",
        "invoice_date_due": "s.due",
        "invoice_payment_term_id": "CASE WHEN s.kind = 'invoice' THEN s.term_id END",
        "currency_id": "s.currency_id",
        "invoice_currency_rate": "s.rate",
        "payment_state": "s.payment_state",
        "reversed_entry_id": "s.original_id",
        "is_manually_modified": "false",
        **stamps("s.day"),
    }


def totals():
    return {
        "amount_untaxed": "s.net",
        "amount_tax": "s.tax",
        "amount_total": "s.total",
        "amount_residual": "s.residual",
        "amount_untaxed_signed": "s.sign * s.net_home",
        "amount_untaxed_in_currency_signed": "s.sign * s.net",
        "amount_tax_signed": "s.sign * s.tax_home",
        "amount_total_signed": "s.sign * s.total_home",
        "amount_total_in_currency_signed": "s.sign * s.total",
        "amount_residual_signed": "s.sign * s.residual_home",
    }


def common():
    """What all journal items of an invoice share."""
    return {
        "move_id": "s.move_id",
        "move_name": "s.name",
        "date": "s.day",
        "invoice_date": "s.day",
        "partner_id": "s.partner_id",
        "currency_id": "s.currency_id",
        "full_reconcile_id": "NULL",
        "matching_number": "NULL",
        **stamps("s.day"),
    }


def write_product_lines(to):
    joined = """
        JOIN draft.line USING (line_key)
        JOIN draft.company ON company.company_id = invoice.company_id
    """
    columns = """, position, line.product_id, line.name AS line_name, price, quantity,
        line.net AS line_net, tax_rate"""
    to.copy_template(
        "account_move_line",
        source("product", joined, columns),
        "s.template_id",
        {
            **common(),
            "id": "s.lines_after + s.position",
            "sequence": "100 + s.position",
            "product_id": "s.product_id",
            "name": "s.line_name",
            "quantity": "s.quantity",
            "price_unit": "s.price",
            "price_subtotal": "s.line_net",
            "price_total": "s.line_net + round(s.line_net * s.tax_rate, 2)",
            **amounts("-s.sign * round(s.line_net / s.rate, 2)", "-s.sign * s.line_net"),
        },
        "account_move_line: products",
    )


def write_tax_lines(to):
    to.copy_template(
        "account_move_line",
        source("tax"),
        "s.template_id",
        {
            **common(),
            "id": "s.tax_line_id",
            "tax_base_amount": "-s.sign * s.net_home",
            **amounts("-s.sign * s.tax_home", "-s.sign * s.tax"),
        },
        "account_move_line: taxes",
    )


def write_receivable_lines(to):
    to.copy_template(
        "account_move_line",
        source("receivable"),
        "s.template_id",
        {
            **common(),
            "id": "s.receivable_line_id",
            "name": "CASE WHEN s.kind = 'invoice' THEN s.name END",
            "date_maturity": "s.due",
            "amount_residual": "s.sign * s.residual_home",
            "amount_residual_currency": "s.sign * s.residual",
            "reconciled": "s.paid = s.total",
            "full_reconcile_id": "s.full_id",
            "matching_number": "s.matching",
            **amounts("s.sign * s.total_home", "s.sign * s.total"),
        },
        "account_move_line: receivables",
    )
