"""The SPARQL endpoint as existing clients expect it: SPARQL 1.1 Protocol, exact media types, limits that are named."""

from __future__ import annotations

import csv
import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import rdflib
from fastapi import FastAPI
from pyoxigraph import QueryResultsFormat, parse_query_results
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from api import pages
from api.problems import TYPES
from api.questions import examples
from api.routes.sparql import MAX_BODY
from graph.store import Answer
from tests.api.conftest import ENDLESS, LONG, parsed

SELECT = """SELECT ?value { ?claim sit:measurand/sit:measure voc:m-losses ; prov:wasAttributedTo id:syrskyi ;
  schema:value ?value } ORDER BY ?value"""
LOSSES = ["150000", "434000", "819000"]
ASK = "ASK { id:syrskyi a foaf:Person }"
CONSTRUCT = "CONSTRUCT { id:gps skos:prefLabel ?name } WHERE { id:gps skos:prefLabel ?name }"
DESCRIBE = "DESCRIBE id:gps"
UPDATE = "INSERT DATA { id:a id:b id:c }"
FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8; header=present", "text/tab-separated-values; charset=utf-8; header=present"
TURTLE = "text/turtle; charset=utf-8"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")
OWN = 'FILTER(STRSTARTS(STR(?s), "https://w3id.org/sitrep/.well-known/void#"))'  # the graph's description of itself


def problem(answer: Any, status: int, name: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["type"], body["status"]) == (TYPES + name, status)
    return body


def values(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["value"]["value"] for row in answer.json()["results"]["bindings"]]


# --- the three forms of a request

THREE_FORMS = {
    "by GET": lambda client, path, query, **dataset: client.get(path, params={"query": query, **dataset}),
    "as a form": lambda client, path, query, **dataset: client.post(path, data={"query": query, **dataset}),
    "as the body": lambda client, path, query, **dataset: client.post(
        path, content=query, params=dataset, headers={"Content-Type": QUERY}
    ),
}


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
@pytest.mark.parametrize("form", THREE_FORMS)
def test_a_query_is_answered_in_every_form_and_with_or_without_a_slash(
    client: TestClient, form: str, path: str
) -> None:
    answer = THREE_FORMS[form](client, path, SELECT)
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    assert values(answer) == LOSSES


def test_parameters_of_a_content_type_do_not_matter(client: TestClient) -> None:
    for kind in (f"{QUERY}; charset=utf-8", QUERY.upper()):
        assert client.post("/sparql", content=ASK, headers={"Content-Type": kind}).json()["boolean"] is True


@pytest.mark.parametrize("form", THREE_FORMS)
def test_each_form_is_decoded_once(client: TestClient, form: str) -> None:
    answer = THREE_FORMS[form](client, "/sparql", 'SELECT ("100%25 + 1%2B1 Київ" AS ?value) {}')
    assert values(answer) == ["100%25 + 1%2B1 Київ"]


def test_head_is_get_without_a_body(client: TestClient) -> None:
    for parameters in ({"query": SELECT}, {}):
        got, head = (client.request(method, "/sparql", params=parameters) for method in ("GET", "HEAD"))
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers == got.headers


def test_options_tell_the_methods(client: TestClient) -> None:
    preflight = {"Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/sparql", headers={**preflight, "Access-Control-Request-Headers": "content-type"})
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert {"accept", "content-type", "if-none-match"} <= {
        name.strip().lower() for name in answer.headers["access-control-allow-headers"].split(",")
    }


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_other_methods_are_refused(client: TestClient, method: str) -> None:
    answer = client.request(method, "/sparql")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


# --- wrong requests

