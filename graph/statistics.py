"""How often each property and class is used: counted once at the build, kept beside the store.

What a query will cost, which word may be meant, and what an editor offers all rest on these counts. They are those of
the default graph, which a query asks where it names no other.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import pyoxigraph as ox

from graph.errors import DamagedSnapshot
from graph.queries import question_text
from graph.snapshot import Snapshot
from ontology.terms import PREFIXES

FILE = "statistics.json"


@dataclass(frozen=True)
class Use:
    """How often a property is used, by how many different subjects, with how many different objects."""

    triples: int
    subjects: int
    objects: int


@dataclass(frozen=True)
class Statistics:
    """Counts of the default graph: properties and classes by IRI; `nodes` are its different subjects."""

    triples: int
    nodes: int
    properties: Mapping[str, Use]
    classes: Mapping[str, int]


def counted(store: ox.Store) -> Statistics:
    """The counts of a store."""
    properties = {
        row["property"].value: Use(int(row["triples"].value), int(row["subjects"].value), int(row["objects"].value))
        for row in store.query(question_text("statistics-properties"), prefixes=PREFIXES)  # type: ignore[union-attr]
    }
    classes = {
        row["class"].value: int(row["count"].value)
        for row in store.query(question_text("partition-classes"), prefixes=PREFIXES)  # type: ignore[union-attr]
        if isinstance(row["class"], ox.NamedNode)
    }
    (nodes,) = store.query(question_text("statistics-nodes"), prefixes=PREFIXES)  # type: ignore[misc]
    triples = sum(use.triples for use in properties.values())
    return Statistics(triples, int(nodes["count"].value), properties, classes)


def write(store: ox.Store, folder: Path) -> None:
    """Count a store and write the counts into the folder of its snapshot, the same bytes for the same graph."""
    text = json.dumps(asdict(counted(store)), indent=1, sort_keys=True, ensure_ascii=False)
    (folder / FILE).write_text(text + "\n", encoding="utf-8")


def of(built: Snapshot) -> Statistics:
    """The counts of a snapshot.

    Raises:
        DamagedSnapshot: it has none that this version reads.
    """
    return _read(built.path / FILE)


@lru_cache(maxsize=2)
def _read(path: Path) -> Statistics:
    try:
        found = json.loads(path.read_bytes())
        properties = {iri: Use(**use) for iri, use in found["properties"].items()}
        return Statistics(found["triples"], found["nodes"], properties, found["classes"])
    except (OSError, ValueError, TypeError, KeyError):
        raise DamagedSnapshot(path.parent, path.name, "holds no statistics that this version reads") from None
