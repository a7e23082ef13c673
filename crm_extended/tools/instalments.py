"""Instalment kernels: how a debt is spread over days, and what became of it; no ORM."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

#: What days apart instalments can be, by the name of their unit.
UNITS = ("days", "weeks", "months")


@dataclass(frozen=True)
class Due:
    """One instalment: its amount, and the last day on which money for it is in time."""

    amount: float
    last_day: date


@dataclass(frozen=True)
class Outcome:
    """What became of an instalment.

    :param owed: what is left to pay of it in all, after the debt was reduced without money
    :param state: "open", "paid", "late" (paid after its last day), "missed" or "void" (nothing left of it)
    :param paid_on: the day on which it was complete
    """

    owed: float
    received: float
    state: str
    paid_on: date | None = None


def spread(total: float, count: int, rounding: float) -> list[float]:
    """Return a sum in equal parts; the last one takes what rounding leaves.

    >>> spread(1000, 3, 0.01), spread(1000, 3, 1), spread(0.02, 2, 0.01)
    ([333.33, 333.33, 333.34], [333.0, 333.0, 334.0], [0.01, 0.01])

    :raise ValueError: when a part would be nothing

    >>> spread(0.02, 3, 0.01)
    Traceback (most recent call last):
    ...
    ValueError: 3
    """
    units = round(total / rounding)
    part, rest = divmod(units, count) if count > 0 else (0, 0)
    if part < 1:
        raise ValueError(count)
    digits = max(0, len(f"{rounding:.6f}".rstrip("0").partition(".")[2]))
    return [float(round(number * rounding, digits)) for number in (*[part] * (count - 1), part + rest)]


def schedule(
    total: float,
    count: int,
    first: date,
    step: int,
    unit: str,
    rounding: float,
    down_payment: tuple[date, float] | None = None,
) -> list[tuple[date, float]]:
    """Return (day, amount) of each instalment of a debt.

    :param count: instalments after the down payment
    :param step: so many of `unit` (see `UNITS`) from one to the next
    :param down_payment: (day, amount) of what is paid before all others
    :raise ValueError: when a part would be nothing

    Months count from the first day, so that the end of a month stays one:

    >>> [(str(day), amount) for day, amount in schedule(100, 3, date(2026, 1, 31), 1, "months", 0.01)]
    [('2026-01-31', 33.33), ('2026-02-28', 33.33), ('2026-03-31', 33.34)]
    >>> [(str(day), amount) for day, amount in schedule(
    ...     100, 2, date(2026, 2, 2), 2, "weeks", 0.01, (date(2026, 1, 20), 40))]
    [('2026-01-20', 40), ('2026-02-02', 30.0), ('2026-02-16', 30.0)]
    """
    rows = [down_payment] if down_payment and down_payment[1] else []
    rest = total - sum(amount for _day, amount in rows)
    return rows + [
        (first + relativedelta(**{unit: step * number}), amount)
        for number, amount in enumerate(spread(rest, count, rounding))
    ]


def share(instalments: Sequence[float], debts: Sequence[float]) -> list[list[tuple[int, float]]]:
    """Return for each debt (place of the instalment, amount) of what pays it: the first pay the first debts.

    300 and 600 in three instalments:

    >>> share([300, 300, 300], [300, 600]), share([450, 450], [300, 600])
    ([[(0, 300)], [(1, 300), (2, 300)]], [[(0, 300)], [(0, 150), (1, 450)]])
    """
    left = list(instalments)
    result = []
    for debt in debts:
        parts = []
        for place, amount in enumerate(left):
            part = min(amount, debt)
            if part > 0:
                parts.append((place, part))
                left[place] -= part
                debt -= part
        result.append(parts)
    return result


def money_since(
    payments: Iterable[tuple[date, float]], before: float, most: float
) -> list[tuple[date, float]]:
    """Return (day, amount) of the money that counts: beyond what was paid before, up to a sum.

    :param payments: (day, amount) of all money on a debt

    100 were paid when the plan was made. Of the next 500, 300 are in the plan:

    >>> days = [date(2026, 1, day) for day in (1, 5, 9)]
    >>> [(day.day, amount) for day, amount in money_since(zip(days, (100, 200, 300)), 100, 300)]
    [(5, 200.0), (9, 100.0)]
    """
    result: list[tuple[date, float]] = []
    paid = counted = 0.0
    for day, amount in sorted(payments):
        paid += amount
        now = min(max(paid - before, 0.0), most)
        if now != counted:
            result.append((day, now - counted))
            counted = now
    return result


def follow(
    dues: Sequence[Due],
    payments: Iterable[tuple[date, float]],
    owed: float,
    today: date,
    grace: int,
    rounding: float,
) -> list[Outcome]:
    """Return what became of each instalment. Money serves the earliest first.

    :param dues: in the order of their days
    :param payments: (day, amount) of the money that counts, up to today
    :param owed: what is left to pay of all in all; less than their sum when something was credited. The last
        instalments are shortened then: those before are paid as agreed.
    :param grace: days after the last one that booking may take

    100 a month. The first came in time, the second three days late, the third not yet:

    >>> dues = [Due(100, date(2026, month, 12)) for month in (1, 2, 3)]
    >>> money = [(date(2026, 1, 10), 120), (date(2026, 2, 15), 80)]
    >>> [(one.state, one.received) for one in follow(dues, money, 300, date(2026, 2, 20), 0, 0.01)]
    [('paid', 100.0), ('late', 100.0), ('open', 0.0)]

    On 12 February 20 of the second are there; a day later it is missed, unless booking may take a day:

    >>> [follow(dues, money[:1], 300, date(2026, 2, day), grace, 0.01)[1].state
    ...  for day, grace in ((12, 0), (13, 0), (13, 1))]
    ['open', 'missed', 'open']

    150 were credited: half of the second is left, and nothing of the third:

    >>> [(one.state, one.owed) for one in follow(dues, money[:1], 150, date(2026, 1, 20), 0, 0.01)]
    [('paid', 100.0), ('open', 50.0), ('void', 0.0)]
    """
    payments = sorted(payments)
    result = []
    due_before = 0.0
    for due in dues:
        start, due_before = min(due_before, owed), due_before + due.amount
        target = min(due_before, owed)
        paid_on, received = _reached(payments, start, target, rounding)
        if target - start < rounding / 2:
            state, paid_on = "void", None
        elif paid_on:
            state = "paid" if paid_on <= due.last_day else "late"
        else:
            state = "missed" if today > due.last_day + relativedelta(days=grace) else "open"
        result.append(Outcome(max(0.0, target - start), received, state, paid_on))
    return result


def _reached(payments, start, target, rounding):
    """Return (day on which the sum reached the target, what is there between start and target)."""
    paid = 0.0
    for day, amount in payments:
        paid += amount
        if paid > target - rounding / 2:
            return day, target - start
    return None, min(max(paid - start, 0.0), target - start)


def verdict(outcomes: Sequence[Outcome], dues: Sequence[Due], forgiven: date | None = None) -> str:
    """Return what has become of a plan: "live", "paid", "defaulted" or "void".

    One instalment that was not there on its last day breaks it, unless that was forgiven:

    >>> dues = [Due(100, date(2026, month, 12)) for month in (1, 2)]
    >>> late = [Outcome(100, 100, "late", date(2026, 1, 15)), Outcome(100, 0, "open")]
    >>> verdict(late, dues), verdict(late, dues, forgiven=date(2026, 1, 15))
    ('defaulted', 'live')
    >>> paid = [Outcome(100, 100, "paid", date(2026, 1, 9)), Outcome(0, 0, "void")]
    >>> verdict(paid, dues), verdict([paid[1]] * 2, dues)
    ('paid', 'void')

    :param forgiven: instalments of before that day break nothing by themselves any more; the next one is only
        complete when they are paid, too
    """
    if all(outcome.state == "void" for outcome in outcomes):
        return "void"
    for outcome, due in zip(outcomes, dues, strict=True):
        if outcome.state in ("late", "missed") and (forgiven is None or due.last_day >= forgiven):
            return "defaulted"
    return "live" if any(outcome.state in ("open", "missed") for outcome in outcomes) else "paid"
