"""The Turtle files say about every term what a newcomer needs, in a form that both engines read."""

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

import pyoxigraph
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SDO, SKOS, BNode, Graph, Literal, URIRef
from rdflib.namespace import ORG
from rdflib.term import Node

from ontology.files import Name, text
from ontology.terms import BASE, QUDT, SIT, UNIT, VOC, compact

ONTOLOGY = URIRef(f"{BASE}ont")
FILES: tuple[Name, ...] = ("schema.ttl", "vocab.ttl", "labels.uk.ttl", "shapes.ttl")
DIRECT_EDGES = {
    ORG.holds: "held by",
    ORG.memberOf: "people",
    ORG.subOrganizationOf: "units",
    SIT.side: "its voices",
    SIT.operates: "operated by",
    SIT.suppliedTo: "received",
    SIT.suppliedBy: "supplied",
    SIT.armed: "armed by",
    SIT.usedIn: "weapons",
    SIT.participatedIn: "participants",
    SIT.targetOf: "directed at",
    SIT.conferredWith: "conferred with",
    SDO.location: "here",
    SDO.containedInPlace: "here",
    SDO.superEvent: "includes",
    SIT.variantOf: "variants",
    SIT.guidance: "guides",
    SIT.owns: "owned by",
    SIT.directs: "directed by",
    SIT.linkedWith: "linked with",
    SIT.spokeAbout: "spoken about by",
    SDO.publisher: "publishes",
}
WEAPON_FACTS = {SDO.manufacturer: "makes", SDO.countryOfOrigin: "origin of"}


def read(name: Name) -> Graph:
    return Graph().parse(data=text(name), format="turtle")


SCHEMA, VOCABULARY, UKRAINIAN = read("schema.ttl"), read("vocab.ttl"), read("labels.uk.ttl")


def iris(nodes: Iterable[Node], namespace: str = "") -> list[URIRef]:
    return sorted({node for node in nodes if isinstance(node, URIRef) and node.startswith(namespace)})


OWN = iris(SCHEMA.subjects(), str(SIT))
SCHEMES = iris(VOCABULARY.subjects(RDF.type, SKOS.ConceptScheme))
CONCEPTS = iris(set(VOCABULARY.subjects()) - set(SCHEMES), str(VOC))
UNITS = iris(VOCABULARY.subjects(RDF.type, QUDT.Unit))


@pytest.mark.parametrize("name", FILES)
def test_both_engines_read_the_same_number_of_triples(name: Name) -> None:
    store = pyoxigraph.Store()
    store.load(text(name).encode(), format=pyoxigraph.RdfFormat.TURTLE)
    assert len(store) == len(read(name))


@pytest.mark.parametrize("graph", [SCHEMA, VOCABULARY, UKRAINIAN], ids=["schema", "vocab", "labels.uk"])
def test_there_are_no_blank_nodes(graph: Graph) -> None:
    assert [node for node in graph.all_nodes() if isinstance(node, BNode)] == []


def test_the_ontology_has_13_classes_and_73_properties() -> None:
    classes = set(SCHEMA.subjects(RDF.type, OWL.Class))
    assert len(classes) == 13
    assert len(set(OWN) - classes) == 73


