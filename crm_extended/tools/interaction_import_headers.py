"""Kernels of the import of interactions: what the header of a column means; no ORM."""

import difflib
import re
from collections.abc import Mapping, Sequence

#: What a column can be mapped to, with the headers that say so (normalised by `plain`).
HEADERS: Mapping[str, Sequence[str]] = {
    "external_id": (
        *("id", "call id", "callid", "unique id", "uniqueid", "external id", "event id", "record id"),
        *("ид", "идентификатор", "id звонка", "kennung", "anruf id"),
    ),
    "date": (
        *("date", "date time", "datetime", "date and time", "day", "calldate", "call date", "call time"),
        *("start", "start time", "started", "started at", "created", "created at", "timestamp", "when"),
        *("дата", "дата и время", "дата время", "дата звонка", "начало", "datum", "datum uhrzeit", "beginn"),
    ),
    "time": ("time", "hour", "time of day", "время", "время звонка", "uhrzeit", "zeit"),
    "type": ("type", "kind", "channel", "тип", "вид", "канал", "typ", "art", "kanal"),
    "direction": ("direction", "in out", "call direction", "call type", "направление", "richtung"),
    "duration": (
        *("duration", "length", "talk time", "talktime", "billsec", "call duration", "seconds", "minutes"),
        *(
            "длительность",
            "продолжительность",
            "время разговора",
            "dauer",
            "gesprachsdauer",
            "gesprächsdauer",
        ),
    ),
    "caller": (
        *("from", "caller", "src", "source", "calling number", "caller number", "caller id", "a number"),
        *("от", "кто звонил", "откуда", "звонящий", "anrufer", "von"),
    ),
    "callee": (
        *("to", "callee", "dst", "destination", "called number", "dialed number", "b number"),
        *("кому", "куда", "кому звонили", "angerufener", "an", "ziel"),
    ),
    "phone": (
        *("phone", "phone number", "number", "telephone", "tel", "mobile", "cell", "contact phone", "msisdn"),
        *(
            "телефон",
            "номер",
            "номер телефона",
            "мобильный",
            "telefon",
            "rufnummer",
            "telefonnummer",
            "handy",
        ),
    ),
    "email": (
        *("email", "e mail", "mail", "email address", "e mail address", "contact email"),
        *("почта", "эл почта", "электронная почта", "адрес почты", "e mail adresse"),
    ),
    "partner": (
        *("partner", "customer", "client", "contact", "name", "company", "contact name", "customer name"),
        *("account", "supplier", "организация", "контрагент", "клиент", "контакт", "имя", "компания"),
        *("kunde", "firma", "kontakt", "lieferant"),
    ),
    "reference": (
        *("reference", "ref", "customer number", "customer no", "customer code", "account number", "code"),
        *("код", "код клиента", "номер клиента", "kundennummer", "kunden nr"),
    ),
    "vat": ("vat", "tax id", "vat number", "vat no", "tin", "инн", "ust id", "ustid", "steuernummer"),
    "user": (
        *("user", "agent", "responsible", "employee", "owner", "operator", "salesperson", "handled by"),
        *("сотрудник", "ответственный", "менеджер", "оператор", "mitarbeiter", "bearbeiter"),
    ),
    "subject": ("subject", "title", "summary", "тема", "предмет", "betreff", "titel"),
    "description": (
        *("description", "note", "notes", "comment", "comments", "text", "details", "body"),
        *("описание", "комментарий", "заметка", "примечание", "notiz", "bemerkung", "beschreibung"),
    ),
    "topic": ("topic", "category", "reason", "причина", "категория", "thema", "kategorie"),
    "outcome": ("outcome", "result", "disposition", "status", "итог", "результат", "статус", "ergebnis"),
}
UNITS = {
    "seconds": ("sec", "second", "seconds", "billsec", "s", "сек", "секунд", "с", "sek"),
    "minutes": ("min", "mins", "minute", "minutes", "мин", "минут"),
    "hours": ("h", "hour", "hours", "час", "часов", "std", "stunden"),
}


def plain(text: str) -> str:
    """A header without case, punctuation and what stands in brackets.

    >>> plain("  Start_Time (UTC) "), plain("E-Mail:"), plain("Счёт №")
    ('start time', 'e mail', 'счет')
    """
    text = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", text.casefold().replace("ё", "е"))
    return " ".join(re.findall(r"\w+", text.replace("_", " ")))


def guess_targets(headers: Sequence[str]) -> list[str | None]:
    """What each column is, by its header; the better spelling wins a target that two columns want.

    >>> guess_targets(["CallDate", "src", "dst", "Billsec", "Дата", "Telefon-Nr.", "weather"])
    ['date', 'caller', 'callee', 'duration', None, 'phone', None]
    >>> guess_targets(["Phone", "phone", "Subjct"])
    ['phone', None, 'subject']
    """
    known = {name: target for target, names in HEADERS.items() for name in (*names, plain(target))}
    found: list[str | None] = [None] * len(headers)
    for exact in (True, False):
        for index, header in enumerate(headers):
            name = plain(header)
            if exact:
                target = known.get(name)
            else:
                close = difflib.get_close_matches(name, known, 1, 0.82) if len(name) > 3 else []
                target = known[close[0]] if close and not found[index] else None
            if target and target not in found:
                found[index] = target
    return found


def guess_unit(header: str) -> str:
    """The unit of a duration, by its header; call logs count seconds.

    >>> [guess_unit(text) for text in ("Duration (min)", "Длительность, сек", "Dauer [Std]", "Length")]
    ['minutes', 'seconds', 'hours', 'seconds']
    """
    words = re.findall(r"\w+", header.casefold())
    return next((unit for unit, names in UNITS.items() if set(words) & set(names)), "seconds")


def is_header(cells: Sequence[str]) -> bool:
    """Whether a first row names the columns: at least one name is known, or nothing looks like data.

    >>> is_header(["Date", "Phone"]), is_header(["2026-01-02 10:00", "+7 495 1234567"])
    (True, False)
    >>> is_header(["Zeitpunkt", "Wer"]), is_header(["", ""])
    (True, False)
    """
    filled = [cell for cell in cells if cell.strip()]
    if not filled:
        return False
    data = [c for c in filled if "@" in c or re.search(r"\d{5}", re.sub(r"[\s()/.:-]", "", c))]
    return not data
