"""Comparisons: two claims that the build held against each other, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph import claims
from graph.claims import Claim, Facts
from graph.naming import Naming
from graph.paging import Key, Page, paged
from graph.store import Row, Store, text_of
from ontology.terms import PREFIXES, expand

# What cannot both hold comes first.
OUTCOMES = ("contradict", "reporting", "superseded", "scope", "rounding", "agree")


@dataclass(frozen=True)
class Comparison:
    """Two claims and the outcome's word; `slip` is the claim that only a document's heading makes, if there is one."""

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
    keys = [_key(row) for row in _rows(store, wanted) if _fits(store, row, wanted)]
    return paged(sorted(keys), limit, cursor).map(lambda key: read(store, key[2], naming))


def counts(store: Store, wanted: Filter = Filter()) -> dict[str, int]:
    """How many there are of each outcome, whatever outcome is asked for."""
    tally = dict.fromkeys(OUTCOMES, 0)
    for row in _rows(store, wanted):
        if _fits(store, row, wanted, any_outcome=True):
            tally[_word(row)] += 1
    return {word: count for word, count in tally.items() if count}


def read(store: Store, iri: str, naming: Naming) -> Comparison:
    """One comparison by its IRI."""
    facts = Facts(store, iri)
    first, second = (claims.read(store, facts.iri(name) or "", naming) for name in ("sit:first", "sit:second"))
    outcome = facts.word("sit:outcome")
    slips = [claim.iri for claim in (first, second) if outcome == "reporting" and claim.only_in_headings]
    return Comparison(iri, naming.label(iri), outcome, first, second, slips[0] if len(slips) == 1 else None)


def _rows(store: Store, wanted: Filter) -> list[Row]:
    if wanted.about:
        return store.rows("comparisons-about", about=wanted.about)
    return store.rows("comparisons")


def _fits(store: Store, row: Row, wanted: Filter, any_outcome: bool = False) -> bool:
    pair = (text_of(row["first"]), text_of(row["second"]))
    said = _said(row)
    return (
        (any_outcome or wanted.outcome in (None, text_of(row["outcome"])))
        and (wanted.start is None or said >= wanted.start.isoformat())
        and (wanted.end is None or "" < said <= wanted.end.isoformat())
        and (wanted.claimant is None or any(wanted.claimant in _claimants(store, claim) for claim in pair))
        and (wanted.measure is None or any(wanted.measure == _measure(store, claim) for claim in pair))
    )


def _claimants(store: Store, claim: str) -> list[str]:
    return [text_of(term) for term in store.objects(claim, expand("prov:wasAttributedTo"))]


def _measure(store: Store, claim: str) -> str:
    about = next(iter(store.objects(claim, expand("sit:measurand"))), None)
    return text_of(next(iter(store.objects(text_of(about), expand("sit:measure"))), None)) if about else ""


def _key(row: Row) -> Key:
    return str(OUTCOMES.index(_word(row))), claims.late_first(_said(row)), text_of(row["comparison"])


def _word(row: Row) -> str:
    return text_of(row["outcome"]).removeprefix(PREFIXES["voc"])


def _said(row: Row) -> str:
    """The day on which the later of the two was said, or by which; empty where neither is known."""
    return max(text_of(row[f"{which}_day"]) or text_of(row[f"{which}_bound"]) for which in ("first", "second"))
