"""Somebody's own table, by a mapping file: the spreadsheet that every newsroom has.

`sitrep import table MAPPING.yaml FILE` reads CSV in any encoding and Excel workbooks (.xlsx). What the columns mean
stands in the mapping file (graph/importers/mapping.py). Names in columns of bodies, weapons and places may be slugs,
names that data/reference/ knows, or words of the mapping; a row with another name makes no claim and is listed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from graph import times
from graph.curation import sheet
from graph.curation.source import Source
from graph.curation.vocabulary import unknown, vocabulary
from graph.errors import InvalidData, Violation
from graph.importers import mapping as model
from graph.importers import rows
from graph.importers.draft import Draft, Table
from graph.importers.importer import Importer
from graph.importers.names import AGENT, PLACE, WEAPON
from graph.limits import COUNT

DATES = {"period", "day", "as_of", "since", "said", "date"}
NUMBERS = {"value", "min", "max"}
_ADDRESS = TypeAdapter[Any](sheet.Url)
# Parts of a claim that name things: what sort; None where any thing will do.
THINGS = {"claimant": AGENT, "publisher": AGENT, "place": PLACE, "item": WEAPON, "about": None}
WORDS = {"measure": "measures", "bound": "bounds", "kind": "kinds", "medium": "media"}
# Digits in groups of three, all parted by the same sign, or in one run; then the decimals.
_GROUPED = {
    point: re.compile(
        rf"(-?(?:[0-9]+|[0-9]{{1,3}}(?:([{group}'\s])[0-9]{{3}})(?:\2[0-9]{{3}})*))(?:{re.escape(point)}([0-9]+))?"
    )
    for point, group in ((".", ","), (",", "."))
}
_DECLARE = "declare it in data/reference/ first, or in a Turtle file (.ttl) that you name beside the table"
_NO_DIGIT = re.compile(r"[^0-9]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


class _NoClaim(Exception):
    """A row gives no claim: why, and what of it."""

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(reason)
        self.reason, self.what = reason, what


def read(files: Sequence[Path], draft: Draft, _: Mapping[str, str]) -> None:
    """Read one mapping file and one table, in any order.

    Raises:
        InvalidData: either is broken; a value cannot be read; a column is missing.
    """
    mappings = [path for path in files if path.suffix.lower() in (".yaml", ".yml")]
    tables = [path for path in files if path not in mappings]
    if len(mappings) != 1 or len(tables) != 1:
        message = "name one mapping file (.yaml) and one table (.csv, .tsv or .xlsx)"
        raise InvalidData([Violation(str(files[0]), 0, message)])
    source = Source(mappings[0], str(mappings[0]))
    meant = sheet.read_as(source, model.Mapping)
    document = {"type": "dataset", **meant.document.model_dump(mode="json", exclude_none=True)}
    table = draft.table(f"table-{meant.id}", tables[0], document)
    _Reader(draft, table, source, meant).read()


class _Reader:
    """Makes claims of a table's rows."""

    def __init__(self, draft: Draft, table: Table, source: Source, meant: model.Mapping) -> None:
        self.draft, self.table, self.source, self.meant = draft, table, source, meant
        self._check_words()

    def read(self) -> None:
        """Read every row to its end, or raise with the line of what cannot be read."""
        latest: list[date] = []
        for row in self._rows():
            self.table.rows += 1
            key = " | ".join(row[name] for name in self.meant.key)
            for number, claim in enumerate(self.meant.claims):
                try:
                    content, days = self._claim(row, claim)
                except _NoClaim as nothing:
                    self.draft.skip(row, nothing.reason, nothing.what)
                    continue
                latest += days
                said = " ".join(str(content["quantity"].get(name, "")) for name in ("value", "min", "max", "unit"))
                self.table.claim(f"{key} | {number}", said.strip(), content, row.line)
            if self.meant.as_of is not None:
                latest += self._days("as_of", self._text(row, "as_of", self.meant.as_of))
        if self.table.cells and not latest:
            message = "no row has a day, so that copies cannot be told apart; give `as-of`, a day or a column"
            raise InvalidData([self.source.violation(("id",), message)])
        self.table.as_of = max(latest, default=None)

    def _rows(self) -> Iterator[rows.Row]:
        path, columns = self.table.path, self.meant.columns()
        file = self.meant.file
        if path.suffix.lower() in (".xlsx", ".xlsm"):
            return rows.of_workbook(path, columns, file.sheet, self.draft.progress)
        return rows.of_csv(path, columns, self.draft.progress, encoding=file.encoding, delimiter=file.delimiter)

    def _check_words(self) -> None:
        """See that constants, and what columns' words stand for, are words of the vocabulary."""
        wrong = []
        known = self.draft.slugs()
        if self.meant.document.publisher not in known:
            message = unknown("thing", self.meant.document.publisher, known, _DECLARE)
            wrong.append(self.source.violation(("document", "publisher"), message))
        for number, claim in enumerate(self.meant.claims):
            for part, place in ((claim, ("claims", number)), (claim.quantity, ("claims", number, "quantity"))):
                for name in type(part).model_fields:
                    value = getattr(part, name)
                    for text, at in _constants(value, (*place, name.replace("_", "-"))):
                        try:
                            if name in THINGS:
                                self._check_slug(name, text, known)
                            else:
                                self._checked(name, text)
                        except ValueError as error:
                            wrong.append(self.source.violation(at, str(error)))
        if wrong:
            raise InvalidData(wrong)

    @staticmethod
    def _check_slug(name: str, text: str, known: set[str]) -> None:
        """See that a slug is one of the reference files; what sheets declare, the compiler checks."""
        if text in known or text.startswith(("ev-", "com-")):
            return
        if name == "item" and text not in known:
            vocabulary().concept("weapon-categories", text)
        else:
            raise ValueError(unknown("thing", text, known, _DECLARE))

    @staticmethod
    def _checked(name: str, text: str) -> str:
        if name in WORDS:
            vocabulary().concept(WORDS[name], text)
        elif name == "unit":
            vocabulary().unit(text)
        elif name in DATES:
            times.parse(text)
        elif name in NUMBERS and not _NUMBER.fullmatch(text):
            raise ValueError(f"{text!r} is not a number; write digits, such as 434000 or 70.3")
        elif name in NUMBERS and text.startswith("-"):
            raise ValueError(f"{text!r} is below zero, which no measure can be; write {text[1:]}")
        return text

    # --- one row

    def _claim(self, row: rows.Row, claim: model.Claim) -> tuple[dict[str, Any], list[date]]:
        """A claim as in a sheet, and the days in it."""
        quantity: dict[str, Any] = {}
        days: list[date] = []
        for name in type(claim.quantity).model_fields:
            text = self._part(row, name, getattr(claim.quantity, name))
            if text is not None:
                quantity[name.replace("_", "-")] = text
                days += self._days(name, text)
        self._counted_whole(row, claim.quantity, quantity["unit"])
        content: dict[str, Any] = {"claimant": self._part(row, "claimant", claim.claimant),
                                   "kind": self._part(row, "kind", claim.kind), "quantity": quantity}  # fmt: skip
        if said := self._part(row, "said", claim.said):
            content["said"] = said
            days += self._days("said", said)
        passage = {"row": str(row.number), "mode": "table"}
        if confidence := self._part(row, "confidence", claim.confidence):
            passage["confidence"] = confidence
        if claim.communication:
            content["channel"] = self._communication(row, claim.communication, content["claimant"])
        return {**content, "passages": [passage]}, days

    def _communication(self, row: rows.Row, told: model.Communication, claimant: str) -> str:
        url = self._part(row, "url", told.url) or ""
        if not re.fullmatch(r"https?://[^\s<>\"{}|\\^`]+", url):
            raise row.wrong(f"{url!r} is no web address; write the whole of it, with https:// in front")
        try:
            _ADDRESS.validate_python(url)
        except ValidationError as error:
            why = error.errors()[0]["msg"].removeprefix("Input should be a valid URL, ")
            raise row.wrong(f"{url!r} is no web address: {why}; correct it, or leave the cell empty") from None
        if page := self._part(row, "page", told.page):
            url = f"{url.partition('#')[0]}#page={page}"
        content = {"medium": self._part(row, "medium", told.medium), "url": url,
                   "publisher": self._part(row, "publisher", told.publisher) or claimant}  # fmt: skip
        if day := self._part(row, "date", told.date):
            content["date"] = day
        name = f"com-table-{hashlib.sha256(f'{claimant} {url}'.encode()).hexdigest()[:12]}"
        return self.draft.communication(name, content)

    def _part(self, row: rows.Row, name: str, value: model.Value | None) -> str | None:
        """A part of a claim as a sheet would have it; None where the mapping does not name it.

        Raises:
            _NoClaim: the cell is empty, or names nothing that is known.
            InvalidData: the cell cannot be read.
        """
        if value is None:
            return None
        if isinstance(value, str):
            return value
        text = self._text(row, name, value)
        if name in THINGS and text not in value.words.values():
            return self._thing(name, text)
        try:
            if name in NUMBERS:
                return self._number(text)
            return self._day(text) if name in DATES else self._checked(name, text)
        except ValueError as error:
            raise row.wrong(f"{value.column}: {error}") from None

    def _text(self, row: rows.Row, name: str, value: model.Value) -> str:
        if isinstance(value, str):
            return value
        printed = row[value.column]
        text = value.words.get(printed, printed) or value.otherwise
        if not text:
            raise _NoClaim("the cell is empty", value.column)
        return self._day(text) if name == "as_of" else text

    def _thing(self, name: str, text: str) -> str:
        kind = THINGS[name]
        kinds = [kind] if kind else [AGENT, PLACE, WEAPON]
        before = self.draft.unresolved.copy()
        resolve = {AGENT: self.draft.agent, PLACE: self.draft.place, WEAPON: self.draft.weapon}
        found = next((slug for one in kinds if (slug := resolve[one](text))), None)
        if found is None and re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+|w-[a-z-]+", text):
            found = text  # a slug: whether it is declared, the compiler says
        if found is not None:
            self.draft.unresolved = before
            return found
        raise _NoClaim("the name means no declared thing", text)

    def _counted_whole(self, row: rows.Row, meant: model.Quantity, unit: str) -> None:
        """See that a cell gives a count no fraction: mostly it is a thousand, and the mapping says nothing of that."""
        point = self.meant.file.decimals
        if vocabulary().unit(unit).nature != COUNT:
            return
        for name in sorted(NUMBERS):
            value = getattr(meant, name)
            found = _GROUPED[point].fullmatch(self._text(row, name, value)) if isinstance(value, model.Column) else None
            if found and not sheet.is_whole(f"{_NO_DIGIT.sub('', found[1])}.{found[3] or ''}"):
                other = "," if point == "." else "."
                raise row.wrong(
                    f"{value.column}: {found[0]!r} has a fraction, but {unit!r} is a count, and `{point}` parts "
                    f'decimals here; if it groups thousands, write `decimals: "{other}"` under `file` in the mapping, '
                    "else correct the cell"
                )

    def _number(self, text: str) -> str:
        point = self.meant.file.decimals
        found = _GROUPED[point].fullmatch(text)
        if not found:
            raise ValueError(
                f"{text!r} is not a number whose decimals follow `{point}`; write digits, or leave the cell empty, "
                "or correct `decimals` in the mapping"
            )
        if text.startswith("-"):
            raise ValueError(f"{text!r} is below zero, which no measure can be; correct the cell, or leave it empty")
        whole, decimals = _NO_DIGIT.sub("", found[1]), (found[3] or "").rstrip("0")
        return f"{whole}.{decimals}" if decimals else whole

    def _day(self, text: str) -> str:
        """A day as EDTF."""
        form = self.meant.file.dates
        if form and not re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            try:
                return datetime.strptime(text, form).date().isoformat()  # noqa: DTZ007  a day has no zone
            except ValueError:
                raise ValueError(f"{text!r} is not written as {form}; correct the cell, or `dates`") from None
        times.parse(text)
        return text

    @staticmethod
    def _days(name: str, text: str) -> list[date]:
        day = times.parse(text).end if name in DATES - {"since"} else None
        return [day] if day else []


def _constants(value: Any, place: tuple[str | int, ...]) -> Iterator[tuple[str, tuple[str | int, ...]]]:
    """What a mapping itself says of a part, with its place."""
    if isinstance(value, str):
        yield value, place
    elif isinstance(value, model.Column):
        for word, text in value.words.items():
            yield text, (*place, "words", word)
        if value.otherwise:
            yield value.otherwise, (*place, "otherwise")


IMPORTER = Importer(
    name="table",
    says="A table of your own, by a mapping file that says what its columns mean.",
    files="MAPPING.yaml FILE.csv",
    read=read,
    options={},
    keeps_names=False,
)
