"""The systems that are measured: each started on the same triples, on this machine, and ended again."""

from __future__ import annotations

import gzip
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from graph.snapshot import Snapshot

Command = Sequence[str | Path | int]

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent
STARTING = 900.0  # seconds that a system may take to load and to answer
CALM = 0.1  # of a core, that a system at rest may take
SETTLING = 20.0  # seconds in which it comes to rest, or is started anew


@dataclass(frozen=True)
class Running:
    """A system that answers: its query address, and how many seconds it took until it did."""

    address: str
    seconds: float
    process: psutil.Process

    @property
    def memory(self) -> int:
        """Bytes that the system and its children hold to themselves."""
        return int(self._sum(lambda process: process.memory_full_info().uss))

    def pause(self) -> None:
        """Take the machine from it, while others are measured."""
        os.killpg(self.process.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Give it the machine again."""
        os.killpg(self.process.pid, signal.SIGCONT)

    def settled(self) -> bool:
        """Wait until it works on nothing that its clients have left; whether it came to that."""
        end = time.monotonic() + SETTLING
        while time.monotonic() < end:
            before = self._used()
            time.sleep(0.25)
            if self._used() - before < CALM * 0.25:
                return True
        return False

    def _used(self) -> float:
        return self._sum(lambda process: sum(process.cpu_times()[:2]))

    def _sum(self, of: Callable[[psutil.Process], float]) -> float:
        total = 0.0
        for process in [self.process, *self.process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):  # one that has ended meanwhile takes nothing
                total += of(process)
        return total


@dataclass(frozen=True)
class System:
    """How a system is started; a slow one takes part in the first round only, and one in memory up to a size."""

    start: Callable[[Snapshot], AbstractContextManager[Running]]
    slow: bool = False
    most: float = float("inf")  # triples
    needs: str = ""  # a command


@contextmanager
def sitrep(built: Snapshot, options: Sequence[str] = ()) -> Iterator[Running]:
    """Our own server over a snapshot."""
    port = free_port()
    command: Command = [BIN / "sitrep", "serve", "--snapshots", built.path.parent, "--port", port, *options]
    with started(command, f"http://127.0.0.1:{port}/sparql?") as running:
        yield running


@contextmanager
def oxigraph(built: Snapshot) -> Iterator[Running]:
    """The engine's own server over the same store: the limit of what can be reached."""
    port = free_port()
    command: Command = [BIN / "oxigraph", "serve-read-only", "--location", built.store, "--bind", f"127.0.0.1:{port}"]
    with started(command, f"http://127.0.0.1:{port}/query?") as running:
        yield running


@contextmanager
def rdflib_endpoint(built: Snapshot, kind: str) -> Iterator[Running]:
    """rdflib-endpoint with rdflib's query engine, over the same store or over rdflib's own in memory."""
    port = free_port()
    command: Command = [sys.executable, "-m", "bench.rdflib_server", kind, built.path, port]
    with started(command, f"http://127.0.0.1:{port}/?") as running:
        yield running


@contextmanager
def virtuoso(built: Snapshot) -> Iterator[Running]:
    """Virtuoso, once it has loaded the same triples, with a fifth of the machine's memory for its pages."""
    folder = built.path.parent.parent / f"virtuoso-{built.name}"
    if not (folder / "loaded").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        with gzip.open(built.path / "dump.nq.gz", "rb") as packed, (folder / "dump.nq").open("wb") as plain:
            shutil.copyfileobj(packed, plain)
        with _virtuoso(folder) as (running, sql):
            loading = f"ld_dir('{folder}', 'dump.nq', 'https://w3id.org/sitrep/');\nrdf_loader_run();\ncheckpoint;\n"
            isql = [shutil.which("isql-vt") or "isql", f"127.0.0.1:{sql}", "dba", "dba", "VERBOSE=OFF"]
            subprocess.run(isql, input=loading, text=True, check=True, capture_output=True)
        (folder / "dump.nq").unlink()
        (folder / "loaded").touch()
    with _virtuoso(folder) as (running, _):
        yield running


@contextmanager
def _virtuoso(folder: Path) -> Iterator[tuple[Running, int]]:
    port, sql = free_port(), free_port()
    buffers = psutil.virtual_memory().total // 5 // 8192
    (folder / "virtuoso.ini").write_text(
        f"[Database]\nDatabaseFile = {folder}/virtuoso.db\nTransactionFile = {folder}/virtuoso.trx\n"
        f"ErrorLogFile = {folder}/virtuoso.log\nxa_persistent_file = {folder}/virtuoso.pxa\n"
        f"[TempDatabase]\nDatabaseFile = {folder}/temp.db\nTransactionFile = {folder}/temp.trx\n"
        f"[Parameters]\nServerPort = 127.0.0.1:{sql}\nDirsAllowed = {folder}\nServerThreads = 64\n"
        f"NumberOfBuffers = {buffers}\nMaxDirtyBuffers = {buffers * 3 // 4}\nThreadsPerQuery = 2\n"
        f"[HTTPServer]\nServerPort = 127.0.0.1:{port}\nServerThreads = 40\nMaxClientConnections = 64\n"
        "[SPARQL]\nResultSetMaxRows = 1000000\nMaxQueryExecutionTime = 60\n",
        "utf-8",
    )
    command: Command = ["virtuoso-t", "+foreground", "+configfile", folder / "virtuoso.ini"]
    with started(command, f"http://127.0.0.1:{port}/sparql?") as running:
        yield running, sql


SYSTEMS: Mapping[str, System] = {
    "sitrep": System(sitrep),
    "sitrep, no cache": System(partial(sitrep, options=("--cache", "0"))),
    "oxigraph serve": System(oxigraph),
    "virtuoso": System(virtuoso, needs="virtuoso-t"),
    "rdflib-endpoint over oxigraph": System(partial(rdflib_endpoint, kind="oxigraph"), slow=True),
    "rdflib-endpoint in memory": System(partial(rdflib_endpoint, kind="memory"), slow=True, most=1_500_000),
}


def forget(folder: Path) -> None:
    """Have the machine forget the files that it has read, so that a start from them is cold."""
    for path in folder.rglob("*"):
        if path.is_file():
            handle = os.open(path, os.O_RDONLY)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(handle)


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: Command, address: str) -> Iterator[Running]:
    """Start a server and wait until it answers a query; end it and its children afterwards."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [str(word) for word in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True, cwd=ROOT,
    )  # fmt: skip
    try:
        while not _answers(f"{address}query=ASK%7B%7D"):
            if process.poll() is not None or time.monotonic() - begun > STARTING:
                raise RuntimeError(f"did not start: {' '.join(map(str, command))}")
            time.sleep(0.02)
        yield Running(address, time.monotonic() - begun, psutil.Process(process.pid))
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGCONT)
            os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(address: str) -> bool:
    request = urllib.request.Request(address, headers={"Accept": "application/sparql-results+json"})
    try:
        with urllib.request.urlopen(request, timeout=30):
            return True
    except (urllib.error.URLError, OSError):
        return False
