"""Kernels of the import of interactions: what a cell means; no ORM."""

import hashlib
import re
from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from .interaction_import_headers import plain

DIRECTIONS = {
    "in": "in incoming inbound received i входящий входящая вх eingehend ein",
    "out": "out outgoing outbound sent placed o исходящий исходящая исх ausgehend aus",
}
_DIRECTION = {word: key for key, words in DIRECTIONS.items() for word in words.split()}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600}
ORDERS = ("dmy", "mdy", "ymd")
_MONTHS = dict(
    zip(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"),
        range(1, 13),
        strict=True,
    )
)
_TIME = r"(?P<h>\d{1,2}):(?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d+)?)?\s*(?P<half>[ap]\.?m\.?)?"
_ZONE = r"\s*(?P<zone>z|[+-]\d{2}:?\d{2})?"
_DATE = re.compile(
    rf"(?P<a>\d{{1,4}})[./\s-]+(?P<b>\d{{1,2}}|[a-z]{{3,9}})\.?[./,\s-]+(?P<c>\d{{1,4}})(?:[t,\s]+{_TIME})?{_ZONE}",
    re.IGNORECASE,
)
_CLOCK = re.compile(_TIME, re.IGNORECASE)
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:[T ]?(\d\d):?(\d\d):?(\d\d)?)?")
_EPOCH = re.compile(r"1\d{9}")


class CellError(ValueError):
    """A cell that cannot be used; `reason` is a word that the screens put into a sentence."""

    def __init__(self, reason: str, value: object = ""):
        super().__init__(f"{reason}: {value}")
        self.reason = reason
        self.value = str(value)


def parse_date(text: str, order: str, zone: ZoneInfo, clock: str = "") -> datetime:
    """Read a moment in any of the usual notations as naive UTC.

    Separators do not matter; a year of four digits in front settles the order. Without an offset of its
    own the value is local time in ``zone``; the first of the two when clocks go back.

    :param order: ``dmy``, ``mdy`` or ``ymd``
    :param clock: the time of day, when it has a column of its own
    :raise CellError: ``not_a_date`` or ``not_a_time``

    >>> utc = ZoneInfo("UTC")
    >>> parse_date("3.4.26 9:05", "dmy", utc), parse_date("3/4/2026 9:05 PM", "mdy", utc)
    (datetime.datetime(2026, 4, 3, 9, 5), datetime.datetime(2026, 3, 4, 21, 5))
    >>> parse_date("2026-04-03T09:05:07.5+03:00", "dmy", utc), parse_date("20260403", "dmy", utc, "09:05")
    (datetime.datetime(2026, 4, 3, 6, 5, 7), datetime.datetime(2026, 4, 3, 9, 5))
    >>> parse_date("3 Apr 2026 12:00 am", "mdy", ZoneInfo("Europe/Berlin"))
    datetime.datetime(2026, 4, 2, 22, 0)
    >>> parse_date("1775207100", "dmy", utc)
    datetime.datetime(2026, 4, 3, 9, 5)
    >>> parse_date("31.02.2026", "dmy", utc)
    Traceback (most recent call last):
    ...
    crm_extended.tools.interaction_import.CellError: not_a_date: 31.02.2026
    """
    value = " ".join(text.split())
    if _EPOCH.fullmatch(value):
        return datetime.fromtimestamp(int(value), timezone.utc).replace(tzinfo=None)
    try:
        moment, offset = _read_compact(value) or _read_parts(value, order)
    except (TypeError, ValueError, KeyError, OverflowError):
        raise CellError("not_a_date", text) from None
    if clock.strip():
        moment = moment.replace(**_read_clock(clock))
    if offset:
        return moment - offset if isinstance(offset, timedelta) else moment
    return moment.replace(tzinfo=zone).astimezone(timezone.utc).replace(tzinfo=None)


def _read_compact(value):
    match = _COMPACT.fullmatch(value)
    return (datetime(*(int(part or 0) for part in match.groups())), None) if match else None


def _read_parts(value, order):
    match = _DATE.fullmatch(value)
    parts = [match["a"], match["b"], match["c"]]
    if parts[1].isalpha() and order == "mdy":
        order = "dmy"
    if len(parts[0]) == 4:
        order = "ymd"
    by_place = dict(zip(order, parts, strict=True))
    year = int(by_place["y"])
    if len(by_place["y"]) == 2:
        year += 2000 if year < 70 else 1900
    month = by_place["m"]
    month = int(month) if month.isdigit() else _MONTHS[month[:3].lower()]
    moment = datetime(year, month, int(by_place["d"]))
    if match["h"]:
        moment = moment.replace(**_clock_parts(match))
    return moment, _offset(match["zone"])


