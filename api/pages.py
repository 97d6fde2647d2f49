"""HTML pages for people: values of the graph in, finished text out.

The pages work without JavaScript and under `Content-Security-Policy: default-src 'self'`: no inline script, no inline
style, nothing from another host. Whatever comes from the graph or from a reader is escaped by the templates, and
`Pages.href` decides what may become a link.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from api import inset, locator
from api.figures import counted
from api.spans import Scale
from api.workers import Limits
from graph import cost, wording
from graph.checks import Check, Group, declared
from graph.claims import AFFIRMED, AFFIRMING, DENIED, EXPECTED, Claim, Document, Passage, Placed, Quantity, by_place
from graph.comparisons import Comparison, Dispute
from graph.drift import Drift
from graph.entities import Entity, Fact
from graph.explanation import Explanation
from graph.explore import Scene
from graph.identity import local_name
from graph.lists import SPECIFICATIONS
from graph.members import Kind
from graph.naming import Thing
from graph.overview import Contested, Tally
from graph.paging import Page
from graph.points import Point
from graph.relations import IN, Count, Relation
from graph.search import Hit, Results
from graph.search.reader import HOW
from graph.sides import Cell, Row
from graph.specifications import Sheet
from graph.timeline import Count as CountOfTime
from graph.timeline import Entry
from graph.times import Time
from ontology.terms import BASE, compact, expand

_HERE = Path(__file__).parent
# Every path that an IRI of ours is answered at; anything else under the base is no page here.
_OWN = re.compile(r"(?:id|voc|claim|passage|measurand|rel|comparison|check|dispute|doc)/[^/\s].*", re.DOTALL)
_OUTSIDE = re.compile(r"https?://[^\s<>\"{}|^`\\]+", re.IGNORECASE)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_DAY = re.compile(r"\b\d{4}-\d\d(?:-\d\d)?\b")
_HINT = re.compile(r"; did you mean [^?]*\?$")  # as graph.errors.UnknownEntity says it
_URL = re.compile(r"https?://[^\s;,<>\"]+")
_CODE = re.compile(r"`([^`]+)`")
_SAFE = "/:@!$&'()*+,;=~-._%"  # what a path may hold as it stands (RFC 3986, 3.3)
_DATES = tuple(map(expand, ("sit:when", "schema:startDate", "schema:endDate")))
_POINTS = (
    *map(expand, ("schema:latitude", "schema:longitude")),
    "http://www.opengis.net/ont/geosparql#hasDefaultGeometry",
)
_HOLDS = expand("org:holds")
_STANCES = {AFFIRMED: "Affirmed", DENIED: "Denied", EXPECTED: "Announced, expected or demanded"}
_LONGEST = 300  # characters of a name in a link or a title

KINDS = {
    "foaf:Person": "person",
    "foaf:Group": "group",
    "foaf:Agent": "agent",
    "org:Organization": "organization",
    "org:FormalOrganization": "organization",
    "org:OrganizationalUnit": "unit",
    "org:Post": "office",
    "org:Membership": "term of office",
    "schema:Place": "place",
    "geo:Feature": "place",
    "schema:Country": "country",
    "schema:Dataset": "dataset",
    "schema:LiveBlogPosting": "live blog",
    "schema:NewsArticle": "news article",
    "qudt:Unit": "unit of measure",
    "skos:Concept": "concept",
    "skos:ConceptScheme": "list of concepts",
    "owl:Class": "class",
    "owl:ObjectProperty": "property",
    "owl:DatatypeProperty": "property",
}
"""What a class is called; others by their own name, in words."""

LANGUAGES = {"en": "English", "uk": "Ukrainian", "ru": "Russian", "de": "German", "fr": "French", "": "any language"}

LOOKS = {look: means for look, (_, means) in wording.LINES.items()} | {"contested": wording.CONFLICT}
"""What a line of a picture means, by its look."""

_FIRST = {
    expand(name): place
    for place, name in enumerate(
        ("skos:definition", "rdfs:comment", "sit:from", "sit:edge", "sit:to", "sit:first", "sit:second", "sit:outcome",
         "sit:eventType", "sit:actor", "sit:recipient", "sit:weapon", "sit:measure", "schema:about", "sit:item",
         "schema:location", "sit:span", "sit:when", "sit:asOf", "schema:startDate", "schema:endDate")
    )
}  # fmt: skip

DOWNLOADS = {
    "application/json": ("JSON", ".json"),
    "text/csv": ("CSV", ".csv"),
    "text/turtle": ("Turtle", ".ttl"),
    "application/ld+json": ("JSON-LD", ".jsonld"),
    "application/n-triples": ("N-Triples", ".nt"),
    "application/rdf+xml": ("RDF/XML", ".rdf"),
    "text/calendar": ("iCalendar", ".ics"),
}
"""Media type to the name that a reader knows, and the suffix that asks for it."""
LIST_DOWNLOADS = ("text/csv", "application/json", "text/turtle", "application/ld+json")

RESULT_FORMATS = (
    ("csv", "CSV (tables: SELECT)"),
    ("tsv", "TSV (tables: SELECT)"),
    ("json", "JSON (SELECT, ASK)"),
    ("xml", "XML (SELECT, ASK)"),
    ("turtle", "Turtle (CONSTRUCT, DESCRIBE)"),
    ("nt", "N-Triples (CONSTRUCT, DESCRIBE)"),
    ("jsonld", "JSON-LD (CONSTRUCT, DESCRIBE)"),
    ("rdfxml", "RDF/XML (CONSTRUCT, DESCRIBE)"),
)


@dataclass(frozen=True)
class Context:
    """What a page must know about the request that it answers."""

    language: str  # of names: "en" or "uk"
    path: str  # of the page, such as /id/syrskyi
    base_url: str = ""  # public address of this server, without a path
    snapshot: str = ""  # name of the snapshot that the page was made from
    alternates: Sequence[tuple[str, str]] = ()  # the same in other forms: (media type, address)
    which: str = ""  # the query part of its address, as far as that says which page it is


@dataclass(frozen=True)
class Mark:
    """Where one passage stands on a strip that is 1000 wide."""

    x: float
    width: float
    target: str
    title: str


@dataclass(frozen=True)
class Place:
    """The claims that stand in one place of a document, each with its number on the page; and what all of them share.

    What they share is said once: what most of them are about, how they are worded, who said them in which channel, and
    when.
    """

    claims: Sequence[tuple[int, Claim, tuple[Passage, ...]]]
    of: Thing | None
    one_mode: bool
    one_speaker: bool
    one_time: bool


@dataclass(frozen=True)
class Bar:
    """The computed limits of one claim on an axis that is 1000 wide; a side without a limit runs to the axis's end."""

    x: float
    width: float
    open: str  # "low", "high", both, or empty
    text: str


