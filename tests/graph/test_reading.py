"""A query is taken apart and put together again as the very same query, or is not readable."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import yaml

from api.questions import examples
from graph.reading import NotReadable, Query, one_line, patterns, read, variables
from ontology.terms import PREFIXES
from tests.conftest import TESTS

QUERIES = {
    **{example.name: example.query for example in examples()},
    **{
        path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))["query"]
        for path in sorted((TESTS / "questions").glob("*.yaml"))
    },
    **{path.stem: path.read_text(encoding="utf-8") for path in sorted((TESTS.parent / "graph/queries").glob("*.rq"))},
    **{path.stem: path.read_text(encoding="utf-8") for path in sorted((TESTS.parent / "graph/rules").glob("*.rq"))},
}
# fmt: off
ODD = {
    "blank nodes": "SELECT ?v { [] sit:measurand [ sit:measure ?m ] ; schema:value ?v . _:x a sit:Event }",
    "lists of objects": "SELECT * { ?x a foaf:Person, ?other ; rdfs:label ?l, ?k ; . ?x ?p ?o . }",
    "a path": "SELECT * { ?x ^sit:restsOn/(sit:edge|sit:from)*/!(rdf:type|^rdfs:label) ?y }",
    "a filter that is a call": "SELECT ?x { ?x rdfs:label ?l FILTER REGEX(?l, '^A{1}') FILTER(?l != '}') }",
    "a filter that looks inside": "SELECT ?x { ?x a sit:Event FILTER NOT EXISTS { ?x sit:actor ?y FILTER(?y != ?x) } }",
    "a filter on a comparison": "SELECT ?x { ?c schema:value ?x FILTER(?x<5&&?x>1) }",
    "a comparison with brackets": "SELECT ?x { ?c schema:value ?x FILTER((?x<5)||(?x>9)) FILTER(?x<IF(?c>1,2,3)) }",
    "IRIs in round brackets": "SELECT * { VALUES (?x ?y) { (<urn:a><urn:b>) } OPTIONAL { ?x (<urn:a>|<urn:b>)+ ?z }}",
    "unions in unions": "SELECT ?x { { ?x a sit:Event } UNION { { ?x a sit:Claim } UNION { ?x a sit:Passage } } }",
    "a subquery": "SELECT * { ?x a sit:Event { SELECT ?x (COUNT(*) AS ?n) { ?x ?p ?o } GROUP BY ?x } }",
    "a subquery in a union": "SELECT * { { SELECT ?x { ?x a foaf:Person } LIMIT 1 } UNION { ?x a sit:Event } }",
    "inline data": "SELECT * { VALUES (?x ?l) { (id:syrskyi UNDEF) (UNDEF 'a'@en) } ?x rdfs:label ?l }",
    "data behind": "SELECT * { ?x rdfs:label ?l } VALUES ?x { id:syrskyi }",
    "prefixes and comments": "# {\nPREFIX i: <https://w3id.org/sitrep/id/>\nBASE <http://a/> ASK{#}\n i:gps ?p ?o.}",
    "keywords in any case": "select distinct ?x where { ?x a foaf:Person optional { ?x org:holds ?y } } limit 300",
    "long texts": 'SELECT * { ?x ?p """a "quoted" } text""" }',
    "numbers": "SELECT * { ?x ?p 1 . ?y ?q -1.5 . ?z ?r 1e6 . ?w ?s +.5 }",
    "nothing": "SELECT * {}",
    "ASK": "ASK { id:syrskyi a foaf:Person }",
    "CONSTRUCT": "CONSTRUCT { ?x a ?t } WHERE { ?x a ?t ; rdfs:label ?l } LIMIT 5",
    "CONSTRUCT WHERE": "CONSTRUCT WHERE { id:syrskyi ?p ?o }",
    "graphs": "SELECT * FROM <http://a/> FROM NAMED <http://b/> { GRAPH ?g { ?s ?p ?o } ?s a ?t }",
}
# fmt: on


def together(found: Query) -> str:
    return f"{found.prologue}{found.form} {found.head} {found.dataset} WHERE {found.where.text} {found.modifiers}"


def answer(store: ox.Store, query: str) -> object:
    result = store.query(query, prefixes=PREFIXES)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    if isinstance(result, ox.QuerySolutions):
        names = sorted(v.value for v in result.variables if not v.value.startswith(("_anonymous", "_labelled")))
        return sorted(str([row[name] for name in names]) for row in result)
    return sorted(map(str, result))


@pytest.mark.parametrize("name", sorted({**QUERIES, **ODD}))
def test_what_is_put_together_again_gives_the_same_answer(first_document: ox.Store, name: str) -> None:
    query = {**QUERIES, **ODD}[name]
    if "BNODE" in query or "GRAPH ?g { ?s" in query:
        assert read(query)
        return
    assert answer(first_document, together(read(query))) == answer(first_document, query)


def test_a_pattern_knows_its_line_and_what_was_written() -> None:
    found = list(patterns(read("SELECT * {\n  ?x a foaf:Person ;\n    org:holds [ rdfs:label ?l ]\n}").where))
    assert [(one_line(one), one.line) for one in found] == [
        ("?x a foaf:Person", 2), ("?x org:holds []", 3), ("[] rdfs:label ?l", 3),
    ]  # fmt: skip


def test_names_are_resolved_as_the_query_declares_them() -> None:
    query = read("PREFIX id: <http://a/> PREFIX x: <http://b/> ASK { ?s ?p ?o }")
    assert query.iri("id:b") == "http://a/b"
    assert query.iri("x:c\\#d") == "http://b/c#d"
    assert query.iri("sit:Claim") == "https://w3id.org/sitrep/ont#Claim"
    assert query.iri("<http://c/>") == "http://c/"
    assert query.iri("nope:x") is None
    assert query.iri("<relative>") is None


def test_a_less_than_sign_before_a_greater_than_sign_is_no_iri() -> None:
    (_, condition) = read("SELECT * { ?s ?p ?o FILTER(?o<?a&&?b>3) }").where.parts
    assert variables(condition) == {"?o", "?a", "?b"}
    (_, condition) = read("SELECT * { ?s ?p ?o FILTER(?o IN(1, <urn:a,b>)&&?p!=<urn:c>) }").where.parts
    assert variables(condition) == {"?o", "?p"}


def test_a_subquery_gives_only_what_it_selects() -> None:
    (part,) = read("SELECT * { { SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y } GROUP BY ?x } }").where.parts
    assert variables(part) >= {"?x", "?n"}
    assert "?p" not in variables(part)


@pytest.mark.parametrize(
    ("query", "early"),
    [
        ("SELECT * { ?s ?p ?o } LIMIT 5", True),
        ("ASK { ?s ?p ?o }", True),
        ("SELECT * { ?s ?p ?o }", False),
        ("SELECT * { ?s ?p ?o } ORDER BY ?s LIMIT 5", False),
        ("SELECT DISTINCT ?s { ?s ?p ?o } LIMIT 5", False),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o } LIMIT 5", False),
    ],
)
def test_only_some_queries_end_with_their_first_rows(query: str, early: bool) -> None:
    assert read(query).stops_early is early


@pytest.mark.parametrize(
    "query",
    ["SELECT * { << ?s ?p ?o >> ?q ?r }", "SELECT * { ?a LATERAL { ?b ?c ?d } }", "INSERT DATA { }", "", "SELECT * {",
     "}{", "SELECT * { FILTER ?x }", "SELECT * { ?s ?p ?o } } {"],
)  # fmt: skip
def test_what_is_not_known_is_not_readable(query: str) -> None:
    with pytest.raises(NotReadable):
        read(query)
