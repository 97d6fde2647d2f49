"""Pictures in pages: all that they draw, nothing on top of another, and what they leave out is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations, permutations
from pathlib import Path

import pytest

import graph
from api import inset
from api.drawing import svg
from api.inset import Inset, Joint
from graph import wording
from graph.explore import Explorer, Scene
from graph.explore.words import width
from graph.naming import Naming
from graph.store import Store
from ontology.terms import expand
from tests.hub import HUB, hub_snapshot

THINGS = ("syrskyi", "ukraine", "atacms", "ev-drone-attack-2025-01-19")


@pytest.fixture(scope="module")
def store(snapshots: Path) -> Iterator[Store]:
    with graph.open(snapshots) as store:
        yield store


def nearest(store: Store, slug: str) -> Scene:
    scene = inset.nearest(Explorer(store), Naming(store), expand(f"id:{slug}"))
    assert scene is not None
    return scene


@pytest.fixture(params=[*THINGS, "core"])
def scene(store: Store, request: pytest.FixtureRequest) -> Scene:
    if request.param != "core":
        return nearest(store, request.param)
    found = inset.core(Explorer(store), Naming(store))
    assert found is not None
    return found


def test_no_card_lies_on_another_and_all_lie_inside(scene: Scene) -> None:
    picture = inset.of(scene)
    for a, b in combinations(picture.boxes, 2):
        assert a.x + a.wide < b.x or b.x + b.wide < a.x or a.y + a.high < b.y or b.y + b.high < a.y
    for box in picture.boxes:
        assert min(box.x, box.y) > 0
        assert box.x + box.wide < picture.wide
        assert box.y + box.high < picture.high


def test_it_begins_with_what_it_is_of_or_with_what_is_joined_to_most(store: Store, scene: Scene) -> None:
    picture = inset.of(scene)
    starts = [box.iri for box in picture.boxes if box.start]
    ends = Counter(end for a, b in {frozenset((e.source, e.target)) for e in scene.edges} for end in (a, b))
    assert [picture.first] == starts or (not starts and ends[picture.first] == max(ends.values()))


def along(joint: Joint) -> list[tuple[float, float]]:
    """Points of a line, close to each other."""
    (x, y), (to_x, to_y) = joint.ends
    return [(x + (to_x - x) * part / 400, y + (to_y - y) * part / 400) for part in range(401)]


def test_no_line_runs_behind_a_card(scene: Scene) -> None:
    picture = inset.of(scene)
    for joint in picture.joints:
        for box in picture.boxes:
            assert not any(
                box.x <= x <= box.x + box.wide and box.y <= y <= box.y + box.high for x, y in along(joint)
            ), (joint.title, box.name)


def test_no_line_runs_through_the_words_of_another(scene: Scene) -> None:
    picture = inset.of(scene)
    for joint, other in permutations(picture.joints, 2):
        wide = width(joint.label, 12) / 2
        through = [(x, y) for x, y in along(other) if abs(x - joint.at[0]) < wide and abs(y - joint.at[1]) < 7]
        assert not (joint.label and through), (joint.label, other.title)


def test_two_things_are_joined_by_one_line_that_says_all(scene: Scene) -> None:
    picture = inset.of(scene)
    names = {card.thing.iri: card.thing.label for card in scene.cards}
    pairs = {frozenset((edge.source, edge.target)) for edge in scene.edges}
    assert len(picture.joints) == len(pairs)
    assert picture.relations == len(scene.edges)
    said = "\n".join(joint.title for joint in picture.joints)
    for edge in scene.edges:
        assert f"{names[edge.source]} {edge.label} {names[edge.target]}" in said
    assert any(joint.label for joint in picture.joints)


def test_words_lie_on_no_card(scene: Scene) -> None:
    picture = inset.of(scene)
    for joint in picture.joints:
        x, y = joint.at
        on = [b for b in picture.boxes if b.x <= x <= b.x + b.wide and b.y <= y <= b.y + b.high]
        assert not (joint.label and on)


def test_what_nothing_joins_is_left_out(store: Store) -> None:
    scene = nearest(store, "ukraine")
    alone = next(card for card in scene.cards if not card.start)
    edges = tuple(edge for edge in scene.edges if alone.thing.iri not in (edge.source, edge.target))
    assert alone.thing.iri not in {box.iri for box in inset.of(replace(scene, edges=edges)).boxes}


def test_what_is_left_out_is_counted(tmp_path: Path) -> None:
    with graph.open(hub_snapshot(tmp_path, 40).path) as store:
        scene = inset.nearest(Explorer(store), Naming(store), HUB)
        assert scene is not None
        picture = inset.of(scene)
    assert len(picture.boxes) == inset.NEAREST + 1
    assert picture.rest == 40 - inset.NEAREST
    assert picture.address == "/explore?step=show+invented-hub&step=expand+invented-hub+all+both+10"


def test_what_nothing_can_be_drawn_of_has_no_picture(store: Store) -> None:
    assert inset.nearest(Explorer(store), Naming(store), expand("voc:m-losses")) is None


def test_a_line_looks_like_the_surest_relation_of_it(store: Store) -> None:
    scene = nearest(store, "syrskyi")
    (joint, *_), edge = inset.of(scene).joints, scene.edges[0]
    assert joint.iri in {found.iri for found in scene.edges}
    sure = replace(edge, iri=f"{edge.iri}-sure", status="asserted", estimates=0)
    unsure = replace(edge, iri=f"{edge.iri}-not", status="disputed", contested=2)

    def drawn(*edges: object) -> Inset:
        return inset.of(replace(scene, edges=edges))

    assert drawn(unsure).looks == ("disputed",)
    assert drawn(unsure).contested
    assert drawn(unsure, sure).looks == ("asserted",)
    assert drawn(unsure, sure).joints[0].iri == ""
    assert drawn(replace(sure, claims=2, estimates=2)).looks == ("estimate",)


def test_a_legend_lists_the_lines_that_occur(store: Store) -> None:
    scene = nearest(store, "syrskyi")
    edge = replace(scene.edges[0], status="hedged", contested=0)
    legend = svg(replace(scene, edges=(edge,)))
    assert f"Lines are dashed: {wording.LINES['hedged'][1]}. sitrep" in legend
    assert wording.CONFLICT in svg(replace(scene, edges=(replace(edge, contested=1),)))
    assert "Lines are" not in svg(replace(scene, edges=()))


def test_a_drawing_tells_estimates_and_conflicts(store: Store) -> None:
    scene = nearest(store, "syrskyi")
    edge = scene.edges[0]
    assert "its claims conflict" not in svg(replace(scene, edges=(replace(edge, contested=0),)))
    assert "its claims conflict" in svg(replace(scene, edges=(replace(edge, contested=1),)))
    guessed = svg(replace(scene, edges=(replace(edge, status="asserted", claims=3, estimates=3),)))
    assert 'stroke-dasharray="2 5"' in guessed
