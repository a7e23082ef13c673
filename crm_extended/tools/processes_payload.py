"""What a message from elsewhere says, taken apart: values at paths, made ready for fields."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timezone
from typing import Any

#: Longer texts are no values of a document's field.
LONGEST = 20_000
TRUE, FALSE = ("true", "yes", "1"), ("false", "no", "0", "")


class PayloadError(ValueError):
    """A value is missing or of another kind; `args` are a code and the path or value."""


def pick(payload: Any, path: str) -> Any:
    """Return the value at a path of names and numbers, None when there is none.

    >>> order = {"customer": {"name": "Anna"}, "lines": [{"sku": "A1"}, {"sku": "B2"}]}
    >>> pick(order, "customer.name"), pick(order, "lines.1.sku"), pick(order, "lines.7.sku")
    ('Anna', 'B2', None)
    >>> pick(order, "customer.name.first") is None
    True
    """
    for name in path.split("."):
        if isinstance(payload, Mapping):
            payload = payload.get(name)
        elif isinstance(payload, Sequence) and not isinstance(payload, str) and name.isdecimal():
            payload = payload[int(name)] if len(name) < 6 and int(name) < len(payload) else None
        else:
            return None
    return payload


def shown(value: Any) -> str:
    """Return the beginning of a value, as a database and a log can hold it.

    >>> shown("A\\x00B" + "x" * 100)[:6]
    'A?Bxxx'
    """
    return str(value)[:80].replace("\x00", "?").encode(errors="replace").decode()


def convert(kind: str, value: Any) -> Any:
    """Return a value as a field of that kind takes it, False for none.

    :raises PayloadError: it is no such value

    >>> convert("integer", "12"), convert("float", 2), convert("boolean", "no"), convert("char", 7)
    (12, 2.0, False, '7')
    >>> convert("date", "2026-03-06"), convert("datetime", "2026-03-06T10:00:00+02:00")
    (datetime.date(2026, 3, 6), datetime.datetime(2026, 3, 6, 8, 0))
    >>> convert("integer", "many")
    Traceback (most recent call last):
    ...
    crm_extended.tools.processes_payload.PayloadError: ('value', 'many')
    """
    if value is None:
        return False
    if isinstance(value, Mapping | list):
        raise PayloadError("value", shown(value))
    try:
        return _CONVERT[kind](value)
    except (ValueError, TypeError, OverflowError, KeyError):
        raise PayloadError("value", shown(value)) from None


def _text(value):
    text = str(value)
    if len(text) > LONGEST or "\x00" in text:
        raise ValueError
    text.encode()  # half a character is none
    return text


def _number(value):
    number = float(value)
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError
    return number


def _boolean(value):
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word not in TRUE + FALSE:
        raise ValueError
    return word in TRUE


def _datetime(value):
    moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    if moment.tzinfo:
        moment = moment.astimezone(timezone.utc).replace(tzinfo=None)
    return moment.replace(microsecond=0)


def _integer(value):
    number = int(value)
    if not -(2**31) <= number < 2**31:
        raise ValueError
    return number


_CONVERT = {
    "char": _text,
    "text": _text,
    "selection": _text,
    "many2one": _text,
    "integer": _integer,
    "float": _number,
    "monetary": _number,
    "boolean": _boolean,
    "date": lambda value: _datetime(value).date(),
    "datetime": _datetime,
}
#: Kinds of fields that a value can be written into.
KINDS = tuple(_CONVERT)
