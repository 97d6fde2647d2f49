"""Disputes: all claims on one question of which only some can hold, counted once however many pairs they make.

Two claims that conflict belong to one dispute, and so do conflicting claims on one measurand, or on one property of one
thing. A dispute is named by the first of its questions, so that a further claim on it does not change its address.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode, Store, Triple

from graph import texts
from ontology.terms import BASE, expand

TYPE, DISPUTE, IN, ABOUT = (
    NamedNode(expand(name)) for name in ("rdf:type", "sit:Dispute", "sit:inDispute", "schema:about")
)


def found(store: Store) -> Iterator[Triple]:
    """A dispute for each group of conflicting claims, with what it is about; its claims and comparisons lead to it."""
    above: dict[str, str] = {}

    def top(node: str) -> str:
        while (parent := above.setdefault(node, node)) != node:
            above[node] = node = above[parent]
        return node

    questions: dict[str, str] = {}
    pairs: list[tuple[str, str, str]] = []
    for row in texts.rows(store, "conflicts"):
        pairs.append((row["comparison"], row["first"], row["second"]))
        for which in ("first", "second"):
            question = row.get(f"{which}_measurand") or f"{row[f'{which}_subject']} {row[f'{which}_predicate']}"
            questions[row[which]] = question
            above[top(row[which])] = top(f"question {question}")
        above[top(row["first"])] = top(row["second"])
    members: dict[str, set[str]] = defaultdict(set)
    for claim in questions:
        members[top(claim)].add(claim)
    names = {root: _named(min(questions[claim] for claim in claims)) for root, claims in members.items()}
    about: dict[str, set[str]] = defaultdict(set)
    for claim, thing in texts.values(store, "schema:about"):
        if claim in questions:
            about[claim].add(thing)
    for root, claims in sorted(members.items(), key=lambda pair: names[pair[0]].value):
        yield Triple(names[root], TYPE, DISPUTE)
        for claim in sorted(claims):
            yield Triple(NamedNode(claim), IN, names[root])
        for thing in sorted(set().union(*(about[claim] for claim in claims))):
            yield Triple(names[root], ABOUT, NamedNode(thing))
    for comparison, first, _ in pairs:
        yield Triple(NamedNode(comparison), IN, names[top(first)])


def _named(question: str) -> NamedNode:
    return NamedNode(f"{BASE}dispute/{hashlib.sha1(question.encode()).hexdigest()[:12]}")  # noqa: S324
