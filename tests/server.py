"""The whole application on a port of its own, as a browser or a client meets it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from api.app import create_app


@contextmanager
def served(snapshots: Path) -> Iterator[str]:
    """The address at which the current snapshot of a folder is served, as long as the context lasts."""
    server = uvicorn.Server(uvicorn.Config(create_app(snapshots), port=0, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            thread.join(0.02)
            assert thread.is_alive(), "the server did not start"
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
