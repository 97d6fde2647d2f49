"""An importer, and one run of it: read the files, remember the copies, write the sheets that the build reads."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

from graph.curation import data
from graph.curation.reference import Turtle
from graph.errors import InvalidData, Violation
from graph.folders import alone, put
from graph.importers import copies, proposals, rows
from graph.importers.copies import Changes
from graph.importers.draft import Draft, Skipped
from graph.importers.names import Names, of_folder
from graph.spreadsheet import written

UNRESOLVED, SKIPPED = "unresolved.csv", "skipped.csv"


@dataclass(frozen=True)
class Importer:
    """One kind of public table.

    Attributes:
        name: as in `sitrep import NAME`; also the start of every slug that it mints.
        says: one sentence on what comes in.
        files: what the user names, as she would find it: `russia_losses_personnel.json ...`.
        read: reads the files into a draft; the last argument holds the options that were given.
        options: those that it understands, by name, with a sentence for each.
        keeps_names: whether a name that means no declared thing becomes a thing of its own; else it makes no claim.
    """

    name: str
    says: str
    files: str
    read: Callable[[Sequence[Path], Draft, Mapping[str, str]], None]
    options: Mapping[str, str]
    keeps_names: bool = True


@dataclass(frozen=True)
class Summary:
    """What an import did.

    Attributes:
        path: the file that the build reads.
        tables: of each file, its name, the day of the copy, its rows, and the claims made of them.
        changes: against what was remembered.
        claims: that stand in the file now, revised ones counted apart.
        skipped: what became no claim; all of it stands in `<importer>.skipped.csv`.
        unresolved: names that mean no declared thing, with kind and number; in `<importer>.unresolved.csv`, each with
            the slug of the thing whose name is nearest.
        proposed: events that may be curated ones and that nobody judged yet; in `<importer>.proposals.yaml`.
        keeps_names: whether the unresolved names are things of their own now; else their claims were not made.
    """

    path: Path
    tables: Sequence[tuple[str, str, int, int]]
    changes: Changes
    claims: int
    revised: int
    skipped: Sequence[Skipped]
    unresolved: Mapping[tuple[str, str], int]
    resolved: Mapping[tuple[str, str], str]
    proposed: int = 0
    keeps_names: bool = True

    def reasons(self) -> list[tuple[str, int]]:
        """Why something was skipped, and how often; the most frequent first."""
        return sorted(Counter(skipped.reason for skipped in self.skipped).items(), key=lambda row: (-row[1], row[0]))


def run(
    importer: Importer,
    files: Sequence[Path],
    out: Path,
    folder: Path,
    *,
    options: Mapping[str, str] | None = None,
    dry_run: bool = False,
    progress: rows.Progress = rows.silent,
) -> Summary:
    """Import files into a folder that `sitrep build` takes beside the data folder.

    Either all of it is there afterwards or nothing has changed.

    Args:
        importer: which kind of table.
        files: the user's copies; Turtle files (.ttl) among them declare things of the user's own, whose names count as
            those of the data folder do.
        out: the folder of imports; made when absent.
        folder: the data folder, whose labels resolve names.
        options: of this importer alone.
        dry_run: tell what would come in, and write nothing.
        progress: told how far the reading of each file is.

    Raises:
        InvalidData: a file is broken, or claims of it do not hold; with its line.
        OSError: the folder cannot be written.
    """
    own = [path for path in files if path.suffix == ".ttl"]
    if len(own) == len(files):
        raise InvalidData([Violation(str(path), 0, "declares names; name the table, too") for path in own])
    names: Names = of_folder(folder, own)
    draft = Draft(importer.name, names, progress)
    importer.read([path for path in files if path not in own], draft, options or {})
    empty = [
        Violation(str(table.path), 0, "holds no row that becomes a claim") for table in draft.tables if not table.cells
    ]
    if empty:
        raise InvalidData(empty)
    proposed = proposals.proposals(draft, folder)
    with nullcontext() if dry_run else _alone(out):  # or another import would forget what this one brings
        memory = copies.remembered(out, importer.name)
        changes = memory.add(draft)
        lines = list(memory.lines())
        path = copies.path_in(out, importer.name)
        sheets = copies.written(lines)
        _check(sheets, folder, path, own)
        if not dry_run:
            beside = {
                proposals.NAME: proposals.as_yaml(proposed),
                UNRESOLVED: written(("kind", "name", "times", "near"), _unresolved(draft), end="\n"),
                SKIPPED: written(("file", "line", "reason", "what"), _skipped(draft), end="\n"),
            }
            put({path: sheets} | {out / f"{importer.name}.{name}": text.encode() for name, text in beside.items()})
    claims = sum("claim" in line for line in lines)
    revised = sum("revises" in line["claim"] for line in lines if "claim" in line)
    return Summary(
        path,
        [(table.path.name, str(table.as_of), table.rows, len(table.cells)) for table in draft.tables],
        changes, claims - revised, revised, draft.skipped, draft.unresolved, draft.resolved, len(proposed),
        importer.keeps_names,
    )  # fmt: skip


def _alone(out: Path) -> AbstractContextManager[None]:
    out.mkdir(parents=True, exist_ok=True)
    return alone(out)


def _check(sheets: bytes, folder: Path, path: Path, own: Sequence[Path]) -> None:
    """Compile what would be written as the build does, so that an import that went through also builds."""
    with tempfile.TemporaryDirectory(prefix="sitrep-") as place:
        trial = Path(place) / path.name
        trial.write_bytes(sheets)
        declared = [thing for file in own for thing in Turtle(file, str(file)).declared()]
        data.curated(folder, [(path.name, trial)], declared=declared)


def _unresolved(draft: Draft) -> list[tuple[object, ...]]:
    return [(kind, name, times, draft.near(kind, name)) for (kind, name), times in sorted(draft.unresolved.items())]


def _skipped(draft: Draft) -> list[tuple[object, ...]]:
    return [(Path(row.file).name, row.line, row.reason, row.what) for row in draft.skipped]
