"""Pictures step by step: what stands stays, nothing is cut silently, and a view is the same picture always."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import graph
from graph.adjacency import Link
from graph.errors import UnknownEntity
from graph.explore import MOST_NODES, PAGE, Explorer, Filters, Scene, View, exports, places, step_of
from graph.explore.around import around
from graph.explore.filters import fitting
from graph.explore.query import sparql
from graph.explore.steps import iri_of, name_of
from graph.naming import Naming
from graph.store import Store, text_of
from ontology.terms import expand
from tests.hub import hub_snapshot

HUB_DEGREE = 2100


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with graph.open(hub_snapshot(tmp_path_factory.mktemp("hub"), HUB_DEGREE).path) as store:
        yield store


def view(*steps: str, begin: str = "", **filters: object) -> View:
    starts = tuple(iri_of(name) for name in begin.split())
    return View(starts, tuple(map(step_of, steps)), Filters(**filters))  # type: ignore[arg-type]


def drawn(store: Store, asked: View, language: str = "en") -> Scene:
    return Explorer(store).scene(asked, Naming(store, language))


def names(scene: Scene) -> set[str]:
    return {name_of(card.thing.iri) for card in scene.cards}


def spots(scene: Scene) -> dict[str, tuple[int, int]]:
    return {card.thing.iri: (card.x, card.y) for card in scene.cards}


# --- steps


@pytest.mark.parametrize(
    "text",
    [
        "show syrskyi", "expand syrskyi all both", "expand syrskyi sit:spokeAbout out", "expand syrskyi all in 40",
        "core 60", "paths syrskyi atacms 3 4", "paths syrskyi atacms 10 6 through", "document doc/21b468746adfc9bb",
        "collapse syrskyi", "hide https://example.org/x", "put syrskyi -20 400", "free syrskyi", "arrange",
    ],
)  # fmt: skip
def test_a_step_reads_back_as_it_was_written(text: str) -> None:
    assert str(step_of(text)) == text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "begins with no step"), ("fly syrskyi", "steps are show"), ("expand", "write `expand ID"),
        ("expand syrskyi all up", "out, in or both"), ("expand syrskyi all both 9000", "from 0 to 300"),
        ("core", "write `core N`"),
        ("core 1", "from 2 to 2,000"), ("core many", "write `core N`"), ("paths syrskyi syrskyi", "two different"),
        ("paths a b 99", "from 1 to 10"), ("paths a b 3 99", "from 1 to 6"), ("put syrskyi 1", "write `put ID X Y`"),
        ("put syrskyi 1 99999999", "from -1,000,000"), ("show a b", "write `show ID`"), ("arrange all", "stands alone"),
        ("show a|b", "no name"), ("show nope:x\u0000", "no"),
    ],
)  # fmt: skip
def test_a_wrong_step_says_what_a_right_one_looks_like(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        step_of(text)


@given(st.text(max_size=80))
@settings(max_examples=200)
def test_any_text_is_a_step_or_none(text: str) -> None:
    try:
        step = step_of(text)
    except ValueError:
        return
    assert step_of(str(step)) == step


@pytest.mark.parametrize(
    "iri", ["id:syrskyi", "doc:reference", "https://example.org/a:b#c", "urn:x:y", "id:a/b", "rel:x"]
)
def test_a_name_stands_for_one_iri(iri: str) -> None:
    whole = expand(iri) if not iri.startswith(("http", "urn")) else iri
    assert iri_of(name_of(whole)) == whole


# --- scenes


def test_one_start_comes_with_its_neighbours(store: Store) -> None:
    scene = drawn(store, view(begin="syrskyi"))
    assert {"syrskyi", "armed-forces-of-ukraine"} <= names(scene)
    assert [card.thing.iri for card in scene.cards if card.start] == [expand("id:syrskyi")]


def test_several_starts_come_with_what_joins_them(store: Store) -> None:
    scene = drawn(store, view(begin="atacms ukraine united-states"))
    assert names(scene) == {"atacms", "ukraine", "united-states"}
    assert {edge.predicate.iri for edge in scene.edges} >= {expand("sit:suppliedTo"), expand("sit:armed")}


def test_parallel_edges_are_all_kept_and_bend_apart(store: Store) -> None:
    scene = drawn(store, view(begin="ukraine"))
    ends = [frozenset((edge.source, edge.target)) for edge in scene.edges]
    assert len(set(ends)) < len(ends)
    seen = {(frozenset((e.source, e.target)), e.bend if e.source < e.target else -e.bend) for e in scene.edges}
    assert len(seen) == len(ends)


def test_what_stands_stays_where_it_is(store: Store) -> None:
    before = spots(drawn(store, view(begin="syrskyi")))
    after = spots(drawn(store, view("expand russian-armed-forces all both", begin="syrskyi")))
    assert len(after) > len(before)
    assert {iri: after[iri] for iri in before} == before


def test_a_view_is_the_same_picture_in_any_order_of_asking(store: Store) -> None:
    wanted = view("expand ukraine all both", "put ukraine 5 7", "expand atacms all out", begin="syrskyi")
    explorer = Explorer(store)
    explorer.scene(replace(wanted, steps=wanted.steps[:2]), Naming(store))
    assert explorer.scene(wanted, Naming(store)) == drawn(store, wanted)
    assert spots(drawn(store, wanted)) == spots(drawn(store, wanted, "uk"))
    assert spots(drawn(store, wanted))[expand("id:ukraine")] == (5, 7)


def test_a_hub_comes_in_pages_and_says_what_is_left(hub: Store) -> None:
    first = drawn(hub, view(begin="invented-hub"))
    assert len(first.cards) == 1 + PAGE
    (more,) = first.more
    assert more.rest == HUB_DEGREE - PAGE
    second = drawn(hub, view(more.step, begin="invented-hub"))
    assert len(second.cards) == 1 + 2 * PAGE
    assert second.more[0].rest == HUB_DEGREE - 2 * PAGE
    assert spots(second).items() >= spots(first).items()


def test_pages_lead_through_all_of_a_hub(store: Store) -> None:
    asked = view(begin="ukraine")
    while more := [m for m in drawn(store, asked).more if m.thing == expand("id:ukraine")]:
        asked = View(asked.starts, (*asked.steps, step_of(more[0].step)))
    card = next(card for card in drawn(store, asked).cards if card.thing.id == "ukraine")
    assert card.shown == card.relations


def test_a_full_picture_says_so(hub: Store) -> None:
    steps = ["expand invented-hub all both 300"] * 7
    scene = drawn(hub, view("show invented-hub", *steps))
    assert len(scene.cards) == MOST_NODES
    assert any("did not fit" in note for note in scene.notes)
    assert scene.more[0].rest == HUB_DEGREE + 1 - MOST_NODES


def test_collapse_takes_away_what_expansions_brought(store: Store) -> None:
    scene = drawn(store, view("expand atacms all both", "collapse atacms", begin="syrskyi"))
    assert names(scene) == names(drawn(store, view(begin="syrskyi"))) | {"atacms"}
    assert not [more for more in scene.more if more.thing == expand("id:atacms")]


def test_a_hidden_thing_is_told_and_comes_back(store: Store) -> None:
    scene = drawn(store, view("hide armed-forces-of-ukraine", "expand syrskyi all both", begin="syrskyi"))
    assert "armed-forces-of-ukraine" not in names(scene)
    assert [thing.id for thing in scene.hidden] == ["armed-forces-of-ukraine"]
    shown = drawn(store, view("hide armed-forces-of-ukraine", "show armed-forces-of-ukraine", begin="syrskyi"))
    assert "armed-forces-of-ukraine" in names(shown)
    assert not shown.hidden


def test_arranging_leaves_what_was_dragged(store: Store) -> None:
    scene = drawn(store, view("expand ukraine all both", "put ukraine 900 900", "arrange", begin="syrskyi"))
    assert spots(scene)[expand("id:ukraine")] == (900, 900)
    assert next(card for card in scene.cards if card.thing.id == "ukraine").pinned


def test_only_the_last_arrangement_counts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each takes up to a second, and an address holds hundreds of steps."""
    done: list[int] = []
    arranged = places.arranged

    def counted(sizes: Sequence[places.Size], *others: Any) -> list[places.Point]:
        done.append(len(sizes))
        return arranged(sizes, *others)

    monkeypatch.setattr(places, "arranged", counted)
    steps = ("expand ukraine all both", "put ukraine 900 900")
    once = drawn(store, view(*steps, "arrange", "expand atacms all both", begin="syrskyi"))
    of_once = len(done)
    often = drawn(store, view(*steps, *["arrange"] * 300, "expand atacms all both", begin="syrskyi"))
    assert spots(often) == spots(once)
    assert len(done) <= 2 * of_once


