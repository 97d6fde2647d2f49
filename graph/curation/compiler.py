"""Sheets to quads: claims, measurands, passages, communications and events, with hashed names and computed limits.

What two sheets both report becomes one node: the same communication and event by their slug, the same claim by its
identity (docs/ontology.md, "Claims"), with the passages of both. Where reports of one claim word it differently, the
most direct passage decides its kind, hedge and abstract; the other wordings stay on their passages.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from graph import limits, times
from graph.curation import sheet as model
from graph.curation.reference import Declared, wrong_class
from graph.curation.source import Place, Source
from graph.curation.vocabulary import SCHEMES, Unit, unknown, vocabulary
from graph.errors import Violation
from graph.identity import Part, local_name, minted
from ontology.terms import PREFIXES, expand

Fact = tuple[str, NamedNode | Literal]  # a predicate's prefixed name, and an object

ID = PREFIXES["id"]
DOCUMENT_CLASSES = {
    "live-blog": "schema:LiveBlogPosting",
    "news-article": "schema:NewsArticle",
    "report": "schema:Report",
    "dataset": "schema:Dataset",
    "social-post": "schema:SocialMediaPosting",
    "web-page": "schema:WebPage",
}
AGENT = (expand("foaf:Agent"),)
PLACE = (expand("schema:Place"),)
EVENT = (expand("sit:Event"),)
WEAPON = (expand("sit:WeaponSystem"),)
MEMBERSHIP = expand("org:Membership")
# What the standard vocabularies ask of the properties that we reuse in relations: subject's class, object's class.
REUSED = {
    expand("org:holds"): ((expand("foaf:Person"),), (expand("org:Post"),)),
    expand("org:memberOf"): (AGENT, (expand("org:Organization"),)),
    expand("org:subOrganizationOf"): (AGENT, AGENT),
    expand("schema:location"): ((*EVENT, expand("org:Organization")), PLACE),
    expand("schema:containedInPlace"): (PLACE, PLACE),
    expand("schema:superEvent"): (EVENT, EVENT),
    expand("schema:manufacturer"): (WEAPON, AGENT),
    expand("schema:countryOfOrigin"): (WEAPON, (expand("sit:State"),)),
}
# From the most direct wording to the least: rule 5 of docs/ontology.md, "Claims".
DIRECTNESS = ("direct-quote", "table", "indirect", "unattributed", "headline")


@dataclass
class Compiled:
    """What a set of sheets says: quads, where each node was written, and what is wrong."""

    quads: list[Quad] = field(default_factory=list)
    origins: dict[str, tuple[str, int]] = field(default_factory=dict)
    violations: list[Violation] = field(default_factory=list)


@dataclass(frozen=True)
class _Report:
    """One sheet's report of a claim: the claim as that sheet words it, and how directly."""

    claim: model.Claim
    facts: tuple[Fact, ...]
    origin: tuple[str, int]

    @property
    def rank(self) -> tuple[int, tuple[str, int]]:
        return min(DIRECTNESS.index(local_name(passage.mode)) for passage in self.claim.passages), self.origin


@dataclass
class _Shared:
    """What the sheets have in common while they are compiled."""

    things: Mapping[str, Declared]
    spoken: dict[str, list[Fact]]  # the dates of each communication, by IRI
    out: Compiled = field(default_factory=Compiled)
    reports: dict[NamedNode, list[_Report]] = field(default_factory=lambda: defaultdict(list))
    names: dict[str, NamedNode] = field(default_factory=dict)  # sheet-id#name -> claim
    revisions: list[tuple[NamedNode, str, _Writer, Place]] = field(default_factory=list)


def declared(source: Source, sheet: model.Sheet) -> Iterator[Declared]:
    """The communications, events and the document that a sheet declares."""
    for slug, communication in sheet.communications.items():
        line = source.line(("communications", slug))
        yield Declared(ID + slug, frozenset({_communication_class(communication)}), source.name, line)
    for slug in sheet.events:
        yield Declared(ID + slug, frozenset(EVENT), source.name, source.line(("events", slug)))
    document = frozenset({expand(DOCUMENT_CLASSES[sheet.document.type])})
    yield Declared(PREFIXES["doc"] + sheet.id, document, source.name, source.line(("id",)))


