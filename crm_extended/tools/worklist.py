"""Worklist kernels: whom to contact first and why, and who does it; no ORM."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: What makes a contact urgent, in the order in which it is told.
FACTORS = ("amount", "lateness", "behaviour", "broken", "limit")


@dataclass(frozen=True)
class Weight:
    """How much a factor counts: up to `points`, which it has from the value `full_at` on."""

    points: float
    full_at: float


def score(values: Mapping[str, float], weights: Mapping[str, Weight]) -> dict[str, float]:
    """Return the points of each factor that has any; their sum is the score.

    5,000 of 10,000 overdue are half of the 40 points, 200 days late all of the 20, and a limit of which 80 %
    is used none of the points that begin there:

    >>> weights = {"amount": Weight(40, 10_000), "lateness": Weight(20, 90), "limit": Weight(15, 100)}
    >>> score({"amount": 5_000, "lateness": 200, "limit": 0}, weights)
    {'amount': 20.0, 'lateness': 20.0}
    """
    points = {}
    for factor, weight in weights.items():
        share = values.get(factor, 0.0) / weight.full_at if weight.full_at > 0 else 0.0
        counted = round(weight.points * min(1.0, max(0.0, share)), 1)
        if counted:
            points[factor] = counted
    return points


def urgency(points: Mapping[str, float], weights: Mapping[str, Weight]) -> str:
    """Return "high" from 60 % of what is possible, "medium" from 30 %, else "low".

    >>> weights = {"amount": Weight(60, 1), "broken": Weight(40, 1)}
    >>> urgency({"amount": 60}, weights), urgency({"amount": 30}, weights), urgency({}, weights)
    ('high', 'medium', 'low')
    """
    most = sum(weight.points for weight in weights.values())
    share = sum(points.values()) / most if most else 0.0
    return "high" if share >= 0.6 else "medium" if share >= 0.3 else "low"


def reason(points: Mapping[str, float], defaulted: int, broken: int) -> str:
    """Return what to talk about first: a plan or a promise that was not kept, else what counts most.

    >>> reason({"amount": 30, "broken": 10}, 0, 1), reason({"amount": 30}, 1, 1)
    ('promise', 'plan')
    >>> reason({"amount": 10, "lateness": 20}, 0, 0), reason({}, 0, 0)
    ('lateness', 'amount')
    """
    if defaulted:
        return "plan"
    if broken:
        return "promise"
    others = {factor: count for factor, count in points.items() if factor != "broken"}
    return max(others, key=lambda factor: others[factor]) if others else "amount"


@dataclass(frozen=True)
class Debtor:
    """What territories look at.

    :param amount: overdue, in the company's currency
    """

    amount: float = 0.0
    country: int | None = None
    state: int | None = None
    tags: frozenset = frozenset()


@dataclass(frozen=True)
class Territory:
    """Which debtors belong to a team; what is empty holds for all.

    :param high: up to that amount, 0 for any
    """

    ref: object
    countries: frozenset = frozenset()
    states: frozenset = frozenset()
    tags: frozenset = frozenset()
    low: float = 0.0
    high: float = 0.0

    def holds(self, debtor: Debtor) -> bool:
        """Return whether a debtor belongs to it.

        >>> south = Territory("south", countries=frozenset({1, 2}), low=1_000)
        >>> [south.holds(Debtor(amount, country)) for amount, country in ((1_000, 2), (999, 2), (5_000, 3))]
        [True, False, False]
        >>> vip = Territory("vip", tags=frozenset({7}), high=500)
        >>> vip.holds(Debtor(500, tags=frozenset({7, 8}))), vip.holds(Debtor(501, tags=frozenset({7})))
        (True, False)
        """
        return (
            (not self.countries or debtor.country in self.countries)
            and (not self.states or debtor.state in self.states)
            and (not self.tags or bool(self.tags & debtor.tags))
            and debtor.amount >= self.low
            and (not self.high or debtor.amount <= self.high)
        )


def territory_of(territories: Iterable[Territory], debtor: Debtor) -> object:
    """Return the `ref` of the first territory that holds for a debtor, or None.

    >>> territories = [Territory("big", low=1_000), Territory("rest")]
    >>> [territory_of(territories, Debtor(amount)) for amount in (2_000, 5)], territory_of([], Debtor())
    (['big', 'rest'], None)
    """
    return next((territory.ref for territory in territories if territory.holds(debtor)), None)


def share_out(cases: Iterable[tuple[object, Sequence]], load: Mapping[object, int]) -> dict[object, object]:
    """Give each case to the candidate who has least so far; the first of those who have equally little.

    :param cases: (case, candidates), the most urgent first
    :param load: how many cases each candidate has already

    >>> share_out([("a", [1, 2]), ("b", [1, 2]), ("c", [1, 2]), ("d", [])], {1: 1})
    {'a': 2, 'b': 1, 'c': 2, 'd': None}
    """
    count = dict(load)
    result: dict[object, object] = {}
    for case, candidates in cases:
        chosen = min(candidates, key=lambda one: count.get(one, 0), default=None)
        if chosen is not None:
            count[chosen] = count.get(chosen, 0) + 1
        result[case] = chosen
    return result


def next_workday(day: date) -> date:
    """Return the first day after a day that is neither Saturday nor Sunday.

    >>> str(next_workday(date(2026, 6, 26))), str(next_workday(date(2026, 6, 29)))
    ('2026-06-29', '2026-06-30')
    """
    day += timedelta(days=1)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
