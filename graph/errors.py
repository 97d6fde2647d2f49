"""What can go wrong below HTTP, as one tree.

GraphError
├── InvalidData            people's files are wrong: every violation with its file, line and what to do
├── BuildFailed            the machine refused: no room, no permission, a folder that is not one
├── NoSnapshot             nothing is built yet
│   └── DamagedSnapshot    something is there, but a file of it is missing, changed or of another version
├── UnknownEntity          nothing is known about this IRI
├── NotInThisFormat        the answer cannot be written in the format that was asked for
└── QueryError             a query that is not answered
    ├── QuerySyntaxError   it does not parse; with line and column
    ├── WrongForm          it is a SELECT where an ASK is needed, or the like
    ├── QueryRefused       it would fetch from another host or change the graph
    ├── QueryTooDeep       it is nested more deeply than may be
    ├── QueryTimeout       it ran past its deadline
    ├── QueryTooLarge      its answer is larger than the limit
    ├── QueryOutOfMemory   it needed more memory than a worker has
    ├── QueryInterrupted   the system, or somebody on it, ended the process that evaluated it
    └── TooManyQueries     others are running and waiting already
"""

from __future__ import annotations

import copyreg
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that is wrong in a file: where it stands, and a sentence that says what to do.

    `line` counts from 1; 0 where the file as a whole is meant.
    """

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        """The form that editors and terminals make clickable: `file:line: message`."""
        return f"{self.file}:{self.line}: {self.message}" if self.line else f"{self.file}: {self.message}"


class GraphError(Exception):
    """Anything that the graph refuses or cannot do; its text is written for the person who asked."""

    def __reduce__(self) -> tuple[object, ...]:
        """Cross from a worker process as it is; Exception's own way would call __init__ with the finished text."""
        return copyreg.__newobj__, (type(self), *self.args), self.__dict__  # type: ignore[attr-defined]


class InvalidData(GraphError):
    """Files that do not hold what they should; nothing was built from them."""

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(sorted(set(violations)))
        count = len(self.violations)
        super().__init__(f"{count} violation{'s' if count != 1 else ''}\n" + "\n".join(map(str, self.violations)))


class BuildFailed(GraphError):
    """The machine did not let a snapshot be written; the current one still stands."""


class NoSnapshot(GraphError):
    """There is no snapshot to read."""

    def __init__(self, folder: Path, why: str = "there is no snapshot") -> None:
        super().__init__(f"{why} in {folder}: run `sitrep build` first, or name another folder with --snapshots")


class DamagedSnapshot(NoSnapshot):
    """A file of a snapshot, or of a folder of snapshots, is not what it should be; nothing is read from there.

    Args:
        folder: the snapshot's folder, or the folder of snapshots.
        file: the file's path in it.
        what: what is wrong with it: `is missing`.
    """

    def __init__(self, folder: Path, file: str, what: str) -> None:
        # plain texts: errors cross between processes, which take no other values
        self.file = str(folder / file)
        self.what = what
        self.public = f"{file} of the snapshot {folder.name} {what}; who runs this server has to build again"
        Exception.__init__(
            self,
            f"{self.file} {what}: build again with `sitrep build`, from the same files as before, "
            "or name another snapshot with --snapshots",
        )


class UnknownEntity(GraphError):
    """Nothing in the graph carries this IRI."""

    def __init__(self, iri: str, near: Sequence[str] = ()) -> None:
        self.iri = iri
        self.near = tuple(near)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        super().__init__(f"nothing is known about {iri}{hint}")


class QueryError(GraphError):
    """A query that is not answered."""


class QuerySyntaxError(QueryError):
    """The text is not a SPARQL 1.1 query. Line and column count from 1; 0 where the parser names none."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class WrongForm(QueryError):
    """The query has another form than what was asked for can hold: no rows come of an ASK, and no CSV of a CONSTRUCT.

    `form` is SELECT, ASK or CONSTRUCT, which DESCRIBE counts as.
    """

    def __init__(self, form: str, message: str) -> None:
        self.form = form
        super().__init__(message)


class QueryRefused(QueryError):
    """The query would reach outside the graph, or change it."""


class QueryTooDeep(QueryError):
    """The query is nested more deeply, or has more parts in a row, than the limit says."""

    def __init__(self, message: str, limit: int) -> None:
        self.limit = limit
        super().__init__(message)


class NotInThisFormat(GraphError):
    """The answer cannot be written in the format that was asked for; others can hold it."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}; ask for JSON, CSV, Turtle or N-Triples instead")


class QueryTimeout(QueryError):
    """The query ran past its deadline (seconds) and was ended."""

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        super().__init__(f"the query was ended after {deadline:g} seconds; narrow it, or ask for less at once")


class QueryTooLarge(QueryError):
    """The answer is larger than the limit (bytes); nothing of it was sent."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(
            f"the answer is larger than {limit:,} bytes; add a LIMIT, or take the whole graph from /dump.nq.gz"
        )


class QueryOutOfMemory(QueryError):
    """The worker process that evaluated the query ended for want of memory (bytes)."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the query needed more than {limit:,} bytes of memory; narrow it, or order and group less")


class QueryInterrupted(QueryError):
    """The worker process that evaluated the query was ended by a signal from outside."""

    def __init__(self) -> None:
        super().__init__(
            "the process that evaluated the query was ended from outside; ask again, and where that does not help, the "
            "machine may be short of memory"
        )


class TooManyQueries(QueryError):
    """No worker is free, and as many queries wait as may."""

    def __init__(self, running: int, waiting: int) -> None:
        self.running = running
        self.waiting = waiting
        super().__init__(f"{running} queries are running and {waiting} are waiting; try again in a moment")
