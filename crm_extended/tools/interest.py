"""Interest kernels: what is owed for paying late, period by period; no ORM."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .collection import round_to

DAY = timedelta(days=1)


class RateMissing(LookupError):
    """There is no rate for a day that is needed; `day` says which."""

    def __init__(self, day: date):
        super().__init__(f"no rate for {day}")
        self.day = day


@dataclass(frozen=True)
class Rate:
    """Percent from a day on, until the next rate begins, or at most until `end`."""

    start: date
    percent: float
    end: date | None = None


@dataclass(frozen=True)
class Terms:
    """How interest is computed.

    `unit` says what a rate is: percent a "year", percent a "day", or "part" for a percentage of which the
    `divisor`-th part is owed each day. `basis` is the number of days of a year: "actual" (365, or 366 in leap
    years), "365" or "360". `margin` is added to each rate, in percentage points. Nothing is owed for what is
    paid within `grace` days after the due date; what is paid later bears interest from the day after the due
    date, or, with `is_grace_free`, from the day after the last day of grace. With `counts_payment_day`, the
    day on which money arrives bears interest on it. With `is_interest_first`, money pays what has accrued
    before it pays the debt. `cap` is the most that is owed, in percent of the debt; 0 for no limit.
    """

    unit: str = "year"
    margin: float = 0.0
    divisor: int = 300
    basis: str = "actual"
    grace: int = 0
    is_grace_free: bool = False
    counts_payment_day: bool = True
    is_interest_first: bool = False
    cap: float = 0.0


@dataclass(frozen=True)
class Period:
    """Interest from `start` to `end`, both included, on `principal`, at `percent` in the terms' unit."""

    start: date
    end: date
    principal: float
    percent: float
    amount: float

    @property
    def days(self) -> int:
        return (self.end - self.start).days + 1


