"""The claims desk over HTTP: on the first document exactly what it holds, and the hard cases from small additions."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import rdflib
from starlette.testclient import TestClient

import graph.build
from api.workers import Limits
from graph.checks import declared
from ontology.terms import BASE, SIT
from tests.api.conftest import parsed, served
from tests.conftest import FIRST_DOCUMENT, TESTS

ADDITIONS = TESTS / "questions" / "additions"
HARD = ("denial", "revision", "three-settlements", "falling-total", "service-entry", "daily-series", "desk")
FORCES = f"{BASE}id/russian-armed-forces"


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The first document with all hard cases beside it."""
    folder = tmp_path_factory.mktemp("hard")
    graph.build.build(FIRST_DOCUMENT, folder, [ADDITIONS / f"{name}.ttl" for name in HARD])
    with served(folder, Limits(running=1, deadline=30)) as client:
        yield client


def got(client: TestClient, path: str, **parameters: Any) -> Any:
    answer = client.get(path, params=parameters or None)
    assert answer.status_code == 200, answer.text
    return answer.json()


def values(item: dict[str, Any]) -> set[tuple[str, int | float]]:
    """The two numbers with their hedges."""
    return {(item[side]["quantity"]["bound"], item[side]["quantity"]["value"]) for side in ("first", "second")}


def pairs(client: TestClient, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = got(client, "/contradictions", limit=1000, **parameters)["contradictions"]
    return found


# --- contradictions


def test_a_dispute_has_an_address_and_stands_once_with_all_its_claims(client: TestClient) -> None:
    body = got(client, "/contradictions")
    (dispute,) = body["disputes"]
    assert body["dispute_count"] == 1
    assert dispute["topic"] == "losses"
    assert dispute["comparisons"] == [body["contradictions"][0]["iri"]]
    path = dispute["iri"].removeprefix(BASE.rstrip("/"))
    alone = got(client, path)
    assert {key: alone[key] for key in dispute} == dispute
    page = client.get(path, headers={"accept": "text/html"}).text
    for part in ("dispute", "150,000", "434,000", "heading, misreports"):
        assert part in page
    rdf = rdflib.Graph().parse(data=client.get(f"{path}.ttl").text)
    held = set(rdf.subjects(SIT.inDispute, rdflib.URIRef(dispute["iri"])))
    assert {claim["iri"] for claim in dispute["claims"]} < set(map(str, held))


def test_disputes_stand_above_the_pairs_and_on_the_front_page(client: TestClient) -> None:
    for path in ("/contradictions", "/"):
        page = client.get(path, headers={"accept": "text/html"}).text
        assert "The war" in page
        assert "Specifications of weapons" not in page  # the first document has no dispute about one
    assert "The war" not in client.get("/contradictions?outcome=scope", headers={"accept": "text/html"}).text


def test_contradictions_about_somebody_are_also_those_of_what_he_said(client: TestClient) -> None:
    said = got(client, "/contradictions?about=syrskyi")
    assert said["total"] == got(client, "/contradictions?claimant=syrskyi")["total"] > 0
    assert said["dispute_count"] == 1


def test_tabs_carry_counts(client: TestClient) -> None:
    page = client.get("/contradictions", headers={"accept": "text/html"}).text
    tabs = re.search(r'<nav class="jump" aria-label="Claims desk">.*?</nav>', page, re.DOTALL)
    assert tabs
    counts = dict(re.findall(r'href="(/\w+)"[^>]*>[^<]*<span>([\d,]+)</span>', tabs[0]))
    assert counts == {
        "/contradictions": "1",
        **{path: f"{got(client, path)['total']:,}" for path in ("/sides", "/checks", "/wording")},
    }


def test_the_first_document_holds_four_pairs_and_nothing_that_merely_looks_alike(client: TestClient) -> None:
    body = got(client, "/contradictions")
    assert body["contradictions"][0]["outcome"]["iri"] == f"{BASE}voc/reporting"
    assert sorted(
        (item["outcome"]["iri"].rpartition("/")[2], sorted(values(item))) for item in body["contradictions"]
    ) == [
        ("reporting", [("exact", 150000), ("more-than", 434000)]),
        ("rounding", [("exact", 819000), ("just-under", 819000)]),
        ("scope", [("approx", 150000), ("exact", 150000)]),
        ("scope", [("approx", 150000), ("more-than", 434000)]),
    ]
    assert body["counts"] == {"reporting": 1, "scope": 2, "rounding": 1}
    assert (body["total"], body["total_exact"], body["truncated"], body["next"], body["about"]) == (
        4,
        True,
        False,
        None,
        None,
    )


def test_a_misreport_is_the_slip_of_the_document(client: TestClient) -> None:
    (item,) = pairs(client, outcome="reporting")
    slip = next(item[side] for side in ("first", "second") if item[side]["iri"] == item["slip"])
    assert slip["quantity"]["value"] == 150000
    assert "a document misreports it" in item["why"]
    assert [passage["mode"] for passage in slip["passages"]] == ["headline"]


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"about": "russian-armed-forces"}, 4),
        ({"about": "id:russian-armed-forces"}, 4),
        ({"about": FORCES}, 4),
        ({"about": "atacms"}, 0),
        ({"measure": "killed"}, 2),
        ({"measure": "voc:m-killed"}, 2),
        ({"measure": f"{BASE}voc/m-killed", "about": "russian-armed-forces"}, 2),
        ({"measure": "uav-launched"}, 0),
        ({"claimant": "syrskyi"}, 4),
        ({"claimant": "publisher-of-21b468746adfc9bb"}, 1),
        ({"outcome": "scope"}, 2),
        ({"outcome": "voc:rounding"}, 1),
        ({"since": "2025-01-20"}, 1),
        ({"since": "2025", "until": "2025-01-19"}, 3),
        ({"until": "2024"}, 0),
        ({"about": "", "measure": "", "outcome": ""}, 4),
    ],
)
def test_pairs_are_found_by_thing_measure_claimant_day_and_outcome(
    client: TestClient, parameters: dict[str, str], count: int
) -> None:
    assert len(pairs(client, **parameters)) == count


