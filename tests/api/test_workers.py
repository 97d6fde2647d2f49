"""Strangers' queries end when they should, disturb nobody, and leave nothing behind."""

from __future__ import annotations

import asyncio
import json
import os
import pickle
import signal
import socket
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote, urlsplit

import anyio
import httpx2
import pytest

from api.workers import LEAST, Limits, Workers
from graph import snapshot
from graph.errors import (
    QueryInterrupted,
    QueryOutOfMemory,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    QueryTooLarge,
    TooManyQueries,
)
from graph.snapshot import Snapshot
from graph.store import Dataset
from tests.api.conftest import ENDLESS, GREEDY, LONG, PATIENCE, Serve, Server, eventually
from tests.processes import children, computes, opened

JSON = ("application/sparql-results+json",)
COUNT = "SELECT (COUNT(*) AS ?n) { ?c a sit:Claim }"
MOMENT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?c a sit:Claim }"  # a tenth of a second
WHILE = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?c a sit:Claim VALUES ?x { 1 2 3 4 5 6 7 8 } }"  # some tenths
SPARE = 2  # processes beside those for `running` queries: for cheap ones, and while another one starts
NESTED = "ASK " + "{" * 60_000
MIB = 1024**2


@pytest.fixture
def built(snapshots: Path) -> Snapshot:
    return snapshot.current(snapshots)


def run(limits: Limits, work: Callable[[Workers], Awaitable[None]]) -> None:
    """Work with a pool of its own, in an event loop of its own."""

    async def main() -> None:
        with anyio.fail_after(PATIENCE):
            async with Workers(limits) as workers:
                await work(workers)

    anyio.run(main)


async def counted(workers: Workers, built: Snapshot) -> int:
    answer = await workers.answer(built, COUNT, JSON, Dataset())
    return int(json.loads(answer.body)["results"]["bindings"][0]["n"]["value"])


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (ENDLESS, QueryTimeout),
        (GREEDY, QueryOutOfMemory),
        (LONG, QueryTooLarge),
        (NESTED, QueryTooDeep),
        ("SELECT", QuerySyntaxError),
        ("ASK { SERVICE <http://localhost/> {} }", QueryRefused),
    ],
    ids=["endless", "greedy", "long", "nested", "wrong", "refused"],
)
def test_a_query_that_ends_badly_says_how_and_the_next_one_is_answered(
    built: Snapshot, query: str, error: type[Exception]
) -> None:
    async def work(workers: Workers) -> None:
        deadline = 0.3 if error is QueryTimeout else None
        with pytest.raises(error):
            await workers.answer(built, query, JSON, Dataset(), deadline)
        assert await counted(workers, built) == 46

    run(Limits(running=1, deadline=PATIENCE, memory=300 * MIB, result=100_000), work)


