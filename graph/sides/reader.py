"""Asking what each side says of one thing: rows of claims in columns by the claimants' sides."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph import claims
from graph.claims import Claim
from graph.index_file import IndexFile
from graph.naming import Naming, Thing
from graph.paging import Page, WrongCursor, cursor_of, key_of
from graph.sides.index import FORMAT, OTHERS, UNNAMED
from graph.snapshot import Snapshot
from graph.store import Store

HEADINGS = {OTHERS: "Others", UNNAMED: "Unnamed groups"}
MOST_CLAIMS = 20
"""So many of the claims of one side in one row are read, the latest; all are counted."""


@dataclass(frozen=True)
class Cell:
    """What one side says of one thing: its claims, the latest first, MOST_CLAIMS at most, and how many there are."""

    side: Thing | None  # a state; None for who is on the side of none
    group: bool  # whether these are groups without a name, on the side of no state
    claims: tuple[Claim, ...]
    count: int

    @property
    def word(self) -> str:
        """What names the column: the side's slug or IRI, `others` or `unnamed`."""
        if self.side:
            return self.side.id or self.side.iri
        return UNNAMED if self.group else OTHERS

    @property
    def label(self) -> str:
        """The column's heading."""
        return self.side.label if self.side else HEADINGS[self.word]


