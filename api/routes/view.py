"""The interactive picture of a thing and what surrounds it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import Annotated

import anyio
from fastapi import APIRouter, FastAPI, HTTPException, Query
from starlette.responses import FileResponse, Response

from api import citing, picture
from api.dependencies import Asked, AskedDep
from api.negotiation import CITATIONS, HTML, chosen, documented, split_suffix
from api.problems import Problem
from api.routes.things import Slug, check_there
from graph import citations
from graph.neighbourhood import neighbourhood
from ontology.terms import BASE

router = APIRouter(tags=["pictures"])
AT_ONCE = 2  # a picture keeps a processor busy for up to seconds
KEPT = 64
FORMS = (HTML, *CITATIONS.values())
Key = tuple[str, str, int, int, str]  # snapshot, IRI, hops, limit, language


@dataclass
class _Pictures:
    """Finished pages, the least lately asked for first, and how many are drawn at once."""

    limiter: anyio.CapacityLimiter = field(default_factory=lambda: anyio.CapacityLimiter(AT_ONCE))
    pages: OrderedDict[Key, str] = field(default_factory=OrderedDict)

    @classmethod
    def of(cls, app: FastAPI) -> _Pictures:
        if not hasattr(app.state, "pictures"):
            app.state.pictures = cls()
        pictures: _Pictures = app.state.pictures
        return pictures

    def kept(self, key: Key) -> str | None:
        if key in self.pages:
            self.pages.move_to_end(key)
        return self.pages.get(key)

    def keep(self, key: Key, page: str) -> None:
        self.pages[key] = page
        while len(self.pages) > KEPT:
            self.pages.popitem(last=False)


@router.get("/id/{slug}/view{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/id/{slug}/view", summary="The picture of a thing", response_class=Response, responses=documented(*FORMS))
async def view(
    asked: AskedDep,
    slug: Slug,
    hops: Annotated[int, Query(ge=1, le=3, description="How far from the thing.")] = 1,
    limit: Annotated[int, Query(ge=2, le=300, description="Nodes at most; what is left out is counted.")] = 60,
) -> Response:
    """Things and their relations, to click through to the claims that they rest on."""
    path, wanted = split_suffix(asked.request.url.path)
    if path != f"/id/{slug}/view" or (wanted and wanted not in FORMS):
        raise HTTPException(404)
    media_type = wanted or chosen(asked.request.headers.get("accept"), FORMS)
    etag = asked.check_fresh(media_type)
    iri = f"{BASE}id/{slug}"
    await anyio.to_thread.run_sync(check_there, asked, iri)
    if media_type != HTML:
        text = await anyio.to_thread.run_sync(_cited, asked, iri, hops, limit, media_type)
        return asked.respond(text, media_type, etag)
    pictures, key = _Pictures.of(asked.request.app), (asked.snapshot, iri, hops, limit, asked.language)
    page = pictures.kept(key)
    if page is None:
        async with pictures.limiter:
            page = pictures.kept(key)  # drawn for another, while this one waited
            if page is None:
                page = await anyio.to_thread.run_sync(_drawn, asked, iri, hops, limit)
                pictures.keep(key, page)
    return asked.respond(page, HTML, etag)


def _cited(asked: Asked, iri: str, hops: int, limit: int, media_type: str) -> str:
    """The documents behind the edges of a picture."""
    store, naming = asked.served.store, asked.naming
    found = neighbourhood(store, iri, naming, hops, limit)
    address = asked.url(f"/id/{iri.removeprefix(BASE + 'id/')}/view", **dict(asked.request.query_params))
    relations = [relation for edge in found.edges for relation in edge.relations]
    title = f"Picture of {found.centre.label}"
    return citing.written(citations.of_relations(store, naming, title, address, relations), media_type)


def _drawn(asked: Asked, iri: str, hops: int, limit: int) -> str:
    found = neighbourhood(asked.served.store, iri, asked.naming, hops, limit)
    return picture.page(found, self_contained=False)


@router.get("/static/vendor/{name}", include_in_schema=False)
def vendor(name: str) -> Response:
    """What others wrote and pages need: vis-network as the pyvis wheel carries it, and the files of `make setup`."""
    files = picture.vendor_files()
    file = files.get(name, picture.HERE / "static" / "vendor" / name)
    if name.startswith(".") or not file.is_file():
        raise Problem(404, "not-found", "Not Found", "there is nothing at this address")
    return FileResponse(file, headers={"Cache-Control": "public, max-age=86400"})
