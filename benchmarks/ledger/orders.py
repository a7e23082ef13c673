"""Writes the sale orders, and the deliveries of the oldest ones."""

from .writer import stamps

STATE = "CASE WHEN s.fate IN ('invoiced', 'sale') THEN 'sale' ELSE s.fate END"
INVOICE_STATUS = "CASE s.fate WHEN 'invoiced' THEN 'invoiced' WHEN 'sale' THEN 'to invoice' ELSE 'no' END"


def fill(to, company):
    draft_orders(to, company)
    write_orders(to)
    write_lines(to)
    write_relations(to)
    draft_deliveries(to)
    write_pickings(to)
    write_stock_moves(to)


def draft_orders(to, company):
    """The lines of an order follow `lines_after`."""
    order, line = to.last_id("sale_order"), to.last_id("sale_order_line")
    to.draft(
        "ordered",
        f"""
        SELECT sale.*, partner_id, net, round(net * tax_rate, 2) AS tax, rate, tax_id, tax_rate,
            CASE WHEN customer.in_euro THEN euro_id ELSE dollar_id END AS currency_id,
            sale.day + time '09:00' + (sale.number % 480) * interval '1 minute' AS moment,
            'SO' || lpad(sale.number::text, 7, '0') AS name,
            {order} + sale.number AS order_id,
            {line} + sum(sale.lines) OVER (ORDER BY sale.number) - sale.lines AS lines_after
        FROM draft.sale
        JOIN draft.customer ON customer.number = sale.customer
        JOIN draft.company ON company_id = {company}
        JOIN draft.rate ON rate.company_id = {company} AND rate.day = sale.day
            AND rate.in_euro = customer.in_euro
        JOIN (SELECT line_key, sum(net) AS net FROM draft.line GROUP BY line_key) AS total
            ON total.line_key = sale.number,
            draft.currency
        """,
        key="number",
    )


def write_orders(to):
    to.copy_template(
        "sale_order",
        "draft.ordered AS s",
        to.template("order"),
        {
            "id": "s.order_id",
            "name": "s.name",
            "state": STATE,
            "invoice_status": INVOICE_STATUS,
            "delivery_status": "CASE s.fate WHEN 'invoiced' THEN 'full' WHEN 'sale' THEN 'pending' END",
            "user_id": to.seller("s.number"),
            "partner_id": "s.partner_id",
            "partner_invoice_id": "s.partner_id",
            "partner_shipping_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "currency_rate": "s.rate",
            "amount_untaxed": "s.net",
            "amount_tax": "s.tax",
            "amount_total": "s.net + s.tax",
            "date_order": "s.moment",
            "validity_date": "s.day + 30",
            "effective_date": "CASE WHEN s.fate = 'invoiced' THEN s.moment END",
            **stamps("s.moment"),
        },
    )


def write_lines(to):
    """Invoiced orders are delivered; confirmed ones wait for both."""
    source = """
        (SELECT ordered.*, position, product_id, line.name AS line_name, price, quantity,
            line.net AS line_net, round(line.net * tax_rate, 2) AS line_tax
        FROM draft.ordered JOIN draft.line ON line_key = ordered.number) AS s
    """
    to.copy_template(
        "sale_order_line",
        source,
        to.template("order_line"),
        {
            "id": "s.lines_after + s.position",
            "order_id": "s.order_id",
            "sequence": "10 + s.position",
            "state": STATE,
            "invoice_status": INVOICE_STATUS,
            "product_id": "s.product_id",
            "name": "s.line_name",
            "order_partner_id": "s.partner_id",
            "currency_id": "s.currency_id",
            "product_uom_qty": "s.quantity",
            **prices(),
            **progress(),
            **risk(to),
            **stamps("s.moment"),
        },
    )


