"""When a figure is such that somebody has to be told."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Rule:
    """What breaks a rule.

    `kind`: below or above the `limit`; under a `share` of the target, or heading for it; falling or rising
    so many `times` in a row.
    """

    kind: str
    limit: float = 0.0
    share: float = 1.0
    times: int = 3


def is_broken(
    rule: Rule,
    values: Sequence[float | None],
    reached: float | None = None,
    heading: float | None = None,
) -> bool | None:
    """Return whether figures break a rule; None where that cannot be said.

    :param values: of one period after the other, the newest last
    :param reached: which share of its target the newest has reached
    :param heading: which share it will have reached when the period is over

    >>> is_broken(Rule("below", limit=10), [9]), is_broken(Rule("below", limit=10), [10])
    (True, False)
    >>> is_broken(Rule("above", limit=10), [None]) is None
    True
    >>> is_broken(Rule("target", share=0.9), [80], reached=0.8)
    True
    >>> is_broken(Rule("forecast"), [60_000], reached=0.4, heading=0.93)
    True

    Three falls in a row need four figures, each smaller than the one before:

    >>> is_broken(Rule("falling", times=3), [9, 8, 7, 6]), is_broken(Rule("falling", times=3), [9, 8, 8, 6])
    (True, False)
    >>> is_broken(Rule("falling", times=3), [8, 7, 6]) is None
    True
    >>> is_broken(Rule("rising", times=1), [5, 6])
    True
    """
    if rule.kind in ("target", "forecast"):
        share = reached if rule.kind == "target" else heading
        return None if share is None else round(share, 9) < rule.share
    if rule.kind in ("falling", "rising"):
        return _goes_on(values, rule.times, 1 if rule.kind == "rising" else -1)
    newest = values[-1] if values else None
    if newest is None:
        return None
    return newest < rule.limit if rule.kind == "below" else newest > rule.limit


def _goes_on(values: Sequence[float | None], times: int, sign: int) -> bool | None:
    last = values[-times - 1 :]
    known = [value for value in last if value is not None]
    if len(known) <= times:
        return None
    return all((after - before) * sign > 0 for before, after in zip(known, known[1:], strict=False))
