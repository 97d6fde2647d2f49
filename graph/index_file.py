"""SQLite files of a snapshot: written once at the build, then open for reading by any number of threads."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final, Self

from graph.errors import DamagedSnapshot

# The number of values in one statement: below what SQLite allows on any machine.
_AT_ONCE: Final = 500
_REFUSALS: Final = {
    sqlite3.SQLITE_FULL: errno.ENOSPC,
    sqlite3.SQLITE_CANTOPEN: errno.EACCES,
    sqlite3.SQLITE_READONLY: errno.EROFS,
    sqlite3.SQLITE_PERM: errno.EACCES,
}
_DAMAGE: Final = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_IOERR)


class IndexFile:
    """An index that the build wrote; a context manager.

    Args:
        path: the file.
        format: the number that the file of this version has.
        name: what it is called: `search index`.

    Raises:
        DamagedSnapshot: there is none, or one of another version of this program; later, too, where it is damaged.
    """

    def __init__(self, path: Path, format: int, name: str) -> None:
        self._path, self._name = path, name
        self._idle: list[sqlite3.Connection] = []
        try:
            with self.asked() as database:
                if database.execute("PRAGMA user_version").fetchone()[0] != format:
                    raise self._damaged(f"is no {name} that this version reads")
        except DamagedSnapshot:
            self.close()
            raise

    def close(self) -> None:
        """Close the file; what is asked later opens it anew."""
        while self._idle:
            self._idle.pop().close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @contextmanager
    def asked(self) -> Iterator[sqlite3.Connection]:
        """A connection of its own for each thread that asks; SQLite's own lock would make them wait."""
        try:
            database = self._idle.pop()
        except IndexError:
            uri = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            try:
                database = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
            except sqlite3.OperationalError:
                what = f"is no {self._name}" if self._path.exists() else "is missing"
                raise self._damaged(what) from None
        try:
            yield database
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode & 0xFF in _DAMAGE:
                raise self._damaged(f"is no whole {self._name} ({error})") from None
            raise
        finally:
            self._idle.append(database)

    def _damaged(self, what: str) -> DamagedSnapshot:
        return DamagedSnapshot(self._path.parent, self._path.name, what)


@contextmanager
def writing(path: Path, format: int, tables: str, indexes: str) -> Iterator[sqlite3.Connection]:
    """A new file with empty tables to fill, replacing what stands there; it gets its indexes at the end.

    Raises:
        OSError: no room, or no permission.
    """
    path.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -262144;")
            database.executescript(f"PRAGMA user_version = {format}; BEGIN; {tables}")
            yield database
            database.executescript(f"BEGIN; {indexes} COMMIT;")  # what stood open was committed by executescript itself
    except sqlite3.OperationalError as error:
        code = _REFUSALS.get(error.sqlite_errorcode & 0xFF, errno.EIO)
        raise OSError(code, str(error), str(path)) from error


def batches(values: Sequence[object]) -> Iterator[Sequence[object]]:
    """Values in as many pieces as one statement each can take."""
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
