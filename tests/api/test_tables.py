"""Lists as CSV: every column of every table is explained in docs/csv.md, in the order in which it comes."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

PAGE = Path(__file__).parents[2] / "docs" / "csv.md"
QUERIES = {"/explore/graph.csv": "?start=syrskyi", "/types/{name}.csv": "?limit=2"}
SECTIONS = re.split(r"^## [^`]*", PAGE.read_text("utf-8"), flags=re.MULTILINE)[1:]
# path by path, the columns that the page explains
EXPLAINED = {part.split("`")[1]: re.findall(r"^\| `(\w+)` \|", part, re.MULTILINE) for part in SECTIONS}


def test_the_page_has_every_table() -> None:
    assert len(EXPLAINED) == 11


@pytest.mark.parametrize("path", EXPLAINED)
def test_every_column_is_explained(client: TestClient, path: str) -> None:
    answer = client.get(path.replace("{slug}", "syrskyi").replace("{name}", "sit:Event") + QUERIES.get(path, ""))
    assert answer.status_code == 200
    header, *rows = csv.reader(answer.text.splitlines())
    assert header == EXPLAINED[path]
    assert rows
