"""What a bonus is worth: base times score, of a part of a period; pools, joint deals, corrections.

A bonus is computed from a dictionary of plain values, which is kept with it: years later the same values
give the same bonus. What they mean belongs to a version of the rules; later rules get another number.
"""

import csv
import io
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from .collection import round_to
from .kpi import Curve, spread
from .kpi_period import Period

#: The rules by which new bonuses are computed.
VERSION = 1


@dataclass(frozen=True)
class Bonus:
    """A bonus, and how it came about: base times factor, for a part of the period, within its limits."""

    amount: float
    base: float
    factor: float
    part: float
    limit: str = ""


def compute(inputs: Mapping) -> Bonus:
    """Return the bonus that follows from inputs, by the rules of their version.

    The worked card: a score of 0.76 and a base of 30,000:

    >>> card = {"version": 1, "base": {"kind": "fixed", "amount": 30_000}, "times": "score", "score": 0.76}
    >>> compute(card).amount
    22800.0

    Half the days, half of it; with a guarantee of 15,000 (half of it, too) and at most 10,000:

    >>> compute({**card, "days": 10, "of_days": 20}).amount
    11400.0
    >>> poor = {**card, "score": 0.1, "guarantee": 15_000, "days": 10, "of_days": 20}
    >>> compute(poor).amount, compute(poor).limit, compute({**card, "ceiling": 10_000}).amount
    (7500.0, 'guarantee', 10000.0)

    Of an amount that was brought in, with a curve of its own for each line:

    >>> lines = [{"share": 0.5, "reached": 1.2, "cap": 1.1}, {"share": 0.5, "reached": 0.7, "threshold": 0.8}]
    >>> percent = {"kind": "indicator", "percent": 3, "figure": 100_000}
    >>> compute({"version": 1, "base": percent, "times": "lines", "lines": lines}).amount
    1650.0

    :raise KeyError: rules that are not known here
    """
    return RULES[inputs["version"]](inputs)


def _first_rules(inputs: Mapping) -> Bonus:
    part = _part(inputs)
    base, whole = _base(inputs["base"], part)
    if inputs.get("pool"):
        return _of_pool(inputs, base)
    factor = _factor(inputs)
    return _limited(inputs, base, factor, whole, part)


def _part(inputs: Mapping) -> float:
    return inputs.get("days", 1) / inputs["of_days"] if inputs.get("of_days") else 1.0


def _base(base: Mapping, part: float) -> tuple[float, float]:
    """Return the base, and the part of it that counts: what a person brought in himself counts in full."""
    if base["kind"] == "fixed":
        return base["amount"], part
    if base["kind"] == "wage":
        wages = math.fsum(wage * share for wage, share in base["wages"])
        return wages * base["months"] * base["percent"] / 100, 1.0
    return (base["figure"] or 0.0) * base["percent"] / 100, part if base.get("is_partial") else 1.0


def _factor(inputs: Mapping) -> float:
    if inputs["times"] == "none":
        return 1.0
    if inputs["times"] == "lines":
        return round(math.fsum(line["share"] * _worth(line, line["reached"]) for line in inputs["lines"]), 12)
    return _worth(inputs.get("curve") or {}, inputs["score"])


def _worth(curve: Mapping, reached: float | None) -> float:
    """What an achievement is worth; one that could not be measured is worth nothing."""
    if reached is None:
        return 0.0
    return Curve(
        threshold=curve.get("threshold", 0.0),
        cap=curve.get("cap", 0.0),
        accelerator=curve.get("accelerator", 1.0),
        steps=tuple((start, worth) for start, worth in curve.get("steps", ())),
    ).worth(reached)


def _limited(inputs: Mapping, base: float, factor: float, whole: float, part: float) -> Bonus:
    value, limit = base * factor * whole, ""
    if value < 0 and not inputs.get("may_be_negative"):
        value, limit = 0.0, "zero"
    least, most = (inputs.get("guarantee") or 0.0) * part, (inputs.get("ceiling") or 0.0) * part
    if inputs.get("guarantee") and value < least:
        value, limit = least, "guarantee"
    if inputs.get("ceiling") and value > most:
        value, limit = most, "ceiling"
    return Bonus(round_to(value, inputs.get("rounding", 0.01)), base, factor, whole, limit)


