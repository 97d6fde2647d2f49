"""Blank nodes in a user's own RDF have no name: what is said of them is in the graph, and disturbs no list or page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

import graph.build
from api.app import create_app
from tests.conftest import FIRST_DOCUMENT

BLANK = Path(__file__).parent / "blank.ttl"
PATHS = (
    "/", "/id/ukraine", "/id/ukraine/claims", "/id/ukraine/relations", "/id/syrskyi/claims?role=by", "/types",
    "/types/sit:Claim", "/types/sit:Event", "/types/documents", "/contradictions", "/sides", "/checks", "/wording",
    "/timeline", "/timeline?about=ukraine", "/sparql/terms", "/explore?start=ukraine", "/explore/thing.json?id=ukraine",
    "/explore/graph.json?step=core+20", "/id/ukraine/view", "/id?iri=https://example.org/m", "/voc/fact",
)  # fmt: skip


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("blank")
    graph.build.build(FIRST_DOCUMENT, folder, [BLANK])
    with TestClient(create_app(folder)) as client:
        yield client


@pytest.mark.parametrize("path", PATHS)
def test_every_page_and_list_is_answered(client: TestClient, path: str) -> None:
    for accept in ("text/html", "application/json", "text/turtle"):
        assert client.get(path, headers={"Accept": accept}).status_code in (200, 406)


def test_sparql_finds_them(client: TestClient) -> None:
    query = "ASK { ?claim a sit:Claim ; rdfs:label 'c2'@en FILTER(ISBLANK(?claim)) }"
    assert client.get("/sparql", params={"query": query, "format": "json"}).json()["boolean"] is True
