"""What goes over the wire as JSON. Outside tools rely on these keys: see docs/http.md."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field

from graph import (
    claims,
    comparisons,
    drift,
    entities,
    explanation,
    lexicon,
    members,
    naming,
    paging,
    relations,
    timeline,
    times,
    wording,
)
from graph.checks import Check as _Check
from graph.claims import Claim as _Claim
from graph.comparisons import Dispute as _Dispute
from graph.cost import CostWarning
from graph.relations import Relation as _Relation
from graph.sides import MOST_CLAIMS
from graph.sides import Row as _Row
from ontology.terms import compact, expand


class Model(BaseModel):
    """Plain JSON objects."""

    model_config = ConfigDict(frozen=True)


class Problem(Model):
    """An error (RFC 9457); some have more members, such as `line` and `column`, or `offers`."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    instance: str


class Named(Model):
    """A property or concept with its name."""

    iri: str
    label: str

    @classmethod
    def of(cls, thing: naming.Thing) -> Self:
        """From a value of the graph."""
        return cls(iri=thing.iri, label=thing.label)


class Thing(Model):
    """A node with its name; `id` is the slug of an IRI under id/, null for others; `types` are prefixed names."""

    iri: str
    id: str | None
    label: str
    types: list[str]

    @classmethod
    def of(cls, thing: naming.Thing) -> Self:
        """From a value of the graph."""
        return cls(iri=thing.iri, id=thing.id, label=thing.label, types=list(thing.types))


def thing_or_none(thing: naming.Thing | None) -> Thing | None:
    """A thing, or null."""
    return Thing.of(thing) if thing else None


class Time(Model):
    """A time: its EDTF text where it has one, and its outer bounds as ISO dates."""

    edtf: str | None
    start: date | None
    end: date | None

    @classmethod
    def of(cls, time: times.Time) -> Self:
        """From a value of the graph."""
        return cls(edtf=time.edtf or None, start=time.start, end=time.end)


class Fact(Model):
    """A plain property of a thing."""

    predicate: Named
    value: Thing | str

    @classmethod
    def of(cls, fact: entities.Fact) -> Self:
        """From a value of the graph."""
        value = fact.value if isinstance(fact.value, str) else Thing.of(fact.value)
        return cls(predicate=Named.of(fact.predicate), value=value)


class RelationCount(Model):
    """How many relations of one kind there are."""

    predicate: Named
    direction: str
    count: int


class ClaimCounts(Model):
    """How many claims a thing made, and how many are about it."""

    by: int
    about: int


class Entity(Thing):
    """A thing with all that is known about it; lists of its relations and claims are asked for apart."""

    labels: dict[str, list[str]]
    description: str | None
    same_as: list[str]
    facts: list[Fact]
    relations: list[RelationCount]
    claims: ClaimCounts
    origins: int | None = Field(description="Independent origins that affirm an event; null for other things.")
    party_only: bool | None = Field(description="Whether only parties to an event affirm it; null for other things.")
    snapshot: str

    @classmethod
    def read(cls, entity: entities.Entity, snapshot: str) -> Self:
        """From a value of the graph."""
        return cls(
            **Thing.of(entity.thing).model_dump(),
            labels=entity.labels,
            description=entity.description,
            same_as=list(entity.same_as),
            facts=[Fact.of(fact) for fact in entity.facts],
            relations=[
                RelationCount(predicate=Named.of(row.predicate), direction=row.direction, count=row.count)
                for row in entity.relations
            ],
            claims=ClaimCounts(by=entity.claims_by, about=entity.claims_about),
            origins=entity.origins,
            party_only=entity.party_only,
            snapshot=snapshot,
        )


class Quantity(Model):
    """A number as stated, and its limits, computed in the measure's unit."""

    about: Thing
    measure: Thing
    item: Thing | None
    place: Thing | None
    period: Time
    span: str
    value: int | float | None
    min: int | float | None
    max: int | float | None
    unit: str
    bound: str
    low: float | None
    high: float | None
    variant: str | None = Field(None, description="stated-range or one-variant; null where none is told apart.")

    @classmethod
    def of(cls, said: claims.Quantity) -> Self:
        """From a value of the graph."""
        about = said.measurand
        return cls(
            about=Thing.of(about.about),
            measure=Thing.of(about.measure),
            item=thing_or_none(about.item),
            place=thing_or_none(about.place),
            period=Time.of(about.period),
            span=about.span,
            value=_number(said.value),
            min=_number(said.min),
            max=_number(said.max),
            unit=compact(said.unit_iri) if said.unit_iri else "",
            bound=said.bound,
            low=_number(said.low),
            high=_number(said.high),
            variant=said.variant or None,
        )


