"""Finding things by name."""

from __future__ import annotations

import re
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import AskedDep, PagesDep
from api.models import Found, Hit, Matched, Thing
from api.negotiation import HTML, JSON, chosen, documented
from api.problems import Problem
from api.routes import words
from api.routes.lists import link_next
from graph import naming
from graph import search as search_index
from ontology.terms import compact

router = APIRouter(tags=["look-up"])
MOST = 100
TYPES = (
    ("people", "foaf:Person"), ("organizations", "org:Organization"), ("states", "sit:State"),
    ("places", "schema:Place"), ("weapon systems", "sit:WeaponSystem"), ("events", "sit:Event"),
    ("offices", "org:Post"), ("topics", "skos:Concept"),
)  # fmt: skip


@router.get("/search", summary="Find things by name", response_model=Found, responses=documented(JSON, HTML))
def search(
    asked: AskedDep,
    pages: PagesDep,
    q: Annotated[
        str, Query(description="A name in any language or spelling, or its beginning.", examples=["Syrsky"])
    ] = "",
    type: Annotated[
        str | None, Query(description="A class: IRI, prefixed or bare name.", examples=["foaf:Person"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 10,
    cursor: str | None = None,
) -> Response:
    """Labels in every language and spelling; each result says which label matched, and how."""
    media_type = chosen(asked.request.headers.get("accept"), [JSON, HTML])
    if media_type == JSON:
        words.only_known(asked)
    etag = asked.check_fresh(media_type)
    wanted = words.type(asked.served.store, type)
    offset = _offset(cursor)
    found = asked.served.search.find(q, [wanted] if wanted else [], limit, offset, asked.language)
    concepts = [] if wanted or offset else asked.served.concepts.called(q, asked.naming)
    reached = offset + len(found.hits)
    following = str(reached) if reached < found.total else None
    if media_type == HTML:
        page = pages.search(
            asked.context(), results=found if q else None, query=q, types=TYPES, type=type or "",
            concepts=concepts, following=asked.following(following),
        )  # fmt: skip
        return asked.respond(page, HTML, etag)
    body = Found(
        query=q,
        results=[_hit(hit) for hit in found.hits],
        concepts=[Thing.of(concept) for concept in concepts],
        total=found.total, total_exact=found.total_exact, truncated=following is not None,
        next=asked.following(following), snapshot=asked.snapshot,
    )  # fmt: skip
    return asked.respond(body.model_dump_json(), JSON, etag, link=link_next(asked, following))


def _hit(hit: search_index.Hit) -> Hit:
    thing = naming.Thing(hit.iri, hit.label, tuple(compact(name).strip("<>") for name in hit.types))
    matched = Matched(label=hit.matched.label, lang=hit.matched.lang, how=hit.matched.how)
    return Hit(**Thing.of(thing).model_dump(), score=hit.score, matched=matched)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not re.fullmatch("[0-9]{1,9}", cursor):
        raise Problem(
            400,
            "invalid-parameter",
            "A parameter is wrong",
            "cursor: take `next` of the page before",
            parameter="cursor",
        )
    return int(cursor)