@dataclass(frozen=True)
class Axis:
    """Two claims on a common axis: what stands at its ends, and a bar each."""

    low: str
    high: str
    bars: tuple[Bar, Bar]


@dataclass(frozen=True)
class Parameter:
    """What may be given to an operation."""

    name: str
    where: str
    values: str
    what: str


@dataclass(frozen=True)
class Operation:
    """One address of the HTTP interface; the example is a request and its real answer, empty where there is none."""

    id: str
    method: str
    path: str
    summary: str
    description: Sequence[str]
    parameters: Sequence[Parameter]
    request: str
    answer: str


class Pages:
    """Makes every page; holds the templates, so make one for each app."""

    def __init__(self) -> None:
        self._atlas = locator.Atlas()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(
            href=href, external=external, label=label, short=short, spoken=spoken, kind=kind, word=word,
            claimed=wording.content, quantity=wording.quantity, limits=wording.limits, time=wording.time,
            without=wording.without, period=wording.period, measured=wording.measured, place=wording.place,
            explained=wording.explained,
            written=wording.written, grouped=wording.grouped, hedge=hedge, number=number, compact=compact,
            documents=documents, facts=together, by_edge=by_edge, query=_query, asked=_asked, unbroken=unbroken,
            rests_on=rests_on, origins=origins, coded=coded, rows=cost.spoken,
            mapped=locator.short, sentence=sentence, addressed_text=addressed_text, why=wording.why, axis=axis,
        )  # fmt: skip
        self._templates.globals.update(
            BOUNDS=wording.BOUNDS, KINDS=wording.KINDS, MODES=wording.MODES, SPANS=wording.SPANS,
            VARIANTS=wording.VARIANTS, STATUSES=wording.STATUSES, OUTCOMES=wording.OUTCOMES,
            VERDICTS=wording.VERDICTS, HOW=HOW, LANGUAGES=LANGUAGES, LOOKS=LOOKS, STANCES=wording.STANCES,
            style=_address("site.css"), icon=_address("icon.svg"),
            suggest_script=_address("suggest.js"), inset_script=_address("inset.js"),
            timeline_script=_address("timeline.js"), timeline_style=_address("timeline.css"),
            vis_script=_address("vendor/vis-timeline-graph2d.min.js"),
            vis_style=_address("vendor/vis-timeline-graph2d.min.css"),
            sources=sources, sources_of=sources_of, urlencoded=urlencode, addressed=addressed,
        )  # fmt: skip

    def home(
        self, ctx: Context, *, counts: Sequence[Tally], highlights: Sequence[Thing], documents: Sequence[Document],
        contested: Sequence[tuple[bool, Sequence[tuple[Contested, Claim, Claim]]]],
        disputes: Mapping[str, int], questions: Sequence[tuple[str, str]], core: Scene | None = None,
        as_known_on: str | None = None,
    ) -> str:  # fmt: skip
        """The front page: what this graph is, and ways into it.

        Args:
            ctx: the request.
            counts: how many things there are of each class.
            highlights: things to start from.
            documents: the newest first.
            contested: disputes about the war, then about what weapons can do (True), each with two of its claims.
            disputes: how many there are of each topic.
            questions: a sentence and the SPARQL for it.
            core: the picture of what is most central; without it, none is shown.
            as_known_on: the day up to which the data were looked after.
        """
        return self._render(
            "home.html", ctx, title="sitrep: who claimed what about the Russia-Ukraine war",
            description="A knowledge graph of claims about the Russia-Ukraine war: who said it, how sure they were, "
            "through which channel, and where it was read.",
            counts=counts, highlights=highlights, newest=documents, contested=contested, questions=questions,
            disputes=disputes, SPECIFICATIONS=SPECIFICATIONS,
            core=inset.of(core) if core else None, as_known_on=as_known_on,
        )  # fmt: skip

    def entity(
        self, ctx: Context, *, entity: Entity, relations: Sequence[tuple[str, str, Sequence[Relation], int]],
        figures: Sequence[Claim], said_about: Sequence[Claim], said_by: Sequence[Claim], totals: Mapping[str, int],
        sheet: Sheet | None = None, picture: Scene | None = None, points: Sequence[Point] = (),
        inbound: Page[Fact] | None = None,
    ) -> str:  # fmt: skip
        """An entity with its names, facts, figures, relations and claims.

        Args:
            ctx: the request.
            entity: its card.
            relations: by predicate: a heading, `out` or `in`, relations, and how many there are in all.
            figures: claims with numbers about it.
            said_about: other claims about it.
            said_by: claims by it.
            totals: how many claims there are in all, under `about` (figures and others) and `by`; as many as are
                given where absent.
            sheet: the specifications of a weapon system, and its family.
            picture: it and its nearest neighbours; without it, none is shown.
            points: where it is; without any, no map is shown.
            inbound: what points to it, where there is nothing else to show.
        """
        of_sheet = sheet.claims if sheet else frozenset()
        when = _when(entity.facts)
        counts = [claim for claim in figures if claim.iri not in of_sheet]
        offices = [group for group in relations if group[2] and group[2][0].predicate.iri == _HOLDS]
        others = [group for group in relations if group not in offices]

        def told(claim: Claim) -> bool:
            """Whether a claim says that this event took place, or did not."""
            return claim.stance is not None and claim.statement is not None and claim.statement.subject == entity.thing

        shown = {"about": len(figures) + len(said_about), "by": len(said_by)}
        name = entity.thing.label
        return self._render(
            "entity.html", ctx, title=name,
            description=entity.description or f"{name}: {kind(entity.thing)}. Figures, relations and claims, each "
            "with who said it, how sure they were and where it was read.",
            entity=entity, when=when, inbound=inbound, SPOKEN=(expand("sit:spokeAbout"),),
            plain=[
                fact
                for fact in entity.facts
                if not (wording.time(when) and fact.predicate.iri in _DATES)
                and not (points and fact.predicate.iri in _POINTS)
            ],
            groups=sorted(others, key=_spoken_last), offices=offices[0][2] if offices else (),
            offices_total=offices[0][3] if offices else 0,
            figures=counted(counts), figure_count=len(counts),
            said_about=[claim for claim in said_about if claim.iri not in of_sheet and not told(claim)],
            said_by=said_by, stances=_stances(filter(told, said_about)),
            sheet=sheet if sheet and (sheet.specifications or sheet.variants) else None,
            totals={**shown, **totals}, shown=shown, names=_names(entity),
            language=next((tag for tag, names in entity.labels.items() if name in names and tag), ""),
            relation_count=sum(total for *_, total in others), downloads=downloads(ctx, DOWNLOADS),
            picture=inset.of(picture) if picture else None,
            map=self._atlas.locator(points),
        )  # fmt: skip

    def claim(
        self, ctx: Context, *, claim: Claim, conflicts: Sequence[tuple[Claim, str]], relations: Sequence[Relation]
    ) -> str:
        """A claim with everything about it, the claims that it was held against, and the relations that rest on it."""
        return self._render(
            "claim.html", ctx, title=claim.label, description=f"{claim.label}. Claim, with its hedge, channel, "
            "passages and the claims that it agrees or conflicts with.",
            claim=claim, rivals=conflicts, relations=relations, downloads=downloads(ctx, DOWNLOADS),
        )  # fmt: skip

    def document(
        self, ctx: Context, *, document: Document, facts: Sequence[Fact],
        page: Page[Placed], query: Mapping[str, str],
    ) -> str:  # fmt: skip
        """A source document with its claims in the order in which it makes them, by the places where they stand."""
        told = {fact.predicate.iri: fact.value for fact in facts}
        length = told.get(expand("sit:length"), "")
        said = {expand("sit:excerpt")} | ({expand("schema:url")} if document.url and href(document.url) else set())
        return self._render(
            "document.html", ctx, title=document.label,
            description=f"{document.label}: its {page.total} claims, in order, with who made them and how they "
            "are worded.",
            document=document, facts=[fact for fact in facts if fact.predicate.iri not in said],
            excerpt=told.get(expand("sit:excerpt")) == "true", places=_places(page.items), page=page,
            by_row=any(passage.row_is_number for _, passages in page.items for passage in passages),
            next=_next(ctx, page, query),
            downloads=downloads(ctx, DOWNLOADS),
            strips=_strips(page.items, int(length) if isinstance(length, str) and length.isdigit() else 0),
        )  # fmt: skip

    def node(
        self, ctx: Context, *, thing: Thing, facts: Sequence[Fact], labels: Mapping[str, Sequence[str]],
        description: str | None = None, claims: Page[Claim] | None = None, counted: Page[Kind] | None = None,
        uses: Sequence[tuple[Kind, Page[Thing]]] = (), inbound: Page[Fact] | None = None,
    ) -> str:  # fmt: skip
        """Any other node: its properties, and what points to it.

        Args:
            ctx: the request.
            thing: the node.
            facts: its properties.
            labels: its names by language.
            description: what it means.
            inbound: what points to it.
            uses: of a concept, in the place of `inbound`: each property that leads to it, and the first things.
            counted: of a measure: the things that its numbers are about.
            claims: those that it is there for: of a measure, on a measurand, of a passage, behind a relation.
        """
        shown = {claim.iri for claim in claims.items} if claims else set()
        if inbound and shown:
            others = tuple(fact for fact in inbound.items if isinstance(fact.value, str) or fact.value.iri not in shown)
            inbound = replace(inbound, items=others, total=inbound.total - len(inbound.items) + len(others))
        return self._render(
            "node.html", ctx, title=thing.label,
            description=description or f"{thing.label}: {kind(thing)}, its properties and what points to it.",
            thing=thing, meaning=description, USES=USES, facts=facts, inbound=inbound, uses=uses, counted=counted,
            claims=claims,
            downloads=downloads(ctx, DOWNLOADS),
            names=[(tag, [name for name in names if name != thing.label]) for tag, names in labels.items()],
        )  # fmt: skip

    def relations(
        self, ctx: Context, *, entity: Thing, page: Page[Relation], query: Mapping[str, str],
        counts: Sequence[Count] = (),
    ) -> str:  # fmt: skip
        """All relations of an entity, filtered and paged.

        Args:
            ctx: the request.
            entity: the entity.
            page: one page of the list.
            query: the parameters that the request gave.
            counts: the predicates to choose from; those on the page when absent.
        """
        named = [count.predicate for count in counts] or [relation.predicate for relation in page.items]
        return self._render(
            "relations.html", ctx, title=f"Relations of {entity.label}",
            description=f"All {page.total} relations of {entity.label}, each with what it rests on.",
            entity=entity, page=page, given=query, next=_next(ctx, page, query),
            predicates=_options(((_asked(thing), label(thing)) for thing in named), query, "predicate"),
            types=_options(KINDS_OF_ENDS, query, "type"), downloads=downloads(ctx, LIST_DOWNLOADS, query),
        )  # fmt: skip

    def claims(
        self, ctx: Context, *, entity: Thing, page: Page[Claim], role: str, query: Mapping[str, str],
        measures: Sequence[Thing] = (),
    ) -> str:  # fmt: skip
        """All claims by an agent or about a thing, filtered and paged.

        Args:
            ctx: the request.
            entity: the agent or thing.
            page: one page of the list.
            role: `by`, `about`, `behind` a relation, or `of` a measure.
            query: the parameters that the request gave.
            measures: the measures to choose from; those on the page when absent.
        """
        named = list(measures) or [claim.quantity.measurand.measure for claim in page.items if claim.quantity]
        title = f"Claims {role} {entity.label}"
        return self._render(
            "claims.html", ctx, title=title,
            description=f"{title}: all {page.total}, the latest first.",
            entity=entity, page=page, role=role, given=query, next=_next(ctx, page, query),
            kinds=_options(((f"voc:{name}", words[0]) for name, words in wording.KINDS.items()), query, "kind"),
            measures=_options(((_asked(thing), thing.label) for thing in named), query, "measure"),
            downloads=downloads(ctx, LIST_DOWNLOADS, {"role": role, **query} if role in ("by", "about") else query),
        )  # fmt: skip

    def timeline(
        self, ctx: Context, *, title: str, page: Page[Entry], about: Thing | None, claimant: Thing | None,
        query: Mapping[str, str], counts: Sequence[CountOfTime], undated: int,
        types: Sequence[tuple[str, Sequence[tuple[str, str]]]], speaks: bool,
    ) -> str:  # fmt: skip
        """Events, terms of office and claims in order, uncertain dates as spans on one scale.

        Args:
            ctx: the request.
            title: what it is the timeline of.
            page: one page of the list.
            about: whose timeline it is; None for the whole graph's.
            claimant: on whose claims everything rests; None for anybody's.
            query: the parameters that the request gave.
            counts: how many entries begin in each month or year.
            undated: how many entries have no date.
            types: to choose from, in groups: the value of the parameter, and its words.
            speaks: whether anything rests on claims of the thing whose timeline it is.
        """
        scale = Scale.over(entry.when for entry in page.items)
        most = max((count.count for count in counts), default=0)
        return self._render(
            "timeline.html", ctx, title=title,
            description=f"{title}: {page.total:,} events, terms of office and claims in order, each with who says so "
            "and where it was read.",
            page=page, about=about, claimant=claimant, given=query, next=_next(ctx, page, query), undated=undated,
            scale=scale, spans=[scale.span(entry.when) if scale else None for entry in page.items],
            bars=[
                (count, max(round(30 * count.count / most, 1), 1.5) if count.count else 0, _narrowed(ctx, query, count))
                for count in counts
            ] if len(counts) > 1 else [],
            types=types, speaks=speaks, downloads=downloads(ctx, (*LIST_DOWNLOADS, "text/calendar"), query),
        )  # fmt: skip

    def types(self, ctx: Context, *, classes: Sequence[Kind], edges: Sequence[Kind]) -> str:
        """Every class and every property of relations, with how many there are."""
        return self._render(
            "types.html", ctx, title="All kinds of things",
            description="Every class of things and every kind of relation in the graph, with how many there are.",
            groups=(("Things", classes), ("Relations", edges)), downloads=downloads(ctx, LIST_DOWNLOADS),
        )  # fmt: skip

    def members(
        self, ctx: Context, *, kind: Thing, page: Page[Thing], query: Mapping[str, str], use: Thing | None = None
    ) -> str:
        """The things of a class, the relations of a property, or what a property (`use`) leads from to a concept."""
        title = f"{label(kind)}: {USES.get(compact(use.iri)) or label(use)}" if use else label(kind)
        return self._render(
            "members.html", ctx, title=title, description=f"{title}: all {page.total:,}, by name.",
            of=kind, use=use, USES=USES, page=page, next=_next(ctx, page, query),
            downloads=downloads(ctx, LIST_DOWNLOADS, query),
        )  # fmt: skip

    def contradictions(
        self, ctx: Context, *, about: Thing | None, page: Page[Comparison], counts: Mapping[str, int],
        query: Mapping[str, str], tabs: Mapping[str, int], disputes: Sequence[tuple[bool, Page[Dispute]]] = (),
    ) -> str:  # fmt: skip
        """Claims that were held against each other, side by side.

        Args:
            ctx: the request.
            about: the thing that they are about, if one was asked for.
            page: one page of the list.
            counts: how many there are of each outcome.
            query: the parameters that the request gave.
            tabs: how much there is on each page of the desk.
            disputes: those about the war, then those about what weapons can do (True).
        """
        title = "Contradictions" + (f": {about.label}" if about else "")
        outcomes = ((name, f"{word(name, wording.OUTCOMES)[0]} ({count:,})") for name, count in counts.items())
        return self._render(
            "contradictions.html", ctx, title=title,
            description=f"{title}. {page.total} pairs of claims held against each other, with what came of it and why.",
            about=about, page=page, given=query, next=_next(ctx, page, query),
            outcomes=_options(outcomes, query, "outcome"), downloads=downloads(ctx, LIST_DOWNLOADS, query),
            tabs_counts=tabs, disputes=[(kind, found) for kind, found in disputes if found.items],
        )  # fmt: skip

    def sides(
        self, ctx: Context, *, about: Thing | None, page: Page[Row], query: Mapping[str, str], tabs: Mapping[str, int]
    ) -> str:
        """What each side says of the same thing, a column a side.

        Args:
            ctx: the request.
            about: the thing that it is about, if one was asked for.
            page: one page of the list.
            query: the parameters that the request gave.
            tabs: how much there is on each page of the desk.
        """
        title = "Side by side" + (f": {about.label}" if about else "")
        return self._render(
            "sides.html", ctx, title=title,
            description=f"{title}. {page.total} events, figures and statements, with what each side says of them.",
            about=about, page=page, given=query, next=_next(ctx, page, query), columns=columns(page.items),
            tabs_counts=tabs, downloads=downloads(ctx, LIST_DOWNLOADS, query),
        )  # fmt: skip

    def comparison(self, ctx: Context, *, comparison: Comparison) -> str:
        """Two claims that were held against each other, on one axis, and why they came out as they did."""
        return self._render(
            "comparison.html", ctx, title=comparison.label, description=wording.why(comparison),
            comparison=comparison, downloads=downloads(ctx, DOWNLOADS),
        )  # fmt: skip

    def dispute(self, ctx: Context, *, dispute: Dispute, comparisons: Sequence[Comparison]) -> str:
        """All claims on one question of which only some can hold, and the pairs that cannot both."""
        return self._render(
            "dispute.html", ctx, title=dispute.label,
            description=f"{dispute.label}: claims of which only some can hold, and who made each.",
            dispute=dispute, comparisons=comparisons, downloads=downloads(ctx, DOWNLOADS),
        )  # fmt: skip

    def checks(
        self, ctx: Context, *, about: Thing | None, page: Page[Check], query: Mapping[str, str],
        tabs: Mapping[str, int], groups: Sequence[Group] = (),
    ) -> str:  # fmt: skip
        """What rules of arithmetic found.

        Args:
            ctx: the request.
            about: the thing that the claims are about, if one was asked for.
            page: one page of the list.
            query: the parameters that the request gave.
            tabs: how much there is on each page of the desk.
            groups: what came of each rule, where nothing narrower was asked for; else the page is listed.
        """
        title = "Arithmetic" + (f": {about.label}" if about else "")
        return self._render(
            "checks.html", ctx, title=title, description=f"{title}. What declared rules computed from claims.",
            about=about, page=page, groups=groups, given=query, next=_next(ctx, page, query), rules=declared(),
            tabs_counts=tabs, checks=_options(((name, name.replace("-", " ")) for name in declared()), query, "check"),
            results=_options(((name, words[0]) for name, words in wording.VERDICTS.items()), query, "result"),
            downloads=downloads(ctx, LIST_DOWNLOADS, query),
        )  # fmt: skip

    def check(self, ctx: Context, *, check: Check) -> str:
        """One result with its rule and the claims that it used."""
        return self._render(
            "check.html", ctx, title=check.label, description=check.label, check=check,
            says=declared().get(check.rule, ""), downloads=downloads(ctx, DOWNLOADS),
        )  # fmt: skip

    def wording(
        self, ctx: Context, *, about: Thing | None, page: Page[Drift], query: Mapping[str, str], tabs: Mapping[str, int]
    ) -> str:
        """Claims whose wording drifts, passage by passage.

        Args:
            ctx: the request.
            about: the thing that they are about, if one was asked for.
            page: one page of the list.
            query: the parameters that the request gave.
            tabs: how much there is on each page of the desk.
        """
        title = "Wording that drifts" + (f": {about.label}" if about else "")
        return self._render(
            "wording.html", ctx, title=title,
            description=f"{title}: {page.total} claims whose passages hedge the number differently.",
            about=about, page=page, given=query, next=_next(ctx, page, query), tabs_counts=tabs,
            downloads=downloads(ctx, LIST_DOWNLOADS, query),
        )  # fmt: skip

    def search(
        self, ctx: Context, *, results: Results | None, query: str, types: Sequence[tuple[str, str]], type: str,
        concepts: Sequence[Thing] = (), following: str | None = None,
    ) -> str:  # fmt: skip
        """What was found by name, and by which of its names; a form alone where nothing was asked for.

        Args:
            ctx: the request.
            results: what was found; None where nothing was asked for.
            query: what was typed.
            types: kinds of thing to choose from: a label and the value of the parameter `type`.
            type: the kind that was chosen; empty for any.
            concepts: measures, categories and types of this name.
            following: the address of the next page of results; None on the last.
        """
        return self._render(
            "search.html", ctx, title=f"Search: {query}" if query else "Search",
            description="Find people, organizations, weapons, places, events and documents by any of their names.",
            results=results, asked=query, types=types, chosen=type, concepts=concepts, following=following,
        )  # fmt: skip

    def editor(
        self, ctx: Context, *, query: str, questions: Sequence[tuple[str, str]], prefixes: Mapping[str, str],
        limits: Limits,
    ) -> str:  # fmt: skip
        """A page to write and run SPARQL in: YASGUI where its files are, else a form that opens the answer."""
        return self._render(
            "editor.html", ctx, title="SPARQL",
            description="Ask the graph in SPARQL 1.1; prefixes and example questions included.",
            text=query or next((sparql for _, sparql in questions), ""), questions=questions, prefixes=prefixes,
            formats=RESULT_FORMATS, limits=limits, vendored=_vendored(),
            editor_style=_address("editor.css"), editor_script=_address("editor.js"),
        )  # fmt: skip

    def ontology(self, ctx: Context, *, name: str, reference: str) -> str:
        """The ontology's reference.

        Args:
            ctx: the request.
            name: of the ontology.
            reference: its HTML, made from the project's own ontology: it is not escaped.
        """
        return self._render(
            "ontology.html", ctx, title="Ontology", description="The classes and properties of the graph of claims.",
            heading=name, reference=Markup(reference),  # noqa: S704  our own file, as pyLODE writes it
        )  # fmt: skip

    def explanation(self, ctx: Context, *, query: str, explanation: Explanation) -> str:
        """Why a query has no answer, and what it costs."""
        titles = {True: "Why there is no answer", False: "This query has an answer", None: "What can be told"}
        return self._render(
            "explanation.html", ctx, title=titles[explanation.empty],
            description="Which patterns of a SPARQL query match nothing, what may be meant, and what it costs.",
            text=query, found=explanation,
        )  # fmt: skip

    def reference(self, ctx: Context, *, document: Mapping[str, Any]) -> str:
        """The HTTP interface for people, from its OpenAPI document."""
        return self._render(
            "reference.html", ctx, title="The HTTP interface",
            description="Every address that this server answers, with its parameters and real answers.",
            introduction=document["info"].get("description", "").split("\n\n"),
            operations=[
                _operation(method, path, described)
                for path, methods in sorted(document["paths"].items(), key=_in_reading_order)
                for method, described in sorted(methods.items())
            ],
        )  # fmt: skip

    def problem(
        self, ctx: Context, *, status: int, title: str, detail: str, near: Sequence[Thing], types: Sequence[Thing] = ()
    ) -> str:
        """What went wrong, in words, with things that may have been meant, or classes and properties."""
        meant = bool(_HINT.search(detail))
        if near or types:  # they follow as links
            detail = _HINT.sub("", detail)
        return self._render(
            "problem.html", ctx, title=title, description=title, status=status, detail=detail, near=near, types=types,
            meant=meant,
        )  # fmt: skip

    def _render(self, template: str, ctx: Context, *, title: str, description: str, **values: object) -> str:
        return self._templates.get_template(template).render(
            ctx=ctx,
            title=short(title, 150),
            description=short(description, 300),
            canonical=ctx.base_url.rstrip("/") + quote(ctx.path, safe=_SAFE) + (f"?{ctx.which}" if ctx.which else ""),
            **values,
        )


