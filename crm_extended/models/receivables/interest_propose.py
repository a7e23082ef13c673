"""How interest notes come from the ledger, and who is not charged twice."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...tools.interest import RateMissing, accrue


class InterestNote(models.Model):
    _inherit = "crmx.interest.note"

    @api.model
    @api.private
    def _propose(self, company, until, partners=None, policy=None):
        """Make notes for what is late, or was paid late, and not charged yet; drafts are made anew.

        The number of queries does not depend on how many debts there are, but for those that write.

        :param partners: commercial partners; None for all
        :param policy: terms; None for all
        :return: (notes, problems: texts that say what was left out)
        """
        self.check_access("create")
        self._claim_company(company)
        drafts = [("company_id", "=", company.id), ("state", "=", "draft")]
        if partners is not None:
            drafts.append(("partner_id", "in", partners.ids))
        if policy is not None:
            drafts.append(("policy_id", "=", policy.id))
        self.search(drafts).unlink()
        rows, problems = self._owed(company, until, partners, policy=policy)
        vals_list = self._note_vals(company, until, rows)
        return self.with_company(company).create(vals_list), problems

    @api.model
    def _claim_company(self, company):
        """Let nobody else propose for the company until this transaction ends."""
        if not self._try_claim(company):
            raise UserError(
                self.env._("Somebody else is proposing interest right now. Try again in a moment.")
            )

    @api.model
    @api.private
    def _try_claim(self, company):
        """Return whether nobody else proposes for the company, nor can until this transaction ends."""
        query = SQL("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", self._table, company.id)
        return self.env.execute_query(query)[0][0]

    @api.model
    @api.private
    def _owed(self, company, until, partners=None, but=0, policy=None):
        """Return ({(partner, currency, policy): values of lines}, problems).

        :param but: id of a note whose charges do not count as charged
        :param policy: only of customers with these terms
        """
        debts = self._late_debts(company, until, partners, but)
        payments = self._payments_of([debt["id"] for debt in debts])
        partners_found = self.env["res.partner"].browse({debt["partner_id"] for debt in debts})
        policies = self.env["crmx.interest.policy"]._of_partners(company, partners_found)
        terms = {one: one._terms() for one in set(policies.values()) if one}
        rows, problems = {}, {}
        for debt in debts:
            own = policies[self.env["res.partner"].browse(debt["partner_id"])]
            if not own or (policy and own != policy) or not self._is_charged(debt, own):
                continue
            try:
                lines = self._lines_of(debt, payments.get(debt["id"], []), own, terms[own], until)
            except RateMissing as missing:
                problems.setdefault((own, missing.day), []).append(debt["document"])
                continue
            if lines:
                rows.setdefault((debt["partner_id"], debt["currency_id"], own), []).extend(lines)
        return rows, [
            self._missing_rate_text(own, day, documents) for (own, day), documents in problems.items()
        ]

    @api.model
    def _is_charged(self, debt, policy):
        return debt["due"] >= policy.date_start and not (policy.skips_disputed and debt["is_disputed"])

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
            pauses = debt["pauses"] + (debt["pauses_by_terms"] if policy.pauses_planned else [])
            periods = accrue(
                debt["amount"], debt["due"], paid, rates, kernel_terms, until, currency.rounding, charged,
                pauses, debt["deferrals"],
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
