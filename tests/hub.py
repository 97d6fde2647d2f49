"""A snapshot with a hub: the first document, and beside it one invented body that many invented people belong to.

`python -m tests.hub 100000` builds one with so many relations and prints how long its lists and pictures take.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Store

import graph
import graph.build
from graph import relations, snapshot
from graph.naming import Naming
from ontology.terms import expand
from tests.conftest import FIRST_DOCUMENT

HUB = expand("id:invented-hub")


def hub_snapshot(folder: Path, degree: int) -> snapshot.Snapshot:
    """The first document with a hub of so many relations beside it."""
    return extended_snapshot(folder, f"hub-{degree}", _quads(degree))


def extended_snapshot(folder: Path, name: str, quads: Iterable[Quad]) -> snapshot.Snapshot:
    """The first document with other quads beside it, past the shapes and rules: for degrees and names."""
    with snapshot.building(folder) as path:
        store = Store(str(path / "store"))
        graph.build.assemble(store, FIRST_DOCUMENT)
        store.bulk_extend(quads)
        graph.build.write_indexes(store, path)
        store.flush()
        manifest = {"triples": len(store), "counts": {}, "inputs": []}
        del store
        return snapshot.publish(path, folder, name, manifest)


def _quads(degree: int) -> Iterator[Quad]:
    yield from _thing("invented-hub", "Invented Hub", "org:FormalOrganization")
    yield from _thing("invented-state", "Invented State", "sit:State")
    source = NamedNode(expand("doc:reference"))
    for number in range(degree):
        name = f"invented-person-{number:06d}"
        yield from _thing(name, f"Invented Person {degree - number:06d}", "foaf:Person")
        relation = NamedNode(expand(f"rel:{name}-memberof-invented-hub"))
        day = f"20{number % 25:02d}-01-{number % 28 + 1:02d}"
        yield _quad(relation, "rdf:type", NamedNode(expand("sit:Relation")))
        yield _quad(relation, "sit:from", NamedNode(expand(f"id:{name}")))
        yield _quad(relation, "sit:edge", NamedNode(expand("org:memberOf")))
        yield _quad(relation, "sit:to", NamedNode(HUB))
        yield _quad(relation, "sit:status", NamedNode(expand("voc:asserted")))
        yield _quad(relation, "dcterms:source", source)
        yield _quad(relation, "schema:startDate", Literal(day, datatype=NamedNode(expand("xsd:date"))))


def _thing(name: str, label: str, kind: str) -> Iterator[Quad]:
    node = NamedNode(expand(f"id:{name}"))
    yield _quad(node, "rdf:type", NamedNode(expand(kind)))
    yield _quad(node, "skos:prefLabel", Literal(label, language="en"))
    yield _quad(node, "rdfs:label", Literal(label, language="en"))


def _quad(subject: NamedNode, predicate: str, value: NamedNode | Literal) -> Quad:
    return Quad(subject, NamedNode(expand(predicate)), value)


def measures(built: snapshot.Snapshot) -> Iterator[tuple[str, float]]:
    """What is asked of the hub, and in how many milliseconds it is answered."""
    with graph.open(built.path) as store:
        naming = Naming(store)
        last = relations.of(store, HUB, naming, limit=20)
        asked: dict[str, Callable[[], object]] = {
            "counts per predicate": lambda: relations.counts(store, HUB, naming),
            "first 20 relations": lambda: relations.of(store, HUB, naming, limit=20),
            "the next 20": lambda: relations.of(store, HUB, naming, limit=20, cursor=last.next),
            "20 of one year, counted": lambda: relations.of(
                store, HUB, naming, relations.Filter(start="2020-01-01", end="2020-12-31"), 20
            ),
            "20 neighbours by rank": lambda: store.adjacency.neighbours(HUB, None, "both", [HUB], 20),
        }
        for words, ask in asked.items():
            best = min(_seconds(ask) for _ in range(3))
            yield words, 1000 * best


def _seconds(ask: Callable[[], object]) -> float:
    begun = time.perf_counter()
    ask()
    return time.perf_counter() - begun


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        built = hub_snapshot(Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder), int(sys.argv[1]))
        for words, taken in measures(built):
            print(f"{words:28} {taken:8.1f} ms")
