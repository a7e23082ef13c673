"""Achievement, curves, scores, forecasts and shares: the arithmetic of targets and bonuses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Weights are typed in per cent: thirds do not make exactly one.
WEIGHT_TOLERANCE = 0.0005


def achievement(
    fact: float | None,
    plan: float | None,
    direction: str = "more",
    low: float = 0.0,
    high: float = 0.0,
) -> float | None:
    """Return how far a target is reached: 1 is the target itself; None where that cannot be said.

    More is better: fact over plan. Less is better: what is under plan counts as much above one.

    >>> achievement(120, 100), achievement(80, 100, "less"), achievement(250, 100, "less")
    (1.2, 1.2, 0.0)

    In a band all is one between its limits, and outside the nearer limit is the plan:

    >>> [achievement(fact, None, "band", 95, 105) for fact in (95, 100, 105, 47.5, 210)]
    [1.0, 1.0, 1.0, 0.5, 0.0]

    A planned loss is beaten by a smaller one. Of a plan of zero nobody can say a share:

    >>> achievement(-50, -100), achievement(-150, -100), achievement(5, 0), achievement(None, 100)
    (1.5, 0.5, None, None)
    """
    if fact is None:
        return None
    if direction == "band":
        if low <= fact <= high:
            return 1.0
        return achievement(fact, low) if fact < low else achievement(fact, high, "less")
    if not plan:
        return None
    ahead = (fact - plan) / abs(plan)
    return max(0.0, 1 - ahead if direction == "less" else 1 + ahead)


@dataclass(frozen=True)
class Curve:
    """What an achievement is worth.

    `threshold`: under it, nothing. `steps`: pairs of (from, worth), instead of a line. `accelerator`: how
    often each part above one counts. `cap`: never more; 0 for none.
    """

    threshold: float = 0.0
    cap: float = 0.0
    accelerator: float = 1.0
    steps: tuple[tuple[float, float], ...] = ()

    def worth(self, reached: float) -> float:
        """Return what an achievement is worth.

        >>> Curve().worth(0.8), Curve(threshold=0.8).worth(0.79), Curve(threshold=0.8).worth(0.8)
        (0.8, 0.0, 0.8)
        >>> Curve(accelerator=2).worth(1.1), Curve(accelerator=2, cap=1.5).worth(1.4)
        (1.2, 1.5)
        >>> steps = Curve(steps=((0.5, 0.25), (1, 1), (1.2, 1.5)))
        >>> [steps.worth(reached) for reached in (0.49, 0.5, 0.99, 1, 3)]
        [0.0, 0.25, 0.25, 1.0, 1.5]
        """
        if reached < self.threshold:
            return 0.0
        if self.steps:
            value = max(
                ((start, worth) for start, worth in self.steps if start <= reached), default=(0, 0.0)
            )[1]
        else:
            value = reached if reached <= 1 else 1 + (reached - 1) * self.accelerator
        value = round(value, 12)
        return float(min(value, self.cap) if self.cap else value)


@dataclass(frozen=True)
class Part:
    """A line of a scorecard: its weight (1 is all of it) and the worth of its achievement, if it has one."""

    weight: float
    worth: float | None


@dataclass(frozen=True)
class Score:
    """The score of a card, and the weight of the lines that could be measured."""

    value: float | None
    measured: float


def weights_fit(weights: Sequence[float]) -> bool:
    """Return whether weights make a whole.

    >>> weights_fit([0.5, 0.3, 0.2]), weights_fit([0.3333, 0.3333, 0.3333]), weights_fit([0.5, 0.4])
    (True, True, False)
    """
    return abs(math.fsum(weights) - 1) <= WEIGHT_TOLERANCE


def score(parts: Sequence[Part]) -> Score:
    """Return the weighted worth of a card's lines.

    >>> score([Part(0.5, 1.2), Part(0.3, 0.0), Part(0.2, 0.8)])
    Score(value=0.76, measured=1.0)

    A line that cannot be measured neither helps nor harms: the others share its weight.

    >>> score([Part(0.5, 1.2), Part(0.5, None)]), score([Part(1, None)])
    (Score(value=1.2, measured=0.5), Score(value=None, measured=0.0))
    """
    known = [part for part in parts if part.worth is not None]
    measured = math.fsum(part.weight for part in known)
    if not measured:
        return Score(None, 0.0)
    total = math.fsum(part.weight * part.worth for part in known)
    return Score(round(total / measured, 12), round(measured, 12))


def run_rate(fact: float, worked: float, total: float) -> float | None:
    """Return where a figure ends when it goes on as it did: per working day.

    >>> run_rate(60_000, 9, 21), run_rate(60_000, 0, 21)
    (140000.0, None)
    """
    return fact / worked * total if worked > 0 else None


def by_usual_share(fact: float, share: float | None) -> float | None:
    """Return where a figure ends when as much of it is there by today as usually is.

    >>> by_usual_share(30_000, 0.25), by_usual_share(30_000, 0)
    (120000.0, None)
    """
    return fact / share if share else None


def spread(total: float, weights: Sequence[float], rounding: float = 0.01) -> list[float]:
    """Return a total in parts after weights; they add up to it exactly.

    What rounding leaves over goes where most was cut off, to the first of equals:

    >>> spread(100, [1, 1, 1]), spread(-10, [1, 3], 1), spread(100, [0, 0])
    ([33.34, 33.33, 33.33], [-2.0, -8.0], [50.0, 50.0])
    >>> spread(1200, [1] * 12)[:2], spread(5, [])
    ([100.0, 100.0], [])
    """
    if not weights:
        return []
    whole = math.fsum(weights)
    if not whole:
        weights, whole = [1] * len(weights), len(weights)
    units = round(total / rounding)
    exact = [units * weight / whole for weight in weights]
    parts = [math.floor(round(value, 6)) for value in exact]
    left = units - sum(parts)
    order = sorted(range(len(parts)), key=lambda i: (round(parts[i] - exact[i], 6), i))
    for index in order[:left]:
        parts[index] += 1
    digits = max(0, len(f"{rounding:.6f}".rstrip("0").partition(".")[2]))
    return [float(round(part * rounding, digits)) for part in parts]


def rank(value: float, others: Sequence[float], direction: str = "more") -> int:
    """Return the place of a value among others; equal ones share the better place.

    >>> rank(80, [100, 80, 80, 10]), rank(5, [5, 9, 1], "less")
    (2, 2)
    """
    better = (
        (other > value for other in others) if direction != "less" else (other < value for other in others)
    )
    return 1 + sum(better)


def light(reached: float | None, amber: float = 0.8) -> str:
    """Return the traffic light of an achievement: "green", "amber", "red", or "" where there is none.

    >>> light(1.0), light(0.8), light(0.79), light(None)
    ('green', 'amber', 'red', '')
    """
    if reached is None:
        return ""
    if reached >= 1:
        return "green"
    return "amber" if reached >= amber else "red"


def sparkline(values: Sequence[float | None]) -> str:
    """Return a row of figures as small bars; a dot where there is none.

    >>> sparkline([1, 2, None, 8, 4]), sparkline([5, 5]), sparkline([])
    ('▁▂·█▄', '▅▅', '')
    """
    known = [value for value in values if value is not None]
    if not known:
        return "·" * len(values)
    low, width = min(known), max(known) - min(known)
    bars = "▁▂▃▄▅▆▇█"
    return "".join(
        "·" if value is None else bars[round((value - low) / width * 7)] if width else bars[4]
        for value in values
    )
