"""What things are called, in the reader's language.

One English `skos:prefLabel` names a thing; Ukrainian names are `skos:altLabel`s (a second prefLabel would double the
rows of every query that does not filter by language). So the Ukrainian name to show is chosen here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from graph.identity import local_name
from graph.store import Store
from ontology.terms import PREFIXES, compact, expand

LANGUAGES = ("en", "uk")
LABELS = tuple(map(expand, ("skos:prefLabel", "rdfs:label", "skos:altLabel", "skos:hiddenLabel")))
RDF_TYPE = expand("rdf:type")
# Classes that the build adds so that simple queries find everything; not worth showing beside a better one.
AGENT = expand("foaf:Agent")
GENERAL = frozenset({AGENT, *map(expand, ("org:Organization", "geo:Feature"))})
# The ontology's inverse label, "here", says too little where it stands alone.
_IN_FULL = {expand("schema:location"): "located here", expand("schema:containedInPlace"): "places in it"}


@dataclass(frozen=True)
class Thing:
    """A node with a name: an entity, a document, a concept."""

    iri: str
    label: str
    types: tuple[str, ...] = ()  # prefixed names, the most telling first

    @property
    def id(self) -> str | None:
        """The slug of an IRI under id/; None for others."""
        space = PREFIXES["id"]
        return self.iri.removeprefix(space) if self.iri.startswith(space) else None


class Naming:
    """Labels from one store in one language; remembers what it has read, so use one for each request."""

    def __init__(self, store: Store, language: str = "en") -> None:
        self._store = store
        self.language = language
        self._things: dict[str, Thing] = {}

    def thing(self, iri: str) -> Thing:
        """A node with its name and classes."""
        if iri not in self._things:
            types = {term.value for term in self._store.objects(iri, RDF_TYPE) if isinstance(term, NamedNode)}
            telling = sorted(types - GENERAL) or sorted(types - {AGENT}) or sorted(types)
            self._things[iri] = Thing(iri, self._label(iri), tuple(compact(name).strip("<>") for name in telling))
        return self._things[iri]

    def label(self, iri: str) -> str:
        """The name to show; the last part of the IRI for what has none."""
        return self.thing(iri).label

    def labels(self, iri: str) -> dict[str, list[str]]:
        """Every name, by language (empty text for names without one), the preferred first.

        Hidden labels, which stand for slips, find a thing but do not name it.
        """
        found: dict[str, list[str]] = {}
        for predicate in LABELS[:-1]:
            for term in self._literals(iri, predicate):
                names = found.setdefault(term.language or "", [])
                if term.value not in names:
                    names.append(term.value)
        return dict(sorted(found.items()))

    def inverse(self, predicate: str) -> str | None:
        """What a relation is called as seen from its other end; None where the ontology has no word for it."""
        terms = self._literals(predicate, expand("sit:inverseLabel"))
        named = {term.language: term.value for term in terms}
        if predicate in _IN_FULL:
            named["en"] = _IN_FULL[predicate]
        return named.get(self.language) or named.get("en")

    def _label(self, iri: str) -> str:
        preferred, plain, other, _ = ([*self._literals(iri, predicate)] for predicate in LABELS)
        english = _in("en", preferred) or _in("en", plain)
        if self.language != "en":
            own = _in(self.language, preferred) or _in(self.language, plain)
            if own or (own := _nearest(english, [term.value for term in other if term.language == self.language])):
                return own
        return english or next((term.value for term in [*preferred, *plain, *other]), None) or local_name(iri)

    def _literals(self, iri: str, predicate: str) -> Iterable[Literal]:
        return (term for term in self._store.objects(iri, predicate) if isinstance(term, Literal))


def _in(language: str, terms: Iterable[Literal]) -> str | None:
    return next((term.value for term in terms if term.language == language), None)


def _nearest(english: str | None, names: list[str]) -> str | None:
    """Of several spellings the one of like length: the name in full rather than its initials."""
    words = len((english or "").split())
    return min(names, key=lambda name: (abs(len(name.split()) - words), -len(name), name), default=None)
