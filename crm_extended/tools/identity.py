"""When two records are the same person or company: comparable forms of what they are known by; no ORM.

Each form is compared for equality by an index. Likeness of names is that of PostgreSQL's trigrams,
computed here, so that a database without them gives the same answer for the same two names.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field

#: Names this much alike may be one name with a typing error.
LIKE = 0.6
#: Shorter names are alike by chance.
MIN_LIKE = 6
#: Cut, so that garbage costs nothing.
MAX_TEXT = 128

_NUMBERS = re.compile(r"\d+")
#: Legal forms as words without points; several words are one form when they stand together.
_FORMS = """
ab|aktiebolag|aktiengesellschaft|ag|ag co kg|a s|as|aps|asbl|bhd|bv|bvba|b v|co|co kg|co ltd|coop
|company|corp|corporation|cv|cvba|dac|dba|doo|d o o|ead|ek|ev|e k|e v|eg|eirl|eood|eurl|gbr|gesmbh
|gmbh|gmbh co|gmbh co kg|gmbh co ohg|ggmbh|hb|inc|incorporated|is|jsc|kb|kft|kg|kgaa|kk|k s|ks|lda
|limited|limited liability company|llc|llp|lp|ltd|ltda|mbh|nv|n v|oao|oeg|og|ohg|ojsc|ood|ooo|oü|ou
|oy|oyj|pao|plc|pllc|private limited|pte|pte ltd|pty|pty ltd|pvt|pvt ltd|pvt limited|pjsc|s a|s a s|sa
|sa de cv|sagl|sapa|sarl|sas|sasu|scea|sci|sc|se|sia|sl|slu|snc|societe anonyme|sp j|sp k|sp z o o
|sp z oo|spa|spol s r o|spolka z o o|srl|s r l|s r o|sro|s l|tmi|too|uab|ug|vof|zao|zrt
|ао|зао|ип|нко|оао|ооо|пао|тоо|чп|акционерное общество|закрытое акционерное общество
|индивидуальный предприниматель|общество с ограниченной ответственностью
|открытое акционерное общество|публичное акционерное общество
|товарищество с ограниченной ответственностью
"""
_LONG_FORMS = sorted(
    (tuple(form.split()) for form in " ".join(_FORMS.split()).split("|")), key=len, reverse=True
)
_FORM_SET = frozenset(tuple(word.strip() for word in form) for form in _LONG_FORMS)
_LONGEST = max(map(len, _FORM_SET))
_LINKS = frozenset(["and", "et", "i", "e", "en", "och", "og", "und", "y", "и", "і"])
#: Letters that are no letter with a mark.
_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ħ": "h", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d", "ё": "е"}
)
#: Letters that are taken for one another, each as the first of its group; vowels are left out.
_SOUNDS = {
    letter: group[0]
    for group in ("bp", "ckgqx", "dt", "fvw", "sz", "mn", "лl", "рr", "бп", "гкх", "дт", "вф", "зсц", "мн")
    for letter in group
}
_SILENT = frozenset("aeiouyhаеиоуыэюяйьъ")
_EUROPEAN = frozenset(
    [
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "EL",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "XI",
    ]
)


def name_words(name: str | None) -> list[str]:
    """Words of a name: no case, marks, points and legal forms, in the order in which they stand.

    >>> name_words("Wattenmoor Kühlhaus GmbH & Co. KG"), name_words("ООО «Ромашка»")
    (['wattenmoor', 'kuhlhaus'], ['ромашка'])
    >>> name_words("Jaworzyna Opakowania sp. z o.o."), name_words("S.A. Łódź")
    (['jaworzyna', 'opakowania'], ['lodz'])
    >>> name_words("AB"), name_words("O'Dunnigan & Sons"), name_words(None)
    (['ab'], ['odunnigan', 'sons'], [])
    """
    text = unicodedata.normalize("NFKD", (name or "")[:MAX_TEXT].casefold())
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(_LETTERS)
    text = re.sub(r"['’`´]", "", text)
    # letters with points between them are one word: s.r.l.
    text = re.sub(r"\b(?:\w\.){2,}", lambda match: match[0].replace(".", "") + " ", text)
    words = re.findall(r"\w+", text.replace("_", " "))
    return _without_forms(words) or words


def name_key(name: str | None) -> str:
    """The same for all ways to write a name: words in order of the alphabet.

    >>> name_key("Kern, Ada") == name_key("ada KERN") == "ada kern"
    True
    >>> name_key("Müller und Söhne GmbH") == name_key("Mueller & Söhne")
    False
    >>> name_key("Müller & Söhne GmbH"), name_key(" - ")
    ('muller sohne', '')
    """
    return " ".join(sorted(name_words(name)))


def sound_key(name: str | None) -> str:
    """A coarser form that most typing errors leave as it is.

    >>> sound_key("Nordwind Logistics") == sound_key("Nortwint Logisticks") == sound_key("Nordwnd Logistic s")
    False
    >>> sound_key("Nordwind Logistics") == sound_key("Nordvint Loggistics") == sound_key("Nordwind Lugistics")
    True
    >>> sound_key("Ивановв Пётр") == sound_key("Ивонов Петр"), sound_key("Ao"), sound_key("")
    (True, 'a', '')
    """
    return " ".join(sorted(filter(None, map(_sound, name_words(name)))))


def email_keys(addresses: Iterable[str | None]) -> list[str]:
    """Addresses that the host has normalised; those of robots name nobody.

    >>> email_keys(["Ada@Example.com", "ada@example.com ", "noreply@example.com", None, "x"])
    ['ada@example.com']
    """
    found = [(address or "").strip().lower() for address in addresses]
    return list(dict.fromkeys(key for key in found if "@" in key and not _ROBOT.match(key)))


_ROBOT = re.compile(r"(?:no-?reply|do-?not-?reply|mailer-daemon|postmaster)@")


def tax_key(number: str | None, country_code: str | None = None) -> str:
    """A tax number without what stands for its country, so that it meets those written at home.

    >>> tax_key("DE 123.456-789"), tax_key("123456789", "DE"), tax_key("EL123456789", "GR")
    ('123456789', '123456789', '123456789')
    >>> tax_key("RU7701234567", "RU"), tax_key("7701234567", "RU"), tax_key("/"), tax_key("N/A")
    ('7701234567', '7701234567', '', '')
    """
    text = re.sub(r"[\W_]", "", (number or "")[:MAX_TEXT].upper())
    code = (country_code or "").upper()
    if text[:2] in _EUROPEAN | {code} and text[:2].isalpha() and len(text) > 6:
        text = text[2:]
    return text if len(text) >= 5 and any(char.isdigit() for char in text) else ""


def likeness(one: str, other: str) -> float:
    """Share of three-letter pieces that two keys of names have in common, from 0 to 1.

    >>> likeness("logistics nordwind", "logistics nordwind"), likeness("word", "two words")
    (1.0, 0.36363636363636365)
    >>> likeness("", "a"), likeness("1 north shop", "2 north shop")  # numbers tell apart
    (0.0, 0.0)
    """
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return 0.0
    left, right = _trigrams(one), _trigrams(other)
    return len(left & right) / len(left | right) if left and right else 0.0


@dataclass(frozen=True)
class Known:
    """What is known of one side of a pair."""

    is_company: bool = False
    commercial_id: int = 0
    tax: str = ""
    country_id: int = 0


@dataclass(frozen=True)
class Verdict:
    """How sure it is that two are one (0–100), and by what."""

    score: int = 0
    reasons: list[str] = field(default_factory=list)


#: How sure a reason alone makes, of companies and of persons.
_WEIGHTS = {
    "tax": (0.90, 0.90),
    "bank": (0.70, 0.70),
    "email": (0.70, 0.75),
    "phone": (0.50, 0.50),
    "name": (0.65, 0.40),
    "like": (0.60, 0.30),
}
#: What people of one company share without being one.
_SHARED = frozenset(("tax", "bank", "email", "phone"))


def judge(one: Known, other: Known, hits: dict[str, float]) -> Verdict:
    """Weigh what two records have in common.

    :param hits: reason -> likeness (1 when equal); reasons are those of ``_WEIGHTS``

    >>> company = Known(is_company=True, commercial_id=1)
    >>> twin = Known(is_company=True, commercial_id=2)
    >>> judge(company, twin, {"name": 1}), judge(company, twin, {"name": 1, "phone": 1}).score
    (Verdict(score=65, reasons=['name']), 82)
    >>> judge(company, twin, {"name": 1, "like": 1}).reasons  # the name counts once
    ['name']

    Two persons of one name are often two; in one company they are one. Colleagues share much else:

    >>> ada, eve = Known(commercial_id=1), Known(commercial_id=2)
    >>> judge(ada, eve, {"name": 1}).score, judge(ada, Known(commercial_id=1), {"name": 1}).score
    (40, 65)
    >>> judge(ada, Known(commercial_id=1), {"phone": 1, "email": 1, "tax": 1})
    Verdict(score=0, reasons=[])

    Different tax numbers of one country speak against it:

    >>> a = Known(is_company=True, commercial_id=1, tax="123456", country_id=5)
    >>> b = Known(is_company=True, commercial_id=2, tax="654321", country_id=5)
    >>> judge(a, b, {"name": 1}).score, judge(a, b, {"tax": 1}).score
    (26, 90)
    """
    same_house = bool(one.commercial_id) and one.commercial_id == other.commercial_id
    counted = {reason: how for reason, how in hits.items() if not (same_house and reason in _SHARED)}
    if not counted or (same_house and "name" not in counted and "like" not in counted):
        return Verdict()
    if "name" in counted:
        counted.pop("like", None)
    doubt = 1.0
    for reason, how in counted.items():
        # a name that is just alike enough counts nearly as one that is much alike
        doubt *= 1 - _weight(reason, one, other, same_house) * (0.75 + 0.25 * how)
    sure = 1 - doubt
    if "tax" not in counted and _differ_in_tax(one, other):
        sure *= 0.4
    return Verdict(int(100 * sure), [reason for reason in _WEIGHTS if reason in counted])


def _weight(reason: str, one: Known, other: Known, same_house: bool) -> float:
    company, person = _WEIGHTS[reason]
    if one.is_company and other.is_company:
        return company
    if one.is_company != other.is_company and reason not in ("tax", "bank"):
        # a company and its owner, or one of them entered in the wrong way
        return 0.7 * (company if reason in ("name", "like") else person)
    return company if same_house else person


def _differ_in_tax(one: Known, other: Known) -> bool:
    same_country = not one.country_id or not other.country_id or one.country_id == other.country_id
    return bool(one.tax and other.tax and one.tax != other.tax and same_country)


def _without_forms(words: list[str]) -> list[str]:
    """Leave out legal forms and what links words; the longest form first."""
    left, position = [], 0
    words = [word for word in words if word not in _LINKS] or words
    while position < len(words):
        for length in range(min(_LONGEST, len(words) - position), 0, -1):
            if tuple(words[position : position + length]) in _FORM_SET:
                position += length
                break
        else:
            left.append(words[position])
            position += 1
    return left


def _sound(word: str) -> str:
    first, rest = word[0], word[1:]
    letters = [_SOUNDS.get(letter, letter) for letter in [first, *(c for c in rest if c not in _SILENT)]]
    return "".join(a for a, b in zip(letters, [*letters[1:], ""], strict=True) if a != b)


def _trigrams(key: str) -> set[str]:
    return {f"  {word} "[i : i + 3] for word in key.split() for i in range(len(word) + 1)}
