"""Writing which passages stand behind what is shown of each thing, so that the documents of a hub are cited at once.

A passage stands behind itself, the claims that it carries, what these are about or come from, and what rests on them:
comparisons, and relations with both their ends. `spot` is the place in the document, the same for passages at the same
place; passages are numbered by document and spot.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from typing import Final

from pyoxigraph import Store

from graph import texts

TABLES: Final = """
CREATE TABLE document (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE passage (id INTEGER PRIMARY KEY, iri TEXT NOT NULL);
CREATE TABLE node (iri TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE behind (node INTEGER, document INTEGER, spot INTEGER, passage INTEGER,
    PRIMARY KEY (node, document, spot, passage)) WITHOUT ROWID;
"""


def write_behind(store: Store, database: sqlite3.Connection) -> None:
    """Fill the tables from a finished store; the default graph alone, as in our own questions."""
    carried = _Values(store, "sit:carries")
    documents, spots = _spots(store)
    passages = {iri: at for at, iri in enumerate(sorted(spots, key=lambda iri: (*spots[iri], iri)), 1)}
    around = _Around(store)
    nodes: dict[str, int] = {}
    rows: set[tuple[int, int, int, int]] = set()
    for passage, number in passages.items():
        behind = {passage, *(thing for claim in carried.of(passage) for thing in around.claim(claim))}
        for node in sorted(behind):  # they are numbered as they come
            rows.add((nodes.setdefault(node, len(nodes) + 1), *spots[passage], number))
    database.executemany("INSERT INTO document VALUES (?, ?)", ((at, iri) for iri, at in documents.items()))
    database.executemany("INSERT INTO passage VALUES (?, ?)", ((at, iri) for iri, at in passages.items()))
    database.executemany("INSERT INTO node VALUES (?, ?)", sorted(nodes.items()))
    database.executemany("INSERT INTO behind VALUES (?, ?, ?, ?)", sorted(rows))


class _Values:
    """The values of one property by subject, or the other way round; sorted."""

    def __init__(self, store: Store, name: str, inverse: bool = False) -> None:
        self._found: defaultdict[str, list[str]] = defaultdict(list)
        for ends in texts.values(store, name):
            self._found[ends[inverse]].append(ends[not inverse])

    def of(self, iri: str) -> list[str]:
        return self._found.get(iri, [])


class _Around:
    """What a claim is part of, tells of or comes from."""

    def __init__(self, store: Store) -> None:
        self._direct = [
            _Values(store, name)
            for name in ("schema:about", "prov:wasAttributedTo", "prov:hadPrimarySource", "sit:measurand")
        ]
        self._measures = _Values(store, "sit:measure")
        self._held = [_Values(store, name, inverse=True) for name in ("sit:first", "sit:second")]
        self._resting = _Values(store, "sit:restsOn", inverse=True)
        self._ends = [_Values(store, name) for name in ("sit:from", "sit:to")]

    def claim(self, claim: str) -> Iterator[str]:
        """The claim itself, and all that it stands behind; some of it more than once."""
        yield claim
        for values in (*self._direct, *self._held):
            yield from values.of(claim)
        for measurand in self._direct[-1].of(claim):
            yield from self._measures.of(measurand)
        for relation in self._resting.of(claim):
            yield relation
            for ends in self._ends:
                yield from ends.of(relation)


def _spots(store: Store) -> tuple[dict[str, int], dict[str, tuple[int, int]]]:
    """Documents by number, and of each passage the document's and the place's number there."""
    inside = dict(texts.values(store, "sit:inDocument"))
    start, end, page, row = (dict(texts.values(store, name)) for name in ("oa:start", "oa:end", "sit:page", "sit:row"))
    documents = {iri: at for at, iri in enumerate(sorted(set(inside.values())), 1)}

    def place(iri: str) -> tuple[int, int, int, str, int]:
        return (documents[inside[iri]], int(start.get(iri, 0)), int(page.get(iri, 0)), row.get(iri, "").rjust(12),
                int(end.get(iri, 0)))  # fmt: skip

    places = {place: at for at, place in enumerate(sorted({place(iri) for iri in inside}), 1)}
    return documents, {iri: (documents[document], places[place(iri)]) for iri, document in inside.items()}
