"""The cost of a query is told before it runs: a product is a product, and an estimate is right about powers of ten."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph import statistics
from graph.cost import CostWarning, estimated, spoken
from graph.reading import read
from graph.statistics import Statistics
from ontology.terms import PREFIXES

EX = "https://example.org/"


@pytest.fixture(scope="module")
def known(curated: ox.Store) -> Statistics:
    return statistics.counted(curated)


@pytest.fixture(scope="module")
def large() -> tuple[ox.Store, Statistics]:
    """A graph of 40,000 invented things, each of one of four classes, with a number and a link to one of a hundred."""
    store, node = ox.Store(), ox.NamedNode
    store.bulk_extend(
        quad
        for n in range(40_000)
        for quad in (
            ox.Quad(node(f"{EX}t{n}"), node(PREFIXES["rdf"] + "type"), node(f"{EX}Class{n % 4}")),
            ox.Quad(node(f"{EX}t{n}"), node(f"{EX}number"), ox.Literal(n)),
            ox.Quad(node(f"{EX}t{n}"), node(f"{EX}link"), node(f"{EX}hub{n % 100}")),
        )
    )
    return store, statistics.counted(store)


def warnings(query: str, known: Statistics) -> tuple[CostWarning, ...]:
    return estimated(read(f"PREFIX ex: <{EX}>\n{query}"), known).warnings


def rows(query: str, known: Statistics) -> float:
    found = estimated(read(f"PREFIX ex: <{EX}>\n{query}"), known).rows
    assert found is not None
    return found


def test_the_counts_are_those_of_the_graph(large: tuple[ox.Store, Statistics]) -> None:
    _, known = large
    assert (known.triples, known.nodes) == (120_000, 40_000)
    assert known.properties[f"{EX}link"] == statistics.Use(40_000, 40_000, 100)
    assert known.classes[f"{EX}Class0"] == 10_000


PRODUCTS = [
    ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 120_000.0**2),
    ("SELECT (COUNT(*) AS ?n) { ?a ex:number ?x . ?b ex:number ?y }", 40_000.0**2),
    ("SELECT * { ?a ex:number ?x . ?b ex:number ?y FILTER(?x = ?y) }", 40_000.0**2),
    ("SELECT * { ?a a ex:Class0 . ?b a ex:Class1 }", 10_000.0**2),
    ("SELECT * { { ?a a ex:Class0 } { ?b a ex:Class1 } }", 10_000.0**2),
    ("SELECT * { ?a a ex:Class0 OPTIONAL { ?b a ex:Class1 } }", 10_000.0**2),
    ("SELECT * { { SELECT ?a { ?a a ex:Class0 ; ex:number ?x } } ?b ex:number ?x }", 10_000.0 * 40_000),
    ("ASK { ?a ex:number ?x . ?b ex:number ?y FILTER(?x + ?y < 0) }", 40_000.0**2),
    ("SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?a LIMIT 10", 120_000.0**2),
    ("SELECT ?a { ?a ex:number ?x { SELECT * { ?b ex:number ?y . ?c ex:number ?z } } }", 40_000.0**3),
]


@pytest.mark.parametrize(("query", "expected"), PRODUCTS)
def test_a_product_is_told_with_its_rows(large: tuple[ox.Store, Statistics], query: str, expected: float) -> None:
    found = warnings(query, large[1])
    assert found
    assert {one.kind for one in found} == {"cross-product"}
    assert max(one.rows or 0 for one in found) == pytest.approx(expected, rel=0.01)
    assert "share no variable" in found[0].message


def test_the_patterns_that_do_not_meet_are_named(known: Statistics) -> None:
    (found,) = warnings("SELECT * { ?a a sit:Passage ; ?p ?o . ?b rdf:type ?t . ?c ?d ?e FILTER(?a = ?b) }", known)
    assert "these 3 share no variable" in found.message
    assert set(found.patterns) == {"?a a sit:Passage", "?a ?p ?o", "?b rdf:type ?t", "?c ?d ?e"}
    assert "FILTER(?a = ?b) holds them together only after all of them were made" in found.message


HARMLESS = [
    "SELECT * { ?a a ex:Class0 ; ex:number ?x ; ex:link ?l }",
    "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10",
    "ASK { ?a ?b ?c . ?d ?e ?f }",
    "SELECT * { ex:t1 ex:number ?x . ex:t2 ex:number ?y . ?z ex:number ?w }",
    "SELECT * { ?a a ex:Class0 OPTIONAL { ?a ex:link ?l } OPTIONAL { ?a ex:number ?n } }",
    "SELECT * { VALUES ?a { ex:t1 ex:t2 } ?b a ex:Class0 }",
    "SELECT * { { SELECT (COUNT(*) AS ?n) { ?a a ex:Class0 } } { SELECT (COUNT(*) AS ?m) { ?a a ex:Class1 } } }",
    "SELECT * { { ?a a ex:Class0 } UNION { ?b a ex:Class1 } }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_what_is_cheap_is_not_warned_of(large: tuple[ox.Store, Statistics], query: str) -> None:
    assert warnings(query, large[1]) == ()


def test_a_join_through_few_hubs_is_told(large: tuple[ox.Store, Statistics]) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ex:link ?h . ?b ex:link ?h . ?c ex:link ?h }"
    (found,) = warnings(query, large[1])
    assert found.kind == "many-rows"
    assert found.rows == pytest.approx(100 * 400.0**3, rel=0.01)


ESTIMATES = [
    "SELECT * { ?a a ex:Class0 ; ex:number ?x }",
    "SELECT * { ?a ex:link ?h . ?b ex:link ?h . ?b ex:number 5 }",
    "SELECT * { ?a ex:link ex:hub1 }",
    "SELECT * { ?a ex:link ex:hub1 ; a ex:Class1 ; ex:number ?n }",
    "SELECT * { ?a ^ex:link/ex:number ?n }",
    "SELECT * { ?a ex:link|ex:number ?n }",
    "SELECT * { ?a a ex:Class0 . ?b a ex:Class1 } LIMIT 1000",
]


@pytest.mark.parametrize("query", ESTIMATES)
def test_an_estimate_is_right_within_a_power_of_ten(large: tuple[ox.Store, Statistics], query: str) -> None:
    store, known = large
    counted = sum(1 for _ in store.query(f"PREFIX ex: <{EX}>\n{query}"))  # type: ignore[arg-type,misc]
    assert counted / 10 <= rows(query, known) <= counted * 10 + 10


def test_no_example_is_warned_of(known: Statistics) -> None:
    from api.questions import examples

    assert [example.name for example in examples() if warnings(example.query, known)] == []


def test_graphs_that_were_not_counted_have_no_estimate(known: Statistics) -> None:
    for query in ("SELECT * { GRAPH ?g { ?a ?b ?c . ?d ?e ?f } }", "SELECT * FROM <http://a/> { ?a ?b ?c . ?d ?e ?f }"):
        found = estimated(read(query), known)
        assert found.rows is None
        assert [one.rows for one in found.warnings] == [None]


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0.4, "0"),
        (41_234, "41,234"),
        (1.5e6, "1.5 million"),
        (2.14e9, "2.1 billion"),
        (3e12, "3 trillion"),
        (1e21, "1e+21"),
    ],
)
def test_large_numbers_are_words(number: float, words: str) -> None:
    assert spoken(number) == words


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?a ?b ?c . ?d ?e ?f }",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
        "SELECT ?a { ?a ex:link ?h . ?b ex:link ?h . ?a a ex:Class0 . ?b a ex:Class1 } ORDER BY ?a",
        "SELECT (COUNT(*) AS ?n) { ?a (!ex:none)+ ?b . ?b (!ex:none)+ ?c }",
        "SELECT (COUNT(*) AS ?n) { ?a ex:link* ?b }",
        "SELECT (COUNT(*) AS ?n) { ex:t1 (!ex:none)* ?b }",
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }",
        "SELECT * { ?a a ex:Class0 OPTIONAL { ?d ?e ?f } }",
        "SELECT * { ?a a ex:Class0 MINUS { ?d ?e ?f . ?g ?h ?c } }",
        "SELECT ?x { { SELECT (COUNT(*) AS ?x) { ?a ?b ?c . ?d ?e ?f } } }",
        "SELECT * { GRAPH ?g { ?a ?b ?c } }",
    ],
)
def test_what_may_take_long_is_not_cheap(query: str, large: tuple[ox.Store, Statistics]) -> None:
    assert not estimated(read(f"PREFIX ex: <{EX}>\n{query}"), large[1]).is_cheap


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?l { ex:t1 rdfs:label ?l }",
        "ASK { ex:t1 ex:link ex:hub1 }",
        "SELECT * { ?a ex:link ex:hub1 . ?a ex:number ?n } ORDER BY DESC(?n)",
        "SELECT (COUNT(*) AS ?n) { ?a a ex:Class0 }",
        "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 10",
        "SELECT ?c { ex:t1 ex:link* ?c }",
        "DESCRIBE ex:t1",
    ],
)
def test_a_look_up_is_cheap(query: str, large: tuple[ox.Store, Statistics]) -> None:
    assert estimated(read(f"PREFIX ex: <{EX}>\n{query}"), large[1]).is_cheap
