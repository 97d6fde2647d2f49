"""The short way to `/sparql`: what was asked in the same words is sent again, the rest goes straight to its route.

The framework's own way (routing, dependencies, a stack of middleware) takes several times as long as the smallest
look-up. The route itself, its errors, and what holds for every answer are the same on both ways. See
docs/decisions/0011-where-the-time-goes.md.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.middleware.errors import ServerErrorMiddleware
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from api.answers import Reply, Words
from api.hygiene import Compression, Hygiene
from api.routes.sparql import sparql

if TYPE_CHECKING:
    from fastapi import FastAPI

PATHS = frozenset({"/sparql", "/sparql/"})
METHODS = frozenset({"GET", "HEAD", "POST"})
SMALL = (
    256 * 1024
)  # bytes of a reply that is kept whole; making the rest of a larger one takes little beside sending it
# What a reply depends on beside its address; see `Asked.check_fresh`.
_HEADERS = (b"host", b"accept", b"accept-language", b"accept-encoding")
_CONDITION = b"if-none-match"


class Endpoint:
    """Plain ASGI for requests of `METHODS` to `PATHS`."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        handlers = dict(app.exception_handlers)
        unexpected = handlers.pop(Exception)
        self._long = ServerErrorMiddleware(
            Hygiene(Compression(ExceptionMiddleware(self._route, handlers))), handler=unexpected
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is kept, or answer and keep it."""
        state = self._app.state
        words = _words(scope, state.serving.now.store.snapshot.name) if scope["method"] == "GET" else None
        if words is None:
            await self._long(scope, receive, send)
        elif reply := state.answers.get(words):
            await send({"type": "http.response.start", "status": 200, "headers": reply.headers})
            await send({"type": "http.response.body", "body": reply.body})
        else:
            await self._long(scope, receive, _Keeping(self._app, words, send))

    @staticmethod
    async def _route(scope: Scope, receive: Receive, send: Send) -> None:
        response = await sparql(Request(scope, receive, send))
        await response(scope, receive, send)


def _words(scope: Scope, snapshot: str) -> Words | None:
    """What the reply depends on; None where it is not that alone: a condition may make it a 304."""
    headers: dict[bytes, bytes] = {}
    for name, value in scope["headers"]:
        headers[name] = headers[name] + b"," + value if name in headers else value
    if _CONDITION in headers:
        return None
    found = tuple(headers.get(name) for name in _HEADERS)
    return Words(snapshot, scope["scheme"], scope["path"], scope["query_string"], found)


class _Keeping:
    """Sends a reply, and keeps it where it stays the same: it has an ETag then."""

    def __init__(self, app: FastAPI, words: Words, send: Send) -> None:
        self._app, self._words, self._send = app, words, send
        self._headers: list[tuple[bytes, bytes]] | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers = message["headers"]
            if any(name == b"etag" for name, _ in headers):
                self._headers = list(headers)
        elif self._headers is not None and message["type"] == "http.response.body":
            body = message.get("body", b"")
            if not message.get("more_body") and len(body) <= SMALL:
                self._app.state.answers.keep(self._words, Reply(self._headers, body))
            self._headers = None
        await self._send(message)
