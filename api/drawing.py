"""A picture as SVG: what the canvas draws, for paper and for browsers without scripts. Everything in it is escaped."""

from __future__ import annotations

import math
from xml.sax.saxutils import escape, quoteattr

from graph import wording
from graph.explore import Card, Edge, Scene
from graph.explore.words import size, width
from graph.kinds import COLOURS, PLURALS

INK, MUTED, PAPER, CARD, LINE = "#1c1b19", "#5d5950", "#fdfcfa", "#ffffff", "#8f897c"
DISPUTED = "#972a12"
STROKES = {
    "hedged": ("#704900", "7 6"), "disputed": (DISPUTED, "11 4 2 4"), "estimate": (LINE, "2 5"), "asserted": (LINE, ""),
}  # fmt: skip
SIGNS = {
    "person": "M-9 0a9 9 0 1 0 18 0a9 9 0 1 0-18 0Z",
    "organization": "M-8.5-8.5H8.5V8.5H-8.5Z",
    "state": "M10 0 5 8.7H-5L-10 0-5-8.7H5Z",
    "place": "M-10-8H10L0 9Z",
    "weapon": "M0-10.5 10.5 0 0 10.5-10.5 0Z",
    "event": "M0-11 2.8-3.6 10.5-3.4 4.4 1.4 6.5 8.9 0 4.6-6.5 8.9-4.4 1.4-10.5-3.4-2.8-3.6Z",
    "topic": "M0-9 10 8H-10Z",
    "other": "M-8-3H8V3H-8Z",
}
MOST_LABELS = 400
ALONG = (0.5, 0.4, 0.6, 0.32, 0.68, 0.25, 0.75)  # where the words of an edge are tried, in parts of the edge
Point = tuple[float, float]
Size = tuple[float, float]
_FONT = "'Noto Sans', 'Liberation Sans', Arial, sans-serif"


def svg(scene: Scene) -> str:
    """A whole picture, as large as it is; edges are labelled where there is room, and where there are not too many."""
    boxes = {card.thing.iri: (card, size(list(card.name), card.second)) for card in scene.cards}
    few = len(scene.edges) <= MOST_LABELS
    room = Room([((card.x, card.y), box) for card, box in boxes.values()]) if few else None
    left = min((card.x - wide / 2 for card, (wide, _) in boxes.values()), default=0.0) - 30
    right = max((card.x + wide / 2 for card, (wide, _) in boxes.values()), default=300.0) + 30
    top = min((card.y - high / 2 for card, (_, high) in boxes.values()), default=0.0) - 30
    bottom = max((card.y + high / 2 for card, (_, high) in boxes.values()), default=100.0) + 50
    title = f"{len(scene.cards):,} things and {len(scene.edges):,} relations"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left:.0f} {top:.0f} {right - left:.0f} {bottom - top:.0f}"'
        f' width="{right - left:.0f}" height="{bottom - top:.0f}" font-family="{_FONT}" role="img">',
        f"<title>{escape(title)}</title>",
        '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="9" markerHeight="9"'
        f' markerUnits="userSpaceOnUse" orient="auto"><path d="M0 1 10 5 0 9Z" fill="{MUTED}"/></marker></defs>',
        f'<rect x="{left:.0f}" y="{top:.0f}" width="100%" height="100%" fill="{PAPER}"/>',
        *(_line(edge, boxes) for edge in scene.edges),
        *(_card(card, wide, high) for card, (wide, high) in boxes.values()),
        *(_words(edge, boxes, room) for edge in scene.edges),
        f'<text x="{left + 30:.0f}" y="{bottom - 14:.0f}" font-size="12" fill="{MUTED}">',
        f"{escape(_legend(scene))}</text>",
        "</svg>",
    ]
    return _without_controls("\n".join(parts))


def _legend(scene: Scene) -> str:
    kinds = ", ".join(f"{f.count:,} {PLURALS[f.iri] if f.count != 1 else f.iri}" for f in scene.facets.kinds)
    more = f"; {scene.filtered_edges:,} relations filtered out" if scene.filtered_edges else ""
    looks = {look(edge) for edge in scene.edges}
    lines = [f"{drawn}: {means}" for name, (drawn, means) in wording.LINES.items() if name in looks]
    lines += [f"\u2260: {wording.CONFLICT}"] if any(edge.contested for edge in scene.edges) else []
    meaning = f" Lines are {'; '.join(lines)}." if lines else ""
    return f"{kinds}{more}.{meaning} sitrep, snapshot {scene.snapshot}, CC BY 4.0."


