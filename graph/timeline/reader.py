"""Asking the timeline: what took place, who held which office, and what was said, in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from graph import claims, wording
from graph.claims import Claim, Document, Facts
from graph.index_file import IndexFile
from graph.naming import Naming, Thing
from graph.paging import Page, WrongCursor, cursor_of, key_of
from graph.store import Store, text_of
from graph.timeline.index import CLAIM, EVENT, FORMAT, LATE, TERM
from graph.times import Time, day
from ontology.terms import expand

MOST_CLAIMS = 20
"""So many of the claims that an entry rests on are read; all are counted."""
MOST_MONTHS = 48
"""Entries are counted by month up to so many months, by year beyond."""


@dataclass(frozen=True)
class Entry:
    """Something in time, with the claims that it rests on, or, where nobody claims it, its sources."""

    thing: Thing
    kind: str  # event, term or claim
    type: Thing | None  # of an event its type, of a claim its kind
    text: str
    when: Time
    places: tuple[Thing, ...]
    claims: tuple[Claim, ...]  # at most MOST_CLAIMS, those that affirm or deny an event first
    claim_count: int
    sources: tuple[Thing, ...]

    @property
    def claimants(self) -> tuple[Thing, ...]:
        """Who says so, or denies it, each once."""
        return tuple({who.iri: who for claim in self.claims for who in claim.claimants}.values())

    @property
    def documents(self) -> tuple[Document, ...]:
        """Where it was read, each once."""
        return tuple({document.iri: document for claim in self.claims for document in claim.documents}.values())

    @property
    def denied_by(self) -> tuple[Thing, ...]:
        """Who says that the event did not take place."""
        denials = [claim for claim in self.claims if self.kind == EVENT and _denies(claim)]
        return tuple({who.iri: who for claim in denials for who in claim.claimants}.values())


@dataclass(frozen=True)
class Filter:
    """Which entries are asked for; None means any."""

    about: str | None = None  # IRI of a thing
    claimant: str | None = None  # IRI of an agent: rests on a claim of his
    kind: str | None = None  # event, term or claim
    type: str | None = None  # IRI of a type of event or a kind of claim
    start: date | None = None  # not over before it
    end: date | None = None  # not begun after it


@dataclass(frozen=True)
class Count:
    """How many entries begin in a month (`2025-01`) or year (`2024`)."""

    period: str
    count: int


@dataclass(frozen=True)
class Ordered:
    """An entry as the index holds it."""

    iri: str
    kind: str
    when: Time


class Timeline(IndexFile):
    """The timeline of a snapshot, open for reading; any number of threads may ask at once.

    Raises:
        DamagedSnapshot: there is none, or one of another version of this program.
    """

    def __init__(self, path: Path) -> None:
        super().__init__(path, FORMAT, "timeline")

    def page(self, wanted: Filter = Filter(), limit: int = 100, cursor: str | None = None) -> Page[Ordered]:
        """Entries by start, then end, then IRI; one whose start is unknown stands at its latest possible day.

        Raises:
            WrongCursor: the cursor is not one of ours.
        """
        rows_of, values = _asked(wanted)
        behind = key_of(cursor) if cursor else ("", "", "")
        if len(behind) != 3:
            raise WrongCursor
        with self.asked() as database:
            total = database.execute(f"SELECT COUNT(*) {rows_of}", values).fetchone()[0]
            rows = database.execute(
                f"SELECT first, last, iri, kind, since, until, edtf {rows_of}"
                " AND (first, last, iri) > (?, ?, ?) ORDER BY first, last, iri LIMIT ?",
                [*values, *behind, limit + 1],
            ).fetchall()
        items = tuple(
            Ordered(iri, kind, Time(edtf, day(since), day(until)))
            for _, _, iri, kind, since, until, edtf in rows[:limit]
        )
        return Page(items, total, cursor_of(rows[limit - 1][:3]) if len(rows) > limit else None)

    def counts(self, wanted: Filter = Filter()) -> list[Count]:
        """How many dated entries begin in each month, or, where they reach over more than `MOST_MONTHS`, each year."""
        rows_of, values = _asked(wanted)
        with self.asked() as database:
            question = f"SELECT substr(first, 1, 7), COUNT(*) {rows_of} AND first < ? GROUP BY 1"
            months: dict[str, int] = dict(database.execute(f"{question} ORDER BY 1", [*values, LATE]))
        if not months:
            return []
        first, last = (int(month[:4]) * 12 + int(month[5:]) for month in (min(months), max(months)))
        if last - first < MOST_MONTHS:
            return [Count(month, months.get(month, 0)) for month in _months(first, last)]
        years = range(int(min(months)[:4]), int(max(months)[:4]) + 1)
        by_year = [(year, sum(n for month, n in months.items() if int(month[:4]) == year)) for year in years]
        return [Count(f"{year:04}", count) for year, count in by_year if count or len(years) < MOST_MONTHS]

    def undated(self, wanted: Filter = Filter()) -> int:
        """How many of the entries have no date at all; they stand last."""
        rows_of, values = _asked(wanted)
        with self.asked() as database:
            question = f"SELECT COUNT(*) {rows_of} AND first = ?"
            return int(database.execute(question, [*values, LATE]).fetchone()[0])


def of(
    store: Store, timeline: Timeline, naming: Naming, wanted: Filter = Filter(), limit: int = 100,
    cursor: str | None = None,
) -> Page[Entry]:  # fmt: skip
    """A page of a timeline with what each entry rests on.

    Raises:
        WrongCursor: the cursor is not one of ours.
    """
    return timeline.page(wanted, limit, cursor).map(lambda ordered: read(store, ordered, naming))


def read(store: Store, ordered: Ordered, naming: Naming) -> Entry:
    """One entry with what it rests on."""
    iri, facts = ordered.iri, Facts(store, ordered.iri)
    text, type = naming.label(iri), facts.iri("sit:eventType")
    if ordered.kind == CLAIM:
        names = [iri]
    else:
        names = [text_of(row["claim"]) for row in store.rows(f"claims-of-{ordered.kind}", thing=iri)]
    rests_on = tuple(claims.read(store, name, naming) for name in names[:MOST_CLAIMS])
    if ordered.kind == CLAIM:
        text, type = wording.content(rests_on[0]), facts.iri("sit:kind")
    elif ordered.kind == TERM:
        text = ", ".join(naming.label(name) for key in ("org:member", "sit:post") for name in facts.iris(key))
    return Entry(
        naming.thing(iri), ordered.kind, naming.thing(type) if type else None, text, ordered.when,
        tuple(map(naming.thing, facts.iris("schema:location"))) if ordered.kind == EVENT else (),
        rests_on, len(names), tuple(map(naming.thing, facts.iris("dcterms:source"))),
    )  # fmt: skip


_LINKS = (("about", "about"), ("claimant", "claimed"), ("type", "typed"))


def _asked(wanted: Filter) -> tuple[str, list[object]]:
    """The part of the SQL that says which rows, made of texts of this module alone, and the values for it."""
    tables, where, values = ["entry"], ["1"], list[object]()
    for name, table in _LINKS:
        iri = getattr(wanted, name)
        if iri is not None:
            tables.append(f"JOIN {table} ON {table}.entry = entry.id")
            where.append(f"{table}.thing = (SELECT id FROM thing WHERE thing.iri = ?)")  # noqa: S608
            values.append(iri)
    if wanted.kind is not None:
        where.append("kind = ?")
        values.append(wanted.kind)
    if wanted.start is not None:
        where.append("last >= ? AND first < ?")  # what has no date is in no range
        values += [str(wanted.start), LATE]
    if wanted.end is not None:
        where.append("first <= ?")
        values.append(str(wanted.end))
    return f"FROM {' '.join(tables)} WHERE {' AND '.join(where)}", values


def _denies(claim: Claim) -> bool:
    said = claim.statement
    if said is None or said.predicate.iri != expand("sit:occurred"):
        return False
    return claim.kind == "denial" or said.object == "false"


def _months(first: int, last: int) -> Sequence[str]:
    return [f"{(month - 1) // 12:04}-{(month - 1) % 12 + 1:02}" for month in range(first, last + 1)]
