"""The reference of this interface: OpenAPI, with examples that are real answers from the graph being served."""

from __future__ import annotations

import copy
import json
from typing import Any

import anyio
from fastapi import FastAPI
from starlette.types import Message, Scope

# What is asked to show what comes back. Where the graph has no such thing there is no example.
EXAMPLES = {
    "/id/{slug}": "/id/syrskyi",
    "/id/{slug}/relations": "/id/atacms/relations?predicate=sit:suppliedBy",
    "/id/{slug}/claims": "/id/syrskyi/claims?role=by&limit=1",
    "/timeline": "/timeline?about=ev-drone-attack-2025-01-19&limit=1",
    "/search": "/search?q=Сирський&limit=1",
    "/explore/graph.{format}": "/explore/graph.json?start=syrskyi",
    "/explore/thing.json": "/explore/thing.json?id=syrskyi",
    "/explore/paths.json": "/explore/paths.json?from=syrskyi&to=atacms&k=1&length=6&through=true",
    "/sparql": "/sparql?query=SELECT%20?label%20%7B%20id:syrskyi%20rdfs:label%20?label%20%7D",
    "/readyz": "/readyz",
    "/healthz": "/healthz",
}


async def described(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document, with an `example` for each answer in JSON that could be had; made once a snapshot."""
    snapshot = app.state.serving.now.store.snapshot.name
    kept: tuple[str, dict[str, Any]] | None = getattr(app.state, "described", None)
    if kept is None or kept[0] != snapshot:
        kept = snapshot, await _made(app)
        if app.state.serving.now.store.snapshot.name == snapshot:  # else the examples may be of both
            app.state.described = kept
    return kept[1]


async def _made(app: FastAPI) -> dict[str, Any]:
    document = copy.deepcopy(app.openapi())
    for path, address in EXAMPLES.items():
        answer = await _asked(app, address)
        if answer is None:
            continue
        media_type, body = answer
        operation = document["paths"].get(path, {}).get("get")
        if operation:
            operation["x-example-request"] = address
            operation["responses"]["200"].setdefault("content", {}).setdefault(media_type, {})["example"] = body
    return document


async def _asked(app: FastAPI, address: str) -> tuple[str, Any] | None:
    """Ask the app itself, in process; None where it does not answer 200 with JSON."""
    path, _, query = address.partition("?")
    scope: Scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
        "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", b"application/json")], "server": ("localhost", 80), "app": app,
    }  # fmt: skip
    parts: list[Message] = []
    received = False

    async def receive() -> Message:
        nonlocal received
        if received:
            await anyio.sleep_forever()
        received = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        parts.append(message)

    await app(scope, receive, send)
    start, *rest = parts
    kind = next((value.decode() for name, value in start["headers"] if name.lower() == b"content-type"), "")
    if start["status"] != 200 or "json" not in kind:
        return None
    return kind.split(";")[0], json.loads(b"".join(part.get("body", b"") for part in rest))
