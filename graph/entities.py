"""One thing with all that is known about it: names, plain facts, counts of relations and claims."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph import claims, relations
from graph.errors import UnknownEntity
from graph.naming import LABELS, RDF_TYPE, Naming, Thing
from graph.paging import Page
from graph.store import Store, text_of
from ontology.terms import BASE, PREFIXES, expand

_DESCRIPTIONS = ("skos:scopeNote", "skos:definition", "rdfs:comment")
# Shown elsewhere on the card, or only there for machines. What a relation rests on is a list of its own.
_NOT_FACTS = frozenset(
    [*LABELS, RDF_TYPE, *map(expand, ("owl:sameAs", *_DESCRIPTIONS, "schema:abstract", "sit:restsOn"))]
)


@dataclass(frozen=True)
class Fact:
    """A plain property: its value is a thing or a text."""

    predicate: Thing
    value: Thing | str


@dataclass(frozen=True)
class Entity:
    """A thing, and what stands around it in numbers."""

    thing: Thing
    labels: dict[str, list[str]]
    description: str | None
    same_as: tuple[str, ...]
    facts: tuple[Fact, ...]
    relations: tuple[relations.Count, ...]
    claims_by: int
    claims_about: int
    origins: int | None  # independent origins that affirm an event; None for other things
    party_only: bool | None  # whether an event rests on the word of parties to it alone; None for other things


def iri_of(name: str) -> str:
    """The IRI that a slug, a prefixed name, a path under the base, or an IRI stands for."""
    if name.partition(":")[0] in PREFIXES or (name.startswith("<") and name.endswith(">")):
        try:
            return expand(name)
        except ValueError:
            return PREFIXES["id"] + name
    if "://" in name:
        return name
    return BASE + name if "/" in name else PREFIXES["id"] + name


def found(store: Store, name: str) -> str:
    """The IRI that a name stands for, also that of a document without its `doc/`; unknown or not."""
    iri = iri_of(name)
    document = f"{BASE}doc/{name}"
    return document if not store.knows(iri) and "/" not in name and store.knows(document) else iri


def read(store: Store, iri: str, naming: Naming) -> Entity:
    """An entity's card.

    Raises:
        UnknownEntity: the graph holds nothing about this IRI.
    """
    if not store.knows(iri):
        raise UnknownEntity(iri)
    about = claims.Facts(store, iri, "rdf:type", "owl:sameAs", *_DESCRIPTIONS)
    is_event = expand("sit:Event") in about.iris("rdf:type")
    counts = relations.counts(store, iri, naming)
    origins = {text_of(row["origin"]) for row in store.rows("origins", thing=iri)} if is_event else None
    drawn = {count.predicate.iri for count in counts if count.direction == relations.OUT}
    return Entity(
        thing=naming.thing(iri),
        labels=naming.labels(iri),
        description=next((text for name in _DESCRIPTIONS if (text := about.text(name))), None),
        same_as=tuple(about.iris("owl:sameAs")),
        facts=tuple(_facts(store, iri, naming, drawn)),
        relations=tuple(counts),
        claims_by=claims.count(store, iri, claims.BY),
        claims_about=claims.count(store, iri, claims.ABOUT),
        origins=None if origins is None else len(origins),
        party_only=None if origins is None else _party_only(store, iri),
    )


def _party_only(store: Store, iri: str) -> bool:
    """Whether all who affirm an event are parties to it, or on the side of one; unnamed groups count by their side."""
    parties = {text_of(row[name]) for row in store.rows("parties", thing=iri) for name in ("party", "side")} - {""}
    affirming = store.rows("affirmed-by", thing=iri)
    return bool(affirming) and all({text_of(row["who"]), text_of(row["side"])} & parties for row in affirming)


def merged_into(store: Store, iri: str) -> str | None:
    """The IRI that took this one's place: of ours, and nothing is said of it but one owl:sameAs to another of ours."""
    if not iri.startswith(BASE):
        return None  # an IRI of others stays theirs, whatever it is the same as
    if not store.objects(iri, expand("owl:sameAs")):
        return None  # most things; a state's thousands of triples are not read for it
    said = store.about(iri)
    if len(said) != 1 or said[0].predicate.value != expand("owl:sameAs") or not isinstance(said[0].object, NamedNode):
        return None
    kept = said[0].object.value
    return kept if kept.startswith(BASE) and kept != iri else None


def is_withdrawn(store: Store, iri: str) -> bool:
    """Whether a thing was taken back: `owl:deprecated true`, or prov:wasInvalidatedBy anything."""
    facts = claims.Facts(store, iri, "owl:deprecated", "prov:wasInvalidatedBy")
    return facts.text("owl:deprecated") in ("true", "1") or bool(facts.all("prov:wasInvalidatedBy"))


def inbound(store: Store, iri: str, naming: Naming, most: int = 200) -> Page[Fact]:
    """What points to a thing: property and thing, at most so many; the total is exact below 1,000."""
    rows = store.rows("inbound", thing=iri)
    pairs = sorted(
        {
            (row["predicate"].value, row["subject"].value)
            for row in rows
            if isinstance(row["predicate"], NamedNode) and isinstance(row["subject"], NamedNode)
        }
    )
    facts = tuple(Fact(naming.thing(predicate), naming.thing(subject)) for predicate, subject in pairs[:most])
    return Page(facts, len(pairs), None, len(rows) < 1000)


def _facts(store: Store, iri: str, naming: Naming, drawn: set[str]) -> list[Fact]:
    """Plain properties; those that are relations, too, stand among the relations."""
    found = []
    for triple in store.about(iri):
        predicate, value = triple.predicate.value, triple.object
        if predicate in _NOT_FACTS or predicate in drawn:
            continue
        if isinstance(value, NamedNode):
            found.append(Fact(naming.thing(predicate), naming.thing(value.value)))
        elif isinstance(value, Literal):
            found.append(Fact(naming.thing(predicate), value.value))
    return found
