"""The table of attacks: nights, weapons and regions; sums; two ages of the real table."""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest
from pyoxigraph import Store

from graph.curation import resolver
from graph.errors import InvalidData
from graph.importers import attacks, copies, importers
from graph.importers.draft import Draft
from graph.importers.importer import run
from graph.importers.names import of_folder
from ontology.terms import PREFIXES, compact
from tests.conftest import DATA, FIRST_DOCUMENT
from tests.graph.importers.conftest import SAMPLES, Import, built

MODELS = "attacks-models.csv"
NIGHT = "id:ev-attack-2030-01-03-air-force"


def rows(store: Store, query: str) -> list[tuple[str, ...]]:
    found = store.query(query, prefixes=PREFIXES)
    return [tuple(compact(v.value).strip("<>") if v and hasattr(v, "value") else "" for v in row) for row in found]  # type: ignore[union-attr]


RULES = ("comparable-measurands", "parts-of-measurands", "headings", "compare-numbers")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The sample beside the first document, whose night is decided to be one of the sample's."""
    out, folder = tmp_path_factory.mktemp("imports"), tmp_path_factory.mktemp("data") / "data"
    shutil.copytree(FIRST_DOCUMENT, folder)
    decision = (
        "decisions:\n  - same: [ev-drone-attack-2025-01-19, ev-attack-2025-01-19-air-force]\n    reason: compared\n"
    )
    (folder / "resolver.yaml").write_text(decision, encoding="utf-8")
    run(importers()["attacks"], [SAMPLES / "attacks.csv", SAMPLES / MODELS], out, folder)
    return built(out, folder=folder, derived=RULES)


def figures(store: Store, event: str) -> set[tuple[str, ...]]:
    """Measure, item, place and value of each figure of an event."""
    query = f"""SELECT ?measure ?item ?place ?value WHERE {{ ?c sit:measurand ?q ; schema:value ?value .
        ?q schema:about {event} ; sit:measure ?measure . OPTIONAL {{ ?q sit:item ?item }}
        OPTIONAL {{ ?q schema:location ?place }} }}"""
    return {tuple(part.removeprefix("voc:m-").removeprefix("id:") for part in row) for row in rows(store, query)}


def test_a_night_has_the_figures_of_each_weapon(store: Store) -> None:
    found = figures(store, NIGHT)
    assert found >= {
        ("uav-launched", "", "", "120"),  # decoys are counted under Shahed: no item
        ("shahed-launched", "", "", "80"),
        ("jet-drone-launched", "", "", "4"),
        ("jet-drone-shot-down", "", "", "3"),
        ("uav-shot-down", "", "", "70"),
        ("uav-lost", "", "", "40"),
        ("uav-in-air", "", "", "2"),
        ("places-hit", "", "", "7"),
        ("places-debris", "", "", "3"),
        ("uav-crossed", "", "russia", "2"),
        ("uav-crossed", "", "attacks-belarus", "1"),
        ("missile-launched", "attacks-kh-47-kinzhal", "", "2"),
        ("missile-launched", "attacks-kh-101-kh-555-and-kalibr", "", "62"),
    }
    assert not any("kinzhal" in item and value == "3" for _, item, _, value in found)


def test_numbers_of_a_region_are_on_a_part_of_the_attack(store: Store) -> None:
    parts = rows(
        store,
        f"""SELECT ?part ?place ?value WHERE {{ ?part schema:superEvent {NIGHT} ; schema:location ?place .
        ?q schema:about ?part ; sit:measure voc:m-uav-shot-down . ?c sit:measurand ?q ; schema:value ?value ;
        prov:wasAttributedTo id:ukrainian-air-force }} ORDER BY DESC(?value)""",
    )
    assert parts == [
        (f"{NIGHT}-south-of-ukraine", "id:attacks-south-of-ukraine", "35"),
        (f"{NIGHT}-odesa-oblast-and-mykolaiv-oblast", "id:attacks-odesa-oblast-and-mykolaiv-oblast", "5"),
    ]


