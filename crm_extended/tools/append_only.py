"""Chain of hashes over records that are only ever added to; no ORM."""

from collections.abc import Iterable
from hashlib import sha256

#: Between the parts of a record: a character that no text of a record has.
SEPARATOR = "\x1f"


def content(parts: Iterable[object]) -> str:
    """Return one text for the parts of a record; None and False count as empty.

    >>> content(["1", False, "paid"]) == "1\\x1f\\x1fpaid"
    True
    """
    return SEPARATOR.join("" if part is None or part is False else str(part) for part in parts)


def link(previous: str, text: str) -> str:
    """Return the hash of a record that follows the one with the hash `previous` ("" for the first).

    It depends on every record before it, so that none can be changed, left out or put in later without
    breaking all that follow.

    >>> first = link("", "a")
    >>> first == link("", "a"), first == link("", "b"), link(first, "b") == link(link("", "a "), "b")
    (True, False, False)
    >>> link("", "a")[:16]
    'b20cbd2efbe49670'
    """
    return sha256(f"{previous}{SEPARATOR}{text}".encode()).hexdigest()
