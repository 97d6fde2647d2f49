"""Files that would take all memory or time are refused by the command, which names them; large honest ones are read.

Each bomb is read by `sitrep` in a process of its own, with 1.5 GB of memory and 30 s of processor time.
"""

from __future__ import annotations

import gzip
import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from openpyxl import Workbook
from pyoxigraph import RdfFormat

from graph import bounds
from graph.errors import InvalidData
from graph.importers import importers, rows
from graph.importers.importer import run
from tests.conftest import FIRST_DOCUMENT, TESTS

TABLES = TESTS / "fixtures" / "tables"
MEMORY, SECONDS = 1536 * 1024**2, 30
MIB = b"x" * 1024**2
RDF = '<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:e="http://example.org/">'


def sitrep(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    command = [sys.executable, "-c", "from api.cli import main; main()", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=limited)


def entities(levels: int) -> str:
    names = "abcdefghij"
    grown = [f'<!ENTITY {names[n]} "{f"&{names[n - 1]};" * 20}">' for n in range(1, levels)]
    text = f"<e:C><e:p>&{names[levels - 1]};</e:p></e:C>"
    return f'<!DOCTYPE r [<!ENTITY a "{"x" * 100}">{"".join(grown)}]>{RDF}{text}</r:RDF>'


def packed(*pieces: bytes) -> bytes:
    return b"".join(map(gzip.compress, pieces))


DEEP = 100_000
WIDE = b"1" + b",1" * 4_000_000
BOMBS: dict[str, tuple[Callable[[], str | bytes], str]] = {
    "entities.rdf": (lambda: entities(7), r":1: declares entities \(<!ENTITY\)"),
    "entities.rdf.gz": (lambda: packed(entities(7).encode()), r":1: declares entities"),
    "utf-16.rdf": (lambda: entities(7).encode("utf-16"), r":1: declares entities"),
    "elements.rdf": (
        lambda: RDF + "<e:C><e:p>" * DEEP + "</e:p></e:C>" * DEEP + "</r:RDF>", ":1: more than 100 elements inside"
    ),
    "text.owl": (lambda: RDF.encode() + b"<e:C><e:p>" + MIB * 40 + b"</e:p></e:C></r:RDF>", ":1: a text of more"),
    "objects.jsonld": (lambda: '{"@id":"u:a","u:p":' * DEEP + "1" + "}" * DEEP, ":1: more than 100 brackets inside"),
    "lists.jsonld": (lambda: '{"@id":"u:a","u:p":\n' + "[" * DEEP, ":2: more than 100 brackets inside"),
    "values.jsonld": (lambda: b'[\n{"u:p":[' + WIDE + b"]}]", ":2: more than 1,000,000 values in one object"),
    "values.jsonld.gz": (lambda: packed(b'{"@graph":[' + WIDE + b"]}"), ":1: more than 1,000,000 values in one object"),
    "blank.ttl": (lambda: "<u:a> <u:p>\n" + "[ <u:p> " * DEEP + "1" + "]" * DEEP + " .", ":2: more than 100 brackets"),
    "lists.ttl": (lambda: "<u:a> <u:p> " + "(" * DEEP + ")" * DEEP + " .", ":1: more than 100 brackets"),
    "triples.ttl": (lambda: "<u:a> <u:p> " + "<<( <u:s> <u:p> " * DEEP, ":1: more than 100 brackets"),
    "blank.trig": (lambda: "<u:g> { <u:a> <u:p> " + "[ <u:p> " * DEEP, ":1: more than 100 brackets"),
    "triples.nt": (lambda: "\n<u:a> <u:p> " + "<<( <u:s> <u:p> " * DEEP, ":2: more than 100 brackets"),
    "triples.nq.gz": (lambda: packed(b"<u:a> <u:p> " + b"<<( <u:s> <u:p> " * DEEP), ":1: more than 100 brackets"),
    "text.ttl": (lambda: b'<u:a> <u:p> "' + MIB * 40 + b'" .', ":1: a text of more than 16,777,216 bytes"),
    "line.nq": (lambda: b"<u:a> <u:p> <u:" + MIB * 40 + b"> .", ":1: a text of more than 16,777,216 bytes"),
    "zeros.nt.gz": (lambda: packed(*[b"\n" * 1024**2] * 2000), ": its .* bytes unpack to more than .*, over 100 times"),
    "zeros.sheets.jsonl.gz": (
        lambda: packed(b'{"sitrep": "sheets", "version": 1}\n', *[b" " * 1024**2] * 2000), ": its .* bytes unpack to"
    ),
    "deep.sheets.jsonl.gz": (
        lambda: packed(b'{"sitrep": "sheets", "version": 1}\n' + b"[" * DEEP), ":2: more than 100 brackets inside"
    ),
    "laughs.yaml": (
        lambda: "a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in pairwise("abcdefghi")),
        ":2: an alias",
    ),
    "deep.yaml": (lambda: "id:\n  " + "[" * DEEP, ":2: not YAML: more than 100 lists and mappings inside each other"),
    "blocks.yaml": (lambda: "- " * DEEP + "a", ":1: not YAML: more than 100 lists and mappings"),
    "long.yaml": (lambda: "- a: b\n" * 400_000, ": 2,800,000 bytes; at most 1,048,576 are read: write several sheets"),
}  # fmt: skip


def written(path: Path, content: str | bytes) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize("sheets", [False, True], ids=["RDF", "sheets"])
def test_bombs_end_the_build_with_their_names(sheets: bool, tmp_path: Path) -> None:
    bombs = {name: bomb for name, bomb in BOMBS.items() if (".yaml" in name or ".sheets" in name) is sheets}
    files = [written(tmp_path / name, made()) for name, (made, _) in bombs.items()]
    done = sitrep("build", "--data", FIRST_DOCUMENT, "--out", tmp_path / "out", *files)
    assert done.returncode == 1, done.stderr[-2000:]
    for file, (_, message) in zip(files, bombs.values(), strict=True):
        assert re.search(re.escape(file.name) + message, done.stderr), done.stderr[-5000:]
    assert "a process that checks the shapes" not in done.stderr


ESTIMATES = (TABLES / "estimates.csv").read_bytes().partition(b"\n")[0] + b"\n"
WIDE_TABLE = b'[{"date": "2024-01-01", "day": [[]' + b",[]" * 4_000_000 + b"]}]"
TABLE_BOMBS: dict[str, tuple[str, Callable[[], str | bytes], str]] = {
    "deep.json": ("losses", lambda: '[{"date": "2024-01-01", "day": ' + "[" * DEEP, ":1: more than 100 brackets"),
    "wide.json": ("losses", lambda: WIDE_TABLE, ":1: more than 1,000,000 values in one object"),
    "deep.ftm.json": ("ftm", lambda: '{"id": "a"}\n{"id": ' + '{"a":' * DEEP, ":2: more than 100 brackets inside"),
    "large.csv": (
        "estimates",
        lambda: b"date,field\n2024-01-01," + MIB * 200,
        ": .* bytes; at most 134,217,728 are read",
    ),
    "field.csv": ("estimates", lambda: ESTIMATES + b'"' + MIB * 100, ":2: a field of more than 131,072"),
    "own.ttl": ("estimates", lambda: "<u:a> <u:p> " + "[ <u:p> " * DEEP, ":1: more than 100 brackets inside"),
}


@pytest.mark.parametrize("name", TABLE_BOMBS)
def test_a_bomb_ends_the_import_with_its_name(name: str, tmp_path: Path) -> None:
    importer, made, message = TABLE_BOMBS[name]
    bomb = written(tmp_path / name, made())
    beside = [TABLES / "estimates.csv"] if name == "own.ttl" else []
    with pytest.raises(InvalidData, match=re.escape(str(bomb)) + message):
        run(importers()[importer], [bomb, *beside], tmp_path, FIRST_DOCUMENT, dry_run=True)


def with_part(path: Path, name: str, pieces: list[bytes]) -> None:
    """Replace a part of a workbook."""
    with zipfile.ZipFile(path) as book:
        parts = {part.filename: book.read(part) for part in book.infolist() if part.filename != name}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for other, content in parts.items():
            book.writestr(other, content)
        with book.open(name, "w") as part:
            for piece in pieces:
                part.write(piece)


def sheet(*rows: str) -> bytes:
    cells = "".join(f"<row r={row}</row>" for row in rows)
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    heading = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    size = '<dimension ref="A1:XFD1048576"/>'
    return f'<worksheet xmlns="{space}">{size}<sheetData>{heading}{cells}</sheetData></worksheet>'.encode()


STRINGS = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOKS: dict[str, tuple[str, list[bytes], str]] = {
    "shared texts": ("xl/sharedStrings.xml", [STRINGS, *[b"<si><t>a</t></si>" * 65536] * 300], ": its part xl/shared"),
    "entities": ("xl/sharedStrings.xml", [entities(7).encode()], r" \(xl/sharedStrings.xml\):1: declares entities"),
    "entities in the sheet": (SHEET, [entities(7).encode()], r" \(xl/worksheets/sheet1.xml\):1: declares entities"),
    "styles": ("xl/styles.xml", [b"<styleSheet>", *[b"<xf/>" * 65536] * 50], ": its part xl/styles.xml unpacks to"),
    "a sheet": (SHEET, [b"<worksheet>", *[b" " * 1024**2] * 300], ": its part xl/worksheets/sheet1.xml unpacks to"),
    "rows": (SHEET, [sheet('"999999999">')], ":1048577: a table has at most 1,048,576 rows and 1,000 columns"),
    "columns": (SHEET, [sheet('"2"><c r="XFD2"/>')], ":2: a table has at most 1,048,576 rows and 1,000 columns"),
    "broken in the midst": (SHEET, [sheet('"2"><c r="A2"><v>')], r" \(xl/worksheets/sheet1.xml\):1: not XML"),
    "a strange cell": (SHEET, [sheet('"2"><c r="A2" t="s"><v>5</v></c>')], ": is no whole Excel workbook"),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKBOOKS)
def test_a_workbook_that_is_a_bomb_is_refused(name: str, tmp_path: Path) -> None:
    part, pieces, message = WORKBOOKS[name]
    bomb = tmp_path / "book.xlsx"
    Workbook().save(bomb)
    with_part(bomb, part, pieces)
    with pytest.raises(InvalidData, match=re.escape(str(bomb)) + message):
        list(rows.of_workbook(bomb, ("a",)))


@pytest.mark.parametrize("name", ["wide.json", "field.csv", "shared texts"])
def test_the_command_has_little_memory_and_little_time_for_a_bomb(name: str, tmp_path: Path) -> None:
    if name in WORKBOOKS:
        importer, message = "table", WORKBOOKS[name][2]
        Workbook().save(bomb := tmp_path / "book.xlsx")
        with_part(bomb, *WORKBOOKS[name][:2])
        files = [TABLES / "drone-log.yaml", bomb]
    else:
        importer, made, message = TABLE_BOMBS[name]
        files = [bomb := written(tmp_path / name, made())]
    done = sitrep("import", importer, "--data", FIRST_DOCUMENT, "--dry-run", *files)
    assert done.returncode == 1
    assert re.search(re.escape(str(bomb)) + message, done.stderr), done.stderr[-2000:]


def test_a_workbook_of_too_many_parts_is_refused(tmp_path: Path) -> None:
    bomb = tmp_path / "book.xlsx"
    with zipfile.ZipFile(bomb, "w") as book:
        for number in range(bounds.MAX_PARTS + 1):
            book.writestr(f"{number}.xml", "<a/>")
    with pytest.raises(InvalidData, match=r"a workbook of 1,001 parts; at most 1,000 are read: save the sheet as CSV"):
        next(rows.of_workbook(bomb, ("a",)))


HONEST: dict[str, tuple[RdfFormat, list[bytes]]] = {
    "brackets in texts": (
        RdfFormat.TURTLE,
        [b'<u:a> <u:p> "%s", \'%s\', """%s" \'""" .\n# %s\n' % ((b"[(" * 200,) * 4)],
    ),
    "brackets in names": (RdfFormat.TURTLE, [b"@prefix : <u:((((> . :a :p " + b":a\\(\\'\\#, " * 300 + b"<u:((> ."]),
    "many lists": (RdfFormat.TURTLE, [b"<u:a> <u:p> ( [ <u:q> ( 1 ) ] ) .\n" * 100_000]),
    "triples in triples": (
        RdfFormat.N_TRIPLES,
        [b"<u:a> <u:p> <<( <u:a> <u:p> '<<(' )>> .\n".replace(b"'", b'"') * 90_000],
    ),
    "a list of many things": (RdfFormat.JSON_LD, [b"[", b'{"@id": "u:a", "u:p": [1, "[["]},\n' * 300_000, b"1]"]),
    "a long text": (RdfFormat.TURTLE, [b'<u:a> <u:p> """', MIB * 15, b'""" .']),
    "many elements": (RdfFormat.RDF_XML, [RDF.encode(), b"<e:C><e:p>a</e:p></e:C>\n" * 100_000, b"</r:RDF>"]),
    "a document type": (RdfFormat.RDF_XML, [b'<!DOCTYPE rdf:RDF SYSTEM "a">', RDF.encode(), b"</r:RDF>"]),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_is_honest_passes_packed_or_not(name: str, tmp_path: Path) -> None:
    form, pieces = HONEST[name]
    bounds.check_rdf(written(tmp_path / "a", b"".join(pieces)), "a", form)
    bounds.check_rdf(written(tmp_path / "a.gz", packed(*pieces)), "a", form)


def test_what_unpacks_to_much_is_read_at_the_ratio_of_real_data(tmp_path: Path) -> None:
    line = b"<urn:x:%d> <https://w3id.org/sitrep/ont#carries> <https://w3id.org/sitrep/claim/%d> .\n"
    content = b"".join(line % (number, number % 997) for number in range(1_000_000))
    path = written(tmp_path / "a.nt.gz", gzip.compress(content, 9))
    assert len(content) > bounds.FREE
    bounds.check_rdf(path, "a", RdfFormat.N_TRIPLES)
    with bounds.unpacked(path, "a") as file:
        assert file.read() == content
