"""The General Staff's totals: what comes in, what is corrected, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.errors import InvalidData
from tests.graph.importers.conftest import SAMPLES, Import, built, rows

FILES = ("losses-personnel.json", "losses-equipment.json", "losses-corrections.json")


@pytest.fixture
def store(brought_in: Import, out: Path) -> Store:
    brought_in("losses", *FILES)
    return built(out)


TOTALS = """SELECT ?day ?item ?value ?bound WHERE {
    ?c prov:wasAttributedTo id:general-staff-ukraine ; sit:measurand ?q ; schema:value ?value ; sit:bound ?bound .
    ?q sit:measure voc:m-equipment-losses ; sit:item ?item ; sit:asOf ?day . FILTER(STRSTARTS(STR(?day), "2030"))
} ORDER BY ?day ?item"""


def test_each_kind_is_a_running_total_of_its_category(store: Store) -> None:
    found = {(row[0], row[1]): row[2] for row in rows(store, TOTALS)}
    assert found["2030-01-02", "voc:w-motor-vehicle"] == "7"
    assert found["2030-01-03", "voc:w-vehicle"] == "11"
    assert found["2030-01-04", "voc:w-tank"] == "11"
    assert len(found) == 4 + 4 + 4


def test_a_kind_that_is_not_known_keeps_its_name(store: Store, brought_in: Import) -> None:
    assert rows(store, 'SELECT ?x WHERE { ?x a sit:WeaponSystem ; skos:prefLabel "hover barge"@en }') == [
        ("id:losses-hover-barge",)
    ]


def test_a_correction_revises_the_total_of_the_day_before(store: Store) -> None:
    found = rows(
        store,
        """SELECT ?value ?earlier WHERE { ?c prov:wasRevisionOf ?was ; schema:value ?value .
        ?was schema:value ?earlier }""",
    )
    assert found == [("18", "20")]


def test_what_has_no_claim_is_told(brought_in: Import) -> None:
    summary = brought_in("losses", *FILES)
    assert summary.reasons() == [("corrects a total that the files do not hold", 1), ("the table gives no number", 1)]
    assert summary.unresolved == {("weapon", "hover barge"): 2}


def test_a_total_without_a_day_is_refused_and_nothing_is_left(brought_in: Import, out: Path, tmp_path: Path) -> None:
    content = json.loads((SAMPLES / "losses-equipment.json").read_text())
    content[1]["date"] = "2030-13-01"
    path = tmp_path / "equipment.json"
    path.write_text(json.dumps(content, indent=4))
    with pytest.raises(InvalidData, match=r"equipment\.json:10: date is '2030-13-01'"):
        brought_in("losses", path)
    assert not out.exists()
