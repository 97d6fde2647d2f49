"""YAML as plain strings, with the line of every value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.curation.source import Source
from graph.errors import InvalidData


def source(text: str, tmp_path: Path) -> Source:
    path = tmp_path / "sheet.yaml"
    path.write_text(text, encoding="utf-8")
    return Source(path, "sheet.yaml")


def wrong(text: str, tmp_path: Path) -> list[tuple[int, str]]:
    with pytest.raises(InvalidData) as error:
        source(text, tmp_path)
    return [(violation.line, violation.message) for violation in error.value.violations]


def test_values_stay_what_they_look_like(tmp_path: Path) -> None:
    content = source("a: 2025-01-20\nb: 78e9\nc: yes\nd: 007\ne: ~\nf: 1_000\n", tmp_path).content
    assert content == {"a": "2025-01-20", "b": "78e9", "c": "yes", "d": "007", "e": "~", "f": "1_000"}


def test_every_place_has_its_line(tmp_path: Path) -> None:
    read = source("a: 1\nb:\n  - c: 2\n    d: 3\n  - e\n", tmp_path)
    places = [("a",), ("b",), ("b", 0), ("b", 0, "c"), ("b", 0, "d"), ("b", 1)]
    assert [read.line(place) for place in places] == [1, 2, 3, 3, 4, 5]


def test_a_place_that_is_not_there_has_the_line_of_what_is_around_it(tmp_path: Path) -> None:
    read = source("a: 1\nb:\n  - c: 2\n", tmp_path)
    assert read.line(("b", 0, "missing", 3)) == 3
    assert read.line(("missing",)) == 1


def test_every_tab_is_reported(tmp_path: Path) -> None:
    assert wrong("a: 1\n\tb: 2\nc:\t3\n", tmp_path) == [(2, "a tab; use spaces"), (3, "a tab; use spaces")]


def test_every_empty_value_and_every_repeated_key_is_reported(tmp_path: Path) -> None:
    assert wrong("a:\nb: 1\nb: 2\nb: 3\n", tmp_path) == [
        (1, "`a` has no value; give one or leave the line out"),
        (3, "`b` is given twice, first on line 2; keep one"),
        (4, "`b` is given twice, first on line 2; keep one"),
    ]


def test_an_alias_does_not_grow(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x]", *(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 40))]
    found = wrong("\n".join(lines), tmp_path)
    assert {line for line, _ in found} == set(range(2, 41))
    assert {message for _, message in found} == {"an alias (`*name`); write the value out"}


def test_brackets_without_end_are_reported(tmp_path: Path) -> None:
    ((_, message),) = wrong("a: " + "[" * 5000, tmp_path)
    assert message.startswith("not YAML: more than 100 lists and mappings inside each other")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.text(alphabet=st.sampled_from("ab:-[]{}&*!|>'\"#%@`,?~ \n\u00e9\x07"), max_size=40))
def test_any_text_is_read_or_refused_with_a_line(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    lines: list[int] = []
    try:
        source(text, tmp_path_factory.getbasetemp())
    except InvalidData as error:
        lines = [violation.line for violation in error.violations]
    assert all(0 <= line <= text.count("\n") + 1 for line in lines)
