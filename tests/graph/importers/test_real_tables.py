"""The real tables: what SPARQL sums is what the tables sum, counted here from the files alone."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.importers import importers
from graph.importers.importer import Summary, run
from tests.conftest import DATA
from tests.graph.importers.conftest import built, rows

LOSSES = [f"russia_losses_{name}.json" for name in ("personnel", "equipment", "equipment_correction")]
STATUSES = ("destroyed", "damaged", "abandoned", "captured")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("imports")


@pytest.fixture(scope="module")
def summaries(tables: Path, out: Path) -> dict[str, Summary]:
    files = {
        "losses": LOSSES,
        "estimates": ["economist-estimates.csv"],
        "oryx": [f"oryx-{status}.csv" for status in STATUSES],
    }
    options = {"oryx": {"items": "true"}}
    return {
        name: run(importers()[name], [tables / file for file in named], out, DATA, options=options.get(name))
        for name, named in files.items()
    }


@pytest.fixture(scope="module")
def store(summaries: dict[str, Summary], out: Path) -> Store:
    return built(out)


def test_losses_sum_up_by_year_and_kind(store: Store, tables: Path) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    counts: Counter[str] = Counter()
    for row in json.loads((tables / LOSSES[1]).read_bytes()):
        for kind, value in row.items():
            if kind not in ("date", "day") and isinstance(value, int):
                expected[row["date"][:4], kind] += value
                counts[row["date"][:4]] += 1
    found = rows(
        store,
        """SELECT ?year ?item (SUM(?value) AS ?sum) (COUNT(?c) AS ?count) WHERE {
        ?p sit:inDocument doc:losses-equipment ; sit:carries ?c . ?c schema:value ?value ; sit:measurand ?q .
        ?q sit:measure voc:m-equipment-losses ; sit:item ?item ; sit:asOf ?day . BIND(SUBSTR(STR(?day), 1, 4) AS ?year)
    } GROUP BY ?year ?item""",
    )
    assert sorted(int(row[2]) for row in found) == sorted(value for value in expected.values())
    assert {(year, "voc:w-tank"): int(value) for year, item, value, _ in found if item == "voc:w-tank"} == {
        (year, "voc:w-tank"): value for (year, kind), value in expected.items() if kind == "tank"
    }
    assert sum(int(row[3]) for row in found) == sum(counts.values())


def test_personnel_and_prisoners_sum_up_by_year(store: Store, tables: Path) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    for row in json.loads((tables / LOSSES[0]).read_bytes()):
        expected[row["date"][:4], "voc:m-losses"] += row["personnel"]
        if row.get("POW") is not None:
            expected[row["date"][:4], "voc:m-captured"] += row["POW"]
    found = rows(
        store,
        """SELECT ?year ?measure (SUM(?value) AS ?sum) WHERE {
        ?p sit:inDocument doc:losses-personnel ; sit:carries ?c . ?c schema:value ?value ; sit:measurand ?q .
        ?q sit:measure ?measure ; sit:asOf ?day . BIND(SUBSTR(STR(?day), 1, 4) AS ?year) } GROUP BY ?year ?measure""",
    )
    assert {(year, measure): int(value) for year, measure, value in found} == dict(expected)


def test_each_correction_is_a_revision(store: Store, tables: Path) -> None:
    expected = sum(
        bool(value)
        for row in json.loads((tables / LOSSES[2]).read_bytes())
        for kind, value in row.items()
        if kind not in ("date", "day")
    )
    query = """SELECT (COUNT(*) AS ?n) WHERE { ?c prov:wasRevisionOf ?e . ?k sit:first|sit:second ?c ;
        sit:first|sit:second ?e ; sit:outcome voc:superseded . ?p sit:carries ?c ; sit:inDocument doc:losses-corrections
        FILTER(?c != ?e) }"""
    assert rows(store, query) == [(str(expected),)]


def test_the_total_of_19_january_2025_is_there_in_the_contracts_form(store: Store) -> None:
    found = rows(
        store,
        """SELECT ?value ?bound ?low ?high ?row WHERE { ?c prov:hadPrimarySource id:com-general-staff-2025-01-19 ;
        sit:measurand ?q ; schema:value ?value ; sit:bound ?bound ; sit:low ?low ; sit:high ?high .
        ?q sit:measure voc:m-losses ; sit:span voc:cumulative . ?p sit:carries ?c ; sit:row ?row }""",
    )
    assert found == [("818740", "voc:approx", "798271.5", "839208.5", "2025-01-19")]


def test_estimates_sum_up_by_year_and_kind(store: Store, tables: Path) -> None:
    expected: Counter[tuple[str, str, str, str]] = Counter()
    measures = {"deaths": "voc:m-killed", "casualties": "voc:m-casualties"}
    forces = {"russia": "id:russian-armed-forces", "ukraine": "id:armed-forces-of-ukraine"}
    with (tables / "economist-estimates.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            low, high, point = (row[name].replace(",", "") for name in ("estimate_low", "estimate_high", "estimate"))
            value, limits = point or (low or high if not (low and high) else ""), (low, high) if low and high else ()
            for name, text in (("value", value), *zip(("min", "max"), limits, strict=False)):
                if text:
                    key = (row["date"][-4:], measures[row["type"]], forces[row["country"]], name)
                    expected[key] += int(text)
    found = rows(
        store,
        """SELECT ?year ?measure ?thing ?name (SUM(?value) AS ?sum) WHERE {
        { SELECT DISTINCT ?c WHERE { ?p sit:inDocument doc:estimates ; sit:carries ?c } }
        VALUES (?property ?name) { (schema:value "value") (schema:minValue "min") (schema:maxValue "max") }
        ?c ?property ?value ; sit:measurand ?q . ?q sit:measure ?measure ; schema:about ?thing ; sit:asOf ?day .
        BIND(SUBSTR(STR(?day), 1, 4) AS ?year) } GROUP BY ?year ?measure ?thing ?name""",
    )
    assert {row[:4]: int(row[4]) for row in found} == dict(expected)


def test_oryx_sums_up_by_status_side_and_year_of_recording(store: Store, tables: Path) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    systems: Counter[tuple[str, str, str]] = Counter()
    pictures = 0
    forces = {"Russia": "id:russian-armed-forces", "Ukraine": "id:armed-forces-of-ukraine"}
    for status in STATUSES:
        with (tables / f"oryx-{status}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                expected[f"voc:m-equipment-{status}", forces[row["country"]]] += 1
                system = row["system"].strip()
                systems[status, row["country"], system.partition(" ")[2] if system.startswith("1 ") else system] += 1
                pictures += row["url"].startswith("http")
    found = rows(
        store,
        """SELECT ?measure ?thing (SUM(?value) AS ?sum) WHERE { ?c prov:wasAttributedTo id:oryx ; schema:value ?value ;
        sit:measurand ?q . ?q sit:measure ?measure ; schema:about ?thing } GROUP BY ?measure ?thing""",
    )
    assert {(measure, thing): int(value) for measure, thing, value in found} == dict(expected)
    items = rows(store, "SELECT (COUNT(?p) AS ?n) WHERE { ?p sit:carries/prov:wasAttributedTo id:oryx }")
    assert items == [(str(sum(expected.values())),)]
    (linked,) = rows(
        store, "SELECT (COUNT(?u) AS ?n) WHERE { ?p sit:carries/prov:wasAttributedTo id:oryx ; schema:url ?u }"
    )
    assert int(linked[0]) >= pictures * 0.999


def test_nothing_is_left_out_silently(summaries: dict[str, Summary], tables: Path) -> None:
    assert summaries["losses"].skipped == []
    assert {name: sum(table[2] for table in summary.tables) for name, summary in summaries.items()} == {
        "losses": sum(len(json.loads((tables / name).read_bytes())) for name in LOSSES),
        "estimates": 124,
        "oryx": 37_505,
    }
