"""A query that does not parse is answered with its place and one sentence that says what to do."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from graph.errors import QuerySyntaxError
from graph.syntax import explained
from ontology.terms import PREFIXES


def refusal(query: str) -> QuerySyntaxError:
    with pytest.raises(SyntaxError) as refused:
        ox.Store().query(query, prefixes=PREFIXES)
    return explained(str(refused.value.msg), query)


SENTENCES = [
    ("SELECT * { ?s fof:name ?o }", "the prefix `fof:` is not declared; did you mean `foaf:`?"),
    ("SELECT * { ?s Skos:x ?o }", "the prefix `Skos:` is not declared; did you mean `skos:`?"),
    ("PREFIX news: <http://a/> SELECT * { ?s new:x ?o }", "the prefix `new:` is not declared; did you mean `news:`"),
    ("SELECT * { ?s nope:x ?o }", "`nope:` is not declared; write PREFIX nope: <...> first. Known here: sit:"),
    ("SELECT ?s { ?s foaf:name/nope:y ?o }", "the prefix `nope:` is not declared"),
    ("ASK { foo:x ?p ?o }", "the prefix `foo:` is not declared; did you mean `foaf:`?"),
    ("SELECT * { ?s ?p ?o FILTER(fof:x(?s)) }", "the prefix `fof:` is not declared; did you mean `foaf:`?"),
    ("SELECT * { ?s ?p 'a'^^xds:date }", "the prefix `xds:` is not declared; did you mean `xsd:`"),
    ("SELECT * { ?s http://a/b ?o }", "an address stands between < and >: <http://...>"),
    ("SELECT * { ?s :x ?o }", "the prefix `:` is not declared; write PREFIX : <...> first"),
    ("SELECT * { ?s ?p ?o FILTER(?o<?x&&fof:y(?x)>1) }", "the prefix `fof:` is not declared; did you mean `foaf:`?"),
    ("SELECT * { ?s ?p ?o FILTER(?o<(1+?x)&&?x>1 }", "`(` in line 1 is not closed before `}`"),
    ("INSERT DATA { <a:a> <a:a> 1 }", "INSERT is an update, and this endpoint only reads"),
    ("PREFIX a: <http://a/> # x\nDELETE WHERE { ?s ?p ?o }", "DELETE is an update"),
    ("", "the query is empty"),
    ("hello world", "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE"),
    ("SELECT * {\n ?s ?p ?o", "the query ends too early: `{` in line 1 is not closed"),
    ("SELECT * { ?s ?p ?o }}", "`}` closes nothing in line 1"),
    ("SELECT * { ?s ?p ?o FILTER(?o }", "`(` in line 1 is not closed before `}`"),
    ("SELECT * { ?s ?p 'open }", "a text is not closed: ' opens it in line 1"),
    ("SELECT ?x { ?x ?p ?o } GROUP BY ?p", "neither in GROUP BY nor inside COUNT"),
    ("SELECT * { ?s <a b> ?o }", "no absolute IRI"),
    ("SELECT * { ?s ?p ?o } LIMIT x", "unexpected `x` after"),
]  # fmt: skip


@pytest.mark.parametrize(("query", "sentence"), SENTENCES)
def test_the_sentence_names_what_is_wrong(query: str, sentence: str) -> None:
    error = refusal(query)
    assert sentence in str(error)
    assert (error.line, error.column) > (0, 0)


@pytest.mark.parametrize("query", [query for query, _ in SENTENCES])
def test_no_sentence_lists_the_grammar(query: str) -> None:
    text = str(refusal(query))
    assert "expected one of" not in text
    assert "\\u" not in text
    assert "\n" not in text
    assert len(text) < 300


def test_a_place_in_a_later_line_is_kept() -> None:
    error = refusal("SELECT * {\n  ?s rdfs:label 'ä' .\n  ?s nope:x ?o\n}")
    assert (error.line, error.column) == (3, 12)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'no:name', <no:name> ; # no:name\n LIMIT }",
        "PREFIX a: <http://a/> SELECT * { _:b a:x:y.z a:\\:c LIMIT }",
    ],
)
def test_what_is_no_name_has_no_prefix(query: str) -> None:
    assert "prefix" not in str(refusal(query))


def test_the_place_of_a_prefix_is_the_end_of_its_name() -> None:
    error = refusal("ASK {\n  foo:x ?p ?o }")
    assert (error.line, error.column) == (2, 8)


def test_an_engine_that_names_no_place_is_quoted() -> None:
    error = explained("something else", "SELECT")
    assert (str(error), error.line, error.column) == ("something else", 0, 0)
