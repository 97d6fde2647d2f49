"""The SPARQL 1.1 endpoint (https://www.w3.org/TR/sparql11-protocol/): queries only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Annotated, Any, TypeVar
from urllib.parse import parse_qsl, urlencode

import anyio
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api import negotiation, questions, service
from api.answers import Question
from api.dependencies import Asked, asked_by
from api.hygiene import POLICY
from api.models import Caution
from api.negotiation import HTML, JSON_LD, RDF, RDF_XML, NotAcceptable, chosen, ranked
from api.problems import Problem, gone, problem_of
from api.turns import client_at
from api.workers import Workers
from graph import explanation
from graph import store as graph_store
from graph.errors import QueryTimeout, WrongForm
from graph.store import Answer, Dataset, is_iri
from ontology.terms import PREFIXES

router = APIRouter(tags=["sparql"])
Result = TypeVar("Result")

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
UTF_8 = {"utf-8", "utf8", "us-ascii", "ascii"}
MAX_BODY = 1024 * 1024
AT_ONCE = 0.02  # seconds in which most answers come; a client that goes away is looked for after them only
# CodeMirror places its lines and its cursor by style attributes, and YASGUI draws with them: so this one page takes
# inline styles, and none takes inline scripts. The editor's fonts and pictures are data inside its own style sheet.
EDITOR_POLICY = f"{POLICY}; style-src 'self' 'unsafe-inline'; font-src 'self' data:"
MAX_LINK = 4000  # characters of an address in a header; servers on the way allow about 8,000 in all
# What gives another answer each time: NOW, RAND, UUID, STRUUID, BNODE, perhaps a comment before the bracket. A query
# that has such a text elsewhere is answered anew, without need.
_CHANGES = re.compile(r"(?:now|rand|uuid|bnode)\s*[(#]", re.IGNORECASE)
OFFERS = tuple(
    dict.fromkeys([*graph_store.formats_for(graph_store.SELECT), *graph_store.formats_for(graph_store.CONSTRUCT)])
)
# What clients ask for that means a format of results.
ALIASES = {
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "text/plain": "application/n-triples",
    "application/xhtml+xml": HTML,
}
SHORT = {
    "json": "application/sparql-results+json", "xml": "application/sparql-results+xml", "csv": "text/csv",
    "tsv": "text/tab-separated-values", "turtle": "text/turtle", "ttl": "text/turtle", "nt": "application/n-triples",
    "ntriples": "application/n-triples", "rdfxml": "application/rdf+xml", "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json", "json-ld": "application/ld+json",
}  # fmt: skip


@dataclass(frozen=True)
class Operation:
    """What a protocol request asks for, whichever of the three forms it came in."""

    query: str | None
    dataset: Dataset
    format: str | None
    deadline: float | None
    by_get: bool


async def operation_of(request: Request) -> Operation:
    """Read the protocol's three forms (SPARQL 1.1 Protocol, 2.1)."""
    parameters = _fields(request.scope["query_string"].decode("latin-1"))
    query: str | None = None
    if request.method == "POST":
        kind = _content_type(request)
        body = await _body(request)
        if kind == FORM:
            parameters += _fields(body)
        else:
            query = body
    given = [value for name, value in parameters if name == "query"] + ([query] if query is not None else [])
    if len(given) > 1:
        raise Problem(400, "two-queries", "Two queries", "one request carries one query; send two requests")
    if any(name == "update" for name, _ in parameters):
        raise Problem(400, "query-syntax", "Updates are not answered", "this endpoint is read-only")
    return Operation(
        query=given[0] if given else None,
        dataset=Dataset(_graphs(parameters, "default-graph-uri"), _graphs(parameters, "named-graph-uri")),
        format=_last(parameters, "format"),
        deadline=_deadline(_last(parameters, "timeout")),
        by_get=request.method != "POST",
    )


def _content_type(request: Request) -> str:
    """What a post says that its body is: a form or a query, in UTF-8.

    Raises:
        Problem: it is neither, or says that it is written otherwise.
    """
    kind, *parameters = (part.strip() for part in request.headers.get("content-type", "").lower().split(";"))
    if kind not in (FORM, QUERY):
        said = "this endpoint is read-only" if kind == UPDATE else f"{kind or 'no content type'} is not understood"
        raise Problem(
            415,
            "unsupported-media-type",
            "Unsupported content type",
            f"{said}; post {QUERY} or {FORM}",
            headers={"Accept-Post": f"{QUERY}, {FORM}"},
        )
    charsets = [
        value.strip('" ') for name, _, value in (part.partition("=") for part in parameters) if name == "charset"
    ]
    if not set(charsets) <= UTF_8:
        detail = f"charset={charsets[0]}: a query is sent in UTF-8 (SPARQL 1.1 Protocol, 2.1.3); encode it so"
        raise Problem(400, "not-utf-8", "The body is not UTF-8", detail)
    return kind


