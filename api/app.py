"""The HTTP application."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

import anyio
from fastapi import FastAPI, Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

import api
import graph
import ontology as words
from api import endpoint, picture, problems
from api.answers import Answers
from api.dependencies import REVALIDATE, VARY, NotModified
from api.endpoint import Endpoint
from api.hygiene import Compression, Hygiene
from api.pages import Pages
from api.routes import (
    browse,
    desk,
    downloads,
    explain,
    explore,
    health,
    home,
    ontology,
    search,
    sparql,
    things,
    timeline,
    view,
)
from api.serving import Serving
from api.workers import Limits, Workers

HERE = Path(api.__file__).parent
CACHE = 64 * 1024**2
DESCRIPTION = """Who claimed what about the Russia-Ukraine war, where it was read, how it was hedged.

Every IRI under `https://w3id.org/sitrep/` is answered at the same path. Lists come in pages: follow `next`.
Errors are problem documents (RFC 9457). Nothing here can be changed: all doors are read-only."""


class Application(FastAPI):
    """FastAPI, with a shorter way to the SPARQL endpoint."""

    endpoint: Endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; one that the end of the server cuts short, with a 503."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        began = False

        async def noting(message: Message) -> None:
            nonlocal began
            began = True
            await send(message)

        scope["app"] = self
        try:
            if scope["path"] in endpoint.PATHS and scope["method"] in endpoint.METHODS:
                await self.endpoint(scope, receive, noting)
            else:
                await super().__call__(scope, receive, noting)
        except asyncio.CancelledError:  # only a server that ends cancels, and this is the end of the task
            if not began:
                await Hygiene(problems.respond(Request(scope), problems.ending()))(scope, receive, send)


def create_app(
    snapshots: Path, limits: Limits | None = None, public_url: str | None = None, cache: int = CACHE
) -> Application:
    """The application over a folder of snapshots.

    Args:
        snapshots: a folder of snapshots; a newer current one is taken up while requests go on.
        limits: what one stranger's query may take; the usual when None.
        public_url: where the public reaches this server; what requests say when None.
        cache: bytes of memory for answers that were given already; 0 for none.

    Raises:
        NoSnapshot: nothing is built there.
    """
    serving = Serving(snapshots)
    limits = limits or Limits()

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        async with Workers(limits) as workers, anyio.create_task_group() as group:
            app.state.workers = workers
            await workers.warm(serving.now.store.snapshot)
            group.start_soon(serving.watch, workers.warm)
            group.start_soon(anyio.to_thread.run_sync, picture.prepare)
            yield
            group.cancel_scope.cancel()

    app = Application(
        title="sitrep", version=version("sitrep"), description=DESCRIPTION, lifespan=lifespan,
        docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, responses=problems.DOCUMENTED,
    )  # fmt: skip
    app.state.serving = serving
    app.state.limits = limits
    app.state.answers = Answers(cache)
    app.state.public_url = public_url
    app.state.pages = Pages()
    app.state.pictures = anyio.CapacityLimiter(explore.AT_ONCE)
    app.state.version = _version()
    problems.install(app)
    app.add_exception_handler(NotModified, _not_modified)
    app.add_exception_handler(things.Moved, _moved)
    for module in (home, health, sparql, explain, search, desk, browse, explore, view, downloads, ontology, timeline):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=HERE / "static", check_dir=False))
    app.include_router(things.router)  # last: it takes every path that looks like an IRI's
    app.add_middleware(Compression)
    app.add_middleware(Hygiene)
    app.endpoint = Endpoint(app)
    return app


async def _not_modified(_: Request, error: Exception) -> Response:
    etag = error.etag if isinstance(error, NotModified) else ""
    headers = {"ETag": etag, "Cache-Control": REVALIDATE, "Vary": VARY}
    return Response(status_code=304, headers=headers)


async def _moved(_: Request, error: Exception) -> Response:
    address = error.address if isinstance(error, things.Moved) else "/"
    return Response(status_code=308, headers={"Location": address, "Cache-Control": REVALIDATE})


def _version() -> str:
    """A digest of the program, so that an answer made by other code has another ETag."""
    digest = hashlib.sha256()
    for package in (api, graph, words):
        for path in sorted(Path(str(package.__file__)).parent.rglob("*")):
            if path.suffix in (".py", ".rq", ".html", ".css", ".js"):
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
