"""Kernels of the customer card: birthdays, periods of relations."""

from calendar import isleap
from collections.abc import Iterable
from datetime import date, timedelta

#: A year at most is looked ahead.
MAX_DAYS = 366


def birthday_in(born: date, year: int) -> date:
    """The birthday in a year; who was born on 29 February has it on the 28th in common years.

    >>> birthday_in(date(1980, 2, 29), 2027), birthday_in(date(1980, 2, 29), 2028)
    (datetime.date(2027, 2, 28), datetime.date(2028, 2, 29))
    """
    if (born.month, born.day) == (2, 29) and not isleap(year):
        return date(year, 2, 28)
    return born.replace(year=year)


def next_birthday(born: date, today: date) -> date:
    """The next birthday, today included.

    >>> next_birthday(date(1990, 1, 3), date(2026, 12, 30))
    datetime.date(2027, 1, 3)
    >>> next_birthday(date(1988, 2, 29), date(2027, 2, 28))
    datetime.date(2027, 2, 28)
    """
    coming = birthday_in(born, today.year)
    return coming if coming >= today else birthday_in(born, today.year + 1)


def birthday_keys(today: date, first: int, last: int) -> set[str]:
    """Months and days, as ``MM-DD``, of those whose birthday is ``first`` to ``last`` days from today.

    >>> sorted(birthday_keys(date(2026, 12, 30), 0, 3))
    ['01-01', '01-02', '12-30', '12-31']
    >>> sorted(birthday_keys(date(2027, 2, 27), 1, 2))
    ['02-28', '02-29', '03-01']
    """
    keys = set()
    for offset in range(max(0, first), min(last, MAX_DAYS) + 1):
        day = today + timedelta(days=offset)
        keys.add(day.strftime("%m-%d"))
        if (day.month, day.day) == (2, 28) and not isleap(day.year):
            keys.add("02-29")
    return keys


def overlap(first: tuple[date | None, date | None], second: tuple[date | None, date | None]) -> bool:
    """Whether two periods share a day; a missing end is open.

    >>> overlap((None, date(2020, 1, 1)), (date(2020, 1, 1), None))
    True
    >>> overlap((None, date(2020, 1, 1)), (date(2020, 1, 2), None))
    False
    """
    return (first[0] or date.min) <= (second[1] or date.max) and (second[0] or date.min) <= (
        first[1] or date.max
    )


def joined_periods(
    rows: Iterable[tuple[int, date | None, date | None]],
) -> list[tuple[list[int], date | None, date | None]]:
    """Join rows (id, from, to) whose periods overlap: the first id of each stays.

    >>> day = date(2020, 1, 1)
    >>> joined_periods([(1, None, day), (2, day, None), (3, None, None)])
    [([1, 3, 2], None, None)]
    >>> joined_periods([(5, date(2024, 1, 1), None), (4, None, day)])
    [([4], None, datetime.date(2020, 1, 1)), ([5], datetime.date(2024, 1, 1), None)]
    """
    joined: list[tuple[list[int], date, date]] = []
    ordered = sorted((start or date.min, row_id, end or date.max) for row_id, start, end in rows)
    for start, row_id, end in ordered:
        if joined and start <= joined[-1][2]:
            ids, begin, until = joined[-1]
            joined[-1] = (ids + [row_id], begin, max(until, end))
        else:
            joined.append(([row_id], start, end))
    return [
        (ids, None if start == date.min else start, None if end == date.max else end)
        for ids, start, end in joined
    ]


def is_within_hours(hour: float, start: float, end: float) -> bool | None:
    """Whether an hour of the day lies within contact hours; None when none are agreed.

    >>> is_within_hours(9.5, 9, 12), is_within_hours(12, 9, 12), is_within_hours(9, 0, 0)
    (True, False, None)
    """
    if not end:
        return None
    return start <= hour < end
