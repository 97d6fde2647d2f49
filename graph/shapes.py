"""Checking a store against the shapes, in slices small enough for pySHACL, on all cores.

pySHACL costs some milliseconds a claim and much memory on a large graph. So it gets a batch of nodes at a time, with
just the triples around them that the shapes look at.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, serialize
from rdflib import Graph, URIRef

from ontology import conformance
from ontology.terms import compact, expand

BATCH = 500
# The shapes look back along these: who carries a claim, which claims speak of an event.
_BACKWARDS = tuple(NamedNode(expand(name)) for name in ("sit:carries", "rdf:subject"))
# ... and one step further for these, to judge what a node points to.
_BEYOND = tuple(NamedNode(expand(name)) for name in ("rdf:type", "rdf:predicate", "sit:excerpt"))


def nonconforming(store: Store, nodes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of the nodes that breaks a shape, with a sentence that says what to do; all graphs of the store count."""
    slices = ((_slice(store, nodes[at : at + BATCH]), nodes[at : at + BATCH]) for at in range(0, len(nodes), BATCH))
    if len(nodes) <= BATCH:
        found = map(_check, slices)
        for result in found:
            yield from result
        return
    cores = os.cpu_count() or 1
    # fork would copy the open store into the workers
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as workers:
        # a few ahead of the workers, never all: together the slices are larger than the graph
        at_work = deque(workers.submit(_check, work) for work in islice(slices, 2 * cores))
        while at_work:
            yield from at_work.popleft().result()
            at_work += [workers.submit(_check, work) for work in islice(slices, 1)]


def _check(work: tuple[bytes, Sequence[str]]) -> list[tuple[str, str]]:
    triples, nodes = work
    # a literal that is none is a violation; rdflib would print a stack trace beside it
    logging.getLogger("rdflib.term").setLevel(logging.ERROR)
    data = Graph(bind_namespaces="none")
    data.parse(data=triples, format="nt")
    found = conformance.violations(data, [URIRef(node) for node in nodes])
    return [
        (str(v.node), f"{compact(str(v.node))}: {v.message}" + (f" (found: {v.value})" if v.value else ""))
        for v in found
    ]


def _slice(store: Store, nodes: Sequence[str]) -> bytes:
    """The triples around a batch of nodes, as N-Triples."""
    wanted: dict[Triple, None] = {}
    for iri in nodes:
        node = NamedNode(iri)
        for quad in store.quads_for_pattern(node, None, None):
            wanted[quad.triple] = None
            if isinstance(quad.object, NamedNode):
                _add_beyond(store, quad.object, wanted)
        for predicate in _BACKWARDS:
            for quad in store.quads_for_pattern(None, predicate, node):
                wanted[quad.triple] = None
                if isinstance(quad.subject, NamedNode):
                    _add_beyond(store, quad.subject, wanted)
    return serialize(wanted, format=RdfFormat.N_TRIPLES) or b""


def _add_beyond(store: Store, node: NamedNode, wanted: dict[Triple, None]) -> None:
    for predicate in _BEYOND:
        for quad in store.quads_for_pattern(node, predicate, None):
            wanted[quad.triple] = None
