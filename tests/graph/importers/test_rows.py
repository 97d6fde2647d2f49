"""Broken files are told with their line."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import InvalidData
from graph.importers import rows

CSV = {
    "not UTF-8": (b"a,b\n1,2\n\xff\xfe,4\n", r"x:3: not UTF-8"),
    "a column is missing": (b"a,c\n1,2\n", r"x:1: the column 'b' is missing"),
    "a column twice": (b"a,b,a\n1,2,3\n", r"x:1: the column 'a' is there twice"),
    "a row too short": (b"a,b\n1,2\n3\n", r"x:3: 1 fields, but the heading names 2 columns"),
    "a row too long": (b"a,b\n1,2,3\n", r"x:2: 3 fields"),
    "cut off in quotes": (b'a,b\n1,2\n3,"fo', r"x:3: a quoted field that does not end"),
    "a huge field": (b'a,b\n1,"' + b"z\n" * 100_000 + b'"\n', r"x:2: a field of more than 131,072 characters"),
    "a NUL": (b"a,b\n1,\0\n", r"x:2: a NUL character"),
    "nothing": (b"", r"x: is empty"),
}
JSON = {
    "cut off": (b'[\n {"a": 1},\n {"a": 2', r"x:3: not JSON: .*cut off"),
    "cut off between": (b'[\n {"a": 1},\n {"a": 2}', r"x:3: the list does not end"),
    "no list": (b'{"a": 1}', r"x:1: no list of objects"),
    "no object": (b'[\n {"a": 1},\n 5]', r"x:3: no object"),
    "a field is missing": (b'[\n {"a": 1},\n {"b": 1}]', r"x:3: the field 'a' is missing"),
    "a field twice": (b'[\n {"a": 1, "a": 2}]', r"x:2: not JSON: the field 'a' is given twice"),
    "a comma is missing": (b'[\n {"a": 1}\n {"a": 2}]', r"x:3: not JSON: a comma is missing"),
    "brackets without end": (b"[" * 100_000, r"x:1: more than 100 brackets inside each other"),
    "not UTF-8": (b'[\n {"a": "\xe4"}]', r"x:2: not UTF-8"),
}


@pytest.mark.parametrize("content", CSV.values(), ids=CSV)
def test_a_broken_csv_file_is_refused(tmp_path: Path, content: tuple[bytes, str]) -> None:
    (tmp_path / "x").write_bytes(content[0])
    with pytest.raises(InvalidData, match=content[1]):
        list(rows.of_csv(tmp_path / "x", ("a", "b")))


@pytest.mark.parametrize("content", JSON.values(), ids=JSON)
def test_a_broken_json_file_is_refused(tmp_path: Path, content: tuple[bytes, str]) -> None:
    (tmp_path / "x").write_bytes(content[0])
    with pytest.raises(InvalidData, match=content[1]):
        list(rows.of_json(tmp_path / "x", ("a",)))


def test_rows_know_their_number_and_first_line(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'\xef\xbb\xbfa,b\r\n1,"two\r\nlines"\r\n\r\n3, four \r\n')
    found = [(row.number, row.line, row["a"], row["b"]) for row in rows.of_csv(tmp_path / "x", ("a",))]
    assert found == [(0, 2, "1", "two\r\nlines"), (1, 5, "3", "four")]


def test_a_sign_that_only_looks_like_a_line_s_end_ends_no_row(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes('a,b\n1,two\u2028lines\n3,"a\x0cb"\n'.encode())
    assert [(row.line, row["b"]) for row in rows.of_csv(tmp_path / "x", ("a",))] == [
        (2, "two\u2028lines"), (3, "a\x0cb"),
    ]  # fmt: skip


def test_objects_know_their_line(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'[\n{"a": 1},\n\n{"a":\n2}]\n')
    assert [(row.number, row.line, row["a"]) for row in rows.of_json(tmp_path / "x", ("a",))] == [(0, 2, 1), (1, 4, 2)]


def test_lines_of_json_are_read_one_by_one(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b'{"a": 1}\n\n{"a": 2}\n')
    assert [(row.line, row["a"]) for row in rows.of_json_lines(tmp_path / "x", ("a",))] == [(1, 1), (3, 2)]
    (tmp_path / "x").write_bytes(b'{"a": 1}\n{"a": \n')
    with pytest.raises(InvalidData, match="x:2: not JSON"):
        list(rows.of_json_lines(tmp_path / "x", ("a",)))
