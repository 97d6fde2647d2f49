"""The claims desk: what contradicts what, what each side says, what the arithmetic says, and whose wording drifts."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import models, tables
from api.dependencies import AskedDep, PagesDep
from api.negotiation import documented
from api.routes import words
from api.routes.lists import FORMS, Cursor, Limit, Listed, paged
from graph import checks, comparisons, describe, drift, sides

router = APIRouter(tags=["claims desk"])
Claimant = Annotated[
    str | None, Query(description="Who claims: slug, prefixed name, IRI, or a name.", examples=["syrskyi"])
]
MOST_DISPUTES = 100
"""So many disputes stand on a page; all are counted."""


def _counted(listed: Listed, about: str | None) -> dict[str, int]:
    """How much each page of the desk has, of everything or about a thing: disputes, rows, results, claims."""
    store, naming = listed.store, listed.naming
    return {
        "/contradictions": comparisons.disputes(store, naming, comparisons.Filter(about), 1).total,
        "/sides": sides.found(store, naming, sides.Filter(about), 1).total,
        "/checks": checks.found(store, naming, about, limit=1).total,
        "/wording": drift.found(store, naming, about, limit=1).total,
    }


@router.get("/contradictions{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get(
    "/contradictions",
    summary="Claims held against each other",
    response_model=models.Comparisons,
    responses=documented(*FORMS),
)
def list_contradictions(
    asked: AskedDep,
    pages: PagesDep,
    about: words.ThingName = None,
    measure: words.MeasureName = None,
    claimant: Claimant = None,
    since: words.DayText = None,
    until: words.DayText = None,
    outcome: Annotated[str | None, Query(description=", ".join(comparisons.OUTCOMES), examples=["contradict"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What cannot both hold first, each question once before any a second time, then the latest.

    The days are those on which the later of the two was said.
    """
    listed = Listed.at(asked, "/contradictions")
    period = words.period(since, until)
    wanted = comparisons.Filter(
        words.thing(asked, "about", about), words.concept(listed.store, "measure", measure),
        words.thing(asked, "claimant", claimant), words.concept(listed.store, "outcome", outcome),
        period.start, period.end,
    )  # fmt: skip
    store, naming = listed.store, listed.naming
    page = paged(lambda: comparisons.found(store, naming, wanted, listed.most(limit), cursor))
    thing = naming.thing(wanted.about) if wanted.about else None
    counts = comparisons.counts(store, wanted)
    disputes = partial(comparisons.disputes, store, naming, wanted, MOST_DISPUTES)
    return listed.answer(
        page.next,
        html=lambda context, query: pages.contradictions(
            context,
            about=thing,
            page=page,
            counts=counts,
            query=query,
            tabs=_counted(listed, wanted.about),
            disputes=[(kind, disputes(kind)) for kind in (False, True)]
            if not query.keys() & {"outcome", "since", "until", "cursor"}
            else (),
        ),
        csv=lambda: tables.comparisons(page.items),
        rdf=lambda: describe.of_comparisons(store, page.items),
        json=lambda following: models.Comparisons.read(thing, counts, page, following, asked.snapshot, disputes()),
    )


@router.get("/sides{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get(
    "/sides", summary="What each side says of the same thing", response_model=models.Sides, responses=documented(*FORMS)
)
def list_sides(
    asked: AskedDep,
    pages: PagesDep,
    about: words.ThingName = None,
    measure: words.MeasureName = None,
    since: words.DayText = None,
    until: words.DayText = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """One row for each event, figure or statement; what more than one side speaks of first, then the latest."""
    listed = Listed.at(asked, "/sides")
    store, naming = listed.store, listed.naming
    period = words.period(since, until)
    wanted = sides.Filter(
        words.thing(asked, "about", about), words.concept(store, "measure", measure), period.start, period.end
    )
    page = paged(lambda: sides.found(store, naming, wanted, listed.most(limit), cursor))
    thing = naming.thing(wanted.about) if wanted.about else None
    return listed.answer(
        page.next,
        html=lambda context, query: pages.sides(
            context, about=thing, page=page, query=query, tabs=_counted(listed, wanted.about)
        ),
        csv=lambda: tables.sides(page.items),
        rdf=lambda: describe.of_claims(store, dict.fromkeys(claim for row in page.items for claim in row.claims)),
        json=lambda following: models.Sides.read(thing, page, following, asked.snapshot),
    )


@router.get("/checks{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/checks", summary="Arithmetic on claims", response_model=models.Checks, responses=documented(*FORMS))
def list_checks(
    asked: AskedDep,
    pages: PagesDep,
    about: words.ThingName = None,
    check: Annotated[str | None, Query(description="A rule, by its name.", examples=["balance"])] = None,
    result: Annotated[str | None, Query(description=", ".join(checks.VERDICTS), examples=["unaccounted"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """What declared rules found, what does not fit first. The numbers are computed; nobody said them."""
    listed = Listed.at(asked, "/checks")
    store, naming = listed.store, listed.naming
    iri = words.thing(asked, "about", about)
    rule = words.one_of("check", check, checks.declared())
    verdict = words.one_of("result", result, checks.VERDICTS)
    page = paged(lambda: checks.found(store, naming, iri, rule, verdict, listed.most(limit), cursor))
    thing = naming.thing(iri) if iri else None
    return listed.answer(
        page.next,
        html=lambda context, query: pages.checks(
            context,
            about=thing,
            page=page,
            query=query,
            tabs=_counted(listed, iri),
            groups=[] if query.keys() - {"about", "lang"} else checks.grouped(store, naming, iri),
        ),
        csv=lambda: tables.checks(page.items),
        rdf=lambda: describe.of_checks(store, page.items),
        json=lambda following: models.Checks.read(thing, page, following, asked.snapshot),
    )


@router.get("/wording{suffix:path}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get("/wording", summary="Wording that drifts", response_model=models.Drifts, responses=documented(*FORMS))
def list_wording(
    asked: AskedDep,
    pages: PagesDep,
    about: words.ThingName = None,
    claimant: Claimant = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """Claims whose passages hedge the number differently, from the speaker's own words to the heading."""
    listed = Listed.at(asked, "/wording")
    store, naming = listed.store, listed.naming
    iri, who = words.thing(asked, "about", about), words.thing(asked, "claimant", claimant)
    page = paged(lambda: drift.found(store, naming, iri, who, listed.most(limit), cursor))
    thing = naming.thing(iri) if iri else None
    return listed.answer(
        page.next,
        html=lambda context, query: pages.wording(
            context, about=thing, page=page, query=query, tabs=_counted(listed, iri)
        ),
        csv=lambda: tables.wording_lines(page.items),
        rdf=lambda: describe.of_claims(store, [item.claim for item in page.items]),
        json=lambda following: models.Drifts.read(thing, page, following, asked.snapshot),
    )
