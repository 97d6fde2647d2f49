"""Every IRI of the graph at its own path: a page for people, data for programs.

Strict linked data would send a reader of `/id/syrskyi` on to a document about him (303). Here the document comes at
once, and says so in Content-Location and Link: see docs/decisions/.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Annotated, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import Response

from api import citing, inset, models, tables
from api.dependencies import Asked, AskedDep, PagesDep, quoted
from api.negotiation import (
    CITATIONS,
    CSV,
    EVERY_SUFFIX,
    HTML,
    JSON,
    JSON_LD,
    RDF,
    SUFFIXES,
    TURTLE,
    chosen,
    documented,
    split_suffix,
)
from api.pages import Pages
from api.problems import Problem
from api.routes import words
from api.routes.lists import CITED, Cursor, Limit, Listed, alternates, paged
from graph import checks, citations, claims, comparisons, describe, entities, members, points, relations, specifications
from graph.claims import Claim
from graph.errors import UnknownEntity
from graph.naming import Naming, Thing
from graph.paging import Page
from graph.store import Store, serialized, text_of
from ontology.terms import BASE, expand

router = APIRouter(tags=["look-up"])
SHOWN = documented(JSON, HTML, *RDF, CSV, *CITATIONS.values())
LISTED = documented(JSON, HTML, CSV, TURTLE, JSON_LD, *CITATIONS.values())

KINDS = ("claim", "passage", "measurand", "rel", "comparison", "check", "dispute", "doc", "voc")
ON_A_PAGE = 12  # relations of one kind, on an entity's page, or what uses a concept; the rest by their list
Slug = Annotated[str, Path(description="The last part of the thing's IRI.", examples=["syrskyi"])]
IRI = Annotated[str | None, Query(description="The IRI of a thing outside our base.", include_in_schema=True)]


@router.get("/id/{slug}/relations{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/id/{slug}/relations", summary="A thing's relations", response_model=models.Relations, responses=LISTED)
def list_relations(
    asked: AskedDep,
    pages: PagesDep,
    slug: Slug,
    direction: Literal["in", "out", "both"] = "both",
    predicate: Annotated[str | None, Query(description="A property: IRI, prefixed or bare name.")] = None,
    type: Annotated[str | None, Query(description="The class of the other end.", examples=["sit:Event"])] = None,
    status: Literal["asserted", "hedged", "disputed"] | None = None,
    start: Annotated[str | None, Query(alias="from", description=f"Not over before it. {words.DAY}")] = None,
    end: Annotated[str | None, Query(alias="to", description=f"Not begun after it. {words.DAY}")] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Response:
    """Each direct edge once, with its status, dates, event, and the claims or sources that it rests on."""
    listed, iri = _listed(asked, slug)
    thing = listed.naming.thing(iri)
    days = words.period(start, end, ("from", "to"))
    wanted = relations.Filter(
        direction, words.predicate(listed.store, predicate), words.type(listed.store, type), status,
        str(days.start or "") or None, str(days.end or "") or None,
    )  # fmt: skip
    page = paged(lambda: relations.of(listed.store, iri, listed.naming, wanted, listed.most(limit), cursor))
    return listed.answer(
        page.next,
        html=lambda context, query: pages.relations(
            context,
            entity=thing,
            page=page,
            query=query,
            counts=relations.counts(listed.store, iri, listed.naming),
        ),
        csv=lambda: tables.relations(page.items),
        rdf=lambda: describe.of_relations(listed.store, page.items),
        json=lambda following: models.Relations.read(thing, page, following, asked.snapshot),
        cited=lambda: citations.of_relations(
            listed.store,
            listed.naming,
            f"Relations of {thing.label}",
            listed.address,
            [item.iri for item in page.items],
        ),
    )


@router.get("/id/{slug}/claims{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/id/{slug}/claims", summary="Claims by or about a thing", response_model=models.Claims, responses=LISTED)
def list_claims(
    asked: AskedDep,
    pages: PagesDep,
    slug: Slug,
    role: Literal["by", "about"] = "about",
    measure: Annotated[str | None, Query(description="A measure.", examples=["voc:m-losses"])] = None,
    kind: Annotated[str | None, Query(description="A kind of claim.", examples=["voc:estimate"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """The latest first."""
    listed, iri = _listed(asked, slug)
    of_measure, of_kind = (
        words.concept(listed.store, name, word) for name, word in (("measure", measure), ("kind", kind))
    )
    most = listed.most(limit)
    page = paged(lambda: claims.of(listed.store, iri, listed.naming, role, of_measure, of_kind, most, cursor))
    measures = claims.measures(listed.store, iri, listed.naming, role)
    return _claims_listed(listed, pages, listed.naming.thing(iri), role, page, measures)


@router.get("/rel/{name}/claims{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/rel/{name}/claims", summary="Claims behind a relation", response_model=models.Claims, responses=LISTED)
def claims_behind(
    asked: AskedDep, pages: PagesDep,
    name: Annotated[
        str,
        Path(description="The last part of the relation's IRI.",
             examples=["syrskyi-spokeabout-russian-armed-forces-2d7e872937c7"]),
    ],
    limit: Limit = 50, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """All that a relation rests on, the latest first; nothing where a source alone says so."""
    return _claims_hanging(asked, pages, f"rel/{name}", "behind", relations.behind, limit, cursor)


@router.get("/voc/{name}/claims{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/voc/{name}/claims", summary="Claims of a measure", response_model=models.Claims, responses=LISTED)
def claims_of_measure(
    asked: AskedDep, pages: PagesDep,
    name: Annotated[str, Path(description="The last part of the measure's IRI.", examples=["m-losses"])],
    limit: Limit = 50, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """Every number that somebody gave for a measure, the latest first."""
    return _claims_hanging(asked, pages, f"voc/{name}", "of", claims.of_measure, limit, cursor)


def _claims_hanging(
    asked: Asked, pages: Pages, path: str, role: str,
    read: Callable[[Store, str, Naming, int, str | None], Page[Claim]], limit: int, cursor: str | None,
) -> Response:  # fmt: skip
    """The claims that hang on a node at a path under our base."""
    listed, iri = Listed.at(asked, f"/{path}/claims", forms=CITED), BASE + path
    check_there(asked, iri)
    page = paged(lambda: read(listed.store, iri, listed.naming, listed.most(limit), cursor))
    return _claims_listed(listed, pages, listed.naming.thing(iri), role, page)


def _claims_listed(
    listed: Listed, pages: Pages, thing: Thing, role: str, page: Page[Claim], measures: Sequence[Thing] = ()
) -> Response:
    return listed.answer(
        page.next,
        html=lambda context, query: pages.claims(
            context, entity=thing, page=page, role=role, query=query, measures=measures
        ),
        csv=lambda: tables.claims(page.items),
        rdf=lambda: describe.of_claims(listed.store, page.items),
        json=lambda following: models.Claims.read(thing, page, following, listed.asked.snapshot),
        cited=lambda: citations.of_claims(
            listed.store, listed.naming, f"Claims {role} {thing.label}", listed.address, page.items
        ),
    )


def _listed(asked: Asked, slug: str) -> tuple[Listed, str]:
    """A list about a thing, and the thing's IRI: `/id/-/relations?iri=` names one outside our base.

    Raises:
        NotAcceptable, NotModified: before anything is asked of the graph.
        UnknownEntity, Moved, Problem: nothing is listed of it here.
    """
    outside_iri = asked.request.query_params.get("iri")
    iri = outside_iri if slug == "-" and outside_iri else f"{BASE}id/{slug}"
    paths, more = [f"/id/{slug}/relations", f"/id/{slug}/claims"], ["iri"] if slug == "-" else []
    listed = Listed.at(asked, *paths, forms=CITED, more=more)
    check_there(asked, iri)
    return listed, iri


@router.get("/id{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/id", summary="A thing outside our base", response_model=models.Entity, responses=SHOWN)
def outside(asked: AskedDep, pages: PagesDep, iri: Annotated[str, Query(description="Its IRI.")]) -> Response:
    """What the graph holds about any IRI, such as those of a user's own RDF."""
    path, media_type = split_suffix(asked.request.url.path)
    if path != "/id":
        raise _nothing_here()
    return _thing(asked, pages, iri, media_type)


