"""Computed limits: the contract's table, its examples, and what holds for every number."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.limits import (
    CONTINUOUS,
    COUNT,
    PER_CENT,
    canonical,
    convert,
    decimal_text,
    limits,
    of_range,
    rounding_unit,
    trailing_zeros,
)

BOUNDS = ("exact", "approx", "just-under", "just-over", "at-least", "more-than", "at-most", "fewer-than")
MILE, KILOMETRE = Decimal("1609.344"), Decimal(1000)


def pair(low: str | None, high: str | None) -> tuple[Decimal | None, Decimal | None]:
    return (Decimal(low) if low else None, Decimal(high) if high else None)


@pytest.mark.parametrize(
    ("printed", "bound", "nature", "low", "high"),
    [
        ("43", "exact", COUNT, "43", "43"),
        ("1580", "exact", COUNT, "1580", "1580"),
        ("1500", "exact", COUNT, "1500", "1500"),
        ("434000", "exact", COUNT, "433500", "434500"),
        ("46", "exact", PER_CENT, "46", "46"),
        ("190", "exact", CONTINUOUS, "185", "195"),
        ("43", "exact", CONTINUOUS, "42.5", "43.5"),
        ("150000", "approx", COUNT, "145000", "155000"),
        ("785000", "approx", COUNT, "765375", "804625"),
        ("43", "approx", COUNT, "41.925", "44.075"),
        ("60", "approx", PER_CENT, "58.5", "61.5"),
        ("819000", "just-under", COUNT, "818000", "819000"),
        ("70", "just-over", PER_CENT, "70", "71"),
        ("70.3", "just-over", PER_CENT, "70.3", "71.3"),
        ("434000", "at-least", COUNT, "434000", None),
        ("434000", "more-than", COUNT, "434000", None),
        ("300", "at-most", COUNT, None, "300"),
        ("300", "fewer-than", COUNT, None, "300"),
        ("600000", "approx", COUNT, "570000", "630000"),
        ("2.5", "exact", CONTINUOUS, "2.45", "2.55"),
        ("0", "approx", COUNT, "0", "0"),
        ("5", "approx", COUNT, "4.75", "5.25"),
    ],
)
def test_limits_follow_the_table(printed: str, bound: str, nature: str, low: str | None, high: str | None) -> None:
    assert limits(printed, bound, nature) == pair(low, high)


@pytest.mark.parametrize(
    ("printed", "nature", "step"),
    [("434000", COUNT, "1000"), ("150000", COUNT, "10000"), ("600000", COUNT, "60000"), ("190", CONTINUOUS, "10"),
     ("70", PER_CENT, "1"), ("2.5", CONTINUOUS, "0.1"), ("0", COUNT, "0")],
)  # fmt: skip
def test_the_step_is_that_of_the_last_printed_digit(printed: str, nature: str, step: str) -> None:
    assert rounding_unit(printed, nature) == Decimal(step)


@pytest.mark.parametrize(("miles", "low", "high"), [("40", "61.155", "67.592"), ("190", "297.729", "313.822")])
def test_miles_are_computed_as_miles_and_then_converted(miles: str, low: str, high: str) -> None:
    computed = limits(miles, "exact", CONTINUOUS)
    assert tuple(convert(limit, MILE, KILOMETRE) for limit in computed) == pair(low, high)


@pytest.mark.parametrize(
    ("printed", "bound", "nature", "low", "high"),
    [
        ("434000", "at-least", COUNT, "434000", None),
        ("434000", "more-than", COUNT, "434001", None),
        ("300", "fewer-than", COUNT, None, "299"),
        ("300", "at-most", COUNT, None, "300"),
        ("70", "more-than", PER_CENT, "70.001", None),
    ],
)
def test_a_number_that_a_bound_excludes_is_outside_of_the_limits(
    printed: str, bound: str, nature: str, low: str | None, high: str | None
) -> None:
    assert canonical(printed, bound, nature, Decimal(1), Decimal(1)) == pair(low, high)


def test_a_range_that_is_about_is_wider_than_its_ends() -> None:
    assert of_range("100", "200", "approx", COUNT) == (Decimal("97.500"), Decimal("205.000"))
    assert of_range("100", "200", "exact", COUNT) == (100, 200)
    assert of_range("20", "30", "exact", PER_CENT) == (20, 30)


def test_an_end_of_a_range_is_rounded_as_a_number_alone_is() -> None:
    """1,500 to 2,500 km and 2,600 km, each rounded to hundreds, can both hold."""
    assert of_range("1500", "2500", "exact", CONTINUOUS) == (1450, 2550)
    assert of_range("16.5", "18", "exact", CONTINUOUS) == (Decimal("16.45"), Decimal("18.5"))


def test_an_excluded_number_stays_outside_in_a_larger_unit() -> None:
    assert canonical("6000", "more-than", CONTINUOUS, Decimal("0.001"), Decimal(1)) == pair("6.001", None)


def test_up_to_is_the_value_of_a_measure_that_is_a_greatest_value() -> None:
    assert limits("165", "at-most", CONTINUOUS, maximum=True) == limits("165", "exact", CONTINUOUS)
    assert limits("165", "fewer-than", CONTINUOUS, maximum=True) == pair(None, "165")
    assert limits("165", "at-most", CONTINUOUS) == pair(None, "165")


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (("785000", "exact"), ("785000", "approx"), True),
        (("600000", "just-under"), ("750000", "more-than"), False),
        (("48640", "exact"), ("48670", "exact"), False),
        (("434000", "more-than"), ("434000", "at-least"), True),
        (("434000", "at-least"), ("434000", "at-most"), True),
        (("434000", "more-than"), ("434000", "at-most"), False),
        (("300", "fewer-than"), ("300", "exact"), False),
    ],
)
def test_two_counts_can_both_hold_where_their_limits_meet(
    one: tuple[str, str], other: tuple[str, str], meet: bool
) -> None:
    (low, high), (least, most) = (canonical(*said, COUNT, Decimal(1), Decimal(1)) for said in (one, other))
    apart = (high is not None and least is not None and high < least) or (
        most is not None and low is not None and most < low
    )
    assert apart is not meet


def test_an_unknown_bound_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown bound 'roughly'"):
        limits("1", "roughly", COUNT)


@pytest.mark.parametrize(
    ("value", "text"), [("434000", "434000.0"), ("1E+3", "1000.0"), ("0.100", "0.1"), ("-5", "-5.0")]
)
def test_a_decimal_is_written_without_exponent(value: str, text: str) -> None:
    assert decimal_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("printed", "zeros"), [("0", 0), ("000", 0), ("10", 1), ("10.0", 0), ("-300", 2), ("434000", 3)]
)
def test_zeros_are_counted_in_whole_numbers(printed: str, zeros: int) -> None:
    assert trailing_zeros(printed) == zeros


def printed(sign: bool, whole: int, zeros: int, decimals: str) -> str:
    digits = f"{whole}{'0' * zeros}"[:15]
    return f"{'-' if sign else ''}{digits}" + (f".{decimals}" if decimals and len(digits) + len(decimals) <= 15 else "")


NUMBERS = st.builds(printed, st.booleans(), st.integers(0, 10**9), st.integers(0, 9), st.text("0123456789", max_size=4))
NATURES = st.sampled_from((COUNT, PER_CENT, CONTINUOUS))


@settings(deadline=None, derandomize=True)
@given(number=NUMBERS, bound=st.sampled_from(BOUNDS), nature=NATURES)
def test_the_number_lies_within_its_limits(number: str, bound: str, nature: str) -> None:
    low, high = limits(number, bound, nature)
    value = Decimal(number)
    assert low is not None or high is not None
    assert low is None or low <= value
    assert high is None or value <= high
    assert (high is None) == (bound in ("at-least", "more-than"))
    assert (low is None) == (bound in ("at-most", "fewer-than"))


@settings(deadline=None, derandomize=True)
@given(number=NUMBERS, bound=st.sampled_from(BOUNDS), nature=NATURES)
def test_limits_are_never_wider_than_a_tenth_of_the_number_to_each_side(number: str, bound: str, nature: str) -> None:
    low, high = limits(number, bound, nature)
    widest = max(abs(Decimal(number)) / 10, Decimal(1) if nature == PER_CENT else Decimal(0))
    assert all(limit is None or abs(limit - Decimal(number)) <= widest for limit in (low, high))


@settings(deadline=None, derandomize=True)
@given(number=NUMBERS, bound=st.sampled_from(BOUNDS), nature=NATURES)
def test_conversion_keeps_the_order_of_limits(number: str, bound: str, nature: str) -> None:
    low, high = (convert(limit, MILE, KILOMETRE) for limit in limits(number, bound, nature))
    assert low is None or high is None or low <= high


@settings(deadline=None, derandomize=True)
@given(number=NUMBERS)
def test_a_written_decimal_reads_back(number: str) -> None:
    assert Decimal(decimal_text(Decimal(number))) == Decimal(number)
