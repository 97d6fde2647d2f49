"""Terms of office that may be over: which of them `sitrep check` names on which day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from graph.curation import data
from tests.graph.conftest import Folder

SHAPE = """@prefix id: <https://w3id.org/sitrep/id/> . @prefix sit: <https://w3id.org/sitrep/ont#> .
@prefix org: <http://www.w3.org/ns/org#> . @prefix schema: <https://schema.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
id:mb-one a org:Membership ; org:member id:somebody ; sit:post id:post-one {dates} .
"""


def named(folder: Path, dates: str, today: str) -> list[str]:
    (folder / "reference").mkdir()
    (folder / "reference" / "offices.ttl").write_text(SHAPE.format(dates=dates), encoding="utf-8")
    return [warning.message for warning in data.unattended(folder, date.fromisoformat(today))]


@pytest.mark.parametrize(
    ("dates", "today", "says"),
    [
        ("", "2026-06-01", "does not say when it was looked after"),
        ('; sit:asKnownOn "2025-11-30"^^xsd:date', "2026-06-01", "was last looked after on 2025-11-30"),
        ('; sit:asKnownOn "2025-02-27"^^xsd:date', "2025-08-31", "was last looked after on 2025-02-27"),
    ],
)
def test_a_term_that_nobody_looked_after_is_named(tmp_path: Path, dates: str, today: str, says: str) -> None:
    assert [message.partition(";")[0] for message in named(tmp_path, dates, today)] == [
        f"id:mb-one has no end and {says}"
    ]


@pytest.mark.parametrize(
    ("dates", "today"),
    [
        ('; sit:asKnownOn "2025-12-01"^^xsd:date', "2026-06-01"),
        ('; sit:asKnownOn "2025-02-28"^^xsd:date', "2025-08-31"),
        ('; schema:endDate "2001-01-01"^^xsd:date', "2026-06-01"),
    ],
)
def test_a_term_that_is_over_or_was_looked_after_is_not(tmp_path: Path, dates: str, today: str) -> None:
    assert named(tmp_path, dates, today) == []


def test_it_stands_with_its_line(folder: Folder) -> None:
    warnings = data.unattended(folder.path, date(2026, 6, 1))
    text = folder.text("reference/offices.ttl").splitlines()
    assert warnings
    assert all(text[warning.line - 1].startswith(warning.message.split()[0]) for warning in warnings)
