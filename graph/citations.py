"""The documents behind what is shown, so that it can be cited: each once, with the places in it that carry it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph import claims
from graph.claims import Claim, Document, Facts, Passage
from graph.identity import local_name, slug
from graph.lists import Places
from graph.naming import Naming, Thing
from graph.store import Store, text_of
from graph.times import Time, said
from ontology.terms import BASE, expand

DOCUMENTS = BASE + "doc/"
REFERENCE = DOCUMENTS + "reference"  # our own files, and no document about the world: the snapshot is cited for them
MOST = 500
"""So many documents are named; more are counted."""
MOST_PLACES = 40
"""So many places of one document are named; more are counted."""


@dataclass(frozen=True)
class Reference:
    """A document, or an address on the web that is all that is known of one, with the places that carry what is cited.

    `key` is made from the document's IRI alone, so that it is the same in every export.
    """

    key: str
    document: Document
    type: str  # prefixed name of its class; empty for an address
    language: str | None
    published: Time
    accessed: str | None
    places: tuple[Passage, ...]
    more_places: int = 0


@dataclass(frozen=True)
class Citations:
    """What is cited, from which snapshot, with its documents in order of date and key; `total` counts all of them."""

    title: str
    iri: str  # what it is named by, or the address where it is answered
    snapshot: str
    references: tuple[Reference, ...]
    total: int


def of_thing(store: Store, iri: str, naming: Naming) -> Citations:
    """The documents behind the page of a thing of any kind; of a document, itself."""
    is_document = iri.startswith(DOCUMENTS) or store.leads_to(expand("sit:inDocument"), iri)
    found = {iri: Places((), 0)} if is_document else _behind(store, [iri])
    return _cited(store, naming, naming.label(iri), iri, found)


def of_claims(store: Store, naming: Naming, title: str, iri: str, items: Iterable[Claim]) -> Citations:
    """The documents in which claims were read."""
    found: dict[str, set[str]] = defaultdict(set)
    _add_claims(found, items)
    return _cited(store, naming, title, iri, _placed(store, found))


def of_relations(store: Store, naming: Naming, title: str, iri: str, relations: Iterable[str]) -> Citations:
    """The documents that relations (IRIs) rest on, such as those that a picture shows."""
    return _cited(store, naming, title, iri, _behind(store, relations))


def of_entries(
    store: Store, naming: Naming, title: str, iri: str, entries: Iterable[tuple[Iterable[Claim], Iterable[Thing]]]
) -> Citations:
    """The documents behind things that rest on claims or, where nobody claims them, on sources."""
    found: dict[str, set[str]] = defaultdict(set)
    for items, sources in entries:
        _add_claims(found, items)
        for source in sources:
            found[_document_at(store, source.iri)] |= set()
    return _cited(store, naming, title, iri, _placed(store, found))


def _add_claims(found: dict[str, set[str]], items: Iterable[Claim]) -> None:
    for claim in items:
        for passage in claim.passages:
            found[passage.document].add(passage.iri)


def _placed(store: Store, found: Mapping[str, Iterable[str]]) -> dict[str, Places]:
    """Passages by the document that they are in, as the places that they are."""
    return {document: _places(store, passages) for document, passages in found.items()}


def _places(store: Store, iris: Iterable[str]) -> Places:
    passages = sorted(
        (claims.passage(store, iri) for iri in iris),
        key=lambda place: (place.start or 0, place.page or 0, (place.row or "").rjust(12), place.end or 0, place.iri),
    )
    distinct: dict[tuple[object, ...], str] = {}
    for place in passages:
        distinct.setdefault((place.start, place.end, place.page, place.row), place.iri)
    return Places(tuple(distinct.values())[:MOST_PLACES], len(distinct))


def _behind(store: Store, things: Iterable[str]) -> dict[str, Places]:
    """Documents with the places in them that carry what is shown of things, and the sources that these name."""
    asked = list(things)
    found = store.lists.behind(asked, MOST_PLACES)
    for thing in asked:
        for row in store.rows("sources-behind", thing=thing):
            found.setdefault(_document_at(store, text_of(row["source"])), Places((), 0))
    return found


def _document_at(store: Store, source: str) -> str:
    """The document whose address a source is; the source itself where none is known."""
    return next(iter(store.subjects(expand("schema:url"), source)), source)


def _cited(store: Store, naming: Naming, title: str, iri: str, found: Mapping[str, Places]) -> Citations:
    order = sorted(
        found.keys() - {"", REFERENCE},
        key=lambda name: (Facts(store, name).text("schema:datePublished") or "~", _key(name)),
    )
    named = tuple(_reference(store, name, found[name], naming) for name in order[:MOST])
    return Citations(title, iri, store.snapshot.name, named, len(order))


def _reference(store: Store, iri: str, places: Places, naming: Naming) -> Reference:
    facts = Facts(store, iri)
    document = claims.document(store, iri, naming)
    if not facts.iris("rdf:type"):  # an address of which nothing else is known
        document = Document(iri, iri, iri, None, None)
    published = facts.day("schema:datePublished")
    when = said(published, None, facts.text("sit:when") or "") if published else Time("", None, None)
    return Reference(
        key=_key(iri),
        document=document,
        type=next(iter(naming.thing(iri).types), "") if facts.iris("rdf:type") else "",
        language=facts.text("schema:inLanguage"),
        published=when if when.start == when.end or when.edtf else Time("", published, published),
        accessed=next(
            (text for name in ("schema:dateAccessed", "dcterms:dateAccessed") if (text := facts.text(name))), None
        ),
        places=tuple(claims.passage(store, passage) for passage in places.passages),
        more_places=places.count - len(places.passages),
    )


def _key(iri: str) -> str:
    """A key of letters, digits and hyphens: a document's own slug, else one with a digest of the IRI.

    >>> _key("https://w3id.org/sitrep/doc/tass-2025-01-20-drones")
    'tass-2025-01-20-drones'
    """
    own = iri.removeprefix(DOCUMENTS) if iri.startswith(DOCUMENTS) else ""
    if own and slug(own) == own:
        return own
    digest = hashlib.sha256(iri.encode()).hexdigest()[:8]
    return "-".join(filter(None, [slug(own or local_name(iri))[:40].strip("-"), digest]))
