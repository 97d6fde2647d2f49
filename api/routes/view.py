"""The picture of one thing: the explorer, opened at what surrounds it."""

from __future__ import annotations

from typing import Annotated

import anyio
from fastapi import APIRouter, HTTPException, Query
from starlette.responses import FileResponse, Response

from api import citing, picture
from api.dependencies import Asked, AskedDep
from api.negotiation import CITATIONS, HTML, chosen, documented, split_suffix
from api.pages import sources
from api.problems import Problem
from api.routes.explore import working
from api.routes.things import Slug, check_there
from graph import citations
from graph.explore import Scene
from graph.explore.around import around
from ontology.terms import BASE

router = APIRouter(tags=["explorer"])
FORMS = (HTML, *CITATIONS.values())


@router.get("/id/{slug}/view{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/id/{slug}/view", summary="The picture of a thing", response_class=Response, responses=documented(*FORMS))
async def view(
    asked: AskedDep,
    slug: Slug,
    hops: Annotated[int, Query(ge=1, le=3, description="How far from the thing.")] = 1,
    limit: Annotated[int, Query(ge=2, le=300, description="Nodes at most; what is left out is counted.")] = 60,
) -> Response:
    """The explorer at this thing and its best supported neighbours; or the documents behind its edges."""
    path, wanted = split_suffix(asked.request.url.path)
    if path != f"/id/{slug}/view" or (wanted and wanted not in FORMS):
        raise HTTPException(404)
    media_type = wanted or chosen(asked.request.headers.get("accept"), FORMS)
    etag = asked.check_fresh(media_type)
    iri = f"{BASE}id/{slug}"
    await anyio.to_thread.run_sync(check_there, asked, iri)
    explorer = asked.served.explorer
    chosen_view = await working(asked, lambda: around(explorer, iri, hops, limit))
    scene = await working(asked, lambda: explorer.scene(chosen_view, asked.naming))
    if media_type == HTML:
        cited = sources(f"/id/{slug}/view", f"hops={hops}&limit={limit}")
        page = await working(asked, lambda: picture.page(scene, cited=cited))
        return asked.respond(page, HTML, etag)
    return asked.respond(await working(asked, lambda: _cited(asked, iri, scene, media_type)), media_type, etag)


def _cited(asked: Asked, iri: str, scene: Scene, media_type: str) -> str:
    """The documents behind the edges of a picture."""
    store, naming = asked.served.store, asked.naming
    address = asked.url(f"/id/{iri.removeprefix(BASE + 'id/')}/view", **dict(asked.request.query_params))
    title = f"Picture of {naming.label(iri)}"
    edges = [edge.iri for edge in scene.edges]
    return citing.written(citations.of_relations(store, naming, title, address, edges), media_type)


@router.get("/static/vendor/{name}", include_in_schema=False)
def vendor(name: str) -> Response:
    """What others wrote and pages need: vis-network as the pyvis wheel carries it, and the files of `make setup`."""
    fetched = {file.name: file for file in (picture.HERE / "static" / "vendor").glob("[!.]*")}
    file = (fetched | picture.vendor_files()).get(name)
    if file is None:
        raise Problem(404, "not-found", "Not Found", "there is nothing at this address")
    return FileResponse(file, headers={"Cache-Control": "public, max-age=86400"})
