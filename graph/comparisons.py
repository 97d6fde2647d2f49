"""Comparisons: two claims that the build held against each other, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph import claims
from graph.claims import Claim, Facts
from graph.lists import ABOUT, CLAIMANT, COMPARISON, MEASURE, OUTCOMES
from graph.naming import Naming
from graph.paging import Page
from graph.store import Store
from ontology.terms import PREFIXES

__all__ = ["OUTCOMES", "Comparison", "Filter", "counts", "found", "read"]


@dataclass(frozen=True)
class Comparison:
    """Two claims and the outcome's word; `slip` is the claim that a document misreports, if it is known which."""

    iri: str
    label: str
    outcome: str
    first: Claim
    second: Claim
    slip: str | None


@dataclass(frozen=True)
class Filter:
    """Which comparisons are asked for, by IRI; None means any."""

    about: str | None = None  # a thing that one of the claims is about
    measure: str | None = None  # of one of the claims
    claimant: str | None = None  # of one of the claims
    outcome: str | None = None
    start: date | None = None  # neither of the two is said later than on this day or after it
    end: date | None = None


def found(
    store: Store, naming: Naming, wanted: Filter = Filter(), limit: int = 50, cursor: str | None = None
) -> Page[Comparison]:
    """Comparisons, those that cannot both hold first, then the latest.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    page = store.lists.page(
        COMPARISON, _bound(wanted), {"outcome": wanted.outcome}, limit, cursor, _day(wanted.start), _day(wanted.end)
    )
    return page.map(lambda iri: read(store, iri, naming))


def counts(store: Store, wanted: Filter = Filter()) -> dict[str, int]:
    """How many there are of each outcome, whatever outcome is asked for."""
    tally = store.lists.tally(COMPARISON, ("outcome",), _bound(wanted), {}, _day(wanted.start), _day(wanted.end))
    return {outcome.removeprefix(PREFIXES["voc"]): count for (outcome,), count in tally.items()}


def read(store: Store, iri: str, naming: Naming) -> Comparison:
    """One comparison by its IRI."""
    facts = Facts(store, iri)
    first, second = (claims.read(store, facts.iri(name) or "", naming) for name in ("sit:first", "sit:second"))
    return Comparison(iri, naming.label(iri), facts.word("sit:outcome"), first, second, facts.iri("sit:slip"))


def _bound(wanted: Filter) -> dict[str, str | None]:
    return {ABOUT: wanted.about, MEASURE: wanted.measure, CLAIMANT: wanted.claimant}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
