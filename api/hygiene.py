"""What holds for every answer: CORS, HEAD and OPTIONS, and what a browser may do with it. Plain ASGI, no buffering."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
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
            given = [field for field in scope["query_string"].split(b"&") if not field.endswith(b"=")]
            scope = {**scope, "query_string": b"&".join(given)}
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope = {**scope, "method": "GET"}
        # the compressor looks for the word alone, in small letters, and would compress for `gzip;q=0`
        encoding = b"gzip" if accepts_gzip(",".join(Headers(scope=scope).getlist("accept-encoding"))) else b"identity"
        others = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        scope = {**scope, "headers": [*others, (b"accept-encoding", encoding)]}

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 405:
                    headers["Allow"] = allow
                if "vary" in headers:  # once each: the compressor adds its own
                    names = [name.strip() for name in ",".join(headers.getlist("vary")).split(",")]
                    headers["Vary"] = ", ".join(dict.fromkeys(names))
                add_headers(headers)
                if message["status"] == 304:  # it would replace what the kept page came with (RFC 9111, 3.2)
                    del headers["Content-Security-Policy"]
            elif is_head and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app(scope, receive, with_headers)


def add_headers(headers: MutableHeaders) -> None:
    """What every answer says, errors included."""
    for name, value in CORS.items():
        headers[name] = value
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "no-referrer"
    headers.setdefault("Content-Security-Policy", POLICY)


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether a request takes gzip, by name (RFC 9110, 12.5.3): without q=0."""
    for part in accept_encoding.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name == "gzip":
            quality = next((value[2:] for value in parameters if value.startswith("q=")), "1")
            return quality.strip("0.") != ""
    return False
