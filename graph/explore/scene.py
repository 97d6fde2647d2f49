"""A view replayed: which things stand in the picture, where, which relations join them, and what is not shown."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from graph import paths
from graph.adjacency import BOTH, SYMMETRIC, Claimed, Link, Vertex
from graph.errors import UnknownEntity
from graph.explore import places, words
from graph.explore.filters import fitting
from graph.explore.steps import ARRANGE, DOCUMENT, EXPAND, Step, View
from graph.kinds import EVENT, KINDS
from graph.naming import Naming, Thing
from graph.store import Store

PAGE = 20
"""An expansion brings so many things at a time."""
MOST_NODES = 2000
MOST_OF_A_DOCUMENT = 200
_KEPT = 48

Expansion = tuple[str, str | None, str]  # thing, predicate, direction


@dataclass(frozen=True)
class Card:
    """A thing in the picture. `relations` counts all that can be drawn, `shown` those that are."""

    thing: Thing
    kind: str
    connector: str
    dates: str
    name: tuple[str, ...]
    second: str
    x: int
    y: int
    start: bool
    pinned: bool
    expanded: bool
    relations: int
    shown: int


@dataclass(frozen=True)
class Edge:
    """A relation in the picture; `bend` parts it from its parallels (0 is straight, seen from its source)."""

    iri: str
    source: str
    target: str
    predicate: Thing
    label: str
    dates: str
    start: str
    stop: str
    status: str
    directed: bool
    via: Thing | None
    claims: int
    estimates: int
    contested: int
    bend: float


@dataclass(frozen=True)
class More:
    """What an expansion has still to bring: `rest` things, exactly, by this very step."""

    thing: str
    predicate: Thing | None
    direction: str
    rest: int
    step: str
    x: int
    y: int


@dataclass(frozen=True)
class Facet:
    """One value that the picture can be filtered by, and how many of its relations (for kinds: things) have it."""

    iri: str
    label: str
    count: int


@dataclass(frozen=True)
class Facets:
    """All that the picture can be filtered by, before any filter; months are (`2025-01`, relations)."""

    kinds: tuple[Facet, ...]
    predicates: tuple[Facet, ...]
    statuses: tuple[Facet, ...]
    claimants: tuple[Facet, ...]
    documents: tuple[Facet, ...]
    months: tuple[tuple[str, int], ...]
    undated: int


NO_FACETS = Facets((), (), (), (), (), (), 0)


@dataclass(frozen=True)
class Scene:
    """A picture: all that is on the screen, and how much is not.

    `filtered_cards` and `filtered_edges` are there but filtered out. `notes` say in words what a step could not do.
    `document` names the one whose claims the picture began with; empty where it began otherwise.
    """

    view: View
    cards: tuple[Card, ...]
    edges: tuple[Edge, ...]
    more: tuple[More, ...]
    facets: Facets
    filtered_cards: int
    filtered_edges: int
    hidden: tuple[Thing, ...]
    notes: tuple[str, ...]
    document: str
    snapshot: str
    language: str


@dataclass
class _State:
    """What replaying steps has led to. Things stand in the order in which they came."""

    spots: dict[str, places.Point] = field(default_factory=dict)
    origin: dict[str, str] = field(default_factory=dict)
    expansions: dict[Expansion, None] = field(default_factory=dict)
    starts: dict[str, None] = field(default_factory=dict)
    hidden: dict[str, None] = field(default_factory=dict)
    pinned: set[str] = field(default_factory=set)
    notes: dict[str, None] = field(default_factory=dict)

    def copy(self) -> _State:
        return replace(
            self, spots=dict(self.spots), origin=dict(self.origin), expansions=dict(self.expansions),
            starts=dict(self.starts), hidden=dict(self.hidden), pinned=set(self.pinned), notes=dict(self.notes),
        )  # fmt: skip


class Explorer:
    """Scenes of one snapshot; remembers the last few, so that a next step costs only itself. Threads may share it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._kept: OrderedDict[tuple[object, ...], _State] = OrderedDict()
        self._lock = threading.Lock()

    def scene(self, view: View, naming: Naming, facets: bool = True) -> Scene:
        """The picture that a view is.

        Args:
            view: what it depends on.
            naming: the language.
            facets: whether it is filtered by hand; counting for that reads every claim behind its relations.

        Raises:
            UnknownEntity: a step names a thing of which the graph knows nothing.
        """
        state = self._replayed(view)
        return _Drawn(self.store, state, view, naming).scene(facets)

    def things(self, view: View) -> list[str]:
        """The IRIs of all things in a view, whatever its filters hide, in the order in which they came.

        Raises:
            UnknownEntity: a step names a thing of which the graph knows nothing.
        """
        return list(self._replayed(view).spots)

    # --- replaying

    def _replayed(self, view: View) -> _State:
        """Positions do not depend on the language: cards are measured by their English names.

        Only the last `arrange` is done: it undoes what the ones before it did, and each takes up to a second.
        """
        last = max((at for at, step in enumerate(view.steps) if step.kind == ARRANGE), default=0)
        steps = tuple(step for at, step in enumerate(view.steps) if step.kind != ARRANGE or at == last)
        for known in range(len(steps), -1, -1):
            state = self._recall((view.starts, steps[:known]))
            if state is not None:
                break
        else:
            known, state = 0, self._started(view.starts)
            self._keep((view.starts, ()), state)
        for at in range(known, len(steps)):
            state = state.copy()
            self._take(state, steps[at])
            self._keep((view.starts, steps[: at + 1]), state)
        return state

    def _recall(self, key: tuple[object, ...]) -> _State | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _keep(self, key: tuple[object, ...], state: _State) -> None:
        with self._lock:
            self._kept[key] = state
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)

    def _started(self, starts: Sequence[str]) -> _State:
        """One thing comes with its neighbours, several with the relations among them."""
        state = _State()
        things = list(self._drawable(state, starts))
        state.starts = dict.fromkeys(things)
        if len(things) == 1:
            found = self.store.adjacency.neighbours(things[0], None, BOTH, things, PAGE)
            state.expansions[things[0], None, BOTH] = None
            state.origin |= dict.fromkeys(found.things, things[0])
            things += found.things
        self._place(state, things, None)
        return state

    def _take(self, state: _State, step: Step) -> None:
        state.notes.clear()
        adjacency = self.store.adjacency
        match step.kind:
            case "show":
                things = self._drawable(state, [step.thing])
                state.starts |= dict.fromkeys(things)
                self._place(state, things, None)
            case "expand":
                self._expand(state, step)
            case "core":
                self._core(state, step.number)
            case "paths":
                self._paths(state, step)
            case "document":
                self._check(step.thing)
                links, total = adjacency.resting_in(step.thing, MOST_OF_A_DOCUMENT)
                if total > len(links):
                    state.notes[
                        f"The document's claims carry {total:,} relations; the {len(links)} best supported are here."
                    ] = None
                if not links:
                    state.notes["No claim of this document joins two things."] = None
                self._place(state, [end for link in links for end in (link.source, link.target)], None)
            case "collapse":
                self._collapse(state, step.thing)
            case "hide":
                if state.spots.pop(step.thing, None) is not None:
                    state.hidden[step.thing] = None
                    self._forget(state, {step.thing})
            case "put":
                if step.thing in state.spots:
                    state.spots[step.thing] = (step.x, step.y)
                    state.pinned.add(step.thing)
            case "free":
                state.pinned.discard(step.thing)
            case "arrange":
                self._arrange(state)

    def _expand(self, state: _State, step: Step) -> None:
        if step.thing not in state.spots:
            self._place(state, self._drawable(state, [step.thing]), None)
        if step.thing not in state.spots:
            return
        there = [*state.spots, *state.hidden]
        found = self.store.adjacency.neighbours(step.thing, step.predicate, step.direction, there, step.number or PAGE)
        state.expansions[step.thing, step.predicate, step.direction] = None
        self._place(state, found.things, step.thing)

    def _core(self, state: _State, number: int) -> None:
        """Of the most central things those that something joins to the others, or to what is there."""
        things = self.store.adjacency.core(number)
        links = self.store.adjacency.links([*state.spots, *things])
        joined = {end for link in links for end in (link.source, link.target)}
        apart = sum(iri not in joined for iri in things)
        if apart:
            state.notes[
                f"Of the {len(things):,} most central things, {apart:,} {'is' if apart == 1 else 'are'} not here: "
                "nothing joins them to the others, for states, outlets and the war are left aside."
            ] = None
        self._place(state, [iri for iri in things if iri in joined], None)

    def _paths(self, state: _State, step: Step) -> None:
        things = self._drawable(state, [step.thing, step.other])
        if len(things) < 2:
            return
        found = paths.find(self.store.adjacency, step.thing, step.other, step.number, step.length, step.through)
        if not found.paths:
            by = "" if step.through else " that leads through no state, outlet or war"
            state.notes[f"No path of at most {step.length} relations{by} joins the two."] = None
        if not found.complete:
            state.notes["There may be more paths: more things lie around than are looked at."] = None
        state.starts |= dict.fromkeys(things)
        for thing in (iri for path in found.paths for iri in path):
            state.hidden.pop(thing, None)
        self._place(state, [*things, *(iri for path in found.paths for iri in path)], None)

    def _collapse(self, state: _State, thing: str) -> None:
        gone: set[str] = set()
        rim = {thing}
        while rim:
            rim = {
                iri for iri, origin in state.origin.items() if origin in rim and iri not in gone | state.starts.keys()
            }
            rim -= state.pinned
            gone |= rim
        for iri in gone:
            state.spots.pop(iri, None)
        self._forget(state, gone)
        for expansion in [key for key in state.expansions if key[0] == thing]:
            del state.expansions[expansion]

    def _forget(self, state: _State, gone: set[str]) -> None:
        for iri in gone:
            state.origin.pop(iri, None)
            state.starts.pop(iri, None)
            state.pinned.discard(iri)
        for expansion in [key for key in state.expansions if key[0] in gone]:
            del state.expansions[expansion]

    def _check(self, iri: str) -> None:
        if not self.store.knows(iri):
            raise UnknownEntity(iri)

    def _drawable(self, state: _State, iris: Iterable[str]) -> list[str]:
        """Of some things those that can be drawn; a note says which cannot.

        Raises:
            UnknownEntity: the graph knows nothing about one.
        """
        wanted = list(dict.fromkeys(iris))
        found = self.store.adjacency.vertices(wanted)
        for iri in wanted:
            if iri not in found:
                self._check(iri)
                name = Naming(self.store).label(iri)
                state.notes[f"There is no picture of {name[:200]}: it is no end of a relation that is drawn."] = None
            state.hidden.pop(iri, None)
        return list(found)

    # --- placing

    def _place(self, state: _State, things: Iterable[str], anchor: str | None) -> None:
        """Put things that are new into the picture; what stands there stays where it is."""
        new = [iri for iri in dict.fromkeys(things) if iri not in state.spots and iri not in state.hidden]
        if len(state.spots) + len(new) > MOST_NODES:
            state.notes[
                f"A picture holds {MOST_NODES:,} things; {len(state.spots) + len(new) - MOST_NODES:,} did not fit."
            ] = None
            new = new[: max(MOST_NODES - len(state.spots), 0)]
        if not new:
            return
        if anchor is not None:
            state.origin |= dict.fromkeys(new, anchor)
        if not state.spots:
            sizes = self._sizes(new)
            state.spots |= zip(new, places.arranged([sizes[iri] for iri in new], self._pairs(new)), strict=True)
            return
        sizes = self._sizes([*state.spots, *new])
        taken = {iri: (spot, sizes[iri]) for iri, spot in state.spots.items()}
        if anchor is not None:
            spots = places.beside(taken, state.spots[anchor], [(sizes[iri], None) for iri in new])
            state.spots |= zip(new, spots, strict=True)
            return
        # a batch of its own, set down beside what is there; what it is joined to draws it near
        high = max(x + sizes[iri][0] / 2 for iri, (x, _) in state.spots.items())
        fresh = set(new)
        joined = [
            iri
            for link in self.store.adjacency.links(sizes)
            for iri, other in ((link.source, link.target), (link.target, link.source))
            if other in fresh and iri not in fresh
        ]
        if len(new) <= PAGE and joined:
            near = Counter(joined).most_common(1)[0][0]
            spots = places.beside(taken, state.spots[near], [(sizes[iri], None) for iri in new])
            state.spots |= zip(new, spots, strict=True)
            return
        spots = places.arranged([sizes[iri] for iri in new], self._pairs(new))
        left = min(x - sizes[iri][0] / 2 for iri, (x, _) in zip(new, spots, strict=True))
        shift = round(high + 4 * places.GAP_X - left)
        middle = round(sum(y for _, y in state.spots.values()) / len(state.spots))
        state.spots |= {iri: (x + shift, y + middle) for iri, (x, y) in zip(new, spots, strict=True)}

    def _arrange(self, state: _State) -> None:
        things = list(state.spots)
        sizes = self._sizes(things)
        spots = dict(zip(things, places.arranged([sizes[iri] for iri in things], self._pairs(things)), strict=True))
        kept = {iri: state.spots[iri] for iri in state.pinned if iri in state.spots}
        state.spots = {iri: kept.get(iri, spots[iri]) for iri in things}

    def _pairs(self, things: list[str]) -> list[tuple[int, int]]:
        at = {iri: index for index, iri in enumerate(things)}
        return sorted({(at[link.source], at[link.target]) for link in self.store.adjacency.links(things)})

    def _sizes(self, things: Iterable[str]) -> dict[str, places.Size]:
        naming = Naming(self.store)
        vertices = self.store.adjacency.vertices(things)
        return {
            iri: words.size(words.lines(naming.label(iri)), _second(self.store, vertex))
            for iri, vertex in vertices.items()
        }


