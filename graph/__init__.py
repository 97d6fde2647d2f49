"""The facts: from curated files to immutable snapshots, and questions to them.

For scripts and notebooks:

    import graph

    with graph.open() as store:                  # the current snapshot
        store.select("SELECT * WHERE { id:syrskyi ?p ?o }")
    graph.open_rdflib()                          # the same as an rdflib Dataset
    graph.to_networkx()                          # entities and relations as a MultiDiGraph

See docs/python.md.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import networkx
    import rdflib

    from graph.store import Store


def open(snapshots: Path | str | None = None) -> Store:
    """Open the current snapshot for reading.

    Args:
        snapshots: a folder of snapshots, or one snapshot; where `sitrep build` writes when absent.

    Raises:
        NoSnapshot: nothing is built there yet.
    """
    from graph.store import open_store

    return open_store(Path(snapshots) if snapshots else None)


def open_rdflib(snapshots: Path | str | None = None) -> rdflib.Dataset:
    """The current snapshot as an rdflib Dataset, evaluated by Oxigraph; writing to it raises an error.

    Raises:
        NoSnapshot: nothing is built there yet.
    """
    from graph.export import rdflib_dataset

    return rdflib_dataset(Path(snapshots) if snapshots else None)


def to_networkx(snapshots: Path | str | None = None) -> networkx.MultiDiGraph[str]:
    """Entities and their relations as a directed multigraph.

    Nodes are IRIs with `label`, `types`, `start`, `end`; an edge a relation, keyed by its IRI, with `predicate`,
    `label`, `status`, `claims` (how many it rests on), `via`, `start`, `end`. Dates are
    ISO texts; what is unknown is "".

    Raises:
        NoSnapshot: nothing is built there yet.
    """
    from graph.network import whole

    with open(snapshots) as store:
        return whole(store)
