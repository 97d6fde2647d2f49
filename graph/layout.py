"""Where the nodes of a picture stand: the same neighbourhood always looks the same, and labels do not overlap.

First the distances in the picture follow the distances in the graph (stress, minimized step by step as in Zheng, Pawar
and Goodman, "Graph Drawing by Stochastic Gradient Descent", 2019, but in a fixed order of steps). Then nodes are moved
about for as long as that makes the picture plainer: no label on another, no line through a card, few crossings, short
lines. networkx's own layouts need numpy, which nothing else here does, and they know nothing of labels.

Units are the pixels of a picture that is not zoomed; x runs to the right, y down.
"""

from __future__ import annotations

import math
import random
import textwrap
from collections import defaultdict
from dataclasses import dataclass

import networkx

from graph.neighbourhood import Edge, Neighbourhood, Node

Point = tuple[float, float]

NODE_WIDTH, NODE_LINES, LINE_WIDTH, EDGE_WIDTH, EDGE_LINES = 24, 3, 27, 22, 3
NODE_FONT, LINE_FONT, EDGE_FONT = 14.0, 12.0, 12.0
# A node is a card: its sign at the left, its lines beside it (api/static/picture.js draws it).
CARD_SIDES, CARD_ENDS = 48.0, 16.0
# Labels of edges are drawn at rest only in a picture with few of them.
MOST_EDGE_LABELS = 40
_LETTER, _LEADING = 0.54, 1.28
_GAP = 16.0
# How much looking for better places is worth: trials shrink as the picture grows, so that no picture takes long.
_WORK = 45_000


def wrapped(text: str, width: int, lines: int) -> list[str]:
    """A text in lines of about so many characters; what is longer ends in an ellipsis."""
    return textwrap.wrap(text, width, max_lines=lines, placeholder=" …", break_on_hyphens=False) or [""]


def node_lines(node: Node) -> tuple[list[str], list[str]]:
    """What stands on a node: its name, and its second line (figures, or else an event's dates)."""
    second = node.line or (node.dates if node.group == "event" else "")
    return wrapped(node.label, NODE_WIDTH, NODE_LINES), wrapped(second, LINE_WIDTH, 3) if second else []


def edge_lines(edge: Edge) -> tuple[list[str], list[str]]:
    """What stands on an edge: its words, and its count or dates."""
    note = wrapped(edge.note, EDGE_WIDTH, EDGE_LINES) if edge.note else []
    return wrapped(edge.label, EDGE_WIDTH, EDGE_LINES), note


def roundness(edges: tuple[Edge, ...]) -> dict[str, float]:
    """How far each edge bends, so that parallel edges part: 0 is straight, by edge id."""
    parallel: dict[frozenset[str], list[Edge]] = defaultdict(list)
    for edge in edges:
        parallel[frozenset((edge.source, edge.target))].append(edge)
    bends = {}
    for group in parallel.values():
        step = 0.44 if len(group) < 3 else 1.1 / len(group)
        for place, edge in enumerate(group):
            bend = (place - (len(group) - 1) / 2) * step
            # The bend is seen from the edge's own start: the same side for both directions.
            bends[edge.id] = round(bend if edge.source <= edge.target else -bend, 3) + 0.0
    return bends


def layout(found: Neighbourhood, tall: bool = False) -> dict[str, Point]:
    """A place for every node, the centre at 0, 0; deterministic. Wide, or tall for a narrow screen."""
    if not found.nodes:
        return {}
    sheet = _Sheet(found, _stress(found, tall), tall)
    sheet.spread()
    sheet.improve()
    sheet.part()
    x, y = sheet.places[found.centre.iri]
    return {iri: (round(place[0] - x, 1), round(place[1] - y, 1)) for iri, place in sheet.places.items()}


# --- distances


def _stress(found: Neighbourhood, tall: bool) -> dict[str, Point]:
    web: networkx.Graph[str] = networkx.Graph()
    web.add_nodes_from(node.iri for node in found.nodes)
    for edge in found.edges:
        label = 0.0 if len(found.edges) > MOST_EDGE_LABELS else _width([*edge_lines(edge)[0], *edge_lines(edge)[1]])
        known = web.get_edge_data(edge.source, edge.target)
        length = max(190.0 + 0.6 * label, known["length"] if known else 0.0)
        web.add_edge(edge.source, edge.target, length=length)
    order = _around(web, found.centre.iri)
    distance = {node.iri: node.distance for node in found.nodes}
    places = {found.centre.iri: [0.0, 0.0]}
    for index, name in enumerate(order):
        angle = 2 * math.pi * index / len(order) - 0.6
        places[name] = [260 * distance[name] * math.cos(angle), 260 * distance[name] * math.sin(angle)]
    _descend(web, [node.iri for node in found.nodes], places)
    return _turned(places, tall)


