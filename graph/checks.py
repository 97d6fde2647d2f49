"""Checks: what declared rules of arithmetic found about claims. Their numbers are computed; nobody said them."""

from __future__ import annotations

from dataclasses import dataclass

from graph import claims
from graph.claims import Claim, Facts
from graph.lists import ABOUT, FINDING, VERDICTS
from graph.naming import Naming, Thing
from graph.paging import Page
from graph.rules import rules
from graph.store import Store

__all__ = ["VERDICTS", "Check", "Group", "declared", "found", "grouped", "read"]


@dataclass(frozen=True)
class Check:
    """One result: a sentence, the rule's name, the verdict's word, the computed number if any, and the claims used."""

    iri: str
    label: str
    rule: str
    verdict: str
    computed: str | None
    about: tuple[Thing, ...]
    claims: tuple[Claim, ...]


@dataclass(frozen=True)
class Group:
    """What came of one rule, by the verdict's word: how many results there are, and the first of them."""

    rule: str
    verdict: str
    count: int
    results: tuple[Check, ...]


def declared() -> dict[str, str]:
    """Every rule of arithmetic by its name, with the sentence that says what it checks."""
    return {
        rule.name.partition("-check-")[2]: rule.says.removesuffix(".") for rule in rules() if "-check-" in rule.name
    }


def found(
    store: Store, naming: Naming, about: str | None = None, rule: str | None = None, verdict: str | None = None,
    limit: int = 50, cursor: str | None = None,
) -> Page[Check]:  # fmt: skip
    """Results of checks, what does not fit first.

    Args:
        store: the snapshot.
        naming: labels in the reader's language.
        about: only those about this thing (IRI).
        rule: only those of this rule (its name).
        verdict: only those with this verdict (its word).
        limit: how many at most.
        cursor: from the page before.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    page = store.lists.page(FINDING, {ABOUT: about}, {"rule": rule, "verdict": verdict}, limit, cursor)
    return page.map(lambda iri: read(store, iri, naming))


def grouped(store: Store, naming: Naming, about: str | None = None, most: int = 3) -> list[Group]:
    """Results by what came of which rule, what does not fit first, so many of each at most."""
    tally = store.lists.tally(FINDING, ("verdict", "rule"), {ABOUT: about}, {})
    return [
        Group(rule, verdict, count, found(store, naming, about, rule, verdict, most).items)
        for (verdict, rule), count in tally.items()
    ]


def read(store: Store, iri: str, naming: Naming) -> Check:
    """One result by its IRI."""
    facts = Facts(store, iri)
    return Check(
        iri=iri,
        label=naming.label(iri),
        rule=facts.text("sit:rule") or "",
        verdict=facts.word("sit:verdict"),
        computed=facts.text("sit:computed"),
        about=tuple(map(naming.thing, facts.iris("schema:about"))),
        claims=tuple(claims.read(store, name, naming) for name in facts.iris("prov:used")),
    )
