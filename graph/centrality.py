"""Which things hold the graph together: its core, without what connects everything and says nothing.

The order is that of core numbers by documents: the largest k for which a thing stays in when all things that fewer than
k documents join to the rest are taken away, again and again (a generalized core, Batagelj and Zaveršnik 2002). Then
come all the documents that join it, then its neighbours, then its IRI: whole numbers, the same on every machine. A
table is one document, however many rows it has, so a thing with a hundred thousand leaves by one table is a hub but not
the core; one that many reports join to things that many reports join is.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from heapq import heapify, heappop, heappush


def core_order(
    joints: Iterable[tuple[str, str, Collection[str]]], without: frozenset[str] | set[str] = frozenset()
) -> list[str]:
    """Things from the most central to the least.

    Args:
        joints: the two ends of each relation, and the documents that it rests on; those that name none count as one
            document together. Direction and number of relations do not count.
        without: things that are no part of it, such as states, outlets and the war.

    >>> news = ["tass", "bbc"]
    >>> core_order([("a", "b", news), ("b", "c", ["bbc"]), ("c", "d", ["list"]), ("c", "e", ["list"])])
    ['a', 'b', 'c', 'd', 'e']
    """
    web: defaultdict[str, dict[str, set[str]]] = defaultdict(dict)
    for a, b, documents in joints:
        if a != b and a not in without and b not in without:
            web[b][a] = web[a].setdefault(b, set())
            web[a][b].update(documents or ("",))
    joined = {iri: Counter(name for names in beside.values() for name in names) for iri, beside in web.items()}
    number = _core_numbers(web, {iri: Counter(counted) for iri, counted in joined.items()})
    return sorted(web, key=lambda iri: (-number[iri], -len(joined[iri]), -len(web[iri]), iri))


def _core_numbers(web: dict[str, dict[str, set[str]]], joined: dict[str, Counter[str]]) -> dict[str, int]:
    """The core number of each thing; uses up `joined`, which counts the neighbours by each document."""
    number: dict[str, int] = {}
    least = 0
    queue = [(len(counted), iri) for iri, counted in joined.items()]
    heapify(queue)
    while queue:
        count, iri = heappop(queue)
        if iri in number or count != len(joined[iri]):  # it stands in the queue once more, with what it has now
            continue
        number[iri] = least = max(least, count)
        for other, names in web[iri].items():
            if other in number:
                continue
            for name in names:
                joined[other][name] -= 1
                if not joined[other][name]:
                    del joined[other][name]
            heappush(queue, (len(joined[other]), other))
    return number
