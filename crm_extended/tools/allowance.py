"""Allowance kernels: how much of debts will probably not come in; no ORM."""

from collections.abc import Sequence

from .collection import round_to


def roll_rates(history: Sequence[Sequence[float]]) -> list[float]:
    """Return which part of each bucket rolled into the next one within a month, from 0 to 1.

    :param history: by month, the debts by bucket: not due, then buckets of 30 days
    :return: one rate less than there are buckets; where a bucket was always empty, 1: nothing is known

    Of 1,000 that were not due, 200 were late a month later, and of these 50 another month later:

    >>> roll_rates([[1000, 0, 0], [800, 200, 0], [0, 160, 50]])
    [0.2, 0.25]
    >>> roll_rates([[100, 0, 0], [0, 150, 0]]), roll_rates([])
    ([1.0, 1.0], [])
    """
    if not history:
        return []
    rates = []
    for bucket in range(len(history[0]) - 1):
        before = sum(month[bucket] for month in history[:-1])
        after = sum(month[bucket + 1] for month in history[1:])
        rates.append(min(1.0, max(0.0, after / before)) if before > 0 else 1.0)
    return rates


def loss_percents(rates: Sequence[float], last: float = 100.0) -> list[float]:
    """Return what of each bucket will be lost, in percent: what rolls through all the later ones.

    :param last: what of the last bucket will be lost

    >>> [round(percent, 4) for percent in loss_percents([0.5, 0.46, 8 / 23, 0.25])]
    [2.0, 4.0, 8.6957, 25.0, 100.0]
    """
    percents = [last]
    for rate in reversed(rates):
        percents.insert(0, percents[0] * rate)
    return percents


def allowance(amounts: Sequence[float], percents: Sequence[float], rounding: float) -> list[float]:
    """Return the allowance of each bucket.

    Expected losses of 2, 4, 8.6957, 25 and 100 % on 300, 140, 60, 23 and 5 thousand: 27,567.39:

    >>> debts = [300000, 140000, 60000, 23000, 5000]
    >>> parts = allowance(debts, loss_percents([0.5, 0.46, 8 / 23, 0.25]), 0.01)
    >>> parts, round(sum(parts), 2)
    ([6000.0, 5600.0, 5217.39, 5750.0, 5000.0], 27567.39)

    Article 266 of the Russian Tax Code, 50 % of what is 45 to 90 days late and all that is later: 30 thousand
    at 44 days, 100 thousand at 60 and 40 thousand at 100 days make 90,000:

    >>> from crm_extended.tools.receivables import Buckets
    >>> buckets = Buckets.parse("44, 90")
    >>> debts = [0.0] * 4
    >>> for amount, age in ((30000, 44), (100000, 60), (40000, 100)):
    ...     debts[buckets.index(age)] += amount
    >>> sum(allowance(debts, [0, 0, 50, 100], 0.01))
    90000.0
    """
    return [
        round_to(amount * percent / 100, rounding) for amount, percent in zip(amounts, percents, strict=True)
    ]


def net_of_credits(debts: Sequence[float], credit: float) -> list[float]:
    """Return what is left of a customer's debts, oldest first, when what he has in credit pays them.

    >>> net_of_credits([100, 50, 70], 120), net_of_credits([100], 300)
    ([0, 30, 70], [0])
    """
    left = []
    for debt in debts:
        paid = min(debt, credit)
        credit -= paid
        left.append(debt - paid)
    return left
