"""Entities of FollowTheMoney: who is a thing, what has two ends, what is left out."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.curation import data
from graph.errors import InvalidData
from graph.importers import importers
from graph.importers.importer import run
from ontology.terms import PREFIXES, compact
from tests.conftest import DATA
from tests.graph.importers.conftest import SAMPLES, Import, built

SAMPLE = "entities.ftm.json"


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(query, prefixes=PREFIXES)
    return [tuple(compact(v.value).strip("<>") if v and hasattr(v, "value") else "" for v in row) for row in found]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The sample, built."""
    out = tmp_path_factory.mktemp("imports")
    run(importers()["ftm"], [SAMPLES / SAMPLE], out, DATA)
    return built(out, derived=("edge-owns", "edge-directs", "edge-linked-with"))


def test_a_name_in_latin_letters_is_preferred(store: Store) -> None:
    assert rows(store, "SELECT ?l WHERE { id:ftm-inv-hollow skos:prefLabel ?l }") == [("HOLLOW WORKS LLC",)]
    others = "SELECT (LANG(?l) AS ?tag) ?l WHERE { id:ftm-inv-hollow skos:altLabel ?l } ORDER BY ?tag ?l"
    assert rows(store, others) == [("en", "Hollow"), ("uk", "ТОВ Порожній Завод їх"), ("und", "ООО Пустой Завод")]


def test_ownership_is_a_relation_that_each_data_set_claims(store: Store) -> None:
    query = """SELECT ?who ?abstract WHERE { ?c rdf:subject id:ftm-inv-owner ; rdf:predicate sit:owns ;
        rdf:object id:ftm-inv-hollow ; prov:wasAttributedTo ?who ; schema:abstract ?abstract } ORDER BY ?who"""
    told = "Ivan Nobodin owns HOLLOW WORKS LLC, 75 %, from 2029-05-01."
    assert rows(store, query) == [("id:ftm-data-set-invented-list", told), ("id:ftm-data-set-other-list", told)]
    edge = """SELECT (COUNT(?c) AS ?n) WHERE { id:ftm-inv-owner sit:owns id:ftm-inv-hollow .
        ?r sit:from id:ftm-inv-owner ; sit:edge sit:owns ; sit:to id:ftm-inv-hollow ; sit:restsOn ?c }"""
    assert rows(store, edge) == [("2",)]


def test_offices_and_other_links_are_edges(store: Store) -> None:
    assert rows(store, "SELECT ?x WHERE { ?x sit:directs id:ftm-inv-hollow }") == [("id:ftm-inv-owner",)]
    linked = "SELECT ?x ?y WHERE { ?x sit:linkedWith ?y } ORDER BY ?x"
    assert rows(store, linked) == [
        ("id:ftm-inv-hollow", "id:ukrainian-air-force"),  # known by its Ukrainian name
        ("id:ukrainian-air-force", "id:ftm-inv-hollow"),
    ]


def test_a_sanction_is_an_event_of_its_authority_and_target(store: Store) -> None:
    query = """SELECT ?event ?by ?on ?day ?who WHERE { ?event sit:eventType voc:ev-sanction ; sit:actor ?by ;
        sit:recipient ?on ; schema:startDate ?day . ?c rdf:subject ?event ; prov:wasAttributedTo ?who }"""
    assert rows(store, query) == [
        (
            "id:ev-ftm-inv-sanction", "id:ftm-ministry-of-invented-affairs-xx-" + rows_hash(store), "id:ftm-inv-hollow",
            "2029-11-05", "id:ftm-data-set-invented-list",
        )
    ]  # fmt: skip


def rows_hash(store: Store) -> str:
    """The digits that tell the ministry of one country from others."""
    ((iri,),) = rows(store, 'SELECT ?x WHERE { ?x skos:prefLabel "Ministry of Invented Affairs (xx)"@en }')
    return iri.rsplit("-", 1)[-1]