def compiled(
    sheets: Sequence[tuple[Source, model.Sheet]], things: Mapping[str, Declared], reference: Iterable[Quad]
) -> Compiled:
    """All sheets as quads, given what is declared anywhere and the quads of the reference files."""
    shared = _Shared(things, _dates_of_communications(sheets, reference))
    for source, sheet in sheets:
        _Writer(source, sheet, shared).write()
    for claim, revised, writer, place in shared.revisions:
        writer.write_revision(claim, revised, place)
    for claim, reports in shared.reports.items():
        _write_claim(shared.out, claim, min(reports, key=lambda report: report.rank))
    shared.out.quads = list(dict.fromkeys(shared.out.quads))
    return shared.out


def _communication_class(communication: model.Communication) -> str:
    is_survey = local_name(communication.medium) == "survey-publication"
    return expand("sit:Survey" if is_survey else "sit:Communication")


def _dates_of_communications(
    sheets: Sequence[tuple[Source, model.Sheet]], reference: Iterable[Quad]
) -> dict[str, list[Fact]]:
    spoken: dict[str, list[Fact]] = defaultdict(list)
    dates = {expand(name): name for name in ("schema:dateCreated", "schema:endDate", "sit:when")}
    for quad in reference:
        if quad.predicate.value in dates and isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
            spoken[quad.subject.value].append((dates[quad.predicate.value], quad.object))
    for _, sheet in sheets:
        for slug, communication in sheet.communications.items():
            spoken[ID + slug] = _dates_of_communication(communication)
    return spoken


def _dates_of_communication(communication: model.Communication) -> list[Fact]:
    """When it took place. Known only as 'on or before' it has no day of its own, but an endDate.

    Except a survey, whose endDate is that of its fieldwork.
    """
    if not communication.date:
        return []
    time = times.parse(communication.date)
    if time.has_open_start and _communication_class(communication) != expand("sit:Survey"):
        return [("schema:endDate", _date(time.end)), ("sit:when", _edtf(time.edtf))]
    return _dated("schema:dateCreated", communication.date)


def _write_claim(out: Compiled, claim: NamedNode, report: _Report) -> None:
    facts: list[Fact] = [("rdf:type", _iri("sit:Claim")), ("sit:kind", NamedNode(report.claim.kind))]
    facts += [("prov:wasAttributedTo", NamedNode(ID + who)) for who in report.claim.claimant]
    facts += report.facts
    if report.claim.abstract:
        facts.append(("schema:abstract", Literal(report.claim.abstract, language="en")))
    if report.claim.key:
        facts.append(("sit:key", Literal(report.claim.key)))
    _add(out, claim, report.origin, facts)


