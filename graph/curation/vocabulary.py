"""The words that curated files may use, read from the ontology's own files.

A sheet says `estimate`, `losses`, `miles`, `operates`; the graph says `voc:estimate`, `voc:m-losses`, `unit:MI`,
`sit:operates`. This is the way between the two, with a suggestion where a word is off by a letter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, RdfFormat, Store
from rapidfuzz import fuzz, process

from graph.limits import CONTINUOUS, COUNT, PER_CENT
from ontology.terms import BASE, PREFIXES, expand

VOC = PREFIXES["voc"]
# Every other edge is derived, from these claims, from events, or from reference files.
CLAIMED = (
    "sit:occurred", "sit:actor", "sit:weapon", "schema:location", "org:holds", "sit:operates", "sit:usedIn",
    "sit:guidance", "sit:serviceEntry", "sit:exceeds", "sit:launchedFrom",
    "sit:owns", "sit:directs", "sit:linkedWith",
)  # fmt: skip
# How the local names of a scheme's concepts start; a sheet may leave that out.
SCHEMES = {
    "kinds": "", "bounds": "", "modes": "", "media": "", "spans": "", "outcomes": "", "variants": "",
    "measures": "m-", "event-types": "ev-", "weapon-categories": "w-", "precisions": "precision-",
}  # fmt: skip


@dataclass(frozen=True)
class Unit:
    """A QUDT unit: what sheets call it, how it converts, and how its numbers are rounded."""

    iri: NamedNode
    words: tuple[str, ...]
    quantity_kind: str
    multiplier: Decimal

    @property
    def nature(self) -> str:
        """Counts, shares and continuous quantities have different limits (see graph.limits)."""
        name = self.iri.value.rsplit("/", 1)[-1]
        return {"NUM": COUNT, "PERCENT": PER_CENT}.get(name, CONTINUOUS)


class Vocabulary:
    """Schema and concepts of the ontology, as questions about words."""

    def __init__(self) -> None:
        self._store = Store()
        for name in ("schema.ttl", "vocab.ttl"):
            text = files("ontology").joinpath(name).read_bytes()
            self._store.load(text, format=RdfFormat.TURTLE)
        self._schemes = {scheme: dict(self._concepts(scheme, prefix)) for scheme, prefix in SCHEMES.items()}
        self._units = {unit.iri.value: unit for unit in self._read_units()}
        self._unit_words = {word: unit for unit in self._units.values() for word in unit.words}

    def words(self, scheme: str) -> list[str]:
        """The short words of a scheme's concepts, sorted."""
        return sorted(self._schemes[scheme])

    def concepts(self) -> list[str]:
        """The names of all concepts under voc/, with their prefixes (`m-losses`), sorted."""
        return sorted(iri.value.removeprefix(VOC) for scheme in self._schemes.values() for iri in scheme.values())

    def concept(self, scheme: str, word: str) -> NamedNode:
        """The concept that a word means in a scheme, with or without its prefix (`losses`, `m-losses`, `voc:m-losses`).

        Raises:
            ValueError: no such concept; the text suggests one.
        """
        short = word.removeprefix("voc:").removeprefix(VOC).removeprefix(SCHEMES[scheme])
        found = self._schemes[scheme].get(short)
        if found is None:
            singular = {"media": "medium"}.get(
                scheme, scheme.removesuffix("ies") + "y" if scheme.endswith("ies") else scheme.removesuffix("s")
            )
            what = singular.replace("-", " ")
            if named := self._called(scheme, short):
                raise ValueError(f"unknown {what} {word!r}; did you mean {' or '.join(named)}?")
            raise ValueError(unknown(what, word, self.words(scheme)))
        return found

    def _called(self, scheme: str, name: str) -> list[str]:
        """The words of a scheme's concepts that have a label like this: `just-short-of` is `just-under`.

        Hardly a letter may differ: `no-more-than` is the opposite.
        """
        labels: dict[str, set[str]] = {}
        for word, concept in self._schemes[scheme].items():
            for predicate in ("skos:prefLabel", "skos:altLabel"):
                for quad in self._store.quads_for_pattern(concept, NamedNode(expand(predicate)), None):
                    if isinstance(quad.object, Literal) and quad.object.language == "en":
                        labels.setdefault(_hyphenated(quad.object.value), set()).add(word)
        sought = _hyphenated(name)
        if sought in labels:
            return sorted(labels[sought])
        if suggestions(name, self.words(scheme)):
            return []
        return sorted({word for label in suggestions(sought, labels, least=88) for word in labels[label]})

    def counts_people(self, measure: NamedNode) -> bool:
        """Whether a measure is personnel losses or a part of them."""
        above = self._objects(measure, "skos:broader")
        return measure.value == VOC + "m-losses" or any(map(self.counts_people, above))

    def unit_words(self) -> list[str]:
        """Every word that a sheet may use for a unit, sorted."""
        return sorted(self._unit_words)

    def unit(self, word: str) -> Unit:
        """The unit that a word means.

        Raises:
            ValueError: no such unit; the text suggests one.
        """
        found = self._unit_words.get(word)
        if found is None:
            raise ValueError(unknown("unit", word, self.unit_words()))
        return found

    def canonical_unit(self, measure: NamedNode) -> Unit | None:
        """The unit in which a measure's limits are computed; None for a concept that only groups measures."""
        for quad in self._store.quads_for_pattern(measure, NamedNode(expand("qudt:hasUnit")), None):
            if isinstance(quad.object, NamedNode):
                return self._units.get(quad.object.value)
        return None

    def is_maximum(self, measure: NamedNode) -> bool:
        """Whether a measure is itself a greatest value, such as the longest range, so that "up to" states it."""
        pattern = self._store.quads_for_pattern(measure, NamedNode(expand("sit:isMaximum")), None)
        return any(isinstance(quad.object, Literal) and quad.object.value == "true" for quad in pattern)

    def is_term(self, iri: str) -> bool:
        """Whether an IRI of our ontology or vocabulary is declared there."""
        return next(self._store.quads_for_pattern(NamedNode(iri), None, None), None) is not None

    def terms(self) -> list[str]:
        """All IRIs that the ontology's files declare under our base, sorted."""
        return sorted({s.value for s, *_ in self._store if isinstance(s, NamedNode) and s.value.startswith(BASE)})

    def predicates(self) -> dict[str, NamedNode]:
        """What a relation in a sheet may say, by local name and by prefixed name: what the rules read in claims."""
        known: dict[str, NamedNode] = {}
        for name in CLAIMED:
            known[name.split(":")[1]] = known[name] = NamedNode(expand(name))
        return known

    def predicate(self, word: str) -> NamedNode:
        """The property that a word means in a relation (`operates`, `holds`, `org:holds`).

        Raises:
            ValueError: no such property; the text suggests one.
        """
        known = self.predicates()
        if word not in known:
            raise ValueError(unknown("predicate", word, sorted(name for name in known if ":" not in name)))
        return known[word]

    def domain(self, term: NamedNode) -> list[NamedNode]:
        """Classes that a property's subject must belong to, as the schema says; empty when it says nothing."""
        return self._objects(term, "rdfs:domain")

    def range(self, term: NamedNode) -> list[NamedNode]:
        """Classes or datatypes that a property's object must belong to; empty when the schema says nothing."""
        return self._objects(term, "rdfs:range")

    def label(self, iri: str) -> str | None:
        """The English name of a class or property; None for those of others."""
        for quad in self._store.quads_for_pattern(NamedNode(iri), NamedNode(expand("rdfs:label")), None):
            if isinstance(quad.object, Literal) and quad.object.language == "en":
                return quad.object.value
        return None

    def class_label(self, iri: str) -> str:
        """The English name of a class or property, else its local name."""
        return self.label(iri) or iri.rsplit("#", 1)[-1].rsplit("/", 1)[-1]

    def classes_above(self, types: Iterable[str]) -> frozenset[str]:
        """The given classes with all their superclasses, as far as the schema knows them."""
        found, todo = set[str](), list(types)
        while todo:
            current = todo.pop()
            if current not in found:
                found.add(current)
                todo += [above.value for above in self._objects(NamedNode(current), "rdfs:subClassOf")] + ABOVE.get(
                    current, []
                )
        return frozenset(found)

    def quads(self) -> Iterator[tuple[object, ...]]:
        """Every triple of schema and vocabulary."""
        return iter(self._store)

    def _objects(self, subject: NamedNode, predicate: str) -> list[NamedNode]:
        pattern = self._store.quads_for_pattern(subject, NamedNode(expand(predicate)), None)
        return [quad.object for quad in pattern if isinstance(quad.object, NamedNode)]

    def _concepts(self, scheme: str, prefix: str) -> Iterator[tuple[str, NamedNode]]:
        in_scheme = NamedNode(expand("skos:inScheme"))
        for quad in self._store.quads_for_pattern(None, in_scheme, NamedNode(VOC + scheme)):
            if isinstance(quad.subject, NamedNode):
                yield quad.subject.value.removeprefix(VOC).removeprefix(prefix), quad.subject

    def _read_units(self) -> Iterator[Unit]:
        rows = self._select("""SELECT ?u ?kind ?times (GROUP_CONCAT(DISTINCT ?word; separator="|") AS ?words) WHERE {
            ?u a qudt:Unit ; qudt:hasQuantityKind ?kind ; qudt:conversionMultiplier ?times .
            ?u rdfs:label|skos:altLabel|qudt:symbol ?word }
            GROUP BY ?u ?kind ?times""")
        for u, kind, times, words in rows:
            names = {word for word in words.value.split("|") if word} | {u.value.rsplit("/", 1)[-1]}
            yield Unit(u, tuple(sorted(names)), kind.value, Decimal(times.value))

    def _select(self, query: str) -> Iterable[tuple[NamedNode, ...]]:
        return self._store.query(query, prefixes=PREFIXES)  # type: ignore[return-value]


