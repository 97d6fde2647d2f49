"""Nothing connects, end to end: a listening port beside a real server, with the guard, and without it."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from tests.api.conftest import PATIENCE, Serve, Server
from tests.graph.test_guard import DISGUISES, LOOK_ALIKES, Port, aimed, port

__all__ = ["port"]

# The program with a guard that lets everything through. Its workers are processes of their own, which read this as they
# start: it stands in the folder that Python looks for its `sitecustomize` in.
UNGUARDED = "import graph.store\n\ngraph.store.check_query = lambda query: None\n"
PROGRAM = """
import os
from pathlib import Path

import sitecustomize

os.environ["PYTHONPATH"] = str(Path(__file__).parent)

from api.cli import main

if __name__ == "__main__":
    main()
"""
FETCHING = [
    "SELECT * FROM <U> { ?s ?p ?o }", "SELECT * FROM NAMED <U> { GRAPH <U> { ?s ?p ?o } }", "LOAD <U>",
    "LOAD SILENT <U> INTO GRAPH <urn:g>", "DESCRIBE <U>",
]  # fmt: skip


def ask(server: Server, query: str, **parameters: str) -> httpx2.Response:
    return httpx2.post(f"{server.address}/sparql", data={"query": query, **parameters}, timeout=PATIENCE)


@pytest.fixture(scope="module")
def guarded(serve: Serve, snapshots: Path) -> Server:
    return serve(snapshots)


@pytest.fixture(scope="module")
def unguarded(serve: Serve, snapshots: Path, tmp_path_factory: pytest.TempPathFactory) -> Server:
    program = tmp_path_factory.mktemp("unguarded") / "unguarded.py"
    program.write_text(PROGRAM, encoding="utf-8")
    (program.parent / "sitecustomize.py").write_text(UNGUARDED, encoding="utf-8")
    return serve(snapshots, program=program)


def test_nothing_connects_over_http(guarded: Server, port: Port) -> None:
    for query in [*DISGUISES, *LOOK_ALIKES]:
        assert ask(guarded, aimed(query, port)).status_code == 403
    for query in FETCHING:
        assert ask(guarded, aimed(query, port)).status_code in (200, 400)
    address = f"http://127.0.0.1:{port.number}/u"
    for parameters in ({"default-graph-uri": address}, {"named-graph-uri": address}, {"using-graph-uri": address}):
        assert ask(guarded, "SELECT * { ?s ?p ?o } LIMIT 1", **parameters).status_code == 200
    assert port.visits == 0


def test_nothing_connects_with_the_guard_switched_off(unguarded: Server, port: Port) -> None:
    statuses = []
    for query in [*DISGUISES, *FETCHING]:
        answer = ask(unguarded, aimed(query, port))
        assert "query-refused" not in answer.text, "the guard is not off"
        statuses.append(answer.status_code)
    assert set(statuses) <= {200, 400, 503}
    assert statuses[0] == 400, "the engine was refused its socket"
    assert port.visits == 0
    assert ask(unguarded, "ASK {}").json()["boolean"] is True