def test_what_helps_to_find_a_person_stays_out(store: Store, brought_in: Import, out: Path) -> None:
    summary = brought_in("ftm", SAMPLE)
    assert dict(summary.reasons()) == {
        "left out: it helps to find a person": 4,
        "the graph has no term for it": 3,
        "an end is not in the files": 1,
        "the graph has no place for this schema": 1,
    }
    with (out / "ftm.skipped.csv").open(encoding="utf-8") as file:
        told = {(row["reason"], row["what"]) for row in csv.DictReader(file)}
    assert ("left out: it helps to find a person", "birthDate") in told  # the name of it, not the day
    assert ("the graph has no term for it", "position: director of nothing") in told
    assert rows(store, 'SELECT ?s WHERE { ?s ?p ?o FILTER(CONTAINS(STR(?o), "1900-01-01")) }') == []


def test_a_newer_copy_revises_what_an_older_one_told(brought_in: Import, out: Path, tmp_path: Path) -> None:
    text = (SAMPLES / SAMPLE).read_text(encoding="utf-8")
    newer = tmp_path / SAMPLE
    newer.write_text(text.replace('"75"', '"25"').replace("2030-02-01", "2030-03-01"), encoding="utf-8")
    brought_in("ftm", SAMPLE)
    assert brought_in("ftm", newer).changes.revised == 2
    after = (out / "ftm.sheets.jsonl.gz").read_bytes()
    assert brought_in("ftm", SAMPLE).changes.revised == 0
    assert (out / "ftm.sheets.jsonl.gz").read_bytes() == after
    store = Store()
    path = out / "ftm.sheets.jsonl.gz"
    store.bulk_extend(data.curated(DATA, [(path.name, path)]).quads)
    query = """SELECT DISTINCT ?now ?was WHERE { ?c prov:wasRevisionOf ?e . ?c schema:abstract ?now .
        ?e schema:abstract ?was }"""
    ((now, was),) = rows(store, query)
    assert "25 %" in now
    assert "75 %" in was


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"schema": "Ownership"', '"shema": "Ownership"', r":4: the field 'schema' is missing"),
        ('"properties": {"owner"', '"properties": [{"owner"', r":4: not JSON"),
        ('"percentage": ["75"]', '"percentage": 75', r":4: is no FollowTheMoney entity"),
        ("2030-02-01T10:00:00", "soon", r":1: has no last_seen"),
    ],
)
def test_broken_entities_are_refused_with_their_line(
    brought_in: Import, out: Path, tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = (SAMPLES / SAMPLE).read_text(encoding="utf-8")
    assert old in text
    text = text.replace(old, new, 1)
    if new == "soon":
        text = text.replace('"last_change": "2030-01-05T00:00:00"', '"last_change": ""', 1)
        text = text.replace('"first_seen": "2029-01-01T00:00:00"', '"first_seen": ""', 1)
    path = tmp_path / SAMPLE
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidData, match=message):
        brought_in("ftm", path)
    assert not out.exists()


def test_the_real_file_has_every_link_and_sanction(brought_in: Import, out: Path, tables: Path) -> None:
    path = tables / "zala.ftm.json"
    brought_in("ftm", path)
    with path.open(encoding="utf-8") as file:
        entities = [json.loads(line) for line in file]
    ends = {entity["id"] for entity in entities if entity["schema"] in ("Person", "Company", "Organization")}
    links: Counter[str] = Counter()
    for schema, one, other in (
        ("Ownership", "owner", "asset"),
        ("Directorship", "director", "organization"),
        ("Family", "person", "relative"),
    ):
        found = {
            (dataset, start, end)
            for entity in entities if entity["schema"] == schema
            for dataset in entity["datasets"]
            for start in entity["properties"][one] for end in entity["properties"][other]
            if {start, end} <= ends
        }  # fmt: skip
        links[schema] = len(found)
    store = Store()
    sheets = out / "ftm.sheets.jsonl.gz"
    store.bulk_extend(data.curated(DATA, [(sheets.name, sheets)]).quads)
    count = "SELECT (COUNT(?c) AS ?n) WHERE {{ ?p sit:inDocument doc:ftm-zala ; sit:carries ?c . ?c rdf:predicate {} }}"
    distinct = count.replace("COUNT(?c)", "COUNT(DISTINCT ?c)")
    for schema, predicate in (("Ownership", "sit:owns"), ("Directorship", "sit:directs"), ("Family", "sit:linkedWith")):
        assert rows(store, distinct.format(predicate)) == [(str(links[schema]),)]
    sanctions = sum(len(e["datasets"]) for e in entities if e["schema"] == "Sanction")
    assert rows(store, distinct.format("sit:occurred")) == [(str(sanctions),)]