def _offset(zone):
    """The offset as a timedelta; True for UTC; None when the value has none."""
    if not zone:
        return None
    if zone in "zZ":
        return True
    digits = zone[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return (-offset if zone[0] == "-" else offset) or True


def _clock_parts(match):
    hour, half = int(match["h"]), (match["half"] or "")[:1].lower()
    if half:
        if not 1 <= hour <= 12:
            raise ValueError(hour)
        hour = hour % 12 + (12 if half == "p" else 0)
    return {"hour": hour, "minute": int(match["mi"]), "second": int(match["s"] or 0)}


def _read_clock(text):
    match = _CLOCK.fullmatch(text.strip())
    try:
        parts = _clock_parts(match)
        datetime(2000, 1, 1, *parts.values())
    except (TypeError, ValueError):
        raise CellError("not_a_time", text) from None
    return parts


def guess_order(values: Iterable[str], preferred: str) -> tuple[str, int, bool]:
    """The order of day, month and year that reads most of the values.

    :param preferred: the order that wins a tie
    :return: the order, how many values it reads, and whether another order reads as many

    >>> guess_order(["01.02.2026", "13.02.2026", "rubbish"], "mdy")
    ('dmy', 2, False)
    >>> guess_order(["01/02/2026", "03/04/2026"], "mdy"), guess_order(["2026-01-02"], "dmy")
    (('mdy', 2, True), ('dmy', 1, False))
    """
    values = [value for value in values if value.strip()]
    moments = {order: [_or_none(value, order) for value in values] for order in ORDERS}
    counts = {order: sum(m is not None for m in read) for order, read in moments.items()}
    best = max(ORDERS, key=lambda order: (counts[order], order == preferred))
    rivals = [order for order in ORDERS if counts[order] == counts[best] and moments[order] != moments[best]]
    return best, counts[best], bool(rivals) and counts[best] > 0


def _or_none(value, order):
    try:
        return parse_date(value, order, timezone.utc)
    except CellError:
        return None


def parse_duration(text: str, unit: str) -> float:
    """Hours; ``1:02:03`` always counts hours, ``4:05`` minutes and seconds when the unit is seconds.

    >>> parse_duration("90", "seconds"), parse_duration("1,5", "minutes"), parse_duration("1:30:0", "hours")
    (0.025, 0.025, 1.5)
    >>> parse_duration("1:30", "seconds"), parse_duration("1:30", "minutes"), parse_duration("", "hours")
    (0.025, 1.5, 0.0)
    """
    text = text.strip()
    if not text:
        return 0.0
    try:
        parts = [float(part.replace(",", ".")) for part in text.split(":")]
    except ValueError:
        raise CellError("not_a_duration", text) from None
    if any(part < 0 or part != part for part in parts) or len(parts) > 3:
        raise CellError("not_a_duration", text)
    if len(parts) == 1:
        seconds = parts[0] * SECONDS[unit]
    elif len(parts) == 2 and unit == "seconds":
        seconds = parts[0] * 60 + parts[1]
    else:
        seconds = sum(part * scale for part, scale in zip(parts, (3600, 60, 1), strict=False))
    if seconds > 7 * 24 * 3600:
        raise CellError("too_long", text)
    return seconds / 3600


def parse_direction(text: str) -> str | None:
    """``in``, ``out``, or None for an empty cell.

    >>> parse_direction("Inbound call"), parse_direction("Исх."), parse_direction(" ")
    ('in', 'out', None)
    """
    words = plain(text).split()
    if not words:
        return None
    found = {_DIRECTION[word] for word in words if word in _DIRECTION}
    if len(found) != 1:
        raise CellError("not_a_direction", text)
    return found.pop()


def check_number(text: str) -> str:
    """A phone number as written; one that a spreadsheet has rounded is lost.

    >>> check_number(" +7 (495) 123-45-67 "), check_number("00 44 20")
    ('+7 (495) 123-45-67', '+44 20')
    >>> check_number("7,49512E+10")
    Traceback (most recent call last):
    ...
    crm_extended.tools.interaction_import.CellError: rounded_number: 7,49512E+10
    """
    text = text.strip()
    if re.fullmatch(r"\d(?:[.,]\d+)?e\+?\d+", text, re.IGNORECASE):
        raise CellError("rounded_number", text)
    return re.sub(r"^\s*00\s*(?=[1-9])", "+", text)


def import_key(provider: str, external_id: str, parts: Iterable[object]) -> str:
    """What makes a row the same contact, wherever it comes from.

    :param external_id: the row's own number at the provider; empty: the hash of ``parts``

    >>> import_key("PBX", " 17 ", ()), import_key("PBX", "", ("call", "+7495", "Hello"))[:9]
    ('id:pbx:17', 'hash:0376')
    """
    if external_id.strip():
        return f"id:{plain(provider)}:{external_id.strip()}"
    text = "\x1f".join(str(part).strip().casefold() for part in parts)
    return f"hash:{hashlib.sha256(text.encode()).hexdigest()[:40]}"
