"""What a thing is to a picture: a person, an organization, a state, a place, a weapon, an event, a topic, or no node.

An office is the words of an edge; claims, passages, documents and channels are what edges rest on. Neither is a node.
"""

from __future__ import annotations

from collections.abc import Collection

from ontology.terms import BASE, PREFIXES, expand

PERSON, ORGANIZATION, STATE, PLACE = "person", "organization", "state", "place"
WEAPON, EVENT, TOPIC, OTHER = "weapon", "event", "topic", "other"
KINDS = (PERSON, ORGANIZATION, STATE, PLACE, WEAPON, EVENT, TOPIC, OTHER)
PLURALS = {
    PERSON: "people", ORGANIZATION: "organizations", STATE: "states", PLACE: "places", WEAPON: "weapons",
    EVENT: "events", TOPIC: "topics", OTHER: "other things",
}  # fmt: skip
COLOURS = {
    PERSON: "#2b6a9c", ORGANIZATION: "#4b7a47", STATE: "#8c3a55", PLACE: "#857427", WEAPON: "#454a53",
    EVENT: "#c05b26", TOPIC: "#6b58a6", OTHER: "#5d5950",
}  # fmt: skip
NO_NODE = ""

_NO_NODES = frozenset(
    map(
        expand,
        ("sit:Claim", "sit:Measurand", "sit:Passage", "sit:Communication", "sit:Survey", "sit:Relation", "org:Post",
         "sit:Comparison", "sit:Dispute", "sit:Measure", "org:Membership"),
    )
)  # fmt: skip
# The first class that fits decides.
_KIND_OF_CLASS = {
    expand(name): kind
    for name, kind in (
        ("sit:Event", EVENT),
        ("sit:WeaponSystem", WEAPON),
        ("sit:State", STATE),
        ("foaf:Person", PERSON),
        ("foaf:Group", ORGANIZATION),
        ("org:FormalOrganization", ORGANIZATION),
        ("org:OrganizationalUnit", ORGANIZATION),
        ("org:Organization", ORGANIZATION),
        ("schema:Place", PLACE),
        ("skos:Concept", TOPIC),
    )
}
# These follow from other edges or stand in an edge's words: drawn, they would only double what is seen.
UNDRAWN = tuple(map(expand, ("sit:side", "schema:publisher", "org:holds")))


def kind_of(iri: str, classes: Collection[str]) -> str:
    """Which kind of node a thing with these classes (IRIs) is; `NO_NODE` for what is never drawn.

    What a user's own RDF brings with classes of its own is `other`.
    """
    if not _NO_NODES.isdisjoint(classes):
        return NO_NODE
    kind = next((kind for name, kind in _KIND_OF_CLASS.items() if name in classes), None)
    if kind == TOPIC and iri.startswith(BASE) and not iri.startswith(PREFIXES["id"]):
        return NO_NODE
    return kind or (NO_NODE if iri.startswith(BASE) else OTHER)
