"""What happened, who held which office and what was said, in the order of time."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from api import calendar, models, tables
from api.dependencies import AskedDep, PagesDep
from api.hygiene import POLICY_WITH_STYLES
from api.negotiation import CALENDAR, documented
from api.routes import words
from api.routes.lists import CITED, Cursor, Limit, Listed, paged
from graph import citations, describe, times
from graph import timeline as timelines
from graph.curation.vocabulary import suggestions, vocabulary
from graph.naming import Naming
from graph.store import Store
from graph.timeline import CLAIM, EVENT, TERM
from ontology.terms import compact, expand

router = APIRouter(tags=["look-up"])
FORMS = (*CITED, CALENDAR)
_KINDS = {
    "event": EVENT, "sit:Event": EVENT, expand("sit:Event"): EVENT,
    "term": TERM, "org:Membership": TERM, expand("org:Membership"): TERM,
    "claim": CLAIM, "sit:Claim": CLAIM, expand("sit:Claim"): CLAIM,
}  # fmt: skip
_SCHEMES = {"event-types": "sit:eventType", "kinds": "sit:kind"}
_TIME = "A day, month or year, or any other EDTF text."


@router.get("/timeline{suffix}", include_in_schema=False)  # noqa: FAST003  read from the address
@router.get(
    "/timeline",
    summary="Events, terms of office and claims in order",
    response_model=models.Timeline,
    responses=documented(*FORMS),
)
def timeline(
    asked: AskedDep,
    pages: PagesDep,
    about: words.ThingName = None,
    claimant: words.ThingName = None,
    start: Annotated[str | None, Query(alias="from", description=f"Not over before it. {_TIME}")] = None,
    end: Annotated[str | None, Query(alias="to", description=f"Not begun after it. {_TIME}")] = None,
    type: Annotated[
        str | None,
        Query(
            description="event, term or claim, a type of event, or a kind of claim.",
            examples=["event", "voc:ev-territory", "voc:estimate"],
        ),
    ] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Response:
    """By start, then end, then IRI; what is only known to be by a day stands on that day, what has no date last."""
    listed = Listed.at(asked, "/timeline", forms=FORMS)
    store, naming, index = listed.store, listed.naming, asked.served.timeline
    kind, of_type = _type(store, type)
    first, last = _range(start, end)
    wanted = timelines.Filter(
        words.thing(asked, "about", about), words.thing(asked, "claimant", claimant), kind, of_type, first, last
    )
    page = paged(lambda: timelines.of(store, index, naming, wanted, listed.most(limit), cursor))
    of, by = (naming.thing(iri) if iri else None for iri in (wanted.about, wanted.claimant))
    title = " ".join(["Timeline", *([f"of {of.label}"] if of else []), *([f"as {by.label} has it"] if by else [])])
    return listed.answer(
        page.next,
        html=lambda context, query: pages.timeline(
            context, title=title, page=page, about=of, claimant=by, query=query, counts=index.counts(wanted),
            undated=index.undated(wanted), types=_types(naming),
            speaks=bool(of and index.page(timelines.Filter(claimant=of.iri), 1).total),
        ),
        csv=lambda: tables.timeline(page.items),
        rdf=lambda: describe.of_things(store, [entry.thing.iri for entry in page.items]),
        json=lambda following: models.Timeline.read(of, by, index.undated(wanted), page, following, asked.snapshot),
        cited=lambda: citations.of_entries(
            store, naming, title, listed.address,
            [(entry.claims, entry.sources) for entry in page.items],
        ),
        policy=POLICY_WITH_STYLES,
        others={CALENDAR: lambda: calendar.calendar(title, page.items, page.total - len(page.items))},
    )  # fmt: skip


def _range(start: str | None, end: str | None) -> tuple[date | None, date | None]:
    """The first and the last day that two EDTF texts span.

    Raises:
        Problem: one is no EDTF or has no such day, or the second ends before the first begins.
    """
    first, last = _day("from", start), _day("to", end)
    if first and last and last < first:
        raise words.wrong("to", f"{end} lies before from ({start}); turn the two round")
    return first, last


def _day(parameter: str, text: str | None) -> date | None:
    if not text:
        return None
    try:
        time = times.parse(text)
    except ValueError as error:
        raise words.wrong(parameter, str(error)) from None
    day = time.start if parameter == "from" else time.end
    if day is None:
        which = "first" if parameter == "from" else "last"
        raise words.wrong(parameter, f"{text!r} names no {which} day; write one such as 2025-01-20, or leave it out")
    return day


def _type(store: Store, word: str | None) -> tuple[str | None, str | None]:
    """The kind of entry, or the IRI of the type, that a parameter names.

    Raises:
        Problem: there is none.
    """
    if not word:
        return None, None
    bare = word.removeprefix("<").removesuffix(">")
    if bare in _KINDS:
        return _KINDS[bare], None
    for scheme, predicate in _SCHEMES.items():
        try:
            return None, vocabulary().concept(scheme, bare).value
        except ValueError:
            if "://" in bare and store.knows(bare) and store.leads_to(expand(predicate), bare):
                return None, bare  # of a user's own RDF
    known = [
        *(kind for kind in _KINDS if ":" not in kind),
        *(at for name in _SCHEMES for at in vocabulary().words(name)),
    ]
    near = suggestions(bare.removeprefix("voc:"), known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"it is one of {', '.join(known)}"
    raise words.wrong("type", f"unknown type {word!r}; {hint}")


def _types(naming: Naming) -> list[tuple[str, list[tuple[str, str]]]]:
    """The types to choose from, in groups: the value of the parameter, and its words."""
    return [
        (heading, [(compact(iri), naming.label(iri)) for word in vocabulary().words(scheme)
                   for iri in [vocabulary().concept(scheme, word).value]])
        for heading, scheme in (("Events", "event-types"), ("Claims", "kinds"))
    ]  # fmt: skip
