"""Whether a graph fits the shapes of ``shapes.ttl``; the only user of pySHACL."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

import pyshacl
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.graph import ReadOnlyGraphAggregate
from rdflib.namespace import RDF, RDFS, SH
from rdflib.term import Node

from ontology.files import text
from ontology.terms import compact


@dataclass(frozen=True, order=True)
class Violation:
    """One thing that is wrong with one node.

    Attributes:
        node: the IRI of the node, or ``_:`` and a label for a blank node.
        path: the property concerned as a prefixed name, ``^`` before it when read backwards; empty for the whole node.
        message: what is wrong and what to do, in one sentence.
        value: the offending value as in Turtle, with prefixes; empty where a value is missing or the path is empty.
    """

    node: str
    path: str
    message: str
    value: str = ""


def violations(data: Graph, focus: Iterable[str] | None = None) -> list[Violation]:
    """List what in a graph does not fit the shapes.

    The vocabulary's types and the class hierarchy are added for the check, so that ``voc:m-losses`` counts as a measure
    and a subclass as its class; there is no other inference. See ``ontology/shapes.ttl``.

    Args:
        data: asserted statements, derived ones, or both; neither changed nor copied. A claim must lie in it together
            with its passages, measurand, document and events, or these count as missing.
        focus: the IRIs of the nodes to check, such as ``expand("claim:...")`` gives; all nodes where it is ``None``.

    Returns:
        One row per distinct node, path and message, in that order; empty when the graph conforms.
    """
    everything = ReadOnlyGraphAggregate([data, _background()])
    shapes = _shapes() if focus is None else _aimed(_shapes(), everything, {URIRef(iri) for iri in focus})
    _, report, _ = pyshacl.validate(everything, shacl_graph=shapes, inference="none", advanced=False)
    if not isinstance(report, Graph):  # pySHACL returns, instead of raising, what stopped it
        raise report
    rows: dict[tuple[str, str, str], Violation] = {}
    for row in sorted(_rows(report)):
        rows.setdefault((row.node, row.path, row.message), row)
    return list(rows.values())


def _rows(report: Graph) -> Iterator[Violation]:
    for result in report.objects(None, SH.result):
        node = report.value(result, SH.focusNode)
        path = report.value(result, SH.resultPath)
        value = report.value(result, SH.value)
        for message in report.objects(result, SH.resultMessage):
            yield Violation(
                node=str(node) if isinstance(node, URIRef) else _turtle(node),
                path=_path(report, path),
                message=str(message),
                value="" if path is None else _turtle(value),  # the value of a whole node is the node
            )


def _turtle(term: Node | None) -> str:
    if isinstance(term, URIRef):
        return compact(term)
    if isinstance(term, Literal):
        return term.n3() if term.datatype is None else f'"{term}"^^{compact(term.datatype)}'
    return term.n3() if isinstance(term, BNode) else ""


def _path(report: Graph, path: Node | None) -> str:
    # Ours are single properties or inverse ones; longer paths stand inside choices, reported for the whole node.
    backwards = report.value(path, SH.inversePath) if isinstance(path, BNode) else None
    return _turtle(path) if backwards is None else f"^{_turtle(backwards)}"


def _aimed(shapes: Graph, data: Graph, focus: set[URIRef]) -> Graph:
    """Return the shapes with each target replaced by those of its nodes that are in focus.

    pySHACL's own ``focus_nodes`` will not do: it also skips the values that a shape leads to, and takes what it skips
    for valid, so that any claim about an event would pass for one that affirms it.
    """
    aimed = Graph()
    for shape, parameter, target in shapes:
        if parameter == SH.targetClass:
            classes = set(data.transitive_subjects(RDFS.subClassOf, target))
            nodes = {node for node in focus if not classes.isdisjoint(data.objects(node, RDF.type))}
        elif parameter == SH.targetSubjectsOf:
            nodes = {node for node in focus if (node, target, None) in data}
        else:
            aimed.add((shape, parameter, target))
            continue
        for node in nodes:
            aimed.add((shape, SH.targetNode, node))
    return aimed


@cache
def _shapes() -> Graph:
    return Graph().parse(data=text("shapes.ttl"), format="turtle")


@cache
def _background() -> Graph:
    schema = Graph().parse(data=text("schema.ttl"), format="turtle")
    vocabulary = Graph().parse(data=text("vocab.ttl"), format="turtle")
    background = Graph()
    for triple in chain(schema.triples((None, RDFS.subClassOf, None)), vocabulary.triples((None, RDF.type, None))):
        background.add(triple)
    return background
