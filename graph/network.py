"""The graph as networkx sees it: entities as nodes, relations as edges."""

from __future__ import annotations

import networkx
from pyoxigraph import Literal, NamedNode

from graph.store import Row, Store


def whole(store: Store) -> networkx.MultiDiGraph[str]:
    """Every entity and relation; see `graph.to_networkx` for the attributes."""
    found: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for row in store.rows("network-nodes"):
        found.add_node(
            _text(row, "node"),
            label=_text(row, "label"),
            types=_text(row, "types"),
            start=_text(row, "start"),
            end=_text(row, "end"),
        )
    for row in store.rows("network-edges"):
        found.add_edge(
            _text(row, "from"), _text(row, "to"), key=_text(row, "relation"),
            predicate=_text(row, "edge"), label=_text(row, "label"), status=_text(row, "status").rsplit("/", 1)[-1],
            claims=int(_text(row, "claims") or 0), via=_text(row, "via"),
            start=_text(row, "start"), end=_text(row, "end"),
        )  # fmt: skip
    return found


def _text(row: Row, name: str) -> str:
    term = row[name]
    return term.value if isinstance(term, NamedNode | Literal) else ""
