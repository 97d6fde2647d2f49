"""Sheets that an importer wrote: one file of JSON lines for each import, `<name>.sheets.jsonl.gz`.

A public table holds tens of thousands of claims, too many for YAML. An importer (graph/importers) writes the same
sheets, part by part, and the build compiles them together with those that people wrote:

    {"sitrep": "sheets", "version": 1, "importer": "losses"}
    {"thing": {"slug": "...", "types": ["org:Organization"], "label": "...", ...}}     what the claims need declared
    {"sheet": {"id": "...", "document": {...}}, ...}                                   a document; what follows is in it
    {"communication": {"com-...": {...}}}
    {"event": {"ev-...": {...}}}
    {"claim": {...}, ...}                                                              as under `claims` in a sheet

Keys beside these are the importer's memory of the copies that it saw (graph/importers/copies.py); the build does not
read them, nor lines of other kinds.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError, field_validator
from pyoxigraph import Literal, NamedNode, Quad

from graph import bounds
from graph.curation import sheet
from graph.curation.reference import Declared
from graph.curation.sheet import Model, Sheet, Slug, Text
from graph.curation.source import Place, Source
from graph.curation.vocabulary import unknown, vocabulary
from graph.errors import InvalidData, Violation
from ontology.terms import PREFIXES, expand

SUFFIX = ".sheets.jsonl.gz"
VERSION = 1
ID = PREFIXES["id"]


class Thing(Model):
    """Something that imported claims speak of and that no curated file declares.

    Where a curated file declares the same slug, that declaration stands and this one is left out.
    """

    slug: Slug = Field(description="The last part of its IRI; it starts with the importer's name.")
    types: list[Text] = Field(min_length=1, description="Its classes, as prefixed names: sit:WeaponSystem.")
    label: Text = Field(description="Its name as the table prints it.")
    language: str = Field("en", description="Of the label.")
    also: dict[str, list[Text]] = Field(default_factory=dict, description="Further names, by language.")
    note: Text | None = Field(None, description="What a reader should know: where it is from, that it is unresolved.")
    facts: list[tuple[Text, Text]] = Field(
        default_factory=list,
        description="Further statements: a property, and what it leads to (id:russia, voc:w-tank, a web address).",
    )

    @field_validator("types", "facts", mode="after")
    @classmethod
    def _terms_are_known(cls, value: list[Any]) -> list[Any]:
        for name in [name for part in value for name in ([part] if isinstance(part, str) else part)]:
            iri = expand(f"<{name}>" if name.startswith(("http:", "https:")) else name)
            if iri.startswith((PREFIXES["sit"], PREFIXES["voc"])) and not vocabulary().is_term(iri):
                raise ValueError(unknown("term", name, ()))
        return value

    def with_names(self, names: Mapping[str, str]) -> Thing:
        """The thing, leading to other names than it did."""
        facts = [(name, f"id:{names.get(value[3:], value[3:])}" if value.startswith("id:") else value)
                 for name, value in self.facts]  # fmt: skip
        return self if facts == self.facts else self.model_copy(update={"facts": facts})

    def quads(self) -> Iterator[Quad]:
        """The thing as it would stand in a Turtle file of `data/reference/`."""
        node = NamedNode(ID + self.slug)
        for name in self.types:
            yield Quad(node, _iri("rdf:type"), _iri(name))
        # one English preferred label: decision 3
        yield Quad(node, _iri("skos:prefLabel"), Literal(self.label, language="en"))
        if self.language != "en":
            yield Quad(node, _iri("skos:altLabel"), Literal(self.label, language=self.language))
        for language, names in self.also.items():
            for name in names:
                yield Quad(node, _iri("skos:altLabel"), Literal(name, language=language))
        if self.note:
            yield Quad(node, _iri("skos:scopeNote"), Literal(self.note, language="en"))
        for name, value in self.facts:
            yield Quad(node, _iri(name), _iri(value))


def _iri(name: str) -> NamedNode:
    return NamedNode(name if name.startswith(("http:", "https:")) else expand(name))


class _Lines(Source):
    """One sheet of a file of JSON lines, with the line of each of its parts."""

    def __init__(self, name: str, content: dict[str, Any], line: int) -> None:
        self.name = name
        self.renamed = {}
        self.content = {**content, "communications": {}, "events": {}, "claims": []}
        self._lines: dict[Place, int] = {(): line}

    def line(self, place: Sequence[str | int]) -> int:
        """The line of a part, else that of the sheet itself."""
        return super().line(place) if len(place) > 1 else self._lines[()]

    def add(self, part: str, key: str | int, content: Any, line: int) -> None:
        """Add a communication, an event or a claim that stands on a line."""
        if isinstance(key, int):
            self.content[part].append(content)
        else:
            self.content[part][key] = content
        self._lines[part, key] = line


class Imported:
    """One file of imported sheets, read and checked by itself.

    Args:
        path: the file.
        name: what violations call it.
        retired: names that a person retired, and those that stay; a retired thing is left out.

    Attributes:
        sheets: each with its source, as data.curated has them.
        things: what the file declares beside documents, communications and events; by slug.

    Raises:
        InvalidData: not a whole file of this kind, or contents that the models refuse.
    """

    def __init__(self, path: Path, name: str, retired: Mapping[str, str] | None = None) -> None:
        self.name = name
        self._retired = retired or {}
        self.things: dict[str, Thing] = {}
        self._places: dict[str, int] = {}
        sources: list[_Lines] = []
        wrong: list[Violation] = []
        for number, line in lines(path, name):
            match line:
                case {"claim": dict(claim)} if sources:
                    sources[-1].add("claims", len(sources[-1].content["claims"]), claim, number)
                case {"communication": dict(entries)} if sources:
                    for slug, content in entries.items():
                        sources[-1].add("communications", slug, content, number)
                case {"event": dict(entries)} if sources:
                    for slug, content in entries.items():
                        sources[-1].add("events", slug, content, number)
                case {"sheet": dict(content)}:
                    sources.append(_Lines(name, content, number))
                case {"thing": dict(content)}:
                    wrong += self._declare(content, number)
        self.sheets: list[tuple[Source, Sheet]] = []
        for source in sources:
            try:
                if self._retired:
                    source.rename(self._retired, ("document", "communications", "events", "claims"))
                self.sheets.append((source, sheet.read(source)))
            except InvalidData as error:
                wrong += error.violations
        if wrong:
            raise InvalidData(wrong)

    def declared(self) -> Iterator[Declared]:
        """The things, as the reference files' are declared."""
        for slug, thing in self.things.items():
            yield Declared(ID + slug, frozenset(map(expand, thing.types)), self.name, self._places[slug])

    def _declare(self, content: dict[str, Any], number: int) -> Iterator[Violation]:
        try:
            thing = Thing.model_validate(content)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                yield Violation(self.name, number, f"{'.'.join(map(str, detail['loc']))}: {detail['msg']}")
        else:
            if thing.slug not in self._retired:
                self.things[thing.slug] = thing.with_names(self._retired)
                self._places[thing.slug] = number