@router.get("/id/{slug:path}", summary="A thing", response_model=models.Entity, responses=SHOWN)
def entity(asked: AskedDep, pages: PagesDep, slug: Slug) -> Response:
    """Names, facts, and counts of relations and claims: JSON, RDF or a page, by Accept or by suffix (`.ttl`)."""
    return _at_path(asked, pages, "id", slug)


@router.get("/{kind}/{name:path}", summary="Any other node", response_class=Response, responses=SHOWN)
def node(
    asked: AskedDep, pages: PagesDep,
    kind: Annotated[str, Path(json_schema_extra={"enum": list(KINDS)})],
    name: Annotated[str, Path(examples=["m-losses"])],
) -> Response:  # fmt: skip
    """A claim, passage, measurand, relation, comparison, check, dispute, document or concept."""
    if kind not in KINDS:
        raise _nothing_here()
    return _at_path(asked, pages, kind, name)


def _at_path(asked: Asked, pages: Pages, kind: str, name: str) -> Response:
    bare, media_type = split_suffix(name)
    iri, whole = f"{BASE}{kind}/{bare}", f"{BASE}{kind}/{name}"
    if media_type and asked.served.store.knows(whole):
        iri, media_type = whole, None  # a name that happens to end like a suffix
    return _thing(asked, pages, iri, media_type)


