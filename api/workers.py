"""Strangers' queries, in processes that can be killed.

An evaluation cannot be interrupted from inside its process. So each runs in a worker process that is killed at the
deadline, when the client goes away, or when the system refuses it more memory; the next query gets a fresh one. See
docs/decisions/.
"""

from __future__ import annotations

import logging
import os
import resource
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TypeVar

import anyio
import anyio.to_process

from graph import explanation, snapshot
from graph.errors import GraphError, QueryOutOfMemory, QueryTimeout, TooManyQueries
from graph.explanation import Explanation
from graph.seal import refuse_sockets
from graph.snapshot import Snapshot
from graph.store import Answer, Dataset, Store

Result = TypeVar("Result")

STARTING = 60.0  # seconds that a process may take to start, on a machine that has much else to do


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
    """A pool of worker processes; make it inside the event loop that uses it."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._running = anyio.CapacityLimiter(limits.running)
        self._idle = 0
        logging.getLogger("asyncio").addFilter(_matters)

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
        work = partial(_answer, str(built.path), self.limits.memory, asked)
        async with self._place(built):
            return await self._evaluated(work, self._seconds(deadline))

    async def explain(
        self, built: Snapshot, query: str, dataset: Dataset, deadline: float | None = None, base: str | None = None
    ) -> Explanation:
        """Explain a query within the deadline of one query; see `graph.explanation`.

        What its text alone tells comes first, so that it is there when asking for the parts takes too long.

        Raises:
            QueryTimeout, QueryOutOfMemory, TooManyQueries: and what `graph.explanation.explained` raises.
        """
        seconds = self._seconds(deadline)
        async with self._place(built):
            end = anyio.current_time() + seconds
            known = await self._evaluated(partial(_weigh, str(built.path), self.limits.memory, query, base), seconds)
            self._idle -= 1  # the same worker goes on
            work = partial(_explain, str(built.path), self.limits.memory, query, dataset, base)
            try:
                return await self._evaluated(work, max(end - anyio.current_time(), 0.0))
            except QueryTimeout:
                why = f"its parts were not all asked for within {seconds:g} seconds"
            except QueryOutOfMemory:
                why = "asking for its parts took too much memory"
        return replace(known, note=f"whether this query has an answer cannot be told: {why}")

    def _seconds(self, deadline: float | None) -> float:
        return min(self.limits.deadline, deadline) if deadline else self.limits.deadline

    @asynccontextmanager
    async def _place(self, built: Snapshot) -> AsyncIterator[None]:
        """Wait for a turn, and have a worker that is ready."""
        await self._turn()
        try:
            if self._idle:
                self._idle -= 1
            else:  # a killed worker's successor starts on its own time, not on the query's
                await self._start(built)
            yield
        finally:
            self._running.release()

    async def warm(self, built: Snapshot) -> None:
        """Have every worker open a snapshot, and let go of the one before; start those that are not there yet."""
        async with anyio.create_task_group() as group:
            for _ in range(self.limits.running):
                group.start_soon(self._warm_one, built)

    async def _warm_one(self, built: Snapshot) -> None:
        async with self._running:
            self._idle = max(self._idle - 1, 0)
            if await self._start(built):
                self._idle += 1

    async def _turn(self) -> None:
        if self._running.statistics().tasks_waiting >= self.limits.waiting:
            raise TooManyQueries(self.limits.running, self.limits.waiting)
        try:
            with anyio.fail_after(self.limits.deadline):
                await self._running.acquire()
        except TimeoutError:
            raise TooManyQueries(self.limits.running, self._running.statistics().tasks_waiting) from None

    async def _start(self, built: Snapshot) -> bool:
        """Have one worker that has the snapshot open; False where the machine gives none: the query will say why."""
        try:
            with anyio.fail_after(STARTING):
                await anyio.to_process.run_sync(
                    _open, str(built.path), self.limits.memory, cancellable=True, limiter=anyio.CapacityLimiter(1)
                )
        except (TimeoutError, anyio.BrokenWorkerProcess):
            return False
        return True

    async def _evaluated(self, work: Callable[[], Result], seconds: float) -> Result:
        try:
            with anyio.fail_after(seconds):
                result = await anyio.to_process.run_sync(work, cancellable=True, limiter=anyio.CapacityLimiter(1))
        except TimeoutError:
            raise QueryTimeout(seconds) from None
        except anyio.BrokenWorkerProcess:
            raise QueryOutOfMemory(self.limits.memory) from None
        except QueryOutOfMemory:  # it was told no more, and lives
            self._idle += 1
            raise QueryOutOfMemory(self.limits.memory) from None
        except (GraphError, LookupError):
            self._idle += 1
            raise
        self._idle += 1
        return result


def _matters(record: logging.LogRecord) -> bool:
    """Not that a worker's exit status was read by another: killing one that has just died reads it, too.

    `Popen.kill` looks whether the process still lives, and so may take the status before asyncio's watcher does. The
    watcher then makes one up and goes on; nobody asks for it, and the worker is gone in both cases.
    """
    return not str(record.msg).startswith(("Unknown child process pid", "child process pid"))


def _open(path: str, memory: int) -> None:
    """In the worker: open a snapshot."""
    _store(path, memory)


# What `Store.answer` takes.
Asked = tuple[str, tuple[str, ...], Dataset, int, str | None]


def _answer(path: str, memory: int, asked: Asked) -> Answer:
    """In the worker: evaluate within the memory limit."""
    return _store(path, memory).answer(*asked)


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
