"""The rows of a table, one by one, each with its number and its line; what is broken is said in words.

CSV, a JSON list of objects, and JSON lines. A file that is broken anywhere gives an error before anything of it is
kept: the importers write only what was read to the end.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from pathlib import Path
from typing import Any

from graph import bounds
from graph.curation.vocabulary import suggestions
from graph.errors import InvalidData, Violation

# Told how far the reading of a file is: its name, lines read, lines in all.
Progress = Callable[[str, int, int], None]
LARGEST_FIELD = 131_072  # characters; more is a quotation mark that was never closed
_LINE = re.compile(r"[^\r\n]*+(?:\r\n|\r|\n)|[^\r\n]++\Z")


def silent(_: str, __: int, ___: int) -> None:
    """Progress for nobody."""


@dataclass(frozen=True)
class Row:
    """One row of a table: its number from 0, its line in the file from 1, and its fields by name."""

    file: str
    number: int
    line: int
    fields: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    def wrong(self, message: str) -> InvalidData:
        """The error that this row is broken."""
        return InvalidData([Violation(self.file, self.line, message)])


def digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def of_csv(
    path: Path, columns: Sequence[str], progress: Progress = silent, *, encoding: str = "utf-8",
    delimiter: str | None = ",",
) -> Iterator[Row]:  # fmt: skip
    """The rows of a CSV file with a heading; every field is a text without blanks around it.

    Args:
        path: the file.
        columns: those that must be there; others may be, and come too.
        progress: told the lines read.
        encoding: in which the file is written.
        delimiter: what parts fields; None: the sign of `,;|` and the tab that the heading has most.

    Raises:
        InvalidData: another encoding, a column is missing, a row with too few or too many fields, a field without an
            end.
    """
    text = _text(path, encoding)
    total = text.count("\n")
    sign = delimiter or max(",;\t|", key=text.partition("\n")[0].count)
    lines = (line[0] for line in _LINE.finditer(text))  # StringIO would hold four bytes a character once more
    reader = csv.reader(lines, strict=True, delimiter=sign)
    heading: list[str] = []
    started = 0  # the line before the row's first
    for number in _counted(reader, path):
        row = number[1]
        if not heading:
            heading = _heading(path, row, columns)
        elif row:
            if len(row) != len(heading):
                raise InvalidData([Violation(str(path), started + 1, _uneven(row, heading))])
            fields = {name: value.strip() for name, value in zip(heading, row, strict=True)}
            yield Row(str(path), number[0] - 1, started + 1, fields)
        started = reader.line_num
        progress(path.name, started, total)
    if not heading:
        raise InvalidData([Violation(str(path), 0, "is empty; download it again")])


def _counted(reader: Any, path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV reader, its errors with their line."""
    number = 0
    while True:
        started = reader.line_num
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "field larger" in str(error):
                why = f"a field of more than {LARGEST_FIELD:,} characters; a quotation mark before it is not closed"
            elif "unexpected end" in str(error):
                why = "a quoted field that does not end; the file is cut off, download it again"
            else:
                why = f"not CSV: {error}"
            raise InvalidData([Violation(str(path), started + 1, why)]) from None
        yield number, row
        number += bool(row)


def _heading(path: Path, names: Sequence[str], columns: Sequence[str]) -> list[str]:
    names = [name.strip() for name in names]
    wrong = []
    for column in columns:
        if column not in names:
            near = suggestions(column, names)
            hint = f"; is it {' or '.join(near)}?" if near else f"; it has {', '.join(names)}"
            wrong.append(Violation(str(path), 1, f"the column {column!r} is missing{hint}"))
    wrong += [
        Violation(str(path), 1, f"the column {name!r} is there twice; keep one")
        for n, name in enumerate(names)
        if name in names[:n]
    ]
    if wrong:
        raise InvalidData(wrong)
    return names


def _uneven(row: Sequence[str], heading: Sequence[str]) -> str:
    return f"{len(row)} fields, but the heading names {len(heading)} columns; the row is broken or cut off"


def of_json(path: Path, fields: Sequence[str], progress: Progress = silent) -> Iterator[Row]:
    """The objects of a file that is one JSON list; values are as JSON has them.

    Args:
        path: the file, in UTF-8.
        fields: those that every object must have.
        progress: told the lines read.

    Raises:
        InvalidData: not UTF-8, not JSON, not a list of objects, a field is missing or given twice.
    """
    text = _json(path)
    total, line, at, counted = text.count("\n"), 1, 0, 0
    decoder = json.JSONDecoder(object_pairs_hook=_once)
    after, number = "[", 0
    while True:
        at = _skipped(text, at)
        if text[at : at + 1] != after:
            end = after == "," and text[at : at + 1] == "]"
            if end and not text[at + 1 :].strip():
                return
            line += text.count("\n", counted, at)
            what = "the list does not end; the file is cut off, download it again" if at >= len(text) else (
                "no list of objects; download the file again" if after == "[" else "not JSON: a comma is missing"
            )  # fmt: skip
            raise InvalidData([Violation(str(path), line, what)])
        at = _skipped(text, at + 1)
        if after == "[" and text[at : at + 1] == "]":
            return
        line, counted = line + text.count("\n", counted, at), at
        try:
            found, at = decoder.raw_decode(text, at)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip()) or "Unterminated" in error.msg
            why = "cut off; download it again" if cut else "download the file again, or mend it here"
            raise InvalidData([Violation(str(path), error.lineno, f"not JSON: {error.msg}; {why}")]) from None
        except ValueError as error:
            raise InvalidData([Violation(str(path), line, f"not JSON: {error}")]) from None
        yield _row(path, number, line, found, fields)
        number, after = number + 1, ","
        progress(path.name, line, total)


