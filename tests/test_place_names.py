"""Regions and launch places are found by the names that public tables of attacks and news texts write."""

from __future__ import annotations

import ast
import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, Store

from graph.search.folding import plain
from ontology.terms import PREFIXES

TABLES = os.environ.get("SITREP_TABLES")
needs_tables = pytest.mark.skipif(not TABLES, reason="SITREP_TABLES names no folder of public tables")

# As the tables and news texts write them: adjectives, older English, both alphabets, a table's own slip.
NAMES = {
    "Kharkiv oblast": "kharkiv-oblast",
    "Kharkivska oblast": "kharkiv-oblast",
    "Kharkov region": "kharkiv-oblast",
    "Харківська область": "kharkiv-oblast",
    "Харьковская область": "kharkiv-oblast",
    "Zaporozhye region": "zaporizhzhia-oblast",
    "Nikolaev region": "mykolaiv-oblast",
    "Kiev region": "kyiv-oblast",
    "Київська область": "kyiv-oblast",
    "Київ": "kyiv",
    "Lutsk oblast": "volyn-oblast",
    "Dnipro oblast": "dnipropetrovsk-oblast",
    "Закарпаття": "zakarpattia-oblast",
    "Автономна Республіка Крим": "crimea",
    "Sevastopol, Crimea": "sevastopol",
    "Belgorod region": "belgorod-oblast",
    "Бєлгородська область": "belgorod-oblast",
    "Orel region": "oryol-oblast",
    "Краснодарский край": "krasnodar-krai",
    "Engels-2": "engels",
    "Приморско-Ахтарск": "primorsko-akhtarsk",
    "Chauda, Crimea": "chauda",
}
DIRECTIONS = re.compile(r"(north|south|east|west|center|front line)(-(east|west))?")


def places(store: Store) -> dict[str, set[str]]:
    """Slugs of places and states by name, folded for case and punctuation."""
    found: dict[str, set[str]] = {}
    names = """SELECT ?place ?name { ?place a ?class ; skos:prefLabel|skos:altLabel|skos:hiddenLabel ?name .
               FILTER(?class IN (schema:Place, sit:State)) }"""
    for place, name in store.query(names, prefixes=PREFIXES):  # type: ignore[union-attr]
        assert isinstance(name, Literal)
        found.setdefault(plain(name.value), set()).add(place.value.rsplit("/", 1)[-1])
    return found


def rows() -> Iterator[dict[str, str]]:
    for path in sorted(Path(TABLES or "").glob("attacks-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            yield from csv.DictReader(file)


def known(store: Store, named: Counter[str]) -> tuple[Counter[bool], list[tuple[str, int]]]:
    """How often a name that is no direction leads to one place, and the names that do not, most frequent first."""
    slugs = places(store)
    hits: Counter[bool] = Counter()
    missing: Counter[str] = Counter()
    for name, times in named.items():
        if name and not DIRECTIONS.fullmatch(name):
            one = len(slugs.get(plain(name), ())) == 1
            hits[one] += times
            missing.update({} if one else {name: times})
    return hits, missing.most_common(20)


@pytest.mark.parametrize(("name", "slug"), NAMES.items())
def test_a_name_leads_to_one_place(curated: Store, name: str, slug: str) -> None:
    assert places(curated).get(plain(name)) == {slug}


@needs_tables
def test_every_affected_region_is_known(curated: Store) -> None:
    """But for a city that the column of regions names twice."""
    named = Counter(name for row in rows() for name in ast.literal_eval(row["affected region"] or "[]"))
    hits, missing = known(curated, named)
    assert hits[True] >= 1_500
    assert missing == [("Kryvyi Rih", 2)]


@needs_tables
def test_nearly_every_launch_place_is_known(curated: Store) -> None:
    """What is left joins a sea to a town or to a region: two places in one cell."""
    hits, missing = known(curated, Counter(name for row in rows() for name in row["launch_place"].split(" and ")))
    assert hits[True] >= 0.995 * hits.total(), missing
    assert all("Sea, " in name for name, _ in missing), missing


def test_a_region_lies_in_its_state_and_has_a_point(curated: Store) -> None:
    """The 24 oblasts, Crimea and the two cities; in WKT the longitude stands first."""
    regions = """SELECT ?region ?latitude ?longitude ?wkt {
        ?region schema:containedInPlace id:ukraine ; schema:latitude ?latitude ; schema:longitude ?longitude ;
            geo:hasDefaultGeometry/geo:asWKT ?wkt ; skos:altLabel ?uk FILTER(LANG(?uk) = "uk") }"""
    found = {
        region.value.rsplit("/", 1)[-1]: (float(latitude.value), float(longitude.value), wkt.value)
        for region, latitude, longitude, wkt in curated.query(regions, prefixes=PREFIXES)  # type: ignore[union-attr]
    }
    assert sum(slug.endswith("-oblast") for slug in found) == 24
    assert {"crimea", "kyiv", "sevastopol"} <= set(found)
    for latitude, longitude, wkt in found.values():
        assert 44.3 < latitude < 52.4
        assert 22.1 < longitude < 40.3
        assert [float(number) for number in wkt[6:-1].split()] == [longitude, latitude]
