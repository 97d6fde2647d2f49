"""Where on the earth a thing is, as far as the data gives points: of regions and towns, never of anything smaller."""

from __future__ import annotations

from dataclasses import dataclass

from graph.naming import Naming, Thing
from graph.store import Store, text_of


@dataclass(frozen=True)
class Point:
    """A place with the point that its source gives for it, in degrees north and east."""

    place: Thing
    latitude: float
    longitude: float


def of(store: Store, iri: str, naming: Naming) -> tuple[Point, ...]:
    """The point of a place; of an event, or a place without a point of its own, those of the places that it is in.

    A place has one point. What is no number of degrees is left out; empty where nothing is known.
    """
    found: dict[str, Point] = {}
    for row in store.rows("points", thing=iri):
        place = text_of(row["place"])
        try:
            latitude, longitude = float(text_of(row["latitude"])), float(text_of(row["longitude"]))
        except ValueError:
            continue
        if place not in found and abs(latitude) <= 90 and abs(longitude) <= 180:
            found[place] = Point(naming.thing(place), latitude, longitude)
    return tuple(found.values())
