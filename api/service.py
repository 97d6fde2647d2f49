"""The endpoint about itself, in RDF: service description, VoID, DCAT, and example queries."""

from __future__ import annotations

from urllib.parse import urlencode

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from api import questions
from graph import overview
from graph.naming import Naming
from graph.store import RDF_FORMATS, RESULT_FORMATS, Store, serialized
from ontology.terms import BASE, PREFIXES, expand

SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
IANA = "https://www.iana.org/assignments/media-types/"
TYPE = NamedNode(expand("rdf:type"))
_FORMAT_NAMES = {
    "application/sparql-results+json": "SPARQL_Results_JSON",
    "application/sparql-results+xml": "SPARQL_Results_XML",
    "text/csv": "SPARQL_Results_CSV",
    "text/tab-separated-values": "SPARQL_Results_TSV",
    "text/turtle": "Turtle",
    "application/n-triples": "N-Triples",
    "application/rdf+xml": "RDF_XML",
    "application/ld+json": "JSON-LD",
    "text/n3": "N3",
}


def description(base: str, store: Store, media_type: str) -> bytes:
    """The service description, as bytes; its subject is a blank node, its endpoint the public address."""
    service, dataset, graph = BlankNode("service"), BlankNode("dataset"), BlankNode("graph")
    triples = [
        Triple(service, TYPE, NamedNode(SD + "Service")),
        Triple(service, NamedNode(SD + "endpoint"), NamedNode(f"{base}/sparql")),
        Triple(service, NamedNode(SD + "supportedLanguage"), NamedNode(SD + "SPARQL11Query")),
        Triple(service, NamedNode(SD + "defaultDataset"), dataset),
        Triple(dataset, TYPE, NamedNode(SD + "Dataset")),
        Triple(dataset, NamedNode(SD + "defaultGraph"), graph),
        Triple(graph, TYPE, NamedNode(SD + "Graph")),
        Triple(graph, NamedNode(expand("void:triples")), Literal(len(store))),
        *_about(dataset, store),
    ]
    served = [name for name in (*RESULT_FORMATS, *RDF_FORMATS) if name in _FORMAT_NAMES]
    triples += [
        Triple(service, NamedNode(SD + "resultFormat"), NamedNode(FORMATS + _FORMAT_NAMES[name])) for name in served
    ]
    return serialized([*triples, *_examples(base)], media_type)


def dataset_description(base: str, store: Store, media_type: str) -> bytes:
    """What the dataset holds (VoID), and where it is to be had (DCAT)."""
    dataset = BlankNode("dataset")
    triples = [
        Triple(dataset, TYPE, NamedNode(expand("void:Dataset"))),
        Triple(dataset, TYPE, NamedNode(expand("dcat:Dataset"))),
        Triple(dataset, NamedNode(expand("void:sparqlEndpoint")), NamedNode(f"{base}/sparql")),
        Triple(dataset, NamedNode(expand("void:uriSpace")), Literal(BASE)),
        Triple(dataset, NamedNode(expand("void:triples")), Literal(len(store))),
        Triple(dataset, NamedNode(expand("dcat:landingPage")), NamedNode(f"{base}/")),
        *_about(dataset, store),
    ]
    for file, media in (("dump.nq.gz", "application/n-quads"), ("dump.trig.gz", "application/trig")):
        distribution, address = BlankNode(file.split(".")[1]), NamedNode(f"{base}/{file}")
        triples += [
            Triple(dataset, NamedNode(expand("void:dataDump")), address),
            Triple(dataset, NamedNode(expand("dcat:distribution")), distribution),
            Triple(distribution, TYPE, NamedNode(expand("dcat:Distribution"))),
            Triple(distribution, NamedNode(expand("dcat:downloadURL")), address),
            Triple(distribution, NamedNode(expand("dcat:mediaType")), NamedNode(IANA + media)),
            Triple(distribution, NamedNode(expand("dcat:compressFormat")), NamedNode(IANA + "application/gzip")),
        ]
    triples += [
        Triple(dataset, NamedNode(expand("void:vocabulary")), NamedNode(PREFIXES[prefix]))
        for prefix in ("sit", "skos", "schema", "prov", "org", "foaf", "oa", "geo")
    ]
    triples += _partitions(dataset, store, "class", "void:classPartition", "void:class", "void:entities")
    triples += _partitions(dataset, store, "property", "void:propertyPartition", "void:property", "void:triples")
    return serialized([*triples, *_examples(base)], media_type)


def _about(dataset: BlankNode, store: Store) -> list[Triple]:
    """Title, licence, source, date and version of the dataset."""
    newest = next(iter(overview.newest_documents(store, Naming(store), 1)), None)
    said: list[tuple[str, NamedNode | Literal]] = [
        ("dcterms:title", Literal("sitrep: who claimed what about the Russia-Ukraine war", language="en")),
        ("dcterms:identifier", Literal(store.snapshot.name)),
        ("dcterms:license", NamedNode("https://creativecommons.org/licenses/by/4.0/")),
        ("dcterms:source", NamedNode(BASE)),
    ]
    if newest and newest.published:
        said.append(("dcterms:modified", Literal(newest.published[:10], datatype=NamedNode(expand("xsd:date")))))
    return [Triple(dataset, NamedNode(expand(name)), value) for name, value in said]


def _partitions(dataset: BlankNode, store: Store, what: str, has: str, names: str, counts: str) -> list[Triple]:
    triples = []
    plural = {"class": "classes", "property": "properties"}[what]
    for place, row in enumerate(store.rows(f"partition-{plural}")):
        part, value, count = BlankNode(f"{what}{place}"), row[what], row["count"]
        if isinstance(value, NamedNode) and isinstance(count, Literal):
            triples += [
                Triple(dataset, NamedNode(expand(has)), part),
                Triple(part, NamedNode(expand(names)), value),
                Triple(part, NamedNode(expand(counts)), count),
            ]
    return triples


def _examples(base: str) -> list[Triple]:
    """The example questions, in the shapes that editors read (SHACL's SPARQL executables)."""
    prefixes = BlankNode("prefixes")
    triples = []
    for place, (prefix, iri) in enumerate(PREFIXES.items()):
        declared = BlankNode(f"prefix{place}")
        triples += [
            Triple(prefixes, NamedNode(expand("sh:declare")), declared),
            Triple(declared, NamedNode(expand("sh:prefix")), Literal(prefix)),
            Triple(declared, NamedNode(expand("sh:namespace")), Literal(iri, datatype=NamedNode(expand("xsd:anyURI")))),
        ]
    for example in questions.examples():
        node = NamedNode(f"{base}/sparql?{urlencode({'query': example.query})}")
        form = next(name for name in ("select", "ask", "construct", "describe") if _begins(example.query, name))
        triples += [
            Triple(node, TYPE, NamedNode(expand("sh:SPARQLExecutable"))),
            Triple(node, NamedNode(expand("rdfs:comment")), Literal(example.sentence, language="en")),
            Triple(node, NamedNode(expand(f"sh:{form}")), Literal(example.query)),
            Triple(node, NamedNode(expand("sh:prefixes")), prefixes),
        ]
    return triples


def _begins(query: str, form: str) -> bool:
    """Whether a query without prefixes is of a form."""
    return query.lstrip().lower().startswith(form)
