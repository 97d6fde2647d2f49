"""Why a query has no answer, and what it costs, over HTTP: within the limits of a query, as JSON or as a page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import anyio
import httpx2
import pytest
from starlette.testclient import TestClient

import graph.build
from api.workers import Limits, Workers
from graph import snapshot
from graph.store import Dataset
from tests.api.conftest import ENDLESS, PATIENCE, served
from tests.conftest import FIRST_DOCUMENT

WRONG = "SELECT * {\n  ?w a sit:WeaponSystem ;\n     sit:suppliedBye ?by\n}"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
PRODUCT = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(?c = ?f) }"


def test_the_near_name_comes_with_the_query_that_has_it(client: TestClient) -> None:
    body = client.get("/sparql/explain", params={"query": WRONG}).json()
    assert body["empty"] is True
    (cause,) = body["causes"]
    assert (cause["parts"], cause["line"]) == (["?w sit:suppliedBye ?by"], 3)
    first = cause["suggestions"][0]
    assert (first["written"], first["meant"]) == ("sit:suppliedBye", "sit:suppliedBy")
    assert first["count"] >= 1
    assert client.get("/sparql", params={"query": first["query"]}).json()["results"]["bindings"]
    assert [one["count"] > 0 for one in body["patterns"]] == [True, False]
    assert body["snapshot"]


def test_a_person_gets_a_page_with_links_to_try(client: TestClient) -> None:
    answer = client.get("/sparql/explain", params={"query": WRONG + " # <script>"}, headers=BROWSER)
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "Why there is no answer" in answer.text
    assert "sit%3AsuppliedBy+%3Fby" in answer.text
    assert "<script>" not in answer.text.replace("<script src", "")


@pytest.mark.parametrize("form", ["form", "body"])
def test_a_long_query_is_explained_by_post(client: TestClient, form: str) -> None:
    if form == "form":
        answer = client.post("/sparql/explain", data={"query": WRONG})
    else:
        headers = {"Content-Type": "application/sparql-query"}
        answer = client.post("/sparql/explain", content=WRONG, headers=headers)
    assert answer.json()["empty"] is True
    assert answer.headers["cache-control"] == "no-store"


def test_an_explanation_is_cached_by_the_snapshot(client: TestClient) -> None:
    first = client.get("/sparql/explain", params={"query": WRONG})
    again = client.get("/sparql/explain", params={"query": WRONG}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


PROBLEMS = [
    ({}, 400, "no-query"),
    ({"query": "SELECT"}, 400, "query-syntax"),
    ({"query": "ASK " + "{" * 300}, 400, "query-too-deep"),
    ({"query": "ASK { SERVICE <http://localhost/> {} }"}, 403, "query-refused"),
    ({"query": "ASK {}", "default-graph-uri": "no IRI"}, 400, "invalid-parameter"),
]


@pytest.mark.parametrize(("parameters", "status", "name"), PROBLEMS)
def test_a_query_that_is_not_answered_is_not_explained(
    client: TestClient, parameters: dict[str, str], status: int, name: str
) -> None:
    answer = client.get("/sparql/explain", params=parameters)
    assert (answer.status_code, answer.json()["type"].rsplit("/", 1)[-1]) == (status, name)
    page = client.get("/sparql/explain", params=parameters, headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (status, "text/html; charset=utf-8")


def test_only_queries_may_be_sent(client: TestClient) -> None:
    assert client.put("/sparql/explain").headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert client.get("/sparql/explain", params={"query": "ASK {}"}, headers={"Accept": "image/png"}).status_code == 406


def test_the_dataset_parameters_count(extended: TestClient) -> None:
    query = "SELECT * { ?s <https://example.org/says> ?o }"
    assert extended.get("/sparql/explain", params={"query": query}).json()["empty"] is True
    graph = {"default-graph-uri": "https://example.org/graph"}
    assert extended.get("/sparql/explain", params={"query": query, **graph}).json()["empty"] is False


def test_relative_names_are_read_as_at_the_endpoint(client: TestClient) -> None:
    query = "SELECT * { <relative> ?p ?o }"
    assert client.get("/sparql", params={"query": query}).status_code == 200
    body = client.get("/sparql/explain", params={"query": query}).json()
    assert [cause["parts"] for cause in body["causes"]] == [["<relative> ?p ?o"]]


# --- cost


def test_a_product_is_told_before_it_runs(client: TestClient) -> None:
    body = client.get("/sparql/explain", params={"query": PRODUCT}).json()
    (warning,) = body["warnings"]
    assert warning["kind"] == "cross-product"
    assert warning["patterns"] == ["?a ?b ?c", "?d ?e ?f"]
    assert warning["rows"] == pytest.approx(body["estimate"])
    assert warning["rows"] > 1e7
    assert "share no variable" in warning["message"]


def test_a_query_past_its_deadline_carries_the_warnings(strict: TestClient) -> None:
    answer = strict.get("/sparql", params={"query": ENDLESS, "timeout": "0.3"})
    assert answer.status_code == 503
    body = answer.json()
    assert body["query"] == ENDLESS
    (warning,) = body["warnings"]
    assert (warning["kind"], len(warning["patterns"])) == ("cross-product", 3)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The first document beside 30,000 invented nodes, each with a number and one of ten colours."""
    folder = tmp_path_factory.mktemp("large")
    extra = folder / "extra.nt"
    with extra.open("w", encoding="utf-8") as file:
        for n in range(30_000):
            file.write(f'<https://example.org/n{n}> <https://example.org/number> "{n}" .\n')
            file.write(f"<https://example.org/n{n}> <https://example.org/colour> <https://example.org/c{n % 10}> .\n")
    graph.build.build(FIRST_DOCUMENT, folder / "snapshots", [extra])
    with served(folder / "snapshots", Limits(running=1, deadline=3.0)) as client:
        yield client