class Moved(Exception):
    """Another IRI has taken the place of the one asked for."""

    def __init__(self, address: str) -> None:
        self.address = address
        super().__init__(address)


def check_there(asked: Asked, iri: str) -> None:
    """See that something can be said of an IRI.

    Raises:
        UnknownEntity: nothing is known.
        Moved: it was merged into another.
        Problem: it was withdrawn.
    """
    store = asked.served.store
    if not store.knows(iri):
        raise UnknownEntity(iri)
    kept = entities.merged_into(store, iri)
    if kept is not None:
        path, query = asked.request.url.path, asked.request.url.query
        given = asked.request.query_params.multi_items()
        if ("iri", iri) in given:
            query = urlencode([(name, kept if (name, value) == ("iri", iri) else value) for name, value in given])
        else:
            path = path.replace(iri.removeprefix(BASE), kept.removeprefix(BASE), 1)
        raise Moved(asked.base + quoted(path) + (f"?{query}" if query else ""))
    if entities.is_withdrawn(store, iri):
        label = asked.naming.label(iri)
        detail = f"\u201c{label}\u201d was withdrawn; what was said of it no longer stands: {iri}"
        raise Problem(410, "withdrawn", "Withdrawn", detail, iri=iri, label=label)


def _nothing_here() -> HTTPException:
    return HTTPException(404)


def _thing(asked: Asked, pages: Pages, iri: str, media_type: str | None) -> Response:
    media_type = media_type or chosen(asked.request.headers.get("accept"), [JSON, HTML, *RDF, CSV, *CITATIONS.values()])
    etag = asked.check_fresh(media_type)
    store, naming = asked.served.store, asked.naming
    check_there(asked, iri)
    card = entities.read(store, iri, naming)
    others, sources = alternates(asked, [*SUFFIXES.values()]), alternates(asked, [*CITATIONS.values()])
    links = [*(("alternate", *other) for other in others), *(("describedby", *source) for source in sources)]
    headers = {"link": ", ".join(f'<{href}>; rel="{rel}"; type="{kind}"' for rel, kind, href in links)}
    if media_type in EVERY_SUFFIX.values() and iri.startswith(BASE):
        suffix = next(suffix for suffix, kind in EVERY_SUFFIX.items() if kind == media_type)
        headers["content_location"] = f"/{quoted(iri.removeprefix(BASE))}{suffix}"
    if media_type == HTML:
        return asked.respond(_page(asked, pages, card, naming, others), HTML, etag, **headers)
    if media_type == CSV:
        return asked.respond(tables.entity(card), CSV, etag, **headers)
    if media_type in CITATIONS.values():
        return asked.respond(
            citing.written(citations.of_thing(store, iri, naming), media_type), media_type, etag, **headers
        )
    if media_type in RDF:
        return asked.respond(serialized(describe.described(store, iri), media_type), media_type, etag, **headers)
    if "sit:Claim" in card.thing.types:
        claim = models.Claim.of(claims.read(store, iri, naming))
        body = models.ClaimAlone(**claim.model_dump(), snapshot=asked.snapshot).model_dump_json()
    elif "sit:Comparison" in card.thing.types:
        comparison = models.Comparison.of(comparisons.read(store, iri, naming))
        body = models.ComparisonAlone(**comparison.model_dump(), snapshot=asked.snapshot).model_dump_json()
    elif "sit:Dispute" in card.thing.types:
        dispute = models.Dispute.of(comparisons.dispute(store, iri, naming))
        body = models.DisputeAlone(**dispute.model_dump(), snapshot=asked.snapshot).model_dump_json()
    elif "sit:Check" in card.thing.types:
        check = models.Check.of(checks.read(store, iri, naming))
        body = models.CheckAlone(**check.model_dump(), snapshot=asked.snapshot).model_dump_json()
    else:
        body = models.Entity.read(card, asked.snapshot).model_dump_json()
    return asked.respond(body, JSON, etag, **headers)


