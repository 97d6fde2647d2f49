"""Paths: the shortest first, never by way of what connects everything unless told to, and honest about limits."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import networkx
import pytest

import graph
from graph import paths
from graph.kinds import UNDRAWN
from graph.store import Store
from ontology.terms import expand


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


@pytest.fixture(scope="module")
def web(store: Store) -> networkx.Graph[str]:
    """All that can be drawn, by way of the whole export."""
    every = graph.to_networkx(store.snapshot.path)
    pairs = [(a, b) for a, b, data in every.edges(data=True) if data["predicate"] not in UNDRAWN and a != b]
    found = networkx.Graph(pairs)
    found.remove_nodes_from(set(found) - set(store.adjacency.vertices(found)))
    return found


PAIRS = [
    ("syrskyi", "atacms"),
    ("blinken", "syrskyi"),
    ("sybiha", "atacms-m39a1"),
    ("ukraine", "syrskyi"),
    ("kyiv", "atacms"),
]


@pytest.mark.parametrize(("first", "second"), PAIRS)
@pytest.mark.parametrize("through", [False, True])
@pytest.mark.parametrize("length", [2, 3, 4, 6])
def test_paths_are_the_shortest_ones(
    store: Store, web: networkx.Graph[str], first: str, second: str, through: bool, length: int
) -> None:
    ends = expand(f"id:{first}"), expand(f"id:{second}")
    found = paths.find(store.adjacency, *ends, 3, length, through)
    assert found.complete
    allowed = web.copy()
    if not through:
        connectors = {iri for iri, vertex in store.adjacency.vertices(web).items() if vertex.connector}
        allowed.remove_nodes_from(connectors - set(ends))
    every = sorted(len(path) for path in networkx.all_simple_paths(allowed, *ends, cutoff=length))
    assert [len(path) for path in found.paths] == every[:3]
    for path in found.paths:
        assert (path[0], path[-1]) == ends
        assert len(set(path)) == len(path)
        assert all(allowed.has_edge(a, b) for a, b in pairwise(path))


def test_the_same_paths_always(store: Store) -> None:
    ends = expand("id:syrskyi"), expand("id:atacms")
    assert paths.find(store.adjacency, *ends, 5, 6, True) == paths.find(store.adjacency, *ends, 5, 6, True)


def test_a_search_that_meets_too_much_says_so(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "MOST_SEEN", 3)
    found = paths.find(store.adjacency, expand("id:ukraine"), expand("id:blinken"), 3, 4, True)
    assert not found.complete
