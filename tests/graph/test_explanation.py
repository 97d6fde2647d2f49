"""An empty answer is explained: the pattern that fails, alone or with others, and the name that may be meant."""

# ruff: noqa: E501  a line is a case

from __future__ import annotations

from collections.abc import Iterator

import pytest

import graph
import graph.build
from graph.errors import QueryRefused, QuerySyntaxError, QueryTooDeep
from graph.explanation import Explanation, cost_of, explained, weighed
from graph.store import Dataset, Store
from tests.conftest import DATA

EX = "https://example.org/"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """All of data/, with one named graph and a property that only it uses beside it."""
    folder = tmp_path_factory.mktemp("explained")
    extra = folder / "extra.trig"
    extra.write_text(f"<{EX}graph> {{ <{EX}a> <{EX}says> 'in a named graph' }}", encoding="utf-8")
    graph.build.build(DATA, folder / "snapshots", [extra])
    with graph.open(folder / "snapshots") as store:
        yield store


def told(store: Store, query: str) -> Explanation:
    found = explained(store, query)
    assert found.empty is True
    return found


# query, what the sentence says, and what is suggested first
NAMES = [
    ("SELECT * { ?w sit:suppliedBye ?by }", "sit:suppliedBye has no triples; sit:suppliedBy has ", "sit:suppliedBy"),
    ("SELECT * { ?w sit:SUPPLIEDBY ?by }", "sit:suppliedBy has ", "sit:suppliedBy"),
    ("SELECT * { ?x sit:actor/sit:sid ?y }", "sit:sid has no triples; sit:side has ", "sit:side"),
    ("SELECT * { ?x skos:label ?y }", "rdfs:label has ", "rdfs:label"),
    ("SELECT * { ?p foaf:name ?o }", "foaf:name has no triples; rdfs:label has ", "rdfs:label"),
    ("SELECT * { ?p foaf:FamilyName ?o }", "foaf:familyName has ", "foaf:familyName"),
    ("SELECT * { ?p a foaf:Persn }", "nothing is a foaf:Persn; foaf:Person has ", "foaf:Person"),
    ("SELECT * { ?p rdf:type schema:Person }", "foaf:Person has ", "foaf:Person"),
    ("SELECT * { id:syrsky ?p ?o }", "`id:syrsky` is not in the graph; `id:syrskyi` is", "id:syrskyi"),
    ("SELECT * { ?x sit:measure voc:m-loses }", "`voc:m-loses` is not in the graph; `voc:m-losses` is", "voc:m-losses"),
    ("DESCRIBE id:syrsky", "`id:syrsky` is not in the graph", "id:syrskyi"),
    (
        'SELECT * { ?p skos:prefLabel "Syrskyi"@en }',
        '"Syrskyi"@en matches nothing as skos:prefLabel; "Oleksandr Syrskyi"@en does', '"Oleksandr Syrskyi"@en',
    ),
    ('SELECT * { ?p skos:prefLabel "Oleksandr Syrskyi" }', '"Oleksandr Syrskyi"@en does', '"Oleksandr Syrskyi"@en'),
    ('SELECT * { ?p skos:prefLabel "oleksandr syrskyi"@en }', "does", '"Oleksandr Syrskyi"@en'),
    ('SELECT * { ?q sit:when "2024" }', '"2024"^^edtf:EDTF does', '"2024"^^edtf:EDTF'),
    ("SELECT * { ?c schema:value 434001 }", "434001 matches nothing as schema:value; 434000 does", "434000"),
    ("SELECT * { ?by sit:suppliedBy id:atacms }", "the other way round", "id:atacms sit:suppliedBy ?by"),
    ("SELECT * { ?q sit:when ?w FILTER(?w = '2024') }", "FILTER refuses all", '"2024"^^edtf:EDTF'),
    ("SELECT * { ?p a foaf:Person ; sit:suppliedBy ?y }", "but not together", "sit:WeaponSystem"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "says", "meant"), NAMES)
def test_the_near_name_is_told(store: Store, query: str, says: str, meant: str) -> None:
    found = told(store, query)
    assert says in found.note
    assert found.causes[0].suggestions[0].meant == meant


ANSWERED = [query for query, *_ in NAMES if not query.startswith("DESCRIBE")]