WRONG = {
    "two queries by GET": ("GET", {"params": [("query", ASK), ("query", ASK)]}, 400, "two-queries"),
    "two queries by form": (
        "POST",
        {"content": "query=ASK{}&query=ASK{}", "headers": {"Content-Type": FORM}},
        400,
        "two-queries",
    ),
    "a query in the address and one in the body": (
        "POST",
        {"params": {"query": ASK}, "content": ASK, "headers": {"Content-Type": QUERY}},
        400,
        "two-queries",
    ),
    "a query that does not parse": ("GET", {"params": {"query": "SELECT"}}, 400, "query-syntax"),
    "an empty query": ("GET", {"params": {"query": ""}}, 400, "query-syntax"),
    "an empty body": ("POST", {"content": "", "headers": {"Content-Type": QUERY}}, 400, "query-syntax"),
    "a form without a query": ("POST", {"data": {"other": "x"}}, 400, "no-query"),
    "an update as query": ("POST", {"data": {"query": UPDATE}}, 400, "query-syntax"),
    "an update": ("POST", {"data": {"update": UPDATE}}, 400, "query-syntax"),
    "an update as the body": (
        "POST",
        {"content": UPDATE, "headers": {"Content-Type": "application/sparql-update"}},
        415,
        "unsupported-media-type",
    ),
    "a body that is not UTF-8": (
        "POST",
        {"content": b"ASK {} # \xff", "headers": {"Content-Type": QUERY}},
        400,
        "not-utf-8",
    ),
    "a form that is not UTF-8": (
        "POST",
        {"content": b"query=%FF", "headers": {"Content-Type": FORM}},
        400,
        "not-utf-8",
    ),
    "another content type": (
        "POST",
        {"content": ASK, "headers": {"Content-Type": "text/plain"}},
        415,
        "unsupported-media-type",
    ),
    "no content type": ("POST", {"content": ASK}, 415, "unsupported-media-type"),
    "a body that is too long": (
        "POST",
        {"content": b"#" * (MAX_BODY + 1), "headers": {"Content-Type": QUERY}},
        413,
        "request-too-large",
    ),
    "a graph that is no IRI": (
        "GET",
        {"params": {"query": ASK, "default-graph-uri": "not an IRI"}},
        400,
        "invalid-parameter",
    ),
    "SERVICE": ("GET", {"params": {"query": "ASK { SERVICE <http://localhost/> { ?s ?p ?o } }"}}, 403, "query-refused"),
    "brackets inside brackets": ("GET", {"params": {"query": "ASK " + "{" * 500 + "}" * 500}}, 400, "query-too-deep"),
    "an unknown function": ("GET", {"params": {"query": "ASK { FILTER(<http://a/f>(1)) }"}}, 400, "query-syntax"),
    "too many parameters": ("GET", {"params": [("x", "1")] * 1001}, 400, "too-many-parameters"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_request_is_told_what_is_wrong(client: TestClient, case: str) -> None:
    method, request, status, name = WRONG[case]
    body = problem(client.request(method, "/sparql", **request), status, name)  # type: ignore[arg-type]
    assert body["detail"]
    assert body["instance"] == "/sparql"


def test_a_syntax_error_has_line_and_column(client: TestClient) -> None:
    body = problem(client.get("/sparql", params={"query": "SELECT * {\n  ?s nope:x ?o\n}"}), 400, "query-syntax")
    assert (body["line"], body["column"]) == (2, 12)
    assert body["detail"].startswith("the prefix `nope:` is not declared")


def test_the_depth_allowed_is_told(client: TestClient) -> None:
    body = problem(client.get("/sparql", params={"query": "ASK " + "{" * 200}), 400, "query-too-deep")
    assert body["limit"] == 100
    assert "at most 100" in body["detail"]


def test_a_refusal_says_why(client: TestClient) -> None:
    body = problem(client.get("/sparql", params={"query": "ASK{SERVICE<http://a>{}}"}), 403, "query-refused")
    assert "SERVICE is refused" in body["detail"]


def test_from_a_file_fetches_nothing(client: TestClient) -> None:
    answer = client.get(
        "/sparql", params={"query": "SELECT (COUNT(*) AS ?value) FROM <file:///etc/passwd> { ?s ?p ?o }"}
    )
    assert values(answer) == ["0"]


# --- negotiation

NEGOTIATED = [
    (SELECT, None, JSON),
    (SELECT, "*/*", JSON),
    (SELECT, "application/json", JSON),
    (SELECT, "application/xml", XML),
    (SELECT, "text/xml", XML),
    (SELECT, XML, XML),
    (SELECT, "text/csv", CSV),
    (SELECT, "text/csv; charset=utf-8", CSV),
    (SELECT, "text/tab-separated-values", TSV),
    (SELECT, f"image/png, x/y;q=1, {XML};q=0.2", XML),
    (SELECT, f"{JSON};q=0, */*;q=0.1", XML),
    (SELECT, f"text/turtle, {XML};q=0.5", XML),
    (SELECT, "text/*", CSV),
    (ASK, None, JSON),
    (ASK, "text/csv, */*;q=0.1", JSON),
    (ASK, XML, XML),
    (CONSTRUCT, None, TURTLE),
    (CONSTRUCT, "*/*", TURTLE),
    (CONSTRUCT, "application/turtle", TURTLE),
    (CONSTRUCT, "application/n-triples", "application/n-triples"),
    (CONSTRUCT, "text/plain", "application/n-triples"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
    (CONSTRUCT, "application/ld+json", "application/ld+json"),
    (CONSTRUCT, "text/n3", "text/n3; charset=utf-8"),
    (CONSTRUCT, f"{JSON}, application/rdf+xml;q=0.1", "application/rdf+xml"),
    (DESCRIBE, None, TURTLE),
    (DESCRIBE, "application/rdf+xml,application/xml;q=0.9,*/*;q=0.1", "application/rdf+xml"),
]


@pytest.mark.parametrize(("query", "accept", "media_type"), NEGOTIATED)
def test_the_media_type_is_the_exact_one(client: TestClient, query: str, accept: str | None, media_type: str) -> None:
    answer = client.post("/sparql", data={"query": query}, headers={"Accept": accept} if accept else {"Accept": ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


@pytest.mark.parametrize(
    ("query", "accept"),
    [(ASK, "text/csv"), (ASK, "text/tab-separated-values"), (SELECT, "image/png"), (SELECT, "text/turtle"),
     (CONSTRUCT, JSON), (CONSTRUCT, "text/csv"), (SELECT, f"{JSON};q=0"), (SELECT, "*/*;q=0")],
)  # fmt: skip
def test_where_nothing_is_acceptable_the_offers_are_listed(client: TestClient, query: str, accept: str) -> None:
    body = problem(client.post("/sparql", data={"query": query}, headers={"Accept": accept}), 406, "not-acceptable")
    assert body["offers"]
    if query == ASK:
        assert body["offers"] == [JSON, XML]


FORMATS = [
    (SELECT, "json", JSON), (SELECT, "xml", XML), (SELECT, "csv", CSV), (SELECT, "tsv", TSV), (SELECT, "CSV", CSV),
    (SELECT, "text/csv", CSV), (SELECT, JSON, JSON), (SELECT, "application/json", JSON), (SELECT, "nonsense", XML),
    (CONSTRUCT, "turtle", TURTLE), (CONSTRUCT, "ttl", TURTLE), (CONSTRUCT, "nt", "application/n-triples"),
    (CONSTRUCT, "rdfxml", "application/rdf+xml"), (CONSTRUCT, "jsonld", "application/ld+json"),
    (CONSTRUCT, "json", "application/ld+json"), (CONSTRUCT, "xml", "application/rdf+xml"),
    (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
]  # fmt: skip


@pytest.mark.parametrize("by", ["GET", "form"])
@pytest.mark.parametrize(("query", "name", "media_type"), FORMATS)
def test_format_counts_before_accept(client: TestClient, query: str, name: str, media_type: str, by: str) -> None:
    parameters, headers = {"query": query, "format": name}, {"Accept": XML}
    if by == "GET":
        answer = client.get("/sparql", params=parameters, headers=headers)
    else:
        answer = client.post("/sparql", data=parameters, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)


def test_a_format_that_does_not_fit_the_query_is_not_acceptable(client: TestClient) -> None:
    for query, name in ((SELECT, "turtle"), (CONSTRUCT, "csv"), (ASK, "tsv")):
        problem(client.get("/sparql", params={"query": query, "format": name}), 406, "not-acceptable")


def test_unknown_parameters_are_ignored(client: TestClient) -> None:
    more = {"format": "json", "output": "json", "results": "json", "should-sponge": "soft", "debug": "on", "q": ""}
    assert values(client.get("/sparql", params={"query": SELECT, **more})) == LOSSES


# --- what is in the answers


def test_all_result_formats_say_the_same(client: TestClient) -> None:
    query = "SELECT ?thing ?name ?start { ?thing a foaf:Person ; rdfs:label ?name OPTIONAL { ?thing id:none ?start } }"
    found = []
    for accept, kind in (
        (JSON, QueryResultsFormat.JSON),
        (XML, QueryResultsFormat.XML),
        ("text/tab-separated-values", QueryResultsFormat.TSV),
    ):
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": accept})
        results = parse_query_results(answer.content, kind)
        found.append(sorted(str(list(row)) for row in results))
    assert found[0] == found[1] == found[2]
    rows = list(csv.reader(io.StringIO(client.get("/sparql", params={"query": query, "format": "csv"}).text)))
    assert rows[0] == ["thing", "name", "start"]
    assert len(rows) == len(found[0]) + 1


def test_all_rdf_formats_say_the_same(client: TestClient) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a foaf:Person ; ?p ?o }"
    graphs = []
    for media_type in ("text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "text/n3"):
        answer = client.get("/sparql", params={"query": query}, headers={"Accept": media_type})
        graphs.append(parsed(answer))
    assert len(graphs[0]) > 50
    assert all(isomorphic(graphs[0], graph) for graph in graphs[1:])


def test_the_columns_of_a_star_stand_in_the_same_order_each_time(client: TestClient) -> None:
    heads = set()
    for variation in range(8):
        query = f"SELECT * {{ ?zebra a ?apple ; rdfs:label ?mango ; ?b ?y }} LIMIT 1 #{variation}"
        heads.add(tuple(client.get("/sparql", params={"query": query}).json()["head"]["vars"]))
    assert len(heads) == 1
    assert sorted(*heads) == ["apple", "b", "mango", "y", "zebra"]


def test_named_columns_stand_in_the_order_of_the_query(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "SELECT ?p ?o ?s { ?s ?p ?o } LIMIT 1"})
    assert answer.json()["head"]["vars"] == ["p", "o", "s"]


def test_numbers_arrive_in_every_format_as_they_are_stored(extended: TestClient) -> None:
    # the engine stores a number by its value, so that the text 007 is gone; a string keeps it
    query = """PREFIX ex: <https://example.org/>
    SELECT ?padded ?precise ?text { ex:numbers ex:padded ?padded ; ex:precise ?precise ; ex:text ?text }"""
    row = extended.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]
    assert {name: cell["value"] for name, cell in row.items()} == {"padded": "7", "precise": "1.5", "text": "007"}
    assert row["padded"]["datatype"] == str(rdflib.XSD.integer)
    assert extended.get("/sparql", params={"query": query, "format": "csv"}).text.splitlines()[1] == "7,1.5,007"


def test_our_prefixes_need_not_be_declared_and_may_be_redefined(client: TestClient) -> None:
    assert client.get("/sparql", params={"query": "ASK { id:syrskyi a foaf:Person }"}).json()["boolean"] is True
    redefined = "PREFIX id: <https://example.org/> ASK { id:syrskyi a foaf:Person }"
    assert client.get("/sparql", params={"query": redefined}).json()["boolean"] is False


# --- datasets

EX = "https://example.org/"
EVERYTHING = """SELECT ?value {
  { ?s <https://example.org/says> ?value } UNION { GRAPH ?g { ?s <https://example.org/says> ?value } }
} ORDER BY ?value"""
FROM_OTHER = "SELECT ?value FROM <https://example.org/other> { ?s <https://example.org/says> ?value }"
DATASETS = [
    (EVERYTHING, {}, ["in a named graph", "in another"]),
    (EVERYTHING, {"default-graph-uri": EX + "graph"}, ["in a named graph"]),
    (EVERYTHING, {"named-graph-uri": EX + "graph"}, ["in a named graph"]),
    (EVERYTHING, {"default-graph-uri": [EX + "graph", EX + "other"]}, ["in a named graph", "in another"]),
    (
        EVERYTHING,
        {"default-graph-uri": EX + "graph", "named-graph-uri": EX + "other"},
        ["in a named graph", "in another"],
    ),
    (EVERYTHING, {"default-graph-uri": EX + "unknown"}, []),
    (EVERYTHING, {"named-graph-uri": EX + "unknown"}, []),
    (FROM_OTHER, {}, ["in another"]),
    (FROM_OTHER, {"default-graph-uri": EX + "graph"}, ["in a named graph"]),
    (FROM_OTHER, {"default-graph-uri": EX + "unknown"}, []),
]


@pytest.mark.parametrize("form", THREE_FORMS)
@pytest.mark.parametrize(("query", "dataset", "expected"), DATASETS)
def test_dataset_parameters_override_from(
    extended: TestClient, query: str, dataset: dict[str, Any], expected: list[str], form: str
) -> None:
    assert values(THREE_FORMS[form](extended, "/sparql", query, **dataset)) == expected


# --- the editor and the service description


@pytest.mark.parametrize("accept", ["text/html", BROWSER])
def test_a_person_gets_the_editor(client: TestClient, accept: str) -> None:
    answer = client.get("/sparql", headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert "<textarea" in answer.text


def test_a_person_who_follows_a_link_gets_the_editor_with_the_query_filled_in(client: TestClient) -> None:
    query = 'SELECT ("</textarea><script>alert(1)</script>" AS ?x) {}'
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": BROWSER})
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<script>alert" not in answer.text
    assert "&lt;/textarea&gt;&lt;script&gt;alert(1)" in answer.text


def test_the_editor_takes_inline_styles_and_never_inline_scripts(client: TestClient) -> None:
    answer = client.get("/sparql", headers={"Accept": BROWSER})
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["content-security-policy"].split(";"))
    assert policy["default-src"] == "'self'"
    assert policy["style-src"] == "'self' 'unsafe-inline'"
    assert "script-src" not in policy
    assert "connect-src" not in policy
    assert "<noscript>" in answer.text or "make setup" in answer.text
    elsewhere = client.get("/", headers={"Accept": BROWSER}).headers["content-security-policy"]
    assert "unsafe" not in elsewhere


def test_a_page_that_is_kept_keeps_its_policy(client: TestClient) -> None:
    first = client.get("/sparql", headers={"Accept": BROWSER})
    again = client.get("/sparql", headers={"Accept": BROWSER, "If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert "content-security-policy" not in again.headers


def test_without_the_files_of_the_editor_there_is_a_form(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "_vendored", lambda: None)
    page = client.get("/sparql", params={"query": "ASK { }"}, headers={"Accept": BROWSER}).text
    assert "/static/vendor/yasgui" not in page
    assert "make setup" in page
    assert "ASK { }</textarea>" in page
    assert "<button" in page
    assert page.count("data-query=") == len(examples())


def test_a_program_that_posts_never_gets_a_page(client: TestClient) -> None:
    answer = client.post("/sparql", data={"query": ASK}, headers={"Accept": BROWSER})
    assert answer.headers["content-type"] in (JSON, XML)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (None, TURTLE),
        ("*/*", TURTLE),
        ("application/rdf+xml", "application/rdf+xml"),
        ("application/n-triples", "application/n-triples"),
        ("application/ld+json", "application/ld+json"),
        ("application/json", "application/ld+json"),
        ("text/n3", "text/n3; charset=utf-8"),
    ],
)
def test_without_a_query_a_program_gets_the_service_description(
    client: TestClient, accept: str | None, media_type: str
) -> None:
    answer = client.get("/sparql", headers={"Accept": accept or ""})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media_type)
    description = parsed(answer)
    (service,) = description.subjects(rdflib.RDF.type, SD.Service)
    assert isinstance(service, rdflib.BNode)
    assert set(description.objects(service, SD.endpoint)) == {rdflib.URIRef("http://testserver/sparql")}
    assert SD.BasicFederatedQuery not in set(description.objects(service, SD.feature))


def test_a_service_description_that_cannot_be_had_is_not_acceptable(client: TestClient) -> None:
    assert (
        "text/turtle"
        in problem(client.get("/sparql", headers={"Accept": "image/png"}), 406, "not-acceptable")["offers"]
    )


def test_behind_a_proxy_the_endpoint_is_the_public_address(extended: TestClient) -> None:
    for path in ("/sparql", "/.well-known/void"):
        description = parsed(extended.get(path))
        endpoints = {*description.objects(None, SD.endpoint), *description.objects(None, rdflib.VOID.sparqlEndpoint)}
        assert endpoints == {rdflib.URIRef("https://example.org/behind/sparql")}


def test_every_result_format_that_is_described_is_served(client: TestClient) -> None:
    served = {
        "SPARQL_Results_JSON": JSON,
        "SPARQL_Results_XML": XML,
        "SPARQL_Results_CSV": "text/csv",
        "SPARQL_Results_TSV": "text/tab-separated-values",
        "Turtle": "text/turtle",
        "N-Triples": "application/n-triples",
        "RDF_XML": "application/rdf+xml",
        "JSON-LD": "application/ld+json",
        "N3": "text/n3",
    }
    description = parsed(client.get("/sparql"))
    named = {str(name).rsplit("/", 1)[-1] for name in description.objects(None, SD.resultFormat)}
    assert named == set(served)
    for name in named:
        query = SELECT if "Results" in name else CONSTRUCT
        answer = client.post("/sparql", data={"query": query}, headers={"Accept": served[name]})
        assert answer.headers["content-type"].split(";")[0] == served[name]


@pytest.mark.parametrize("path", ["/sparql", "/.well-known/void"])
def test_example_queries_are_there_in_the_shapes_that_editors_read(client: TestClient, path: str) -> None:
    described = parsed(client.get(path))
    examples = set(described.subjects(rdflib.RDF.type, SH.SPARQLExecutable))
    assert len(examples) >= 5
    for example in examples:
        assert described.value(example, rdflib.RDFS.comment)
        query = next(text for form in (SH.select, SH.ask, SH.construct) for text in described.objects(example, form))
        declared = described.objects(described.value(example, SH.prefixes), SH.declare)
        prefixes = {str(described.value(one, SH.prefix)): str(described.value(one, SH.namespace)) for one in declared}
        head = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in prefixes.items())
        answer = client.get("/sparql", params={"query": head + str(query)})
        assert answer.status_code == 200
        # in the first document no two sides speak of the same thing
        of_several_sides = "HAVING (COUNT(DISTINCT ?state) > 1)" in str(query)
        assert bool(answer.json()["results"]["bindings"]) != of_several_sides, query


def test_void_counts_every_class_and_property(client: TestClient, application: FastAPI) -> None:
    described = parsed(client.get("/.well-known/void"))
    void, dcat = rdflib.VOID, rdflib.DCAT
    (dataset,) = described.subjects(rdflib.RDF.type, dcat.Dataset)
    partitions = list(described.objects(dataset, void.propertyPartition))
    total = sum(int(str(described.value(part, void.triples))) for part in partitions)
    assert total == int(str(described.value(dataset, void.triples)))
    own = client.get("/sparql", params={"query": f"SELECT (COUNT(*) AS ?value) {{ ?s ?p ?o {OWN} }}"})
    assert total + int(values(own)[0]) == len(application.state.serving.now.store)
    classes = described.objects(dataset, void.classPartition)
    (people,) = (part for part in classes if described.value(part, void["class"]) == rdflib.FOAF.Person)
    count = client.get("/sparql", params={"query": "SELECT (COUNT(?x) AS ?value) { ?x a foaf:Person }"})
    assert values(count) == [str(described.value(people, void.entities))]
    for name in (rdflib.DCTERMS.license, rdflib.DCTERMS.source, rdflib.DCTERMS.modified, rdflib.DCTERMS.title):
        assert described.value(dataset, name), name
    for distribution in described.objects(dataset, dcat.distribution):
        address = str(described.value(distribution, dcat.downloadURL))
        got = client.get(address)
        assert got.status_code == 200
        assert len(got.content) == int(str(described.value(distribution, dcat.byteSize)))


# --- limits


def test_past_the_deadline_the_query_is_given_back_with_a_time_to_retry(strict: TestClient) -> None:
    for answer in (
        strict.get("/sparql", params={"query": ENDLESS}),
        strict.post("/sparql", data={"query": ENDLESS}),
    ):
        body = problem(answer, 503, "query-timeout")
        assert int(answer.headers["retry-after"]) > 0
        assert body["query"] == ENDLESS
        assert body["deadline"] == 1.0


def test_a_timeout_only_lowers_the_limit(strict: TestClient) -> None:
    for asked, granted in (("0.2", 0.2), ("3600", 1.0), ("nan", 1.0)):
        answer = strict.get("/sparql", params={"query": ENDLESS, "timeout": asked})
        assert problem(answer, 503, "query-timeout")["deadline"] == granted


def test_a_result_that_is_too_large_names_the_limit(strict: TestClient) -> None:
    for query, media_type in (
        (LONG, "*/*"),
        (LONG, "text/csv"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "*/*"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "application/ld+json"),
    ):
        body = problem(
            strict.get("/sparql", params={"query": query}, headers={"Accept": media_type}), 413, "result-too-large"
        )
        assert body["limit"] == 20_000
        assert "20,000 bytes" in body["detail"]


def test_too_many_at_once_are_sent_away_with_a_time_to_retry(strict: TestClient) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: strict.post("/sparql", data={"query": ENDLESS}), range(8)))
    names = sorted(answer.json()["type"].removeprefix(TYPES) for answer in answers)
    assert set(names) == {"query-timeout", "too-many-queries"}
    assert names.count("query-timeout") <= 2
    assert all(answer.status_code == 503 and int(answer.headers["retry-after"]) > 0 for answer in answers)


