"""Periods that figures are measured over: day to year, fiscal and custom, in the company's time zone."""

import calendar
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from typing import NamedTuple
from zoneinfo import ZoneInfo

KINDS = ("day", "week", "month", "quarter", "year")


class Period(NamedTuple):
    """From the first to the last day, both included."""

    start: date
    end: date


def period(kind: str, day: date) -> Period:
    """Return the period of a kind that a day belongs to. A week begins on Monday.

    >>> period("month", date(2024, 2, 10)).end, period("quarter", date(2026, 11, 23)).start
    (datetime.date(2024, 2, 29), datetime.date(2026, 10, 1))

    Monday belongs to one week only:

    >>> [period("week", date(2026, 11, number)).start.day for number in (22, 23, 29, 30)]
    [16, 23, 23, 30]
    """
    if kind == "day":
        return Period(day, day)
    if kind == "week":
        start = day - timedelta(days=day.weekday())
        return Period(start, start + timedelta(days=6))
    months = {"month": 1, "quarter": 3, "year": 12}[kind]
    first = (day.month - 1) // months * months + 1
    return Period(date(day.year, first, 1), month_end(day.year, first + months - 1))


def month_end(year: int, month: int) -> date:
    """Return the last day of a month.

    >>> month_end(2026, 2)
    datetime.date(2026, 2, 28)
    """
    return date(year, month, calendar.monthrange(year, month)[1])


def previous(kind: str, current: Period) -> Period:
    """Return the period before; before a custom one there is one of as many days.

    >>> previous("month", Period(date(2026, 3, 1), date(2026, 3, 31))).end
    datetime.date(2026, 2, 28)
    >>> previous("custom", Period(date(2026, 3, 11), date(2026, 3, 20))).start
    datetime.date(2026, 3, 1)
    """
    before = current.start - timedelta(days=1)
    if kind in KINDS:
        return period(kind, before)
    return Period(before - (current.end - current.start), before)


def year_ago(kind: str, current: Period) -> Period:
    """Return the same period of the year before; a week is the one 52 weeks ago.

    >>> year_ago("month", Period(date(2025, 2, 1), date(2025, 2, 28))).end
    datetime.date(2024, 2, 29)
    >>> year_ago("week", Period(date(2026, 11, 23), date(2026, 11, 29))).start
    datetime.date(2025, 11, 24)
    """
    if kind in ("day", "week"):
        days = timedelta(days=1 if kind == "day" else 364)
        if kind == "week":
            return Period(current.start - days, current.end - days)
        return Period(_back(current.start), _back(current.start))
    if kind in KINDS:
        return period(kind, _back(current.start))
    whole_months = (current.end + timedelta(days=1)).day == 1
    end = _back(current.end)
    return Period(_back(current.start), month_end(end.year, end.month) if whole_months else end)


def _back(day: date) -> date:
    """The same day of the year before; the 28th of February for the 29th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def starts_in_utc(day: date, zone: str) -> datetime:
    """Return the moment, in UTC and without a zone, at which a day begins somewhere.

    >>> starts_in_utc(date(2026, 3, 29), "Europe/Berlin"), starts_in_utc(date(2026, 3, 30), "Europe/Berlin")
    (datetime.datetime(2026, 3, 28, 23, 0), datetime.datetime(2026, 3, 29, 22, 0))
    """
    local = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    return local.astimezone(timezone.utc).replace(tzinfo=None)


def lanes(periods: Iterable[tuple[int, Period]]) -> list[list[tuple[int, Period]]]:
    """Return periods, named by a number, in rows in which none overlaps another, each row in order.

    Months go in one row, the quarters and the year that they belong to in others:

    >>> days = [(1, 1, 31), (2, 32, 59), (3, 1, 90), (4, 60, 90), (5, 80, 120)]
    >>> day = lambda number: date(2025, 12, 31) + timedelta(days=number)
    >>> [[key for key, _ in lane] for lane in lanes((key, Period(day(a), day(b))) for key, a, b in days)]
    [[3], [1, 2, 4], [5]]
    """
    rows: list[list[tuple[int, Period]]] = []
    for key, span in sorted(periods, key=lambda item: (item[1].start, -(item[1].end - item[1].start).days)):
        row = next((row for row in rows if row[-1][1].end < span.start), None)
        if row is None:
            row = []
            rows.append(row)
        row.append((key, span))
    return rows


def limits(lane: Sequence[tuple[int, Period]]) -> tuple[list[date], list[int | None]]:
    """Return the days at which something begins in a row of periods, and what: None between periods.

    >>> january = Period(date(2026, 1, 1), date(2026, 1, 31))
    >>> limits([(7, january), (9, Period(date(2026, 3, 1), date(2026, 3, 31)))])[1]
    [7, None, 9, None]
    """
    days: list[date] = []
    keys: list[int | None] = []
    for key, span in lane:
        if days and days[-1] == span.start:
            keys[-1] = key
        else:
            days.append(span.start)
            keys.append(key)
        days.append(span.end + timedelta(days=1))
        keys.append(None)
    return days, keys


def days_in(span: Period) -> int:
    """Return how many days a period has.

    >>> days_in(Period(date(2026, 2, 1), date(2026, 2, 28)))
    28
    """
    return (span.end - span.start).days + 1


def working_days(span: Period, weekdays: Iterable[int], holidays: Iterable[date] = ()) -> int:
    """Return how many days of a period are worked: those weekdays (0 is Monday), less holidays.

    November 2026 begins on a Sunday, and has 21 working days; by its 12th there are 9:

    >>> working_days(Period(date(2026, 11, 1), date(2026, 11, 30)), range(5))
    21
    >>> working_days(Period(date(2026, 11, 1), date(2026, 11, 12)), range(5))
    9
    >>> working_days(Period(date(2026, 11, 1), date(2026, 11, 30)), range(5), [date(2026, 11, 11)])
    20
    """
    worked, free = set(weekdays), set(holidays)
    days = (span.start + timedelta(days=number) for number in range(days_in(span)))
    return sum(day.weekday() in worked and day not in free for day in days)
