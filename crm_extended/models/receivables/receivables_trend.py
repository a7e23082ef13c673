from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.receivables import MAX_BUCKETS
from .receivables_history import CONTEXT, PARTS, ROW_ID

#: The bucket of what customers have in credit.
CREDITS = "99"


class ReceivablesTrend(models.Model):
    """How old debts were at the ends of months: the aged report, month after month.

    See `crmx.receivables.history` for what the context says. The buckets are those of the first scheme, or
    of the limits under `crmx_limits`.
    """

    _name = "crmx.receivables.trend"
    _description = "Ageing Trend"
    _inherit = "crmx.receivables.history"
    _auto = False
    _order = "date, bucket, id"
    _rec_name = "bucket"
    _depends = {
        "account.move": ["state", "invoice_user_id", "team_id"],
        "account.move.line": ["account_id", "balance", "company_id", "date", "date_maturity", "parent_state"],
        "account.partial.reconcile": ["amount", "credit_move_id", "debit_move_id", "max_date"],
        "crmx.aging.scheme": ["limits", "sequence", "active"],
        "res.partner": ["commercial_partner_id", "user_id"],
        "res.users": ["sale_team_id"],
    }

    bucket = fields.Selection(
        "_selection_bucket",
        string="Days Late",
        readonly=True,
        depends_context=CONTEXT,
        help="Days from the due date to the day shown.",
    )
    amount = fields.Monetary(
        string="Open", readonly=True, help="Over several days, the average of their sums."
    )

    @api.model
    def _selection_bucket(self):
        scheme = self.env["crmx.aging.scheme"]
        labels = scheme._bucket_labels(scheme.buckets(self.env.context.get("crmx_limits")))
        # beyond those in use, so that a saved filter of a longer scheme stays readable
        labels += [str(number) for number in range(len(labels), MAX_BUCKETS + 1)]
        return [
            *((f"{number:02}", label) for number, label in enumerate(labels)),
            (CREDITS, self.env._("Credits")),
        ]

    @property
    def _table_query(self):
        as_of, months, scope, _period = self._history_options()
        days = self._days(as_of, months)
        shared = self._history_scope(as_of, scope)
        ranges = self.env["crmx.aging.scheme"].buckets(self.env.context.get("crmx_limits")).ranges
        return SQL(
            _TREND,
            **shared,
            parts=SQL(PARTS, **shared),
            points=SQL(", ").join(SQL("(%s, %s::date)", n, day) for n, day in enumerate(days)),
            buckets=SQL(", ").join(
                SQL("(%s, %s::integer, %s::integer)", f"{number:02}", start, end)
                for number, (start, end) in enumerate(ranges)
            ),
            days=days,
            end=len(days),
            credits=CREDITS,
            key_columns=self._key_columns(scope),
            id=SQL(ROW_ID, parts=SQL("%s, company_id, key, date, bucket", scope)),
        )

    @api.model
    def _read_group_select(self, aggregate_spec, query):
        """What is open on a day does not add up over days."""
        if aggregate_spec != "amount:sum":
            return super()._read_group_select(aggregate_spec, query)
        column = self._field_to_sql(self._table, "amount", query)
        return SQL("SUM(%s) / NULLIF(COUNT(DISTINCT %s.date), 0)", column, SQL.identifier(self._table))


# A debt enters a bucket on the first day shown on which it is old enough, and leaves it on the first one on
# which it is too old: so what is in the bucket on a day is the sum of what was added up to it.
_TREND = """
    WITH point (n, date) AS (VALUES %(points)s),
    slot (bucket, first, last) AS (VALUES %(buckets)s),
    %(parts)s,
    step AS (
        SELECT company_id, key, is_debt, due, WIDTH_BUCKET(day - 1, %(days)s::date[]) AS n,
               SUM(amount) AS amount
          FROM part
         GROUP BY 1, 2, 3, 4, 5
        HAVING SUM(amount) <> 0
    ),
    stay AS (
        SELECT step.company_id, step.key, slot.bucket, step.amount,
               GREATEST(n, COALESCE(WIDTH_BUCKET(due + slot.first - 1, %(days)s::date[]), 0)) AS enters,
               COALESCE(WIDTH_BUCKET(due + slot.last, %(days)s::date[]), %(end)s) AS leaves
          FROM step
         CROSS JOIN slot
         WHERE is_debt
     UNION ALL
        SELECT company_id, key, %(credits)s, amount, n, %(end)s
          FROM step
         WHERE NOT is_debt
    ),
    flow AS (
        SELECT company_id, key, bucket, n, SUM(amount) AS amount
          FROM (
            SELECT company_id, key, bucket, enters AS n, amount FROM stay WHERE enters < leaves
         UNION ALL
            SELECT company_id, key, bucket, leaves, -amount FROM stay WHERE enters < leaves
          ) change
         GROUP BY 1, 2, 3, 4
    ),
    shown AS (
        SELECT whose.company_id, whose.key, whose.bucket, point.n, point.date,
               SUM(COALESCE(flow.amount, 0)) OVER (
                   PARTITION BY whose.company_id, whose.key, whose.bucket ORDER BY point.n) AS amount
          FROM (SELECT DISTINCT company_id, key, bucket FROM flow) whose
         CROSS JOIN point
          LEFT JOIN flow ON flow.company_id = whose.company_id AND flow.key = whose.key
                        AND flow.bucket = whose.bucket AND flow.n = point.n
    )
    SELECT %(id)s AS id, date, company_id, %(currency)s AS currency_id, %(key_columns)s, bucket,
           ROUND(amount, 2) AS amount
      FROM shown
     WHERE n > 0
       AND ROUND(amount, 2) <> 0
"""
