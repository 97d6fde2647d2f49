"""What holds for every answer: CORS, HEAD and OPTIONS, and what a browser may do with it. Plain ASGI, no buffering."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = "GET, HEAD, POST, OPTIONS"
CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After",
}
PREFLIGHT = {
    **CORS,
    "Access-Control-Allow-Methods": METHODS,
    "Access-Control-Allow-Headers": "Accept, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
# `self` only: it also proves that nothing comes from another host
POLICY = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'; img-src 'self' data:"
# for a page whose script brings style elements of its own (vis-timeline, with what its style sheet says again)
POLICY_WITH_STYLES = f"{POLICY}; style-src 'self' 'unsafe-inline'"

_COMMON = [
    (name.lower().encode(), value.encode())
    for name, value in {**CORS, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}.items()
]
_COMMON_NAMES = frozenset(name for name, _ in _COMMON)


class Hygiene:
    """Middleware around the whole app."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS, turn HEAD into GET without a body, add the headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        allow = METHODS if scope["path"].rstrip("/") in ("/sparql", "/sparql/explain") else "GET, HEAD, OPTIONS"
        if scope["method"] == "OPTIONS":
            await Response(status_code=204, headers={**PREFLIGHT, "Allow": allow})(scope, receive, send)
            return
        if scope["path"].startswith(("/id", "/explore")) or scope["path"] in ("/search", "/timeline"):
            # a form without a script sends its empty fields, too
            given = [field for field in scope["query_string"].split(b"&") if field.find(b"=") != len(field) - 1]
            scope = {**scope, "query_string": b"&".join(given)}
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET"}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 405:
                    headers["Allow"] = allow
                add_headers(headers)
                if message["status"] == 304:  # it would replace what the kept page came with (RFC 9111, 3.2)
                    del headers["Content-Security-Policy"]
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, with_headers)


class Compression:
    """Middleware that compresses for who takes gzip, and is not there for anybody else."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._compressor = GZipMiddleware(app, minimum_size=1000, compresslevel=5)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Compress, or pass on."""
        encodings = [value for name, value in scope.get("headers", ()) if name == b"accept-encoding"]
        if not encodings or not accepts_gzip(b",".join(encodings).decode("latin-1")):
            await self._app(scope, receive, send)
            return

        async def once(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if "vary" in headers:  # once each: the compressor adds its own
                    names = [name.strip() for name in ",".join(headers.getlist("vary")).split(",")]
                    headers["Vary"] = ", ".join(dict.fromkeys(names))
            await send(message)

        # the compressor looks for the word alone, in small letters, and would compress for `gzip;q=0`
        others = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        scope = {**scope, "headers": [*others, (b"accept-encoding", b"gzip")]}
        await self._compressor(scope, receive, once)


def add_headers(headers: MutableHeaders) -> None:
    """What every answer says, errors included."""
    headers.raw[:] = [pair for pair in headers.raw if pair[0] not in _COMMON_NAMES]
    headers.raw.extend(_COMMON)
    headers.setdefault("Content-Security-Policy", POLICY)
    headers.setdefault("Vary", "Accept-Encoding")


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a request takes gzip, by name (RFC 9110, 12.5.3): without q=0."""
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name == "gzip":
            quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
            return quality.strip("0.") != ""
    return False
