"""The whole graph at a glance, for a home page: found once at the build, kept beside the store as `overview.json`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from graph import claims, texts
from graph.adjacency import Adjacency
from graph.description import AS_KNOWN_ON, REFERENCE
from graph.errors import DamagedSnapshot
from graph.lists import DISPUTE, SPECIFICATIONS, Lists
from graph.naming import Naming, Thing
from graph.snapshot import Snapshot
from graph.store import Store
from ontology.terms import compact, expand

MOST = 50
"""So many things of a kind, and disputes, are kept."""
LABELS = {
    "foaf:Person": "people", "org:Organization": "organizations", "sit:State": "states", "schema:Place": "places",
    "sit:WeaponSystem": "weapon systems", "sit:Event": "events", "sit:Claim": "claims", "sit:Passage": "passages",
    "sit:Relation": "relations", "sit:Comparison": "comparisons",
}  # fmt: skip


@dataclass(frozen=True)
class Tally:
    """How many things there are of a class, by its prefixed name and its English plural."""

    name: str
    label: str
    count: int


def write(store: ox.Store, built: Snapshot) -> None:
    """Find what a home page shows of a finished store, and write it beside the store; the adjacency stands there."""
    with Adjacency(built.adjacency) as adjacency:
        reported = [
            adjacency.most_reported(expand(name), MOST) for name in ("foaf:Person", "sit:WeaponSystem", "sit:Event")
        ]
    held = list(_contested(store, built))
    shown = {kind: [row for row in held if (row[-1] == SPECIFICATIONS) is kind][:MOST] for kind in (False, True)}
    found = {
        "classes": {compact(row["class"]): int(row["count"]) for row in texts.rows(store, "overview-classes")},
        "reported": reported,
        "documents": [[row["document"], row.get("published", "")] for row in texts.rows(store, "overview-documents")],
        "as_known_on": next(
            (
                quad.object.value
                for quad in store.quads_for_pattern(REFERENCE, AS_KNOWN_ON, None)
                if isinstance(quad.object, ox.Literal)
            ),
            None,
        ),
        "contested": [*shown[False], *shown[True]],
        "disputes": Counter(row[-1] for row in held),
    }
    text = json.dumps(found, indent=1, sort_keys=True, ensure_ascii=False)
    built.overview.write_text(text + "\n", encoding="utf-8")


def counts(store: Store) -> list[Tally]:
    """How many things there are of each class that a reader looks for, documents among them; none without any."""
    found = read(store.snapshot)
    tallies = [Tally(name, label, found["classes"].get(name, 0)) for name, label in LABELS.items()]
    return [tally for tally in [*tallies, Tally("", "documents", len(documents(store)))] if tally.count]


def most_reported(store: Store, naming: Naming, most: int) -> list[Thing]:
    """The people, weapons and events that the most documents tell of, as many of each kind as there is room for."""
    in_turn = [iri for together in zip_longest(*read(store.snapshot)["reported"]) for iri in together if iri]
    return [naming.thing(iri) for iri in in_turn[:most]]


def documents(store: Store) -> list[tuple[str, str]]:
    """Every source document that a passage is in, with its day, the newest first."""
    return [(iri, published) for iri, published in read(store.snapshot)["documents"]]


def newest_documents(store: Store, naming: Naming, most: int) -> list[claims.Document]:
    """The newest source documents."""
    return [claims.document(store, iri, naming) for iri, _ in documents(store)[:most]]


def as_known_on(store: Store) -> str | None:
    """Up to which day the data were looked after, as they say themselves; None where they do not."""
    found: str | None = read(store.snapshot).get("as_known_on")
    return found


@dataclass(frozen=True)
class Contested:
    """A dispute with two of its claims (IRIs), what came of holding these against each other, and its topic's word."""

    dispute: str
    first: str
    second: str
    outcome: str
    topic: str


def contested(store: Store, most: int, of_weapons: bool = False) -> list[Contested]:
    """Disputes about the war, or about what weapons can do, in the order of their list."""
    found = [Contested(*row) for row in read(store.snapshot)["contested"]]
    return [one for one in found if (one.topic == SPECIFICATIONS) is of_weapons][:most]


def disputes(store: Store) -> dict[str, int]:
    """How many disputes there are of each topic."""
    found: dict[str, int] = read(store.snapshot)["disputes"]
    return found


def _contested(store: ox.Store, built: Snapshot) -> Iterator[list[str]]:
    """Of each dispute one pair, in the order of their list; a list holds no dispute that has no pair."""
    pairs: dict[str, list[str]] = {}
    for row in texts.rows(store, "overview-contested"):
        outcome = row["outcome"].rsplit("/", 1)[-1]
        pairs.setdefault(row["dispute"], [row["dispute"], row["first"], row["second"], outcome])
    with Lists(built.lists) as lists:
        for iri in lists.page(DISPUTE, {}, {}, len(pairs) + 1, None).items:
            yield [*pairs[iri], lists.value(DISPUTE, "topic", iri)]


def read(built: Snapshot) -> dict[str, Any]:
    """What the build found.

    Raises:
        DamagedSnapshot: it cannot be read.
    """
    try:
        return _read(built.overview)
    except (OSError, ValueError):
        raise DamagedSnapshot(built.path, built.overview.name, "holds no overview that this version reads") from None


@lru_cache(maxsize=2)
def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_bytes())
    return found
