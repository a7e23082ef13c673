"""Targets from a spreadsheet: which column is what, and amounts as people write them."""

import re
from collections.abc import Sequence
from typing import NamedTuple

#: What a column may be called, in small letters.
HEADINGS = {
    "whose": ("whose", "name", "person", "employee", "who", "кто", "сотрудник", "имя", "wer", "wessen"),
    "level": ("level", "kind", "уровень", "ebene"),
    "amount": ("target", "amount", "plan", "total", "план", "цель", "сумма", "ziel", "betrag"),
    "part_of": ("part of", "parent", "часть", "в составе", "teil von"),
}
LEVELS = {
    "company": ("company", "компания", "firma"),
    "department": ("department", "отдел", "abteilung"),
    "team": ("team", "sales team", "команда"),
    "user": ("person", "user", "employee", "сотрудник", "mitarbeiter"),
    "item": ("other", "item", "прочее", "anderes"),
}


class TargetRow(NamedTuple):
    """A row of the sheet: its number, whose target, at which level ("" when it does not say), how much."""

    number: int
    whose: str
    level: str
    amount: float | None
    part_of: str


def columns(heads: Sequence[str]) -> dict[str, int]:
    """Return which column holds what.

    >>> columns(["Whose", "Level", " TARGET ", "Part of", "Notes"])
    {'whose': 0, 'level': 1, 'amount': 2, 'part_of': 3}
    """
    found: dict[str, int] = {}
    for number, head in enumerate(heads):
        word = head.strip().lower()
        for what, words in HEADINGS.items():
            if word in words:
                found.setdefault(what, number)
    return found


def amount(text: str) -> float | None:
    """Return an amount as it is written in one country or another; None for what is none.

    >>> [amount(text) for text in ("1234.5", "1 234,50", "1.234,50", "1,234.50", "1,234,567", "12,5", "-3")]
    [1234.5, 1234.5, 1234.5, 1234.5, 1234567.0, 12.5, -3.0]

    A comma before three digits parts thousands, a point before the last digits is a decimal one:

    >>> amount("1,234"), amount("1.234")
    (1234.0, 1.234)
    >>> [amount(text) for text in ("", "ten", "1,2,3", "1e9", "12.34.56", "nan")]
    [None, None, None, None, None, None]
    """
    plain = re.sub(r"[\s\u00a0\u202f']", "", text or "")
    if not re.fullmatch(r"-?\d[\d.,]*", plain):
        return None
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return float(plain)
    mark, other = plain[last], "," if plain[last] == "." else "."
    if plain.count(mark) > 1:  # 1,234,567
        return float(plain.replace(mark, "")) if _grouped(plain, mark) and other not in plain else None
    whole, fraction = plain[:last], plain[last + 1 :]
    if mark == "," and other not in whole and len(fraction) == 3:
        return float(whole + fraction)
    if other in whole and not _grouped(whole, other):
        return None
    return float(f"{whole.replace(other, '')}.{fraction or 0}")


def _grouped(text: str, mark: str) -> bool:
    first, *rest = text.lstrip("-").split(mark)
    return 0 < len(first) <= 3 and all(len(part) == 3 for part in rest)


def level(text: str) -> str | None:
    """Return the level that a word means; "" for none given, None for an unknown one.

    >>> level("Team"), level(""), level("galaxy")
    ('team', '', None)
    """
    word = text.strip().lower()
    if not word:
        return ""
    return next((key for key, words in LEVELS.items() if word in words), None)


def rows(table: Sequence[tuple[int, Sequence[str]]], places: dict[str, int]) -> list[TargetRow]:
    """Return the rows below the heading; those without a name are left out.

    >>> rows([(2, ["Ann", "12"]), (3, ["", "5"])], {"whose": 0, "amount": 1})
    [TargetRow(number=2, whose='Ann', level='', amount=12.0, part_of='')]
    """
    found = []
    for number, cells in table:
        cell = {what: cells[at].strip() if at < len(cells) else "" for what, at in places.items()}
        if cell.get("whose"):
            found.append(
                TargetRow(
                    number,
                    cell["whose"],
                    cell.get("level", ""),
                    amount(cell.get("amount", "")),
                    cell.get("part_of", ""),
                )
            )
    return found
