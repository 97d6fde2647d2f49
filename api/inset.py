"""A small picture set into a page, drawn by the server: it needs no script, and its things are links.

It shows a scene of the explorer, which opens the very same one to go on from. What the explorer draws line by line is
drawn as one line for each two things here, and what stands wide apart is drawn together, so that names can be read.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from api import drawing
from api.drawing import Point, Room, Size
from graph.explore import Card, Edge, Explorer, Scene, View
from graph.explore.around import around
from graph.explore.steps import CORE, Step, name_of
from graph.explore.words import size, width
from graph.kinds import KINDS, OTHER
from graph.naming import Naming

NEAREST, MOST_CENTRAL = 10, 14
WIDE, HIGH = 1080.0, 560.0  # what a page has room for, at the size of its type
_AIR = ((96.0, 46.0), (60.0, 36.0), (34.0, 26.0))  # between cards: the first that fits
_SQUEEZES = [step / 20 for step in range(6, 41)]  # what heights are multiplied by, to find the best
_STRETCH = 1.5  # how much wider a picture becomes that has room, so that words find some, too
_LOOKS = ("asserted", "estimate", "hedged", "disputed")  # a line of several relations looks like the surest of them
_MARGIN = 6.0


@dataclass(frozen=True)
class Box:
    """A thing: its card's corner and size, and the lines on it with their heights."""

    iri: str
    name: str
    kind: str
    start: bool
    x: float
    y: float
    wide: float
    high: float
    lines: tuple[tuple[float, str], ...]
    second: tuple[float, str]

    @property
    def sign(self) -> str:
        """The path of the sign of its kind."""
        return drawing.SIGNS[self.kind]


@dataclass(frozen=True)
class Joint:
    """All relations between two things, as one line. `label` is empty where there is no room for it.

    `iri` is the relation where there is one alone, else empty; `address` shows the two and what joins them.
    """

    ends: tuple[Point, Point]
    heads: tuple[bool, bool]
    look: str
    label: str
    at: Point
    title: str
    iri: str
    address: str
    badge: Point | None  # where the sign of conflicting claims stands


@dataclass(frozen=True)
class Inset:
    """A picture in a page. `address` opens it in the explorer; `rest` counts neighbours that it leaves out."""

    wide: float
    high: float
    boxes: tuple[Box, ...]
    joints: tuple[Joint, ...]
    kinds: tuple[str, ...]
    looks: tuple[str, ...]
    contested: bool
    relations: int
    rest: int
    address: str


def nearest(explorer: Explorer, naming: Naming, iri: str) -> Scene | None:
    """A thing and its best supported neighbours; None where it has none that can be drawn."""
    if not explorer.store.adjacency.vertices([iri]):
        return None
    scene = explorer.scene(around(explorer, iri, 1, NEAREST + 1), naming, facets=False)
    return scene if scene.edges else None


def core(explorer: Explorer, naming: Naming) -> Scene | None:
    """The most central things of the graph, in what joins them; None where no two are joined."""
    scene = explorer.scene(View((), (Step(CORE, number=MOST_CENTRAL),)), naming, facets=False)
    return scene if scene.edges else None


def of(scene: Scene) -> Inset:
    """A scene as it is drawn in a page: what nothing joins to the rest is left out."""
    joined = {end for edge in scene.edges for end in (edge.source, edge.target)}
    cards = [card for card in scene.cards if card.start or card.thing.iri in joined]
    sizes = {card.thing.iri: size(list(card.name), card.second) for card in cards}
    spots = _together(cards, sizes)
    left, right, top, bottom = _extent(spots, sizes)
    spots = {iri: (x - left + _MARGIN, y - top + _MARGIN) for iri, (x, y) in spots.items()}
    joints = tuple(_joints(scene, spots, sizes))
    return Inset(
        wide=right - left + 2 * _MARGIN,
        high=bottom - top + 2 * _MARGIN,
        boxes=tuple(_box(card, spots[card.thing.iri], sizes[card.thing.iri]) for card in cards),
        joints=joints,
        kinds=tuple(kind for kind in KINDS if any(card.kind == kind for card in cards)),
        looks=tuple(look for look in _LOOKS if any(joint.look == look for joint in joints)),
        contested=any(joint.badge for joint in joints),
        relations=len(scene.edges),
        rest=sum(more.rest for more in scene.more),
        address=f"/explore?{urlencode({'step': [str(step) for step in scene.view.steps]}, doseq=True)}",
    )


