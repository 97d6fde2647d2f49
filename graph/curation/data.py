"""All of a data folder as quads: reference files and sheets together, checked for everything but shapes.

A data folder holds `reference/*.ttl`, `documents/*.yaml`, and may hold `resolver.yaml` and `expectations.toml`.
Where it lies is decided by `default_folder`: beside the packages in a checkout, inside them in an installed wheel.
Sheets that `sitrep import` wrote from public tables lie elsewhere and are compiled together with those of the folder.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pyoxigraph import Quad

import graph
from graph.curation import compiler, reference, resolver, sheet
from graph.curation.imported import Imported, Thing
from graph.curation.reference import Declared, Turtle
from graph.curation.source import Source
from graph.errors import InvalidData, Violation

# What a person may take for a curated file; other files (notes, backups of an editor) may lie beside them.
_WRITTEN = (".ttl", ".yaml", ".yml", ".nt", ".n3", ".trig", ".nq", ".rdf", ".jsonld")


@dataclass(frozen=True)
class Curated:
    """What people wrote: the quads, and the file and line of each node."""

    quads: Sequence[Quad]
    origins: dict[str, tuple[str, int]] = field(repr=False)
    sheets: int = 0
    undecided: int = 0  # pairs that the resolver file leaves open


def default_folder() -> Path:
    """The data of this installation."""
    packages = Path(graph.__file__).parent
    inside = packages / "data"
    return inside if inside.is_dir() else packages.parent / "data"


def is_folder(path: Path) -> bool:
    """Whether a path is a folder of this form: it holds reference/ or documents/."""
    return any((path / name).is_dir() for name in ("reference", "documents"))


def files(folder: Path) -> list[Path]:
    """Every file that a build reads, in a fixed order.

    Raises:
        InvalidData: the folder is not there, or holds nothing to build from.
    """
    if not folder.is_dir():
        raise InvalidData(
            [Violation(str(folder), 0, "no such folder; name the one that holds reference/ and documents/")]
        )
    found: list[Path] = []
    strange: list[Violation] = []
    for name, suffix in (("reference", ".ttl"), ("documents", ".yaml")):
        inside = [path for path in sorted((folder / name).rglob("*")) if path.is_file() and path.name[0] != "."]
        found += [path for path in inside if path.suffix == suffix and path.parent == folder / name]
        strange += [
            Violation(str(path), 0, f"is not read; {name}/ itself holds *{suffix} files: rename or move it")
            for path in inside
            if path.suffix.lower() in _WRITTEN and path not in found
        ]
    if strange:
        raise InvalidData(strange)
    if not found:
        raise InvalidData([Violation(str(folder), 0, "holds neither reference/*.ttl nor documents/*.yaml")])
    return [*found, *(path for path in (folder / resolver.NAME, folder / "expectations.toml") if path.is_file())]


def curated(
    folder: Path,
    tables: Iterable[tuple[str, Path]] = (),
    drafts: Iterable[Path] = (),
    declared: Iterable[Declared] = (),
) -> Curated:
    """Read and check a data folder, files of imported sheets by name and path, and sheets that lie elsewhere.

    What the folder and a table both declare (a communication, a thing) is as people wrote it. A sheet that lies
    elsewhere is as one of the folder's; one that is of the folder is read once. Both may use names that are `declared`
    in files of the user's own, which are loaded elsewhere.

    Raises:
        InvalidData: every violation in every file, so that one run shows them all.
    """
    wrong: list[Violation] = []
    turtles: list[Turtle] = []
    sheets: list[tuple[Source, sheet.Sheet]] = []
    decided = resolver.Resolver()
    paths = files(folder)
    known = {path.resolve() for path in paths}
    drafts = [path for path in drafts if path.resolve() not in known]
    try:
        decided = resolver.read(folder)
    except InvalidData as error:
        wrong += error.violations
    for path in [*paths, *drafts]:
        name = str(path)
        try:
            if path.suffix == ".ttl":
                turtles.append(Turtle(path, name))
                wrong += resolver.retired_in(turtles[-1], decided)
            elif path.parent == folder / "documents" or path in drafts:
                source = Source(path, name)
                resolver.renamed(source, decided)
                sheets.append((source, sheet.read(source)))
        except InvalidData as error:
            wrong += error.violations
    joined = resolver.joined(sheets, decided)
    sheets, wrong = joined.sheets, [*wrong, *joined.violations]
    things, twice = _declared(turtles, sheets)
    outside = {thing.iri: thing for thing in declared if thing.iri not in things}
    things |= outside
    beside: list[Thing] = []
    for name, path in tables:
        try:
            found = Imported(path, name, decided.retired)
        except InvalidData as error:
            wrong += error.violations
            continue
        beside += [
            found.things[_slug(thing)] for thing in found.declared() if things.setdefault(thing.iri, thing) is thing
        ]
        for source, content in found.sheets:
            sheets.append((source, _without_known(source, content, things)))
            for thing in compiler.declared(*sheets[-1]):
                if (first := things.setdefault(thing.iri, thing)) is not thing:
                    twice.append(_declared_twice(thing, first))
    # a document's second sheet would only repeat the first one's violations
    sheets = list({content.id: (source, content) for source, content in reversed(sheets)}.values())[::-1]
    if wrong:
        # what a broken file would have declared is missing everywhere else: say only what is certain
        raise InvalidData([*wrong, *twice])
    reference_quads = [quad for turtle in turtles for quad in turtle.quads]
    reference_quads += [quad for thing in beside for quad in thing.quads()]
    written = compiler.compiled(sheets, things, reference_quads)
    wrong = [*twice, *decided.violations(things), *reference.violations(turtles, things), *written.violations]
    if wrong:
        raise InvalidData(wrong)
    origins = {iri: (thing.file, thing.line) for iri, thing in things.items() if iri not in outside}
    origins |= written.origins
    quads = dict.fromkeys([*reference_quads, *written.quads, *joined.quads, *decided.quads()])
    return Curated([*quads], origins, len(sheets), len(decided.undecided))


def unattended(folder: Path, today: date) -> list[Violation]:
    """Terms of office of a sound data folder that may be over, for a reader to see after; nothing is wrong by them."""
    turtles = (Turtle(path, str(path)) for path in files(folder) if path.suffix == ".ttl")
    return sorted(reference.unattended(turtles, today))


def _declared(
    turtles: Iterable[Turtle], sheets: Iterable[tuple[Source, sheet.Sheet]]
) -> tuple[dict[str, Declared], list[Violation]]:
    things: dict[str, Declared] = {}
    twice: list[Violation] = []
    everything = [thing for turtle in turtles for thing in turtle.declared()]
    everything += [thing for source, content in sheets for thing in compiler.declared(source, content)]
    for thing in everything:
        first = things.setdefault(thing.iri, thing)
        if first is not thing:
            twice.append(_declared_twice(thing, first))
    return things, twice


def _declared_twice(thing: Declared, first: Declared) -> Violation:
    where = f"{first.file}:{first.line}"
    message = f"{_slug(thing)} is already declared at {where}; declare it once, and use its name everywhere"
    return Violation(thing.file, thing.line, message)


def _slug(thing: Declared) -> str:
    return thing.iri.rsplit("/", 1)[-1]


def _without_known(source: Source, content: sheet.Sheet, things: dict[str, Declared]) -> sheet.Sheet:
    """An imported sheet without the communications and events that are declared already."""
    known = {_slug(thing) for thing in compiler.declared(source, content) if thing.iri in things}
    if not known:
        return content
    kept = {
        part: {slug: value for slug, value in getattr(content, part).items() if slug not in known}
        for part in ("communications", "events")
    }
    return content.model_copy(update=kept)
