"""The home page, and the reference of this interface: for people at /docs, for programs at /openapi.json."""

from __future__ import annotations

import json

from fastapi import APIRouter
from starlette.responses import Response

from api import inset, questions, reference
from api.dependencies import AskedDep, PagesDep
from api.negotiation import HTML, JSON
from graph import claims, overview

router = APIRouter(include_in_schema=False)
# Pages of things may be indexed. What has no end (queries, pictures, lists by parameters) or is large may not.
ROBOTS = """User-agent: *
Disallow: /sparql
Disallow: /explore
Disallow: /search
Disallow: /dump.
Disallow: /*?
"""


@router.get("/")
def home(asked: AskedDep, pages: PagesDep) -> Response:
    """What this graph is, and where to go."""
    etag = asked.check_fresh(HTML)
    store, naming = asked.served.store, asked.naming
    page = pages.home(
        asked.context(),
        counts=overview.counts(store),
        as_known_on=overview.as_known_on(store),
        core=inset.core(asked.served.explorer, naming),
        highlights=overview.most_reported(store, naming, 8),
        documents=overview.newest_documents(store, naming, 8),
        contested=[
            (
                of_weapons,
                [
                    (one, claims.read(store, one.first, naming), claims.read(store, one.second, naming))
                    for one in overview.contested(store, most, of_weapons)
                ],
            )
            for of_weapons, most in ((False, 5), (True, 2))
        ],
        disputes=overview.disputes(store),
        questions=questions.pairs(),
    )
    return asked.respond(page, HTML, etag)


@router.get("/robots.txt")
async def robots() -> Response:
    """What programs that index pages are asked to leave (RFC 9309)."""
    return Response(ROBOTS, media_type="text/plain", headers={"Cache-Control": "public, max-age=86400"})


@router.get("/openapi.json")
async def openapi(asked: AskedDep) -> Response:
    """OpenAPI 3.1, with real answers as examples."""
    etag = asked.check_fresh(JSON)
    document = await reference.described(asked.request.app)
    return asked.respond(json.dumps(document, ensure_ascii=False), JSON, etag)


@router.get("/docs")
async def docs(asked: AskedDep, pages: PagesDep) -> Response:
    """The same as a page."""
    etag = asked.check_fresh(HTML)
    return asked.respond(
        pages.reference(asked.context(), document=await reference.described(asked.request.app)), HTML, etag
    )
