"""Whether a vehicle may drive: kernels on plain data; no ORM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

#: Severities of reasons, the gravest last.
SEVERITIES = ("warns", "forbids")


@dataclass(frozen=True)
class Reason:
    """Why a vehicle may not drive, or what is to be kept in mind when it does.

    :param severity: `forbids` or `warns`
    :param kind: what it is about, such as `document`
    :param text: for people
    :param res_model, res_id: the record behind it, if there is one
    """

    severity: str
    kind: str
    text: str
    res_model: str = ""
    res_id: int = 0


def verdict(reasons: Iterable[Reason]) -> str:
    """Return `yes`, `warns` or `no`.

    >>> verdict([])
    'yes'
    >>> verdict([Reason("warns", "document", "Ends soon")])
    'warns'
    >>> verdict([Reason("warns", "document", "Ends soon"), Reason("forbids", "defect", "No brakes")])
    'no'
    """
    severities = {reason.severity for reason in reasons}
    if "forbids" in severities:
        return "no"
    return "warns" if severities else "yes"


def first_gap(periods: Iterable[tuple[date | None, date | None]], start: date, end: date) -> date | None:
    """Return the first day from start to end that no period covers; None when all are covered.

    Both ends of a period belong to it; None is open. The last year's policy and the next one, which follows
    it without a gap, cover a trip over the turn of the year:

    >>> old, new = (date(2026, 1, 1), date(2026, 12, 31)), (date(2027, 1, 1), None)
    >>> first_gap([new, old], date(2026, 12, 30), date(2027, 1, 4)) is None
    True

    Without the new one, or with one that begins a day too late, 1 January is not covered:

    >>> first_gap([old], date(2026, 12, 30), date(2027, 1, 4))
    datetime.date(2027, 1, 1)
    >>> first_gap([old, (date(2027, 1, 2), None)], date(2026, 12, 30), date(2027, 1, 4))
    datetime.date(2027, 1, 1)
    >>> first_gap([], date(2026, 12, 30), date(2026, 12, 30))
    datetime.date(2026, 12, 30)
    """
    day = start
    for first, last in sorted(periods, key=lambda period: period[0] or date.min):
        if first and first > day:
            break
        if last is None:
            return None
        if last >= day:
            day = last + timedelta(days=1)
        if day > end:
            return None
    return day


def closure(held: Iterable[int], includes: Mapping[int, Iterable[int]]) -> set[int]:
    """Return what is held together with all that it includes, directly or not.

    CE (3) includes C (2), which includes C1 (1):

    >>> sorted(closure([3], {3: [2], 2: [1]}))
    [1, 2, 3]
    """
    found: set[int] = set()
    new = set(held)
    while new:
        found |= new
        new = {other for one in new for other in includes.get(one, ())} - found
    return found
