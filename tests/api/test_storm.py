"""While strangers ask the heaviest queries they can, the server lives; afterwards nothing is left of them.

The storm lasts 12 seconds, or as many as SITREP_STORM says (`.ci/run` says 60).
"""

from __future__ import annotations

import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle, islice
from pathlib import Path

import httpx2
import pytest

from api.problems import TYPES
from tests.api.conftest import ENDLESS, GREEDY, LONG, PATIENCE, Serve, Server, eventually
from tests.processes import resident

SECONDS = float(os.environ.get("SITREP_STORM", "12"))
CLIENTS = 8
HEAVY = [
    ENDLESS,
    GREEDY,
    LONG,
    "SELECT (COUNT(*) AS ?n) { ?a !id:none* ?b . ?b !id:none* ?c }",
    "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d))) AS ?all) { ?a ?b ?c . ?d ?e ?f }",
    "SELECT DISTINCT ?a ?f { ?a ?b ?c . ?d ?e ?f FILTER(CONTAINS(STR(?c), STR(?f))) }",
    "CONSTRUCT { ?a ?e ?i } WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f FILTER(?f != ?c) } MINUS { ?g ?h ?c } } ORDER BY ?f",
    'SELECT * { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(CONCAT(STR(?c), STR(?f)), "(a|b|ab)*c(a+)+$", "i")) }',
    "ASK { SERVICE <http://localhost/> { ?s ?p ?o } }",
    "SELECT",
]
COUNT = "SELECT (COUNT(*) AS ?n) { ?c a sit:Claim }"
OWN = {"query-timeout", "query-memory", "result-too-large", "too-many-queries", "query-refused", "query-syntax"}
SLACK = 48 * 1024  # KiB: what the allocator keeps, and a page of requests


@pytest.mark.timeout(SECONDS + 240)
def test_a_storm_of_heavy_queries(serve: Serve, snapshots: Path) -> None:
    server = serve(snapshots, "--deadline", "1.5", "--memory", "300", "--result-size", "4")
    wait = httpx2.Timeout(PATIENCE)

    def ask(query: str) -> httpx2.Response:
        return httpx2.post(f"{server.address}/sparql", data={"query": query}, timeout=wait)

    def look(path: str) -> float:
        begun = time.monotonic()
        assert httpx2.get(server.address + path, timeout=wait).status_code == 200
        return time.monotonic() - begun

    right = ask(COUNT).json()
    look("/healthz"), look("/id/syrskyi")
    before = Standing(server)
    end = time.monotonic() + SECONDS
    told: dict[str, int] = {}

    def rage(first: int) -> None:
        for query in cycle([*islice(cycle(HEAVY), first, first + len(HEAVY))]):
            if time.monotonic() > end:
                return
            answer = ask(query)
            assert answer.headers["content-type"] == "application/problem+json", answer.text[:200]
            name = json.loads(answer.content)["type"].removeprefix(TYPES)
            told[name] = told.get(name, 0) + 1

    def well_behaved() -> int:
        answered = 0
        while time.monotonic() < end:
            answer = ask(COUNT)
            if answer.status_code == 200:
                assert answer.json() == right
                answered += 1
            else:
                assert answer.json()["type"] == TYPES + "too-many-queries"
        return answered

    latencies: dict[str, list[float]] = {"/healthz": [], "/id/syrskyi": []}
    with ThreadPoolExecutor(CLIENTS + 1) as pool:
        raging = [pool.submit(rage, number) for number in range(CLIENTS)]
        good = pool.submit(well_behaved)
        while time.monotonic() < end:
            for path, found in latencies.items():
                found.append(look(path))
            time.sleep(0.1)
        for one in raging:
            one.result()
        answered = good.result()
    print()
    for path, found in latencies.items():
        print(f"{path}: {len(found)} look-ups, at most {max(found):.2f} s")
        assert max(found) < 10, f"{path} did not answer while queries ran"
    print(f"{answered} good queries answered; problems: {told}")
    assert set(told) <= OWN
    assert "query-timeout" in told
    assert len(told) >= 2
    eventually(lambda: Standing(server).is_back_to(before))
    assert ask(COUNT).json() == right


class Standing:
    """Processes, file handles and memory of a server at one moment."""

    def __init__(self, server: Server) -> None:
        self.workers = server.children()
        # each worker has one handle here: its socket
        self.handles = server.handles() - self.workers
        self.memory = resident(server.process.pid)
        self.of_workers = [resident(worker) for worker in server.workers()]

    def is_back_to(self, before: Standing) -> bool:
        """No more processes than may run, the same handles but for one, and memory within the slack."""
        return (
            self.workers <= max(before.workers, os.cpu_count() or 2)
            and self.handles <= before.handles + 2
            and self.memory <= before.memory + SLACK
            and max(self.of_workers, default=0) <= max(before.of_workers) + 300 * 1024
        )