class _Writer:
    """Writes one sheet into what is shared."""

    def __init__(self, source: Source, sheet: model.Sheet, shared: _Shared) -> None:
        self.source, self.sheet, self.shared = source, sheet, shared
        self.document = NamedNode(PREFIXES["doc"] + sheet.id)
        self.written: dict[NamedNode, Place] = {}  # claims of this sheet

    def write(self) -> None:
        self._write_document(self.sheet.document)
        for slug, communication in self.sheet.communications.items():
            self._write_communication(slug, communication)
        for slug, event in self.sheet.events.items():
            self._write_event(slug, event)
        for number, claim in enumerate(self.sheet.claims):
            self._write_report(("claims", number), claim)

    def write_revision(self, claim: NamedNode, revised: str, place: Place) -> None:
        """Write which claim one replaces, once the claims of all sheets have their names."""
        earlier = self.shared.names.get(revised)
        if earlier is None:
            own = f"{self.sheet.id}#"  # a claim of this sheet goes by its bare name
            known = [name.removeprefix(own) for name in self.shared.names]
            otherwise = "give the claim that is revised a `name` in its sheet; from another sheet it is sheet-id#name"
            self._wrong(place, unknown("claim", revised.removeprefix(own), known, otherwise))
        elif earlier == claim:
            self._wrong(place, "a claim cannot revise itself")
        elif self._claimants(claim) != self._claimants(earlier):
            self._wrong(
                place, "a claimant revises only a claim of his own; rivals' claims simply stand beside each other"
            )
        else:
            self.shared.out.quads.append(Quad(claim, _iri("prov:wasRevisionOf"), earlier))

    def _claimants(self, claim: NamedNode) -> set[str]:
        return {who for report in self.shared.reports[claim] for who in report.claim.claimant}

    # --- the document, and what it shares with others

    def _write_document(self, document: model.Document) -> None:
        place: Place = ("document",)
        facts: list[Fact] = [
            ("rdf:type", _iri(DOCUMENT_CLASSES[document.type])),
            ("rdfs:label", Literal(document.label, language="en")),
            ("schema:inLanguage", Literal(document.language)),
            ("schema:publisher", self._thing((*place, "publisher"), document.publisher, AGENT)),
            *_dated("schema:datePublished", document.date),
        ]
        if document.url:
            facts.append(("schema:url", NamedNode(str(document.url))))
        if document.license:
            facts.append(("dcterms:license", NamedNode(str(document.license))))
        if document.sha256:
            facts.append(("schema:sha256", Literal(document.sha256)))
        if document.length:
            facts.append(("sit:length", _integer(document.length)))
        if document.excerpt:
            facts.append(("sit:excerpt", _boolean("true")))
        self._add(self.document, place, facts)

    def _write_communication(self, slug: str, communication: model.Communication) -> None:
        place: Place = ("communications", slug)
        facts: list[Fact] = [
            ("rdf:type", NamedNode(_communication_class(communication))),
            ("sit:medium", NamedNode(communication.medium)),
            *_dates_of_communication(communication),
        ]
        if communication.publisher:
            facts.append(("schema:publisher", self._thing((*place, "publisher"), communication.publisher, AGENT)))
        if communication.label:
            facts.append(("rdfs:label", Literal(communication.label, language="en")))
        if communication.url:
            facts.append(("schema:url", NamedNode(str(communication.url))))
        if communication.fieldwork:
            if _communication_class(communication) == expand("sit:Survey"):
                facts += _bounds(times.parse(communication.fieldwork))
            else:
                self._wrong((*place, "fieldwork"), "only a survey-publication has `fieldwork`; leave it out")
        self._add(NamedNode(ID + slug), place, facts)

    def _write_event(self, slug: str, event: model.Event) -> None:
        place: Place = ("events", slug)
        facts: list[Fact] = [("rdf:type", _iri("sit:Event")), ("sit:eventType", NamedNode(event.type))]
        facts += [("skos:prefLabel", Literal(text, language=language)) for language, text in event.label.items()]
        if event.date:
            facts += [*_bounds(times.parse(event.date)), ("sit:when", _edtf(event.date))]
        for role, slugs, wanted in (
            ("actor", event.actor, AGENT),
            ("recipient", event.recipient, AGENT),
            ("weapon", event.weapon, WEAPON),
        ):
            facts += [(f"sit:{role}", self._thing((*place, role, n), name, wanted)) for n, name in enumerate(slugs)]
        if event.location:
            facts.append(("schema:location", self._thing((*place, "location"), event.location, PLACE)))
        if event.precision:
            facts.append(("sit:geoPrecision", NamedNode(event.precision)))
        if event.part_of:
            facts.append(("schema:superEvent", self._thing((*place, "part-of"), event.part_of, EVENT)))
        self._add(NamedNode(ID + slug), place, facts)

    # --- claims

    def _write_report(self, place: Place, claim: model.Claim) -> None:
        for n, who in enumerate(claim.claimant):
            self._thing((*place, "claimant", n), who, AGENT)
        channel: list[Fact] = []
        if claim.channel:
            communication = (expand("sit:Communication"),)
            channel = [("prov:hadPrimarySource", self._thing((*place, "channel"), claim.channel, communication))]
        content, identity, stem = self._content(place, claim)
        node = minted("claim", [min(claim.claimant), *stem], [sorted(claim.claimant), identity, self._occasion(claim)])
        self._check_new(node, place, claim)
        report = _Report(claim, (*self._said(claim), *channel, *content), (self.source.name, self.source.line(place)))
        self.shared.reports[node].append(report)
        if claim.name:
            self.shared.names[f"{self.sheet.id}#{claim.name}"] = node
        for earlier in claim.revises:
            revised = earlier if "#" in earlier else f"{self.sheet.id}#{earlier}"
            self.shared.revisions.append((node, revised, self, (*place, "revises")))
        for n, passage in enumerate(claim.passages):
            self._write_passage((*place, "passages", n), node, passage)

    def _check_new(self, node: NamedNode, place: Place, claim: model.Claim) -> None:
        if node in self.written:
            first = self.source.line(self.written[node])
            remedy = "give each a `key` of its own, or make them" if claim.position else "make them"
            self._wrong(
                place,
                f"the same claimant, content and occasion as on line {first}; {remedy} one claim with two passages",
            )
        self.written[node] = place

    def _occasion(self, claim: model.Claim) -> str:
        """The communication, else the day said where the sheet states one, else the document (rule 6)."""
        return claim.channel or claim.said or self.document.value

    def _said(self, claim: model.Claim) -> list[Fact]:
        """When it was said: the claim's own day, else the channel's, else the document's latest."""
        if claim.said:
            return _dated("schema:dateCreated", claim.said)
        if claim.channel:
            channel = ID + claim.channel
            thing = self.shared.things.get(channel)
            fieldwork = {"schema:endDate"} if thing and expand("sit:Survey") in thing.types else set[str]()
            return [fact for fact in self.shared.spoken.get(channel, ()) if fact[0] not in fieldwork]
        return [fact for fact in _dated("schema:dateCreated", self.sheet.document.date) if fact[0] != "sit:when"]

    def _content(self, place: Place, claim: model.Claim) -> tuple[list[Fact], list[Part], list[str]]:
        """What is claimed: its facts, its part of the claim's identity, and words for the claim's name."""
        if claim.quantity:
            return self._quantity((*place, "quantity"), claim.quantity)
        if claim.relation:
            return self._relation((*place, "relation"), claim.relation, local_name(claim.kind) == "denial")
        assert claim.position is not None, "the model allows nothing else"
        return self._position((*place, "position", "about"), claim.position.about, claim)

    def _quantity(self, place: Place, quantity: model.Quantity) -> tuple[list[Fact], list[Part], list[str]]:
        measurand, stem = self._measurand(place, quantity)
        unit, canonical = vocabulary().unit(quantity.unit), vocabulary().canonical_unit(NamedNode(quantity.measure))
        facts: list[Fact] = [
            ("sit:measurand", measurand),
            ("qudt:hasUnit", unit.iri),
            ("sit:bound", NamedNode(quantity.bound)),
        ]
        facts += [("sit:variant", NamedNode(quantity.variant))] if quantity.variant else []
        printed = {"schema:value": quantity.value, "schema:minValue": quantity.min, "schema:maxValue": quantity.max}
        facts += [(name, _number(text)) for name, text in printed.items() if text is not None]
        short = local_name(quantity.measure).removeprefix(SCHEMES["measures"])
        if canonical is None:
            self._wrong((*place, "measure"), f"{short} only groups measures; name one of those under it")
        elif canonical.quantity_kind != unit.quantity_kind or canonical.nature != unit.nature:
            self._wrong((*place, "unit"), f"{quantity.unit!r} does not measure {short}; {_units_like(canonical)}")
        else:
            low, high = _limits(quantity, unit, canonical, vocabulary().is_maximum(NamedNode(quantity.measure)))
            facts += [("sit:low", _decimal(low))] if low is not None else []
            facts += [("sit:high", _decimal(high))] if high is not None else []
        identity: list[Part] = ["quantity", measurand.value, quantity.value, quantity.min, quantity.max, unit.iri.value]
        return facts, identity, stem

    def _measurand(self, place: Place, about: model.Measurand) -> tuple[NamedNode, list[str]]:
        """The node of what a number is about, and words for it."""
        thing = self._thing((*place, "about"), about.about, None)
        measure = NamedNode(about.measure)
        faults = len(self.shared.out.violations)
        item = self._item((*place, "item"), about.item) if about.item else None
        if item and len(self.shared.out.violations) == faults and vocabulary().counts_people(measure):
            short = local_name(about.measure).removeprefix(SCHEMES["measures"])
            self._wrong((*place, "item"), f"{short} counts people; for things use equipment-losses or what is under it")
        where = self._thing((*place, "place"), about.place, PLACE) if about.place else None
        span, period, dates = _span(about)
        short = local_name(about.measure).removeprefix(SCHEMES["measures"])
        stem = [about.about, short, *([local_name(item.value)] if item else []), period]
        identity: list[Part] = [
            thing.value, measure.value, item and item.value, span, period, about.since, where and where.value,
        ]  # fmt: skip
        node = minted("measurand", stem, identity)
        facts: list[Fact] = [
            ("rdf:type", _iri("sit:Measurand")),
            ("schema:about", thing),
            ("sit:measure", measure),
            ("sit:span", vocabulary().concept("spans", span)),
            *dates,
        ]
        facts += [("sit:item", item)] if item else []
        facts += [("schema:location", where)] if where else []
        self._add(node, place, facts)
        return node, [short, period] if period else [short, about.about]

    def _relation(
        self, place: Place, relation: model.Relation, denied: bool
    ) -> tuple[list[Fact], list[Part], list[str]]:
        predicate = NamedNode(relation.predicate)
        words = vocabulary()
        domain, value_range = REUSED.get(
            relation.predicate,
            (tuple(c.value for c in words.domain(predicate)), tuple(c.value for c in words.range(predicate))),
        )
        subject = self._end((*place, "subject"), relation.subject, domain)
        value = self._end((*place, "object"), relation.object, value_range)
        facts: list[Fact] = [("rdf:subject", subject), ("rdf:predicate", predicate), ("rdf:object", value)]
        if denied and relation.predicate == expand("sit:occurred") and relation.object == "true":
            self._wrong(
                (*place, "object"), "who denies an event says that it occurred: false; write false, or another kind"
            )
        # a denial is another content, not another wording: without this, yes and no on one occasion would be one claim
        identity: list[Part] = ["relation", subject.value, predicate.value, str(value), "denied" if denied else None]
        end = local_name(value.value) if isinstance(value, NamedNode) else value.value
        about = relation.subject if isinstance(relation.subject, str) else relation.subject.about
        return (
            facts,
            identity,
            [about, local_name(relation.predicate), *([end] if isinstance(relation.object, str) else [])],
        )

    def _end(self, place: Place, end: str | model.Measurand, wanted: Sequence[str]) -> NamedNode | Literal:
        measurand, boolean, year = expand("sit:Measurand"), expand("xsd:boolean"), expand("xsd:gYear")
        if isinstance(end, model.Measurand):
            if measurand not in wanted:
                self._wrong(place, "a measurand stands only beside `exceeds`; give a slug")
            return self._measurand(place, end)[0]
        if measurand in wanted:
            self._wrong(place, "give a measurand here: `about`, `measure` and a period")
        elif boolean in wanted:
            if end not in ("true", "false"):
                self._wrong(
                    place, f"{end!r} is neither true nor false; write true when it is affirmed, false when denied"
                )
            return _boolean(end)
        elif year in wanted:
            if not re.fullmatch("[0-9]{4}", end):
                self._wrong(place, f"{end!r} is not a year; write four digits")
            return Literal(end, datatype=NamedNode(year))
        else:
            return self._thing(place, end, wanted or None)
        return NamedNode(ID + "unknown")

    def _position(
        self, place: Place, about: Sequence[str], claim: model.Claim
    ) -> tuple[list[Fact], list[Part], list[str]]:
        """Positions merge only by an explicit key; else the document and its first passage tell them apart."""
        topics = [self._thing((*place, n), topic, None) for n, topic in enumerate(about)]
        facts: list[Fact] = [("schema:about", topic) for topic in topics]
        if claim.key:  # alone decides: two sheets may list the topics of one position differently
            return facts, ["position", "key", claim.key], ["on", claim.key]
        first = min(
            (p.at or p.row or str(p.page or "") for p in claim.passages), key=lambda at: (len(at.split("-")[0]), at)
        )
        return facts, ["position", [self.document.value, first], sorted(about)], ["on", min(about)]

    def _write_passage(self, place: Place, claim: NamedNode, passage: model.Passage) -> None:
        document = self.sheet.document
        facts: list[Fact] = [
            ("rdf:type", _iri("sit:Passage")),
            ("sit:carries", claim),
            ("sit:inDocument", self.document),
            ("sit:mode", NamedNode(passage.mode)),
        ]
        if passage.at:
            start, end = map(int, passage.at.split("-"))
            if document.length and end > document.length:
                self._wrong(
                    (*place, "at"),
                    f"{passage.at} lies beyond the text's {document.length} characters; see `sitrep locate`",
                )
            facts += [("oa:start", _integer(start)), ("oa:end", _integer(end))]
        elif passage.row is not None:
            number = re.fullmatch("[0-9]{1,9}", passage.row)
            facts.append(("sit:row", _integer(int(passage.row)) if number else Literal(passage.row)))
        elif passage.page is not None:
            facts.append(("sit:page", _integer(passage.page)))
        elif not document.excerpt:
            self._wrong(place, "say where: `at: start-end` in characters (see `sitrep locate`), or `row`, or `page`")
        if passage.url:
            facts.append(("schema:url", NamedNode(str(passage.url))))
        if passage.bound:
            facts.append(("sit:bound", NamedNode(passage.bound)))
        if passage.wording_checked is not None:
            facts.append(("sit:wordingChecked", _boolean(str(passage.wording_checked).lower())))
        if passage.confidence is not None:
            facts.append(("sit:extractionConfidence", _decimal(Decimal(str(passage.confidence)))))
        locator = passage.at or (
            f"row {passage.row}" if passage.row is not None else f"page {passage.page}" if passage.page else ""
        )
        node = minted("passage", [self.sheet.id, locator], [self.document.value, locator, claim.value])
        if node.value in self.shared.out.origins:
            self._wrong(place, "this claim already has a passage at the same place; keep one")
        self._add(node, place, facts)

    # --- names

    def _thing(self, place: Place, slug: str, wanted: Sequence[str] | None) -> NamedNode:
        """The node that a slug names; what is unknown or of the wrong class is noted as wrong."""
        thing = self.shared.things.get(ID + slug)
        if thing is None:
            known = [
                iri.removeprefix(ID)
                for iri, thing in self.shared.things.items()
                if iri.startswith(ID) and not (wanted and wrong_class(thing, wanted)) and MEMBERSHIP not in thing.types
            ]
            self._wrong(place, unknown("thing", slug, known, "declare it in data/reference/ first"))
        elif wanted and (problem := wrong_class(thing, wanted)):
            self._wrong(place, problem)
        return NamedNode(ID + slug)

    def _item(self, place: Place, word: str) -> NamedNode:
        """What is counted: a weapon system's slug, or a category's concept."""
        if ID + word in self.shared.things:
            return self._thing(place, word, WEAPON)
        try:
            return vocabulary().concept("weapon-categories", word)
        except ValueError:
            weapons = [iri.removeprefix(ID) for iri, thing in self.shared.things.items() if WEAPON[0] in thing.types]
            known = weapons + [SCHEMES["weapon-categories"] + name for name in vocabulary().words("weapon-categories")]
            otherwise = "declare it as a weapon system, or name a weapon category such as w-tank"
            self._wrong(place, unknown("item", word, known, otherwise))
            return NamedNode(ID + "unknown")

    def _wrong(self, place: Place, message: str) -> None:
        self.shared.out.violations.append(self.source.violation(place, message))

    def _add(self, node: NamedNode, place: Place, facts: Iterable[Fact]) -> None:
        _add(self.shared.out, node, (self.source.name, self.source.line(place)), facts)


