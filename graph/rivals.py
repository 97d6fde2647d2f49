"""Numbers held against each other: which pairs of claims agree, differ in scope, contradict or are misreported.

Two claims are compared when they answer one question: on one measurand, on measurands that are comparable, or on a part
and its whole. What the outcomes mean stands in docs/ontology.md ("Comparisons").
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import combinations, product

from pyoxigraph import NamedNode, Store, Triple

from graph import texts
from ontology.terms import BASE, expand

TYPE, COMPARISON = NamedNode(expand("rdf:type")), NamedNode(expand("sit:Comparison"))
FIRST, SECOND, OUTCOME, SLIP = (NamedNode(expand(f"sit:{name}")) for name in ("first", "second", "outcome", "slip"))
AGREE, ROUNDING, SCOPE, CONTRADICT, SUPERSEDED, REPORTING = (
    "agree", "rounding", "scope", "contradict", "superseded", "reporting",
)  # fmt: skip
LOSSES, CASUALTIES, KILLED, WOUNDED = (
    expand(f"voc:m-{name}") for name in ("losses", "casualties", "killed", "wounded")
)
CUMULATIVE = expand("voc:cumulative")
_LOWEST, _HIGHEST = Decimal("-1e18"), Decimal("1e18")
_MAJORITY = 2  # so many documents have a figure that a lone one prints with another digit


@dataclass(frozen=True)
class _Claim:
    """A claim with a number: its limits, who made it where, and the documents that carry it."""

    iri: str
    measurand: str
    value: str  # as printed; empty for a range
    low: Decimal
    high: Decimal
    closed: bool
    exact: bool
    variant: bool
    claimants: frozenset[str]
    source: str  # the communication; empty where none is known
    documents: frozenset[str]
    headings: frozenset[str]  # the documents of whose headings it is, where no other place says it
    revises: frozenset[str]

    def may_stand_beside(self, other: _Claim) -> bool:
        """Whether the two may be compared: a heading is held against its own document's text alone."""
        return not (self.headings and not self.headings & other.documents) and not (
            other.headings and not other.headings & self.documents
        )

    def apart(self, other: _Claim) -> bool:
        """Whether the limits of the two do not meet."""
        return self.high < other.low or other.high < self.low

    def one_occasion(self, other: _Claim) -> bool:
        """Whether one claimant made both through one communication."""
        return bool(self.source) and self.source == other.source and bool(self.claimants & other.claimants)


@dataclass(frozen=True)
class _Measurand:
    """What numbers are about, and the days on which they may lie (ISO, empty where unknown)."""

    iri: str
    measure: str
    thing: str
    frame: tuple[str, ...]  # measure, item, place, span
    cumulative: bool
    first: str
    last: str

    def shifted(self, other: _Measurand) -> bool:
        """Whether the windows of the two overlap without one holding the other, so that they may be of two days."""
        if self.iri == other.iri or not (self.first and self.last and other.first and other.last):
            return False
        return not (
            (self.first <= other.first and other.last <= self.last)
            or (other.first <= self.first and self.last <= other.last)
        )


@dataclass
class _Numbers:
    """All claimed numbers of a store, by measurand."""

    measurands: dict[str, _Measurand] = field(default_factory=dict)
    claims: dict[str, list[_Claim]] = field(default_factory=lambda: defaultdict(list))
    comparable: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    wholes: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # of which a measurand is a part
    parts: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    of_variants: dict[tuple[str, tuple[str, ...]], list[_Claim]] = field(default_factory=lambda: defaultdict(list))
    partitions: set[str] = field(default_factory=set)  # measures that count parts of a whole

    @property
    def pairs(self) -> Iterator[tuple[_Claim, _Claim]]:
        """Claims on one measurand or on comparable ones that may stand beside each other."""
        for measurand in sorted(self.claims):
            for x, y in combinations(self.claims[measurand], 2):
                if x.may_stand_beside(y):
                    yield x, y
            for other in sorted(self.comparable[measurand]):
                if measurand < other:
                    for x, y in product(self.claims[measurand], self.claims.get(other, ())):
                        if x.may_stand_beside(y):
                            yield x, y


