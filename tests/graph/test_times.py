"""Uncertain time: outer bounds of what a text says, and ValueError for all else."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph import times
from graph.times import Time, parse

DAYS = st.dates(date(1900, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2025-01-20", "2025-01-20", "2025-01-20"),
        ("2025-01", "2025-01-01", "2025-01-31"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025", "2025-01-01", "2025-12-31"),
        ("2025-01-20~", "2025-01-20", "2025-01-20"),
        ("2025-01-20?", "2025-01-20", "2025-01-20"),
        ("2023-10~", "2023-10-01", "2023-10-31"),
        ("[2025-01-18..2025-01-20]", "2025-01-18", "2025-01-20"),
        ("[2025-01-18,2025-01-20]", "2025-01-18", "2025-01-20"),
        ("2025-01-18/2025-01-19", "2025-01-18", "2025-01-19"),
        ("2022-02-24/2023", "2022-02-24", "2023-12-31"),
        ("../2025-01-20", None, "2025-01-20"),
        ("/2025-01-20", None, "2025-01-20"),
        ("2025-01-20/..", "2025-01-20", None),
        ("2025-01-20/", "2025-01-20", None),
        ("[..2025-01-20]", None, "2025-01-20"),
        ("202X", "2020-01-01", "2029-12-31"),
        (" 2025 ", "2025-01-01", "2025-12-31"),
    ],
)
def test_bounds_are_the_earliest_start_and_the_latest_end(text: str, start: str | None, end: str | None) -> None:
    time = parse(text)
    assert time == Time(
        text.strip(), date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None
    )


@pytest.mark.parametrize(
    "text",
    ["", "..", "/", "../..", "/..", "yesterday", "2025-02-30", "2025-13", "2025-1-2", "20250120", "20.01.2025",
     "0000", "10000", "-0044-03-15", "Y17E7", "[2025-01-20", "2025-01/2025-02/2025-03", "\u0662\u0660\u0662\u0665"],
)  # fmt: skip
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a date that exists|names no day"):
        parse(text)


def test_a_text_that_would_take_minutes_to_read_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="55,001 characters, and at most 200 are read"):
        parse("[" + ",".join(["1985-01-01"] * 5000) + "]")


@pytest.mark.parametrize("text", ["2025/2024", "2025-01-20/2025-01-19", "[2025-01-20..2025-01-18]"])
def test_what_ends_before_it_starts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="ends before it starts; turn the two dates round"):
        parse(text)


def test_a_plain_day_says_no_more_than_its_bounds() -> None:
    assert parse("2025-01-20").is_plain_day
    assert not any(parse(text).is_plain_day for text in ("2025-01-20~", "2025-01", "2025-01-20/2025-01-20"))


def test_an_open_start_is_told_from_an_open_end() -> None:
    assert parse("../2025-01-20").has_open_start
    assert not any(parse(text).has_open_start for text in ("2025-01-20/..", "2025-01-20"))


@settings(deadline=None, derandomize=True)
@given(day=DAYS)
def test_a_day_reads_back(day: date) -> None:
    assert parse(day.isoformat()) == Time(day.isoformat(), day, day)


@settings(deadline=None, derandomize=True, max_examples=30)
@given(day=DAYS, length=st.integers(0, 4000))
def test_a_range_and_a_set_have_their_own_ends(day: date, length: int) -> None:
    last = day + timedelta(length)
    for text in (f"{day}/{last}", f"[{day}..{last}]"):
        assert parse(text) == Time(text, day, last)


@settings(deadline=None, derandomize=True)
@given(text=st.text(alphabet="0123456789-/.~?%[]{}XYSTZ:,+ ue\u0662\n", max_size=24) | st.text(max_size=12))
@example("[../2025")
@example("../2025Z")
@example("[" * 2000)
@example("9" * 5000)
@example("Y" + "9" * 400)
def test_any_text_gives_a_time_or_a_value_error_and_no_output(text: str) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.suppress(ValueError):
        time = parse(text)
        assert time.start is None or time.end is None or time.start <= time.end
    assert printed.getvalue() == ""


@pytest.mark.parametrize("form", ["{}", "../{}", "{}/..", "{}/9998", "[{}..9998-12-31]", "[{}..9998]"])
@pytest.mark.parametrize(
    "text",
    ["2024", "2024-02", "2023-02", "2024-02-29", "2024-01-05~", "2024-05?", "2024%", "0001-01-01",
     "2023-02-29", "2024-13", "2024-00", "2024-01-00"],
)  # fmt: skip
def test_the_usual_forms_are_read_as_the_library_reads_them(form: str, text: str) -> None:
    def read(by: Callable[[str], times.Bounds | None]) -> object:
        try:
            return by(form.format(text))
        except Exception:  # noqa: BLE001  the library raises whatever comes
            return ValueError

    usual = read(times._usual)
    assert usual is None or usual == read(times._any)
