"""How interest notes come from the ledger, and who is not charged twice."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.interest import RateMissing, accrue


class InterestNote(models.Model):
    _inherit = "crmx.interest.note"

    @api.model
    @api.private
    def _propose(self, company, until, partners=None):
        """Make notes for what is late, or was paid late, and not charged yet; drafts are made anew.

        The number of queries does not depend on how many debts there are, but for those that write.

        :param partners: commercial partners; None for all
        :return: (notes, problems: texts that say what was left out)
        """
        self.check_access("create")
        self._claim_company(company)
        drafts = [("company_id", "=", company.id), ("state", "=", "draft")]
        if partners is not None:
            drafts.append(("partner_id", "in", partners.ids))
        self.search(drafts).unlink()
        rows, problems = self._owed(company, until, partners)
        vals_list = self._note_vals(company, until, rows)
        return self.with_company(company).create(vals_list), problems

    @api.model
    def _claim_company(self, company):
        """Let nobody else propose for the company until this transaction ends."""
        self.env.cr.execute(
            SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._table, company.id)
        )
        if not self.env.cr.fetchone()[0]:
            raise UserError(
                self.env._("Somebody else is proposing interest right now. Try again in a moment.")
            )

    @api.model
    @api.private
    def _owed(self, company, until, partners=None, but=0):
        """Return ({(partner, currency, policy): values of lines}, problems).

        :param but: id of a note whose charges do not count as charged
        """
        debts = self._late_debts(company, until, partners, but)
        payments = self._payments_of([debt["id"] for debt in debts])
        partners_found = self.env["res.partner"].browse({debt["partner_id"] for debt in debts})
        policies = self.env["crmx.interest.policy"]._of_partners(company, partners_found)
        terms = {policy: policy._terms() for policy in set(policies.values()) if policy}
        rows, problems = {}, {}
        for debt in debts:
            policy = policies[self.env["res.partner"].browse(debt["partner_id"])]
            if not policy or debt["due"] < policy.date_start:
                continue
            if policy.skips_disputed and debt["is_disputed"]:
                continue
            try:
                lines = self._lines_of(debt, payments.get(debt["id"], []), policy, terms[policy], until)
            except RateMissing as missing:
                problems.setdefault((policy, missing.day), []).append(debt["document"])
                continue
            if lines:
                rows.setdefault((debt["partner_id"], debt["currency_id"], policy), []).extend(lines)
        return rows, [
            self._missing_rate_text(policy, day, documents) for (policy, day), documents in problems.items()
        ]

    @api.model
    def _missing_rate_text(self, policy, day, documents):
        return self.env._(
            "“%(table)s” has no rate for %(day)s: %(count)s debts are left out, such as %(document)s.",
            table=policy.table_id.name or policy.name,
            day=self.env["ir.qweb.field.date"].value_to_html(day, {}),
            count=len(documents),
            document=documents[0],
        )

    @api.model
    def _lines_of(self, debt, payments, policy, terms, until):
        """Return the values of lines for what a debt bears that was not charged before."""
        currency = self.env["res.currency"].browse(debt["currency_id"])
        kernel_terms, rates = terms
        # what a credit note takes away was never owed
        paid = [(debt["due"] if is_credit else day, amount) for day, amount, is_credit in payments]
        common = {
            "move_line_id": debt["id"],
            "document": debt["document"],
            "date_due": debt["due"],
            "debt": debt["amount"],
        }
        charged = [*(debt["charged"] or []), *([debt["since"]] if debt["since"] else [])]
        periods = []
        if policy.kind != "none":
            pauses = zip(debt["plan_from"], debt["plan_to"], strict=True) if policy.pauses_planned else ()
            periods = accrue(
                debt["amount"], debt["due"], paid, rates, kernel_terms, until, currency.rounding, charged,
                pauses,
            )  # fmt: skip
        first = max(charged, default=None)
        lines = [
            {
                **common,
                "kind": "interest",
                "date_from": period.start,
                "date_to": period.end,
                "principal": period.principal,
                "percent": period.percent,
                "amount": period.amount,
            }
            for period in periods
            if not first or period.start > first
        ]
        # a debt that was moved to the doubtful ones goes on where it was left
        if (
            policy.fee
            and not debt["has_fee"]
            and not debt["since"]
            and self._is_late(debt, paid, policy, until)
        ):
            lines.append(self._fee_line(common, debt, policy, currency, until))
        return lines

    @api.model
    def _is_late(self, debt, paid, policy, until):
        """Return whether something was still owed after the days of grace."""
        last = fields.Date.add(debt["due"], days=policy.grace_days)
        in_time = sum(amount for day, amount in paid if day <= last)
        return last < until and debt["amount"] - in_time > 0.005

    @api.model
    def _fee_line(self, common, debt, policy, currency, until):
        company = self.env["res.company"].browse(debt["company_id"])
        self._check_currency_rate(policy.fee_currency_id | currency, company, until)
        amount = policy.fee_currency_id._convert(policy.fee, currency, company, until)
        return {**common, "kind": "fee", "date_from": until, "date_to": until, "amount": amount}

    @api.model
    @api.private
    def _check_currency_rate(self, currencies, company, day):
        """Refuse to compute with a currency of which no rate is known: the host would take 1 for it."""
        foreign = currencies - company.currency_id
        if not foreign or currencies == foreign[:1]:
            return
        known = self.env["res.currency.rate"].search(
            [
                ("currency_id", "in", foreign.ids),
                ("company_id", "in", (False, company.root_id.id)),
                ("name", "<=", day),
            ]
        )
        if missing := foreign - known.currency_id:
            raise UserError(
                self.env._(
                    "There is no rate of %(currency)s on %(date)s. Enter one under Accounting ▸ "
                    "Configuration ▸ Currencies.",
                    currency=missing[0].name,
                    date=self.env["ir.qweb.field.date"].value_to_html(day, {}),
                )
            )

    @api.model
    def _note_vals(self, company, until, rows):
        vals_list = []
        for (partner_id, currency_id, policy), lines in rows.items():
            if self._is_too_little(company, currency_id, policy, lines, until):
                continue
            vals_list.append(
                {
                    "partner_id": partner_id,
                    "company_id": company.id,
                    "currency_id": currency_id,
                    "policy_id": policy.id,
                    "date_to": until,
                    "line_ids": [Command.create(line) for line in lines],
                }
            )
        return vals_list

    @api.model
    def _is_too_little(self, company, currency_id, policy, lines, until):
        currency = self.env["res.currency"].browse(currency_id)
        total = sum(line["amount"] for line in lines)
        if policy.minimum:
            self._check_currency_rate(currency | company.currency_id, company, until)
            total = currency._convert(total, company.currency_id, company, until)
        return total < max(policy.minimum, company.currency_id.rounding / 2)

    # === THE LEDGER === #

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
            "charged", "has_fee", "is_disputed", "plan_from", "plan_to",
        )  # fmt: skip
        return [dict(zip(names, row, strict=True)) for row in self.env.execute_query(query)]

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
           SELECT ARRAY_AGG(plan.date_start + 1 ORDER BY plan.id) AS starts,
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