# --- caching


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?x) {}", "SELECT (rand() AS ?x) {}", "SELECT (STRUUID() AS ?x) {}",
                                   "SELECT (UUID() AS ?x) {}", "SELECT (BNODE() AS ?x) {}",
                                   "SELECT (NOW # (\n () AS ?x) {}"])  # fmt: skip
def test_what_is_another_each_time_is_not_kept(client: TestClient, query: str) -> None:
    answer = client.get("/sparql", params={"query": query})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store"), answer.text
    assert "etag" not in answer.headers


def test_a_fresh_answer_costs_no_query(
    client: TestClient, application: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    parameters = {"query": f"{SELECT} # asked here alone"}
    etag = client.get("/sparql", params=parameters).headers["etag"]
    asked: list[object] = []

    async def answer(*arguments: object, **_: object) -> Answer:
        asked.append(arguments)
        return Answer("SELECT", JSON, b"{}")

    monkeypatch.setattr(application.state.workers, "answer", answer)
    for known in (etag, etag.removeprefix("W/"), f'"other", {etag}'):
        again = client.get("/sparql", params=parameters, headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
        assert "Accept" in again.headers["vary"]
    assert not asked
    for changed in (
        {"params": {"query": f"{SELECT} # asked here, too"}}, {"params": parameters, "headers": {"Accept": XML}},
        {"params": {**parameters, "default-graph-uri": EX}},
    ):  # fmt: skip
        headers = {"If-None-Match": etag, **changed.get("headers", {})}
        assert client.get("/sparql", params=changed["params"], headers=headers).status_code == 200
    assert len(asked) == 3
    assert client.post("/sparql", data=parameters, headers={"If-None-Match": "*"}).status_code == 200


def test_negotiated_answers_vary_and_carry_an_etag(client: TestClient) -> None:
    for accept in (JSON, XML, "text/csv", "text/html"):
        answer = client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept})
        assert {"Accept", "Accept-Encoding"} <= {name.strip() for name in answer.headers["vary"].split(",")}
        assert answer.headers["etag"].startswith('W/"')
        assert answer.headers["cache-control"] == "public, no-cache"
    tags = {
        client.get("/sparql", params={"query": SELECT}, headers={"Accept": accept}).headers["etag"]
        for accept in (JSON, XML, "text/csv", "text/html")
    }
    assert len(tags) == 4


def test_an_answer_by_post_is_not_kept(client: TestClient) -> None:
    answer = client.post("/sparql", data={"query": SELECT})
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_requests_at_the_same_time_do_not_mix(client: TestClient) -> None:
    def asked(number: int) -> str:
        return values(client.get("/sparql", params={"query": f"SELECT ({number} AS ?value) {{}}"}))[0]

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, range(40))) == [str(number) for number in range(40)]
