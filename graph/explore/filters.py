"""What of a picture is shown: kinds of things, relations, how sure they are, a period, who said it, where it was read.

A filter takes nothing away from the picture, and nothing moves by it: what it hides is counted, and comes back.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from graph.adjacency import Claimed, Link


@dataclass(frozen=True)
class Filters:
    """Which part is shown; what is empty filters nothing. Dates are ISO texts, predicates and the rest IRIs."""

    kinds: tuple[str, ...] = ()
    predicates: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: str = ""
    stop: str = ""
    claimants: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether they let everything through."""
        return self == Filters()


def fitting(links: Iterable[Link], claimed: Iterable[Claimed], filters: Filters) -> set[str]:
    """The relations (IRIs) that filters let through, whatever their ends.

    One and the same claim has to fit claimant and document. A relation with dates of its own fits a period that they
    touch; one without fits by the days on which its claims were made; one with neither fits every period.
    """
    behind: defaultdict[str, list[Claimed]] = defaultdict(list)
    for claim in claimed:
        behind[claim.relation].append(claim)
    return {link.iri for link in links if _fits(link, behind[link.iri], filters)}


def _fits(link: Link, claims: list[Claimed], filters: Filters) -> bool:
    return (
        (not filters.predicates or link.predicate in filters.predicates)
        and (not filters.statuses or link.status in filters.statuses)
        and (not (filters.start or filters.stop) or _in_period(link, claims, filters))
        and (
            not (filters.claimants or filters.documents)
            or any(
                (not filters.claimants or not claim.claimants.isdisjoint(filters.claimants))
                and (not filters.documents or not claim.documents.isdisjoint(filters.documents))
                for claim in claims
            )
        )
    )


def _in_period(link: Link, claims: list[Claimed], filters: Filters) -> bool:
    if link.start or link.stop:
        return _touches(link.start, link.stop, filters)
    dated = [claim for claim in claims if claim.start or claim.stop]
    return not dated or any(_touches(claim.start, claim.stop, filters) for claim in dated)


def _touches(start: str, stop: str, filters: Filters) -> bool:
    return (stop or "9999") >= (filters.start or "0000") and (start or "0000") <= (filters.stop or "9999")
