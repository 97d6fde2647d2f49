"""Ticks of a scale: few, and none over another."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from api.spans import WIDE, Scale


def test_the_last_month_has_no_words_over_those_before_it() -> None:
    ticks = Scale(date(2024, 2, 8), date(2025, 1, 20)).ticks()
    assert [tick.label for tick in ticks] == ["2024-03", "2024-06", "2024-09"]


@given(st.dates(date(1900, 1, 1), date(2030, 1, 1)), st.integers(0, 30000))
def test_ticks_are_few_and_their_words_apart(first: date, days: int) -> None:
    ticks = Scale(first, first + timedelta(days)).ticks()
    assert 1 <= len(ticks) <= 4
    for one, other in pairwise(ticks):
        assert one.reach[1] < other.reach[0]
    assert all(tick.reach[1] <= WIDE for tick in ticks)
