"""What there is: every class, relation and concept with its count, and the members of each in pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from api import models, tables
from api.dependencies import AskedDep, PagesDep
from api.negotiation import CSV, HTML, JSON, JSON_LD, TURTLE, documented, split_suffix
from api.routes import words
from api.routes.lists import Cursor, Limit, Listed, paged
from api.routes.things import check_there
from graph import describe, members
from graph.naming import Thing
from ontology.terms import PREFIXES

router = APIRouter(tags=["look-up"])
LISTED = documented(JSON, HTML, CSV, TURTLE, JSON_LD)
Name = Annotated[
    str, Path(description="A class or property: prefixed or bare name; or `documents`.", examples=["sit:WeaponSystem"])
]


@router.get("/types{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/types", summary="Classes and relations, counted", response_model=models.Types, responses=LISTED)
def types(asked: AskedDep, pages: PagesDep) -> Response:
    """Every class that things are of and every property that relations are of, with how many there are."""
    listed = Listed.at(asked, "/types")
    classes, edges = (kinds(listed.store, listed.naming) for kinds in (members.classes, members.edges))
    return listed.answer(
        None,
        html=lambda context, _: pages.types(context, classes=classes, edges=edges),
        csv=lambda: tables.kinds(classes, edges),
        rdf=lambda: describe.of_things(listed.store, [kind.thing.iri for kind in [*classes, *edges]]),
        json=lambda _: models.Types.read(classes, edges, asked.snapshot),
    )


@router.get(
    "/types/{name:path}", summary="The members of a class or relation", response_model=models.Members, responses=LISTED
)
def of_type(asked: AskedDep, pages: PagesDep, name: Name, limit: Limit = 100, cursor: Cursor = None) -> Response:
    """The things of a class, the relations of a property, or the source documents (`/types/documents`), by name."""
    path, _ = split_suffix(asked.request.url.path)
    bare, _ = split_suffix(name)
    listed = Listed.at(asked, path)
    store, naming, most = listed.store, listed.naming, listed.most(limit)
    if bare == members.DOCUMENTS:
        kind = Thing("", "documents")
        page = paged(lambda: members.documents(store, naming, most, cursor))
    else:
        iri, edge = words.kind(asked, bare)
        kind = naming.thing(iri)
        page = paged(lambda: (members.of_edge if edge else members.of_class)(store, naming, iri, most, cursor))
    return listed.answer(
        page.next,
        html=lambda context, query: pages.members(context, kind=kind, page=page, query=query),
        csv=lambda: tables.things(page.items),
        rdf=lambda: describe.of_things(store, [thing.iri for thing in page.items]),
        json=lambda following: models.Members.read(kind, page, following, asked.snapshot),
    )


@router.get("/voc/{name}/uses{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/voc/{name}/uses", summary="What uses a concept", response_model=models.Members, responses=LISTED)
def uses(
    asked: AskedDep, pages: PagesDep,
    name: Annotated[str, Path(description="A measure, a category, a kind, ...", examples=["w-ballistic-missile"])],
    predicate: Annotated[
        str, Query(description="The property that leads to it: IRI, prefixed or bare name.",
                   examples=["sit:weaponCategory"])
    ],
    limit: Limit = 100, cursor: Cursor = None,
) -> Response:  # fmt: skip
    """What a property leads from to a concept of the vocabulary, by name."""
    listed = Listed.at(asked, f"/voc/{name}/uses")
    store, naming, iri = listed.store, listed.naming, PREFIXES["voc"] + name
    check_there(asked, iri)
    found = words.of("predicate", predicate, store.lists.uses(iri))
    page = paged(lambda: members.of_use(store, naming, iri, found, listed.most(limit), cursor))
    concept, use = naming.thing(iri), naming.thing(found)
    return listed.answer(
        page.next,
        html=lambda context, query: pages.members(context, kind=concept, use=use, page=page, query=query),
        csv=lambda: tables.things(page.items),
        rdf=lambda: describe.of_things(store, [thing.iri for thing in page.items]),
        json=lambda following: models.Members.read(concept, page, following, asked.snapshot),
    )
