"""Asking the adjacency file: lists in pages, counts, neighbours by rank, and links among things."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from graph.adjacency.index import BOTH, FORMAT
from graph.index_file import IndexFile, batches
from graph.paging import Key, WrongCursor, cursor_of, key_of

_FAR: Final = "9999"
_EARLY: Final = "0000"


@dataclass(frozen=True)
class Tally:
    """How many relations of one kind a thing has in one direction, how many can be drawn, and to how many things."""

    predicate: str
    direction: str
    relations: int
    drawn: int
    others: int


@dataclass(frozen=True)
class End:
    """A relation as it stands in a thing's list: its IRI, the key that it is sorted by."""

    relation: str
    key: Key


@dataclass(frozen=True)
class Ends:
    """A page of a thing's relations, and how many there are in all."""

    ends: tuple[End, ...]
    total: int
    more: bool


@dataclass(frozen=True)
class Vertex:
    """An end of a relation. `connector` says why paths pass it by: state, outlet, war, or nothing."""

    iri: str
    kind: str
    connector: str
    start: str
    stop: str
    drawn: int


@dataclass(frozen=True)
class Link:
    """A relation that can be drawn. `estimates` and `contested` count among its `claims`."""

    iri: str
    source: str
    target: str
    predicate: str
    status: str
    start: str
    stop: str
    via: str
    claims: int
    estimates: int
    contested: int


@dataclass(frozen=True)
class Neighbours:
    """The next things beside one, the best supported first; `rest` counts those that are still to come."""

    things: tuple[str, ...]
    rest: int


@dataclass(frozen=True)
class Claimed:
    """What a picture filters relations by: one claim behind one relation."""

    relation: str
    claim: str
    kind: str
    start: str
    stop: str
    claimants: frozenset[str]
    documents: frozenset[str]


@dataclass(frozen=True)
class Resting:
    """What a relation rests on: its latest claims, how many there are, their independent origins, and how to go on."""

    claims: tuple[str, ...]
    count: int
    origins: int
    next: str | None = None


