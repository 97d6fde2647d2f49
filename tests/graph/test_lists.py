"""The lists that the build puts in order are those that the store holds, page by page."""

from __future__ import annotations

import sqlite3
from datetime import date
from pathlib import Path

import pyoxigraph
import pytest

import graph.build
from graph import checks, claims, comparisons, drift, lists, overview, sides
from graph.errors import DamagedSnapshot
from graph.lists import ABOUT, BY, CLAIM, COMPARISON, DRIFT, EDGE, FINDING, TYPE, Lists
from graph.naming import Naming
from graph.paging import WrongCursor, cursor_of
from graph.store import Store, text_of
from ontology.terms import BASE, PREFIXES, expand
from tests.conftest import FIRST_DOCUMENT

LOSSES = f"{BASE}voc/m-losses"
FORCES, SYRSKYI, DOCUMENT = f"{BASE}id/russian-armed-forces", f"{BASE}id/syrskyi", f"{BASE}doc/21b468746adfc9bb"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(graph.build.build(FIRST_DOCUMENT, tmp_path_factory.mktemp("lists")))


def all_of(store: Store, name: str, **bound: str) -> list[str]:
    """A list read to its end, two at a time."""
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = store.lists.page(name, bound, {}, 2, cursor)
        found += page.items
        cursor = page.next
        if cursor is None:
            assert page.total == len(found)
            return found


def selected(store: Store, pattern: str) -> set[str]:
    return {text_of(row["x"]) for row in store.select(f"SELECT DISTINCT ?x WHERE {{ {pattern} }}")}


@pytest.mark.parametrize(
    ("name", "bound", "pattern"),
    [
        (CLAIM, {}, "?x a sit:Claim ; sit:kind ?kind"),
        (CLAIM, {BY: SYRSKYI}, "?x a sit:Claim ; prov:wasAttributedTo id:syrskyi"),
        (CLAIM, {ABOUT: FORCES}, "?x a sit:Claim ; schema:about id:russian-armed-forces"),
        (COMPARISON, {}, "?x a sit:Comparison"),
        (COMPARISON, {"claimant": SYRSKYI}, "?x sit:first|sit:second ?c . ?c prov:wasAttributedTo id:syrskyi"),
        (COMPARISON, {"measure": LOSSES}, "?x sit:first|sit:second/sit:measurand/sit:measure voc:m-losses"),
        (FINDING, {}, "?x a sit:Check"),
        (FINDING, {ABOUT: FORCES}, "?x a sit:Check ; schema:about id:russian-armed-forces"),
        (DRIFT, {}, "?p sit:carries ?x ; sit:bound ?here . ?x sit:bound ?own FILTER(?here != ?own)"),
    ],
)  # fmt: skip
def test_a_list_holds_each_member_once(store: Store, name: str, bound: dict[str, str], pattern: str) -> None:
    found = all_of(store, name, **bound)
    assert found
    assert len(found) == len(set(found))
    assert set(found) == selected(store, pattern)


def test_claims_of_a_document_stand_in_the_order_of_its_text(store: Store) -> None:
    naming = Naming(store)
    whole = claims.in_document(store, DOCUMENT, naming)
    starts = [passages[0].start for _, passages in whole.items]
    assert starts == sorted(starts)
    first = claims.in_document(store, DOCUMENT, naming, limit=30)
    rest = claims.in_document(store, DOCUMENT, naming, limit=30, cursor=first.next)
    assert (*first.items, *rest.items) == whole.items
    assert (first.total, rest.next) == (len(whole.items), None)


def test_results_of_checks_stand_together_by_what_came_of_which_rule(store: Store) -> None:
    groups = checks.grouped(store, Naming(store), most=1)
    assert sum(group.count for group in groups) == len(all_of(store, FINDING))
    assert all(
        (result.rule, result.verdict) == (group.rule, group.verdict) for group in groups for result in group.results
    )
    assert len({(group.rule, group.verdict) for group in groups}) == len(groups)


def test_each_dispute_is_contested_once_at_a_glance(store: Store) -> None:
    shown = [one for kind in (False, True) for one in overview.contested(store, 50, kind)]
    assert len({one.dispute for one in shown}) == len(shown) == sum(overview.disputes(store).values())
    assert all(one.outcome in ("contradict", "reporting") for one in shown)


