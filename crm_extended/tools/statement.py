"""Statement and settlement kernels: plain data in, plain data out; no ORM."""

import hashlib
import json
from collections.abc import Iterable, Sequence


def running_balances(opening: float, amounts: Iterable[float], decimals: int) -> list[float]:
    """Return the balance after each amount, each rounded, so that no line shows a drift of floats.

    >>> running_balances(100, [0.1, 0.2, -300.3], 2)
    [100.1, 100.3, -200.0]
    >>> running_balances(0, [], 2)
    []
    """
    balances = []
    balance = opening
    for amount in amounts:
        balance = round(balance + amount, decimals) + 0.0
        balances.append(balance)
    return balances


def net_amounts(
    debts: Sequence[float], credits: Sequence[float], decimals: int
) -> tuple[list[float], list[float]]:
    """Settle debts against credits as far as both go, each side in its order (oldest first).

    :param debts: what they owe us, item by item, positive
    :param credits: what we owe them, item by item, positive
    :return: what is settled of each debt and of each credit; both sums are equal

    >>> net_amounts([100.0, 50.0, 70.0], [120.0], 2)
    ([100.0, 20.0, 0.0], [120.0])
    >>> net_amounts([30.0], [10.0, 10.0, 5.55], 2)
    ([25.55], [10.0, 10.0, 5.55])
    >>> net_amounts([], [10.0], 2)
    ([], [0.0])
    """
    total = min(round(sum(debts), decimals), round(sum(credits), decimals)) + 0.0
    return _spread(debts, total, decimals), _spread(credits, total, decimals)


def _spread(amounts: Sequence[float], total: float, decimals: int) -> list[float]:
    parts = []
    for amount in amounts:
        part = min(amount, total)
        parts.append(part)
        total = round(total - part, decimals) + 0.0
    return parts


def digest(content: object) -> str:
    """Return the SHA-256 of plain data, the same whatever the order of keys.

    >>> digest({"b": 1, "a": [1.5, None]}) == digest({"a": [1.5, None], "b": 1})
    True
    >>> digest([1])[:16]
    '080a9ed428559ef6'
    """
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
