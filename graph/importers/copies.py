"""What an import remembers: every copy of a table that it saw, and what each said in each cell.

A table is downloaded again and again, and an older copy may come after a newer one. So the file that the build reads
is also the memory: each claim in it carries its cell's key, what the table prints there, and the copies that say so.
The newest copy decides which claims stand. What an older one said otherwise in the same cell stays as a claim that is
revised (`prov:wasRevisionOf`), read in that older copy. What the newest copy no longer has is withdrawn: it is kept in
the memory and no claim is made of it. The order of the imports makes no difference.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from graph.curation import imported
from graph.importers import rows
from graph.importers.draft import Draft, Table

Content = dict[str, Any]


@dataclass
class Version:
    """What some copies say in a cell: as printed, the claim, and the days of those copies."""

    said: str
    claim: Content
    copies: set[str]
    corrects: tuple[str, str] | None = None


@dataclass
class Remembered:
    """One table: the document of each copy by the copy's day, and the versions of each cell by its key."""

    copies: dict[str, Content] = field(default_factory=dict)
    cells: dict[str, list[Version]] = field(default_factory=dict)

    @property
    def newest(self) -> str:
        """The day of the newest copy."""
        return max(self.copies)

    def current(self, key: str) -> Version | None:
        """What the newest copy says in a cell; None where it has no such cell any more."""
        return next((version for version in self.cells[key] if self.newest in version.copies), None)

    def earlier(self, key: str) -> list[Version]:
        """What older copies said otherwise in a cell, oldest first."""
        older = [version for version in self.cells[key] if self.newest not in version.copies]
        return sorted(older, key=lambda version: max(version.copies))


@dataclass(frozen=True)
class Changes:
    """What an import changes in what was remembered: numbers of cells."""

    new: int = 0
    same: int = 0
    revised: int = 0
    withdrawn: int = 0


class Memory:
    """All tables of one importer, with what their claims need declared."""

    def __init__(self, importer: str) -> None:
        self.importer = importer
        self.tables: dict[str, Remembered] = {}
        self.communications: dict[str, Content] = {}
        self.events: dict[str, Content] = {}
        self.things: dict[str, Content] = {}

    def add(self, draft: Draft) -> Changes:
        """Take in what an import found; a copy of the same day replaces the one that was there."""
        self.communications |= draft.communications
        self.events |= draft.events
        self.things |= {
            slug: thing.model_dump(by_alias=True, exclude_defaults=True, mode="json")
            for slug, thing in draft.things.items()
        }
        counts = {"new": 0, "same": 0, "revised": 0, "withdrawn": 0}
        for table in draft.tables:
            assert table.as_of, "the importer sets the day of the copy"
            before = self._standing(table.id)
            self._add_copy(table, table.as_of.isoformat())
            after = self._standing(table.id)
            for key in before.keys() | after.keys():
                was, is_now = before.get(key), after.get(key)
                change = "new" if was is None else "withdrawn" if is_now is None else "same"
                counts["revised" if change == "same" and was != is_now else change] += 1
        return Changes(**counts)

    def _standing(self, table: str) -> dict[str, str]:
        known = self.tables.get(table)
        if not known or not known.copies:
            return {}
        return {key: version.said for key in known.cells if (version := known.current(key))}

    def _add_copy(self, table: Table, day: str) -> None:
        known = self.tables.setdefault(table.id, Remembered())
        known.copies[day] = {**table.document, "date": day, "sha256": rows.digest(table.path)}
        for key, versions in list(known.cells.items()):
            for version in versions:
                version.copies.discard(day)
            known.cells[key] = [version for version in versions if version.copies]
        for cell in table.cells:
            versions = known.cells.setdefault(cell.key, [])
            same = next((version for version in versions if version.said == cell.said), None)
            if same is None:
                versions.append(Version(cell.said, cell.claim, {day}, cell.corrects))
                continue
            if day > max(same.copies, default=""):
                same.claim, same.corrects = cell.claim, cell.corrects
            same.copies.add(day)
        known.cells = {key: versions for key, versions in known.cells.items() if versions}

    # --- the file

    def lines(self) -> Iterator[Content]:
        """The file's lines: what the build compiles, and what the next import must know."""
        yield {"sitrep": "sheets", "version": imported.VERSION, "importer": self.importer}
        sheets = list(self._sheets())
        used = self._used(content for head, parts in sheets for content in (head, *parts))
        for slug in sorted(self.things.keys() & used):
            yield {"thing": self.things[slug]}
        first = True
        for head, parts in sheets:
            yield head
            if first:
                for part, declared in (("communication", self.communications), ("event", self.events)):
                    for slug in sorted(declared.keys() & used):
                        yield {part: {slug: declared[slug]}}
            first = False
            yield from parts

    def _used(self, contents: Iterable[Content]) -> set[str]:
        """The names in some contents, and in what is declared under these."""
        used, fresh = set[str](), _names(contents)
        while fresh:
            used |= fresh
            parts = (self.communications, self.events, self.things)
            fresh = _names(part[name] for part in parts for name in fresh if name in part) - used
        return used

    def _sheets(self) -> Iterator[tuple[Content, list[Content]]]:
        """A sheet for the newest copy of each table, and one for each older copy of which a revised claim is left."""
        corrected = self._corrected()
        for id, table in sorted(self.tables.items()):
            parts: dict[str, list[Content]] = {table.newest: []}
            for key in sorted(table.cells):
                current = table.current(key)
                revised: list[str] = []
                for version in [*table.earlier(key), *([current] if current else [])]:
                    day = max(version.copies)
                    memory: Content = {"key": key, "said": version.said, "copies": sorted(version.copies)}
                    if version.corrects:
                        memory["corrects"] = version.corrects
                    if current is None:
                        parts[table.newest].append({"withdrawn": version.claim, **memory})
                        continue
                    claim = dict(version.claim)
                    if version is not current or (id, key) in corrected:
                        claim["name"] = _handle(key, version.said)
                    if version is current and version.corrects in corrected:
                        revised.append(corrected[version.corrects])
                    if revised:
                        claim["revises"] = revised
                    revised = [f"{self._document(id, table, day)}#{claim.get('name')}"]
                    parts.setdefault(day, []).append({"claim": claim, **memory})
            for day in sorted(parts, reverse=True):
                head: Content = {"sheet": {"id": self._document(id, table, day), "document": table.copies[day]}}
                head["table"] = id
                if day == table.newest:
                    head["copies"] = dict(sorted(table.copies.items()))
                yield head, parts[day]

    def _corrected(self) -> dict[tuple[str, str], str]:
        """The cells that standing claims correct, with the names of the claims in them."""
        found: dict[tuple[str, str], str] = {}
        for table in self.tables.values():
            for key in table.cells:
                standing = table.current(key)
                if standing and standing.corrects:
                    other, cell = standing.corrects
                    known = self.tables.get(other)
                    target = known.current(cell) if known and cell in known.cells else None
                    if target:
                        found[other, cell] = f"{other}#{_handle(cell, target.said)}"
        return found

    @staticmethod
    def _document(id: str, table: Remembered, day: str) -> str:
        return id if day == table.newest else f"{id}-{day}"


