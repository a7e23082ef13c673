from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.credit import Exposure

#: Entries count from the day on which they are posted, whatever day they bear.
ALL_DATES = "9999-12-31"
#: From so many partners on, reading all that is open costs less than looking up each one's.
MANY = 200


class CreditExposure(models.AbstractModel):
    """What customers could cost: what they owe, and what they will owe for what is under way.

    Of a commercial partner with all his contacts, in a company with its branches, in the company's
    currency at today's rates. Nothing is in two parts:

    * posted: open items, less unallocated payments and credit notes
    * disputed: what of them is contested, when the company deducts it
    * in transit: payments that were registered and have no entry yet
    * drafts: draft invoices, less draft credit notes
    * delivered: what was delivered and is on no invoice, not even a draft
    * orders: what was ordered for good and is neither delivered nor invoiced, less down payments that were
      invoiced and not yet deducted
    """

    _name = "crmx.credit.exposure"
    _description = "Credit Exposure"

    @api.model
    @api.private
    def _read_exposures(self, partners, company, overdue_days=()):
        """Return {commercial partner id: Exposure}; who stands at nothing may be missing.

        One query for the figures, however many partners.

        :param partners: commercial partners, or None for all
        :param overdue_days: further days for which to tell what is later than that
        """
        if partners is not None and not partners:
            return {}
        days = sorted({0, *overdue_days})
        query = self._exposure_sql(partners, company, days)
        # compiling it takes the server longer than running it
        rows = self.env.execute_query(SQL("SET LOCAL jit = off; %s", query))
        return {
            partner_id: Exposure(
                *(float(part) for part in parts[:7]),
                overdue={day: float(amount) for day, amount in zip(days, parts[8:], strict=True)},
                oldest=parts[7],
            )
            for partner_id, *parts in rows
        }

    @api.model
    def _exposure_sql(self, partners, company, overdue_days=(0,)):
        """Return the query of (partner, parts as in `Exposure`, oldest, overdue by each of the days)."""
        root = company.root_id
        self._flush_exposure()
        company_ids = root._crmx_tree_ids()
        # sudo: figures of the company's tree that the callers show to those who may see debts in total
        Item = self.env["crmx.open.item"].sudo()
        Item = Item.with_context(
            allowed_company_ids=list(company_ids), crmx_as_of=ALL_DATES, crmx_side="receivable"
        )
        family = self._family(partners)
        today = fields.Date.context_today(self)
        return SQL(
            _EXPOSURE,
            company=root.id,
            currency=root.currency_id.id,
            items=Item._table_query,
            disputed=Item._disputed_sql(),
            deducted=1 if root.crmx_credit_deduct_disputed else 0,
            overdue=SQL(", ").join(
                SQL(
                    "COALESCE(SUM(amount - disputed) FILTER (WHERE amount > 0 AND due < %s - %s), 0) AS %s",
                    today,
                    days,
                    SQL.identifier(f"overdue_{days}"),
                )
                for days in overdue_days
            ),
            overdue_columns=SQL(", ").join(
                SQL("COALESCE(item.%s, 0)", SQL.identifier(f"overdue_{days}")) for days in overdue_days
            ),
            today=today,
            companies=company_ids,
            rounding=root.currency_id.rounding,
            of_item=family("item.partner_id"),
            of_payment=family("payment.partner_id"),
            of_move=family("move.partner_id"),
            of_order=family("sale.partner_invoice_id"),
        )

    @api.model
    def _family(self, partners):
        """Return a function that gives the condition for a column of contacts.

        Of few partners, the ids are looked up first, as an array, and the database takes the indexes of the
        contacts; of many it had better read everything and sort out.
        """
        if partners is None:
            return lambda column: SQL("%s IS NOT NULL", SQL(column))
        # sudo: contacts of the partners, archived ones too
        everybody = self.env["res.partner"].sudo().with_context(active_test=False)
        family = everybody._search([("commercial_partner_id", "in", partners.ids)])
        if len(partners) > MANY:
            return lambda column: SQL("%s IN (%s)", SQL(column), family.select())
        ids = SQL("ARRAY(%s)", family.select())
        return lambda column: SQL("%s = ANY(%s)", SQL(column), ids)

    @api.model
    def _flush_exposure(self):
        # what the query reads besides the open items, which flush their own
        Item = self.env["crmx.open.item"]
        for model_name, names in Item._depends.items():
            self.env[model_name].flush_model(names)
        self.env["res.currency.rate"].flush_model()
        self.env["account.payment"].flush_model(
            [
                "amount",
                "company_id",
                "currency_id",
                "move_id",
                "partner_id",
                "partner_type",
                "payment_type",
                "state",
            ]  # fmt: skip
        )
        self.env["account.move"].flush_model(["amount_total", "currency_id", "move_type", "partner_id"])
        self.env["sale.order"].flush_model(
            ["company_id", "currency_id", "invoice_status", "partner_invoice_id", "state"]
        )
        self.env["sale.order.line"].flush_model(
            [
                "discount",
                "invoice_lines",
                "is_downpayment",
                "price_total",
                "price_unit",
                "product_uom_qty",
                "qty_delivered",
                "qty_invoiced",
            ]  # fmt: skip
        )
        self.env["stock.move"].flush_model(["sale_line_id", "state"])


