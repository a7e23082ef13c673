"""Kernels of the parts catalogue: numbers however they are written, and what replaces what; no ORM."""

from collections.abc import Hashable, Mapping, Sequence
from typing import TypeVar

T = TypeVar("T", bound=Hashable)

#: Shorter numbers are no numbers that anybody searches for.
LEAST_CODE = 3


def part_code(number: str) -> str:
    """Return a part's number without what people write into it differently.

    >>> part_code(" a 000 420-50.20 "), part_code("A0004205020"), part_code("–")
    ('A0004205020', 'A0004205020', '')
    """
    return "".join(char for char in number.upper() if char.isalnum())


def replacements(replaced_by: Mapping[T, Sequence[T]], part: T) -> list[T]:
    """Return what replaces a part, the nearest first; also what replaces that in its turn.

    >>> replacements({"A": ["B"], "B": ["C", "A"], "C": ["D"]}, "A")
    ['B', 'C', 'D']
    >>> replacements({"A": ["B"]}, "B")
    []
    """
    found: list[T] = []
    waiting = [part]
    while waiting:
        for other in replaced_by.get(waiting.pop(0), ()):
            if other != part and other not in found:
                found.append(other)
                waiting.append(other)
    return found
