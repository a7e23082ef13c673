"""How the worklist is made: from the ledger, in a number of queries that does not depend on its length."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models
from odoo.tools import SQL

from ...tools.worklist import Debtor, reason, score, share_out, territory_of, urgency

#: Days until somebody looks again at a case for which nothing says when.
WAIT_DAYS = 7


@dataclass
class Due:
    """What a customer's overdue items come to, in the company's currency."""

    overdue: float = 0.0
    amount: float = 0.0
    promise: float = 0.0
    plan: float = 0.0
    dispute: float = 0.0
    item_count: int = 0
    oldest: date | None = None
    by_currency: dict = field(default_factory=dict)

    def add(self, currency_id, asked, rounding, **parts):
        oldest = parts.pop("oldest")
        self.oldest = min(oldest, self.oldest or oldest)
        for name, value in parts.items():
            setattr(self, name, getattr(self, name) + value)
        if asked >= rounding / 2:
            self.by_currency[str(currency_id)] = asked

    def waits_for(self):
        """Return what covers most of it, or "payment" when it is money or credits."""
        parts = {"promise": self.promise, "plan": self.plan, "dispute": self.dispute}
        most = max(parts, key=lambda name: parts[name])
        return most if parts[most] > 0 else "payment"


class CollectionCase(models.Model):
    _inherit = "crmx.collection.case"

    # === BY SCHEDULE === #

    @api.model
    def _cron_refresh(self):
        """Make the worklist of the day for each company, then what has changed since."""
        today = fields.Date.context_today(self)
        companies = self.env["res.company"].search([("crmx_use_receivables", "=", True)], order="id")
        for done, company in enumerate(companies, start=1):
            if company.crmx_worklist_date != today:
                if company.try_lock_for_update(allow_referencing=True):
                    self._refresh(company)
                    company.crmx_worklist_date = today
            elif stale := self.search([("company_id", "=", company.id), ("is_stale", "=", True)]):
                self._refresh(company, stale.partner_id)
            if not self.env["ir.cron"]._commit_progress(1, remaining=len(companies) - done):
                return

    @api.model
    @api.private
    def _mark_stale(self, debtors, companies):
        """Something about these customers has changed: look at them soon, if they are on the list."""
        cases = self.search(
            [
                ("partner_id", "in", debtors.ids),
                ("company_id", "in", companies.ids),
                ("is_stale", "=", False),
            ]
        )
        if cases:
            cases.is_stale = True
            self.env.ref("crm_extended.ir_cron_collection_refresh")._trigger()

    # === FROM THE LEDGER === #

    @api.model
    @api.private
    def _refresh(self, company, debtors=None):
        """Bring the worklist of a company up to date.

        :param debtors: only these commercial partners
        """
        dues = self._read_dues(company, debtors)
        partners = self.env["res.partner"].browse(dues)
        self._open_cases(company, partners)
        mine = [("company_id", "=", company.id)]
        if debtors is not None:
            mine.append(("partner_id", "in", debtors.ids))
        cases = self.search(mine)
        facts = self._read_facts(partners, company)
        today = fields.Date.context_today(self)
        weights = self.env["crmx.collection.weight"]._weights_of(company)
        late = cases.filtered(lambda case: case.partner_id.id in dues)
        for case in late:
            due, fact = dues[case.partner_id.id], facts[case.partner_id.id]
            case.write(self._values_of(due, fact, weights, today) | case._next_of(due, fact, today))
        (cases - late).filtered(lambda case: case.state != "clear" or case.is_stale).write(
            {
                "state": "clear", "amount": 0, "overdue": 0, "by_currency": {}, "item_count": 0,
                "date_next": False, "date_back": False, "date_oldest": False, "score": 0, "points": {},
                "urgency": "low", "is_stale": False,
            }
        )  # fmt: skip
        late._assign(company)

    @api.model
    def _open_cases(self, company, partners):
        """See that each of the partners is on the list.

        Two at once do not collide: the server makes the second one wait, and then begin anew.
        """
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO crmx_collection_case (
                       company_id, partner_id, state, next_action, urgency, reason,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(company)s, UNNEST(%(partners)s::int[]), 'todo', 'call', 'low', 'amount',
                       %(user)s, %(user)s, %(now)s, %(now)s
                    ON CONFLICT (company_id, partner_id) DO NOTHING
                """,
                company=company.id,
                partners=partners.ids,
                user=self.env.uid,
                now=fields.Datetime.now(),
            )
        )

    @api.model
    def _read_dues(self, company, debtors):
        """Return {commercial partner id: Due} of who has overdue items, as reminders count them."""
        self.env.flush_all()
        today = fields.Date.context_today(self)
        parameters = self.env["crmx.dunning.run"]._query_parameters(company, today, debtors)
        self.env.cr.execute(SQL(_DUES_OF_DEBTORS, **parameters))
        currencies = {}
        dues = defaultdict(Due)
        for row in self.env.cr.dictfetchall():
            currency_id = row.pop("currency_id")
            rounding = currencies.setdefault(
                currency_id, self.env["res.currency"].browse(currency_id).rounding
            )
            dues[row.pop("debtor_id")].add(currency_id, row.pop("asked"), rounding, **row)
        return dict(dues)

    @api.model
    def _read_facts(self, partners, company):
        """Return {partner id: what else is known of him}; the number of queries is always the same."""
        year = fields.Date.context_today(self) - relativedelta(years=1)
        standings = self.env["crmx.credit.standing"]._read_standings(partners, company)
        habits = self.env["crmx.credit.habits"]._read_habits(partners, company)
        broken = self.env["crmx.credit.check"]._broken_promises(partners, company)
        defaulted = dict(self.env["crmx.instalment.plan"]._defaulted(partners, company, year))
        reminders = self._read_reminders(partners, company)
        waits = self._read_waits(partners, company)
        partners.fetch(["country_id", "state_id", "category_id", "phone"])
        result = {}
        for partner in partners:
            tightest = standings[partner].tightest() if partner in standings else None
            habit = habits.get(partner.id)
            result[partner.id] = {
                "limit_use": _limit_use(tightest),
                "average_late": habit and habit.average or 0.0,
                "broken": len([day for day in broken.get(partner, ()) if day >= year]),
                "defaulted": len(defaulted.get(partner, ())),
                "reminder": reminders.get(partner, (0, False)),
                "waits": waits.get(partner, {}),
            }
        return result

    @api.model
    def _read_reminders(self, partners, company):
        groups = self.env["crmx.dunning.letter"]._read_group(
            [("partner_id", "in", partners.ids), ("company_id", "=", company.id), ("state", "=", "sent")],
            ["partner_id"],
            ["level_number:max", "date_sent:max"],
        )
        return {partner: (level, day) for partner, level, day in groups}

    @api.model
    def _read_waits(self, partners, company):
        """Return {partner: {"promise" | "plan" | "dispute": the day after which somebody looks again}}."""
        sources = (
            ("promise", "crmx.promise", [("state", "=", "open")], "date_deadline"),
            ("plan", "crmx.instalment.plan", [("state", "=", "live")], "date_next"),
            ("dispute", "crmx.dispute", [("date_closed", "=", False)], "date_deadline"),
        )
        waits = defaultdict(dict)
        for name, model_name, domain, day in sources:
            groups = self.env[model_name]._read_group(
                [
                    *domain,
                    ("commercial_partner_id", "in", partners.ids),
                    ("company_id", "=", company.id),
                ],
                ["commercial_partner_id"],
                [f"{day}:min"],
            )
            for partner, first in groups:
                waits[partner][name] = first
        return waits

    # === WHAT FOLLOWS === #

    @api.model
    def _values_of(self, due, fact, weights, today):
        """Return the values of a case: its figures, and what they mean."""
        points = score(
            {
                "amount": due.overdue,
                "lateness": (today - due.oldest).days,
                "behaviour": fact["average_late"],
                "broken": fact["broken"],
                "limit": fact["limit_use"],
            },
            weights,
        )
        level, reminded = fact["reminder"]
        return {
            "amount": due.amount,
            "overdue": due.overdue,
            "by_currency": due.by_currency,
            "item_count": due.item_count,
            "date_oldest": due.oldest,
            "average_late": fact["average_late"],
            "broken_count": fact["broken"],
            "limit_use": fact["limit_use"],
            "level_number": level,
            "date_reminder": reminded,
            "points": points,
            "score": sum(points.values()),
            "urgency": urgency(points, weights),
            "reason": reason(points, fact["defaulted"], fact["broken"]),
            "is_stale": False,
        }

    def _next_of(self, due, fact, today):
        """Return the values that say what is to happen next, and when."""
        back = self.date_back
        if due.by_currency:
            is_later = bool(back and back > today)
            waited = self.date_next if self.state in ("todo", "back") else False
            action = "back" if is_later else "call"
            if self.wrong_phone and self.wrong_phone == self.phone:
                action = "number"
            return {
                "state": "back" if is_later else "todo",
                "date_next": back or waited or today,
                "next_action": action,
            }
        action = due.waits_for()
        if action == "payment" and "promise" in fact["waits"]:
            action = "promise"  # of all that is owed
        day = fact["waits"].get(action) or today + relativedelta(days=WAIT_DAYS)
        return {
            "state": "waiting",
            "date_next": max(day + relativedelta(days=1), today),
            "date_back": False,
            "next_action": action,
        }

    @api.private
    def _assign(self, company):
        """Give the cases to the collectors of their territories, evenly; leave who has one already.

        Without a territory, who is responsible for reminders gets a case.
        """
        territories = self.env["crmx.collection.territory"]._of_company(company)
        groups = self._read_group(
            [("company_id", "=", company.id), ("state", "!=", "clear"), ("user_id", "!=", False)],
            ["user_id"],
            ["__count"],
        )
        todo = []
        for case in self.filtered(lambda case: not case.is_by_hand).sorted(lambda case: -case.score):
            territory = territory_of(territories, case._as_debtor())
            territory = territory or self.env["crmx.collection.territory"]
            users = territory._candidates() if territory else company.crmx_dunning_user_id
            case.write({"territory_id": territory.id, "team_id": territory.team_id.id})
            if not case.user_id or (users and case.user_id not in users):
                todo.append((case, users))
        for case, user in share_out(todo, dict(groups)).items():
            case.user_id = user or False

    def _as_debtor(self):
        partner = self.partner_id
        return Debtor(
            self.overdue, partner.country_id.id, partner.state_id.id, frozenset(partner.category_id.ids)
        )


def _limit_use(tightest):
    """Return how much of the tightest limit is used, in percent; nothing without a limit."""
    if not tightest:
        return 0.0
    limit, exposure = tightest
    if limit.company_amount <= 0:
        return 100.0 if exposure.total > 0 else 0.0
    return max(0.0, 100 * exposure.total / limit.company_amount)


# Items without a customer, and those of which nobody is to be reminded, are nobody's call.
_DUES_OF_DEBTORS = """
    WITH %(dues)s
    SELECT due.debtor_id,
           due.currency_id,
           SUM(due.amount)::float AS asked,
           SUM(due.open_company)::float AS overdue,
           SUM(due.open_company * due.amount / due.open_amount)::float AS amount,
           SUM(due.open_company * due.promised / due.open_amount)::float AS promise,
           SUM(due.open_company * due.planned / due.open_amount)::float AS plan,
           SUM(due.open_company * due.disputed / due.open_amount)::float AS dispute,
           COUNT(*) AS item_count,
           MIN(due.date_due) AS oldest
      FROM due
     WHERE due.stop IS NULL
     GROUP BY due.debtor_id, due.currency_id
"""
