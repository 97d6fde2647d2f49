"""The server itself: one process, or several that share one listener, each on the same snapshots."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.app import Application, create_app
from api.workers import Limits

STARTING = 60  # seconds in which a process must say that it lives: it says nothing while it imports
_PR_SET_PDEATHSIG = 1


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens; connections wait there until a process takes them.

    Raises:
        OSError: the address cannot be used.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's algorithm off (40 ms an answer on a kept connection) where the protocol is given only
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    listener.listen(128)
    return listener


def address(host: str, port: int) -> str:
    """Where a host is reached at a port.

    >>> address("127.0.0.1", 8000), address("::1", 8000)
    ('http://127.0.0.1:8000', 'http://[::1]:8000')
    """
    return f"http://{f'[{host}]' if ':' in host else host}:{port}"


def application(snapshots: Path, limits: Limits, public_url: str | None, cache: int, processes: int) -> Application:
    """The application of one process out of several: its share of workers, of those who wait, and of the memory."""
    share = replace(
        limits, running=max(1, limits.running // processes), waiting=max(1, limits.waiting // processes)
    )  # fmt: skip
    return create_app(snapshots, share, public_url, cache // processes)


def run(listener: socket.socket, made: Callable[[int], Application], processes: int = 1) -> None:
    """Serve until a signal ends it; requests have been answered by then. A process that dies has a successor.

    Args:
        listener: see `listening`.
        made: makes the application of one process, given how many there are; told to other processes, so no closure.
        processes: how many.

    Raises:
        NoSnapshot: there is nothing to serve.
    """
    settings = partial(
        uvicorn.Config, log_level="warning", access_log=False, proxy_headers=True, server_header=False,
        timeout_graceful_shutdown=5,
    )  # fmt: skip
    with suppress(KeyboardInterrupt):  # the way to end it
        if processes == 1:
            uvicorn.Server(settings(made(1))).run(sockets=[listener])
        else:
            one = partial(_one_of, made, processes, os.getpid())
            config = settings(one, factory=True, workers=processes, timeout_worker_healthcheck=STARTING)
            Multiprocess(config, sockets=[listener]).run()


def _one_of(made: Callable[[int], Application], processes: int, parent: int) -> Application:
    """In one process of several: end with the one that started it, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before
            sys.exit(0)
    return made(processes)