def _page(asked: Asked, pages: Pages, card: entities.Entity, naming: Naming, alternates: list[tuple[str, str]]) -> str:
    """The page that fits the kind of node."""
    store, iri, context = asked.served.store, card.thing.iri, asked.context(alternates)
    types = set(card.thing.types)
    if "sit:Claim" in types:
        claim = claims.read(store, iri, naming)
        return pages.claim(
            context,
            claim=claim,
            conflicts=claims.compared(store, iri, naming),
            relations=relations.resting_on(store, iri, naming),
        )
    if "sit:Comparison" in types:
        return pages.comparison(context, comparison=comparisons.read(store, iri, naming))
    if "sit:Dispute" in types:
        dispute = comparisons.dispute(store, iri, naming)
        pairs = [comparisons.read(store, name, naming) for name in dispute.comparisons[:ON_A_PAGE]]
        return pages.dispute(context, dispute=dispute, comparisons=pairs)
    if "sit:Check" in types:
        return pages.check(context, check=checks.read(store, iri, naming))
    if iri.startswith(BASE + "doc/"):
        document = claims.document(store, iri, naming)
        return pages.document(
            context, document=document, facts=card.facts, query=dict(asked.request.query_params),
            page=paged(lambda: claims.in_document(store, iri, naming, cursor=asked.request.query_params.get("cursor"))),
        )  # fmt: skip
    if not iri.startswith(BASE + "id/") and iri.startswith(BASE):
        uses = members.uses(store, naming, iri)  # of a concept; of another node there are none
        return pages.node(
            context, thing=card.thing, facts=card.facts, labels=card.labels, description=card.description,
            claims=_claims_of(store, iri, types, naming),
            counted=members.counted(store, naming, iri, ON_A_PAGE) if "sit:Measure" in types else None,
            uses=[(use, members.of_use(store, naming, iri, use.thing.iri, ON_A_PAGE)) for use in uses],
            inbound=None if uses else entities.inbound(store, iri, naming),
        )  # fmt: skip
    by, about = (claims.of(store, iri, naming, role, limit=100) for role in (claims.BY, claims.ABOUT))
    groups = []
    for count in card.relations:
        wanted = relations.Filter(count.direction, count.predicate.iri)
        found = relations.of(store, iri, naming, wanted, ON_A_PAGE)
        if found.items:
            heading = count.predicate.label if count.direction == relations.OUT else found.items[0].inverse_label
            groups.append((heading, count.direction, found.items, found.total))
    return pages.entity(
        context, entity=card, relations=groups,
        figures=[claim for claim in about.items if claim.quantity],
        said_about=[claim for claim in about.items if not claim.quantity],
        said_by=by.items, totals={"by": by.total, "about": about.total},
        sheet=specifications.read(store, iri, naming) if "sit:WeaponSystem" in types else None,
        picture=inset.nearest(asked.served.explorer, naming, iri), points=points.of(store, iri, naming),
        inbound=None if by.total or about.total or groups else entities.inbound(store, iri, naming),
    )  # fmt: skip


def _claims_of(store: Store, iri: str, types: Collection[str], naming: Naming) -> Page[Claim] | None:
    """The claims that a node is there for: on a measurand, of a passage; the latest of a measure, behind a relation."""
    if "sit:Measure" in types:
        return claims.of_measure(store, iri, naming, ON_A_PAGE)
    if "sit:Relation" in types:
        return relations.behind(store, iri, naming, ON_A_PAGE)
    if "sit:Measurand" in types:
        found = claims.with_number(store, iri, naming)
    elif "sit:Passage" in types:
        found = [claims.read(store, text_of(claim), naming) for claim in store.objects(iri, expand("sit:carries"))]
    else:
        return None
    return Page(tuple(found), len(found), None)