@pytest.mark.parametrize("name", ["Oleksandr Syrskyi", "oleksandr syrskyi", "Олександр Сирський"])
@pytest.mark.parametrize(
    ("path", "parameter"), [("contradictions", "claimant"), ("sides", "about"), ("wording", "claimant")]
)
def test_a_name_that_one_thing_alone_has_names_it(client: TestClient, path: str, parameter: str, name: str) -> None:
    by_slug, by_name = (client.get(f"/{path}", params={parameter: word}).json() for word in ("syrskyi", name))
    assert by_slug["total"] == by_name["total"] > 0
    assert by_slug[path] == by_name[path]


def test_a_part_of_a_name_names_nothing(client: TestClient) -> None:
    answer = client.get("/sides", params={"about": "Oleksandr"})
    assert answer.status_code == 400
    assert "unknown thing 'Oleksandr'" in answer.json()["detail"]


def test_a_name_that_several_things_have_lists_them(tmp_path: Path) -> None:
    (tmp_path / "twins.ttl").write_text(
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>\n"
        + "".join(
            f'<{BASE}id/twin-{word}> a <http://xmlns.com/foaf/0.1/Person> ; rdfs:label "Invented Twin"@en .\n'
            for word in ("one", "two")
        )
    )
    graph.build.build(FIRST_DOCUMENT, tmp_path / "snapshots", [tmp_path / "twins.ttl"])
    with served(tmp_path / "snapshots", Limits(running=1, deadline=30)) as client:
        answer = client.get("/checks", params={"about": "invented twin"})
    assert answer.status_code == 400
    assert answer.json()["detail"].endswith("is what several things are called; give one of twin-one, twin-two")


