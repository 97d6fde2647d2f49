"""What surrounds a thing: which nodes and edges a picture shows, what it leaves out, and where things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph
import graph.build
from graph.errors import UnknownEntity
from graph.layout import layout, node_lines, wrapped
from graph.naming import Naming
from graph.neighbourhood import GROUPS, Edge, Neighbourhood, neighbourhood
from graph.store import Store
from ontology.terms import expand
from tests.conftest import FIRST_DOCUMENT, TESTS

NEVER_DRAWN = {expand(name) for name in ("sit:side", "schema:publisher", "org:holds")}


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="module")
def whole(snapshots: Path) -> networkx.MultiDiGraph[str]:
    return graph.to_networkx(snapshots)


def around(store: Store, name: str, hops: int = 1, limit: int = 60, language: str = "en") -> Neighbourhood:
    return neighbourhood(store, expand(f"id:{name}"), Naming(store, language), hops, limit)


def slug(iri: str) -> str:
    return iri.rsplit("/", 1)[-1]


def lines(found: Neighbourhood) -> set[tuple[str, str, str, str]]:
    return {(slug(e.source), slug(e.target), e.label, e.note) for e in found.edges}


def edge(found: Neighbourhood, source: str, target: str, label: str) -> Edge:
    (line,) = (e for e in found.edges if (slug(e.source), slug(e.target), e.label) == (source, target, label))
    return line


@pytest.mark.parametrize(
    ("name", "neighbours"),
    [
        ("syrskyi", {"armed-forces-of-ukraine", "russian-armed-forces"}),
        (
            "atacms",
            {"atacms-m39", "atacms-m39a1", "united-states", "ukraine", "armed-forces-of-ukraine",
             "ev-atacms-first-use", "zelensky"},
        ),
        (
            "ev-drone-attack-2025-01-19",
            {"russia", "ukraine", "uav", "ukrainian-air-force", "ukrainian-officials", "russo-ukrainian-war-2022"},
        ),
        ("blinken", {"us-department-of-state", "sybiha"}),
    ],
)  # fmt: skip
def test_the_neighbours_are_those_that_a_reader_expects(store: Store, name: str, neighbours: set[str]) -> None:
    assert {slug(node.iri) for node in around(store, name).nodes} == {name, *neighbours}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("syrskyi", ("syrskyi", "armed-forces-of-ukraine", "Commander-in-Chief", "since 2024-02-08")),
        ("syrskyi", ("syrskyi", "russian-armed-forces", "spoke about", "5 claims")),
        ("atacms", ("atacms", "united-states", "supplied by", "2023-10 or before")),
        ("atacms", ("atacms", "ukraine", "supplied to", "2023-10 or before")),
        ("atacms", ("atacms-m39", "atacms", "variant of", "")),
        ("atacms", ("zelensky", "atacms", "spoke about", "1 claim")),
        ("ev-drone-attack-2025-01-19", ("ukraine", "ev-drone-attack-2025-01-19", "target of", "")),
        (
            "ev-drone-attack-2025-01-19",
            ("ukrainian-air-force", "ev-drone-attack-2025-01-19", "spoke about", "5 claims"),
        ),
        ("blinken", ("blinken", "us-department-of-state", "United States Secretary of State", "")),
        ("blinken", ("blinken", "sybiha", "conferred with", "2025-01-20 or before")),
    ],
)
def test_edges_say_what_they_are(store: Store, name: str, line: tuple[str, str, str, str]) -> None:
    assert line in lines(around(store, name))


@pytest.mark.parametrize(
    ("name", "second"),
    [
        ("ev-drone-attack-2025-01-19", "61 launched, 43 down: Ukrainian Air Force"),
        ("russian-armed-forces", "6 figures, 1 contested"),
        ("russian-refinery-sector", "46% of a sector under attack: Mykhailo Podolyak"),
        ("atacms-m39a1", "3 figures"),
        ("syrskyi", ""),
    ],
)
def test_figures_are_the_second_line_of_a_node(store: Store, name: str, second: str) -> None:
    assert around(store, name, hops=0).nodes[0].line == second


def test_the_groups_of_nodes(store: Store) -> None:
    groups = {slug(node.iri): node.group for node in around(store, "ukraine", hops=3).nodes}
    expected = {
        "zelensky": "person", "mfa-ukraine": "organization", "russia": "state", "kyiv": "place", "uav": "weapon",
        "ev-two-settlements": "event", "ukrainian-officials": "organization",
    }  # fmt: skip
    assert {name: groups[name] for name in expected} == expected
    assert around(store, "gradual-nato-accession", hops=0).nodes[0].group == "topic"
    assert set(groups.values()) <= set(GROUPS)


@pytest.mark.parametrize("name", ["post-cinc-ukraine", "tsn", "com-tsn-2025-01-19", "publisher-of-21b468746adfc9bb"])
def test_offices_outlets_and_communications_are_no_nodes(store: Store, name: str) -> None:
    found = around(store, name)
    assert (found.nodes, found.edges) == ((), ())
    assert found.centre.iri == expand(f"id:{name}")


def test_nothing_undrawable_is_drawn(store: Store, whole: networkx.MultiDiGraph[str]) -> None:
    offices = {iri for iri in whole if "post-" in iri}
    for name in ("ukraine", "united-states", "russia"):
        found = around(store, name, hops=3, limit=300)
        names = {node.iri for node in found.nodes}
        assert not names & offices
        assert all(iri.startswith(expand("id:")) and "publisher-of" not in iri for iri in names)
        assert not {line.predicate.iri for line in found.edges} & NEVER_DRAWN


def test_parallel_edges_are_kept(store: Store) -> None:
    found = around(store, "ev-drone-attack-2025-01-19")
    between = [
        e.label for e in found.edges if {slug(e.source), slug(e.target)} == {"ukraine", "ev-drone-attack-2025-01-19"}
    ]
    assert sorted(between) == ["located in", "target of"]


def test_a_call_is_part_of_the_edge_between_its_parties(store: Store) -> None:
    found = around(store, "blinken")
    assert [slug(event.iri) for event in found.folded] == ["ev-call-sybiha-blinken"]
    call = edge(found, "blinken", "sybiha", "conferred with")
    assert [slug(event.iri) for event in call.via] == ["ev-call-sybiha-blinken"]
    assert len(call.relations) == 4  # the call, two parties that took part, and what one said of it
    assert not call.directed


def test_a_call_in_the_middle_is_a_node(store: Store) -> None:
    found = around(store, "ev-call-sybiha-blinken")
    assert found.nodes[0].iri == expand("id:ev-call-sybiha-blinken")
    assert found.folded == ()


def test_arming_is_part_of_supplying_where_the_weapon_is_drawn(store: Store) -> None:
    supplied = edge(around(store, "atacms"), "atacms", "ukraine", "supplied to")
    assert any("united-states-armed-ukraine" in relation for relation in supplied.relations)
    bare = edge(around(store, "ev-atacms-transfer"), "united-states", "ukraine", "armed")
    assert "with ATACMS" in bare.note


def test_two_transfers_of_one_weapon_are_told_apart(tmp_path: Path) -> None:
    graph.build.build(FIRST_DOCUMENT, tmp_path, [TESTS / "questions" / "additions" / "pairs.ttl"])
    with graph.open(tmp_path) as store:
        notes = {(slug(e.target), e.label): e.note for e in around(store, "s-300").edges if "supplied" in e.label}
    assert notes == {
        ("iran", "supplied to"): "by Russia, 2016",
        ("russia", "supplied by"): "to Iran, 2016",
        ("ukraine", "supplied to"): "by Slovakia, 2022-04",
        ("slovakia", "supplied by"): "to Ukraine, 2022-04",
    }


def test_a_denied_event_makes_its_edges_disputed(tmp_path: Path) -> None:
    graph.build.build(FIRST_DOCUMENT, tmp_path, [TESTS / "questions" / "additions" / "denial.ttl"])
    with graph.open(tmp_path) as store:
        statuses = Counter(e.status for e in around(store, "ev-two-settlements").edges)
    assert statuses["disputed"]


def test_estimates_are_hedged(store: Store) -> None:
    assert edge(around(store, "atacms-m39a1"), "armed-forces-of-ukraine", "atacms-m39a1", "operates").status == "hedged"


def test_edges_carry_their_claims_and_sources(store: Store) -> None:
    found = around(store, "syrskyi")
    spoke = edge(found, "syrskyi", "russian-armed-forces", "spoke about")
    assert (spoke.claim_count, len(spoke.claims)) == (5, 5)
    office = edge(found, "syrskyi", "armed-forces-of-ukraine", "Commander-in-Chief")
    assert office.title == "Commander-in-Chief of the Armed Forces of Ukraine"
    assert [source.iri for source in office.sources] == ["https://www.pravda.com.ua/eng/news/2024/02/8/7441006/"]


def test_what_is_left_out_is_counted(store: Store) -> None:
    every = around(store, "ukraine", limit=300)
    some = around(store, "ukraine", limit=5)
    assert len(some.nodes) == 5
    assert every.left_out == ()
    missing = Counter(node.group for node in every.nodes) - Counter(node.group for node in some.nodes)
    left = {left.group: left.count for left in some.left_out}
    # an event that folds in the full picture cannot fold where its parties are missing
    assert sum(left.values()) - sum(missing.values()) == len(every.folded) - len(some.folded)
    assert all(left[group] >= count for group, count in missing.items())


def test_the_best_supported_come_first(store: Store) -> None:
    drawn = [slug(node.iri) for node in around(store, "ev-drone-attack-2025-01-19", limit=2).nodes]
    assert drawn == ["ev-drone-attack-2025-01-19", "ukrainian-air-force"]


def test_no_hops_is_the_thing_alone(store: Store) -> None:
    found = around(store, "ukraine", hops=0)
    assert ([slug(node.iri) for node in found.nodes], found.edges) == (["ukraine"], ())


def test_nodes_know_what_is_not_drawn(store: Store) -> None:
    node = next(node for node in around(store, "syrskyi").nodes if slug(node.iri) == "russian-armed-forces")
    assert (node.relations, node.drawn, node.hidden) == (2, 1, 1)


def test_names_are_in_the_readers_language(store: Store) -> None:
    found = around(store, "syrskyi", language="uk")
    assert found.nodes[0].label == "Олександр Сирський"


@pytest.mark.parametrize("name", ["https://w3id.org/sitrep/id/nobody", "no iri at all"])
def test_unknown_things_are_refused(store: Store, name: str) -> None:
    with pytest.raises(UnknownEntity):
        neighbourhood(store, name, Naming(store))


@pytest.mark.parametrize(("hops", "limit"), [(-1, 5), (4, 5), (1, 0), (1, 301)])
def test_limits_are_kept(store: Store, hops: int, limit: int) -> None:
    with pytest.raises(ValueError, match="hops are 0 to 3"):
        around(store, "ukraine", hops, limit)


@given(data=st.data(), hops=st.integers(0, 3), limit=st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_a_neighbourhood_is_part_of_the_graph(
    store: Store, whole: networkx.MultiDiGraph[str], data: st.DataObject, hops: int, limit: int
) -> None:
    centre = data.draw(st.sampled_from(sorted(whole)))
    found = neighbourhood(store, centre, Naming(store), hops, limit)
    names = {node.iri for node in found.nodes}
    within = names | {event.iri for event in found.folded}
    ends = {relation: (start, end, facts) for start, end, relation, facts in whole.edges(keys=True, data=True)}
    assert within <= set(whole)
    assert len(names) == len(found.nodes) <= limit
    shown = Counter(relation for line in found.edges for relation in line.relations)
    # every relation among what is drawn stands in exactly one edge, and nothing else does
    expected = {
        relation
        for relation, (start, end, facts) in ends.items()
        if {start, end} <= within and facts["predicate"] not in NEVER_DRAWN
    }
    assert shown == Counter(expected)
    for line in found.edges:
        start, end, facts = ends[line.id]
        assert (line.source, line.target, line.predicate.iri) == (start, end, facts["predicate"])
        assert {line.source, line.target} <= names
    reach: networkx.Graph[str] = networkx.Graph((line.source, line.target) for line in found.edges)
    reach.add_nodes_from(names)
    assert not names or networkx.is_connected(reach)


@given(data=st.data())
@settings(max_examples=15, deadline=None)
def test_the_same_twice(store: Store, whole: networkx.MultiDiGraph[str], data: st.DataObject) -> None:
    centre = data.draw(st.sampled_from(sorted(whole)))
    first, second = (neighbourhood(store, centre, Naming(store), 2, 12) for _ in range(2))
    assert first == second
    assert layout(first) == layout(second)


@pytest.mark.parametrize("name", ["syrskyi", "atacms", "ev-drone-attack-2025-01-19", "blinken", "ukraine"])
@pytest.mark.parametrize("tall", [False, True])
def test_cards_do_not_overlap(store: Store, name: str, tall: bool) -> None:
    found = around(store, name)
    places = layout(found, tall)
    assert places[found.centre.iri] == (0, 0)
    boxes = []
    for node in found.nodes:
        names, second = node_lines(node)
        half = max(len(line) for line in [*names, *second]) * 3.5 + 20
        high = (18 * len(names) + 15 * len(second)) / 2 + 8
        boxes.append((*places[node.iri], half, high))
    for index, (x1, y1, half1, high1) in enumerate(boxes):
        for x2, y2, half2, high2 in boxes[:index]:
            assert abs(x1 - x2) >= half1 + half2 or abs(y1 - y2) >= high1 + high2


@given(st.text(max_size=6000))
def test_labels_stay_small(text: str) -> None:
    found = wrapped(text, 24, 3)
    assert 1 <= len(found) <= 3
    assert all(len(line) <= 24 for line in found)
