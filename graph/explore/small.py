"""Where the few things of a small picture stand: close together, and no line behind a card that it has no end at.

A line that passes behind a card reads as if it led there, and words that lie on each other as if they were of one line.
So the arrangement of the explorer is turned in some ways, and set in rings; each is brought as close together as its
cards allow; and the best of them is mended card by card while that helps. Better is: fewer lines behind cards of
others, then fewer words on anything, then shorter lines in a smaller picture. The same picture is always the same.

Units are pixels, as in `places`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graph.explore.places import Array, Pairs, Size

Spot = tuple[float, float]

WIDE, HIGH = 1080.0, 560.0  # what a page has room for, at the size of its type
_AIR = ((96.0, 46.0), (60.0, 36.0), (34.0, 26.0))  # between cards: the first that fits
_SQUEEZES = np.arange(6, 41) / 20  # what heights are multiplied by, to find the best
_STRETCH = 1.5  # how much wider a picture becomes that has room, so that words find some, too
_APART, _GRID = 30.0, 10.0  # between parts that nothing joins, and how finely places for them are tried
_TURNS = 6  # ways to turn it by up to half a circle
_RING = (400.0, 230.0)
_CLEAR = 5.0  # how far a line keeps from the cards of others
_NEAREST = (30.0, 22.0)  # cards that are moved keep so far from each other
_SHORTEST = 50.0  # what a line needs for its words and the sign of a conflict
_WORDS = (4.0, 8.0)  # beside the words of a line, and half of their height
_NEARBY = np.array(
    [
        (reach * math.cos(turn * math.pi / 4), reach * math.sin(turn * math.pi / 4))
        for reach in (220.0, 110.0, 50.0)
        for turn in range(8)
    ]
)  # by what a card is moved
_ROUNDS = 4
_COVERED, _BEHIND, _OVER, _BEYOND = 10**11, 10**8, 10**5, 5000  # what is worse is dearer than all that is less bad


@lru_cache(maxsize=512)
def arranged(
    spots: tuple[Spot, ...], sizes: tuple[Size, ...], lines: Pairs, words: tuple[float, ...]
) -> tuple[Spot, ...]:
    """Places for the cards of a small picture.

    Args:
        spots: where they stand in the explorer, the thing that it is of first where there is one in the middle.
        sizes: of the cards.
        lines: which are joined, by their places in `spots`; each pair once.
        words: how wide the words of each line are.
    """
    if not lines:
        return spots
    whole = _Sketch(np.array(sizes), np.array(lines), np.array(words))
    found, parts = np.array(spots), _parts(len(spots), lines)
    for part in parts:
        if len(part) > 1:
            sketch = whole.of(part)
            ways = np.stack([_together(way, sketch.sizes) for way in _ways(found[part])])
            found[part] = sketch.mended(ways[int(np.argmin(sketch.scores(ways)))])
    return tuple((float(x), float(y)) for x, y in _side_by_side(found, whole, parts))


def behind(spots: Sequence[Spot], sizes: Sequence[Size], lines: Pairs) -> list[tuple[int, int]]:
    """Which lines pass behind which cards that they have no end at, by their places in `lines` and `spots`."""
    sketch = _Sketch(np.array(sizes), np.array(lines), np.zeros(len(lines)))
    found = sketch.behind(np.array([spots], dtype=float))[0]
    return [(line, card) for line, card in np.argwhere(found).tolist()]


def touched(lines: Sequence[tuple[Spot, Spot]], middle: Spot, size: Size) -> bool:
    """Whether any of the lines runs through a box."""
    if not lines:
        return False
    ends = np.array(lines, dtype=float)
    return bool(_crossed(ends[:, 0], ends[:, 1], np.array(middle), np.array(size) / 2).any())


def _parts(count: int, lines: Pairs) -> list[list[int]]:
    """The cards that lines join, directly or through others; the part of the first card first, then the largest."""
    part = list(range(count))
    for a, b in lines:
        one, other = sorted((part[a], part[b]))
        part = [one if its == other else its for its in part]
    found = [[card for card in range(count) if part[card] == name] for name in dict.fromkeys(part)]
    return sorted(found, key=lambda cards: (0 not in cards, -len(cards), cards[0]))


def _side_by_side(places: Array, sketch: _Sketch, parts: Sequence[list[int]]) -> Array:
    """Parts that nothing joins, each where the picture stays smallest: clear of what stands there already."""
    found = places.copy()
    there = parts[0]
    for part in parts[1:]:
        low, high = _corners(places[part], sketch.sizes[part])
        top, bottom = _corners(found[there], sketch.sizes[there])
        own = high - low
        tried = [np.arange(top[k] - own[k] - _APART, bottom[k] + _APART + _GRID, _GRID) for k in (0, 1)]
        spots = np.stack(np.meshgrid(*tried), axis=-1).reshape(-1, 2)
        middle = spots + own / 2
        extent = np.maximum(spots + own, bottom) - np.minimum(spots, top)
        over = (extent / (WIDE, HIGH)).max(axis=1).round(3)
        over[sketch.of(there).taken(found[there], middle, own / 2 + _APART)] = np.inf
        away = np.abs(middle - (top + bottom) / 2).sum(axis=1)
        found[part] += spots[np.lexsort((away, over))[0]] - low
        there = there + part
    return found


def _corners(places: Array, sizes: Array) -> tuple[Array, Array]:
    return (places - sizes / 2).min(axis=0), (places + sizes / 2).max(axis=0)


def _ways(spots: Array) -> Iterator[Array]:
    """The arrangement itself first, turned, and as rings: around the first thing, and of all."""
    centred = spots - spots.mean(axis=0)
    for turn in range(_TURNS):
        angle = math.pi * turn / _TURNS
        cos, sin = math.cos(angle), math.sin(angle)
        yield centred @ np.array([[cos, sin], [-sin, cos]])
    for inner in (1, 0):
        middle = spots[0] if inner else spots.mean(axis=0)
        out = spots[inner:] - middle
        order = np.argsort(np.arctan2(out[:, 1], out[:, 0]).round(6), kind="stable")
        angles = np.empty(len(out))
        angles[order] = 2 * math.pi * (np.arange(len(out)) + 0.5) / max(len(out), 1)
        ring = np.stack([_RING[0] * np.cos(angles), _RING[1] * np.sin(angles)], axis=1)
        yield np.vstack([np.zeros((inner, 2)), ring])


def _together(places: Array, sizes: Array) -> Array:
    """As close as the cards allow: both axes are squeezed or stretched, each for itself."""
    one, other = np.triu_indices(len(places), 1)
    gaps, need = np.abs(places[one] - places[other]), (sizes[one] + sizes[other]) / 2
    found: Array = places.copy()
    for air in _AIR:
        beside = gaps[:, 1] * _SQUEEZES[:, None] < need[:, 1] + air[1]
        wide = np.where(beside, (need[:, 0] + air[0]) / np.maximum(gaps[:, 0], 1.0), 0.4).max(axis=1, initial=0.4)
        moved = places[None] * np.stack([wide, _SQUEEZES], axis=1)[:, None]
        over = (_extents(moved, sizes) / (WIDE, HIGH)).max(axis=1)
        best = int(np.argmin(over.round(6)))
        found = moved[best]
        if over[best] <= 1:
            break
    wide_now = float(_extents(found[None], sizes)[0, 0])
    stretch = max(1.0, min(_STRETCH, 1 + (WIDE - wide_now) / max(wide_now, 1.0)))
    found *= np.array([stretch, 1.0])
    return found


def _extents(places: Array, sizes: Array) -> Array:
    """Width and height of each of several arrangements."""
    found: Array = (places + sizes / 2).max(axis=1) - (places - sizes / 2).min(axis=1)
    return found


def _crossed(start: Array, end: Array, middle: Array, half: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Whether lines touch boxes: the parts of a line between both pairs of sides have something in common."""
    way = end - start
    way = np.where(np.abs(way) < 1e-9, 1e-9, way)
    near, far = (middle - half - start) / way, (middle + half - start) / way
    first = np.minimum(near, far).max(axis=-1)
    last = np.maximum(near, far).min(axis=-1)
    found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = np.maximum(first, 0.0) <= np.minimum(last, 1.0)
    return found


