"""How large and how deep the files may be that people bring; looked at before a parser reads them.

A few bytes can stand for gigabytes (gzip, a workbook's parts, XML entities), and parsers take memory or time with the
square of the depth, or end the process: measured with pyoxigraph 0.5.13, 20,000 levels of JSON-LD take 4.3 GB, of
RDF/XML 29 s, of RDF 1.2's `<<(` the whole process. So each file is read once from its beginning to its end, or to the
first place that is too much, in little memory. What is broken is left to the parser, which says so with its line.
"""

from __future__ import annotations

import gzip
import io
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NoReturn
from xml.etree import ElementTree
from xml.parsers import expat

from pyoxigraph import RdfFormat

from graph.errors import InvalidData, Violation

MAX_RATIO = 100
"""So many times larger than itself may a file unpack to; N-Quads do to 8 to 40 times, a bomb of zeros to 1,000."""
FREE = 64 * 1024**2
"""Bytes that any packed file may unpack to, whatever its ratio."""
MAX_DEPTH = 100
"""So many brackets or elements may stand inside each other."""
MAX_VALUES = 1_000_000
"""So many values may one object at the top of a JSON file hold, which is read as a whole: 400 bytes each in JSON-LD."""
MAX_TOKEN = 16 * 1024**2
"""Bytes of a single text, line or IRI; Oxigraph's own limit."""
MAX_TABLE = 128 * 1024**2
"""Bytes of a table, which is read as a whole."""
MAX_SHEET = 1024**2
"""Bytes of a sheet in YAML: 5 s of reading; the largest of `data/` has 18,000."""
MAX_TURTLE = 8 * 1024**2
"""Bytes of a Turtle file whose every line is looked at; others have no limit."""
MAX_PARTS = 1000
"""Parts of a workbook."""
MAX_PART = 2 * 1024**2
"""Unpacked bytes of a workbook's part that is read as a whole, such as its styles."""
MAX_STRINGS = 16 * 1024**2
"""Unpacked bytes of a workbook's shared texts."""
MAX_CELLS = 256 * 1024**2
"""Unpacked bytes of a workbook's sheet, which is read row by row."""
MAX_ROWS, MAX_COLUMNS = 1_048_576, 1000
"""Rows and columns of a workbook's sheet; the rows are all that there can be."""

