from collections import defaultdict
from typing import NamedTuple

from odoo import api, fields, models

from ...tools.credit import ACTIONS, Facts, judge, strictest


class Case(NamedTuple):
    """A document that is judged.

    :param key: what the caller knows it by
    :param debtor: the commercial partner who will owe the money
    :param amount: what it adds to the exposure, in the company's currency; zero when it is in it already
    """

    key: object
    debtor: models.BaseModel
    amount: float


class CreditCheck(models.AbstractModel):
    """What the rules say about orders and deliveries; it decides nothing and writes nothing."""

    _name = "crmx.credit.check"
    _description = "Credit Check"

    @api.model
    @api.private
    def _judge(self, cases, company, least="warn"):
        """Return {key of the case: findings} of the cases with which rules find fault.

        One after the other: what was let through counts for the next. The number of queries does not depend
        on that of the cases.

        :param least: leave out rules whose action is milder
        """
        rules = self.env["crmx.credit.rule"]._rules_of(company)
        rules = [rule for rule in rules if ACTIONS.index(rule.action) >= ACTIONS.index(least)]
        if not rules or not cases:
            return {}
        debtors = cases[0].debtor.union(*(case.debtor for case in cases)).sudo()  # sudo: see _rules_of
        days = {rule.days for rule in rules if rule.kind == "overdue"}
        standings = self.env["crmx.credit.standing"]._read_standings(debtors, company, days)
        facts = self._read_facts(debtors, company, rules)
        today = fields.Date.context_today(self)
        waiting = defaultdict(float)
        result = {}
        for case in cases:
            standing, fact = standings[case.debtor], facts[case.debtor]
            shared = {limit.group for limit, _exposure in standing.limits if limit.group}
            keys = {None: ("customer", case.debtor.id), **{group: ("group", group) for group in shared}}
            coming = {name: waiting[key] + case.amount for name, key in keys.items()}
            findings = judge(rules, standing, fact, today, coming)
            if findings:
                result[case.key] = findings
            if strictest(findings) not in ("order", "prepayment"):
                for key in keys.values():
                    waiting[key] += case.amount
        return result

    @api.model
    def _read_facts(self, debtors, company, rules):
        """Return {debtor: Facts}, looking up only what the rules ask."""
        kinds = {rule.kind for rule in rules}
        today = fields.Date.context_today(self)
        segmented = any(rule.segments for rule in rules)
        files = {}
        if kinds & {"blocked", "new"}:
            root = company.sudo().root_id  # sudo: see _rules_of
            Files = self.env["crmx.credit.file"].sudo()  # sudo: see _rules_of
            found = Files.search([("partner_id", "in", debtors.ids), ("company_id", "=", root.id)])
            files = found.grouped("partner_id")
        broken = self._broken_promises(debtors, company) if "promise" in kinds else {}
        first = self._first_invoices(debtors, company) if "new" in kinds else {}
        result = {}
        for debtor in debtors:
            file = files.get(debtor)
            result[debtor] = Facts(
                broken=broken.get(debtor, ()),
                blocked=bool(file and file._is_blocked_on(today)),
                approved=bool(file and file.is_approved),
                first_invoice=first.get(debtor),
                segments=frozenset(debtor.category_id.ids) if segmented else frozenset(),
                extra={"reason": file.block_reason, "until": file.date_blocked_until} if file else {},
            )
        return result

    @api.model
    def _broken_promises(self, debtors, company):
        promises = (
            self.env["crmx.promise"]
            .sudo()  # sudo: see _rules_of
            ._read_group(
                [
                    ("commercial_partner_id", "in", debtors.ids),
                    ("company_id", "in", company._crmx_tree_ids()),
                    ("state", "in", ("partly", "broken")),
                ],
                ["commercial_partner_id"],
                ["date_judged:array_agg"],
            )
        )
        broken = {debtor: [day for day in days if day] for debtor, days in promises}
        plans = self.env["crmx.instalment.plan"].sudo()  # sudo: see _rules_of
        for debtor, days in plans._defaulted(debtors, company):
            broken[debtor] = broken.get(debtor, []) + days
        return broken

    @api.model
    def _first_invoices(self, debtors, company):
        moves = (
            self.env["account.move"]
            .sudo()  # sudo: see _rules_of
            ._read_group(
                [
                    ("commercial_partner_id", "in", debtors.ids),
                    ("company_id", "in", company._crmx_tree_ids()),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                ],
                ["commercial_partner_id"],
                ["invoice_date:min"],
            )
        )
        return dict(moves)
