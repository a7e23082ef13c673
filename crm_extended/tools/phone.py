"""Phone numbers as people type them and as exchanges send them; no ORM, no library.

A number is compared by its key: ``+`` and the digits of E.164 when they can be known, the bare
digits otherwise. Bare keys are local numbers, extensions, and numbers of an unknown country.
"""

import re
import unicodedata
from dataclasses import dataclass

#: Digits of a complete E.164 number, country code included.
MIN_DIGITS, MAX_DIGITS = 7, 15
#: A part of a text with fewer digits is not a phone number of its own.
MIN_PART = 6
#: Nobody writes longer numbers; what is longer is cut, so that garbage costs nothing.
MAX_TEXT = 64

_TWO_DIGITS = """
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65 66
81 82 84 86 90 91 92 93 94 95 98
"""
_WITHOUT_TRUNK = """
30 34 39 45 47 48 52 56 65 351 352 354 356 357 371 372 377 378 420 501 502 503 504 505 506 507
590 852 853 961 965 968 973 974
"""
#: Country codes of two digits; 1 and 7 stand alone, all others have three.
_CODES = frozenset(_TWO_DIGITS.split())
#: What is dialled before an area code at home; elsewhere "0".
_TRUNK = {
    **dict.fromkeys(_WITHOUT_TRUNK.split(), ""),
    "1": "1",
    "7": "8",
    "36": "06",
    "370": "8",
    "375": "80",
    "992": "8",
    "993": "8",
}
#: What is dialled before a country code at home, beside "00".
_EXIT = {
    "1": ("011",),
    "7": ("810",),
    "61": ("0011",),
    "81": ("010",),
    "375": ("810",),
    "992": ("810",),
    "993": ("810",),
    "65": ("001", "002"),
    "66": ("001",),
    "852": ("001",),
}
#: Number of digits behind the country code, where all numbers have as many.
_LENGTH = {
    "1": (10,),
    "7": (10,),
    "30": (10,),
    "33": (9,),
    "34": (9,),
    "41": (9,),
    "45": (8,),
    "47": (5, 8),
    "48": (9,),
    "351": (9,),
    "375": (9,),
    "380": (9,),
    "420": (9,),
}
_EXTENSION = re.compile(
    r"(?:;\s*ext\s*=|\b(?:ext(?:ension)?|extn|доб(?:авочный)?|вн(?:утр)?|durchwahl|dw|poste|int)\b[.:]?|\bx|#|,+|;)"
    r"\s*(\d{1,8})\s*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[;\n\r|]|,\s|\s/\s|/|\s(?:or|oder|или|ou|und|and|и)\s", re.IGNORECASE)


@dataclass(frozen=True)
class Phone:
    """A number taken apart: ``e164`` is empty when its country is not known."""

    digits: str
    e164: str = ""
    extension: str = ""

    @property
    def key(self) -> str:
        return self.e164 or self.digits


def parse(text: str | None, country_code: str | int | None = None) -> Phone:
    """Read a number; ``country_code`` (as in +7) is that of whoever wrote it.

    >>> parse("8 (495) 123-45-67", 7).key == parse("+7 495 1234567").key == "+74951234567"
    True
    >>> [parse(text, 49).key for text in ("030/123456", "+49 (0)30 123456", "0049.30.123456", "123456")]
    ['+4930123456', '+4930123456', '+4930123456', '123456']
    >>> [parse(text, 1).key for text in ("(212) 555-0100", "1-212-555-0100", "011 44 20 7946 0958")]
    ['+12125550100', '+12125550100', '+442079460958']
    >>> parse("8~10 44 20 7946 0958", 7).key
    '+442079460958'
    >>> parse("020 7946 0958 ext. 12", 44)
    Phone(digits='02079460958', e164='+442079460958', extension='12')
    >>> parse("tel:+7-495-123-45-67;ext=101")
    Phone(digits='74951234567', e164='+74951234567', extension='101')
    >>> parse("٠٣٠ ١٢٣٤٥٦", 49).key, parse("no phone", 49).key, parse(None).key
    ('+4930123456', '', '')
    >>> parse("06 698 12345", 39).key, parse("06 1 234 5678", 36).key
    ('+390669812345', '+3612345678')
    """
    text = _plain(text)
    text, extension = _without_extension(text)
    text = re.sub(r"\((0)\)", "", text) if re.match(r"\s*(\+|00)", text) else text
    digits = re.sub(r"\D", "", text)
    code = str(country_code or "")
    international = _international(text, digits, code)
    e164 = _complete(international) or ("" if international else _national(digits, code))
    return Phone(digits[:MAX_TEXT], e164, extension)


def keys(text: str | None, country_code: str | int | None = None) -> list[str]:
    """Keys under which a caller's number may be stored, the surest first.

    Exchanges leave out the plus and even the country; people store numbers without their country.

    >>> keys("84951234567", 7)
    ['+74951234567', '84951234567', '+84951234567', '4951234567', '74951234567']
    >>> keys("74951234567", 49)[:3]
    ['+4974951234567', '74951234567', '+74951234567']
    >>> keys("anonymous", 7)
    []
    """
    phone = parse(text, country_code)
    if not phone.digits:
        return []
    found = [phone.key, phone.digits, _complete(phone.digits)]
    if phone.e164:
        code = split(phone.e164)
        national = phone.e164[1 + len(code) :]
        found += [national, _TRUNK.get(code, "0") + national, code + national]
    return [key for key in dict.fromkeys(found) if key]


