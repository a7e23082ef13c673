"""Kernels of tyres, batteries and other units on vehicles: places, wear, what is left; no ORM."""

from collections.abc import Sequence
from dataclasses import dataclass

#: Categories of vehicles -> the tread depth in mm below which a tyre may not be driven on.
TREAD_LIMITS = {
    "L": 0.8,
    "M1": 1.6,
    "M2": 2.0,
    "M3": 2.0,
    "N1": 1.6,
    "N2": 1.0,
    "N3": 1.0,
    "O1": 1.6,
    "O2": 1.6,
    "O3": 1.0,
    "O4": 1.0,
}
#: Days of an average month.
MONTH = 365.25 / 12
#: How much tread above the limit, in mm, and how much wear, call for a new unit soon.
SOON_TREAD = 1.0
SOON_WORN = 0.9


@dataclass(frozen=True)
class Wheel:
    """A place for a tyre: axle from the front, side as seen by the driver, outer or inner of a pair."""

    code: str
    axle: int
    side: str


def wheels(pattern: str) -> list[Wheel]:
    """Return the places of tyres on axles, each with so many wheels, from the front left.

    >>> [wheel.code for wheel in wheels("2+4")]
    ['1L', '1R', '2LO', '2LI', '2RI', '2RO']
    >>> [wheel.code for wheel in wheels("1+1")], wheels("2")[1].side
    (['1', '2'], 'right')
    >>> wheels("2+3")
    Traceback (most recent call last):
        ...
    ValueError: 2+3
    """
    by_count = {
        "1": (("", "middle"),),
        "2": (("L", "left"), ("R", "right")),
        "4": (("LO", "left"), ("LI", "left"), ("RI", "right"), ("RO", "right")),
    }
    counts = [part.strip() for part in pattern.split("+")]
    if not all(count in by_count for count in counts):
        raise ValueError(pattern)
    return [
        Wheel(f"{axle}{code}", axle, side)
        for axle, count in enumerate(counts, start=1)
        for code, side in by_count[count]
    ]


def norm(life: float, *factors: float) -> float:
    """Return how far a unit runs before it is worn, on the roads and in the work of a vehicle.

    >>> round(norm(100_000, 0.95, 0.95), 6)
    90250.0
    """
    for factor in factors:
        life *= factor
    return life


def cost_a_km(value: float, distance: float) -> float:
    """Return what a kilometre costs, by the norm or by what it ran.

    >>> round(cost_a_km(36_000, 90_250), 4), cost_a_km(36_000, 0)
    (0.3989, 0.0)
    """
    return value / distance if distance > 0 else 0.0


@dataclass(frozen=True)
class Stretch:
    """Use of a unit on one vehicle: what it ran and for how long, each with its norm; 0 means none."""

    distance: float = 0.0
    norm_distance: float = 0.0
    months: float = 0.0
    norm_months: float = 0.0


def worn(stretches: Sequence[Stretch]) -> float:
    """Return how much of its life a unit has used up: by distance or by age, whichever is more.

    >>> round(100 * worn([Stretch(12_500, 90_250)]), 2)
    13.85
    >>> round(worn([Stretch(12_500, 90_250), Stretch(20_000, 100_000)]), 4)
    0.3385

    A battery with 36 months and 150,000 km, after 10 months and 30,000 km, is worn by age:

    >>> round(worn([Stretch(30_000, 150_000, 10, 36)]), 4)
    0.2778
    """
    by_distance = sum(s.distance / s.norm_distance for s in stretches if s.norm_distance > 0)
    by_age = sum(s.months / s.norm_months for s in stretches if s.norm_months > 0)
    return max(by_distance, by_age, 0.0)


def left(value: float, before: float, now: float) -> float:
    """Return what a unit is worth that had used up `before` of its life when it was worth `value`.

    >>> round(left(36_000, 0, 12_500 / 90_250), 2), round(36_000 - left(36_000, 0, 12_500 / 90_250), 2)
    (31013.85, 4986.15)
    >>> round(12_000 - left(12_000, 0, 10 / 36), 2)
    3333.33

    Put on again half worn, at half its price, it loses as much as before; at its end nothing is left:

    >>> left(18_000, 0.5, 0.75), left(36_000, 0.2, 1.1), left(500, 1.0, 1.2)
    (9000.0, 0.0, 0.0)
    """
    if before >= 1:
        return 0.0
    return value * max(0.0, 1 - now) / (1 - before)


def tread_worn(new: float, depth: float, limit: float) -> float:
    """Return how much of the tread that may be used is gone.

    >>> round(100 * tread_worn(16, 11, 1), 1)
    33.3
    >>> tread_worn(16, 0.5, 1), tread_worn(0, 5, 1)
    (1.0, 0.0)
    """
    usable = new - limit
    return min(1.0, max(0.0, (new - depth) / usable)) if usable > 0 else 0.0


def condition(share: float, depth: float | None = None, limit: float = 0.0) -> str:
    """Return how a unit is: `good`, `soon` to be replaced, `over` its norm, or `illegal`.

    >>> condition(0.3), condition(0.95), condition(1.2), condition(0.3, 1.5, 1.6)
    ('good', 'soon', 'over', 'illegal')
    >>> condition(0.3, 1.6, 1.6), condition(0.3, 8, 1.6)
    ('soon', 'good')
    """
    if depth is not None and depth < limit:
        return "illegal"
    if share >= 1:
        return "over"
    near = depth is not None and depth <= limit + SOON_TREAD
    return "soon" if near or share >= SOON_WORN else "good"
