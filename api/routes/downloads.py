"""The whole graph to take away."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from api import service
from api.dependencies import AskedDep
from api.negotiation import ALIASES, AS_RDF, RDF, chosen

router = APIRouter(tags=["downloads"])


@router.get("/dump.nq.gz", summary="The whole graph as N-Quads", response_class=FileResponse)
def nquads(asked: AskedDep) -> Response:
    """All graphs of the snapshot, one quad a line, compressed."""
    return _file(asked, "dump.nq.gz")


@router.get("/dump.trig.gz", summary="The whole graph as TriG", response_class=FileResponse)
def trig(asked: AskedDep) -> Response:
    """All graphs of the snapshot, for readers, compressed."""
    return _file(asked, "dump.trig.gz")


@router.get("/.well-known/void", summary="What the graph holds", response_class=Response)
def void(asked: AskedDep) -> Response:
    """VoID and DCAT: counts by class and property, licence, downloads, example queries; RDF by Accept."""
    media_type = chosen(asked.request.headers.get("accept"), RDF, {**ALIASES, **AS_RDF})
    etag = asked.check_fresh(media_type)
    return asked.respond(service.dataset_description(asked.base, asked.served.store, media_type), media_type, etag)


def _file(asked: AskedDep, name: str) -> Response:
    etag = asked.check_fresh("application/gzip")
    path = asked.served.store.snapshot.path / name
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    return FileResponse(
        path, media_type="application/gzip", filename=f"sitrep-{asked.snapshot}-{name}", headers=headers
    )
