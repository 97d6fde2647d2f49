"""Files that are meant to take all memory of whoever reads them, made anew each time: they are small, and stay here."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_MAPPING = """document:
  title: A table that is too large
  publisher: unknown
columns: {}
"""


@dataclass(frozen=True)
class Bomb:
    """A file, what reads it (arguments of `sitrep`), and whether that builds a snapshot."""

    name: str
    path: Path
    arguments: tuple[str | Path, ...]
    builds: bool


def made(folder: Path) -> Iterator[Bomb]:
    """Each kind of file, written into a folder, one after the other."""
    for name, content in (("entities.rdf", _entities()), ("depth.jsonld", _depth()), ("blank-nodes.ttl", _nested())):
        path = folder / name
        path.write_text(content)
        yield Bomb(_NAMES[name], path, ("build", path), True)
    path = folder / "zeros.nt.gz"
    with gzip.open(path, "wb") as file:
        for _ in range(2000):
            file.write(b"\n" * 1024**2)
    yield Bomb(_NAMES[path.name], path, ("build", path), True)
    table, mapping = folder / "zeros.xlsx", folder / "mapping.yaml"
    mapping.write_text(_MAPPING)
    _workbook(table)
    yield Bomb(_NAMES[table.name], table, ("import", "table", mapping, table, "--dry-run"), False)


_NAMES = {
    "entities.rdf": "RDF/XML with entities in entities",
    "depth.jsonld": "JSON-LD of 20,000 levels",
    "blank-nodes.ttl": "Turtle of 100,000 blank nodes in each other",
    "zeros.nt.gz": "2 GB of N-Triples, packed",
    "zeros.xlsx": "a workbook with a part of 1 GB",
}


def _entities() -> str:
    """Each entity is ten times the one before: a gigabyte from less than a thousand bytes."""
    declared = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    head = f'<!DOCTYPE x [<!ENTITY e0 "{"x" * 10}">{declared}]>'
    return f'{head}<r:RDF xmlns:r="{_RDF}" xmlns:e="urn:e:"><e:C><e:p>&e8;</e:p></e:C></r:RDF>'


def _depth() -> str:
    return '{"@id": "urn:a", "urn:p": ' * 20_000 + "1" + "}" * 20_000


def _nested() -> str:
    return "<urn:a> <urn:p> " + "[ <urn:p> " * 100_000 + "1" + "]" * 100_000 + " ."


def _workbook(path: Path) -> None:
    """A workbook whose first sheet unpacks to a gigabyte of spaces."""
    plain = path.with_suffix(".plain.xlsx")
    Workbook().save(plain)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.infolist():
            if part.filename != "xl/worksheets/sheet1.xml":
                target.writestr(part.filename, source.read(part.filename))
        with target.open("xl/worksheets/sheet1.xml", "w") as sheet:
            for _ in range(1000):
                sheet.write(b" " * 1024**2)