def test_disputes_about_the_war_stand_before_those_about_weapons(store: Store) -> None:
    found = comparisons.disputes(store, Naming(store)).items
    assert [one.of_weapons for one in found] == sorted(one.of_weapons for one in found)
    assert all(len(one.claims) > 1 and one.comparisons for one in found)


@pytest.mark.parametrize("cursor", ["x", "WyJhIl0", "WyJhIiwiYiIsImMiLCJkIiwiZSJd"])
def test_cursors_of_others_are_refused(store: Store, cursor: str) -> None:
    naming = Naming(store)
    for ask in (comparisons.found, drift.found, checks.found):
        with pytest.raises(ValueError, match="the cursor is not one of ours"):
            ask(store, naming, cursor=cursor)
    with pytest.raises(ValueError, match="the cursor is not one of ours"):
        claims.in_document(store, DOCUMENT, naming, cursor=cursor)


def test_an_index_of_another_version_is_told(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "lists.sqlite") as database:
        database.execute("PRAGMA user_version = 99")
    database.close()
    with pytest.raises(
        DamagedSnapshot, match=r"lists\.sqlite is no index of lists that this version reads: build again"
    ):
        Lists(tmp_path / "lists.sqlite")


def test_what_is_written_twice_is_the_same(store: Store, tmp_path: Path) -> None:
    for name in ("one", "two"):
        lists.write_index(pyoxigraph.Store.read_only(str(store.snapshot.store)), tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_rows_by_side_stand_in_one_order_whether_the_build_ranked_them_or_a_span_of_days_does(store: Store) -> None:
    naming = Naming(store)
    ranked, spanned = (
        [(row.key, row.sides) for row in sides.found(store, naming, wanted, limit=1000).items]
        for wanted in (sides.Filter(), sides.Filter(start=date(1900, 1, 1)))
    )
    assert len(spanned) > 20
    assert spanned == [row for row in ranked if row in spanned]


@pytest.mark.parametrize(
    ("role", "kind", "pattern"),
    [
        (TYPE, "sit:Claim", "?x a sit:Claim"),
        (TYPE, "foaf:Agent", "?x a foaf:Agent"),
        (EDGE, "sit:spokeAbout", "?x sit:edge sit:spokeAbout"),
        (EDGE, "sit:Claim", "?x sit:edge sit:Claim"),
    ],
)
def test_members_are_those_of_the_store_by_name(store: Store, role: str, kind: str, pattern: str) -> None:
    found: list[str] = []
    cursor: str | None = None
    while True:
        page = store.lists.members(role, expand(kind), 3, cursor)
        found += page.items
        if (cursor := page.next) is None:
            break
    labels = {
        text_of(row["x"]): text_of(row["label"])
        for row in store.select(
            f"SELECT ?x ?label WHERE {{ {pattern} . OPTIONAL {{ ?x rdfs:label ?label FILTER(LANG(?label) = 'en') }} }}"
        )
    }
    assert found == sorted(labels, key=lambda iri: (labels[iri][:120].casefold(), iri))
    assert page.total == len(found)


def test_a_cursor_of_another_list_finds_no_members(store: Store) -> None:
    with pytest.raises(WrongCursor):
        store.lists.members(TYPE, expand("sit:Claim"), 3, cursor_of(("one",)))


# Every passage behind what is shown of ?thing: a claim, what claims say, are about or come from, what rests on them.
BEHIND = """SELECT DISTINCT ?passage ?document WHERE {
  { ?x sit:inDocument ?d . BIND(?x AS ?passage) FILTER(?x = ?thing) }
  UNION { ?passage sit:carries ?thing }
  UNION { ?claim schema:about ?thing . ?passage sit:carries ?claim }
  UNION { ?claim prov:wasAttributedTo ?thing . ?passage sit:carries ?claim }
  UNION { ?claim prov:hadPrimarySource ?thing . ?passage sit:carries ?claim }
  UNION { ?claim sit:measurand ?thing . ?passage sit:carries ?claim }
  UNION { ?measurand sit:measure ?thing . ?claim sit:measurand ?measurand . ?passage sit:carries ?claim }
  UNION { ?thing sit:first|sit:second ?claim . ?passage sit:carries ?claim }
  UNION { ?thing sit:restsOn ?claim . ?passage sit:carries ?claim }
  UNION { ?relation sit:from|sit:to ?thing ; sit:restsOn ?claim . ?passage sit:carries ?claim }
  ?passage sit:inDocument ?document }"""


def test_the_passages_behind_a_thing_are_those_of_the_store(curated: pyoxigraph.Store, tmp_path: Path) -> None:
    lists.write_index(curated, tmp_path / "lists.sqlite")
    slugs = ("syrskyi", "russian-armed-forces", "ukraine", "atacms", "ev-drone-attack-2025-01-19", "nobody")
    things = [f"{BASE}id/{slug}" for slug in slugs] + [f"{BASE}voc/m-losses"]
    for kind in ("sit:Claim", "sit:Relation", "sit:Comparison", "sit:Measurand", "sit:Communication", "sit:Passage"):
        answer = curated.query(f"SELECT ?x WHERE {{ ?x a {kind} }} ORDER BY ?x LIMIT 4", prefixes=PREFIXES)
        things += [row["x"].value for row in answer]  # type: ignore[union-attr]
    with Lists(tmp_path / "lists.sqlite") as index:
        for thing in things:
            rows = curated.query(BEHIND.replace("?thing", f"<{thing}>"), prefixes=PREFIXES)
            behind = {(row["document"].value, row["passage"].value) for row in rows}  # type: ignore[union-attr]
            found = index.behind([thing], 1_000)
            assert found.keys() == {document for document, _ in behind}, thing
            for document, places in found.items():
                passages = {passage for inside, passage in behind if inside == document}
                assert {*places.passages} <= passages
                assert len(places.passages) == places.count == len({spot(curated, passage) for passage in passages})
        both = index.behind(things[:2], 1)
        assert both.keys() == {*index.behind(things[:1], 1), *index.behind(things[1:2], 1)}
        assert all(len(places.passages) == 1 for places in both.values())
        assert max(places.count for places in both.values()) > 1


def spot(store: pyoxigraph.Store, passage: str) -> tuple[str, ...]:
    """Where a passage is in its document."""
    node = pyoxigraph.NamedNode(passage)
    return tuple(
        next((q.object.value for q in store.quads_for_pattern(node, pyoxigraph.NamedNode(expand(name)), None)), "")  # type: ignore[union-attr]
        for name in ("oa:start", "oa:end", "sit:page", "sit:row")
    )


def test_each_question_is_compared_once_before_any_twice(curated: pyoxigraph.Store, tmp_path: Path) -> None:
    lists.write_index(curated, tmp_path / "lists.sqlite")
    asked = """SELECT ?outcome ?span ?measure ?thing WHERE { ?k sit:outcome ?outcome ; sit:first/sit:measurand ?q .
        ?q sit:measure ?measure ; schema:about ?thing ; sit:span ?span } VALUES ?k { <%s> }"""
    with Lists(tmp_path / "lists.sqlite") as index:
        order = index.page(COMPARISON, {}, {}, 1_000, None).items
    questions = [
        tuple(term.value for term in row)
        for iri in order
        for row in curated.query(asked % iri, prefixes=PREFIXES)  # type: ignore[union-attr]
    ]
    seen: dict[str, int] = {}
    turns: dict[tuple[str, bool], list[int]] = {}
    for question in questions:
        # what weapons can do stands behind the war
        outcome, span, *what = question
        kind = outcome, span == expand("voc:timeless")
        key = str((kind, what))
        seen[key] = seen.get(key, -1) + 1
        turns.setdefault(kind, []).append(seen[key])
    assert any(max(of) > 0 for of in turns.values())
    assert all(of == sorted(of) for of in turns.values())


def test_a_question_stands_once_among_the_sides_before_any_a_second_time(store: Store) -> None:
    rows = sides.found(store, Naming(store), limit=500).items
    ranks = [min(row.sides, 1) if row.kind == "topic" else row.sides for row in rows]
    assert ranks == sorted(ranks, reverse=True)
    seen: dict[tuple[object, ...], int] = {}
    turns: dict[int, list[int]] = {}
    for rank, row in zip(ranks, rows, strict=True):
        if row.kind == "measurand":
            about = claims.measurand(store, row.thing.iri, Naming(store))
            event = "sit:Event" in about.about.types
            question = rank, "" if event else about.about.iri, about.measure.iri
            seen[question] = seen.get(question, -1) + 1
            turns.setdefault(rank, []).append(seen[question])
    assert any(max(of) > 0 for of in turns.values())
    assert all(of == sorted(of) for of in turns.values())