def is_imported(path: Path) -> bool:
    """Whether a file is one of imported sheets, by its name."""
    return path.name.endswith(SUFFIX)


def lines(path: Path, name: str) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """Each line of a file of imported sheets, with its number from 1; the first one has told what the file is.

    Raises:
        InvalidData: not gzip, not whole, not JSON, or of another version.
    """
    number = 0
    try:
        with bounds.unpacked(path, name) as file:
            bounds.check_json(file, name)
        with bounds.unpacked(path, name) as file:
            for number, text in enumerate(iter(lambda: file.readline(bounds.MAX_TOKEN), b""), 1):
                content = json.loads(text.decode())
                if not isinstance(content, dict) or (number == 1 and content.get("sitrep") != "sheets"):
                    raise InvalidData(
                        [Violation(name, number, "is no file of imported sheets; import the table again")]
                    )
                if number == 1 and content.get("version") != VERSION:
                    message = f"was written by another version of sitrep ({content.get('version')}); import it again"
                    raise InvalidData([Violation(name, 1, message)])
                yield number, content
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InvalidData([Violation(name, 0, f"is no whole gzip file: {error}; import the table again")]) from None
    except ValueError as error:
        raise InvalidData([Violation(name, number + 1, f"not JSON: {error}; import the table again")]) from None
    if not number:
        raise InvalidData([Violation(name, 0, "is empty; import the table again")])