def _fields(text: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=1000)
    except UnicodeDecodeError:
        raise Problem(400, "not-utf-8", "Not UTF-8", "a parameter is not percent-encoded UTF-8; encode it so") from None
    except ValueError:
        raise Problem(400, "too-many-parameters", "Too many parameters", "at most 1,000 are read") from None


async def _body(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise Problem(413, "request-too-large", "The request is too large", f"at most {MAX_BODY:,} bytes are read")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        detail = f"the body is not UTF-8 (byte {error.start}); encode it so"
        raise Problem(400, "not-utf-8", "The body is not UTF-8", detail) from None


def _graphs(parameters: Sequence[tuple[str, str]], name: str) -> tuple[str, ...] | None:
    """The graphs that a dataset parameter names; None where it is not there.

    Raises:
        Problem: one of them is no IRI.
    """
    found = tuple(value for key, value in parameters if key == name)
    for value in found:
        if not is_iri(value):
            detail = f"{name}: {value!r} is no absolute IRI"
            raise Problem(400, "invalid-parameter", "A parameter is wrong", detail, parameter=name)
    return found or None


def _last(parameters: Sequence[tuple[str, str]], name: str) -> str | None:
    return next((value for key, value in reversed(parameters) if key == name), None)


def _deadline(text: str | None) -> float | None:
    """Seconds that a client allows; what is no number is passed over, as other clients' parameters are."""
    try:
        seconds = float(text) if text else 0.0
    except ValueError:
        return None
    return seconds if 0 < seconds < float("inf") else None


OperationDep = Annotated[Operation, Depends(operation_of)]

_ANSWERS = negotiation.documented(*OFFERS)
_PAGES = negotiation.documented(*OFFERS, HTML)


def _parameter(name: str, description: str, **schema: object) -> dict[str, object]:
    return {"name": name, "in": "query", "description": description, "schema": {"type": "string", **schema}}


ASKED = [
    _parameter("query", "SPARQL 1.1; our prefixes need not be declared.", examples=["DESCRIBE id:syrskyi"]),
    _parameter("default-graph-uri", "Overrides FROM.", type="array", items={"type": "string"}),
    _parameter("named-graph-uri", "Overrides FROM NAMED.", type="array", items={"type": "string"}),
    _parameter("timeout", "Seconds; may only lower the limit.", type="number"),
]
_PARAMETERS = {"parameters": [*ASKED, _parameter("format", "For those who cannot set Accept.", enum=sorted(SHORT))]}
_QUERY = {"type": "string", "examples": ["DESCRIBE id:syrskyi"]}
POSTED: dict[str, object] = {
    "parameters": [one for one in _PARAMETERS["parameters"] if one["name"] != "query"],
    "requestBody": {
        "required": True,
        "content": {
            QUERY: {"schema": _QUERY},
            FORM: {"schema": {"type": "object", "properties": {"query": _QUERY}, "required": ["query"]}},
        },
    },
}


@router.get("/sparql/", include_in_schema=False)
@router.get("/sparql", summary="Ask a SPARQL query", responses=_PAGES, openapi_extra=_PARAMETERS)
@router.post("/sparql/", include_in_schema=False)
@router.post("/sparql", summary="Ask a SPARQL query by POST", responses=_ANSWERS, openapi_extra=POSTED)
async def sparql(request: Request) -> Response:
    """The editor for a person, the service description for a program without a query, else the answer."""
    state, asked, operation = request.app.state, asked_by(request), await operation_of(request)
    accept = request.headers.get("accept")
    prefers_page = operation.format is None and _ranked(accept, (*OFFERS, HTML))[:1] == (HTML,)
    if operation.by_get and prefers_page:
        etag = asked.check_fresh(HTML)
        page = state.pages.editor(
            asked.context(), query=operation.query or "", questions=questions.pairs(), prefixes=PREFIXES,
            limits=state.workers.limits,
        )  # fmt: skip
        return asked.respond(page, HTML, etag, content_security_policy=EDITOR_POLICY)
    if operation.query is None and operation.by_get:
        return _description(asked, operation)
    if operation.query is None:
        raise Problem(400, "no-query", "No query", "send the query as the body, or as the field `query` of a form")
    formats = _formats(operation.format, accept)
    stays = not _CHANGES.search(operation.query)
    etag = asked.check_fresh(",".join(formats)) if stays and operation.by_get else ""
    built, base = asked.served.store.snapshot, f"{asked.base}/sparql"  # relative IRIs: RFC 3986, 5.1.3
    question = Question(built.name, operation.query, formats, operation.dataset, base)
    answer = state.answers.get(question)
    if answer is None:
        answer = await _answered(request, asked, state.workers, operation, formats, base)
        if stays:
            state.answers.keep(question, answer)
    return asked.respond(
        answer.body, answer.media_type, etag, link=_help(asked, operation) if answer.is_empty else None
    )


async def _answered(
    request: Request, asked: Asked, workers: Workers, operation: Operation, formats: tuple[str, ...], base: str
) -> Answer:
    """Have a worker evaluate the query."""
    assert operation.query is not None
    built = asked.served.store.snapshot
    work = partial(
        workers.answer, built, operation.query, formats, operation.dataset, operation.deadline, base, client_of(request)
    )
    try:
        return await until_gone(request, work)
    except QueryTimeout as error:
        problem = problem_of(error)
        problem.more["query"] = operation.query
        cost = await anyio.to_thread.run_sync(explanation.cost_of, built, operation.query)
        problem.more["warnings"] = [Caution.of(one).model_dump() for one in cost.warnings] or None if cost else None
        raise problem from None
    except WrongForm as error:
        raise NotAcceptable(graph_store.formats_for(error.form)) from None


def _help(asked: Asked, operation: Operation) -> str | None:
    """Where a person or a program is told why there is no answer; none for a query too long for an address."""
    given = {"default-graph-uri": operation.dataset.default, "named-graph-uri": operation.dataset.named}
    named = [(name, iri) for name, iris in given.items() for iri in iris or ()]
    address = f"{asked.base}/sparql/explain?{urlencode([('query', operation.query or ''), *named])}"
    return f'<{address}>; rel="help"; title="why there is no answer"' if len(address) < MAX_LINK else None


@lru_cache(maxsize=128)
def _ranked(accept: str | None, offers: tuple[str, ...]) -> tuple[str, ...]:
    """`ranked`, once for all clients that say the same."""
    return tuple(ranked(accept, offers, ALIASES))


def _formats(name: str | None, accept: str | None) -> tuple[str, ...]:
    """Media types from best to worst; `format=` counts before Accept."""
    if name is not None:
        wanted = SHORT.get(name.lower(), name.lower().split(";")[0].strip())
        wanted = ALIASES.get(wanted, wanted)
        if wanted in OFFERS:
            # short names mean one thing for tables and another for triples
            other = {
                "application/sparql-results+json": "application/ld+json",
                "application/sparql-results+xml": "application/rdf+xml",
            }
            return (wanted, *([other[wanted]] if wanted in other and name.lower() in SHORT else []))
    formats = _ranked(accept, OFFERS)
    if not formats:
        raise NotAcceptable(OFFERS)
    return formats


def _description(asked: Asked, operation: Operation) -> Response:
    wanted = SHORT.get(operation.format or "", operation.format or "")
    wanted = {"application/sparql-results+json": JSON_LD, "application/sparql-results+xml": RDF_XML}.get(wanted, wanted)
    accept = wanted if wanted in RDF else asked.request.headers.get("accept")
    media_type = chosen(accept, RDF, {**negotiation.ALIASES, **negotiation.AS_RDF})
    etag = asked.check_fresh(media_type)
    return asked.respond(service.description(asked.base, asked.served.store, media_type), media_type, etag)


def client_of(request: Request) -> str | None:
    """Who asks, by address: behind a trusted proxy the one that it names."""
    return client_at(request.client.host) if request.client else None


async def until_gone(request: Request, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
    """Do the work unless the client goes away first; then its query stops, too.

    Raises:
        Problem: nobody waits any more.
    """
    watching = _Watch(request, asyncio.current_task())
    try:
        return await work()
    except asyncio.CancelledError:
        if not watching.gone:
            raise
        raise gone() from None
    finally:
        watching.end()


class _Watch:
    """Cancels a task as soon as its client goes away. Most work is done before it begins to look."""

    def __init__(self, request: Request, task: asyncio.Task[Any] | None) -> None:
        self._request, self._task = request, task
        self._looking: asyncio.Task[None] | None = None
        self._later = asyncio.get_running_loop().call_later(AT_ONCE, self._look)
        self.gone = False

    def _look(self) -> None:
        self._looking = asyncio.create_task(self._until_gone())

    async def _until_gone(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self.gone = True
        if self._task is not None:
            self._task.cancel()

    def end(self) -> None:
        """Look no more; the task goes on."""
        self._later.cancel()
        if self._looking is not None:
            self._looking.cancel()
        if self.gone and self._task is not None:
            self._task.uncancel()
