"""Maps: where points stand on them, which part of the earth they show, and what is told where nothing can be drawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Quad, parse

import graph
from api.locator import OUTLINES, USUAL, WIDE, Atlas, framed
from graph import points
from graph.naming import Naming, Thing
from graph.points import Point
from graph.store import Store
from ontology.terms import expand
from tests.conftest import DATA
from tests.hub import extended_snapshot

KYIV, MOSCOW = (30.523, 50.45), (37.617, 55.756)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """The first document with the points that data/ knows beside it."""
    quads = [
        Quad(triple.subject, triple.predicate, triple.object)
        for name in ("places", "regions")
        for triple in parse(path=DATA / "reference" / f"{name}.ttl")
    ]
    with graph.open(extended_snapshot(tmp_path_factory.mktemp("points"), "points", quads).path) as store:
        yield store


def known(store: Store, slug: str) -> tuple[Point, ...]:
    return points.of(store, expand(f"id:{slug}"), Naming(store))


def test_a_place_has_its_point_and_an_event_those_of_its_places(store: Store) -> None:
    (kyiv,) = known(store, "kyiv")
    assert (kyiv.longitude, kyiv.latitude) == KYIV
    assert {point.place.label for point in known(store, "ev-two-settlements")} >= {"Donetsk Oblast"}
    assert known(store, "vremivka")[0].place.iri == expand("id:donetsk-oblast")
    assert known(store, "syrskyi") == ()


def test_every_point_of_the_data_can_be_shown(store: Store) -> None:
    for row in store.select("SELECT ?x WHERE { ?x schema:latitude ?n ; schema:longitude ?e }"):
        locator = Atlas().locator(points.of(store, row["x"].value, Naming(store)))  # type: ignore[union-attr]
        assert locator is not None
        (spot,) = locator.spots
        assert 0 < spot.x < locator.wide
        assert 0 < spot.y < locator.high


def test_maps_show_the_same_part_of_the_earth_where_they_can() -> None:
    assert framed([KYIV]) == framed([KYIV, MOSCOW]) == USUAL
    assert framed([(129.7, 62.0)]) != USUAL


@given(st.lists(st.tuples(st.floats(-180, 180), st.floats(-90, 90)), min_size=1, max_size=5))
def test_any_points_stand_on_their_map(at: list[tuple[float, float]]) -> None:
    frame = framed(at)
    for point in at:
        x, y = frame.spot(point)
        assert -0.1 <= x <= WIDE + 0.1
        assert -0.1 <= y <= frame.high + 0.1


@pytest.mark.skipif(not OUTLINES.is_file(), reason="needs the outlines: make setup")
def test_countries_are_drawn_and_named_and_the_disputed_boundary_is_told_apart() -> None:
    locator = Atlas().locator([Point(Thing(expand("id:kyiv"), "Kyiv"), KYIV[1], KYIV[0])])
    assert locator is not None
    assert locator.outline is not None
    assert {name for *_, name in locator.names} >= {"Ukraine", "Russia", "Belarus", "Romania"}
    spots = [tuple(map(float, pair.split())) for pair in re.findall(r"[\d.-]+ [\d.-]+", locator.outline.disputed)]
    west, east = USUAL.spot((33, 46)), USUAL.spot((35.5, 46))
    assert spots
    assert all(west[0] < x < east[0] for x, _ in spots)
    assert len(locator.outline.land) < 100_000


def test_without_outlines_the_point_is_told_in_words(tmp_path: Path) -> None:
    locator = Atlas(tmp_path / "none.json").locator([Point(Thing("", "a"), -33.5, -70.25)])
    assert locator is not None
    assert locator.outline is None
    assert locator.spots[0].degrees == "33.5\u00b0 south, 70.25\u00b0 west"
    assert Atlas().locator([]) is None
