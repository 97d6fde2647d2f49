"""The snapshot that is being served, and the change to a newer one without dropping a request.

A request takes the store once and keeps it to its end; a store that nobody holds any more lets go of its snapshot.
"""

from __future__ import annotations

import logging
import weakref
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio

from graph import overview, sides, snapshot, statistics
from graph.concepts import Concepts
from graph.errors import DamagedSnapshot, NoSnapshot
from graph.explore import Explorer
from graph.search import Search
from graph.snapshot import Snapshot
from graph.store import Store, open_store
from graph.timeline import Timeline

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Served:
    """One open snapshot with its search index, concepts, timeline, and an explorer that remembers the last pictures."""

    store: Store
    search: Search
    concepts: Concepts
    timeline: Timeline
    explorer: Explorer


class Serving:
    """Holds the open snapshot of a folder; a later one is taken up after every byte of it was checked.

    Raises:
        NoSnapshot: there is none to begin with.
        DamagedSnapshot: something of it is missing, damaged, or of another version.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._trouble = ""  # what was written to the log last
        self._refused: frozenset[tuple[str, int, int]] = frozenset()  # a damaged snapshot, as it was when it was read
        self._now = self._open()

    @property
    def now(self) -> Served:
        """What is served at this moment."""
        return self._now

    def refresh(self) -> bool:
        """Change over if another snapshot has become current.

        A folder in trouble leaves things as they are, and what is wrong is written to the log once.
        """
        try:
            found = snapshot.current(self._folder)
            if found.name != self._now.store.snapshot.name:
                return self._change_to(found)
        except (NoSnapshot, OSError) as error:
            if str(error) != self._trouble:
                self._trouble = str(error)
                _LOG.error("%s. Snapshot %s is served on.", error, self._now.store.snapshot.name)
            return False
        self._trouble = ""
        return False

    def _change_to(self, found: Snapshot) -> bool:
        state = _state(found.path)
        if state == self._refused:
            return False
        try:
            snapshot.check(found, whole=True)
            self._now = self._open()
        except DamagedSnapshot:
            self._refused = state
            raise
        self._refused, self._trouble = frozenset(), ""
        return True

    async def watch(self, changed: Callable[[Snapshot], Awaitable[None]], seconds: float = 1.0) -> None:
        """Look for a newer snapshot until cancelled; tell who else holds the old one."""
        while True:
            await anyio.sleep(seconds)
            if await anyio.to_thread.run_sync(self.refresh):
                await changed(self._now.store.snapshot)

    def _open(self) -> Served:
        with ExitStack() as opened:  # what was opened is closed where the next cannot be
            store = opened.enter_context(open_store(self._folder))
            built = store.snapshot
            # opened now: a snapshot that is damaged or of another version is refused before it is served
            _ = store.lists, store.adjacency, statistics.of(built), overview.read(built)
            sides.opened(built).close()
            search = opened.enter_context(Search(built.search_index))
            timeline = opened.enter_context(Timeline(built.timeline))
            served = Served(store, search, Concepts(store), timeline, Explorer(store))
            weakref.finalize(served, opened.pop_all().close)
        return served


def _state(folder: Path) -> frozenset[tuple[str, int, int]]:
    """What changes when a file of a folder is written or replaced."""
    found = ((str(path), path.stat()) for path in folder.rglob("*"))
    return frozenset((path, state.st_ino, state.st_ctime_ns) for path, state in found)