def _units_like(unit: Unit) -> str:
    """Advice to use a unit, by the first of its words that a reader knows."""
    words = [word for word in unit.words if word.islower() and len(word) > 1] or list(unit.words)
    named = [word for word in ("people", "items", "percent", "kilometres", "kilograms") if word in words]
    return f"use a unit such as {', '.join([*named, *(word for word in words if word not in named)][:6])}"


def _span(about: model.Measurand) -> tuple[str, str, list[Fact]]:
    """How the number runs over time: the span's word, its period as EDTF text, and the dates to write."""
    if about.as_of and about.since:
        since, as_of = times.parse(about.since), times.parse(about.as_of)
        dates: list[Fact] = [("schema:startDate", _date(since.start)), ("sit:asOf", _edtf(as_of.edtf))]
        dates += [("sit:asOfFrom", _date(as_of.start or as_of.end)), ("schema:endDate", _date(as_of.end))]
        return "cumulative", as_of.edtf, dates
    for span, text in (("during", about.period), ("one-day", about.day)):
        if text:
            time = times.parse(text)
            return span, time.edtf, [*_bounds(time), ("sit:when", _edtf(time.edtf))]
    return "timeless", "", []


def _limits(
    quantity: model.Quantity, unit: Unit, canonical: Unit, maximum: bool
) -> tuple[Decimal | None, Decimal | None]:
    """The computed limits in the measure's unit; where a text gives a range, its ends are the limits."""
    bound = local_name(quantity.bound)
    if quantity.min is not None and quantity.max is not None:
        low, high = (
            limits.convert(end, unit.multiplier, canonical.multiplier)
            for end in limits.of_range(str(quantity.min), str(quantity.max), bound, unit.nature)
        )
        return low, high
    return limits.canonical(str(quantity.value), bound, unit.nature, unit.multiplier, canonical.multiplier, maximum)


