"""Where snapshots lie, which one is current, and how a new one takes its place.

    snapshots/
        current           a text file that names the current snapshot
        <name>/           one immutable built graph: store/, search, adjacency, timeline, sides and lists as .sqlite,
                          statistics and overview as .json, and manifest.json and store.json, which list all of it
        .building-*/      a build at work, or what a killed one left; the next build sweeps it

A snapshot appears by one rename and becomes current by another, so a reader sees a whole one or none. Who reads or
writes one holds a lock on the file `lock` in it, and who adds, switches or removes one holds a lock on the folder of
snapshots for that moment; a lock dies with its process.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import platformdirs

import graph
from graph import manifest as manifests
from graph.errors import DamagedSnapshot, NoSnapshot
from graph.folders import alone
from graph.manifest import MANIFEST

CURRENT = "current"
_LOCK = "lock"
_BUILDING = ".building-"
_GONE = "the snapshot is gone"


@dataclass(frozen=True)
class Snapshot:
    """One immutable built graph."""

    path: Path
    manifest: Mapping[str, Any]

    @property
    def name(self) -> str:
        """The hash of its input, rules and program; also the ETag of every answer from it."""
        return self.path.name

    @property
    def store(self) -> Path:
        """The Oxigraph store's folder."""
        return self.path / "store"

    @property
    def search_index(self) -> Path:
        """The search index's file."""
        return self.path / "search.sqlite"

    @property
    def adjacency(self) -> Path:
        """The adjacency's file."""
        return self.path / "adjacency.sqlite"

    @property
    def timeline(self) -> Path:
        """The timeline's file."""
        return self.path / "timeline.sqlite"

    @property
    def sides(self) -> Path:
        """The file of who said what of the same thing."""
        return self.path / "sides.sqlite"

    @property
    def lists(self) -> Path:
        """The file of the order of lists."""
        return self.path / "lists.sqlite"

    @property
    def overview(self) -> Path:
        """The file of the whole graph at a glance."""
        return self.path / "overview.json"


def default_folder() -> Path:
    """`snapshots/` in a checkout, else the user's data folder."""
    checkout = Path(graph.__file__).parent.parent
    if (checkout / "pyproject.toml").is_file() and (checkout / "data").is_dir():
        return checkout / "snapshots"
    return platformdirs.user_data_path("sitrep") / "snapshots"


def current(folder: Path) -> Snapshot:
    """The current snapshot of a folder of snapshots, or the folder itself when it is one snapshot.

    Of its files only the manifest is read; see `check`.

    Raises:
        NoSnapshot: none is built yet: the folder is absent, or empty but for what a killed build left.
        DamagedSnapshot: something is there, but no snapshot that can be read.
    """
    if is_one(folder):
        return _read(folder)
    try:
        name = (folder / CURRENT).read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        if _is_vacant(folder):
            raise NoSnapshot(folder) from None
        raise DamagedSnapshot(folder, CURRENT, "is missing, though the folder is not empty") from None
    except OSError as error:
        raise DamagedSnapshot(folder, CURRENT, f"cannot be read ({error.strerror})") from None
    except ValueError:
        name = ""
    if not name or Path(name).name != name or not name.isprintable():
        raise DamagedSnapshot(folder, CURRENT, "names no snapshot")
    if all(path.name != name for path in folder.iterdir()):  # is_dir would raise an error on a name that is too long
        raise DamagedSnapshot(folder, CURRENT, f"names the snapshot {name}, which is not there")
    return _read(folder / name)


def all_of(folder: Path) -> list[Path]:
    """The folder of every snapshot in a folder of snapshots, damaged ones too; the folder itself when it is one.

    Raises:
        OSError: the folder is not there, or cannot be read.
    """
    if is_one(folder):
        return [folder]
    return sorted(path for path in folder.iterdir() if not path.name.startswith(".") and is_one(path))


def is_one(folder: Path) -> bool:
    """Whether a folder is a snapshot, be it damaged."""
    try:
        return any((folder / name).exists() for name in (MANIFEST, manifests.STORE_FILES, "store"))
    except PermissionError:
        return False


