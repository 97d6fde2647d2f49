"""Maps that say where a place is: outlines of countries, drawn by the server, and the points of the data.

The outlines are Natural Earth's (public domain), from the npm package world-atlas; `make setup` fetches them. No tile
and nothing else is asked of another host. A boundary on them is Natural Earth's and no statement of this graph; the one
that it draws between Ukraine and Crimea is dotted, for both sides claim what lies beyond it.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from api.drawing import Room
from graph.explore.words import width
from graph.naming import Thing
from graph.points import Point

OUTLINES = Path(__file__).parent / "static" / "vendor" / "countries-50m.json"
WIDE = 640.0
_SIDES = frozenset(("804", "643"))  # ISO 3166 numbers of Ukraine and Russia
_ISTHMUS = (32.0, 45.0, 36.8, 46.5)  # west, south, east, north
_NAMED = 0.012  # the part of the map that a country fills whose name is written on it
_MOST_KEPT = 32
_SEEN = 1.2  # units of the drawing

Degrees = tuple[float, float]  # east, north


@dataclass(frozen=True)
class Frame:
    """The part of the earth that a map shows, in whole degrees."""

    west: int
    south: int
    east: int
    north: int

    @property
    def scale(self) -> float:
        """Units of the drawing for a degree from north to south."""
        return WIDE / ((self.east - self.west) * self._shrink)

    @property
    def high(self) -> float:
        """How high the drawing is."""
        return (self.north - self.south) * self.scale

    @property
    def _shrink(self) -> float:
        """How much shorter a degree from west to east is than one from south to north, in the middle of the map."""
        return _shrunk((self.south + self.north) / 2)

    def spot(self, at: Degrees) -> tuple[float, float]:
        """Where a point of the earth stands in the drawing."""
        return round((at[0] - self.west) * self._shrink * self.scale, 1), round((self.north - at[1]) * self.scale, 1)

    def holds(self, at: Degrees, rim: float = 0.5) -> bool:
        """Whether a point lies on the map and not at its rim."""
        return self.west + rim < at[0] < self.east - rim and self.south + rim < at[1] < self.north - rim


USUAL = Frame(21, 44, 46, 57)
"""Where most of it happens; every map that can, shows the same part of the earth."""


@dataclass(frozen=True)
class Outline:
    """What does not depend on the points: paths of land, boundaries and boundaries in dispute, and names."""

    land: str
    borders: str
    disputed: str
    names: tuple[tuple[float, float, str], ...]


@dataclass(frozen=True)
class Spot:
    """A point on a map; its name stands at `label`, which is None where there is no room."""

    place: Thing
    x: float
    y: float
    latitude: float
    longitude: float
    label: tuple[float, float, str] | None  # with the side of the text that stands there: start, end or middle

    @property
    def degrees(self) -> str:
        """The point in words, north and east positive, as exactly as it was given."""
        north, east = ("north" if self.latitude >= 0 else "south"), ("east" if self.longitude >= 0 else "west")
        return f"{abs(self.latitude):g}\u00b0 {north}, {abs(self.longitude):g}\u00b0 {east}"


@dataclass(frozen=True)
class Locator:
    """A map. `outline` is None where the outlines were not fetched: the points stand as text then."""

    wide: float
    high: float
    spots: tuple[Spot, ...]
    names: tuple[tuple[float, float, str], ...]
    outline: Outline | None


class Atlas:
    """Draws maps; keeps what it read, so make one for each app."""

    def __init__(self, outlines: Path = OUTLINES) -> None:
        self._path = outlines
        self._kept: dict[Frame, Outline] = {}

    def locator(self, points: Sequence[Point]) -> Locator | None:
        """A map with these points; None without any."""
        if not points:
            return None
        frame = framed([(point.longitude, point.latitude) for point in points])
        room = Room([(frame.spot((point.longitude, point.latitude)), (12.0, 12.0)) for point in points])
        spots = []
        for point in points:
            x, y = frame.spot((point.longitude, point.latitude))
            spots.append(
                Spot(point.place, x, y, point.latitude, point.longitude, _label(room, x, y, point.place.label))
            )
        outline = self._outline(frame)
        names = tuple(
            (x, y, name)
            for x, y, name in (outline.names if outline else ())
            if _fits(x, y, width(name, 16), frame.high) and room.take([(x, y)], width(name, 16), 18)
        )
        return Locator(WIDE, round(frame.high, 1), tuple(spots), names, outline)

    def _outline(self, frame: Frame) -> Outline | None:
        if not self._path.is_file():
            return None
        if frame not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[frame] = self._drawn(frame)
        return self._kept[frame]

    def _drawn(self, frame: Frame) -> Outline:
        names, land = [], []
        for country in self._topology["objects"]["countries"]["geometries"]:
            rings = [ring for ring in map(self._ring, _rings(country)) if _meets(ring, frame)]
            drawn = [part for part in (_clipped(ring, frame) for ring in rings) if len(part) > 2]
            land += [_path([frame.spot(at) for at in part], "Z") for part in drawn]
            if drawn:
                largest = max(drawn, key=lambda part: abs(_area(part)))
                if abs(_area(largest)) > _NAMED * (frame.east - frame.west) * (frame.north - frame.south):
                    names.append((*frame.spot(_middle(largest)), str(country["properties"]["name"])))
        borders: list[str] = []
        disputed: list[str] = []
        for arc, of in self._shared.items():
            points = self._arcs[arc]
            if _meets(points, frame):
                both = of == _SIDES and all(_inside(at, _ISTHMUS) for at in points)
                (disputed if both else borders).append(_path([frame.spot(at) for at in points]))
        return Outline("".join(land), "".join(borders), "".join(disputed), tuple(names))

    @cached_property
    def _topology(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._path.read_text(encoding="utf-8"))
        return found

    @cached_property
    def _arcs(self) -> list[list[Degrees]]:
        """TopoJSON's arcs are steps on a grid, each from the point before."""
        (wide, high), (west, south) = (self._topology["transform"][name] for name in ("scale", "translate"))
        arcs = []
        for steps in self._topology["arcs"]:
            x = y = 0
            points = []
            for dx, dy in steps:
                x, y = x + dx, y + dy
                points.append((x * wide + west, y * high + south))
            arcs.append(points)
        return arcs

    @cached_property
    def _shared(self) -> dict[int, frozenset[str]]:
        """The arcs between two countries, with the numbers of both."""
        of: dict[int, set[str]] = {}
        times: Counter[int] = Counter()
        for number, country in enumerate(self._topology["objects"]["countries"]["geometries"]):
            for arc in (arc for ring in _rings(country) for arc in ring):
                times[max(arc, ~arc)] += 1
                of.setdefault(max(arc, ~arc), set()).add(country.get("id", f"without a number {number}"))
        return {arc: frozenset(found) for arc, found in of.items() if len(found) > 1 and times[arc] > 1}

    def _ring(self, arcs: Sequence[int]) -> list[Degrees]:
        points: list[Degrees] = []
        for arc in arcs:
            part = self._arcs[arc] if arc >= 0 else self._arcs[~arc][::-1]
            points += part[1:] if points else part
        return points


