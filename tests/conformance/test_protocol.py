"""The W3C's tests of the SPARQL 1.1 Protocol, sent to a server that listens on a port (see protocol.yaml)."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml
from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

import graph.build
from api.problems import TYPES
from tests.api.conftest import PATIENCE, Serve, Server
from tests.conftest import FIRST_DOCUMENT

HERE = Path(__file__).parent
SUITE: dict[str, Any] = yaml.safe_load((HERE / "protocol.yaml").read_text(encoding="utf-8"))
TESTS: dict[str, dict[str, Any]] = SUITE["tests"]
# What the suite has, so that nothing of it is forgotten here; those with `_only`, `_hides_from` are ours.
# fmt: off
NAMES = {
    "query_post_form", "query_dataset_default_graphs_get", "query_dataset_default_graphs_post",
    "query_dataset_named_graphs_post", "query_dataset_named_graphs_get", "query_dataset_full",
    "query_multiple_dataset", "query_get", "query_content_type_select", "query_content_type_ask",
    "query_content_type_describe", "query_content_type_construct", "update_dataset_default_graph",
    "update_dataset_default_graphs", "update_dataset_named_graphs", "update_dataset_full", "update_post_form",
    "update_post_direct", "update_base_uri", "query_post_direct", "bad_query_method", "bad_multiple_queries",
    "bad_query_wrong_media_type", "bad_query_missing_form_type", "bad_query_missing_direct_type",
    "bad_query_non_utf8", "bad_query_syntax", "bad_update_get", "bad_multiple_updates", "bad_update_wrong_media_type",
    "bad_update_missing_form_type", "bad_update_non_utf8", "bad_update_syntax", "bad_update_dataset_conflict",
}
# fmt: on
FORMATS = {
    "boolean": {
        "application/sparql-results+json": QueryResultsFormat.JSON,
        "application/sparql-results+xml": QueryResultsFormat.XML,
    },
    "tabular": {
        "application/sparql-results+json": QueryResultsFormat.JSON,
        "application/sparql-results+xml": QueryResultsFormat.XML,
        "text/tab-separated-values": QueryResultsFormat.TSV,
    },
    "rdf": {
        "text/turtle": RdfFormat.TURTLE,
        "application/rdf+xml": RdfFormat.RDF_XML,
        "application/n-triples": RdfFormat.N_TRIPLES,
    },
}


@pytest.fixture(scope="module")
def server(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Server:
    folder = tmp_path_factory.mktemp("protocol")
    graph.build.build(FIRST_DOCUMENT, folder, [HERE / "graphs.nq"])
    return serve(folder)


def sent(server: Server, send: dict[str, Any]) -> httpx2.Response:
    def whole(text: str) -> str:
        return re.sub(r"\b(data\d)\b", rf"{SUITE['prefix']}\1.rdf", text)

    body = whole(send["body"]).encode(send.get("encoding", "utf-8")) if "body" in send else None
    return httpx2.request(
        send.get("method", "GET"),
        f"{server.address}/sparql/",
        params=[(name, whole(value)) for name, value in send.get("parameters", ())],
        headers=send.get("headers", {}),
        content=body,
        timeout=PATIENCE,
    )


def test_every_test_of_the_suite_is_here() -> None:
    assert set(TESTS) >= NAMES
    assert all({"asks", "section", "send", "status"} <= set(test) for test in TESTS.values())
    assert all(test["skip"] in SUITE for test in TESTS.values() if "skip" in test)


@pytest.mark.parametrize("name", TESTS)
def test_protocol(name: str, server: Server) -> None:
    test = TESTS[name]
    answer = sent(server, test["send"])
    assert answer.status_code == test["status"], answer.text
    media_type = answer.headers["content-type"].split(";")[0]
    if "problem" in test:
        assert media_type == "application/problem+json"
        assert answer.json()["type"] == TYPES + test["problem"]
    if "boolean" in test:
        assert media_type in FORMATS["boolean"]
        assert answer.json()["boolean"] is test["boolean"]
    if "format" in test:
        kind = FORMATS[test["format"]][media_type]
        content = io.BytesIO(answer.content)
        read = parse(content, kind) if isinstance(kind, RdfFormat) else parse_query_results(content, kind)
        assert read is not None
    assert "boolean" in test or "format" in test or "problem" in test


@pytest.mark.parametrize("name", [name for name, test in TESTS.items() if test["status"] >= 400 and "update" in name])
def test_nothing_is_written(name: str, server: Server) -> None:
    question = "SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"

    def size() -> bytes:
        return server.http.post("/sparql", data={"query": question}).content

    before = size()
    sent(server, TESTS[name]["send"])
    assert size() == before