def test_the_core_and_a_document_are_starts(store: Store) -> None:
    scene = drawn(store, view("core 20"))
    joined = {end for edge in scene.edges for end in (edge.source, edge.target)}
    assert joined == {card.thing.iri for card in scene.cards} <= set(store.adjacency.core(20))
    apart = 20 - len(scene.cards)
    told = [note for note in scene.notes if note.startswith(f"Of the 20 most central things, {apart} ")]
    assert len(told) == (1 if apart else 0)
    document = next(text_of(row["document"]) for row in store.rows("overview-documents"))
    scene = drawn(store, view(f"document {document}"))
    assert scene.cards
    resting = {link.iri for link in store.adjacency.resting_in(document, 9999)[0]}
    assert resting <= {edge.iri for edge in scene.edges}


def test_the_other_end_of_a_place_is_named_in_full(store: Store) -> None:
    naming = Naming(store)
    assert naming.inverse(expand("schema:location")) == "located here"
    assert naming.inverse(expand("schema:containedInPlace")) == "places in it"
    assert naming.inverse(expand("sit:usedIn")) == "weapons"
    assert naming.inverse(expand("foaf:knows")) is None


def test_what_is_no_node_is_said(store: Store) -> None:
    scene = drawn(store, view("show post-cinc-ukraine", begin="syrskyi"))
    assert any("no end of a relation" in note for note in scene.notes)
    with pytest.raises(UnknownEntity):
        drawn(store, view(begin="nobody-at-all"))


