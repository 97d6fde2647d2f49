"""Wording that drifts: claims whose passages hedge the number otherwise than their most direct wording does."""

from __future__ import annotations

from dataclasses import dataclass

from graph import claims
from graph.claims import Claim, Passage
from graph.curation.compiler import DIRECTNESS
from graph.lists import ABOUT, CLAIMANT, DRIFT
from graph.naming import Naming
from graph.paging import Page
from graph.store import Store


@dataclass(frozen=True)
class Drift:
    """A claim with its passages, the nearest to the speaker first."""

    claim: Claim
    passages: tuple[Passage, ...]

    @property
    def bounds(self) -> tuple[str, ...]:
        """The hedges of its passages, each once, in that order."""
        return tuple(dict.fromkeys(passage.bound for passage in self.passages if passage.bound))

    @property
    def lost(self) -> bool:
        """Whether the claimant's hedge is dropped on the way: some passage gives the plain number."""
        own = self.claim.quantity.bound if self.claim.quantity else ""
        return own != "exact" and "exact" in self.bounds


def found(
    store: Store, naming: Naming, about: str | None = None, claimant: str | None = None, limit: int = 50,
    cursor: str | None = None,
) -> Page[Drift]:  # fmt: skip
    """Claims whose wording drifts, in the order of their labels.

    Args:
        store: the snapshot.
        naming: labels in the reader's language.
        about: only claims about this thing (IRI).
        claimant: only claims by this agent (IRI).
        limit: how many at most.
        cursor: from the page before.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    page = store.lists.page(DRIFT, {ABOUT: about, CLAIMANT: claimant}, {}, limit, cursor)
    return page.map(lambda iri: _drift(claims.read(store, iri, naming)))


def _drift(claim: Claim) -> Drift:
    order = {mode: place for place, mode in enumerate(DIRECTNESS)}
    return Drift(claim, tuple(sorted(claim.passages, key=lambda passage: order.get(passage.mode, len(order)))))
