"""How many rows a query makes the engine go through, estimated before it runs, and what in it explodes.

The textbook's estimate (Selinger, 1979; as in most engines): a pattern has as many rows as the statistics say, and a
join divides the product of its sides by the number of different values of each variable that they share. It is wrong
by factors and right about powers of ten, which is what decides between a second and a day. Patterns that share no
variable are a product whatever the numbers are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce

from graph.reading import (
    Binding,
    Condition,
    Graph,
    Group,
    Minus,
    Optional,
    Part,
    Pattern,
    Query,
    Subquery,
    Table,
    Union,
    iris,
    one_line,
    variables,
)
from graph.statistics import Statistics, Use

PRODUCT = 1_000_000.0
"""A product of so many rows is worth a warning."""
JOIN = 100_000_000.0
"""A join of so many rows is worth a warning: about what a deadline of ten seconds holds."""
MOMENT = 20_000.0
"""A query of so many rows at every step is done in a moment."""
CLOSURE = 4.0
"""A path with `*` or `+` is taken to reach so many times what one step reaches."""


@dataclass(frozen=True)
class CostWarning:
    """What makes a query explode: `rows` is the estimate, `patterns` the parts, as they were written."""

    kind: str  # cross-product or many-rows
    message: str
    rows: float | None
    patterns: tuple[str, ...]


@dataclass(frozen=True)
class Cost:
    """The estimated number of rows of a query's pattern; None where the statistics say nothing about its graphs."""

    rows: float | None
    warnings: tuple[CostWarning, ...]
    effort: float = 0.0
    """The most rows that a step of it makes."""

    @property
    def is_cheap(self) -> bool:
        """Whether it is estimated to be done in a moment."""
        return self.rows is not None and self.effort <= MOMENT and not self.warnings


@dataclass(frozen=True)
class _Rows:
    """The estimate for a part: rows, and how many different values each variable has."""

    count: float
    values: Mapping[str, float]
    parts: tuple[str, ...]
    most: float = 0.0  # rows of the largest join on the way

    @property
    def shown(self) -> str:
        return self.parts[0] + (f" and {len(self.parts) - 1} more" if len(self.parts) > 1 else "")


_ONE = _Rows(1.0, {}, ())


def estimated(query: Query, statistics: Statistics) -> Cost:
    """The cost of a query over the default graph of a snapshot."""
    elsewhere = bool(query.dataset) or _names_graphs(query.where)
    weigher = _Weigher(statistics)
    whole = weigher.query(query)
    warnings = tuple(dict.fromkeys(weigher.warnings))
    if elsewhere:
        return Cost(None, tuple(CostWarning(one.kind, one.message, None, one.patterns) for one in warnings))
    return Cost(whole.count, warnings, max(whole.count, weigher.effort))


def spoken(rows: float) -> str:
    """A number of rows in words.

    >>> spoken(950), spoken(2_140_000_000.0), spoken(3e21)
    ('950', '2.1 billion', '3e+21')
    """
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if size <= rows < size * 1000:
            return f"{rows / size:.2g} {word}" if rows / size < 100 else f"{rows / size:.0f} {word}"
    return f"{rows:,.0f}" if rows < 1e6 else f"{rows:.1g}"


def _names_graphs(group: Group) -> bool:
    for part in group.parts:
        if isinstance(part, Graph):
            return True
        inside = (
            part.branches if isinstance(part, Union) else [part.group] if isinstance(part, Optional | Minus) else []
        )
        if isinstance(part, Group):
            inside = [part]
        if isinstance(part, Subquery):
            inside = [part.query.where]
        if any(map(_names_graphs, inside)):
            return True
    return False


