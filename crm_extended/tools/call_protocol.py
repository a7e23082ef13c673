"""Messages of telephone exchanges: read and proved; plain data only.

Every exchange has its own words. Rules translate them into the contract: an event of
:data:`EVENTS` with ``from``, ``to``, ``direction``, ``callId``, ``cause``, ``answeringNumber``.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime

EVENTS = ("newCall", "answer", "hold", "resume", "hangup")
TARGETS = (
    "event",
    "callId",
    "direction",
    "from",
    "to",
    "answeringNumber",
    "cause",
    "timestamp",
    "ring",
    "talk",
    "hold",
)
DIRECTIONS = ("in", "out")
MAX_TEXT = 128
MAX_SECONDS = 7 * 24 * 3600
ENCODERS = {
    "hex": lambda mac: mac.hexdigest(),
    "base64": lambda mac: base64.b64encode(mac.digest()).decode(),
    "base64_hex": lambda mac: base64.b64encode(mac.hexdigest().encode()).decode(),
}


class EventError(ValueError):
    """A message that is none of the contract's; ``reason`` is one of REASONS."""

    REASONS = ("no_event", "no_call", "no_direction", "bad_payload")

    def __init__(self, reason: str):
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Rule:
    """Where an exchange writes ``target`` of the contract, and what it calls its values.

    ``source`` are paths, the first one that is filled counts; ``values`` translates what is found,
    ``*`` stands for all other values, and an empty translation says: nothing. With a ``condition``,
    ``field=value, value``, the rule is for such messages only.
    """

    target: str
    source: str
    values: str = ""
    condition: str = ""

    def value(self, payload: Mapping) -> str:
        """
        >>> rule = Rule("event", "CallStatus|status", "ringing=newCall, in-progress=answer, *=hangup")
        >>> [rule.value(p) for p in ({"CallStatus": "ringing"}, {"status": "busy"}, {})]
        ['newCall', 'hangup', '']
        >>> Rule("from", "call.caller.number").value({"call": {"caller": {"number": 123}}})
        '123'
        >>> rule = Rule("from", "internal", condition="event=OUT, OUT_END")
        >>> [rule.value({"event": event, "internal": "101"}) for event in ("OUT_END", "IN")]
        ['101', '']
        """
        name, _equals, wanted = self.condition.partition("=")
        if wanted and _at(payload, name.strip()) not in [value.strip() for value in wanted.split(",")]:
            return ""
        found = next((v for path in self.source.split("|") if (v := _at(payload, path.strip()))), "")
        table = self.table()
        if not table or (not found and self.source):
            return found
        return table.get(found, table.get("*", found))

    def table(self) -> dict[str, str]:
        pairs = (part.partition("=") for part in self.values.split(",") if part.strip())
        return {theirs.strip(): ours.strip() for theirs, _equals, ours in pairs}


def translate(payload: object, rules: Iterable[Rule]) -> dict[str, str]:
    """
    >>> rules = [Rule(target, target) for target in TARGETS]
    >>> translate({"event": "newCall", "callId": "7", "direction": "in", "from": "1"}, rules)
    {'event': 'newCall', 'callId': '7', 'direction': 'in', 'from': '1'}
    >>> translate({"event": "newCall", "direction": "in"}, rules)
    Traceback (most recent call last):
    ...
    crm_extended.tools.call_protocol.EventError: no_call

    :raise EventError: when something without which there is no event is missing
    """
    if not isinstance(payload, Mapping):
        raise EventError("bad_payload")
    found: dict[str, str] = {}
    for rule in rules:
        if value := rule.value(payload):
            found.setdefault(rule.target, value)
    if found.get("event") not in EVENTS:
        raise EventError("no_event")
    if not found.get("callId"):
        raise EventError("no_call")
    if found.get("direction") not in (*DIRECTIONS, None):
        raise EventError("no_direction")
    return found


def signature(secret: str, content: bytes, algorithm: str, encoding: str) -> str:
    """
    >>> signature("key", b"The quick brown fox jumps over the lazy dog", "sha1", "hex")
    'de7c9b85b8b78aa6bc8a7a36f70a90701c9db4d9'
    >>> signature("key", b"The quick brown fox jumps over the lazy dog", "sha1", "base64")
    '3nybhbi3iqa8ino29wqQcBydtNk='
    """
    mac = hmac.new(secret.encode(), content, getattr(hashlib, algorithm))
    return ENCODERS[encoding](mac)


