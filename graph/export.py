"""The snapshot in the hands of other libraries."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import rdflib
from oxrdflib import OxigraphStore
from pyoxigraph import Store

from graph import snapshot
from graph.store import damage_told
from ontology.terms import PREFIXES


class SnapshotStore(OxigraphStore):
    """rdflib's view of a snapshot; it keeps the snapshot from being pruned until it is closed."""

    def __init__(self, built: snapshot.Snapshot) -> None:
        with ExitStack() as opened:
            opened.enter_context(snapshot.in_use(built))
            with damage_told(built):
                super().__init__(store=Store.read_only(str(built.store)))
            self._stack = opened.pop_all()

    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: rdflib calls this when it merely names a graph, and a snapshot cannot change."""

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Let go of the snapshot."""
        super().close(commit_pending_transaction)
        self._stack.close()


def rdflib_dataset(snapshots: Path | None) -> rdflib.Dataset:
    """The current snapshot of a folder as a read-only rdflib Dataset, with our prefixes bound."""
    built = snapshot.current(snapshots or snapshot.default_folder())
    snapshot.check(built)
    dataset = rdflib.Dataset(store=SnapshotStore(built))
    for prefix, iri in PREFIXES.items():
        dataset.bind(prefix, iri)
    return dataset
