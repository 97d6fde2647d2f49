"""The Turtle files of `data/reference/`: people, offices, organizations, places, weapons, background events.

They are read as they stand; what is checked here is that every name they use is declared somewhere, that every term
is the ontology's, and that terms of a one-seat office do not overlap.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph.curation.vocabulary import suggestions, unknown, vocabulary
from graph.errors import InvalidData, Violation
from ontology.terms import BASE, PREFIXES, compact, expand

RDF_TYPE = expand("rdf:type")
ID = PREFIXES["id"]
_SUBJECT = re.compile(r"^\s*([a-z]*):([A-Za-z0-9._-]+)(?=[\s;,.])")


@dataclass(frozen=True)
class Declared:
    """A thing that a curated file declares: its classes, and where it stands."""

    iri: str
    types: frozenset[str]
    file: str
    line: int


class Turtle:
    """One Turtle file: its quads, and the line on which each subject starts.

    Raises:
        InvalidData: the file does not parse, with the line.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        raw = path.read_bytes()
        try:
            self._text = raw.decode("utf-8")
            self.quads: list[Quad] = list(parse(raw, RdfFormat.TURTLE))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise InvalidData([Violation(name, line, "not UTF-8; save the file as UTF-8")]) from None
        except SyntaxError as error:
            raise InvalidData([Violation(name, error.lineno or 0, f"not Turtle: {error.msg}")]) from None
        self._prefixes = dict(re.findall(r"@?prefix\s+([A-Za-z0-9_-]*):\s*<([^>]*)>", self._text, re.IGNORECASE))
        self._lines = {iri: line for line, iri in reversed(list(self._subjects()))}

    def line(self, iri: str) -> int:
        """The line (from 1) on which a subject starts, else where the IRI is first mentioned, else 0."""
        if iri in self._lines:
            return self._lines[iri]
        for prefix, space in self._prefixes.items():
            if iri.startswith(space):
                mention = re.compile(rf"(?<![\w-]){re.escape(prefix)}:{re.escape(iri.removeprefix(space))}(?![\w-])")
                return next((n for n, line in enumerate(self._text.splitlines(), 1) if mention.search(line)), 0)
        return next((n for n, line in enumerate(self._text.splitlines(), 1) if f"<{iri}>" in line), 0)

    def declared(self) -> Iterator[Declared]:
        """Every subject that the file gives a class."""
        types = defaultdict[str, set[str]](set)
        for quad in self.quads:
            if (
                quad.predicate.value == RDF_TYPE
                and isinstance(quad.subject, NamedNode)
                and isinstance(quad.object, NamedNode)
            ):
                types[quad.subject.value].add(quad.object.value)
        for iri, classes in types.items():
            yield Declared(iri, frozenset(classes), self.name, self.line(iri))

    def _subjects(self) -> Iterator[tuple[int, str]]:
        for number, line in enumerate(self._text.splitlines(), 1):
            found = _SUBJECT.match(line)
            if found and found[1] in self._prefixes:
                yield number, self._prefixes[found[1]] + found[2].rstrip(".")


def violations(files: Iterable[Turtle], things: Mapping[str, Declared]) -> Iterator[Violation]:
    """What is wrong in the reference files, given everything that is declared anywhere."""
    files = list(files)
    for turtle in files:
        for quad in turtle.quads:
            yield from _unknown_names(turtle, quad, things)
            yield from _wrong_classes(turtle, quad, things)
    yield from _overlapping_terms(files)