class _Weigher:
    """Estimates parts from the inside out, and notes what explodes on the way."""

    def __init__(self, statistics: Statistics) -> None:
        self._statistics = statistics
        self.warnings: list[CostWarning] = []
        self.effort = 0.0

    def query(self, query: Query) -> _Rows:
        self._query = query
        inside, self.warnings, effort = self.warnings, [], self.effort
        found = self.group(query.where)
        if query.stops_early and not any(isinstance(part, Condition | Minus) for part in query.where.parts):
            self.warnings = []  # the first rows are enough, and each comes at once
            found = _Rows(min(found.count, query.limit or 1), found.values, found.parts)
            self.effort = max(effort, found.count)
        self.warnings = [*inside, *self.warnings]
        return found

    def group(self, group: Group) -> _Rows:
        joined = [
            self.part(part) for part in group.parts if not isinstance(part, Condition | Minus | Optional | Binding)
        ]
        found = self._product(_components(joined), group)
        for part in group.parts:
            if isinstance(part, Optional):
                found = self._optional(found, self.group(part.group), group)
            elif isinstance(part, Minus):
                self.group(part.group)
        bound = {name: found.count for part in group.parts if isinstance(part, Binding) for name in variables(part)}
        return _Rows(found.count, {**bound, **found.values}, found.parts)

    def part(self, part: Part) -> _Rows:
        if isinstance(part, Pattern):
            return self.pattern(part)
        if isinstance(part, Table):
            return _Rows(part.rows, dict.fromkeys(variables(part), float(max(part.rows, 1))), (one_line(part),))
        if isinstance(part, Group):
            return self.group(part)
        if isinstance(part, Graph):
            return self.group(part.group)
        if isinstance(part, Union):
            return self._either([self.group(branch) for branch in part.branches])
        assert isinstance(part, Subquery)
        return self._subquery(part)

    def pattern(self, pattern: Pattern) -> _Rows:
        """A triple pattern or path: its rows, fewer by what is given at its ends."""
        use = self._use(pattern)
        count = float(use.triples)
        values: dict[str, float] = {}
        for term, different in ((pattern.subject, use.subjects), (pattern.object, use.objects)):
            if _is_variable(term):
                values[term] = float(max(different, 1))
            else:
                count /= max(different, 1)
        if not _is_variable(pattern.predicate) and set("*+") & set(pattern.predicate):
            # from each beginning it goes through all that it reaches; by all properties but some, that is the graph
            reached = use.triples * CLOSURE if "!" in pattern.predicate else count
            beginnings = use.subjects if _is_variable(pattern.subject) and _is_variable(pattern.object) else 1
            self.effort = max(self.effort, reached * beginnings)
        if pattern.predicate in ("a", "rdf:type") and not _is_variable(pattern.object):
            count = float(self._statistics.classes.get(self._query.iri(pattern.object) or "", 0))
            count = count if _is_variable(pattern.subject) else min(count, 1.0)
        if _is_variable(pattern.predicate):
            values[pattern.predicate] = float(len(self._statistics.properties) or 1)
        return _Rows(count, {name: min(most, max(count, 1.0)) for name, most in values.items()}, (one_line(pattern),))

    def _use(self, pattern: Pattern) -> Use:
        known = self._statistics
        if _is_variable(pattern.predicate):
            return Use(known.triples, known.nodes, known.nodes)
        names = iris(pattern.predicate)
        steps = [known.properties.get(self._query.iri(name) or "", Use(0, 0, 0)) for name in names]
        path = pattern.predicate
        if path == names[0]:
            return steps[0]
        if "!" in path:
            return Use(known.triples, known.nodes, known.nodes)
        if "|" in path:
            whole = Use(*(sum(one) for one in zip(*((s.triples, s.subjects, s.objects) for s in steps), strict=True)))
        else:
            turned = [Use(s.triples, s.objects, s.subjects) for s in steps] if path.startswith("^") else steps
            whole = reduce(_step, turned[1:], turned[0])
        if "*" in path or "+" in path:
            whole = Use(int(whole.triples * CLOSURE), whole.subjects, whole.objects)
        if "*" in path or "?" in path:  # also no step at all
            whole = Use(whole.triples + known.nodes, known.nodes, known.nodes)
        return whole

    def _subquery(self, part: Subquery) -> _Rows:
        outer, found = self._query, self.query(part.query)
        self._query = outer
        if part.query.aggregates:
            grouped = part.query.modifier("group") is not None
            named = [most for name, most in found.values.items() if name in variables(part)]
            found = _Rows(min(found.count, max(_times(named), 1.0)) if grouped else 1.0, found.values, found.parts)
        count = min(found.count, part.query.limit) if part.query.limit is not None else found.count
        names = variables(part)
        values = {name: min(found.values.get(name, count), max(count, 1.0)) for name in names}
        return _Rows(count, values, found.parts)

    def _either(self, branches: Sequence[_Rows]) -> _Rows:
        values: dict[str, float] = {}
        for branch in branches:
            for name, most in branch.values.items():
                values[name] = values.get(name, 0.0) + most
        return _Rows(sum(one.count for one in branches), values, tuple(text for one in branches for text in one.parts))

    def _optional(self, left: _Rows, right: _Rows, group: Group) -> _Rows:
        if right.values.keys() & left.values.keys() or left is _ONE or not left.parts:
            both = _join(left, right)
            return _Rows(max(left.count, both.count), {**right.values, **left.values}, left.parts)
        return self._product([left, right], group)

    def _product(self, components: Sequence[_Rows], group: Group) -> _Rows:
        """Components that share no variable, beside each other: all rows of the one with all rows of the other."""
        for one in components:
            if one.count >= JOIN and not self._said(one.parts):
                message = (
                    f"these patterns give about {spoken(one.count)} rows: {_and(one.parts)}; bind more of their ends"
                )
                self.warnings.append(CostWarning("many-rows", message, one.count, one.parts))
        several = [one for one in components if one.count > 1]
        count = _times(one.count for one in components)
        self.effort = max(self.effort, count, *(max(one.count, one.most) for one in components))
        if len(several) > 1 and count >= PRODUCT:
            self.warnings.append(_disconnected(several, _times(one.count for one in several), group))
        return _Rows(
            count,
            {name: most for one in components for name, most in one.values.items()},
            tuple(text for one in components for text in one.parts),
        )

    def _said(self, parts: Sequence[str]) -> bool:
        return any(set(one.patterns) <= set(parts) for one in self.warnings)


