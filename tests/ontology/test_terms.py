"""The Python names are those of the Turtle files, and prefixed names go both ways."""

import pickle

import pytest
from rdflib import Graph, URIRef

from ontology.files import text
from ontology.terms import BASE, ID, PREFIXES, SIT, VOC, compact, expand


def test_sit_names_every_own_term_and_nothing_else() -> None:
    schema = Graph().parse(data=text("schema.ttl"), format="turtle")
    in_file = {str(subject) for subject in schema.subjects() if str(subject).startswith(str(SIT))}
    assert {str(SIT[name]) for name in names(SIT)} == in_file


def test_voc_names_every_concept_and_scheme_and_nothing_else() -> None:
    vocabulary = Graph().parse(data=text("vocab.ttl"), format="turtle")
    in_file = {str(subject) for subject in vocabulary.subjects() if str(subject).startswith(str(VOC))}
    assert {str(VOC[name]) for name in names(VOC)} == in_file


def names(namespace: type[SIT] | type[VOC]) -> list[str]:
    written = [*(name for name in namespace.__annotations__ if not name.startswith("_")), *namespace._extras]
    assert len(written) == len(set(written))
    return written


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(AttributeError, match="supplyedBy"):
        _ = SIT.supplyedBy
    with pytest.raises(AttributeError, match="m-los"):
        _ = VOC["m-los"]


def test_a_python_keyword_is_written_as_an_item() -> None:
    assert SIT["from"] == URIRef("https://w3id.org/sitrep/ont#from")


def test_the_prefixes_of_the_files_are_ours() -> None:
    for name in ("schema.ttl", "vocab.ttl", "shapes.ttl", "labels.uk.ttl"):
        graph = Graph(bind_namespaces="none").parse(data=text(name), format="turtle")
        used = {prefix: str(namespace) for prefix, namespace in graph.namespaces() if prefix in PREFIXES}
        assert used == {prefix: PREFIXES[prefix] for prefix in used}


def test_no_namespace_begins_with_another() -> None:
    assert not [(a, b) for a in PREFIXES.values() for b in PREFIXES.values() if a != b and a.startswith(b)]


def test_prefixes_can_be_sent_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(PREFIXES)) == PREFIXES


@pytest.mark.parametrize(
    ("iri", "name"),
    [
        (str(SIT.suppliedBy), "sit:suppliedBy"),
        (str(ID["ev-drone-attack-2025-01-19"]), "id:ev-drone-attack-2025-01-19"),
        ("https://schema.org/about", "schema:about"),
        ("http://id.loc.gov/datatypes/edtf/EDTF", "edtf:EDTF"),
        (f"{BASE}id/a/b", f"<{BASE}id/a/b>"),
        (f"{BASE}id/ends.", f"<{BASE}id/ends.>"),
        (f"{BASE}id/-begins", f"<{BASE}id/-begins>"),
        (f"{BASE}id/", f"<{BASE}id/>"),
        (f"{BASE}ont", f"<{BASE}ont>"),
        ("https://uk.wikipedia.org/wiki/Київ", "<https://uk.wikipedia.org/wiki/Київ>"),
    ],
)
def test_an_iri_is_compacted_and_expanded_again(iri: str, name: str) -> None:
    assert compact(iri) == name
    assert expand(name) == iri


@pytest.mark.parametrize("name", [name for prefix in PREFIXES for name in (f"{prefix}:a.b-c_1",)])
def test_a_compact_name_is_good_turtle(name: str) -> None:
    turtle = "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())
    graph = Graph().parse(data=f"{turtle} {name} {name} {compact(expand(name))} .", format="turtle")
    assert set(graph) == {(URIRef(expand(name)),) * 3}


@pytest.mark.parametrize("name", ["syrskyi", "nope:syrskyi", "https://example.org/", "", ":", "<id:a"])
def test_a_name_without_a_known_prefix_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="has no known prefix: write one of sit, voc, id"):
        expand(name)


@pytest.mark.parametrize("name", ["id:a b", "id:a>b", "<relative>", "<https://example.org/a b>", 'id:"', "<>"])
def test_a_name_that_makes_no_iri_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is no IRI"):
        expand(name)
