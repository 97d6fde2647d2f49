"""Where the things of a picture stand: the same picture always the same, and what stands stays where it is.

A first batch is placed as a whole: in each connected part the distances on the screen follow those in the graph (stress
majorization, Gansner, Koren and North 2004; from pivots, Brandes and Pich 2006, in large parts), cards are pushed apart
until none covers another, and the parts are packed side by side. What comes later is set down beside the thing that it
was expanded from, on the nearest free places outwards.

Units are pixels of a picture that is not zoomed; x runs to the right, y down. A card is (width, height).
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np

Point: TypeAlias = tuple[int, int]
Size: TypeAlias = tuple[float, float]
Array: TypeAlias = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Pairs: TypeAlias = Sequence[tuple[int, int]]

GAP_X, GAP_Y = 34.0, 26.0
# The part of a batch that is placed exactly; larger ones by pivots.
EXACT = 400
_PIVOTS = 50
_ROUNDS = 24
_STEP = 230.0  # between two things that are joined
_WIDEST = 1.5
_ASPECT = 1.3  # wider than high, as screens and cards are
_ROOM = (1.0, 2.4, 1.5)  # times what the cards cover: of few things, of many, of a large part that is spread evenly


def arranged(sizes: Sequence[Size], pairs: Pairs, first: int = 0) -> list[Point]:
    """Places for a whole batch, the first thing's part in the middle of the top left.

    Args:
        sizes: of the cards.
        pairs: which are joined, by their place in `sizes`.
        first: the thing to begin with; it only decides the order of what is alike.
    """
    if not sizes:
        return []
    near = _near(len(sizes), pairs)
    parts = _parts(near, first)
    boxes = [_part(part, near, sizes) for part in parts]
    places = np.zeros((len(sizes), 2))
    extents = [_extent(box, [sizes[i] for i in part]) for part, box in zip(parts, boxes, strict=True)]
    for part, box, corner in zip(parts, boxes, _packed(extents), strict=True):
        low, _ = _corners(box, [sizes[i] for i in part])
        places[part] = box - low + corner
    low, high = _corners(places, sizes)
    return [(round(x), round(y)) for x, y in (places - (low + high) / 2).tolist()]


def beside(
    taken: Mapping[str, tuple[Point, Size]], anchor: Point, targets: Sequence[tuple[Size, Point | None]]
) -> list[Point]:
    """Free places for new things near the one that they were expanded from; what stands there stays.

    Args:
        taken: what is on the screen.
        anchor: where the expanded thing stands.
        targets: the size of each new thing, and a place that it would rather be near to (None: outwards).
    """
    count = len(taken) + len(targets)
    where = np.zeros((count, 2))
    half = np.zeros((count, 2))
    for index, (spot, (width, height)) in enumerate(taken.values()):
        where[index], half[index] = spot, (width / 2 + GAP_X / 2, height / 2 + GAP_Y / 2)
    used = len(taken)
    centre = where[:used].mean(axis=0) if used else np.zeros(2)
    out = np.array(anchor) - centre
    away = math.atan2(out[1], out[0]) if np.hypot(*out) > 1 else 0.0
    found: list[Point] = []
    ring = 1
    for size, target in targets:
        aim = target or (
            anchor[0] + 1.3 * _STEP * math.cos(away),
            anchor[1] + _STEP * math.sin(away),
        )
        mine = np.array([size[0] / 2 + GAP_X / 2, size[1] / 2 + GAP_Y / 2])
        ring, (x, y) = _free(anchor, aim, mine, where[:used], half[:used], ring)
        where[used], half[used] = (x, y), mine
        used += 1
        found.append((round(x), round(y)))
    return found


def _free(
    anchor: Point, aim: tuple[float, float], mine: Array, where: Array, half: Array, first: int
) -> tuple[int, tuple[float, float]]:
    """The free place nearest to where it would be best, looking ring by ring around the anchor; and its ring.

    The rings before `first` are full.
    """
    for ring in range(first, 1000):
        radius = _STEP * (0.75 + 0.3 * (ring - 1))
        spots = max(10, int(2 * math.pi * radius / 70))
        angles = np.arange(spots) * (2 * math.pi / spots)
        around = np.stack(
            [anchor[0] + 1.25 * radius * np.cos(angles), anchor[1] + 0.85 * radius * np.sin(angles)], axis=1
        )
        blocked = (
            (np.abs(around[:, None, 0] - where[None, :, 0]) < half[None, :, 0] + mine[0])
            & (np.abs(around[:, None, 1] - where[None, :, 1]) < half[None, :, 1] + mine[1])
        ).any(axis=1)  # fmt: skip
        if not blocked.all():
            far = np.hypot(around[:, 0] - aim[0], around[:, 1] - aim[1])
            far[blocked] = np.inf
            best = int(np.argmin(np.round(far, 3)))
            return ring, (float(around[best, 0]), float(around[best, 1]))
    return first, (float(anchor[0]), float(anchor[1]))


# --- one connected part


def _near(count: int, pairs: Pairs) -> list[list[int]]:
    near: list[set[int]] = [set() for _ in range(count)]
    for a, b in pairs:
        if a != b:
            near[a].add(b)
            near[b].add(a)
    return [sorted(others) for others in near]


def _parts(near: list[list[int]], first: int) -> list[list[int]]:
    """The connected parts, the largest first, each in the order of a walk from its first thing."""
    seen: set[int] = set()
    parts = []
    for start in [first, *range(len(near))]:
        if start not in seen:
            part = list(_distances(near, start))
            seen.update(part)
            parts.append(part)
    return sorted(parts, key=lambda part: (-len(part), part[0] != first, min(part)))


def _distances(near: list[list[int]], start: int) -> dict[int, int]:
    steps, queue = {start: 0}, deque([start])
    while queue:
        here = queue.popleft()
        for other in near[here]:
            if other not in steps:
                steps[other] = steps[here] + 1
                queue.append(other)
    return steps


def _part(part: list[int], near: list[list[int]], sizes: Sequence[Size]) -> Array:
    cards = np.array([sizes[i] for i in part])
    if len(part) == 1:
        return np.zeros((1, 2))
    index = {thing: at for at, thing in enumerate(part)}
    inside = [[index[other] for other in near[thing]] for thing in part]
    if len(part) <= EXACT:
        steps = [_distances(inside, start) for start in range(len(part))]
        far = np.array([[one[i] for i in range(len(part))] for one in steps], dtype=float)
        places = _stress(_pivoted(far[:, _pivots(far)]), far)
    else:
        places = _even(_settled(_pivoted(_pivot_columns(inside)), inside))
    return _apart(_roomy(_level(places), cards), cards)


def _pivots(far: Array) -> list[int]:
    """Things as far from each other as can be."""
    chosen = [0]
    nearest = far[0].copy()
    while len(chosen) < min(_PIVOTS, len(far)):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, far[chosen[-1]])
    return chosen


def _pivot_columns(near: list[list[int]]) -> Array:
    columns: list[list[int]] = []
    nearest: Array | None = None
    chosen = 0
    for _ in range(min(_PIVOTS, len(near))):
        steps = _distances(near, chosen)
        columns.append([steps[i] for i in range(len(near))])
        column = np.array(columns[-1], dtype=float)
        nearest = column if nearest is None else np.minimum(nearest, column)
        chosen = int(np.argmax(nearest))
    return np.array(columns, dtype=float).T


def _pivoted(far: Array) -> Array:
    """Classical scaling of the distances to the pivots, in steps; turned so that signs do not depend on the machine."""
    squared = far**2
    centred = -0.5 * (squared - squared.mean(axis=0) - squared.mean(axis=1, keepdims=True) + squared.mean())
    values, vectors = np.linalg.eigh(centred.T @ centred)
    base = vectors[:, np.argsort(-values)[:2]]
    places: Array = centred @ base
    if places.shape[1] < 2:
        places = np.hstack([places, np.zeros((len(places), 1))])
    for axis in (0, 1):
        places[:, axis] *= np.sign(places[np.argmax(np.abs(places[:, axis]).round(6)), axis]) or 1.0
    scale = float(np.abs(places).max()) or 1.0
    # things at the same distances from all would lie on each other: a turn of the golden angle parts them
    turn = np.arange(len(places)) * 2.399963
    spread: Array = places / scale * float(far.max() or 1.0) / 2 + 0.35 * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return spread


def _stress(places: Array, far: Array) -> Array:
    """Distances on the screen that follow those in the graph, near ones above all."""
    count = len(places)
    with np.errstate(divide="ignore"):
        weight = np.where(far > 0, 1 / far**2, 0.0)
    laplace = np.diag(weight.sum(axis=1)) - weight
    inverse = np.linalg.inv(laplace + np.ones((count, count)) / count)
    for _ in range(120 if count <= 150 else 60):
        gaps = places[:, None, :] - places[None, :, :]
        length = np.hypot(gaps[..., 0], gaps[..., 1])
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(length > 1e-9, weight * far / length, 0.0)
        pull = np.diag(ratio.sum(axis=1)) - ratio
        moved: Array = inverse @ (pull @ places)
        places = moved - moved.mean(axis=0)
    return places


def _settled(places: Array, near: list[list[int]]) -> Array:
    """A large part by forces: joined things pull, all push (Fruchterman and Reingold), for a few rounds."""
    ends = np.array([(a, b) for a, others in enumerate(near) for b in others if a < b])
    count = len(places)
    places = places.astype(np.float32) * np.float32(np.sqrt(count) / 2 / max(np.abs(places).max(), 1e-6))  # type: ignore[assignment]
    heat = np.float32(0.12 * math.sqrt(count))
    for step in range(_ROUNDS):
        dx = places[:, None, 0] - places[None, :, 0]
        dy = places[:, None, 1] - places[None, :, 1]
        push = 1 / np.maximum(dx * dx + dy * dy, np.float32(0.01))
        force = np.stack([(dx * push).sum(axis=1), (dy * push).sum(axis=1)], axis=1) * np.float32(0.6)
        gap = places[ends[:, 0]] - places[ends[:, 1]]
        pull = gap * np.hypot(gap[:, 0], gap[:, 1])[:, None]
        np.add.at(force, ends[:, 0], -pull)
        np.add.at(force, ends[:, 1], pull)
        size = np.maximum(np.hypot(force[:, 0], force[:, 1]), np.float32(1e-6))[:, None]
        places = places + force / size * np.minimum(size, heat * np.float32(1 - step / _ROUNDS))
    settled: Array = places.astype(np.float64)
    return settled


def _even(places: Array) -> Array:
    """The same directions from the middle, and the same order outwards, with the room shared out evenly.

    Forces leave a dense middle and a few things far outside, which would make all others small on a screen.
    """
    centred: Array = places - np.median(places, axis=0)
    radius = np.hypot(centred[:, 0], centred[:, 1])
    order = np.argsort(np.argsort(radius.round(4), kind="stable"), kind="stable")
    wished = np.sqrt((order + 0.5) / len(places)) * math.sqrt(len(places))
    evened: Array = centred / np.maximum(radius, 1e-6)[:, None] * wished[:, None]
    return evened


# --- cards


def _level(places: Array) -> Array:
    """The whole turned so that its longest way lies level, as screens and cards do."""
    centred: Array = places - places.mean(axis=0)
    spread = centred.T @ centred
    turn = -0.5 * math.atan2(2 * spread[0, 1], spread[0, 0] - spread[1, 1])
    cos, sin = math.cos(turn), math.sin(turn)
    turned: Array = centred @ np.array([[cos, sin], [-sin, cos]]) * np.array([1.15, 0.9])
    wide, high = (turned.max(axis=0) - turned.min(axis=0)).tolist()
    if high and wide / high > _WIDEST:  # a long tail would leave most of the screen empty
        turned[:, 1] *= min(wide / high / _WIDEST, 1.7)
    return turned


def _roomy(places: Array, cards: Array) -> Array:
    """Scaled from steps to pixels, with as much room as the cards need."""
    places = places * _STEP
    wide, high = (places.max(axis=0) - places.min(axis=0)).tolist()
    need = (
        float(((cards[:, 0] + GAP_X) * (cards[:, 1] + GAP_Y)).sum())
        * _ROOM[sum(len(cards) > count for count in (4, EXACT))]
    )
    room = max(wide, 300.0) * max(high, 160.0)
    return places * math.sqrt(need / room) if room < need else places


def _apart(places: Array, cards: Array) -> Array:
    """Pushed apart until no card covers another; large parts are set on the nearest free cells of a lattice."""
    if len(cards) > EXACT:
        return _on_lattice(places, cards)
    need_x = (cards[:, None, 0] + cards[None, :, 0]) / 2 + GAP_X
    need_y = (cards[:, None, 1] + cards[None, :, 1]) / 2 + GAP_Y
    same = np.eye(len(cards), dtype=bool)
    order = np.sign(np.arange(len(cards))[:, None] - np.arange(len(cards))[None, :])
    for _ in range(250):
        dx = places[:, None, 0] - places[None, :, 0]
        dy = places[:, None, 1] - places[None, :, 1]
        over_x, over_y = need_x - np.abs(dx), need_y - np.abs(dy)
        hit = (over_x > 0.5) & (over_y > 0.5) & ~same
        if not hit.any():
            break
        flat = hit & (over_x / 1.6 <= over_y)
        steep = hit & ~flat
        side_x = np.where(np.abs(dx) > 1e-6, np.sign(dx), order)
        side_y = np.where(np.abs(dy) > 1e-6, np.sign(dy), order)
        crowd = np.maximum(hit.sum(axis=1), 1) ** 0.5
        places = places + 0.55 * np.stack(
            [(flat * side_x * over_x).sum(axis=1) / crowd, (steep * side_y * over_y).sum(axis=1) / crowd], axis=1
        )
    return places


def _on_lattice(places: Array, cards: Array) -> Array:
    """Each thing on the nearest free cell, those in the middle first; rows are laid as bricks are."""
    cell = np.array([float(cards[:, 0].max()) + GAP_X, float(cards[:, 1].max()) + GAP_Y])
    wished = np.rint(places / cell).astype(int)
    taken: set[tuple[int, int]] = set()
    order = np.argsort(np.hypot(*(wished * cell).T).round(3), kind="stable")
    result = np.zeros_like(places)
    for thing in order.tolist():
        column, row = wished[thing].tolist()
        ring = 0
        while True:
            spots = [
                (column + a, row + b)
                for a in range(-ring, ring + 1)
                for b in (range(-ring, ring + 1) if abs(a) == ring else (-ring, ring) if ring else (0,))
                if (column + a, row + b) not in taken
            ]
            if spots:
                goal = places[thing] / cell
                spot = min(spots, key=lambda at: ((at[0] - goal[0]) ** 2 + (at[1] - goal[1]) ** 2, at))
                break
            ring += 1
        taken.add(spot)
        column, row = spot
        result[thing] = np.array([column + 0.5 * (row % 2), row]) * cell
    return result


def _corners(places: Array, sizes: Sequence[Size]) -> tuple[Array, Array]:
    half = np.array(sizes) / 2
    return (places - half).min(axis=0), (places + half).max(axis=0)


def _extent(places: Array, sizes: Sequence[Size]) -> tuple[float, float]:
    low, high = _corners(places, sizes)
    return float(high[0] - low[0]), float(high[1] - low[1])


def _packed(boxes: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The top left corner of each box, packed into the width that makes the whole most like a screen."""
    area = sum((wide + 3 * GAP_X) * (high + 3 * GAP_Y) for wide, high in boxes)
    widest = max(wide for wide, _ in boxes) + 3 * GAP_X
    widths = {max(widest, math.sqrt(area * _ASPECT) * part) for part in (1.0, 1.1, 1.2, 1.3, 1.45, 1.6)}
    return min((_stacked(boxes, width) for width in sorted(widths)), key=lambda packing: packing[0])[1]


def _stacked(boxes: Sequence[tuple[float, float]], width: float) -> tuple[float, list[tuple[float, float]]]:
    """Each box as high up as it goes, then as far left; first the size of the screen that the whole needs.

    What is packed already ends in a skyline: stretches of (from, to, depth), from left to right.
    """
    skyline = [(0.0, width, 0.0)]
    corners = []
    for wide, high in boxes:
        wide, high = wide + 3 * GAP_X, high + 3 * GAP_Y
        starts = [left for left, _, _ in skyline if left + wide <= width + 0.5]
        y, x = min((max(d for a, b, d in skyline if a < left + wide - 0.5 and b > left), left) for left in starts)
        corners.append((x, y))
        kept = [(a, min(b, x), d) for a, b, d in skyline if a < x]
        kept += [(x, x + wide, y + high)]
        kept += [(max(a, x + wide), b, d) for a, b, d in skyline if b > x + wide]
        skyline = kept
    right = max(x + wide for (x, _), (wide, _) in zip(corners, boxes, strict=True))
    bottom = max(y + high for (_, y), (_, high) in zip(corners, boxes, strict=True))
    return round(max(right / _ASPECT, bottom), 1), corners
