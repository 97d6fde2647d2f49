"""The interactive picture of a thing and what surrounds it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import FileResponse, Response

from api import picture
from api.dependencies import AskedDep
from api.negotiation import HTML
from api.problems import Problem
from api.routes.things import Slug
from graph.neighbourhood import neighbourhood
from ontology.terms import BASE

router = APIRouter(tags=["pictures"])


@router.get("/id/{slug}/view", summary="The picture of a thing", response_class=Response)
def view(
    asked: AskedDep,
    slug: Slug,
    hops: Annotated[int, Query(ge=1, le=3, description="How far from the thing.")] = 1,
    limit: Annotated[int, Query(ge=2, le=300, description="Nodes at most; what is left out is counted.")] = 60,
) -> Response:
    """Things and their relations, to click through to the claims that they rest on."""
    etag = asked.check_fresh(HTML)
    found = neighbourhood(asked.served.store, f"{BASE}id/{slug}", asked.naming, hops, limit)
    return asked.respond(picture.page(found, self_contained=False), HTML, etag)


@router.get("/static/vendor/{name}", include_in_schema=False)
def vendor(name: str) -> Response:
    """vis-network as the pyvis wheel carries it, so that a picture needs no other host."""
    files = picture.vendor_files()
    if name not in files:
        raise Problem(404, "not-found", "Not Found", "there is nothing at this address")
    return FileResponse(files[name], headers={"Cache-Control": "public, max-age=86400"})
