"""A newer snapshot is taken up while requests run: none fails, and the old one is let go."""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import anyio
import psutil
import pytest

from api.problems import TYPES
from api.serving import Serving
from api.workers import Limits
from graph import snapshot
from graph.errors import DamagedSnapshot, NoSnapshot
from graph.snapshot import Snapshot
from tests.api.conftest import Serve, Server, eventually, served
from tests.processes import children, opened

PATHS = [
    "/id/syrskyi",
    "/id/ukraine/relations?limit=5",
    "/search?q=kyiv",
    "/sparql?query=ASK{}&format=json",
    "/dump.nq.gz",
    "/readyz",
]


@pytest.fixture
def folder(snapshots: Path, extended_snapshots: Path, tmp_path: Path) -> Path:
    """A folder with two snapshots, of which the first document's is current."""
    for source in (extended_snapshots, snapshots):
        name = snapshot.current(source).name
        shutil.copytree(source / name, tmp_path / name)
        snapshot.make_current(tmp_path, name)
    return tmp_path


def other(folder: Path) -> str:
    now = snapshot.current(folder).name
    (name,) = (path.parent.name for path in folder.glob("*/manifest.json") if path.parent.name != now)
    return name


def holders(server: Server, name: str) -> int:
    """How many of a server's processes have a file of a snapshot open."""
    processes = {server.process.pid, *server.workers()}
    return sum(any(name in path for path in opened(process)) for process in processes)


def test_a_new_snapshot_becomes_current_while_requests_run(serve: Serve, folder: Path) -> None:
    server = serve(folder)
    before, after = snapshot.current(folder).name, other(folder)
    ended = False

    def ask(path: str) -> set[int]:
        statuses: set[int] = set()
        while not ended:
            statuses.add(server.http.get(path).status_code)
        return statuses

    def now() -> str:
        return str(server.http.get("/readyz").json()["snapshot"])

    with ThreadPoolExecutor(len(PATHS)) as pool:
        asking = [pool.submit(ask, path) for path in PATHS]
        try:
            assert now() == before
            assert server.http.get("/explore").status_code == 200
            etag = server.http.get("/id/syrskyi").headers["etag"]
            snapshot.make_current(folder, after)
            eventually(lambda: now() == after)
            changed = server.http.get("/id/syrskyi", headers={"If-None-Match": etag})
            assert (changed.status_code, changed.json()["snapshot"]) == (200, after)
            query = "ASK { <https://example.org/numbers> ?p ?o }"
            assert server.http.get("/sparql", params={"query": query}).json()["boolean"] is True
            eventually(lambda: holders(server, before) == 0)
        finally:
            ended = True
        assert {status for one in asking for status in one.result()} == {200}
    assert snapshot.prune(folder, 1) == [before]


def test_a_folder_in_trouble_leaves_things_as_they_are(folder: Path) -> None:
    serving = Serving(folder)
    before = serving.now
    for content in ("", "none\n", "../elsewhere\n", "\x00"):
        (folder / "current").write_text(content)
        assert serving.refresh() is False
        assert serving.now is before
    (folder / "current").unlink()
    assert serving.refresh() is False


@pytest.mark.parametrize("name", ["search", "timeline", "lists", "adjacency", "sides"])
def test_a_snapshot_that_is_not_whole_or_of_another_version_is_not_taken_up(folder: Path, name: str) -> None:
    serving = Serving(folder)
    before, after = serving.now, other(folder)
    database = sqlite3.connect(folder / after / f"{name}.sqlite")
    with closing(database):
        database.execute("PRAGMA user_version = 999")
    snapshot.make_current(folder, after)
    assert serving.refresh() is False
    with pytest.raises(NoSnapshot, match="build again"):
        Serving(folder)
    (folder / after / f"{name}.sqlite").write_bytes(b"no database" * 100)
    assert serving.refresh() is False
    assert serving.now is before
    gc.collect()
    assert not [path for path in opened(os.getpid()) if f"{folder}/{after}" in path]


@pytest.mark.parametrize(
    "file",
    ["manifest.json", "store.json", "statistics.json", "overview.json", "sides.sqlite", "dump.nq.gz", "store/CURRENT"],
)
def test_a_damaged_snapshot_is_not_taken_up_and_told_once(
    folder: Path, file: str, caplog: pytest.LogCaptureFixture
) -> None:
    serving = Serving(folder)
    before, after = serving.now, other(folder)
    snapshot.make_current(folder, after)
    content = (folder / after / file).read_bytes()
    (folder / after / file).write_bytes(content[:-9])
    for _ in range(3):
        assert serving.refresh() is False
    assert serving.now is before
    (told,) = caplog.messages
    assert f"{folder}/{after}/{file} has " in told
    assert f"Snapshot {before.store.snapshot.name} is served on." in told
    (folder / after / file).write_bytes(content)
    assert serving.refresh() is True
    assert serving.now.store.snapshot.name == after


