"""Properties of the kernels of indicators: formulas, curves, shares and periods, for whatever is given."""

import math
from datetime import date, timedelta

from conftest import load_kernels
from hypothesis import given
from hypothesis import strategies as st

KERNELS = load_kernels()
formula, kpi, kpi_period = KERNELS["kpi_formula"], KERNELS["kpi"], KERNELS["kpi_period"]
bonus = KERNELS["kpi_bonus"]

NAMES = {"won": 3.0, "lost": 0.0, "none": None, "big": 9e17}
numbers = st.floats(0, 1e6, allow_nan=False).map(lambda number: f"{number:.3f}")
formulas = st.recursive(
    st.one_of(st.sampled_from(sorted(NAMES)), numbers),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("+-*/"), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda text: f"-{text}"),
        st.tuples(inner, inner).map(lambda pair: f"max({pair[0]}, {pair[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} > 1 else {three[2]})"),
    ),
    max_leaves=12,
)
amounts = st.floats(-1e6, 1e6, allow_nan=False)
days = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(formulas)
def test_a_formula_has_a_figure_or_none_or_is_refused(text):
    try:
        value = formula.compute(text, NAMES)
    except formula.FormulaError as error:
        assert error.code in ("magnitude", "nesting", "size", "length")
        return
    assert value is None or abs(value) <= formula.MAX_MAGNITUDE


@given(formulas)
def test_a_formula_gives_what_arithmetic_gives(text):
    known = {"won": 3.0, "lost": 0.5, "none": 2.0, "big": 7.0}
    try:
        expected = eval(text, {"max": max}, known)  # noqa: S307  of our own making
    except ZeroDivisionError:
        expected = None
    try:
        value = formula.compute(text, known)
    except formula.FormulaError:
        return
    if expected is None:
        assert value is None
    else:
        assert value is not None and math.isclose(value, expected, rel_tol=1e-9, abs_tol=1e-9)


@given(st.text(max_size=80))
def test_whatever_is_typed_in_is_read_or_refused(text):
    assert isinstance(formula.problem(text), str)


@given(st.text("abc()+-*/.[]{}'\"_0123456789,:= if<>", max_size=60))
def test_what_looks_like_a_formula_is_read_or_refused(text):
    if not formula.problem(text):
        assert formula.names(text) <= set(text.replace("(", " ").split()) | formula.names(text)


@given(
    st.floats(0, 3), st.floats(0, 3), st.floats(0, 1.5), st.floats(0, 3), st.floats(0, 5),
    st.lists(st.floats(0, 2), max_size=4),
)  # fmt: skip
def test_more_is_never_worth_less(first, second, threshold, cap, accelerator, starts):
    steps = tuple((start, number / 2) for number, start in enumerate(sorted(starts)))
    for curve in (
        kpi.Curve(threshold=threshold, cap=cap, accelerator=accelerator),
        kpi.Curve(threshold=threshold, cap=cap, steps=steps),
    ):
        low, high = sorted((first, second))
        assert curve.worth(low) <= curve.worth(high) + 1e-9
        assert not cap or curve.worth(high) <= cap


@given(amounts, st.lists(st.floats(0, 1000), min_size=1, max_size=20))
def test_parts_add_up_to_the_whole(total, weights):
    total = round(total, 2)
    parts = kpi.spread(total, weights)
    assert len(parts) == len(weights)
    assert round(sum(parts), 2) == total


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0, 2)), min_size=1, max_size=8))
def test_a_score_lies_between_its_parts(parts):
    whole = sum(weight for weight, _worth in parts)
    score = kpi.score([kpi.Part(weight / whole, worth) for weight, worth in parts]).value
    worths = [worth for _weight, worth in parts]
    assert min(worths) - 1e-9 <= score <= max(worths) + 1e-9


@given(days, st.sampled_from(kpi_period.KINDS))
def test_a_day_is_in_one_period_of_a_kind(day, kind):
    span = kpi_period.period(kind, day)
    assert span.start <= day <= span.end
    assert kpi_period.period(kind, span.end + timedelta(days=1)).start == span.end + timedelta(days=1)
    assert kpi_period.previous(kind, span).end == span.start - timedelta(days=1)