def _second(store: Store, vertex: Vertex) -> str:
    return words.dates_of(store, vertex) if vertex.kind == EVENT else ""


class _Drawn:
    """One state made into what is seen, through the filters."""

    def __init__(self, store: Store, state: _State, view: View, naming: Naming) -> None:
        self._store, self._state, self._view, self._naming = store, state, view, naming
        self._vertices = store.adjacency.vertices(state.spots)
        self._links = store.adjacency.links(state.spots)

    @cached_property
    def _claimed(self) -> list[Claimed]:
        return self._store.adjacency.claimed([link.iri for link in self._links])

    def scene(self, facets: bool) -> Scene:
        filters, steps, state = self._view.filters, self._view.steps, self._state
        kept = [iri for iri in state.spots if not filters.kinds or self._vertices[iri].kind in filters.kinds]
        inside = set(kept)
        fits = {link.iri for link in self._links} if filters.idle else fitting(self._links, self._claimed, filters)
        links = [link for link in self._links if link.iri in fits and {link.source, link.target} <= inside]
        if len(fits) < len(self._links):
            joined = {end for link in links for end in (link.source, link.target)}
            lonely = set(state.spots) - {end for link in self._links for end in (link.source, link.target)}
            kept = [iri for iri in kept if iri in joined or iri in lonely or iri in state.starts or iri in state.pinned]
        ends = Counter(end for link in links for end in (link.source, link.target))
        bends = _bends(links)
        expanded = {iri for iri, *_ in state.expansions}
        return Scene(
            view=self._view,
            cards=tuple(self._card(iri, ends[iri], iri in expanded) for iri in kept),
            edges=tuple(self._edge(link, bends[link.iri]) for link in links),
            more=tuple(self._more(set(kept))),
            facets=self._facets() if facets else NO_FACETS,
            filtered_cards=len(state.spots) - len(kept),
            filtered_edges=len(self._links) - len(links),
            hidden=tuple(map(self._naming.thing, state.hidden)),
            notes=tuple(state.notes),
            document=self._naming.label(steps[0].thing) if steps and steps[0].kind == DOCUMENT else "",
            snapshot=self._store.snapshot.name,
            language=self._naming.language,
        )

    def _card(self, iri: str, shown: int, expanded: bool) -> Card:
        vertex, thing = self._vertices[iri], self._naming.thing(iri)
        dates = words.dates_of(self._store, vertex)
        x, y = self._state.spots[iri]
        return Card(
            thing=thing, kind=vertex.kind, connector=vertex.connector, dates=dates,
            name=tuple(words.lines(thing.label)), second=dates if vertex.kind == EVENT else "",
            x=x, y=y, start=iri in self._state.starts,
            pinned=iri in self._state.pinned, expanded=expanded, relations=vertex.drawn, shown=shown,
        )  # fmt: skip

    def _edge(self, link: Link, bend: float) -> Edge:
        return Edge(
            iri=link.iri, source=link.source, target=link.target, predicate=self._naming.thing(link.predicate),
            label=words.words_of(self._store, link, self._naming), dates=words.dates_of_link(self._store, link),
            start=link.start, stop=link.stop, status=link.status, directed=link.predicate not in SYMMETRIC,
            via=self._naming.thing(link.via) if link.via else None, claims=link.claims, estimates=link.estimates,
            contested=link.contested, bend=bend,
        )  # fmt: skip

    def _more(self, kept: set[str]) -> Iterable[More]:
        there = [*self._state.spots, *self._state.hidden]
        found = []
        for thing, predicate, direction in self._state.expansions:
            if thing in kept:
                rest = self._store.adjacency.neighbours(thing, predicate, direction, there, 0).rest
                if rest:
                    found.append((thing, predicate, direction, rest))
        taken = {
            iri: (spot, words.size(words.lines(self._naming.label(iri)), _second(self._store, self._vertices[iri])))
            for iri, spot in (self._state.spots.items() if found else ())
        }
        for number, (thing, predicate, direction, rest) in enumerate(found):
            ((x, y),) = places.beside(taken, self._state.spots[thing], [((130.0, 34.0), None)])
            taken[f"more {number}"] = ((x, y), (130.0, 34.0))
            step = str(Step(EXPAND, thing, predicate=predicate, direction=direction))
            yield More(thing, self._naming.thing(predicate) if predicate else None, direction, rest, step, x, y)

    def _facets(self) -> Facets:
        naming = self._naming
        kinds = Counter(vertex.kind for vertex in self._vertices.values())
        predicates = Counter(link.predicate for link in self._links)
        statuses = Counter(link.status for link in self._links)
        claimants, documents = (
            Counter(iri for _, iri in {(c.relation, iri) for c in self._claimed for iri in getattr(c, name)})
            for name in ("claimants", "documents")
        )
        months, undated = _months(self._links, self._claimed)

        def named(counter: Counter[str]) -> tuple[Facet, ...]:
            every = [Facet(iri, naming.label(iri), count) for iri, count in counter.items()]
            return tuple(sorted(every, key=lambda facet: (-facet.count, facet.label, facet.iri)))

        return Facets(
            kinds=tuple(Facet(kind, kind, kinds[kind]) for kind in KINDS if kinds[kind]),
            predicates=named(predicates),
            statuses=tuple(Facet(s, s, statuses[s]) for s in ("asserted", "hedged", "disputed") if statuses[s]),
            claimants=named(claimants), documents=named(documents), months=months, undated=undated,
        )  # fmt: skip


