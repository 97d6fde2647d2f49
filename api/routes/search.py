"""Finding things by name."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api.dependencies import Asked, AskedDep, PagesDep
from api.models import Found, Hit, Matched, Thing
from api.negotiation import HTML, JSON, chosen
from api.problems import Problem
from graph import naming
from graph import search as search_index
from ontology.terms import compact, expand

router = APIRouter(tags=["look-up"])
MOST = 100
TYPES = (
    ("people", "foaf:Person"), ("organizations", "org:Organization"), ("states", "sit:State"),
    ("places", "schema:Place"), ("weapon systems", "sit:WeaponSystem"), ("events", "sit:Event"),
    ("offices", "org:Post"), ("topics", "skos:Concept"),
)  # fmt: skip


def iri(parameter: str, name: str | None) -> str | None:
    """The IRI that a parameter names: an IRI, a prefixed name, or a slug.

    Raises:
        Problem: it is none of these.
    """
    if name is None or ("://" in name and not name.startswith("<")):
        return name
    try:
        return expand(name if ":" in name else f"id:{name}")
    except ValueError as error:
        raise Problem(
            400, "invalid-parameter", "A parameter is wrong", f"{parameter}: {error}", parameter=parameter
        ) from None


@router.get("/search", summary="Find things by name", response_model=Found)
def search(
    asked: AskedDep,
    pages: PagesDep,
    q: Annotated[
        str, Query(description="A name in any language or spelling, or its beginning.", examples=["Syrsky"])
    ] = "",
    type: Annotated[
        str | None, Query(description="A class, as an IRI or a prefixed name.", examples=["foaf:Person"])
    ] = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 10,
    cursor: str | None = None,
) -> Response:
    """Labels in every language and spelling; each result says which label matched, and how."""
    media_type = chosen(asked.request.headers.get("accept"), [JSON, HTML])
    etag = asked.check_fresh(media_type)
    wanted = iri("type", type)
    offset = _offset(cursor)
    found = asked.served.search.find(q, [wanted] if wanted else [], limit, offset, asked.language)
    reached = offset + len(found.hits)
    following = str(reached) if reached < found.total else None
    if media_type == HTML:
        page = pages.search(
            asked.context(), results=found if q else None, query=q, types=TYPES, type=type or "",
            following=asked.following(following),
        )  # fmt: skip
        return asked.respond(page, HTML, etag)
    body = Found(
        query=q,
        results=[_hit(hit) for hit in found.hits],
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
    if not cursor.isdigit() or len(cursor) > 9:
        raise Problem(
            400,
            "invalid-parameter",
            "A parameter is wrong",
            "cursor: take `next` of the page before",
            parameter="cursor",
        )
    return int(cursor)


def link_next(asked: Asked, cursor: str | None) -> str | None:
    """The Link header of a list that goes on (RFC 8288)."""
    return f'<{asked.following(cursor)}>; rel="next"' if cursor else None