def _dated(predicate: str, edtf: str | None) -> list[Fact]:
    """The latest possible day as a plain date, and the EDTF beside it where that says more."""
    if not edtf:
        return []
    time = times.parse(edtf)
    facts: list[Fact] = [(predicate, _date(time.end or time.start))]
    return facts if time.is_plain_day else [*facts, ("sit:when", _edtf(time.edtf))]


def _bounds(time: times.Time) -> list[Fact]:
    start: list[Fact] = [("schema:startDate", _date(time.start))] if time.start else []
    return [*start, ("schema:endDate", _date(time.end))] if time.end else start


def _add(out: Compiled, node: NamedNode, origin: tuple[str, int], facts: Iterable[Fact]) -> None:
    out.quads += [Quad(node, _iri(predicate), value) for predicate, value in facts]
    out.origins.setdefault(node.value, origin)


@cache
def _iri(name: str) -> NamedNode:
    return NamedNode(expand(name))


def _typed(text: str, datatype: str) -> Literal:
    return Literal(text, datatype=_iri(datatype))


def _number(printed: str) -> Literal:
    return _typed(printed, "xsd:decimal" if "." in printed else "xsd:integer")


def _integer(number: int) -> Literal:
    return _typed(str(number), "xsd:integer")


def _decimal(value: Decimal) -> Literal:
    return _typed(limits.decimal_text(value), "xsd:decimal")


def _boolean(text: str) -> Literal:
    return _typed(text, "xsd:boolean")


def _date(day: object) -> Literal:
    return _typed(str(day), "xsd:date")


def _edtf(text: str) -> Literal:
    return _typed(text, "edtf:EDTF")