def _of_pool(inputs: Mapping, base: float) -> Bonus:
    """A part of what a pool has: after weights and days, and scores where they count.

    >>> pool = {"version": 1, "base": {"kind": "fixed", "amount": 1000}, "times": "none"}
    >>> weights = [1, 1, 1]
    >>> [compute({**pool, "pool": {"own": own, "weights": weights}}).amount for own in range(3)]
    [333.34, 333.33, 333.33]
    >>> compute({**pool, "pool": {"own": 0, "weights": [0, 0]}}).amount
    0.0
    """
    whole = _limited(inputs, base, _factor(inputs) if inputs["times"] != "score" else 1.0, 1.0, 1.0)
    own, weights = inputs["pool"]["own"], inputs["pool"]["weights"]
    total = math.fsum(weights)
    if not total:
        return Bonus(0.0, base, 1.0, 0.0, whole.limit)
    amount = spread(whole.amount, weights, inputs.get("rounding", 0.01))[own]
    return Bonus(amount, base, whole.factor, weights[own] / total, whole.limit)


RULES: dict[int, Callable[[Mapping], Bonus]] = {1: _first_rules}


def correction(due: float, given: float, rounding: float = 0.01, may_be_negative: bool = False) -> float:
    """Return what is to be added to a bonus that was given, now that another one would be due.

    Nobody gives back more than he got, unless that is agreed:

    >>> correction(800, 1000), correction(-200, 1000), correction(-200, 1000, may_be_negative=True)
    (-200.0, -1000.0, -1200.0)
    """
    return round_to((due if may_be_negative else max(0.0, due)) - given, rounding)


def shifts(
    values: Iterable[tuple[int, int | None, float]],
    shares: Mapping[int, Mapping[int, float]],
    rounding: float = 0.01,
) -> dict[int, float]:
    """Return what joint deals add to and take from the figures of persons: in all nothing.

    :param values: (document, owner, what it counts)
    :param shares: ``{document: {person: share}}`` of those that are shared

    >>> shifts([(7, 1, 1000.0), (8, 1, 500.0)], {7: {1: 60, 2: 40}})
    {1: -400.0, 2: 400.0}
    """
    moved: dict[int, float] = {}
    for document, owner, value in values:
        persons = shares.get(document)
        if not persons:
            continue
        if owner:
            moved[owner] = moved.get(owner, 0.0) - value
        for person, part in zip(persons, spread(value, list(persons.values()), rounding), strict=True):
            moved[person] = moved.get(person, 0.0) + part
    return {person: round(value, 6) for person, value in moved.items() if round(value, 6)}


def covered(spans: Iterable[tuple[date | None, date | None]], period: Period) -> list[Period]:
    """Return the days of a period that are in one of the spans, in order, each once; None is without end.

    >>> june = Period(date(2026, 6, 1), date(2026, 6, 30))
    >>> spans = [(date(2026, 6, 20), None), (None, date(2026, 6, 10)), (date(2026, 6, 5), date(2026, 6, 12))]
    >>> [(span.start.day, span.end.day) for span in covered(spans, june)]
    [(1, 12), (20, 30)]
    """
    clipped = sorted(
        (max(start or period.start, period.start), min(end or period.end, period.end)) for start, end in spans
    )
    found: list[Period] = []
    for start, end in clipped:
        if start > end:
            continue
        if found and start <= found[-1].end + timedelta(days=1):
            found[-1] = Period(found[-1].start, max(found[-1].end, end))
        else:
            found.append(Period(start, end))
    return found


def payroll_csv(rows: Iterable[tuple[str, str, str, float, str]]) -> str:
    """Return lines for a payroll: employee, number, code, amount, period; no cell is read as a formula.

    >>> print(payroll_csv([("Ann", "7", "BONUS", -10.5, "2026-05"), ("=1+1", "", "BONUS", 3, "2026-05")]))
    Employee,Number,Code,Amount,Period
    Ann,7,BONUS,-10.50,2026-05
    '=1+1,,BONUS,3.00,2026-05
    <BLANKLINE>
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("Employee", "Number", "Code", "Amount", "Period"))
    for *words, amount, period in rows:
        cells = [*words, f"{amount:.2f}", period]
        writer.writerow(
            cell if number == 3 or not cell.startswith(("=", "+", "-", "@", "\t", "\r")) else f"'{cell}"
            for number, cell in enumerate(cells)
        )
    return out.getvalue()
