"""What the tests of the HTTP interface share.

Most run on Starlette's TestClient: the whole application in this process, with real worker processes. `client` serves
the frozen first document, `extended` the same with `extra.trig` beside it, `strict` the first document with limits that
are soon reached. What needs a socket or a process of its own starts `sitrep serve` (`serve`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import rdflib
from fastapi import FastAPI
from starlette.testclient import TestClient

import graph.build
from api.app import create_app
from api.workers import Limits
from tests.conftest import FIRST_DOCUMENT
from tests.processes import children, handles

EXTRA = Path(__file__).parent / "extra.trig"
# No end in sight, and little memory: three times every triple beside every other.
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
# Much memory, soon: what is sorted has to be kept.
GREEDY = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
# A long answer, soon.
LONG = "SELECT * { ?a ?b ?c . ?d ?e ?f }"
PATIENCE = 60.0  # seconds: when a test gives up, on a machine that has much else to do


@contextmanager
def served(snapshots: Path, limits: Limits, public_url: str | None = None) -> Iterator[TestClient]:
    with TestClient(create_app(snapshots, limits, public_url), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="session")
def client(snapshots: Path) -> Iterator[TestClient]:
    with served(snapshots, Limits(running=2, deadline=30)) as client:
        yield client


@pytest.fixture(scope="session")
def application(client: TestClient) -> FastAPI:
    assert isinstance(client.app, FastAPI)
    return client.app


@pytest.fixture(scope="session")
def extended_snapshots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("extended")
    graph.build.build(FIRST_DOCUMENT, folder, [EXTRA])
    return folder


@pytest.fixture(scope="session")
def extended(extended_snapshots: Path) -> Iterator[TestClient]:
    with served(extended_snapshots, Limits(running=1, deadline=30), "https://example.org/behind/") as client:
        yield client


@pytest.fixture(scope="session")
def strict(snapshots: Path) -> Iterator[TestClient]:
    limits = Limits(running=1, waiting=1, deadline=1.0, memory=400 * 1024**2, result=20_000)
    with served(snapshots, limits) as client:
        yield client


class Server:
    """A `sitrep serve` in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], address: str) -> None:
        self.process = process
        self.address = address
        self.may_end = False  # before its tests do
        # a connection for each request: the server closes idle ones, perhaps just when they are used again
        fresh = httpx2.Limits(max_keepalive_connections=0)
        self.http = httpx2.Client(base_url=address, timeout=PATIENCE, limits=fresh)

    def workers(self) -> set[int]:
        return children(self.process.pid)

    def children(self) -> int:
        return len(self.workers())

    def handles(self) -> int:
        return handles(self.process.pid)


Serve = Callable[..., Server]


@pytest.fixture(scope="module")
def serve() -> Iterator[Serve]:
    """Start servers; they end with the module."""
    yield from serving()


def serving() -> Iterator[Serve]:
    """The same without pytest."""
    servers: list[Server] = []

    def start(snapshots: Path, *options: str, program: Path | None = None) -> Server:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("SITREP_")}
        # the first line names the public address; where that is another, the port has to be known before
        port = free_port() if "--public-url" in options else 0
        code = [str(program)] if program else ["-c", "from api.cli import main; main()"]
        command = [sys.executable, *code, "serve", "--port", str(port)]
        process = subprocess.Popen(
            [*command, "--snapshots", str(snapshots), *options], stdout=subprocess.PIPE, text=True, env=environment
        )
        assert process.stdout is not None
        said = process.stdout.readline().split()[-1]
        server = Server(process, f"http://127.0.0.1:{port}" if port else said)
        servers.append(server)
        eventually(lambda: answers(server))
        return server

    yield start
    fallen = [one.process.returncode for one in servers if one.process.poll() is not None and not one.may_end]
    for server in servers:
        server.http.close()
        server.process.terminate()
    for server in servers:
        server.process.wait(PATIENCE)
        assert server.process.stdout is not None
        server.process.stdout.close()
    assert not fallen, "a server ended before its tests did"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def answers(server: Server) -> bool:
    try:
        return server.http.get("/readyz").status_code == 200
    except httpx2.TransportError:
        return False


def eventually(fact: Callable[[], bool]) -> None:
    """Wait until something is true; fail when it is not so in the end."""
    end = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < end, "it did not become true"
        time.sleep(0.02)


def parsed(answer: httpx2.Response) -> rdflib.Graph:
    """An answer in RDF, read by its content type."""
    assert answer.status_code == 200, answer.text
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib's parsers use what rdflib itself has deprecated
        return rdflib.Graph().parse(data=answer.content, format=answer.headers["content-type"].split(";")[0])
