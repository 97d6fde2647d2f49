"""An entity's relations: each direct edge once, with its status, dates, event, and what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import claims
from graph.claims import Claim, Facts
from graph.naming import RDF_TYPE, Naming, Thing
from graph.paging import Key, Page, paged
from graph.store import Row, Store, text_of
from graph.times import Time
from ontology.terms import expand

OUT, IN, BOTH = "out", "in", "both"
# One relation node serves both ways.
SYMMETRIC = frozenset({expand("sit:conferredWith")})


@dataclass(frozen=True)
class Relation:
    """A direct edge as seen from one of its ends. `sources` are given for a curated edge that rests on no claim."""

    iri: str
    label: str
    predicate: Thing
    direction: str
    inverse_label: str
    other: Thing
    when: Time
    status: str
    via: Thing | None
    claims: tuple[Claim, ...]
    sources: tuple[Thing, ...]


@dataclass(frozen=True)
class Filter:
    """Which relations of an entity are asked for; None means any."""

    direction: str = BOTH
    predicate: str | None = None
    type: str | None = None  # class of the other end
    status: str | None = None
    start: str | None = None  # ISO date: not over before it
    end: str | None = None  # ISO date: not begun after it


@dataclass(frozen=True)
class Count:
    """How many relations of one kind an entity has in one direction."""

    predicate: Thing
    direction: str
    count: int


def of(
    store: Store, iri: str, naming: Naming, wanted: Filter = Filter(), limit: int = 100, cursor: str | None = None
) -> Page[Relation]:
    """Relations of an entity, ordered by predicate, date, name of the other end, and IRI.

    Raises:
        ValueError: the cursor is not one of ours.
    """
    found: dict[Key, str] = {}
    for direction, row in _rows(store, iri):
        if _fits(store, direction, row, wanted):
            name = text_of(row["relation"])
            found[
                naming.label(text_of(row["edge"])),
                direction,
                text_of(row["start"]),
                naming.label(text_of(row["other"])),
                name,
            ] = name
    return paged(sorted(found), limit, cursor).map(lambda key: read(store, found[key], naming, seen_from=iri))


def counts(store: Store, iri: str, naming: Naming) -> list[Count]:
    """How many relations an entity has, by predicate and direction; the most first."""
    found: dict[tuple[str, str], set[str]] = {}
    for direction, row in _rows(store, iri):
        found.setdefault((text_of(row["edge"]), direction), set()).add(text_of(row["relation"]))
    every = [Count(naming.thing(edge), direction, len(names)) for (edge, direction), names in found.items()]
    return sorted(every, key=lambda count: (-count.count, count.predicate.iri, count.direction))


def read(store: Store, iri: str, naming: Naming, seen_from: str | None = None) -> Relation:
    """One relation by its own IRI, seen from its first end, or from the end that is named."""
    facts = Facts(store, iri)
    first, second = facts.iri("sit:from") or "", facts.iri("sit:to") or ""
    edge, via = facts.iri("sit:edge") or "", facts.iri("sit:via")
    backwards = seen_from == second != first
    time = facts.time()
    return Relation(
        iri=iri,
        label=naming.label(iri),
        predicate=naming.thing(edge),
        direction=IN if backwards and edge not in SYMMETRIC else OUT,
        inverse_label=_inverse_label(store, edge, naming),
        other=naming.thing(first if backwards else second),
        when=Time((Facts(store, via).text("sit:when") if via else None) or "", time.start, time.end),
        status=facts.word("sit:status"),
        via=naming.thing(via) if via else None,
        claims=tuple(claims.read(store, name, naming) for name in sorted(facts.iris("sit:restsOn"))),
        sources=tuple(map(naming.thing, facts.iris("dcterms:source"))),
    )


def resting_on(store: Store, claim: str, naming: Naming) -> list[Relation]:
    """The relations that a claim carries."""
    return [read(store, iri, naming) for iri in store.subjects(expand("sit:restsOn"), claim)]


def _rows(store: Store, iri: str) -> Iterator[tuple[str, Row]]:
    """Each relation of a thing once, with the direction in which it is seen; a symmetric edge goes out.

    So does one from a thing to itself, as a state is on its own side.
    """
    for row in store.rows("relations-out", thing=iri):
        yield OUT, row
    for row in store.rows("relations-in", thing=iri):
        if text_of(row["other"]) != iri:
            yield OUT if text_of(row["edge"]) in SYMMETRIC else IN, row


def _fits(store: Store, direction: str, row: Row, wanted: Filter) -> bool:
    return (
        wanted.direction in (BOTH, direction)
        and wanted.predicate in (None, text_of(row["edge"]))
        and wanted.status in (None, text_of(row["status"]).rsplit("/", 1)[-1])
        and (wanted.start is None or (text_of(row["end"]) or "9999") >= wanted.start)
        and (wanted.end is None or (text_of(row["start"]) or "0000") <= wanted.end)
        and (
            wanted.type is None
            or wanted.type
            in {term.value for term in store.objects(text_of(row["other"]), RDF_TYPE) if isinstance(term, NamedNode)}
        )
    )


def _inverse_label(store: Store, edge: str, naming: Naming) -> str:
    labels = {
        term.language: term.value
        for term in store.objects(edge, expand("sit:inverseLabel"))
        if isinstance(term, Literal)
    }
    return labels.get(naming.language) or labels.get("en") or naming.label(edge)