KINDS_OF_ENDS = [
    ("foaf:Person", "person"), ("org:Organization", "organization"), ("sit:State", "state"), ("org:Post", "office"),
    ("sit:WeaponSystem", "weapon system"), ("sit:Event", "event"), ("schema:Place", "place"),
]  # fmt: skip


# What a property leads from to a concept, in the words of a reader.
USES = {
    "skos:broader": "narrower", "skos:inScheme": "its concepts", "sit:measure": "what is counted or measured so",
    "sit:item": "numbers that count these", "sit:weaponCategory": "weapon systems", "sit:eventType": "events",
    "sit:medium": "communications", "sit:outcome": "comparisons", "sit:verdict": "checks", "sit:status": "relations",
    "sit:kind": "claims", "sit:mode": "passages", "sit:bound": "numbers, and passages that give one",
    "sit:span": "what is counted or measured so", "sit:geoPrecision": "places",
}  # fmt: skip


def addressed(thing: Thing, part: str, **parameters: str) -> str:
    """Where a list or a picture of a thing is: beside its page, or, for a thing from elsewhere, by its IRI.

    >>> addressed(Thing("https://w3id.org/sitrep/id/syrskyi", ""), "claims", role="by")
    '/id/syrskyi/claims?role=by'
    >>> addressed(Thing("https://example.org/a", ""), "claims")
    '/id/-/claims?iri=https%3A%2F%2Fexample.org%2Fa'
    """
    path = href(thing.iri)
    if not path.startswith("/id/"):
        path, parameters = "/id/-", {"iri": thing.iri, **parameters}
    return f"{path}/{part}" + (f"?{urlencode(parameters)}" if parameters else "")


