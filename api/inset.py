"""A small picture set into a page, drawn by the server: it needs no script, and its things are links.

It shows a scene of the explorer, which opens the very same one to go on from. What the explorer draws line by line is
drawn as one line for each two things here, and what stands wide apart is drawn together, so that names can be read; no
line is to pass behind a card that it has no end at, and no words to stand where another line runs (`explore.small`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from api import drawing
from api.drawing import Point, Room, Size
from graph.explore import Card, Edge, Explorer, Scene, View, small
from graph.explore.around import around
from graph.explore.steps import CORE, Step, name_of
from graph.explore.words import size, width
from graph.kinds import KINDS, OTHER
from graph.naming import Naming

NEAREST, MOST_CENTRAL = 10, 14
_ALONG = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72, 0.22, 0.78)  # where words are tried, in parts of the line
_LOOKS = ("asserted", "estimate", "hedged", "disputed")  # a line of several relations looks like the surest of them
_MARGIN = 6.0
_PHONE = 358.0  # what a page has room for on a phone
_TYPE = 12  # the size of the words of lines
_Pair = tuple[str, str]
_Line = tuple[Point, Point]


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
    """A picture in a page.

    `first` is the thing that it is of, else the one that is joined to most; `address` opens it in the explorer; `rest`
    counts neighbours that it leaves out.
    """

    wide: float
    high: float
    boxes: tuple[Box, ...]
    joints: tuple[Joint, ...]
    kinds: tuple[str, ...]
    looks: tuple[str, ...]
    first: str
    contested: bool
    relations: int
    rest: int
    address: str

    @property
    def beyond_phones(self) -> bool:
        """Whether it is wider than the screen of a phone, where it is not made smaller, so that names can be read."""
        return self.wide > _PHONE


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
    sizes = {card.thing.iri: size(list(card.name), card.second, bold=card.start) for card in cards}
    between = _between(scene.edges)
    spots = _arranged(cards, sizes, between)
    left, right, top, bottom = _extent(spots, sizes)
    spots = {iri: (x - left + _MARGIN, y - top + _MARGIN) for iri, (x, y) in spots.items()}
    joints = tuple(_joints(scene, between, spots, sizes))
    return Inset(
        wide=right - left + 2 * _MARGIN,
        high=bottom - top + 2 * _MARGIN,
        boxes=tuple(_box(card, spots[card.thing.iri], sizes[card.thing.iri]) for card in cards),
        joints=joints,
        kinds=tuple(kind for kind in KINDS if any(card.kind == kind for card in cards)),
        looks=tuple(look for look in _LOOKS if any(joint.look == look for joint in joints)),
        first=_first(cards, between),
        contested=any(joint.badge for joint in joints),
        relations=len(scene.edges),
        rest=sum(more.rest for more in scene.more),
        address=f"/explore?{urlencode({'step': [str(step) for step in scene.view.steps]}, doseq=True)}",
    )


def _between(edges: Iterable[Edge]) -> dict[_Pair, list[Edge]]:
    """The relations between each two things."""
    found: defaultdict[_Pair, list[Edge]] = defaultdict(list)
    for edge in edges:
        if edge.source != edge.target:
            found[min(edge.source, edge.target), max(edge.source, edge.target)].append(edge)
    return dict(found)


def _first(cards: list[Card], between: Iterable[_Pair]) -> str:
    """Where somebody begins who sees only a part: at the thing that it is of, else at what is joined to most."""
    ends = Counter(end for pair in between for end in pair)
    return max(cards, key=lambda card: (card.start, ends[card.thing.iri])).thing.iri


def _arranged(cards: list[Card], sizes: dict[str, Size], between: dict[_Pair, list[Edge]]) -> dict[str, Point]:
    """Where the cards stand; the thing that the picture is of is given first."""
    ordered = {card.thing.iri: card for card in sorted(cards, key=lambda card: not card.start)}
    at = {iri: place for place, iri in enumerate(ordered)}
    places = small.arranged(
        tuple((float(card.x), float(card.y)) for card in ordered.values()),
        tuple(sizes[iri] for iri in at),
        tuple((at[a], at[b]) for a, b in between),
        tuple(width(_label(edges), _TYPE) for edges in between.values()),
    )
    return dict(zip(at, places, strict=True))


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


def _joints(
    scene: Scene, between: dict[_Pair, list[Edge]], spots: dict[str, Point], sizes: dict[str, Size]
) -> Iterable[Joint]:
    names = {card.thing.iri: card.thing.label for card in scene.cards}
    lines = {
        (a, b): (drawing.border(spots[a], _out(sizes[a]), spots[b]), drawing.border(spots[b], _out(sizes[b]), spots[a]))
        for a, b in between
    }
    texts = {pair: _label(edges) for pair, edges in between.items()}
    room = Room([(spots[iri], sizes[iri]) for iri in spots])
    badges = {
        pair: _placed(room, pair, lines, 18, 18, last=True) or _along(lines[pair])[-1]
        for pair, edges in between.items()
        if any(edge.contested for edge in edges)
    }
    labels = {pair: _placed(room, pair, lines, width(texts[pair], _TYPE) + 8, 16) for pair in between}
    for (a, b), edges in between.items():
        looks, at = {drawing.look(edge) for edge in edges}, labels[a, b]
        yield Joint(
            ends=lines[a, b],
            heads=(
                any(edge.directed and edge.target == a for edge in edges),
                any(edge.directed and edge.target == b for edge in edges),
            ),
            look=next((look for look in _LOOKS if look in looks), _LOOKS[0]),
            label=texts[a, b] if at else "",
            at=at or lines[a, b][0],
            title="\n".join(dict.fromkeys(f"{names[e.source]} {e.label} {names[e.target]}"[:300] for e in edges)),
            iri=edges[0].iri if len(edges) == 1 else "",
            address=f"/explore?{urlencode({'start': [name_of(a), name_of(b)]}, doseq=True)}",
            badge=badges.get((a, b)),
        )


def _placed(
    room: Room, pair: _Pair, lines: dict[_Pair, _Line], wide: float, high: float, last: bool = False
) -> Point | None:
    """A place along a line for what belongs to it: not on a card or on words, and where no other line runs."""
    others = [line for other, line in lines.items() if other != pair]
    points = _along(lines[pair])
    free = [at for at in points if not small.touched(others, at, (wide, high))]
    return room.take(free[::-1] if last else free, wide, high)


def _along(line: _Line) -> list[Point]:
    (x, y), (to_x, to_y) = line
    return [(x + (to_x - x) * part, y + (to_y - y) * part) for part in _ALONG]


def _out(box: Size) -> Size:
    """A card with the air that arrows keep from it."""
    return box[0] + 6, box[1] + 6


def _label(edges: list[Edge]) -> str:
    """What the relations between two things say, the most frequent first."""
    words = [text for text, _ in Counter(edge.label for edge in edges).most_common()]
    first = words[0] if len(words[0]) <= 36 else f"{words[0][:35]}…"
    return first + (f" and {len(words) - 1} more" if len(words) > 1 else "")