class Statement(Model):
    """A relation claim: its object is a thing or a plain value."""

    subject: Thing
    predicate: Named
    object: Thing | str

    @classmethod
    def of(cls, said: claims.Statement) -> Self:
        """From a value of the graph."""
        value = said.object if isinstance(said.object, str) else Thing.of(said.object)
        return cls(subject=Thing.of(said.subject), predicate=Named.of(said.predicate), object=value)


class Document(Model):
    """A source document."""

    iri: str
    label: str
    url: str | None
    published: str | None
    publisher: Thing | None

    @classmethod
    def of(cls, document: claims.Document) -> Self:
        """From a value of the graph."""
        return cls(
            iri=document.iri, label=document.label, url=document.url,
            published=document.published, publisher=thing_or_none(document.publisher),
        )  # fmt: skip


class Passage(Model):
    """A place in a document: start and end in code points, or a row, or a page; none in an excerpt.

    A row is its key, or its number from 0, which is the first below the heading.
    """

    document: str
    start: int | None
    end: int | None
    row: str | None
    page: int | None
    mode: str
    bound: str | None
    confidence: float | None
    wording_checked: bool = Field(True, description="False where the hedge was not looked at again.")

    @classmethod
    def of(cls, passage: claims.Passage) -> Self:
        """From a value of the graph."""
        return cls(
            document=passage.document, start=passage.start, end=passage.end, row=passage.row, page=passage.page,
            mode=passage.mode, bound=passage.bound,
            confidence=float(passage.confidence) if passage.confidence else None,
            wording_checked=passage.wording_checked,
        )  # fmt: skip


class Claim(Model):
    """One assertion on one occasion; exactly one of quantity, relation, and abstract with about is its content."""

    iri: str
    label: str
    claimants: list[Thing]
    kind: str
    said_on: date | None = Field(description="The latest possible day; null when only known to be on or before.")
    said: Time
    communication: Thing | None
    quantity: Quantity | None
    relation: Statement | None
    abstract: str | None
    about: list[Thing]
    documents: list[Document]
    passages: list[Passage]

    @classmethod
    def of(cls, claim: claims.Claim) -> Self:
        """From a value of the graph."""
        return cls(
            iri=claim.iri,
            label=claim.label,
            claimants=[Thing.of(who) for who in claim.claimants],
            kind=claim.kind,
            said_on=claim.said_on,
            said=Time.of(claim.said),
            communication=thing_or_none(claim.communication),
            quantity=Quantity.of(claim.quantity) if claim.quantity else None,
            relation=Statement.of(claim.statement) if claim.statement else None,
            abstract=claim.abstract,
            about=[Thing.of(topic) for topic in claim.about],
            documents=[Document.of(document) for document in claim.documents],
            passages=[Passage.of(passage) for passage in claim.passages],
        )


class ClaimAlone(Claim):
    """A claim by its own address."""

    snapshot: str


class Relation(Model):
    """A direct edge as seen from one end, and what it rests on; `sources` for curated edges without claims."""

    iri: str
    predicate: Named
    direction: str
    other: Thing
    when: Time
    status: str
    via: Thing | None
    claims: list[Claim] = Field(description="The latest that it rests on, twenty at most.")
    claim_count: int = Field(description="How many claims it rests on.")
    sources: list[Named]
    origins: int = Field(description="Independent origins of its claims: one a side, else one a communication.")
    as_known_on: date | None = Field(
        None, description="Of a term of office: the day up to which it was looked after; null where nobody says so."
    )

    @classmethod
    def of(cls, relation: relations.Relation) -> Self:
        """From a value of the graph."""
        return cls(
            iri=relation.iri,
            predicate=Named.of(relation.predicate),
            direction=relation.direction,
            other=Thing.of(relation.other),
            when=Time.of(relation.when),
            status=relation.status,
            via=thing_or_none(relation.via),
            claims=[Claim.of(claim) for claim in relation.claims],
            claim_count=relation.claim_count,
            sources=[Named.of(source) for source in relation.sources],
            origins=relation.origins,
            as_known_on=relation.as_known_on,
        )