def compared(store: Store) -> Iterator[Triple]:
    """A comparison for each pair of numbers that answer one question."""
    numbers = _read(store)
    met: dict[str, set[str]] = defaultdict(set)  # the claimants of other days' figures that a claim meets
    apart: list[tuple[_Claim, _Claim]] = []
    for x, y in numbers.pairs:
        one, other = numbers.measurands[x.measurand], numbers.measurands[y.measurand]
        revised = x.iri in y.revises or y.iri in x.revises
        if revised:
            yield from _comparison(x, y, SUPERSEDED)
        elif one.shifted(other):
            # of one claimant two points of a series; of two claimants each may be right about its own day
            if not x.apart(y) and not x.claimants & y.claimants:
                met[x.iri] |= y.claimants
                met[y.iri] |= x.claimants
                yield from _comparison(x, y, _when_they_meet(x, y))
        elif x.apart(y):
            apart.append((x, y))
        else:
            if one.iri != other.iri:
                met[x.iri] |= y.claimants
                met[y.iri] |= x.claimants
            yield from _comparison(x, y, _when_they_meet(x, y))
    for x, y in apart:
        outcome, slip = _when_apart(numbers, x, y)
        # a figure for one day of a window contradicts a series only if it meets no point of the series in that window
        if outcome != CONTRADICT or not (met[x.iri] & y.claimants or met[y.iri] & x.claimants):
            yield from _comparison(x, y, outcome, slip)
    yield from _parts_beside_wholes(numbers)


def _when_they_meet(x: _Claim, y: _Claim) -> str:
    if (x.low, x.high) == (y.low, y.high):
        return AGREE
    return SCOPE if x.variant or y.variant else ROUNDING


def _when_apart(numbers: _Numbers, x: _Claim, y: _Claim) -> tuple[str, _Claim | None]:
    """The outcome for two numbers that cannot be the same, and which of them a document misreports, if it is known."""
    about = numbers.measurands[x.measurand]
    if x.variant or y.variant or _of_two_variants(numbers, about, x, y):
        return SCOPE, None
    if about.measure in numbers.partitions and not x.documents & y.documents:
        return SCOPE, None  # each text divides the whole in its own way
    if x.one_occasion(y):
        return REPORTING, _slip(x, y)
    if misprint := _misprint(x, y):
        return REPORTING, misprint
    return CONTRADICT, None


def _of_two_variants(numbers: _Numbers, about: _Measurand, x: _Claim, y: _Claim) -> bool:
    """Whether one of two numbers of a family is that of one of its variants."""
    known = numbers.of_variants.get((about.thing, about.frame), ())
    return any(number.closed and not (number.apart(x) and number.apart(y)) for number in known)


def _slip(x: _Claim, y: _Claim) -> _Claim | None:
    """Which of two reports of one communication misreports it: a heading, else what fewer documents have."""
    if bool(x.headings) != bool(y.headings):
        return x if x.headings else y
    if len(x.documents) != len(y.documents):
        return min(x, y, key=lambda claim: len(claim.documents))
    return None


def _misprint(x: _Claim, y: _Claim) -> _Claim | None:
    """A figure that one document alone has, with one digit other than several documents have of the same claimant."""
    few, many = sorted((x, y), key=lambda claim: (len(claim.documents), claim.iri))
    if len(few.documents) != 1 or len(many.documents) < _MAJORITY or not x.claimants & y.claimants:
        return None
    if not (x.exact and y.exact and len(x.value) == len(y.value) and x.measurand == y.measurand):
        return None
    different = sum(one != other for one, other in zip(x.value, y.value, strict=True))
    return few if different == 1 and len(x.value) > 2 else None


def _parts_beside_wholes(numbers: _Numbers) -> Iterator[Triple]:
    """A part beside its whole (killed beside losses): both hold unless the part is larger."""
    for part in sorted(numbers.wholes):
        for whole in sorted(numbers.wholes[part]):
            for n, w in product(numbers.claims.get(part, ()), numbers.claims.get(whole, ())):
                if not n.may_stand_beside(w):
                    continue
                if numbers.measurands[part].measure == CASUALTIES and _killed_and_wounded(numbers, w):
                    meet = not n.apart(w)
                    outcome, slip = (_when_they_meet(n, w), None) if meet else _when_apart(numbers, n, w)
                    yield from _comparison(n, w, outcome, slip)
                elif n.low <= w.high:
                    yield from _comparison(n, w, SCOPE)
                elif not _fits_on_another_day(numbers, n, w):
                    yield from _comparison(n, w, CONTRADICT)