def test_shaheds_are_a_part_of_the_drones(store: Store) -> None:
    found = rows(
        store,
        f"""SELECT ?o WHERE {{ ?k sit:outcome ?o ; sit:first ?x ; sit:second ?y .
        ?x sit:measurand ?a . ?y sit:measurand ?b . ?a schema:about {NIGHT} ; sit:measure voc:m-shahed-launched .
        ?b schema:about {NIGHT} ; sit:measure voc:m-uav-launched }}""",
    )
    assert found == [("voc:scope",)]


def test_models_that_share_a_number_stay_one_group(store: Store) -> None:
    members = rows(store, "SELECT ?m WHERE { id:attacks-kh-101-kh-555-and-kalibr skos:member ?m } ORDER BY ?m")
    assert members == [("id:attacks-kalibr",), ("id:attacks-kh-101-kh-555",)]
    assert rows(store, "SELECT ?q WHERE { ?q sit:item id:attacks-kalibr }") == []


def test_a_second_wave_with_the_same_weapon_is_an_event_of_its_own(store: Store) -> None:
    assert ("missile-launched", "attacks-kh-47-kinzhal", "", "3") in figures(store, NIGHT + "-2")


def test_an_attack_by_day_is_not_the_night(store: Store) -> None:
    assert ("uav-launched", "", "", "750") in figures(store, NIGHT + "-day")


def test_a_regional_report_is_a_part_of_the_night(store: Store) -> None:
    south = "id:ev-attack-2030-01-03-air-command-south-undated"
    assert rows(store, f"SELECT ?e WHERE {{ {south} schema:superEvent ?e }}") == [(NIGHT,)]
    assert ("uav-launched", "attacks-molniya", "", "4") in figures(store, south)
    assert ("missile-launched", "attacks-s-300", "attacks-odesa-oblast-and-mykolaiv-oblast", "2") in figures(
        store, south
    )
    lone = "id:ev-attack-2030-01-06-air-command-south-undated"
    assert rows(store, f"SELECT ?e WHERE {{ {lone} schema:superEvent ?e }}") == [("id:russo-ukrainian-war-2022",)]


def test_names_of_attacks_differ_where_they_begin(store: Store) -> None:
    """Each begins with its night or day, then its wave and region: cards and lists show no more of a name."""
    named = dict(
        rows(store, "SELECT ?e ?l WHERE { ?e skos:prefLabel|rdfs:label ?l . FILTER(CONTAINS(STR(?e), '/ev-attack-')) }")
    )
    assert named[NIGHT] == "Night to 2030-01-03: drone and missile attack on Ukraine (Ukrainian Air Force)"
    assert named[f"{NIGHT}-2"].startswith("Night to 2030-01-03, wave 2: missile attack on Ukraine")
    assert named[f"{NIGHT}-day"].startswith("Day of 2030-01-03: drone attack on Ukraine")
    assert named[f"{NIGHT}-south-of-ukraine"].startswith("Night to 2030-01-03, south of Ukraine: ")
    assert named["id:ev-attack-2030-01-03-air-command-south-undated"].endswith("(Air Command South)")
    assert len({name.partition(":")[0] for name in named.values()}) > len(named) / 2
    assert len(set(named.values())) == len(named)


def test_the_post_is_the_communication_of_the_command(store: Store) -> None:
    found = rows(
        store,
        f"""SELECT DISTINCT ?who ?url ?day WHERE {{ ?c rdf:subject {NIGHT} ; rdf:predicate sit:occurred ;
        prov:wasAttributedTo ?who ; prov:hadPrimarySource ?post . ?post schema:url ?url ; sit:when ?day }}""",
    )
    assert found == [("id:ukrainian-air-force", "https://www.facebook.com/kpszsu/posts/sample2", "2030-01-03~")]


