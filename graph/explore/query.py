"""The query that finds the same edges: what is on the screen, to be run and changed anywhere."""

from __future__ import annotations

from graph.explore.filters import Filters
from graph.explore.scene import Scene
from graph.kinds import UNDRAWN
from ontology.terms import PREFIXES, SIT, expand


def sparql(scene: Scene) -> str:
    """A SELECT whose rows are the edges of a scene: relation, ends, property, status.

    Its things stand in it by name; its filters as they were set, so that the query goes on to answer when they are
    changed by hand.
    """
    things = " ".join(f"<{card.thing.iri}>" for card in scene.cards)
    among = ", ".join(f"<{card.thing.iri}>" for card in scene.cards) or f"<{SIT}nothing>"
    body = [
        f"  VALUES ?from {{ {things} }}",
        "  ?relation sit:from ?from ; sit:edge ?edge ; sit:to ?to ; sit:status ?status .",
        f"  FILTER(?to IN ({among}) && ?from != ?to)",
        f"  FILTER(?edge NOT IN ({', '.join(f'<{iri}>' for iri in UNDRAWN)}))",
        *_filters(scene.view.filters),
        "  OPTIONAL { ?from rdfs:label ?fromLabel . FILTER(LANG(?fromLabel) = 'en') }",
        "  OPTIONAL { ?to rdfs:label ?toLabel . FILTER(LANG(?toLabel) = 'en') }",
    ]
    used = ("prov", "rdfs", "schema", "sit")
    head = [f"PREFIX {name}: <{PREFIXES[name]}>" for name in used]
    select = "SELECT DISTINCT ?relation ?from ?fromLabel ?edge ?to ?toLabel ?status WHERE {"
    return "\n".join(
        [f"# The {len(scene.edges):,} relations in the picture", *head, select, *body, "} ORDER BY ?relation", ""]
    )


def _filters(filters: Filters) -> list[str]:
    found = []
    if filters.predicates:
        found.append(f"  FILTER(?edge IN ({_iris(filters.predicates)}))")
    if filters.statuses:
        statuses = [expand(f"voc:{status}") for status in filters.statuses]
        found.append(f"  FILTER(?status IN ({_iris(statuses)}))")
    if filters.claimants or filters.documents:
        parts = ["?relation sit:restsOn ?claim ."]
        if filters.claimants:
            parts.append(f"?claim prov:wasAttributedTo ?who . FILTER(?who IN ({_iris(filters.claimants)}))")
        if filters.documents:
            parts.append("?passage sit:carries ?claim ; sit:inDocument ?document .")
            parts.append(f"FILTER(?document IN ({_iris(filters.documents)}))")
        found.append(f"  FILTER EXISTS {{ {' '.join(parts)} }}")
    if filters.start or filters.stop:
        found += _period(filters)
    return found


def _period(filters: Filters) -> list[str]:
    """Own dates decide; without any, the days on which claims were made; without these, nothing."""
    own = _touches("?start", "?end", filters)
    said = _touches("?said", "?until", filters)
    return [
        "  OPTIONAL { ?relation schema:startDate ?start } OPTIONAL { ?relation schema:endDate ?end }",
        f"  FILTER((BOUND(?start) || BOUND(?end)) && {own} || !BOUND(?start) && !BOUND(?end) && (",
        "    NOT EXISTS { ?relation sit:restsOn/(schema:dateCreated|schema:startDate|schema:endDate) ?any } ||",
        "    EXISTS { ?relation sit:restsOn ?dated . ?dated schema:dateCreated|schema:startDate|schema:endDate ?some",
        "      OPTIONAL { ?dated schema:dateCreated ?day } OPTIONAL { ?dated schema:startDate ?first }",
        "      OPTIONAL { ?dated schema:endDate ?last } BIND(COALESCE(?day, ?first) AS ?said)",
        f"      BIND(COALESCE(?day, ?last) AS ?until) FILTER{said} }}))",
    ]


def _touches(start: str, stop: str, filters: Filters) -> str:
    return (
        f"(COALESCE(STR({stop}), '9999') >= '{filters.start or '0000'}'"
        f" && COALESCE(STR({start}), '0000') <= '{filters.stop or '9999'}')"
    )


def _iris(iris: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"<{iri}>" for iri in iris)