def test_every_byte_of_a_later_snapshot_is_checked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.manifest.SMALL", 0)
    serving, after = Serving(folder), other(folder)
    snapshot.make_current(folder, after)
    table = max((folder / after / "store").glob("*.sst"), key=lambda path: path.stat().st_size)
    with table.open("r+b") as file:
        file.seek(1000)
        file.write(bytes(100))
    assert serving.refresh() is False


@pytest.mark.parametrize(
    "file", ["statistics.json", "overview.json", "lists.sqlite", "sides.sqlite", "timeline.sqlite"]
)
def test_a_snapshot_that_is_damaged_is_not_served(folder: Path, file: str) -> None:
    path = snapshot.current(folder).path / file
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DamagedSnapshot, match=rf"{path} has .* bytes, not .*: build again with `sitrep build`"):
        Serving(folder)


def test_a_file_that_is_lost_while_it_is_served_is_named(folder: Path) -> None:
    with served(folder, Limits(running=1)) as client:
        assert client.get("/dump.nq.gz").status_code == 200
        for file, path in (("dump.nq.gz", "/dump.nq.gz"), ("sides.sqlite", "/sides")):
            (snapshot.current(folder).path / file).unlink()
            answer = client.get(path, headers={"Accept": "application/json, application/gzip"})
            assert (answer.status_code, answer.json()["type"]) == (503, TYPES + "snapshot-damaged")
            assert answer.json()["detail"].startswith(
                f"{file} of the snapshot {snapshot.current(folder).name} is missing"
            )
            assert str(folder) not in answer.text


def test_without_a_snapshot_nothing_is_served(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot):
        Serving(tmp_path)


def test_a_request_keeps_its_snapshot_and_the_last_one_lets_go(folder: Path) -> None:
    serving = Serving(folder)
    before = serving.now.store.snapshot.name
    held = serving.now
    snapshot.make_current(folder, other(folder))
    assert serving.refresh() is True
    assert serving.now is not held
    assert held.store.about("https://w3id.org/sitrep/id/syrskyi")
    assert snapshot.prune(folder, 1) == []
    del held
    gc.collect()
    assert not [path for path in opened(os.getpid()) if f"{folder}/{before}" in path]
    assert snapshot.prune(folder, 1) == [before]


def test_who_holds_the_old_one_is_told(folder: Path) -> None:
    told: list[str] = []
    heard = anyio.Event()

    async def changed(built: Snapshot) -> None:
        told.append(built.name)
        heard.set()

    async def main() -> None:
        serving = Serving(folder)
        async with anyio.create_task_group() as group:
            group.start_soon(serving.watch, changed, 0.01)
            snapshot.make_current(folder, after)
            with anyio.fail_after(60):
                await heard.wait()
            group.cancel_scope.cancel()

    after = other(folder)
    anyio.run(main)
    assert told == [after]


def servers(process: int) -> set[int]:
    """The server processes that one has started: those with workers of their own."""
    return {child for child in children(process) if children(child)}


def test_several_processes_change_over_and_one_that_is_killed_has_a_successor(serve: Serve, folder: Path) -> None:
    server = serve(folder, "--workers", "2")
    eventually(lambda: len(servers(server.process.pid)) == 2)
    newer = other(folder)

    def names() -> set[str]:
        return {server.http.get("/readyz").json()["snapshot"] for _ in range(20)}

    assert newer not in names()
    snapshot.make_current(folder, newer)
    eventually(lambda: names() == {newer})

    killed = min(servers(server.process.pid))
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: len(servers(server.process.pid) - {killed}) == 2)
    answer = server.http.get("/sparql", params={"query": "ASK { ?s ?p ?o }"})
    assert answer.json()["boolean"] is True


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL], ids=["asked", "killed"])
def test_several_processes_end_together(folder: Path, end: signal.Signals) -> None:
    command = [sys.executable, "-c", "from api.cli import main; main()", "serve", "--port", "0", "--workers", "2"]
    with subprocess.Popen([*command, "--snapshots", str(folder)], stdout=subprocess.DEVNULL) as first:
        eventually(lambda: len(servers(first.pid)) == 2)
        left = {child for process in servers(first.pid) for child in (process, *children(process))}
        first.send_signal(end)
    eventually(lambda: not any(map(psutil.pid_exists, left)))