def accrue(
    amount: float,
    due: date,
    payments: Iterable[tuple[date, float]],
    rates: Sequence[Rate],
    terms: Terms,
    until: date,
    rounding: float,
    charged: Iterable[date] = (),
    pauses: Iterable[tuple[date, date]] = (),
    deferrals: Iterable[tuple[date, date, float]] = (),
) -> list[Period]:
    """Return what a debt that is paid late bears from its due date until a day, period by period.

    :param payments: days and amounts of what was paid; what was paid by the due date bears nothing
    :param charged: last days of what was charged before; interest charged is a debt of its own, which money
        for this one does not pay any more
    :param pauses: first and last days of times in which nothing is owed for being late
    :param deferrals: first day, last day and amount of parts that bear nothing for that time, such as
        instalments until their last day
    :raise RateMissing: no rate for a day on which something was owed

    Directive 2011/7/EU, reference rate plus 8 points, 365 days: 10,000 due on 31 May, paid on 20 July, at
    2.15 % and 2.40 %: 30 days 83.42 and 20 days 56.99, together 140.41:

    >>> rates = [Rate(date(2026, 1, 1), 2.15), Rate(date(2026, 7, 1), 2.40)]
    >>> directive = Terms(margin=8, basis="365")
    >>> paid = [(date(2026, 7, 20), 10000)]
    >>> periods = accrue(10000, date(2026, 5, 31), paid, rates, directive, date(2026, 12, 31), 0.01)
    >>> [(period.days, round(period.percent, 2), period.amount) for period in periods]
    [(30, 10.15, 83.42), (20, 10.4, 56.99)]

    Article 395 of the Russian Civil Code, the key rate by days of the year: 1,000,000 due on 15 December
    2024, paid on 20 January 2025, at 21 %: 16 days of 366 and 20 of 365, together 20,687.18:

    >>> key = [Rate(date(2024, 10, 28), 21)]
    >>> late = (1000000, date(2024, 12, 15), [(date(2025, 1, 20), 1000000)], key)
    >>> [(p.days, p.amount) for p in accrue(*late, Terms(), date(2025, 2, 28), 0.01)]
    [(16, 9180.33), (20, 11506.85)]

    One three hundredth of the key rate a day, the same 36 days:

    >>> [(p.days, p.amount) for p in accrue(*late, Terms(unit="part"), date(2025, 2, 28), 0.01)]
    [(36, 25200.0)]

    0.1 % a day with five days of grace, half of it paid within them; at most 5 % of the debt:

    >>> paid = [(date(2026, 3, 4), 500)]
    >>> penalty = Terms(unit="day", grace=5)
    >>> [str((p.start.day, p.end.day, p.amount)) for p in
    ...  accrue(1000, date(2026, 3, 1), paid, [Rate(date.min, 0.1)], penalty, date(2026, 3, 11), 0.01)]
    ['(2, 11, 5.0)']
    >>> free = Terms(unit="day", grace=5, is_grace_free=True, cap=0.2)
    >>> [str((p.start.day, p.end.day, p.amount)) for p in
    ...  accrue(1000, date(2026, 3, 1), paid, [Rate(date.min, 0.1)], free, date(2026, 3, 11), 0.01)]
    ['(7, 11, 2.0)']

    Nothing before the grace is over, and no guess where no rate is known:

    >>> accrue(1000, date(2026, 3, 1), [], [Rate(date.min, 0.1)], penalty, date(2026, 3, 6), 0.01)
    []
    >>> accrue(1000, date(2026, 3, 1), [], [Rate(date(2026, 3, 5), 1)], Terms(), date(2026, 3, 9), 0.01)
    Traceback (most recent call last):
    ...
    crm_extended.tools.interest.RateMissing: no rate for 2026-03-02

    From the 3rd to the 5th and from the 10th on, the debt was paid in instalments, as agreed:

    >>> pauses = [(date(2026, 3, 3), date(2026, 3, 5)), (date(2026, 3, 10), date.max)]
    >>> [(p.start.day, p.end.day, p.amount) for p in accrue(1000, date(2026, 3, 1), [], [Rate(date.min, 0.1)],
    ...  Terms(unit="day"), date(2026, 3, 31), 0.01, pauses=pauses)]
    [(2, 2, 1.0), (6, 9, 4.0)]

    On the 5th it was agreed that 600 may come by the 10th, and 400 by the 20th; 500 came on the 15th. Only
    what was not there on its day bears interest:

    >>> parts = [(date(2026, 3, 6), date(2026, 3, 10), 600), (date(2026, 3, 6), date(2026, 3, 20), 400)]
    >>> [(p.start.day, p.end.day, p.principal, p.amount) for p in accrue(1000, date(2026, 3, 1),
    ...  [(date(2026, 3, 15), 500)], [Rate(date.min, 0.1)], Terms(unit="day"), date(2026, 3, 31), 0.01,
    ...  deferrals=parts)]
    [(2, 5, 1000, 4.0), (11, 15, 600, 3.0), (16, 20, 100, 0.5), (21, 31, 500, 5.5)]

    Interest first: of 500 paid after 100 days at 0.1 % a day, 100 are interest, and 600 stay owed:

    >>> paid = [(date(2026, 4, 10), 500)]
    >>> first = Terms(unit="day", is_interest_first=True)
    >>> [(p.days, p.principal, p.amount) for p in
    ...  accrue(1000, date(2025, 12, 31), paid, [Rate(date.min, 0.1)], first, date(2026, 4, 20), 0.01)]
    [(100, 1000, 100.0), (10, 600.0, 6.0)]
    """
    debt = _Debt(amount, terms)
    arrivals = sorted(((_counts_from(day, terms), paid) for day, paid in payments), key=lambda one: one[0])
    in_grace = due + (terms.grace + 1) * DAY
    start = in_grace if terms.is_grace_free else due + DAY
    if until < in_grace:
        return []
    # what arrives within the grace bears nothing
    late = []
    for day, paid in arrivals:
        if day <= (in_grace if terms.counts_payment_day else in_grace - DAY) or day <= start:
            debt.pay(paid)
        else:
            late.append((day, paid))
    resets = {day + DAY for day in charged}
    pauses, deferrals = list(pauses), list(deferrals)
    others = [
        *(day for day, _paid in late),
        *_edges([*pauses, *((begin, end) for begin, end, _part in deferrals)]),
    ]
    days = sorted({start, *_cuts(start, until, others, resets, rates, terms)})
    periods = []
    for first, after in zip(days, [*days[1:], until + DAY], strict=True):
        if first in resets:
            debt.accrued = 0.0
        while late and late[0][0] <= first:
            debt.pay(late.pop(0)[1])
        if debt.open < rounding / 2:
            break
        if any(begin <= first <= end for begin, end in pauses):
            continue
        waits = sum(part for begin, end, part in deferrals if begin <= first <= end)
        period = _period(first, after - DAY, debt, rates, terms, rounding, waits)
        debt.accrued += period.amount
        debt.total += period.amount
        if period.amount:
            periods.append(period)
    return periods


