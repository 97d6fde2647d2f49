"""Decisions on names: what they do to sheets, and which cannot stand beside each other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode

import graph.build
from api.app import create_app
from graph.curation import data, resolver
from graph.errors import InvalidData
from ontology.terms import expand
from tests.conftest import assembled
from tests.graph.conftest import Folder

KEPT, RETIRED = "ev-drone-attack-2025-01-19", "ev-uav-night-2025-01-19"


def decide(folder: Folder, *decisions: tuple[str, str, str]) -> None:
    """Write a resolver file: judgement and two names each; decision n stands on line 2n."""
    lines = ["decisions:"]
    for judgement, one, other in decisions:
        lines += [f"  - {judgement}: [{one}, {other}]", "    reason: compared"]
    folder.write(resolver.NAME, "\n".join(lines) + "\n")


def said(folder: Folder) -> list[str]:
    """What is wrong, without the folder."""
    with pytest.raises(InvalidData) as caught:
        data.curated(folder.path)
    return [str(violation).removeprefix(f"{folder.path}/") for violation in caught.value.violations]


def second_sheet(folder: Folder, event: dict[str, object], **communication: str) -> None:
    """Another document on the same night, under slugs of its own."""
    channel = "com-air-force-morning"
    told = {"claimant": "ukrainian-air-force", "kind": "fact", "channel": channel, "passages": [{"mode": "indirect"}]}
    number = {"about": RETIRED, "measure": "uav-launched", "day": "2025-01-18/2025-01-19", "value": "61",
              "unit": "drones"}  # fmt: skip
    occurred = {"subject": RETIRED, "predicate": "occurred", "object": "true"}
    sheet = {
        "id": "second",
        "document": {"type": "news-article", "label": "Second", "publisher": "tsn", "date": "2025-01-19",
                     "language": "en", "excerpt": "true"},
        "communications": {channel: {"medium": "bulletin", "publisher": "ukrainian-air-force", "date": "2025-01-19",
                                     **communication}},
        "events": {RETIRED: {"label": "Drones of the night", "type": "air-drone-strike", "actor": "russia",
                             "recipient": "ukraine", "date": "2025-01-18/2025-01-19", **event}},
        "claims": [{**told, "relation": occurred}, {**told, "quantity": number}],
    }  # fmt: skip
    folder.write("documents/second.yaml", json.dumps(sheet))


@pytest.fixture
def two_sheets(folder: Folder) -> Folder:
    """The first document, and another on the same night whose event has a slug of its own."""
    second_sheet(folder, {})
    return folder


def values(folder: Folder, iri: str, predicate: str) -> set[str]:
    found = data.curated(folder.path).quads
    about = [quad for quad in found if quad.subject == NamedNode(expand(iri))]
    return {quad.object.value for quad in about if quad.predicate.value == expand(predicate)}  # type: ignore[union-attr]


def test_without_a_decision_two_slugs_are_two_events(two_sheets: Folder) -> None:
    assert values(two_sheets, f"id:{RETIRED}", "sit:eventType")


def test_same_makes_one_event_of_the_days_that_both_allow(two_sheets: Folder) -> None:
    decide(two_sheets, ("same", KEPT, RETIRED))
    assert values(two_sheets, f"id:{KEPT}", "sit:when") == {"2025-01-18/2025-01-19"}
    assert values(two_sheets, f"id:{KEPT}", "skos:altLabel") == {"Drones of the night"}
    assert len(values(two_sheets, f"id:{KEPT}", "skos:prefLabel")) == 1
    assert values(two_sheets, f"id:{RETIRED}", "owl:sameAs") == {expand(f"id:{KEPT}")}
    assert not values(two_sheets, f"id:{RETIRED}", "sit:eventType")


def test_figures_of_joined_events_agree(two_sheets: Folder) -> None:
    decide(two_sheets, ("same", KEPT, RETIRED))
    store = assembled(two_sheets.path)
    query = """SELECT ?outcome WHERE { ?k sit:outcome ?outcome ; sit:first ?x ; sit:second ?y .
        ?x sit:measurand/sit:measure voc:m-uav-launched . ?y sit:measurand/sit:measure voc:m-uav-launched }"""
    prefixes = {name: expand(f"{name}:") for name in ("sit", "voc")}
    assert [row["outcome"].value for row in store.query(query, prefixes=prefixes)] == [expand("voc:agree")]  # type: ignore[union-attr,index]


def test_same_makes_one_claim_of_one_communication(two_sheets: Folder) -> None:
    two_sheets.replace("documents/second.yaml", '"day": "2025-01-18/2025-01-19"', '"day": "[2025-01-18..2025-01-20]"')
    decide(two_sheets, ("same", KEPT, RETIRED), ("same", "com-air-force-2025-01-20", "com-air-force-morning"))
    found = data.curated(two_sheets.path).quads
    passages = {q.subject for q in found if q.object == NamedNode(expand("doc:second"))}
    claims = {q.object for q in found if q.subject in passages and q.predicate.value == expand("sit:carries")}
    documents = [
        sorted(q.object.value.rsplit("/", 1)[-1] for q in found if q.subject in passages_of(found, claim)
               and q.predicate.value == expand("sit:inDocument"))  # type: ignore[union-attr]
        for claim in claims
    ]  # fmt: skip
    assert documents == [["21b468746adfc9bb", "second"]] * 2


def passages_of(quads: object, claim: object) -> set[object]:
    return {q.subject for q in quads if q.object == claim and q.predicate.value == expand("sit:carries")}  # type: ignore[attr-defined]


def test_a_retired_name_that_nobody_declares_may_still_be_used(folder: Folder) -> None:
    folder.replace("documents/2025-01-20-live-blog.yaml", "claimant: ukrainian-air-force", "claimant: air-force-of-ua")
    decide(folder, ("same", "ukrainian-air-force", "air-force-of-ua"))
    assert not values(folder, "id:air-force-of-ua", "skos:prefLabel")
    assert len(data.curated(folder.path).quads) > 1000


def test_a_retired_event_answers_308(two_sheets: Folder, tmp_path: Path) -> None:
    decide(two_sheets, ("same", KEPT, RETIRED))
    graph.build.build(two_sheets.path, tmp_path / "snapshots")
    with TestClient(create_app(tmp_path / "snapshots")) as client:
        answer = client.get(f"/id/{RETIRED}", follow_redirects=False)
    assert answer.status_code == 308
    assert answer.headers["location"].endswith(f"/id/{KEPT}")


def test_a_decision_changes_the_name_of_the_snapshot(folder: Folder, tmp_path: Path) -> None:
    before = graph.build.build(folder.path, tmp_path / "snapshots").name
    decide(folder, ("unsure", KEPT, "ev-two-settlements"))
    assert graph.build.build(folder.path, tmp_path / "snapshots").name != before


def test_names_that_are_the_same_lead_to_the_first_of_all(folder: Folder) -> None:
    decide(folder, ("same", "b", "c"), ("same", KEPT, "b"), ("different", KEPT, "d"), ("unsure", "d", "e"))
    decided = resolver.read(folder.path)
    assert decided.kept("c") == KEPT
    assert decided.kept("d") == "d"
    assert decided.judgement("b", "c") == "same"
    assert decided.judgement("d", "c") == "different"  # by way of the name that stays
    assert decided.judgement("e", "d") == "unsure"
    assert decided.judgement("e", "c") is None


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        (
            [("same", KEPT, "b"), ("same", "b", "c"), ("different", KEPT, "c")],
            f"resolver.yaml:6: {KEPT} and c are told apart here, but are one by line 2, line 4; "
            "correct one of the decisions",
        ),
        (
            [("unsure", "c", "b"), ("same", KEPT, "b"), ("same", KEPT, "c")],
            "resolver.yaml:2: c and b are left open here, but are one by line 4, line 6; correct one of the decisions",
        ),
        (
            [("same", KEPT, "b"), ("same", "b", KEPT)],
            f"resolver.yaml:4: b and {KEPT} are one already by line 2; keep one of the decisions",
        ),
        (
            [("same", KEPT, "b"), ("same", "ev-two-settlements", "b")],
            f"resolver.yaml:4: b is retired already, for {KEPT} on line 2; "
            f"join {KEPT} and ev-two-settlements instead",
        ),
        (
            [("different", KEPT, "b"), ("unsure", "b", KEPT)],
            f"resolver.yaml:4: b and {KEPT} are judged already, as different on line 2; keep one",
        ),
        (
            [("same", "ev-drone-atack-2025-01-19", "b")],
            f"resolver.yaml:2: unknown thing 'ev-drone-atack-2025-01-19'; did you mean {KEPT}? "
            "Else the name that stays must be declared in data/",
        ),
        (
            [("samme", KEPT, "b")],
            "resolver.yaml:2: unknown key 'samme'; did you mean same?",
        ),
        (
            [("same", "zelensky", "putin")],
            "reference/people.ttl:",
        ),
    ],
)  # fmt: skip
def test_decisions_that_cannot_stand_are_refused_with_their_line(
    folder: Folder, decisions: list[tuple[str, str, str]], message: str
) -> None:
    decide(folder, *decisions)
    assert any(line.startswith(message) for line in said(folder)), said(folder)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (
            {"type": "missile-strike"},
            "the types are ev-air-drone-strike and ev-missile-strike; correct one, or mark the two as different",
        ),
        (
            {"date": "2025-01-21/2025-01-22"},
            "no day is in both [2025-01-18..2025-01-20] and 2025-01-21/2025-01-22; "
            "correct one, or mark the two as different",
        ),
    ],
)
def test_what_cannot_be_one_event_is_not_joined(folder: Folder, event: dict[str, object], message: str) -> None:
    second_sheet(folder, event)
    decide(folder, ("same", KEPT, RETIRED))
    (line,) = said(folder)
    assert line.startswith("documents/second.yaml:1: ")
    assert line.endswith(f"resolver.yaml:2 makes it one with {KEPT}, but {message}")


def test_one_sheet_cannot_declare_both_names(folder: Folder) -> None:
    decide(folder, ("same", KEPT, "ev-two-settlements"))
    assert any("ev-two-settlements is now" in line for line in said(folder))


def test_a_communication_of_another_publisher_is_not_joined(folder: Folder) -> None:
    second_sheet(folder, {}, publisher="tsn")
    decide(folder, ("same", "com-air-force-2025-01-20", "com-air-force-morning"))
    assert any("the publishers are ukrainian-air-force and tsn" in line for line in said(folder))