def prices():
    return {
        "price_unit": "s.price",
        "technical_price_unit": "s.price",
        "price_subtotal": "s.line_net",
        "price_tax": "s.line_tax",
        "price_total": "s.line_net + s.line_tax",
        "price_reduce_taxexcl": "s.price",
        "price_reduce_taxinc": "round(s.price * (1 + s.tax_rate), 2)",
    }


def risk(to):
    """What the peer stores of each line: what is not invoiced, in the company's currency of the day."""
    return to.if_present(
        "sale_order_line",
        risk_partner_id="s.partner_id",
        risk_amount="CASE s.fate WHEN 'sale' THEN (s.line_net + s.line_tax) / s.rate ELSE 0 END",
    )


def progress():
    done = "CASE s.fate WHEN 'invoiced' THEN {} ELSE 0 END"
    to_do = "CASE s.fate WHEN 'sale' THEN {} ELSE 0 END"
    return {
        "qty_delivered": done.format("s.quantity"),
        "qty_invoiced": done.format("s.quantity"),
        "qty_to_invoice": to_do.format("s.quantity"),
        "untaxed_amount_invoiced": done.format("s.line_net"),
        "untaxed_amount_to_invoice": to_do.format("s.line_net"),
    }


def write_relations(to):
    to.run(
        """
        INSERT INTO account_tax_sale_order_line_rel (sale_order_line_id, account_tax_id)
        SELECT lines_after + position, tax_id
        FROM draft.ordered, generate_series(1, lines) AS position
        """,
        "account_tax_sale_order_line_rel",
    )
    to.run(
        """
        INSERT INTO sale_order_line_invoice_rel (invoice_line_id, order_line_id)
        SELECT invoice.lines_after + position, ordered.lines_after + position
        FROM draft.invoice JOIN draft.ordered ON ordered.number = invoice.sale,
            generate_series(1, ordered.lines) AS position
        """,
        "sale_order_line_invoice_rel",
    )


def draft_deliveries(to):
    picking, move = to.last_id("stock_picking"), to.last_id("stock_move")
    to.draft(
        "delivery",
        f"""
        SELECT {move} + row_number() OVER (ORDER BY number, position) AS move_id,
            {picking} + dense_rank() OVER (ORDER BY number) AS picking_id,
            ordered.*, position, product_id, quantity, price, ordered.day + 2 AS done
        FROM draft.ordered JOIN draft.line ON line_key = ordered.number
        WHERE fate = 'invoiced'
        ORDER BY number, position LIMIT {to.plan.stock_moves}
        """,
        key="move_id",
    )


def write_pickings(to):
    columns = "picking_id, name, day, done, partner_id, order_id"
    to.copy_template(
        "stock_picking",
        f"(SELECT DISTINCT {columns} FROM draft.delivery) AS s",
        to.template("picking"),
        {
            "id": "s.picking_id",
            "name": "'WH/OUT/B' || lpad(s.picking_id::text, 7, '0')",
            "origin": "s.name",
            "partner_id": "s.partner_id",
            "scheduled_date": "s.done",
            "date_deadline": "s.done",
            "date_done": "s.done",
            **to.if_present("stock_picking", sale_id="s.order_id"),
            **stamps("s.day"),
        },
    )


def write_stock_moves(to):
    to.copy_template(
        "stock_move",
        "draft.delivery AS s",
        to.template("stock_move"),
        {
            "id": "s.move_id",
            "picking_id": "s.picking_id",
            "product_id": "s.product_id",
            "partner_id": "s.partner_id",
            "origin": "s.name",
            "reference": "'WH/OUT/B' || lpad(s.picking_id::text, 7, '0')",
            "product_qty": "s.quantity",
            "product_uom_qty": "s.quantity",
            "quantity": "s.quantity",
            "packaging_uom_qty": "s.quantity",
            "value": "round(s.quantity * s.price * 0.6, 2)",
            "date": "s.done",
            "date_deadline": "s.done",
            "sale_line_id": "s.lines_after + s.position",
            **stamps("s.day"),
        },
    )
