"""Works out which orders and invoices there are, how each ends, and what they sell.

Nothing is written to Odoo's tables here: the modules `settlements`, `invoices` and `orders` go on
from `draft.sale`, `draft.invoice` and `draft.line`.
"""

from .plan import DAYS


def draft(to, companies):
    draft_sales(to)
    draft_papers(to, companies)
    draft_fates(to)
    draft_reversals(to)
    draft_lines(to)
    draft_totals(to)
    draft_invoices(to)


def customer_number(to, key, throw):
    """Few customers buy most; the multiplication spreads them over the ids."""
    count = to.plan.customers
    rank = to.dice.rank(key, throw, count, count / 1000)
    return f"(({rank})::bigint * 7919 + 13) % {count}"


def line_count(to, key, throw):
    """From 1 to 10, mostly few."""
    return f"1 + least(9, floor(-ln(1 - {to.dice.uniform(key, throw)}) * 2.5))::int"


def spread_days(to, key, count):
    """Days over the whole period, slightly more of them late: a growing business."""
    return f"{to.plan.last_day} - ({DAYS} - floor({DAYS} * power({key}::float8 / {count}, 0.9)))::int"


def draft_sales(to):
    """Orders by `number`; an invoiced one gets its invoice `lag` days later."""
    dice, count = to.dice, to.plan.orders
    to.draft(
        "sale",
        f"""
        SELECT number, day, customer, lines, lag,
            -- no invoice of the future
            CASE WHEN fate = 'invoiced' AND day + lag > {to.plan.last_day} THEN 'sale'
                ELSE fate END AS fate
        FROM (
            SELECT number, {spread_days(to, "number", count)} - 5 AS day,
                {customer_number(to, "number", 31)} AS customer,
                {line_count(to, "number", 32)} AS lines,
                CASE WHEN {dice.uniform("number", 33)} < 0.60 THEN 'invoiced'
                    WHEN {dice.uniform("number", 33)} < 0.72 THEN 'sale'
                    WHEN {dice.uniform("number", 33)} < 0.84 THEN 'draft'
                    WHEN {dice.uniform("number", 33)} < 0.90 THEN 'sent'
                    ELSE 'cancel' END AS fate,
                {dice.between("number", 34, 3, 9)} AS lag
            FROM generate_series(1, {count}) AS number
        ) AS sale
        """,
        key="number",
    )


