"""On which days figures are mailed."""

from datetime import date, timedelta


def following(frequency: str, day: date) -> date:
    """Return the next day after `day` on which figures are mailed: so often.

    The 27th of November 2026 is a Friday:

    >>> following("daily", date(2026, 11, 27)), following("weekly", date(2026, 11, 27))
    (datetime.date(2026, 11, 30), datetime.date(2026, 11, 30))
    >>> following("weekly", date(2026, 11, 30)), following("monthly", date(2026, 12, 1))
    (datetime.date(2026, 12, 7), datetime.date(2027, 1, 1))
    """
    if frequency == "monthly":
        return date(day.year + day.month // 12, day.month % 12 + 1, 1)
    if frequency == "weekly":
        return day + timedelta(days=7 - day.weekday())
    after = day + timedelta(days=1)
    return after + timedelta(days=max(0, 7 - after.weekday())) if after.weekday() >= 5 else after
