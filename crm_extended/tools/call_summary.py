"""What is known of a call, computed from the set of its events; plain data only.

Messages of an exchange come twice, late and in any order: only the set counts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

_TEXTS = ("direction", "caller", "cause")
_NUMBERS = ("ring", "talk", "hold")
#: What one call may say; an exchange that says more is broken, and the rest is not kept.
MAX_EVENTS = 100
#: A message may be that late. An exchange whose clock is further off is not asked for the time.
MAX_DELAY = timedelta(days=1)
MAX_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True)
class Event:
    """One message: when the exchange says that it was (``at``), and when it came (``received``)."""

    event: str
    received: datetime
    at: datetime | None = None
    direction: str = ""
    caller: str = ""
    to: str = ""
    answered_by: str = ""
    cause: str = ""
    ring: int | None = None
    talk: int | None = None
    hold: int | None = None

    @property
    def same(self):
        return self.event, self.at, self.to, self.answered_by

    def to_json(self) -> dict:
        moments = {"at": self.at and self.at.isoformat(), "received": self.received.isoformat()}
        rest = {name: getattr(self, name) for name in (*_TEXTS, *_NUMBERS)}
        values = {"event": self.event, "to": self.to, "answered_by": self.answered_by, **moments, **rest}
        return {name: value for name, value in values.items() if value not in (None, "")}

    @classmethod
    def from_json(cls, values: Mapping) -> "Event":
        at = values.get("at")
        return cls(
            **{
                **values,
                "received": datetime.fromisoformat(values["received"]),
                "at": at and datetime.fromisoformat(at),
            }
        )


def add(events: Iterable[Event], new: Event) -> list[Event]:
    """The set with one more event; one that came before changes nothing but fills in what was open.

    >>> first = Event("hangup", datetime(2026, 1, 1, 9), cause="busy")
    >>> add([first], Event("hangup", datetime(2026, 1, 1, 10), cause="busy")) == [first]
    True
    """
    by_key = {event.same: event for event in events}
    if old := by_key.get(new.same):
        new = replace(
            new,
            received=min(old.received, new.received),
            **{name: max(getattr(old, name), getattr(new, name)) for name in _TEXTS},
            **{name: _largest((old, new), name) for name in _NUMBERS},
        )
    elif len(by_key) >= MAX_EVENTS:
        return list(by_key.values())
    by_key[new.same] = new
    return sorted(by_key.values(), key=lambda event: _order(event, dated=False))


@dataclass(frozen=True)
class Summary:
    """What is known of a call. Moments are in the server's time, durations in seconds."""

    state: str
    direction: str
    caller: str
    called: str
    targets: tuple[str, ...]
    start: datetime
    answer: datetime | None
    end: datetime | None
    ring: int
    talk: int
    hold: int
    cause: str
    answered_by: str
    clock: int


def summarise(events: Sequence[Event]) -> Summary:
    """Add up a call. The same for any order in which its events came, and however often.

    Durations are differences on one clock: the exchange's, when it dates all its events, else ours.
    An exchange that dates a message after it came has a fast clock: all its moments are shifted back,
    so that the message that was fastest came at once. One that is slow cannot be told from messages
    that came late, and is believed.

    >>> nine = datetime(2026, 1, 1, 9)
    >>> def event(name, at, **values):
    ...     return Event(name, nine + timedelta(seconds=at), nine + timedelta(hours=3, seconds=at), **values)
    >>> call = summarise([event("hangup", 70), event("newCall", 0), event("answer", 10, answered_by="101")])
    >>> call.state, call.ring, call.talk, str(call.start), call.answered_by, call.clock
    ('ended', 10, 60, '2026-01-01 09:00:00', '101', 10800)
    """
    found, dated = list(events), _dated(events)
    found.sort(key=lambda event: _order(event, dated))
    difference = max(event.at - event.received for event in found) if dated else timedelta()
    shift = max(difference, timedelta())

    def when(event: Event) -> datetime:
        return event.at - shift if dated else event.received

    answers = [event for event in found if event.event == "answer"]
    ends = [event for event in found if event.event == "hangup"]
    calls = [event for event in found if event.event == "newCall"]
    start = when((calls or found)[0])
    end = when(ends[-1]) if ends else None
    answer = when(answers[0]) if answers else None
    given = {name: _largest(found, name) for name in ("ring", "talk", "hold")}
    hold = given["hold"] if given["hold"] is not None else _held(found, when, end)
    ring, talk = _durations(start, answer, end, hold)
    if given["talk"] is not None:
        talk = given["talk"]
    return Summary(
        state="ended" if ends else "answered" if answers else "ringing",
        direction=_first(calls, found, "direction"),
        caller=_first(calls, found, "caller"),
        called=_first(calls, found, "to"),
        targets=tuple(dict.fromkeys(event.to for event in calls if event.to)),
        start=start,
        answer=answer,
        end=end,
        ring=given["ring"] if given["ring"] is not None else ring,
        talk=talk,
        hold=hold,
        cause=max((e.cause for e in ends), default=""),
        # who spoke last has the call: it may have been put through
        answered_by=next((e.answered_by for e in reversed(answers) if e.answered_by), ""),
        clock=round(difference.total_seconds()),
    )


def _durations(start, answer, end, hold) -> tuple[int, int]:
    """Seconds of ringing and of talking; an answer that is known alone rang for no known time."""
    ring_end = answer or end
    ring = max(0, round((ring_end - start).total_seconds())) if ring_end else 0
    talk = max(0, round((end - answer).total_seconds()) - hold) if end and answer else 0
    return min(ring, MAX_SECONDS), min(talk, MAX_SECONDS)


def _dated(events: Iterable[Event]) -> bool:
    """Whether the exchange tells when everything was, with a clock that can be taken seriously."""
    return all(event.at and abs(event.at - event.received) <= MAX_DELAY for event in events)


def _order(event: Event, dated: bool):
    moment = event.at if dated else event.received
    return moment, event.received, event.event, event.to, event.answered_by


def _first(calls: list[Event], events: list[Event], name: str) -> str:
    """What the messages that announce the call say, else what any says."""
    return next((value for event in (*calls, *events) if (value := getattr(event, name))), "")


def _held(events: list[Event], when, end) -> int:
    total, since = 0.0, None
    for event in events:
        if event.event == "hold" and since is None:
            since = when(event)
        elif event.event == "resume" and since is not None:
            total += (when(event) - since).total_seconds()
            since = None
    if since is not None and end and end > since:
        total += (end - since).total_seconds()
    return min(max(0, round(total)), MAX_SECONDS)


def _largest(events: Iterable[Event], name: str) -> int | None:
    return max((v for e in events if (v := getattr(e, name)) is not None), default=None)
