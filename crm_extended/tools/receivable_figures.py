"""Figures of receivables: how fast money comes in, and how well it is collected; no ORM.

The reports compute the same in SQL; their tests compare the two.
"""

from collections.abc import Iterable, Sequence


def days_sales_outstanding(receivable: float, sales: float, days: float) -> float:
    """Return receivables in days of sales; 0 without sales.

    Receivables of 15,000, of which 4,000 are not due, and sales of 10,000 in 30 days: DSO 45, at best 12
    (nobody late), so that 33 days are delinquency:

    >>> days_sales_outstanding(15000, 10000, 30), days_sales_outstanding(4000, 10000, 30)
    (45.0, 12.0)
    >>> average_days_delinquent(15000, 4000, 10000, 30)
    33.0
    """
    return receivable / sales * days if sales else 0.0


def average_days_delinquent(receivable: float, current: float, sales: float, days: float) -> float:
    """Return DSO less the best possible DSO, which counts what is not due only."""
    return days_sales_outstanding(receivable, sales, days) - days_sales_outstanding(current, sales, days)


def countback(receivable: float, months: Iterable[tuple[float, int]]) -> float:
    """Return DSO by counting back: how many last days' sales the receivables are.

    :param months: (sales, days) from the last month backwards; when they do not suffice, the days of all

    Receivables of 2.1 m; sales of 900,000, 800,000 and 700,000 in months of 31, 28 and 31 days: two months
    and four sevenths of the third:

    >>> round(countback(2100000, [(900000, 31), (800000, 28), (700000, 31)]), 2)
    76.71
    >>> countback(0, [(900000, 31)]), countback(500, [(100, 31), (0, 28)])
    (0.0, 59.0)
    """
    total = 0.0
    for sales, days in months:
        if receivable <= 0:
            break
        total += days * min(1.0, receivable / sales if sales > 0 else 1.0)
        receivable -= sales
    return total


def collection_effectiveness(
    opening: float, sales: float, closing: float, current: float, months: int = 1
) -> float:
    """Return the collection effectiveness index in percent: what was collected of what could have been.

    Opening receivables 6,200, sales of 10,890 in three months, closing 6,340, of which 3,590 are not due:

    >>> round(collection_effectiveness(6200, 10890, 6340, 3590, 3), 2)
    55.93
    """
    monthly = sales / months
    could = opening + monthly - current
    return 100.0 * (opening + monthly - closing) / could if could else 0.0


def weighted_days_late(payments: Sequence[tuple[float, float]]) -> float:
    """Return the days that money was late, weighted by amount; what came early or in time counts 0.

    :param payments: amounts and days after the due date

    >>> weighted_days_late([(1000, 10), (3000, 30)]), weighted_days_late([(1000, 10), (1000, -20)])
    (25.0, 5.0)
    """
    total = sum(amount for amount, _days in payments)
    return sum(amount * max(0.0, days) for amount, days in payments) / total if total else 0.0
