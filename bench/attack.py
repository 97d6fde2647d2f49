"""Strangers who want to stop the server, one kind after the other, and what somebody who looks things up has of it.

Each attack runs for some seconds against a server of its own on this machine, beside a visitor who asks for a page and
a small query again and again. The table says how many of his requests failed, how long they took, and how much memory
the server took. Nothing but this machine is ever asked.

    make attack                      # all of them, about six minutes
    make attack ATTACK='--seconds 5 --only runaways'
"""

from __future__ import annotations

import argparse
import http.client
import os
import resource
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlsplit

import graph.build
from bench import bombs
from bench.systems import BIN, Running, sitrep
from graph import snapshot
from graph.curation.data import default_folder

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LOOK_UP = "SELECT ?l { id:syrskyi rdfs:label ?l }"
LARGE = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 100000"  # some tens of MiB
POST = b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: %d\r\n\r\n"
PAUSE = 0.02  # seconds between two requests of the visitor
PATIENCE = 60.0
MIB = 1024**2


@dataclass
class Target:
    """The server, and whether it is still to be attacked."""

    host: str
    port: int
    ended: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def connection(self, receive: int = 0) -> Iterator[socket.socket]:
        """A connection; `receive` is how many bytes the client's system takes of an answer."""
        with socket.socket() as one:
            one.settimeout(PATIENCE)
            if receive:
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
            one.connect((self.host, self.port))
            yield one

    def get(self, path: str) -> int:
        """The status of an answer, read to its end."""
        connection = http.client.HTTPConnection(self.host, self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        finally:
            connection.close()


# An attacker: goes on until the target's end, and says how often he tried.
Attacker = Callable[[Target], int]


def endless_header(target: Target) -> int:
    """A header that never ends, and the next one when the connection is closed."""
    tries = 0
    while not target.ended.is_set():
        with suppress(OSError), target.connection() as one:
            tries += 1
            one.sendall(b"GET /healthz HTTP/1.1\r\nHost: h\r\nX: ")
            while not target.ended.is_set():
                one.sendall(b"a" * 65536)
    return tries


def _drops(target: Target, beginning: bytes) -> int:
    """A request that comes byte by byte."""
    tries = 0
    while not target.ended.is_set():
        with suppress(OSError), target.connection() as one:
            tries += 1
            one.sendall(beginning)
            while not target.ended.wait(0.5):
                one.sendall(b"a")
    return tries


def slow_head(target: Target) -> int:
    """A head that comes byte by byte."""
    return _drops(target, b"GET / HTTP/1.1\r\nHost: h\r\nX: ")


def slow_body(target: Target) -> int:
    """A body that comes byte by byte."""
    head = (
        b"POST /sparql HTTP/1.1\r\nHost: h\r\nContent-Type: application/sparql-query\r\nContent-Length: 900000\r\n\r\n"
    )
    return _drops(target, head)


def no_reader(target: Target) -> int:
    """Asks for a large answer and reads nothing of it."""
    tries, body = 0, LARGE.encode()
    while not target.ended.is_set():
        with suppress(OSError), target.connection(receive=4096) as one:
            tries += 1
            one.sendall(POST % len(body) + body)
            while not target.ended.wait(0.5):
                one.getpeername()  # fails once the server has let go
    return tries


def _queries(target: Target, query: str, timeout: str = "") -> int:
    tries = 0
    while not target.ended.is_set():
        with suppress(OSError, http.client.HTTPException):
            target.get(f"/sparql?query={quote(f'{query} #{threading.get_ident()}-{tries}')}{timeout}")
        tries += 1
    return tries


def runaway(target: Target) -> int:
    """A query without an end, again and again."""
    return _queries(target, ENDLESS)


def tiny_timeout(target: Target) -> int:
    """A small query that is given no time."""
    return _queries(target, LOOK_UP, "&timeout=0.00001")


def leaver(target: Target) -> int:
    """Asks a query without an end and goes away."""
    tries = 0
    while not target.ended.is_set():
        with suppress(OSError), target.connection() as one:
            one.sendall(f"GET /sparql?query={quote(f'{ENDLESS} #{tries}')} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
            target.ended.wait(0.05)
        tries += 1
    return tries


def idle_connections(target: Target) -> int:
    """Two hundred connections that say nothing, opened anew when they are closed."""
    tries = 0
    while not target.ended.is_set():
        with ExitStack() as stack:
            for _ in range(200):
                with suppress(OSError):
                    stack.enter_context(target.connection())
                    tries += 1
            target.ended.wait(11)
    return tries


ATTACKS: dict[str, tuple[tuple[Attacker, int], ...]] = {
    "nobody": (),
    "endless headers": ((endless_header, 2),),
    "slow heads and bodies": ((slow_head, 64), (slow_body, 64)),
    "readers that stall": ((no_reader, 30),),
    "tiny timeouts": ((tiny_timeout, 8),),
    "runaways": ((runaway, 8),),
    "clients that leave": ((leaver, 8),),
    "idle connections": ((idle_connections, 3),),
}


@dataclass(frozen=True)
class Found:
    """What the visitor had while an attack went on."""

    name: str
    attackers: int
    tries: int
    times: Sequence[float]  # seconds of each answer
    failed: int
    memory: int  # bytes that the server and its workers took at most

    def row(self) -> str:
        """A row of the table."""
        p50, p99 = (1000 * one for one in _percentiles(self.times))
        share = f"{self.failed} of {len(self.times) + self.failed}"
        numbers = f"{self.attackers} | {self.tries:,} | {share} | {p50:.0f} | {p99:.0f} | {self.memory // MIB:,}"
        return f"| {self.name} | {numbers} |"


HEADING = """| Attack | Attackers | Tries | Failed look-ups | p50, ms | p99, ms | Memory, MiB |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |"""


def attacked(name: str, server: Running, seconds: float) -> Found:
    """Attack a server for some seconds, and look things up meanwhile."""
    address = urlsplit(server.address)
    target = Target(address.hostname or "", address.port or 0)
    tries: list[int] = []
    attackers = [
        threading.Thread(target=lambda attack=attack: tries.append(attack(target)))
        for attack, count in ATTACKS[name]
        for _ in range(count)
    ]
    for attacker in attackers:
        attacker.start()
    times: list[float] = []
    failed, memory, end = 0, 0, time.monotonic() + seconds
    paths = ("/id/syrskyi", "/healthz", f"/sparql?query={quote(LOOK_UP)}%20%23")
    for number in range(10**9):
        if time.monotonic() > end:
            break
        begun = time.monotonic()
        try:
            path = paths[number % 3]
            status = target.get(f"{path}{number}" if path.endswith("23") else path)
        except (OSError, http.client.HTTPException):
            status = 0
        if status == 200:
            times.append(time.monotonic() - begun)
        else:
            failed += 1
        if number % 10 == 0:
            memory = max(memory, server.memory)
        time.sleep(PAUSE)
    target.ended.set()
    for attacker in attackers:
        attacker.join()
    return Found(name, len(attackers), sum(tries), times, failed, memory)


def _percentiles(times: Sequence[float]) -> tuple[float, float]:
    if len(times) < 2:
        return sum(times), sum(times)
    cuts = statistics.quantiles(times, n=100)
    return cuts[49], cuts[98]


def bombed(folder: Path) -> Iterator[str]:
    """Files that are meant to take all memory, each given to `sitrep build`; a row of the table for each."""
    yield "| File | Size, KiB | Seconds | Memory, MiB | Ends with |"
    yield "| --- | ---: | ---: | ---: | --- |"
    for bomb in bombs.made(folder):
        begun = time.monotonic()
        process = subprocess.Popen(
            [BIN / "sitrep", *bomb.arguments, *(("--snapshots", folder / "snapshots") if bomb.builds else ())],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        said = process.communicate()[1]
        most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
        last = next((line for line in said.splitlines() if bomb.path.name in line), "").replace("|", "\\|")
        name = last.replace(f"{folder}/", "")[:120]
        size = bomb.path.stat().st_size // 1024
        yield f"| {bomb.name} | {size:,} | {time.monotonic() - begun:.0f} | {most:,} | {process.returncode}: {name} |"


def killed(folder: Path, times: int) -> str:
    """Builds that are killed at some moment: whether the snapshot before still answers after each of them."""
    built = graph.build.build(default_folder(), folder)
    whole = 0
    for number in range(times):
        build = subprocess.Popen(
            [BIN / "sitrep", "build", "--snapshots", folder, *_another(folder, number)],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        with suppress(subprocess.TimeoutExpired):
            build.wait(0.5 + number * 0.5)
        with suppress(ProcessLookupError):
            os.killpg(build.pid, signal.SIGKILL)
        build.wait()
        with graph.open(folder) as store:
            whole += store.holds("ASK { id:syrskyi a foaf:Person }") and built.path.is_dir()
    return f"{times} builds were killed; {whole} times a whole snapshot answered afterwards."


def _another(folder: Path, number: int) -> list[Path]:
    path = folder.parent / f"another-{number}.ttl"
    path.write_text(f"<https://example.org/a> <https://example.org/b> {number} .\n")
    return [path]


def main() -> None:
    """Attack, and print what came of it as Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=35.0, help="of each attack on the server; 35 by default")
    parser.add_argument("--only", help=f"one of: {', '.join(ATTACKS)}; files; kills")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "snapshots"
        chosen = [name for name in ATTACKS if given.only in (None, name)]
        if chosen:
            graph.build.build(default_folder(), folder)
            print(HEADING, flush=True)
        for name in chosen:
            with sitrep(snapshot.current(folder), ("--cache", "0")) as server:
                print(attacked(name, server, given.seconds).row(), flush=True)
        if given.only in (None, "files"):
            print()
            for line in bombed(Path(scratch)):
                print(line, flush=True)
        if given.only in (None, "kills"):
            print("\n" + killed(Path(scratch) / "killed", 12))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