class _Debt:
    """What is left of a debt while it is paid: `open` in the books, `principal` for interest."""

    def __init__(self, amount: float, terms: Terms):
        self.amount = self.open = self.principal = amount
        self.accrued = self.total = 0.0
        self.terms = terms

    def pay(self, paid: float) -> None:
        self.open -= paid
        if self.terms.is_interest_first:
            interest = min(self.accrued, paid)
            self.accrued -= interest
            paid -= interest
        self.principal = max(0.0, self.principal - paid)


def _edges(pauses: Sequence[tuple[date, date]]) -> list[date]:
    """Return the days on which a pause begins, or has ended."""
    begun = [first for first, _last in pauses]
    return begun + [last + DAY for _first, last in pauses if last < date.max]


def _counts_from(day: date, terms: Terms) -> date:
    return day + DAY if terms.counts_payment_day else day


def _cuts(start, until, others, resets, rates, terms):
    """Return the days between `start` and `until` on which another period begins."""
    days = {*others, *resets}
    for rate in rates:
        days.add(rate.start)
        if rate.end and rate.end < date.max:
            days.add(rate.end + DAY)
    if terms.unit == "year" and terms.basis == "actual":
        days.update(
            date(year, 1, 1)
            for year in range(start.year + 1, until.year + 1)
            if year_days(year) != year_days(year - 1)
        )
    return {day for day in days if start < day <= until}


def _period(first, last, debt, rates, terms, rounding, waits=0.0):
    principal = debt.principal - waits
    if principal < rounding / 2:  # no rate is needed where nothing is late
        return Period(first, last, 0.0, 0.0, 0.0)
    percent = rate_on(first, rates) + terms.margin
    fraction = {
        "day": 1.0,
        "part": 1 / terms.divisor,
        "year": 1 / (year_days(first.year) if terms.basis == "actual" else int(terms.basis)),
    }[terms.unit]
    days = (last - first).days + 1
    amount = round_to(principal * percent / 100 * fraction * days, rounding)
    if terms.cap:
        amount = min(amount, max(0.0, round_to(debt.amount * terms.cap / 100 - debt.total, rounding)))
    return Period(first, last, principal, percent, amount)


def rate_on(day: date, rates: Sequence[Rate]) -> float:
    """Return the percentage of the last rate that began by that day.

    >>> rates = [Rate(date(2026, 1, 1), 2.0, date(2026, 6, 30)), Rate(date(2026, 8, 1), 3.0)]
    >>> rate_on(date(2026, 6, 30), rates), rate_on(date(2027, 1, 1), rates)
    (2.0, 3.0)
    >>> rate_on(date(2026, 7, 1), rates)
    Traceback (most recent call last):
    ...
    crm_extended.tools.interest.RateMissing: no rate for 2026-07-01
    """
    begun = [rate for rate in rates if rate.start <= day]
    last = max(begun, key=lambda rate: rate.start, default=None)
    if last is None or (last.end and last.end < day):
        raise RateMissing(day)
    return last.percent


def year_days(year: int) -> int:
    """Return the number of days of a year.

    >>> year_days(2024), year_days(2025), year_days(2000), year_days(2100)
    (366, 365, 366, 365)
    """
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def allocate(
    debts: Sequence[float], credits: Sequence[float], rounding: float
) -> list[tuple[int, int, float]]:
    """Return (debt, credit, amount): how credits pay debts, each in the given order.

    Costs 40, interest 140.41 and the principal of 10,000; 1,000 came in two payments:

    >>> allocate([40, 140.41, 10000], [100, 900], 0.01)
    [(0, 0, 40), (1, 0, 60), (1, 1, 80.41), (2, 1, 819.59)]
    """
    result = []
    left = list(debts)
    for number, credit in enumerate(credits):
        for index, debt in enumerate(left):
            part = min(debt, credit)
            if part >= rounding / 2:
                result.append((index, number, round(part, 6)))
                left[index] -= part
                credit -= part
    return result
