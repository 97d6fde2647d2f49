"""Writing who said what of the same thing, by side.

    row         one row for each thing that claims speak of: a measurand, an event, a relation, or a topic; `turn`
                counts the later ones on the same question
    said        one row for each claim in a row, for each of its claimants and his side
    about       which things a row is about
    party       who is a party to the event that a row is about, or is on the side of one

A number stands with its measurand, and what affirms or denies an event with the event. Other relation claims stand with
the relation that they state; where there can be one value (of an event, or a year of service entry), rivals stand in
one row. What has no such form stands with its topic. The same store gives the same rows.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from graph import texts
from graph.index_file import writing
from ontology.terms import expand

FORMAT: Final = 3
"""Stands in the file; a reader of another format refuses it."""

MEASURAND, EVENT, RELATION, TOPIC = "measurand", "event", "relation", "topic"
OTHERS, UNNAMED = "others", "unnamed"
"""The columns of who is on no state's side: named claimants, and groups without a name."""

_OCCURRED, _ENTRY = expand("sit:occurred"), expand("sit:serviceEntry")
_AFFIRMING = frozenset(map(expand, ("voc:fact", "voc:estimate")))

_TABLES: Final = """
CREATE TABLE row (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, thing TEXT NOT NULL,
    predicate TEXT NOT NULL, object TEXT NOT NULL, measure TEXT NOT NULL, event INTEGER NOT NULL,
    sides INTEGER NOT NULL, last TEXT NOT NULL, rank INTEGER NOT NULL, turn INTEGER NOT NULL DEFAULT 0,
    question TEXT NOT NULL);
CREATE TABLE said (row INTEGER, side TEXT, day TEXT, claim TEXT, who TEXT, affirms INTEGER, origin TEXT,
    PRIMARY KEY (row, side, day, claim, who)) WITHOUT ROWID;
CREATE TABLE about (thing TEXT, row INTEGER, PRIMARY KEY (thing, row)) WITHOUT ROWID;
CREATE TABLE party (row INTEGER, who TEXT, PRIMARY KEY (row, who)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE INDEX row_measure ON row (measure);
CREATE INDEX row_order ON row (rank DESC, turn, last DESC, key);
ANALYZE;
"""

Form = tuple[str, str, str, str]  # kind, thing, predicate, object


def write_index(store: Store, path: Path) -> None:
    """Write who said what of the same thing, of a finished store, to an SQLite file, replacing what stands there.

    Raises:
        OSError: no room, or no permission.
    """
    with writing(path, FORMAT, _TABLES, _INDEXES) as database:
        _write(store, database)


def _write(store: Store, database: sqlite3.Connection) -> None:
    measured = {row["measurand"]: (row["thing"], row["measure"]) for row in texts.rows(store, "sides-measurands")}
    parties = _parties(store)
    sides, groups = _speakers(store)
    things = _pairs(store, "sides-things")
    said: dict[Form, set[tuple[object, ...]]] = defaultdict(set)
    about: dict[Form, set[str]] = defaultdict(set)
    for row in texts.rows(store, "sides-said"):
        claim, who = row["claim"], row["who"]
        for form in _forms(row, things[claim], parties):
            affirms = row["kind"] in _AFFIRMING and not (form[0] == EVENT and row.get("object") == "false")
            about[form] |= things[claim]
            for side in sides[who] or {UNNAMED if who in groups else OTHERS}:
                state = side if side in sides[who] else ""
                origin = state or row.get("communication") or who if affirms and who not in groups else None
                said[form].add((side, row.get("day") or row.get("bound") or "", claim, who, affirms, origin))
    for number, form in enumerate(sorted(said), 1):
        kind, thing, predicate, value = form
        concerned, measure = measured.get(thing, (thing, "")) if kind == MEASURAND else (thing, "")
        is_event = concerned in parties
        states = len({side for side, *_ in said[form]} - {OTHERS, UNNAMED})
        last = max(str(day) for _, day, *_ in said[form])
        # topics are no one question: what several sides say of one stands behind what they say of the same event
        rank = min(states, 1) if kind == TOPIC else states
        key = " ".join((kind, thing, predicate, value)).rstrip()
        # a table brings thousands of days and of events with the same question to each
        question = " ".join((kind, "" if is_event else concerned, predicate, measure if kind == MEASURAND else ""))
        database.execute(
            "INSERT INTO row VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
            (number, key, kind, thing, predicate, value, measure, is_event, states, last, rank, question),
        )
        database.executemany(
            "INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?)", ((number, *one) for one in sorted(said[form], key=repr))
        )
        database.executemany("INSERT INTO about VALUES (?, ?)", ((one, number) for one in sorted(about[form])))
        if is_event:
            database.executemany("INSERT INTO party VALUES (?, ?)", ((number, p) for p in sorted(parties[concerned])))
    database.execute(_TURNS)


_TURNS: Final = """
UPDATE row SET turn = found.turn FROM (SELECT id,
    ROW_NUMBER() OVER (PARTITION BY rank, question ORDER BY last DESC, key) - 1 AS turn FROM row) AS found
    WHERE row.id = found.id
"""


def _forms(row: dict[str, str], things: Iterable[str], events: dict[str, set[str]]) -> Iterator[Form]:
    """The rows that a claim stands in: one, but for what has only topics."""
    subject, predicate, value = (row.get(name, "") for name in ("subject", "predicate", "object"))
    if "measurand" in row:
        yield MEASURAND, row["measurand"], "", ""
    elif subject and predicate == _OCCURRED:
        yield EVENT, subject, "", ""
    elif subject:
        yield RELATION, subject, predicate, "" if subject in events or predicate == _ENTRY else value
    else:
        for thing in things:
            yield TOPIC, thing, "", ""


def _parties(store: Store) -> dict[str, set[str]]:
    """Every event, with its parties and their states."""
    found: dict[str, set[str]] = defaultdict(set)
    for row in texts.rows(store, "sides-parties"):
        found[row["event"]] |= {row[name] for name in ("party", "side") if name in row}
    return found


def _speakers(store: Store) -> tuple[dict[str, set[str]], set[str]]:
    """The states of every claimant, and who of them is an unnamed group."""
    sides: dict[str, set[str]] = defaultdict(set)
    groups = set()
    for row in texts.rows(store, "sides-speakers"):
        sides[row["who"]] |= {row["side"]} if "side" in row else set()
        if row["group"] == "true":
            groups.add(row["who"])
    return sides, groups


def _pairs(store: Store, question: str) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in texts.rows(store, question):
        found[row["claim"]].add(row["thing"])
    return found