class Listed(Model):
    """What all lists share."""

    total: int
    total_exact: bool
    truncated: bool
    next: str | None
    snapshot: str

    @classmethod
    def _of(cls, page: paging.Page[Any], following: str | None, snapshot: str, **fields: object) -> Self:
        return cls(
            total=page.total, total_exact=page.total_exact, truncated=page.truncated, next=following, snapshot=snapshot,
            **fields,
        )  # fmt: skip


class Relations(Listed):
    """A page of an entity's relations."""

    entity: Thing
    relations: list[Relation]

    @classmethod
    def read(cls, entity: naming.Thing, page: paging.Page[_Relation], following: str | None, snapshot: str) -> Self:
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            entity=Thing.of(entity), relations=[Relation.of(item) for item in page.items],
        )  # fmt: skip


class Claims(Listed):
    """A page of the claims by or about a thing."""

    entity: Thing
    claims: list[Claim]

    @classmethod
    def read(cls, entity: naming.Thing, page: paging.Page[_Claim], following: str | None, snapshot: str) -> Self:
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            entity=Thing.of(entity), claims=[Claim.of(item) for item in page.items],
        )  # fmt: skip


class Kind(Thing):
    """A class or a property of relations."""

    count: int = Field(description="How many things or relations there are of it.")

    @classmethod
    def counted(cls, kind: members.Kind) -> Self:
        """From values of the graph."""
        return cls(**Thing.of(kind.thing).model_dump(), count=kind.count)


class Types(Listed):
    """Every class and property of relations."""

    classes: list[Kind]
    relations: list[Kind]

    @classmethod
    def read(cls, classes: Sequence[members.Kind], edges: Sequence[members.Kind], snapshot: str) -> Self:
        """From values of the graph."""
        return cls(
            classes=[Kind.counted(kind) for kind in classes], relations=[Kind.counted(kind) for kind in edges],
            total=len(classes) + len(edges), total_exact=True, truncated=False, next=None, snapshot=snapshot,
        )  # fmt: skip


class Members(Listed):
    """A page of the things of a class, or of the relations of a property."""

    type: Thing
    members: list[Thing]

    @classmethod
    def read(cls, kind: naming.Thing, page: paging.Page[naming.Thing], following: str | None, snapshot: str) -> Self:
        """From values of the graph."""
        return cls._of(page, following, snapshot, type=Thing.of(kind), members=[Thing.of(item) for item in page.items])


class TimelineEntry(Thing):
    """An event, a term of office or a claim in the order of time."""

    kind: str = Field(description="event, term or claim")
    type: Named | None = Field(description="The type of an event, the kind of a claim.")
    text: str
    when: Time
    places: list[Thing]
    claimants: list[Thing]
    denied_by: list[Thing]
    claims: list[Named] = Field(description="What it rests on, at most 20; those that affirm or deny an event first.")
    claim_count: int
    documents: list[Document]
    sources: list[Named]

    @classmethod
    def read(cls, entry: timeline.Entry) -> Self:
        """From a value of the graph."""
        return cls(
            **Thing.of(entry.thing).model_dump(),
            kind=entry.kind, type=Named.of(entry.type) if entry.type else None, text=entry.text,
            when=Time.of(entry.when), places=[Thing.of(place) for place in entry.places],
            claimants=[Thing.of(who) for who in entry.claimants],
            denied_by=[Thing.of(who) for who in entry.denied_by],
            claims=[Named(iri=claim.iri, label=claim.label) for claim in entry.claims], claim_count=entry.claim_count,
            documents=[Document.of(document) for document in entry.documents],
            sources=[Named.of(source) for source in entry.sources],
        )  # fmt: skip


class Timeline(Listed):
    """A page of a timeline; what has no date stands last."""

    about: Thing | None
    claimant: Thing | None
    undated: int = Field(description="How many of all entries have no date.")
    entries: list[TimelineEntry]

    @classmethod
    def read(
        cls, about: naming.Thing | None, claimant: naming.Thing | None, undated: int,
        page: paging.Page[timeline.Entry], following: str | None, snapshot: str,
    ) -> Self:  # fmt: skip
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            about=thing_or_none(about), claimant=thing_or_none(claimant), undated=undated,
            entries=[TimelineEntry.read(item) for item in page.items],
        )  # fmt: skip


class Comparison(Model):
    """Two claims held against each other; `slip` is the IRI of the one that a document misreports."""

    iri: str
    label: str
    outcome: Named
    why: str
    slip: str | None
    first: Claim
    second: Claim

    @classmethod
    def of(cls, found: comparisons.Comparison) -> Self:
        """From a value of the graph."""
        outcome = Named(iri=expand(f"voc:{found.outcome}"), label=wording.OUTCOMES[found.outcome][0])
        return cls(
            iri=found.iri, label=found.label, outcome=outcome, why=wording.why(found), slip=found.slip,
            first=Claim.of(found.first), second=Claim.of(found.second),
        )  # fmt: skip


