"""What stands on a card and beside an edge, and what is said of a thing when it is chosen."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import claims, wording
from graph.adjacency import Link, Tally, Vertex
from graph.claims import Claim
from graph.naming import Naming, Thing
from graph.store import Store, text_of
from graph.times import Time, day
from ontology.terms import expand

NAME_WIDTH, NAME_LINES = 24, 3
_MEMBER_OF = expand("org:memberOf")
_DESCRIPTIONS = ("skos:scopeNote", "skos:definition", "rdfs:comment")
_LINE, _SIDES, _ENDS = 18.0, 48.0, 16.0
# How wide letters are, in parts of the type's size, rather too wide than too narrow: fonts differ, and DejaVu Sans,
# the only one of a bare Debian, is wide.
_NARROW, _WIDE = frozenset("fijlrtI.,:;'|!()[]- /"), frozenset("mwMW@%—…")
_BOLD = 1.12  # how much wider bold letters are


@dataclass(frozen=True)
class Fact:
    """A line about a thing: what it is, its value, and the thing that the value names, if it names one."""

    label: str
    value: str
    iri: str | None = None


@dataclass(frozen=True)
class Count:
    """How many relations of one kind a thing has in one direction, how many can be drawn, and to how many things."""

    predicate: Thing
    label: str
    direction: str
    relations: int
    drawn: int
    others: int


@dataclass(frozen=True)
class Portrait:
    """A thing as the panel shows it. `figures` are the latest twelve; `figure_count` counts all."""

    thing: Thing
    kind: str
    connector: str
    dates: str
    description: str
    facts: tuple[Fact, ...]
    figures: tuple[Claim, ...]
    figure_count: int
    counts: tuple[Count, ...]


def lines(label: str) -> list[str]:
    """A name as it stands on a card; what is longer ends in an ellipsis."""
    return textwrap.wrap(
        label[:400], NAME_WIDTH, max_lines=NAME_LINES, placeholder=" …", break_on_hyphens=False
    ) or [""]  # fmt: skip


def size(name: list[str], second: str, bold: bool = False) -> tuple[float, float]:
    """Width and height of a card, by the letters on it; its name may be bold."""
    text = max([*(width(line, 14) * (_BOLD if bold else 1) for line in name), width(second, 12)])
    return text + _SIDES, len(name) * _LINE + (15.5 if second else 0) + _ENDS


def width(text: str, size: float) -> float:
    """About how wide a text is in type of this size.

    >>> width("ATACMS", 14) > width("atacms", 14) > width("iiiiii", 14)
    True
    """
    return size * sum(_letter(letter) for letter in text)


def _letter(letter: str) -> float:
    if letter in _NARROW:
        return 0.36
    if letter in _WIDE:
        return 1.0
    if unicodedata.east_asian_width(letter) in "WF":
        return 1.05
    return 0.77 if letter.isupper() else 0.64


def when(time: Time) -> str:
    """A time as a picture shows it: as `wording.time`, but what has only a latest day is `2023-10 or before`.

    Beside the words of an edge, "by 2023-10" would read as if 2023 had done it.
    """
    if time.edtf.startswith("../"):
        return f"{time.edtf[3:]} or before"
    if time.edtf.startswith("[") and time.start and time.end:
        return f"between {time.start} and {time.end}"
    return wording.time(time)


def dates_of(store: Store, vertex: Vertex) -> str:
    """When a thing was; empty for what has no dates."""
    edtf = next((t.value for t in store.objects(vertex.iri, expand("sit:when")) if isinstance(t, Literal)), "")
    return when(Time(edtf, day(vertex.start), day(vertex.stop)))


def dates_of_link(store: Store, link: Link) -> str:
    """When a relation held, in the words of the event that it comes from where there is one."""
    edtf = ""
    if link.via:
        edtf = next((t.value for t in store.objects(link.via, expand("sit:when")) if isinstance(t, Literal)), "")
    return when(Time(edtf, day(link.start), day(link.stop)))


def words_of(store: Store, link: Link, naming: Naming) -> str:
    """What stands on an edge: the name of its property, or the office that a membership rests on."""
    return (link.predicate == _MEMBER_OF and _office(store, link, naming)) or naming.label(link.predicate)


def _office(store: Store, link: Link, naming: Naming) -> str:
    """The title of a membership, without the body's name where it only repeats it."""
    english = _literal_in(store, link.iri, "rdfs:label", "en")
    title = ""
    for term in store.objects(link.source, expand("org:holds")):
        if isinstance(term, NamedNode) and NamedNode(link.target) in store.objects(term.value, expand("org:postIn")):
            own = _literal_in(store, term.value, "skos:prefLabel", "en")
            if not title or (own and english.endswith(f", {own}")):
                title = naming.label(term.value)
    body = naming.label(link.target)
    for joint in (" of the ", " of "):
        title = title.removesuffix(joint + body)
    return title


def portrait(store: Store, vertex: Vertex, naming: Naming) -> Portrait:
    """A thing as the panel shows it."""
    counted = next(iter(store.rows("figures", thing=vertex.iri)), None)
    count = int(text_of(counted["figures"]) or 0) if counted else 0
    return Portrait(
        thing=naming.thing(vertex.iri),
        kind=vertex.kind,
        connector=vertex.connector,
        dates=dates_of(store, vertex),
        description=next(filter(None, (_literal(store, vertex.iri, name, naming) for name in _DESCRIPTIONS)), ""),
        facts=tuple(_facts(store, vertex.iri, naming)),
        figures=tuple(
            claims.read(store, text_of(row["claim"]), naming)
            for row in (store.rows("figures-latest", thing=vertex.iri) if count else ())
        ),
        figure_count=count,
        counts=tuple(_count(tally, naming) for tally in store.adjacency.tallies(vertex.iri)),
    )


def _count(tally: Tally, naming: Naming) -> Count:
    label = naming.label(tally.predicate)
    if tally.direction == "in":
        label = naming.inverse(tally.predicate) or f"{label} (in)"
    return Count(naming.thing(tally.predicate), label, tally.direction, tally.relations, tally.drawn, tally.others)


def _facts(store: Store, iri: str, naming: Naming) -> Iterator[Fact]:
    hidden = frozenset(map(expand, (*_DESCRIPTIONS, "schema:abstract")))
    for row in store.rows("plain-facts", thing=iri):
        predicate, value = text_of(row["predicate"]), row["value"]
        if predicate in hidden:
            continue
        if isinstance(value, NamedNode):
            yield Fact(_spaced(naming.label(predicate)), naming.label(value.value), value.value)
        elif isinstance(value, Literal):
            yield Fact(_spaced(naming.label(predicate)), value.value)


def _literal(store: Store, iri: str, predicate: str, naming: Naming) -> str:
    terms = [term for term in store.objects(iri, expand(predicate)) if isinstance(term, Literal)]
    own = [term for term in terms if term.language in (None, naming.language)]
    return next((term.value for term in [*own, *terms]), "")


def _literal_in(store: Store, iri: str, predicate: str, language: str) -> str:
    terms = store.objects(iri, expand(predicate))
    return next((t.value for t in terms if isinstance(t, Literal) and t.language == language), "")


def _spaced(name: str) -> str:
    """A property's local name as words, where it has no label: `familyName` becomes `family name`."""
    if not name.isalpha():
        return name
    return "".join(f" {c.lower()}" if c.isupper() and i and name[i - 1].islower() else c for i, c in enumerate(name))