def _handle(key: str, said: str) -> str:
    return "was-" + hashlib.sha256(f"{key}\0{said}".encode()).hexdigest()[:12]


def _names(contents: Iterable[Any]) -> set[str]:
    """Every text in some contents: what may be the slug of something declared."""
    found: set[str] = set()
    todo = list(contents)
    while todo:
        part = todo.pop()
        if isinstance(part, str):
            found.add(part.removeprefix("id:"))
        elif isinstance(part, Mapping):
            todo += part.values()
        elif isinstance(part, list | tuple):
            todo += part
    return found


def path_in(out: Path, importer: str) -> Path:
    """The file of an importer in the folder of imports."""
    return out / f"{importer}{imported.SUFFIX}"


def remembered(out: Path, importer: str) -> Memory:
    """What earlier imports left in a folder; nothing where there is none.

    Raises:
        InvalidData: the file is there and cannot be read.
    """
    memory = Memory(importer)
    path = path_in(out, importer)
    if not path.is_file():
        return memory
    table = Remembered()
    for _, line in imported.lines(path, str(path)):
        match line:
            case {"sheet": _, "table": str(id)}:
                table = memory.tables.setdefault(id, Remembered())
                table.copies |= line.get("copies", {})
            case {"claim": dict(claim), "key": key} | {"withdrawn": dict(claim), "key": key}:
                kept = {name: value for name, value in claim.items() if name not in ("name", "revises")}
                corrects = tuple(line["corrects"]) if "corrects" in line else None
                version = Version(line["said"], kept, set(line["copies"]), corrects)
                table.cells.setdefault(key, []).append(version)
            case {"communication": dict(content)}:
                memory.communications |= content
            case {"event": dict(content)}:
                memory.events |= content
            case {"thing": dict(content)}:
                memory.things[content["slug"]] = content
    return memory


def written(lines: Iterable[Content]) -> bytes:
    """A file of imported sheets; the same lines give the same bytes."""
    file = io.BytesIO()
    with gzip.GzipFile("", "wb", 6, file, mtime=0) as output:
        for line in lines:
            output.write(json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
    return file.getvalue()
