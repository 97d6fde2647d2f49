"""Shapes are checked slice by slice; how the nodes are cut must not matter."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph import shapes
from graph.curation import data
from ontology.terms import expand
from tests.conftest import FIRST_DOCUMENT


def damaged() -> tuple[Store, list[str]]:
    """The first document's quads without some that the shapes ask for."""
    gone = {expand(name) for name in ("sit:kind", "dcterms:source", "sit:mode", "sit:occurred")}
    quads = data.curated(FIRST_DOCUMENT).quads
    kept = [
        quad
        for n, quad in enumerate(quads)
        if not (quad.predicate.value in gone and n % 3) and quad.object != NamedNode(expand("sit:occurred"))
    ]
    store = Store()
    store.extend(kept)
    return store, sorted({quad.subject.value for quad in kept if isinstance(quad.subject, NamedNode)})


@pytest.fixture(scope="module")
def whole() -> tuple[Store, list[str], list[tuple[str, str]]]:
    store, nodes = damaged()
    return store, nodes, sorted(shapes.nonconforming(store, nodes))


def test_the_damage_is_found(whole: tuple[Store, list[str], list[tuple[str, str]]]) -> None:
    _, _, found = whole
    assert len(found) > 20
    assert any("An event needs a claim" in message for _, message in found)


def test_batches_on_all_cores_find_what_one_batch_finds(
    whole: tuple[Store, list[str], list[tuple[str, str]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, nodes, found = whole
    monkeypatch.setattr(shapes, "BATCH", 10)
    assert len(nodes) > 10 * 10
    in_order = list(shapes.nonconforming(store, nodes))
    assert sorted(in_order) == found
    assert in_order == list(shapes.nonconforming(store, nodes))


def test_a_batch_of_one_node_finds_the_same(whole: tuple[Store, list[str], list[tuple[str, str]]]) -> None:
    store, nodes, found = whole
    broken = {node for node, _ in found}
    some = [node for n, node in enumerate(nodes) if node in broken or n % 4 == 0][:60]
    singly: Iterable[tuple[str, str]] = [row for node in some for row in shapes.nonconforming(store, [node])]
    assert sorted(singly) == [row for row in found if row[0] in some]


def test_nodes_in_named_graphs_are_checked_too() -> None:
    store = Store()
    node, graph = NamedNode("https://example.org/claim"), NamedNode("https://example.org/graph")
    store.add(Quad(node, NamedNode(expand("rdf:type")), NamedNode(expand("sit:Claim")), graph))
    assert len(list(shapes.nonconforming(store, [node.value]))) >= 4


def test_nothing_to_check_is_nothing_wrong() -> None:
    assert list(shapes.nonconforming(Store(), [])) == []


def test_a_literal_that_is_none_is_a_violation_and_no_stack_trace(capfd: pytest.CaptureFixture[str]) -> None:
    store = Store()
    node = NamedNode("https://example.org/event")
    store.add(Quad(node, NamedNode(expand("rdf:type")), NamedNode(expand("sit:Event"))))
    day = Literal("2025-02-30", datatype=NamedNode(expand("xsd:date")))
    store.add(Quad(node, NamedNode(expand("schema:startDate")), day))
    found = [message for _, message in shapes.nonconforming(store, [node.value])]
    assert any("2025-02-30" in message for message in found)
    assert capfd.readouterr().err == ""