def _around(web: networkx.Graph[str], centre: str) -> list[str]:
    """All nodes but the centre, those with edges between them side by side."""
    rest = web.subgraph([name for name in web if name != centre])
    order: list[str] = []
    for part in sorted(networkx.connected_components(rest), key=lambda part: (-len(part), min(part))):
        start = min(part, key=lambda name: (rest.degree(name), name))
        order += [start, *(end for _, end in networkx.dfs_edges(rest, start, sort_neighbors=sorted))]
    return order


def _descend(web: networkx.Graph[str], names: list[str], places: dict[str, list[float]]) -> None:
    far = dict(networkx.all_pairs_dijkstra_path_length(web, weight="length"))
    pairs = [(a, b, far[a].get(b, 900.0)) for i, a in enumerate(names) for b in names[:i]]
    if not pairs:
        return
    least, most = min(d for *_, d in pairs), max(d for *_, d in pairs)
    steps = 40 if len(names) <= 80 else 10
    chance = random.Random(7)  # noqa: S311  an order of steps, no secret
    for step in range(steps):
        rate = most**2 * math.exp(-step / (steps - 1) * math.log(most**2 / (0.1 * least**2)))
        chance.shuffle(pairs)
        for a, b, wanted in pairs:
            first, second = places[a], places[b]
            dx, dy = first[0] - second[0], first[1] - second[1]
            distance = math.hypot(dx, dy) or 1e-6
            move = min(1.0, rate / wanted**2) * (distance - wanted) / 2 / distance
            first[0] -= move * dx
            first[1] -= move * dy
            second[0] += move * dx
            second[1] += move * dy


def _turned(places: dict[str, list[float]], tall: bool) -> dict[str, Point]:
    """The whole turned so that its longest way lies level, as screens and labels do; or upright for a narrow screen."""
    count = len(places)
    mx, my = (sum(place[axis] for place in places.values()) / count for axis in (0, 1))
    xx = sum((x - mx) ** 2 for x, _ in places.values())
    yy = sum((y - my) ** 2 for _, y in places.values())
    xy = sum((x - mx) * (y - my) for x, y in places.values())
    turn = -0.5 * math.atan2(2 * xy, xx - yy) + (math.pi / 2 if tall else 0)
    wide, high = (0.65, 1.0) if tall else (1.15, 0.85)
    cos, sin = math.cos(turn), math.sin(turn)
    return {name: (wide * (x * cos - y * sin), high * (x * sin + y * cos)) for name, (x, y) in places.items()}


# --- labels


@dataclass(frozen=True)
class _Line:
    """An edge as the sheet needs it: its ends, its bend, half the size of its label (0 where it shows none)."""

    source: str
    target: str
    bend: float
    half: float
    high: float