def is_signed(given: str | None, expected: str) -> bool:
    """Compare in constant time; some exchanges put the name of the algorithm before it.

    >>> is_signed("sha256=ab", "ab"), is_signed("", "ab"), is_signed("é", "ab")
    (True, False, False)
    """
    given = re.sub(r"^sha\d+=(?=.)", "", given or "")
    return hmac.compare_digest(given.encode(), expected.encode())


def url_content(url: str, params: Mapping[str, str]) -> bytes:
    """What Twilio signs: the address, then names and values of the form by name.

    >>> url_content("https://x.example/1", {"To": "+2", "From": "+1"})
    b'https://x.example/1From+1To+2'
    """
    return (url + "".join(name + params[name] for name in sorted(params))).encode()


def fields_content(params: Mapping, lines: str) -> bytes:
    """What Zadarma signs: values of some fields, which depend on the event.

    ``lines`` names them: ``event=FIELD VALUE: field field``; the line ``*: field`` is for all others.

    >>> lines = "event=START: caller did\\n*: caller"
    >>> fields_content({"event": "START", "caller": "1", "did": 2}, lines)
    b'12'
    >>> fields_content({"event": "END", "caller": "1", "did": 2}, lines)
    b'1'
    """
    for line in lines.splitlines():
        condition, _colon, names = line.partition(":")
        name, _equals, value = condition.strip().partition("=")
        if name == "*" or _at(params, name) == value:
            return "".join(_at(params, part) for part in names.split()).encode()
    return b""


def moment(text: str | None, zone) -> datetime | None:
    """A point in time as exchanges write it, in UTC without zone; None when there is none.

    >>> from datetime import timedelta, timezone
    >>> moscow = timezone(timedelta(hours=3))
    >>> for text in ("1767225600", "1767225600.25", "1767225600250", "2026-01-01 03:00:00",
    ...              "2026-01-01T00:00:00Z", "Thu, 01 Jan 2026 00:00:00 +0000"):
    ...     print(moment(text, moscow))
    2026-01-01 00:00:00
    2026-01-01 00:00:00.250000
    2026-01-01 00:00:00.250000
    2026-01-01 00:00:00
    2026-01-01 00:00:00
    2026-01-01 00:00:00
    >>> moment("yesterday", moscow), moment("9" * 30, moscow), moment(None, moscow)
    (None, None, None)
    """
    try:
        found = _moment((text or "").strip())
        if found is None:
            return None
        if found.tzinfo is None:
            found = zone.localize(found) if hasattr(zone, "localize") else found.replace(tzinfo=zone)
        return found.astimezone(timezone.utc).replace(tzinfo=None)
    except (ValueError, OverflowError, OSError):
        return None


def seconds(text: str | None) -> int | None:
    """
    >>> seconds("12"), seconds("12.9"), seconds("-3"), seconds("nan"), seconds("")
    (12, 12, None, None, None)
    """
    if not re.fullmatch(r"\d{1,9}(\.\d{1,9})?", text or ""):
        return None
    return min(int(float(text or "")), MAX_SECONDS)


def _moment(text: str) -> datetime | None:
    if re.fullmatch(r"\d{9,13}(\.\d{1,9})?", text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if number > 1e11 else number, timezone.utc)
    if text[:3].isalpha():
        return parsedate_to_datetime(text)
    return datetime.fromisoformat(re.sub(r"Z$", "+00:00", text)) if text else None


def _at(payload: object, path: str) -> str:
    """What stands at a dotted path, as short text; empty when it is no plain value."""
    if isinstance(payload, Mapping) and path in payload:
        payload = payload[path]
    else:
        for name in path.split("."):
            payload = payload.get(name) if isinstance(payload, Mapping) else None
    if payload is None or isinstance(payload, (bool, list, dict)):
        return ""
    text = str(payload)[:MAX_TEXT].replace("\x00", "").encode("utf-8", "ignore").decode()
    return text.strip()
