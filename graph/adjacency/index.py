"""Writing the adjacency file. The same store gives the same rows: everything is sorted, and nothing tells the time.

    thing       every end of a relation: kind of node, whether it connects everything, place in the core, how many
                documents its drawn relations rest on, dates
    of          the classes of things
    predicate   in the order of their English names
    relation    one row a relation, with how many claims it rests on, and how these are
    end         one row for each end of each relation, in the order of lists; `rank` is its place in pictures
    tally       how many relations and how many other things, for each thing, predicate (0: any) and direction
    claim, rest, voice, reading   claims, which relations rest on them, who made them, in which documents

Numbers of things and relations follow their IRIs, so to sort by number is to sort by IRI.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from operator import itemgetter
from pathlib import Path
from typing import Final

from pyoxigraph import Literal, NamedNode, Store

from graph import texts
from graph.centrality import core_order
from graph.identity import local_name
from graph.index_file import writing
from graph.kinds import EVENT, NO_NODE, STATE, UNDRAWN, kind_of
from ontology.terms import expand

FORMAT: Final = 3
"""Stands in the file; a reader of another format refuses it."""

OUT, IN, BOTH = "out", "in", "both"
# One relation node serves both ways.
SYMMETRIC = frozenset({expand("sit:conferredWith")})
# Why a thing connects everything and says nothing: paths and the core pass it by.
CONNECTORS = ("state", "outlet", "war")

_NAME: Final = 120
"""So many letters of a name count in the order of a list; the IRI decides after them."""

_TABLES: Final = """
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, connector TEXT NOT NULL,
    core INTEGER, documents INTEGER NOT NULL, start TEXT NOT NULL, stop TEXT NOT NULL);
