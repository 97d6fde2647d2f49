"""What an importer makes of its files: documents, claims, things and what it left out, before any of it is written."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from graph.curation.imported import Thing
from graph.errors import InvalidData, Violation
from graph.identity import slug
from graph.importers import rows
from graph.importers.names import AGENT, PLACE, WEAPON, Names


@dataclass(frozen=True)
class Skipped:
    """Something in a table that became no claim: where it stands, and why."""

    file: str
    line: int
    reason: str
    what: str = ""


@dataclass(frozen=True)
class Cell:
    """A claim with its place in the importer's memory.

    Attributes:
        key: which cell of the table it is, the same in every copy: `tank 2025-01-19`.
        said: what the table prints there; where two copies differ in it, the later one revises the earlier one.
            Only what tells claims apart counts, above all the number: another hedge is no other claim.
        claim: as under `claims` in a sheet; every scalar is a text.
        corrects: table and key of a cell whose claim this one replaces by the claimant's own word.
    """

    key: str
    said: str
    claim: dict[str, Any]
    corrects: tuple[str, str] | None = None


@dataclass
class Table:
    """One file of the user's: the document that the claims were read in.

    Attributes:
        id: the document's name under doc/, which starts with the importer's name.
        document: as under `document` in a sheet; date and sha256 are filled in.
        as_of: the day up to which this copy of the table goes; set it once the rows are read.
    """

    id: str
    path: Path
    document: dict[str, Any]
    as_of: date | None = None
    cells: list[Cell] = field(default_factory=list)
    rows: int = 0
    _lines: dict[str, int] = field(default_factory=dict)

    def claim(
        self, key: str, said: str, claim: dict[str, Any], line: int = 0, corrects: tuple[str, str] | None = None
    ) -> None:
        """Add a claim (see `Cell`).

        Raises:
            InvalidData: the key was given before: the table says two things in one place.
        """
        if first := self._lines.get(key):
            message = f"says once more what line {first} says ({key}); the row is double, mend the file"
            raise InvalidData([Violation(str(self.path), line, message)])
        self._lines[key] = line or 1
        self.cells.append(Cell(key, said, claim, corrects))


class Draft:
    """All that one import found.

    Args:
        importer: its name; slugs of minted things start with it.
        names: the things that the data folder declares.
        progress: told how far the reading is.
    """

    def __init__(self, importer: str, names: Names, progress: rows.Progress = rows.silent) -> None:
        self.importer, self.progress = importer, progress
        self._names = names
        self.tables: list[Table] = []
        self.communications: dict[str, dict[str, Any]] = {}
        self.events: dict[str, dict[str, Any]] = {}
        self.things: dict[str, Thing] = {}
        self.skipped: list[Skipped] = []
        self.unresolved: Counter[tuple[str, str]] = Counter()  # kind and name as printed
        self.resolved: dict[tuple[str, str], str] = {}

    def table(self, id: str, path: Path, document: dict[str, Any]) -> Table:
        """Start a document; see `Table`."""
        self.tables.append(Table(id, path, document))
        return self.tables[-1]

    def communication(self, name: str, content: dict[str, Any]) -> str:
        """Declare a communication, as under `communications` in a sheet; gives its slug, for `channel`."""
        self.communications[name] = content
        return name

    def event(self, name: str, content: dict[str, Any]) -> str:
        """Declare an event, as under `events` in a sheet; gives its slug."""
        self.events[name] = content
        return name

    def thing(self, thing: Thing) -> str:
        """Declare something that no curated file declares; gives its slug."""
        self.things[thing.slug] = thing
        return thing.slug

    def skip(self, row: rows.Row, reason: str, what: str = "") -> None:
        """Note what of a row became no claim, and why."""
        self.skipped.append(Skipped(row.file, row.line, reason, what))

    def slugs(self) -> set[str]:
        """The slugs of all that data/reference/ declares."""
        return self._names.slugs

    def weapon(self, name: str, *others: str) -> str | None:
        """The slug of the weapon system that a name means, or else another of its names; else None.

        None is noted for the list of the unresolved.
        """
        return self._resolve(WEAPON, name, *others)

    def place(self, name: str) -> str | None:
        """The slug of the place that a name means, else None."""
        return self._resolve(PLACE, name)

    def agent(self, name: str) -> str | None:
        """The slug of the person, group, body or state that a name means, else None."""
        return self._resolve(AGENT, name)

    def near(self, kind: str, name: str) -> str:
        """The slug of the thing whose name is nearest to one that means none; empty where none is near."""
        return self._names.near(kind, name)

    def is_declared(self, name: str) -> bool:
        """Whether the data folder declares a slug."""
        return name in self._names.slugs

    def minted(self, name: str) -> str:
        """A slug for something that keeps its printed name: `oryx-t-62m`.

        Where the slug loses a letter of the name, a few digits of its hash keep it apart from other names.
        """
        words = slug(name)
        if words.replace("-", " ") != name.lower().replace("-", " "):
            words = f"{words}-{hashlib.sha256(name.encode()).hexdigest()[:6]}".strip("-")
        return f"{self.importer}-{words}"

    def _resolve(self, kind: str, name: str, *others: str) -> str | None:
        found = next((found for one in (name, *others) if (found := self._names.resolved(kind, one))), None)
        if found is None:
            self.unresolved[kind, name] += 1
        else:
            self.resolved[kind, name] = found
        return found


def one(files: Sequence[Path], name: str) -> Path:
    """The only file that an importer takes.

    Raises:
        InvalidData: none or several were given.
    """
    if len(files) != 1:
        raise InvalidData([Violation(str(files[1]) if files else name, 0, "takes one file; import them one by one")])
    return files[0]