def test_regions_and_launch_places_are_claims(store: Store) -> None:
    query = f"SELECT ?p WHERE {{ ?c rdf:subject {NIGHT} ; rdf:predicate PREDICATE ; rdf:object ?p }} ORDER BY ?p"
    launch = rows(store, query.replace("PREDICATE", "sit:launchedFrom"))
    assert launch == [("id:attacks-kursk-oblast",), ("id:attacks-primorsko-akhtarsk",)]
    named = {place for (place,) in rows(store, query.replace("PREDICATE", "schema:location"))}
    assert named == {
        "id:attacks-sumy-oblast",
        "id:donetsk-oblast",
        "id:attacks-kyiv-oblast",
        "id:attacks-east-of-ukraine",
    }


def test_an_attack_without_a_number_is_kept(store: Store) -> None:
    event = "id:ev-attack-2030-01-05-air-force"
    assert figures(store, event) == set()
    assert rows(store, f"SELECT ?w WHERE {{ {event} sit:weapon ?w }}") == [("id:attacks-missile-type-not-stated",)]
    query = f"SELECT ?o WHERE {{ ?c rdf:subject {event} ; rdf:predicate sit:occurred ; rdf:object ?o }}"
    assert rows(store, query) == [("true",)]


SAME_NIGHT = """SELECT ?measure ?value (COUNT(DISTINCT ?c) AS ?claims) (COUNT(DISTINCT ?document) AS ?documents) WHERE {
    ?q schema:about id:ev-drone-attack-2025-01-19 ; sit:measure ?measure . ?c sit:measurand ?q ; schema:value ?value .
    FILTER(?measure IN (voc:m-uav-launched, voc:m-uav-shot-down, voc:m-uav-lost))
    ?p sit:carries ?c ; sit:inDocument ?document } GROUP BY ?measure ?value ORDER BY ?measure"""
AGREE = """SELECT ?measure (COUNT(?k) AS ?n) WHERE { ?k sit:outcome voc:agree ; sit:first ?x ; sit:second ?y .
    ?x sit:measurand ?a ; prov:hadPrimarySource ?post . ?y sit:measurand ?b ; prov:hadPrimarySource ?other .
    ?a schema:about id:ev-drone-attack-2025-01-19 ; sit:measure ?measure . FILTER(?post != ?other) }
    GROUP BY ?measure ORDER BY ?measure"""


def test_the_night_of_18_to_19_january_2025_is_one_event_with_both_sources(store: Store) -> None:
    assert rows(store, SAME_NIGHT) == [
        ("voc:m-uav-launched", "61", "2", "2"),
        ("voc:m-uav-lost", "15", "2", "2"),
        ("voc:m-uav-shot-down", "43", "2", "2"),
    ]
    assert rows(store, AGREE) == [("voc:m-uav-launched", "1"), ("voc:m-uav-lost", "1"), ("voc:m-uav-shot-down", "1")]
    retired = rows(store, "SELECT ?p ?o WHERE { id:ev-attack-2025-01-19-air-force ?p ?o }")
    assert retired == [("owl:sameAs", "id:ev-drone-attack-2025-01-19")]


def test_the_nights_of_january_2025_are_decided() -> None:
    decided = resolver.read(DATA)
    for day in (8, 17, 18, 19, 20, 21):
        assert decided.kept(f"ev-attack-2025-01-{day:02}-air-force") == f"ev-drone-attack-2025-01-{day:02}"


def test_what_becomes_no_claim_is_told(brought_in: Import) -> None:
    summary = brought_in("attacks", "attacks.csv")
    assert dict(summary.reasons()) == {
        "the graph has no place for this column": 2,
        "the table gives no number": 2,
        "a model of unknown kind; name missiles_and_uavs.csv beside it": 2,
    }


