"""The form of a node: all that the shapes can see of it, and nothing that they cannot.

A table gives tens of thousands of claims that differ in a number, a day and a hash. The shapes cannot tell them apart:
they count values, ask for a class, a datatype or one of a list, hold two values of a node against each other. So nodes
of one form all conform or all break the same shapes, and pySHACL need only judge one of them.

What counts is read from `ontology/shapes.ttl` itself: the terms and numbers that it names, the pairs that it compares.
Whatever is not certainly invisible stays in the form as it is: a finer form costs time, a coarser one the truth.
`KNOWN` lists the parts of SHACL for which this holds; a shape that uses another one fails a test.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable
from functools import cache, lru_cache

import rdflib
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Store, Triple, parse

from ontology.files import text
from ontology.terms import PREFIXES, expand

# The shapes look back along these: who carries a claim, which claims speak of an event.
BACKWARDS = tuple(NamedNode(expand(name)) for name in ("sit:carries", "rdf:subject"))
# ... and one step further for these, to judge what a node points to.
BEYOND = tuple(NamedNode(expand(name)) for name in ("rdf:type", "rdf:predicate", "sit:excerpt"))
KNOWN = {
    "NodeShape", "targetClass", "targetSubjectsOf", "property", "path", "message", "minCount", "maxCount", "nodeKind",
    "IRI", "class", "datatype", "in", "or", "xone", "not", "hasValue", "lessThan", "lessThanOrEquals", "minInclusive",
    "maxInclusive", "minLength", "maxLength", "pattern", "uniqueLang", "qualifiedValueShape", "qualifiedMinCount",
    "closed", "ignoredProperties", "alternativePath", "inversePath",
}  # fmt: skip
_SH = "http://www.w3.org/ns/shacl#"
_OWN = tuple(PREFIXES[name] for name in ("sit", "voc"))
# Datatypes of which the shapes see no more than what _seen keeps.
_PLAIN = {expand(f"xsd:{name}") for name in ("integer", "decimal", "date", "string", "boolean", "gYear")} | {
    expand("edtf:EDTF"), expand("rdf:langString"),
}  # fmt: skip

Term = NamedNode | BlankNode | Literal | Triple


class Forms:
    """The forms of a store's nodes; all its graphs count."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[NamedNode, tuple[Hashable, ...]] = {}

    def of(self, iri: str) -> Hashable:
        """What the shapes see of a node; equal for nodes that they cannot tell apart."""
        node = NamedNode(iri)
        triples = {quad.triple for quad in self._store.quads_for_pattern(node, None, None)}
        own: Counter[Hashable] = Counter()
        values: dict[str, list[Literal]] = {}
        for triple in triples:
            own[triple.predicate.value, self._seen(triple.object)] += 1
            if triple.predicate.value in _compared() and isinstance(triple.object, Literal):
                values.setdefault(triple.predicate.value, []).append(triple.object)
        for predicate in BACKWARDS:
            for subject in {quad.subject for quad in self._store.quads_for_pattern(None, predicate, node)}:
                own["^" + predicate.value, self._seen(subject)] += 1
        for left, right in _pairs():
            for a in values.get(left, ()):
                for b in values.get(right, ()):
                    own[left, right, _order(a, b)] += 1
        # the shapes ask for none, one or more; that they ask for no other number is tested
        return frozenset((part, min(count, 2)) for part, count in own.items())

    def _seen(self, term: Term) -> Hashable:
        if isinstance(term, Literal):
            return _seen_of(term)
        if isinstance(term, NamedNode):
            itself = term.value if term.value.startswith(_OWN) or term in _named() else ""
            return itself, self._beyond(term)
        return str(term)

    def _beyond(self, node: NamedNode) -> tuple[Hashable, ...]:
        found = self._known.get(node)
        if found is None:
            facts = {
                quad.triple for predicate in BEYOND for quad in self._store.quads_for_pattern(node, predicate, None)
            }
            found = self._known[node] = tuple(sorted(str(fact.predicate) + str(fact.object) for fact in facts))
        return found


@lru_cache(maxsize=65536)
def _seen_of(value: Literal) -> Hashable:
    """What the shapes see of a literal: its datatype or language, and on which side of their limits it lies."""
    as_rdflib = _rdflib(value)
    if value in _named() or value.datatype.value not in _PLAIN or as_rdflib.ill_typed:
        return str(value)
    sides: list[Hashable] = [value.datatype.value, (value.language or "").lower()]
    sides += [_order(value, limit) for limit in _limits()]
    sides += [
        len(value.value) - length if abs(len(value.value) - length) < 2 else len(value.value) > length
        for length in _lengths()
    ]
    sides += [bool(re.search(pattern, value.value)) for pattern in _patterns()]
    return tuple(sides)


def _order(a: Literal, b: Literal) -> Hashable:
    """Which of two values is greater; what they are where they cannot be compared."""
    one, other = _rdflib(a), _rdflib(b)
    if {a.datatype.value, b.datatype.value} - _PLAIN or one.ill_typed or other.ill_typed:
        return str(a), str(b)
    try:
        return int(one.value > other.value) - int(one.value < other.value)
    except TypeError:  # a number and a day, or EDTF, which rdflib does not read
        return a.datatype.value, b.datatype.value, type(one.value).__name__, type(other.value).__name__


def _rdflib(value: Literal) -> rdflib.Literal:
    if value.language:
        return rdflib.Literal(value.value, lang=value.language)
    return rdflib.Literal(value.value, datatype=rdflib.URIRef(value.datatype.value))


# --- what the shapes name


@cache
def _shapes() -> tuple[Triple, ...]:
    return tuple(quad.triple for quad in parse(text("shapes.ttl"), RdfFormat.TURTLE))


def used() -> set[str]:
    """The terms of SHACL that the shapes use, without their prefix."""
    terms = {term.value for triple in _shapes() for term in triple if isinstance(term, NamedNode)}
    return {iri.removeprefix(_SH) for iri in terms if iri.startswith(_SH)}


def numbers(names: Iterable[str]) -> list[Literal]:
    """The literals that the shapes give some of SHACL's parameters."""
    wanted = {_SH + name for name in names}
    found = {t.object for t in _shapes() if t.predicate.value in wanted and isinstance(t.object, Literal)}
    return sorted(found, key=str)


@cache
def _named() -> frozenset[Term]:
    """Every term that stands in the shapes as a value."""
    return frozenset(term for t in _shapes() for term in (t.subject, t.object) if not isinstance(term, BlankNode))


@cache
def _pairs() -> tuple[tuple[str, str], ...]:
    paths = {
        t.subject: t.object.value
        for t in _shapes()
        if t.predicate.value == _SH + "path" and isinstance(t.object, NamedNode)
    }
    wanted = (_SH + "lessThan", _SH + "lessThanOrEquals")
    return tuple(
        sorted(
            {
                (paths[t.subject], t.object.value)
                for t in _shapes()
                if t.predicate.value in wanted and isinstance(t.object, NamedNode)
            }
        )
    )


@cache
def _compared() -> frozenset[str]:
    return frozenset(name for pair in _pairs() for name in pair)


@cache
def _limits() -> tuple[Literal, ...]:
    return tuple(numbers(("minInclusive", "maxInclusive")))


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(int(number.value) for number in numbers(("minLength", "maxLength")))


@cache
def _patterns() -> tuple[str, ...]:
    return tuple(pattern.value for pattern in numbers(("pattern",)))
