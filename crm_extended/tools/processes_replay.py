"""A run as it went, step by step, from what its register says; no ORM."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

#: What an event makes of its step, by the classes of the picture.
AFTER = {
    "entered": "now",
    "taken": "now",
    "given": "now",
    "retried": "now",
    "late": "late",
    "escalated": "late",
    "incident": "fault",
    "done": "done",
    "performed": "done",
    "elevated": "done",
    "skipped": "done",
    "returned": "done",
}
#: Events after which nothing is to be done any more.
OVER = {"finished", "cancelled"}


@dataclass(frozen=True)
class Frame:
    """One event, and how the picture looks after it."""

    number: int
    kind: str
    ref: str
    states: Mapping[str, str] = field(default_factory=dict)


def replay(events: Iterable[tuple[str, str]]) -> list[Frame]:
    """Return a frame for each event.

    :param events: (kind, id of the step in the drawing or ""), the oldest first

    >>> [frame.states for frame in replay([("started", ""), ("entered", "a"), ("late", "a"), ("done", "a")])]
    [{}, {'a': 'now'}, {'a': 'late'}, {'a': 'done'}]
    >>> replay([("entered", "a"), ("cancelled", "")])[-1].states
    {'a': ''}
    """
    frames, states = [], {}
    for number, (kind, ref) in enumerate(events):
        if ref and kind in AFTER:
            states = {**states, ref: AFTER[kind]}
        elif kind in OVER:
            # what was not done is not to be done any more
            states = {id_: state if state == "done" else "" for id_, state in states.items()}
        frames.append(Frame(number, kind, ref, states))
    return frames
