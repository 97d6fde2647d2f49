"""The endpoint's contract, row by row: one test a row, in the order of the contract, over a real socket.

Three tables (requests, media types, what holds for every answer) and the list of mistakes that small endpoints make.
`tests/api/test_sparql.py` goes into each; here a reader ticks them off.
"""

from __future__ import annotations

import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
import rdflib

from api.problems import TYPES
from tests.api.conftest import ENDLESS, EXTRA, LONG, Serve, Server, parsed
from tests.conftest import FIRST_DOCUMENT

FORM, QUERY = "application/x-www-form-urlencoded", "application/sparql-query"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"
CSV, TSV = "text/csv; charset=utf-8; header=present", "text/tab-separated-values; charset=utf-8; header=present"
TURTLE = "text/turtle; charset=utf-8"
HTML = "text/html; charset=utf-8"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
SELECT, ASK = "SELECT ?value { VALUES ?value { 1 2 } }", "ASK {}"
CONSTRUCT = "CONSTRUCT { id:gps rdfs:label ?name } WHERE { id:gps rdfs:label ?name }"
DESCRIBE = "DESCRIBE id:gps"
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
SH = rdflib.Namespace("http://www.w3.org/ns/shacl#")


@pytest.fixture(scope="module")
def server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    """The first document with named graphs beside it, and limits that are soon reached."""
    import graph.build

    folder = tmp_path_factory.mktemp("contract")
    graph.build.build(FIRST_DOCUMENT, folder, [EXTRA])
    return serve(folder, "--deadline", "2", "--memory", "300", "--result-size", "1")


def get(server: Server, query: str | None = None, accept: str = "*/*", **parameters: Any) -> httpx2.Response:
    given = {**({"query": query} if query is not None else {}), **parameters}
    return server.http.get("/sparql", params=given, headers={"Accept": accept})


def post(
    server: Server, body: str | bytes, kind: str = QUERY, path: str = "/sparql", **headers: str
) -> httpx2.Response:
    return server.http.post(path, content=body, headers={"Content-Type": kind, **headers})


def ok(answer: httpx2.Response, kind: str) -> httpx2.Response:
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind), answer.text
    return answer


def problem(answer: httpx2.Response, status: int, name: str) -> dict[str, Any]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    body: dict[str, Any] = answer.json()
    assert body["type"] == TYPES + name
    assert {"type", "title", "status", "detail", "instance"} <= set(body)
    return body


def values(answer: httpx2.Response) -> list[str]:
    return [row["value"]["value"] for row in answer.json()["results"]["bindings"]]


# --- requests


@pytest.mark.parametrize("path", ["/sparql", "/sparql/"])
def test_row_get_form_and_direct_post_are_answered_with_and_without_a_slash(server: Server, path: str) -> None:
    graph = {"default-graph-uri": "https://example.org/graph"}
    query = "SELECT ?value { ?s <https://example.org/says> ?value }"
    for answer in (
        server.http.get(path, params={"query": query, **graph}),
        server.http.post(path, data={"query": query, **graph}),
        server.http.post(path, params=graph, content=query, headers={"Content-Type": QUERY}),
    ):
        assert values(ok(answer, JSON)) == ["in a named graph"]


def test_row_head_is_get_without_a_body_and_options_tell_what_is_allowed(server: Server) -> None:
    head, got = (server.http.request(method, "/sparql", params={"query": SELECT}) for method in ("HEAD", "GET"))
    assert (head.status_code, head.content) == (200, b"")
    assert {**head.headers, "date": ""} == {**got.headers, "date": ""}
    asked = server.http.options("/sparql")
    assert (asked.status_code, asked.headers["allow"]) == (204, "GET, HEAD, POST, OPTIONS")
    assert asked.headers["access-control-allow-origin"] == "*"


def test_row_no_query_and_a_browser_gets_the_editor(server: Server) -> None:
    assert "<textarea" in ok(get(server, accept=BROWSER), HTML).text


def test_row_no_query_otherwise_gets_the_service_description(server: Server) -> None:
    for accept, kind in (("*/*", TURTLE), ("application/rdf+xml", "application/rdf+xml")):
        assert list(parsed(ok(get(server, accept=accept), kind)).subjects(rdflib.RDF.type, SD.Service))


def test_row_a_query_by_get_in_a_browser_gets_the_editor_with_the_query(server: Server) -> None:
    page = ok(get(server, 'SELECT ("<b>" AS ?x) {}', BROWSER), HTML).text
    assert "SELECT (&#34;&lt;b&gt;&#34; AS ?x) {}" in page