def _months(links: list[Link], claimed: list[Claimed]) -> tuple[tuple[tuple[str, int], ...], int]:
    """How many relations begin in each month, by their own dates or the first of their claims; and how many nowhere."""
    said: defaultdict[str, list[str]] = defaultdict(list)
    for claim in claimed:
        if claim.start or claim.stop:
            said[claim.relation].append(claim.start or claim.stop)
    found: Counter[str] = Counter()
    undated = 0
    for link in links:
        first = link.start or link.stop or min(said[link.iri], default="")
        if first:
            found[first[:7]] += 1
        else:
            undated += 1
    return tuple(sorted(found.items())), undated


def _bends(links: list[Link]) -> dict[str, float]:
    """How far each edge bends, so that parallel edges part."""
    parallel: defaultdict[tuple[str, ...], list[Link]] = defaultdict(list)
    for link in links:
        parallel[tuple(sorted((link.source, link.target)))].append(link)
    bends = {}
    for group in parallel.values():
        step = 0.44 if len(group) < 3 else 1.1 / len(group)
        for place, link in enumerate(group):
            bend = (place - (len(group) - 1) / 2) * step
            # The bend is seen from the edge's own start: the same side for both directions.
            bends[link.iri] = round(bend if link.source <= link.target else -bend, 3) + 0.0
    return bends