def test_a_list_of_models_tells_the_kind_of_a_new_one(brought_in: Import) -> None:
    summary = brought_in("attacks", "attacks.csv", MODELS)
    assert not [reason for reason, _ in summary.reasons() if "unknown kind" in reason]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: text.replace("2030-01-03 08:00", "2030-01-32"), r":2: time_end is '2030-01-32'; a day such as"),
        (lambda text: text.replace("2030-01-03 08:00", "2029-01-03 08:00"), r":2: ends \(2029-01-03 08:00\) before it"),
        (lambda text: text.replace("120.0", "many", 1), r":2: launched is 'many'; a whole number is needed"),
        (lambda text: text.replace("120.0", "-3", 1), r":2: launched has -3\.0; a whole number is needed"),
        (lambda text: text.replace("{'south': 35,", "{'south': 35", 1), r":2: destroyed_details is .*; a Python dict"),
        (lambda text: text.replace("time_end,", "end,", 1), r":1: the column .time_end. is missing; it has time_start"),
        (lambda text: text[: text.index("2030-01-03 05:00") + 30], r":5: 2 fields, but the heading names 22"),
        (lambda text: text.replace("Молнія", '"' + "x" * 140_000 + '"'), r":6: a field of more than 131,072"),
        (lambda text: text + text.splitlines()[1] + "\n" , r":13: says once more what line 2 says"),
        (lambda text: text.replace("kpszsu/posts/sample5", ""), r":9: source is empty; each row needs one"),
    ],
)  # fmt: skip
def test_a_broken_table_is_refused_with_its_line(
    brought_in: Import, out: Path, tmp_path: Path, change: Callable[[str], str], message: str
) -> None:
    path = tmp_path / "attacks.csv"
    path.write_text(change((SAMPLES / "attacks.csv").read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InvalidData, match=message):
        brought_in("attacks", path)
    assert not out.exists()


def test_a_table_in_another_encoding_is_refused(brought_in: Import, tmp_path: Path) -> None:
    path = tmp_path / "attacks.csv"
    path.write_bytes((SAMPLES / "attacks.csv").read_text(encoding="utf-8").encode("cp1251"))
    with pytest.raises(InvalidData, match=r":6: not UTF-8"):
        brought_in("attacks", path)


def test_proposals_name_what_nobody_decided_yet(brought_in: Import, out: Path, tmp_path: Path) -> None:
    summary = run(importers()["attacks"], [SAMPLES / "attacks.csv"], out, FIRST_DOCUMENT)
    assert summary.proposed == 1
    text = (out / "attacks.proposals.yaml").read_text(encoding="utf-8")
    assert "same: [ev-drone-attack-2025-01-19, ev-attack-2025-01-19-air-force]" in text
    assert "equal: uav-launched 61, uav-lost 15, uav-shot-down 43." in text
    assert brought_in("attacks", "attacks.csv").proposed == 0


# --- the real tables

OLDER, NEWER = "attacks-2026-03-01.csv", "attacks-2026-05-17.csv"


def lines_of(out: Path) -> list[tuple[object, ...]]:
    """The standing claims of a folder: what each says, with its copies left out."""
    memory = copies.remembered(out, "attacks")
    (table,) = memory.tables.values()
    standing = ((key, table.current(key)) for key in table.cells)
    return sorted((key, version.said, str(version.claim)) for key, version in standing if version)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newer table alone, imported."""
    folder = os.environ.get("SITREP_TABLES")
    if not folder:
        pytest.skip("SITREP_TABLES names no folder of public tables")
    out = tmp_path_factory.mktemp("real")
    run(importers()["attacks"], [Path(folder) / NEWER], out, DATA)
    return out


def test_older_newer_older_ends_where_the_newer_alone_ends(
    brought_in: Import, out: Path, tables: Path, real: Path
) -> None:
    first = brought_in("attacks", tables / OLDER)
    second = brought_in("attacks", tables / NEWER)
    assert second.changes.new > 900
    # six regions that were only named, one number and its part
    assert (second.changes.revised, second.changes.withdrawn) == (0, 8)
    third = brought_in("attacks", tables / OLDER)
    assert (third.changes.new, third.changes.revised, third.changes.withdrawn) == (0, 0, 0)
    assert first.changes.new == first.claims
    assert lines_of(out) == lines_of(real)


@pytest.fixture(scope="module")
def compiled(real: Path) -> Store:
    """The newer table's claims, compiled beside data/; nothing derived, no shapes."""
    from graph.curation import data

    store = Store()
    path = real / "attacks.sheets.jsonl.gz"
    store.bulk_extend(data.curated(DATA, [(path.name, path)]).quads)
    store.optimize()
    return store


FIGURE = {"launched": "launched", "shot-down": "destroyed", "lost": "not_reach_goal"}
SUMS = """SELECT ?event ?year ?measure ?item (SUM(?value) AS ?sum) WHERE {
    ?p sit:inDocument doc:attacks ; sit:carries ?c . ?c sit:measurand ?q ; schema:value ?value .
    ?q schema:about ?event ; sit:measure ?measure ; schema:endDate ?day . BIND(YEAR(?day) AS ?year)
    FILTER(?measure IN (voc:m-uav-launched, voc:m-uav-shot-down, voc:m-uav-lost, voc:m-missile-launched,
        voc:m-missile-shot-down, voc:m-missile-lost))
    OPTIONAL { ?q sit:item ?item } } GROUP BY ?event ?year ?measure ?item"""
TOP = "SELECT ?event WHERE { ?event schema:superEvent id:russo-ukrainian-war-2022 }"
# what a row says of a region beside its own number is on a part, of which the same command speaks
EVERY = """SELECT DISTINCT ?event WHERE { ?event a sit:Event MINUS {
    ?part rdf:subject ?event ; rdf:predicate sit:occurred ; prov:wasAttributedTo ?who .
    ?event schema:superEvent ?whole .
    ?o rdf:subject ?whole ; rdf:predicate sit:occurred ; prov:wasAttributedTo ?who } }"""
REGIONAL = ("PvKPivden", "pvkshid", "PvkZahid", "PvkCenter", "kharkivoda")


def of_graph(store: Store, events: str) -> Counter[tuple[str, str, str]]:
    """Sums per year, figure and weapon over some events."""
    wanted = {event for (event,) in rows(store, events)}
    sums: Counter[tuple[str, str, str]] = Counter()
    for event, year, measure, item, number in rows(store, SUMS):
        if event in wanted:
            figure = FIGURE[measure.partition("m-")[2].partition("-")[2]]
            sums[year, figure, item.removeprefix("id:")] += int(number)
    return Counter({key: number for key, number in sums.items() if number})


@pytest.mark.parametrize("events", [TOP, EVERY], ids=["top-level events", "all rows"])
def test_sums_per_year_and_weapon_are_those_of_the_table(compiled: Store, tables: Path, events: str) -> None:
    path = tables / NEWER
    models = attacks._Models(Draft("attacks", of_folder(DATA)))
    with path.open(encoding="utf-8-sig", newline="") as file:
        slugs = {row["model"]: models.slug(row["model"]) for row in csv.DictReader(file)}
    slugs["Shahed-136/131"] = ""  # the drones of the attack: no item
    assert len(set(slugs.values())) == len(slugs) == 71
    expected = of_table(path, is_top_level(path) if events == TOP else lambda row: True, slugs)
    assert of_graph(compiled, events) == expected
    assert len(expected) > 200


def day_of(row: dict[str, str]) -> str:
    """The morning to which a row belongs: what starts in the evening counts to the next day."""
    day, _, time = row["time_start"].partition(" ")
    if time and int(time.split(":")[0]) >= 17:
        return (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    return day if time else row["time_end"][:10]


def is_top_level(path: Path) -> Callable[[dict[str, str]], bool]:
    """Whether a row is nationwide, or of a region on a day on which the Air Force itself reports nothing."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        reported = {day_of(row) for row in csv.DictReader(file) if "kpszsu" in row["source"]}
    return lambda row: not row["source"].startswith(REGIONAL) or day_of(row) not in reported


def of_table(
    path: Path, only: Callable[[dict[str, str]], bool], slugs: Mapping[str, str]
) -> Counter[tuple[str, str, str]]:
    """Sums per year, figure and model, computed from the file alone."""
    sums: Counter[tuple[str, str, str]] = Counter()
    with path.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            for column in FIGURE.values():
                if row[column] and only(row):
                    sums[row["time_end"][:4], column, slugs[row["model"]]] += int(float(row[column]))
    return Counter({key: number for key, number in sums.items() if number})
