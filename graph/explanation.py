"""Why a query has no answer: which of its patterns fail, alone or together, and which near name exists.

The parts of the query are asked for by themselves. A pattern without a match alone is a cause. Where each has matches,
parts are left out one by one until what is left has none and every part of it is needed: the smallest failing set.
OPTIONAL never makes an answer empty, so it is left out; UNION is empty when all its branches are, and each is looked
into. A FILTER or MINUS is a cause when there are rows without it.

The probes are queries like any other: they run in the worker that `api.workers` kills at the deadline.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from graph import cost, near
from graph.cost import Cost, CostWarning
from graph.errors import GraphError
from graph.guard import check_query
from graph.near import Suggestion
from graph.reading import (
    Binding,
    Condition,
    Graph,
    Group,
    Minus,
    NotReadable,
    Optional,
    Part,
    Pattern,
    Query,
    Subquery,
    Table,
    Union,
    one_line,
    patterns,
    read,
    variables,
    written,
)
from graph.snapshot import Snapshot
from graph.statistics import of
from graph.store import Dataset, Store, text_of

COUNTED = 1000
"""The matches of a pattern are counted up to this number."""
MOST_PATTERNS = 40
"""Of a longer query only so many patterns are asked for one by one."""
SHOWN = 3
"""So many values are shown as examples."""
EVERYTHING = Dataset()
WEIGHED = 10_000
"""A query of more characters is not weighed where nothing can end it: the work grows faster than the query."""


@dataclass(frozen=True)
class Matches:
    """A triple pattern of the query, and how many matches it has alone; where not `exact`, there are more."""

    pattern: str
    line: int
    count: int
    exact: bool


@dataclass(frozen=True)
class Cause:
    """Parts of the query that have no match: one alone, or several together, and what may be meant."""

    parts: tuple[str, ...]
    line: int
    message: str
    suggestions: tuple[Suggestion, ...] = ()


@dataclass(frozen=True)
class Explanation:
    """What can be said about a query's answer.

    `empty` is None where that was not found out, and then `note` says why. `rows` is an estimate, None where there is
    none to be had.
    """

    empty: bool | None
    note: str
    causes: tuple[Cause, ...] = ()
    matches: tuple[Matches, ...] = ()
    rows: float | None = None
    warnings: tuple[CostWarning, ...] = ()


NOT_READABLE = "this query has a form that cannot be taken apart here, so nothing is known about its parts"


def weighed(store: Store, query: str, base: str | None = None) -> Explanation:
    """What can be said without asking anything of the graph: the cost.

    Args:
        store: the snapshot.
        query: SPARQL, as it came.
        base: what relative IRIs are resolved against.

    Raises:
        QuerySyntaxError, QueryRefused, QueryTooDeep: as if it were asked.
    """
    check_query(query)
    store.check(query, base)
    try:
        found = _read(query, base)
    except NotReadable as error:
        return Explanation(None, f"{NOT_READABLE} ({error})")
    known = cost.estimated(found, of(store.snapshot))
    return Explanation(None, "", rows=known.rows, warnings=known.warnings)


def cost_of(built: Snapshot, query: str, longest: int = WEIGHED) -> Cost | None:
    """What a query costs, from its text alone; None where it cannot be read, or has more characters than `longest`."""
    if len(query) > longest:
        return None
    try:
        check_query(query)
        return cost.estimated(read(query), of(built))
    except (NotReadable, GraphError):
        return None


def explained(store: Store, query: str, dataset: Dataset = EVERYTHING, base: str | None = None) -> Explanation:
    """Whether a query has an answer, and if not, why.

    No deadline: run it in a process that can be killed.

    Args:
        store: the snapshot.
        query: SPARQL, as it came.
        dataset: the protocol's dataset parameters.
        base: what relative IRIs are resolved against.

    Raises:
        QuerySyntaxError, QueryRefused, QueryTooDeep: as if it were asked.
    """
    known = weighed(store, query, base)
    try:
        found = _read(query, base)
    except NotReadable:
        return known
    return _Explainer(store, found, dataset).explanation(known)


def _read(query: str, base: str | None) -> Query:
    found = read(query)
    return replace(found, prologue=f"BASE <{base}>\n{found.prologue}") if base else found


class _Explainer:
    """Asks one query's parts."""

    def __init__(self, store: Store, query: Query, dataset: Dataset) -> None:
        self._store, self._query, self._dataset = store, query, dataset
        self._near = near.Near(store, query, dataset)
        self._context: Callable[[Sequence[Part]], Sequence[Part]] = list

    def explanation(self, known: Explanation) -> Explanation:
        where = self._query.where
        if self._query.form == "describe" and not where.parts:
            return self._described(known)
        all_patterns = list(patterns(where))
        matches = tuple(
            Matches(one_line(one), one.line, *self._count([one], inside=_graph_of(where, one)))
            for one in all_patterns[:MOST_PATTERNS]
        )
        if self._has(where.parts):
            note = self._behind() or f"the query has an answer; its {_plural(len(all_patterns), 'pattern')} match"
            return Explanation(False, note, (), matches, known.rows, known.warnings)
        causes = tuple(self._causes(where))
        if causes:
            note = f"no row: {causes[0].message}"
        else:
            note = "no row, and which part is to blame cannot be told: each has matches without the others"
        return Explanation(True, note, causes, matches, known.rows, known.warnings)

    def _described(self, known: Explanation) -> Explanation:
        causes = tuple(
            Cause((name,), 1, f"`{name}` is not in the graph", self._near.nodes(name))
            for name in self._query.head.split()
            if (iri := self._query.iri(name)) and not self._store.knows(iri)
        )
        note = causes[0].message if causes else "what is to be described is in the graph"
        return Explanation(bool(causes), note, causes, (), known.rows, known.warnings)

    def _behind(self) -> str:
        """What stands behind the pattern and lets no row through."""
        query = self._query
        if query.limit == 0:
            return "the pattern has rows, but LIMIT 0 lets none through"
        offset = query.modifier("offset")
        if offset and offset.isdigit() and int(offset) > 0 and not query.aggregates:
            rows, exact = self._count(query.where.parts)
            if exact and int(offset) >= rows:
                return f"the pattern has {_plural(rows, 'row')}, and OFFSET {offset} passes over all of them"
        if query.modifier("having") is not None:
            return "the pattern has rows; where the answer is empty, HAVING refuses every group"
        return ""

    def _causes(self, group: Group) -> list[Cause]:
        """Why a group has no solution."""
        required = [part for part in group.parts if not isinstance(part, Optional | Condition | Minus | Binding)]
        alone = [cause for part in required for cause in self._alone(part)]
        if alone:
            return alone
        if not self._has(required):
            return [self._together(self._smallest(required, []))]
        return self._refused(group)

    def _alone(self, part: Part) -> list[Cause]:
        """Why a part has no solution by itself; nothing where it has."""
        if self._has([part]):
            return []
        if isinstance(part, Pattern):
            message, suggestions = self._near.explained(part)
            return [Cause((one_line(part),), part.line, message, suggestions)]
        if isinstance(part, Table):
            return [Cause((one_line(part),), part.line, "VALUES lists nothing")]
        if isinstance(part, Group):
            return self._causes(part)
        if isinstance(part, Union):
            found = [cause for branch in part.branches for cause in self._causes(branch)]
            return [
                Cause(
                    one.parts,
                    one.line,
                    f"no branch of UNION has a match; in one of them, {one.message}",
                    one.suggestions,
                )
                for one in found
            ]
        if isinstance(part, Graph):
            return self._in_graph(part)
        assert isinstance(part, Subquery)
        if self._has(part.query.where.parts):
            return [
                Cause(
                    (" ".join(part.text.split()),), part.line, "the subquery gives no row: its LIMIT, OFFSET or HAVING"
                )
            ]
        return self._causes(part.query.where)

    def _in_graph(self, part: Graph) -> list[Cause]:
        anything = Graph(part.name, Group((Pattern("?_s", "?_p", "?_o", part.line),), part.line))
        if not self._has([anything]):
            message = (
                "there is no named graph here" if part.name[0] in "?$" else f"the graph {part.name} is empty or unknown"
            )
            if self._has(part.group.parts):
                message += "; the default graph has matches: leave GRAPH out"
            return [Cause((f"GRAPH {part.name}",), part.line, message)]
        before = self._context
        self._context = lambda parts: [Graph(part.name, Group(tuple(before(parts)), part.line))]
        try:
            return self._causes(part.group)
        finally:
            self._context = before

    def _smallest(self, parts: Sequence[Part], always: Sequence[Part]) -> list[Part]:
        """Parts without a solution, each of which is needed for that."""
        needed = list(parts)
        for part in parts:
            others = [other for other in needed if other is not part]
            if others and not self._has([*always, *others]):
                needed = others
        return needed

    def _together(self, parts: Sequence[Part]) -> Cause:
        shown = tuple(one_line(part) for part in parts)
        first = next((part for part in parts if isinstance(part, Pattern)), parts[0])
        message = "each of these has matches, but not together: " + _listed(shown)
        message += self._meeting(parts)
        suggestions = self._near.typed([part for part in parts if isinstance(part, Pattern)])
        return Cause(shown, first.line, message, suggestions)

    def _meeting(self, parts: Sequence[Part]) -> str:
        """What a variable is in the one part and in the other."""
        for name in sorted(frozenset().union(*map(variables, parts))):
            naming = [part for part in parts if name in variables(part)]
            if len(naming) == 2:
                examples = [self._examples(name, [part]) for part in naming]
                if all(examples):
                    return f"; {name} is {examples[0]} in the one, {examples[1]} in the other"
        return ""

    def _refused(self, group: Group) -> list[Cause]:
        """Which conditions let no row through."""
        kept = [part for part in group.parts if not isinstance(part, Condition | Minus)]
        conditions = [part for part in group.parts if isinstance(part, Condition | Minus)]
        if not self._has(kept):  # a BIND that gives a variable a value that nothing else has
            kept = [part for part in kept if not isinstance(part, Optional)]
            bindings = [part for part in kept if isinstance(part, Binding)]
            if bindings and not self._has(kept):
                shown = tuple(" ".join(part.text.split()) for part in bindings)
                return [
                    Cause(shown, bindings[0].line, "there are rows without BIND, and none with it: " + _listed(shown))
                ]
            return []
        refusing = self._smallest(conditions, kept)
        if not refusing or self._has([*kept, *refusing]):
            return []
        shown = tuple(one_line(part) for part in refusing)
        what = "MINUS takes away" if isinstance(refusing[0], Minus) else "FILTER refuses"
        message = f"there are rows without it, but {what} all of them: {_listed(shown)}"
        if len(refusing) > 1:
            message = f"there are rows without these, but together they refuse all of them: {_listed(shown)}"
        values = [
            f"{name} is {examples}"
            for name in sorted(variables(refusing[0]))
            if isinstance(refusing[0], Condition) and (examples := self._examples(name, kept))
        ]
        compared = tuple(
            one
            for part in refusing
            if isinstance(part, Condition)
            for name in sorted(variables(part))
            for one in self._near.compared(part.text, name, written(self._context(kept)))
        )
        if compared:
            message += "; " + "; ".join(dict.fromkeys(one.message for one in compared))
        elif values:
            message += f"; before it, {', '.join(values[:2])}"
        return [Cause(shown, refusing[0].line, message, compared)]

    def _examples(self, name: str, parts: Sequence[Part]) -> str:
        """Some values of a variable, in words; empty where it has none."""
        rows = self._store.select(self._query.selects([name], self._context(parts), SHOWN), self._dataset)
        found = [near.shown(value, self._query) for row in rows for value in row.values() if value is not None]
        return "for example " + " or ".join(found) if found else ""

    def _has(self, parts: Sequence[Part]) -> bool:
        return self._store.holds(self._query.asks(self._context(parts)), self._dataset)

    def _count(self, parts: Sequence[Part], inside: str | None = None) -> tuple[int, bool]:
        if inside is not None:
            parts = [Graph(inside, Group(tuple(parts), 1))]
        rows = self._store.select(self._query.counts(parts, COUNTED + 1), self._dataset)
        count = int(text_of(rows[0]["n"]))
        return min(count, COUNTED), count <= COUNTED


def _graph_of(group: Group, wanted: Pattern) -> str | None:
    """The name of the graph in which a pattern stands; None for the default graph."""
    for part in group.parts:
        if isinstance(part, Graph) and any(one is wanted for one in patterns(part.group)):
            return part.name
    return None


def _listed(texts: Sequence[str]) -> str:
    return ", ".join(f"`{text}`" for text in texts)


def _plural(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
