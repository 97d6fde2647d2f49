"""The endpoint about itself, in RDF: what the graph says of itself, and where this server offers it."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from graph.build import DUMPS
from graph.description import DATASET, SD
from graph.store import RDF_FORMATS, RESULT_FORMATS, Store, serialized
from ontology.terms import expand

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
    """The service description, as bytes; its subject is a blank node, its endpoint the public address.

    Comunica fetches it before every first query, so the partitions stay out of it; they stand in the graph itself.
    """
    service = BlankNode("service")
    served = [name for name in (*RESULT_FORMATS, *RDF_FORMATS) if name in _FORMAT_NAMES]
    triples = [
        Triple(service, TYPE, NamedNode(f"{SD}Service")),
        Triple(service, NamedNode(f"{SD}endpoint"), NamedNode(f"{base}/sparql")),
        Triple(service, NamedNode(f"{SD}supportedLanguage"), NamedNode(f"{SD}SPARQL11Query")),
        Triple(service, NamedNode(f"{SD}defaultDataset"), DATASET),
        *(Triple(service, NamedNode(f"{SD}resultFormat"), NamedNode(FORMATS + _FORMAT_NAMES[name])) for name in served),
    ]
    return serialized([*triples, *_stored(store, "description-summary", "description-examples")], media_type)


def dataset_description(base: str, store: Store, media_type: str) -> bytes:
    """What the dataset holds (VoID), and where it is to be had (DCAT)."""
    triples = [
        Triple(DATASET, NamedNode(expand("void:sparqlEndpoint")), NamedNode(f"{base}/sparql")),
        Triple(DATASET, NamedNode(expand("dcat:landingPage")), NamedNode(f"{base}/")),
    ]
    for file, form in DUMPS.items():
        address, distribution = NamedNode(f"{base}/{file}"), BlankNode(file.split(".")[1])
        size = (store.snapshot.path / file).stat().st_size
        triples += [
            Triple(DATASET, NamedNode(expand("void:dataDump")), address),
            Triple(DATASET, NamedNode(expand("dcat:distribution")), distribution),
            Triple(distribution, TYPE, NamedNode(expand("dcat:Distribution"))),
            Triple(distribution, NamedNode(expand("dcat:downloadURL")), address),
            Triple(distribution, NamedNode(expand("dcat:mediaType")), NamedNode(IANA + form.media_type)),
            Triple(distribution, NamedNode(expand("dcat:compressFormat")), NamedNode(IANA + "application/gzip")),
            Triple(distribution, NamedNode(expand("dcat:byteSize")), Literal(size)),
        ]
    return serialized([*triples, *_stored(store, "description-dataset", "description-examples")], media_type)


def _stored(store: Store, *questions: str) -> list[Triple]:
    """What the graph says of itself, in a fixed order, with the snapshot's name.

    The graph cannot hold that name: it is a hash of what the graph is built from.
    """
    found = {triple for question in questions for triple in store.triples(question)}
    found.add(Triple(DATASET, NamedNode(expand("dcterms:identifier")), Literal(store.snapshot.name)))
    return sorted(found, key=str)