def href(iri: str) -> str:
    """Where a link to an IRI leads: a path here for ours, the address for the web's; empty for all others.

    >>> href("https://w3id.org/sitrep/id/syrskyi"), href("https://w3id.org/sitrep/ont#Claim")
    ('/id/syrskyi', '/ontology#Claim')
    >>> href("https://example.org/a"), href("javascript:alert(1)")
    ('https://example.org/a', '')
    """
    if iri.startswith(BASE):
        rest = iri[len(BASE) :]
        if rest == "ont" or rest.startswith("ont#"):
            return "/ontology" + quote(rest[3:], safe=_SAFE + "#")
        if _OWN.fullmatch(rest) and not {".", ".."} & set(rest.split("/")):
            return "/" + quote(rest, safe=_SAFE)
    return iri if _OUTSIDE.fullmatch(iri) else ""


def external(iri: str) -> bool:
    """Whether a link to an IRI leaves this server."""
    return href(iri).lower().startswith(("http://", "https://"))


def label(thing: Thing) -> str:
    """What a thing is called: its name, else its last part in words, else its address."""
    if thing.label and thing.label != local_name(thing.iri):
        return thing.label
    if external(thing.iri) and compact(thing.iri).startswith("<"):
        return re.sub(r"^https?://(?:www\.)?", "", thing.iri).rstrip("/")
    return _in_words(thing.label or thing.iri)


