from odoo import api, fields, models
from odoo.tools import SQL

from .receivables_history import CONTEXT, LOOKBACK, PARTS, ROW_ID

#: Figures of a day: over several days, the average of their sums.
STOCKS = ("receivable", "current", "overdue", "opening")
#: Figures that are made of sums: how, for a group of rows.
RATIOS = {
    "dso": "SUM({0}receivable * {0}days) / NULLIF(SUM({0}sales_period), 0)",
    "dso_best": "SUM({0}current * {0}days) / NULLIF(SUM({0}sales_period), 0)",
    "days_delinquent": "SUM(({0}receivable - {0}current) * {0}days) / NULLIF(SUM({0}sales_period), 0)",
    "dso_countback": "SUM({0}dso_countback * {0}receivable) / NULLIF(SUM({0}receivable), 0)",
    "effectiveness": "100 * SUM({0}opening + {0}sales - {0}receivable)"
    " / NULLIF(SUM({0}opening + {0}sales - {0}current), 0)",
    "days_late": "SUM({0}late_days) / NULLIF(SUM({0}paid), 0)",
    "promise_keeping": "100 * SUM({0}promise_kept) / NULLIF(SUM({0}promised), 0)",
}


class ReceivablesFigure(models.Model):
    """How fast customers pay, and how well debts are collected, at the ends of months.

    See `crmx.receivables.history` for what the context says; `crmx_period` is of how many last months the
    sales are that receivables are compared with (default: 3).
    """

    _name = "crmx.receivables.figure"
    _description = "Receivables Figures"
    _inherit = "crmx.receivables.history"
    _auto = False
    _order = "date DESC, receivable DESC, id"
    _rec_name = "date"
    _depends = {
        "account.move": ["state", "invoice_user_id", "team_id"],
        "account.move.line": ["account_id", "balance", "company_id", "date", "date_maturity", "parent_state"],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "crmx.promise": ["amount_company", "date_judged", "received", "state"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "res.users": ["sale_team_id"],
    }

    receivable = fields.Monetary(
        string="Receivables", readonly=True, help="The balance of the receivable accounts on that day."
    )
    current = fields.Monetary(string="Not Due", readonly=True, help="Debts that were not due on that day.")
    overdue = fields.Monetary(
        readonly=True, help="Receivables less what is not due: overdue debts less unallocated credits."
    )
    opening = fields.Monetary(readonly=True, help="Receivables a month before.")
    sales = fields.Monetary(
        string="Billed", readonly=True, help="Invoices less credit notes of the month, taxes included."
    )
    sales_period = fields.Monetary(
        string="Billed in Period", readonly=True, help="Of the last months, three unless chosen otherwise."
    )
    days = fields.Integer(string="Days of Period", readonly=True, aggregator=None)
    paid = fields.Monetary(readonly=True, help="What settled debts in the month, credit notes left out.")
    late_days = fields.Float(string="Amount × Days Late", readonly=True)
    promised = fields.Monetary(
        readonly=True, help="Promises to pay that were judged in the month: kept or not."
    )
    promise_kept = fields.Monetary(string="Promised and Paid", readonly=True)
    dso = fields.Float(
        string="DSO",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Days sales outstanding = receivables ÷ billed in the period × days of the period. "
        "Source: creditguru.com, Average Days Delinquent.",
    )
    dso_best = fields.Float(
        string="Best Possible DSO",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="What DSO would be if nobody were late = not due ÷ billed in the period × days of the period. "
        "Source: creditguru.com, Average Days Delinquent.",
    )
    days_delinquent = fields.Float(
        string="Average Days Delinquent",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="DSO − best possible DSO. Source: creditguru.com, Average Days Delinquent.",
    )
    dso_countback = fields.Float(
        string="DSO Countback",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Of how many last days the billing is that receivables hold: month after month is taken off "
        "them, the last one in part; 24 months back and more at most. Of several rows: their average, by "
        "receivables. Source: the countback (exhaustion) method.",
    )
    effectiveness = fields.Float(
        string="Collection Effectiveness (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="(Opening + billed − receivables) ÷ (opening + billed − not due) × 100: what was collected of "
        "what could have been. Source: creditguru.com and creditmanagementassociation.org, CEI.",
    )
    days_late = fields.Float(
        string="Days Late, weighted",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Σ(paid × days after the due date) ÷ Σ paid, of what was paid in the month; early counts 0.",
    )
    promise_keeping = fields.Float(
        string="Promises Kept (%)",
        readonly=True,
        aggregator="avg",
        digits=(16, 1),
        help="Paid of what was promised ÷ promised × 100, of promises judged in the month.",
    )

    @api.depends_context(*CONTEXT)
    def _compute_display_name(self):
        for figure in self:
            subject = figure.commercial_partner_id or figure.team_id or figure.user_id or figure.company_id
            figure.display_name = f"{subject.display_name} {figure.date}"

    @property
    def _table_query(self):
        as_of, months, scope, period = self._history_options()
        days = self._days(as_of, months + LOOKBACK)
        points = SQL(", ").join(
            SQL("(%s, %s::date, %s)", number, day, (day - before).days)
            for number, (before, day) in enumerate(zip(days, days[1:], strict=False), 1)
        )
        shared = self._history_scope(as_of, scope)
        return SQL(
            _FIGURES,
            **shared,
            parts=SQL(PARTS, **shared),
            points=points,
            days=days,
            first=LOOKBACK + 1,
            before=period - 1,
            key_columns=self._key_columns(scope),
            promise_key=SQL(_PROMISE_KEYS[scope]),
            id=SQL(ROW_ID, parts=SQL("%s, company_id, key, date", scope)),
            **{
                name: SQL(ratio.format("").replace("SUM(", "("))
                for name, ratio in RATIOS.items()
                if name != "dso_countback"
            },
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """Ratios of sums are no averages of ratios; what is so on a day does not add up over days."""
        name, _colon, function = aggregate_spec.partition(":")
        if not function or name not in (*RATIOS, *STOCKS):
            return super()._read_group_select(aggregate_spec, query)
        self._check_field_access(self._fields[name], "read")
        table = SQL.identifier(self._table)
        if name in STOCKS:
            column = self._field_to_sql(self._table, name, query)
            return SQL("SUM(%s) / NULLIF(COUNT(DISTINCT %s.date), 0)", column, table)
        pieces = RATIOS[name].split("{0}")
        prefixed = SQL(pieces[0])
        for piece in pieces[1:]:
            prefixed = SQL("%s%s.%s", prefixed, table, SQL(piece))
        return prefixed


_PROMISE_KEYS = {
    "company": "NULL",
    "team": "salesperson.sale_team_id",
    "user": "commercial.user_id",
    "partner": "promise.commercial_partner_id",
}

# A part belongs to the first day that is not before it, and stops being "not due" on the first day after its
# due date: so the figures of a day are the sums of what was added up to it.
_FIGURES = """
    WITH point (n, date, days) AS (VALUES %(points)s),
    %(parts)s,
    step AS (
        SELECT company_id, key, is_debt, WIDTH_BUCKET(day - 1, %(days)s::date[]) AS n,
               WIDTH_BUCKET(due, %(days)s::date[]) AS due_n, SUM(amount) AS amount
          FROM part
         GROUP BY 1, 2, 3, 4, 5
        HAVING SUM(amount) <> 0
    ),
    flow AS (
        SELECT company_id, key, n, SUM(receivable) AS receivable, SUM(current) AS current,
               SUM(sales) AS sales, SUM(paid) AS paid, SUM(late_days) AS late_days,
               SUM(promised) AS promised, SUM(kept) AS kept
          FROM (
            SELECT company_id, key, n, amount AS receivable,
                   CASE WHEN is_debt AND due_n > n THEN amount ELSE 0 END AS current,
                   0 AS sales, 0 AS paid, 0 AS late_days, 0 AS promised, 0 AS kept
              FROM step
         UNION ALL
            SELECT company_id, key, due_n, 0, -amount, 0, 0, 0, 0, 0
              FROM step
             WHERE is_debt AND due_n > n
         UNION ALL
            SELECT company_id, key, WIDTH_BUCKET(date - 1, %(days)s::date[]), 0, 0, balance, 0, 0, 0, 0
              FROM item
             WHERE is_sale
         UNION ALL
            SELECT item.company_id, item.key, WIDTH_BUCKET(max_date - 1, %(days)s::date[]), 0, 0, 0,
                   amount, amount * GREATEST(0, max_date - item.due), 0, 0
              FROM settlement
              JOIN item ON item.id = settlement.debit_move_id
              JOIN item credit ON credit.id = settlement.credit_move_id
             WHERE NOT credit.is_sale
         UNION ALL
            SELECT promise.company_id, COALESCE(%(promise_key)s, 0),
                   WIDTH_BUCKET(promise.date_judged - 1, %(days)s::date[]), 0, 0, 0, 0, 0,
                   promise.amount_company%(promise_rate)s,
                   promise.amount_company%(promise_rate)s
                   * LEAST(1, COALESCE(promise.received, 0) / NULLIF(promise.amount, 0))
              FROM crmx_promise promise
              LEFT JOIN res_partner commercial ON commercial.id = promise.commercial_partner_id
              LEFT JOIN res_users salesperson ON salesperson.id = commercial.user_id
             WHERE promise.state IN ('kept', 'partly', 'broken')
               AND promise.date_judged <= %(as_of)s
               AND promise.company_id IN %(companies)s
          ) source
         GROUP BY 1, 2, 3
    ),
    -- what was before the first day counts as its opening balance
    opened AS (
        SELECT company_id, key, SUM(receivable) FILTER (WHERE n = 0) AS receivable,
               SUM(current) FILTER (WHERE n = 0) AS current
          FROM flow
         GROUP BY 1, 2
    ),
    grid AS (
        SELECT opened.company_id, opened.key, point.n, point.date, point.days,
               COALESCE(opened.receivable, 0) + SUM(COALESCE(flow.receivable, 0)) OVER upto AS receivable,
               COALESCE(opened.current, 0) + SUM(COALESCE(flow.current, 0)) OVER upto AS current,
               COALESCE(flow.sales, 0) AS sales,
               SUM(COALESCE(flow.sales, 0)) OVER upto AS sales_upto,
               SUM(COALESCE(flow.sales, 0)) OVER period AS sales_period,
               SUM(point.days) OVER period AS days_period,
               COALESCE(flow.paid, 0) AS paid,
               COALESCE(flow.late_days, 0) AS late_days,
               COALESCE(flow.promised, 0) AS promised,
               COALESCE(flow.kept, 0) AS promise_kept
          FROM opened
         CROSS JOIN point
          LEFT JOIN flow ON flow.company_id = opened.company_id AND flow.key = opened.key
                        AND flow.n = point.n
        WINDOW upto AS (PARTITION BY opened.company_id, opened.key ORDER BY point.n),
               period AS (PARTITION BY opened.company_id, opened.key ORDER BY point.n
                          ROWS BETWEEN %(before)s PRECEDING AND CURRENT ROW)
    ),
    shown AS (
        SELECT grid.*,
               COALESCE(LAG(receivable) OVER (PARTITION BY company_id, key ORDER BY n), 0) AS opening
          FROM grid
         WHERE n >= %(first)s - 1
    ),
    back AS (
        SELECT shown.company_id, shown.key, shown.n,
               SUM(past.days * CASE WHEN past.sales > 0
                                    THEN LEAST(1, open.amount / past.sales) ELSE 1 END) AS days
          FROM shown
          JOIN grid past ON past.company_id = shown.company_id AND past.key = shown.key
                        AND past.n <= shown.n
         CROSS JOIN LATERAL (
               SELECT shown.receivable - shown.sales_upto + past.sales_upto AS amount
         ) open
         WHERE open.amount > 0 AND shown.receivable > 0
         GROUP BY 1, 2, 3
    ),
    figure AS (
        SELECT shown.company_id, shown.key, shown.date,
               ROUND(receivable, 2) AS receivable,
               ROUND(current, 2) AS current,
               ROUND(receivable - current, 2) AS overdue,
               ROUND(opening, 2) AS opening,
               ROUND(sales, 2) AS sales,
               ROUND(sales_period, 2) AS sales_period,
               days_period::integer AS days,
               ROUND(paid, 2) AS paid,
               late_days,
               ROUND(promised, 2) AS promised,
               ROUND(promise_kept, 2) AS promise_kept,
               COALESCE(back.days, 0) AS dso_countback
          FROM shown
          LEFT JOIN back ON back.company_id = shown.company_id AND back.key = shown.key
                        AND back.n = shown.n
         WHERE shown.n >= %(first)s
    )
    SELECT %(id)s AS id, date, company_id, %(currency)s AS currency_id, %(key_columns)s,
           receivable, current, overdue, opening, sales, sales_period, days, paid, late_days::float8,
           promised, promise_kept, dso_countback::float8,
           (%(dso)s)::float8 AS dso,
           (%(dso_best)s)::float8 AS dso_best,
           (%(days_delinquent)s)::float8 AS days_delinquent,
           (%(effectiveness)s)::float8 AS effectiveness,
           (%(days_late)s)::float8 AS days_late,
           (%(promise_keeping)s)::float8 AS promise_keeping
      FROM figure
     WHERE receivable <> 0 OR opening <> 0 OR sales_period <> 0 OR paid <> 0 OR promised <> 0
"""
