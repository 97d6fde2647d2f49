"""Uncertain times drawn as spans on one scale: numbers for an SVG that is 1000 wide."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from graph.explore.words import width
from graph.times import Time

WIDE = 1000
_FADE = 34  # how far an open end runs out where nothing else bounds it
_LEAST = 8  # a day on a scale of years must be seen
_MOST_TICKS = 4
_TYPE = 58  # the size of a tick's words in timeline.css


@dataclass(frozen=True)
class Span:
    """Where a time stands. An open side is not known; `vague` is a time that is one day of several, or only about."""

    x: float
    width: float
    open_start: bool
    open_end: bool
    vague: bool


@dataclass(frozen=True)
class Tick:
    """A mark of the scale, with its words: on its right, or on its left where they would run out of the scale."""

    x: float
    label: str

    @property
    def leftward(self) -> bool:
        """Whether its words stand on its left."""
        return self.x + width(self.label, _TYPE) > WIDE

    @property
    def reach(self) -> tuple[float, float]:
        """From where to where its words go."""
        wide = width(self.label, _TYPE)
        return (self.x - wide, self.x) if self.leftward else (self.x, self.x + wide)


@dataclass(frozen=True)
class Scale:
    """From the first day to the last that are drawn."""

    first: date
    last: date

    @classmethod
    def over(cls, times: Iterable[Time]) -> Scale | None:
        """The scale that holds every day that is known; None where there is none."""
        days = [day for when in times for day in (when.start, when.end) if day]
        return cls(min(days), max(days)) if days else None

    def span(self, when: Time) -> Span | None:
        """A time on the scale; None where it has no date."""
        first, last = when.start or when.end, when.end or when.start
        if first is None or last is None:
            return None
        x, end = self._at(first.toordinal()), self._at(last.toordinal() + 1)
        open_start, open_end = when.start is None, when.end is None
        if open_end:
            end = WIDE
        if open_start:
            x = max(end - max(_FADE, _LEAST), 0)
        width = max(end - x, _LEAST)
        vague = when.edtf.startswith("[") or when.edtf[-1:] in ("~", "?", "%")
        return Span(round(min(x, WIDE - width), 1), round(width, 1), open_start, open_end, vague)

    def ticks(self) -> Sequence[Tick]:
        """Years, months or days, at most four, of which no words lie on those of another."""
        found: list[Tick] = []
        for tick in self._marks():
            if not found or tick.reach[0] > found[-1].reach[1]:
                found.append(tick)
        return found

    def _marks(self) -> list[Tick]:
        days = self.last.toordinal() - self.first.toordinal() + 1
        if days > 730:
            years = range(self.first.year + (self.first > date(self.first.year, 1, 1)), self.last.year + 1)
            return [Tick(self._tick(date(year, 1, 1)), f"{year:04}") for year in _thinned(years)]
        if days > 45:
            first, last = (day.year * 12 + day.month - 1 for day in (self.first, self.last))
            months = range(first + (self.first.day > 1), last + 1)
            return [
                Tick(self._tick(date(at // 12, at % 12 + 1, 1)), f"{at // 12:04}-{at % 12 + 1:02}")
                for at in _thinned(months)
            ]
        every = range(self.first.toordinal(), self.last.toordinal() + 1)
        return [Tick(self._tick(date.fromordinal(at)), str(date.fromordinal(at))) for at in _thinned(every)]

    def _tick(self, day: date) -> float:
        return round(self._at(day.toordinal()), 1)

    def _at(self, ordinal: int) -> float:
        first, last = self.first.toordinal(), self.last.toordinal() + 1
        return WIDE * (ordinal - first) / (last - first)


def _thinned(values: range) -> range:
    """Every n-th of some numbers, so that they are few."""
    return values[:: max(-(-len(values) // _MOST_TICKS), 1)]
