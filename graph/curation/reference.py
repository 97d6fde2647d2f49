"""The Turtle files of `data/reference/`: people, offices, organizations, places, weapons, background events.

They are read as they stand; what is checked here is that every name they use is declared somewhere, that every term
is the ontology's, and that terms of a one-seat office do not overlap.
"""

from __future__ import annotations

import codecs
import re
from calendar import monthrange
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse

from graph import bounds, times
from graph.curation.vocabulary import unknown, vocabulary
from graph.errors import InvalidData, Violation
from ontology.terms import BASE, PREFIXES, compact, expand

RDF_TYPE = expand("rdf:type")
ID = PREFIXES["id"]
AGENT = expand("foaf:Agent")
# Turtle's words, as far as they matter for finding a line.
_TOKEN = re.compile(
    r"""
    (?P<comment> \#[^\n]* )
  | (?P<string>  \"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*\"{3} | '{3}(?:[^'\\]|\\.|'{1,2}(?!'))*'{3} | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*' )
  | (?P<iri>     <[^<>"{}|^`\\\x00-\x20]*> )
  | (?P<blank>   _:[\w.\-]* | [\[(] )
  | (?P<name>    [\w.\-]*:(?:[\w\-:%]|\\.|\.(?=[\w\-:%\\]))* )
  | (?P<other>   @?\w+ | [^\s] )
    """,  # noqa: E501  the two kinds of quotes belong together
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True)
class Declared:
    """A thing that a curated file declares: its classes, and where it stands."""

    iri: str
    types: frozenset[str]
    file: str
    line: int


@dataclass(frozen=True)
class _Token:
    """One word of a Turtle file."""

    line: int
    kind: str
    text: str