@pytest.mark.parametrize(
    ("path", "parameters", "parameter", "told"),
    [
        ("contradictions", {"since": "2025-02-30"}, "since", "write 2025-01-20, 2025-01 or 2025"),
        ("contradictions", {"until": "yesterday"}, "until", "write 2025-01-20, 2025-01 or 2025"),
        ("contradictions", {"since": "2025-02", "until": "2025-01"}, "until", "turn the two round"),
        ("contradictions", {"measure": "loses"}, "measure", "did you mean losses"),
        ("contradictions", {"outcome": "contradicts"}, "outcome", "did you mean contradict"),
        ("contradictions", {"outcome": "nonsense"}, "outcome", "agree, contradict"),
        ("contradictions", {"about": "sirsky"}, "about", "unknown thing 'sirsky'"),
        ("contradictions", {"claimant": "https://example.org/nobody"}, "claimant", "give a slug, a prefixed name"),
        ("contradictions", {"cursor": "x"}, "cursor", "not one of ours"),
        ("checks", {"check": "balanced"}, "check", "did you mean balance"),
        ("checks", {"result": "fine"}, "result", "not-borne-out"),
        ("checks", {"about": "nothing-of-the-kind"}, "about", "unknown thing"),
        ("wording", {"claimant": "nobody-at-all"}, "claimant", "unknown thing"),
        ("sides", {"about": "sirsky"}, "about", "unknown thing 'sirsky'"),
        ("sides", {"measure": "loses"}, "measure", "did you mean losses"),
        ("sides", {"since": "2025-02-30"}, "since", "write 2025-01-20, 2025-01 or 2025"),
        ("sides", {"since": "2025-02", "until": "2025-01"}, "until", "turn the two round"),
        ("sides", {"cursor": "x"}, "cursor", "not one of ours"),
        ("sides", {"cursor": "WyJ4Il0"}, "cursor", "not one of ours"),
        ("sides", {"cursor": "WyIxIl0"}, "cursor", "not one of ours"),
    ],
)
def test_a_parameter_that_cannot_be_is_named_with_what_it_accepts(
    client: TestClient, path: str, parameters: dict[str, str], parameter: str, told: str
) -> None:
    answer = client.get(f"/{path}", params=parameters)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == parameter
    assert answer.json()["detail"].startswith(f"{parameter}: ")
    assert told in answer.json()["detail"]


@pytest.mark.parametrize("path", ["contradictions", "checks", "wording", "sides"])
def test_lists_go_on_where_they_stopped(client: TestClient, path: str) -> None:
    whole = got(client, f"/{path}")
    first = got(client, f"/{path}", limit=1)
    assert first["truncated"]
    found = first[path]
    while first["next"]:
        first = client.get(first["next"]).json()
        found += first[path]
    assert found == whole[path]
    assert whole["total"] == len(found)


@pytest.mark.parametrize("path", ["contradictions", "checks", "wording", "sides"])
def test_a_list_is_a_page_a_table_or_a_graph(client: TestClient, path: str) -> None:
    total = got(client, f"/{path}")["total"]
    lines = list(csv.reader(io.StringIO(client.get(f"/{path}.csv").text)))
    assert len(lines) >= total + 1
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(parsed(client.get(f"/{path}.ttl"))) == len(parsed(client.get(f"/{path}.jsonld"))) > 0
    page = client.get(f"/{path}", headers={"accept": "text/html"})
    assert page.headers["content-type"].startswith("text/html")
    assert f'href="/{path}.csv"' in page.text
    assert client.get(f"/{path}/more").status_code == 404
    assert client.get(f"/{path}", headers={"accept": "image/png"}).status_code == 406


def test_what_a_stranger_types_is_escaped(client: TestClient) -> None:
    page = client.get("/contradictions", params={"about": "<script>"}, headers={"accept": "text/html"})
    assert page.status_code == 400
    assert "<script>" not in page.text


def test_a_comparison_has_a_page_of_its_own(client: TestClient) -> None:
    (item,) = pairs(client, outcome="reporting")
    path = item["iri"].removeprefix(BASE.rstrip("/"))
    alone = got(client, path)
    assert {key: alone[key] for key in item} == item
    page = client.get(path, headers={"accept": "text/html"}).text
    for part in ("misreported", "heading, misreports", "<svg", "150,000", "434,000", "a document misreports it"):
        assert part in page


def test_a_denial_contradicts_what_it_denies(hard: TestClient) -> None:
    (item,) = pairs(hard, outcome="contradict", about="ev-two-settlements", claimant="general-staff-ukraine")
    assert item["why"] == "One affirms what the other denies."
    assert sorted(item[side]["relation"]["object"] for side in ("first", "second")) == ["false", "true"]


def test_a_revised_figure_is_superseded_and_no_conflict(hard: TestClient) -> None:
    (item,) = pairs(hard, outcome="superseded")
    assert values(item) == {("exact", 427000), ("exact", 434000)}