@pytest.mark.parametrize(
    ("given", "name"),
    [
        ({"params": [("query", ASK), ("query", ASK)]}, "two-queries"),
        ({"params": {"query": "SELECT"}}, "query-syntax"),
        ({"params": {"query": "INSERT DATA { id:a id:b id:c }"}}, "query-syntax"),
        ({"content": b"ASK {} # \xff", "headers": {"Content-Type": QUERY}}, "not-utf-8"),
    ],
    ids=["two queries", "syntax", "an update", "not UTF-8"],
)
def test_row_two_queries_wrong_syntax_updates_and_other_encodings_are_400(
    server: Server, given: dict[str, Any], name: str
) -> None:
    method = "POST" if "content" in given else "GET"
    problem(server.http.request(method, "/sparql", **given), 400, name)


def test_row_another_content_type_is_415(server: Server) -> None:
    for kind in ("text/plain", "application/json", "application/sparql-update", "multipart/form-data; boundary=x"):
        answer = post(server, ASK, kind)
        problem(answer, 415, "unsupported-media-type")
        assert answer.headers["accept-post"] == f"{QUERY}, {FORM}"


def test_row_another_method_is_405_with_allow(server: Server) -> None:
    for method in ("PUT", "DELETE", "PATCH"):
        answer = server.http.request(method, "/sparql", params={"query": ASK})
        problem(answer, 405, "method-not-allowed")
        assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_row_nothing_acceptable_is_406_and_lists_what_is(server: Server) -> None:
    assert problem(get(server, SELECT, "image/png"), 406, "not-acceptable")["offers"]
    assert problem(get(server, ASK, "text/csv"), 406, "not-acceptable")["offers"] == [JSON, XML]


def test_row_service_is_403_and_says_why(server: Server) -> None:
    said = problem(get(server, "ASK { SERVICE <http://localhost/> {} }"), 403, "query-refused")
    assert "SERVICE is refused" in said["detail"]


def test_row_an_unknown_graph_is_empty(server: Server) -> None:
    for name in ("default-graph-uri", "named-graph-uri"):
        query = "SELECT (COUNT(*) AS ?value) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
        assert values(ok(get(server, query, **{name: "urn:nobody:knows"}), JSON)) == ["0"]


def test_row_past_the_deadline_is_503_with_the_query(server: Server) -> None:
    answer = get(server, ENDLESS)
    assert problem(answer, 503, "query-timeout")["query"] == ENDLESS
    assert int(answer.headers["retry-after"]) > 0


def test_row_too_many_at_once_is_503_with_a_time_to_retry(server: Server) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(lambda _: post(server, ENDLESS), range(12)))
    names = {answer.json()["type"].removeprefix(TYPES) for answer in answers}
    assert names == {"query-timeout", "too-many-queries"}
    assert all(answer.status_code == 503 and int(answer.headers["retry-after"]) > 0 for answer in answers)


@pytest.mark.parametrize("accept", [JSON, XML, "text/csv", "text/tab-separated-values"])
def test_row_past_the_size_limit_is_a_problem_that_names_it(server: Server, accept: str) -> None:
    assert problem(get(server, LONG, accept), 413, "result-too-large")["limit"] == 1024**2


def test_row_dataset_parameters_override_from(server: Server) -> None:
    query = "SELECT ?value FROM <https://example.org/other> { ?s <https://example.org/says> ?value }"
    assert values(get(server, query)) == ["in another"]
    assert values(get(server, query, **{"default-graph-uri": "https://example.org/graph"})) == ["in a named graph"]


def test_row_unknown_parameters_are_passed_over(server: Server) -> None:
    assert values(get(server, SELECT, output="json", results="json", format="json", debug="on")) == ["1", "2"]


@pytest.mark.parametrize(
    ("name", "query", "kind"),
    [
        ("json", SELECT, JSON), ("xml", SELECT, XML), ("csv", SELECT, CSV), ("tsv", SELECT, TSV), (XML, SELECT, XML),
        ("turtle", CONSTRUCT, TURTLE), ("nt", CONSTRUCT, "application/n-triples"),
        ("rdfxml", CONSTRUCT, "application/rdf+xml"), ("jsonld", CONSTRUCT, "application/ld+json"),
        ("text/n3", CONSTRUCT, "text/n3; charset=utf-8"),
    ],
)  # fmt: skip
def test_row_format_is_a_short_name_or_a_media_type(server: Server, name: str, query: str, kind: str) -> None:
    ok(get(server, query, format=name), kind)


