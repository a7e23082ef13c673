"""The debts that interest is computed of, as the ledger and the plans about them have it."""

from odoo import api, models
from odoo.tools import SQL

from ...tools.instalments import share


class InterestNote(models.Model):
    _inherit = "crmx.interest.note"

    @api.model
    def _late_debts(self, company, until, partners=None, but=0):
        """Return the debts that were open after their due date, up to a day, in one query.

        Not those of interest notes: there is no interest on interest.
        """
        self.env.flush_all()
        # sudo: the company's own accounts, whose items are read in the user's company
        Account = self.env["account.account"].sudo().with_context(active_test=False)
        accounts = Account.search(
            [*Account._check_company_domain(company), ("account_type", "=", "asset_receivable")]
        )
        policies = self.env["crmx.interest.policy"].search([("company_id", "in", (False, company.id))])
        if not policies or not accounts:
            return []
        whose = SQL("TRUE")
        if partners is not None:
            whose = SQL("partner.commercial_partner_id = ANY(%s)", partners.ids)
        query = SQL(
            _DEBTS,
            accounts=accounts.ids,
            company=company.id,
            until=until,
            start=min(policies.mapped("date_start")),
            whose=whose,
            but=but,
        )
        names = (
            "id", "document", "company_id", "partner_id", "currency_id", "amount", "due", "since",
            "charged", "has_fee", "is_disputed", "plans", "plan_modes", "plan_from", "plan_to",
        )  # fmt: skip
        debts = [dict(zip(names, row, strict=True)) for row in self.env.execute_query(query)]
        self._add_planned(debts)
        return debts

    @api.model
    def _add_planned(self, debts):
        """Add to debts what plans agree of interest, beside the terms: `pauses`, `unpaused`, `deferrals`.

        All plans take two queries.
        """
        plans = {
            plan
            for debt in debts
            for plan, mode in zip(debt["plans"], debt["plan_modes"], strict=True)
            if mode == "instalments"
        }
        parts = self._planned_parts(list(plans)) if plans else {}
        for debt in debts:
            times = {"none": [], "terms": [], "debt": [], "instalments": []}
            debt["deferrals"] = []
            columns = (debt[name] for name in ("plans", "plan_modes", "plan_from", "plan_to"))
            for plan, mode, first, last in zip(*columns, strict=True):
                times[mode].append((first, last))
                debt["deferrals"] += [
                    (first, min(day, last), amount)
                    for day, amount in parts.get((plan, debt["id"]), ())
                    if mode == "instalments"
                ]
            debt["pauses"], debt["pauses_by_terms"] = times["none"], times["terms"]

    @api.model
    def _planned_parts(self, plan_ids):
        """Return {(plan, journal item): [(last day, amount)]}: the first instalments pay the oldest debts."""
        debts, instalments = {}, {}
        for plan, item, amount in self.env.execute_query(SQL(_PLANNED_DEBTS, plans=plan_ids)):
            debts.setdefault(plan, []).append((item, amount))
        for plan, day, amount in self.env.execute_query(SQL(_INSTALMENTS, plans=plan_ids)):
            instalments.setdefault(plan, []).append((day, amount))
        result = {}
        for plan, items in debts.items():
            dues = instalments.get(plan, [])
            shares = share([amount for _day, amount in dues], [amount for _item, amount in items])
            for (item, _amount), parts in zip(items, shares, strict=True):
                result[plan, item] = [(dues[place][0], amount) for place, amount in parts]
        return result

    @api.model
    def _payments_of(self, item_ids):
        """Return {item id: [(day, amount in the item's currency, is it a credit note)]}."""
        if not item_ids:
            return {}
        result = {}
        for item_id, day, amount, is_credit in self.env.execute_query(SQL(_PAYMENTS, items=item_ids)):
            result.setdefault(item_id, []).append((day, amount, is_credit))
        return result


