"""Lists as CSV, for spreadsheets: UTF-8, a header line, RFC 4180."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from graph import wording
from graph.checks import Check
from graph.claims import Claim
from graph.comparisons import Comparison
from graph.drift import Drift
from graph.entities import Entity
from graph.explore import Edge, Scene
from graph.members import Kind
from graph.naming import Thing
from graph.relations import Relation
from graph.sides import Row
from graph.spreadsheet import written
from graph.timeline import Entry


def things(items: Iterable[Thing]) -> str:
    """One line a thing."""
    return written(("label", "iri", "types"), ((item.label, item.iri, " ".join(item.types)) for item in items))


def kinds(classes: Iterable[Kind], edges: Iterable[Kind]) -> str:
    """One line a class or property of relations."""
    rows = [("class", kind) for kind in classes] + [("relation", kind) for kind in edges]
    return written(("of", "label", "iri", "count"), ((of, k.thing.label, k.thing.iri, k.count) for of, k in rows))


def relations(items: Iterable[Relation]) -> str:
    """One line a relation."""
    header = (
        "predicate", "predicate_iri", "direction", "other", "other_iri", "other_types",
        "start", "end", "edtf", "status", "via", "via_iri", "claims", "claimants", "documents",
        "sources", "relation_iri",
    )  # fmt: skip
    return written(header, map(_relation, items))


def _relation(item: Relation) -> Sequence[object]:
    claimants = {who.label for claim in item.claims for who in claim.claimants}
    documents = {document.iri for claim in item.claims for document in claim.documents}
    return (
        item.predicate.label, item.predicate.iri, item.direction, item.other.label, item.other.iri,
        " ".join(item.other.types), item.when.start or "", item.when.end or "", item.when.edtf, item.status,
        item.via.label if item.via else "", item.via.iri if item.via else "", item.claim_count,
        "; ".join(sorted(claimants)), " ".join(sorted(documents)), " ".join(s.iri for s in item.sources), item.iri,
    )  # fmt: skip


def edges(scene: Scene) -> str:
    """One line a relation of a picture, with both of its ends."""
    header = (
        "from", "from_iri", "from_kind", "relation", "predicate_iri", "to", "to_iri", "to_kind", "start", "end",
        "dates", "status", "claims", "estimates", "contested", "via", "via_iri", "relation_iri",
    )  # fmt: skip
    cards = {card.thing.iri: card for card in scene.cards}

    def row(edge: Edge) -> Sequence[object]:
        source, target = cards[edge.source], cards[edge.target]
        return (
            source.thing.label, edge.source, source.kind, edge.label, edge.predicate.iri, target.thing.label,
            edge.target, target.kind, edge.start, edge.stop, edge.dates, edge.status, edge.claims, edge.estimates,
            edge.contested, edge.via.label if edge.via else "", edge.via.iri if edge.via else "", edge.iri,
        )  # fmt: skip

    return written(header, map(row, scene.edges))


def claims(items: Iterable[Claim]) -> str:
    """One line a claim."""
    header = (
        "claim", "claimants", "kind", "said_on", "said", "communication", "about", "measure", "item", "period", "hedge",
        "value", "min", "max", "unit", "low", "high", "limits_unit", "subject", "predicate", "object", "abstract",
        "documents", "claim_iri",
    )  # fmt: skip
    return written(header, map(_claim, items))


def _claim(item: Claim) -> Sequence[object]:
    said, told = item.quantity, item.statement
    about = said.measurand if said else None
    return (
        item.label, wording.claimants(item), item.kind, item.said_on or "", item.said.edtf,
        item.communication.label if item.communication else "", "; ".join(topic.label for topic in item.about),
        about.measure.label if about else "", about.item.label if about and about.item else "",
        wording.period(about) if about else "", said.bound if said else "",
        *((said.value, said.min, said.max, said.unit, said.low, said.high, said.limits_unit) if said else [""] * 7),
        told.subject.label if told else "", told.predicate.label if told else "",
        (told.object if isinstance(told.object, str) else told.object.label) if told else "",
        item.abstract or "", " ".join(document.iri for document in item.documents), item.iri,
    )  # fmt: skip


def timeline(items: Iterable[Entry]) -> str:
    """One line an event, term of office or claim."""
    header = (
        "kind", "type", "start", "end", "edtf", "text", "claimants", "denied_by", "claims", "places", "documents",
        "sources", "iri",
    )  # fmt: skip
    return written(header, map(_entry, items))


def _entry(item: Entry) -> Sequence[object]:
    return (
        item.kind, item.type.label if item.type else "", item.when.start or "", item.when.end or "", item.when.edtf,
        item.text, *("; ".join(thing.label for thing in things) for things in (item.claimants, item.denied_by)),
        item.claim_count, "; ".join(place.label for place in item.places),
        " ".join(document.iri for document in item.documents), " ".join(source.iri for source in item.sources),
        item.thing.iri,
    )  # fmt: skip


def comparisons(items: Iterable[Comparison]) -> str:
    """One line a comparison."""
    each = ("claim", "claimants", "said", "low", "high", "documents", "claim_iri")
    header = ("outcome", "why", "slip", *(f"{which}_{name}" for which in ("first", "second") for name in each), "iri")
    return written(
        header,
        (
            (item.outcome, wording.why(item), item.slip or "", *_rival(item.first), *_rival(item.second), item.iri)
            for item in items
        ),
    )


def _rival(claim: Claim) -> Sequence[object]:
    said = claim.quantity
    return (
        wording.content(claim), wording.claimants(claim), claim.said_on or claim.said.edtf,
        (said and said.low) or "", (said and said.high) or "",
        " ".join(document.iri for document in claim.documents), claim.iri,
    )  # fmt: skip


def sides(items: Iterable[Row]) -> str:
    """One line a claim, with the side on which it was made."""
    header = (
        "kind", "of", "side", "claim", "claimants", "claim_kind", "said", "sides", "origins", "party_only", "of_iri",
        "claim_iri",
    )  # fmt: skip
    return written(
        header,
        (
            (
                item.kind, wording.row(item), cell.word, wording.content(claim), wording.claimants(claim), claim.kind,
                claim.said_on or claim.said.edtf, item.sides, item.origins,
                "" if item.party_only is None else "yes" if item.party_only else "no", item.thing.iri, claim.iri,
            )
            for item in items
            for cell in item.cells
            for claim in cell.claims
        ),
    )  # fmt: skip


def checks(items: Iterable[Check]) -> str:
    """One line a result."""
    header = ("check", "result", "says", "computed", "about", "claims", "iri")
    return written(
        header,
        (
            (
                item.rule, item.verdict, item.label, item.computed or "", " ".join(thing.iri for thing in item.about),
                " ".join(claim.iri for claim in item.claims), item.iri,
            )
            for item in items
        ),
    )  # fmt: skip


def wording_lines(items: Iterable[Drift]) -> str:
    """One line a passage, the nearest to the speaker first."""
    header = ("claim", "claimants", "claim_hedge", "hedge_lost", "mode", "hedge", "document", "place", "claim_iri")
    return written(
        header,
        (
            (
                wording.content(item.claim), wording.claimants(item.claim),
                item.claim.quantity.bound if item.claim.quantity else "", "yes" if item.lost else "no",
                passage.mode, passage.bound or "", passage.document, wording.place(passage), item.claim.iri,
            )
            for item in items
            for passage in item.passages
        ),
    )  # fmt: skip


def entity(card: Entity) -> str:
    """One line a name or plain fact of a thing."""
    names = [(f"name ({language or 'any'})", "", name, "") for language, found in card.labels.items() for name in found]
    facts = []
    for fact in card.facts:
        value, iri = (fact.value, "") if isinstance(fact.value, str) else (fact.value.label, fact.value.iri)
        facts.append((fact.predicate.label, fact.predicate.iri, value, iri))
    return written(("property", "property_iri", "value", "value_iri"), [*names, *facts])