def test_the_ontology_says_who_may_use_it() -> None:
    assert SCHEMA.value(ONTOLOGY, DCTERMS.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert SCHEMA.value(ONTOLOGY, OWL.versionInfo) == Literal("0.3.0")
    assert (None, OWL.imports, None) not in SCHEMA


@pytest.mark.parametrize("term", OWN, ids=compact)
def test_every_own_term_explains_itself(term: URIRef) -> None:
    assert [label.language for label in SCHEMA.objects(term, RDFS.label) if isinstance(label, Literal)] == ["en"]
    assert str(SCHEMA.value(term, RDFS.comment)).endswith(".")
    assert SCHEMA.value(term, RDFS.isDefinedBy) == ONTOLOGY
    assert SCHEMA.value(term, RDF.type) is not None


def test_only_own_terms_are_defined_by_the_ontology() -> None:
    assert iris(SCHEMA.subjects(RDFS.isDefinedBy, ONTOLOGY)) == OWN


def test_every_direct_edge_reads_both_ways() -> None:
    inverse = {edge: str(label) for edge, label in SCHEMA.subject_objects(SIT.inverseLabel)}
    assert inverse == DIRECT_EDGES | WEAPON_FACTS
    assert [edge for edge in inverse if SCHEMA.value(edge, RDFS.label) is None] == []


@pytest.mark.parametrize("concept", CONCEPTS, ids=compact)
def test_every_concept_has_one_label_a_definition_and_a_scheme(concept: URIRef) -> None:
    assert [label.language for label in VOCABULARY.objects(concept, SKOS.prefLabel) if isinstance(label, Literal)] == [
        "en"
    ]
    assert str(VOCABULARY.value(concept, SKOS.definition)).endswith(".")
    assert set(VOCABULARY.objects(concept, SKOS.inScheme)) & set(SCHEMES)
    assert VOCABULARY.value(concept, RDF.type) in (SKOS.Concept, SIT.Measure)


@pytest.mark.parametrize("scheme", SCHEMES, ids=compact)
def test_every_scheme_has_concepts_with_labels_of_their_own(scheme: URIRef) -> None:
    labels = [str(VOCABULARY.value(c, SKOS.prefLabel)) for c in VOCABULARY.subjects(SKOS.inScheme, scheme)]
    assert len(labels) == len(set(labels)) > 1
    assert VOCABULARY.value(scheme, SKOS.definition) is not None


def test_every_measure_has_one_known_unit() -> None:
    for measure in VOCABULARY.subjects(RDF.type, SIT.Measure):
        (unit,) = VOCABULARY.objects(measure, QUDT.hasUnit)
        assert unit in UNITS


def test_a_part_is_counted_in_the_unit_of_its_whole() -> None:
    for part, whole in VOCABULARY.subject_objects(SKOS.broader):
        unit = VOCABULARY.value(whole, QUDT.hasUnit)
        assert unit is None or unit == VOCABULARY.value(part, QUDT.hasUnit)


@pytest.mark.parametrize("unit", UNITS, ids=compact)
def test_every_unit_can_be_converted(unit: URIRef) -> None:
    (multiplier,) = VOCABULARY.objects(unit, QUDT.conversionMultiplier)
    assert isinstance(multiplier, Literal)
    assert isinstance(multiplier.value, Decimal)
    assert multiplier.value > 0
    assert len(list(VOCABULARY.objects(unit, QUDT.hasQuantityKind))) == 1
    assert len(list(VOCABULARY.objects(unit, QUDT.symbol))) == 1


def test_190_miles_are_a_range_in_kilometres() -> None:
    miles, kilometre = (
        Decimal(str(VOCABULARY.value(unit, QUDT.conversionMultiplier))) for unit in (UNIT.MI, UNIT.KiloM)
    )
    assert [round(value * miles / kilometre, 3) for value in (185, 195)] == [Decimal("297.729"), Decimal("313.822")]


def test_a_share_is_never_compared_with_a_count() -> None:
    kinds = [VOCABULARY.value(unit, QUDT.hasQuantityKind) for unit in (UNIT.NUM, UNIT.PERCENT)]
    assert len(set(kinds)) == 2


def test_a_word_for_a_unit_names_one_unit() -> None:
    words = Counter(
        str(word).casefold()
        for unit in UNITS
        for word in {str(w) for p in (RDFS.label, QUDT.symbol, SKOS.altLabel) for w in VOCABULARY.objects(unit, p)}
    )
    assert [word for word, units in words.items() if units > 1] == []


def test_ukrainian_labels_belong_to_terms_that_have_english_ones() -> None:
    english = SCHEMA + VOCABULARY
    for term, prop, label in UKRAINIAN:
        assert isinstance(label, Literal)
        assert label.language == "uk"
        assert prop in (SKOS.altLabel, SIT.inverseLabel)
        assert (english.value(term, RDFS.label) or english.value(term, SKOS.prefLabel)) is not None
        assert len(list(UKRAINIAN.objects(term, prop))) == 1


def test_ukrainian_labels_add_no_row_to_a_query_for_a_label() -> None:
    assert (None, RDFS.label, None) not in UKRAINIAN
    assert (None, SKOS.prefLabel, None) not in UKRAINIAN


def test_every_concept_class_and_direct_edge_has_a_ukrainian_label() -> None:
    terms = [*CONCEPTS, *SCHEMES, *UNITS, *SCHEMA.subjects(RDF.type, OWL.Class), *DIRECT_EDGES, *WEAPON_FACTS]
    assert [term for term in terms if UKRAINIAN.value(term, SKOS.altLabel) is None] == []
