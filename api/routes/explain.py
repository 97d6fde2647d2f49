"""Beside the SPARQL endpoint: why a query has no answer and what it costs, and the words to write one with."""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.dependencies import AskedDep, PagesDep, WorkersDep
from api.models import Explanation, Terms, Word
from api.negotiation import HTML, JSON, chosen, documented
from api.problems import Problem
from api.routes.sparql import ASKED, POSTED, OperationDep, client_of, until_gone
from graph.lexicon import lexicon

router = APIRouter(tags=["sparql"])


@router.get(
    "/sparql/explain", summary="Why a query has no answer, and what it costs", response_model=Explanation,
    responses=documented(JSON, HTML), openapi_extra={"parameters": ASKED},
)  # fmt: skip
@router.post(
    "/sparql/explain", summary="The same, for a long query", response_model=Explanation,
    responses=documented(JSON, HTML), openapi_extra=POSTED,
)  # fmt: skip
async def explain(
    request: Request, asked: AskedDep, operation: OperationDep, workers: WorkersDep, pages: PagesDep
) -> Response:
    """Which patterns match nothing, alone or together; which near names exist; how many rows it goes through."""
    if operation.query is None:
        detail = "query: name the query to explain, as at /sparql"
        raise Problem(400, "no-query", "No query", detail, parameter="query")
    media_type = chosen(request.headers.get("accept"), [JSON, HTML])
    etag = asked.check_fresh(media_type) if operation.by_get else None
    built, base = asked.served.store.snapshot, f"{asked.base}/sparql"
    client = client_of(request)
    work = partial(workers.explain, built, operation.query, operation.dataset, operation.deadline, base, client)
    found = await until_gone(request, work)
    if found.empty is None:  # another time it may be told
        etag = None
    if media_type == HTML:
        return asked.respond(pages.explanation(asked.context(), query=operation.query, explanation=found), HTML, etag)
    body = Explanation.of(operation.query, found, asked.snapshot)
    return asked.respond(body.model_dump_json(), JSON, etag)


@router.get("/sparql/terms", summary="Every class and property, for who writes a query", response_model=Terms)
def terms(asked: AskedDep) -> Response:
    """With label, definition and how often it is used, the most used first; the same until the snapshot changes."""
    media_type = chosen(asked.request.headers.get("accept"), [JSON])
    etag = asked.check_fresh(media_type)
    found = lexicon(asked.served.store, asked.naming)
    body = Terms(
        classes=[Word.of(word) for word in found.classes],
        properties=[Word.of(word) for word in found.properties],
        snapshot=asked.snapshot,
    )
    return asked.respond(body.model_dump_json(), JSON, etag)
