"""How two things are joined: the shortest ways from one to the other, over relations that can be drawn.

States, outlets and the war join everything to everything and say nothing, so a path goes through them only when told
to; they may stand at its ends. Two things are near each other when a search from both sides meets; on what it has seen
networkx finds the shortest simple paths (Yen's algorithm).
"""

from __future__ import annotations

from dataclasses import dataclass

import networkx

from graph.adjacency import Adjacency

MOST_SEEN = 20_000
"""So many things are looked at; a search that meets more says that it is not complete."""


@dataclass(frozen=True)
class Paths:
    """Ways from one thing to another, the shortest first, each as the things on it (IRIs), both ends included.

    Not `complete`: there may be more within the length, for the search met more things than it looks at.
    """

    paths: tuple[tuple[str, ...], ...]
    complete: bool


def find(adjacency: Adjacency, first: str, second: str, most: int = 3, length: int = 4, through: bool = False) -> Paths:
    """The shortest paths between two things.

    Args:
        adjacency: of the snapshot.
        first: IRI of the one end.
        second: IRI of the other.
        most: how many paths at most.
        length: how many relations a path has at most.
        through: whether it may lead through states, outlets and wars.
    """
    web: networkx.Graph[str] = networkx.Graph()
    web.add_nodes_from((first, second))
    complete = True
    steps = {end: {end: 0} for end in (first, second)}
    for end, other, depth in ((first, second, (length + 1) // 2), (second, first, length // 2)):
        rim = [end]
        for step in range(1, depth + 1):
            ahead: dict[str, None] = {}
            for iri in rim:
                near = adjacency.beside(iri, through, {first, second}, MOST_SEEN + 1 - len(web))
                complete &= len(near) <= MOST_SEEN - len(web)
                for found in near:
                    web.add_edge(iri, found)
                    if found not in steps[end]:
                        steps[end][found] = step
                        ahead[found] = None
            rim = [iri for iri in ahead if iri != other]
    # what lies on no way that is short enough only costs time; what a side has not met lies beyond its depth
    unmet = {first: (length + 1) // 2 + 1, second: length // 2 + 1}
    web.remove_nodes_from(
        [iri for iri in web if sum(steps[end].get(iri, unmet[end]) for end in (first, second)) > length]
    )
    web.add_nodes_from((first, second))
    return Paths(tuple(_shortest(web, first, second, most, length)), complete)


def _shortest(web: networkx.Graph[str], first: str, second: str, most: int, length: int) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    ordered: networkx.Graph[str] = networkx.Graph()  # so that of paths of one length always the same come first
    ordered.add_nodes_from(sorted(web))
    ordered.add_edges_from(sorted((min(a, b), max(a, b)) for a, b in web.edges))
    try:
        for path in networkx.shortest_simple_paths(ordered, first, second):
            if len(path) - 1 > length or len(found) == most:
                break
            found.append(tuple(path))
    except networkx.NetworkXNoPath:
        pass
    return found
