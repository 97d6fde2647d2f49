"""Nothing is lost between the engine and the wire: each feature of a query, in each format, read back by rdflib.

The engine asked directly, over the same snapshot, is what an answer must equal; so `"007"^^xsd:integer`, which Oxigraph
keeps by its value, arrives as the store has it.
"""

from __future__ import annotations

import csv
import io
import json
import warnings
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.compare import isomorphic, to_canonical_graph
from rdflib.query import Result
from starlette.testclient import TestClient

import graph.build
from api.workers import Limits
from graph import snapshot
from ontology.terms import PREFIXES
from tests.api.conftest import parsed, served
from tests.conftest import FIRST_DOCUMENT

EX = "https://example.org/"
SELECTS = {
    "every term": "SELECT ?p ?o { ex:terms ?p ?o }",
    "sequence": "SELECT * { ex:a ex:next/ex:next ?x }",
    "alternative": "SELECT * { ex:c ex:next|ex:other ?x }",
    "inverse": "SELECT * { ex:b ^ex:next ?x }",
    "zero or more": "SELECT * { ex:a ex:next* ?x }",
    "one or more": "SELECT * { ex:a ex:next+ ?x }",
    "zero or one": "SELECT * { ex:a ex:next? ?x }",
    "negated": "SELECT * { ex:a !(ex:next|ex:size|^ex:next) ?x }",
    "group": "SELECT * { ex:a (ex:next/ex:next)+ ?x }",
    "count, sum, average": "SELECT ?g (COUNT(*) AS ?n) (SUM(?s) AS ?sum) (AVG(?s) AS ?mean) (MIN(?s) AS ?least) "
    "(MAX(?s) AS ?most) { ?x ex:group ?g ; ex:size ?s } GROUP BY ?g ORDER BY ?g",
    "count distinct": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?x ex:size ?s }",
    "GROUP_CONCAT": 'SELECT ?g (GROUP_CONCAT(?s; separator=", ") AS ?all) { '
    "SELECT ?g ?s { ?x ex:group ?g ; ex:size ?s } ORDER BY ?s } GROUP BY ?g ORDER BY ?g",
    "SAMPLE": 'SELECT ?g (SAMPLE(?s) AS ?one) { ?x ex:group ?g ; ex:size ?s FILTER(?g = "y") } GROUP BY ?g',
    "HAVING": "SELECT ?g (SUM(?s) AS ?sum) { ?x ex:group ?g ; ex:size ?s } GROUP BY ?g HAVING (SUM(?s) > 3)",
    "subquery": "SELECT ?x ?most { { SELECT (MAX(?s) AS ?most) { ?y ex:size ?s } } ?x ex:size ?most } ORDER BY ?x",
    "MINUS": "SELECT ?x { ?x ex:size ?s MINUS { ?x ex:next ex:a } } ORDER BY ?x",
    "NOT EXISTS": "SELECT ?x { ?x ex:size ?s FILTER NOT EXISTS { ?x ex:next ?y } }",
    "EXISTS": "SELECT ?x { ?x ex:size ?s FILTER EXISTS { ?x ex:other ?y } }",
    "VALUES": "SELECT * { VALUES (?x ?y) { (ex:a 1) (ex:b UNDEF) (UNDEF 3) } }",
    "BIND": 'SELECT * { ex:a ex:size ?s BIND(?s * 2.5 AS ?more) BIND(CONCAT(STR(?s), "!") AS ?text) }',
    "an error leaves a cell unbound": 'SELECT * { ex:a ex:size ?s BIND(?s + "x" AS ?wrong) }',
    "OPTIONAL": "SELECT * { ?x ex:size ?s OPTIONAL { ?x ex:other ?o } } ORDER BY ?x",
    "no column bound": "SELECT ?a ?b { }",
    "no row": "SELECT ?a ?b { FILTER(false) }",
    "FROM": "SELECT * FROM ex:one { ?s ?p ?o }",
    "FROM NAMED": "SELECT * FROM NAMED ex:two { GRAPH ?g { ?s ?p ?o } }",
    "order, offset, limit": "SELECT ?s { ?x ex:size ?s } ORDER BY DESC(?s) LIMIT 2 OFFSET 1",
    "functions": 'SELECT (STRLEN("😀") AS ?a) (UCASE("київ") AS ?b) (ENCODE_FOR_URI("Київ") AS ?c) '
    '(LANG("x"@uk) AS ?d) (STRDT("1", xsd:byte) AS ?e) (STRLANG("x", "en") AS ?f) (1/3 AS ?g) '
    '(1e0/0 AS ?h) (xsd:double("NaN") AS ?i) '
    "(9223372036854775807 AS ?j) {}",
}
GRAPHS = {
    "CONSTRUCT": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(?s = ex:terms) }",
    "CONSTRUCT with blank nodes": "CONSTRUCT { [] ex:of ?x ; ex:as [ ex:size ?s ] } WHERE { ?x ex:size ?s }",
    "CONSTRUCT of nothing": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o FILTER(false) }",
    "CONSTRUCT WHERE": "CONSTRUCT WHERE { ?x ex:next ?y }",
    "DESCRIBE": "DESCRIBE ex:b",
    "DESCRIBE of a variable": "DESCRIBE ?x { ?x ex:size 3 }",
    "CONSTRUCT FROM": "CONSTRUCT { ?s ?p ?o } FROM ex:one FROM ex:two WHERE { ?s ?p ?o }",
}
Row = tuple[Any, ...]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wire")
    graph.build.build(FIRST_DOCUMENT, folder, [Path(__file__).with_name("wire.trig")])
    return folder