@pytest.mark.parametrize("query", ANSWERED)
def test_what_is_suggested_has_an_answer_when_it_is_put_in(store: Store, query: str) -> None:
    suggestion = told(store, query).causes[0].suggestions[0]
    better = suggestion.put_into(query)
    assert better
    assert better != query
    if "FILTER" not in query:  # there the value is told, and to compare it takes a change of the FILTER
        assert explained(store, better).empty is False


# query, the parts that fail, and what the sentence says
PARTS = [
    ("SELECT * { id:syrskyi sit:suppliedBy ?x }", ["id:syrskyi sit:suppliedBy ?x"], "id:syrskyi has no sit:suppliedBy; it has"),
    (
        "SELECT * { ?x rdfs:label ?l ; a foaf:Person ; skos:prefLabel ?n . ?x sit:eventType ?y }",
        ["?x a foaf:Person", "?x sit:eventType ?y"], "each of these has matches, but not together",
    ),
    ("SELECT * { VALUES ?x { id:nobody } ?x rdfs:label ?l }", ["VALUES ?x { id:nobody }", "?x rdfs:label ?l"], "id:nobody"),
    ("SELECT * { ?x rdfs:label ?l VALUES ?l { } }", ["VALUES ?l { }"], "VALUES lists nothing"),
    ("SELECT * { ?x a foaf:Person OPTIONAL { ?x sit:nope ?y } ?x sit:nil ?z }", ["?x sit:nil ?z"], "sit:nil has no triples"),
    ("SELECT * { { ?x sit:nope ?y } UNION { ?x sit:nil ?z } }", ["?x sit:nope ?y"], "no branch of UNION has a match"),
    ("SELECT * { ?x a foaf:Person { SELECT ?x { ?x sit:nope ?y } } }", ["?x sit:nope ?y"], "sit:nope has no triples"),
    (
        "SELECT * { ?x a foaf:Person { SELECT ?x { ?x a sit:Event } LIMIT 0 } }",
        ["{ SELECT ?x { ?x a sit:Event } LIMIT 0 }"], "the subquery gives no row",
    ),
    ("SELECT * { ?c schema:value ?v FILTER(?v < 0) }", ["FILTER(?v < 0)"], "before it, ?v is for example"),
    (
        "SELECT * { ?c schema:value ?v FILTER(?v > 0) FILTER(?v > 10) FILTER(?v < 5) }",
        ["FILTER(?v > 10)", "FILTER(?v < 5)"], "together they refuse all of them",
    ),
    ("SELECT * { ?x a foaf:Person MINUS { ?x rdfs:label ?l } }", ["MINUS { ?x rdfs:label ?l . }"], "MINUS takes away"),
    ("SELECT * { ?x a foaf:Person FILTER EXISTS { ?x sit:nope ?y } }", ["FILTER EXISTS { ?x sit:nope ?y }"], "FILTER refuses"),
    (f"SELECT * {{ GRAPH <{EX}nope> {{ ?s ?p ?o }} }}", [f"GRAPH <{EX}nope>"], "is empty or unknown; the default graph has"),
    (f"SELECT * {{ GRAPH <{EX}graph> {{ ?s rdfs:label ?o }} }}", ["?s rdfs:label ?o"], "matches nothing"),
    ("SELECT (COUNT(*) AS ?n) { ?x a sit:Clam }", ["?x a sit:Clam"], "sit:Claim has"),
    ("ASK { ?x a sit:Clam }", ["?x a sit:Clam"], "sit:Claim has"),
    ("CONSTRUCT { ?x a ?y } WHERE { ?x sit:nope ?y }", ["?x sit:nope ?y"], "no triples"),
    ("SELECT * { ?c sit:measurand [ sit:measure voc:m-losses ; sit:when '2031' ] }", ["[] sit:when '2031'"], "as sit:when"),
    ("SELECT * { ?x (sit:nope|sit:nil)+ ?y }", ["?x (sit:nope|sit:nil)+ ?y"], "sit:nope has no triples"),
    ("SELECT * { ?x a foaf:Person BIND(id:gps AS ?y) ?x sit:nil ?y }", ["?x sit:nil ?y"], "sit:nil has no triples"),
    ("PREFIX x: <http://nowhere/> SELECT * { ?s x:p ?o }", ["?s x:p ?o"], "x:p has no triples"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "parts", "says"), PARTS)