def test_around_keeps_to_its_limit(store: Store) -> None:
    explorer = Explorer(store)
    for hops, limit in ((1, 9), (2, 30), (3, 60)):
        scene = explorer.scene(around(explorer, expand("id:ukraine"), hops, limit), Naming(store))
        assert len(scene.cards) <= limit
        assert len(scene.cards) > 5
    near, far = (
        len(explorer.scene(around(explorer, expand("id:syrskyi"), hops, 60), Naming(store)).cards) for hops in (1, 2)
    )
    assert far > near


# --- filters and the query


FILTERS = [
    {},
    {"kinds": ("event", "state")},
    {"predicates": (expand("sit:targetOf"), expand("sit:suppliedTo"))},
    {"statuses": ("hedged", "disputed")},
    {"start": "2025-01-01"},
    {"stop": "2024-06-30"},
    {"start": "2024-01-01", "stop": "2024-12-31"},
    {"claimants": (expand("id:syrskyi"),)},
    {"claimants": (expand("id:zelensky"), expand("id:syrskyi")), "start": "2025-01-01"},
    {"documents": (expand("doc:21b468746adfc9bb"),)},
]


@pytest.mark.parametrize("start", ["ukraine", "syrskyi russian-armed-forces armed-forces-of-ukraine ukraine russia"])
@pytest.mark.parametrize("filters", FILTERS, ids=lambda given: " ".join(given) or "none")
def test_the_query_finds_the_edges_that_are_shown(store: Store, start: str, filters: dict[str, object]) -> None:
    scene = drawn(store, view(begin=start, **filters))
    found = {text_of(row["relation"]) for row in store.select(sparql(scene))}
    assert found == {edge.iri for edge in scene.edges}


def test_a_filter_moves_nothing_and_counts_what_it_hides(store: Store) -> None:
    whole = drawn(store, view(begin="ukraine"))
    some = drawn(store, view(begin="ukraine", statuses=("disputed", "hedged")))
    assert spots(some).items() <= spots(whole).items()
    assert some.filtered_edges == len(whole.edges) - len(some.edges) > 0
    assert some.filtered_cards == len(whole.cards) - len(some.cards)
    assert some.facets == whole.facets


def test_an_undated_relation_fits_every_period() -> None:
    link = Link("r", "a", "b", "p", "asserted", "", "", "", 0, 0, 0)
    dated = replace(link, iri="d", start="2024-01-01", stop="2024-02-01")
    assert fitting([link, dated], [], Filters(start="2025-01-01")) == {"r"}
    assert fitting([link, dated], [], Filters(start="2024-01-15", stop="2024-01-20")) == {"r", "d"}


# --- places


@pytest.mark.parametrize("count", [1, 2, 10, 60, 250])
def test_no_card_covers_another(count: int) -> None:
    web = networkx.barabasi_albert_graph(count, 1, seed=1) if count > 1 else networkx.empty_graph(1)
    sizes = [(90.0 + 10 * (i % 9), 34.0 + 18 * (i % 3)) for i in range(count)]
    found = places.arranged(sizes, list(web.edges))
    assert found == places.arranged(sizes, list(web.edges))
    for a in range(count):
        for b in range(a):
            (x1, y1), (x2, y2) = found[a], found[b]
            assert (
                abs(x1 - x2) * 2 >= sizes[a][0] + sizes[b][0] - 2 or abs(y1 - y2) * 2 >= sizes[a][1] + sizes[b][1] - 2
            )