@pytest.fixture(scope="module")
def client(folder: Path) -> Iterator[TestClient]:
    with served(folder, Limits(running=1, deadline=30)) as client:
        yield client


@pytest.fixture(scope="module")
def engine(folder: Path) -> ox.Store:
    return ox.Store.read_only(str(snapshot.current(folder).store))


def asked(client: TestClient, query: str, accept: str) -> httpx2.Response:
    answer = client.post("/sparql", data={"query": f"PREFIX ex: <{EX}> {query}"}, headers={"Accept": accept})
    assert answer.status_code == 200, answer.text
    return answer


def said(engine: ox.Store, query: str) -> Any:
    return engine.query(f"PREFIX ex: <{EX}> {query}", prefixes=PREFIXES)


def term(found: Any) -> Any:
    """A term of either library as plain values; blank nodes have no names that could be compared."""
    if found is None:
        return None
    if isinstance(found, ox.BlankNode | rdflib.BNode):
        return "blank"
    if isinstance(found, ox.NamedNode | rdflib.URIRef):
        return "iri", getattr(found, "value", str(found))
    if isinstance(found, ox.Literal):
        return found.value, found.datatype.value, (found.language or "").lower()
    assert isinstance(found, rdflib.Literal)
    kind = rdflib.RDF.langString if found.language else found.datatype or rdflib.XSD.string
    return str(found), str(kind), (found.language or "").lower()


def table(engine: ox.Store, query: str) -> tuple[list[str], Counter[Row]]:
    answer = said(engine, query)
    return [name.value for name in answer.variables], Counter(tuple(map(term, row)) for row in answer)


@pytest.fixture(autouse=True)
def lexical() -> Iterator[None]:
    """rdflib keeps the text of a number as it read it, and warns of nothing."""
    before, rdflib.NORMALIZE_LITERALS = rdflib.NORMALIZE_LITERALS, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
    rdflib.NORMALIZE_LITERALS = before


@pytest.mark.parametrize("name", SELECTS)
@pytest.mark.parametrize(
    ("accept", "format"),
    [("application/sparql-results+json", "json"), ("application/sparql-results+xml", "xml"),
     ("text/tab-separated-values", "tsv")],
)  # fmt: skip
def test_a_table_arrives_whole(client: TestClient, engine: ox.Store, name: str, accept: str, format: str) -> None:
    columns, rows = table(engine, SELECTS[name])
    body = asked(client, SELECTS[name], accept).content
    if format == "tsv":  # rdflib's reader takes neither every number nor every escape; the engine's is held to JSON's
        read = ox.parse_query_results(body, ox.QueryResultsFormat.TSV)
        assert isinstance(read, ox.QuerySolutions)
        assert [variable.value for variable in read.variables] == columns
        assert Counter(tuple(map(term, row)) for row in read) == rows
        return
    found = Result.parse(io.BytesIO(body), format=format)
    assert [str(variable) for variable in found.vars or ()] == columns
    assert Counter(tuple(term(row.get(column)) for column in found.vars or ()) for row in found.bindings) == rows


