"""The words of the graph for who writes a query: every class and property, what it means, and how often it is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal

from graph.naming import Naming
from graph.statistics import of
from graph.store import Store
from ontology.terms import compact, expand

_CLASSES = ("owl:Class", "rdfs:Class")
_PROPERTIES = ("owl:ObjectProperty", "owl:DatatypeProperty", "owl:AnnotationProperty", "rdf:Property")
_DEFINITIONS = ("skos:definition", "rdfs:comment")


@dataclass(frozen=True)
class Word:
    """A class or property: `count` is the number of its things or triples, `definition` empty where there is none."""

    iri: str
    name: str  # prefixed, or the IRI in angle brackets
    label: str
    definition: str
    count: int


@dataclass(frozen=True)
class Lexicon:
    """Classes and properties, the most used first."""

    classes: tuple[Word, ...]
    properties: tuple[Word, ...]


def lexicon(store: Store, naming: Naming) -> Lexicon:
    """All that is used in a snapshot, and all that the ontology describes."""
    counts = of(store.snapshot)
    properties = {iri: use.triples for iri, use in counts.properties.items()}
    return Lexicon(
        tuple(_words(store, naming, counts.classes, _CLASSES)), tuple(_words(store, naming, properties, _PROPERTIES))
    )


def _words(store: Store, naming: Naming, counts: Mapping[str, int], kinds: Iterable[str]) -> list[Word]:
    described = {iri for kind in kinds for iri in store.subjects(expand("rdf:type"), expand(kind))}
    found = [
        Word(iri, compact(iri), naming.label(iri), _definition(store, iri), counts.get(iri, 0))
        for iri in described | counts.keys()
    ]
    return sorted(found, key=lambda word: (-word.count, word.name))


def _definition(store: Store, iri: str) -> str:
    terms = [term for name in _DEFINITIONS for term in store.objects(iri, expand(name)) if isinstance(term, Literal)]
    english = [term.value for term in terms if term.language in ("en", None)]
    return english[0] if english else ""
