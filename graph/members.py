"""What there is of a kind: classes, relations and uses of a concept with their counts, and the members in order."""

from __future__ import annotations

from dataclasses import dataclass

from graph import lists, overview, statistics
from graph.concepts import BROADER
from graph.naming import Naming, Thing
from graph.paging import Page, paged
from graph.store import Store, text_of

DOCUMENTS = "documents"


@dataclass(frozen=True)
class Kind:
    """A class, a property of relations, or a property that leads to a concept, and how many members it has."""

    thing: Thing
    count: int


def classes(store: Store, naming: Naming) -> list[Kind]:
    """Every class that things are of, the largest first."""
    counts = statistics.of(store.snapshot).classes
    found = [Kind(naming.thing(iri), count) for iri, count in counts.items()]
    return sorted(found, key=lambda kind: (-kind.count, kind.thing.iri))


def edges(store: Store, naming: Naming) -> list[Kind]:
    """Every property that relations are of, the most used first."""
    return [Kind(naming.thing(text_of(row["edge"])), int(text_of(row["count"]))) for row in store.rows("edges")]


def of_class(store: Store, naming: Naming, iri: str, limit: int, cursor: str | None = None) -> Page[Thing]:
    """The things of a class by name.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    return store.lists.members(lists.TYPE, iri, limit, cursor).map(naming.thing)


def of_edge(store: Store, naming: Naming, iri: str, limit: int, cursor: str | None = None) -> Page[Thing]:
    """The relations of a property by name.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    return store.lists.members(lists.EDGE, iri, limit, cursor).map(naming.thing)


def uses(store: Store, naming: Naming, concept: str) -> list[Kind]:
    """The properties that lead to a concept of the vocabulary, with how many things each leads from.

    Narrower concepts come first, then what is led to by most.
    """
    found = sorted(store.lists.uses(concept).items(), key=lambda use: use[0] != BROADER)
    return [Kind(naming.thing(predicate), count) for predicate, count in found]


def of_use(
    store: Store, naming: Naming, concept: str, predicate: str, limit: int, cursor: str | None = None
) -> Page[Thing]:
    """What a property leads from to a concept, by name.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    return store.lists.members(predicate, concept, limit, cursor).map(naming.thing)


def counted(store: Store, naming: Naming, measure: str, limit: int) -> Page[Kind]:
    """The things that numbers of a measure are claimed about, with how many claims; those with most first."""
    return store.lists.counted(measure, limit).map(lambda row: Kind(naming.thing(row[0]), row[1]))


def documents(store: Store, naming: Naming, limit: int, cursor: str | None = None) -> Page[Thing]:
    """The source documents by day, those without one first.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    keys = sorted({(published, iri) for iri, published in overview.documents(store)})
    return paged(keys, limit, cursor).map(lambda key: naming.thing(key[-1]))
