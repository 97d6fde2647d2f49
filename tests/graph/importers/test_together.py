"""All real tables beside data/: what is decided and expected of the curated data holds with them, too."""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.curation import expectations
from graph.importers import importers
from graph.importers.importer import run
from graph.rules import rules
from graph.search.folding import folded, plain
from tests.conftest import DATA
from tests.graph.importers.conftest import built, rows

STATUSES = ("destroyed", "damaged", "abandoned", "captured")
FILES = {
    "losses": [f"russia_losses_{name}.json" for name in ("personnel", "equipment", "equipment_correction")],
    "estimates": ["economist-estimates.csv"],
    "oryx": [f"oryx-{status}.csv" for status in STATUSES],
    "attacks": ["attacks-2026-05-17.csv", "missiles_and_uavs.csv"],
    "ftm": ["zala.ftm.json"],
}
# The sides of a force in the table, and the name without the number of the list that it heads.
FORCES = {"Russia": "id:russian-armed-forces", "Ukraine": "id:armed-forces-of-ukraine"}


@pytest.fixture(scope="module")
def store(tables: Path, tmp_path_factory: pytest.TempPathFactory) -> Store:
    out = tmp_path_factory.mktemp("imports")
    for name, files in FILES.items():
        run(importers()[name], [tables / file for file in files], out, DATA)
    return built(out, derived=[rule.name.partition("-")[2] for rule in rules()])


def test_what_is_expected_of_the_curated_data_holds_with_all_tables(store: Store) -> None:
    assert list(expectations.violations(DATA / "expectations.toml", store, most=False)) == []


def test_the_night_of_19_january_2025_is_one_event_on_which_table_and_live_blog_agree(store: Store) -> None:
    found = rows(
        store,
        """SELECT DISTINCT ?measure ?value ?other WHERE {
        ?k sit:outcome voc:agree ; sit:first|sit:second ?x ; sit:first|sit:second ?y . ?x schema:value ?value .
        ?x sit:measurand/schema:about id:ev-drone-attack-2025-01-19 ; sit:measurand/sit:measure ?measure .
        ?y sit:measurand/schema:about id:ev-drone-attack-2025-01-19 ; schema:value ?other .
        ?p sit:carries ?x ; sit:inDocument doc:attacks . ?o sit:carries ?y ; sit:inDocument doc:21b468746adfc9bb
        } ORDER BY DESC(?value)""",
    )
    assert found == [
        ("voc:m-uav-launched", "61", "61"),
        ("voc:m-uav-shot-down", "43", "43"),
        ("voc:m-uav-lost", "15", "15"),
    ]


def test_totals_of_the_table_and_of_the_first_document_meet(store: Store) -> None:
    found = rows(
        store,
        """SELECT DISTINCT ?asOf ?value ?who ?day ?total ?outcome WHERE {
        ?p sit:carries ?claim ; sit:inDocument doc:21b468746adfc9bb . ?claim sit:measurand ?one ; schema:value ?value .
        ?claim prov:wasAttributedTo ?who . ?one sit:span voc:cumulative ; sit:asOf ?asOf ; sit:comparableTo ?other .
        ?row sit:inDocument doc:losses-personnel ; sit:carries ?figure . ?other sit:asOf ?day .
        ?figure sit:measurand ?other ; schema:value ?total ; prov:wasAttributedTo id:general-staff-ukraine .
        OPTIONAL { ?k sit:first|sit:second ?claim ; sit:first|sit:second ?figure ; sit:outcome ?outcome } }
        ORDER BY ?day ?who""",
    )
    window, publisher = "[2025-01-19..2025-01-20]", "id:publisher-of-21b468746adfc9bb"
    assert found == [
        (window, "819000", publisher, "2025-01-19", "818740", "voc:rounding"),
        (window, "819000", "id:syrskyi", "2025-01-19", "818740", "voc:rounding"),
        (window, "819000", publisher, "2025-01-20", "820430", "voc:rounding"),
        (window, "819000", "id:syrskyi", "2025-01-20", "820430", "voc:rounding"),
    ]


def test_oryx_sums_up_by_system_status_and_side(store: Store, tables: Path) -> None:
    named: dict[str, set[str]] = defaultdict(set)
    for item, name in rows(
        store,
        """SELECT DISTINCT ?item ?name WHERE { ?c prov:wasAttributedTo id:oryx ; sit:measurand/sit:item ?item .
        ?item skos:prefLabel|skos:altLabel|skos:hiddenLabel ?name }""",
    ):
        named[folded(plain(name)) or name].add(item)
    expected: Counter[tuple[str, str, str]] = Counter()
    for status in STATUSES:
        with (tables / f"oryx-{status}.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                number, _, rest = row["system"].strip().partition(" ")
                name = rest if number.isdigit() and not rest.startswith(("mm", "cm")) else row["system"].strip()
                (item,) = named[folded(plain(name)) or name]
                expected[f"voc:m-equipment-{status}", FORCES[row["country"]], item] += 1
    found = rows(
        store,
        """SELECT ?measure ?thing ?item (SUM(?value) AS ?sum) WHERE { ?c prov:wasAttributedTo id:oryx ;
        schema:value ?value ; sit:measurand ?q . ?q sit:measure ?measure ; schema:about ?thing ; sit:item ?item }
        GROUP BY ?measure ?thing ?item""",
    )
    assert {(measure, thing, item): int(value) for measure, thing, item, value in found} == dict(expected)
    assert len(expected) > 2_000