def test_two_settlements_are_not_three(hard: TestClient) -> None:
    (item,) = pairs(hard, outcome="contradict", measure="settlements-taken")
    assert values(item) == {("exact", 2), ("exact", 3)}


def test_years_of_service_entry_and_holders_of_one_seat_are_one(hard: TestClient) -> None:
    (years,) = pairs(hard, about="atacms-m39a1", claimant="us-army")
    assert years["why"] == "There can be only one, and two are named."
    (holders,) = pairs(hard, about="post-example")
    assert holders["why"] == "There can be only one, and two are named."
    assert {holders[side]["relation"]["subject"]["id"] for side in ("first", "second")} == {
        "example-one",
        "example-two",
    }


def test_up_to_165_km_contradicts_190_miles_but_not_40(hard: TestClient) -> None:
    (item,) = pairs(hard, measure="range-max")
    assert values(item) == {("at-most", 165), ("exact", 190)}
    assert item["why"].startswith("The limits do not meet: ")
    assert "165 km or less" in item["why"]
    assert "297.729 to 313.822 km" in item["why"]


def test_totals_a_day_apart_agree_and_conflict_with_nothing(hard: TestClient) -> None:
    assert pairs(hard, about="example-army", measure="losses") == []


def test_one_claimants_days_are_a_series_and_no_rivals(hard: TestClient) -> None:
    staff = [item for item in pairs(hard, claimant="general-staff-ukraine") if item["first"]["quantity"]]
    both = [item for item in staff if item["first"]["claimants"] == item["second"]["claimants"]]
    assert [item["outcome"]["iri"].rpartition("/")[2] for item in both] == ["superseded"]


# --- side by side


def rows(client: TestClient, **parameters: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = got(client, "/sides", limit=1000, **parameters)["sides"]
    return found


def spoken(row: dict[str, Any]) -> dict[str, list[int | float | str]]:
    """What each side says: its numbers, or who says it."""
    return {
        cell["side"]: sorted(
            claim["quantity"]["value"] if claim["quantity"] else claim["claimants"][0]["id"] for claim in cell["claims"]
        )
        for cell in row["said"]
    }


def test_each_event_of_the_first_document_rests_on_one_side(client: TestClient) -> None:
    events = {row["thing"]["id"]: row for row in rows(client) if row["kind"] == "event"}
    assert {name: (spoken(row), row["origins"], row["party_only"]) for name, row in events.items()} == {
        "ev-call-sybiha-blinken": ({"ukraine": ["sybiha"]}, 1, True),
        "ev-drone-attack-2025-01-19": ({"ukraine": ["ukrainian-air-force"]}, 1, True),
        "ev-two-settlements": ({"russia": ["russia"]}, 1, True),
        "ev-atacms-first-use": ({"others": ["publisher-of-21b468746adfc9bb"]}, 1, False),
        "ev-atacms-transfer": ({"others": ["publisher-of-21b468746adfc9bb"]}, 1, False),
        # a forecast affirms nothing
        "ev-us-handover": ({"others": ["publisher-of-21b468746adfc9bb"]}, 0, None),
    }


def test_the_settlements_rest_on_russia_alone(client: TestClient) -> None:
    found = rows(client, about="ev-two-settlements")
    assert [(row["kind"], spoken(row), row["sides"], row["origins"], row["party_only"]) for row in found] == [
        ("event", {"russia": ["russia"]}, 1, 1, True),
        ("measurand", {"russia": [2]}, 1, 1, True),
    ]


def test_every_claim_of_the_first_document_stands_in_a_row(client: TestClient) -> None:
    shown = {claim["iri"] for row in rows(client) for cell in row["said"] for claim in cell["claims"]}
    assert len(shown) == 46
    assert all(cell["count"] == len(cell["claims"]) for row in rows(client) for cell in row["said"])


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"about": "russian-armed-forces", "measure": "losses"}, 3),
        ({"about": "voc:m-losses"}, 3),
        ({"measure": "uav-launched"}, 1),
        ({"about": "atacms"}, 1),
        ({"since": "2025-01-21"}, 0),
        ({"measure": "losses", "until": "2024"}, 0),
    ],
)
def test_rows_are_found_by_thing_measure_and_day(client: TestClient, parameters: dict[str, str], count: int) -> None:
    found = rows(client, **parameters)
    assert len(found) == count, [row["thing"]["label"] for row in found]