def short(text: str, most: int = _LONGEST) -> str:
    """A text cut at so many characters, with an ellipsis where it was cut."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "\u2026"


def unbroken(text: str) -> Markup:
    """A text whose days and months (2025-01-20, 2025-01) do not break at the end of a line."""
    return Markup(_DAY.sub(r'<span class="date">\g<0></span>', str(escape(text))))  # noqa: S704  escaped just before


def coded(text: str) -> Markup:
    """A text of which what stands between backticks is code.

    >>> str(coded("ask for `?q=<name>`"))
    'ask for <code>?q=&lt;name&gt;</code>'
    """
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))  # noqa: S704  escaped just before


def sentence(text: str) -> str:
    """A sentence that begins with a capital, unless it begins with a name.

    >>> sentence("nothing is a sit:Clam"), sentence("sit:Clam has none")
    ('Nothing is a sit:Clam', 'sit:Clam has none')
    """
    return text[0].upper() + text[1:] if re.match(r"[a-z]+[ ,]", text) else text


def addressed_text(text: str) -> Markup:
    """A text whose addresses may break anywhere, so that no line before a long one stays half empty."""
    parts, last = [], 0
    for found in _URL.finditer(text):
        parts += [escape(text[last : found.start()]), Markup('<code class="iri">{}</code>').format(found[0])]
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])


def spoken(text: str) -> str:
    """The language to mark a name with on an English page; empty for English."""
    return "uk" if _CYRILLIC.search(text) else ""


def kind(thing: Thing | Hit) -> str:
    """What a thing is, in a word or two."""
    for name in thing.types:
        known = KINDS.get(name if ":" in name and "//" not in name else compact(name).strip("<>"))
        return known or _in_words(local_name(name.rpartition(":")[2]))
    return ""


def word(name: str, words: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """A word of the vocabulary for readers, with its sentence; the word itself where it is not known."""
    name = name.rsplit("/", 1)[-1]
    return words.get(name, (name.replace("-", " "), ""))


def hedge(bound: str) -> str:
    """The word in front of a number; empty for a plain number."""
    return wording.HEDGES.get(bound, "").strip()


def number(said: Quantity) -> str:
    """A quantity without its hedge."""
    return wording.quantity(said).removeprefix(wording.HEDGES.get(said.bound, ""))


def rests_on(relation: Relation) -> list[Thing]:
    """Who made the claims that a relation rests on: each once, the relation's other end first."""
    found = {who.iri: who for claim in relation.claims for who in claim.claimants}
    return sorted(found.values(), key=lambda who: who.iri != relation.other.iri)