def test_row_timeout_only_lowers_the_limit(server: Server) -> None:
    for asked, granted in (("0.2", 0.2), ("3600", 2.0)):
        assert problem(get(server, ENDLESS, timeout=asked), 503, "query-timeout")["deadline"] == granted


# --- media types


@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", JSON), (JSON, JSON), ("application/json", JSON), (XML, XML), ("application/xml", XML), ("text/xml", XML),
     ("text/csv", CSV), ("text/tab-separated-values", TSV)],
)  # fmt: skip
def test_row_select(server: Server, accept: str, kind: str) -> None:
    ok(get(server, SELECT, accept), kind)


@pytest.mark.parametrize(("accept", "kind"), [("*/*", JSON), (XML, XML), ("text/csv", None), (TSV, None)])
def test_row_ask(server: Server, accept: str, kind: str | None) -> None:
    answer = get(server, ASK, accept)
    if kind is None:
        problem(answer, 406, "not-acceptable")
    else:
        ok(answer, kind)


@pytest.mark.parametrize("query", [CONSTRUCT, DESCRIBE], ids=["CONSTRUCT", "DESCRIBE"])
@pytest.mark.parametrize(
    ("accept", "kind"),
    [("*/*", TURTLE), ("application/n-triples", "application/n-triples"), ("text/plain", "application/n-triples"),
     ("application/rdf+xml", "application/rdf+xml"), ("application/ld+json", "application/ld+json"),
     ("text/n3", "text/n3; charset=utf-8"), ("application/turtle", TURTLE)],
)  # fmt: skip
def test_row_construct_and_describe(server: Server, query: str, accept: str, kind: str) -> None:
    assert len(parsed(ok(get(server, query, accept), kind))) > 0


def test_row_quality_zero_means_never_and_unknown_types_are_skipped(server: Server) -> None:
    ok(get(server, SELECT, f"{JSON};q=0, */*;q=0.1"), XML)
    ok(get(server, SELECT, f"x/y, image/png;q=0.9, {XML};q=0.1"), XML)
    problem(get(server, SELECT, f"{JSON};q=0"), 406, "not-acceptable")


# --- the service description


def test_row_the_description_is_of_a_blank_node_with_the_public_endpoint(serve: Serve, snapshots: Path) -> None:
    behind = serve(snapshots, "--public-url", "https://example.org/behind")
    described = parsed(get(behind))
    (service,) = described.subjects(rdflib.RDF.type, SD.Service)
    assert isinstance(service, rdflib.BNode)
    assert list(described.objects(service, SD.endpoint)) == [rdflib.URIRef("https://example.org/behind/sparql")]


def test_row_federation_is_not_claimed_and_every_format_is_served(server: Server) -> None:
    described = parsed(get(server))
    assert (None, SD.feature, SD.BasicFederatedQuery) not in described
    kinds = {
        "SPARQL_Results_JSON": JSON, "SPARQL_Results_XML": XML, "SPARQL_Results_CSV": "text/csv",
        "SPARQL_Results_TSV": "text/tab-separated-values", "Turtle": "text/turtle",
        "N-Triples": "application/n-triples", "RDF_XML": "application/rdf+xml",
        "JSON-LD": "application/ld+json", "N3": "text/n3",
    }  # fmt: skip
    named = {str(name).rpartition("/")[2] for name in described.objects(None, SD.resultFormat)}
    assert named == set(kinds)
    for name in named:
        answer = get(server, SELECT if "Results" in name else CONSTRUCT, kinds[name])
        assert answer.headers["content-type"].split(";")[0] == kinds[name]


def test_row_void_and_examples_are_had_from_the_endpoint_by_sparql(server: Server) -> None:
    partitions = """SELECT ?value { [] void:class sit:Claim ; void:propertyPartition [ void:property ?value ;
      void:classPartition [ void:class sit:Measurand ] ] }"""
    assert "https://w3id.org/sitrep/ont#measurand" in values(get(server, partitions))
    examples = """SELECT ?value { ?x a sh:SPARQLExecutable ; rdfs:comment ?c ; sh:prefixes/sh:declare ?d ;
      sh:select|sh:ask|sh:construct ?value . ?d sh:prefix "sit" ; sh:namespace ?space }"""
    queries = values(get(server, examples))
    assert len(queries) >= 5
    for query in queries:
        assert get(server, query).status_code == 200


