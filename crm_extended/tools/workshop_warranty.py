"""Warranty on parts and repairs: by time and by distance, whichever ends first; no ORM."""

from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta


@dataclass(frozen=True)
class Warranty:
    """What was done when, and for how long it is warranted.

    24 months or 60,000 km: pads put on in March at 120,000 km are covered in October at 150,000, and are not
    at 181,000, or two years later:

    >>> pads = Warranty(date(2026, 3, 10), 24, 120_000, 60_000)
    >>> pads.until, pads.until_distance
    (datetime.date(2028, 3, 10), 180000)
    >>> [pads.covers(date(2026, 10, 1), 150_000), pads.covers(date(2026, 10, 1), 181_000)]
    [True, False]
    >>> pads.covers(date(2028, 3, 11), 150_000)
    False

    Where nobody has read a meter, time alone counts; without terms nothing is covered:

    >>> Warranty(date(2026, 3, 10), 24, None, 60_000).covers(date(2026, 10, 1), 999_000)
    True
    >>> Warranty(date(2026, 3, 10), 0, 120_000, 0).covers(date(2026, 3, 11), 120_001)
    False

    :param done: when
    :param months: for so many months; 0: not limited by time
    :param distance: at which lifetime distance, None when unknown
    :param distance_limit: for so many kilometres; 0: not limited by distance
    """

    done: date
    months: int
    distance: float | None
    distance_limit: float

    @property
    def until(self) -> date | None:
        return self.done + relativedelta(months=self.months) if self.months else None

    @property
    def until_distance(self) -> float | None:
        if self.distance is None or not self.distance_limit:
            return None
        return self.distance + self.distance_limit

    def covers(self, day: date, distance: float | None) -> bool:
        if not self.until and self.until_distance is None:
            return False
        in_time = not self.until or day <= self.until
        near = self.until_distance is None or distance is None or distance <= self.until_distance
        return in_time and near
