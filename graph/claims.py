"""Claims as values: who said what, when, through which channel, and where it was read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
from typing import TypeAlias

from pyoxigraph import Literal, NamedNode

from graph import lists, times
from graph.lists import CLAIM
from graph.lists.index import late_first
from graph.naming import Naming, Thing
from graph.paging import Page
from graph.store import Store, Term, text_of
from graph.times import Time
from ontology.terms import expand

BY, ABOUT = lists.BY, lists.ABOUT
AFFIRMED, DENIED, EXPECTED = "affirmed", "denied", "expected"
AFFIRMING = frozenset(("fact", "estimate"))  # kinds of claims that say that something is so
_OCCURRED = expand("sit:occurred")


@dataclass(frozen=True)
class Measurand:
    """What a number is about."""

    about: Thing
    measure: Thing
    item: Thing | None
    place: Thing | None
    span: str
    period: Time


@dataclass(frozen=True)
class Quantity:
    """A number as stated, its hedge, and its computed limits in the measure's unit."""

    measurand: Measurand
    value: str | None
    min: str | None
    max: str | None
    unit: str
    unit_iri: str
    bound: str
    low: str | None
    high: str | None
    limits_unit: str
    variant: str = ""  # a word of voc:variants; empty where the text tells none apart


@dataclass(frozen=True)
class Statement:
    """The content of a relation claim; the object is a thing or a plain value."""

    subject: Thing
    predicate: Thing
    object: Thing | str


@dataclass(frozen=True)
class Document:
    """A source document."""

    iri: str
    label: str
    url: str | None
    published: str | None
    publisher: Thing | None


@dataclass(frozen=True)
class Passage:
    """A place in a document; start and end in code points, or a row, or a page.

    `row` is the key of a row or its number as the data have it, from 0 and without the heading; `row_in_file` is what
    somebody looks for who has the table open.
    """

    iri: str
    document: str
    start: int | None
    end: int | None
    row: str | None
    page: int | None
    mode: str
    bound: str | None
    confidence: str | None
    row_is_number: bool = False
    wording_checked: bool = True  # False where the hedge was not looked at again and may be its neighbour

    @property
    def row_in_file(self) -> str | None:
        """The row as a spreadsheet counts it (RFC 7111): the heading is row 1, and line 1 in an editor; or its key."""
        return str(int(self.row) + 2) if self.row is not None and self.row_is_number else self.row

    @property
    def placed(self) -> bool:
        """Whether it is known where in the document it stands; not in one of which only a part was read."""
        return any(where is not None for where in (self.start, self.row, self.page))


@dataclass(frozen=True)
class Claim:
    """One assertion on one occasion. Exactly one of quantity, statement and (abstract with about) is its content."""

    iri: str
    label: str
    claimants: tuple[Thing, ...]
    kind: str
    said: Time
    said_on: date | None
    communication: Thing | None
    quantity: Quantity | None
    statement: Statement | None
    abstract: str | None
    about: tuple[Thing, ...]
    documents: tuple[Document, ...]
    passages: tuple[Passage, ...]
    conflicts: tuple[str, ...]
    slip: bool = False  # a document misreports it: nobody's own word
    rivals: tuple[str, ...] = ()  # of the conflicts those that are somebody's own word
    dispute: str | None = None

    @property
    def stance(self) -> str | None:
        """What it says of whether an event took place: affirmed, denied or expected; else None."""
        if self.statement is None or self.statement.predicate.iri != _OCCURRED:
            return None
        if self.kind == "denial" or self.statement.object == "false":
            return DENIED
        return AFFIRMED if self.kind in AFFIRMING else EXPECTED

    @property
    def contested(self) -> bool:
        """Whether it cannot hold together with another claim; what a document misreports contests nothing."""
        return bool(self.rivals) and not self.slip

    @property
    def only_in_headings(self) -> bool:
        """Whether it was read in headings alone, which may misreport what was said."""
        return bool(self.passages) and all(passage.mode == "headline" for passage in self.passages)


Placed: TypeAlias = tuple[Claim, tuple[Passage, ...]]
"""A claim with its passages in one document, in their order."""


class Facts:
    """The objects of one subject, by the predicates' prefixed names; of these properties alone where some are named."""

    def __init__(self, store: Store, iri: str, *names: str) -> None:
        self._objects: dict[str, list[Term]] = defaultdict(list)
        if names:
            self._objects |= {expand(name): store.objects(iri, expand(name)) for name in names}
            return
        for triple in store.about(iri):
            self._objects[triple.predicate.value].append(triple.object)

    def all(self, name: str) -> list[Term]:
        """Every object of a property."""
        return self._objects.get(expand(name), [])

    def iris(self, name: str) -> list[str]:
        """Every object that is an IRI."""
        return [term.value for term in self.all(name) if isinstance(term, NamedNode)]

    def iri(self, name: str) -> str | None:
        """The object that is an IRI; None when there is none."""
        return next(iter(self.iris(name)), None)

    def text(self, name: str) -> str | None:
        """The lexical form of a literal; None when there is none."""
        return next((term.value for term in self.all(name) if isinstance(term, Literal)), None)

    def word(self, name: str) -> str:
        """The local name of a concept; empty when there is none."""
        iri = self.iri(name)
        return iri.rsplit("/", 1)[-1] if iri else ""

    def day(self, name: str) -> date | None:
        """A date; None when there is none or it is not one."""
        return times.day(self.text(name))

    def time(self) -> Time:
        """The bounds and the EDTF text of a dated node."""
        return Time(
            self.text("sit:asOf") or self.text("sit:when") or "",
            self.day("schema:startDate"),
            self.day("schema:endDate"),
        )