def test_the_errors_name_their_limits(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        with pytest.raises(QueryTimeout, match=r"0\.2 seconds") as late:
            await workers.answer(built, ENDLESS, JSON, Dataset(), 0.2)
        assert late.value.deadline == 0.2
        with pytest.raises(QueryTooLarge, match="1,000 bytes") as large:
            await workers.answer(built, LONG, JSON, Dataset())
        assert large.value.limit == 1000
        with pytest.raises(QueryOutOfMemory, match="314,572,800 bytes") as greedy:
            await workers.answer(built, GREEDY, ("text/csv",), Dataset())
        assert greedy.value.limit == 300 * MIB

    run(Limits(running=1, deadline=PATIENCE, memory=300 * MIB, result=1000), work)


def test_a_worker_is_used_again_and_a_killed_one_has_a_successor(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        before = children(os.getpid())
        await workers.warm(built)
        await workers.settled()
        started = children(os.getpid()) - before
        assert len(started) == 2 + SPARE
        for _ in range(5):
            assert await counted(workers, built) == 46
        assert children(os.getpid()) - before == started
        with pytest.raises(QueryTimeout):
            await workers.answer(built, ENDLESS, JSON, Dataset(), 0.2)
        await workers.settled()
        after = children(os.getpid()) - before
        assert len(after) == 2 + SPARE
        assert len(after & started) == 1 + SPARE

    before = children(os.getpid())
    run(Limits(running=2, deadline=PATIENCE), work)
    eventually(lambda: children(os.getpid()) <= before)


def test_a_worker_whose_client_goes_away_is_kept_where_it_soon_ends(
    built: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def left(workers: Workers, query: str) -> set[int]:
        asked = asyncio.create_task(workers.answer(built, query, JSON, Dataset()))
        await asyncio.sleep(0.01)
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await workers.settled()
        assert await counted(workers, built) == 46
        return children(os.getpid())

    async def work(workers: Workers) -> None:
        await workers.warm(built)
        await workers.settled()
        started = children(os.getpid())
        monkeypatch.setattr("api.workers.GRACE", PATIENCE)
        assert await left(workers, MOMENT) == started
        monkeypatch.setattr("api.workers.GRACE", 0.1)
        assert await left(workers, ENDLESS) != started

    run(Limits(running=1, deadline=PATIENCE), work)


def test_a_killed_worker_disturbs_no_other_query(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        ends: list[str] = []

        async def endless() -> None:
            with pytest.raises(QueryTimeout):
                await workers.answer(built, ENDLESS, JSON, Dataset(), 0.5)
            ends.append("timeout")

        async def short() -> None:
            for _ in range(20):
                assert await counted(workers, built) == 46
            ends.append("answered")

        async with anyio.create_task_group() as group:
            for one in (endless, short, endless, short):
                group.start_soon(one)
        assert sorted(ends) == ["answered", "answered", "timeout", "timeout"]

    run(Limits(running=3, deadline=PATIENCE), work)


def test_no_more_run_or_wait_than_may(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        await workers.warm(built)
        ends: list[type[Exception]] = []

        async def ask() -> None:
            try:
                await workers.answer(built, ENDLESS, JSON, Dataset(), 0.5)
            except (QueryTimeout, TooManyQueries) as error:
                ends.append(type(error))

        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(ask)
        assert ends.count(QueryTimeout) == 3
        assert ends.count(TooManyQueries) == 7

    run(Limits(running=1, waiting=2, deadline=PATIENCE), work)


def test_a_query_waits_no_longer_than_it_may_run(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        turn = await workers._turns.take(None, lambda: False, PATIENCE)
        with pytest.raises(TooManyQueries):
            await workers.answer(built, ENDLESS, JSON, Dataset())
        assert await counted(workers, built) == 46  # cheap: it has a place of its own
        workers._turns.give_back(turn)
        assert await counted(workers, built) == 46

    run(Limits(running=1, deadline=0.5), work)


def test_the_start_of_a_worker_is_not_the_query_s_time(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        answer = await workers.answer(built, "ASK {}", JSON, Dataset(), 0.2)  # no process starts so fast
        assert json.loads(answer.body)["boolean"] is True

    run(Limits(running=1, deadline=PATIENCE), work)


def test_warming_lets_go_of_the_snapshot_before(built: Snapshot, extended_snapshots: Path) -> None:
    def has_open(process: int) -> bool:
        return any(built.name in path for path in opened(process))

    async def work(workers: Workers) -> None:
        before = children(os.getpid())
        await workers.warm(built)
        await workers.settled()
        mine = children(os.getpid()) - before
        assert all(has_open(child) for child in mine)
        await workers.warm(snapshot.current(extended_snapshots))
        await workers.settled()
        assert children(os.getpid()) - before == mine
        assert not any(has_open(child) for child in mine)

    run(Limits(running=2, deadline=PATIENCE), work)


@pytest.mark.parametrize(("query", "deadline"), [(WHILE, PATIENCE), (ENDLESS, 0.3)], ids=["answered", "ended"])
def test_a_worker_that_is_busy_meanwhile_lets_go_of_it_afterwards(
    built: Snapshot, extended_snapshots: Path, query: str, deadline: float
) -> None:
    async def work(workers: Workers) -> None:
        before = children(os.getpid())
        await workers.warm(built)
        asked = asyncio.create_task(workers.answer(built, query, JSON, Dataset(), deadline))
        await asyncio.sleep(0.01)
        await workers.warm(snapshot.current(extended_snapshots))
        await asyncio.gather(asked, return_exceptions=True)
        await workers.settled()
        mine = children(os.getpid()) - before
        assert len(mine) == 2 + SPARE
        assert not any(built.name in path for child in mine for path in opened(child))

    run(Limits(running=2, deadline=PATIENCE), work)


def test_a_snapshot_that_is_gone_when_workers_shall_open_it_ends_nothing(built: Snapshot, tmp_path: Path) -> None:
    async def work(workers: Workers) -> None:
        await workers.warm(Snapshot(tmp_path / "gone", {}))
        await workers.warm(built)
        assert await counted(workers, built) == 46

    run(Limits(running=1, deadline=PATIENCE), work)


def test_memory_that_a_worker_is_refused_outside_the_engine_is_told_as_such(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        await workers.warm(built)
        worker = workers._idle[-1]
        with pytest.raises(QueryOutOfMemory):
            await workers._done(worker, PATIENCE, bytes, 2**50)
        assert worker.usable

    run(Limits(running=1, deadline=PATIENCE), work)


def test_a_worker_that_somebody_killed_costs_no_query(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        before = children(os.getpid())
        for _ in range(3):
            await workers.warm(built)
            await workers.settled()
            for child in children(os.getpid()) - before:
                os.kill(child, 9)
            await anyio.to_thread.run_sync(eventually, lambda: not any(worker.usable for worker in workers._idle))
            assert await counted(workers, built) == 46

    run(Limits(running=2, deadline=PATIENCE), work)


def test_a_worker_that_is_killed_with_a_query_costs_neither(built: Snapshot) -> None:
    """The query is asked once more; whoever kills both has an error that says so, and not one of memory."""

    async def work(workers: Workers) -> None:
        await workers.warm(built)
        before = workers._idle[-1]._process.pid
        asked = asyncio.create_task(workers.answer(built, WHILE, JSON, Dataset()))
        await anyio.to_thread.run_sync(eventually, lambda: computes(before))
        os.kill(before, signal.SIGKILL)
        assert json.loads((await asked).body)["results"]["bindings"]
        asked = asyncio.create_task(workers.answer(built, ENDLESS, JSON, Dataset()))
        killed: set[int] = set()
        while len(killed) < 2:
            busy = next((one for one in children(os.getpid()) - killed if computes(one)), None)
            if busy is not None and not workers._succeeding:
                os.kill(busy, signal.SIGTERM)
                killed.add(busy)
            await asyncio.sleep(0.01)
        with pytest.raises(QueryInterrupted):
            await asked
        assert await counted(workers, built) == 46

    run(Limits(running=1, deadline=PATIENCE), work)


def test_a_tiny_deadline_ends_no_worker_that_ends_soon_itself(built: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    async def work(workers: Workers) -> None:
        await workers.warm(built)
        await workers.settled()
        started = children(os.getpid())
        for number in range(20):  # as many as would have ended every worker several times
            with suppress(QueryTimeout):
                await workers.answer(built, f"{MOMENT} #{number}", JSON, Dataset(), 1e-5)
        await workers.settled()
        assert children(os.getpid()) == started
        with pytest.raises(QueryTimeout) as late:
            await workers.answer(built, ENDLESS, JSON, Dataset(), 1e-5)
        assert late.value.deadline == LEAST
        await workers.settled()
        assert children(os.getpid()) != started

    before = children(os.getpid())
    monkeypatch.setattr("api.workers.GRACE", 5.0)
    run(Limits(running=1, deadline=PATIENCE), work)
    eventually(lambda: children(os.getpid()) <= before)


def test_cheap_queries_are_answered_while_one_client_runs_the_heaviest(built: Snapshot) -> None:
    """They wait for one another at most: of eight runaways from the same address none has their place."""

    async def work(workers: Workers) -> None:
        await workers.warm(built)
        async with anyio.create_task_group() as group:

            async def run_away(number: int) -> None:
                while True:
                    with suppress(QueryTimeout, TooManyQueries):
                        await workers.answer(built, f"{ENDLESS} #{number}", JSON, Dataset(), client="203.0.113.9")
                    await asyncio.sleep(0.01)

            for number in range(8):
                group.start_soon(run_away, number)
            await asyncio.sleep(0.1)
            for number in range(50):
                asked = f"{COUNT} #{number}"
                assert (await workers.answer(built, asked, JSON, Dataset(), client="203.0.113.9")).body
            group.cancel_scope.cancel()

    run(Limits(running=2, deadline=30.0), work)


def test_clients_that_ask_and_leave_wear_out_one_worker_at_once(
    built: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What they left may run on for a while; others have the other workers meanwhile."""
    monkeypatch.setattr("api.workers.GRACE", PATIENCE)

    async def work(workers: Workers) -> None:
        await workers.warm(built)
        await workers.settled()
        for number in range(6):
            asked = workers.answer(built, f"{ENDLESS} #{number}", JSON, Dataset(), client="203.0.113.9")
            with suppress(TimeoutError):
                await asyncio.wait_for(asked, 0.1)
        async with asyncio.timeout(PATIENCE / 2):
            assert await counted(workers, built) == 46
        assert len(workers._succeeding) == 1
        for child in filter(computes, children(os.getpid())):
            os.kill(child, signal.SIGKILL)  # it would run on for as long as it may

    run(Limits(running=2, deadline=PATIENCE), work)


def test_a_query_that_only_looks_cheap_is_answered_in_its_turn(built: Snapshot) -> None:
    async def work(workers: Workers) -> None:
        await workers.warm(built)
        weighed = workers._weighed
        key = built.name, ENDLESS
        weighed[key] = True
        turn = await workers._turns.take(None, lambda: False, PATIENCE)
        with pytest.raises(TooManyQueries):  # not a timeout after the moment that it had
            await workers.answer(built, ENDLESS, JSON, Dataset())
        workers._turns.give_back(turn)
        with pytest.raises(QueryTimeout, match="3 seconds"):
            await workers.answer(built, ENDLESS, JSON, Dataset())

    run(Limits(running=1, deadline=3.0), work)


# --- the same through a server


@pytest.fixture(scope="module")
def server(serve: Serve, snapshots: Path) -> Server:
    return serve(snapshots, "--deadline", "2", "--memory", "300", "--result-size", "1")


def test_a_query_stops_when_its_client_goes_away(serve: Serve, snapshots: Path) -> None:
    server = serve(snapshots, "--deadline", "300")
    full = server.children()
    address = urlsplit(server.address)
    for form in (
        f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: x\r\n\r\n",
        "POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\n"
        f"Content-Length: {len(ENDLESS)}\r\n\r\n{ENDLESS}",
    ):
        with socket.create_connection((address.hostname or "", address.port or 0)) as connection:
            connection.sendall(form.encode())
            eventually(lambda: busy(server) == 1)
        eventually(lambda: busy(server) == 0)
    assert server.children() < full + 1
    assert server.http.get("/sparql", params={"query": COUNT}).status_code == 200


def busy(server: Server) -> int:
    """How many workers compute."""
    return sum(map(computes, server.workers()))


def test_after_a_storm_everything_is_as_before(server: Server) -> None:
    def ask(query: str) -> tuple[int, str]:
        answer = httpx2.post(f"{server.address}/sparql", data={"query": query}, timeout=PATIENCE)
        return answer.status_code, answer.headers["content-type"]

    def in_order() -> bool:
        """As many workers as may run, and of the handles only what each worker has: one end of a socket pair."""
        return server.children() <= most and server.handles() - server.children() <= own

    assert ask(COUNT)[0] == 200
    most, own = (os.cpu_count() or 2) + SPARE, server.handles() - server.children() + 1
    storm = [ENDLESS, GREEDY, LONG, "SELECT", COUNT, "ASK {SERVICE <http://a> {}}"] * 3
    with ThreadPoolExecutor(len(storm)) as pool:
        answers = list(pool.map(ask, storm))
    assert {status for status, _ in answers} <= {200, 400, 403, 413, 503}
    assert all(kind == "application/problem+json" for status, kind in answers if status != 200)
    eventually(in_order)
    assert [ask(COUNT)[0] for _ in range(4)] == [200] * 4
    eventually(in_order)


def test_the_server_lives_and_answers_look_ups_while_heavy_queries_run(server: Server) -> None:
    with ThreadPoolExecutor(12) as pool:
        heavy = [pool.submit(server.http.post, "/sparql", data={"query": ENDLESS}) for _ in range(12)]
        times = []
        for path in ("/healthz", "/readyz", "/id/syrskyi", "/search?q=syrskyi") * 5:
            start = time.monotonic()
            assert server.http.get(path).status_code == 200
            times.append(time.monotonic() - start)
        statuses = {future.result().status_code for future in heavy}
    assert statuses == {503}
    assert max(times) < PATIENCE / 2


def test_a_worker_that_somebody_kills_is_replaced(server: Server) -> None:
    for child in server.workers():
        os.kill(child, 9)
    statuses = [server.http.get("/sparql", params={"query": f"{COUNT} #{n}"}).status_code for n in range(6)]
    assert set(statuses) <= {200, 503}
    assert statuses[-1] == 200


@pytest.mark.skipif((os.cpu_count() or 2) < 2, reason="one processor is one place, which every client may have")
@pytest.mark.parametrize(("options", "share"), [([], 1), (["--trusted-proxy", "127.0.0.0/8"], 0)], ids=["", "trusted"])
def test_clients_are_told_apart_by_what_a_trusted_proxy_says(
    serve: Serve, snapshots: Path, options: list[str], share: int
) -> None:
    """Whoever is not trusted may name as many addresses as he likes: he is one client."""
    places = os.cpu_count() or 2
    server = serve(snapshots, "--deadline", "60", *options)
    with ThreadPoolExecutor(places + 1) as pool:
        for number in range(places + 1):
            headers = {"X-Forwarded-For": f"203.0.113.{number}"}
            pool.submit(server.http.get, "/sparql", params={"query": ENDLESS, "timeout": "4"}, headers=headers)
        eventually(lambda: busy(server) == places - share)
        time.sleep(0.5)
        assert busy(server) == places - share


def test_a_worker_can_send_back_values_only(built: Snapshot) -> None:
    """Whoever took over a worker by way of a query must not reach the server through what it sends."""

    async def work(workers: Workers) -> None:
        await workers.warm(built)
        worker = workers._idle[-1]
        with pytest.raises(pickle.UnpicklingError, match="is no value"):
            await worker.run(eval, "__import__('os').system")
        assert not worker.usable

    run(Limits(running=1, deadline=PATIENCE), work)