def origins(relation: Relation) -> str:
    """How many independent origins a relation's claims have; where none counts, why, as far as its claims are here."""
    if relation.origins:
        return f"{relation.origins} independent origin{'' if relation.origins == 1 else 's'}"
    kinds = {claim.kind for claim in relation.claims}
    if len(relation.claims) < relation.claim_count:
        return "no independent origins"
    if kinds & AFFIRMING:
        return "no independent origins: nobody with a name"
    return "not affirmed: " + ", ".join(wording.KINDS[kind][0] for kind in wording.KINDS if kind in kinds)


def documents(claim: Claim) -> list[tuple[Document, list[Passage]]]:
    """The documents of a claim, each with its passages there."""
    return [
        (document, [passage for passage in claim.passages if passage.document == document.iri])
        for document in claim.documents
    ]


def together(facts: Sequence[Fact]) -> list[tuple[Thing, list[Thing | str]]]:
    """Facts by property: what says most first, the others in the order in which they come."""
    found: dict[str, tuple[Thing, list[Thing | str]]] = {}
    for fact in sorted(facts, key=lambda fact: _FIRST.get(fact.predicate.iri, len(_FIRST))):
        found.setdefault(fact.predicate.iri, (fact.predicate, []))[1].append(fact.value)
    return list(found.values())


