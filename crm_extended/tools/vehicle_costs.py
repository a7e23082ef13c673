"""What vehicles cost: kernels on plain data; no ORM."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

#: So many per cent dearer a kilometre than over its whole life: no longer worth repairing.
REPLACE_ABOVE = 1.25
#: So much dearer a kilometre than a year ago, or than over its whole life: to be watched.
WATCH_ABOVE = 1.10


def depreciation(value: float, residual: float, months: int) -> float:
    """Return what a vehicle loses in value a month, evenly over its life.

    6.0 million, 1.2 million after 60 months:

    >>> depreciation(6_000_000, 1_200_000, 60)
    80000.0
    >>> depreciation(6_000_000, 1_200_000, 0)
    0.0
    """
    return max(0.0, value - residual) / months if months else 0.0


@dataclass(frozen=True)
class PerKm:
    """What a kilometre of a vehicle costs: as planned, and as it came.

    Fixed costs are spread over the distance that was planned, variable ones over the one that was run. Of
    95,000 fixed costs for 10,000 planned kilometres and 368,986.15 variable ones, with 8,000 run:

    >>> month = PerKm(fixed=95_000, planned=10_000, variable=368_986.15, run=8_000)
    >>> month.fixed_rate, round(month.variable_rate, 3), round(month.standard, 3), round(month.actual, 3)
    (9.5, 46.123, 55.623, 57.998)

    What the missing 2,000 kilometres should have carried of the fixed costs:

    >>> month.under_absorbed
    19000.0

    A vehicle that stands has no cost per kilometre:

    >>> PerKm(95_000, 10_000, 0, 0).actual is None
    True
    """

    fixed: float
    planned: float
    variable: float
    run: float

    @property
    def fixed_rate(self) -> float | None:
        return self.fixed / self.planned if self.planned > 0 else None

    @property
    def variable_rate(self) -> float | None:
        return self.variable / self.run if self.run > 0 else None

    @property
    def standard(self) -> float | None:
        if self.fixed_rate is None or self.variable_rate is None:
            return None
        return self.fixed_rate + self.variable_rate

    @property
    def actual(self) -> float | None:
        return (self.fixed + self.variable) / self.run if self.run > 0 else None

    @property
    def under_absorbed(self) -> float:
        return self.fixed - self.fixed_rate * self.run if self.fixed_rate is not None else 0.0


def advice(now: float | None, before: float | None, life: float | None) -> str:
    """Return what the cost of a kilometre says: `keep`, `watch`, `replace`, or `unknown`.

    A vehicle is worth repairing while a further kilometre costs no more than its kilometres have cost on
    average over its life.

    >>> advice(0.50, 0.48, 0.55), advice(0.60, 0.50, 0.58), advice(0.80, 0.60, 0.60)
    ('keep', 'watch', 'replace')
    >>> advice(None, 0.5, 0.5)
    'unknown'
    """
    if now is None or not life:
        return "unknown"
    if now > life * REPLACE_ABOVE:
        return "replace"
    rising = before and now > before * WATCH_ABOVE
    return "watch" if rising or now > life * WATCH_ABOVE else "keep"


def _months(first: date, last: date) -> list[date]:
    """Return the first days of the months from one day to another."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    months = [divmod(first.year * 12 + first.month - 1 + number, 12) for number in range(max(0, count))]
    return [date(year, month + 1, 1) for year, month in months]


def contract_charges(
    frequency: str, cost: float, start: date, end: date | None, until: date
) -> list[tuple[date, float]]:
    """Return what a contract costs month by month, up to a day.

    115 a month from 20 January on, looked at in March; the charge bears the first day of its month, or the
    day on which the contract begins:

    >>> contract_charges("monthly", 115, date(2026, 1, 20), date(2026, 12, 31), date(2026, 3, 5))
    [(datetime.date(2026, 1, 20), 115), (datetime.date(2026, 2, 1), 115), (datetime.date(2026, 3, 1), 115)]

    By the day, the last one excluded, as the host counts:

    >>> contract_charges("daily", 2, date(2026, 1, 30), date(2026, 2, 3), date(2026, 3, 5))
    [(datetime.date(2026, 1, 30), 4), (datetime.date(2026, 2, 1), 4)]

    By the year, on the day on which it began:

    >>> contract_charges("yearly", 900, date(2024, 2, 29), None, date(2026, 2, 28))
    [(datetime.date(2024, 2, 29), 900), (datetime.date(2025, 2, 28), 900), (datetime.date(2026, 2, 28), 900)]
    >>> contract_charges("no", 900, date(2024, 2, 29), None, date(2026, 2, 28))
    []
    """
    last = min(end, until) if end else until
    result = []
    for month in _months(start, last):
        days = monthrange(month.year, month.month)[1]
        day = max(month, start)
        if frequency == "yearly":
            if month.month != start.month:
                continue
            day = month.replace(day=min(start.day, days))
        amount = cost
        if frequency == "daily":
            following = month + timedelta(days=days)
            amount = cost * max(0, (min(following, end or following) - day).days)
        if frequency != "no" and amount and day <= last:
            result.append((day, amount))
    return result
