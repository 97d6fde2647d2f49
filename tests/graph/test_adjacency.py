"""The adjacency says what SPARQL says, in the order of the lists, and counts exactly."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import graph
from graph import relations
from graph.adjacency import BOTH, IN, OUT, SYMMETRIC, Adjacency, write_adjacency
from graph.centrality import core_order
from graph.errors import NoSnapshot
from graph.kinds import UNDRAWN, kind_of
from graph.naming import Naming
from graph.store import Store, text_of
from ontology.terms import PREFIXES, expand
from tests.hub import HUB, hub_snapshot

THINGS = ("syrskyi", "ukraine", "russia", "atacms", "blinken", "sybiha", "ev-drone-attack-2025-01-19", "war", "kyiv")


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


def asked(store: Store, iri: str) -> Counter[tuple[str, str]]:
    """Predicate and direction of every relation of a thing, by SPARQL."""
    found: Counter[tuple[str, str]] = Counter()
    for row in store.rows("relations-out", thing=iri):
        found[text_of(row["edge"]), OUT] += 1
    for row in store.rows("relations-in", thing=iri):
        if text_of(row["other"]) != iri:
            found[text_of(row["edge"]), OUT if text_of(row["edge"]) in SYMMETRIC else IN] += 1
    return found


@pytest.mark.parametrize("slug", THINGS)
def test_counts_are_those_of_the_graph(store: Store, slug: str) -> None:
    iri = expand(f"id:{slug}")
    tallies = {(t.predicate, t.direction): t.relations for t in store.adjacency.tallies(iri)}
    assert tallies == asked(store, iri)
    assert store.adjacency.ends(iri).total == sum(tallies.values())


@pytest.mark.parametrize("slug", THINGS)
def test_neighbours_come_in_pages_until_none_is_left(store: Store, slug: str) -> None:
    iri, seen = expand(f"id:{slug}"), [expand(f"id:{slug}")]
    every = {other for t in (OUT, IN) for other in others(store, iri, t)}
    rest = len(every)
    while rest:
        found = store.adjacency.neighbours(iri, None, BOTH, seen, 3)
        assert found.rest == rest - len(found.things)
        assert not set(found.things) & set(seen)
        seen += found.things
        rest = found.rest
    assert set(seen) - {iri} == every


def others(store: Store, iri: str, direction: str) -> set[str]:
    rows = store.rows("relations-out" if direction == OUT else "relations-in", thing=iri)
    found = {text_of(row["other"]) for row in rows if text_of(row["edge"]) not in UNDRAWN} - {iri}
    return set(store.adjacency.vertices(found))


def test_links_are_every_drawn_relation_among_things(store: Store) -> None:
    things = [expand(f"id:{slug}") for slug in THINGS]
    links = {link.iri for link in store.adjacency.links(things)}
    rows = [
        (text_of(row["relation"]), text_of(row["other"]), text_of(row["edge"]), thing)
        for thing in things
        for row in store.rows("relations-out", thing=thing)
    ]
    assert links
    assert links == {r for r, other, edge, thing in rows if other in things and edge not in UNDRAWN and other != thing}


def test_connectors_are_states_outlets_and_the_war(store: Store) -> None:
    found = store.adjacency.vertices([expand(f"id:{slug}") for slug in ("ukraine", "war", "syrskyi")])
    assert [vertex.connector for vertex in found.values()][:1] == ["state"]
    assert found[expand("id:syrskyi")].connector == ""


def test_the_core_holds_no_connector(store: Store) -> None:
    core = store.adjacency.core(20)
    assert len(core) == 20
    assert not any(vertex.connector for vertex in store.adjacency.vertices(core).values())
    assert store.adjacency.core(10) == core[:10]


def test_the_core_of_a_ring_comes_before_the_leaves_of_a_star() -> None:
    ring = [("a", "b", ["x", "y"]), ("b", "c", ["y", "z"]), ("c", "a", ["x", "z"])]
    star = [("hub", str(leaf), ["x"]) for leaf in range(50)]
    assert core_order(ring + star)[:4] == ["a", "b", "c", "hub"]
    assert core_order([*ring, ("a", "war", ["x"]), ("b", "war", ["x"])], {"war"}) == ["a", "b", "c"]


def test_a_table_is_one_document_however_many_rows_it_has() -> None:
    reports = [("a", "b", ["x", "y"]), ("b", "c", ["y", "z"]), ("c", "a", ["x", "z"])]
    table = [(f"night {night}", f"region {region}", ["table"]) for night in range(40) for region in range(9)]
    assert core_order(reports + table)[:3] == core_order(reports)


def test_relations_that_name_no_document_count_as_one() -> None:
    unsourced: list[tuple[str, str, list[str]]] = [("p", "q", []), ("q", "r", []), ("r", "p", [])]
    assert core_order([*unsourced, ("a", "b", ["x", "y"])]) == ["a", "b", "p", "q", "r"]


def test_the_core_number_is_that_of_taking_away_again_and_again() -> None:
    """Against the definition, on webs made at random."""
    for seed in range(20):
        chance = random.Random(seed)
        web = [
            (str(a), str(b), chance.sample("stuvwxyz", chance.randint(1, 4)))
            for a, b in itertools.combinations(range(14), 2)
            if chance.random() < 0.3
        ]
        number: dict[str, int] = {}
        for k in range(1, 9):
            left = {end for a, b, _ in web for end in (a, b)}
            while weak := {
                thing
                for thing in left
                if len({name for a, b, names in web if thing in (a, b) and {a, b} <= left for name in names}) < k
            }:
                left -= weak
            number |= dict.fromkeys(left, k)
        found = [number[thing] for thing in core_order(web)]
        assert found == sorted(found, reverse=True)


def test_what_more_documents_say_comes_first_in_a_picture(curated: ox.Store, tmp_path: Path) -> None:
    write_adjacency(curated, tmp_path / "adjacency.sqlite")
    russia = expand("id:russia")
    counted = curated.query(
        """SELECT ?relation (COUNT(DISTINCT ?document) AS ?documents) WHERE {
        { ?relation sit:restsOn ?claim . ?passage sit:carries ?claim ; sit:inDocument ?document }
        UNION { ?relation a sit:Relation ; dcterms:source ?source . OPTIONAL { ?known schema:url ?source .
                FILTER EXISTS { ?place sit:inDocument ?known } } BIND(COALESCE(?known, ?source) AS ?document) }
        } GROUP BY ?relation""",
        prefixes=PREFIXES,
    )
    documents = {row["relation"].value: int(row["documents"].value) for row in counted}  # type: ignore[union-attr]
    with Adjacency(tmp_path / "adjacency.sqlite") as adjacency:
        order = adjacency.neighbours(russia, None, BOTH, [russia], 300).things
        links = adjacency.links([russia, *order])
    best = [
        max(documents[link.iri] for link in links if {link.source, link.target} == {russia, other}) for other in order
    ]
    assert len(set(best)) > 3
    assert best == sorted(best, reverse=True)


def test_those_of_whom_most_documents_tell_come_first(store: Store) -> None:
    people = store.adjacency.most_reported(expand("foaf:Person"), 5)
    assert len(people) == 5
    assert all(vertex.kind == "person" for vertex in store.adjacency.vertices(people).values())
    assert store.adjacency.most_reported(expand("foaf:Person"), 2) == people[:2]
    assert not {expand("id:russo-ukrainian-war-2022")} & {*store.adjacency.most_reported(expand("sit:Event"), 50)}


def test_claims_behind_relations_have_voices_and_documents(store: Store) -> None:
    links = store.adjacency.links([expand("id:syrskyi"), expand("id:russian-armed-forces")])
    claimed = store.adjacency.claimed([link.iri for link in links])
    assert {c.relation for c in claimed} == {link.iri for link in links if link.claims}
    assert all(expand("id:syrskyi") in c.claimants for c in claimed)
    assert all(c.documents for c in claimed)


@pytest.mark.parametrize("degree", [2500])
def test_a_hub_is_listed_and_paged_whole(tmp_path: Path, degree: int) -> None:
    built = hub_snapshot(tmp_path, degree)
    with graph.open(built.path) as store:
        naming = Naming(store)
        assert [count.count for count in relations.counts(store, HUB, naming)] == [degree]
        seen: list[str] = []
        cursor = None
        while True:
            page = relations.of(store, HUB, naming, limit=1000, cursor=cursor)
            assert page.total == degree
            seen += [item.iri for item in page.items]
            cursor = page.next
            if cursor is None:
                break
        assert len(set(seen)) == len(seen) == degree
        day = relations.of(store, HUB, naming, relations.Filter(start="2020-01-01", end="2020-12-31"), 10)
        assert day.total == sum(1 for number in range(degree) if number % 25 <= 20)


def test_a_snapshot_without_adjacency_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        Adjacency(tmp_path / "adjacency.sqlite")
    (tmp_path / "other.sqlite").write_bytes(b"no database at all" * 100)
    with pytest.raises(NoSnapshot):
        Adjacency(tmp_path / "other.sqlite")


@pytest.mark.parametrize(
    ("iri", "classes", "kind"),
    [
        ("https://w3id.org/sitrep/id/x", ["foaf:Person", "foaf:Agent"], "person"),
        ("https://w3id.org/sitrep/id/x", ["sit:State", "org:Organization"], "state"),
        ("https://w3id.org/sitrep/id/x", ["org:Post"], ""),
        ("https://w3id.org/sitrep/voc/x", ["skos:Concept"], ""),
        ("https://w3id.org/sitrep/id/x", ["skos:Concept"], "topic"),
        ("https://w3id.org/sitrep/doc/x", [], ""),
        ("https://example.org/x", [], "other"),
        ("https://example.org/x", ["sit:Event"], "event"),
    ],
)
def test_a_thing_is_one_kind_of_node_or_none(iri: str, classes: list[str], kind: str) -> None:
    assert kind_of(iri, [expand(name) for name in classes]) == kind