class Turtle:
    """One Turtle file: its quads, and the lines on which each name stands.

    Raises:
        InvalidData: the file does not parse, with the line.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        bounds.check_turtle(path, name)
        raw = path.read_bytes().removeprefix(codecs.BOM_UTF8)
        try:
            text = raw.decode("utf-8")
            self.quads: list[Quad] = list(parse(raw, RdfFormat.TURTLE))
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise InvalidData([Violation(name, line, "not UTF-8; save the file as UTF-8")]) from None
        except SyntaxError as error:
            raise InvalidData([not_parsed(name, "Turtle", error)]) from None
        self._tokens = list(_tokens(text))
        self._mentions: dict[str, list[int]] = defaultdict(list)
        self._starts: dict[str, int] = {}
        self._read_names()

    def line(self, iri: str) -> int:
        """The line (from 1) on which a subject starts, else where the IRI is first mentioned, else 0."""
        return self._starts.get(iri) or next(iter(self._mentions.get(iri, ())), 0)

    def mentions(self, iri: str) -> Sequence[int]:
        """Every line on which an IRI stands; 0 alone where none is found."""
        return sorted(set(self._mentions.get(iri, ()))) or [0]

    def line_of_value(self, subject: str, value: str) -> int:
        """The line on which a subject's literal stands, else the subject's own."""
        start = self.line(subject)
        quoted = (
            t.line for t in self._tokens if t.kind == "string" and t.line >= start and t.text.strip("\"'") == value
        )
        return next(quoted, start)

    def blanks(self) -> Sequence[int]:
        """Every line on which a blank node stands."""
        return sorted({t.line for t in self._tokens if t.kind == "blank"})

    def declared(self) -> Iterator[Declared]:
        """Every subject that the file gives a class."""
        return declared(self.quads, self.name, self.line)

    def _read_names(self) -> None:
        prefixes: dict[str, str] = {}
        starts = True  # whether a statement starts here
        tokens = iter(self._tokens)
        for token in tokens:
            if token.text.lower() in ("@prefix", "prefix"):
                name, space = next(tokens), next(tokens)
                prefixes[name.text.removesuffix(":")] = space.text[1:-1]
            elif token.kind in ("iri", "name"):
                prefix, _, local = token.text.partition(":")
                iri = token.text[1:-1] if token.kind == "iri" else prefixes.get(prefix, "") + local
                self._mentions[iri].append(token.line)
                if starts:
                    self._starts.setdefault(iri, token.line)
            starts = token.text == "."


def declared(quads: Iterable[Quad], file: str, line: Callable[[str], int] = lambda _: 0) -> Iterator[Declared]:
    """Every subject that quads of a file give a class, with its line (0 where lines are not known)."""
    types = defaultdict[str, set[str]](set)
    for quad in quads:
        if (
            quad.predicate.value == RDF_TYPE
            and isinstance(quad.subject, NamedNode)
            and isinstance(quad.object, NamedNode)
        ):
            types[quad.subject.value].add(quad.object.value)
    for iri, classes in types.items():
        yield Declared(iri, frozenset(classes), file, line(iri))


def _tokens(text: str) -> Iterator[_Token]:
    line, at = 1, 0
    for found in _TOKEN.finditer(text):
        line, at = line + text.count("\n", at, found.start()), found.start()
        if found.lastgroup and found.lastgroup != "comment":
            yield _Token(line, found.lastgroup, found.group())


def not_parsed(name: str, language: str, error: SyntaxError) -> Violation:
    """A parser's error at its line, without the parser's own words for where that is."""
    why = re.sub(r"^Parser error at line \d+ (?:between columns|column) (\d+)[^:]*: ", r"column \1: ", str(error.msg))
    why = re.sub(r" \(line \d+\)$", "", why)
    return Violation(name, error.lineno or 0, f"not {language}: {why}; check this place and what stands before it")


def violations(files: Iterable[Turtle], things: Mapping[str, Declared]) -> Iterator[Violation]:
    """What is wrong in the reference files, given everything that is declared anywhere."""
    files = list(files)
    for turtle in files:
        for line in turtle.blanks():
            yield Violation(turtle.name, line, "a blank node; give it a name, so that it can be referred to")
        for quad in turtle.quads:
            yield from _unknown_names(turtle, quad, things)
            yield from _wrong_classes(turtle, quad, things)
            yield from _wrong_literals(turtle, quad)
    yield from _overlapping_terms(files)


def _unknown_names(turtle: Turtle, quad: Quad, things: Mapping[str, Declared]) -> Iterator[Violation]:
    words = vocabulary()
    for node in (quad.subject, quad.predicate, quad.object):
        if not isinstance(node, NamedNode):
            continue
        iri, message = node.value, ""
        for kind, space in (("thing", ID), ("document", PREFIXES["doc"])):
            if iri.startswith(space) and iri not in things:
                known = [other.removeprefix(space) for other in things if other.startswith(space)]
                otherwise = "declare it with a class" if kind == "thing" else "write its sheet"
                message = unknown(kind, iri.removeprefix(space), known, otherwise)
        if iri.startswith((PREFIXES["sit"], PREFIXES["voc"])) and not words.is_term(iri):
            message = unknown("term", compact(iri), map(compact, words.terms()), "choose one from ontology/")
        if message:
            for line in turtle.mentions(iri):
                yield Violation(turtle.name, line, message)


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


def _wrong_literals(turtle: Turtle, quad: Quad) -> Iterator[Violation]:
    value = quad.object
    if not isinstance(value, Literal) or not isinstance(quad.subject, NamedNode):
        return
    text, message = value.value, ""
    if value.datatype.value == expand("xsd:date") and _day(text) is None:
        message = f"{text!r} is not a day that exists; write it as 2025-01-20"
    elif value.datatype.value == expand("edtf:EDTF"):
        try:
            times.parse(text)
        except ValueError as error:
            message = str(error)
    if message:
        yield Violation(turtle.name, turtle.line_of_value(quad.subject.value, text), message)


def wrong_class(thing: Declared, wanted: Iterable[str]) -> str | None:
    """A sentence when a thing is of none of the wanted classes, else None."""
    words, wanted = vocabulary(), list(wanted)
    above = words.classes_above(thing.types)
    if any(iri in above for iri in wanted) or not any(iri.startswith("http") for iri in wanted):
        return None
    if any(iri.startswith(PREFIXES["sit"]) and not words.is_term(iri) for iri in thing.types):
        return None  # said where it is declared
    is_a = " and ".join(_with_article(label) for label in sorted(filter(None, map(words.label, thing.types))))
    should = " or ".join(sorted(_with_article(words.class_label(iri)) for iri in wanted))
    if AGENT in wanted:
        should += " (person, group, organization or state)"
    name = thing.iri.removeprefix(BASE).removeprefix("id/")
    return f"{name} is declared as {is_a or 'something else'}, but {should} is needed here"


def _with_article(noun: str) -> str:
    return f"{'an' if noun[0] in 'aeio' else 'a'} {noun}"


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
        for iri, about in _facts(turtle).items():
            if expand("sit:seats") in about:
                stated = about[expand("sit:seats")]
                seats[iri] = int(stated) if re.fullmatch("[0-9]{1,9}", stated) else 0  # the shapes say what is wrong
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


def _facts(turtle: Turtle) -> dict[str, dict[str, str]]:
    """One value of each property of each subject of a file."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in turtle.quads:
        if isinstance(quad.subject, NamedNode) and isinstance(quad.object, NamedNode | Literal):
            facts[quad.subject.value][quad.predicate.value] = quad.object.value
    return facts


def unattended(files: Iterable[Turtle], today: date) -> Iterator[Violation]:
    """Terms of office without an end that nobody says to have looked after in the last six months: they may be over."""
    months = today.year * 12 + today.month - 1 - 6
    year, month = divmod(months, 12)
    last = monthrange(year, month + 1)[1]
    since = date(year, month + 1, min(today.day, last))
    for turtle in files:
        for iri, about in _facts(turtle).items():
            if about.get(RDF_TYPE) != expand("org:Membership") or expand("schema:endDate") in about:
                continue
            known = _day(about.get(expand("sit:asKnownOn")))
            if known is None or known < since:
                how = f"was last looked after on {known}" if known else "does not say when it was looked after"
                yield Violation(
                    turtle.name, turtle.line(iri),
                    f"{compact(iri)} has no end and {how}; see whether it still runs, and set sit:asKnownOn to today",
                )  # fmt: skip


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text and re.fullmatch(r"\d{4}-\d\d-\d\d", text) else None
    except ValueError:
        return None  # said where it stands
