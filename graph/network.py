"""The graph as networkx sees it: entities as nodes, relations as edges."""

from __future__ import annotations

import networkx

from graph.store import Store, text_of


def whole(store: Store) -> networkx.MultiDiGraph[str]:
    """Every entity and relation; see `graph.to_networkx` for the attributes."""
    found: networkx.MultiDiGraph[str] = networkx.MultiDiGraph()
    for row in store.rows("network-nodes"):
        found.add_node(
            text_of(row["node"]),
            label=text_of(row["label"]),
            types=text_of(row["types"]),
            start=text_of(row["start"]),
            end=text_of(row["end"]),
        )
    for row in store.rows("network-edges"):
        found.add_edge(
            text_of(row["from"]), text_of(row["to"]), key=text_of(row["relation"]),
            predicate=text_of(row["edge"]), label=text_of(row["label"]),
            status=text_of(row["status"]).rsplit("/", 1)[-1],
            claims=int(text_of(row["claims"]) or 0), via=text_of(row["via"]),
            start=text_of(row["start"]), end=text_of(row["end"]),
        )  # fmt: skip
    return found