@pytest.mark.parametrize("name", SELECTS)
def test_csv_has_every_value_as_text(client: TestClient, engine: ox.Store, name: str) -> None:
    columns, rows = table(engine, SELECTS[name])
    text = asked(client, SELECTS[name], "text/csv").content.decode()
    head, *found = list(csv.reader(io.StringIO(text, newline="")))
    assert head == columns

    def plain(cell: Any) -> str:
        return "" if cell is None else "blank" if cell == "blank" else cell[1] if cell[0] == "iri" else cell[0]

    blanks = Counter(tuple("blank" if cell.startswith("_:") else cell for cell in row) for row in found)
    assert blanks == Counter({tuple(map(plain, row)): n for row, n in rows.items()})


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "application/sparql-results+xml"])
@pytest.mark.parametrize(
    ("query", "answer"), [("ASK { ex:a ex:next ex:b }", True), ("ASK { ex:b ex:next ex:a }", False)]
)
def test_a_yes_or_no_arrives(client: TestClient, query: str, answer: bool, accept: str) -> None:
    body = asked(client, query, accept).content
    assert Result.parse(io.BytesIO(body), format=accept.rpartition("+")[2]).askAnswer is answer


@pytest.mark.parametrize("name", GRAPHS)
@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/n3"]
)
def test_a_graph_arrives_whole(client: TestClient, engine: ox.Store, name: str, accept: str) -> None:
    found = parsed(asked(client, GRAPHS[name], accept))
    stored = rdflib.Graph().parse(
        data=ox.serialize(said(engine, GRAPHS[name]), format=ox.RdfFormat.N_TRIPLES) or b"", format="nt"
    )
    assert isomorphic(to_canonical_graph(found), to_canonical_graph(stored))


CONTROL = "SELECT ?o { ex:rung ex:control ?o }"


@pytest.mark.parametrize("accept", ["application/sparql-results+json", "text/csv", "text/tab-separated-values"])
def test_control_characters_arrive(client: TestClient, accept: str) -> None:
    text = asked(client, CONTROL, accept).content.decode()
    found = json.loads(text)["results"]["bindings"][0]["o"]["value"] if "json" in accept else text.splitlines()[1]
    assert found.strip('"').replace("\\u0007", "\u0007") == "bell\u0007"


@pytest.mark.parametrize(
    ("query", "accept"),
    [(CONTROL, "application/sparql-results+xml"), ("DESCRIBE ex:rung", "application/rdf+xml")],
)
def test_what_xml_cannot_hold_is_said(client: TestClient, query: str, accept: str) -> None:
    """Oxigraph writes such a character as it is, and no XML parser would take the document."""
    given = {"query": f"PREFIX ex: <{EX}> {query}"}
    answer = client.post("/sparql", data=given, headers={"Accept": accept})
    assert answer.status_code == 406
    assert "XML cannot hold the character U+0007" in answer.json()["detail"]
    assert "ask for JSON" in answer.json()["detail"]


def test_a_number_arrives_as_the_store_has_it(client: TestClient, engine: ox.Store) -> None:
    query = "SELECT ?o { ex:terms ex:padded ?o }"
    ((stored,),) = said(engine, query)
    (row,) = asked(client, query, "application/sparql-results+json").json()["results"]["bindings"]
    assert row["o"] == {"type": "literal", "value": stored.value, "datatype": stored.datatype.value}
    assert stored.value == "7", "Oxigraph keeps numbers by their value (docs/http.md)"


def test_the_dataset_of_the_request_is_the_engine_s_own(client: TestClient, engine: ox.Store) -> None:
    query = "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    one, two = ox.NamedNode(f"{EX}one"), ox.NamedNode(f"{EX}two")
    answer = engine.query(query, default_graph=[one], named_graphs=[two])
    assert isinstance(answer, ox.QuerySolutions)
    found = client.get("/sparql", params={"query": query, "default-graph-uri": one.value, "named-graph-uri": two.value})
    bindings = found.json()["results"]["bindings"]
    assert Counter(
        tuple(row.get(name.value, {}).get("value") for name in answer.variables) for row in bindings
    ) == Counter(tuple(getattr(cell, "value", None) for cell in row) for row in answer)
    assert len(bindings) == 2