class Adjacency(IndexFile):
    """The adjacency of a snapshot, open for reading; any number of threads may ask at once.

    Raises:
        DamagedSnapshot: there is none, or one of another version of this program.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, FORMAT, "adjacency")

    # --- lists

    def ends(
        self, iri: str, *, direction: str = BOTH, predicate: str | None = None, type: str | None = None,
        status: str | None = None, start: str | None = None, stop: str | None = None,
        limit: int = 100, after: Key | None = None,
    ) -> Ends:  # fmt: skip
        """A page of a thing's relations by predicate, direction, date, name of the other end, and IRI.

        Args:
            iri: the thing.
            direction: `out`, `in` or `both`.
            predicate: IRI of a property.
            type: IRI of a class of the other end.
            status: `asserted`, `hedged` or `disputed`.
            start: ISO date; only what is not over before it.
            stop: ISO date; only what has not begun after it.
            limit: how many at most.
            after: the key of the last relation of the page before.

        Raises:
            WrongCursor: the key is none of ours.
        """
        with self.asked() as database:
            where, values = ["end.thing = (SELECT id FROM thing WHERE iri = ?)"], [iri]
            if predicate is not None:
                where.append("end.predicate = (SELECT id FROM predicate WHERE iri = ?)")
                values.append(predicate)
            if direction != BOTH:
                where.append("end.direction = ?")
                values.append(direction)
            plain = len(where)
            if status is not None:
                where.append("end.status = ?")
                values.append(status)
            if start is not None:
                where.append(f"(CASE end.stop WHEN '' THEN '{_FAR}' ELSE end.stop END) >= ?")
                values.append(start)
            if stop is not None:
                where.append(f"(CASE end.start WHEN '' THEN '{_EARLY}' ELSE end.start END) <= ?")
                values.append(stop)
            if type is not None:
                where.append(
                    "EXISTS (SELECT 1 FROM of WHERE of.thing = end.other"
                    " AND of.class = (SELECT id FROM class WHERE iri = ?))"
                )
                values.append(type)
            if len(where) == plain:
                total = self._total(database, iri, predicate, direction)
            else:
                total = database.execute(f"SELECT COUNT(*) FROM end WHERE {' AND '.join(where)}", values).fetchone()[0]
            page = list(values)
            if after is not None:
                place = self._place(database, after)
                where.append("(end.predicate, end.direction, end.start, end.name, end.relation) > (?, ?, ?, ?, ?)")
                page += place  # type: ignore[arg-type]
            rows = database.execute(
                "SELECT relation.iri, predicate.iri, end.direction, end.start, end.name FROM end"
                " JOIN relation ON relation.id = end.relation JOIN predicate ON predicate.id = end.predicate"
                f" WHERE {' AND '.join(where)}"
                " ORDER BY end.predicate, end.direction, end.start, end.name, end.relation LIMIT ?",
                [*page, limit + 1],
            ).fetchall()
        ends = tuple(End(row[0], (row[1], row[2], row[3], row[4], row[0])) for row in rows[:limit])
        return Ends(ends, total, len(rows) > limit)

    def _total(self, database: sqlite3.Connection, iri: str, predicate: str | None, direction: str) -> int:
        row = database.execute(
            "SELECT relations FROM tally WHERE thing = (SELECT id FROM thing WHERE iri = ?) AND direction = ?"
            " AND predicate = " + ("0" if predicate is None else "(SELECT id FROM predicate WHERE iri = ?)"),
            [iri, direction, *([] if predicate is None else [predicate])],
        ).fetchone()
        return int(row[0]) if row else 0

    def _place(self, database: sqlite3.Connection, key: Key) -> list[object]:
        """A key as the numbers of this snapshot; what is gone stands where it would have stood."""
        if len(key) != 5:
            raise WrongCursor
        predicate = database.execute("SELECT id FROM predicate WHERE iri = ?", (key[0],)).fetchone()
        if predicate is None:
            raise WrongCursor("of another list")
        relation = database.execute("SELECT COALESCE(MAX(id), 0) FROM relation WHERE iri <= ?", (key[4],)).fetchone()
        return [predicate[0], key[1], key[2], key[3], relation[0]]

    def tallies(self, iri: str) -> list[Tally]:
        """How many relations a thing has, by predicate and direction; the most first."""
        with self.asked() as database:
            rows = database.execute(
                "SELECT predicate.iri, direction, relations, drawn, others FROM tally"
                " JOIN predicate ON predicate.id = tally.predicate"
                " WHERE thing = (SELECT id FROM thing WHERE iri = ?) AND direction <> 'both'"
                " ORDER BY relations DESC, predicate.iri, direction",
                (iri,),
            ).fetchall()
        return [Tally(*row) for row in rows]

    # --- pictures

    def core(self, most: int) -> list[str]:
        """The most central things (see `graph.centrality`), the most central first."""
        with self.asked() as database:
            rows = database.execute("SELECT iri FROM thing WHERE core < ? ORDER BY core", (most,)).fetchall()
        return [row[0] for row in rows]

    def most_reported(self, type: str, most: int) -> list[str]:
        """The things of a class (IRI) whose relations the most documents tell of, then with most relations; no war."""
        rows = self._select(
            "SELECT thing.iri FROM of JOIN thing ON thing.id = of.thing"
            " LEFT JOIN tally ON tally.thing = thing.id AND tally.predicate = 0 AND tally.direction = 'both'"
            " WHERE connector <> 'war' AND of.class = (SELECT id FROM class WHERE iri IN ({}))"
            f" ORDER BY documents DESC, COALESCE(drawn, 0) DESC, thing.iri LIMIT {most:d}",
            [type],
        )
        return [row[0] for row in rows]

    def vertices(self, iris: Iterable[str]) -> dict[str, Vertex]:
        """What is known of things that can be drawn, in the order asked; others are left out."""
        wanted = list(dict.fromkeys(iris))
        found = {
            row[0]: Vertex(*row)
            for row in self._select(
                "SELECT thing.iri, kind, connector, thing.start, thing.stop, COALESCE(drawn, 0) FROM thing"
                " LEFT JOIN tally"
                " ON tally.thing = thing.id AND tally.predicate = 0 AND tally.direction = 'both'"
                " WHERE kind <> '' AND thing.iri IN ({})",
                wanted,
            )
        }
        return {iri: found[iri] for iri in wanted if iri in found}

    def neighbours(
        self, iri: str, predicate: str | None, direction: str, without: Sequence[str], most: int
    ) -> Neighbours:
        """The next things beside one, by rank.

        Args:
            iri: the thing.
            predicate: IRI of a property; None for any.
            direction: `out`, `in` or `both`.
            without: things that are there already.
            most: how many at most.
        """
        with self.asked() as database:
            known = self._numbers(database, without)
            row = database.execute("SELECT id FROM thing WHERE iri = ?", (iri,)).fetchone()
            if row is None:
                return Neighbours((), 0)
            thing, of = int(row[0]), ""
            values: list[object] = [thing]
            if predicate is not None:
                of += " AND predicate = (SELECT id FROM predicate WHERE iri = ?)"
                values.append(predicate)
            if direction != BOTH:
                of += " AND direction = ?"
                values.append(direction)
            walk = database.execute(
                f"SELECT other FROM end INDEXED BY end_rank WHERE thing = ? AND rank IS NOT NULL{of} ORDER BY rank",
                values,
            )
            chosen: dict[int, None] = {}
            for (other,) in walk if most > 0 else ():
                if other not in known:
                    chosen[other] = None
                    if len(chosen) == most:
                        break
            walk.close()
            total = database.execute(
                "SELECT others FROM tally WHERE thing = ? AND direction = ? AND predicate = "
                + ("0" if predicate is None else "(SELECT id FROM predicate WHERE iri = ?)"),
                [thing, direction, *([] if predicate is None else [predicate])],
            ).fetchone()
            there = self._joined(database, thing, known, of, values[1:])
            names = [database.execute("SELECT iri FROM thing WHERE id = ?", (other,)).fetchone()[0] for other in chosen]
        return Neighbours(tuple(names), (int(total[0]) if total else 0) - there - len(names))

    def _joined(self, database: sqlite3.Connection, thing: int, known: set[int], of: str, values: list[object]) -> int:
        """How many of some things are among the neighbours of one."""
        question = (
            f"SELECT 1 FROM end INDEXED BY end_other WHERE thing = ? AND other = ? AND rank IS NOT NULL{of} LIMIT 1"
        )
        return sum(database.execute(question, (thing, other, *values)).fetchone() is not None for other in known)

    def links(self, iris: Iterable[str]) -> list[Link]:
        """Every drawn relation whose two ends are among some things, by IRI; none from a thing to itself."""
        with self.asked() as database:
            known = self._numbers(database, list(iris))
            found: set[int] = set()
            for thing in known:
                count = database.execute(
                    "SELECT drawn FROM tally WHERE thing = ? AND predicate = 0 AND direction = 'both'", (thing,)
                ).fetchone()
                if count and count[0] > len(known):  # a hub: ask for each pair rather than for all that it has
                    pairs = (
                        "SELECT relation FROM end INDEXED BY end_other"
                        " WHERE thing = ? AND other = ? AND rank IS NOT NULL"
                    )
                    for other in known:
                        found.update(row[0] for row in database.execute(pairs, (thing, other)))
                else:
                    rows = database.execute(
                        "SELECT relation, other FROM end INDEXED BY end_other WHERE thing = ? AND rank IS NOT NULL",
                        (thing,),
                    )
                    found.update(relation for relation, other in rows if other in known)
        return self._links(sorted(found))

    def links_of(self, relations: Sequence[str]) -> list[Link]:
        """Relations by their own IRIs, in their order."""
        return self._links(
            sorted(row[0] for row in self._select("SELECT id FROM relation WHERE iri IN ({})", relations))
        )

    def resting_in(self, document: str, most: int) -> tuple[list[Link], int]:
        """The drawn relations that rest on a claim of a document, the best supported first, and how many there are."""
        with self.asked() as database:
            rows = database.execute(
                "SELECT DISTINCT rest.relation, relation.claims FROM reading JOIN rest ON rest.claim = reading.claim"
                " JOIN relation ON relation.id = rest.relation"
                " JOIN end ON end.thing = relation.source AND end.predicate = relation.predicate"
                " AND end.relation = relation.id AND end.rank IS NOT NULL"
                " WHERE reading.iri = ? ORDER BY relation.claims DESC, rest.relation",
                (document,),
            ).fetchall()
        return self._links([row[0] for row in rows[:most]]), len(rows)

    def beside(self, iri: str, through: bool, ends: Collection[str], most: int) -> list[str]:
        """The drawn neighbours of a thing, by IRI.

        Args:
            iri: the thing.
            through: whether states, outlets and wars count, too.
            ends: things that count in any case.
            most: how many at most.
        """
        with self.asked() as database:
            rows = database.execute(
                "SELECT DISTINCT other.iri FROM end INDEXED BY end_other JOIN thing AS other ON other.id = end.other"
                " WHERE end.thing = (SELECT id FROM thing WHERE iri = ?) AND rank IS NOT NULL"
                + ("" if through else f" AND (other.connector = '' OR other.iri IN ({','.join('?' * len(ends))}))")
                + " ORDER BY end.other LIMIT ?",
                [iri, *([] if through else ends), max(most, 0)],
            )
            return [row[0] for row in rows]

    def claimed(self, relations: Iterable[str]) -> list[Claimed]:
        """The claims behind relations, with who made them and where they were read; for filters, not for reading."""
        wanted = list(relations)
        rests = self._select(
            "SELECT relation.iri, claim.id, claim.iri, kind, claim.start, claim.stop FROM relation"
            " JOIN rest ON rest.relation = relation.id JOIN claim ON claim.id = rest.claim WHERE relation.iri IN ({})",
            wanted,
        )
        ids = list(dict.fromkeys(row[1] for row in rests))
        voices, readings = (
            _grouped(self._select(f"SELECT claim, iri FROM {table} WHERE claim IN ({{}})", ids))
            for table in ("voice", "reading")
        )
        none: frozenset[str] = frozenset()
        return [
            Claimed(relation, iri, kind, start, stop, voices.get(number, none), readings.get(number, none))
            for relation, number, iri, kind, start, stop in rests
        ]

    # --- the file

    def _links(self, numbers: Sequence[int]) -> list[Link]:
        rows = self._select(
            "SELECT relation.id, relation.iri, source.iri, target.iri, predicate.iri, status, relation.start,"
            " relation.stop, via, claims, estimates, contested FROM relation"
            " JOIN thing AS source ON source.id = relation.source"
            " JOIN thing AS target ON target.id = relation.target JOIN predicate ON predicate.id = relation.predicate"
            " WHERE relation.id IN ({})",
            numbers,
        )
        found = {row[0]: Link(*row[1:]) for row in rows}
        return [found[number] for number in numbers]

    def _numbers(self, database: sqlite3.Connection, iris: Sequence[str]) -> set[int]:
        found: set[int] = set()
        for some in batches(iris):
            marks = ",".join("?" * len(some))
            found.update(row[0] for row in database.execute(f"SELECT id FROM thing WHERE iri IN ({marks})", some))
        return found

    def resting(self, relation: str, most: int, cursor: str | None = None) -> Resting:
        """What a relation rests on, so many claims at most; nothing where the IRI is no relation's.

        Raises:
            WrongCursor: the cursor is not one of ours.
        """
        after = key_of(cursor) if cursor else ()
        if len(after) not in (0, 2):
            raise WrongCursor
        with self.asked() as database:
            row = database.execute("SELECT id, claims, origins FROM relation WHERE iri = ?", (relation,)).fetchone()
            if row is None:
                return Resting((), 0, 0)
            found = database.execute(
                "SELECT claim.stop, claim.iri FROM rest JOIN claim ON claim.id = rest.claim WHERE rest.relation = ?"
                + (" AND (claim.stop < ? OR claim.stop = ? AND claim.iri > ?)" if after else "")
                + " ORDER BY claim.stop DESC, claim.iri LIMIT ?",
                (row[0], *(after and (after[0], *after)), most + 1),
            ).fetchall()
        following = cursor_of(found[most - 1]) if len(found) > most > 0 else None
        return Resting(tuple(iri for _, iri in found[:most]), row[1], row[2], following)

    def _select(self, question: str, values: Sequence[object]) -> list[tuple[Any, ...]]:
        """All rows of a question with `{}` in place of its values, however many these are."""
        rows: list[tuple[Any, ...]] = []
        with self.asked() as database:
            for some in batches(values):
                rows += database.execute(question.format(",".join("?" * len(some))), some).fetchall()
        return rows


def _grouped(rows: Iterable[tuple[Any, ...]]) -> dict[int, frozenset[str]]:
    found: dict[int, set[str]] = {}
    for number, iri in rows:
        found.setdefault(number, set()).add(iri)
    return {number: frozenset(iris) for number, iris in found.items()}