def _unknown_names(turtle: Turtle, quad: Quad, things: Mapping[str, Declared]) -> Iterator[Violation]:
    words = vocabulary()
    for node in (quad.subject, quad.predicate, quad.object):
        if not isinstance(node, NamedNode):
            if not isinstance(node, Literal):
                yield Violation(
                    turtle.name,
                    turtle.line(str(quad.predicate.value)),
                    "a blank node; give it a name, so that it can be referred to",
                )
            continue
        iri = node.value
        if iri.startswith(ID) and iri not in things:
            slugs = [known.removeprefix(ID) for known in things if known.startswith(ID)]
            message = unknown("thing", iri.removeprefix(ID), slugs)
            yield Violation(turtle.name, turtle.line(iri), message + "; or declare it with a class")
        elif iri.startswith((PREFIXES["sit"], PREFIXES["voc"])) and not words.is_term(iri):
            near = suggestions(iri, words.terms())
            hint = f"did you mean {' or '.join(compact(name) for name in near)}?" if near else "see ontology/"
            yield Violation(turtle.name, turtle.line(iri), f"unknown term {compact(iri)}; {hint}")


def _wrong_classes(turtle: Turtle, quad: Quad, things: Mapping[str, Declared]) -> Iterator[Violation]:
    words = vocabulary()
    if not quad.predicate.value.startswith(PREFIXES["sit"]):
        return
    for node, wanted in ((quad.subject, words.domain(quad.predicate)), (quad.object, words.range(quad.predicate))):
        if isinstance(node, NamedNode) and wanted and node.value in things:
            problem = wrong_class(things[node.value], [iri.value for iri in wanted])
            if problem:
                line = turtle.line(quad.subject.value if isinstance(quad.subject, NamedNode) else "")
                yield Violation(turtle.name, line, f"{compact(quad.predicate.value)}: {problem}")


def wrong_class(thing: Declared, wanted: Iterable[str]) -> str | None:
    """A sentence when a thing is of none of the wanted classes, else None."""
    words, wanted = vocabulary(), list(wanted)
    above = words.classes_above(thing.types)
    if any(iri in above for iri in wanted) or not any(iri.startswith("http") for iri in wanted):
        return None
    is_a = " and ".join(sorted(words.class_label(iri) for iri in thing.types))
    should = " or ".join(sorted(words.class_label(iri) for iri in wanted))
    return f"{thing.iri.removeprefix(BASE).removeprefix('id/')} is declared as {is_a}, but {should} is needed here"


@dataclass(frozen=True)
class _Term:
    """One term of office; a missing start is unknown, a missing end means that no end is known."""

    iri: str
    member: str
    start: date | None
    end: date | None
    file: str
    line: int

    def overlaps(self, other: _Term) -> bool:
        # an unknown start tells nothing but that it is not after the end
        last = date.max
        mine, theirs = self.end or last, other.end or last
        if mine == theirs == last:
            return True
        return max(self.start or mine, other.start or theirs) < min(mine, theirs)


def _overlapping_terms(files: Iterable[Turtle]) -> Iterator[Violation]:
    seats: dict[str, int] = {}
    terms: dict[str, list[_Term]] = defaultdict(list)
    for turtle in files:
        facts: dict[str, dict[str, str]] = defaultdict(dict)
        for quad in turtle.quads:
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
                facts[quad.subject.value][quad.predicate.value] = quad.object.value
        for iri, about in facts.items():
            if expand("sit:seats") in about:
                seats[iri] = int(about[expand("sit:seats")])
            if expand("sit:post") in about:
                start, end = (about.get(expand(key)) for key in ("schema:startDate", "schema:endDate"))
                terms[about[expand("sit:post")]].append(
                    _Term(
                        iri, about.get(expand("org:member"), ""), _day(start), _day(end), turtle.name, turtle.line(iri)
                    )
                )
    for post, held in terms.items():
        if seats.get(post) != 1:
            continue
        for n, term in enumerate(held):
            for other in held[n + 1 :]:
                if term.overlaps(other):
                    names = f"{compact(term.iri)} and {compact(other.iri)}"
                    yield Violation(
                        other.file, other.line,
                        f"{compact(post)} has one seat, but the terms {names} overlap; "
                        "correct a date, or give the earlier one its end",
                    )  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # the shapes say what is wrong with it
