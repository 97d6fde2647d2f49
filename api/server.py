"""The server itself: one process, or several that share one listener, each on the same snapshots."""

from __future__ import annotations

import asyncio
import ctypes
import math
import os
import resource
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import cast

import uvicorn
from uvicorn.supervisors import Multiprocess

from api.app import Application, create_app
from api.protocol import CONNECTIONS, UNSENT, BoundedProtocol
from api.workers import Limits

STARTING = 60  # seconds in which a process must say that it lives: it says nothing while it imports
LAST = 2  # seconds beside the deadline of a query in which all that is being answered ends
SPARE_FILES = 512  # open files beside those of connections: snapshots, workers, files being sent
UNSENT_BLOCK = 128 * 1024  # bytes that the system takes of an answer beyond what is on its way to the client
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
    if sys.platform == "linux":  # else a slow reader looks like one that stalls: megabytes go at once, then none
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT_BLOCK)
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


@dataclass(frozen=True)
class Hosting:
    """How one server, of one process or several, treats its clients.

    Attributes:
        processes: server processes on one listener.
        connections: how many connections each process takes at once.
        trusted_proxies: addresses or networks (`10.0.0.0/8`) of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto`
            are believed; none by default.
    """

    processes: int = 1
    connections: int = CONNECTIONS
    trusted_proxies: tuple[str, ...] = ()


def run(listener: socket.socket, made: Callable[[int], Application], limits: Limits, hosting: Hosting) -> None:
    """Serve until a signal ends it; requests have been answered by then. A process that dies has a successor.

    Args:
        listener: see `listening`.
        made: makes the application of one process, given how many there are; told to other processes, so no closure.
        limits: of queries; a server that is told to end waits a little longer than the deadline.
        hosting: processes, connections, proxies.

    Raises:
        NoSnapshot: there is nothing to serve.
    """
    _allow_files(hosting.connections + SPARE_FILES)
    protocol = partial(BoundedProtocol, connections=hosting.connections, unsent=max(UNSENT, 4 * limits.result))
    settings = partial(
        uvicorn.Config, http=cast("type[asyncio.Protocol]", protocol), ws="none", log_level="warning",
        access_log=False, server_header=False, proxy_headers=bool(hosting.trusted_proxies),
        forwarded_allow_ips=list(hosting.trusted_proxies),
        timeout_graceful_shutdown=math.ceil(limits.deadline) + LAST,
    )  # fmt: skip
    with suppress(KeyboardInterrupt):  # the way to end it
        if hosting.processes == 1:
            uvicorn.Server(settings(made(1))).run(sockets=[listener])
        else:
            one = partial(_one_of, made, hosting.processes, os.getpid())
            config = settings(one, factory=True, workers=hosting.processes, timeout_worker_healthcheck=STARTING)
            Multiprocess(config, sockets=[listener]).run()


def _allow_files(wanted: int) -> None:
    """Raise the limit of open files, as far as the system lets: a server without a free one takes no connection."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard), hard))


def _one_of(made: Callable[[int], Application], processes: int, parent: int) -> Application:
    """In one process of several: end with the one that started it, however that ends."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it ended before
            sys.exit(0)
    return made(processes)
