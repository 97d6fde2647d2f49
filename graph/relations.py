"""An entity's relations: each direct edge once, with its status, dates, event, and what it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph import claims
from graph.adjacency import BOTH, IN, OUT, SYMMETRIC
from graph.claims import Claim, Facts
from graph.naming import Naming, Thing
from graph.paging import Page, cursor_of, key_of
from graph.store import Store
from graph.times import Time
from ontology.terms import expand

__all__ = ["BOTH", "IN", "OUT", "SYMMETRIC", "Count", "Filter", "Relation", "counts", "of", "read", "resting_on"]
MOST_CLAIMS = 20
"""So many of the claims that a relation rests on are read, the latest; all are counted."""
# What a relation node says of itself, beside what it rests on.
_OWN = (
    "sit:from", "sit:to", "sit:edge", "sit:via", "sit:status", "sit:asOf", "sit:when", "schema:startDate",
    "schema:endDate", "dcterms:source", "sit:asKnownOn",
)  # fmt: skip


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
    claims: tuple[Claim, ...]  # the latest, MOST_CLAIMS at most
    claim_count: int  # of all that it rests on
    sources: tuple[Thing, ...]
    origins: int  # independent origins of its claims; 0 where it rests on a source, or on unnamed groups alone
    as_known_on: date | None = None  # of a term of office: the day up to which it was looked after


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
    """Relations of an entity, ordered by predicate, date, English name of the other end, and IRI.

    The order is the same in every language, and a page costs the same whatever the degree (see `graph.adjacency`).

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    found = store.adjacency.ends(
        iri, direction=wanted.direction, predicate=wanted.predicate, type=wanted.type, status=wanted.status,
        start=wanted.start, stop=wanted.end, limit=limit, after=key_of(cursor) if cursor else None,
    )  # fmt: skip
    items = tuple(read(store, end.relation, naming, seen_from=iri) for end in found.ends)
    return Page(items, found.total, cursor_of(found.ends[-1].key) if found.more else None)


def counts(store: Store, iri: str, naming: Naming) -> list[Count]:
    """How many relations an entity has, by predicate and direction; the most first."""
    return [
        Count(naming.thing(tally.predicate), tally.direction, tally.relations) for tally in store.adjacency.tallies(iri)
    ]


def read(
    store: Store, iri: str, naming: Naming, seen_from: str | None = None, most: int = MOST_CLAIMS
) -> Relation:  # fmt: skip
    """One relation by its own IRI, seen from its first end, or from the end that is named; so many claims at most."""
    facts = Facts(store, iri, *_OWN)  # what it rests on may be tens of thousands of claims
    first, second = facts.iri("sit:from") or "", facts.iri("sit:to") or ""
    edge, via = facts.iri("sit:edge") or "", facts.iri("sit:via")
    backwards = seen_from == second != first
    time = facts.time()
    resting = store.adjacency.resting(iri, most)
    return Relation(
        iri=iri,
        label=naming.label(iri),
        predicate=naming.thing(edge),
        direction=IN if backwards and edge not in SYMMETRIC else OUT,
        inverse_label=naming.inverse(edge) or naming.label(edge),
        other=naming.thing(first if backwards else second),
        when=Time((Facts(store, via).text("sit:when") if via else None) or "", time.start, time.end),
        status=facts.word("sit:status"),
        via=naming.thing(via) if via else None,
        claims=tuple(claims.read(store, name, naming) for name in resting.claims),
        claim_count=resting.count,
        sources=tuple(map(naming.thing, facts.iris("dcterms:source"))),
        origins=resting.origins,
        as_known_on=facts.day("sit:asKnownOn"),
    )


def behind(store: Store, iri: str, naming: Naming, limit: int = 50, cursor: str | None = None) -> Page[Claim]:
    """The claims that a relation rests on, the latest first.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    resting = store.adjacency.resting(iri, limit, cursor)
    return Page(resting.claims, resting.count, resting.next).map(lambda name: claims.read(store, name, naming))


def resting_on(store: Store, claim: str, naming: Naming) -> list[Relation]:
    """The relations that a claim carries."""
    return [read(store, iri, naming) for iri in store.subjects(expand("sit:restsOn"), claim)]