@dataclass(frozen=True)
class _Sketch:
    """Cards and lines, of which many arrangements are compared at once: places are (arrangement, card, axis)."""

    sizes: Array
    ends: np.ndarray[tuple[int, ...], np.dtype[np.int_]]
    words: Array

    def of(self, part: list[int]) -> _Sketch:
        """Some of the cards, and what joins them."""
        inside = np.isin(self.ends, part).all(axis=1)
        at = np.full(len(self.sizes), -1)
        at[part] = np.arange(len(part))
        return _Sketch(self.sizes[part], at[self.ends[inside]], self.words[inside])

    def taken(self, places: Array, middles: Array, half: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """Which of many boxes of one size would lie on a card, on a line or on its words."""
        a, b = places[self.ends[:, 0]], places[self.ends[:, 1]]
        words = np.stack([self.words / 2, np.zeros(len(self.words))], axis=1)
        boxes, halves = np.concatenate([places, (a + b) / 2]), np.concatenate([self.sizes / 2, words])
        covered = (np.abs(middles[:, None] - boxes) < half + halves).all(axis=-1).any(axis=1)
        found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = covered | _crossed(a, b, middles[:, None], half).any(
            axis=1
        )
        return found

    def behind(self, places: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """(arrangement, line, card): whether the line passes behind the card, where it has no end."""
        a, b = places[:, self.ends[:, 0]], places[:, self.ends[:, 1]]
        hit = _crossed(a[:, :, None], b[:, :, None], places[:, None], self.sizes / 2 + _CLEAR)
        own = (self.ends[:, :, None] == np.arange(len(self.sizes))).any(axis=1)
        found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = hit & ~own
        return found

    def over(self, places: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
        """(arrangement, line): whether words in the middle lie on anything, or the line is too short for them."""
        a, b = places[:, self.ends[:, 0]], places[:, self.ends[:, 1]]
        way = np.abs(b - a) + 1e-9
        out = [np.minimum((self.sizes[self.ends[:, end]] / 2 / way).min(axis=-1), 1.0)[..., None] for end in (0, 1)]
        start, end = a + (b - a) * out[0], b - (b - a) * out[1]
        middle = (start + end) / 2
        short = np.sqrt(((end - start) ** 2).sum(axis=-1)) < _SHORTEST
        half = np.stack([self.words / 2 + _WORDS[0], np.full(len(self.words), _WORDS[1])], axis=1)
        on_card = (np.abs(middle[:, :, None] - places[:, None]) < half[:, None] + self.sizes / 2).all(axis=-1)
        other = ~np.eye(len(half), dtype=bool)
        on_words = (np.abs(middle[:, :, None] - middle[:, None]) < half[:, None] + half).all(axis=-1) & other
        on_line = _crossed(a[:, None], b[:, None], middle[:, :, None], half[:, None]) & other
        on_any = on_card.any(axis=-1) | (on_words | on_line).any(axis=-1)
        found: np.ndarray[tuple[int, ...], np.dtype[np.bool_]] = on_any | short
        return found

    def scores(self, places: Array) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
        """How bad each arrangement is, in whole numbers, so that machines agree."""
        gaps = np.abs(places[:, :, None] - places[:, None])
        need = (self.sizes[:, None] + self.sizes) / 2 + _NEAREST
        covered = ((gaps < need).all(axis=-1) & ~np.eye(len(self.sizes), dtype=bool)).sum(axis=(1, 2))
        ends = places[:, self.ends[:, 0]] - places[:, self.ends[:, 1]]
        length = np.rint(np.sqrt((ends**2).sum(axis=-1))).astype(np.int64).sum(axis=1)
        beyond = np.rint(np.maximum(_extents(places, self.sizes) - (WIDE, HIGH), 0.0)).astype(np.int64).sum(axis=1)
        found: np.ndarray[tuple[int, ...], np.dtype[np.int64]] = (
            _COVERED * covered
            + _BEHIND * self.behind(places).sum(axis=(1, 2))
            + _OVER * self.over(places).sum(axis=1)
            + length
            + _BEYOND * beyond
        )
        return found

    def mended(self, places: Array) -> Array:
        """One card after another where it helps most: moved, or exchanged with another; again, while it helps."""
        score = int(self.scores(places[None])[0])
        for _ in range(_ROUNDS):
            before = score
            for card in self._troubled(places):
                moves = self._moves(places, card)
                scores = self.scores(moves)
                best = int(np.argmin(scores))
                if scores[best] < score:
                    places, score = moves[best], int(scores[best])
            if score in (before, score % _OVER):
                break
        return places

    def _troubled(self, places: Array) -> list[int]:
        """Cards in front of a line, and the ends of lines that lie badly; where none does, of those without words."""
        behind, over = self.behind(places[None])[0], self.over(places[None])[0]
        lines = behind.any(axis=1)
        if not lines.any():
            lines = over
        return sorted({*self.ends[lines].ravel().tolist(), *np.flatnonzero(behind.any(axis=0)).tolist()})

    def _moves(self, places: Array, card: int) -> Array:
        """Where a card might stand instead: nearby, or in the place of another."""
        count, others = len(_NEARBY), [other for other in range(len(places)) if other != card]
        moves = np.repeat(places[None], count + len(others), axis=0)
        moves[:count, card] += _NEARBY
        for move, other in enumerate(others, count):
            moves[move, [card, other]] = places[[other, card]]
        return moves