def read(store: Store, iri: str, naming: Naming) -> Claim:
    """One claim with everything that is known about it."""
    facts = Facts(store, iri)
    passages = [passage(store, name) for name in store.subjects(expand("sit:carries"), iri)]
    passages.sort(key=lambda passage: (passage.document, passage.start or 0, passage.row or "", passage.iri))
    said = facts.day("schema:dateCreated")
    conflicts = facts.iris("sit:conflictsWith")
    communication = facts.iri("prov:hadPrimarySource")
    return Claim(
        iri=iri,
        label=naming.label(iri),
        claimants=tuple(map(naming.thing, facts.iris("prov:wasAttributedTo"))),
        kind=facts.word("sit:kind"),
        said=_said(facts),
        said_on=said,
        communication=naming.thing(communication) if communication else None,
        quantity=_quantity(store, facts, naming),
        statement=_statement(facts, naming),
        abstract=facts.text("schema:abstract"),
        about=tuple(map(naming.thing, facts.iris("schema:about"))),
        documents=tuple(document(store, name, naming) for name in dict.fromkeys(p.document for p in passages)),
        passages=tuple(passages),
        conflicts=tuple(conflicts),
        slip=bool(conflicts) and store.leads_to(expand("sit:slip"), iri),
        rivals=tuple(other for other in conflicts if not store.leads_to(expand("sit:slip"), other)),
        dispute=facts.iri("sit:inDispute"),
    )


def of(
    store: Store, iri: str, naming: Naming, role: str = ABOUT, measure: str | None = None, kind: str | None = None,
    limit: int = 50, cursor: str | None = None,
) -> Page[Claim]:  # fmt: skip
    """Claims by an agent, or about a thing, the latest first.

    Args:
        store: the snapshot.
        iri: the agent or thing.
        naming: labels in the reader's language.
        role: `by` or `about`.
        measure: only numbers of this measure (IRI).
        kind: only claims of this kind (IRI).
        limit: how many at most.
        cursor: from the page before.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    page = store.lists.page(CLAIM, {role: iri}, {"measure": measure, "kind": kind}, limit, cursor)
    return page.map(lambda name: read(store, name, naming))


def measures(store: Store, iri: str, naming: Naming, role: str = ABOUT) -> list[Thing]:
    """The measures of the numbers claimed by an agent, or about a thing, by name."""
    found = {measure for (measure,) in store.lists.tally(CLAIM, ("measure",), {role: iri}, {})} - {""}
    return sorted(map(naming.thing, found), key=lambda thing: (thing.label, thing.iri))


def of_measure(store: Store, measure: str, naming: Naming, limit: int = 50, cursor: str | None = None) -> Page[Claim]:
    """The claims with a number of a measure, the latest first.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    return store.lists.page(CLAIM, {}, {"measure": measure}, limit, cursor).map(lambda name: read(store, name, naming))


def with_number(store: Store, measurand: str, naming: Naming) -> list[Claim]:
    """The claims that give a number for a measurand, the latest first."""
    found = [read(store, iri, naming) for iri in store.subjects(expand("sit:measurand"), measurand)]
    return sorted(found, key=lambda claim: (late_first(str(claim.said.end or "")), claim.iri))


def compared(store: Store, iri: str, naming: Naming) -> list[tuple[Claim, str]]:
    """The claims that were held against this one, each with the outcome; conflicts first."""
    rows = {
        (text_of(row["other"]), text_of(row["outcome"]).rsplit("/", 1)[-1])
        for row in store.rows("comparisons-of", thing=iri)
    }
    order = {
        outcome: place for place, outcome in enumerate(("contradict", "reporting", "superseded", "scope", "rounding"))
    }
    return [
        (read(store, other, naming), outcome)
        for other, outcome in sorted(rows, key=lambda row: (order.get(row[1], 9), row))
    ]


def in_document(store: Store, iri: str, naming: Naming, limit: int = 200, cursor: str | None = None) -> Page[Placed]:
    """A document's claims with their passages in it, in the order of the text.

    A page ends where a place ends (see `by_place`): it holds fewer than `limit` claims rather than a part of a row of a
    table. Only a place that carries more than that goes on on the next page.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """

    def placed(name: str) -> Placed:
        claim = read(store, name, naming)
        here = [passage for passage in claim.passages if passage.document == iri]
        return claim, tuple(sorted(here, key=_position))

    page = store.lists.in_document(iri, limit, cursor).map(placed)
    if page.next:
        following = store.lists.in_document(iri, 1, page.next).map(placed)
        places = by_place(page.items)
        if len(places) > 1 and len(by_place((*places[-1], *following.items))) == 1:
            kept = page.items[: -len(places[-1])]
            page = replace(page, items=kept, next=store.lists.in_document(iri, len(kept), cursor).next)
    return page


