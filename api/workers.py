"""Strangers' queries, in processes that can be killed.

An evaluation cannot be interrupted from inside its process. So each runs in a worker process that is killed at the
deadline, soon after the client goes away, or when the system refuses it more memory; the next query gets a fresh one.
See docs/decisions/.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any, ParamSpec, Self, TypeVar

from api.turns import Turn, Turns
from api.worker import Worker, WorkerEnded
from graph import explanation, snapshot
from graph.errors import GraphError, QueryInterrupted, QueryOutOfMemory, QueryTimeout, TooManyQueries
from graph.explanation import Explanation
from graph.seal import refuse_sockets
from graph.snapshot import Snapshot
from graph.store import Answer, Dataset, Store

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

LEAST = 0.1  # seconds: a shorter deadline of a client is this one
MOMENT = 1.0  # seconds in the place that cheap queries have; what takes longer waits for another
LEAST_WAIT = 5.0  # seconds that a query waits for its turn and a worker, where the deadline is shorter
WEIGHED, WEIGHTS = 4000, 1000  # characters of a query that is weighed, and how many estimates are kept
# How a process ends whom not its own memory ended: the system's want of memory comes as SIGKILL, too.
FROM_OUTSIDE = frozenset({-signal.SIGKILL, -signal.SIGTERM, -signal.SIGHUP, -signal.SIGQUIT, -signal.SIGINT})
STARTING = 60.0  # seconds that a process may take to start, on a machine that has much else to do
GRACE = 0.5  # seconds that a query that nobody waits for may run: about what starting another process takes


@dataclass(frozen=True)
class Limits:
    """What one query may take: seconds, bytes of memory, bytes of answer; and how many run and wait at once.

    A query waits for its turn no longer than it may run, or `LEAST_WAIT` seconds. Cheap ones have one more place, and
    as many of them wait.
    """

    deadline: float = 10.0
    memory: int = 1024**3
    result: int = 64 * 1024**2
    running: int = os.cpu_count() or 2
    waiting: int = 64


class Workers:
    """A pool of worker processes, and an async context manager that ends them.

    There is one for each place (see `api.turns`), and a spare one for the time in which another is ended or started.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._turns = Turns(limits.running, limits.waiting)
        self._size = limits.running + 2
        self._busy = 0
        self._idle: list[Worker] = []
        self._newest: Snapshot | None = None
        self._succeeding: set[asyncio.Task[None]] = set()
        self._weighed: OrderedDict[tuple[str, str], bool] = OrderedDict()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.settled()
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
        client: str | None = None,
    ) -> Answer:
        """Evaluate a query; see `graph.store.Store.answer`. A client's deadline may only lower ours, down to `LEAST`.

        Args:
            built: the snapshot.
            query: SPARQL, as it came.
            formats: media types from best to worst.
            dataset: the protocol's dataset parameters.
            deadline: seconds that the client allows.
            base: what relative IRIs are resolved against.
            client: who has a share of the places; None has all of them.

        Raises:
            QueryTimeout, QueryOutOfMemory, QueryInterrupted, TooManyQueries: and what `Store.answer` raises.
        """
        asked = (query, tuple(formats), dataset, self.limits.result, base)
        seconds, place = self._seconds(deadline), (str(built.path), self.limits.memory)

        async def evaluate(is_cheap: Callable[[], bool]) -> Answer:
            async with self._worker(built, client, is_cheap, seconds) as (worker, given):
                try:
                    return Answer(*await self._done(worker, given, _answer, *place, asked))
                except QueryTimeout:
                    if given == seconds:
                        raise
            return await evaluate(lambda: False)  # the estimate was wrong: in its turn, like all that take long

        return await _twice(partial(evaluate, partial(self._is_cheap, built, query, dataset)))

    async def explain(
        self,
        built: Snapshot,
        query: str,
        dataset: Dataset,
        deadline: float | None = None,
        base: str | None = None,
        client: str | None = None,
    ) -> Explanation:
        """Explain a query within the deadline of one query; see `graph.explanation`.

        What its text alone tells comes first, so that it is there when asking for the parts takes too long.

        Raises:
            QueryTimeout, QueryOutOfMemory, QueryInterrupted, TooManyQueries: and what `graph.explanation.explained`
                raises.
        """
        seconds, place = self._seconds(deadline), (str(built.path), self.limits.memory)

        async def attempt() -> Explanation:
            is_cheap = partial(self._is_cheap, built, query, dataset)
            async with self._worker(built, client, is_cheap, seconds) as (worker, given):
                begun = time.monotonic()
                known = await self._done(worker, given, _weigh, *place, query, base)
                left = max(given - (time.monotonic() - begun), 0.0)
                try:
                    return await self._done(worker, left, _explain, *place, query, dataset, base)
                except QueryTimeout:
                    why = f"its parts were not all asked for within {given:g} seconds"
                except QueryOutOfMemory:
                    why = "asking for its parts took too much memory"
            return replace(known, note=f"whether this query has an answer cannot be told: {why}")

        return await _twice(attempt)

    async def warm(self, built: Snapshot) -> None:
        """Have every worker open a snapshot and let go of the one before, and start those that are not there.

        Comes back as soon as one is ready; a busy one changes over after its query. Where the snapshot is gone already,
        or there is no memory, who asks next is told.
        """
        self._newest = built
        idle, self._idle = self._idle, []
        missing = max(self._size - len(idle) - self._busy - len(self._succeeding), 0)
        for worker in [*idle, *[None] * missing]:
            self._succeed_in_background(worker, built)
        while self._succeeding and not self._idle:
            await asyncio.wait(self._succeeding, return_when=asyncio.FIRST_COMPLETED)

    async def settled(self) -> None:
        """Wait until every worker that is being started or ended is ready or gone."""
        while self._succeeding:
            await asyncio.wait(self._succeeding)

    def _seconds(self, deadline: float | None) -> float:
        return min(self.limits.deadline, max(deadline, LEAST)) if deadline else self.limits.deadline

    def _is_cheap(self, built: Snapshot, query: str, dataset: Dataset) -> bool:
        """Whether a query is estimated to be done in a moment; an estimate takes about a millisecond, and is kept."""
        if dataset != Dataset():
            return False
        key = built.name, query
        if key not in self._weighed:
            cost = explanation.cost_of(built, query, WEIGHED)
            self._weighed[key] = cost is not None and cost.is_cheap
            if len(self._weighed) > WEIGHTS:
                self._weighed.popitem(last=False)
        return self._weighed[key]

    @asynccontextmanager
    async def _worker(
        self, built: Snapshot, client: str | None, is_cheap: Callable[[], bool], seconds: float
    ) -> AsyncIterator[tuple[Worker, float]]:
        """Wait for a turn, and have a worker for so many seconds, or a moment; one that is busy afterwards is ended.

        Its place is taken until then, so that whoever asks and leaves, or allows no time, wears out one worker at once.
        """
        begun = time.monotonic()
        patience = max(self.limits.deadline, LEAST_WAIT)
        turn: Turn | None = await self._turns.take(client, is_cheap, patience)
        assert turn is not None
        self._busy += 1
        try:
            waited = time.monotonic() - begun
            try:  # one that has yet to start does so on its own time, not on the query's
                async with asyncio.timeout(patience - waited):
                    worker = await self._any() or await self._ready(None, built)
            except TimeoutError:
                raise TooManyQueries(self.limits.running, 0) from None
            begun, left = time.monotonic(), False
            try:
                yield worker, min(seconds, MOMENT) if turn.quick else seconds
            except asyncio.CancelledError:
                left = True
                raise
            finally:
                newest = self._newest or built
                if worker.usable and built.path == newest.path:
                    self._idle.append(worker)
                else:
                    ran = 0.0 if left else time.monotonic() - begun
                    self._succeed_in_background(worker, newest, turn, max(GRACE - ran, 0.0))
                    turn = None
        finally:
            self._busy -= 1
            if turn is not None:
                self._turns.give_back(turn)

    def _succeed_in_background(
        self, worker: Worker | None, built: Snapshot, turn: Turn | None = None, grace: float = 0.0
    ) -> None:
        task = asyncio.create_task(self._succeed(worker, built, turn, grace))
        self._succeeding.add(task)
        task.add_done_callback(self._succeeding.discard)

    async def _succeed(self, worker: Worker | None, built: Snapshot, turn: Turn | None, grace: float) -> None:
        """Have a worker ready with a snapshot; one that stays busy is ended, and another one takes its place.

        Whose query had no time to speak of waits for the next worker with his place.
        """
        try:
            if worker and not worker.usable and not (grace and await worker.finish(grace)):
                await worker.kill()
                worker = None
            if turn is not None and not grace:
                self._turns.give_back(turn)
                turn = None
            with suppress(GraphError):  # no memory, or the snapshot is gone: who asks next is told
                worker = await self._ready(worker, built)
                while self._newest and self._newest.path != built.path:  # a newer one came meanwhile
                    built = self._newest
                    worker = await self._ready(worker, built)
                self._idle.append(worker)
        finally:
            if turn is not None:
                self._turns.give_back(turn)

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
        except WorkerEnded:
            if await worker.ended() in FROM_OUTSIDE:
                raise QueryInterrupted from None
            raise QueryOutOfMemory(self.limits.memory) from None
        except (QueryOutOfMemory, MemoryError):  # it was told no more, and lives
            raise QueryOutOfMemory(self.limits.memory) from None


async def _twice(attempt: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Once more where the process was ended from outside: the query may have nothing to do with it."""
    try:
        return await attempt()
    except QueryInterrupted:
        return await attempt()


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
