"""Receivables kernels: plain data in, plain data out; no ORM."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_BUCKETS = 24


class BucketError(ValueError):
    """A list of bucket limits that cannot be used; `reason` is one of REASONS, `value` the culprit."""

    REASONS = ("empty", "not_a_number", "not_positive", "not_rising", "too_many")

    def __init__(self, reason: str, value: object = ""):
        super().__init__(f"{reason}: {value}")
        self.reason = reason
        self.value = value


@dataclass(frozen=True)
class Buckets:
    """Ageing buckets: "not due" first, then one up to each limit, the last one open-ended.

    Upper limits are inclusive: an item exactly 30 days late is in 1–30. An item due on the as-of date or
    later is not due.

    >>> buckets = Buckets.parse("30, 60, 90")
    >>> buckets.ranges
    ((None, 0), (1, 30), (31, 60), (61, 90), (91, None))
    >>> [buckets.index(days) for days in (-5, 0, 1, 30, 31, 90, 91, 4000)]
    [0, 0, 1, 1, 2, 3, 4, 4]
    >>> Buckets.parse("30, 60, 60")
    Traceback (most recent call last):
    ...
    crm_extended.tools.receivables.BucketError: not_rising: 60
    """

    limits: tuple[int, ...]

    @classmethod
    def parse(cls, text: str) -> "Buckets":
        """Read limits in days, separated by commas, semicolons or spaces."""
        return cls.check(text.replace(",", " ").replace(";", " ").split())

    @classmethod
    def check(cls, values: Iterable[int | str]) -> "Buckets":
        """Make buckets of limits in days.

        :raise BucketError: no limit, something that is no whole number, a limit below 1, limits that do
            not rise (so that two buckets would overlap), or more than MAX_BUCKETS
        """
        limits: list[int] = []
        for value in values:
            limit = cls._number(value)
            if limit < 1:
                raise BucketError("not_positive", value)
            if limits and limit <= limits[-1]:
                raise BucketError("not_rising", value)
            limits.append(limit)
        if not limits:
            raise BucketError("empty")
        if len(limits) > MAX_BUCKETS:
            raise BucketError("too_many", len(limits))
        return cls(tuple(limits))

    @staticmethod
    def _number(value: int | str) -> int:
        try:
            return int(value)
        except (TypeError, ValueError):
            raise BucketError("not_a_number", value) from None

    @property
    def ranges(self) -> tuple[tuple[int | None, int | None], ...]:
        """First and last day of each bucket, in days past the reference date; None is open."""
        starts: Sequence[int | None] = (None, 1, *(limit + 1 for limit in self.limits))
        ends: Sequence[int | None] = (0, *self.limits, None)
        return tuple(zip(starts, ends, strict=True))

    def index(self, days: int) -> int:
        """Return the bucket of an item `days` past its reference date."""
        return next(index for index, (_start, end) in enumerate(self.ranges) if end is None or days <= end)

    def __str__(self) -> str:
        return ", ".join(map(str, self.limits))


def exchange_difference(
    residual: float,
    residual_currency: float,
    balance: float,
    amount_currency: float,
    rounding: float,
) -> float:
    """Return the part of a residual in company currency that no open document amount stands for.

    An item's document residual is worth `residual_currency` at the rate at which the item was booked
    (`balance / amount_currency`); what the company-currency residual holds beyond it waits for an exchange
    entry or comes from one. A difference of one rounding unit is rounding, and stays with the item.

    800 EUR booked at 1,000.00 USD, paid in full with 912.50 USD, exchange entry not yet posted:

    >>> exchange_difference(87.5, 0, 1000, 800, 0.01)
    87.5

    The same invoice, half paid, its exchange difference booked along with the payment:

    >>> exchange_difference(500, 400, 1000, 800, 0.01)
    0.0

    An exchange entry itself has no document amount:

    >>> exchange_difference(-87.5, 0, -87.5, 0, 0.01)
    -87.5
    """
    worth = residual_currency * balance / amount_currency if amount_currency else 0.0
    difference = residual - round(worth / rounding) * rounding
    if residual_currency and abs(difference) < 1.5 * rounding:
        return 0.0
    return difference