def of_json_lines(path: Path, fields: Sequence[str], progress: Progress = silent) -> Iterator[Row]:
    """The objects of a file that holds one JSON object a line.

    Raises:
        InvalidData: as `of_json`.
    """
    texts = _json(path).split("\n")
    number = 0
    for line, text in enumerate(texts, 1):
        if not text.strip():
            continue
        try:
            found = json.loads(text, object_pairs_hook=_once)
        except json.JSONDecodeError as error:
            raise InvalidData([Violation(str(path), line, f"not JSON: {error.msg} (column {error.colno})")]) from None
        except ValueError as error:
            raise InvalidData([Violation(str(path), line, f"not JSON: {error}")]) from None
        yield _row(path, number, line, found, fields)
        number += 1
        progress(path.name, line, len(texts))
    if not number:
        raise InvalidData([Violation(str(path), 0, "is empty; download it again")])


def _row(path: Path, number: int, line: int, found: Any, fields: Sequence[str]) -> Row:
    if not isinstance(found, dict):
        raise InvalidData([Violation(str(path), line, "no object with fields; download the file again")])
    missing = [Violation(str(path), line, f"the field {name!r} is missing") for name in fields if name not in found]
    if missing:
        raise InvalidData(missing)
    return Row(str(path), number, line, found)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = sorted({name for name in names if names.count(name) > 1})
        raise ValueError(f"the field {', '.join(map(repr, twice))} is given twice; keep one")
    return found


def _skipped(text: str, at: int) -> int:
    while at < len(text) and text[at] in " \t\r\n":
        at += 1
    return at


def of_workbook(
    path: Path, columns: Sequence[str], name: str | None = None, progress: Progress = silent
) -> Iterator[Row]:
    """The rows of a sheet of an Excel workbook; every field is a text, days as 2025-01-20, an empty cell as "".

    Args:
        path: the file (.xlsx).
        columns: those that must be there, in the first row that is not empty.
        name: of the sheet; the first when None.
        progress: told the rows read.

    Raises:
        InvalidData: no workbook, no such sheet, a column is missing, a value behind the last column, a formula
            that gives an error.
    """
    heading: list[str] = []
    number = 0
    for line, total, found in _cells(path, name):
        row = [_cell(path, line, value) for value in found]
        if not any(row):
            continue
        if not heading:
            while row and not row[-1]:
                row.pop()
            heading = _heading(path, row, columns)
            continue
        if any(row[len(heading) :]):
            message = f"a value behind the last column, {heading[-1]!r}; name its column in the heading, or delete it"
            raise InvalidData([Violation(str(path), line, message)])
        yield Row(str(path), number, line, dict(zip(heading, [*row, *[""] * len(heading)], strict=False)))
        number += 1
        progress(path.name, line, total)
    if not heading:
        raise InvalidData([Violation(str(path), 0, "is empty; name another sheet, or save it again")])


def _cells(path: Path, name: str | None) -> Iterator[tuple[int, int, Sequence[Any]]]:
    """The rows of a sheet as the workbook has them, each with its number from 1 and how many there may be."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        bounds.check_workbook(path, str(path))
        book = load_workbook(path, read_only=True, data_only=True, keep_links=False)
        with closing(book):
            if name is not None and name not in book.sheetnames:
                message = f"has no sheet {name!r}; it has {', '.join(book.sheetnames)}"
                raise InvalidData([Violation(str(path), 0, message)])
            cells = book[name] if name is not None else book.worksheets[0]
            total = cells.max_row
            cells.reset_dimensions()  # else every row is filled up to the column that the sheet says it has
            for line, found in enumerate(cells.iter_rows(values_only=True), 1):
                if line > bounds.MAX_ROWS or len(found) > bounds.MAX_COLUMNS:
                    message = f"a table has at most {bounds.MAX_ROWS:,} rows and {bounds.MAX_COLUMNS:,} columns"
                    what = f"{message}; delete the cells behind them, also the empty ones, or save the sheet as CSV"
                    raise InvalidData([Violation(str(path), line, what)])
                yield line, total or line, found
    # openpyxl has no error of its own for XML that is not what it should be
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, LookupError, OSError,
        ValueError, TypeError, AttributeError, SyntaxError,
    ) as error:  # fmt: skip
        message = f"is no whole Excel workbook ({error}); save it again as .xlsx, or as CSV"
        raise InvalidData([Violation(str(path), 0, message)]) from None


def _cell(path: Path, line: int, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value).strip()
    if text.startswith("#") and text.rstrip("!?").isupper():
        raise InvalidData([Violation(str(path), line, f"a formula that gives {text}; correct it in the workbook")])
    return text


def _json(path: Path) -> str:
    text = _text(path)
    with path.open("rb") as file:
        bounds.check_json(file, str(path))
    return text


def _text(path: Path, encoding: str = "utf-8") -> str:
    try:
        bounds.check_size(path, str(path), bounds.MAX_TABLE, "cut it into several, and import one after the other")
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidData([Violation(str(path), 0, f"cannot be read: {error.strerror}")]) from None
    try:
        text = raw.decode("utf-8-sig" if encoding == "utf-8" else encoding)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        message = f"not {encoding.upper()}; download the file again, or save it as UTF-8"
        raise InvalidData([Violation(str(path), line, message)]) from None
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise InvalidData([Violation(str(path), line, "a NUL character; this is no text, download the file again")])
    return text