def test_row_void_and_dcat_are_at_the_well_known_address(server: Server) -> None:
    described = parsed(server.http.get("/.well-known/void"))
    (dataset,) = described.subjects(rdflib.RDF.type, rdflib.DCAT.Dataset)
    for name in ("license", "source", "modified", "title"):
        assert described.value(dataset, rdflib.DCTERMS[name]), name
    assert list(described.objects(dataset, rdflib.VOID.classPartition))
    assert list(described.objects(dataset, rdflib.VOID.propertyPartition))
    for distribution in described.objects(dataset, rdflib.DCAT.distribution):
        address = str(described.value(distribution, rdflib.DCAT.downloadURL))
        assert httpx2.head(address).status_code == 200


# --- what holds for every answer


@pytest.mark.parametrize(
    ("query", "accept"), [(SELECT, JSON), (SELECT, "text/csv"), (CONSTRUCT, "text/turtle"), (None, "text/turtle"),
                          (None, BROWSER), (SELECT, BROWSER)]
)  # fmt: skip
def test_row_vary_etag_and_a_304_before_any_query(server: Server, query: str | None, accept: str) -> None:
    first = get(server, query, accept)
    assert {"Accept", "Accept-Encoding"} <= {name.strip() for name in first.headers["vary"].split(",")}
    again = server.http.get(
        "/sparql",
        params={"query": query} if query else None,
        headers={"Accept": accept, "If-None-Match": first.headers["etag"]},
    )
    assert (again.status_code, again.content) == (304, b"")
    assert first.headers["cache-control"] == "public, no-cache"
    other = get(server, query, "application/rdf+xml" if query != SELECT else XML)
    assert other.headers["etag"] != first.headers["etag"]


def test_row_cors_for_everyone_without_credentials(server: Server) -> None:
    preflight = {
        "Origin": "https://yasgui.example", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
    }  # fmt: skip
    asked = server.http.options("/sparql", headers=preflight)
    assert asked.status_code == 204
    assert asked.headers["access-control-allow-methods"] == "GET, HEAD, POST, OPTIONS"
    assert asked.headers["access-control-allow-headers"] == "Accept, Content-Type, If-None-Match"
    for answer in (asked, get(server, SELECT), get(server, "SELECT"), post(server, ASK, "text/plain")):
        assert answer.headers["access-control-allow-origin"] == "*"
        assert "access-control-allow-credentials" not in answer.headers
        assert answer.headers["access-control-expose-headers"] == "ETag, Link, Location, Retry-After"


def test_row_a_syntax_error_is_a_problem_with_line_and_column(server: Server) -> None:
    said = problem(get(server, "SELECT * {\n  ?s nope:x ?o\n}"), 400, "query-syntax")
    assert (said["line"], said["instance"]) == (2, "/sparql")
    assert said["column"] > 1


def test_row_pages_allow_nothing_from_elsewhere(server: Server) -> None:
    page = get(server, accept=BROWSER)
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy
    assert page.headers["x-content-type-options"] == "nosniff"
    assert not re.findall(r'(?:src|href)="(?:https?:)?//[^"]+\.(?:js|css|ico|svg|png)"', page.text)


# --- mistakes that small endpoints make


def test_mistake_one_slow_query_stops_the_whole_server(server: Server) -> None:
    with ThreadPoolExecutor(8) as pool:
        slow = [pool.submit(post, server, ENDLESS) for _ in range(8)]
        begun = time.monotonic()
        answered = [server.http.get(path).status_code for path in ("/healthz", "/id/syrskyi") * 3]
        took = time.monotonic() - begun
        assert not all(one.done() for one in slow) or took > 2
        assert {one.result().status_code for one in slow} == {503}
    assert set(answered) == {200}


def test_mistake_no_limit_of_time_or_rows(server: Server) -> None:
    assert get(server, ENDLESS).status_code == 503
    assert get(server, LONG).status_code == 413


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("ASK { SERVICE <file:///etc/passwd> { ?s ?p ?o } }", 403),
        ("LOAD <file:///etc/passwd>", 400),
        ("LOAD <http://localhost/> INTO GRAPH <urn:g>", 400),
        ("SELECT (COUNT(*) AS ?value) FROM <file:///etc/passwd> { ?s ?p ?o }", 200),
        ("SELECT (COUNT(*) AS ?value) FROM <http://localhost:1/> { ?s ?p ?o }", 200),
    ],
)
def test_mistake_service_from_and_load_reach_out(server: Server, query: str, status: int) -> None:
    answer = get(server, query)
    assert answer.status_code == status
    if status == 200:
        assert values(answer) == ["0"]


