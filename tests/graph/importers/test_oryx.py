"""Oryx' losses: totals a system and status, items with their pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import InvalidData
from tests.graph.importers.conftest import SAMPLES, Import, built, rows

FILES = ("oryx-destroyed.csv", "oryx-captured.csv")
TOTALS = """SELECT ?thing ?measure ?name ?value WHERE {
    ?c prov:wasAttributedTo id:oryx ; schema:value ?value ; sit:measurand ?q .
    ?q schema:about ?thing ; sit:measure ?measure ; sit:item/skos:prefLabel ?name } ORDER BY ?measure ?thing ?name"""


def test_spellings_that_differ_in_quotes_are_one_system_and_numbers_in_a_name_stay(
    brought_in: Import, out: Path
) -> None:
    brought_in("oryx", *FILES)
    russian, duck = "id:russian-armed-forces", "Hover Barge 'Duck'"
    assert rows(built(out), TOTALS) == [
        (russian, "voc:m-equipment-captured", duck, "1"),
        ("id:armed-forces-of-ukraine", "voc:m-equipment-destroyed", duck, "1"),
        (russian, "voc:m-equipment-destroyed", '122mm Barge-2 "Goose"', "1"),
        (russian, "voc:m-equipment-destroyed", duck, "2"),
    ]


def test_items_are_passages_with_the_link_to_their_picture(brought_in: Import, out: Path) -> None:
    summary = brought_in("oryx", *FILES, options={"items": "true"})
    query = """SELECT ?row ?url WHERE { ?p sit:inDocument doc:oryx-destroyed ; sit:row ?row
        OPTIONAL { ?p schema:url ?url } } ORDER BY ?row"""
    assert rows(built(out), query) == [
        ("7-111", "https://example.org/1.png"), ("7-121", "https://example.org/2.png"),
        ("7-141", "https://example.org/4.png"), ("7-231", ""),
    ]  # fmt: skip
    assert summary.reasons() == [("the link to the picture is no web address", 1)]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("2030-01-05", "5 January", ":3: date_recorded is '5 January'"),
        ("7-121", "7-111", ":3: the item 7-111 stands on line 2 already"),
        ("Ukraine,", "Northland,", ":5: country is 'Northland'"),
        ('Goose""",destroyed', 'Goose""",sunk', ":4: status is 'sunk'; known are destroyed"),
    ],
)
def test_a_broken_row_is_refused(brought_in: Import, tmp_path: Path, out: Path, old: str, new: str, says: str) -> None:
    text = (SAMPLES / FILES[0]).read_text()
    assert old in text
    (tmp_path / FILES[0]).write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidData, match=FILES[0] + says):
        brought_in("oryx", tmp_path / FILES[0])
    assert not out.exists()


def test_a_status_is_imported_once(brought_in: Import) -> None:
    with pytest.raises(InvalidData, match=r"holds what was destroyed, as .* does; name one copy"):
        brought_in("oryx", FILES[0], FILES[0])
