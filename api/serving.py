"""The snapshot that is being served, and the change to a newer one without dropping a request.

A request takes the store once and keeps it to its end; a store that nobody holds any more lets go of its snapshot.
"""

from __future__ import annotations

import weakref
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import anyio

from graph import snapshot
from graph.concepts import Concepts
from graph.errors import NoSnapshot
from graph.explore import Explorer
from graph.search import Search
from graph.snapshot import Snapshot
from graph.store import Store
from graph.timeline import Timeline


@dataclass(frozen=True)
class Served:
    """One open snapshot with its search index, concepts, timeline, and an explorer that remembers the last pictures."""

    store: Store
    search: Search
    concepts: Concepts
    timeline: Timeline
    explorer: Explorer


class Serving:
    """Holds the open snapshot of a folder.

    Raises:
        NoSnapshot: there is none to begin with.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._now = self._open()

    @property
    def now(self) -> Served:
        """What is served at this moment."""
        return self._now

    def refresh(self) -> bool:
        """Change over if another snapshot has become current. A folder in trouble leaves things as they are."""
        try:
            if snapshot.current(self._folder).name == self._now.store.snapshot.name:
                return False
            self._now = self._open()
        except (NoSnapshot, OSError):
            return False
        return True

    async def watch(self, changed: Callable[[Snapshot], Awaitable[None]], seconds: float = 1.0) -> None:
        """Look for a newer snapshot until cancelled; tell who else holds the old one."""
        while True:
            await anyio.sleep(seconds)
            if await anyio.to_thread.run_sync(self.refresh):
                await changed(self._now.store.snapshot)

    def _open(self) -> Served:
        built = snapshot.current(self._folder)
        with ExitStack() as opened:  # what was opened is closed where the next cannot be
            store = opened.enter_context(Store(built))
            _ = store.lists, store.adjacency  # opened now: a snapshot of another version is refused before it is served
            search = opened.enter_context(Search(built.search_index))
            timeline = opened.enter_context(Timeline(built.timeline))
            served = Served(store, search, Concepts(store), timeline, Explorer(store))
            weakref.finalize(served, opened.pop_all().close)
        return served