class ComparisonAlone(Comparison):
    """A comparison by its own address."""

    snapshot: str


class Dispute(Model):
    """All claims on one question of which only some can hold, the latest first, and the pairs that cannot both."""

    iri: str
    label: str
    topic: str = Field(description=f"What it is about: {', '.join(comparisons.TOPICS)}.")
    claims: list[Named]
    comparisons: list[str]

    @classmethod
    def of(cls, found: _Dispute) -> Self:
        """From a value of the graph."""
        return cls(
            iri=found.iri, label=found.label, topic=found.topic,
            claims=[Named(iri=claim.iri, label=claim.label) for claim in found.claims],
            comparisons=list(found.comparisons),
        )  # fmt: skip


class DisputeAlone(Dispute):
    """A dispute by its own address."""

    snapshot: str


class Comparisons(Listed):
    """A page of comparisons, what cannot both hold first; `counts` are of each outcome, whatever outcome was asked."""

    about: Thing | None
    counts: dict[str, int]
    contradictions: list[Comparison]
    disputes: list[Dispute] = Field(
        description="The first hundred, the war before what weapons can do; outcome and days are passed over."
    )
    dispute_count: int

    @classmethod
    def read(
        cls, about: naming.Thing | None, counts: dict[str, int], page: paging.Page[comparisons.Comparison],
        following: str | None, snapshot: str, disputes: paging.Page[comparisons.Dispute],
    ) -> Self:  # fmt: skip
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            about=thing_or_none(about), counts=counts, contradictions=[Comparison.of(item) for item in page.items],
            disputes=[Dispute.of(item) for item in disputes.items], dispute_count=disputes.total,
        )  # fmt: skip


class Side(Model):
    """What one side says: `side` is the state's slug, `others`, or `unnamed` (groups without a name)."""

    side: str
    state: Thing | None
    count: int
    claims: list[Claim] = Field(description=f"The latest first, at most {MOST_CLAIMS}.")


class SidesRow(Model):
    """One thing that claims speak of, and what each side says of it, by the claims that were asked for."""

    kind: str = Field(description="measurand, event, relation or topic")
    thing: Thing
    predicate: Named | None
    object: Thing | str | None
    said: list[Side]
    sides: int = Field(description="States on whose side somebody speaks of it.")
    origins: int = Field(description="Independent origins that affirm it: one a side, else one a communication.")
    party_only: bool | None = Field(description="Whether only parties to the event affirm it; null without an event.")

    @classmethod
    def of(cls, row: _Row) -> Self:
        """From a value of the graph."""
        return cls(
            kind=row.kind, thing=Thing.of(row.thing), predicate=Named.of(row.predicate) if row.predicate else None,
            object=Thing.of(row.object) if isinstance(row.object, naming.Thing) else row.object,
            said=[
                Side(
                    side=cell.word, state=thing_or_none(cell.side), count=cell.count,
                    claims=[Claim.of(claim) for claim in cell.claims],
                )
                for cell in row.cells
            ],
            sides=row.sides, origins=row.origins, party_only=row.party_only,
        )  # fmt: skip


class Sides(Listed):
    """A page of what each side says of the same thing; what more than one side speaks of first."""

    about: Thing | None
    sides: list[SidesRow]

    @classmethod
    def read(cls, about: naming.Thing | None, page: paging.Page[_Row], following: str | None, snapshot: str) -> Self:
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            about=thing_or_none(about), sides=[SidesRow.of(item) for item in page.items],
        )  # fmt: skip


class Check(Model):
    """What a rule of arithmetic found; `computed` is a number that nobody said."""

    iri: str
    label: str
    check: str
    verdict: Named
    computed: int | float | None
    about: list[Thing]
    claims: list[Claim]

    @classmethod
    def of(cls, found: _Check) -> Self:
        """From a value of the graph."""
        return cls(
            iri=found.iri, label=found.label, check=found.rule,
            verdict=Named(iri=expand(f"voc:{found.verdict}"), label=wording.VERDICTS[found.verdict][0]),
            computed=_number(found.computed), about=[Thing.of(thing) for thing in found.about],
            claims=[Claim.of(claim) for claim in found.claims],
        )  # fmt: skip


