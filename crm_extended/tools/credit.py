"""Credit control kernels: what a customer stands at, which limits hold, what rules say; no ORM."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

#: The parts of an exposure, in the order in which they are shown.
PARTS = ("posted", "disputed", "in_transit", "drafts", "orders", "delivered")
#: What a rule does, from the mildest to the strictest.
ACTIONS = ("warn", "delivery", "order", "prepayment")


@dataclass(frozen=True)
class Exposure:
    """What one customer, or several under one limit, could cost, in the company's currency.

    `disputed` and `in_transit` are zero or negative: they are deducted. `overdue` maps a number of days to
    the debts that are later than that, `credits` are the unallocated payments and credit notes.

    >>> Exposure(posted=100, in_transit=-30, orders=50).total
    120.0
    """

    posted: float = 0.0
    disputed: float = 0.0
    in_transit: float = 0.0
    drafts: float = 0.0
    orders: float = 0.0
    delivered: float = 0.0
    credits: float = 0.0
    overdue: Mapping[int, float] = field(default_factory=dict)
    oldest: date | None = None

    @property
    def total(self) -> float:
        return sum(getattr(self, part) for part in PARTS)

    def late(self, days: int = 0) -> float:
        """Return what is overdue by more than some days and not covered by money that is already here.

        500 overdue, 200 of an advance payment and 100 that the bank has not booked yet:

        >>> Exposure(in_transit=-100, credits=-200, overdue={0: 500, 30: 250}).late()
        200
        >>> Exposure(in_transit=-100, credits=-200, overdue={0: 500, 30: 250}).late(30)
        0
        """
        return max(0, self.overdue.get(days, 0) + self.credits + min(0, self.in_transit))


def together(exposures: Iterable[Exposure]) -> Exposure:
    """Return the exposure of customers under one limit.

    >>> both = together([Exposure(posted=100, overdue={0: 60}), Exposure(posted=-40, orders=10)])
    >>> both.posted, both.orders, both.total, both.overdue
    (60.0, 10.0, 70.0, {0: 60})
    """
    parts = dict.fromkeys((*PARTS, "credits"), 0.0)
    overdue: dict[int, float] = {}
    oldest = None
    for exposure in exposures:
        for name in parts:
            parts[name] += getattr(exposure, name)
        for days, amount in exposure.overdue.items():
            overdue[days] = overdue.get(days, 0) + amount
        if exposure.oldest and (oldest is None or exposure.oldest < oldest):
            oldest = exposure.oldest
    return Exposure(**parts, overdue=overdue, oldest=oldest)


@dataclass(frozen=True)
class Limit:
    """How far a customer may go.

    :param scope: "customer", "group", "segment" or "company"
    :param amount: in the limit's own currency
    :param rate: units of the limit's currency for one of the company's; None when there is no rate
    :param group: the group of customers that share it
    :param ref: what the caller knows it by
    """

    scope: str
    amount: float
    rate: float | None = 1.0
    group: int | None = None
    ref: object = None

    @property
    def company_amount(self) -> float:
        """The limit in the company's currency; nothing while there is no rate.

        >>> Limit("customer", 500, rate=0.5).company_amount, Limit("customer", 500, rate=None).company_amount
        (1000.0, 0.0)
        """
        return self.amount / self.rate if self.rate else 0.0


def nearest(
    own: Sequence[Limit], groups: Sequence[Limit], segments: Sequence[Limit], company: Sequence[Limit]
) -> list[Limit]:
    """Return the limits that hold for a customer.

    His own and those of his groups all hold. Without any, the lowest of his segments does, and without
    that the company's.

    >>> vip, big = Limit("segment", 900), Limit("segment", 5000)
    >>> default, group = Limit("company", 100), Limit("group", 7000, group=1)
    >>> [limit.amount for limit in nearest([Limit("customer", 50)], [group], [vip], [default])]
    [50, 7000]
    >>> [limit.amount for limit in nearest([], [group], [vip], [default])]
    [7000]
    >>> [limit.amount for limit in nearest([], [], [big, vip], [default])]
    [900]
    >>> [limit.amount for limit in nearest([], [], [], [default])], nearest([], [], [], [])
    ([100], [])
    """
    specific = [*own, *groups]
    if specific:
        return specific
    if segments:
        return [min(segments, key=lambda limit: limit.company_amount)]
    return list(company[:1])


@dataclass(frozen=True)
class Standing:
    """A customer's exposure and what is allowed to him.

    :param limits: each limit that holds, with the exposure that it is compared with: his own or his group's
    :param expired: the day on which his own limit ended, when none followed
    """

    exposure: Exposure = Exposure()
    limits: Sequence[tuple[Limit, Exposure]] = ()
    expired: date | None = None

    @property
    def free(self) -> float | None:
        """What may still come on top, by the tightest limit; negative beyond it, None without a limit.

        >>> own, group = Limit("customer", 100), Limit("group", 150)
        >>> Standing(Exposure(40), [(own, Exposure(40)), (group, Exposure(120))]).free
        30.0
        """
        tightest = self.tightest()
        return tightest[0].company_amount - tightest[1].total if tightest else None

    def tightest(self) -> tuple[Limit, Exposure] | None:
        """Return the limit that leaves least, with its exposure."""
        return min(self.limits, key=lambda pair: pair[0].company_amount - pair[1].total, default=None)


@dataclass(frozen=True)
class Rule:
    """One rule as an administrator set it.

    :param kind: "limit", "overdue", "promise", "expired", "blocked" or "new"
    :param action: one of `ACTIONS`
    :param days: "overdue": later than that; "promise": broken in the last so many days; "new": a customer
        whose first invoice is younger than that
    :param amount: "limit" and "overdue": what is tolerated, in the company's currency
    :param count: "promise": so many broken ones
    :param segments: tags of which the customer has one; empty for everybody
    """

    kind: str
    action: str
    days: int = 0
    amount: float = 0.0
    count: int = 1
    segments: frozenset = frozenset()
    ref: object = None


@dataclass(frozen=True)
class Facts:
    """What is known of a customer when one of his documents is judged, besides his standing."""

    broken: Sequence[date] = ()
    blocked: bool = False
    approved: bool = False
    first_invoice: date | None = None
    segments: frozenset = frozenset()
    extra: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """A rule that a document breaks, and the figures that say so."""

    rule: Rule
    figures: Mapping


def judge(
    rules: Iterable[Rule],
    standing: Standing,
    facts: Facts,
    today: date,
    coming: Mapping[int | None, float],
) -> list[Finding]:
    """Return what the rules find.

    :param coming: what the document, and those let through with it, would add: for the customer under None,
        for a group with a limit under its id

    100 of a limit of 500 are taken. 400 more just fit, one cent more does not:

    >>> over, day = Rule("limit", "order"), date(2026, 6, 30)
    >>> standing = Standing(Exposure(100), [(Limit("customer", 500), Exposure(100))])
    >>> judge([over], standing, Facts(), day, {None: 400})
    []
    >>> [finding] = judge([over], standing, Facts(), day, {None: 400.01})
    >>> [finding.figures[name] for name in ("limit", "owed", "coming", "total", "over")]
    [500.0, 100.0, 400.01, 500.01, 0.01]

    30 are tolerated; but nothing of a limit that nothing can be compared with:

    >>> judge([Rule("limit", "order", amount=30)], standing, Facts(), day, {None: 430})
    []
    >>> strange = Standing(Exposure(100), [(Limit("customer", 500, rate=None), Exposure(100))])
    >>> [finding.figures for finding in judge([over], strange, Facts(), day, {})]
    [{'rate': None, 'limit': 500, 'scope': 'customer'}]

    80 are overdue by more than 30 days, 20 of which are already here:

    >>> late = Standing(Exposure(credits=-20, overdue={0: 90, 30: 80}))
    >>> [len(judge([Rule("overdue", "warn", days=30, amount=most)], late, Facts(), day, {}))
    ...  for most in (59, 60)]
    [1, 0]

    A customer with the first invoice of yesterday is new until somebody approves him:

    >>> new, yesterday = Rule("new", "order", days=90), date(2026, 6, 29)
    >>> [len(judge([new], Standing(), Facts(approved=said, first_invoice=yesterday), day, {}))
    ...  for said in (False, True)]
    [1, 0]
    """
    found = []
    for rule in rules:
        if not rule.segments or rule.segments & facts.segments:
            figures = _CHECKS[rule.kind](rule, standing, facts, today, coming)
            if figures is not None:
                found.append(Finding(rule, figures))
    return found


def strictest(findings: Iterable[Finding]) -> str | None:
    """Return the strictest action of the findings: where rules contradict, it holds.

    >>> strictest([Finding(Rule("limit", "order"), {}), Finding(Rule("overdue", "warn"), {})])
    'order'
    >>> strictest([])
    """
    return max((finding.rule.action for finding in findings), key=ACTIONS.index, default=None)


def _check_limit(rule, standing, facts, today, coming):
    worst = None
    for limit, exposure in standing.limits:
        if limit.rate is None:
            return {"rate": None, "limit": limit.amount, "scope": limit.scope}
        total = exposure.total + coming.get(limit.group, 0.0)
        over = round(total - limit.company_amount, 6)
        if over > rule.amount and (worst is None or over > worst["over"]):
            worst = {
                "limit": limit.company_amount,
                "total": round(total, 6),
                "owed": round(exposure.posted + exposure.disputed + exposure.in_transit, 6),
                "drafts": round(exposure.drafts, 6),
                "under_way": round(exposure.orders + exposure.delivered, 6),
                "coming": round(coming.get(limit.group, 0.0), 6),
                "over": over,
                "scope": limit.scope,
            }
    return worst


def _check_overdue(rule, standing, facts, today, coming):
    late = standing.exposure.late(rule.days)
    if late <= rule.amount:
        return None
    return {"late": late, "days": rule.days, "oldest": standing.exposure.oldest}


def _check_promise(rule, standing, facts, today, coming):
    """Broken promises count while something is overdue: who has paid since is not reproached with them."""
    recent = [day for day in facts.broken if not rule.days or (today - day).days <= rule.days]
    if len(recent) < rule.count or not standing.exposure.late():
        return None
    return {"count": len(recent), "last": max(recent), "late": standing.exposure.late()}


def _check_expired(rule, standing, facts, today, coming):
    return {"date": standing.expired} if standing.expired else None


def _check_blocked(rule, standing, facts, today, coming):
    return facts.extra if facts.blocked else None


def _check_new(rule, standing, facts, today, coming):
    first = facts.first_invoice
    if facts.approved or (first and (today - first).days >= rule.days):
        return None
    return {"first": first}


_CHECKS = {
    "limit": _check_limit,
    "overdue": _check_overdue,
    "promise": _check_promise,
    "expired": _check_expired,
    "blocked": _check_blocked,
    "new": _check_new,
}


#: Risk grades, and up to how many days late, in the past on average and now, each is.
GRADES = (("A", 5), ("B", 15), ("C", 30), ("D", 60), ("E", None))


def risk_grade(average: float | None, overdue: int, broken: int, blocked: bool) -> str | None:
    """Return how a customer pays, from "A" (in time) to "E"; None when nothing is known.

    The worse of his past and his oldest debt now; one grade lower when he has not kept a promise.

    :param average: days late in the last year, weighted with the amounts; None without payments
    :param overdue: days that his oldest open debt is late
    :param broken: promises not kept in the last year

    >>> risk_grade(5, 0, 0, False), risk_grade(5.1, 0, 0, False), risk_grade(0, 31, 0, False)
    ('A', 'B', 'D')
    >>> risk_grade(0, 0, 2, False), risk_grade(0, 0, 0, True), risk_grade(400, 0, 9, False)
    ('B', 'E', 'E')
    >>> risk_grade(None, 0, 0, False)
    """
    if blocked:
        return "E"
    if average is None and not overdue and not broken:
        return None
    days = max(average or 0, overdue)
    place = next(place for place, (_grade, most) in enumerate(GRADES) if most is None or days <= most)
    return GRADES[min(place + bool(broken), len(GRADES) - 1)][0]