@given(st.lists(st.tuples(days, st.integers(0, 90)), max_size=12))
def test_every_period_is_in_one_row_and_none_overlaps(given_spans):
    spans = [(number, kpi_period.Period(start, start + timedelta(days=length)))
             for number, (start, length) in enumerate(given_spans)]  # fmt: skip
    rows = kpi_period.lanes(spans)
    assert sorted(key for row in rows for key, _span in row) == list(range(len(spans)))
    for row in rows:
        limits, keys = kpi_period.limits(row)
        assert limits == sorted(set(limits))
        for key, span in row:
            # as PostgreSQL's width_bucket finds it
            for day in (span.start, span.end):
                assert keys[sum(limit <= day for limit in limits) - 1] == key


persons = st.integers(1, 9)
weights = st.lists(st.floats(0, 100), min_size=1, max_size=12)


def a_bonus(base, score=1.0, **more):
    given_base = {"kind": "indicator", "percent": 100, "figure": base}
    return bonus.compute(
        {"version": bonus.VERSION, "base": given_base, "times": "score", "score": score, **more}
    )


@given(st.floats(0, 1e6), st.floats(0, 3), st.floats(0, 3))
def test_a_better_score_is_never_paid_less(base, first, second):
    low, high = sorted((first, second))
    assert a_bonus(base, low).amount <= a_bonus(base, high).amount


@given(amounts, st.floats(0, 3), st.floats(0, 1e5), st.floats(0, 1e5), st.integers(0, 22))
def test_a_bonus_keeps_to_its_limits(base, score, first, second, days_covered):
    guarantee, ceiling = sorted((first, second))
    found = a_bonus(
        base, score, guarantee=guarantee, ceiling=ceiling, days=days_covered, of_days=22
    ).amount  # fmt: skip
    part = days_covered / 22
    assert found >= 0
    assert not guarantee or found >= guarantee * part - 0.01
    assert not ceiling or found <= ceiling * part + 0.01


@given(amounts, weights)
def test_a_pool_is_given_away_to_the_cent(total, shared_by):
    given_base = {"kind": "indicator", "percent": 100, "figure": total}
    parts = [
        bonus.compute(
            {"version": 1, "base": given_base, "times": "none", "may_be_negative": True,
             "pool": {"own": own, "weights": shared_by}}
        ).amount
        for own in range(len(shared_by))
    ]  # fmt: skip
    assert round(sum(parts), 2) == (round(total, 2) if math.fsum(shared_by) else 0)


@given(
    st.lists(st.tuples(st.integers(1, 5), persons, amounts), max_size=8),
    st.dictionaries(st.integers(1, 5), st.dictionaries(persons, st.floats(1, 100), min_size=1), max_size=5),
)
def test_joint_deals_change_no_total(values, shares):
    values = [(document, owner, round(value, 2)) for document, owner, value in values]
    assert abs(sum(bonus.shifts(values, shares).values())) < 0.005


@given(st.floats(0, 1e6), st.lists(amounts, max_size=6))
def test_nobody_gives_back_more_than_he_got(first, dues):
    given_so_far = round(first, 2)
    for due in dues:
        given_so_far += bonus.correction(due, given_so_far)
        assert given_so_far >= -0.01
        assert abs(given_so_far - max(0.0, due)) < 0.011


@given(days, st.integers(0, 60), st.lists(st.tuples(st.integers(-30, 90), st.integers(-30, 90)), max_size=6))
def test_every_day_is_covered_once(start, length, given_spans):
    span = kpi_period.Period(start, start + timedelta(days=length))
    spans = [(start + timedelta(days=first), start + timedelta(days=last)) for first, last in given_spans]
    wanted = {
        day for number in range(length + 1)
        if any(first <= (day := start + timedelta(days=number)) <= last for first, last in spans)
    }  # fmt: skip
    found = [
        part.start + timedelta(days=number)
        for part in bonus.covered(spans, span)
        for number in range(kpi_period.days_in(part))
    ]
    assert len(found) == len(set(found)) and set(found) == wanted
