"""The whole graph to take away."""

from __future__ import annotations

import re

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from api import service
from api.dependencies import Asked, AskedDep
from api.negotiation import ALIASES, AS_RDF, RDF, chosen, documented
from api.problems import Problem
from graph.errors import DamagedSnapshot

router = APIRouter(tags=["downloads"])
DUMPED = {**documented("application/gzip"), 206: {"description": "The part that `Range` names"}}
_RANGE = re.compile(r"bytes=(?:(\d{1,18})-(\d{0,18})|-(\d{1,18}))")


@router.get("/dump.nq.gz", summary="The whole graph as N-Quads", response_class=FileResponse, responses=DUMPED)
def nquads(asked: AskedDep) -> Response:
    """All graphs of the snapshot, one quad a line, compressed."""
    return _file(asked, "dump.nq.gz")


@router.get("/dump.trig.gz", summary="The whole graph as TriG", response_class=FileResponse, responses=DUMPED)
def trig(asked: AskedDep) -> Response:
    """All graphs of the snapshot, for readers, compressed."""
    return _file(asked, "dump.trig.gz")


@router.get("/.well-known/void", summary="What the graph holds", response_class=Response, responses=documented(*RDF))
def void(asked: AskedDep) -> Response:
    """VoID and DCAT: counts by class and property, licence, downloads, example queries; RDF by Accept."""
    media_type = chosen(asked.request.headers.get("accept"), RDF, {**ALIASES, **AS_RDF})
    etag = asked.check_fresh(media_type)
    return asked.respond(service.dataset_description(asked.base, asked.served.store, media_type), media_type, etag)


def _file(asked: Asked, name: str) -> Response:
    etag = asked.check_fresh("application/gzip")
    built = asked.served.store.snapshot
    path = built.path / name
    try:
        size = path.stat().st_size
    except OSError:
        raise DamagedSnapshot(built.path, name, "is missing") from None
    _check_range(asked, size)
    headers = {"ETag": etag, "Cache-Control": "public, no-cache"}
    return FileResponse(
        path, media_type="application/gzip", filename=f"sitrep-{asked.snapshot}-{name}", headers=headers
    )


def _check_range(asked: Asked, size: int) -> None:
    """Pass over a Range that makes no sense or names several (RFC 9110, 14.2): the whole file is an answer to it, too.

    Raises:
        Problem: the range lies behind the end.
    """
    given = asked.request.headers.get("range")
    if given is None:
        return
    found = _RANGE.fullmatch(given.strip())
    if found is None or (found[1] and found[2] and int(found[2]) < int(found[1])):
        scope = asked.request.scope
        scope["headers"] = [pair for pair in scope["headers"] if pair[0] != b"range"]
    elif (found[1] and int(found[1]) >= size) or (found[3] and int(found[3]) == 0):
        detail = f"the file has {size:,} bytes"
        headers = {"Content-Range": f"bytes */{size}"}
        raise Problem(416, "range-not-satisfiable", "No such part", detail, headers=headers)
