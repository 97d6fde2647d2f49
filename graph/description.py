"""What a graph says about itself, in itself: VoID and DCAT with counts by class and property, and example queries.

Editors and agents read these by SPARQL from the endpoint, so they stand in the default graph, under IRIs of their own
(`ABOUT`), and there are no blank nodes among them. They count the graph as it was before they were added. See
docs/decisions/0009-the-description-is-in-the-graph.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions, Store

from graph.examples import examples
from graph.identity import minted
from graph.queries import question_text
from graph.store import Term
from ontology.terms import BASE, PREFIXES, compact, expand

DOCUMENT = ".well-known/void"
ABOUT = f"{BASE}{DOCUMENT}#"
DATASET = NamedNode(f"{ABOUT}dataset")
REFERENCE = NamedNode(expand("doc:reference"))  # the reference files themselves
AS_KNOWN_ON = NamedNode(expand("sit:asKnownOn"))
DEFAULT_GRAPH = NamedNode(f"{ABOUT}default-graph")
SD = "http://www.w3.org/ns/sparql-service-description#"
VOID_EXT = "http://ldf.fi/void-ext#"
TITLE = "sitrep: who claimed what about the Russia-Ukraine war"
SAYS = (
    "Claims about actors, weapons and events of the Russia-Ukraine war: who made them, in which document they were "
    "read, how they were hedged, what they conflict with. Counts are of the graph without this description."
)
LICENSE = "https://creativecommons.org/licenses/by/4.0/"
_VOCABULARIES = ("sit", "skos", "schema", "prov", "org", "foaf", "oa", "geo")
_FORMS = ("select", "ask", "construct", "describe")

Said = Iterator[tuple[NamedNode, str, Term]]  # a node, a property as prefixed name or IRI, a value


def describe(store: Store) -> None:
    """Add a graph's description to it; one that came with a user's file, of another graph, is replaced."""
    store.update(f"DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(ISIRI(?s) && STRSTARTS(STR(?s), '{ABOUT}')) }}")
    said = [*_dataset(store), *_partitions(store), *_examples()]
    store.extend(Quad(node, NamedNode(_property(name)), value) for node, name, value in said)


def _property(name: str) -> str:
    return name if "://" in name else expand(name)


def _dataset(store: Store) -> Said:
    """Title, licence, sources, date, size, and the graphs."""
    for kind in ("void:Dataset", "dcat:Dataset", f"{SD}Dataset"):
        yield DATASET, "rdf:type", NamedNode(_property(kind))
    yield DATASET, "dcterms:title", Literal(TITLE, language="en")
    yield DATASET, "dcterms:description", Literal(SAYS, language="en")
    yield DATASET, "dcterms:license", NamedNode(LICENSE)
    yield DATASET, "void:uriSpace", Literal(BASE)
    yield DATASET, "void:triples", Literal(len(store))
    for prefix in _VOCABULARIES:
        yield DATASET, "void:vocabulary", NamedNode(PREFIXES[prefix])
    documents = list(_rows(store, "source-documents"))
    for document, _ in documents:
        yield DATASET, "dcterms:source", document
    days = sorted(day.value[:10] for _, day in documents if isinstance(day, Literal) and len(day.value) >= 10)
    if days:  # the newest thing read, not a clock
        yield DATASET, "dcterms:modified", Literal(days[-1], datatype=NamedNode(expand("xsd:date")))
    for quad in store.quads_for_pattern(REFERENCE, AS_KNOWN_ON, None):
        yield DATASET, "sit:asKnownOn", quad.object
    sizes = {name: sum(1 for _ in store.quads_for_pattern(None, None, None, name)) for name in store.named_graphs()}
    yield DATASET, f"{SD}defaultGraph", DEFAULT_GRAPH
    yield DEFAULT_GRAPH, "rdf:type", NamedNode(f"{SD}Graph")
    yield DEFAULT_GRAPH, "void:triples", Literal(len(store) - sum(sizes.values()))
    for name in sorted((graph for graph in sizes if isinstance(graph, NamedNode)), key=str):
        named, graph = (_minted(kind, [name]) for kind in ("named-graph", "graph"))
        yield DATASET, f"{SD}namedGraph", named
        yield named, "rdf:type", NamedNode(f"{SD}NamedGraph")
        yield named, f"{SD}name", name
        yield named, f"{SD}graph", graph
        yield graph, "rdf:type", NamedNode(f"{SD}Graph")
        yield graph, "void:triples", Literal(sizes[name])


def _partitions(store: Store) -> Said:
    """How many things each class has and triples each property, and, in each class, where its properties lead."""
    classes, properties = list(_counted(store, "classes")), list(_counted(store, "properties"))
    yield DATASET, "void:classes", Literal(len(classes))
    yield DATASET, "void:properties", Literal(len(properties))
    for names, count in classes:
        yield from _part(DATASET, "void:classPartition", "void:class", names, "void:entities", count)
    for names, count in properties:
        yield from _part(DATASET, "void:propertyPartition", "void:property", names, "void:triples", count)
    for names, count in _counted(store, "members"):
        whole = _minted("class", names[:1])
        yield from _part(whole, "void:propertyPartition", "void:property", names, "void:triples", count)
    for names, count in _counted(store, "targets"):
        whole = _minted("property", names[:2])
        yield from _part(whole, "void:classPartition", "void:class", names, "void:triples", count)
    for names, count in _counted(store, "datatypes"):
        whole = _minted("property", names[:2])
        has, name = f"{VOID_EXT}datatypePartition", f"{VOID_EXT}datatype"
        yield from _part(whole, has, name, names, "void:triples", count)


def _part(whole: NamedNode, has: str, names: str, of: Sequence[NamedNode], counts: str, count: Term) -> Said:
    """A partition of a whole: what it is of, told from any other by the last of these names, and its count."""
    part = _minted(re.split("[:#]", names)[-1], of)
    yield whole, has, part
    yield part, names, of[-1]
    yield part, counts, count


def _examples() -> Said:
    """The example questions in the shapes that editors read (SHACL's SPARQL executables), with our prefixes."""
    prefixes = NamedNode(f"{ABOUT}prefixes")
    for prefix, namespace in PREFIXES.items():
        declared = NamedNode(f"{ABOUT}prefix/{prefix}")
        yield prefixes, "sh:declare", declared
        yield declared, "sh:prefix", Literal(prefix)
        yield declared, "sh:namespace", Literal(namespace, datatype=NamedNode(expand("xsd:anyURI")))
    for example in examples():
        node = NamedNode(f"{ABOUT}example/{example.name}")
        form = next(form for form in _FORMS if example.query.lstrip().lower().startswith(form))
        yield node, "rdf:type", NamedNode(expand("sh:SPARQLExecutable"))
        yield node, "rdfs:comment", Literal(example.sentence, language="en")
        yield node, f"sh:{form}", Literal(example.query)
        yield node, "sh:prefixes", prefixes


def _minted(kind: str, names: Sequence[NamedNode]) -> NamedNode:
    return minted(f"{DOCUMENT}#{kind}", [compact(names[-1].value)], [name.value for name in names])


def _counted(store: Store, what: str) -> Iterator[tuple[list[NamedNode], Term]]:
    """Names and a count a row; a user's class may be a blank node, which has no name to tell, and is left out."""
    for *names, count in _rows(store, f"partition-{what}"):
        known = [name for name in names if isinstance(name, NamedNode)]
        if len(known) == len(names):
            yield known, count


def _rows(store: Store, question: str) -> Iterator[tuple[Term, ...]]:
    answer = store.query(question_text(question), prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)
    for row in answer:
        yield tuple(row)