CREATE TABLE class (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE of (thing INTEGER, class INTEGER, PRIMARY KEY (thing, class)) WITHOUT ROWID;
CREATE TABLE predicate (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE relation (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, source INTEGER NOT NULL,
    target INTEGER NOT NULL, predicate INTEGER NOT NULL, status TEXT NOT NULL, start TEXT NOT NULL, stop TEXT NOT NULL,
    via TEXT NOT NULL, claims INTEGER NOT NULL, estimates INTEGER NOT NULL, contested INTEGER NOT NULL,
    origins INTEGER NOT NULL);
CREATE TABLE end (thing INTEGER, predicate INTEGER, direction TEXT, start TEXT, name TEXT, relation INTEGER,
    other INTEGER NOT NULL, status TEXT NOT NULL, stop TEXT NOT NULL, rank INTEGER,
    PRIMARY KEY (thing, predicate, direction, start, name, relation)) WITHOUT ROWID;
CREATE TABLE tally (thing INTEGER, predicate INTEGER, direction TEXT, relations INTEGER NOT NULL,
    drawn INTEGER NOT NULL, others INTEGER NOT NULL, PRIMARY KEY (thing, predicate, direction)) WITHOUT ROWID;
CREATE TABLE claim (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, start TEXT NOT NULL,
    stop TEXT NOT NULL);
CREATE TABLE rest (relation INTEGER, claim INTEGER, PRIMARY KEY (relation, claim)) WITHOUT ROWID;
CREATE TABLE voice (claim INTEGER, iri TEXT, PRIMARY KEY (claim, iri)) WITHOUT ROWID;
CREATE TABLE reading (claim INTEGER, iri TEXT, PRIMARY KEY (claim, iri)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX end_rank ON end (thing, rank, predicate, direction, other) WHERE rank IS NOT NULL;
CREATE INDEX end_other ON end (thing, other, predicate, direction) WHERE rank IS NOT NULL;
CREATE INDEX relation_ends ON relation (source, target);
CREATE INDEX reading_iri ON reading (iri, claim);
CREATE INDEX rest_claim ON rest (claim, relation);
CREATE INDEX thing_core ON thing (core) WHERE core IS NOT NULL;
"""


def write_adjacency(store: Store, path: Path) -> None:
    """Write the adjacency of a finished store to an SQLite file, replacing what stands there.

    Raises:
        OSError: no room, or no permission.
    """
    with writing(path, FORMAT, _TABLES, _INDEXES) as database:
        _Writer(store, database).write()


@dataclass(frozen=True)
class _Relation:
    source: str
    target: str
    predicate: str
    status: str
    start: str
    stop: str


class _Writer:
    """One store, read property by property; the default graph alone, as in our own questions."""

    def __init__(self, store: Store, database: sqlite3.Connection) -> None:
        self._store, self._database = store, database

    def write(self) -> None:
        self._things()
        self._relations()
        self._claims()

    # --- things

    @cached_property
    def relations(self) -> dict[str, _Relation]:
        ends = [dict(self._values(f"sit:{name}")) for name in ("from", "to", "edge", "status")]
        dates = [dict(self._values(f"schema:{end}Date")) for end in ("start", "end")]
        source, target, edge, status = ends
        return {
            iri: _Relation(
                source[iri],
                target[iri],
                edge[iri],
                status[iri].rsplit("/", 1)[-1],
                *(day.get(iri, "") for day in dates),
            )
            for iri in sorted(source.keys() & target.keys() & edge.keys() & status.keys())
        }

    @cached_property
    def number(self) -> dict[str, int]:
        """The number of each thing, by IRI."""
        ends = {end for found in self.relations.values() for end in (found.source, found.target)}
        return {iri: at for at, iri in enumerate(sorted(ends), 1)}

    @cached_property
    def classes(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for iri, name in self._values("rdf:type"):
            if iri in self.number:
                found[iri].append(name)
        return found

    @cached_property
    def kinds(self) -> dict[str, str]:
        return {iri: kind_of(iri, self.classes.get(iri, ())) for iri in self.number}

    def _things(self) -> None:
        outlets = {row["thing"] for row in texts.rows(self._store, "outlets")}
        wars = {iri for iri, kind in self._values("sit:eventType") if kind == expand("voc:ev-war")}
        connectors = {
            iri: "state"
            if kind == STATE
            else "war"
            if iri in wars and kind == EVENT
            else "outlet"
            if iri in outlets
            else ""
            for iri, kind in self.kinds.items()
        }
        drawn = [
            (found.source, found.target, self.documents.get(iri, frozenset()))
            for iri, found in self.relations.items()
            if found.predicate not in UNDRAWN and self.kinds[found.source] and self.kinds[found.target]
        ]
        core = core_order(drawn, {iri for iri in self.number if self.kinds[iri] == NO_NODE or connectors[iri]})
        joining: defaultdict[str, set[str]] = defaultdict(set)
        for source, target, documents in drawn:
            joining[source] |= documents
            joining[target] |= documents
        place = {iri: at for at, iri in enumerate(core)}
        start, stop = (dict(self._values(f"schema:{end}Date")) for end in ("start", "end"))
        self._database.executemany(
            f"INSERT INTO thing VALUES ({','.join('?' * 8)})",
            (
                (at, iri, self.kinds[iri], connectors[iri], place.get(iri), len(joining.get(iri, ())),
                 start.get(iri, ""), stop.get(iri, ""))
                for iri, at in self.number.items()
            ),
        )  # fmt: skip
        numbers = {name: at for at, name in enumerate(sorted({c for of in self.classes.values() for c in of}), 1)}
        self._database.executemany("INSERT INTO class VALUES (?, ?)", ((at, name) for name, at in numbers.items()))
        self._database.executemany(
            "INSERT INTO of VALUES (?, ?)",
            sorted((self.number[iri], numbers[name]) for iri, of in self.classes.items() for name in set(of)),
        )

    # --- relations and their ends

    def _relations(self) -> None:
        named = sorted((self._english(iri), iri) for iri in {found.predicate for found in self.relations.values()})
        predicates = {iri: at for at, (_, iri) in enumerate(named, 1)}
        self._database.executemany("INSERT INTO predicate VALUES (?, ?)", ((at, iri) for iri, at in predicates.items()))
        names = {iri: self._english(iri)[:_NAME] for iri in self.number}
        via = dict(self._values("sit:via"))
        rests, kinds, contested = self.rests, self.claim_kinds, {iri for iri, _ in self._values("sit:conflictsWith")}
        rows: list[tuple[object, ...]] = []
        ends: defaultdict[int, list[tuple[int, str, _Relation, int, tuple[int, int]]]] = defaultdict(list)
        for at, (iri, found) in enumerate(self.relations.items(), 1):
            source, target = self.number[found.source], self.number[found.target]
            resting = rests.get(iri, ())
            rows.append(
                (at, iri, source, target, predicates[found.predicate], found.status, found.start, found.stop,
                 via.get(iri, ""), len(resting), sum(kinds.get(claim) == "estimate" for claim in resting),
                 sum(claim in contested for claim in resting),
                 len(set().union(*(self.origins.get(claim, ()) for claim in resting))))
            )  # fmt: skip
            support = len(self.documents.get(iri, ())), len(resting)
            ends[source].append((at, OUT, found, target, support))
            if source != target:
                direction = OUT if found.predicate in SYMMETRIC else IN
                ends[target].append((at, direction, found, source, support))
        self._database.executemany(f"INSERT INTO relation VALUES ({','.join('?' * 13)})", rows)
        iris = list(self.number)
        for thing in sorted(ends):
            self._ends(thing, ends[thing], predicates, iris, names)

    def _ends(
        self, thing: int, ends: list[tuple[int, str, _Relation, int, tuple[int, int]]], predicates: dict[str, int],
        iris: list[str], names: dict[str, str],
    ) -> None:  # fmt: skip
        """The rows of one thing: in pictures come first what most documents say, then most claims, then the latest."""
        drawable = [
            (-documents, -claims, _descending(found.start), at)
            for at, _, found, other, (documents, claims) in ends
            if found.predicate not in UNDRAWN
            and self.kinds[iris[other - 1]]
            and self.kinds[iris[thing - 1]]
            and other != thing
        ]
        rank = {at: place for place, (*_, at) in enumerate(sorted(drawable))}
        rows = []
        relations: defaultdict[tuple[int, str], int] = defaultdict(int)
        drawn: defaultdict[tuple[int, str], int] = defaultdict(int)
        others: defaultdict[tuple[int, str], set[int]] = defaultdict(set)
        for at, direction, found, other, _ in ends:
            predicate = predicates[found.predicate]
            rows.append(
                (thing, predicate, direction, found.start, names[iris[other - 1]], at, other, found.status, found.stop,
                 rank.get(at))
            )  # fmt: skip
            for key in ((predicate, direction), (predicate, BOTH), (0, direction), (0, BOTH)):
                relations[key] += 1
                if at in rank:
                    drawn[key] += 1
                    others[key].add(other)
        self._database.executemany(
            f"INSERT INTO end VALUES ({','.join('?' * 10)})", sorted(rows, key=itemgetter(0, 1, 2, 3, 4, 5))
        )
        self._database.executemany(
            "INSERT INTO tally VALUES (?, ?, ?, ?, ?, ?)",
            ((thing, *key, count, drawn[key], len(others[key])) for key, count in sorted(relations.items())),
        )

    # --- what relations rest on

    @cached_property
    def documents(self) -> dict[str, frozenset[str]]:
        """The documents that each relation rests on: those of its claims, and those that it names as its sources."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for relation, resting in self.rests.items():
            for claim in resting:
                found[relation] |= self.readings.get(claim, set())
        known = set(self.inside.values())
        at = {url: document for document, url in self._values("schema:url") if document in known}
        for relation, source in self._values("dcterms:source"):
            if relation in self.relations:
                found[relation].add(at.get(source, source))
        return {relation: frozenset(names) for relation, names in found.items()}

    @cached_property
    def rests(self) -> dict[str, list[str]]:
        found: defaultdict[str, list[str]] = defaultdict(list)
        for relation, claim in self._values("sit:restsOn"):
            if relation in self.relations:
                found[relation].append(claim)
        return found

    @cached_property
    def inside(self) -> dict[str, str]:
        """The document that each passage is in."""
        return dict(self._values("sit:inDocument"))

    @cached_property
    def readings(self) -> dict[str, set[str]]:
        """The documents in which each claim was read."""
        found: defaultdict[str, set[str]] = defaultdict(set)
        for passage, claim in self._values("sit:carries"):
            if passage in self.inside:
                found[claim].add(self.inside[passage])
        return found

    @cached_property
    def claim_kinds(self) -> dict[str, str]:
        return {iri: kind.rsplit("/", 1)[-1] for iri, kind in self._values("sit:kind")}

    @cached_property
    def origins(self) -> dict[str, set[str]]:
        """The independent origins of each claim that affirms something, as `graph.claims.origins` has them."""
        sides, channels = dict(self._values("sit:side")), dict(self._values("prov:hadPrimarySource"))
        groups = {iri for iri, name in self._values("rdf:type") if name == expand("foaf:Group")}
        found: defaultdict[str, set[str]] = defaultdict(set)
        for claim, who in self._values("prov:wasAttributedTo"):
            if who not in groups and self.claim_kinds.get(claim) in ("fact", "estimate"):
                found[claim].add(sides.get(who) or channels.get(claim) or who)
        return found

    def _claims(self) -> None:
        known = {claim for resting in self.rests.values() for claim in resting}
        number = {iri: at for at, iri in enumerate(sorted(known), 1)}
        said, start, stop = (dict(self._values(f"schema:{name}")) for name in ("dateCreated", "startDate", "endDate"))
        self._database.executemany(
            "INSERT INTO claim VALUES (?, ?, ?, ?, ?)",
            (
                (at, iri, self.claim_kinds.get(iri, ""), said.get(iri, start.get(iri, "")),
                 said.get(iri, stop.get(iri, "")))
                for iri, at in number.items()
            ),
        )  # fmt: skip
        relations = {iri: at for at, iri in enumerate(self.relations, 1)}
        self._database.executemany(
            "INSERT INTO rest VALUES (?, ?)",
            sorted((relations[iri], number[claim]) for iri, resting in self.rests.items() for claim in set(resting)),
        )
        voices = {(number[claim], who) for claim, who in self._values("prov:wasAttributedTo") if claim in number}
        self._database.executemany("INSERT INTO voice VALUES (?, ?)", sorted(voices))
        readings = {(number[claim], document) for claim in known for document in self.readings.get(claim, ())}
        self._database.executemany("INSERT INTO reading VALUES (?, ?)", sorted(readings))

    # --- what the store says

    def _values(self, name: str) -> Iterator[tuple[str, str]]:
        return texts.values(self._store, name)

    def _english(self, iri: str) -> str:
        """The English name, as `graph.naming` gives it."""
        any_name = ""
        for name in ("skos:prefLabel", "rdfs:label", "skos:altLabel"):
            pattern = self._store.quads_for_pattern(NamedNode(iri), NamedNode(expand(name)), None)
            terms = sorted({quad.object for quad in pattern if isinstance(quad.object, Literal)}, key=str)
            for term in terms:
                if term.language == "en" and name != "skos:altLabel":
                    return term.value
                any_name = any_name or term.value
        return any_name or local_name(iri)


def _descending(day: str) -> tuple[int, ...]:
    """A key that sorts later days first, and none last."""
    return tuple(-ord(letter) for letter in day) if day else (1,)