def _together(cards: Iterable[Card], sizes: dict[str, Size]) -> dict[str, Point]:
    """The same arrangement, as close as the cards allow: both axes are squeezed or stretched, each for itself."""
    spots = {card.thing.iri: (float(card.x), float(card.y)) for card in cards}
    found = spots
    for air in _AIR:
        best = math.inf
        for high in _SQUEEZES:
            wide = _least(spots, sizes, high, air)
            moved = {iri: (x * wide, y * high) for iri, (x, y) in spots.items()}
            left, right, top, bottom = _extent(moved, sizes)
            over = max((right - left) / WIDE, (bottom - top) / HIGH)
            if over < best:
                best, found = over, moved
        if best <= 1:
            break
    left, right, *_ = _extent(found, sizes)
    more = max(1.0, min(_STRETCH, 1 + (WIDE - right + left) / max(right - left, 1.0)))
    return {iri: (x * more, y) for iri, (x, y) in found.items()}


def _least(spots: dict[str, Point], sizes: dict[str, Size], high: float, air: Size) -> float:
    """By how much widths must be multiplied, so that cards stay apart whose heights are multiplied by `high`."""
    least, things = 0.4, list(spots)
    for place, a in enumerate(things):
        for b in things[:place]:
            (ax, ay), (bx, by) = spots[a], spots[b]
            if abs(ay - by) * high < (sizes[a][1] + sizes[b][1]) / 2 + air[1]:
                least = max(least, ((sizes[a][0] + sizes[b][0]) / 2 + air[0]) / max(abs(ax - bx), 1.0))
    return least


def _extent(spots: dict[str, Point], sizes: dict[str, Size]) -> tuple[float, float, float, float]:
    wide = [(x - sizes[iri][0] / 2, x + sizes[iri][0] / 2) for iri, (x, _) in spots.items()]
    high = [(y - sizes[iri][1] / 2, y + sizes[iri][1] / 2) for iri, (_, y) in spots.items()]
    return min(a for a, _ in wide), max(b for _, b in wide), min(a for a, _ in high), max(b for _, b in high)


def _box(card: Card, spot: Point, box: Size) -> Box:
    top = spot[1] - box[1] / 2
    lines = tuple((top + 22 + 18 * row, text) for row, text in enumerate(card.name))
    return Box(
        iri=card.thing.iri, name=card.thing.label, kind=card.kind if card.kind in KINDS else OTHER, start=card.start,
        x=spot[0] - box[0] / 2, y=top, wide=box[0], high=box[1], lines=lines,
        second=(top + 20 + 18 * len(card.name), card.second),
    )  # fmt: skip


def _joints(scene: Scene, spots: dict[str, Point], sizes: dict[str, Size]) -> Iterable[Joint]:
    between: defaultdict[tuple[str, str], list[Edge]] = defaultdict(list)
    for edge in scene.edges:
        if edge.source != edge.target:
            between[min(edge.source, edge.target), max(edge.source, edge.target)].append(edge)
    room = Room([(spots[iri], sizes[iri]) for iri in spots])
    names = {card.thing.iri: card.thing.label for card in scene.cards}
    for (a, b), edges in between.items():
        start = drawing.border(spots[a], _out(sizes[a]), spots[b])
        end = drawing.border(spots[b], _out(sizes[b]), spots[a])
        along = [
            (start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part) for part in drawing.ALONG
        ]
        contested = any(edge.contested for edge in edges)
        badge = (room.take(along[::-1], 18, 18) or along[-2]) if contested else None
        label = _label(edges)
        at = room.take(along, width(label, 12) + 8, 16)
        looks = {drawing.look(edge) for edge in edges}
        yield Joint(
            ends=(start, end),
            heads=(
                any(edge.directed and edge.target == a for edge in edges),
                any(edge.directed and edge.target == b for edge in edges),
            ),
            look=next((look for look in _LOOKS if look in looks), _LOOKS[0]),
            label=label if at else "",
            at=at or start,
            title="\n".join(dict.fromkeys(f"{names[e.source]} {e.label} {names[e.target]}"[:300] for e in edges)),
            iri=edges[0].iri if len(edges) == 1 else "",
            address=f"/explore?{urlencode({'start': [name_of(a), name_of(b)]}, doseq=True)}",
            badge=badge,
        )


def _out(box: Size) -> Size:
    """A card with the air that arrows keep from it."""
    return box[0] + 6, box[1] + 6


def _label(edges: list[Edge]) -> str:
    """What the relations between two things say, the most frequent first."""
    words = [text for text, _ in Counter(edge.label for edge in edges).most_common()]
    first = words[0] if len(words[0]) <= 36 else f"{words[0][:35]}…"
    return first + (f" and {len(words) - 1} more" if len(words) > 1 else "")