def _shrunk(latitude: float) -> float:
    return max(math.cos(math.radians(latitude)), 0.2)  # at the poles it would be nothing


def short(name: str) -> str:
    """A name as it stands on a map."""
    return name if len(name) <= 32 else f"{name[:31]}\u2026"


def _label(room: Room, x: float, y: float, name: str) -> tuple[float, float, str] | None:
    """Where the name of a point stands: right of it, left, above or below, or nowhere."""
    long = width(short(name), 13)
    sides = {"start": (x + long / 2 + 9, y), "end": (x - long / 2 - 9, y), "middle": (x, y - 15)}
    for side, at in sides.items():
        if long / 2 < at[0] < WIDE - long / 2 and room.take([at], long, 15):
            return {"start": x + 9, "end": x - 9, "middle": x}[side], at[1] + 4.5, side
    return None


def _fits(x: float, y: float, long: float, high: float) -> bool:
    return long / 2 + 4 < x < WIDE - long / 2 - 4 and 14 < y < high - 14


def framed(points: Sequence[Degrees]) -> Frame:
    """The usual part of the earth where it holds all points; else as much around them, or more."""
    if all(USUAL.holds(at) for at in points):
        return USUAL
    west, east = min(x for x, _ in points), max(x for x, _ in points)
    south, north = min(y for _, y in points), max(y for _, y in points)
    high = max(USUAL.north - USUAL.south, math.ceil((north - south) * 1.3) + 1)
    middle = (south + north) / 2
    least = 1.2 * high / _shrunk(middle)
    wide = math.ceil(max(least, (east - west) * 1.2 + 2))
    left, bottom = round((west + east - wide) / 2), round(middle - high / 2)
    return Frame(left, bottom, left + wide, bottom + high)


def _rings(country: dict[str, Any]) -> Iterator[list[int]]:
    parts = country["arcs"] if country["type"] == "MultiPolygon" else [country.get("arcs", [])]
    for rings in parts:
        yield from rings


def _inside(at: Degrees, box: tuple[float, float, float, float]) -> bool:
    return box[0] <= at[0] <= box[2] and box[1] <= at[1] <= box[3]


def _meets(points: Sequence[Degrees], frame: Frame) -> bool:
    east, north = [x for x, _ in points], [y for _, y in points]
    return (
        min(east) < frame.east and max(east) > frame.west and min(north) < frame.north and max(north) > frame.south
    )  # fmt: skip


def _clipped(ring: Sequence[Degrees], frame: Frame) -> list[Degrees]:
    """The part of a ring within a frame and a little around it, side by side (Sutherland and Hodgman)."""
    found = list(ring)
    for axis, edge, sign in ((0, frame.west - 1, 1), (0, frame.east + 1, -1), (1, frame.south - 1, 1), (1, frame.north + 1, -1)):  # fmt: skip  # noqa: E501
        before, found = found, []
        for at, last in zip(before, before[-1:] + before[:-1], strict=True):
            now, was = (at[axis] - edge) * sign >= 0, (last[axis] - edge) * sign >= 0
            if now != was:
                part = (edge - last[axis]) / (at[axis] - last[axis])
                found.append((last[0] + (at[0] - last[0]) * part, last[1] + (at[1] - last[1]) * part))
            if now:
                found.append(at)
    return found


def _area(ring: Sequence[Degrees]) -> float:
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2


def _middle(ring: Sequence[Degrees]) -> Degrees:
    """The centre of mass."""
    pairs = list(zip(ring, [*ring[1:], ring[0]], strict=True))
    whole = 6 * _area(ring)
    return (
        sum((ax + bx) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / whole,
        sum((ay + by) * (ax * by - bx * ay) for (ax, ay), (bx, by) in pairs) / whole,
    )


def _path(points: Iterable[tuple[float, float]], end: str = "") -> str:
    """Points that stand closer together than can be seen are left out."""
    kept: list[tuple[float, float]] = []
    last: tuple[float, float] | None = None
    for at in points:
        last = at
        if not kept or abs(at[0] - kept[-1][0]) + abs(at[1] - kept[-1][1]) >= _SEEN:
            kept.append(at)
    if last and not end and kept[-1] != last:
        kept.append(last)
    return f"M{'L'.join(f'{x:g} {y:g}' for x, y in kept)}{end}" if len(kept) > 1 else ""
