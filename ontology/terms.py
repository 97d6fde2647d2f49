"""The IRIs of the graph as Python names.

``SIT`` holds our own classes and properties, ``VOC`` our concepts; both refuse a name that the Turtle files do not
define, and a test keeps them equal to ``schema.ttl`` and ``vocab.ttl``. The other namespaces of our own are open: their
names come from the data. For standard vocabularies use ``rdflib.namespace``, and what it lacks from here.

>>> SIT.suppliedBy
rdflib.term.URIRef('https://w3id.org/sitrep/ont#suppliedBy')
>>> VOC["at-least"]
rdflib.term.URIRef('https://w3id.org/sitrep/voc/at-least')
"""

# ruff: noqa: N815  the names are those of the IRIs

import re
from typing import Final

from rdflib import URIRef
from rdflib.namespace import (
    DCAT,
    DCTERMS,
    FOAF,
    GEO,
    ORG,
    OWL,
    PROV,
    RDF,
    RDFS,
    SDO,
    SH,
    SKOS,
    VOID,
    XSD,
    DefinedNamespace,
    Namespace,
)

BASE: Final = "https://w3id.org/sitrep/"

ID = Namespace(f"{BASE}id/")
CLAIM = Namespace(f"{BASE}claim/")
PASSAGE = Namespace(f"{BASE}passage/")
MEASURAND = Namespace(f"{BASE}measurand/")
REL = Namespace(f"{BASE}rel/")
COMPARISON = Namespace(f"{BASE}comparison/")
CHECK = Namespace(f"{BASE}check/")
DISPUTE = Namespace(f"{BASE}dispute/")
DOC = Namespace(f"{BASE}doc/")

SCHEMA = SDO
OA = Namespace("http://www.w3.org/ns/oa#")
SEM = Namespace("http://semanticweb.cs.vu.nl/2009/11/sem/")
QUDT = Namespace("http://qudt.org/schema/qudt/")
UNIT = Namespace("http://qudt.org/vocab/unit/")
EDTF = Namespace("http://id.loc.gov/datatypes/edtf/")


class SIT(DefinedNamespace):
    """Our own classes and properties; what each means stands in ``schema.ttl``."""

    _NS = Namespace(f"{BASE}ont#")
    _fail = True

    # classes
    Check: URIRef
    Claim: URIRef
    Communication: URIRef
    Comparison: URIRef
    Dispute: URIRef
    Event: URIRef
    Measurand: URIRef
    Measure: URIRef
    Passage: URIRef
    Relation: URIRef
    State: URIRef
    Survey: URIRef
    WeaponSystem: URIRef

    # content of a claim
    bound: URIRef
    exceeds: URIRef
    high: URIRef
    isMaximum: URIRef
    key: URIRef
    kind: URIRef
    low: URIRef
    measurand: URIRef
    occurred: URIRef
    variant: URIRef
    when: URIRef

    # measurands
    asOf: URIRef
    asOfFrom: URIRef
    comparableTo: URIRef
    countedIn: URIRef
    countsParts: URIRef
    item: URIRef
    measure: URIRef
    span: URIRef

    # passages and documents
    carries: URIRef
    excerpt: URIRef
    extractionConfidence: URIRef
    headingOf: URIRef
    inDocument: URIRef
    length: URIRef
    medium: URIRef
    mode: URIRef
    page: URIRef
    row: URIRef
    wordingChecked: URIRef

    # events
    actor: URIRef
    eventType: URIRef
    geoPrecision: URIRef
    launchedFrom: URIRef
    recipient: URIRef
    weapon: URIRef

    # weapons and offices
    asKnownOn: URIRef
    post: URIRef
    seats: URIRef
    serviceEntry: URIRef
    weaponCategory: URIRef

    # the relation node beside an edge
    edge: URIRef
    restsOn: URIRef
    status: URIRef
    to: URIRef
    via: URIRef

    # comparison, check and judgement
    computed: URIRef
    conflictsWith: URIRef
    first: URIRef
    inDispute: URIRef
    opinion: URIRef
    outcome: URIRef
    rule: URIRef
    second: URIRef
    slip: URIRef
    verdict: URIRef

    # how an edge reads backwards
    inverseLabel: URIRef

    # direct edges
    armed: URIRef
    conferredWith: URIRef
    directs: URIRef
    guidance: URIRef
    linkedWith: URIRef
    operates: URIRef
    owns: URIRef
    participatedIn: URIRef
    side: URIRef
    spokeAbout: URIRef
    suppliedBy: URIRef
    suppliedTo: URIRef
    targetOf: URIRef
    usedIn: URIRef
    variantOf: URIRef

    _extras = ["from"]  # noqa: RUF012  a Python keyword: write SIT["from"]


