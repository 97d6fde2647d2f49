"""Writing the order of every list.

    claim       one row for each claim, in the order of lists: the latest first, then by IRI
    comparison  one row for each comparison: what cannot both hold first, what weapons can do behind the war; then one
                on each question before a second on any (`turn` counts those before it), the latest first
    dispute     one row for each dispute: losses, strikes, territory, who did it, then what weapons can do; of each
                those with most claims first
    finding     one row for each check: what does not fit first, then by rule
    drift       one row for each claim whose passages hedge its number differently, by label
    of          which of these stand in a list of their own, by what binds them: a thing, a claimant, a measure, a
                document. In a document's list the number is the place in the text.
    kind        the classes, the properties of relations, and the concepts of the vocabulary by each property that
                leads to them, with how many members each has
    member      the members of each by name: the beginning of it, in small letters, then the IRI
    counted     of each measure, how many claims there are about a thing
    document, passage, node, behind   the passages behind each thing (see `graph.lists.behind`)

The number of a row is its place. The same store gives the same rows.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from pyoxigraph import DefaultGraph, Literal, NamedNode, Store

from graph import texts
from graph.index_file import writing
from graph.lists.behind import TABLES, write_behind
from ontology.terms import BASE, PREFIXES, expand

FORMAT: Final = 4
"""Stands in the file; a reader of another format refuses it."""

BY, ABOUT, DOCUMENT, CLAIMANT, MEASURE = "by", "about", "document", "claimant", "measure"
CLAIM, COMPARISON, FINDING, DRIFT, DISPUTE = "claim", "comparison", "finding", "drift", "dispute"
TYPE, EDGE = "type", "edge"

# What cannot both hold comes first.
OUTCOMES: Final = ("contradict", "reporting", "superseded", "scope", "rounding", "agree")
# What disputes are about, in their order; the last is of weapons and not of the war.
TOPICS: Final = ("losses", "strikes", "territory", "events", "specifications")
SPECIFICATIONS: Final = TOPICS[-1]
_OF_WEAPONS: Final = frozenset(map(expand, ("sit:serviceEntry", "sit:guidance")))
_LOST: Final = frozenset(map(expand, ("voc:m-losses", "voc:m-equipment-losses")))
# What does not fit comes first.
VERDICTS: Final = (
    "not-borne-out", "overdrawn", "falls", "unaccounted", "undecided", "above", "below", "near", "borne-out",
    "adds-up", "rises",
)  # fmt: skip

_TABLES: Final = """
CREATE TABLE claim (place INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, late TEXT NOT NULL, kind TEXT NOT NULL,
    measure TEXT NOT NULL);
CREATE TABLE comparison (place INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, rank TEXT NOT NULL, turn TEXT NOT NULL,
    late TEXT NOT NULL, outcome TEXT NOT NULL, said TEXT NOT NULL);
CREATE TABLE finding (place INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, rank TEXT NOT NULL, rule TEXT NOT NULL,
    verdict TEXT NOT NULL);
CREATE TABLE dispute (place INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, rank TEXT NOT NULL, fewer TEXT NOT NULL,
    topic TEXT NOT NULL, specification TEXT NOT NULL);
CREATE TABLE drift (place INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, label TEXT NOT NULL);
CREATE TABLE of (list TEXT, role TEXT, thing TEXT, place INTEGER, iri TEXT NOT NULL,
    PRIMARY KEY (list, role, thing, place)) WITHOUT ROWID;
CREATE TABLE kind (id INTEGER PRIMARY KEY, role TEXT NOT NULL, iri TEXT NOT NULL, members INTEGER NOT NULL,
    UNIQUE (role, iri));
