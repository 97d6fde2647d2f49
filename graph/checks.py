"""Checks: what declared rules of arithmetic found about claims. Their numbers are computed; nobody said them."""

from __future__ import annotations

from dataclasses import dataclass

from graph import claims
from graph.claims import Claim, Facts
from graph.naming import Naming, Thing
from graph.paging import Page, paged
from graph.rules import rules
from graph.store import Row, Store, text_of

# What does not fit comes first.
VERDICTS = (
    "not-borne-out", "overdrawn", "falls", "unaccounted", "undecided", "above", "below", "near", "borne-out",
    "adds-up", "rises",
)  # fmt: skip


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
    keys = [
        (f"{VERDICTS.index(_word(row)):02}", text_of(row["rule"]), text_of(row["check"]))
        for row in _rows(store, about)
        if rule in (None, text_of(row["rule"])) and verdict in (None, _word(row))
    ]
    return paged(sorted(keys), limit, cursor).map(lambda key: read(store, key[2], naming))


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


def _rows(store: Store, about: str | None) -> list[Row]:
    return store.rows("checks-about", about=about) if about else store.rows("checks")


def _word(row: Row) -> str:
    return text_of(row["verdict"]).rsplit("/", 1)[-1]
