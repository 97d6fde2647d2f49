"""Small pictures: no line behind a card that it has no end at, and always the same."""

from __future__ import annotations

from itertools import combinations

import pytest

from graph.explore import small

CARD = (150.0, 40.0)
ROW = tuple((x * 260.0, 0.0) for x in range(3))
WHEEL = tuple((0, spoke) for spoke in range(1, 9)) + tuple((spoke, spoke % 8 + 1) for spoke in range(1, 9))


def test_what_runs_behind_a_card_is_told() -> None:
    assert small.behind(ROW, [CARD] * 3, [(0, 1), (0, 2)]) == [(1, 1)]
    assert small.behind([*ROW[:2], (520.0, 300.0)], [CARD] * 3, [(0, 1), (0, 2)]) == []


def test_a_card_between_two_that_are_joined_is_moved_away() -> None:
    lines = ((0, 1), (1, 2), (0, 2))
    places = small.arranged(ROW, (CARD,) * 3, lines, (60.0,) * 3)
    assert small.behind(places, [CARD] * 3, lines) == []


@pytest.mark.parametrize(
    "lines", [WHEEL, tuple(combinations(range(6), 2)), tuple((0, spoke) for spoke in range(1, 15))]
)
def test_nothing_lies_on_anything(lines: tuple[tuple[int, int], ...]) -> None:
    count = max(map(max, lines)) + 1
    spots = tuple((float(place * 37 % 400), float(place * 91 % 300)) for place in range(count))
    sizes = tuple((120.0 + 10 * (place % 5), 34.0 + 18 * (place % 3)) for place in range(count))
    places = small.arranged(spots, sizes, lines, (70.0,) * len(lines))
    assert small.behind(places, sizes, lines) == []
    for a, b in combinations(range(count), 2):
        (ax, ay), (bx, by) = places[a], places[b]
        apart = abs(ax - bx) >= (sizes[a][0] + sizes[b][0]) / 2 or abs(ay - by) >= (sizes[a][1] + sizes[b][1]) / 2
        assert apart, (a, b)


def test_what_nothing_joins_is_set_where_there_is_room() -> None:
    ring = tuple((place, (place + 1) % 8) for place in range(8))
    lines = (*ring, (8, 9), (10, 11))
    spots = tuple((float(place * 37 % 400), float(place * 91 % 300)) for place in range(8)) + tuple(
        (2000.0 * place, 900.0) for place in range(4)
    )
    places = small.arranged(spots, (CARD,) * 12, lines, (60.0,) * len(lines))
    assert small.behind(places, [CARD] * 12, lines) == []
    for (ax, ay), (bx, by) in combinations(places, 2):
        assert abs(ax - bx) >= CARD[0] or abs(ay - by) >= CARD[1]
    alone = small.arranged(spots[:8], (CARD,) * 8, ring, (60.0,) * 8)
    areas = [
        (max(x for x, _ in found) - min(x for x, _ in found)) * (max(y for _, y in found) - min(y for _, y in found))
        for found in (places, alone)
    ]
    assert areas[0] < 2 * areas[1]


@pytest.mark.parametrize("lines", [((0, 1),), ((1, 2),)])
def test_what_nothing_joins_at_all_stands_beside_the_rest(lines: tuple[tuple[int, int], ...]) -> None:
    places = small.arranged(ROW, (CARD,) * 3, lines, (60.0,))
    for (ax, ay), (bx, by) in combinations(places, 2):
        assert abs(ax - bx) >= CARD[0] or abs(ay - by) >= CARD[1]


def test_the_same_picture_is_always_the_same() -> None:
    spots = tuple((float(place * 37 % 400), float(place * 91 % 300)) for place in range(9))
    first = small.arranged(spots, (CARD,) * 9, WHEEL, (70.0,) * len(WHEEL))
    small.arranged.cache_clear()
    assert small.arranged(spots, (CARD,) * 9, WHEEL, (70.0,) * len(WHEEL)) == first


@pytest.mark.parametrize(
    ("end", "through"), [((100.0, 0.0), True), ((100.0, 60.0), False), ((30.0, 0.0), False), ((0.0, 90.0), False)]
)
def test_a_line_runs_through_a_box_or_past_it(end: tuple[float, float], through: bool) -> None:
    assert small.touched([((0.0, 0.0), end)], (60.0, 0.0), (40.0, 20.0)) is through
