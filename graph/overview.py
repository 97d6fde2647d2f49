"""The whole graph at a glance, for a home page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import zip_longest

from graph import claims
from graph.naming import Naming, Thing
from graph.store import Store, text_of
from ontology.terms import compact

LABELS = {
    "foaf:Person": "people", "org:Organization": "organizations", "sit:State": "states", "schema:Place": "places",
    "sit:WeaponSystem": "weapon systems", "sit:Event": "events", "sit:Claim": "claims", "sit:Passage": "passages",
    "sit:Relation": "relations", "sit:Comparison": "comparisons",
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """How many things there are of a class, by its prefixed name and its English plural."""

    name: str
    label: str
    count: int


def counts(store: Store) -> list[Tally]:
    """How many things there are of each class that a reader looks for, documents among them; none without any."""
    found = {compact(text_of(row["class"])): int(text_of(row["count"])) for row in store.rows("overview-classes")}
    documents = len(store.rows("overview-documents"))
    tallies = [Tally(name, label, found.get(name, 0)) for name, label in LABELS.items()]
    return [tally for tally in [*tallies, Tally("", "documents", documents)] if tally.count]


def most_connected(store: Store, naming: Naming, most: int) -> list[Thing]:
    """The people, weapons and events with the most relations, as many of each kind as there is room for."""
    kinds: dict[str, list[str]] = {"foaf:Person": [], "sit:WeaponSystem": [], "sit:Event": []}
    for row in store.rows("overview-connected"):
        kinds[compact(text_of(row["class"]))].append(text_of(row["thing"]))
    in_turn = [iri for together in zip_longest(*kinds.values()) for iri in together if iri]
    return [naming.thing(iri) for iri in in_turn[:most]]


def newest_documents(store: Store, naming: Naming, most: int) -> list[claims.Document]:
    """The newest source documents."""
    return [claims.document(store, text_of(row["document"]), naming) for row in store.rows("overview-documents")[:most]]


def contested(store: Store, most: int) -> list[tuple[str, str, str]]:
    """Pairs of claims (IRIs) that do not fit together, with the outcome's word."""
    rows = store.rows("overview-contested")[:most]
    return [(text_of(row["first"]), text_of(row["second"]), text_of(row["outcome"]).rsplit("/", 1)[-1]) for row in rows]