@dataclass(frozen=True)
class Row:
    """One thing that claims speak of, and what each side says of it; `origins` and `party_only` go by these claims."""

    key: str
    kind: str  # measurand, event, relation or topic
    thing: Thing  # the measurand, the event, the subject of the relation, or the topic
    predicate: Thing | None  # of a relation
    object: Thing | str | None  # of a relation with one object; None where the claims may give rivals
    cells: tuple[Cell, ...]
    sides: int  # states on whose side somebody speaks of it
    origins: int  # independent origins that affirm it
    party_only: bool | None  # whether only parties to the event affirm it; None where there is no event, or nobody does

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all cells."""
        return tuple(claim for cell in self.cells for claim in cell.claims)

    def cell(self, word: str) -> Cell | None:
        """What one side says, by the word of its column; None where it is silent."""
        return next((cell for cell in self.cells if cell.word == word), None)


@dataclass(frozen=True)
class Filter:
    """Which claims are asked for; None means any."""

    about: str | None = None  # IRI of a thing, of a measure, of an item, or of a measurand
    measure: str | None = None  # IRI
    start: date | None = None  # said on this day or after it
    end: date | None = None  # said on this day or before it


def opened(built: Snapshot) -> IndexFile:
    """The index of a snapshot; a context manager.

    Raises:
        DamagedSnapshot: it has none that this version reads.
    """
    return IndexFile(built.sides, FORMAT, "index of sides")


def found(
    store: Store, naming: Naming, wanted: Filter = Filter(), limit: int = 50, cursor: str | None = None
) -> Page[Row]:
    """Rows of claims by side: what the most sides speak of first, topics behind the rest.

    Of as many sides, what was spoken of last comes first; where neither thing nor measure is asked for, each question
    (a measure of one thing, or of events) stands once before any a second time.

    A claim whose day is not known counts as said on the last day that it may be of; without any, only where no day is
    asked for.

    Raises:
        WrongCursor: the cursor is not one of ours.
        DamagedSnapshot: the snapshot has no index that this version reads.
    """
    after = _place(cursor) if cursor else None
    with opened(store.snapshot) as index, index.asked() as database:
        where, given = _where(wanted)
        ranked = (_RANKED if wanted.start or wanted.end else _RANKED_ALREADY).format(
            where=where, turn="0 AS turn" if wanted.about or wanted.measure else "turn"
        )
        total = database.execute(f"SELECT COUNT(*) FROM ({ranked})", given).fetchone()[0]  # noqa: S608  our own text
        rows = database.execute(
            f"SELECT * FROM ({ranked}) {_BEHIND if after else ''} {_ORDER} LIMIT :most",  # noqa: S608  our own text
            {**given, **(after or {}), "most": limit + 1},
        ).fetchall()
        items = tuple(_row(database, store, naming, wanted, row) for row in rows[:limit])
    more = len(rows) > limit
    return Page(items, total, _cursor(rows[limit - 1]) if more else None)


# Topics are no one question: what several sides say of one stands behind what they say of the same event or figure.
_RANKED = """SELECT id, kind, sides, last, key, thing, predicate, object, event,
    IIF(kind = 'topic', MIN(sides, 1), sides) AS rank, {turn} FROM (
    SELECT row.id, row.kind, COUNT(DISTINCT CASE WHEN side NOT IN ('others', 'unnamed') THEN side END) AS sides,
    MAX(day) AS last, row.key, row.thing, row.predicate, row.object, row.event,
    row.turn FROM said JOIN row ON row.id = said.row WHERE {where} GROUP BY row.id)"""
# Where no day is asked for, all that was said counts, and the build has ranked it.
_RANKED_ALREADY = """SELECT id, kind, sides, last, key, thing, predicate, object, event, rank, {turn}
    FROM row WHERE {where}"""
_BEHIND = """WHERE rank < :rank OR (rank = :rank AND (turn > :turn OR (turn = :turn
    AND (last < :last OR (last = :last AND key > :key)))))"""
_ORDER = "ORDER BY rank DESC, turn, last DESC, key"


def _where(wanted: Filter) -> tuple[str, dict[str, str]]:
    """The conditions on `said` and `row`, and their values."""
    conditions = {
        "about": "(:about IN (row.measure, row.thing) OR row.id IN (SELECT row FROM about WHERE thing = :about))",
        "measure": "row.measure = :measure",
        "start": "day >= :start",
        "end": "day <= :end AND day <> ''",
    }
    given = {name: str(value) for name in conditions if (value := getattr(wanted, name)) is not None}
    return " AND ".join(conditions[name] for name in given) or "1", given


def _cursor(ranked: Sequence[Any]) -> str:
    _, _, _, last, key, *_, rank, turn = ranked
    return cursor_of((str(rank), str(turn), last, key))


def _place(cursor: str) -> dict[str, str | int]:
    parts = key_of(cursor)
    rank, turn, last, key = parts if len(parts) == 4 else ("", "", "", "")
    if not all(number.isdecimal() and len(number) <= 9 for number in (rank, turn)):
        raise WrongCursor
    return {"rank": int(rank), "turn": int(turn), "last": last, "key": key}


def _row(
    database: sqlite3.Connection, store: Store, naming: Naming, wanted: Filter, ranked: Sequence[Any]
) -> Row:  # fmt: skip
    number, kind, sides, _, key, thing, predicate, value, about_event, *_ = ranked
    where, given = _where(Filter(start=wanted.start, end=wanted.end))
    said = database.execute(
        f"SELECT side, claim, who, affirms, origin FROM said WHERE row = :row AND {where} ORDER BY day DESC, claim",  # noqa: S608
        {**given, "row": number},
    ).fetchall()
    by_side: dict[str, dict[str, None]] = {}
    for side, claim, *_ in said:
        by_side.setdefault(side, {})[claim] = None
    cells = [_cell(store, naming, side, list(names)) for side, names in by_side.items()]
    affirming = {(who, side) for side, _, who, affirms, _ in said if affirms}
    parties = {who for (who,) in database.execute("SELECT who FROM party WHERE row = ?", (number,))}
    return Row(
        key=key,
        kind=kind,
        thing=naming.thing(thing),
        predicate=naming.thing(predicate) if predicate else None,
        object=(naming.thing(value) if store.knows(value) else value) if value else None,
        cells=tuple(sorted(cells, key=lambda cell: (cell.side is None, cell.group, cell.label))),
        sides=sides,
        origins=len({origin for *_, origin in said if origin}),
        party_only=all({*pair} & parties for pair in affirming) if about_event and affirming else None,
    )


def _cell(store: Store, naming: Naming, side: str, names: Sequence[str]) -> Cell:
    return Cell(
        side=None if side in (OTHERS, UNNAMED) else naming.thing(side),
        group=side == UNNAMED,
        claims=tuple(claims.read(store, name, naming) for name in names[:MOST_CLAIMS]),
        count=len(names),
    )