def draft_papers(to, companies):
    """Invoices of orders, direct invoices and credit notes, and vendor bills of the last two months.

    `line_key` finds their lines. Bills come from companies that are customers too.
    """
    dice = to.dice
    bills = max(10, to.plan.invoices // 50)
    of_orders = to.value("SELECT count(*) FROM draft.sale WHERE fate = 'invoiced'")
    direct = max(10, round(to.plan.invoices * 0.98) - of_orders)
    to.draft(
        "paper",
        f"""
        SELECT number::bigint AS line_key, number AS sale, day + lag AS day, customer, lines,
            {companies[0]} AS company_id, 'invoice' AS kind
        FROM draft.sale WHERE fate = 'invoiced'
        UNION ALL
        SELECT 100000000 + n, NULL, {spread_days(to, "n", direct)}, {customer_number(to, "n", 41)},
            {line_count(to, "n", 42)},
            CASE WHEN {dice.uniform("n", 43)} < 0.09 THEN {companies[1]} ELSE {companies[0]} END,
            CASE WHEN {dice.uniform("n", 44)} < 0.036 THEN 'refund' ELSE 'invoice' END
        FROM generate_series(1, {direct}) AS n
        UNION ALL
        SELECT 200000000 + n, NULL, {to.plan.last_day} - {dice.between("n", 45, 0, 59)},
            {customer_number(to, "n", 46)} / 5 * 5, {line_count(to, "n", 47)}, {companies[0]}, 'bill'
        FROM generate_series(1, {bills}) AS n
        """,
    )


def draft_fates(to):
    """How each ends: paid at once, in two payments, in part, reversed by a credit note, or open."""
    dice = to.dice
    to.draft(
        "fate",
        f"""
        SELECT row_number() OVER (ORDER BY day, line_key)::int AS key, paper.*,
            partner_id, in_euro, is_company, contacts_after, term, luck, NULL::int AS reverses,
            CASE WHEN kind <> 'invoice' THEN 'open'
                WHEN chance < 0.78 THEN
                    CASE WHEN NOT in_euro AND luck < 0.08 THEN 'paid twice' ELSE 'paid' END
                WHEN chance < 0.865 AND NOT in_euro THEN 'partial'
                WHEN chance < 0.885 AND NOT in_euro AND day < {to.plan.last_day} - 30
                    THEN 'reversed'
                ELSE 'open' END AS fate,
            round(exp(1.6 + {dice.normal("line_key", 53)}) * slowness)::int - 8 AS delay
        FROM draft.paper JOIN draft.customer ON customer.number = paper.customer,
            LATERAL (SELECT {dice.uniform("line_key", 51)} AS chance,
                {dice.uniform("line_key", 52)} AS luck) AS thrown
        """,
        key="key",
    )


def draft_reversals(to):
    """A credit note for each reversed invoice, with the same lines, up to 24 days later."""
    to.run(
        """
        INSERT INTO draft.fate
        SELECT last + row_number() OVER (ORDER BY day, key), line_key, NULL,
            day + 5 + floor(luck * 20)::int, customer, lines, company_id, 'refund', partner_id,
            in_euro, is_company, contacts_after, 0, luck, key, 'open', 0
        FROM draft.fate, (SELECT max(key) AS last FROM draft.fate) AS before
        WHERE fate = 'reversed'
        """,
        "draft: credit notes that reverse",
    )


def draft_lines(to):
    """Products, quantities and net amounts by `line_key` and position.

    An order and its invoice share their lines. Every second line often is the product that goes
    with the one before, so that a search for pairs finds some.
    """
    dice, count = to.dice, to.plan.products
    product = dice.rank("line_key * 16 + position", 61, count, count / 100)
    before = dice.rank("line_key * 16 + position - 1", 61, count, count / 100)
    to.draft(
        "line",
        f"""
        SELECT line_key, position, product_id, '[' || code || '] ' || name AS name, price, quantity,
            round(quantity * price, 2) AS net
        FROM (
            SELECT line_key, position,
                CASE WHEN position % 2 = 0
                    AND {dice.uniform("line_key * 16 + position", 62)} < 0.35
                    THEN ({before} + 7) % {count} ELSE {product} END AS product,
                (1 + floor(power({dice.uniform("line_key * 16 + position", 63)}, 3) * 12))::numeric
                    AS quantity
            FROM (
                SELECT number::bigint AS line_key, lines FROM draft.sale
                UNION ALL
                SELECT line_key, lines FROM draft.fate WHERE sale IS NULL AND reverses IS NULL
            ) AS owner, generate_series(1, lines) AS position
        ) AS line JOIN draft.product ON product.number = line.product
        """,
        key="line_key, position",
    )


def draft_totals(to):
    """Net, tax and total of each invoice in its currency, and (`..._home`) in the company's."""
    to.draft(
        "total",
        """
        SELECT key, rate, net, net_home, tax, round(tax / rate, 2) AS tax_home,
            net + tax AS total, net_home + round(tax / rate, 2) AS total_home
        FROM (
            SELECT key, rate.rate, sum(line.net) AS net,
                sum(round(line.net / rate.rate, 2)) AS net_home,
                round(sum(line.net) * tax_rate, 2) AS tax
            FROM draft.fate
            JOIN draft.line USING (line_key)
            JOIN draft.company USING (company_id)
            JOIN draft.rate ON rate.company_id = fate.company_id AND rate.day = fate.day
                AND rate.in_euro = fate.in_euro
            GROUP BY key, rate.rate, tax_rate
        ) AS sums
        """,
        key="key",
    )


def draft_invoices(to):
    """Numbers in the order of dates, and the ids that the entries and their lines will have.

    The lines of an invoice follow `lines_after`: its products, then the tax, then the receivable.
    """
    move, line = to.last_id("account_move"), to.last_id("account_move_line")
    to.draft(
        "invoice",
        f"""
        SELECT *, prefix || lpad(sequence::text, 5, '0') AS name,
            lines_after + lines + 1 AS tax_line_id, lines_after + lines + 2 AS receivable_line_id
        FROM (
            SELECT fate.*, rate, net, net_home, tax, tax_home, total, total_home,
                CASE WHEN in_euro THEN euro_id ELSE dollar_id END AS currency_id,
                CASE WHEN kind = 'invoice' THEN 1 ELSE -1 END AS sign,
                CASE WHEN kind = 'refund' THEN day ELSE day + term END AS due,
                CASE WHEN is_company AND luck > 0.6
                    THEN contacts_after + 1 + floor((luck - 0.6) * 7.49)::int
                    ELSE partner_id END AS contact_id,
                CASE kind WHEN 'refund' THEN 'RINV/' WHEN 'bill' THEN 'BILL/' ELSE 'INV/' END
                    || extract(year FROM day) || '/' AS prefix,
                row_number() OVER (PARTITION BY company_id, kind, extract(year FROM day)
                    ORDER BY day, key) AS sequence,
                {move} + row_number() OVER (ORDER BY day, key) AS move_id,
                {line} + sum(lines + 2) OVER (ORDER BY day, key) - lines - 2 AS lines_after
            FROM draft.fate JOIN draft.total USING (key), draft.currency
        ) AS invoice
        """,
        key="key",
    )