CREATE TABLE member (kind INTEGER, name TEXT, iri TEXT, PRIMARY KEY (kind, name, iri)) WITHOUT ROWID;
CREATE TABLE counted (measure TEXT, thing TEXT, claims INTEGER NOT NULL, PRIMARY KEY (measure, thing)) WITHOUT ROWID;
"""
_TIMELESS, _TAKEN = expand("voc:timeless"), expand("voc:m-settlements-taken")
_NAME: Final = 120
"""So many letters of a name count in the order of members; the IRI decides after them."""

_DESCRIPTION: Final = f"{BASE}.well-known/void#"
"""What the graph says of itself."""

_INDEXES: Final = """
CREATE INDEX claim_order ON claim (late, iri);
CREATE INDEX claim_measure ON claim (measure, place);
CREATE INDEX comparison_order ON comparison (rank, turn, late, iri);
CREATE INDEX finding_order ON finding (rank, rule, iri);
CREATE INDEX dispute_order ON dispute (rank, fewer, iri);
CREATE INDEX drift_order ON drift (label, iri);
CREATE INDEX counted_order ON counted (measure, claims DESC, thing);
ANALYZE;
"""


def write_index(store: Store, path: Path) -> None:
    """Write the lists of a finished store to an SQLite file, replacing what stands there.

    Raises:
        OSError: no room, or no permission.
    """
    with writing(path, FORMAT, _TABLES + TABLES, _INDEXES) as database:
        _Writer(store, database).write()
        write_behind(store, database)


def late_first(day: str) -> str:
    """A key that puts later days first, and what has no day last.

    >>> sorted(["2024-01-01", "", "2025-01-01"], key=late_first)
    ['2025-01-01', '2024-01-01', '']
    """
    return "".join(chr(ord("9") - int(digit)) if digit.isdigit() else digit for digit in day) or "~"


class _Writer:
    """One store, list by list."""

    def __init__(self, store: Store, database: sqlite3.Connection) -> None:
        self._store, self._database = store, database
        self._measures: dict[str, str] = {}
        self._claimants: dict[str, set[str]] = defaultdict(set)
        self._about: dict[str, set[str]] = defaultdict(set)
        self._kinds = 0

    def write(self) -> None:
        self._claims()
        self._documents()
        self._comparisons()
        self._disputes()
        self._findings()
        self._drifts()
        self._members()
        self._uses()

    def _claims(self) -> None:
        found: dict[str, tuple[str, str, str]] = {}
        for row in texts.rows(self._store, "lists-claims"):
            claim, said = row["claim"], late_first(row.get("said", ""))
            self._measures[claim] = row.get("measure", "")
            found[claim] = min(found.get(claim, ("~~",)), (said, row.get("kind", ""), self._measures[claim]))  # type: ignore[assignment]
        for claim, who in texts.values(self._store, "prov:wasAttributedTo"):
            self._claimants[claim].add(who)
        for claim, thing in texts.values(self._store, "schema:about"):
            self._about[claim].add(thing)
        order = sorted(found, key=lambda iri: (found[iri][0], iri))
        place = {iri: at for at, iri in enumerate(order, 1)}
        self._insert(CLAIM, ((at, iri, *found[iri]) for iri, at in place.items()))
        self._bind(CLAIM, BY, place, self._claimants)
        self._bind(CLAIM, ABOUT, place, self._about)
        counted = Counter((found[claim][-1], thing) for claim in found for thing in self._about[claim])
        self._insert("counted", sorted((*pair, claims) for pair, claims in counted.items() if pair[0]))

    def _documents(self) -> None:
        """The claims of each document, in the order of the text."""
        first: dict[str, dict[str, tuple[bool, int, str]]] = defaultdict(dict)
        for row in texts.rows(self._store, "lists-passages"):
            # what has no offset stands last, by page and row
            at = ("start" not in row, int(row.get("start") or row.get("page") or 0), row.get("row", "").rjust(12))
            claims = first[row["document"]]
            claims[row["claim"]] = min(claims.get(row["claim"], at), at)
        for document in sorted(first):
            claims = first[document]
            order = sorted(claims, key=lambda iri: (*claims[iri], iri))
            self._insert("of", ((CLAIM, DOCUMENT, document, at, iri) for at, iri in enumerate(order, 1)))

    def _comparisons(self) -> None:
        found: dict[str, tuple[str, str, str, str]] = {}
        pairs: dict[str, set[str]] = defaultdict(set)
        first: dict[str, str] = {}
        for row in texts.rows(self._store, "lists-comparisons"):
            said = max(row.get(f"{which}_day") or row.get(f"{which}_bound", "") for which in ("first", "second"))
            weapon = int(row.get("span") == _TIMELESS or row.get("predicate") in _OF_WEAPONS)
            rank = f"{_rank(row['outcome'], OUTCOMES)}{weapon}"
            found[row["comparison"]] = (rank, late_first(said), row["outcome"], said)
            pairs[row["comparison"]] |= {row["first"], row["second"]}
            first[row["comparison"]] = row["first"]
        turn = self._turns(found, first)
        order = sorted(found, key=lambda iri: (found[iri][0], turn[iri], found[iri][1], iri))
        place = {iri: at for at, iri in enumerate(order, 1)}
        self._insert(COMPARISON, ((at, iri, found[iri][0], turn[iri], *found[iri][1:]) for iri, at in place.items()))
        of_measure = {iri: {self._measures.get(claim, "") for claim in pair} for iri, pair in pairs.items()}
        by = {iri: set().union(*(self._claimants[claim] for claim in pair)) for iri, pair in pairs.items()}
        # what X said and what is said about X
        self._bind(COMPARISON, ABOUT, place, {iri: self._about[iri] | by[iri] for iri in found})
        self._bind(COMPARISON, MEASURE, place, of_measure)
        self._bind(COMPARISON, CLAIMANT, place, by)

    def _disputes(self) -> None:
        claims: dict[str, set[str]] = defaultdict(set)
        topics: dict[str, set[int]] = defaultdict(set)
        wholes: dict[str, set[str]] = defaultdict(set)
        for row in texts.rows(self._store, "measures-above"):
            wholes[row["measure"]].add(row["whole"])
        for row in texts.rows(self._store, "lists-disputes"):
            claims[row["dispute"]].add(row["claim"])
            topics[row["dispute"]].add(TOPICS.index(_topic(row, wholes)))
        topic = {iri: TOPICS[min(topics[iri])] for iri in claims}
        fewer = {iri: f"{999_999 - len(claims[iri]):06}" for iri in claims}
        order = sorted(claims, key=lambda iri: (TOPICS.index(topic[iri]), fewer[iri], iri))
        place = {iri: at for at, iri in enumerate(order, 1)}
        self._insert(
            DISPUTE,
            (
                (at, iri, str(TOPICS.index(topic[iri])), fewer[iri], topic[iri], str(topic[iri] == SPECIFICATIONS))
                for iri, at in place.items()
            ),
        )
        by = {iri: set().union(*(self._claimants[claim] for claim in claims[iri])) for iri in claims}
        self._bind(DISPUTE, ABOUT, place, {iri: self._about[iri] | by[iri] for iri in claims})
        self._bind(DISPUTE, CLAIMANT, place, by)
        self._bind(DISPUTE, MEASURE, place, {iri: {self._measures[claim] for claim in claims[iri]} for iri in claims})

    def _turns(self, found: Mapping[str, tuple[str, str, str, str]], first: Mapping[str, str]) -> dict[str, str]:
        """How many comparisons of the same outcome on the same question are later: a table brings a hundred on one."""
        before: dict[tuple[str, str, tuple[str, ...]], int] = defaultdict(int)
        turns: dict[str, str] = {}
        for iri in sorted(found, key=lambda iri: (*found[iri][:2], iri)):
            claim = first[iri]
            question = found[iri][0], self._measures.get(claim, ""), tuple(sorted(self._about[claim]))
            turns[iri] = f"{before[question]:06}"
            before[question] += 1
        return turns

    def _findings(self) -> None:
        found = {
            row["check"]: (_rank(row["verdict"], VERDICTS), row["rule"], row["verdict"].rsplit("/", 1)[-1])
            for row in texts.rows(self._store, "lists-checks")
        }
        order = sorted(found, key=lambda iri: (*found[iri], iri))
        place = {iri: at for at, iri in enumerate(order, 1)}
        self._insert(FINDING, ((at, iri, *found[iri]) for iri, at in place.items()))
        self._bind(FINDING, ABOUT, place, self._about)

    def _drifts(self) -> None:
        found = {row["claim"]: row.get("label", "") for row in texts.rows(self._store, "lists-drifting")}
        order = sorted(found, key=lambda iri: (found[iri], iri))
        place = {iri: at for at, iri in enumerate(order, 1)}
        self._insert(DRIFT, ((at, iri, found[iri]) for iri, at in place.items()))
        self._bind(DRIFT, ABOUT, place, self._about)
        self._bind(DRIFT, CLAIMANT, place, self._claimants)

    def _members(self) -> None:
        """Kind by kind, so that no more than the members of one are held at once."""
        for role, name in ((TYPE, "rdf:type"), (EDGE, "sit:edge")):
            pattern = self._store.quads_for_pattern(None, NamedNode(expand(name)), None, DefaultGraph())
            for kind in sorted({quad.object.value for quad in pattern if isinstance(quad.object, NamedNode)}):
                quads = self._store.quads_for_pattern(None, NamedNode(expand(name)), NamedNode(kind), DefaultGraph())
                self._kind(role, kind, [quad.subject.value for quad in quads if isinstance(quad.subject, NamedNode)])

    def _uses(self) -> None:
        """What leads to each concept of the vocabulary and to each of its schemes, property by property."""
        ends = {end for pair in texts.values(self._store, "skos:inScheme") for end in pair}
        for concept in sorted(iri for iri in ends if iri.startswith(PREFIXES["voc"])):
            found: dict[str, list[str]] = defaultdict(list)
            for quad in self._store.quads_for_pattern(None, None, NamedNode(concept), DefaultGraph()):
                if isinstance(quad.subject, NamedNode) and not quad.subject.value.startswith(_DESCRIPTION):
                    found[quad.predicate.value].append(quad.subject.value)
            for predicate in sorted(found):
                self._kind(predicate, concept, found[predicate])

    def _kind(self, role: str, kind: str, iris: list[str]) -> None:
        self._kinds += 1
        self._insert("kind", [(self._kinds, role, kind, len(iris))])
        self._insert("member", sorted((self._kinds, self._name(iri), iri) for iri in iris))

    def _name(self, iri: str) -> str:
        """What a member is sorted by."""
        pattern = self._store.quads_for_pattern(NamedNode(iri), NamedNode(expand("rdfs:label")), None, DefaultGraph())
        terms = [quad.object for quad in pattern if isinstance(quad.object, Literal)]
        name = min((term.language != "en", term.value) for term in terms)[1] if terms else ""
        return name[:_NAME].casefold()

    # --- the two ends

    def _bind(self, name: str, role: str, place: Mapping[str, int], things: Mapping[str, set[str]]) -> None:
        rows = ((name, role, thing, at, iri) for iri, at in place.items() for thing in sorted(things.get(iri, ())))
        self._insert("of", rows)

    def _insert(self, table: str, rows: Iterable[tuple[object, ...]]) -> None:
        ordered = list(rows)
        if ordered:
            signs = ",".join("?" * len(ordered[0]))
            self._database.executemany(f"INSERT INTO {table} VALUES ({signs})", ordered)  # noqa: S608  names from here


def _topic(claim: Mapping[str, str], wholes: Mapping[str, set[str]]) -> str:
    """What sort of question a claim in a dispute answers, as a word of `TOPICS`."""
    measure = claim.get("measure", "")
    if claim.get("span") == _TIMELESS or claim.get("predicate") in _OF_WEAPONS:
        return SPECIFICATIONS
    if not measure:
        return "events"
    if {measure, *wholes[measure]} & _LOST:
        return "losses"
    return "territory" if measure == _TAKEN else "strikes"


def _rank(concept: str, order: tuple[str, ...]) -> str:
    """Two digits that sort; a word that is not ours stands last."""
    word = concept.rsplit("/", 1)[-1]
    return f"{order.index(word) if word in order else len(order):02}"
