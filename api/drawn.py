"""What pictures show, as JSON: scenes, portraits of things, and the evidence behind edges. See docs/explorer.md."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from pydantic import Field

from api.addresses import Addresses, Link
from api.models import Model, Named, Thing, thing_or_none
from graph import wording
from graph.claims import Claim as _Claim
from graph.claims import Passage
from graph.explore import Card as _Card
from graph.explore import Edge as _Edge
from graph.explore import More as _More
from graph.explore import Scene as _Scene
from graph.explore.scene import Facet as _Facet
from graph.explore.scene import Facets as _Facets
from graph.explore.steps import name_of
from graph.explore.words import Portrait as _Portrait
from graph.explore.words import when
from graph.relations import Relation as _Relation


class Node(Model):
    """A thing in the picture. `relations` can be drawn, `shown` are; `name` is what it is called in steps."""

    id: str
    name: str
    label: str
    lines: list[str]
    second: str
    kind: str
    types: list[str]
    connector: str = Field(description="Why paths pass it by: state, outlet, war; empty for most.")
    dates: str
    x: int
    y: int
    start: bool
    pinned: bool
    expanded: bool
    relations: int
    shown: int
    page: str

    @classmethod
    def of(cls, card: _Card, addresses: Addresses) -> Self:
        """From a value of the graph."""
        return cls(
            id=card.thing.iri, name=name_of(card.thing.iri), label=card.thing.label, lines=list(card.name),
            second=card.second, kind=card.kind, types=list(card.thing.types), connector=card.connector,
            dates=card.dates, x=card.x, y=card.y, start=card.start, pinned=card.pinned, expanded=card.expanded,
            relations=card.relations, shown=card.shown, page=addresses.page(card.thing.iri),
        )  # fmt: skip


class Line(Model):
    """A relation in the picture; `bend` parts it from its parallels, 0 is straight."""

    id: str
    source: str
    target: str
    predicate: str
    label: str
    dates: str
    start: str
    end: str
    status: str
    directed: bool
    via: Thing | None
    claims: int
    estimates: int = Field(description="How many of its claims are estimates.")
    contested: int = Field(description="How many of its claims conflict with another claim.")
    bend: float

    @classmethod
    def of(cls, edge: _Edge) -> Self:
        """From a value of the graph."""
        return cls(
            id=edge.iri, source=edge.source, target=edge.target, predicate=edge.predicate.iri, label=edge.label,
            dates=edge.dates, start=edge.start, end=edge.stop, status=edge.status, directed=edge.directed,
            via=thing_or_none(edge.via), claims=edge.claims, estimates=edge.estimates, contested=edge.contested,
            bend=edge.bend,
        )  # fmt: skip


class More(Model):
    """What an expansion has still to bring: exactly `rest` things, by `step`."""

    node: str
    predicate: Named | None
    direction: str
    rest: int
    step: str
    x: int
    y: int

    @classmethod
    def of(cls, more: _More) -> Self:
        """From a value of the graph."""
        return cls(
            node=more.thing, predicate=Named.of(more.predicate) if more.predicate else None, direction=more.direction,
            rest=more.rest, step=more.step, x=more.x, y=more.y,
        )  # fmt: skip


class Facet(Model):
    """One value to filter by, with how many relations (for kinds: things) of the unfiltered picture have it."""

    id: str
    label: str
    count: int

    @classmethod
    def of(cls, facet: _Facet) -> Self:
        """From a value of the graph."""
        return cls(id=facet.iri, label=facet.label, count=facet.count)


class Month(Model):
    """How many relations of the unfiltered picture begin in a month, or were first claimed in it."""

    month: str
    count: int


class Facets(Model):
    """All that the picture can be filtered by."""

    kinds: list[Facet]
    predicates: list[Facet]
    statuses: list[Facet]
    claimants: list[Facet]
    documents: list[Facet]
    months: list[Month]
    undated: int

    @classmethod
    def of(cls, facets: _Facets) -> Self:
        """From a value of the graph."""
        lists = {
            name: [Facet.of(facet) for facet in getattr(facets, name)]
            for name in ("kinds", "predicates", "statuses", "claimants", "documents")
        }
        months = [Month(month=month, count=count) for month, count in facets.months]
        return cls(**lists, months=months, undated=facets.undated)


class Filtered(Model):
    """How much of the picture is filtered out at the moment."""

    nodes: int
    edges: int


class Graph(Model):
    """A picture. `starts`, `steps` and `filters` are its view: sent back, they give the same picture."""

    nodes: list[Node]
    edges: list[Line]
    more: list[More]
    starts: list[str]
    steps: list[str]
    filters: dict[str, list[str]]
    facets: Facets
    filtered: Filtered
    hidden: list[Named]
    notes: list[str]
    language: str
    snapshot: str

    @classmethod
    def of(cls, scene: _Scene, addresses: Addresses) -> Self:
        """From a value of the graph."""
        chosen = scene.view.filters
        filters = {
            "kind": list(chosen.kinds), "predicate": list(chosen.predicates), "status": list(chosen.statuses),
            "from": [chosen.start] if chosen.start else [], "to": [chosen.stop] if chosen.stop else [],
            "claimant": list(chosen.claimants), "document": list(chosen.documents),
        }  # fmt: skip
        return cls(
            nodes=[Node.of(card, addresses) for card in scene.cards],
            edges=[Line.of(edge) for edge in scene.edges],
            more=[More.of(more) for more in scene.more],
            starts=[name_of(iri) for iri in scene.view.starts],
            steps=[str(step) for step in scene.view.steps],
            filters={name: values for name, values in filters.items() if values},
            facets=Facets.of(scene.facets),
            filtered=Filtered(nodes=scene.filtered_cards, edges=scene.filtered_edges),
            hidden=[Named.of(thing) for thing in scene.hidden],
            notes=list(scene.notes),
            language=scene.language,
            snapshot=scene.snapshot,
        )


class Read(Model):
    """A document in which a claim was read, with the places in it."""

    label: str
    href: str
    url: str
    published: str
    publisher: Link | None
    places: list[str]


class Evidence(Model):
    """A claim behind an edge or a figure: who, what kind, when, through which channel, where it was read."""

    id: str
    label: str
    href: str
    claimants: list[Link]
    kind: str
    hedge: str
    said: str
    channel: Link | None
    contested: int = Field(description="With how many other claims it conflicts.")
    documents: list[Read]

    @classmethod
    def of(cls, claim: _Claim, addresses: Addresses) -> Self:
        """From a value of the graph."""
        return cls(
            id=claim.iri, label=claim.label, href=addresses.page(claim.iri),
            claimants=[addresses.link(who) for who in claim.claimants], kind=claim.kind,
            hedge=wording.BOUNDS.get(claim.quantity.bound, ("",))[0] if claim.quantity else "",
            said=wording.time(claim.said) or (claim.said_on.isoformat() if claim.said_on else ""),
            channel=addresses.link(claim.communication) if claim.communication else None,
            contested=len(claim.rivals) if claim.contested else 0,
            documents=[
                Read(
                    label=document.label, href=addresses.page(document.iri), url=document.url or "",
                    published=document.published or "",
                    publisher=addresses.link(document.publisher) if document.publisher else None,
                    places=[_place(passage) for passage in claim.passages if passage.document == document.iri],
                )
                for document in claim.documents
            ],
        )  # fmt: skip


def _place(passage: Passage) -> str:
    mode = wording.MODES.get(passage.mode, (passage.mode,))[0]
    stated = passage.bound if passage.bound != "exact" else None
    bound = wording.BOUNDS.get(stated, (stated,))[0] if stated else ""
    return ", ".join(filter(None, (wording.place(passage), mode, f"hedged “{bound}”" if bound else "")))


class Relation(Model):
    """An edge with what it rests on; `claims` holds the latest fifty where there are more, `claim_count` counts all."""

    id: str
    label: str
    source: Link
    target: Link
    predicate: Named
    status: str
    dates: str
    via: Link | None
    claims: list[Evidence]
    claim_count: int
    sources: list[Link]
    href: str
    snapshot: str

    @classmethod
    def read(
        cls, found: _Relation, claims: Sequence[_Claim], count: int, ends: tuple[Link, Link], label: str,
        addresses: Addresses, snapshot: str,
    ) -> Self:  # fmt: skip
        """From values of the graph."""
        return cls(
            id=found.iri, label=label, source=ends[0], target=ends[1], predicate=Named.of(found.predicate),
            status=found.status, dates=when(found.when), via=addresses.link(found.via) if found.via else None,
            claims=[Evidence.of(claim, addresses) for claim in claims], claim_count=count,
            sources=[addresses.source(source) for source in found.sources], href=addresses.page(found.iri),
            snapshot=snapshot,
        )  # fmt: skip


class PanelFact(Model):
    """A plain property of a thing."""

    label: str
    value: str
    href: str


class PanelCount(Model):
    """How many relations of one kind a thing has in one direction, how many can be drawn, to how many things."""

    predicate: Named
    label: str
    direction: str
    relations: int
    drawn: int
    things: int


class Portrait(Model):
    """A thing as the panel shows it, before any of its relations are loaded."""

    id: str
    name: str
    label: str
    kind: str
    types: list[str]
    connector: str
    dates: str
    description: str
    facts: list[PanelFact]
    figures: list[Evidence]
    figure_count: int
    counts: list[PanelCount]
    page: str
    snapshot: str

    @classmethod
    def of(cls, found: _Portrait, addresses: Addresses, snapshot: str) -> Self:
        """From a value of the graph."""
        return cls(
            id=found.thing.iri, name=name_of(found.thing.iri), label=found.thing.label, kind=found.kind,
            types=list(found.thing.types), connector=found.connector, dates=found.dates,
            description=found.description,
            facts=[
                PanelFact(label=fact.label, value=fact.value, href=addresses.page(fact.iri) if fact.iri else "")
                for fact in found.facts
            ],
            figures=[Evidence.of(claim, addresses) for claim in found.figures], figure_count=found.figure_count,
            counts=[
                PanelCount(
                    predicate=Named.of(count.predicate), label=count.label, direction=count.direction,
                    relations=count.relations, drawn=count.drawn, things=count.others,
                )
                for count in found.counts
            ],
            page=addresses.page(found.thing.iri), snapshot=snapshot,
        )  # fmt: skip


class Hop(Model):
    """Two neighbours on a path, and every relation that joins them."""

    relations: list[Line]


class Path(Model):
    """A way from one thing to another."""

    things: list[Thing]
    hops: list[Hop]


class Paths(Model):
    """The shortest paths between two things. Not `complete`: there may be more within the length."""

    paths: list[Path]
    complete: bool
    length: int
    through: bool
    snapshot: str
