"""The ontology: its reference for readers, its Turtle for programs."""

from __future__ import annotations

import re
import sys
from functools import cache
from html import unescape

import anyio
from fastapi import APIRouter, FastAPI, HTTPException
from pyoxigraph import RdfFormat, Store
from starlette.responses import Response

from api.dependencies import AskedDep, PagesDep
from api.negotiation import HTML, JSON, JSON_LD, RDF, TURTLE, chosen, documented, split_suffix
from graph import jsonld
from graph.store import serialized
from ontology.files import text

router = APIRouter(tags=["ontology"])
OFFERS = (HTML, *RDF, JSON)  # JSON is JSON-LD
_ENTITY = re.compile(r'<div class="property entity" id="([^"]*)">(?=.*?<code>([^<]*)</code>)', re.DOTALL)


@router.get("/ont/", include_in_schema=False)
@router.get("/ont.{suffix}", include_in_schema=False)
@router.get("/ontology.{suffix}", include_in_schema=False)
@router.get("/ont", include_in_schema=False)
@router.get("/ontology", summary="The ontology's reference", response_class=Response, responses=documented(*OFFERS))
async def ontology(asked: AskedDep, pages: PagesDep) -> Response:
    """All classes and properties: a page, or RDF, by Accept or suffix (`/ont.ttl`)."""
    path, wanted = split_suffix(asked.request.url.path)
    if path.rstrip("/") not in ("/ont", "/ontology") or (wanted and wanted not in OFFERS):
        raise HTTPException(404)
    media_type = wanted or chosen(asked.request.headers.get("accept"), OFFERS)
    etag = asked.check_fresh(media_type)
    if media_type == HTML:
        name, reference = await _reference(asked.request.app)
        return asked.respond(pages.ontology(asked.context(), name=name, reference=reference), HTML, etag)
    if media_type == TURTLE:
        return asked.respond(text("schema.ttl"), TURTLE, etag)
    body = _schema_as(JSON_LD if media_type == JSON else media_type)
    return asked.respond(body, media_type, etag)


@router.get(
    f"/context/{jsonld.VERSION}.jsonld",
    summary="The context of our JSON-LD",
    response_class=Response,
    responses=documented(JSON_LD),
)
def context(asked: AskedDep) -> Response:
    """One context for all JSON-LD that this server sends; a change of meaning would get another version."""
    return asked.respond(jsonld.context(), JSON_LD, asked.check_fresh(JSON_LD))


@cache
def _schema_as(media_type: str) -> bytes:
    store = Store()
    store.load(text("schema.ttl").encode(), format=RdfFormat.TURTLE)
    return serialized(sorted((quad.triple for quad in store), key=str), media_type)


async def _reference(app: FastAPI) -> tuple[str, str]:
    """The ontology's name and what the reference says, without the page around it.

    It is made once, on the first request: pyLODE needs a second.
    """
    if not hasattr(app.state, "making_ontology"):
        app.state.making_ontology = anyio.Lock()
    async with app.state.making_ontology:
        if not hasattr(app.state, "ontology"):
            ended = await anyio.run_process([sys.executable, "-c", _MADE_BY_PYLODE])
            app.state.ontology = _in_reading_order(_anchored(ended.stdout.decode()))
    name, reference = app.state.ontology
    return name, reference


def _in_reading_order(body: str) -> tuple[str, str]:
    """The name of the ontology, for it stands at the top of the page; and the rest, whose contents pyLODE puts last."""
    before, heading, after = re.split("<h1>(.*?)</h1>", body, maxsplit=1, flags=re.DOTALL)
    text, toc, contents = (before + after).rpartition('<div id="toc">')
    return unescape(heading).strip(), toc + contents + text


def _anchored(page: str) -> str:
    """The body of pyLODE's page, each term at the last part of its IRI: `/ont#Claim` leads there.

    pyLODE makes the anchors of labels, so that two terms may share one; a term that it lists twice has it once.
    """
    _, _, body = page.partition("<body>")
    body = re.sub(r'<div id="pylode">.*?</div>', "", body.partition("</body>")[0], flags=re.DOTALL)
    name = {old: iri.rpartition("#")[2] or old for old, iri in reversed(_ENTITY.findall(body)) if "#" in iri}
    seen: set[str] = set()

    def entity(found: re.Match[str]) -> str:
        term = found[2].rpartition("#")[2] if "#" in found[2] else found[1]
        once = "" if term in seen else f' id="{term}"'
        seen.add(term)
        return f'<div class="property entity"{once}>'

    body = _ENTITY.sub(entity, body)
    return re.sub(r'href="#([^"]*)"', lambda link: f'href="#{name.get(link[1], link[1])}"', body)


# In a process of its own, not a worker's: importing pyLODE turns on every library's logging, and it leaves files open.
_MADE_BY_PYLODE = """
import sys
from pylode.profiles.ontpub import OntPub
from rdflib import Graph
from ontology.files import text

page = OntPub(ontology=Graph().parse(data=text("schema.ttl"), format="turtle")).make_html()
sys.stdout.buffer.write(str(page).encode())
"""
