"""Asking for a page of a list: IRIs in order, how many there are, and how they fall into kinds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.index_file import IndexFile, batches
from graph.lists.index import CLAIM, COMPARISON, DISPUTE, DOCUMENT, DRIFT, EDGE, FINDING, FORMAT, TYPE
from graph.paging import Page, WrongCursor, cursor_of, key_of

_ORDER = {
    CLAIM: ("late", "iri"),
    COMPARISON: ("rank", "turn", "late", "iri"),
    FINDING: ("rank", "rule", "iri"),
    DRIFT: ("label", "iri"),
    DISPUTE: ("rank", "fewer", "iri"),
}

Bound = Mapping[str, str | None]  # what binds a list, by role: the IRI of a thing, or None where any will do
Like = Mapping[str, str | None]  # columns and their values, or None where any will do


@dataclass(frozen=True)
class Places:
    """Places in a document, in its order: a passage (IRI) of each of the first, and how many there are."""

    passages: tuple[str, ...]
    count: int


class Lists(IndexFile):
    """The lists of a snapshot, open for reading; any number of threads may ask at once.

    Raises:
        DamagedSnapshot: there are none, or of another version of this program.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, FORMAT, "index of lists")

    def page(
        self, name: str, bound: Bound, like: Like, limit: int, cursor: str | None, since: str = "", until: str = ""
    ) -> Page[str]:
        """IRIs of a list in its order.

        Args:
            name: `claim`, `comparison`, `dispute`, `finding` or `drift`.
            bound: only what stands in the lists of these things.
            like: only rows with these values.
            limit: how many at most.
            cursor: from the page before.
            since: of comparisons, said on this day or later.
            until: of comparisons, said on this day or before it.

        Raises:
            WrongCursor: the cursor is not one of ours.
        """
        keys = ", ".join(_ORDER[name])
        rows_of, values = _asked(name, bound, like, since, until)
        with self.asked() as database:
            total = database.execute(f"SELECT COUNT(*) {rows_of}", values).fetchone()[0]
            behind, after = "", tuple[str, ...]()
            if cursor:
                after = key_of(cursor)
                if len(after) != len(_ORDER[name]):
                    raise WrongCursor
                signs = ", ".join("?" * len(after))
                behind = f"AND place > (SELECT COALESCE(MAX(place), 0) FROM {name} WHERE ({keys}) <= ({signs}))"  # noqa: S608  our own words
            rows = database.execute(
                f"SELECT {keys} {rows_of} {behind} ORDER BY place LIMIT ?", [*values, *after, limit + 1]
            ).fetchall()
        more = len(rows) > limit
        return Page(tuple(row[-1] for row in rows[:limit]), total, cursor_of(rows[limit - 1]) if more else None)

    def tally(
        self, name: str, columns: tuple[str, ...], bound: Bound, like: Like, since: str = "", until: str = ""
    ) -> dict[tuple[str, ...], int]:
        """How many rows of a list there are with the same values in some columns, in the order of the list."""
        rows_of, values = _asked(name, bound, like, since, until)
        by = ", ".join(columns)
        with self.asked() as database:
            question = f"SELECT {by}, COUNT(*) {rows_of} GROUP BY {by} ORDER BY MIN(place)"
            return {tuple(row[:-1]): row[-1] for row in database.execute(question, values)}

    def count(self, name: str, role: str, thing: str) -> int:
        """How many stand in the list of one thing."""
        with self.asked() as database:
            question = "SELECT COUNT(*) FROM of WHERE list = ? AND role = ? AND thing = ?"
            return int(database.execute(question, (name, role, thing)).fetchone()[0])

    def value(self, name: str, column: str, iri: str) -> str:
        """What a column of a list says of one of its rows; empty where it has no such row."""
        with self.asked() as database:
            row = database.execute(f"SELECT {column} FROM {name} WHERE iri = ?", (iri,)).fetchone()  # noqa: S608
        return str(row[0]) if row else ""

    def in_document(self, document: str, limit: int, cursor: str | None) -> Page[str]:
        """The claims of a document in the order of its text.

        Raises:
            WrongCursor: the cursor is not one of ours.
        """
        key = key_of(cursor) if cursor else ("0",)
        if len(key) != 1 or not key[0].isdecimal() or len(key[0]) > 9:
            raise WrongCursor
        with self.asked() as database:
            rows = database.execute(
                "SELECT place, iri FROM of WHERE list = ? AND role = ? AND thing = ? AND place > ? LIMIT ?",
                (CLAIM, DOCUMENT, document, int(key[0]), limit + 1),
            ).fetchall()
        more = len(rows) > limit
        total = self.count(CLAIM, DOCUMENT, document)
        return Page(
            tuple(iri for _, iri in rows[:limit]), total, cursor_of((str(rows[limit - 1][0]),)) if more else None
        )

    def members(self, role: str, kind: str, limit: int, cursor: str | None) -> Page[str]:
        """The things of a class, the relations of a property, or what leads to a concept, by name.

        Args:
            role: `TYPE`, `EDGE`, or the property (IRI) that leads to the concept.
            kind: IRI of the class, the property of relations, or the concept.
            limit: how many at most.
            cursor: from the page before.

        Raises:
            WrongCursor: the cursor is not one of ours.
        """
        after = key_of(cursor) if cursor else ("", "")
        if len(after) != 2:
            raise WrongCursor
        with self.asked() as database:
            found = database.execute("SELECT id, members FROM kind WHERE role = ? AND iri = ?", (role, kind)).fetchone()
            if found is None:
                return Page((), 0, None)
            rows = database.execute(
                "SELECT name, iri FROM member WHERE kind = ? AND (name, iri) > (?, ?) ORDER BY name, iri LIMIT ?",
                (found[0], *after, limit + 1),
            ).fetchall()
        more = len(rows) > limit
        return Page(tuple(iri for _, iri in rows[:limit]), found[1], cursor_of(rows[limit - 1]) if more else None)

    def uses(self, concept: str) -> dict[str, int]:
        """The properties (IRIs) that lead to a concept of the vocabulary, with how many things each leads from."""
        with self.asked() as database:
            question = "SELECT role, members FROM kind WHERE iri = ? AND role NOT IN (?, ?) ORDER BY members DESC, role"
            return dict(database.execute(question, (concept, TYPE, EDGE)).fetchall())

    def counted(self, measure: str, limit: int) -> Page[tuple[str, int]]:
        """The things (IRIs) that numbers of a measure are claimed about, those with most claims first; no next page."""
        with self.asked() as database:
            total = database.execute("SELECT COUNT(*) FROM counted WHERE measure = ?", (measure,)).fetchone()[0]
            question = "SELECT thing, claims FROM counted WHERE measure = ? ORDER BY claims DESC, thing LIMIT ?"
            return Page(tuple(database.execute(question, (measure, limit))), total, None)

    def behind(self, things: Collection[str], most: int) -> dict[str, Places]:
        """The passages behind what is shown of things (IRIs), by document, so many of each at most."""
        with self.asked() as database:
            nodes: list[int] = []
            for some in batches(list(things)):
                known = f"SELECT id FROM node WHERE iri IN ({','.join('?' * len(some))})"  # noqa: S608  signs alone
                nodes += (row[0] for row in database.execute(known, some))
            question = (
                f"SELECT document, MIN(passage) FROM behind WHERE node IN ({','.join(map(str, nodes))})"  # noqa: S608  numbers
                " GROUP BY document, spot ORDER BY document, spot"
            )
            found: defaultdict[int, list[int]] = defaultdict(list)
            for document, passage in database.execute(question):
                found[document].append(passage)

            def iri(question: str, number: int) -> str:
                return str(database.execute(question, (number,)).fetchone()[0])

            return {
                iri("SELECT iri FROM document WHERE id = ?", document): Places(
                    tuple(iri("SELECT iri FROM passage WHERE id = ?", one) for one in passages[:most]), len(passages)
                )
                for document, passages in found.items()
            }


def _asked(name: str, bound: Bound, like: Like, since: str, until: str) -> tuple[str, list[object]]:
    """The part of the SQL that says which rows, made of words of this program alone, and the values for it."""
    where, values = ["1"], list[object]()
    for role, thing in bound.items():
        if thing is not None:
            where.append("place IN (SELECT place FROM of WHERE list = ? AND role = ? AND thing = ?)")
            values += [name, role, thing]
    for column, value in like.items():
        if value is not None:
            where.append(f"{column} = ?")
            values.append(value)
    if since:
        where.append("said >= ?")
        values.append(since)
    if until:
        where.append("said <= ? AND said <> ''")
        values.append(until)
    return f"FROM {name} WHERE {' AND '.join(where)}", values