def split(e164: str) -> str:
    """Country code of a complete number.

    >>> split("+74951234567"), split("+4930123456"), split("+375171234567")
    ('7', '49', '375')
    """
    digits = e164.lstrip("+")
    if digits[:1] in ("1", "7"):
        return digits[0]
    return digits[:2] if digits[:2] in _CODES else digits[:3]


def numbers(text: str | None) -> list[str]:
    """Numbers in a field where people put several.

    >>> numbers("030 123456; 0171/2345678, +7 495 123-45-67")
    ['030 123456', '0171/2345678', '+7 495 123-45-67']
    >>> numbers("030/123456 ext. 5"), numbers("8 495 1234567 / 8 916 1234567")
    (['030/123456 ext. 5'], ['8 495 1234567', '8 916 1234567'])
    >>> numbers("+1 212 555 0100, 12"), numbers("")
    (['+1 212 555 0100, 12'], [])
    """
    text = (text or "")[: 8 * MAX_TEXT]
    found: list[str] = []
    start = 0
    for border in [*_BETWEEN.finditer(text), None]:
        end = border.start() if border else len(text)
        rest = text[border.end() :] if border else ""
        if border and min(_count(text[start:end]), _count(_behind(border, rest))) < MIN_PART:
            continue
        if part := text[start:end].strip():
            found.append(part[:MAX_TEXT])
        start = border.end() if border else end
    return found


def line(text: str | None) -> str:
    """The inner line that an exchange names, in all the ways exchanges name it.

    >>> [line(t) for t in ("101", "SIP/101-0000002a", "PJSIP/101", "sip:101@pbx.example:5060", " 1 01 ")]
    ['101', '101', '101', '101', '101']
    >>> line("client:ada"), line("+49 30 123456"), line(None)
    ('ada', '+4930123456', '')
    """
    text = _plain(text).strip()
    text = re.sub(r"^(?:sips?|client|tel):", "", text, flags=re.IGNORECASE)
    text = re.sub(r"@.*$", "", text)
    text = re.sub(r"^(?:PJ)?SIP/|^IAX2/|^Local/", "", text, flags=re.IGNORECASE)
    text = re.sub(r"-[0-9a-f]{8}$", "", text)
    return re.sub(r"[\s().\-]", "", text).lower()[:MAX_TEXT]


def line_key(text: str | None, country_code: str | int | None = None) -> str:
    """How an inner line is compared; a line may be a whole number, as with mobile phones.

    >>> line_key("SIP/101-0000002a", 7), line_key("8 916 123-45-67", 7), line_key("client:ada")
    ('101', '+79161234567', 'ada')
    """
    return parse(line(text), country_code).e164 or line(text)


def _plain(text: str | None) -> str:
    """Digits of all scripts as ASCII, and one kind of plus."""
    text = unicodedata.normalize("NFKC", (text or "")[:MAX_TEXT])
    return "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)


def _without_extension(text: str) -> tuple[str, str]:
    if (match := _EXTENSION.search(text)) and _count(text[: match.start()]) >= MIN_PART:
        return text[: match.start()], match[1]
    return text, ""


def _international(text: str, digits: str, code: str) -> str:
    """Digits behind the plus or what stands for it; empty when the number is a national one."""
    if re.match(r"\D*\+", text):
        return digits.removeprefix("00")
    for prefix in (*_EXIT.get(code, ()), "00"):
        if digits.startswith(prefix) and len(digits) > len(prefix) + MIN_DIGITS:
            return digits[len(prefix) :]
    return ""


def _complete(digits: str) -> str:
    if not MIN_DIGITS + 1 <= len(digits) <= MAX_DIGITS or digits.startswith("0"):
        return ""
    code = split(digits)
    lengths = _LENGTH.get(code)
    trunk = _TRUNK.get(code, "0")
    national = digits[len(code) :]
    if lengths and len(national) not in lengths:
        # "+7 8 495 …", "+33 01 …": the home prefix written behind the country code
        if not trunk or len(national.removeprefix(trunk)) not in lengths:
            return ""
        national = national.removeprefix(trunk)
    elif trunk == "0":
        national = national.removeprefix(trunk)
    return f"+{code}{national}"


def _national(digits: str, code: str) -> str:
    """The complete number of one that is written as at home; empty for local ones."""
    if not code:
        return ""
    trunk = _TRUNK.get(code, "0")
    lengths = _LENGTH.get(code)
    if trunk and digits.startswith(trunk) and _fits(digits[len(trunk) :], lengths, 6):
        return _complete(code + digits[len(trunk) :])
    if digits.startswith(code) and _fits(digits[len(code) :], lengths, 8):
        return _complete(digits)
    if not digits.startswith("0") or not trunk:
        # nine digits are no local number anywhere
        return _complete(code + digits) if _fits(digits, lengths, 9 if trunk else 8) else ""
    return ""


def _fits(national: str, lengths: tuple[int, ...] | None, at_least: int) -> bool:
    return len(national) in lengths if lengths else len(national) >= at_least


def _count(text: str) -> int:
    return len(re.findall(r"\d", text))


def _behind(border: re.Match, rest: str) -> str:
    """What must be a number for a border to be one: a slash or comma may stand inside of a number."""
    return rest if border[0] in ";\n\r|" else _BETWEEN.split(rest, maxsplit=1)[0]
