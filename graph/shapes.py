"""Checking a store against the shapes: one node of each form, in slices small enough for pySHACL, on all cores.

pySHACL costs some milliseconds a claim and much memory on a large graph. So it judges one node of each form (graph/
forms.py says why that is enough), a batch of them at a time, with just the triples around them that the shapes look at.
"""

from __future__ import annotations

import logging
import os
from collections import deque
from collections.abc import Hashable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context

from pyoxigraph import NamedNode, RdfFormat, Store, Triple, serialize
from rdflib import Graph, URIRef

from graph.forms import BACKWARDS, BEYOND, Forms
from ontology import conformance
from ontology.terms import compact

BATCH = 500
JUDGED = 500  # nodes of one broken form; further ones break the same shapes


def nonconforming(store: Store, nodes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each of the nodes that breaks a shape, with a sentence that says what to do; all graphs of the store count."""
    forms = Forms(store)
    alike: dict[int, list[str]] = {}
    numbers: dict[Hashable, int] = {}
    for node in nodes:
        alike.setdefault(numbers.setdefault(forms.of(node), len(numbers)), []).append(node)
    first = {members[0]: members for members in alike.values()}
    broken: dict[str, list[str]] = {}
    for node, message in _judged(store, list(first)):
        broken.setdefault(node, []).append(message)
        yield node, message
    others = [node for one in broken for node in first[one][1:JUDGED]]
    yield from _judged(store, others)
    for one, messages in broken.items():
        for node in first[one][JUDGED:]:
            for message in messages:
                # another value may be wrong here; which one is not said
                yield node, compact(node) + message.removeprefix(compact(one)).partition(" (found: ")[0]


def _judged(store: Store, nodes: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What pySHACL finds wrong with each of the nodes."""
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
        for predicate in BACKWARDS:
            for quad in store.quads_for_pattern(None, predicate, node):
                wanted[quad.triple] = None
                if isinstance(quad.subject, NamedNode):
                    _add_beyond(store, quad.subject, wanted)
    return serialize(wanted, format=RdfFormat.N_TRIPLES) or b""


def _add_beyond(store: Store, node: NamedNode, wanted: dict[Triple, None]) -> None:
    for predicate in BEYOND:
        for quad in store.quads_for_pattern(node, predicate, None):
            wanted[quad.triple] = None