def _disconnected(components: Sequence[_Rows], rows: float, group: Group) -> CostWarning:
    ends = [one.shown for one in components]
    parts = tuple(text for one in components for text in one.parts)
    names = [frozenset(one.values) for one in components]
    conditions = [
        part
        for part in group.parts
        if isinstance(part, Condition) and sum(bool(variables(part) & mine) for mine in names) > 1
    ]
    these = "these two" if len(ends) == 2 else f"these {len(ends)}"
    message = f"{these} share no variable, so each row of the one meets each of the other, about {spoken(rows)} rows: "
    message += _and(ends)
    if conditions:
        message += f"; {one_line(conditions[0])} holds them together only after all of them were made"
    return CostWarning("cross-product", message, rows, parts)


def _and(texts: Sequence[str]) -> str:
    shown = [f"`{text if len(text) <= 100 else text[:99] + '…'}`" for text in texts[:4]]
    more = f" and {len(texts) - 4} more" if len(texts) > 4 else ""
    return ", ".join(shown) + more


def _components(found: Sequence[_Rows]) -> list[_Rows]:
    """What shares a variable, joined; what shares none stays apart."""
    apart: list[_Rows] = []
    for one in found:
        touching = [other for other in apart if other.values.keys() & one.values.keys()]
        apart = [other for other in apart if not other.values.keys() & one.values.keys()]
        apart.append(reduce(_join, sorted([*touching, one], key=lambda rows: rows.count)))
    return apart


def _join(left: _Rows, right: _Rows) -> _Rows:
    shared = left.values.keys() & right.values.keys()
    count = left.count * right.count
    for name in shared:
        count /= max(left.values[name], right.values[name], 1.0)
    values = {**left.values, **right.values, **{name: min(left.values[name], right.values[name]) for name in shared}}
    return _Rows(count, values, (*left.parts, *right.parts), max(left.most, right.most, count))


def _step(first: Use, then: Use) -> Use:
    met = max(first.objects, then.subjects, 1)
    return Use(int(first.triples * then.triples / met), first.subjects, then.objects)


def _is_variable(term: str) -> bool:
    return term[0] in "?$"


def _times(numbers: Iterable[float]) -> float:
    return reduce(lambda one, other: min(one * other, 1e300), numbers, 1.0)
