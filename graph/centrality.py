"""Which things hold the graph together: its core, without what connects everything and says nothing.

The order is that of core numbers (the largest k for which a thing stays in when all with fewer than k neighbours are
taken away, again and again), then of distinct neighbours, then of IRIs: whole numbers, so the same on every machine.
A thing with a hundred thousand leaves is a hub but not the core; one that many well-connected things share is.
"""

from __future__ import annotations

from collections.abc import Iterable


def core_order(pairs: Iterable[tuple[str, str]], without: frozenset[str] | set[str] = frozenset()) -> list[str]:
    """Things from the most central to the least.

    Args:
        pairs: the two ends of each relation; direction and number do not count.
        without: things that are no part of it, such as states, outlets and the war.

    >>> core_order([("a", "b"), ("b", "c"), ("c", "a"), ("c", "d"), ("d", "war")], {"war"})
    ['c', 'a', 'b', 'd']
    """
    import networkx  # half of what a worker process would take to start, and it needs none of it

    web: networkx.Graph[str] = networkx.Graph()
    web.add_edges_from((a, b) for a, b in pairs if a != b and a not in without and b not in without)
    number = networkx.core_number(web)
    return sorted(web, key=lambda iri: (-number[iri], -web.degree(iri), iri))
