"""What customers owe by age, net of what they have in credit, at the ends of months: one query."""

from odoo import api, models
from odoo.tools import SQL

from .receivables_history import PARTS


class AllowanceMethod(models.Model):
    _inherit = "crmx.allowance.method"

    @api.private
    def _exposures(self, day):
        """Return the debts of a day by customer and age, net of what each has in credit, oldest first.

        :return: list of (partner id or None, bucket, assessment id or None, percent or None, amount); what
            customers have in credit beyond their debts has the bucket None, so that the amounts add up to
            the balance of the receivable accounts
        """
        query = SQL(
            "%s SELECT NULLIF(key, 0), bucket, assessment_id, percent::float8, amount::float8 FROM exposure"
            " ORDER BY key, bucket, assessment_id",
            self._exposure_sql([day]),
        )
        return self.env.execute_query(query)

    @api.private
    def _trend(self, day, months, percents=None):
        """Return the allowance at the last ends of months, in one query.

        :param percents: of each bucket; default: those of the day
        :return: list of (day, receivables, allowance), in order
        """
        days = self.env["crmx.receivables.trend"]._days(day, months)[1:]
        percents = percents or self._percents(day)
        query = SQL(
            """%(exposures)s
            SELECT date, ROUND(SUM(amount), 2)::float8,
                   COALESCE(ROUND(SUM(amount * COALESCE(percent, (%(percents)s::numeric[])[bucket + 1]) / 100)
                                  FILTER (WHERE bucket IS NOT NULL), 2), 0)::float8
              FROM exposure
             GROUP BY date
             ORDER BY date""",
            exposures=self._exposure_sql(days),
            percents=percents,
        )
        found = {row[0]: row for row in self.env.execute_query(query)}
        return [found.get(one, (one, 0.0, 0.0)) for one in days]

    @api.private
    def _exposure_sql(self, days):
        self.ensure_one()
        history = self.env["crmx.receivables.trend"].with_company(self.company_id)
        history = history.with_context(allowed_company_ids=self.company_id.ids)
        shared = history._history_scope(max(days), "partner")
        return SQL(
            _EXPOSURES,
            parts=SQL(PARTS, **shared),
            days=days,
            end=len(days),
            # the limits of Buckets, as the host's server counts them
            limits=[limit + 1 for limit in (0, *self._buckets().limits)],
            company=self.company_id.id,
        )


# An item is looked at on the days between its own and the one on which it was settled in full, by number.
_EXPOSURES = """
    WITH %(parts)s,
    side AS (
        SELECT debit_move_id AS id, max_date AS day, -amount AS amount FROM settlement
     UNION ALL
        SELECT credit_move_id, max_date, amount FROM settlement
    ),
    settled AS (
        SELECT id, MAX(day) AS day, SUM(amount) AS amount FROM side GROUP BY id
    ),
    life AS (
        SELECT item.id, item.key, item.move_id, item.due, item.balance,
               WIDTH_BUCKET(item.date - 1, %(days)s::date[]) AS enters,
               CASE WHEN item.balance + settled.amount = 0
                    THEN WIDTH_BUCKET(settled.day - 1, %(days)s::date[]) ELSE %(end)s END AS leaves
          FROM item
          LEFT JOIN settled ON settled.id = item.id
    ),
    residual AS (
        SELECT (%(days)s::date[])[n + 1] AS date, id, key, move_id, due, SUM(amount) AS amount
          FROM (
            SELECT GENERATE_SERIES(enters, leaves - 1) AS n, id, key, move_id, due, balance AS amount
              FROM life
             WHERE enters < leaves
         UNION ALL
            SELECT GENERATE_SERIES(
                       GREATEST(enters, WIDTH_BUCKET(side.day - 1, %(days)s::date[])), leaves - 1
                   ), life.id, key, move_id, due, side.amount
              FROM side
              JOIN life ON life.id = side.id
             WHERE enters < leaves
          ) part
         GROUP BY 1, 2, 3, 4, 5
    ),
    credit AS (
        SELECT date, key, SUM(-amount) AS amount FROM residual WHERE amount < 0 GROUP BY 1, 2
    ),
    debt AS (
        SELECT residual.*,
               LEAST(residual.amount, GREATEST(0,
                   SUM(residual.amount) OVER (PARTITION BY residual.date, residual.key ORDER BY due, id)
                   - COALESCE(credit.amount, 0))) AS net
          FROM residual
          LEFT JOIN credit ON credit.date = residual.date AND credit.key = residual.key
         WHERE residual.amount > 0
    ),
    exposure AS (
        SELECT debt.date, debt.key, WIDTH_BUCKET(debt.date - debt.due, %(limits)s) AS bucket,
               assessment.id AS assessment_id, assessment.percent, SUM(debt.net) AS amount
          FROM debt
          LEFT JOIN LATERAL (
               SELECT one.id, one.percent
                 FROM crmx_allowance_assessment one
                WHERE one.company_id = %(company)s
                  AND one.partner_id = debt.key
                  AND (one.move_id IS NULL OR one.move_id = debt.move_id)
                  AND one.date_from <= debt.date
                  AND (one.date_to IS NULL OR one.date_to >= debt.date)
                ORDER BY one.move_id NULLS LAST, one.date_from DESC, one.id DESC
                LIMIT 1
               ) assessment ON TRUE
         WHERE debt.net > 0
         GROUP BY 1, 2, 3, 4, 5
     UNION ALL
        SELECT credit.date, credit.key, NULL, NULL, NULL, LEAST(0, COALESCE(debts.amount, 0) - credit.amount)
          FROM credit
          LEFT JOIN (SELECT date, key, SUM(amount) AS amount FROM debt GROUP BY 1, 2) debts
                 ON debts.date = credit.date AND debts.key = credit.key
         WHERE COALESCE(debts.amount, 0) < credit.amount
    )
"""
