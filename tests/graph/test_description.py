"""The graph's description of itself: its counts are true, it is the same each time, and it disturbs nothing."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, RdfFormat, Store

from graph import snapshot
from graph.description import ABOUT, DATASET, describe
from graph.examples import Example, examples
from ontology.terms import PREFIXES, expand
from tests.conftest import FIRST_DOCUMENT, assembled

TYPE = NamedNode(expand("rdf:type"))
# What an editor asks to complete a query: which properties the things of a class have, and what those lead to.
SCHEMA = """PREFIX ext: <http://ldf.fi/void-ext#>
SELECT ?class ?entities ?property ?triples ?target ?datatype ?count {
  ?part void:class ?class ; void:entities ?entities ; void:propertyPartition ?inside .
  ?inside void:property ?property ; void:triples ?triples .
  OPTIONAL { { ?inside void:classPartition [ void:class ?target ; void:triples ?count ] }
    UNION { ?inside ext:datatypePartition [ ext:datatype ?datatype ; void:triples ?count ] } } }"""


def is_own(quad: Quad) -> bool:
    return isinstance(quad.subject, NamedNode) and quad.subject.value.startswith(ABOUT)


def rows(store: Store, query: str) -> list[tuple[str | None, ...]]:
    answer = store.query(query, prefixes=PREFIXES)
    assert isinstance(answer, QuerySolutions)
    return [tuple(getattr(term, "value", None) for term in row) for row in answer]


def test_the_counts_by_class_property_target_and_datatype_are_those_of_the_graph(first_document: Store) -> None:
    quads = [quad for quad in first_document if not is_own(quad)]
    classes: dict[object, list[str]] = {}
    for quad in quads:
        if quad.predicate == TYPE:
            classes.setdefault(quad.subject, []).append(quad.object.value)
    entities = Counter(name for names in classes.values() for name in names)
    triples: Counter[tuple[str, str]] = Counter()
    ends: Counter[tuple[str, str, str | None, str | None]] = Counter()
    for quad in quads:
        for name in classes.get(quad.subject, ()):
            triples[name, quad.predicate.value] += 1
            for target in classes.get(quad.object, ()):
                ends[name, quad.predicate.value, target, None] += 1
            if isinstance(quad.object, Literal):
                ends[name, quad.predicate.value, None, quad.object.datatype.value] += 1
    told = rows(first_document, SCHEMA)
    assert {(str(row[0]), int(str(row[1]))) for row in told} == set(entities.items())
    assert {(str(row[0]), str(row[2]), int(str(row[3]))) for row in told} == {(*key, n) for key, n in triples.items()}
    found = {(row[0], row[2], row[4], row[5]): int(str(row[6])) for row in told if row[6]}
    assert found == ends


def test_the_dataset_tells_its_size_licence_sources_and_day(first_document: Store) -> None:
    size = sum(1 for quad in first_document if not is_own(quad))
    ((triples, classes, properties, modified, license),) = rows(
        first_document,
        f"""SELECT ?triples ?classes ?properties ?modified ?license {{ {DATASET}
        void:triples ?triples ; void:classes ?classes ; void:properties ?properties ;
        dcterms:modified ?modified ; dcterms:license ?license }}""",
    )
    assert (triples, modified) == (str(size), "2025-01-20")
    assert license == "https://creativecommons.org/licenses/by/4.0/"
    assert (classes, properties) == tuple(
        rows(first_document, f"SELECT (COUNT(*) AS ?n) {{ {DATASET} void:{kind}Partition ?x }}")[0][0]
        for kind in ("class", "property")
    )
    sources = rows(first_document, f"SELECT ?d {{ {DATASET} dcterms:source ?d }}")
    assert sources == [(PREFIXES["doc"] + "21b468746adfc9bb",)]


def test_every_example_is_there_with_the_prefixes_that_it_needs(first_document: Store) -> None:
    found = rows(
        first_document,
        "SELECT ?comment ?query { ?x a sh:SPARQLExecutable ; rdfs:comment ?comment ; "
        "sh:select|sh:ask|sh:construct ?query }",
    )
    assert set(found) == {(example.sentence, example.query) for example in examples()}
    declared = rows(first_document, "SELECT ?prefix ?space { [] sh:prefix ?prefix ; sh:namespace ?space }")
    assert {str(prefix): space for prefix, space in declared} == PREFIXES


def test_there_are_no_blank_nodes_and_no_names_in_it(first_document: Store) -> None:
    own = [quad for quad in first_document if is_own(quad)]
    assert len(own) > 1000
    assert not [quad for quad in own if isinstance(quad.object, BlankNode)]
    naming = {expand(name) for name in ("rdfs:label", "skos:prefLabel", "skos:altLabel", "skos:hiddenLabel")}
    assert not [quad for quad in own if quad.predicate.value in naming]
    assert not [quad for quad in own if quad.predicate.value.startswith(PREFIXES["sit"])]


def test_search_does_not_find_it(snapshots: Path) -> None:
    with sqlite3.connect(snapshot.current(snapshots).search_index) as index:
        assert index.execute("SELECT COUNT(*) FROM thing").fetchone()[0] > 50
        assert index.execute("SELECT COUNT(*) FROM thing WHERE iri LIKE ?", (f"{ABOUT}%",)).fetchone()[0] == 0
    index.close()


def test_describing_twice_changes_nothing() -> None:
    store = Store()
    store.load(b"<urn:a> a <urn:Thing> . _:x a _:class . <urn:g> <urn:p> 1 .", format=RdfFormat.TURTLE)
    describe(store)
    before = set(store)
    describe(store)
    assert set(store) == before


def test_the_description_of_another_graph_is_replaced(tmp_path: Path) -> None:
    other = tmp_path / "dump.ttl"
    other.write_text(
        f"{DATASET} <{expand('void:triples')}> 7 ; <{expand('void:classPartition')}> <{ABOUT}class/gone> .\n"
        f"<{ABOUT}class/gone> <{expand('void:entities')}> 7 .\n"
    )
    store = assembled(FIRST_DOCUMENT, other)
    assert not [quad for quad in store if quad.subject == NamedNode(f"{ABOUT}class/gone")]
    sizes = [quad.object.value for quad in store.quads_for_pattern(DATASET, NamedNode(expand("void:triples")), None)]
    assert sizes == [str(sum(1 for quad in store if not is_own(quad)))]


def test_named_graphs_are_told_with_their_size() -> None:
    store = Store()
    graph = NamedNode("https://example.org/graph")
    store.add(Quad(graph, TYPE, graph, graph))
    describe(store)
    sd = "PREFIX sd: <http://www.w3.org/ns/sparql-service-description#> "
    named = rows(store, sd + f"SELECT ?g ?n {{ {DATASET} sd:namedGraph [ sd:name ?g ; sd:graph/void:triples ?n ] }}")
    assert named == [(graph.value, "1")]
    assert rows(store, sd + f"SELECT ?n {{ {DATASET} sd:defaultGraph/void:triples ?n }}") == [("0",)]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.name)
def test_every_example_has_an_answer_in_the_projects_data(example: Example, curated: Store) -> None:
    assert rows(curated, example.query)