def test_an_unnamed_group_on_a_side_stands_with_it_and_is_no_origin(client: TestClient) -> None:
    (row,) = [row for row in rows(client, about="ev-drone-attack-2025-01-19") if row["kind"] == "topic"]
    assert (spoken(row), row["origins"]) == ({"ukraine": ["ukrainian-officials"]}, 0)


def test_what_two_sides_speak_of_comes_first_and_stands_in_one_row(hard: TestClient) -> None:
    first = rows(hard)[0]
    assert (first["kind"], first["thing"]["id"], first["sides"]) == ("event", "ev-two-settlements", 2)
    assert spoken(first) == {"russia": ["russia"], "ukraine": ["general-staff-ukraine"]}
    assert [cell["claims"][0]["relation"]["object"] for cell in first["said"]] == ["true", "false"]
    # a denial is no second origin of what it denies
    assert (first["origins"], first["party_only"]) == (1, True)
    several = [row["sides"] for row in rows(hard) if row["kind"] != "topic"]
    assert several == sorted(several, reverse=True)


def test_rivals_of_one_value_stand_in_one_row(hard: TestClient) -> None:
    stated = [row for row in rows(hard, about="atacms-m39a1") if row["predicate"]]
    (row,) = [row for row in stated if row["predicate"]["iri"].endswith("serviceEntry")]
    assert {claim["relation"]["object"] for cell in row["said"] for claim in cell["claims"]} == {"1997", "1998"}


def test_a_row_says_the_origins_that_the_page_of_its_event_says(hard: TestClient) -> None:
    for row in rows(hard):
        if row["kind"] == "event":
            alone = got(hard, f"/id/{row['thing']['id']}")
            assert (alone["origins"], bool(alone["party_only"])) == (row["origins"], bool(row["party_only"]))


def test_the_page_shows_a_column_for_each_side(hard: TestClient) -> None:
    page = hard.get("/sides", headers={"accept": "text/html"}).text
    for part in ('<th scope="col"><bdi>Russia</bdi>', '<th scope="col"><bdi>Ukraine</bdi>', "only a party to it"):
        assert part in page
    lines = list(csv.DictReader(io.StringIO(hard.get("/sides.csv?about=ev-two-settlements").text)))
    assert {(line["side"], line["party_only"]) for line in lines if line["kind"] == "event"} == {
        ("russia", "yes"),
        ("ukraine", "yes"),
    }


# --- arithmetic


def checks(client: TestClient, **parameters: Any) -> list[tuple[str, str, int | float | None, str]]:
    found = got(client, "/checks", limit=1000, **parameters)["checks"]
    return [
        (item["check"], item["verdict"]["iri"].rpartition("/")[2], item["computed"], item["label"]) for item in found
    ]


def test_the_arithmetic_of_the_first_document(client: TestClient) -> None:
    assert checks(client) == [
        ("balance", "unaccounted", 3, "61 launched - 43 shot down - 15 lost: 3 unaccounted for"),
        ("daily-mean", "above", 1185.8,
         "1,580 in a day: above the mean of 2024, 1,186 a day (more than 434,000 in 366 days)"),
        ("comparison", "borne-out", 385000,
         "819,000 - 434,000 = 385,000 is less than 434,000: the comparison is borne out"),
        ("units", "borne-out", 305.775, "190 miles = 305.775 km, within its limits 297.729 to 313.822"),
        ("units", "borne-out", 64.374, "40 miles = 64.374 km, within its limits 61.155 to 67.592"),
    ]  # fmt: skip


def test_each_result_cites_the_claims_that_it_used(client: TestClient) -> None:
    (balance,) = got(client, "/checks", check="balance")["checks"]
    assert sorted(claim["quantity"]["value"] for claim in balance["claims"]) == [15, 43, 61]
    path = balance["iri"].removeprefix(BASE.rstrip("/"))
    alone = got(client, path)
    assert {key: alone[key] for key in balance} == balance
    page = client.get(path, headers={"accept": "text/html"}).text
    for claim in balance["claims"]:
        assert claim["iri"].removeprefix(BASE.rstrip("/")) in page


