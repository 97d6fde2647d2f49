"""A thing as RDF: what is said of it, and enough around it to be read alone."""

from __future__ import annotations

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from graph.checks import Check
from graph.claims import Claim
from graph.comparisons import Comparison
from graph.relations import Relation
from graph.store import Store
from ontology.terms import expand

LABEL = NamedNode(expand("rdfs:label"))
IN_DISPUTE = NamedNode(expand("sit:inDispute"))
_CLAIM, _DISPUTE = expand("sit:Claim"), expand("sit:Dispute")


def described(store: Store, iri: str) -> list[Triple]:
    """What is said of a thing, with names for what it points to.

    A claim comes with its measurand and passages, a dispute with the claims and comparisons that lead to it.
    """
    found: dict[Triple, None] = {}
    _add(store, iri, found)
    types = {term.value for term in store.objects(iri, expand("rdf:type")) if isinstance(term, NamedNode)}
    if _CLAIM in types:
        for measurand in store.objects(iri, expand("sit:measurand")):
            if isinstance(measurand, NamedNode):
                _add(store, measurand.value, found)
        for passage in store.subjects(expand("sit:carries"), iri):
            _add(store, passage, found)
    if _DISPUTE in types:
        for name in store.subjects(IN_DISPUTE.value, iri):
            found[Triple(NamedNode(name), IN_DISPUTE, NamedNode(iri))] = None
    _name_objects(store, found)
    return list(found)


def of_relations(store: Store, relations: Iterable[Relation]) -> list[Triple]:
    """Relations as RDF: the direct edges, their relation nodes, and the claims that they rest on."""
    found: dict[Triple, None] = {}
    for relation in relations:
        ends = [
            term for name in ("sit:from", "sit:edge", "sit:to") for term in store.objects(relation.iri, expand(name))
        ]
        if len(ends) == 3 and all(isinstance(end, NamedNode) for end in ends):
            found[Triple(*ends)] = None  # type: ignore[arg-type]
        _add(store, relation.iri, found)
        for claim in relation.claims:
            _add(store, claim.iri, found)
    _name_objects(store, found)
    return list(found)


def of_claims(store: Store, claims: Iterable[Claim]) -> list[Triple]:
    """Claims as RDF, with their measurands and passages."""
    return list(dict.fromkeys(triple for claim in claims for triple in described(store, claim.iri)))


def of_things(store: Store, iris: Iterable[str]) -> list[Triple]:
    """Things as RDF, each as it is described alone."""
    return list(dict.fromkeys(triple for iri in iris for triple in described(store, iri)))


def of_comparisons(store: Store, comparisons: Iterable[Comparison]) -> list[Triple]:
    """Comparisons as RDF, each with its two claims."""
    found: dict[Triple, None] = {}
    for comparison in comparisons:
        for iri in (comparison.iri, comparison.first.iri, comparison.second.iri):
            found |= dict.fromkeys(described(store, iri))
    return list(found)


def of_checks(store: Store, checks: Iterable[Check]) -> list[Triple]:
    """Results of checks as RDF, each with the claims that it used."""
    found: dict[Triple, None] = {}
    for check in checks:
        for iri in (check.iri, *(claim.iri for claim in check.claims)):
            found |= dict.fromkeys(described(store, iri))
    return list(found)


def _add(store: Store, iri: str, found: dict[Triple, None]) -> None:
    for triple in store.about(iri):
        found[triple] = None


def _name_objects(store: Store, found: dict[Triple, None]) -> None:
    for triple in list(found):
        if isinstance(triple.object, NamedNode):
            for label in store.objects(triple.object.value, LABEL.value):
                if isinstance(label, Literal):
                    found[Triple(triple.object, LABEL, label)] = None
