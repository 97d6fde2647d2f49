"""CSV for spreadsheets: what one would run is a text, and numbers and dates stay what they are."""

from __future__ import annotations

import csv
import io

import pytest

from graph.spreadsheet import written

FORMULAS = [
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "   @A1", "\u00a0=1", "＝1+1", "＋1", "－1",
    "＠A1", "\n", "\ttext", "-", "--1", "-2+3+cmd|' /C calc'!A0", "-0044-03-15=1", "-1 ",
]  # fmt: skip
PLAIN = ["-5", "+5", "-0.5", "-1e6", "-0044", "-0044-03-15", "-0044-03?", "-0044/-0043", "-0044-03/..", "-0044/0012",
         "1-2", "a=b", " a", "", "2025-01-20", "'=1", "id:x"]  # fmt: skip


def cells(*texts: str) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(written(("x",), [(text,) for text in texts]), newline=""))][1:]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_becomes_a_text(text: str) -> None:
    assert cells(text) == [f"'{text}"]


@pytest.mark.parametrize("text", [text for text in PLAIN if text])
def test_what_is_no_formula_stays_what_it_is(text: str) -> None:
    assert cells(text) == [text]
