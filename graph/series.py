"""What is compared along time: measurands whose windows meet, parts of wholes, running totals that fall.

Three rules of the build stand here and not in graph/rules/*.rq. They sort by day and go along, so a daily series of
1,600 points costs 1,600 steps. SPARQL 1.1 cannot go along an order: there the same rules held each point against every
other one, which took 65 seconds for 2,000 claims.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import accumulate, combinations, product

from pyoxigraph import NamedNode, Store, Triple

from graph import texts
from graph.rivals import CONTRADICT, comparison
from ontology.terms import expand

COMPARABLE, COUNTED_IN = NamedNode(expand("sit:comparableTo")), NamedNode(expand("sit:countedIn"))
DURING, ONE_DAY, CUMULATIVE, TIMELESS = (
    expand(f"voc:{name}") for name in ("during", "one-day", "cumulative", "timeless")
)
Frame = tuple[str, ...]  # all that two measurands must share to be held against each other


@dataclass(frozen=True)
class _Measurand:
    """What a number is about, with the days between which it lies: ISO dates, empty where unknown."""

    iri: str
    measure: str
    frame: Frame  # thing, item, place, span
    start: str
    first: str
    last: str


@dataclass(frozen=True)
class _Total:
    """A running total that somebody claims, with its computed limits."""

    claim: str
    first: str
    last: str
    low: Decimal | None
    high: Decimal | None
    revises: str


def comparable(store: Store) -> Iterator[Triple]:
    """Both ways between measurands whose numbers may be held against each other (docs/ontology.md, "Numbers")."""
    groups: dict[Frame, list[_Measurand]] = defaultdict(list)
    for one in _measurands(store):
        # a period is compared with the same period, a total with totals since the same day
        own = {DURING: (one.first, one.last), CUMULATIVE: (one.start,)}.get(one.frame[-1], ())
        groups[(*one.frame, one.measure, *own)].append(one)
    for group in groups.values():
        for one, other in _meeting(group):
            a, b = NamedNode(one.iri), NamedNode(other.iri)
            yield Triple(a, COMPARABLE, b)
            yield Triple(b, COMPARABLE, a)


def parts(store: Store) -> Iterator[Triple]:
    """From a measurand to each that counts a whole of which it counts a part, over the same days."""
    above: dict[str, set[str]] = defaultdict(set)
    for row in texts.rows(store, "measures-above"):
        above[row["measure"]].add(row["whole"])
    known: dict[Frame, list[str]] = defaultdict(list)
    found = list(_measurands(store))
    for one in found:
        known[(*one.frame, one.measure, one.start, one.last)].append(one.iri)
    for one in found:
        for measure in sorted(above[one.measure]):
            for whole in known.get((*one.frame, measure, one.start, one.last), ()):
                yield Triple(NamedNode(one.iri), COUNTED_IN, NamedNode(whole))


def falling(store: Store) -> Iterator[Triple]:
    """A comparison for each running total that is lower on a later day, each point held against its neighbour.

    In one claimant's series that is the point before. Between two claimants it is the last point of the one before
    the first later point of the other, unless one of them has a point that is compared with the other's day anyway.
    """
    families: dict[Frame, dict[Frame, list[_Total]]] = defaultdict(lambda: defaultdict(list))
    for row in texts.rows(store, "totals"):
        family = tuple(row.get(name, "") for name in ("thing", "measure", "item", "place", "start"))
        families[family][tuple(sorted(row.get("claimants", "").split()))].append(_total(row))
    for claimed in families.values():
        series = [_Series(points) for _, points in sorted(claimed.items())]
        for one, other in product(series, repeat=2):
            for x, y in one.followed_by(other):
                if x.low is not None and y.high is not None and y.high < x.low:
                    yield from comparison(x.claim, y.claim, CONTRADICT)


class _Series:
    """One claimant's running totals, by their last possible day."""

    def __init__(self, points: Iterable[_Total]) -> None:
        self._points = sorted(points, key=lambda point: (point.last, point.first, point.claim))
        self._lasts = [point.last for point in self._points]
        # the earliest first day from each point on
        firsts = list(accumulate((point.first for point in reversed(self._points)), min))
        self._firsts = firsts[::-1]
        self._low = [point for point in self._points if point.low is not None]
        self._low_lasts = [point.last for point in self._low]

    def followed_by(self, other: _Series) -> Iterator[tuple[_Total, _Total]]:
        """Pairs of a point and the next one after it: of this series itself, or of another claimant's."""
        taken: set[str] = set()
        for y in other._points:
            at = bisect_left(self._low_lasts, y.first) - 1
            if at < 0 or y.high is None:
                continue
            x = self._low[at]
            if x.revises == y.claim or y.revises == x.claim:
                continue
            if other is not self:
                if x.claim in taken or self._meets(y) or other._meets(x):
                    continue
                taken.add(x.claim)
            yield x, y

    def _meets(self, point: _Total) -> bool:
        at = bisect_left(self._lasts, point.first)
        return at < len(self._points) and self._firsts[at] <= point.last


def _meeting(group: list[_Measurand]) -> Iterator[tuple[_Measurand, _Measurand]]:
    """Pairs of which the days meet; a sweep along time, so that a daily series costs no more than its length."""
    if group[0].frame[-1] == TIMELESS:
        yield from combinations(group, 2)
    elif group[0].frame[-1] == DURING:
        yield from combinations([one for one in group if one.first and one.last], 2)
    elif group[0].frame[-1] in (ONE_DAY, CUMULATIVE):
        open_: list[_Measurand] = []
        for one in sorted(group, key=lambda one: (one.first, one.last, one.iri)):
            if one.first and one.last:
                open_ = [other for other in open_ if other.last >= one.first]
                for other in open_:
                    yield other, one
                open_.append(one)


def _measurands(store: Store) -> Iterator[_Measurand]:
    for row in texts.rows(store, "measurands"):
        measurand, measure, thing, item, place, span, start, end, as_of = (
            row.get(name, "")
            for name in ("measurand", "measure", "thing", "item", "place", "span", "start", "end", "as_of_from")
        )
        first = as_of if span == CUMULATIVE else start
        yield _Measurand(measurand, measure, (thing, item, place, span), start, first, end)


def _total(row: dict[str, str]) -> _Total:
    low, high = (Decimal(row[name]) if row.get(name) else None for name in ("low", "high"))
    return _Total(row["claim"], row.get("first", ""), row.get("last", ""), low, high, row.get("revises", ""))