def test_new_cards_cover_none_that_stand() -> None:
    sizes = (150.0, 34.0)
    taken = {str(i): ((i % 7 * 190, i // 7 * 60), sizes) for i in range(40)}
    found = places.beside(taken, (380, 120), [(sizes, None)] * 20)
    every = [spot for spot, _ in taken.values()] + found
    for a, (x1, y1) in enumerate(every):
        for x2, y2 in every[:a]:
            assert abs(x1 - x2) >= 149 or abs(y1 - y2) >= 33


def test_parts_stand_side_by_side() -> None:
    found = places.arranged([(100.0, 34.0)] * 40, [(i, i + 1) for i in range(0, 20, 2)])
    assert len(set(found)) == 40


def test_the_whole_is_shaped_like_a_screen() -> None:
    """A large part and many small ones beside it, as in the core of a graph that falls into parts."""
    large = [(i, (i * 7 + 3) % 90) for i in range(90)] + [(i, i + 1) for i in range(89)]
    small = [(i, i + 1) for i in range(90, 210, 2)]
    found = places.arranged([(180.0, 50.0)] * 210, large + small)
    wide, high = (max(axis) - min(axis) for axis in zip(*found, strict=True))
    assert 1.0 <= wide / high <= 1.8


def test_a_large_part_fills_its_ground_evenly() -> None:
    """One hub with a tail: the tail does not make all the others small."""
    pairs = [(0, i) for i in range(1, 600)] + [(i, i + 1) for i in range(599, 612)]
    found = places.arranged([(180.0, 50.0)] * 613, pairs)
    away = sorted((x * x + y * y) ** 0.5 for x, y in found)
    assert away[-1] <= 1.5 * away[len(away) * 9 // 10]


# --- files


@pytest.fixture(scope="module")
def scene(store: Store) -> Scene:
    return drawn(store, view(begin="ukraine"))


def test_graphml_reads_back(scene: Scene) -> None:
    web = networkx.parse_graphml(exports.graphml(scene).decode(), force_multigraph=True)
    assert set(web) == {card.thing.iri for card in scene.cards}
    assert web.number_of_edges() == len(scene.edges)
    assert web.nodes[expand("id:ukraine")]["label"] == "Ukraine"
    values = [value for *_, data in [*web.nodes(data=True), *web.edges(data=True)] for value in data.values()]
    assert not [value for value in values if value is None or value == "None"]
    assert any(data["first"] for *_, data in web.edges(data=True))


def test_gexf_reads_back_with_dates_and_is_the_same_twice(scene: Scene, tmp_path: Path) -> None:
    path = tmp_path / "picture.gexf"
    path.write_bytes(exports.gexf(scene))
    web = networkx.read_gexf(path)
    assert set(web) == {card.thing.iri for card in scene.cards}
    assert web.number_of_edges() == len(scene.edges)
    assert web.nodes[expand("id:ukraine")]["label"] == "Ukraine"
    document = ElementTree.parse(path).getroot()
    (graph_element,) = document.iter("{http://www.gexf.net/1.2draft}graph")
    assert graph_element.get("timeformat") == "date"
    assert any(edge.get("start") for edge in document.iter("{http://www.gexf.net/1.2draft}edge"))
    assert b"None" not in path.read_bytes()
    assert exports.gexf(scene) == path.read_bytes()


def test_gexf_names_sitrep_as_its_maker_and_tells_parallel_edges_by_their_relations(scene: Scene) -> None:
    body = exports.gexf(scene)
    document = ElementTree.fromstring(body)
    assert [one.text for one in document.iter("{http://www.gexf.net/1.2draft}creator")] == ["sitrep"]
    titles = {one.get("id"): one.get("title") for one in document.iter("{http://www.gexf.net/1.2draft}attribute")}
    assert {"kind", "predicate", "claims"} <= set(titles.values())
    assert b"networkx" not in body.lower()
    assert {one.get("for") for one in document.iter("{http://www.gexf.net/1.2draft}attvalue")} <= set(titles)
    edges = [(edge.source, edge.target, edge.iri) for edge in scene.edges]
    assert len({frozenset(ends) for *ends, _ in edges}) < len(edges)
    assert sorted(networkx.read_gexf(io.BytesIO(body)).edges(keys=True)) == sorted(edges)


def test_rdf_holds_relations_and_their_claims(store: Store, scene: Scene) -> None:
    triples = exports.rdf(store, scene, Naming(store))
    subjects = {triple.subject.value for triple in triples}  # type: ignore[union-attr]
    assert subjects >= {edge.iri for edge in scene.edges} | {card.thing.iri for card in scene.cards}
    assert any("/claim/" in subject for subject in subjects)