@pytest.mark.parametrize(
    ("parameters", "count"),
    [
        ({"about": "ev-drone-attack-2025-01-19"}, 1),
        ({"about": "russian-armed-forces"}, 2),
        ({"check": "units"}, 2),
        ({"result": "borne-out"}, 3),
        ({"result": "voc:above"}, 1),
        ({"check": "balance", "result": "above"}, 0),
    ],
)
def test_results_are_found_by_thing_rule_and_verdict(
    client: TestClient, parameters: dict[str, str], count: int
) -> None:
    assert len(checks(client, **parameters)) == count


def test_over_434000_is_not_borne_out_by_totals_that_differ_by_430790(hard: TestClient) -> None:
    found = [label for *_, label in checks(hard, check="difference", result="not-borne-out")]
    assert (
        "more than 434,000 in 2024: the totals of Example Staff (invented) differ by 430,790 (790,800 - 360,010) "
        "and do not bear it out"
    ) in found


def test_a_total_that_falls_is_told_and_one_that_does_not_is_too(hard: TestClient) -> None:
    (fall,) = checks(hard, check="series", result="falls")
    assert fall[3] == (
        "Example Observers (invented), personnel losses: the total falls, 806,520 as of 2025-01-08, 801,240 as of "
        "2025-01-12"
    )
    (rise,) = checks(hard, check="series", about="example-army")
    assert rise[3].endswith("the total never falls over 3 days, 100 as of 2024-03-01, 125 as of 2024-03-03")


MISREPORT = """
id: example-misreport
document:
  type: news-article
  label: Example report (invented)
  publisher: publisher-of-21b468746adfc9bb
  date: 2025-01-21
  language: en
  excerpt: true
claims:
  - claimant: syrskyi
    kind: estimate
    channel: com-tsn-2025-01-19
    quantity: {about: russian-armed-forces, measure: losses, period: 2024, value: 100200, unit: people}
    passages:
      - {mode: indirect}
"""