_DEBTS = """
    SELECT line.id,
           COALESCE(NULLIF(move.name, ''), line.name, '/'),
           line.company_id,
           partner.commercial_partner_id,
           line.currency_id,
           line.amount_currency::float8,
           COALESCE(line.date_maturity, line.date),
           moved.date,
           charged.days,
           COALESCE(charged.has_fee, FALSE),
           EXISTS (SELECT
                     FROM crmx_dispute_line contested
                     JOIN crmx_dispute dispute ON dispute.id = contested.dispute_id
                    WHERE contested.move_line_id = line.id
                      AND dispute.date_closed IS NULL),
           COALESCE(planned.plans, '{}'),
           COALESCE(planned.modes, '{}'),
           COALESCE(planned.starts, '{}'),
           COALESCE(planned.ends, '{}')
      FROM account_move_line line
      JOIN account_move move ON move.id = line.move_id
      JOIN res_partner partner ON partner.id = line.partner_id
      LEFT JOIN LATERAL (
           SELECT ARRAY_AGG(DISTINCT note.date_to) FILTER (WHERE charge.kind = 'interest') AS days,
                  BOOL_OR(charge.kind = 'fee') AS has_fee
             FROM crmx_interest_line charge
             JOIN crmx_interest_note note ON note.id = charge.note_id
            WHERE charge.move_line_id = line.id
              AND charge.is_claim
              AND note.id <> %(but)s
           ) charged ON TRUE
      LEFT JOIN LATERAL (
           SELECT ARRAY_AGG(plan.id ORDER BY plan.id) AS plans,
                  ARRAY_AGG(plan.interest ORDER BY plan.id) AS modes,
                  ARRAY_AGG(plan.date_start + 1 ORDER BY plan.id) AS starts,
                  ARRAY_AGG(CASE WHEN plan.state = 'live' THEN '9999-12-31'::date ELSE plan.date_judged END
                            ORDER BY plan.id) AS ends
             FROM crmx_instalment_item part
             JOIN crmx_instalment_plan plan ON plan.id = part.plan_id
            WHERE part.move_line_id = line.id
              AND plan.date_start IS NOT NULL
              AND (plan.state = 'live' OR plan.date_judged IS NOT NULL)
           ) planned ON TRUE
      LEFT JOIN crmx_bad_debt doubtful ON doubtful.move_id = line.move_id AND doubtful.kind = 'doubtful'
      LEFT JOIN account_move moved ON moved.id = doubtful.move_id
     WHERE line.parent_state = 'posted'
       AND line.company_id = %(company)s
       AND line.account_id = ANY(%(accounts)s)
       AND line.amount_currency > 0
       AND COALESCE(line.date_maturity, line.date) < %(until)s
       AND COALESCE(line.date_maturity, line.date) >= %(start)s
       AND line.no_followup IS NOT TRUE
       AND %(whose)s
       AND (line.reconciled IS NOT TRUE
            OR EXISTS (SELECT
                         FROM account_partial_reconcile partial
                        WHERE partial.debit_move_id = line.id
                          AND partial.max_date > COALESCE(line.date_maturity, line.date)))
       AND NOT EXISTS (SELECT FROM crmx_interest_note note WHERE note.move_id = line.move_id)
     ORDER BY partner.commercial_partner_id, COALESCE(line.date_maturity, line.date), line.id
"""

_PAYMENTS = """
    SELECT partial.debit_move_id,
           partial.max_date,
           partial.debit_amount_currency::float8,
           move.move_type = 'out_refund'
      FROM account_partial_reconcile partial
      JOIN account_move_line credit ON credit.id = partial.credit_move_id
      JOIN account_move move ON move.id = credit.move_id
     WHERE partial.debit_move_id = ANY(%(items)s)
       AND credit.parent_state = 'posted'
"""

_PLANNED_DEBTS = """
    SELECT part.plan_id, part.move_line_id, part.amount::float8
      FROM crmx_instalment_item part
      JOIN account_move_line line ON line.id = part.move_line_id
     WHERE part.plan_id = ANY(%(plans)s)
     ORDER BY part.plan_id, line.date_maturity, line.id
"""

_INSTALMENTS = """
    SELECT plan_id, date_last, amount::float8
      FROM crmx_instalment
     WHERE plan_id = ANY(%(plans)s)
     ORDER BY plan_id, date_due, id
"""
