"""A view of what surrounds one thing, some steps far and of so many things at most."""

from __future__ import annotations

from graph.explore.scene import Explorer
from graph.explore.steps import EXPAND, SHOW, Step, View


def around(explorer: Explorer, iri: str, hops: int = 1, limit: int = 60) -> View:
    """The thing, its best supported neighbours, theirs in turn: each of a ring is given the same room.

    Raises:
        UnknownEntity: the graph knows nothing about it.
    """
    view = View((), (Step(SHOW, iri),))
    ring, seen = [iri], set(explorer.things(view))
    for _ in range(hops if seen else 0):
        ahead: list[str] = []
        for place, thing in enumerate(ring):
            room = limit - len(seen)
            if room <= 0:
                break
            each = max(1, room // (len(ring) - place))
            view = View((), (*view.steps, Step(EXPAND, thing, number=each)))
            new = [thing for thing in explorer.things(view) if thing not in seen]
            seen.update(new)
            ahead += new
        ring = ahead
    return view