def test_on_a_larger_graph_the_explanation_ends_with_what_it_knows(large: TestClient) -> None:
    # each pattern matches, and to find that they never do together takes every pair of the same colour
    query = """PREFIX ex: <https://example.org/>
    SELECT * { ?a ex:colour ?c ; ex:number ?n . ?b ex:colour ?c ; ex:number ?m FILTER(CONCAT(?n, ?m) = "never") }"""
    answer = large.get("/sparql/explain", params={"query": query})
    assert answer.status_code == 200
    body = answer.json()
    assert body["empty"] is None
    assert "cannot be told" in body["note"]
    assert "3 seconds" in body["note"]
    assert body["estimate"] == pytest.approx(10 * 3000.0**2, rel=0.5)
    assert "etag" not in answer.headers
    assert large.get("/sparql/explain", params={"query": "SELECT * { ?x a sit:Clam }"}).json()["empty"] is True


def test_on_a_larger_graph_a_product_is_larger(large: TestClient) -> None:
    query = "PREFIX ex: <https://example.org/> SELECT * { ?a ex:number ?n . ?b ex:number ?m }"
    (warning,) = large.get("/sparql/explain", params={"query": query, "timeout": "0.1"}).json()["warnings"]
    assert warning["rows"] == pytest.approx(30_000.0**2)


def test_an_explanation_takes_no_longer_than_a_query(snapshots: Path) -> None:
    async def work() -> None:
        built = snapshot.current(snapshots)
        with anyio.fail_after(PATIENCE):
            async with Workers(Limits(running=1, deadline=1.0)) as workers:
                await workers.warm(built)
                found = await workers.explain(
                    built, ENDLESS.replace("?c", "?c . FILTER(?c = ?f && ?c != ?f)", 1), Dataset()
                )
                assert found.empty is None
                assert found.warnings
                answer = await workers.answer(built, "ASK {}", ("application/sparql-results+json",), Dataset())
                assert json.loads(answer.body)["boolean"] is True

    anyio.run(work)


# --- the way there

EMPTY = [
    ("SELECT * { ?x a sit:Clam }", "json"),
    ("SELECT * { ?x a sit:Clam }", "xml"),
    ("SELECT * { ?x a sit:Clam }", "csv"),
    ("SELECT * { ?x a sit:Clam }", "tsv"),
    ("ASK { ?x a sit:Clam }", "json"),
    ("ASK { ?x a sit:Clam }", "xml"),
    *(("CONSTRUCT WHERE { ?x a sit:Clam }", form) for form in ("turtle", "nt", "rdfxml", "jsonld")),
    ("DESCRIBE ?x { ?x a sit:Clam }", "turtle"),
]


@pytest.mark.parametrize(("query", "form"), EMPTY)
def test_an_empty_answer_links_to_its_explanation(client: TestClient, query: str, form: str) -> None:
    answer = client.post("/sparql", data={"query": query, "format": form})
    link = answer.links["help"]
    assert link["title"] == "why there is no answer"
    assert client.get(link["url"]).json()["causes"][0]["parts"] == ["?x a sit:Clam"]
    for full in (query.replace("sit:Clam", "sit:Claim"), query.replace("sit:Clam", "foaf:Person")):
        assert "help" not in client.post("/sparql", data={"query": full, "format": form}).links


@pytest.mark.parametrize("form", ["csv", "tsv"])
def test_a_long_or_an_unbound_value_is_an_answer(client: TestClient, form: str) -> None:
    for full in (f'SELECT ("{"x" * 300}" AS ?long) {{}}', "SELECT ?x { OPTIONAL { ?x a foaf:Nothing } }"):
        assert "help" not in client.post("/sparql", data={"query": full, "format": form}).links


def test_the_words_of_the_graph_are_listed_with_their_use(client: TestClient) -> None:
    answer: httpx2.Response = client.get("/sparql/terms")
    body = answer.json()
    classes = {word["name"]: word for word in body["classes"]}
    properties = {word["name"]: word for word in body["properties"]}
    assert (classes["sit:Claim"]["count"], classes["sit:Claim"]["label"]) == (46, "claim")
    assert classes["sit:Claim"]["definition"]
    assert properties["sit:suppliedBy"]["count"] >= 1
    assert properties["rdf:type"]["count"] > properties["sit:suppliedBy"]["count"]
    counts = [word["count"] for word in body["properties"]]
    assert counts == sorted(counts, reverse=True)
    again = client.get("/sparql/terms", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