class CheckAlone(Check):
    """A check by its own address."""

    snapshot: str


class Checks(Listed):
    """A page of results of checks, what does not fit first."""

    about: Thing | None
    checks: list[Check]

    @classmethod
    def read(cls, about: naming.Thing | None, page: paging.Page[_Check], following: str | None, snapshot: str) -> Self:
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            about=thing_or_none(about), checks=[Check.of(item) for item in page.items],
        )  # fmt: skip


class Drift(Model):
    """A claim whose passages hedge differently: its hedges from the speaker to the heading, and whether one is lost."""

    bounds: list[str]
    lost: bool
    claim: Claim

    @classmethod
    def of(cls, found: drift.Drift) -> Self:
        """From a value of the graph."""
        return cls(bounds=list(found.bounds), lost=found.lost, claim=Claim.of(found.claim))


class Drifts(Listed):
    """A page of claims whose wording drifts."""

    about: Thing | None
    wording: list[Drift]

    @classmethod
    def read(
        cls, about: naming.Thing | None, page: paging.Page[drift.Drift], following: str | None, snapshot: str
    ) -> Self:
        """From values of the graph."""
        return cls._of(
            page, following, snapshot,
            about=thing_or_none(about), wording=[Drift.of(item) for item in page.items],
        )  # fmt: skip


class Matched(Model):
    """Which label a search matched, and how."""

    label: str
    lang: str | None
    how: str


class Hit(Thing):
    """A thing that a search found."""

    score: float
    matched: Matched


class Found(Model):
    """A page of search results."""

    query: str
    results: list[Hit]
    concepts: list[Thing] = Field(description="Measures, weapon categories and event types of this name; on page one.")
    total: int
    total_exact: bool
    truncated: bool
    next: str | None
    snapshot: str


def _number(text: str | None) -> int | float | None:
    if text is None:
        return None
    value = float(text)
    return int(value) if value.is_integer() and "." not in text else value


class Caution(Model):
    """What makes a query explode; `rows` is an estimate, null where there is none."""

    kind: str
    message: str
    rows: float | None
    patterns: list[str]

    @classmethod
    def of(cls, warning: CostWarning) -> Self:
        """From a value of the graph."""
        return cls(kind=warning.kind, message=warning.message, rows=warning.rows, patterns=list(warning.patterns))


class Suggestion(Model):
    """What may be meant by a part of a query; `query` is the query with it, null where it cannot be put in."""

    written: str
    meant: str
    count: int | None
    message: str
    query: str | None


class Cause(Model):
    """Parts of a query that have no match, alone or together; `line` is that of the first."""

    parts: list[str]
    line: int
    message: str
    suggestions: list[Suggestion]


class Matches(Model):
    """How many matches a triple pattern has alone; where not `exact`, there are more."""

    pattern: str
    line: int
    count: int
    exact: bool


class Explanation(Model):
    """Why a query has no answer, and what it costs; `empty` is null where that was not found out: `note` says why."""

    query: str
    empty: bool | None
    note: str
    causes: list[Cause]
    patterns: list[Matches]
    estimate: float | None
    warnings: list[Caution]
    snapshot: str

    @classmethod
    def of(cls, query: str, found: explanation.Explanation, snapshot: str) -> Self:
        """From a value of the graph."""
        return cls(
            query=query, empty=found.empty, note=found.note,
            causes=[
                Cause(
                    parts=list(cause.parts), line=cause.line, message=cause.message,
                    suggestions=[
                        Suggestion(
                            written=one.written, meant=one.meant, count=one.count, message=one.message,
                            query=one.put_into(query),
                        )
                        for one in cause.suggestions
                    ],
                )
                for cause in found.causes
            ],
            patterns=[
                Matches(pattern=one.pattern, line=one.line, count=one.count, exact=one.exact) for one in found.matches
            ],
            estimate=None if found.rows is None else round(found.rows),
            warnings=[Caution.of(warning) for warning in found.warnings], snapshot=snapshot,
        )  # fmt: skip


class Word(Model):
    """A class or property: `count` is the number of its things or triples."""

    iri: str
    name: str
    label: str
    definition: str
    count: int

    @classmethod
    def of(cls, word: lexicon.Word) -> Self:
        """From a value of the graph."""
        return cls(iri=word.iri, name=word.name, label=word.label, definition=word.definition, count=word.count)


class Terms(Model):
    """Every class and property, the most used first."""

    classes: list[Word]
    properties: list[Word]
    snapshot: str