def _card(card: Card, wide: float, high: float) -> str:
    colour = COLOURS[card.kind]
    x, y = card.x - wide / 2, card.y - high / 2
    fill, ink = (colour, PAPER) if card.start else (CARD, INK)
    lines = []
    at = y + 8
    for text in card.name:
        at += 18
        lines.append(f'<text x="{x + 37:.1f}" y="{at - 4:.1f}" font-size="14" fill="{ink}">{escape(text)}</text>')
    if card.second:
        muted = PAPER if card.start else MUTED
        lines.append(
            f'<text x="{x + 37:.1f}" y="{at + 12:.1f}" font-size="12" fill="{muted}">{escape(card.second)}</text>'
        )
    sign = PAPER if card.start else colour
    return (
        f"<g><title>{escape(card.thing.label[:500])}</title>"
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:.1f}" height="{high:.1f}" rx="5" fill="{fill}" stroke="{colour}"/>'
        f'<path d={quoteattr(SIGNS[card.kind])} transform="translate({x + 19:.1f} {card.y}) scale(.77)" fill="{sign}"/>'
        f"{''.join(lines)}</g>"
    )


def look(edge: Edge) -> str:
    """How a line is drawn: `asserted`, `hedged`, `disputed`, or `estimate` where it rests on estimates alone."""
    return "estimate" if edge.status == "asserted" and edge.claims and edge.estimates == edge.claims else edge.status


class Room:
    """Where words may still stand: not on a card, and not on other words."""

    def __init__(self, boxes: list[tuple[Point, Size]]) -> None:
        self._taken = [(x - wide / 2, y - high / 2, wide, high) for (x, y), (wide, high) in boxes]

    def take(self, points: list[Point], wide: float, high: float) -> Point | None:
        """The first of some points around which there is room, taken from now on; None where there is none."""
        for x, y in points:
            left, top = x - wide / 2, y - high / 2
            if all(left + wide <= a or left >= a + c or top + high <= b or top >= b + d for a, b, c, d in self._taken):
                self._taken.append((left, top, wide, high))
                return x, y
        return None


_Boxes = dict[str, tuple[Card, Size]]


def _curve(edge: Edge, boxes: _Boxes) -> tuple[Point, Point, Point]:
    (a, start), (b, end) = boxes[edge.source], boxes[edge.target]
    via = _control((a.x, a.y), (b.x, b.y), edge.bend)
    return border((a.x, a.y), start, via), via, border((b.x, b.y), end, via)


def _line(edge: Edge, boxes: _Boxes) -> str:
    (x1, y1), via, (x2, y2) = _curve(edge, boxes)
    colour, dashes = STROKES[look(edge)]
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    arrow = ' marker-end="url(#arrow)"' if edge.directed else ""
    return (
        f'<path d="M{x1:.1f} {y1:.1f}Q{via[0]:.1f} {via[1]:.1f} {x2:.1f} {y2:.1f}" fill="none" stroke="{colour}"'
        f' stroke-width="1.5"{dashed}{arrow}/>'
    )


def _words(edge: Edge, boxes: _Boxes, room: Room | None) -> str:
    """The words of an edge, and a sign where its claims conflict."""
    (x1, y1), (vx, vy), (x2, y2) = _curve(edge, boxes)

    def at(part: float) -> Point:
        a, b, c = (1 - part) ** 2, 2 * part * (1 - part), part**2
        return a * x1 + b * vx + c * x2, a * y1 + b * vy + c * y2

    found = ""
    text = edge.label[:60]
    spot = room.take([at(part) for part in ALONG], width(text, 11) + 4, 14) if room else None
    if spot:
        found = (
            f'<text x="{spot[0]:.1f}" y="{spot[1] + 4:.1f}" font-size="11" text-anchor="middle" fill="{INK}"'
            f' stroke="{PAPER}" stroke-width="3" paint-order="stroke">{escape(text)}</text>'
        )
    if edge.contested:
        x, y = at(0.12)
        found += (
            f'<g><title>its claims conflict with others</title><circle cx="{x:.1f}" cy="{y:.1f}" r="7.5" '
            f'fill="{DISPUTED}"/><text x="{x:.1f}" y="{y + 4:.1f}" font-size="12" text-anchor="middle" fill="{PAPER}">'
            "\u2260</text></g>"
        )
    return found


def _control(a: Point, b: Point, bend: float) -> Point:
    """The control point of an edge, as vis-network bends `curvedCW` (above 0) and `curvedCCW`."""
    if not bend:
        return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2
    dx, dy = b[0] - a[0], b[1] - a[1]
    part, angle = abs(bend) * 0.5 + 0.5, math.atan2(-dy, dx) + (bend * 0.5 + 0.5) * math.pi
    return a[0] + part * math.hypot(dx, dy) * math.sin(angle), a[1] + part * math.hypot(dx, dy) * math.cos(angle)


def border(at: Point, box: Size, to: Point) -> Point:
    """Where a line from the middle of a card leaves it."""
    dx, dy = to[0] - at[0], to[1] - at[1]
    reach = min(box[0] / 2 / abs(dx) if dx else math.inf, box[1] / 2 / abs(dy) if dy else math.inf, 1.0)
    return at[0] + dx * reach, at[1] + dy * reach


def _without_controls(text: str) -> str:
    return "".join(
        c for c in text if c in "\t\n\r" or (c >= " " and not 0xD800 <= ord(c) <= 0xDFFF and c not in "\ufffe\uffff")
    )
