"""Load of bays and mechanics: working time by day, and planned hours spread over it; no ORM."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

SECONDS_AN_HOUR = 3600
Span = tuple[datetime, datetime]


def hours_by_day(spans: Iterable[Span], days: Sequence[date]) -> list[float]:
    """Return the hours of stretches of time that fall on each of some days.

    From Monday 20:00 to Tuesday 06:00, and two hours on Tuesday:

    >>> monday, tuesday = date(2026, 9, 7), date(2026, 9, 8)
    >>> at = lambda day, hour: datetime(2026, 9, day, hour)
    >>> hours_by_day([(at(7, 20), at(8, 6)), (at(8, 8), at(8, 10))], [monday, tuesday])
    [4.0, 8.0]
    """
    result = [0.0] * len(days)
    for start, end in spans:
        for number, day in enumerate(days):
            first = datetime.combine(day, time.min)
            common = min(end, first + timedelta(days=1)) - max(start, first)
            result[number] += max(0.0, common.total_seconds() / SECONDS_AN_HOUR)
    return result


def clip(spans: Iterable[Span], start: datetime, end: datetime) -> list[Span]:
    """Return what of stretches of time lies between two moments.

    >>> at = lambda hour: datetime(2026, 9, 7, hour)
    >>> [(a.hour, b.hour) for a, b in clip([(at(8), at(12)), (at(13), at(17))], at(10), at(13))]
    [(10, 12)]
    """
    cut = [(max(a, start), min(b, end)) for a, b in spans]
    return [(a, b) for a, b in cut if a < b]


def spread(hours: float, capacities: Sequence[float]) -> list[float]:
    """Spread hours of work over days, in proportion to the working time of each.

    Six hours over two days of eight and four working hours; a job that is planned outside of working time
    is all on its first day:

    >>> spread(6, [8.0, 0.0, 4.0])
    [4.0, 0.0, 2.0]
    >>> spread(6, [0.0, 0.0])
    [6.0, 0.0]
    >>> spread(6, [])
    []
    """
    total = sum(capacities)
    if not capacities:
        return []
    if total <= 0:
        return [float(hours)] + [0.0] * (len(capacities) - 1)
    return [hours * capacity / total for capacity in capacities]