def by_edge(relations: Sequence[Relation]) -> list[tuple[tuple[str, str], list[Relation]]]:
    """Relations by what they are called as seen from here, and direction."""
    found: dict[tuple[str, str], list[Relation]] = {}
    for relation in relations:
        name = relation.inverse_label if relation.direction == IN else label(relation.predicate)
        found.setdefault((name, relation.direction), []).append(relation)
    return list(found.items())


def columns(rows: Iterable[Row]) -> list[Cell]:
    """A cell of each side that any of the rows has, in the order of the columns: states by name, the others last."""
    found = {cell.word: cell for row in rows for cell in row.cells}
    return sorted(found.values(), key=lambda cell: (cell.side is None, cell.group, cell.label))


def axis(comparison: Comparison) -> Axis | None:
    """The limits of two numbers on a common axis; None where a claim has none."""
    pair = (comparison.first.quantity, comparison.second.quantity)
    try:
        known = [float(limit) for said in pair if said for limit in (said.low, said.high) if limit is not None]
    except ValueError:  # in a user's own RDF
        return None
    if pair[0] is None or pair[1] is None or not known:
        return None
    room = (max(known) - min(known)) / 8 or abs(max(known)) / 8 or 1.0
    start, end = max(min(known) - room, min(0.0, *known)), max(known) + room
    unit = pair[0].limits_unit

    def bar(said: Quantity) -> Bar:
        low = float(said.low) if said.low is not None else start
        high = float(said.high) if said.high is not None else end
        x, width = (round(1000 * part / (end - start), 2) for part in (low - start, high - low))
        sides = " ".join(side for side, limit in (("low", said.low), ("high", said.high)) if limit is None)
        return Bar(min(x, 994), max(width, 6), sides, f"{wording.quantity(said)}: {wording.limits(said)}")

    low, high = (
        wording.grouped(f"{edge:.0f}") + (f" {unit}" if unit not in ("", "%") else unit) for edge in (start, end)
    )
    return Axis(low, high, (bar(pair[0]), bar(pair[1])))


