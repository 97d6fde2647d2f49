"""Strangers' queries, in processes that can be killed.

An evaluation cannot be interrupted from inside its process. So each runs in a worker process that is killed at the
deadline, soon after the client goes away, or when the system refuses it more memory; the next query gets a fresh one.
See docs/decisions/.
"""

from __future__ import annotations

import asyncio
import os
import resource
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import ParamSpec, Self, TypeVar

from api.worker import Worker, WorkerEnded
from graph import explanation, snapshot
from graph.errors import GraphError, QueryOutOfMemory, QueryTimeout, TooManyQueries
from graph.explanation import Explanation
from graph.seal import refuse_sockets
from graph.snapshot import Snapshot
from graph.store import Answer, Dataset, Store

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

STARTING = 60.0  # seconds that a process may take to start, on a machine that has much else to do
GRACE = 0.5  # seconds in which a query that nobody waits for may end: about what starting another process takes


@dataclass(frozen=True)
class Limits:
    """What one query may take: seconds, bytes of memory, bytes of answer; and how many run and wait at once.

    A query waits for its turn no longer than it may run.
    """

    deadline: float = 10.0
    memory: int = 1024**3
    result: int = 64 * 1024**2
    running: int = os.cpu_count() or 2
    waiting: int = 64


class Workers:
    """A pool of worker processes, and an async context manager that ends them."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._places = asyncio.Semaphore(limits.running)
        self._waiting = 0
        self._idle: list[Worker] = []
        self._newest: Snapshot | None = None
        self._succeeding: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await asyncio.gather(*self._succeeding)
        while self._idle:
            await self._idle.pop().kill()

    async def answer(
        self,
        built: Snapshot,
        query: str,
        formats: Sequence[str],
        dataset: Dataset,
        deadline: float | None = None,
        base: str | None = None,
    ) -> Answer:
        """Evaluate a query; see `graph.store.Store.answer`. A client's deadline may only lower ours.

        Raises:
            QueryTimeout, QueryOutOfMemory, TooManyQueries: and what `Store.answer` raises.
        """
        asked = (query, tuple(formats), dataset, self.limits.result, base)
        async with self._worker(built) as worker:
            return Answer(
                *await self._done(worker, self._seconds(deadline), _answer, str(built.path), self.limits.memory, asked)
            )

    async def explain(
        self, built: Snapshot, query: str, dataset: Dataset, deadline: float | None = None, base: str | None = None
    ) -> Explanation:
        """Explain a query within the deadline of one query; see `graph.explanation`.

        What its text alone tells comes first, so that it is there when asking for the parts takes too long.

        Raises:
            QueryTimeout, QueryOutOfMemory, TooManyQueries: and what `graph.explanation.explained` raises.
        """
        seconds, place = self._seconds(deadline), (str(built.path), self.limits.memory)
        async with self._worker(built) as worker:
            begun = time.monotonic()
            known = await self._done(worker, seconds, _weigh, *place, query, base)
            left = max(seconds - (time.monotonic() - begun), 0.0)
            try:
                return await self._done(worker, left, _explain, *place, query, dataset, base)
            except QueryTimeout:
                why = f"its parts were not all asked for within {seconds:g} seconds"
            except QueryOutOfMemory:
                why = "asking for its parts took too much memory"
        return replace(known, note=f"whether this query has an answer cannot be told: {why}")

    async def warm(self, built: Snapshot) -> None:
        """Have every worker open a snapshot, and let go of the one before; start those that are not there yet.

        A busy one does so after its query. Where the snapshot is gone already, or there is no memory, who asks next is
        told.
        """
        self._newest = built
        await asyncio.gather(*(self._warm_one(built) for _ in range(self.limits.running)))

    async def _warm_one(self, built: Snapshot) -> None:
        async with self._places:
            with suppress(GraphError):
                self._idle.insert(0, await self._ready(await self._any(), built))

    def _seconds(self, deadline: float | None) -> float:
        return min(self.limits.deadline, deadline) if deadline else self.limits.deadline

    @asynccontextmanager
    async def _worker(self, built: Snapshot) -> AsyncIterator[Worker]:
        """Wait for a turn, and have a worker; one that is still busy afterwards is ended."""
        await self._turn()
        try:
            # one that has yet to start does so on its own time, not on the query's
            worker, grace = await self._any() or await self._ready(None, built), 0.0
            try:
                yield worker
            except asyncio.CancelledError:
                grace = GRACE
                raise
            finally:
                newest = self._newest or built
                if worker.usable and built.path == newest.path:
                    self._idle.append(worker)
                else:
                    task = asyncio.create_task(self._succeed(worker, newest, grace))
                    self._succeeding.add(task)
                    task.add_done_callback(self._succeeding.discard)
        finally:
            self._places.release()

    async def _succeed(self, worker: Worker, built: Snapshot, grace: float) -> None:
        """Have a worker ready with a snapshot; one that stays busy is ended, and another one takes its place."""
        ends = worker.usable or (grace and await worker.finish(grace))
        if not ends:
            await worker.kill()
        with suppress(GraphError):  # no memory, or the snapshot is gone: who asks next is told
            self._idle.append(await self._ready(worker if ends else None, built))

    async def _any(self) -> Worker | None:
        """A worker that waits for work, now or as soon as it is started; None where there is none."""
        while (worker := await self._kept()) is None and self._succeeding:
            await asyncio.wait(self._succeeding, return_when=asyncio.FIRST_COMPLETED)
        return worker

    async def _kept(self) -> Worker | None:
        """A worker that waits for work; None where there is none, or only such as somebody has killed."""
        while self._idle:
            worker = self._idle.pop()
            if worker.usable:
                return worker
            await worker.kill()
        return None

    async def _turn(self) -> None:
        if not self._places.locked():
            await self._places.acquire()
            return
        if self._waiting >= self.limits.waiting:
            raise TooManyQueries(self.limits.running, self.limits.waiting)
        self._waiting += 1
        try:
            async with asyncio.timeout(self.limits.deadline):
                await self._places.acquire()
        except TimeoutError:
            raise TooManyQueries(self.limits.running, self._waiting - 1) from None
        finally:
            self._waiting -= 1

    async def _ready(self, worker: Worker | None, built: Snapshot) -> Worker:
        """A worker that has the snapshot open.

        Raises:
            QueryOutOfMemory: the machine gives none.
        """
        try:
            worker = worker or await Worker.start()
        except OSError:
            raise QueryOutOfMemory(self.limits.memory) from None
        try:
            await self._done(worker, STARTING, _open, str(built.path), self.limits.memory)
        except BaseException as error:  # cancelled, too: nobody else knows this process
            await worker.kill()
            if isinstance(error, QueryTimeout | QueryOutOfMemory):
                raise QueryOutOfMemory(self.limits.memory) from None
            raise
        return worker

    async def _done(
        self, worker: Worker, seconds: float, work: Callable[Arguments, Result],
        *args: Arguments.args, **kwargs: Arguments.kwargs,
    ) -> Result:  # fmt: skip
        try:
            async with asyncio.timeout(seconds):
                return await worker.run(work, *args, **kwargs)
        except TimeoutError:
            raise QueryTimeout(seconds) from None
        except (WorkerEnded, QueryOutOfMemory, MemoryError):  # it is gone; or it was told no more, and lives
            raise QueryOutOfMemory(self.limits.memory) from None


def _open(path: str, memory: int) -> None:
    """In the worker: open a snapshot."""
    _store(path, memory)


# What `Store.answer` takes.
Asked = tuple[str, tuple[str, ...], Dataset, int, str | None]


def _answer(path: str, memory: int, asked: Asked) -> tuple[str, str, bytes]:
    """In the worker: evaluate within the memory limit; an answer's parts, which are plain values."""
    answer = _store(path, memory).answer(*asked)
    return answer.form, answer.media_type, answer.body


def _weigh(path: str, memory: int, query: str, base: str | None) -> Explanation:
    """In the worker: what a query's text tells."""
    return explanation.weighed(_store(path, memory), query, base)


def _explain(path: str, memory: int, query: str, dataset: Dataset, base: str | None) -> Explanation:
    """In the worker: explain a query within the memory limit."""
    return explanation.explained(_store(path, memory), query, dataset, base)


@lru_cache(maxsize=1)
def _store(path: str, memory: int) -> Store:
    """In the worker: the snapshot that it serves; another one takes its place."""
    # past it the allocator fails and the process ends, which the pool reports as a broken worker
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    store = Store(snapshot.current(Path(path)))
    refuse_sockets()  # whatever the guard may have overlooked
    return store