# `host_rate` is what the host's method gives, which would be another query: the last rate up to today, or
# the first one after it, the company's before everybody's. The last part of
# the condition for `orders` says whether more will be delivered: not when all transfers of the line are
# done or cancelled.
# The quantities of lines that order negative amounts are turned round, and their amounts turned back.
_EXPOSURE = """
    WITH host_rate AS MATERIALIZED (
        SELECT currency.id, COALESCE(known.rate, 1)::numeric AS rate
          FROM res_currency currency
          LEFT JOIN (
               SELECT DISTINCT ON (currency_id) currency_id, rate
                 FROM res_currency_rate
                WHERE company_id = %(company)s OR company_id IS NULL
                ORDER BY currency_id, name <= %(today)s DESC, company_id, ABS(name - %(today)s)
               ) known ON known.currency_id = currency.id
    ),
    rate AS MATERIALIZED (
        SELECT host_rate.id AS currency_id, own.rate / host_rate.rate AS factor
          FROM host_rate
          JOIN host_rate own ON own.id = %(currency)s
    ),
    item AS (
        SELECT partner_id,
               SUM(amount) AS posted,
               -SUM(disputed) AS disputed,
               SUM(LEAST(amount, 0)) AS credits,
               MIN(due) FILTER (WHERE amount > disputed AND due < %(today)s) AS oldest,
               %(overdue)s
          FROM (SELECT item.commercial_partner_id AS partner_id,
                       item.residual_currency * rate.factor AS amount,
                       %(deducted)s * rate.factor * LEAST(
                           GREATEST(item.residual_currency, 0), COALESCE(disputed.amount, 0)
                       ) AS disputed,
                       COALESCE(item.date_maturity, item.date) AS due
                  FROM (%(items)s) item
                  JOIN rate ON rate.currency_id = item.currency_id
                  LEFT JOIN (%(disputed)s) disputed ON disputed.line_id = item.id
                 WHERE %(of_item)s
               ) item
         GROUP BY partner_id
    ),
    sold AS (
        SELECT sale.partner_invoice_id AS partner_id,
               SUM(rate.factor * CASE WHEN line.is_downpayment THEN -(
                       SELECT SUM(CASE paid.move_type WHEN 'out_refund' THEN -charged.price_total
                                  ELSE charged.price_total END)
                         FROM sale_order_line_invoice_rel link
                         JOIN account_move_line charged ON charged.id = link.invoice_line_id
                         JOIN account_move paid ON paid.id = charged.move_id
                        WHERE link.order_line_id = line.id AND paid.state <> 'cancel')
                   WHEN qty.ordered > GREATEST(qty.delivered, qty.invoiced)
                    AND (template.invoice_policy = 'order'
                         OR NOT EXISTS (SELECT FROM stock_move move WHERE move.sale_line_id = line.id)
                         OR EXISTS (SELECT FROM stock_move move
                                     WHERE move.sale_line_id = line.id
                                       AND move.state NOT IN ('done', 'cancel')))
                   THEN qty.price * (qty.ordered - GREATEST(qty.delivered, qty.invoiced))
               END) AS orders,
               SUM(rate.factor * qty.price * (qty.delivered - qty.invoiced)) FILTER (
                   WHERE qty.delivered > qty.invoiced AND line.is_downpayment IS NOT TRUE
               ) AS delivered
          FROM sale_order sale
          JOIN rate ON rate.currency_id = sale.currency_id
          JOIN sale_order_line line ON line.order_id = sale.id AND line.display_type IS NULL
          LEFT JOIN product_product product ON product.id = line.product_id
          LEFT JOIN product_template template ON template.id = product.product_tmpl_id
         CROSS JOIN LATERAL (SELECT CASE WHEN line.product_uom_qty < 0 THEN -1 ELSE 1 END AS sign) turn
         CROSS JOIN LATERAL (
               SELECT turn.sign * line.product_uom_qty AS ordered,
                      turn.sign * COALESCE(line.qty_invoiced, 0) AS invoiced,
                      CASE WHEN template.invoice_policy = 'order'
                           THEN LEAST(turn.sign * COALESCE(line.qty_delivered, 0),
                                      turn.sign * line.product_uom_qty)
                           ELSE turn.sign * COALESCE(line.qty_delivered, 0)
                       END AS delivered,
                      turn.sign * CASE WHEN line.product_uom_qty <> 0
                                       THEN line.price_total / line.product_uom_qty
                                       ELSE line.price_unit * (1 - COALESCE(line.discount, 0) / 100.0)
                                   END AS price
         ) qty
         WHERE sale.state = 'sale'
           AND sale.invoice_status IS DISTINCT FROM 'invoiced'
           AND sale.company_id IN %(companies)s
           AND %(of_order)s
         GROUP BY sale.partner_invoice_id
    ),
    part AS (
        SELECT payment.partner_id,
               SUM(CASE WHEN payment.payment_type = 'inbound' THEN -payment.amount ELSE payment.amount END
                   * rate.factor) AS in_transit,
               NULL::numeric AS drafts, NULL::numeric AS orders, NULL::numeric AS delivered
          FROM account_payment payment
          JOIN rate ON rate.currency_id = payment.currency_id
         WHERE payment.state = 'in_process'
           AND payment.move_id IS NULL
           AND payment.partner_type = 'customer'
           AND payment.company_id IN %(companies)s
           AND %(of_payment)s
         GROUP BY payment.partner_id
     UNION ALL
        SELECT move.partner_id,
               NULL,
               SUM(CASE WHEN move.move_type = 'out_refund' THEN -move.amount_total ELSE move.amount_total END
                   * rate.factor),
               NULL,
               NULL
          FROM account_move move
          JOIN rate ON rate.currency_id = move.currency_id
         WHERE move.state = 'draft'
           AND move.move_type IN ('out_invoice', 'out_refund', 'out_receipt')
           AND move.company_id IN %(companies)s
           AND %(of_move)s
         GROUP BY move.partner_id
     UNION ALL
        SELECT partner_id, NULL, NULL, orders, delivered FROM sold
    ),
    other AS (
        SELECT partner.commercial_partner_id AS partner_id,
               SUM(part.in_transit) AS in_transit,
               SUM(part.drafts) AS drafts,
               SUM(part.orders) AS orders,
               SUM(part.delivered) AS delivered
          FROM part
          JOIN res_partner partner ON partner.id = part.partner_id
         GROUP BY partner.commercial_partner_id
    )
    SELECT partner_id,
           ROUND(COALESCE(item.posted, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(item.disputed, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(other.in_transit, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(other.drafts, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(other.orders, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(other.delivered, 0) / %(rounding)s) * %(rounding)s,
           ROUND(COALESCE(item.credits, 0) / %(rounding)s) * %(rounding)s,
           item.oldest,
           %(overdue_columns)s
      FROM item
      FULL JOIN other USING (partner_id)
     WHERE partner_id IS NOT NULL
"""
