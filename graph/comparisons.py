"""Comparisons: two claims that the build held against each other, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from graph import claims
from graph.claims import Claim, Facts
from graph.lists import ABOUT, CLAIMANT, COMPARISON, DISPUTE, MEASURE, OUTCOMES, SPECIFICATIONS, TOPICS
from graph.lists.index import late_first
from graph.naming import Naming
from graph.paging import Page
from graph.store import Store
from ontology.terms import PREFIXES, expand

__all__ = ["OUTCOMES", "TOPICS", "Comparison", "Dispute", "Filter", "counts", "dispute", "disputes", "found", "read"]


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
class Dispute:
    """All claims on one question of which only some can hold, the latest first, and the comparisons of them."""

    iri: str
    label: str
    topic: str  # a word of TOPICS
    claims: tuple[Claim, ...]
    comparisons: tuple[str, ...]

    @property
    def of_weapons(self) -> bool:
        """Whether it is about what a weapon can do, and not about the war."""
        return self.topic == SPECIFICATIONS


@dataclass(frozen=True)
class Filter:
    """Which comparisons are asked for, by IRI; None means any."""

    about: str | None = None  # a thing that one of the claims is about, or who made one
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


def disputes(
    store: Store, naming: Naming, wanted: Filter = Filter(), limit: int = 50, of_weapons: bool | None = None
) -> Page[Dispute]:
    """Disputes: losses, strikes, territory and events first, then what weapons can do; no next page.

    Outcome and days are passed over: a dispute has claims of many days.

    Args:
        store: the snapshot.
        naming: labels in the reader's language.
        wanted: about which thing, of which measure, with a claim by whom.
        limit: how many at most.
        of_weapons: only those about what weapons can do, or only the others; None for all.
    """
    like = {"specification": None if of_weapons is None else str(of_weapons)}
    page = store.lists.page(DISPUTE, _bound(wanted), like, limit, None)
    return replace(page.map(lambda iri: dispute(store, iri, naming)), next=None)


def dispute(store: Store, iri: str, naming: Naming) -> Dispute:
    """One dispute by its IRI."""
    found = store.subjects(expand("sit:inDispute"), iri)
    comparisons = [name for name in found if name.startswith(PREFIXES["comparison"])]
    held = [claims.read(store, name, naming) for name in found if name not in comparisons]
    held.sort(key=lambda claim: (late_first(str(claim.said.end or "")), claim.iri))
    return Dispute(iri, naming.label(iri), store.lists.value(DISPUTE, "topic", iri), tuple(held), tuple(comparisons))


def read(store: Store, iri: str, naming: Naming) -> Comparison:
    """One comparison by its IRI."""
    facts = Facts(store, iri)
    first, second = (claims.read(store, facts.iri(name) or "", naming) for name in ("sit:first", "sit:second"))
    return Comparison(iri, naming.label(iri), facts.word("sit:outcome"), first, second, facts.iri("sit:slip"))


def _bound(wanted: Filter) -> dict[str, str | None]:
    return {ABOUT: wanted.about, MEASURE: wanted.measure, CLAIMANT: wanted.claimant}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
