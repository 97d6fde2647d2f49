"""One node of each form is judged; nothing must be missed for it."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from graph import forms, shapes
from graph.curation import data
from ontology.terms import expand
from tests.conftest import FIRST_DOCUMENT


@pytest.fixture(scope="module")
def quads() -> list[Quad]:
    return list(data.curated(FIRST_DOCUMENT).quads)


def each_judged(store: Store, nodes: list[str]) -> Iterator[tuple[str, str]]:
    return shapes._judged(store, nodes)


def test_the_shapes_use_no_part_of_shacl_that_forms_do_not_know() -> None:
    terms = forms.used()
    assert "property" in terms
    assert terms <= forms.KNOWN


def test_the_shapes_count_no_further_than_one() -> None:
    counts = forms.numbers(("minCount", "maxCount", "qualifiedMinCount", "qualifiedMaxCount"))
    assert {count.value for count in counts} == {"0", "1"}


def test_claims_that_differ_in_number_and_day_have_one_form(quads: list[Quad]) -> None:
    store = Store()
    store.extend(quads)
    nodes = sorted({quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)})
    claims = [node for node in nodes if "/claim/" in node]
    found = {forms.Forms(store).of(node) for node in claims}
    assert len(found) < len(claims)


WRONG = (
    Literal("2025-02-30", datatype=NamedNode(expand("xsd:date"))),
    Literal("2030-01-01", datatype=NamedNode(expand("xsd:date"))),
    Literal("-1", datatype=NamedNode(expand("xsd:integer"))),
    Literal("1000000000", datatype=NamedNode(expand("xsd:integer"))),
    Literal("1.5", datatype=NamedNode(expand("xsd:decimal"))),
    Literal("x" * 201, language="en"),
    Literal(""),
    NamedNode(expand("voc:table")),
    NamedNode(expand("voc:fact")),
    NamedNode(expand("id:russia")),
    NamedNode("https://example.org/nothing"),
)


@pytest.mark.parametrize("seed", range(3))
def test_what_judging_each_node_finds_is_found(quads: list[Quad], seed: int) -> None:
    """Drop statements, change values, add second ones: in any graph both ways find the same."""
    dice = random.Random(seed)
    changed: list[Quad] = []
    for quad in quads:
        change = dice.choices(("keep", "drop", "replace", "add"), (90, 3, 3, 4))[0]
        changed += [quad] if change in ("keep", "add") else []
        changed += [Quad(quad.subject, quad.predicate, dice.choice(WRONG))] if change in ("replace", "add") else []
    store = Store()
    store.extend(changed)
    nodes = sorted({quad.subject.value for quad in changed if isinstance(quad.subject, NamedNode)})
    found = sorted(shapes.nonconforming(store, nodes))
    assert len(found) > 50
    assert found == sorted(each_judged(store, nodes))


def test_of_many_nodes_broken_alike_each_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shapes, "JUDGED", 3)
    store = Store()
    nodes = [f"https://example.org/claim{n}" for n in range(6)]
    for node in nodes:
        store.add(Quad(NamedNode(node), NamedNode(expand("rdf:type")), NamedNode(expand("sit:Claim"))))
    found = list(shapes.nonconforming(store, nodes))
    assert sorted(found) == sorted(each_judged(store, nodes))
