"""Workshop kernels: meters, use and what is due; plain data in, plain data out; no ORM."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

#: Units that meters show -> (kind of meter, how much of the kind's own unit one of them is).
UNITS = {"km": ("distance", 1.0), "mi": ("distance", 1.609344), "h": ("hours", 1.0)}
#: What a meter may gain in a day, in its kind's own unit (km, hours), before somebody has to confirm it.
DAILY_LIMITS = {"distance": 2500.0, "hours": 24.0}
SECONDS_A_DAY = 86400.0
#: What lies further ahead than that, in days, is not forecast.
MAX_DAYS = 3650


def canonical(value: float, unit: str) -> float:
    """Return what a meter shows in its kind's own unit: kilometres or hours.

    >>> round(canonical(91000, "mi"), 1)
    146450.3
    >>> canonical(12.5, "h")
    12.5
    """
    return value * UNITS[unit][1]


def shown(value: float, unit: str) -> float:
    """Return how a meter shows kilometres or hours: the inverse of `canonical`.

    >>> round(shown(146450.304, "mi"), 3)
    91000.0
    """
    return value / UNITS[unit][1]


@dataclass(frozen=True)
class Segment:
    """A stretch of a meter's life in which one device shows one unit.

    :param unit: what the device shows
    :param start: what it showed at first
    :param end: what it showed at last; None while it is in use
    """

    unit: str
    start: float = 0.0
    end: float | None = None


def offsets(segments: Sequence[Segment]) -> list[float]:
    """Return the lifetime, in km or hours, at the start of each of a meter's segments.

    The lifetime is the sum of the segments; the first device counts from where it stood. A device taken out
    at 120,000 km and replaced by one that shows 0, which shows 3,500 now:

    >>> devices = [Segment("km", 0, 120_000), Segment("km", 0)]
    >>> offsets(devices)
    [0.0, 120000.0]
    >>> lifetime(3500, devices[1], 120_000.0)
    123500.0

    A device that is only switched over, from 91,000 miles to 146,450.3 km, gains nothing:

    >>> [round(offset, 1) for offset in offsets([Segment("mi", 0, 91_000), Segment("km", 146_450.304)])]
    [0.0, 146450.3]
    """
    result: list[float] = []
    total = 0.0
    for number, segment in enumerate(segments):
        if not number:
            total = canonical(segment.start, segment.unit)
        result.append(total)
        if segment.end is not None:
            total += canonical(segment.end - segment.start, segment.unit)
    return result


def lifetime(value: float, segment: Segment, offset: float) -> float:
    """Return the lifetime at what the device of a segment shows; `offset` is that at its start."""
    return offset + canonical(value - segment.start, segment.unit)


def rising(values: Sequence[float]) -> set[int]:
    """Return the positions of the longest part of a history that never falls: the rest are typing errors.

    >>> sorted(rising([1000, 90000, 1100, 1250]))
    [0, 2, 3]
    >>> sorted(rising([10, 20, 20, 30]))
    [0, 1, 2, 3]
    >>> rising([])
    set()
    """
    tails: list[float] = []
    last_of: list[int] = []
    previous: list[int] = []
    for position, value in enumerate(values):
        length = bisect_right(tails, value)
        previous.append(last_of[length - 1] if length else -1)
        if length == len(tails):
            tails.append(value)
            last_of.append(position)
        else:
            tails[length] = value
            last_of[length] = position
    kept: set[int] = set()
    position = last_of[-1] if last_of else -1
    while position >= 0:
        kept.add(position)
        position = previous[position]
    return kept


def between(
    moment: datetime,
    before: tuple[datetime, float] | None,
    after: tuple[datetime, float] | None,
) -> float | None:
    """Return what a meter stood at, at a moment between two readings, as if it had risen evenly.

    Outside its readings, a meter stands where the nearest one left it; without any, nothing is known.

    >>> day = lambda number: datetime(2026, 9, number)
    >>> between(day(11), (day(1), 84_000), (day(21), 86_000))
    85000.0
    >>> between(day(30), (day(21), 86_000), None), between(day(1), None, None)
    (86000, None)
    """
    if before and after and after[0] > before[0]:
        share = (moment - before[0]).total_seconds() / (after[0] - before[0]).total_seconds()
        return before[1] + share * (after[1] - before[1])
    nearest = before or after
    return nearest[1] if nearest else None


@dataclass(frozen=True)
class Use:
    """What a meter gains a day on average.

    84,000 km on 1 September and 90,000 on 31 October are 100 km a day:

    >>> use = Use.of(datetime(2026, 9, 1), 84_000, datetime(2026, 10, 31), 90_000, 2)
    >>> use.a_day, use.days, use.confidence
    (100.0, 60.0, 'medium')
    >>> Use.of(datetime(2026, 9, 1), 84_000, datetime(2026, 9, 1), 84_000, 1).a_day is None
    True
    """

    a_day: float | None
    days: float
    readings: int

    @classmethod
    def of(cls, first_date: datetime, first: float, last_date: datetime, last: float, readings: int) -> "Use":
        days = (last_date - first_date).total_seconds() / SECONDS_A_DAY
        known = readings >= 2 and days >= 1
        return cls((last - first) / days if known else None, days, readings)

    @property
    def confidence(self) -> str:
        """How far the average can be trusted: `none`, `low`, `medium` or `high`."""
        if self.a_day is None:
            return "none"
        if self.days < 14:
            return "low"
        return "high" if self.readings >= 5 and self.days >= 45 else "medium"


def due_date(day: date, reading: float, due: float, a_day: float | None) -> date | None:
    """Return when a meter will reach what is due, by its last reading and average use.

    5,000 miles at 115 a day from 15 November are reached on 28 December; 95,000 km, from 90,000 on 31 October
    at 100 a day, on 20 December:

    >>> due_date(date(2026, 11, 15), 0, 5000, 115)
    datetime.date(2026, 12, 28)
    >>> due_date(date(2026, 10, 31), 90_000, 95_000, 100.0)
    datetime.date(2026, 12, 20)
    >>> due_date(date(2026, 10, 31), 4600, 4810, 3.5)
    datetime.date(2026, 12, 30)

    What is reached is due since then; a vehicle that does not run never reaches it:

    >>> due_date(date(2026, 10, 31), 95_100, 95_000, None)
    datetime.date(2026, 10, 31)
    >>> due_date(date(2026, 10, 31), 90_000, 95_000, 0.0) is None
    True

    Whole days stay whole, though a float may be just below them:

    >>> due_date(date(2026, 10, 31), 0, 9_000, 9_000 / 91)
    datetime.date(2027, 1, 30)
    """
    left = due - reading
    if left <= 0:
        return day
    if not a_day or a_day <= 0:
        return None
    days = int(round(left / a_day, 6))
    return day + timedelta(days=days) if days < MAX_DAYS else None


def anchor(planned: float, actual: float, interval: float, tolerance: float) -> float:
    """Return what the next interval is counted from, when it is counted from the schedule.

    Due at 95,000 and done at 95,800: from 95,000. Done so late that the next one has passed as well: from
    that. Done before its tolerance began: from when it was done.

    >>> [anchor(95_000, actual, 10_000, 1_000) for actual in (95_800, 94_500, 106_000, 90_000)]
    [95000, 95000, 105000, 90000]
    """
    if actual < planned - tolerance:
        return actual
    late = max(0.0, actual - planned) // interval
    return planned + late * interval if late else planned


def last_multiple(reading: float, interval: float) -> float:
    """Return the round figure that a schedule has passed last.

    >>> last_multiple(84_500, 10_000)
    80000.0
    """
    return float(reading // interval * interval)