def _is_vacant(folder: Path) -> bool:
    try:
        return all(path.name.startswith(_BUILDING) for path in folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return True


def check(built: Snapshot, whole: bool = False) -> None:
    """Whether all files of a snapshot are there in their sizes, and the bytes of small ones, or of all (`whole`).

    Raises:
        NoSnapshot: it was pruned a moment ago.
        DamagedSnapshot: a file is missing or changed; `graph.manifest.damage` finds every one.
    """
    for error in manifests.damage(built.path, whole):
        raise error if built.path.is_dir() else NoSnapshot(built.path, _GONE)


def _read(path: Path) -> Snapshot:
    return Snapshot(path, manifests.read(path))


@contextmanager
def in_use(snapshot: Snapshot) -> Iterator[None]:
    """Keep a snapshot from being pruned while it is read.

    Raises:
        NoSnapshot: it was pruned a moment ago.
    """
    lock = snapshot.path / _LOCK
    try:
        handle = lock.open("rb")
    except OSError:
        if snapshot.path.is_dir():
            raise DamagedSnapshot(snapshot.path, _LOCK, "is missing or cannot be read") from None
        raise NoSnapshot(snapshot.path, _GONE) from None
    with handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        if not _is_at(handle, lock):  # pruned between the opening and the lock
            raise NoSnapshot(snapshot.path, _GONE)
        yield


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """A fresh folder to build in, swept away if the build does not end in `publish`.

    Raises:
        OSError: the folder cannot be made or written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        with alone(folder):  # or another build would sweep what has no lock yet
            sweep(folder)
            path = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=folder))
            stack.callback(shutil.rmtree, path, ignore_errors=True)
            lock = stack.enter_context((path / _LOCK).open("wb"))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield path


def publish(path: Path, folder: Path, name: str, about: Mapping[str, Any]) -> Snapshot:
    """Make a finished build a snapshot, by one rename, and the current one, by another.

    Args:
        path: where it was built (see `building`).
        folder: the folder of snapshots.
        name: what the snapshot is called; a damaged one of that name is replaced.
        about: what its manifest says beside the list of its files.

    Raises:
        OSError: no room, or no permission; the current snapshot still stands.
    """
    manifests.write(path, about)
    path.chmod(0o755)  # mkdtemp makes it private; a server may run as another user
    for root, _, names in os.walk(path):
        for file in names:
            _to_disk(Path(root) / file)
        _to_disk(Path(root))
    with alone(folder):
        if not is_whole(folder / name):  # else another build of the same input was faster: it is this one
            if (folder / name).exists():
                with _claimed(folder / name) as ours:
                    _remove(folder / name, ours)
            path.rename(folder / name)
            _to_disk(folder)
        return _switch(folder, name)


def is_whole(path: Path) -> bool:
    """Whether a snapshot is there with every byte of every file."""
    return next(manifests.damage(path, whole=True), None) is None


def make_current(folder: Path, name: str) -> Snapshot:
    """Switch to a snapshot that is there; readers see the old or the new one, never neither.

    What killed builds left is swept.

    Raises:
        NoSnapshot: it is not there.
        DamagedSnapshot: its manifest cannot be read.
        OSError: no room, or no permission; the current snapshot still stands.
    """
    if not (folder / name).is_dir():
        raise NoSnapshot(folder / name)
    with alone(folder):
        sweep(folder)
        return _switch(folder, name)


def _switch(folder: Path, name: str) -> Snapshot:
    snapshot = _read(folder / name)
    with ExitStack() as stack:
        file = tempfile.NamedTemporaryFile("w", prefix=_BUILDING, dir=folder, delete=False, encoding="utf-8")  # noqa: SIM115
        written = Path(stack.enter_context(file).name)
        stack.callback(written.unlink, missing_ok=True)
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
        written.chmod(0o644)
        written.replace(folder / CURRENT)
        _to_disk(folder)
    return snapshot


def sweep(folder: Path) -> None:
    """Remove what killed builds left; a build at work holds its lock and stays.

    Call it only while no build can begin (see `building`).
    """
    for left in folder.glob(_BUILDING + "*"):
        if left.is_file():
            left.unlink(missing_ok=True)
        else:
            with _claimed(left) as ours:
                if ours:
                    shutil.rmtree(left, ignore_errors=True)


def prune(folder: Path, keep: int) -> list[str]:
    """Remove all but the newest `keep` snapshots; the current one and those being read stay. Returns what went.

    Only what a build wrote is a snapshot: a folder of another program stays, whatever it holds.
    """
    gone: list[str] = []
    with alone(folder):
        now = current(folder).name
        built = [path for path in all_of(folder) if (path / _LOCK).is_file() and (path / "store").is_dir()]
        old = [path for path in built if path.name != now]
        old.sort(key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
        for path in old[max(keep - 1, 0) :]:
            with _claimed(path) as ours:
                if ours:
                    _remove(path)
                    gone.append(path.name)
    return gone


def _remove(path: Path, now: bool = True) -> None:
    """Take a snapshot out of sight, so that nobody opens half of it; what is still read is left for `sweep`."""
    hidden = Path(tempfile.mkdtemp(prefix=_BUILDING, dir=path.parent))
    path.rename(hidden)
    if now:
        shutil.rmtree(hidden, ignore_errors=True)


def _is_at(handle: IO[bytes], path: Path) -> bool:
    try:
        return os.fstat(handle.fileno()).st_ino == path.stat().st_ino
    except FileNotFoundError:
        return False


@contextmanager
def _claimed(path: Path) -> Iterator[bool]:
    """Whether nobody reads or writes a snapshot; if so, nobody begins to either meanwhile."""
    try:
        handle: IO[bytes] = (path / _LOCK).open("rb")
    except FileNotFoundError:
        yield True
        return
    with handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