def _killed_and_wounded(numbers: _Numbers, whole: _Claim) -> bool:
    """Whether losses are of the killed and wounded: their claimant gives both then and there, and nothing else."""
    if numbers.measurands[whole.measurand].measure != LOSSES:
        return False
    given = {
        numbers.measurands[part].measure
        for part in numbers.parts[whole.measurand]
        for claim in numbers.claims.get(part, ())
        if claim.claimants == whole.claimants
        and (claim.one_occasion(whole) or (not claim.source and bool(claim.documents & whole.documents)))
    }
    return {KILLED, WOUNDED} <= given <= {KILLED, WOUNDED, CASUALTIES}


def _fits_on_another_day(numbers: _Numbers, part: _Claim, whole: _Claim) -> bool:
    """Whether a total with a window of as-of days holds another figure of the part's claimant within that window."""
    others = numbers.comparable[part.measurand] | numbers.comparable[whole.measurand]
    return any(
        claim.iri != part.iri and claim.claimants & part.claimants and _LOWEST < claim.low <= whole.high
        for other in others
        if numbers.measurands[other].cumulative
        for claim in numbers.claims.get(other, ())
    )


def _comparison(x: _Claim, y: _Claim, outcome: str, slip: _Claim | None = None) -> Iterator[Triple]:
    yield from comparison(x.iri, y.iri, outcome)
    if slip is not None:
        yield Triple(node(x.iri, y.iri), SLIP, NamedNode(slip.iri))


def comparison(one: str, other: str, outcome: str) -> Iterator[Triple]:
    """A comparison of two claims (IRIs) with the outcome's word."""
    first, second = sorted((one, other))
    found = node(one, other)
    yield Triple(found, TYPE, COMPARISON)
    yield Triple(found, FIRST, NamedNode(first))
    yield Triple(found, SECOND, NamedNode(second))
    yield Triple(found, OUTCOME, NamedNode(expand(f"voc:{outcome}")))


def node(one: str, other: str) -> NamedNode:
    """The node of the comparison of two claims."""
    first, second = sorted((one, other))
    return NamedNode(f"{BASE}comparison/{hashlib.sha1(f'{first} {second}'.encode()).hexdigest()[:12]}")  # noqa: S324


def _read(store: Store) -> _Numbers:
    numbers = _Numbers()
    for row in texts.rows(store, "measurands"):
        start = row.get("start", "")
        numbers.measurands[row["measurand"]] = _Measurand(
            row["measurand"], row["measure"], row["thing"],
            tuple(row.get(name, "") for name in ("measure", "item", "place", "span")),
            row["span"] == CUMULATIVE, row.get("as_of_from", start), row.get("end", ""),
        )  # fmt: skip
    claimants, documents, headings, revises = (
        _several(store, name) for name in ("prov:wasAttributedTo", "", "sit:headingOf", "prov:wasRevisionOf")
    )
    seen: set[str] = set()
    for row in texts.rows(store, "numbers"):
        claim, measurand = row["claim"], row["measurand"]
        if claim in seen or measurand not in numbers.measurands:
            continue
        seen.add(claim)
        numbers.claims[measurand].append(
            _Claim(
                claim,
                measurand,
                row.get("value", ""),
                Decimal(row["low"]) if "low" in row else _LOWEST,
                Decimal(row["high"]) if "high" in row else _HIGHEST,
                "low" in row and "high" in row,
                row["bound"] == expand("voc:exact"),
                "variant" in row,
                frozenset(claimants[claim]),
                row.get("source", ""),
                frozenset(documents[claim]),
                frozenset(headings[claim]),
                frozenset(revises[claim]),
            )
        )
    for one, other in texts.values(store, "sit:comparableTo"):
        numbers.comparable[one].add(other)
    for part, whole in texts.values(store, "sit:countedIn"):
        numbers.wholes[part].add(whole)
        numbers.parts[whole].add(part)
    families = _several(store, "sit:variantOf")
    for measurand, claims in numbers.claims.items():
        about = numbers.measurands[measurand]
        for family in families.get(about.thing, ()):
            numbers.of_variants[family, about.frame] += claims
    numbers.partitions = {measure for measure, value in texts.values(store, "sit:countsParts") if value == "true"}
    return numbers


def _several(store: Store, name: str) -> dict[str, set[str]]:
    """The values of a property by subject; without a name, the documents with a passage that carries each claim."""
    found: dict[str, set[str]] = defaultdict(set)
    if name:
        pairs = texts.values(store, name)
    else:
        within = dict(texts.values(store, "sit:inDocument"))
        pairs = ((claim, within.get(passage, "")) for passage, claim in texts.values(store, "sit:carries"))
    for one, other in pairs:
        found[one].add(other)
    return found