def test_mistake_dataset_parameters_are_ignored(server: Server) -> None:
    query = "SELECT (COUNT(*) AS ?value) { ?s ?p ?o }"
    assert values(get(server, query, **{"default-graph-uri": "https://example.org/graph"})) == ["1"]


def test_mistake_describe_is_mislabelled(server: Server) -> None:
    for accept in ("text/turtle", "application/rdf+xml", "application/ld+json", "application/n-triples"):
        assert len(parsed(get(server, DESCRIBE, accept))) > 2


def test_mistake_a_form_is_decoded_twice(server: Server) -> None:
    for text in ("100%25 sure", "1%2B1", "a+b", "100%"):
        query = f'SELECT ("{text}" AS ?value) {{}}'
        for answer in (get(server, query), server.http.post("/sparql", data={"query": query}), post(server, query)):
            assert values(answer) == [text]


def test_mistake_construct_is_sent_as_csv(server: Server) -> None:
    problem(get(server, CONSTRUCT, "text/csv"), 406, "not-acceptable")
    ok(get(server, CONSTRUCT, "text/csv, */*;q=0.1"), TURTLE)


def test_mistake_no_tsv(server: Server) -> None:
    assert ok(get(server, SELECT, "text/tab-separated-values"), TSV).text == "?value\n1\n2\n"


def test_mistake_200_for_a_picture(server: Server) -> None:
    for query in (SELECT, ASK, CONSTRUCT, None):
        problem(get(server, query, "image/png"), 406, "not-acceptable")


def test_mistake_two_queries_are_accepted(server: Server) -> None:
    problem(post(server, "query=ASK%7B%7D&query=ASK%7B%7D", FORM), 400, "two-queries")
    problem(post(server, ASK, path="/sparql?query=ASK%7B%7D"), 400, "two-queries")


def test_mistake_head_is_405(server: Server) -> None:
    for parameters in ({}, {"query": SELECT}):
        assert server.http.head("/sparql", params=parameters).status_code == 200


def test_mistake_the_description_is_found_by_string_equality(server: Server) -> None:
    for accept in ("text/turtle;q=0.9,application/rdf+xml", "text/turtle; charset=utf-8", "*/*", "text/*"):
        assert list(parsed(get(server, accept=accept)).subjects(rdflib.RDF.type, SD.Service))


def test_mistake_a_browser_gets_xml(server: Server) -> None:
    ok(get(server, SELECT, BROWSER), HTML)


def test_mistake_no_vary_and_no_etag(server: Server) -> None:
    answer = get(server, SELECT)
    assert answer.headers["etag"]
    assert "Accept" in answer.headers["vary"]


def test_mistake_any_origin_is_echoed_with_credentials(server: Server) -> None:
    answer = server.http.get("/sparql", params={"query": ASK}, headers={"Origin": "https://evil.example"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_mistake_error_bodies_are_ad_hoc(server: Server) -> None:
    for answer in (get(server, "x"), get(server, ASK, "image/png"), post(server, ASK, "text/plain"),
                   server.http.put("/sparql"), server.http.get("/sparql/nothing")):  # fmt: skip
        assert answer.headers["content-type"] == "application/problem+json"
        assert json.loads(answer.content)["status"] == answer.status_code


def test_mistake_the_columns_of_a_star_change(server: Server) -> None:
    query = "SELECT * { ?zebra a ?apple ; rdfs:label ?mango } LIMIT 1"
    heads = {get(server, f"{query} #{n}", "text/csv").text.splitlines()[0] for n in range(6)}
    assert len(heads) == 1
    assert sorted(heads.pop().split(",")) == ["apple", "mango", "zebra"]


def test_mistake_federation_is_advertised(server: Server) -> None:
    assert "BasicFederatedQuery" not in get(server).text


def test_mistake_the_editor_and_the_icon_come_from_the_internet(server: Server) -> None:
    page = get(server, accept=BROWSER).text
    loaded = re.findall(r'<(?:script|link|img)\b[^>]*?(?:src|href)="([^"]+)"', page)
    parts = [address for address in loaded if re.search(r"\.(?:js|css|svg|ico|png)\b", address)]
    assert parts
    for address in parts:
        assert address.startswith("/")
        assert server.http.get(address).status_code == 200
