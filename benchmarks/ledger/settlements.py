"""Works out the payments, what they leave open, and the exchange differences."""

from .documents import customer_number
from .plan import DAYS


def draft(to, companies):
    draft_payments(to, companies)
    draft_exchange(to)
    draft_settlements(to)


def draft_payments(to, companies):
    """Payments by number in the order of dates; `invoice` is NULL for those that pay none."""
    move = to.value("SELECT max(move_id) FROM draft.invoice")
    line = to.value("SELECT max(receivable_line_id) FROM draft.invoice")
    to.draft(
        "payment",
        f"""
        SELECT *, prefix || lpad(sequence::text, 5, '0') AS name, round(amount / rate, 2) AS home,
            {to.last_id("account_payment")} + number AS payment_id,
            {to.last_id("account_partial_reconcile")} + number AS partial_id,
            {move} + number AS move_id, {line} + 2 * number - 1 AS outstanding_line_id,
            {line} + 2 * number AS receivable_line_id
        FROM (
            SELECT payment.*, rate,
                CASE WHEN in_euro THEN euro_id ELSE dollar_id END AS currency_id,
                'PBNK1/' || extract(year FROM payment.day) || '/' AS prefix,
                row_number() OVER (ORDER BY payment.day, invoice, part)::int AS number,
                row_number() OVER (PARTITION BY payment.company_id, extract(year FROM payment.day)
                    ORDER BY payment.day, invoice, part) AS sequence
            FROM ({planned_payments(to)} UNION ALL {loose_payments(to, companies)}) AS payment
            JOIN draft.rate USING (company_id, day, in_euro), draft.currency
        ) AS payment
        """,
        key="number",
    )
    to.run("CREATE INDEX ON draft.payment (invoice)")


def planned_payments(to):
    """As the invoice's fate says, from its due date on, and none in the future."""
    first = "round(total * 0.4, 2)"
    return f"""
        SELECT * FROM (
            SELECT key AS invoice, part, company_id, partner_id, in_euro,
                greatest(day, due + delay) + CASE part WHEN 2 THEN 21 ELSE 0 END AS day,
                CASE WHEN fate = 'paid' THEN total
                    WHEN fate = 'partial' THEN round(total * (0.2 + 0.6 * luck)::numeric, 2)
                    WHEN part = 1 THEN {first} ELSE total - {first} END AS amount
            FROM draft.invoice, generate_series(1, 2) AS part
            WHERE fate IN ('paid', 'paid twice', 'partial')
                AND (part = 1 OR fate = 'paid twice')
        ) AS planned
        WHERE day <= {to.plan.last_day}
    """


def loose_payments(to, companies):
    """Payments on account that nobody has allocated to an invoice."""
    dice = to.dice
    return f"""
        SELECT NULL, n, {companies[0]}, partner_id, in_euro,
            {to.plan.last_day} - {dice.between("n", 71, 0, DAYS - 1)},
            round((50 + 500 * {dice.uniform("n", 72)})::numeric, 2)
        FROM generate_series(1, {max(1, to.plan.invoices // 100)}) AS n
        JOIN draft.customer ON customer.number = {customer_number(to, "n", 73)}
    """


def draft_exchange(to):
    """Differences of invoices in euros paid at another rate, booked at the end of the month."""
    move = to.value("SELECT max(move_id) FROM draft.payment")
    line = to.value("SELECT max(receivable_line_id) FROM draft.payment")
    partial = to.value("SELECT max(partial_id) FROM draft.payment")
    to.draft(
        "exchange",
        f"""
        SELECT *, prefix || lpad(sequence::text, 4, '0') AS name,
            {move} + number AS move_id, {partial} + number AS partial_id,
            {line} + 2 * number - 1 AS receivable_line_id, {line} + 2 * number AS result_line_id
        FROM (
            SELECT *, row_number() OVER (ORDER BY payment) AS number,
                'EXCH/' || to_char(day, 'YYYY/MM/') AS prefix,
                row_number() OVER (PARTITION BY company_id, to_char(day, 'YYYY/MM')
                    ORDER BY payment) AS sequence
            FROM (
                SELECT payment.number AS payment, invoice, payment.company_id, payment.partner_id,
                    payment.currency_id, total_home - home AS difference,
                    least((date_trunc('month', payment.day) + interval '1 month -1 day')::date,
                        {to.plan.last_day}) AS day
                FROM draft.payment JOIN draft.invoice ON invoice.key = payment.invoice
                WHERE payment.in_euro AND total_home <> home
            ) AS difference
        ) AS exchange
        """,
        key="payment",
    )


def draft_settlements(to):
    """What is paid and left of each invoice, and its full reconciliation if nothing is left.

    Euro invoices are paid in full or not at all, so what is left of them is their booked balance.
    """
    full = to.last_id("account_full_reconcile")
    to.draft(
        "settlement",
        f"""
        SELECT key, paid, total - paid AS residual,
            CASE WHEN paid = total THEN 0 WHEN paid = 0 THEN total_home ELSE total - paid END
                AS residual_home,
            CASE WHEN total <> paid THEN NULL
                ELSE {full} + dense_rank() OVER (ORDER BY total <> paid, group_key) END AS full_id,
            CASE WHEN paid = 0 THEN 'not_paid' WHEN paid < total THEN 'partial'
                WHEN reversed THEN 'reversed' ELSE 'paid' END AS payment_state,
            first_partial
        FROM (
            SELECT key, total, total_home, first_partial, coalesce(reverses, key) AS group_key,
                fate = 'reversed' AS reversed,
                CASE WHEN fate = 'reversed' OR reverses IS NOT NULL THEN total
                    ELSE coalesce(amount, 0) END AS paid
            FROM draft.invoice LEFT JOIN (
                SELECT invoice AS key, sum(amount) AS amount, min(partial_id) AS first_partial
                FROM draft.payment WHERE invoice IS NOT NULL GROUP BY invoice
            ) AS payments USING (key)
        ) AS settlement
        """,
        key="key",
    )
