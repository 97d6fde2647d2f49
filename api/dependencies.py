"""What routes are given, as annotated aliases."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated
from urllib.parse import quote, urlencode

from fastapi import Depends, Query, Request
from starlette.responses import Response

from api import negotiation
from api.pages import Context, Pages
from api.serving import Served
from api.workers import Workers
from graph.naming import Naming

REVALIDATE = "public, no-cache"  # keep it, but ask each time: a 304 costs no query
VARY = "Accept, Accept-Language, Accept-Encoding"


class NotModified(Exception):
    """The client has this representation already."""

    def __init__(self, etag: str) -> None:
        self.etag = etag
        super().__init__(etag)


@dataclass(frozen=True)
class Asked:
    """One request as routes see it: the snapshot it is answered from, the reader's language, and its address."""

    request: Request
    served: Served
    language: str

    @property
    def snapshot(self) -> str:
        """The name of the snapshot that answers."""
        return self.served.store.snapshot.name

    @property
    def naming(self) -> Naming:
        """Names in the reader's language; keep it for the whole of an answer."""
        return Naming(self.served.store, self.language)

    @cached_property
    def base(self) -> str:
        """The public address of this server, without a slash at its end."""
        return public_base(self.request)

    def url(self, path: str, **parameters: str | None) -> str:
        """A public address, with the parameters that are not None."""
        given = {key: value for key, value in parameters.items() if value is not None}
        return f"{self.base}{path}" + (f"?{urlencode(given)}" if given else "")

    def following(self, cursor: str | None) -> str | None:
        """The address of the list's next page; None on the last."""
        if cursor is None:
            return None
        given = {key: value for key, value in self.request.query_params.items() if key != "cursor"}
        return f"{self.base}{quoted(self.request.url.path)}?{urlencode({**given, 'cursor': cursor})}"

    def check_fresh(self, media_type: str) -> str:
        """The ETag of a representation.

        Raises:
            NotModified: the client has it (RFC 9110, 13.1.2); nothing need be asked of the graph.
        """
        scope = self.request.scope
        address = f"{self.base}{scope['path']}?{scope['query_string'].decode('latin-1')}"
        text = "\0".join([self.snapshot, self.request.app.state.version, media_type, self.language, address])
        etag = f'W/"{self.snapshot}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"'
        # weak comparison: a cache on the way may have lost the W/
        known = [tag.strip().removeprefix("W/") for tag in self.request.headers.get("if-none-match", "").split(",")]
        # not `*`: it means "if there is anything", and nothing has been looked up yet
        if etag.removeprefix("W/") in known:
            raise NotModified(etag)
        return etag

    def respond(self, body: bytes | str, media_type: str, etag: str | None, **headers: str | None) -> Response:
        """A negotiated answer; without an ETag where a cache has no use for it (after POST)."""
        given = {name.replace("_", "-").title(): value for name, value in headers.items() if value is not None}
        own = {"ETag": etag, "Cache-Control": REVALIDATE} if etag else {"Cache-Control": "no-store"}
        return Response(body, headers={**own, "Vary": VARY, **given}, media_type=negotiation.content_type(media_type))

    def context(self, alternates: list[tuple[str, str]] | None = None) -> Context:
        """What every page needs."""
        path, given = self.request.url.path, self.request.query_params
        # what else of the address says which page it is; all other parameters choose a part of it
        telling = "iri" if path.startswith("/id") else "predicate" if path.startswith("/voc/") else ""
        which = urlencode({telling: given[telling]}) if telling in given else ""
        return Context(self.language, path, self.base, self.snapshot, alternates or [], which)


def quoted(path: str) -> str:
    """A decoded path as it stands in an address or a header (RFC 3986, 3.3)."""
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def public_base(request: Request) -> str:
    """Where the public reaches this server: what the operator said, else what the request says."""
    return str(request.app.state.public_url or str(request.base_url)).rstrip("/")


def asked_by(request: Request, language: str | None = None) -> Asked:
    """A request, and the snapshot that answers it; in the language of its parameter or its headers."""
    served = request.app.state.serving.now
    request.state.served = served  # keeps the snapshot as long as the request, also while a file of it is sent
    return Asked(request, served, language or negotiation.language(request.headers.get("accept-language")))


async def _asked(
    request: Request, lang: Annotated[str | None, Query(pattern="^(en|uk)$", include_in_schema=False)] = None
) -> Asked:
    return asked_by(request, lang)


async def _pages(request: Request) -> Pages:
    return request.app.state.pages  # type: ignore[no-any-return]


async def _workers(request: Request) -> Workers:
    return request.app.state.workers  # type: ignore[no-any-return]


AskedDep = Annotated[Asked, Depends(_asked)]
PagesDep = Annotated[Pages, Depends(_pages)]
WorkersDep = Annotated[Workers, Depends(_workers)]