def downloads(ctx: Context, kinds: Iterable[str], query: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    """The same content for machines: names and addresses; those of the context, else by suffix."""
    offered = [(DOWNLOADS[kind][0], address) for kind, address in ctx.alternates if kind in DOWNLOADS]
    if offered:
        return offered
    path = quote(ctx.path, safe=_SAFE)
    kept = {name: value for name, value in (query or {}).items() if name != "cursor" and value}
    return [(DOWNLOADS[kind][0], path + DOWNLOADS[kind][1] + (f"?{urlencode(kept)}" if kept else "")) for kind in kinds]


def sources(path: str, query: str = "") -> list[tuple[str, str]]:
    """The documents behind what stands at a path, for reference managers: names and addresses."""
    given = f"?{query}" if query else ""
    names = (("BibTeX", ".bib"), ("CSL-JSON", ".csl.json"), ("Markdown", ".md"))
    return [(name, f"{path}{suffix}{given}") for name, suffix in names]


def sources_of(iri: str) -> list[tuple[str, str]]:
    """The documents behind the page of a thing; none where its IRI is no address."""
    path = href(iri)
    if path.startswith("/"):
        return sources(path)
    return sources("/id", urlencode({"iri": iri})) if path else []


def _stances(claims: Iterable[Claim]) -> list[tuple[str, list[Claim]]]:
    """Claims on whether an event took place, by what they say; empty where there are none.

    Whether anybody affirms or denies it is said in any case; what was only expected of it, where it was.
    """
    of: dict[str, list[Claim]] = {AFFIRMED: [], DENIED: []}
    for claim in claims:
        of.setdefault(claim.stance or "", []).append(claim)
    return [(_STANCES.get(stance, stance), said) for stance, said in of.items()] if any(of.values()) else []


def _when(facts: Sequence[Fact]) -> Time:
    """The time that stands among plain facts: an EDTF text and its bounds."""
    edtf, start, end = (
        next((fact.value for fact in facts if fact.predicate.iri == name and isinstance(fact.value, str)), "")
        for name in _DATES
    )
    try:
        return Time(edtf, date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None)
    except ValueError:  # another's dates: they stand as they are
        return Time("", None, None)


def _spoken_last(group: tuple[str, str, Sequence[Relation], int]) -> bool:
    """A key that puts what has only been spoken about behind all other relations."""
    _, direction, relations, _ = group
    return direction == IN and any(relation.predicate.iri == expand("sit:spokeAbout") for relation in relations)


def _in_reading_order(described: tuple[str, Any]) -> tuple[int, bool]:
    """A key that sorts addresses as a reader wants them: questions, names, things, others, and health last."""
    path = described[0]
    starts = ("/sparql", "/search", "/id")
    if path in ("/healthz", "/readyz"):
        return len(starts) + 1, False
    place = next((place for place, start in enumerate(starts) if path.startswith(start)), len(starts))
    return place, path != "/id/{slug}"


def _operation(method: str, path: str, described: Mapping[str, Any]) -> Operation:
    contents = described.get("responses", {}).get("200", {}).get("content", {}).values()
    examples = [content["example"] for content in contents if "example" in content]
    return Operation(
        id=described.get("operationId") or f"{method} {path}",
        method=method.upper(),
        path=path,
        summary=described.get("summary") or path,
        description=[part for part in described.get("description", "").split("\n\n") if part],
        parameters=[
            Parameter(
                given["name"], given.get("in", ""), _values(given.get("schema", {})), given.get("description", "")
            )
            for given in described.get("parameters", [])
        ],
        request=described.get("x-example-request", ""),
        answer=json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else "",
    )


def _values(schema: Mapping[str, Any]) -> str:
    """What a parameter may be, in words: `in, out, both; both when left out`."""
    forms = [form for form in schema.get("anyOf", [schema]) if form.get("type") != "null"]
    choices = [str(choice) for form in forms for choice in form.get("enum", [form["const"]] if "const" in form else [])]
    found = [", ".join(choices) or " or ".join(dict.fromkeys(form.get("type", "text") for form in forms))]
    if schema.get("default") not in (None, ""):
        found.append(f"{schema['default']} when left out")
    found += [f"at most {form['maximum']:,}" for form in forms if "maximum" in form]
    return "; ".join(found)


def _asked(thing: Thing) -> str:
    """A thing as a parameter names it: a prefixed name, or its IRI."""
    return compact(thing.iri).strip("<>")


def _query(text: str) -> str:
    return "/sparql?" + urlencode({"query": text})


def _names(entity: Entity) -> list[tuple[str, list[str]]]:
    """Other names by language, the language of most names first."""
    found = [(tag, [name for name in names if name != entity.thing.label]) for tag, names in entity.labels.items()]
    return sorted(((tag, names) for tag, names in found if names), key=lambda pair: (pair[0] != "en", pair[0]))


def _narrowed(ctx: Context, query: Mapping[str, str], count: CountOfTime) -> str:
    """The timeline of one month or year alone."""
    kept = {name: value for name, value in query.items() if name not in ("cursor", "from", "to")}
    return quote(ctx.path, safe=_SAFE) + "?" + urlencode({**kept, "from": count.period, "to": count.period})


def _next(ctx: Context, page: Page[Any], query: Mapping[str, str]) -> str:
    if page.next is None:
        return ""
    return quote(ctx.path, safe=_SAFE) + "?" + urlencode({**query, "cursor": page.next})


def _options(named: Iterable[tuple[str, str]], query: Mapping[str, str], parameter: str) -> list[tuple[str, str, bool]]:
    """Options of a select: value, label, chosen; a choice that is not among them is added."""
    found = dict(sorted(dict(named).items(), key=lambda pair: pair[1]))
    chosen = query.get(parameter, "")
    if chosen and chosen not in found:
        same = next((value for value in found if _same(value, chosen)), None)
        if same is None:
            found[chosen] = chosen
        chosen = same or chosen
    return [(value, text, value == chosen) for value, text in found.items()]


def _same(name: str, iri: str) -> bool:
    try:
        return expand(name) == iri
    except ValueError:
        return False


def _shared(claims: Sequence[Claim]) -> Thing | None:
    """What most of at least three claims are about, where their words name it."""
    named = [(wording.content(claim), _subject(claim)) for claim in claims]
    about = Counter(thing for text, thing in named if thing and wording.without(text, thing) != text)
    thing, times = about.most_common(1)[0] if about else (None, 0)
    return thing if times > max(2, len(claims) / 2) else None


def _subject(claim: Claim) -> Thing | None:
    if claim.quantity:
        return claim.quantity.measurand.about
    return claim.statement.subject if claim.statement else None


def _places(claims: Sequence[Placed]) -> list[Place]:
    """Claims of a document by the place where each is read first."""
    numbers = count(1)
    return [
        Place(
            claims=[(next(numbers), claim, passages) for claim, passages in group],
            of=_shared([claim for claim, _ in group]),
            one_mode=len({passages[0].mode for _, passages in group if passages}) == 1,
            one_speaker=len({(claim.claimants, claim.kind, claim.communication) for claim, _ in group}) == 1,
            one_time=len({claim.said for claim, _ in group}) == 1,
        )
        for group in by_place(claims)
    ]


def _strips(claims: Sequence[Placed], length: int) -> list[tuple[tuple[str, str], list[Mark]]]:
    """For each way of wording, where in the text its passages stand; a place that carries several claims once."""
    ends = [passage.end or 0 for _, passages in claims for passage in passages]
    whole = max([length, *ends, 1])
    found: dict[str, dict[tuple[int, int], list[tuple[int, Claim]]]] = {}
    for place, (claim, passages) in enumerate(claims, 1):
        for passage in passages:
            if passage.start is not None and passage.end is not None:
                found.setdefault(passage.mode, {}).setdefault((passage.start, passage.end), []).append((place, claim))
    return [
        (
            word(mode, wording.MODES),
            [
                Mark(
                    x=round(1000 * start / whole, 2),
                    width=max(round(1000 * (end - start) / whole, 2), 2),
                    target=f"#claim-{carried[0][0]}",
                    title=f"{start:,}\u2013{end:,}: {short('; '.join(claim.label for _, claim in carried))}",
                )
                for (start, end), carried in sorted(found[mode].items())
            ],
        )
        for mode in [*wording.MODES, *sorted(found.keys() - wording.MODES.keys())]
        if mode in found
    ]


def _in_words(name: str) -> str:
    """`familyName` as `family name`; a slug with its hyphens as spaces."""
    if re.fullmatch(r"[A-Za-z]+", name) and not name.isupper():
        return " ".join(part.lower() for part in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)) or name
    return name


def _vendored() -> Mapping[str, str] | None:
    """The addresses of YASGUI's files; None where they were not fetched."""
    files = {"script": "vendor/yasgui.min.js", "style": "vendor/yasgui.min.css"}
    if all((_HERE / "static" / name).is_file() for name in files.values()):
        return {kind: _address(name) for kind, name in files.items()}
    return None


def _address(name: str) -> str:
    """The address of a static file, which changes with its content."""
    try:
        digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()[:10]
    except FileNotFoundError:
        digest = "0"
    return f"/static/{name}?v={digest}"