# What the standard vocabularies say and our schema does not repeat.
_ORG, _FOAF = PREFIXES["org"], PREFIXES["foaf"]
ABOVE = {
    _ORG + "FormalOrganization": [_ORG + "Organization"],
    _ORG + "OrganizationalUnit": [_ORG + "Organization"],
    _ORG + "Organization": [_FOAF + "Agent"],
    _FOAF + "Person": [_FOAF + "Agent"],
    _FOAF + "Group": [_FOAF + "Agent"],
    PREFIXES["schema"] + "Country": [PREFIXES["schema"] + "Place"],
}


def _hyphenated(text: str) -> str:
    return "-".join(text.lower().replace("-", " ").split())


@cache
def vocabulary() -> Vocabulary:
    """The ontology's words; read once in a process."""
    return Vocabulary()


def unknown(what: str, word: str, known: Iterable[str], otherwise: str = "") -> str:
    """A sentence for an unknown word, with the nearest known ones.

    Args:
        what: what the word should name, such as `unit`.
        word: the unknown word.
        known: the words that would do.
        otherwise: what else the writer may do; where absent and nothing is near, the known words are listed.
    """
    known = sorted(set(known))
    near = suggestions(word, known)
    if near:
        return f"unknown {what} {word!r}; did you mean {' or '.join(near)}?" + (
            f" Else {otherwise}" if otherwise else ""
        )
    return f"unknown {what} {word!r}; " + (otherwise or "known are " + ", ".join(known))


def suggestions(word: str, known: Iterable[str], most: int = 2, least: int = 72) -> list[str]:
    """The known words nearest to one that is off by a letter or two; empty when none is near.

    `least` is how much of a word has to be the same, in per cent.
    """
    found = process.extract(word, sorted(set(known)), scorer=fuzz.ratio, limit=most, score_cutoff=least)
    return [name for name, score, _ in found if score > found[0][1] - 12]