def test_the_smallest_part_that_fails_is_named(store: Store, query: str, parts: list[str], says: str) -> None:
    found = told(store, query)
    assert list(found.causes[0].parts) == parts
    assert says in found.causes[0].message


def test_every_branch_of_a_union_is_explained(store: Store) -> None:
    found = told(store, "SELECT * { { ?x sit:nope ?y } UNION { ?x sit:weapn ?z } UNION { ?x a sit:Clam } }")
    assert [cause.parts for cause in found.causes] == [("?x sit:nope ?y",), ("?x sit:weapn ?z",), ("?x a sit:Clam",)]


def test_several_patterns_that_fail_are_all_named(store: Store) -> None:
    found = told(store, "SELECT * {\n ?x sit:nope ?y .\n ?x a foaf:Person .\n ?x sit:nil ?z }")
    assert [(cause.parts, cause.line) for cause in found.causes] == [(("?x sit:nope ?y",), 2), (("?x sit:nil ?z",), 4)]
    assert [(one.pattern, one.count > 0) for one in found.matches] == [
        ("?x sit:nope ?y", False), ("?x a foaf:Person", True), ("?x sit:nil ?z", False),
    ]  # fmt: skip


NOT_EMPTY = [
    ("SELECT * { ?x a foaf:Person }", "has an answer"),
    ("SELECT * { ?x a foaf:Person } LIMIT 0", "LIMIT 0 lets none through"),
    ("SELECT * { ?x a foaf:Person } OFFSET 900", "OFFSET 900 passes over all of them"),
    ("SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?x HAVING(COUNT(*) > 1000000)", "HAVING refuses every group"),
    ("DESCRIBE id:syrskyi", "is in the graph"),
    ("SELECT * {}", "has an answer"),
]


@pytest.mark.parametrize(("query", "says"), NOT_EMPTY)
def test_a_pattern_with_rows_is_said_to_have_them(store: Store, query: str, says: str) -> None:
    found = explained(store, query)
    assert (found.empty, found.causes) == (False, ())
    assert says in found.note


def test_counts_stop_at_a_thousand_and_say_so(store: Store) -> None:
    (found,) = explained(store, "SELECT * { ?s ?p ?o }").matches
    assert (found.count, found.exact) == (1000, False)


def test_the_dataset_of_the_protocol_is_asked(store: Store) -> None:
    query = f"SELECT * {{ ?s <{EX}says> ?o }}"
    assert explained(store, query).empty is True
    assert explained(store, query, Dataset((EX + "graph",))).empty is False
    assert explained(store, query.replace("{ ?s", f"FROM <{EX}graph> {{ ?s", 1)).empty is False


@pytest.mark.parametrize("query", ["SELECT * { << ?s ?p ?o >> ?q ?r }", "SELECT * { ?s ?p ?o LATERAL { ?o ?q ?r } }"])
def test_what_cannot_be_taken_apart_is_said_so(store: Store, query: str) -> None:
    found = explained(store, query)
    assert found.empty is None
    assert "cannot be taken apart" in found.note


@pytest.mark.parametrize(
    ("query", "error"),
    [
        ("SELECT", QuerySyntaxError),
        ("ASK { SERVICE <http://a/> {} }", QueryRefused),
        ("ASK " + "{" * 200, QueryTooDeep),
    ],
)
def test_a_query_that_is_not_answered_is_not_explained(store: Store, query: str, error: type[Exception]) -> None:
    for ask in (weighed, explained):
        with pytest.raises(error):
            ask(store, query)


def test_the_cost_is_told_without_asking(store: Store) -> None:
    found = weighed(store, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert found.empty is None
    assert found.rows
    assert found.rows > 1e12
    assert [one.kind for one in found.warnings] == ["cross-product"]
    known = cost_of(store.snapshot, "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    assert known is not None
    assert known.warnings == found.warnings
    assert cost_of(store.snapshot, "not SPARQL") is None


def test_what_would_take_long_to_weigh_is_not_weighed(store: Store) -> None:
    """It is asked where nothing can end it."""
    assert cost_of(store.snapshot, "SELECT * { " + " ".join(f"?a{n} a ?b{n} ." for n in range(2000)) + " }") is None
    assert cost_of(store.snapshot, "SELECT * " + "{" * 4900 + "}" * 4900) is None
