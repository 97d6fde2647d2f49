"""Every error as a problem document (RFC 9457), from one table."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import anyio
from annotated_types import Ge, Le
from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from pydantic.fields import FieldInfo
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from api import models, negotiation
from api.dependencies import public_base
from api.hygiene import add_headers
from api.negotiation import HTML, JSON, NotAcceptable, ranked
from api.pages import Context
from graph import entities, errors
from graph.curation.vocabulary import suggestions, vocabulary
from graph.naming import Naming
from ontology.terms import BASE, PREFIXES, expand

PROBLEM_JSON = "application/problem+json"
TYPES = BASE + "problem/"

# What the graph refuses, as HTTP: status, and the last part of the problem's type. A test keeps the table whole.
STATUSES: Mapping[type[Exception], tuple[int, str, str]] = {
    errors.InvalidData: (500, "invalid-data", "The data are invalid"),
    errors.BuildFailed: (500, "build-failed", "Nothing was built"),
    errors.NoSnapshot: (503, "no-snapshot", "There is no graph yet"),
    errors.DamagedSnapshot: (503, "snapshot-damaged", "The graph is damaged"),
    errors.UnknownEntity: (404, "unknown-entity", "Not in the graph"),
    errors.QuerySyntaxError: (400, "query-syntax", "The query does not parse"),
    errors.WrongForm: (406, "query-form", "The query has another form"),
    errors.QueryRefused: (403, "query-refused", "The query is refused"),
    errors.QueryTooDeep: (400, "query-too-deep", "The query is nested too deeply"),
    errors.NotInThisFormat: (406, "not-acceptable", "Nothing acceptable"),
    errors.QueryTimeout: (503, "query-timeout", "The query ran past its deadline"),
    errors.QueryTooLarge: (413, "result-too-large", "The answer is too large"),
    errors.QueryOutOfMemory: (503, "query-memory", "The query needed too much memory"),
    errors.QueryInterrupted: (503, "query-interrupted", "The query was interrupted"),
    errors.TooManyQueries: (503, "too-many-queries", "Too many queries at once"),
}
_PATTERNS = {"lang": "en or uk"}
Bounds = tuple[int, int]
RETRY_AFTER = {
    "query-timeout": "60", "query-memory": "60", "query-interrupted": "5", "too-many-queries": "2", "no-snapshot": "5",
    "snapshot-damaged": "60", "server-ending": "5",
}  # fmt: skip

# What every route may answer beside what it is for, as OpenAPI tells it.
DOCUMENTED: dict[int | str, dict[str, Any]] = {
    304: {"description": "What the client has is still right"},
    308: {"description": "The thing was merged into another, at `Location`"},
    **{
        status: {
            "description": what,
            "content": {
                PROBLEM_JSON: {"schema": models.Problem.model_json_schema()},
                HTML: {"schema": {"type": "string"}},
            },
        }
        for status, what in (
            ("4XX", "The request is wrong: a problem document"),
            ("5XX", "The server cannot answer now"),
        )
    },
}


class Problem(Exception):
    """A problem that a route states itself."""

    def __init__(self, status: int, name: str, title: str, detail: str, **more: Any) -> None:
        self.status, self.name, self.title, self.detail, self.more = status, name, title, detail, more
        super().__init__(detail)


def gone() -> Problem:
    """What an answer becomes that nobody waits for any more."""
    return Problem(499, "client-gone", "The client went away", "nobody waits for this answer")


def ending() -> Problem:
    """What a request gets that is not answered when the server ends."""
    return Problem(503, "server-ending", "The server is ending", "it ends or starts anew; send the request again, soon")


def install(app: FastAPI) -> None:
    """Have an app answer every error with a problem document."""
    for kind in (*STATUSES, Problem, NotAcceptable, RequestValidationError, HTTPException, ClientDisconnect):
        app.add_exception_handler(kind, _answer)
    app.add_exception_handler(Exception, _unexpected)


def problem_of(error: Exception, bounds: Mapping[str, Bounds] | None = None) -> Problem:
    """The problem that an error is; bounds are those of the numbers that the route takes."""
    if isinstance(error, Problem):
        return error
    if isinstance(error, ClientDisconnect):  # while it posted
        return gone()
    if isinstance(error, NotAcceptable):
        return Problem(406, "not-acceptable", "Nothing acceptable", str(error), offers=list(error.offers))
    if isinstance(error, RequestValidationError):
        wrong = [_in_words(item, bounds or {}) for item in error.errors()]
        return Problem(422, "invalid-parameter", "A parameter is wrong", "; ".join(wrong), parameters=wrong)
    if isinstance(error, HTTPException):
        phrase = HTTPStatus(error.status_code).phrase
        more = {"headers": dict(error.headers)} if error.headers else {}
        detail = "there is nothing at this address" if error.status_code == 404 else str(error.detail)
        return Problem(error.status_code, phrase.lower().replace(" ", "-"), phrase, detail, **more)
    status, name, title = STATUSES[type(error)]
    more = {key: value for key, value in vars(error).items() if key in ("line", "column", "deadline", "limit", "near")}
    # a path on the server's machine is for its owner alone
    detail = error.public if isinstance(error, errors.DamagedSnapshot) else str(error)
    return Problem(status, name, title, detail, **more)


def _in_words(item: Mapping[str, Any], bounds: Mapping[str, Bounds]) -> str:
    """What a parameter should be, in place of what the framework says."""
    name = ".".join(str(part) for part in item["loc"][1:])
    kind = item["type"]
    if kind == "missing":
        return f"{name} is missing"
    if name in bounds and kind in ("int_parsing", "int_parsing_size", "greater_than_equal", "less_than_equal"):
        least, most = bounds[name]
        return f"{name} is a number from {least:,} to {most:,}"
    if kind == "literal_error":
        expected = str(item["ctx"]["expected"]).replace("'", "")
        return f"{name} is {expected}"
    if kind == "string_pattern_mismatch" and name in _PATTERNS:
        return f"{name} is {_PATTERNS[name]}"
    return f"{name}: {item['msg']}"


def taken(dependant: Dependant) -> Iterator[tuple[str, FieldInfo]]:
    """The parameters of the address that a route takes, also through what it depends on."""
    yield from ((parameter.alias, parameter.field_info) for parameter in dependant.query_params)
    for inner in dependant.dependencies:
        yield from taken(inner)


def _bounds(dependant: Dependant | None) -> dict[str, Bounds]:
    """The least and the most of each number that a route takes."""
    found: dict[str, Bounds] = {}
    for name, field in taken(dependant) if dependant else ():
        limits = field.metadata
        least = next((limit.ge for limit in limits if isinstance(limit, Ge)), None)
        most = next((limit.le for limit in limits if isinstance(limit, Le)), None)
        if isinstance(least, int) and isinstance(most, int):
            found[name] = least, most
    return found


def respond(request: Request, problem: Problem) -> Response:
    """A problem as JSON, or as a page for a person with a browser."""
    headers = {"Cache-Control": "no-store", "Vary": "Accept, Accept-Encoding", **problem.more.pop("headers", {})}
    if problem.name in RETRY_AFTER:
        headers["Retry-After"] = RETRY_AFTER[problem.name]
    if ranked(request.headers.get("accept"), [PROBLEM_JSON, JSON, HTML])[:1] == [HTML]:
        return Response(_page(request, problem), problem.status, headers, media_type="text/html; charset=utf-8")
    body = {
        "type": TYPES + problem.name,
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": quote(request.url.path, safe="/:@!$&'()*+,;=~-._"),
        **{key: value for key, value in problem.more.items() if value not in (None, ())},
    }
    return Response(json.dumps(body, ensure_ascii=False), problem.status, headers, media_type=PROBLEM_JSON)


def _page(request: Request, problem: Problem) -> str:
    state = request.app.state
    served = state.serving.now
    language = negotiation.language(request.headers.get("accept-language"))
    context = Context(language, request.url.path, public_base(request), served.store.snapshot.name, [])
    naming = Naming(served.store, language)
    near, types = problem.more.get("near", ()), problem.more.get("largest", ())
    if problem.name == "unknown-type":
        near, types = (), near or types
    page: str = state.pages.problem(
        context, status=problem.status, title=problem.title, detail=problem.detail,
        near=[naming.thing(entities.iri_of(name)) for name in near],
        types=[naming.thing(expand(name)) for name in types],
    )  # fmt: skip
    return page


async def _answer(request: Request, error: Exception) -> Response:
    route = request.scope.get("route")
    if isinstance(error, errors.UnknownEntity) and not error.near:
        error = await anyio.to_thread.run_sync(_with_near_names, request, error.iri)
    return respond(request, problem_of(error, _bounds(getattr(route, "dependant", None))))


def _with_near_names(request: Request, iri: str) -> errors.UnknownEntity:
    """What is not known, and what may have been meant: wherever it was asked for."""
    word = iri.rsplit("/", 1)[-1]
    if iri.startswith(PREFIXES["voc"]):
        return errors.UnknownEntity(iri, [f"voc/{near}" for near in suggestions(word, vocabulary().concepts())])
    return errors.UnknownEntity(iri, request.app.state.serving.now.search.near(word))


async def _unexpected(request: Request, error: Exception) -> Response:
    detail = "this is a fault of ours, and was written to the server's log; nothing in the graph has changed"
    response = respond(request, Problem(500, "internal-error", "Something went wrong here", detail))
    add_headers(response.headers)  # this answer is made outside all middleware
    return response