_CHUNK = 1024**2
_EDGE = 4  # bytes of the longest sign: it may be cut in two at the end of a chunk
# Each match passes over what says nothing, in one go, and ends with a token or with the text.
_TURTLE = re.compile(
    rb"""
    [^"'\#<>\\\[\](){}]*+ (?:
      (?P<over> \"{3}(?:[^"\\]++|\\.|"{1,2}(?!"))*+\"{3} | '{3}(?:[^'\\]++|\\.|'{1,2}(?!'))*+'{3}
              | "(?!"")(?:[^"\\\r\n]++|\\.)*+" | '(?!'')(?:[^'\\\r\n]++|\\.)*+'
              | \#[^\r\n]*+[\r\n] | <[^<>\x00-\x20]*+> | \\. )
    | (?P<open> <<\(? | [\[({] )
    | (?P<close> \)?>> | [\])}] )
    | (?P<other> > )
    | (?P<cut> ["'\#<\\] )
    | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)
_JSON = re.compile(
    rb"""
    [^"\[\]{},]*+ (?:
      (?P<over> "(?:[^"\\]++|\\.)*+" ) | (?P<open> [\[{] ) | (?P<close> [\]}] ) | (?P<comma> , ) | (?P<cut> " ) | \Z )
    """,
    re.VERBOSE | re.DOTALL,
)


def check_size(path: Path, name: str, most: int, instead: str) -> None:
    """Refuse a file of more than so many bytes; `instead` says what to do.

    Raises:
        InvalidData: it is larger.
    """
    if (size := path.stat().st_size) > most:
        _refuse(name, f"{size:,} bytes; at most {most:,} are read: {instead}")


@contextmanager
def unpacked(path: Path, name: str) -> Iterator[IO[bytes]]:
    """A file, opened; what is packed with gzip (`.gz`) is read unpacked, as far as it may be.

    Raises:
        InvalidData: it unpacks to more than `MAX_RATIO` times itself; told by whatever reads.
    """
    if path.suffix != ".gz":
        with path.open("rb") as file:
            yield file
        return
    with gzip.open(path, "rb") as packed:
        yield io.BufferedReader(_Counted(packed, path.stat().st_size, name), _CHUNK)


class _Counted(io.RawIOBase):
    """What a gzip file unpacks to, up to the limit."""

    def __init__(self, packed: gzip.GzipFile, size: int, name: str) -> None:
        self._packed, self._size, self._name, self._read = packed, size, name, 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed's Buffer is newer than 3.11
        count = self._packed.readinto(buffer)
        self._read += count
        if self._read > FREE and self._read > self._size * MAX_RATIO:
            _refuse(
                self._name,
                f"its {self._size:,} bytes unpack to more than {self._read - count:,}, over {MAX_RATIO} times as many, "
                "which no real data do; unpack it yourself if you trust it",
            )
        return count


def check_rdf(path: Path, name: str, form: RdfFormat) -> None:
    """Refuse RDF that is nested too deeply, declares entities, or has more in one place than fits into memory.

    Raises:
        InvalidData: with the line.
    """
    with unpacked(path, name) as file:
        if form == RdfFormat.RDF_XML:
            check_xml(file, name, form="RDF/XML")
        elif form == RdfFormat.JSON_LD:
            check_json(file, name)
        else:
            _check_nesting(file, name, _TURTLE, by_line=form in (RdfFormat.N_TRIPLES, RdfFormat.N_QUADS))


def check_json(file: IO[bytes], name: str) -> None:
    """Refuse JSON, or lines of JSON, that is nested too deeply or holds too much in one object.

    Raises:
        InvalidData: with the line.
    """
    _check_nesting(file, name, _JSON)


def check_xml(file: IO[bytes], name: str, *, form: str = "XML", only_its_beginning: bool = False) -> None:
    """Refuse XML that declares entities or is nested too deeply.

    Args:
        file: the XML, unpacked.
        name: what the error calls it.
        form: what it should be.
        only_its_beginning: look no further than the first element, behind which nothing can be declared.

    Raises:
        InvalidData: with the line.
    """
    parser = expat.ParserCreate()
    depth = last = 0
    begun = False

    def declared(*_: object) -> NoReturn:
        what = "declares entities (<!ENTITY), which can grow without end; write them out"
        _refuse(name, f"{what}, or save it in another form", parser.CurrentLineNumber)

    def start(*_: object) -> None:
        nonlocal depth, begun
        depth, begun = depth + 1, True
        if depth > MAX_DEPTH:
            _too_deep(name, "elements", parser.CurrentLineNumber)
        past()

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1
        past()

    def past() -> None:
        nonlocal last
        if parser.CurrentByteIndex - last > MAX_TOKEN:
            _too_long(name, parser.CurrentLineNumber)
        last = parser.CurrentByteIndex

    parser.EntityDeclHandler = declared
    parser.StartElementHandler, parser.EndElementHandler = start, end
    read = 0
    try:
        while chunk := file.read(_CHUNK):
            parser.Parse(chunk, False)
            read += len(chunk)
            if begun and only_its_beginning:
                return
            if read - last > MAX_TOKEN + _CHUNK:
                _too_long(name, parser.CurrentLineNumber)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        _refuse(name, f"not {form}: {why}; check this place and what stands before it", error.lineno)


def check_workbook(path: Path, name: str) -> None:
    """Refuse a workbook (.xlsx) whose parts are too many, or unpack to too much, or declare entities.

    Raises:
        InvalidData: which part it is.
        BadZipFile, KeyError, ParseError: it is no workbook.
    """
    instead = "save the sheet as CSV"
    with zipfile.ZipFile(path) as book:
        parts = book.infolist()
        if len(parts) > MAX_PARTS:
            _refuse(name, f"a workbook of {len(parts):,} parts; at most {MAX_PARTS:,} are read: {instead}")
        most: dict[str, int] = {}
        unpacks = 0
        # the table of the parts comes first, for it says what the others are
        for part in sorted(parts, key=lambda part: part.filename != _TYPES):
            is_xml = part.filename.endswith((".xml", ".rels"))
            limit = most.get(part.filename, MAX_PART if is_xml else MAX_CELLS)
            unpacks += part.file_size
            if part.file_size > limit or (unpacks > MAX_PART and unpacks > path.stat().st_size * MAX_RATIO):
                what = f"its part {part.filename} unpacks to {part.file_size:,} bytes"
                least = f"{limit:,} bytes, and all parts {MAX_RATIO} times the file"
                _refuse(name, f"{what}; at most it may to {least}: {instead}")
            if is_xml:
                with book.open(part) as file:
                    check_xml(file, f"{name} ({part.filename})", only_its_beginning=True)
            if part.filename == _TYPES:
                most = _limits(book.read(part))


_TYPES = "[Content_Types].xml"


def _limits(types: bytes) -> dict[str, int]:
    """Of the parts that a workbook names, how large they may be: the least, where it calls one by two names."""
    limits: dict[str, int] = {}
    for entry in ElementTree.fromstring(types):  # noqa: S314  it declares no entities
        kind = entry.get("ContentType", "").rsplit(".", 1)[-1]
        most = {"worksheet+xml": MAX_CELLS, "sharedStrings+xml": MAX_STRINGS}.get(kind, MAX_PART)
        part = entry.get("PartName", "").removeprefix("/")
        limits[part] = min(most, limits.get(part, most))
    return limits


def check_turtle(path: Path, name: str) -> None:
    """Refuse a Turtle file that declares names, if it is too large or nested too deeply.

    Raises:
        InvalidData: with the line.
    """
    check_size(path, name, MAX_TURTLE, "cut it into several, or name it to `sitrep build` alone")
    check_rdf(path, name, RdfFormat.TURTLE)


def _check_nesting(file: IO[bytes], name: str, tokens: re.Pattern[bytes], *, by_line: bool = False) -> None:
    """Count brackets outside of texts; where they say nothing, stop, for the parser stops there, too."""
    rest, line = b"", 1
    depth = values = top = 0
    while True:
        chunk = file.read(_CHUNK)
        text, at = rest + chunk, 0
        if by_line and chunk and b"<<" not in text:
            at, depth = text.rfind(b"\n") + 1, 0
        else:
            for token in tokens.finditer(text):
                kind = token.lastgroup
                if kind is None:
                    at = max(at, len(text) - _EDGE) if chunk else len(text)
                    break
                at = token.end()
                if chunk and (at > len(text) - _EDGE or kind == "cut"):
                    at = token.start(kind)
                    break
                if kind == "open":
                    depth += 1
                    values += 1
                    if depth > MAX_DEPTH:
                        _too_deep(name, "brackets", line + text.count(b"\n", 0, at))
                    if depth == 1:
                        top = int(token[kind] == b"[")  # what stands in a list at the top is read one by one
                elif kind == "close":
                    depth = max(depth - 1, 0)
                elif kind == "comma":
                    values += 1
                if depth <= top:
                    values = 0
                elif values > MAX_VALUES and tokens is _JSON:
                    what = f"more than {MAX_VALUES:,} values in one object, which is read as a whole"
                    advice = "put the things into a list at the top of the file, or save it as N-Quads"
                    _refuse(name, f"{what}; {advice}", line + text.count(b"\n", 0, at))
        if not chunk:
            return
        if len(text) - at > MAX_TOKEN:
            _too_long(name, line + text.count(b"\n", 0, at))
        line += text.count(b"\n", 0, at)
        rest = text[at:]


def _too_deep(name: str, what: str, line: int) -> NoReturn:
    _refuse(name, f"more than {MAX_DEPTH} {what} inside each other; write it flatter", line)


def _too_long(name: str, line: int) -> NoReturn:
    _refuse(name, f"a text of more than {MAX_TOKEN:,} bytes, or one that does not end; check the quotation marks", line)


def _refuse(name: str, message: str, line: int = 0) -> NoReturn:
    raise InvalidData([Violation(name, line, message)])