def by_place(claims: Iterable[Placed]) -> list[tuple[Placed, ...]]:
    """Claims of a document in its order, those together that are first read in the same place: a row, some words.

    Where no place is recorded each stands for itself.
    """

    def where(placed: Placed) -> tuple[object, ...]:
        claim, passages = placed
        first = passages[0] if passages and passages[0].placed else None
        return (first.start, first.end, first.row, first.page) if first else (claim.iri,)

    return [tuple(group) for _, group in groupby(claims, where)]


def count(store: Store, iri: str, role: str) -> int:
    """How many claims are by an agent, or about a thing."""
    return store.lists.count(CLAIM, role, iri)


def origins(store: Store, claims: Iterable[Claim]) -> frozenset[str]:
    """The independent origins of claims: one a side, else one a communication, else one a claimant; no unnamed group.

    Only claims of kind fact or estimate affirm anything.
    """
    found = set()
    for claim in claims:
        for who in claim.claimants if claim.kind in AFFIRMING else ():
            facts = Facts(store, who.iri)
            if expand("foaf:Group") not in facts.iris("rdf:type"):
                found.add(facts.iri("sit:side") or (claim.communication.iri if claim.communication else who.iri))
    return frozenset(found)


def document(store: Store, iri: str, naming: Naming) -> Document:
    """A source document."""
    facts = Facts(store, iri)
    publisher = facts.iri("schema:publisher")
    return Document(
        iri=iri,
        label=naming.label(iri),
        url=facts.iri("schema:url") or facts.text("schema:url"),
        published=facts.text("schema:datePublished"),
        publisher=naming.thing(publisher) if publisher else None,
    )


def _said(facts: Facts) -> Time:
    """When it was said: a day, or an EDTF text with its bounds."""
    return times.said(facts.day("schema:dateCreated"), facts.day("schema:endDate"), facts.text("sit:when") or "")


def passage(store: Store, iri: str) -> Passage:
    """A place in a document."""
    facts = Facts(store, iri)
    start, end, page = (facts.text(name) for name in ("oa:start", "oa:end", "sit:page"))
    row = next((term for term in facts.all("sit:row") if isinstance(term, Literal)), None)
    return Passage(
        iri=iri,
        document=facts.iri("sit:inDocument") or "",
        start=int(start) if start else None,
        end=int(end) if end else None,
        row=row.value if row else None,
        page=int(page) if page else None,
        mode=facts.word("sit:mode"),
        bound=facts.word("sit:bound") or None,
        confidence=facts.text("sit:extractionConfidence"),
        wording_checked=facts.text("sit:wordingChecked") != "false",
        row_is_number=row is not None and row.datatype.value == expand("xsd:integer"),
    )


def _position(passage: Passage) -> tuple[int, int, str, str]:
    """A key that sorts passages as they stand in a document, those without an offset last."""
    if passage.start is not None:
        return 0, passage.start, "", passage.iri
    return 1, passage.page or 0, (passage.row or "").rjust(12), passage.iri


def measurand(store: Store, iri: str, naming: Naming) -> Measurand:
    """What a number is about."""
    facts = Facts(store, iri)
    item, place = facts.iri("sit:item"), facts.iri("schema:location")
    return Measurand(
        about=naming.thing(facts.iri("schema:about") or ""),
        measure=naming.thing(facts.iri("sit:measure") or ""),
        item=naming.thing(item) if item else None,
        place=naming.thing(place) if place else None,
        span=facts.word("sit:span"),
        period=facts.time(),
    )


def _quantity(store: Store, facts: Facts, naming: Naming) -> Quantity | None:
    about = facts.iri("sit:measurand")
    if about is None:
        return None
    of_measure = measurand(store, about, naming)
    return Quantity(
        measurand=of_measure,
        value=facts.text("schema:value"),
        min=facts.text("schema:minValue"),
        max=facts.text("schema:maxValue"),
        unit=unit_symbol(store, facts.iri("qudt:hasUnit")),
        unit_iri=facts.iri("qudt:hasUnit") or "",
        bound=facts.word("sit:bound"),
        low=facts.text("sit:low"),
        high=facts.text("sit:high"),
        limits_unit=unit_symbol(store, Facts(store, of_measure.measure.iri).iri("qudt:hasUnit")),
        variant=facts.word("sit:variant"),
    )


def unit_symbol(store: Store, unit: str | None) -> str:
    """How a unit is printed behind a number; empty for a count."""
    return (Facts(store, unit).text("qudt:symbol") or "") if unit else ""


def _statement(facts: Facts, naming: Naming) -> Statement | None:
    subject, predicate = facts.iri("rdf:subject"), facts.iri("rdf:predicate")
    if subject is None or predicate is None:
        return None
    value = facts.iri("rdf:object")
    return Statement(
        naming.thing(subject), naming.thing(predicate), naming.thing(value) if value else facts.text("rdf:object") or ""
    )
