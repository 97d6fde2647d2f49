"""The whole graph to take away: it parses, and holds what the snapshot says."""

from __future__ import annotations

import gzip

import pytest
from fastapi import FastAPI
from pyoxigraph import Quad, RdfFormat, parse
from starlette.testclient import TestClient

DUMPS = {"dump.nq.gz": RdfFormat.N_QUADS, "dump.trig.gz": RdfFormat.TRIG}


def quads(client: TestClient, file: str) -> set[Quad]:
    answer = client.get(f"/{file}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/gzip")
    return {Quad(*quad) for quad in parse(gzip.decompress(answer.content), DUMPS[file])}


@pytest.mark.parametrize("file", DUMPS)
def test_a_dump_holds_every_quad(client: TestClient, application: FastAPI, file: str) -> None:
    snapshot = application.state.serving.now.store.snapshot
    assert len(quads(client, file)) == snapshot.manifest["triples"]


def test_dumps_keep_named_graphs_and_are_the_same_graph(extended: TestClient) -> None:
    one, other = (quads(extended, file) for file in DUMPS)
    assert one == other
    assert {"https://example.org/graph", "https://example.org/other"} <= {
        getattr(q.graph_name, "value", "") for q in one
    }


@pytest.mark.parametrize("file", DUMPS)
def test_a_dump_names_its_snapshot_and_is_validated_by_its_etag(
    client: TestClient, application: FastAPI, file: str
) -> None:
    answer = client.get(f"/{file}")
    name = application.state.serving.now.store.snapshot.name
    assert answer.headers["content-disposition"] == f'attachment; filename="sitrep-{name}-{file}"'
    assert name in answer.headers["etag"]
    again = client.get(f"/{file}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_part_of_a_dump_can_be_had(client: TestClient) -> None:
    whole = client.get("/dump.nq.gz").content
    part = client.get("/dump.nq.gz", headers={"Range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, whole[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(whole)}"
    assert client.get("/dump.nq.gz", headers={"Range": "bytes=-5"}).content == whole[-5:]
    behind = client.get("/dump.nq.gz", headers={"Range": f"bytes={len(whole)}-"})
    assert (behind.status_code, behind.headers["content-range"]) == (416, f"bytes */{len(whole)}")
    assert behind.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "wrong", ["bytes=-", "bytes=9-1", "bytes=a-b", "lines=1-2", "", "bytes=0-1,5-6", "bytes=" + "9" * 5000]
)
def test_a_range_without_sense_is_passed_over(client: TestClient, wrong: str) -> None:
    answer = client.get("/dump.nq.gz", headers={"Range": wrong})
    assert (answer.status_code, len(answer.content)) == (200, int(answer.headers["content-length"]))