def test_a_mean_is_not_that_of_a_misreported_year(client: TestClient, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(FIRST_DOCUMENT, data)
    (data / "documents" / "2025-01-21-example.yaml").write_text(MISREPORT, encoding="utf-8")
    graph.build.build(data, tmp_path / "out")
    with served(tmp_path / "out", Limits(running=1)) as misread:
        found = [sorted(value for _, value in values(item)) for item in pairs(misread, outcome="reporting")]
        assert [100200, 434000] in found
        # the interview's own words give more than 434,000; a report of it in other words does not count beside them
        assert checks(misread, check="daily-mean") == checks(client, check="daily-mean")


def test_parts_that_leave_something_over(hard: TestClient) -> None:
    assert checks(hard, check="parts") == [
        ("parts", "unaccounted", 50,
         "400 personnel killed + 550 personnel wounded beside 1,000 personnel casualties: 50 in none of them")
    ]  # fmt: skip


def test_every_rule_of_arithmetic_has_results_here_and_a_sentence(hard: TestClient) -> None:
    assert {rule for rule, *_ in checks(hard)} == declared().keys()
    assert all(declared().values())


def test_results_can_be_asked_for_in_sparql(client: TestClient) -> None:
    query = "SELECT ?label { ?k a sit:Check ; sit:rule 'balance' ; sit:verdict voc:unaccounted ; rdfs:label ?label }"
    (row,) = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert row["label"]["value"].endswith("3 unaccounted for")


# --- origins


def test_an_event_says_how_many_independent_origins_affirm_it(client: TestClient) -> None:
    body = got(client, "/id/ev-drone-attack-2025-01-19")
    assert (body["origins"], body["party_only"]) == (1, True)
    assert (got(client, "/id/ev-atacms-transfer")["party_only"], got(client, "/id/syrskyi")["party_only"]) == (
        False,
        None,
    )


def test_a_relation_says_how_many_independent_origins_its_claims_have(client: TestClient) -> None:
    (edge,) = got(client, "/id/atacms/relations", predicate="sit:suppliedTo")["relations"]
    assert edge["origins"] == 1
    sides = got(client, "/id/syrskyi/relations", predicate="sit:spokeAbout")["relations"]
    assert [relation["origins"] for relation in sides] == [1] * len(sides)
    (curated,) = got(client, "/id/atacms-m39a1/relations", predicate="sit:variantOf")["relations"]
    assert curated["origins"] == 0
    html = {"accept": "text/html"}
    for path in ("/id/atacms", "/id/atacms/relations?predicate=sit:suppliedTo"):
        assert ">1 independent origin</span>" in client.get(path, headers=html).text
    curated_page = client.get("/id/atacms-m39a1/relations?predicate=sit:variantOf", headers=html).text
    assert "independent origin" not in curated_page


# --- wording


def test_whose_wording_drifts_in_the_first_document(client: TestClient) -> None:
    found = got(client, "/wording")["wording"]
    assert {(item["claim"]["quantity"]["value"], tuple(item["bounds"]), item["lost"]) for item in found} == {
        (434000, ("more-than", "exact"), True),
        (150000, ("approx", "exact"), True),
        (70, ("just-over", "exact"), True),
    }
    assert len(found) == 3
    assert len(got(client, "/wording", claimant="syrskyi")["wording"]) == 2
    assert len(got(client, "/wording", about="gradual-nato-accession")["wording"]) == 1


# --- the life of a result


SECOND = """
id: example-second
document:
  type: news-article
  label: Example report (invented)
  publisher: publisher-of-21b468746adfc9bb
  date: 2025-01-21
  language: en
  excerpt: true
claims:
  - name: rival
    claimant: russia
    kind: estimate
    quantity: {about: russian-armed-forces, measure: losses, period: 2024, value: 100200, unit: people}
    passages:
      - {mode: indirect}
"""


def test_a_document_withdrawn_leaves_neither_comparison_nor_check(tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(FIRST_DOCUMENT, data)
    sheet = data / "documents" / "2025-01-21-example.yaml"
    sheet.write_text(SECOND, encoding="utf-8")
    totals = []
    for _ in range(2):
        graph.build.build(data, tmp_path / "out")
        with served(tmp_path / "out", Limits(running=1)) as client:
            totals.append([got(client, f"/{path}")["total"] for path in ("contradictions", "checks", "wording")])
            rivals = [item for item in pairs(client) if ("exact", 100200) in values(item)]
        sheet.unlink(missing_ok=True)
    # against the interview, whose heading meets its own text alone, and beside the killed, who are more; the mean
    assert totals == [[6, 6, 3], [4, 5, 3]]
    assert rivals == []


def test_the_same_addition_twice_changes_nothing(hard: TestClient, tmp_path: Path) -> None:
    for name in HARD:
        shutil.copy(ADDITIONS / f"{name}.ttl", tmp_path / f"again-{name}.ttl")
    twice = [ADDITIONS / f"{name}.ttl" for name in HARD] + [tmp_path / f"again-{name}.ttl" for name in HARD]
    graph.build.build(FIRST_DOCUMENT, tmp_path / "out", twice)
    with served(tmp_path / "out", Limits(running=1)) as client:
        for path in ("contradictions", "checks", "wording"):
            assert got(client, f"/{path}", limit=1000)[path] == got(hard, f"/{path}", limit=1000)[path]


def test_pages_lead_to_the_desk(client: TestClient) -> None:
    html = {"accept": "text/html"}
    assert 'href="/contradictions"' in client.get("/", headers=html).text
    page = client.get("/id/russian-armed-forces", headers=html).text
    assert 'href="/contradictions?about=russian-armed-forces"' in page
    assert 'href="/checks?about=russian-armed-forces"' in page
    assert "only by parties to it" in client.get("/id/ev-drone-attack-2025-01-19", headers=html).text


def test_the_page_of_checks_begins_with_a_few_of_each_kind_and_lists_what_is_asked_for(client: TestClient) -> None:
    html = {"accept": "text/html"}
    front, balances = (client.get(path, headers=html).text for path in ("/checks", "/checks?check=balance"))
    kinds = {(item["check"], item["verdict"]["iri"].rpartition("/")[2]) for item in got(client, "/checks")["checks"]}
    assert kinds
    assert all(f'href="/checks?check={rule}&amp;result={verdict}"' in front for rule, verdict in kinds)
    assert "1 of 1 results" in balances
