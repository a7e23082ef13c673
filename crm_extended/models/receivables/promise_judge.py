"""What became of promises, from the ledger alone."""

from collections import defaultdict
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models

from ...tools.collection import Claim, owed, shares, verdict
from .promise import JUDGED

#: Entries are booked late, taken back, reconciled otherwise: a verdict is looked at again for that long.
REVIEW_DAYS = 90
ACTIVITY = "crm_extended.mail_activity_type_promise_broken"


class Part(NamedTuple):
    """What one promise, or one item of it, is worth today."""

    owed: float
    received: float


class Promise(models.Model):
    _inherit = "crmx.promise"

    _judge_activity = ACTIVITY

    @api.model
    def _judge_domain(self, today):
        return [
            ("state", "in", ("open", *JUDGED)),
            "|",
            ("state", "=", "open"),
            ("date_deadline", ">=", today - relativedelta(days=REVIEW_DAYS)),
        ]

    @api.private
    def _judge(self):
        """Read from the ledger what promises received, and say what became of them.

        Promises on the same items are weighed together, so that no money counts twice. The number of
        queries does not depend on the number of promises, only on that of different last days.
        """
        today = fields.Date.context_today(self)
        judged = self.filtered(lambda promise: promise.state != "withdrawn")
        if not judged:
            return
        parts = judged._item_parts(today)
        parts.update(judged._debtor_parts(today, parts))
        changed = defaultdict(self.browse)
        for promise in judged:
            part = parts[promise]
            state = verdict(part.owed, part.received, promise._is_over(today), promise.currency_id.rounding)
            promise.received = part.received
            if state != promise.state:
                changed[state] += promise
        (judged | self).date_checked = today
        for state, promises in changed.items():
            promises.write({"state": state, "date_judged": today if state != "open" else False})
            promises._tell(state)

    def _is_over(self, today):
        """Whether the last day is past and the days that booking may take are, too."""
        grace = self.company_id.crmx_promise_grace
        return today > self.date_deadline + relativedelta(days=grace)

    # === PROMISES ON ITEMS === #

    @api.private
    def _item_parts(self, today):
        """Return {promise: Part} of those with items."""
        items = self.line_ids.move_line_id
        lines = self.line_ids | self.env["crmx.promise.line"].search(
            [("move_line_id", "in", items.ids), ("promise_id.state", "!=", "withdrawn")]
        )
        lines = lines.sorted(lambda line: (line.promise_id.date_deadline, line.id))
        counters = lines._counters(today)
        mine = set(self.ids)
        totals = defaultdict(lambda: [0.0, 0.0])
        for on_item in lines.grouped("move_line_id").values():
            rounding = on_item[:1].item_currency_id.rounding or 0.01
            received = shares(
                [Claim(line.amount, counters[line].mark, counters[line].reached) for line in on_item],
                rounding,
            )
            for line, share in zip(on_item, received, strict=True):
                if line.promise_id.id in mine:
                    line.received = share
                    left = owed(line.amount, line.baseline, counters[line].credited)
                    totals[line.promise_id][0] += left
                    totals[line.promise_id][1] += min(share, left)
        return {promise: Part(*amounts) for promise, amounts in totals.items()}

    # === PROMISES OF ALL THAT IS OWED === #

    @api.private
    def _debtor_parts(self, today, item_parts):
        """Return {promise: Part} of those without items: all payments of the debtor count for them."""
        mine = self.filtered(lambda promise: not promise.line_ids)
        if not mine:
            return {}
        promises = self.search(
            [
                ("commercial_partner_id", "in", mine.commercial_partner_id.ids),
                ("company_id", "in", mine.company_id.ids),
                ("state", "!=", "withdrawn"),
                ("date_deadline", ">=", min(mine.mapped("date"))),
            ],
            order="date_deadline, id",
        )
        payments = promises._payments(min(promises.mapped("date")), today)
        parts = {}
        for (debtor, company), group in promises.grouped(
            lambda promise: (promise.commercial_partner_id, promise.company_id)
        ).items():
            paid = payments.get((debtor.id, company.id), ())
            parts.update(group._shares_of_payments(paid, today, item_parts))
        return {promise: parts[promise] for promise in mine}

    @api.private
    def _shares_of_payments(self, payments, today, item_parts):
        """Return {promise: Part} of one debtor's promises without items, by last day.

        What served promises on items is not there for the others.
        """
        with_items = self.filtered("line_ids")
        others = self - with_items
        result = {}
        for currency, promises in others.grouped("currency_id").items():

            def paid(until, currency=currency, company=self.company_id):
                return sum(
                    amount if paid_in == currency else paid_in._convert(amount, currency, company, day)
                    for day, paid_in, amount in payments
                    if day <= until
                )

            taken = [
                (
                    paid(promise.date - relativedelta(days=1)),
                    promise.currency_id._convert(
                        item_parts[promise].received if promise in item_parts else promise.received,
                        currency, promise.company_id, promise.date_promised,
                    ),
                )
                for promise in with_items
            ]  # fmt: skip
            claims = [
                Claim(
                    promise.amount,
                    paid(promise.date - relativedelta(days=1)) + promise.baseline,
                    paid(min(today, promise.date_deadline)),
                )
                for promise in promises
            ]
            received = shares(claims, currency.rounding, taken)
            result |= {
                promise: Part(promise.amount, share)
                for promise, share in zip(promises, received, strict=True)
            }
        return result

    @api.private
    def _payments(self, since, until):
        """Return {(debtor id, company id): [(day, currency, amount)]} of what came in, less paid back."""
        groups = self.env["account.move.line"]._read_group(
            [
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_receivable"),
                ("partner_id.commercial_partner_id", "in", self.commercial_partner_id.ids),
                ("company_id", "in", self.company_id.ids),
                ("date", ">=", since),
                ("date", "<=", until),
                ("display_type", "!=", "payment_term"),
                "|",
                ("payment_id", "!=", False),
                ("journal_id.type", "in", ("bank", "cash", "credit")),
            ],
            ["partner_id", "company_id", "currency_id", "date:day"],
            ["amount_currency:sum"],
        )
        payments = defaultdict(list)
        for partner, company, currency, day, amount in groups:
            payments[partner.commercial_partner_id.id, company.id].append((day, currency, -amount))
        return payments

    @api.private
    def _set_paid_baselines(self):
        """Take down which payments of the day a promise was made on were known by then."""
        promises = self.filtered(lambda promise: not promise.line_ids)
        for day, made in promises.grouped("date").items():
            payments = made._payments(day, day)
            for promise in made:
                promise.baseline = sum(
                    currency._convert(amount, promise.currency_id, promise.company_id, day)
                    for _day, currency, amount in payments.get(
                        (promise.commercial_partner_id.id, promise.company_id.id), ()
                    )
                )

    # === WHAT FOLLOWS === #

    @api.private
    def _tell(self, state):
        """Take the verdict down in the register and the chatter; see to the collector's task."""
        self._log("promise_judged")
        self._tell_received(state)
        self.activity_unlink([ACTIVITY])
        if state in ("partly", "broken"):
            self._plan_tasks()