class _Sheet:
    """Cards and lines on paper, and what is wrong with how they stand."""

    def __init__(self, found: Neighbourhood, places: dict[str, Point], tall: bool) -> None:
        self.places = places
        self._centre = found.centre.iri
        self._cards = {node.iri: _card(node) for node in found.nodes}
        bends = roundness(found.edges)
        labelled = len(found.edges) <= MOST_EDGE_LABELS
        self._lines = []
        for edge in found.edges:
            if edge.source != edge.target:
                words, note = edge_lines(edge)
                half = (_width([*words, *note]) / 2 + 2) if labelled else 0.0
                high = ((len(words) + len(note)) * EDGE_FONT * _LEADING / 2) if labelled else 0.0
                self._lines.append(_Line(edge.source, edge.target, bends[edge.id], half, high))
        self._at: dict[str, list[int]] = {name: [] for name in self._cards}
        for index, line in enumerate(self._lines):
            self._at[line.source].append(index)
            self._at[line.target].append(index)
        self._wide, self._high = (0.5, 1.35) if tall else (1.3, 0.8)
        self._labels = [self._label(line) for line in self._lines]

    def spread(self) -> None:
        """Scale the whole until there is room: three times as much as the cards take."""
        (left, right), (top, bottom) = ((min(axis), max(axis)) for axis in zip(*self.places.values(), strict=True))
        cards = sum(4 * (half + _GAP) * (high + _GAP) for half, high in self._cards.values())
        room = max((right - left) * (bottom - top), 1.0)
        if len(self._cards) > 12 and room < 3 * cards:
            factor = math.sqrt(3 * cards / room)
            for name, (x, y) in list(self.places.items()):
                self._put(name, (factor * x, factor * y))

    def improve(self) -> None:
        """Try other places for one node after the other, at random but always the same, and keep what is better."""
        names = [name for name in self._cards if name != self._centre]
        if not names:
            return
        far_off = 320 if any(line.half for line in self._lines) else 160
        chance = random.Random(11)  # noqa: S311  trials, no secret
        trials = _WORK // (len(self._cards) + len(self._lines))
        for trial in range(trials):
            name = names[trial % len(names)]
            reach = far_off * (1 - trial / trials) ** 1.5 + 14
            old, labels = self.places[name], [self._labels[index] for index in self._at[name]]
            before = self._faults(name)
            if before < 12 and trial > trials / 2:
                continue
            angle, far = chance.uniform(0, 2 * math.pi), reach * math.sqrt(chance.random())
            self._put(name, (old[0] + far * self._wide * math.cos(angle), old[1] + far * math.sin(angle)))
            if self._faults(name) >= before:
                self.places[name] = old
                for index, label in zip(self._at[name], labels, strict=True):
                    self._labels[index] = label

    def part(self) -> None:
        """Push cards apart that still overlap."""
        for _ in range(200):
            moved = False
            order = sorted(self._cards, key=lambda name: (self.places[name][0] - self._cards[name][0], name))
            for index, first in enumerate(order):
                for second in order[index + 1 :]:
                    (x1, y1), (half1, high1) = self.places[first], self._cards[first]
                    (x2, y2), (half2, high2) = self.places[second], self._cards[second]
                    if x2 - half2 >= x1 + half1 + _GAP and x2 > x1:
                        break
                    wide, high = half1 + half2 + _GAP - abs(x2 - x1), high1 + high2 + _GAP - abs(y2 - y1)
                    if wide <= 0.5 or high <= 0.5:
                        continue
                    moved = True
                    dx, dy = (
                        (wide * 0.55 * (1 if x2 >= x1 else -1), 0.0)
                        if wide < high
                        else (0.0, high * 0.55 * (1 if y2 >= y1 else -1))
                    )
                    self.places[first] = (x1 - dx, y1 - dy)
                    self.places[second] = (x2 + dx, y2 + dy)
            if not moved:
                return

    def _put(self, name: str, place: Point) -> None:
        self.places[name] = place
        for index in self._at[name]:
            self._labels[index] = self._label(self._lines[index])

    def _label(self, line: _Line) -> tuple[float, float, float]:
        """The middle of the part of a line that no card hides, and how long that part is."""
        (x1, y1), (x2, y2) = self.places[line.source], self.places[line.target]
        dx, dy = x2 - x1, y2 - y1
        length = math.hypot(dx, dy) or 1e-6
        first, second = self._cards[line.source], self._cards[line.target]
        start = min(first[0] / abs(dx) if dx else 9.0, first[1] / abs(dy) if dy else 9.0, 1.0)
        end = 1 - min(second[0] / abs(dx) if dx else 9.0, second[1] / abs(dy) if dy else 9.0, 1.0)
        if line.bend == 0:
            t = (start + end) / 2
            return x1 + t * dx, y1 + t * dy, (end - start) * length
        open_points = []
        for step in range(1, 24):
            x, y = point((x1, y1), (x2, y2), line.bend, step / 24)
            if not (abs(x - x1) <= first[0] and abs(y - y1) <= first[1]) and not (
                abs(x - x2) <= second[0] and abs(y - y2) <= second[1]
            ):
                open_points.append((x, y))
        x, y = open_points[len(open_points) // 2] if open_points else point((x1, y1), (x2, y2), line.bend, 0.5)
        return x, y, length * len(open_points) / 23

    def _faults(self, name: str) -> float:
        """How much is wrong with a node where it stands, and with its lines."""
        x, y = self.places[name]
        half, high = self._cards[name]
        (cx, cy) = self.places[self._centre]
        wrong = 0.05 * math.hypot((x - cx) / self._wide, (y - cy) / self._high)
        for other, (half2, high2) in self._cards.items():
            if other != name:
                px, py = self.places[other]
                a, b = half + half2 + _GAP - abs(px - x), high + high2 + _GAP - abs(py - y)
                if a > 0 and b > 0:
                    wrong += 120 + min(a, b) * 2
        own = self._at[name]
        for index in own:
            wrong += self._line_faults(index)
        for index, line in enumerate(self._lines):
            if line.source == name or line.target == name:
                continue
            lx, ly, _ = self._labels[index]
            a, b = half + line.half + 4 - abs(lx - x), high + line.high + 4 - abs(ly - y)
            if line.half and a > 0 and b > 0:
                wrong += 90 + min(a, b)
            if self._crosses_card(line, name):
                wrong += 90
        return wrong

    def _line_faults(self, index: int) -> float:
        line, (x, y, seen) = self._lines[index], self._labels[index]
        (x1, y1), (x2, y2) = self.places[line.source], self.places[line.target]
        need = 60.0
        if line.half:
            dx, dy = abs(x2 - x1) or 1e-6, abs(y2 - y1) or 1e-6
            need += 2 * min(line.half / dx, line.high / dy) * math.hypot(dx, dy)
        wrong = 0.03 * max(0.0, seen - need - 30) + (60 + 1.2 * (need - seen) if seen < need else 0.0)
        for other in self._cards:
            if other not in (line.source, line.target):
                if self._crosses_card(line, other):
                    wrong += 90
                if line.half:
                    (px, py), (half, high) = self.places[other], self._cards[other]
                    a, b = half + line.half + 4 - abs(px - x), high + line.high + 4 - abs(py - y)
                    if a > 0 and b > 0:
                        wrong += 90 + min(a, b)
        for second, other_line in enumerate(self._lines):
            if second == index:
                continue
            if line.half:
                ox, oy, _ = self._labels[second]
                a, b = line.half + other_line.half + 4 - abs(ox - x), line.high + other_line.high + 2 - abs(oy - y)
                if a > 0 and b > 0:
                    wrong += 80 + min(a, b)
                elif not line.bend and _hits(x1 - ox, y1 - oy, x2 - ox, y2 - oy, other_line.half, other_line.high):
                    wrong += 35
            if not {line.source, line.target} & {other_line.source, other_line.target} and _cross(
                (x1, y1), (x2, y2), self.places[other_line.source], self.places[other_line.target]
            ):
                wrong += 45
        return wrong

    def _crosses_card(self, line: _Line, name: str) -> bool:
        """Whether a line runs through the card of a node that is none of its ends."""
        (px, py), (half, high) = self.places[name], self._cards[name]
        half, high = half + 5, high + 5
        x1, y1 = self.places[line.source]
        x2, y2 = self.places[line.target]
        if line.bend:
            mx, my = point((x1, y1), (x2, y2), line.bend, 0.5)
            return _hits(x1 - px, y1 - py, mx - px, my - py, half, high) or _hits(
                mx - px, my - py, x2 - px, y2 - py, half, high
            )
        return _hits(x1 - px, y1 - py, x2 - px, y2 - py, half, high)


def _hits(x1: float, y1: float, x2: float, y2: float, half: float, high: float) -> bool:
    """Whether a stretch of line meets a rectangle around 0, 0 (by clipping)."""
    low, top = 0.0, 1.0
    for start, step, bound in ((x1, x2 - x1, half), (y1, y2 - y1, high)):
        if step == 0:
            if abs(start) > bound:
                return False
            continue
        a, b = (-bound - start) / step, (bound - start) / step
        low, top = max(low, min(a, b)), min(top, max(a, b))
        if low > top:
            return False
    return True


def _cross(a: Point, b: Point, c: Point, d: Point) -> bool:
    def side(p: Point, q: Point, r: Point) -> bool:
        return (q[0] - p[0]) * (r[1] - p[1]) > (q[1] - p[1]) * (r[0] - p[0])

    return side(a, b, c) != side(a, b, d) and side(c, d, a) != side(c, d, b)


def point(start: Point, end: Point, bend: float, t: float) -> Point:
    """A point of an edge, 0 its start and 1 its end, as vis-network draws `curvedCW` (bend above 0) and `curvedCCW`."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    radius, part = math.hypot(dx, dy), abs(bend) * 0.5 + 0.5
    angle = math.atan2(-dy, dx) + (bend * 0.5 + 0.5) * math.pi
    via = start[0] + part * radius * math.sin(angle), start[1] + part * radius * math.cos(angle)
    a, b, c = (1 - t) ** 2, 2 * t * (1 - t), t * t
    return a * start[0] + b * via[0] + c * end[0], a * start[1] + b * via[1] + c * end[1]


def _card(node: Node) -> Point:
    """Half the width and half the height of a node."""
    name, second = node_lines(node)
    wide = max(_width(name, NODE_FONT), _width(second, LINE_FONT)) + CARD_SIDES
    high = (len(name) * NODE_FONT + len(second) * LINE_FONT) * _LEADING + CARD_ENDS
    return wide / 2, high / 2


def _width(lines: list[str], font: float = EDGE_FONT) -> float:
    return max((len(line) for line in lines), default=0) * font * _LETTER
