"""The explorer: a picture that grows step by step, and the files of what it shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Annotated, Literal, TypeVar

import anyio
from fastapi import APIRouter, Depends, Query
from fastapi import Path as PathParameter
from starlette.responses import Response

from api import citing, drawing, drawn, picture, tables
from api.addresses import Addresses
from api.dependencies import Asked, AskedDep
from api.models import Thing, thing_or_none
from api.negotiation import CITATIONS, CSV, HTML, JSON, TURTLE, documented
from api.problems import Problem
from api.routes import words as names
from graph import citations, paths, relations
from graph.errors import UnknownEntity
from graph.explore import Filters, Scene, View, exports, step_of
from graph.explore.query import sparql
from graph.explore.steps import LONGEST, MOST_PATHS, MOST_STARTS, MOST_STEPS, iri_of
from graph.explore.words import dates_of_link, portrait, words_of
from graph.kinds import KINDS
from graph.store import serialized

router = APIRouter(tags=["explorer"])
AT_ONCE = 2  # a large picture keeps a processor busy for up to seconds
MOST_VALUES = 50
SPARQL, SVG, GEXF, GRAPHML = (
    "application/sparql-query",
    "image/svg+xml",
    "application/gexf+xml",
    "application/graphml+xml",
)
FORMATS = {
    "json": JSON, "gexf": GEXF, "graphml": GRAPHML, "csv": CSV, "ttl": TURTLE, "svg": SVG, "rq": SPARQL, "html": HTML,
    **{suffix.removeprefix("."): media_type for suffix, media_type in CITATIONS.items()},
}  # fmt: skip
Answer = TypeVar("Answer")
Name = Annotated[str, Query(max_length=2000, description="A slug such as syrskyi, or an IRI.")]


async def working(asked: Asked, work: Callable[[], Answer]) -> Answer:
    """Do in a thread what keeps a processor busy, two at once."""
    async with asked.request.app.state.pictures:
        return await anyio.to_thread.run_sync(work)


def _view(
    asked: AskedDep,
    start: Annotated[
        Sequence[str],
        Query(max_length=MOST_STARTS, description="Things to start from: slugs or IRIs.", examples=[["syrskyi"]]),
    ] = (),
    step: Annotated[
        Sequence[str],
        Query(
            max_length=MOST_STEPS, description="What was done since, in order.", examples=[["expand syrskyi all both"]]
        ),
    ] = (),
    kind: Annotated[
        Sequence[str], Query(max_length=len(KINDS), description=f"Only things of these kinds: {', '.join(KINDS)}.")
    ] = (),
    predicate: Annotated[
        Sequence[str], Query(max_length=MOST_VALUES, description="Only relations by these properties.")
    ] = (),
    status: Annotated[
        Sequence[Literal["asserted", "hedged", "disputed"]], Query(max_length=3, description="Only so sure.")
    ] = (),
    start_day: Annotated[str | None, Query(alias="from", description=f"Not over before it. {names.DAY}")] = None,
    end_day: Annotated[str | None, Query(alias="to", description=f"Not begun after it. {names.DAY}")] = None,
    claimant: Annotated[Sequence[str], Query(max_length=MOST_VALUES, description="Only what these claimed.")] = (),
    document: Annotated[Sequence[str], Query(max_length=MOST_VALUES, description="Only what was read in these.")] = (),
) -> View:
    wrong = next((word for word in kind if word not in KINDS), None)
    if wrong is not None:
        raise names.wrong("kind", f"{wrong[:80]!r} is none; kinds are {', '.join(KINDS)}")
    days = names.period(start_day, end_day, ("from", "to"))
    predicates = [names.predicate(asked.served.store, word) for word in predicate]
    return View(
        tuple(dict.fromkeys(_read("start", iri_of, name) for name in start)),
        tuple(_read("step", step_of, text) for text in step),
        Filters(
            kinds=tuple(dict.fromkeys(kind)),
            predicates=tuple(dict.fromkeys(iri for iri in predicates if iri)),
            statuses=tuple(dict.fromkeys(status)),
            start=str(days.start or ""),
            stop=str(days.end or ""),
            claimants=tuple(dict.fromkeys(_read("claimant", iri_of, name) for name in claimant)),
            documents=tuple(dict.fromkeys(_read("document", iri_of, name) for name in document)),
        ),
    )


ViewDep = Annotated[View, Depends(_view)]


@router.get("/explore", summary="The explorer", response_class=Response, responses=documented(HTML))
async def explore(
    asked: AskedDep,
    view: ViewDep,
    q: Annotated[str, Query(max_length=500, description="A name to look for, to start from what is found.")] = "",
) -> Response:
    """A page to walk through the graph: start anywhere, expand, filter, and trace every edge to its source."""
    etag = asked.check_fresh(HTML)
    scene = await working(asked, lambda: asked.served.explorer.scene(view, asked.naming))

    def page() -> str:
        found = asked.served.search.find(q, [], 20, 0, asked.language).hits if q.strip() else None
        return picture.page(scene, query=q, found=found)

    return asked.respond(await working(asked, page), HTML, etag)


@router.get(
    "/explore/graph.{format}",
    summary="What a picture shows",
    response_model=drawn.Graph,
    responses=documented(*FORMATS.values()),
)
async def graph(
    asked: AskedDep,
    view: ViewDep,
    format: Annotated[str, PathParameter(description=f"One of {', '.join(FORMATS)}.", examples=["json"])],
) -> Response:
    """Nodes and edges with their places, counts and filters; or the same as a file for another tool."""
    if format not in FORMATS:
        detail = f"{format[:40]!r} is no format of a picture; formats are {', '.join(FORMATS)}"
        raise Problem(404, "not-found", "Not Found", detail)
    media_type = FORMATS[format]
    etag = asked.check_fresh(media_type)
    body = await working(asked, lambda: _file(asked, asked.served.explorer.scene(view, asked.naming), format))
    name = None if format in ("json", "rq") else f'attachment; filename="sitrep-picture.{format}"'
    return asked.respond(body, media_type, etag, content_disposition=name)


@router.get("/explore/thing.json", summary="A thing, before its relations are loaded", response_model=drawn.Portrait)
async def thing(asked: AskedDep, id: Name) -> Response:
    """Names, dates, a few facts and figures, and how many relations of each kind it has in each direction."""
    etag = asked.check_fresh(JSON)
    iri = _read("id", iri_of, id)
    return asked.respond(await working(asked, lambda: portrait_of(asked, iri).model_dump_json()), JSON, etag)


@router.get("/explore/relation.json", summary="What an edge rests on", response_model=drawn.Relation)
async def relation(asked: AskedDep, id: Name) -> Response:
    """The claims behind it, each with claimant, hedge, date, channel, documents and passages; or its sources."""
    etag = asked.check_fresh(JSON)
    iri = _read("id", iri_of, id)
    return asked.respond(await working(asked, lambda: evidence_of(asked, iri).model_dump_json()), JSON, etag)


@router.get("/explore/paths.json", summary="Paths between two things", response_model=drawn.Paths)
async def find_paths(
    asked: AskedDep,
    first: Annotated[str, Query(alias="from", max_length=2000, description="Where it starts.", examples=["syrskyi"])],
    second: Annotated[str, Query(alias="to", max_length=2000, description="Where it ends.", examples=["atacms"])],
    k: Annotated[int, Query(ge=1, le=MOST_PATHS, description="How many at most.")] = 3,
    length: Annotated[int, Query(ge=1, le=LONGEST, description="How many relations a path has at most.")] = 4,
    through: Annotated[bool, Query(description="Also by way of states, outlets and the war.")] = False,
) -> Response:
    """The shortest first; on each hop every relation that joins the two. States and the war are passed by."""
    etag = asked.check_fresh(JSON)
    ends = _read("from", iri_of, first), _read("to", iri_of, second)
    if ends[0] == ends[1]:
        raise names.wrong("to", "a path joins two different things")
    found = await working(asked, lambda: _paths(asked, *ends, k, length, through))
    return asked.respond(found.model_dump_json(), JSON, etag)


def portrait_of(asked: Asked, iri: str) -> drawn.Portrait:
    """A thing as the panel shows it.

    Raises:
        UnknownEntity: it is no end of a relation.
    """
    store = asked.served.store
    vertex = store.adjacency.vertices([iri]).get(iri)
    if vertex is None:
        raise UnknownEntity(iri)
    return drawn.Portrait.of(portrait(store, vertex, asked.naming), Addresses(), asked.snapshot)


def evidence_of(asked: Asked, iri: str) -> drawn.Relation:
    """An edge with what it rests on.

    Raises:
        UnknownEntity: it is no relation.
    """
    found = picture.evidence(asked.served.store, iri, asked.naming, Addresses())
    if found is None:
        raise UnknownEntity(iri)
    return found


def _paths(asked: Asked, first: str, second: str, most: int, length: int, through: bool) -> drawn.Paths:
    store, naming = asked.served.store, asked.naming
    for iri in (first, second):
        if not store.knows(iri):
            raise UnknownEntity(iri)
    found = paths.find(store.adjacency, first, second, most, length, through)
    links = store.adjacency.links({iri for path in found.paths for iri in path})
    joining = defaultdict(list)
    for link in links:
        joining[frozenset((link.source, link.target))].append(
            drawn.Line(
                id=link.iri,
                source=link.source,
                target=link.target,
                predicate=link.predicate,
                label=words_of(store, link, naming),
                dates=dates_of_link(store, link),
                start=link.start,
                end=link.stop,
                status=link.status,
                directed=link.predicate not in relations.SYMMETRIC,
                via=thing_or_none(naming.thing(link.via) if link.via else None),
                claims=link.claims,
                estimates=link.estimates,
                contested=link.contested,
                bend=0.0,
            )
        )
    return drawn.Paths(
        paths=[
            drawn.Path(
                things=[Thing.of(naming.thing(iri)) for iri in path],
                hops=[drawn.Hop(relations=joining[frozenset(hop)]) for hop in pairwise(path)],
            )
            for path in found.paths
        ],
        complete=found.complete, length=length, through=through, snapshot=asked.snapshot,
    )  # fmt: skip


def _file(asked: Asked, scene: Scene, format: str) -> bytes | str:
    store, naming = asked.served.store, asked.naming
    match format:
        case "gexf":
            return exports.gexf(scene)
        case "graphml":
            return exports.graphml(scene)
        case "csv":
            return tables.edges(scene)
        case "ttl":
            return serialized(exports.rdf(store, scene, naming), TURTLE)
        case "svg":
            return drawing.svg(scene)
        case "rq":
            return sparql(scene)
        case "html":
            return picture.file(store, scene, naming, asked.base)
    if f".{format}" in CITATIONS:
        address = asked.base + "/explore?" + picture.address_of(scene)
        edges = [edge.iri for edge in scene.edges]
        found = citations.of_relations(store, naming, f"Picture: {picture.title_of(scene)}", address, edges)
        return citing.written(found, FORMATS[format])
    return drawn.Graph.of(scene, Addresses()).model_dump_json()


def _read(parameter: str, read: Callable[[str], Answer], text: str) -> Answer:
    try:
        return read(text)
    except ValueError as error:
        raise names.wrong(parameter, str(error)) from None