class VOC(DefinedNamespace):
    """Our own concepts and the schemes they stand in; what each means stands in ``vocab.ttl``.

    Most names have a hyphen, so write ``VOC["just-over"]``, and ``VOC["exact"]`` alike.
    """

    _NS = Namespace(f"{BASE}voc/")
    _fail = True
    _extras = (  # noqa: SIM905  one line per scheme
        "measures m-losses m-casualties m-killed m-killed-named m-wounded m-captured"
        " m-equipment-losses m-equipment-destroyed m-equipment-damaged m-equipment-captured m-equipment-abandoned"
        " m-uav-launched m-uav-shot-down m-uav-lost m-uav-in-air m-uav-crossed"
        " m-shahed-launched m-jet-drone-launched m-jet-drone-shot-down"
        " m-missile-launched m-missile-shot-down m-missile-lost m-places-hit m-places-debris"
        " m-regions-targeted m-settlements-taken"
        " m-share-support m-share-under-attack m-range m-range-min m-range-max m-submunitions"
        " m-warhead-mass m-payload m-speed m-crew"
        " m-munitions m-mass m-length m-wingspan m-calibre m-altitude m-endurance m-travel-range m-mach m-cost"
        " spans cumulative during one-day timeless"
        " bounds exact approx just-under just-over at-least more-than at-most fewer-than"
        " variants stated-range one-variant"
        " modes direct-quote indirect unattributed headline table"
        " kinds fact estimate forecast warning opinion demand pledge thanks denial comparison"
        " statuses asserted hedged disputed"
        " outcomes agree rounding scope contradict superseded reporting"
        " verdicts borne-out not-borne-out undecided adds-up unaccounted overdrawn rises falls above below near"
        " opinions strongly-disagree disagree neutral strongly-agree"
        " media tv social-post bulletin briefing interview publication survey-publication internal-document"
        " precisions precision-settlement precision-raion precision-oblast precision-country"
        " weapon-categories w-ballistic-missile w-uav w-tank w-air-defence"
        " w-intermediate-range-missile w-cruise-missile w-anti-radiation-missile w-guided-rocket w-guided-bomb"
        " w-anti-tank-missile w-portable-air-defence w-missile w-one-way-drone w-sea-drone w-rocket-launcher w-howitzer"
        " w-anti-aircraft-gun w-infantry-fighting-vehicle w-combat-aircraft w-bomber"
        " w-aircraft w-helicopter w-armoured-vehicle w-artillery w-missile-launcher w-ship w-submarine w-vehicle"
        " w-motor-vehicle w-fuel-tanker w-special-equipment w-ground-robot"
        " event-types ev-armed-clash ev-missile-strike ev-air-drone-strike ev-sabotage ev-violence-civilians"
        " ev-territory ev-arms-transfer ev-consult ev-call ev-visit ev-agreement ev-sanction ev-prisoner-release"
        " ev-ceasefire ev-mobilisation ev-office-change ev-protest ev-war"
    ).split()


PREFIXES: Final[dict[str, str]] = {
    "sit": str(SIT),
    "voc": str(VOC),
    "id": str(ID),
    "claim": str(CLAIM),
    "passage": str(PASSAGE),
    "measurand": str(MEASURAND),
    "rel": str(REL),
    "comparison": str(COMPARISON),
    "check": str(CHECK),
    "dispute": str(DISPUTE),
    "doc": str(DOC),
    "rdf": str(RDF),
    "rdfs": str(RDFS),
    "xsd": str(XSD),
    "owl": str(OWL),
    "skos": str(SKOS),
    "schema": str(SCHEMA),
    "prov": str(PROV),
    "org": str(ORG),
    "foaf": str(FOAF),
    "oa": str(OA),
    "geo": str(GEO),
    "sem": str(SEM),
    "dcterms": str(DCTERMS),
    "qudt": str(QUDT),
    "unit": str(UNIT),
    "edtf": str(EDTF),
    "sh": str(SH),
    "void": str(VOID),
    "dcat": str(DCAT),
}
"""Prefix to namespace, the same in every file, query and page; no namespace begins with another."""

# A local name that Turtle and SPARQL take as it stands, without escapes (both allow more).
_LOCAL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")
# What may not stand between < and > (Turtle 1.1, IRIREF), and a scheme in front.
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|^`\\]*")


def compact(iri: str) -> str:
    """Write an IRI as short as ``PREFIXES`` allows, ready for Turtle or SPARQL.

    Args:
        iri: an absolute IRI.

    Returns:
        The prefixed name, or the IRI in angle brackets where no prefix fits or the rest would need escapes.

    >>> compact("https://w3id.org/sitrep/id/syrskyi")
    'id:syrskyi'
    >>> compact("https://example.org/a")
    '<https://example.org/a>'
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def expand(name: str) -> str:
    """Read a prefixed name or an IRI in angle brackets; undoes ``compact``.

    Args:
        name: such as ``"id:syrskyi"`` or ``"<https://example.org/a>"``.

    Returns:
        The IRI, as plain text: what rdflib and pyoxigraph each make their own term of.

    Raises:
        ValueError: the name has no prefix or an unknown one, or its rest cannot stand in an IRI.

    >>> expand("voc:m-losses")
    'https://w3id.org/sitrep/voc/m-losses'
    """
    if name.startswith("<") and name.endswith(">"):
        iri = name[1:-1]
    else:
        prefix, colon, local = name.partition(":")
        if not colon or prefix not in PREFIXES:
            raise ValueError(
                f"{name!r} has no known prefix: write one of {', '.join(PREFIXES)} before a colon, "
                "or the whole IRI between < and >"
            )
        iri = PREFIXES[prefix] + local
    if not _IRI.fullmatch(iri):
        raise ValueError(f"{name!r} is no IRI: it needs a scheme such as https: and no spaces, quotes or brackets")
    return iri
