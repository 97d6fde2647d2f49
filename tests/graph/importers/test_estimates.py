"""The Economist's collection: each source is its own claimant, ranges stay ranges."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.errors import InvalidData
from tests.graph.importers.conftest import SAMPLES, Import, built, rows

QUERY = """SELECT ?who ?measure ?thing ?low ?high ?value ?bound WHERE {
    ?p sit:inDocument doc:estimates ; sit:row ?row ; sit:carries ?c . ?c prov:wasAttributedTo ?who ;
    sit:bound ?bound ; sit:measurand ?q . ?q sit:measure ?measure ; schema:about ?thing .
    OPTIONAL { ?c schema:minValue ?low } OPTIONAL { ?c schema:maxValue ?high } OPTIONAL { ?c schema:value ?value }
} ORDER BY ?row ?who"""


@pytest.fixture
def store(brought_in: Import, out: Path) -> Store:
    brought_in("estimates", "estimates.csv")
    return built(out)


def test_each_source_makes_its_own_claim(store: Store) -> None:
    ukrainian, russian = "id:armed-forces-of-ukraine", "id:russian-armed-forces"
    assert rows(store, QUERY) == [
        ("id:uk-ministry-of-defence", "voc:m-killed", russian, "1000", "2000", "", "voc:exact"),
        ("id:estimates-northland-institute", "voc:m-casualties", ukrainian, "", "", "3000", "voc:exact"),
        ("id:estimates-northland-officials", "voc:m-killed", russian, "", "", "4000", "voc:at-least"),
        ("id:russian-ministry-of-defence", "voc:m-killed", ukrainian, "", "", "5000", "voc:at-most"),
        ("id:mediazona", "voc:m-killed", russian, "1000", "1500", "1200", "voc:exact"),
        ("id:meduza", "voc:m-killed", russian, "1000", "1500", "1200", "voc:exact"),
    ]


def test_the_page_of_the_source_is_the_channel(store: Store) -> None:
    query = """SELECT DISTINCT ?url WHERE { ?c prov:hadPrimarySource ?x . ?x schema:url ?url .
        FILTER(CONTAINS(STR(?url), "example.org")) } ORDER BY ?url"""
    found = rows(store, query)
    assert found == [("https://example.org/a",), ("https://example.org/b",)]


def test_officials_are_a_group_and_bodies_are_bodies(store: Store) -> None:
    assert ("foaf:Group",) in rows(store, "SELECT ?t WHERE { id:estimates-northland-officials a ?t }")
    assert ("org:Organization",) in rows(store, "SELECT ?t WHERE { id:estimates-northland-institute a ?t }")


def test_a_warring_party_has_its_side(store: Store) -> None:
    assert rows(store, "SELECT ?s WHERE { id:russian-ministry-of-defence org:subOrganizationOf ?s }") == [
        ("id:russia",)
    ]


def test_what_has_no_number_or_no_page_is_told(brought_in: Import) -> None:
    summary = brought_in("estimates", "estimates.csv")
    assert summary.reasons() == [
        ("the source is no web address; the claim stands without a channel", 1), ("the table gives no number", 1)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("01/02/2030,1000", "31/02/2030,1000", ":2: date is '31/02/2030'"),
        ("1000,1500,1200", "1500,1000,1200", ":6: the low end, the estimate and the high end"),
        (",3000,", ",3k,", ":3: estimate is '3k'"),
        ("casualties", "injuries", ":3: type is 'injuries'; known are deaths, casualties"),
    ],
)
def test_a_broken_row_is_refused(brought_in: Import, tmp_path: Path, out: Path, old: str, new: str, says: str) -> None:
    text = (SAMPLES / "estimates.csv").read_text()
    assert old in text
    (tmp_path / "estimates.csv").write_text(text.replace(old, new, 1))
    with pytest.raises(InvalidData, match="estimates.csv" + says):
        brought_in("estimates", tmp_path / "estimates.csv")
    assert not out.exists()
