"""Writing the timeline: every dated thing in its order, and whose timeline it belongs to.

    entry       one row per claim, event and term of office; `first` and `last` are where it stands, the others
                what is known: the outer bounds and the EDTF text
    typed       which types an entry has: of an event with those above it, of a claim its kind
    about       which things' timelines it belongs to
    claimed     whose claims it rests on

An entry stands at its earliest possible day, or, where that is not known, at its latest; an end that is not known comes
after all others. What has no date at all stands last. The same store gives the same rows.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pyoxigraph import Store

from graph import texts
from graph.index_file import writing
from graph.times import Time, said
from graph.times import day as day_of

FORMAT: Final = 1
"""Stands in the file; a reader of another format refuses it."""

CLAIM, EVENT, TERM = "claim", "event", "term"
KINDS: Final = (EVENT, TERM, CLAIM)
LATE: Final = "~"
"""Sorts behind every date: an end that is open, and both days of what has none."""

_TABLES: Final = """
CREATE TABLE entry (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, first TEXT NOT NULL,
    last TEXT NOT NULL, since TEXT, until TEXT, edtf TEXT NOT NULL);
CREATE TABLE thing (id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE);
CREATE TABLE typed (thing INTEGER, entry INTEGER, PRIMARY KEY (thing, entry)) WITHOUT ROWID;
CREATE TABLE about (thing INTEGER, entry INTEGER, PRIMARY KEY (thing, entry)) WITHOUT ROWID;
CREATE TABLE claimed (thing INTEGER, entry INTEGER, PRIMARY KEY (thing, entry)) WITHOUT ROWID;
"""
_INDEXES: Final = """
CREATE UNIQUE INDEX entry_order ON entry (first, last, iri);
CREATE INDEX entry_kind ON entry (kind, first, last);
ANALYZE;
"""


def write_index(store: Store, path: Path) -> None:
    """Write the timeline of a finished store to an SQLite file, replacing what stands there.

    Raises:
        OSError: no room, or no permission.
    """
    with writing(path, FORMAT, _TABLES, _INDEXES) as database:
        _write(store, database)


def placed(when: Time) -> tuple[str, str]:
    """Where a time stands in the order, as two texts that sort.

    >>> placed(Time("../2025-01-20", None, day_of("2025-01-20")))
    ('2025-01-20', '2025-01-20')
    >>> placed(Time("", day_of("2022-02-24"), None))
    ('2022-02-24', '~')
    """
    first, last = when.start or when.end, when.end
    return str(first or LATE), str(last or LATE)


def _write(store: Store, database: sqlite3.Connection) -> None:
    found: dict[str, tuple[str, Time]] = {}
    types: set[tuple[str, str]] = set()
    for kind in KINDS:
        for row in sorted(texts.rows(store, f"timeline-{kind}s"), key=lambda row: sorted(row.items())):
            found.setdefault(row["entry"], (kind, _time(row)))
            if row.get("type"):
                types.add((row["type"], row["entry"]))
    order = sorted(found, key=lambda iri: (*placed(found[iri][1]), iri))
    number = {iri: at for at, iri in enumerate(order, 1)}
    links = {
        "typed": types,
        "about": _pairs(store, "timeline-things"),
        "claimed": _pairs(store, "timeline-claimants"),
    }
    things = {iri: at for at, iri in enumerate(sorted({thing for pairs in links.values() for thing, _ in pairs}), 1)}
    database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?)", _entries(order, found))
    database.executemany("INSERT INTO thing VALUES (?, ?)", ((at, iri) for iri, at in things.items()))
    for table, pairs in links.items():
        rows = sorted((things[thing], number[entry]) for thing, entry in pairs if entry in number)
        database.executemany(f"INSERT INTO {table} VALUES (?, ?)", rows)  # noqa: S608  a name from just above


def _entries(order: Iterable[str], found: dict[str, tuple[str, Time]]) -> Iterator[tuple[object, ...]]:
    for at, iri in enumerate(order, 1):
        kind, when = found[iri]
        start, end = (str(day) if day else None for day in (when.start, when.end))
        yield at, iri, kind, *placed(when), start, end, when.edtf


def _pairs(store: Store, question: str) -> set[tuple[str, str]]:
    return {(row["thing"], row["entry"]) for row in texts.rows(store, question)}


def _time(row: dict[str, str]) -> Time:
    edtf, (day, start, end) = row.get("when", ""), (day_of(row.get(name)) for name in ("day", "start", "end"))
    return Time(edtf, start, end) if start or (end and not day) else said(day, end, edtf)
